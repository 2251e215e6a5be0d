"""What the reader alone says about a file: its model, and its findings without those of the rules."""

from __future__ import annotations

from engine.bpmn.model import Definitions, FlowNode, Process
from engine.bpmn.reader import read
from engine.findings import Finding
from tests.unit.bpmn.drawing import END, START, chain, process

ROOTS = (
    '<message id="paid" name="paid"/><signal id="flood" name="flood"/>'
    '<error id="refused" errorCode="REFUSED"/><escalation id="late" escalationCode="LATE"/>'
)
MESSAGE = '<messageEventDefinition messageRef="paid"/>'
TIMER = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
SIGNAL = '<signalEventDefinition signalRef="flood"/>'
CONDITIONAL = "<conditionalEventDefinition><condition>= level &gt; 3</condition></conditionalEventDefinition>"
ERROR = '<errorEventDefinition errorRef="refused"/>'
ESCALATION = '<escalationEventDefinition escalationRef="late"/>'
COMPENSATION = "<compensateEventDefinition/>"
CANCEL = "<cancelEventDefinition/>"
LINK = '<linkEventDefinition name="onward"/>'
TERMINATE = "<terminateEventDefinition/>"


def between(node: str, *, id: str = "x", root: str = ROOTS, more: str = "") -> bytes:
    """start -> `node` -> end, with `more` beside them."""
    return process(START + node + END + chain("start", id, "end") + more, root=root)


def findings_in(content: bytes) -> list[Finding]:
    return read(content, file="test.bpmn")[1]


def flaws(content: bytes) -> list[str]:
    """Rules of the reader's findings."""
    return [finding.rule for finding in findings_in(content)]


def file_of(content: bytes) -> Definitions:
    """The model of a file in which the reader finds nothing wrong."""
    model, findings = read(content, file="test.bpmn")
    assert findings == []
    assert model is not None
    return model


def process_of(content: bytes) -> Process:
    return file_of(content).processes[0]


def node_in(content: bytes, node_id: str = "x") -> FlowNode:
    return next(node for node, _ in process_of(content).walk() if node.id == node_id)
