"""`advance` on SpiffWorkflow: takes one stimulus, then lets it move tokens until all rest."""

from __future__ import annotations

from datetime import datetime

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.effects import IncidentType, Move, RaiseIncident
from engine.bpmn.machine import DEFAULT_STEPS
from engine.bpmn.machine.advancing import Moved
from engine.bpmn.model import GATEWAY_KINDS, NodeKind
from engine.bpmn.program import Library, Node
from engine.bpmn.stimuli import StartProcess, Stimulus
from engine.errors import InvalidState
from engine.spiff import gateways
from engine.spiff.activities import begin
from engine.spiff.ending import settle
from engine.spiff.limits import MAX_STEPS, why_too_large
from engine.spiff.parking import park, pass_incident_on
from engine.spiff.reacting import react, start
from engine.spiff.run import Run, Step
from engine.spiff.state import Instance, Scope

_THROWING = frozenset({NodeKind.INTERMEDIATE_THROW_EVENT, NodeKind.END_EVENT})
_IDLE = frozenset({NodeKind.TASK, NodeKind.MANUAL_TASK})


def advance(
    state: Instance | None,
    stimulus: Stimulus,
    *,
    library: Library,
    now: datetime,
    steps: int = DEFAULT_STEPS,
    path: list[Moved] | None = None,
) -> Step:
    """The instance after `stimulus`, at its next wait state or end: as `engine.bpmn.machine.advance`.

    A run is cut off and becomes an incident after `steps` node visits, at most MAX_STEPS, or when a task
    tree nears the size that SpiffWorkflow walks through. Raises InvalidArgument if SpiffWorkflow cannot
    parse the process.
    """
    if isinstance(stimulus, StartProcess):
        if state is not None and (state.scopes or state.ended is not None):
            raise InvalidState("Expected a process instance that is not started yet, but it is.")
        run = Run(state or Instance(), library=library, now=now, steps=min(steps, MAX_STEPS), path=path)
        start(run, stimulus)
    else:
        if state is None or state.ended is not None:
            raise InvalidState("Expected a running process instance, but it has ended or never started.")
        run = Run(state, library=library, now=now, steps=min(steps, MAX_STEPS), path=path)
        react(run, stimulus)
    _drive(run)
    if run.state.ended is None:
        if run.lost_incident:
            pass_incident_on(run)
        _report_stuck_joins(run)
        _expect_all_tasks(run)
    return Step(run.state, run.effects, run.path)


def _drive(run: Run) -> None:
    steps_left = run.steps
    while run.queue:
        if len(run.queue) > steps_left:
            park(run)
            return
        task = run.queue[0]
        scope = run.scope_of(task)
        if scope is None or task.state not in (TaskState.READY, TaskState.WAITING):
            run.queue.popleft()
            continue
        why = why_too_large(run, scope, task)
        if why is not None:
            park(run, why)
            return
        run.queue.popleft()
        steps_left -= 1
        node = run.plan(scope).node_of(task)
        assert node is not None  # noqa: S101 - only what stands for a node is queued
        visit(run, scope, node, task)


def visit(run: Run, scope: Scope, node: Node, task: Task) -> None:
    """A token has come to the task."""
    if node.kind in GATEWAY_KINDS and node.kind is not NodeKind.EVENT_BASED_GATEWAY:
        gateways.pass_on(run, scope, node, task, None)
        return
    run.announce(node)
    if _has_nothing_to_do(run, scope, node):
        run.path.append((Move.PASSED, node.id, 0, scope.key))
        task.run()
        settle(run, scope)
    else:
        begin(run, run.new_element(scope, node, task), scope, node)


def _has_nothing_to_do(run: Run, scope: Scope, node: Node) -> bool:
    """Nothing that may fail or wait: no element is made for it."""
    if node.inputs or node.outputs or node.clocks or node.boundaries:
        return False
    if node.kind is NodeKind.START_EVENT:
        return scope.node >= 0 or not run.program(scope).clocks
    return node.kind in _IDLE or (node.kind in _THROWING and not node.triggers and node.outcome is None)


def _expect_all_tasks(run: Run) -> None:
    """Rather refuse the step than keep an instance of which SpiffWorkflow has dropped a part."""
    for element in run.state.elements.values():
        task = element.task
        assert task is not None  # noqa: S101 - the trees are grown
        if task.workflow.tasks.get(task.id) is not task or task.has_state(TaskState.FINISHED_MASK):
            node_id = run.node(element).id
            raise InvalidState(
                f"Expected SpiffWorkflow to go on waiting at {node_id!r}, but it has dropped the task."
                " Run this process on the engine yishi."
            )


def _report_stuck_joins(run: Run) -> None:
    """A scope whose tokens all wait at joins that nothing can reach any more would wait for ever."""
    for key in sorted(run.rested):
        scope = run.state.scopes.get(key)
        if scope is None or scope.elements:
            continue
        node_id = _waiting_join(run, scope)
        message = f"Expected further tokens at {node_id!r}, but no more can come."
        run.effects.append(RaiseIncident(scope.owner, node_id, IncidentType.JOIN_STUCK, message))
        if scope.owner:
            run.state.elements[scope.owner].rows = True


def _waiting_join(run: Run, scope: Scope) -> str:
    plan, workflow = run.plan(scope), scope.workflow
    assert workflow is not None  # noqa: S101
    waiting = [task for task in workflow.tasks.values() if task.state == TaskState.WAITING]
    nodes = [node for task in waiting if (node := plan.node_of(task)) is not None]
    return min(nodes, key=lambda node: node.index).id if nodes else plan.program.process_id
