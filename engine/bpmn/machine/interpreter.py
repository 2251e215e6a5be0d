"""`advance`: takes one stimulus, then moves tokens until all rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from engine.bpmn.effects import IncidentType, RaiseIncident
from engine.bpmn.machine import activities, events, gateways
from engine.bpmn.machine.advancing import Moved
from engine.bpmn.machine.conditions import look_at_conditions
from engine.bpmn.machine.ending import complete_scope
from engine.bpmn.machine.parking import park, pass_incident_on
from engine.bpmn.machine.reacting import react
from engine.bpmn.machine.run import DEFAULT_STEPS, STUCK, Run, Step
from engine.bpmn.machine.starting import start
from engine.bpmn.model import NodeKind
from engine.bpmn.program import Entry, Library, Node
from engine.bpmn.state import QUIET, Element, Phase, Scope, State
from engine.bpmn.stimuli import StartProcess, Stimulus
from engine.errors import InvalidState

_BY_ENTRY: dict[Entry, Callable[[Run, Scope, Node, int], None]] = {
    Entry.PASS: activities.enter_pass,
    Entry.WORK: activities.enter,
    Entry.EXCLUSIVE: gateways.enter_exclusive,
    Entry.PARALLEL: gateways.enter_parallel,
    Entry.INCLUSIVE: gateways.enter_inclusive,
    Entry.COMPLEX: gateways.enter_complex,
    Entry.LINK: activities.enter_link,
    Entry.GATHER: activities.enter_gather,
    Entry.FINISH: activities.enter_pass,
}
_ENTER = tuple(_BY_ENTRY[entry] for entry in sorted(Entry))


def advance(
    state: State | None,
    stimulus: Stimulus,
    *,
    library: Library,
    now: datetime,
    steps: int = DEFAULT_STEPS,
    path: list[Moved] | None = None,
) -> Step:
    """The instance after `stimulus`, at its next wait state or end.

    `state` is None, or a fresh State, for StartProcess and only then; it is changed in place, so keep the stored form
    if the step may have to be undone. `now` is aware UTC. A run of more than `steps` node visits is
    cut off and becomes an incident. Each move is appended to `path` while the state is as it tells, so
    that a list of the caller's own kind can look at the variables.

    Raises InvalidState if the stimulus is for an instance that has ended or for an element that does
    not wait for it (any more), InvalidArgument if the process does not begin that way.
    """
    if isinstance(stimulus, StartProcess):
        if state is not None and (state.scopes or state.ended is not None):
            raise InvalidState("Expected a process instance that is not started yet, but it is.")
        run = Run(state or State(), library=library, now=now, steps=steps, path=path)
        start(run, stimulus)
    else:
        if state is None or state.ended is not None:
            raise InvalidState("Expected a running process instance, but it has ended or never started.")
        run = Run(state, library=library, now=now, steps=steps, path=path)
        react(run, stimulus)
    _drive(run)
    if run.state.ended is None:
        if run.lost_incident:
            pass_incident_on(run)
        if run.rested:
            _report_stuck_joins(run)
    return Step(run.state, run.effects, run.path)


def _drive(run: Run) -> None:
    queue, programs, steps_left, enter = run.queue, run.programs, run.steps, _ENTER
    while True:
        if run.urgent:
            steps_left = _do_urgent(run, steps_left)
            if run.state.ended is not None:
                return
        if queue:
            # Also when the tokens alone are more than the steps left: a loop that splits would
            # otherwise make an exponential number of them.
            if len(queue) > steps_left:
                park(run)
                return
            steps_left -= 1
            scope, index, flow = queue.popleft()
            if index >= 0:
                node = programs[scope.program].nodes[index]
                enter[node.entry](run, scope, node, flow)
            else:
                activities.enter_instance(run, scope, programs[scope.program].nodes[~index], flow)
        elif run.changed:
            if steps_left <= 0:
                _report_endless_conditions(run)
                return
            run.urgent = True
        elif not gateways.release_joins(run):
            return


def _do_urgent(run: Run, steps_left: int) -> int:
    """What happens before the next token moves, in this order: what a loop throws, event sub-processes
    that were triggered, conditions that may have become true, scopes without tokens.

    Each event that a condition fires counts as a step, since two may make each other true for ever: the
    steps that are left. When the tokens under way need them all no condition is looked at any more.
    """
    while run.state.ended is None:
        if run.throws:
            events.throw_implicitly(run, *run.throws.pop(0))
        elif run.begins:
            activities.begin_event_sub_process(run, run.begins.pop(0))
        elif run.changed and steps_left > len(run.queue):
            steps_left -= look_at_conditions(run)
        elif run.emptied:
            complete_scope(run, run.emptied.pop())
        else:
            run.urgent = False
            break
    return steps_left


def _report_endless_conditions(run: Run) -> None:
    """The step limit came while no token was under way: the process as a whole has the incident."""
    run.effects.append(
        RaiseIncident(
            0,
            run.program(run.state.root).process_id,
            IncidentType.STEP_LIMIT_EXCEEDED,
            "Expected conditional events to come to rest, but they make each other true for ever.",
        )
    )


def _report_stuck_joins(run: Run) -> None:
    """A scope whose tokens all wait at joins that nothing can reach any more would wait for ever."""
    for key in sorted(run.rested):
        scope = run.state.scopes.get(key)
        if scope is None or not scope.tokens or not scope.joins:
            continue
        if any(_may_bring_tokens(run, run.state.elements[each]) for each in scope.elements):
            continue
        waiting = [join for join, flows in scope.joins.items() if any(flow >= -1 for flow in flows)]
        memory = scope.memory or {}
        if not waiting or memory.get(STUCK) == min(waiting):
            continue
        # Not again for every event sub-process that comes and goes beside it.
        scope.memory = {**memory, STUCK: min(waiting)}
        node = run.program(scope).nodes[min(waiting)]
        message = f"Expected further tokens at {node.id!r}, but no more can come."
        run.effects.append(RaiseIncident(scope.owner, node.id, IncidentType.JOIN_STUCK, message))
        if scope.owner:
            run.state.elements[scope.owner].rows = True


def _may_bring_tokens(run: Run, element: Element) -> bool:
    """Whether tokens may come from the element, if only once its incident is resolved."""
    phase = element.phase
    if phase is Phase.FAILED_LISTENING:
        return run.node(element).kind is NodeKind.COMPLEX_GATEWAY
    return phase not in QUIET or phase is Phase.CHOOSING
