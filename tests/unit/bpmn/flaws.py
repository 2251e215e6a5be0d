"""Pieces of drawings that the tests of the rules put together."""

from __future__ import annotations

from engine.bpmn.reader import read
from engine.bpmn.rules import check
from engine.findings import Finding
from tests.unit.bpmn.drawing import ERROR, MESSAGE, extension, flow

Flaw = tuple[str, bytes]
"""The rule that a file breaks, and the file."""

SIGNAL = '<signal id="alarm" name="alarm"/>'
ESCALATION = '<escalation id="late" escalationCode="LATE"/>'
ROOTS = MESSAGE + ERROR + SIGNAL + ESCALATION

MESSAGE_EVENT = '<messageEventDefinition messageRef="paid"/>'
SIGNAL_EVENT = '<signalEventDefinition signalRef="alarm"/>'
ERROR_EVENT = '<errorEventDefinition errorRef="refused"/>'
ESCALATION_EVENT = '<escalationEventDefinition escalationRef="late"/>'
CANCEL = "<cancelEventDefinition/>"
COMPENSATE = "<compensateEventDefinition/>"
TERMINATE = "<terminateEventDefinition/>"


def condition(text: str) -> str:
    return f"<conditionalEventDefinition><condition>{text}</condition></conditionalEventDefinition>"


def time(kind: str = "timeDuration", text: str = "PT1H") -> str:
    return f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"


def link(name: str) -> str:
    return f'<linkEventDefinition name="{name}"/>'


def start(content: str = "", *, id: str = "start", attributes: str = "") -> str:
    return f'<startEvent id="{id}" {attributes}>{content}</startEvent>'


def end(content: str = "", *, id: str = "end") -> str:
    return f'<endEvent id="{id}">{content}</endEvent>'


def catch(content: str, *, id: str = "x", attributes: str = "") -> str:
    return f'<intermediateCatchEvent id="{id}" {attributes}>{content}</intermediateCatchEvent>'


def throw(content: str, *, id: str = "x") -> str:
    return f'<intermediateThrowEvent id="{id}">{content}</intermediateThrowEvent>'


def boundary(content: str, *, id: str = "b", on: str = "x", attributes: str = "") -> str:
    return f'<boundaryEvent id="{id}" attachedToRef="{on}" {attributes}>{content}</boundaryEvent>'


def timer_boundary(*, attributes: str = "") -> str:
    return boundary(time(), attributes=attributes)


def gateway(id: str, kind: str = "exclusive", attributes: str = "", content: str = "") -> str:
    return f'<{kind}Gateway id="{id}" {attributes}>{content}</{kind}Gateway>'


def script(id: str = "x", *, content: str = "", attributes: str = "") -> str:
    return f'<scriptTask id="{id}" gov:result="n" {attributes}>{content}<script>1</script></scriptTask>'


def sub_process(content: str, *, id: str = "x", kind: str = "subProcess", attributes: str = "") -> str:
    return f'<{kind} id="{id}" {attributes}>{content}</{kind}>'


def event_sub_process(event: str, *, id: str = "es", start_attributes: str = "", more: str = "") -> str:
    inner = (
        start(event, id=f"{id}_s", attributes=start_attributes)
        + end(id=f"{id}_e")
        + flow(f"{id}_s", f"{id}_e")
    )
    return sub_process(inner + more, id=id, attributes='triggeredByEvent="true"')


def handled(id: str = "x", *, handler: str = "undo") -> str:
    """A compensation event on the activity `id`, and the `handler` to which `undone` leads it."""
    return boundary(COMPENSATE, id=f"{id}_c", on=id) + script(handler, attributes='isForCompensation="true"')


def undone(id: str = "x", *, handler: str = "undo") -> str:
    """An association; in a file these stand behind all nodes and flows."""
    ends = f'sourceRef="{id}_c" targetRef="{handler}"'
    return f'<association id="{id}_a" {ends} associationDirection="One"/>'


def assigned(content: str = "") -> str:
    return extension('<gov:assignment roles="clerk"/>') + content


def split(kind: str, *, default: str = "", first: str | None = None, second: str | None = None) -> str:
    """start -> split g -> end | end2."""
    attributes = f'default="{default}"' if default else ""
    return (
        start()
        + gateway("g", kind, attributes)
        + end()
        + end(id="end2")
        + flow("start", "g")
        + flow("g", "end", first)
        + flow("g", "end2", second)
    )


def checked(content: bytes) -> list[Finding]:
    """What the rules say; the file must be readable."""
    model, _ = read(content, file="test.bpmn")
    assert model is not None
    return check(model)


def broken(content: bytes) -> set[str]:
    """The rules that the file breaks."""
    return {finding.rule for finding in checked(content)}
