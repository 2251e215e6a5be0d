"""A compiled process: flat arrays that the machine runs over.

Nodes and flows are numbered in document order (nested ones after their sub-process), so stored
states stay valid for as long as the file they were made from does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Protocol

from engine.bpmn.declarations import LATEST, Binding
from engine.bpmn.model import MultiInstanceBehavior, NodeKind, TimerKind
from engine.dmn import Invocable
from engine.feel import Evaluation


class Source(Protocol):
    """A compiled FEEL expression, or a literal with the same face."""

    @property
    def text(self) -> str: ...

    def value(self, context: Mapping[str, object], *, now: datetime) -> object: ...

    def evaluate(self, context: Mapping[str, object], *, now: datetime) -> Evaluation: ...


@dataclass(frozen=True, slots=True)
class Literal:
    text: str

    def value(self, context: Mapping[str, object], *, now: datetime) -> object:
        return self.text

    def evaluate(self, context: Mapping[str, object], *, now: datetime) -> Evaluation:
        return Evaluation(self.text, ())


@dataclass(frozen=True, slots=True)
class TimerTrigger:
    kind: TimerKind
    source: Source


@dataclass(frozen=True, slots=True)
class MessageTrigger:
    name: str
    correlation_key: Source | None
    """None: the case number correlates."""


@dataclass(frozen=True, slots=True)
class ErrorTrigger:
    code: str | None
    """None catches every error."""


@dataclass(frozen=True, slots=True)
class TerminateTrigger:
    pass


@dataclass(frozen=True, slots=True)
class SignalTrigger:
    name: str


@dataclass(frozen=True, slots=True)
class EscalationTrigger:
    code: str | None
    """None catches every escalation."""


@dataclass(frozen=True, slots=True)
class ConditionalTrigger:
    condition: Source


@dataclass(frozen=True, slots=True)
class LinkTrigger:
    name: str


@dataclass(frozen=True, slots=True)
class CancelTrigger:
    pass


@dataclass(frozen=True, slots=True)
class CompensateTrigger:
    activity: int = -1
    """-1: everything completed in the scope."""
    wait: bool = True


Trigger = (
    TimerTrigger
    | MessageTrigger
    | ErrorTrigger
    | TerminateTrigger
    | SignalTrigger
    | EscalationTrigger
    | ConditionalTrigger
    | LinkTrigger
    | CancelTrigger
    | CompensateTrigger
)


class Entry(IntEnum):
    """What the machine does first when a token comes to a node: its table's index."""

    PASS = 0
    """Nothing to do and nothing that may fail: the token goes on."""
    WORK = 1
    EXCLUSIVE = 2
    PARALLEL = 3
    INCLUSIVE = 4
    COMPLEX = 5
    LINK = 6
    GATHER = 7
    """An activity that begins with several tokens (`startQuantity`)."""
    FINISH = 8
    """A none end event."""


@dataclass(frozen=True, slots=True)
class StandardLoopSpec:
    test_before: bool
    condition: Source | None
    maximum: int | None


@dataclass(frozen=True, slots=True)
class ComplexBehaviorSpec:
    condition: Source
    trigger: Trigger


@dataclass(frozen=True, slots=True)
class MultiInstanceSpec:
    is_sequential: bool
    cardinality: Source | None
    collection: Source | None
    item: str | None
    output_collection: str | None
    output_item: Source | None
    completion_condition: Source | None
    behavior: MultiInstanceBehavior
    trigger: Trigger | None
    """Thrown by every instance (behaviour None) or by the first (One)."""
    complex_behaviors: tuple[ComplexBehaviorSpec, ...]


LoopSpec = StandardLoopSpec | MultiInstanceSpec


@dataclass(frozen=True, slots=True)
class ClockSpec:
    limit: Source
    kind: str
    ladder: str | None


@dataclass(frozen=True, slots=True)
class UserTaskSpec:
    form: str | None
    roles: tuple[str, ...]
    department: Source | None
    assignee: Source | None
    four_eyes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JobSpec:
    job_type: Source
    retries: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AdHocSpec:
    is_parallel: bool
    cancel_remaining: bool
    completion_condition: Source | None
    active_elements: Source | None
    activities: tuple[int, ...]
    """Those that no flow leads to: they may be begun."""


@dataclass(frozen=True, slots=True)
class Node:
    """One flow node. Numbers are indices into the program's arrays; -1 and () mean none."""

    index: int
    id: str
    name: str
    kind: NodeKind
    entry: int = Entry.WORK.value
    opens: bool = False
    """A run of the process may begin here, and its clocks with it."""
    parent: int = -1
    incoming: tuple[int, ...] = ()
    outgoing: tuple[int, ...] = ()
    next: tuple[tuple[int, int], ...] = ()
    """Per outgoing flow: the node it leads to, and the flow."""
    only: tuple[int, int] | None = None
    """The one and only of `next`, if the token always takes it."""
    announces: bool = False
    """It has a stage or a milestone."""
    prepares: bool = True
    """There is something to do before its work: mappings, clocks, boundary events, a loop."""
    closes_simply: bool = False
    """Nothing is to be mapped, chosen or remembered when it completes."""
    default: int = -1
    chooses: bool = False
    """Which flows it takes depends on conditions."""
    boundaries: tuple[int, ...] = ()
    attached_to: int = -1
    interrupting: bool = True
    starts: tuple[int, ...] = ()
    """Of a sub-process: where its tokens begin; of an event sub-process its start event."""
    event_sub_processes: tuple[int, ...] = ()
    triggered_by_event: bool = False
    variables: tuple[str, ...] = ()
    """Data objects and properties: null until something is written."""
    triggers: tuple[Trigger, ...] = ()
    numbers: tuple[int, ...] = ()
    """Per trigger: the number by which timers and subscriptions refer to it."""
    parallel_multiple: bool = False
    link: int = -1
    """Of a throwing link event: the catching one."""
    loop: LoopSpec | None = None
    ad_hoc: AdHocSpec | None = None
    handler: int = -1
    """The activity that compensates this one."""
    compensator: int = -1
    """Of a sub-process: the event sub-process inside that compensates it."""
    keeps_record: bool = False
    """Its completion must be remembered, since it may be compensated."""
    start_quantity: int = 1
    completion_quantity: int = 1
    activation: Source | None = None
    """Of a complex gateway."""
    parallel_events: bool = False
    inputs: tuple[tuple[str, Source], ...] = ()
    outputs: tuple[tuple[str, Source], ...] = ()
    clocks: tuple[ClockSpec, ...] = ()
    stage: str | None = None
    milestone: str | None = None
    outcome: Source | None = None
    result: str | None = None
    script: Source | None = None
    decision: str | None = None
    called_element: Source | None = None
    binding: Binding = LATEST
    user_task: UserTaskSpec | None = None
    job: JobSpec | None = None
    message: MessageTrigger | None = None
    """Of a send task; a receive task has it among its triggers."""
    caught_code: str | None = None
    caught_message: str | None = None
    reaching: Mapping[int, int] = field(default_factory=dict)
    """Of an inclusive or complex join: incoming flow -> bit set of the nodes from which that flow can
    be reached without passing this gateway (BPMN 2.0.2, 13.4.3)."""

    @property
    def trigger(self) -> Trigger | None:
        """The only trigger; None for none events and multiple ones."""
        return self.triggers[0] if len(self.triggers) == 1 else None


@dataclass(frozen=True, slots=True)
class Program:
    process_id: str
    name: str
    nodes: tuple[Node, ...]
    flow_ids: tuple[str, ...]
    flow_targets: tuple[int, ...]
    conditions: tuple[Source | None, ...]
    """Per flow."""
    starts: tuple[int, ...]
    """The none start event, or without any start event the nodes that no flow leads to; () if the
    process begins by messages, signals or timers only."""
    message_starts: Mapping[str, int]
    """Message name -> number of the event; likewise for signals."""
    signal_starts: Mapping[str, int]
    timer_starts: tuple[tuple[int, TimerTrigger], ...]
    event_sub_processes: tuple[int, ...]
    variables: tuple[str, ...]
    clocks: tuple[ClockSpec, ...]
    """Of the process itself: they run while the instance does."""
    further_events: tuple[tuple[int, int], ...] = ()
    """Node and place of each trigger after a node's first; numbered after the nodes."""
    signals: frozenset[str] = frozenset()
    """Names that something in the process may wait for."""
    watches: bool = False
    """Whether something waits for a condition, so that changed variables must be looked at."""

    def event(self, number: int) -> tuple[Node, Trigger]:
        """The event that timers and subscriptions know by `number`: a node's number for its first
        trigger, a number after all nodes for the others."""
        if number < len(self.nodes):
            node = self.nodes[number]
            return node, node.triggers[0]
        index, place = self.further_events[number - len(self.nodes)]
        return self.nodes[index], self.nodes[index].triggers[place]

    def node_named(self, element_id: str) -> Node | None:
        return next((node for node in self.nodes if node.id == element_id), None)


class Library(Protocol):
    """The deployed definitions, as far as a running instance needs them."""

    def program(self, definition_id: int) -> Program:
        """The program an instance is bound to; never None for an id that was ever handed out."""
        ...

    def called_process(self, process_id: str, *, binding: Binding, caller: int) -> int | None:
        """The definition id of the version of `process_id` that `binding` means for definition
        `caller`; None if there is none."""
        ...

    def bound_decision(self, decision_id: str, *, binding: Binding, caller: int) -> Invocable | None: ...
