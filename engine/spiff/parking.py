"""What a limit cuts off: tokens stay where they are until a person says go."""

from __future__ import annotations

from engine.bpmn.effects import IncidentType
from engine.bpmn.machine.parking import STILL_RUNNING
from engine.bpmn.state import Phase
from engine.spiff.run import Run
from engine.spiff.state import Element


def park(run: Run, why: str = STILL_RUNNING) -> None:
    """Every token under way becomes a parked element; one of them holds the incident for all."""
    first: Element | None = None
    while run.queue:
        task = run.queue.popleft()
        scope = run.scope_of(task)
        node = run.plan(scope).node_of(task) if scope is not None else None
        if scope is None or node is None:
            continue
        element = run.new_element(scope, node, task)
        element.phase = Phase.PARKED
        first = first or element
    if first is not None:
        run.raise_incident(first, IncidentType.STEP_LIMIT_EXCEEDED, why)


def unpark(run: Run) -> None:
    """All parked tokens go on, those of earlier incidents too."""
    parked = [element for element in run.state.elements.values() if element.phase is Phase.PARKED]
    for element in parked:
        run.close(element, run.state.scopes[element.scope], run.node(element), completed=False)
        if element.task is not None:
            run.queue.append(element.task)


def pass_incident_on(run: Run) -> None:
    """After the element with the incident was terminated: another parked one takes it over."""
    parked = [element for element in run.state.elements.values() if element.phase is Phase.PARKED]
    if parked and not any(element.rows for element in parked):
        run.raise_incident(parked[0], IncidentType.STEP_LIMIT_EXCEEDED, STILL_RUNNING)
