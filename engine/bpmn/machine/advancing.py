"""What every engine behind `advance` does alike, however it moves tokens: values, effects, incidents.

This is the bottom of the machine, and of `engine.spiff` too: the two differ in how tokens move and in
nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from engine.bpmn.effects import (
    Effect,
    EnterStage,
    IncidentType,
    Move,
    RaiseIncident,
    ReachMilestone,
    ResolveIncidents,
)
from engine.bpmn.machine.storable import why_not_storable
from engine.bpmn.program import Library, Literal, Node, Source
from engine.bpmn.state import Phase
from engine.errors import YishiError

Moved = tuple[Move, str, int, int]
"""What moved: the id of the element or flow, the element's key or 0, the key of its scope."""


class StepFailed(YishiError):
    """A step cannot be done as drawn: becomes an incident, the token stays where it is."""

    def __init__(self, incident_type: IncidentType, message: str) -> None:
        super().__init__(message)
        self.incident_type = incident_type


class ElementInstance(Protocol):
    """What is the same of an element instance on every engine."""

    key: int
    phase: Phase
    rows: bool
    pending: dict[str, Any] | None


class DataScope(Protocol):
    """What holds variables. `node` is -1 for a (called) process."""

    node: int
    parent: int
    variables: dict[str, Any] | None


E = TypeVar("E", bound=ElementInstance)
S = TypeVar("S", bound=DataScope)


def visible_in(
    scope: S, *, scopes: Mapping[int, S], local: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """All variables visible in `scope`, the inner ones hiding the outer. Not to be changed."""
    layers: list[Mapping[str, Any]] = [local] if local else []
    while scope.node >= 0:
        if scope.variables:
            layers.append(scope.variables)
        scope = scopes[scope.parent]
    process_variables = scope.variables
    assert process_variables is not None  # noqa: S101 - every process scope is made with some
    if not layers:
        return process_variables
    merged = dict(process_variables)
    for layer in reversed(layers):
        merged.update(layer)
    return merged


class Evaluator:
    """Expressions at one instant."""

    __slots__ = ("now",)

    def __init__(self, *, now: datetime) -> None:
        self.now = now

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

    def neither(self, condition: Source, flow_id: str, context: Mapping[str, Any]) -> StepFailed:
        """The failure of a flow's condition that is neither true nor false."""
        diagnostics = condition.evaluate(context, now=self.now).diagnostics
        why = f": {diagnostics[0].message}" if diagnostics else "."
        return StepFailed(
            IncidentType.CONDITION_FAILED,
            f"Expected true or false from condition {condition.text!r} of flow {flow_id!r},"
            f" but it is neither{why}",
        )


class Advancing(Evaluator, Generic[E]):
    """One advance under way, as far as it does not matter how tokens move."""

    __slots__ = ("effects", "library", "path")

    def __init__(self, *, library: Library, now: datetime, path: list[Moved] | None) -> None:
        self.now = now
        self.library = library
        self.effects: list[Effect] = []
        self.path: list[Moved] = [] if path is None else path

    # --- to be said by the engine ----------------------------------------------------------------

    def node(self, element: E) -> Node:
        raise NotImplementedError

    def data_of(self, element: E) -> dict[str, Any]:
        """All variables the element sees, its own included. Not to be changed."""
        raise NotImplementedError

    def definition_of(self, element: E) -> int:
        """The id of the definition that the element is drawn in."""
        raise NotImplementedError

    def look_soon(self) -> None:
        """Something waits for a condition, which has to be looked at."""
        raise NotImplementedError

    # --- effects ---------------------------------------------------------------------------------

    def announce(self, node: Node) -> None:
        if node.stage is not None:
            self.effects.append(EnterStage(node.id, node.stage))
        if node.milestone is not None:
            self.effects.append(ReachMilestone(node.id, node.milestone))

    def fail(
        self, element: E, phase: Phase, failure: StepFailed, *, pending: Mapping[str, Any] | None = None
    ) -> None:
        element.phase = phase
        element.pending = dict(pending) if pending is not None else None
        self.raise_incident(element, failure.incident_type, str(failure))

    def raise_incident(self, element: E, incident_type: IncidentType, message: str) -> None:
        element.rows = True
        self.effects.append(RaiseIncident(element.key, self.node(element).id, incident_type, message))

    def resolve_incidents(self, element_key: int) -> None:
        self.effects.append(ResolveIncidents(element_key))
