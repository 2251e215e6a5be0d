"""A dry run: the machine with a clock that stands still and rows in memory, as the store keeps them.

Between any two steps the state is written and read back, and checked: each test that uses `Dry`
therefore also proves that its process survives a restart at every wait, loses no token and leaves no
row open that nobody would ever close.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.bpmn.compiler import compile_process
from engine.bpmn.declarations import Binding, BindingKind
from engine.bpmn.effects import (
    BroadcastSignal,
    CloseElement,
    CreateJob,
    CreateTimer,
    CreateUserTask,
    Effect,
    EndChild,
    EndProcess,
    IncidentType,
    Move,
    OpenSignalSubscription,
    OpenSubscription,
    PublishMessage,
    RaiseEscalation,
    RaiseIncident,
    ResolveIncidents,
    StartChild,
    StartClock,
)
from engine.bpmn.machine import DEFAULT_STEPS, advance
from engine.bpmn.machine.advancing import Moved
from engine.bpmn.program import Program
from engine.bpmn.queries import keeps_waiting
from engine.bpmn.reader import read
from engine.bpmn.state import Phase, State, decode, encode
from engine.bpmn.stimuli import (
    CancelProcess,
    CompleteElement,
    DeliverMessage,
    DeliverSignal,
    RetryElement,
    SetVariables,
    StartActivity,
    StartProcess,
    Stimulus,
    ThrowError,
    ThrowEscalation,
    TriggerTimer,
)
from engine.dmn import Decision, read_decisions
from tests.elements.invariants import check

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday, 09:00 in Shanghai."""

Row = (
    CreateUserTask
    | CreateJob
    | CreateTimer
    | OpenSubscription
    | OpenSignalSubscription
    | RaiseIncident
    | StartClock
)


@dataclass(slots=True)
class Shelf:
    """The deployed definitions; the id of a process is its place in `programs`, from 1."""

    programs: list[Program]
    decisions: dict[str, Decision]

    def program(self, definition_id: int) -> Program:
        return self.programs[definition_id - 1]

    def called_process(self, process_id: str, *, binding: Binding, caller: int) -> int | None:
        """The versions of a process are its places in `programs`, counted from 1; everything was deployed
        together except what stands behind a later version."""
        found = [n for n, program in enumerate(self.programs, 1) if program.process_id == process_id]
        if binding.kind is BindingKind.VERSION:
            found = found[: binding.version][(binding.version or 0) - 1 :]
        elif binding.kind is BindingKind.DEPLOYMENT:
            found = found[:1]
        return found[-1] if found else None

    def bound_decision(self, decision_id: str, *, binding: Binding, caller: int) -> Decision | None:
        return self.decisions.get(decision_id)


def programs_of(content: bytes) -> list[Program]:
    model, findings = read(content, file="test.bpmn")
    errors = [finding.en for finding in findings if finding.is_error]
    assert not errors, errors
    assert model is not None
    return [compile_process(model, process) for process in model.processes]


class Dry:
    """One process instance of the first process of the first file."""

    def __init__(
        self,
        *files: bytes,
        variables: Mapping[str, Any] | None = None,
        decisions: bytes | None = None,
        message: str | None = None,
        signal: str | None = None,
        timer: int | None = None,
        steps: int = DEFAULT_STEPS,
        reload: bool = True,
    ) -> None:
        programs = [program for content in files for program in programs_of(content)]
        model = read_decisions(decisions)[0] if decisions is not None else None
        self.library = Shelf(programs, dict(model.decisions) if model is not None else {})
        self.now = NOW
        self.steps = steps
        self.reload = reload
        self.rows: list[Row] = []
        self.effects: list[Effect] = []
        """All effects so far."""
        self.last: list[Effect] = []
        """Those of the last step."""
        self.moves: list[str] = []
        """All moves so far: the character of the move and the id, such as "+review"."""
        self.children: dict[int, bool | None] = {}
        """Called processes by scope key: None while they run, then whether they completed."""
        self._state: State | None = None
        self.step(StartProcess(1, dict(variables or {}), message, signal, timer))

    # --- what may be done ------------------------------------------------------------------------

    def step(self, stimulus: Stimulus) -> None:
        done = advance(
            self._state, stimulus, library=self.library, now=self.now, steps=self.steps, path=self.new_path()
        )
        for effect in done.effects:
            self._keep(effect)
        self.effects += done.effects
        self.last = done.effects
        self.moves += [move + element_id for move, element_id, *_ in done.path]
        check(done.state)
        self._check_rows(done.state)
        body = encode(done.state)
        again = decode(body)
        check(again)
        assert encode(again) == body
        self._state = again if self.reload else done.state

    def new_path(self) -> list[Moved]:
        """Where the next step writes its moves."""
        return []

    def complete(self, element_id: str, variables: Mapping[str, Any] | None = None, *, nth: int = 1) -> None:
        """A person or a department is done with the oldest (or `nth`) waiting instance of the element."""
        self.step(CompleteElement(self.instance(element_id, nth), variables or {}))

    def throw(
        self,
        element_id: str,
        code: str,
        *,
        message: str = "",
        variables: Mapping[str, Any] | None = None,
        nth: int = 1,
    ) -> None:
        key = self.instance(element_id, nth)
        self.rows = [r for r in self.rows if not (isinstance(r, CreateJob) and r.element_key == key)]
        self.step(ThrowError(key, code, message, variables or {}))

    def fire_timer(self, event_id: str, *, late: timedelta = timedelta()) -> None:
        """The oldest open timer of the event comes due; time moves on to that instant, plus `late`."""
        row = next(row for row in self.timers if row.element_id == event_id)
        self.now = max(self.now, row.due_at + late)
        self.rows.remove(row)
        self.step(TriggerTimer(row.element_key, row.node, row.due_at, row.cycle))

    def deliver(self, event_id: str, variables: Mapping[str, Any] | None = None) -> None:
        """A message comes to the event's oldest open subscription."""
        row = next(row for row in self.subscriptions if row.element_id == event_id)
        if not keeps_waiting(self.state, row.element_key, row.node, library=self.library):
            self.rows.remove(row)
        self.step(DeliverMessage(row.element_key, row.node, variables or {}))

    def signal(self, event_id: str, variables: Mapping[str, Any] | None = None) -> None:
        """A signal of another instance comes to the event's oldest open subscription."""
        row = next(row for row in self.signal_subscriptions if row.element_id == event_id)
        if not keeps_waiting(self.state, row.element_key, row.node, library=self.library):
            self.rows.remove(row)
        self.step(DeliverSignal(row.element_key, row.node, variables or {}))

    def escalate(self, element_id: str, code: str, variables: Mapping[str, Any] | None = None) -> None:
        """A person or a department escalates from a waiting activity."""
        self.step(ThrowEscalation(self.instance(element_id), code, variables or {}))

    def choose(self, element_id: str, activity_id: str, variables: Mapping[str, Any] | None = None) -> None:
        """A person begins an activity of the ad-hoc sub-process."""
        self.step(StartActivity(self.chooser(element_id), activity_id, variables or {}))

    def stop_choosing(self, element_id: str, variables: Mapping[str, Any] | None = None) -> None:
        self.step(CompleteElement(self.chooser(element_id), variables or {}))

    def chooser(self, element_id: str) -> int:
        """Key of the element that offers the activities of the ad-hoc sub-process."""
        return next(
            key
            for key, element in self.state.elements.items()
            if element.phase is Phase.CHOOSING and self._id(key) == element_id
        )

    def set_variables(self, variables: Mapping[str, Any]) -> None:
        self.step(SetVariables(variables))

    def retry(self, variables: Mapping[str, Any] | None = None) -> None:
        """A person resolves the oldest open incident."""
        row = next(row for row in self.rows if isinstance(row, RaiseIncident))
        self.step(RetryElement(row.element_key, variables or {}))

    def cancel(self) -> None:
        self.step(CancelProcess())

    # --- what can be seen ------------------------------------------------------------------------

    @property
    def state(self) -> State:
        assert self._state is not None
        return self._state

    @property
    def ended(self) -> bool | None:
        return self.state.ended

    @property
    def waiting(self) -> list[str]:
        """Ids of the elements that wait, oldest first; not the sub-processes and calls around them."""
        return [
            self._id(key)
            for key, element in self.state.elements.items()
            if element.phase is Phase.WAITING and not element.child
        ]

    @property
    def variables(self) -> dict[str, Any]:
        """Of the process; after its end, of its last rest."""
        assert self.state.root.variables is not None
        return self.state.root.variables

    @property
    def path(self) -> list[str]:
        """Ids of the nodes in the order in which they were entered."""
        return [move[1:] for move in self.moves if move[0] in (Move.ENTERED, Move.PASSED)]

    @property
    def taken(self) -> list[str]:
        """Flows that gateways chose."""
        return [move[1:] for move in self.moves if move[0] == Move.TOOK]

    @property
    def timers(self) -> list[CreateTimer]:
        return [row for row in self.rows if isinstance(row, CreateTimer)]

    @property
    def subscriptions(self) -> list[OpenSubscription]:
        return [row for row in self.rows if isinstance(row, OpenSubscription)]

    @property
    def signal_subscriptions(self) -> list[OpenSignalSubscription]:
        return [row for row in self.rows if isinstance(row, OpenSignalSubscription)]

    @property
    def signals(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Signals that were broadcast to other instances so far."""
        return [(e.signal_name, e.variables) for e in self.effects if isinstance(e, BroadcastSignal)]

    @property
    def messages(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Messages that were sent so far."""
        return [(e.message_name, e.variables) for e in self.effects if isinstance(e, PublishMessage)]

    @property
    def escalations(self) -> list[tuple[str, str | None]]:
        """Code and catcher of each escalation so far."""
        return [(e.code, e.catcher_id) for e in self.effects if isinstance(e, RaiseEscalation)]

    @property
    def listening(self) -> list[str]:
        """Event sub-processes that wait for their event."""
        return [
            self._id(key) for key, element in self.state.elements.items() if element.phase is Phase.LISTENING
        ]

    @property
    def clocks(self) -> list[StartClock]:
        return [row for row in self.rows if isinstance(row, StartClock)]

    @property
    def incidents(self) -> list[tuple[str, IncidentType]]:
        return [(row.element_id, row.incident_type) for row in self.rows if isinstance(row, RaiseIncident)]

    @property
    def incident_text(self) -> str:
        return next(row.message for row in self.rows if isinstance(row, RaiseIncident))

    def closed(self) -> Sequence[CloseElement]:
        """Elements that the last step closed."""
        return [effect for effect in self.last if isinstance(effect, CloseElement)]

    def key(self, element_id: str) -> int:
        """Of the oldest instance of the element."""
        return next(key for key in self.state.elements if self._id(key) == element_id)

    def instance(self, element_id: str, nth: int = 1) -> int:
        """Key of the oldest (or `nth`) instance that waits itself; of a loop that is not its body."""
        leaves = [
            key
            for key, element in self.state.elements.items()
            if not element.child and element.phase is Phase.WAITING and self._id(key) == element_id
        ]
        return leaves[nth - 1] if leaves else self.key(element_id)

    def locals_of(self, element_id: str) -> dict[str, Any] | None:
        return self.state.elements[self.key(element_id)].locals

    def scope_variables(self, element_id: str) -> dict[str, Any] | None:
        """Of the scope inside a sub-process or call activity."""
        return self.state.scopes[self.state.elements[self.key(element_id)].child].variables

    # --- rows, as the store keeps them -----------------------------------------------------------

    def _keep(self, effect: Effect) -> None:
        match effect:
            case CreateUserTask(element_key=key) | CreateJob(element_key=key):
                again = [
                    row
                    for row in self.rows
                    if isinstance(row, CreateUserTask | CreateJob) and row.element_key == key
                ]
                assert not again, f"element {key} was given its work twice"
                self.rows.append(effect)
            case (
                CreateTimer() | OpenSubscription() | OpenSignalSubscription() | RaiseIncident() | StartClock()
            ):
                self.rows.append(effect)
            case CloseElement(key):
                self.rows = [row for row in self.rows if row.element_key != key]
            case ResolveIncidents(key):
                self.rows = [
                    r for r in self.rows if not (isinstance(r, RaiseIncident) and r.element_key == key)
                ]
            case StartChild(scope_key):
                assert scope_key not in self.children
                self.children[scope_key] = None
            case EndChild(scope_key, completed):
                assert self.children[scope_key] is None
                self.children[scope_key] = completed
            case EndProcess():
                self.rows = [row for row in self.rows if row.element_key != 0]

    def _check_rows(self, state: State) -> None:
        orphans = [row for row in self.rows if row.element_key and row.element_key not in state.elements]
        assert not orphans, f"these rows would stay open for ever: {orphans}"
        ends = [effect for effect in self.effects if isinstance(effect, EndProcess)]
        assert len(ends) == (0 if state.ended is None else 1)
        running = {key for key, completed in self.children.items() if completed is None}
        assert running == {s.key for s in state.scopes.values() if s.owner and s.node < 0}

    def _program_of(self, key: int) -> Program:
        scope = self.state.scopes[self.state.elements[key].scope]
        return self.library.program(self.state.definition_ids[scope.program])

    def _id(self, key: int) -> str:
        return self._program_of(key).nodes[self.state.elements[key].node].id
