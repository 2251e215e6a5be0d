"""A compiled process: flat arrays that the machine runs over.

Nodes and flows are numbered in document order (nested ones after their sub-process), so stored
states stay valid for as long as the file they were made from does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from engine.bpmn.model import NodeKind, TimerKind
from engine.dmn import Decision
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


Trigger = TimerTrigger | MessageTrigger | ErrorTrigger | TerminateTrigger


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
class Node:
    """One flow node. Numbers are indices into the program's arrays; -1 and () mean none."""

    index: int
    id: str
    name: str
    kind: NodeKind
    parent: int = -1
    incoming: tuple[int, ...] = ()
    outgoing: tuple[int, ...] = ()
    default: int = -1
    chooses: bool = False
    """Of a gateway: which flows it takes depends on conditions."""
    boundaries: tuple[int, ...] = ()
    attached_to: int = -1
    interrupting: bool = True
    start: int = -1
    """Of a sub-process: its none start event."""
    trigger: Trigger | None = None
    inputs: tuple[tuple[str, Source], ...] = ()
    outputs: tuple[tuple[str, Source], ...] = ()
    clocks: tuple[ClockSpec, ...] = ()
    stage: str | None = None
    milestone: str | None = None
    outcome: Source | None = None
    result: str | None = None
    script: Source | None = None
    decision: str | None = None
    called_element: str | None = None
    user_task: UserTaskSpec | None = None
    job: JobSpec | None = None
    message: MessageTrigger | None = None
    """Of a send or receive task."""
    caught_code: str | None = None
    caught_message: str | None = None
    reaching: Mapping[int, int] = field(default_factory=dict)
    """Of an inclusive join: incoming flow -> bit set of the nodes from which that flow can be
    reached without passing this gateway (BPMN 2.0.2, 13.4.3)."""


@dataclass(frozen=True, slots=True)
class Program:
    process_id: str
    name: str
    nodes: tuple[Node, ...]
    flow_ids: tuple[str, ...]
    flow_targets: tuple[int, ...]
    conditions: tuple[Source | None, ...]
    """Per flow."""
    start: int
    """The none start event, -1 if the process starts by messages only."""
    message_starts: Mapping[str, int]
    clocks: tuple[ClockSpec, ...]
    """Of the process itself: they run while the instance does."""

    def node_named(self, element_id: str) -> Node | None:
        return next((node for node in self.nodes if node.id == element_id), None)


class Library(Protocol):
    """The deployed definitions, as far as a running instance needs them."""

    def program(self, definition_id: int) -> Program:
        """The program an instance is bound to; never None for an id that was ever handed out."""
        ...

    def latest_process(self, process_id: str) -> int | None:
        """The definition id of the newest active version of `process_id`."""
        ...

    def latest_decision(self, decision_id: str) -> Decision | None: ...
