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
from engine.bpmn.effects import (
    CloseElement,
    CreateJob,
    CreateTimer,
    CreateUserTask,
    Effect,
    EndChild,
    EndProcess,
    IncidentType,
    Move,
    OpenSubscription,
    RaiseIncident,
    ResolveIncidents,
    StartChild,
    StartClock,
)
from engine.bpmn.machine import DEFAULT_STEPS, advance
from engine.bpmn.program import Program
from engine.bpmn.reader import read
from engine.bpmn.state import Phase, State, decode, encode
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
from engine.dmn import Decision, read_decisions
from tests.elements.invariants import check

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday, 09:00 in Shanghai."""

Row = CreateUserTask | CreateJob | CreateTimer | OpenSubscription | RaiseIncident | StartClock


@dataclass(slots=True)
class Shelf:
    """The deployed definitions; the id of a process is its place in `programs`, from 1."""

    programs: list[Program]
    decisions: dict[str, Decision]

    def program(self, definition_id: int) -> Program:
        return self.programs[definition_id - 1]

    def latest_process(self, process_id: str) -> int | None:
        found = [n for n, program in enumerate(self.programs, 1) if program.process_id == process_id]
        return found[-1] if found else None

    def latest_decision(self, decision_id: str) -> Decision | None:
        return self.decisions.get(decision_id)


def programs_of(content: bytes) -> list[Program]:
    model, findings = read(content, file="test.bpmn")
    assert model is not None
    assert [finding.en for finding in findings if finding.is_error] == []
    return [compile_process(model, process) for process in model.processes]


class Dry:
    """One process instance of the first process of the first file."""

    def __init__(
        self,
        *files: bytes,
        variables: Mapping[str, Any] | None = None,
        decisions: bytes | None = None,
        message: str | None = None,
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
        self.step(StartProcess(1, dict(variables or {}), message))

    # --- what may be done ------------------------------------------------------------------------

    def step(self, stimulus: Stimulus) -> None:
        done = advance(self._state, stimulus, library=self.library, now=self.now, steps=self.steps)
        for effect in done.effects:
            self._keep(effect)
        self.effects += done.effects
        self.last = done.effects
        self.moves += [move + element_id for move, element_id, _ in done.path]
        check(done.state)
        self._check_rows(done.state)
        body = encode(done.state)
        again = decode(body)
        check(again)
        assert encode(again) == body
        self._state = again if self.reload else done.state

    def complete(self, element_id: str, variables: Mapping[str, Any] | None = None) -> None:
        """A person or a department is done with the oldest waiting instance of the element."""
        self.step(CompleteElement(self.key(element_id), variables or {}))

    def throw(
        self,
        element_id: str,
        code: str,
        *,
        message: str = "",
        variables: Mapping[str, Any] | None = None,
    ) -> None:
        key = self.key(element_id)
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
        event = self._program_of(row.element_key).nodes[row.node]
        if event.interrupting or event.attached_to < 0:
            self.rows.remove(row)
        self.step(DeliverMessage(row.element_key, row.node, variables or {}))

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
            case CreateTimer() | OpenSubscription() | RaiseIncident() | StartClock():
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
