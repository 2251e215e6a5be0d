"""What the step limit cuts off: tokens stay where they are until a person says go."""

from __future__ import annotations

from engine.bpmn.effects import IncidentType
from engine.bpmn.machine.run import Run
from engine.bpmn.state import Element, Phase

STILL_RUNNING = (
    "Expected the process to reach a wait state, but it is still running after the step limit:"
    " a loop without a wait state?"
)


def park(run: Run) -> None:
    """Every token under way becomes a parked element; one of them holds the incident for all."""
    first: Element | None = None
    while run.queue:
        scope, index, flow = run.queue.popleft()
        node = index if index >= 0 else ~index
        element = run.new_element(scope, run.programs[scope.program].nodes[node])
        element.phase = Phase.PARKED
        element.pending = {"flow": flow, "instance": True} if index < 0 else {"flow": flow}
        first = first or element
    if first is not None:
        _raise_incident(run, first)


def unpark(run: Run) -> None:
    """All parked tokens go on, those of earlier incidents too."""
    if run.watching:
        # Conditions were not looked at any more when the step limit came.
        run.look_soon()
    parked = [element for element in run.state.elements.values() if element.phase is Phase.PARKED]
    for element in parked:
        scope = run.state.scopes[element.scope]
        pending = element.pending or {}
        run.close(element, scope, run.node(element), completed=False)
        index = ~element.node if "instance" in pending else element.node
        run.queue.append((scope, index, pending["flow"]))


def pass_incident_on(run: Run) -> None:
    """After the element with the incident was terminated: another parked one takes it over."""
    parked = [element for element in run.state.elements.values() if element.phase is Phase.PARKED]
    if parked and not any(element.rows for element in parked):
        _raise_incident(run, parked[0])


def _raise_incident(run: Run, element: Element) -> None:
    run.raise_incident(element, IncidentType.STEP_LIMIT_EXCEEDED, STILL_RUNNING)
