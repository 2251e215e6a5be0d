"""BPMN text in a few words. Every function returns XML; flows have the id "source_target"."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:gov="urn:yishi:bpmn:1"'
    ' targetNamespace="urn:test" id="file">'
)
_MESSAGES = {"paid": None, "recalled": None, "answered": "caseId"}
_ERRORS = ("REFUSED", "LATE")
_SIGNALS = ("alarm", "all_clear")
_ESCALATIONS = ("SLOW", "URGENT")

_ARTIFACT = re.compile(r"<association [^>]*/>")
"""The schema wants them after all nodes and flows; a test writes them where they belong."""

START = '<startEvent id="start"/>'
END = '<endEvent id="end"/>'


def process(
    content: str, *, id: str = "main", extensions: str = "", executable: bool = True, roots: str = ""
) -> bytes:
    """A file with one process, the messages paid, recalled and answered (correlated by `caseId`), the
    errors REFUSED and LATE, the signals alarm and all_clear, the escalations SLOW and URGENT; `roots` go
    beside them."""
    roots += "".join(
        f'<message id="m_{name}" name="{name}">'
        + (extension(f'<gov:subscription correlationKey="={key}"/>') if key else "")
        + "</message>"
        for name, key in _MESSAGES.items()
    ) + "".join(f'<error id="e_{code}" errorCode="{code}"/>' for code in _ERRORS)
    roots += "".join(f'<signal id="s_{name}" name="{name}"/>' for name in _SIGNALS)
    roots += "".join(f'<escalation id="x_{code}" escalationCode="{code}"/>' for code in _ESCALATIONS)
    content = _ARTIFACT.sub("", content) + "".join(_ARTIFACT.findall(content))
    body = f'<process id="{id}" isExecutable="{str(executable).lower()}">{extension(extensions)}{content}'
    return f"{_HEAD}{roots}{body}</process></definitions>".encode()


def extension(content: str) -> str:
    return f"<extensionElements>{content}</extensionElements>" if content else ""


def reads(target: str, source: str) -> str:
    """An input mapping."""
    return f"<gov:input source={quoteattr(source)} target={quoteattr(target)}/>"


def writes(target: str, source: str) -> str:
    """An output mapping."""
    return f"<gov:output source={quoteattr(source)} target={quoteattr(target)}/>"


def clock(limit: str, *, kind: str = "stage") -> str:
    return f"<gov:clock limit={quoteattr(limit)} kind={quoteattr(kind)}/>"


# --- flows ---------------------------------------------------------------------------------------


def flow(source: str, target: str, condition: str | None = None) -> str:
    inner = "" if condition is None else f"<conditionExpression>{escape(condition)}</conditionExpression>"
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<sequenceFlow id="{source}_{target}" {ends}>{inner}</sequenceFlow>'


def chain(*ids: str) -> str:
    return "".join(flow(source, target) for source, target in pairwise(ids))


def sequence(*nodes: tuple[str, str]) -> str:
    """start, the nodes (id, XML) one after the other, end."""
    ids = ["start", *(id for id, _ in nodes), "end"]
    return START + "".join(text for _, text in nodes) + END + chain(*ids)


def inner(prefix: str, *nodes: tuple[str, str]) -> str:
    """Content of a sub-process: the start event "<prefix>_s", the nodes (id, XML) one after the other, the
    end event "<prefix>_e"."""
    ids = [f"{prefix}_s", *(id for id, _ in nodes), f"{prefix}_e"]
    ends = start_event(f"{prefix}_s") + end_event(f"{prefix}_e")
    return ends + "".join(text for _, text in nodes) + chain(*ids)


# --- activities ----------------------------------------------------------------------------------


def node(tag: str, id: str, *, extensions: str = "", content: str = "", **attributes: str) -> str:
    """Any flow node; `gov_stage="x"` becomes the attribute gov:stage."""
    texts = "".join(
        f" {name.replace('gov_', 'gov:').rstrip('_')}={quoteattr(value)}"
        for name, value in attributes.items()
    )
    return f'<{tag} id="{id}"{texts}>{extension(extensions)}{content}</{tag}>'


def user_task(id: str, *, extensions: str = "", **attributes: str) -> str:
    assigned = "" if "gov:assignment" in extensions else '<gov:assignment roles="clerk"/>'
    return node("userTask", id, extensions=assigned + extensions, **attributes)


def service_task(id: str, *, job: str = "check", extensions: str = "", **attributes: str) -> str:
    return node("serviceTask", id, extensions=f"<gov:job type={quoteattr(job)}/>{extensions}", **attributes)


def script_task(
    id: str, script: str, *, result: str | None = None, extensions: str = "", content: str = "", **more: str
) -> str:
    kept = more if result is None else {**more, "gov_result": result}
    content += f"<script>{escape(script)}</script>"
    return node("scriptTask", id, extensions=extensions, content=content, **kept)


def sub_process(id: str, content: str, *, extensions: str = "", **attributes: str) -> str:
    return node("subProcess", id, extensions=extensions, content=content, **attributes)


def event_sub_process(
    id: str, definition: str, content: str, *, interrupting: bool = True, extensions: str = ""
) -> str:
    """Begins with the start event "<id>_start" (which has `extensions`); `content` has the rest, flows
    included."""
    start = start_event(
        f"{id}_start", definition, extensions=extensions, isInterrupting=str(interrupting).lower()
    )
    return sub_process(id, start + content, triggeredByEvent="true")


def reaction(
    id: str, definition: str, *nodes: tuple[str, str], interrupting: bool = True, extensions: str = ""
) -> str:
    """An event sub-process of "<id>_start", the nodes (id, XML) one after the other, "<id>_end"."""
    ids = [f"{id}_start", *(each for each, _ in nodes), f"{id}_end"]
    content = "".join(text for _, text in nodes) + end_event(f"{id}_end") + chain(*ids)
    return event_sub_process(id, definition, content, interrupting=interrupting, extensions=extensions)


def transaction(id: str, content: str, *, extensions: str = "") -> str:
    return node("transaction", id, extensions=extensions, content=content)


def ad_hoc(
    id: str, content: str, *, condition: str | None = None, extensions: str = "", **attributes: str
) -> str:
    stop = "" if condition is None else f"<completionCondition>{escape(condition)}</completionCondition>"
    return node("adHocSubProcess", id, extensions=extensions, content=content + stop, **attributes)


# --- loops: content of an activity ---------------------------------------------------------------


def standard_loop(condition: str | None = None, *, before: bool = False, maximum: int | None = None) -> str:
    inner = "" if condition is None else f"<loopCondition>{escape(condition)}</loopCondition>"
    limit = "" if maximum is None else f' loopMaximum="{maximum}"'
    return (
        f'<standardLoopCharacteristics testBefore="{str(before).lower()}"{limit}>{inner}'
        "</standardLoopCharacteristics>"
    )


def multi_instance(
    collection: str | None = None,
    *,
    cardinality: str | None = None,
    item: str | None = None,
    sequential: bool = False,
    output: tuple[str, str] | None = None,
    until: str | None = None,
    content: str = "",
    **attributes: str,
) -> str:
    """`output` is the collection variable and the FEEL for each item; `until` the completion condition;
    `content` goes before it, such as a complexBehaviorDefinition."""
    words = {
        "collection": None if collection is None else f"={collection}",
        "item": item,
        "outputCollection": output and output[0],
        "outputItem": output and f"={output[1]}",
    }
    given = "".join(f" {name}={quoteattr(value)}" for name, value in words.items() if value)
    ours = extension(f"<gov:multiInstance{given}/>") if given else ""
    count = "" if cardinality is None else f"<loopCardinality>{escape(cardinality)}</loopCardinality>"
    stop = "" if until is None else f"<completionCondition>{escape(until)}</completionCondition>"
    more = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"{more}>'
        f"{ours}{count}{content}{stop}</multiInstanceLoopCharacteristics>"
    )


def call_activity(id: str, *, called: str | None = "called", extensions: str = "", **attributes: str) -> str:
    """With `called` None it is `gov_process` that says what is called."""
    element = {} if called is None else {"calledElement": called}
    return node("callActivity", id, extensions=extensions, **element, **attributes)


# --- events --------------------------------------------------------------------------------------


def timer(text: str, *, kind: str = "timeDuration") -> str:
    return f"<timerEventDefinition><{kind}>{escape(text)}</{kind}></timerEventDefinition>"


def message(name: str) -> str:
    return f'<messageEventDefinition messageRef="m_{name}"/>'


def error(code: str | None = None) -> str:
    return "<errorEventDefinition/>" if code is None else f'<errorEventDefinition errorRef="e_{code}"/>'


TERMINATE = "<terminateEventDefinition/>"
CANCEL = "<cancelEventDefinition/>"


def signal(name: str) -> str:
    return f'<signalEventDefinition signalRef="s_{name}"/>'


def escalation(code: str | None = None) -> str:
    if code is None:
        return "<escalationEventDefinition/>"
    return f'<escalationEventDefinition escalationRef="x_{code}"/>'


def condition(text: str) -> str:
    return f"<conditionalEventDefinition><condition>{escape(text)}</condition></conditionalEventDefinition>"


def link(name: str) -> str:
    return f"<linkEventDefinition name={quoteattr(name)}/>"


def compensate(activity: str | None = None, *, wait: bool = True) -> str:
    ref = "" if activity is None else f' activityRef="{activity}"'
    return f'<compensateEventDefinition{ref} waitForCompletion="{str(wait).lower()}"/>'


def association(source: str, target: str) -> str:
    """From a compensation boundary event to its handler."""
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<association id="{source}_to_{target}" associationDirection="One" {ends}/>'


def start_event(id: str, definition: str = "", *, extensions: str = "", **attributes: str) -> str:
    return node("startEvent", id, content=definition, extensions=extensions, **attributes)


def end_event(id: str, definition: str = "", *, extensions: str = "", **attributes: str) -> str:
    return node("endEvent", id, content=definition, extensions=extensions, **attributes)


def catch_event(id: str, definition: str, *, extensions: str = "") -> str:
    return node("intermediateCatchEvent", id, content=definition, extensions=extensions)


def throw_event(id: str, definition: str = "", *, extensions: str = "", **attributes: str) -> str:
    return node("intermediateThrowEvent", id, content=definition, extensions=extensions, **attributes)


def boundary(
    id: str,
    host: str,
    definition: str,
    *,
    interrupting: bool = True,
    extensions: str = "",
    **attributes: str,
) -> str:
    more = {} if interrupting else {"cancelActivity": "false"}
    return node(
        "boundaryEvent",
        id,
        content=definition,
        extensions=extensions,
        attachedToRef=host,
        **more,
        **attributes,
    )


# --- gateways ------------------------------------------------------------------------------------


def exclusive(id: str, *, default: str | None = None) -> str:
    return node("exclusiveGateway", id, **({"default": default} if default else {}))


def inclusive(id: str, *, default: str | None = None) -> str:
    return node("inclusiveGateway", id, **({"default": default} if default else {}))


def parallel(id: str) -> str:
    return node("parallelGateway", id)


def event_based(id: str, **attributes: str) -> str:
    return node("eventBasedGateway", id, **attributes)


def complex_gateway(id: str, *, activation: str | None = None, default: str | None = None) -> str:
    inner = "" if activation is None else f"<activationCondition>{escape(activation)}</activationCondition>"
    return node("complexGateway", id, content=inner, **({"default": default} if default else {}))
