"""How elements and scopes end: completed from inside, or terminated from outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.effects import EndChild, EndProcess, IncidentType
from engine.bpmn.machine import StepFailed
from engine.bpmn.model import SUB_PROCESS_KINDS
from engine.bpmn.program import Node
from engine.bpmn.state import Phase
from engine.spiff.run import Run
from engine.spiff.state import Element, Scope


def complete_element(run: Run, element: Element, variables: Mapping[str, Any]) -> None:
    """The activity's work is done: map its outputs, close it, let SpiffWorkflow send its token on.

    If an output mapping fails the element stays, as an incident that remembers `variables`.
    """
    scope = run.state.scopes[element.scope]
    node = run.node(element)
    if node.outputs:
        try:
            variables = _outputs(run, element, scope, node, variables)
        except StepFailed as failure:
            run.fail(element, Phase.FAILED_LEAVING, failure, pending=variables)
            return
    elif node.kind in SUB_PROCESS_KINDS:
        # What a sub-process has of its own ends with it; everything else it wrote outside already.
        variables = {}
    if element.item is not None:
        # What an activity writes to variables of its own ends with it.
        variables = {name: value for name, value in variables.items() if name not in element.item}
    run.assign(scope, variables)
    run.close(element, scope, node, completed=True)
    go_on(run, scope, element)


def _outputs(
    run: Run, element: Element, scope: Scope, node: Node, variables: Mapping[str, Any]
) -> dict[str, Any]:
    context = run.state.context(scope, {**(element.visible or {}), **variables})
    mapped = {
        target: run.evaluate(source, context, IncidentType.MAPPING_FAILED) for target, source in node.outputs
    }
    for name in (node.caught_code, node.caught_message):
        # Asked for by name, beside what is mapped.
        if name is not None and name in variables:
            mapped.setdefault(name, variables[name])
    return mapped


def go_on(run: Run, scope: Scope, element: Element) -> None:
    """The token of the closed element goes on."""
    assert element.task is not None  # noqa: S101
    element.task.run()
    settle(run, scope)


def settle(run: Run, scope: Scope) -> None:
    """After SpiffWorkflow has moved something in the scope: see what is next, or that it has ended."""
    run.notice(scope)
    assert scope.workflow is not None  # noqa: S101
    if scope.workflow.completed:
        _complete_scope(run, scope)


def _complete_scope(run: Run, scope: Scope) -> None:
    run.drop_scope(scope)
    if scope.owner == 0:
        run.state.ended = True
        run.state.top = None
        run.effects.append(EndProcess(completed=True, outcome=run.state.outcome))
        return
    owner = run.state.elements[scope.owner]
    owner.child = 0
    if scope.node < 0:
        run.effects.append(EndChild(scope.key, completed=True))
    variables = scope.variables or {}
    if scope.node < 0 and not run.node(owner).outputs:
        # What is not mapped is not meant to be lost, and what it did not touch may have been written
        # beside it.
        variables = {name: variables[name] for name in scope.written}
    complete_element(run, owner, variables)


# --- termination ---------------------------------------------------------------------------------


def terminate_element(run: Run, element: Element) -> None:
    """Close the element and everything inside it, the innermost first, and cancel its task."""
    _close_all(run, [element])
    assert element.task is not None  # noqa: S101
    element.task.cancel()


def close_contents(run: Run, scope: Scope) -> None:
    """Close every element in the scope; the caller ends SpiffWorkflow's tasks."""
    _close_all(run, [run.state.elements[key] for key in sorted(scope.elements)])


def _close_all(run: Run, pending: list[Element]) -> None:
    found = []
    while pending:
        each = pending.pop()
        found.append(each)
        if each.child:
            inside = run.state.scopes[each.child].elements
            pending.extend(run.state.elements[key] for key in sorted(inside))
    for each in reversed(found):
        if each.child:
            scope = run.state.scopes[each.child]
            # Before it is dropped: SpiffWorkflow finds what is inside by the task around it.
            assert scope.workflow is not None  # noqa: S101
            scope.workflow.cancel()
            run.drop_scope(scope)
            if scope.node < 0:
                run.effects.append(EndChild(scope.key, completed=False))
        run.lost_incident |= each.phase is Phase.PARKED and each.rows
        run.close(each, run.state.scopes[each.scope], run.node(each), completed=False)
