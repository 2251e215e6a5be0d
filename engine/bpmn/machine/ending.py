"""How elements and scopes end: completed from inside, or terminated from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.bpmn.effects import EndChild, EndProcess, IncidentType
from engine.bpmn.machine.run import Run, StepFailed
from engine.bpmn.model import NodeKind
from engine.bpmn.program import Node
from engine.bpmn.state import Element, Phase, Scope

_SUB_PROCESS = NodeKind.SUB_PROCESS


def complete_element(run: Run, element: Element, variables: Mapping[str, Any]) -> None:
    """The activity's work is done: map its outputs, close it, send its token on.

    If an output mapping fails the element stays, as an incident that remembers `variables`.
    """
    scope = run.state.scopes[element.scope]
    node = run.programs[scope.program].nodes[element.node]
    if node.outputs:
        try:
            variables = _outputs(run, element, scope, node, variables)
        except StepFailed as failure:
            run.fail(element, Phase.FAILED_LEAVING, failure, pending=variables)
            return
    elif node.kind is _SUB_PROCESS:
        # What a sub-process has of its own ends with it; everything else it wrote outside already.
        variables = {}
    if variables:
        run.assign(scope, variables)
    run.close(element, scope, node, completed=True)
    leave(run, scope, node.outgoing)


def _outputs(
    run: Run, element: Element, scope: Scope, node: Node, variables: Mapping[str, Any]
) -> dict[str, Any]:
    context = run.context(scope, {**(element.locals or {}), **variables})
    return {
        target: run.evaluate(source, context, IncidentType.MAPPING_FAILED) for target, source in node.outputs
    }


def leave(run: Run, scope: Scope, flows: Sequence[int]) -> None:
    """A token goes on over all `flows`. Without any it ends; the last one completes the scope."""
    scope.tokens += len(flows) - 1
    if flows:
        targets = run.programs[scope.program].flow_targets
        for flow in flows:
            run.queue.append((scope, targets[flow], flow))
    elif scope.tokens == 0:
        run.emptied.append(scope)
    elif scope.joins:
        run.rested.add(scope.key)


def complete_scope(run: Run, scope: Scope) -> None:
    """The activity around the scope completes, or the process ends. Expects an empty scope."""
    del run.state.scopes[scope.key]
    if scope.owner == 0:
        run.state.ended = True
        run.effects.append(EndProcess(completed=True, outcome=run.state.outcome))
        return
    owner = run.state.elements[scope.owner]
    owner.child = 0
    if scope.node < 0:
        run.effects.append(EndChild(scope.key, completed=True))
    # Without output mappings all variables of a called process come back: what is not mapped is
    # not meant to be lost.
    complete_element(run, owner, scope.variables or {})


# --- termination ---------------------------------------------------------------------------------


def terminate_element(run: Run, element: Element) -> None:
    """Ends the element and everything inside it at once, the innermost first.

    Its token is not taken from its scope's count: the caller sends it on or ends the scope.
    """
    found = []
    pending = [element]
    while pending:
        each = pending.pop()
        found.append(each)
        if each.child:
            inside = run.state.scopes[each.child].elements
            pending.extend(run.state.elements[key] for key in sorted(inside))
    for each in reversed(found):
        if each.child:
            _drop(run, run.state.scopes[each.child])
        run.lost_incident |= each.phase is Phase.PARKED and each.rows
        run.close(each, run.state.scopes[each.scope], run.node(each), completed=False)


def terminate_contents(run: Run, scope: Scope) -> None:
    """Every element and token in the scope ends; the scope stays, empty."""
    for key in sorted(scope.elements):
        terminate_element(run, run.state.elements[key])
    scope.joins.clear()
    scope.tokens = 0
    _forget_tokens_under_way(run, scope)


def _drop(run: Run, scope: Scope) -> None:
    del run.state.scopes[scope.key]
    _forget_tokens_under_way(run, scope)
    if scope.node < 0:
        run.effects.append(EndChild(scope.key, completed=False))


def _forget_tokens_under_way(run: Run, scope: Scope) -> None:
    if run.queue:
        others = [entry for entry in run.queue if entry[0] is not scope]
        run.queue.clear()
        run.queue.extend(others)
