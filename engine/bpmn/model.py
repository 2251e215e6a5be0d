"""A BPMN file as it was drawn: frozen, with the standard's names, before anything is compiled.

Source: BPMN 2.0.2, chapters 8 and 10. Tuples are in document order; that order is what the
program's node and flow numbers, and with them stored states, rest on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.bpmn.declarations import NO_EXTENSIONS, Extensions

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
    """Also an event sub-process: `FlowNode.triggered_by_event` tells."""
    TRANSACTION = "transaction"
    AD_HOC_SUB_PROCESS = "adHocSubProcess"
    EXCLUSIVE_GATEWAY = "exclusiveGateway"
    PARALLEL_GATEWAY = "parallelGateway"
    INCLUSIVE_GATEWAY = "inclusiveGateway"
    EVENT_BASED_GATEWAY = "eventBasedGateway"
    COMPLEX_GATEWAY = "complexGateway"


SUB_PROCESS_KINDS = frozenset({NodeKind.SUB_PROCESS, NodeKind.TRANSACTION, NodeKind.AD_HOC_SUB_PROCESS})
"""Activities with flow nodes of their own inside."""
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
        *SUB_PROCESS_KINDS,
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


@dataclass(frozen=True, slots=True)
class SignalEventDefinition:
    signal_ref: str


@dataclass(frozen=True, slots=True)
class EscalationEventDefinition:
    escalation_ref: str | None
    """None catches every escalation."""


@dataclass(frozen=True, slots=True)
class ConditionalEventDefinition:
    condition: str
    """FEEL, without a leading "="."""


@dataclass(frozen=True, slots=True)
class LinkEventDefinition:
    name: str
    """Joins a throw event with the catch event of the same name in the same scope."""


@dataclass(frozen=True, slots=True)
class CancelEventDefinition:
    pass


@dataclass(frozen=True, slots=True)
class CompensateEventDefinition:
    activity_ref: str | None = None
    """None compensates everything completed in the scope, in reverse order."""
    wait_for_completion: bool = True


EventDefinition = (
    TimerEventDefinition
    | MessageEventDefinition
    | ErrorEventDefinition
    | TerminateEventDefinition
    | SignalEventDefinition
    | EscalationEventDefinition
    | ConditionalEventDefinition
    | LinkEventDefinition
    | CancelEventDefinition
    | CompensateEventDefinition
)


# --- loops ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StandardLoop:
    """`standardLoopCharacteristics`. Source: BPMN 2.0.2, table 10.28."""

    test_before: bool
    condition: str | None
    """FEEL, without a leading "="; while it is true the activity is done again."""
    maximum: int | None
    line: int | None


class MultiInstanceBehavior(StrEnum):
    """When an instance's completion throws an event to the boundary of the activity."""

    NONE = "None"
    ONE = "One"
    ALL = "All"
    COMPLEX = "Complex"


@dataclass(frozen=True, slots=True)
class ComplexBehavior:
    """`complexBehaviorDefinition`: throws `event` when an instance completes and `condition` holds."""

    condition: str
    event: EventDefinition
    line: int | None


@dataclass(frozen=True, slots=True)
class MultiInstanceLoop:
    """`multiInstanceLoopCharacteristics`. Source: BPMN 2.0.2, tables 10.29 to 10.31.

    Either `cardinality` or `collection` says how many instances there are. All expressions are FEEL
    without a leading "=". The reader fills `collection`, `item`, `output_collection` and
    `output_item` from `loopDataInputRef`, `inputDataItem`, `loopDataOutputRef`, `outputDataItem` or
    from `<gov:multiInstance collection= item= outputCollection= outputItem=/>`.
    """

    is_sequential: bool
    cardinality: str | None
    collection: str | None
    item: str | None
    """Variable that holds the instance's item."""
    output_collection: str | None
    """Variable that takes the list of results, in the order of the items."""
    output_item: str | None
    """FEEL, evaluated in each instance when it completes."""
    completion_condition: str | None
    behavior: MultiInstanceBehavior
    event: EventDefinition | None
    """Of behaviour None (thrown by every instance) or One (by the first)."""
    complex_behaviors: tuple[ComplexBehavior, ...]
    line: int | None


Loop = StandardLoop | MultiInstanceLoop


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
    extensions: Extensions = NO_EXTENSIONS
    default: str | None = None
    """Id of the default flow."""
    events: tuple[EventDefinition, ...] = ()
    """Several: a multiple event. Referenced root definitions are put in place by the reader."""
    parallel_multiple: bool = False
    """Of a catching event with several definitions: all of them are awaited."""
    attached_to: str | None = None
    interrupting: bool = True
    """`cancelActivity` of a boundary event, `isInterrupting` of an event sub-process's start event."""
    message_ref: str | None = None
    """Of a send or receive task."""
    instantiate: bool = False
    """Of a receive task or event-based gateway without incoming flows: its message starts the process."""
    parallel_events: bool = False
    """Of an instantiating event-based gateway: `eventGatewayType="Parallel"`."""
    called_element: str | None = None
    """Id of a process or global task; FEEL after "=" if it came from `gov:process`."""
    script: str | None = None
    loop: Loop | None = None
    for_compensation: bool = False
    """`isForCompensation`: no flow leads to it, only an association from a compensation event."""
    compensation_handler: str | None = None
    """Of a compensation boundary event: the id of the activity its association leads to."""
    start_quantity: int = 1
    completion_quantity: int = 1
    activation_condition: str | None = None
    """Of a complex gateway: FEEL without "="."""
    variables: tuple[str, ...] = ()
    """Names of the data objects and properties declared in a sub-process or on an activity."""
    triggered_by_event: bool = False
    is_parallel: bool = True
    """Of an ad-hoc sub-process: `ordering` is Parallel, not Sequential."""
    cancel_remaining: bool = True
    """Of an ad-hoc sub-process: `cancelRemainingInstances`."""
    completion_condition: str | None = None
    """Of an ad-hoc sub-process: FEEL without "="."""
    nodes: tuple[FlowNode, ...] = ()
    """Of a sub-process."""
    flows: tuple[SequenceFlow, ...] = ()

    @property
    def event(self) -> EventDefinition | None:
        """The only event definition; None for none events and multiple ones."""
        return self.events[0] if len(self.events) == 1 else None


@dataclass(frozen=True, slots=True)
class Process:
    id: str
    name: str
    is_executable: bool
    line: int | None
    nodes: tuple[FlowNode, ...]
    flows: tuple[SequenceFlow, ...]
    extensions: Extensions = NO_EXTENSIONS
    variables: tuple[str, ...] = ()
    """Names of the data objects and properties declared on the process."""
    is_global_task: bool = False
    """A global task: one node, which starts without a start event."""

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
class Signal:
    id: str
    name: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Escalation:
    id: str
    name: str
    code: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Definitions:
    """One file. Global tasks are among the processes."""

    id: str
    file: str
    processes: tuple[Process, ...]
    messages: Mapping[str, Message]
    errors: Mapping[str, Error]
    signals: Mapping[str, Signal] = field(default_factory=dict)
    escalations: Mapping[str, Escalation] = field(default_factory=dict)
