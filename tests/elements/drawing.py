"""BPMN text in a few words. Every function returns XML; flows have the id "source_target"."""

from __future__ import annotations

from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:gov="urn:yishi:bpmn:1"'
    ' targetNamespace="urn:test" id="file">'
)
_MESSAGES = {"paid": None, "recalled": None, "answered": "caseId"}
_ERRORS = ("REFUSED", "LATE")

START = '<startEvent id="start"/>'
END = '<endEvent id="end"/>'


def process(content: str, *, id: str = "main", extensions: str = "", executable: bool = True) -> bytes:
    """A file with one process, the messages paid, recalled and answered (correlated by `caseId`), and
    the errors REFUSED and LATE."""
    roots = "".join(
        f'<message id="m_{name}" name="{name}">'
        + (extension(f'<gov:subscription correlationKey="={key}"/>') if key else "")
        + "</message>"
        for name, key in _MESSAGES.items()
    ) + "".join(f'<error id="e_{code}" errorCode="{code}"/>' for code in _ERRORS)
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


def service_task(id: str, *, job: str = "check", extensions: str = "") -> str:
    return node("serviceTask", id, extensions=f"<gov:job type={quoteattr(job)}/>{extensions}")


def script_task(id: str, script: str, *, result: str | None = None, extensions: str = "") -> str:
    kept = {} if result is None else {"gov_result": result}
    return node("scriptTask", id, extensions=extensions, content=f"<script>{escape(script)}</script>", **kept)


def sub_process(id: str, content: str, *, extensions: str = "") -> str:
    return node("subProcess", id, extensions=extensions, content=content)


def call_activity(id: str, *, called: str = "called", extensions: str = "") -> str:
    return node("callActivity", id, extensions=extensions, calledElement=called)


# --- events --------------------------------------------------------------------------------------


def timer(text: str, *, kind: str = "timeDuration") -> str:
    return f"<timerEventDefinition><{kind}>{escape(text)}</{kind}></timerEventDefinition>"


def message(name: str) -> str:
    return f'<messageEventDefinition messageRef="m_{name}"/>'


def error(code: str | None = None) -> str:
    return "<errorEventDefinition/>" if code is None else f'<errorEventDefinition errorRef="e_{code}"/>'


TERMINATE = "<terminateEventDefinition/>"


def start_event(id: str, definition: str = "", **attributes: str) -> str:
    return node("startEvent", id, content=definition, **attributes)


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


def event_based(id: str) -> str:
    return node("eventBasedGateway", id)
