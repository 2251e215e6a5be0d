"""`advance`: takes one stimulus, then moves tokens until all rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from engine.bpmn.effects import IncidentType, RaiseIncident
from engine.bpmn.machine import activities, gateways
from engine.bpmn.machine.ending import complete_scope
from engine.bpmn.machine.parking import park, pass_incident_on
from engine.bpmn.machine.reacting import react, start
from engine.bpmn.machine.run import DEFAULT_STEPS, Run, Step
from engine.bpmn.model import NodeKind
from engine.bpmn.program import Library, Node
from engine.bpmn.state import Scope, State
from engine.bpmn.stimuli import StartProcess, Stimulus
from engine.errors import InvalidState

_ENTER: dict[NodeKind, Callable[[Run, Scope, Node, int], None]] = {
    NodeKind.START_EVENT: activities.enter_start,
    NodeKind.TASK: activities.enter_pass,
    NodeKind.MANUAL_TASK: activities.enter_pass,
    NodeKind.END_EVENT: activities.enter_throw,
    NodeKind.INTERMEDIATE_THROW_EVENT: activities.enter_throw,
    NodeKind.EXCLUSIVE_GATEWAY: gateways.enter_exclusive,
    NodeKind.PARALLEL_GATEWAY: gateways.enter_parallel,
    NodeKind.INCLUSIVE_GATEWAY: gateways.enter_inclusive,
}


def advance(
    state: State | None,
    stimulus: Stimulus,
    *,
    library: Library,
    now: datetime,
    steps: int = DEFAULT_STEPS,
) -> Step:
    """The instance after `stimulus`, at its next wait state or end.

    `state` is None for StartProcess and only then; it is changed in place, so keep the stored form
    if the step may have to be undone. `now` is aware UTC. A run of more than `steps` node visits is
    cut off and becomes an incident. Raises InvalidState if the stimulus is for an instance that has
    ended or for an element that does not wait for it (any more).
    """
    if isinstance(stimulus, StartProcess):
        if state is not None:
            raise InvalidState("Expected a process instance that is not started yet, but it is.")
        run = Run(State(), library=library, now=now, steps=steps)
        start(run, stimulus)
    else:
        if state is None or state.ended is not None:
            raise InvalidState("Expected a running process instance, but it has ended or never started.")
        run = Run(state, library=library, now=now, steps=steps)
        react(run, stimulus)
    _drive(run)
    if run.state.ended is None:
        if run.lost_incident:
            pass_incident_on(run)
        if run.rested:
            _report_stuck_joins(run)
    return Step(run.state, run.effects, run.path)


def _drive(run: Run) -> None:
    queue, emptied, programs, steps_left = run.queue, run.emptied, run.programs, run.steps
    while True:
        while emptied:
            complete_scope(run, emptied.pop())
        if queue:
            # Also when the tokens alone are more than the steps left: a loop that splits would
            # otherwise make an exponential number of them.
            if len(queue) > steps_left:
                park(run)
                return
            steps_left -= 1
            scope, index, flow = queue.popleft()
            node = programs[scope.program].nodes[index]
            _ENTER.get(node.kind, activities.enter)(run, scope, node, flow)
        elif not gateways.release_inclusive_joins(run):
            return


def _report_stuck_joins(run: Run) -> None:
    """A scope whose tokens all wait at joins that nothing can reach any more would wait for ever."""
    for key in sorted(run.rested):
        scope = run.state.scopes.get(key)
        if scope is None or scope.elements or not scope.joins:
            continue
        node = run.program(scope).nodes[min(scope.joins)]
        message = f"Expected a token on every incoming flow of gateway {node.id!r}, but no more can come."
        run.effects.append(RaiseIncident(scope.owner, node.id, IncidentType.JOIN_STUCK, message))
        if scope.owner:
            run.state.elements[scope.owner].rows = True
