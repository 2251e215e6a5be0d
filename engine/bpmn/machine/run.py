"""One advance under way: tokens, variables, effects and the trace.

This is the bottom of the machine: every other module of the room works on a `Run`, and nothing
here knows what a gateway or an activity is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bpmn.effects import (
    CloseElement,
    Effect,
    EnterStage,
    IncidentType,
    Move,
    RaiseIncident,
    ReachMilestone,
    ResolveIncidents,
)
from engine.bpmn.machine.storable import why_not_storable
from engine.bpmn.program import Library, Literal, Node, Program, Source, Trigger
from engine.bpmn.state import PLAIN, QUIET, Element, Phase, Scope, ScopeKind, State
from engine.errors import YishiError

# Looking a member up on its enum costs more than a call in Python 3.11, and these are needed for every node.
ENTERED, LEFT, PASSED, TOOK, TERMINATED = Move.ENTERED, Move.LEFT, Move.PASSED, Move.TOOK, Move.TERMINATED
WAITING = Phase.WAITING
LOOP, COMPENSATION, AD_HOC = ScopeKind.LOOP, ScopeKind.COMPENSATION, ScopeKind.AD_HOC

DEFAULT_STEPS = 50_000
MAX_CALL_DEPTH = 20
MAX_INSTANCES = 10_000
"""Of one multi-instance activity."""
STUCK = "stuck"
"""In the memory of a scope: the join that has an incident since no more tokens can come to it."""

Moved = tuple[Move, str, int, int]
"""What moved: the id of the element or flow, the element's key or 0, the key of its scope."""


class StepFailed(YishiError):
    """A step cannot be done as drawn: becomes an incident, the token stays where it is."""

    def __init__(self, incident_type: IncidentType, message: str) -> None:
        super().__init__(message)
        self.incident_type = incident_type


@dataclass(slots=True)
class Step:
    """What one advance did: the state (the one passed in, changed), its effects in order, and the path."""

    state: State
    effects: list[Effect]
    path: list[Moved]


class Run:
    __slots__ = (
        "begins", "changed", "effects", "emptied", "library", "lost_incident", "now", "path", "programs",
        "queue", "rested", "state", "steps", "throws", "urgent", "watching",
    )  # fmt: skip

    def __init__(
        self, state: State, *, library: Library, now: datetime, steps: int, path: list[Moved] | None = None
    ) -> None:
        self.state = state
        self.library = library
        self.now = now
        self.steps = steps
        self.effects: list[Effect] = []
        self.path: list[Moved] = [] if path is None else path
        self.queue: deque[tuple[Scope, int, int]] = deque()
        """Tokens under way: scope, node they come to, flow they come by (-1: none). For an instance of a
        loop: scope, ~node, number of the instance."""
        self.urgent = False
        """Something is to be done before the next token moves; see `interpreter`."""
        self.begins: list[Element] = []
        """Event sub-processes that were triggered and begin before the next token moves."""
        self.throws: list[tuple[Element, Trigger | None]] = []
        """What is to be thrown from an element before the next token moves. None: what a multiple event
        has still to throw."""
        self.changed = False
        """True once variables changed: conditional events are looked at before the next token moves."""
        self.emptied: list[Scope] = []
        """Scopes whose last token has ended; completed before the next token moves."""
        self.rested: set[int] = set()
        """Keys of the scopes in which a token ended or came to a join, so that the others at joins
        may wait in vain from now on."""
        self.lost_incident = False
        """True once an element ended that held the incident for other parked ones as well."""
        self.programs: list[Program] = [library.program(i) for i in state.definition_ids]
        self.watching = False
        for program in self.programs:
            if program.watches:
                self.watching = True

    # --- programs --------------------------------------------------------------------------------

    def program_number(self, definition_id: int) -> int:
        """The number by which this instance's scopes refer to the definition."""
        known = self.state.definition_ids
        if definition_id not in known:
            known.append(definition_id)
            self.programs.append(self.library.program(definition_id))
            self.watching = any(program.watches for program in self.programs)
        return known.index(definition_id)

    def program(self, scope: Scope) -> Program:
        return self.programs[scope.program]

    def node(self, element: Element) -> Node:
        return self.programs[self.state.scopes[element.scope].program].nodes[element.node]

    # --- variables -------------------------------------------------------------------------------

    def context(self, scope: Scope, local: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """All variables visible in `scope`, the inner ones hiding the outer. Not to be changed."""
        layers: list[Mapping[str, Any]] = [local] if local else []
        while scope.node >= 0:
            if scope.variables:
                layers.append(scope.variables)
            scope = self.state.scopes[scope.parent]
        process_variables = scope.variables
        assert process_variables is not None  # noqa: S101 - every process scope is made with some
        if not layers:
            return process_variables
        merged = dict(process_variables)
        for layer in reversed(layers):
            merged.update(layer)
        return merged

    def assign(self, scope: Scope, variables: Mapping[str, Any]) -> None:
        """Each variable goes to the nearest scope that has it, a new one to the process."""
        if self.watching:
            self.changed = self.urgent = True
        if scope.node < 0:
            assert scope.variables is not None  # noqa: S101
            scope.variables.update(variables)
            if scope.owner:
                _note_written(scope, variables)
            return
        for name, value in variables.items():
            holder = scope
            while holder.node >= 0 and not _holds(holder, name):
                holder = self.state.scopes[holder.parent]
            assert holder.variables is not None  # noqa: S101
            holder.variables[name] = value
            if holder.node < 0 and holder.owner:
                _note_written(holder, (name,))

    def evaluate(self, source: Source, context: Mapping[str, Any], failure: IncidentType) -> Any:
        """The value of `source`, fit to be kept.

        StepFailed if it is null because of an error other than an absent variable, or cannot be stored.
        """
        if type(source) is Literal:
            return source.text
        value = source.value(context, now=self.now)
        if value is None:
            problems = [d for d in source.evaluate(context, now=self.now).diagnostics if not d.absent]
            if problems:
                raise StepFailed(failure, f"Expected a value from {source.text!r}, but {problems[0].message}")
            return None
        why = why_not_storable(value)
        if why is not None:
            raise StepFailed(failure, f"Expected a value that can be kept from {source.text!r}, but {why}.")
        return value

    def evaluate_text(self, source: Source, context: Mapping[str, Any], failure: IncidentType) -> str | None:
        """Like `evaluate`, for values that must be texts; whole numbers count as their digits."""
        value = self.evaluate(source, context, failure)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        raise StepFailed(failure, f"Expected a text from {source.text!r}, but got {type(value).__name__}.")

    # --- what goes before tokens -----------------------------------------------------------------

    def empty(self, scope: Scope) -> None:
        """The scope has no token left and completes."""
        self.emptied.append(scope)
        self.urgent = True

    def begin_soon(self, element: Element) -> None:
        self.begins.append(element)
        self.urgent = True

    def throw_soon(self, element: Element, trigger: Trigger | None) -> None:
        self.throws.append((element, trigger))
        self.urgent = True

    def look_soon(self) -> None:
        """A condition has to be looked at."""
        self.changed = self.urgent = True

    # --- tokens ----------------------------------------------------------------------------------

    def new_element(self, scope: Scope, node: Node) -> Element:
        state = self.state
        key = state.next_key
        state.next_key = key + 1
        state.elements[key] = element = Element(key, scope.key, node.index)
        scope.elements.add(key)
        self.path.append((ENTERED, node.id, key, scope.key))
        return element

    def quiet_element(self, scope: Scope, node: int, phase: Phase) -> Element:
        """An element that stands for no activation: see `state.QUIET`."""
        key = self.state.take_key()
        self.state.elements[key] = element = Element(key, scope.key, node, phase)
        scope.elements.add(key)
        return element

    def close(self, element: Element, scope: Scope, node: Node, *, completed: bool) -> None:
        """Take the element out of the state. Scopes inside must be gone already."""
        key = element.key
        del self.state.elements[key]
        scope.elements.discard(key)
        if element.rows:
            self.effects.append(CloseElement(key, completed))
        if element.phase is WAITING or element.phase not in QUIET:
            self.path.append((LEFT if completed else TERMINATED, node.id, key, scope.key))

    def announce(self, node: Node) -> None:
        if node.stage is not None:
            self.effects.append(EnterStage(node.id, node.stage))
        if node.milestone is not None:
            self.effects.append(ReachMilestone(node.id, node.milestone))

    # --- incidents -------------------------------------------------------------------------------

    def fail(
        self, element: Element, phase: Phase, failure: StepFailed, *, pending: Mapping[str, Any] | None = None
    ) -> None:
        element.phase = phase
        element.pending = dict(pending) if pending is not None else None
        self.raise_incident(element, failure.incident_type, str(failure))

    def raise_incident(self, element: Element, incident_type: IncidentType, message: str) -> None:
        element.rows = True
        self.effects.append(RaiseIncident(element.key, self.node(element).id, incident_type, message))

    def resolve_incidents(self, element_key: int) -> None:
        self.effects.append(ResolveIncidents(element_key))


def _note_written(called: Scope, names: Iterable[str]) -> None:
    """What a called process wrote, and nothing else, comes back to its caller."""
    if called.memory is not None:
        called.memory["written"].update(dict.fromkeys(names, True))


def _holds(scope: Scope, name: str) -> bool:
    """Whether `name` is a variable of the scope itself that may be written."""
    if not scope.variables or name not in scope.variables:
        return False
    return scope.kind is PLAIN or scope.kind is AD_HOC
