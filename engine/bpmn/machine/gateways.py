"""Exclusive, parallel and inclusive gateways; splits in document order.

Source: BPMN 2.0.2, 10.6 and 13.4.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.bpmn.effects import IncidentType
from engine.bpmn.machine.ending import leave
from engine.bpmn.machine.run import PASSED, TOOK, Run, StepFailed
from engine.bpmn.model import NodeKind
from engine.bpmn.program import Node
from engine.bpmn.state import Element, Phase, Scope


def enter_exclusive(run: Run, scope: Scope, node: Node, flow: int) -> None:
    pass_on(run, scope, node, None)


def enter_parallel(run: Run, scope: Scope, node: Node, flow: int) -> None:
    if len(node.incoming) > 1:
        arrived = scope.joins.setdefault(node.index, {})
        arrived[flow] = arrived.get(flow, 0) + 1
        run.rested.add(scope.key)
        if len(arrived) < len(node.incoming):
            return
        _take_one_from_each(scope, node, arrived)
    pass_on(run, scope, node, None)


def enter_inclusive(run: Run, scope: Scope, node: Node, flow: int) -> None:
    if len(node.incoming) > 1:
        # Whether it may go on depends on where all other tokens are: asked when they have come to rest.
        arrived = scope.joins.setdefault(node.index, {})
        arrived[flow] = arrived.get(flow, 0) + 1
        run.rested.add(scope.key)
        return
    pass_on(run, scope, node, None)


def release_inclusive_joins(run: Run) -> bool:
    """Let every inclusive join go on that no other token can still reach. True if one did.

    A token elsewhere holds the join back if it can come to an incoming flow without a token but to
    none that has one, without passing the join itself. Source: BPMN 2.0.2, 13.4.3.
    """
    for scope in run.state.scopes.values():
        for index in sorted(scope.joins):
            node = run.program(scope).nodes[index]
            if node.reaching and not _is_awaited(run, scope, node):
                _take_one_from_each(scope, node, scope.joins[index])
                pass_on(run, scope, node, None)
                return True
    return False


def _is_awaited(run: Run, scope: Scope, node: Node) -> bool:
    with_token = without_token = 0
    arrived = scope.joins[node.index]
    for flow, reaching in node.reaching.items():
        if flow in arrived:
            with_token |= reaching
        else:
            without_token |= reaching
    waiting = without_token & ~with_token
    elsewhere = 0
    for key in scope.elements:
        element = run.state.elements[key]
        if element.node == node.index and element.phase is Phase.PARKED:
            return True
        elsewhere |= 1 << element.node
    for join in scope.joins:
        if join != node.index:
            elsewhere |= 1 << join
    return bool(waiting & elsewhere)


def _take_one_from_each(scope: Scope, node: Node, arrived: dict[int, int]) -> None:
    scope.tokens -= len(arrived) - 1
    for flow in list(arrived):
        arrived[flow] -= 1
        if arrived[flow] == 0:
            del arrived[flow]
    if not arrived:
        del scope.joins[node.index]


def pass_on(run: Run, scope: Scope, node: Node, failed: Element | None) -> None:
    """Send the gateway's token over the flows it chooses.

    `failed` is the element that holds the token after an earlier failure, closed on success.
    """
    flows: Sequence[int] = node.outgoing
    if node.chooses:
        try:
            flows = _choose(run, scope, node)
        except StepFailed as failure:
            run.fail(failed or run.new_element(scope, node), Phase.FAILED_ENTERING, failure)
            return
    if failed is not None:
        run.close(failed, scope, node, completed=True)
    else:
        run.path.append((PASSED, node.id, 0))
    if len(node.outgoing) > 1:
        flow_ids = run.programs[scope.program].flow_ids
        for flow in flows:
            run.path.append((TOOK, flow_ids[flow], 0))
    leave(run, scope, flows)


def _choose(run: Run, scope: Scope, node: Node) -> Sequence[int]:
    """Source: BPMN 2.0.2, 13.4.2 and 13.4.3."""
    conditions = run.programs[scope.program].conditions
    context = run.context(scope)
    chosen: list[int] = []
    for flow in node.outgoing:
        if flow == node.default:
            continue
        condition = conditions[flow]
        holds = True if condition is None else condition.value(context, now=run.now)
        if holds is True:
            chosen.append(flow)
            if node.kind is NodeKind.EXCLUSIVE_GATEWAY:
                break
        elif holds is not False:
            raise _not_boolean(run, scope, flow)
    if chosen:
        return chosen
    if node.default >= 0:
        return (node.default,)
    raise StepFailed(
        IncidentType.NO_FLOW_MATCHES,
        f"Expected a flow out of gateway {node.id!r} to match, but none does and it has no default flow.",
    )


def _not_boolean(run: Run, scope: Scope, flow: int) -> StepFailed:
    program = run.program(scope)
    condition = program.conditions[flow]
    assert condition is not None  # noqa: S101 - only a condition can have another value
    diagnostics = condition.evaluate(run.context(scope), now=run.now).diagnostics
    why = f": {diagnostics[0].message}" if diagnostics else "."
    return StepFailed(
        IncidentType.CONDITION_FAILED,
        f"Expected true or false from condition {condition.text!r} of flow {program.flow_ids[flow]!r},"
        f" but it is neither{why}",
    )
