"""One advance under way: tokens, variables, effects and the trace.

This is the bottom of the machine: every other module of the room works on a `Run`, and nothing
here knows what a gateway or an activity is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bpmn.effects import CloseElement, Effect, IncidentType, Move, RaiseIncident, ResolveIncidents
from engine.bpmn.machine.storable import why_not_storable
from engine.bpmn.program import Library, Literal, Node, Program, Source
from engine.bpmn.state import Element, Phase, Scope, State
from engine.errors import YishiError

# Looking a member up on its enum costs more than a call in Python 3.11, and these are needed for every node.
ENTERED, LEFT, PASSED, TOOK, TERMINATED = Move.ENTERED, Move.LEFT, Move.PASSED, Move.TOOK, Move.TERMINATED
WAITING = Phase.WAITING

DEFAULT_STEPS = 20_000
MAX_CALL_DEPTH = 20


class StepFailed(YishiError):
    """A step cannot be done as drawn: becomes an incident, the token stays where it is."""

    def __init__(self, incident_type: IncidentType, message: str) -> None:
        super().__init__(message)
        self.incident_type = incident_type


@dataclass(slots=True)
class Step:
    """What one advance did: the state (the one passed in, changed), its effects in order, and the
    path as (move, id of the element or flow, element key or 0)."""

    state: State
    effects: list[Effect]
    path: list[tuple[Move, str, int]]


class Run:
    __slots__ = (
        "effects",
        "emptied",
        "library",
        "lost_incident",
        "now",
        "path",
        "programs",
        "queue",
        "rested",
        "state",
        "steps",
    )

    def __init__(self, state: State, *, library: Library, now: datetime, steps: int) -> None:
        self.state = state
        self.library = library
        self.now = now
        self.steps = steps
        self.effects: list[Effect] = []
        self.path: list[tuple[Move, str, int]] = []
        self.queue: deque[tuple[Scope, int, int]] = deque()
        """Tokens under way: scope, node they come to, flow they come by (-1: none)."""
        self.emptied: list[Scope] = []
        """Scopes whose last token has ended; completed before the next token moves."""
        self.rested: set[int] = set()
        """Keys of the scopes in which a token ended or came to a join, so that the others at joins
        may wait in vain from now on."""
        self.lost_incident = False
        """True once an element ended that held the incident for other parked ones as well."""
        self.programs: list[Program] = [library.program(i) for i in state.definition_ids]

    # --- programs --------------------------------------------------------------------------------

    def program_number(self, definition_id: int) -> int:
        """The number by which this instance's scopes refer to the definition."""
        known = self.state.definition_ids
        if definition_id not in known:
            known.append(definition_id)
            self.programs.append(self.library.program(definition_id))
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
        if scope.node < 0:
            assert scope.variables is not None  # noqa: S101
            scope.variables.update(variables)
            return
        for name, value in variables.items():
            holder = scope
            while holder.node >= 0 and not (holder.variables and name in holder.variables):
                holder = self.state.scopes[holder.parent]
            assert holder.variables is not None  # noqa: S101
            holder.variables[name] = value

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

    # --- tokens ----------------------------------------------------------------------------------

    def new_element(self, scope: Scope, node: Node) -> Element:
        state = self.state
        key = state.next_key
        state.next_key = key + 1
        state.elements[key] = element = Element(key, scope.key, node.index)
        scope.elements.add(key)
        self.path.append((ENTERED, node.id, key))
        return element

    def close(self, element: Element, scope: Scope, node: Node, *, completed: bool) -> None:
        """Take the element out of the state. Scopes inside must be gone already."""
        key = element.key
        del self.state.elements[key]
        scope.elements.discard(key)
        if element.rows:
            self.effects.append(CloseElement(key, completed))
        self.path.append((LEFT if completed else TERMINATED, node.id, key))

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
