"""A BPMN file as it was drawn: frozen, with the standard's names, before anything is compiled.

Source: BPMN 2.0.2, chapters 8 and 10. Tuples are in document order; that order is what the
program's node and flow numbers, and with them stored states, rest on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

BPMN_NAMESPACE = "http://www.omg.org/spec/BPMN/20100524/MODEL"
GOV_NAMESPACE = "urn:yishi:bpmn:1"
"""Our extension attributes and elements; files use the prefix `gov`."""


class NodeKind(StrEnum):
    """The element's local name in the file."""

    START_EVENT = "startEvent"
    END_EVENT = "endEvent"
    INTERMEDIATE_CATCH_EVENT = "intermediateCatchEvent"
    INTERMEDIATE_THROW_EVENT = "intermediateThrowEvent"
    BOUNDARY_EVENT = "boundaryEvent"
    TASK = "task"
    USER_TASK = "userTask"
    MANUAL_TASK = "manualTask"
    SERVICE_TASK = "serviceTask"
    SCRIPT_TASK = "scriptTask"
    SEND_TASK = "sendTask"
    RECEIVE_TASK = "receiveTask"
    BUSINESS_RULE_TASK = "businessRuleTask"
    CALL_ACTIVITY = "callActivity"
    SUB_PROCESS = "subProcess"
    EXCLUSIVE_GATEWAY = "exclusiveGateway"
    PARALLEL_GATEWAY = "parallelGateway"
    INCLUSIVE_GATEWAY = "inclusiveGateway"
    EVENT_BASED_GATEWAY = "eventBasedGateway"


ACTIVITY_KINDS = frozenset(
    {
        NodeKind.TASK,
        NodeKind.USER_TASK,
        NodeKind.MANUAL_TASK,
        NodeKind.SERVICE_TASK,
        NodeKind.SCRIPT_TASK,
        NodeKind.SEND_TASK,
        NodeKind.RECEIVE_TASK,
        NodeKind.BUSINESS_RULE_TASK,
        NodeKind.CALL_ACTIVITY,
        NodeKind.SUB_PROCESS,
    }
)
GATEWAY_KINDS = frozenset(kind for kind in NodeKind if kind.value.endswith("Gateway"))


# --- event definitions ---------------------------------------------------------------------------


class TimerKind(StrEnum):
    DATE = "timeDate"
    DURATION = "timeDuration"
    CYCLE = "timeCycle"


@dataclass(frozen=True, slots=True)
class TimerEventDefinition:
    kind: TimerKind
    text: str
    """ISO 8601, or FEEL after a leading "="."""


@dataclass(frozen=True, slots=True)
class MessageEventDefinition:
    message_ref: str


@dataclass(frozen=True, slots=True)
class ErrorEventDefinition:
    error_ref: str | None
    """None catches every error."""


@dataclass(frozen=True, slots=True)
class TerminateEventDefinition:
    pass


EventDefinition = (
    TimerEventDefinition | MessageEventDefinition | ErrorEventDefinition | TerminateEventDefinition
)


# --- our extensions ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VariableMapping:
    """`<gov:input source= target=/>` or `<gov:output …/>`: FEEL after "=", else a literal text."""

    source: str
    target: str
    line: int | None


@dataclass(frozen=True, slots=True)
class ClockDeclaration:
    """`<gov:clock limit= kind= ladder=/>`: a statutory clock that runs while the element is active.

    `limit` names a time limit of the scenario, literally or by FEEL after "=".
    """

    limit: str
    kind: str
    ladder: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """`<gov:assignment roles= department= assignee= fourEyes=/>` of a user task.

    `roles` are separated by commas; `department` and `assignee` may be FEEL after "=".
    `four_eyes` are ids of user tasks whose completer may not do this one.
    """

    roles: tuple[str, ...] = ()
    department: str | None = None
    assignee: str | None = None
    four_eyes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JobDeclaration:
    """`<gov:job type= retries=/>` with `<gov:header name= value=/>`."""

    job_type: str
    retries: int
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Extensions:
    """Everything of ours on one element."""

    stage: str | None = None
    """`gov:stage`: the case enters this stage (环节) when a token enters the element."""
    milestone: str | None = None
    """`gov:milestone`: the plain words a citizen reads when the element is reached."""
    outcome: str | None = None
    """`gov:outcome` of an end event: the case's result (结果), literal or FEEL after "="."""
    form: str | None = None
    result: str | None = None
    """`gov:result`: the variable that takes a script's or a decision's value."""
    decision: str | None = None
    caught_code: str | None = None
    """`gov:caughtCode`, `gov:caughtMessage` of an error event: variables that take what was thrown."""
    caught_message: str | None = None
    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    clocks: tuple[ClockDeclaration, ...] = ()
    assignment: Assignment | None = None
    job: JobDeclaration | None = None


# --- flow elements -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SequenceFlow:
    id: str
    name: str
    source_ref: str
    target_ref: str
    condition: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class FlowNode:
    """One node. Fields that its kind does not have keep their default."""

    id: str
    name: str
    kind: NodeKind
    line: int | None
    extensions: Extensions = Extensions()
    default: str | None = None
    """Id of the default flow."""
    event: EventDefinition | None = None
    attached_to: str | None = None
    cancel_activity: bool = True
    message_ref: str | None = None
    """Of a send or receive task."""
    called_element: str | None = None
    script: str | None = None
    nodes: tuple[FlowNode, ...] = ()
    """Of a sub-process."""
    flows: tuple[SequenceFlow, ...] = ()


@dataclass(frozen=True, slots=True)
class Process:
    id: str
    name: str
    is_executable: bool
    line: int | None
    nodes: tuple[FlowNode, ...]
    flows: tuple[SequenceFlow, ...]
    extensions: Extensions = Extensions()

    def walk(self) -> Iterator[tuple[FlowNode, FlowNode | None]]:
        """Every node with the sub-process around it (None for the process), in document order."""
        pending: list[tuple[FlowNode, FlowNode | None]] = [(node, None) for node in reversed(self.nodes)]
        while pending:
            node, parent = pending.pop()
            yield node, parent
            pending.extend((child, node) for child in reversed(node.nodes))


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    name: str
    correlation_key: str | None
    """FEEL of `<gov:subscription correlationKey=/>`, evaluated when the subscription opens."""
    line: int | None


@dataclass(frozen=True, slots=True)
class Error:
    id: str
    name: str
    code: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Definitions:
    """One file."""

    id: str
    file: str
    processes: tuple[Process, ...]
    messages: Mapping[str, Message]
    errors: Mapping[str, Error]
