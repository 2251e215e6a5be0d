"""One process instance on one engine, answered step by step: rows in memory, a clock that only the
answers move, and the state written and read back between any two steps, as the store does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.bpmn.effects import (
    CloseElement,
    CreateJob,
    CreateTimer,
    CreateUserTask,
    Effect,
    EndProcess,
    Move,
    OpenSubscription,
    RaiseIncident,
    ResolveIncidents,
)
from engine.bpmn.machine.advancing import Moved
from engine.bpmn.program import Library
from engine.bpmn.runtime import Runtime
from engine.bpmn.stimuli import (
    CancelProcess,
    CompleteElement,
    DeliverMessage,
    RetryElement,
    StartProcess,
    Stimulus,
    ThrowError,
    TriggerTimer,
)
from engine.errors import InvalidState

Row = CreateUserTask | CreateJob | CreateTimer | OpenSubscription | RaiseIncident


@dataclass(frozen=True, slots=True)
class Complete:
    """The user task or job is done. Each answer means the oldest that waits at the element."""

    element_id: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Throw:
    """The user task or job reports a business error."""

    element_id: str
    code: str
    message: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fire:
    """The timer comes due; time moves on to that instant."""

    element_id: str


@dataclass(frozen=True, slots=True)
class Deliver:
    element_id: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Retry:
    """The incident at the element is resolved."""

    element_id: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cancel:
    pass


Answer = Complete | Throw | Fire | Deliver | Retry | Cancel


@dataclass(frozen=True, slots=True)
class Rest:
    """What can be seen of an instance between two steps."""

    visited: Counter[str]
    """Element ids of this step: how often a token came to each. In which order parallel branches took
    their steps is the engine's own choice."""
    terminated: Counter[str]
    taken: Counter[str]
    """Flows that gateways chose."""
    waiting: Counter[str]
    """What waits: "kind id" of user tasks, jobs, timers, subscriptions and incidents."""
    said: Counter[str]
    """What the step told the world beside that: messages, clocks, stages, called processes, the end."""
    variables: Mapping[str, Any]
    """Of the process; of the last rest once it has ended."""
    ended: bool | None


class Play:
    def __init__(
        self, runtime: Runtime, library: Library, *, now: datetime, steps: int, reload: bool = True
    ) -> None:
        self.runtime = runtime
        self.library = library
        self.now = now
        self.steps = steps
        self.reload = reload
        self.rows: list[Row] = []
        self._state: Any = None
        self._variables: Mapping[str, Any] = {}

    @property
    def state(self) -> Any:
        return self._state

    def start(self, stimulus: StartProcess) -> Rest:
        self._variables = dict(stimulus.variables)
        return self._step(stimulus)

    def answer(self, answer: Answer) -> Rest:
        """Raises InvalidState if nothing waits for it."""
        match answer:
            case Complete(element_id, variables):
                row = self._row(element_id, CreateUserTask, CreateJob)
                return self._step(CompleteElement(row.element_key, dict(variables)))
            case Throw(element_id, code, message, variables):
                row = self._row(element_id, CreateUserTask, CreateJob)
                self.rows.remove(row)
                return self._step(ThrowError(row.element_key, code, message, dict(variables)))
            case Fire(element_id):
                timer = self._row(element_id, CreateTimer)
                assert isinstance(timer, CreateTimer)
                self.now = max(self.now, timer.due_at)
                self.rows.remove(timer)
                return self._step(TriggerTimer(timer.element_key, timer.node, timer.due_at, timer.cycle))
            case Deliver(element_id, variables):
                opened = self._row(element_id, OpenSubscription)
                assert isinstance(opened, OpenSubscription)
                if not self._keeps_waiting(opened):
                    self.rows.remove(opened)
                return self._step(DeliverMessage(opened.element_key, opened.node, dict(variables)))
            case Retry(element_id, variables):
                incident = self._row(element_id, RaiseIncident)
                return self._step(RetryElement(incident.element_key, dict(variables)))
            case Cancel():
                return self._step(CancelProcess())

    def _keeps_waiting(self, row: OpenSubscription) -> bool:
        return self.runtime.keeps_waiting(self._state, row.element_key, row.node, library=self.library)

    def _row(self, element_id: str, *kinds: type[Row]) -> Row:
        for row in self.rows:
            if row.element_id == element_id and isinstance(row, kinds):
                return row
        waiting = ", ".join(sorted(described(row) for row in self.rows)) or "nothing"
        raise InvalidState(f"Expected {element_id!r} to wait for that, but there waits: {waiting}.")

    def _step(self, stimulus: Stimulus) -> Rest:
        done = self.runtime.advance(
            self._state, stimulus, library=self.library, now=self.now, steps=self.steps
        )
        for effect in done.effects:
            self._keep(effect)
        state = done.state
        if state.ended is None:
            self._variables = dict(state.scopes[1].variables)
        if self.reload:
            state = self.runtime.decode(self.runtime.encode(state))
        self._state = state
        return Rest(
            visited=_ids(done.path, Move.ENTERED, Move.PASSED),
            terminated=_ids(done.path, Move.TERMINATED),
            taken=_ids(done.path, Move.TOOK),
            waiting=Counter(described(row) for row in self.rows),
            said=Counter(said for effect in done.effects if (said := _said(effect))),
            variables=self._variables,
            ended=state.ended,
        )

    def _keep(self, effect: Effect) -> None:
        match effect:
            case CreateUserTask() | CreateJob() | CreateTimer() | OpenSubscription() | RaiseIncident():
                self.rows.append(effect)
            case CloseElement(key):
                self.rows = [row for row in self.rows if row.element_key != key]
            case ResolveIncidents(key):
                self.rows = [
                    row
                    for row in self.rows
                    if not (isinstance(row, RaiseIncident) and row.element_key == key)
                ]
            case EndProcess():
                self.rows = [row for row in self.rows if row.element_key != 0]


def _ids(path: list[Moved], *moves: Move) -> Counter[str]:
    return Counter(element_id for move, element_id, *_ in path if move in moves)


def described(row: Row) -> str:
    match row:
        case CreateUserTask():
            return f"user task {row.element_id}"
        case CreateJob():
            return f"job {row.element_id}"
        case CreateTimer():
            return f"timer {row.element_id} {row.due_at.isoformat()} {row.cycle or ''}".rstrip()
        case OpenSubscription():
            return f"message {row.element_id} {row.message_name} {row.correlation_key or ''}".rstrip()
        case RaiseIncident():
            return f"incident {row.element_id} {row.incident_type}"


def _said(effect: Effect) -> str | None:
    """Without keys and node numbers, in which the engines differ. Rows are compared as they stand."""
    if isinstance(effect, Row | CloseElement | ResolveIncidents):
        return None
    fields = [
        f"{name}={getattr(effect, name)!r}"
        for name in effect.__dataclass_fields__
        if not name.endswith("_key") or name == "correlation_key"
    ]
    return f"{type(effect).__name__}({', '.join(fields)})"
