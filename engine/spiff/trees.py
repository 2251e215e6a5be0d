"""Task trees to plain data and back. SpiffWorkflow's own serializer also writes the specifications
into every state (25 KB for a small process) and looks classes up by a name in the data."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow, BpmnSubWorkflow
from SpiffWorkflow.task import Task

from engine.spiff.feel_engine import FeelScriptEngine
from engine.spiff.plan import Plan
from engine.spiff.state import Instance, Scope, Tree


def felled(workflow: BpmnBaseWorkflow, *, prefix: str) -> tuple[Tree, dict[Any, int]]:
    """The tree at rest, and the number of each task in it by its id."""
    numbers = {task_id: number for number, task_id in enumerate(workflow.tasks)}
    tasks = [
        [
            numbers[task._parent] if task._parent is not None else -1,
            task.state,
            task.task_spec.name.removeprefix(prefix),
            int(task.triggered),
            task.internal_data,
        ]
        for task in workflow.tasks.values()
    ]
    return Tree(workflow.completed, workflow.success, tasks), numbers


def grow(instance: Instance, plans: list[Plan], engine: FeelScriptEngine) -> None:
    """Make the workflows of a loaded instance again, the outer ones first."""
    for scope in instance.scopes.values():
        plan = plans[scope.program]
        spec = plan.spec(scope.start, inside=scope.node)
        if scope.owner == 0:
            workflow: BpmnBaseWorkflow = BpmnWorkflow(spec, script_engine=engine, deserializing=True)
            instance.top = workflow
        else:
            task = instance.elements[scope.owner].task
            assert task is not None  # noqa: S101 - the scope around it was grown before
            workflow = new_inner_workflow(instance.top, task, spec, deserializing=True)
        scope.workflow = workflow
        tasks = _planted(workflow, spec, instance.trees[scope.key], plan.prefix)
        for key in scope.elements:
            instance.elements[key].task = tasks[instance.places[key]]
    instance.trees, instance.places = {}, {}


def new_inner_workflow(
    top: Any, task: Task, spec: BpmnProcessSpec, *, deserializing: bool = False
) -> BpmnSubWorkflow:
    workflow = BpmnSubWorkflow(spec, task.id, top, deserializing=deserializing)
    top.subprocesses[task.id] = workflow
    return workflow


def _planted(workflow: BpmnBaseWorkflow, spec: BpmnProcessSpec, tree: Tree, prefix: str) -> list[Task]:
    tasks: list[Task] = []
    for parent, state, name, triggered, internal_data in tree.tasks:
        task_spec = spec.task_specs.get(prefix + name) or spec.task_specs[name]
        task = Task(workflow, task_spec, tasks[parent] if parent >= 0 else None, state=state)
        task.triggered = bool(triggered)
        task.internal_data = internal_data
        tasks.append(task)
    workflow.task_tree = tasks[0]
    workflow.completed, workflow.success = tree.completed, tree.success
    return tasks


def depth_of(instance: Instance, scope: Scope, task: Task) -> int:
    """How far the task is from the root of the outermost tree: SpiffWorkflow walks through all of them."""
    depth = int(task.depth)
    while scope.owner:
        around = instance.elements[scope.owner].task
        assert around is not None  # noqa: S101
        depth += int(around.depth) + 1
        scope = instance.scopes[scope.parent]
    return depth
