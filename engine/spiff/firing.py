"""Events that have happened: SpiffWorkflow is told, and what they interrupt ends at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.model import NodeKind
from engine.bpmn.program import ErrorTrigger, Node, Program
from engine.spiff.ending import complete_element, terminate_element
from engine.spiff.run import Run
from engine.spiff.specs import happened
from engine.spiff.state import Element, Scope


def fire(
    run: Run, element: Element, event: Node, variables: Mapping[str, Any], *, again: bool = False
) -> None:
    """`event`, for which `element` waits, has happened; `again`: it may happen once more."""
    scope = run.state.scopes[element.scope]
    task = element.task
    assert task is not None  # noqa: S101
    if event.index == element.node:
        _tell(run, scope, task, event)
        complete_element(run, element, variables)
    elif event.attached_to < 0:
        run.close(element, scope, run.node(element), completed=True)
        _tell(run, scope, task, event)
        task.run()
        # What it has seen are objects of SpiffWorkflow, which nobody needs any more.
        task.task_spec.event_definition.reset(task)
        _take(run, scope, event, task.children[0], variables)
    else:
        boundary = _boundary_task(run, scope, task, event)
        if event.interrupting:
            terminate_element(run, element)
        elif again:
            _listen_again(boundary)
        _tell(run, scope, boundary, event)
        _take(run, scope, event, boundary, variables)


def _take(run: Run, scope: Scope, event: Node, task: Task, variables: Mapping[str, Any]) -> None:
    run.keep_from_queue(task)
    run.announce(event)
    complete_element(run, run.new_element(scope, event, task), variables)


def _tell(run: Run, scope: Scope, task: Task, event: Node) -> None:
    """SpiffWorkflow makes the waiting task READY."""
    run.keep_from_queue(task)
    task.task_spec.catch(task, happened(f"{run.plan(scope).prefix}{event.index}"))
    task.task_spec._update(task)


def _boundary_task(run: Run, scope: Scope, host: Task, event: Node) -> Task:
    """The listening task: a sibling of the activity's own, below the split before both."""
    name = f"{run.plan(scope).prefix}{event.index}"
    return next(
        task
        for task in host.parent.children
        if task.task_spec.name == name and task.state == TaskState.WAITING
    )


def _listen_again(boundary: Task) -> None:
    # SpiffWorkflow itself lets a non-interrupting event fire once only; for cycles it hangs what they
    # begin below the listening task, and drops it when the activity completes.
    again = boundary.parent._add_child(boundary.task_spec, TaskState.FUTURE)
    again.task_spec._predict(again, mask=TaskState.NOT_FINISHED_MASK)
    again.task_spec._update(again)


# --- errors --------------------------------------------------------------------------------------


def throw_error(run: Run, thrower: Element, code: str, message: str, variables: Mapping[str, Any]) -> bool:
    """The nearest activity around the thrower (itself included) whose boundary catches the error ends.

    False, and nothing has changed, if nobody catches. SpiffWorkflow would also look at the boundaries
    of neighbours, and would drop an error nobody catches.
    """
    element: Element | None = thrower
    while element is not None:
        scope = run.state.scopes[element.scope]
        event = matching(run.program(scope), run.node(element), code)
        if event is not None:
            caught: dict[str, Any] = dict(variables)
            if event.caught_code:
                caught[event.caught_code] = code
            if event.caught_message:
                caught[event.caught_message] = message
            if run.node(thrower).kind is NodeKind.END_EVENT:
                # An end event completes by throwing.
                run.close(thrower, run.state.scopes[thrower.scope], run.node(thrower), completed=True)
            fire(run, element, event, caught)
            return True
        element = run.state.elements.get(scope.owner)
    return False


def matching(program: Program, node: Node, code: str) -> Node | None:
    """The boundary event of `node` that catches `code`; one that names it goes before one that catches all."""
    catch_all = None
    for index in node.boundaries:
        boundary = program.nodes[index]
        if isinstance(boundary.trigger, ErrorTrigger):
            if boundary.trigger.code == code:
                return boundary
            if boundary.trigger.code is None and catch_all is None:
                catch_all = boundary
    return catch_all
