"""Exclusive, parallel, inclusive and complex gateways; splits in document order.

Source: BPMN 2.0.2, 10.6 and 13.4.
"""

from __future__ import annotations

from typing import Any

from engine.bpmn.effects import IncidentType
from engine.bpmn.machine.advancing import StepFailed
from engine.bpmn.machine.choosing import Following, choose
from engine.bpmn.machine.leaving import leave
from engine.bpmn.machine.run import PASSED, TOOK, Run
from engine.bpmn.model import NodeKind
from engine.bpmn.program import Node
from engine.bpmn.state import Element, Phase, Scope

ACTIVATED = -2
"""Among the flows at a complex gateway: bit set of the incoming flows that its activation consumed."""
BEARING = Phase.FAILED_LISTENING
"""Of an element that only bears the incident of a complex gateway; the tokens wait at the gateway."""


def enter_exclusive(run: Run, scope: Scope, node: Node, flow: int) -> None:
    pass_on(run, scope, node, None)


def enter_parallel(run: Run, scope: Scope, node: Node, flow: int) -> None:
    if len(node.incoming) > 1:
        arrived = scope.joins.get(node.index)
        if arrived is None:
            arrived = scope.joins[node.index] = {}
        arrived[flow] = arrived.get(flow, 0) + 1
        if len(arrived) < len(node.incoming):
            run.rested.add(scope.key)
            return
        _take_one_from_each(scope, node, arrived)
    send_on(run, scope, node, node.next, None)


def enter_inclusive(run: Run, scope: Scope, node: Node, flow: int) -> None:
    if len(node.incoming) > 1:
        # Whether it may go on depends on where all other tokens are: asked when they have come to rest.
        arrived = scope.joins.setdefault(node.index, {})
        arrived[flow] = arrived.get(flow, 0) + 1
        run.rested.add(scope.key)
        run.state.joining.add(scope.key)
        return
    pass_on(run, scope, node, None)


# --- complex gateways ----------------------------------------------------------------------------


def enter_complex(run: Run, scope: Scope, node: Node, flow: int) -> None:
    """Until it has been activated each token may activate it; what comes later is consumed at its reset.

    Source: BPMN 2.0.2, 10.6.5 and 13.4.5.
    """
    if len(node.incoming) < 2 or node.activation is None:
        pass_on(run, scope, node, None)
        return
    arrived = scope.joins.setdefault(node.index, {})
    arrived[flow] = arrived.get(flow, 0) + 1
    run.rested.add(scope.key)
    run.state.joining.add(scope.key)
    if ACTIVATED not in arrived:
        activate(run, scope, node, None)


def activate(run: Run, scope: Scope, node: Node, failed: Element | None) -> None:
    """Go on if the activation condition holds, with one token from each flow that has any."""
    arrived = scope.joins.get(node.index, {})
    tokens = _counted(run, scope, node, arrived, waiting=True)
    if failed is None and (failed := _bearer(run, scope, node)) is not None:
        # A further token came before the incident was mended: this is another try.
        run.resolve_incidents(failed.key)
    try:
        active = _is_active(run, scope, node, tokens)
        following = choose(run, scope, node, further=tokens) if active and node.chooses else node.next
    except StepFailed as failure:
        # The tokens stay where they are; the element only bears the incident.
        bearer = failed or run.quiet_element(scope, node.index, BEARING)
        run.fail(bearer, BEARING, failure)
        return
    if failed is not None:
        run.close(failed, scope, node, completed=True)
        run.rested.add(scope.key)
    if not active:
        return
    consumed = sum(1 << place for place, flow in enumerate(node.incoming) if flow in arrived)
    _take_one_from_each(scope, node, arrived)
    if consumed != (1 << len(node.incoming)) - 1:
        # Waits for its reset: until the other flows have brought their tokens or cannot any more.
        scope.joins.setdefault(node.index, {})[ACTIVATED] = consumed
    send_on(run, scope, node, following, None)


def _bearer(run: Run, scope: Scope, node: Node) -> Element | None:
    """The element that bears the incident of an activation condition that failed."""
    elements = (run.state.elements[key] for key in scope.elements)
    return next(
        (element for element in elements if element.node == node.index and element.phase is BEARING), None
    )


def _is_active(run: Run, scope: Scope, node: Node, tokens: dict[str, Any]) -> bool:
    assert node.activation is not None  # noqa: S101
    value = run.evaluate(node.activation, run.context(scope, tokens), IncidentType.CONDITION_FAILED)
    if not isinstance(value, bool):
        raise StepFailed(
            IncidentType.CONDITION_FAILED,
            f"Expected true or false from activation condition {node.activation.text!r} of gateway"
            f" {node.id!r}, but it is neither.",
        )
    return value


def _counted(run: Run, scope: Scope, node: Node, arrived: dict[int, int], *, waiting: bool) -> dict[str, Any]:
    flow_ids = run.programs[scope.program].flow_ids
    counts = {flow_ids[flow]: arrived.get(flow, 0) for flow in node.incoming}
    return {**counts, "activationCount": sum(counts.values()), "waitingForStart": waiting}


def _reset(run: Run, scope: Scope, node: Node) -> None:
    """Consume what came after the activation; the conditions may send tokens on once more, or none."""
    arrived = scope.joins[node.index]
    consumed = arrived.pop(ACTIVATED)
    late = {
        flow: 1 for place, flow in enumerate(node.incoming) if arrived.get(flow) and not consumed >> place & 1
    }
    for flow in late:
        arrived[flow] -= 1
        if arrived[flow] == 0:
            del arrived[flow]
    if not arrived:
        del scope.joins[node.index]
    if late:
        scope.tokens -= len(late) - 1
        send_on_after_reset(run, scope, node, _counted(run, scope, node, late, waiting=False), None)
    if node.index in scope.joins:
        activate(run, scope, node, None)


def send_on_after_reset(
    run: Run, scope: Scope, node: Node, tokens: dict[str, Any], failed: Element | None
) -> None:
    """`tokens` are what the conditions see. On a reset it is no mistake if none holds."""
    conditions = run.programs[scope.program].conditions
    try:
        following = choose(run, scope, node, further=tokens, may_be_none=True) if node.chooses else ()
    except StepFailed as failure:
        element = failed or run.new_element(scope, node)
        run.fail(element, Phase.FAILED_ENTERING, failure, pending={"reset": tokens})
        return
    # A flow that has no condition to tell the reset from the activation has had its token then.
    following = [each for each in following if conditions[each[1]] is not None or each[1] == node.default]
    if following:
        send_on(run, scope, node, following, failed)
        return
    if failed is not None:
        run.close(failed, scope, node, completed=True)
    leave(run, scope, ())


# --- joins that look at where all other tokens are -----------------------------------------------


def release_joins(run: Run) -> bool:
    """Let every inclusive join go on that no other token can still reach, and reset every activated
    complex gateway likewise. True if one did.

    A token elsewhere holds the join back if it can come to an incoming flow without a token but to
    none that has one, without passing the join itself. Source: BPMN 2.0.2, 13.4.3.
    """
    joining = run.state.joining
    if not joining:
        return False
    for key in sorted(joining):
        scope = run.state.scopes.get(key)
        if scope is None or not scope.joins:
            joining.discard(key)
            continue
        for index in sorted(scope.joins):
            node = run.program(scope).nodes[index]
            if not node.reaching:
                continue
            if node.kind is NodeKind.INCLUSIVE_GATEWAY:
                if not _is_awaited(run, scope, node, scope.joins[index]):
                    _take_one_from_each(scope, node, scope.joins[index])
                    pass_on(run, scope, node, None)
                    return True
            elif ACTIVATED in scope.joins[index] and not _is_awaited(
                run, scope, node, _served(node, scope.joins[index])
            ):
                _reset(run, scope, node)
                return True
    return False


def _served(node: Node, arrived: dict[int, int]) -> dict[int, int]:
    """The flows of an activated complex gateway that it does not wait for any more."""
    consumed = arrived[ACTIVATED]
    return {flow: 1 for place, flow in enumerate(node.incoming) if consumed >> place & 1 or arrived.get(flow)}


def _is_awaited(run: Run, scope: Scope, node: Node, arrived: dict[int, int]) -> bool:
    with_token = without_token = 0
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
        if element.phase is not Phase.CANCELING:
            # Compensation that nobody waits for: its token has gone on already.
            elsewhere |= 1 << element.node
    for join, tokens in scope.joins.items():
        if join != node.index and any(flow != ACTIVATED for flow in tokens):
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
    following: Following = node.next
    if node.chooses:
        try:
            following = choose(run, scope, node)
        except StepFailed as failure:
            run.fail(failed or run.new_element(scope, node), Phase.FAILED_ENTERING, failure)
            return
    send_on(run, scope, node, following, failed)


def send_on(run: Run, scope: Scope, node: Node, following: Following, failed: Element | None) -> None:
    if failed is not None:
        run.close(failed, scope, node, completed=True)
    else:
        run.path.append((PASSED, node.id, 0, scope.key))
    if node.announces:
        run.announce(node)
    if len(node.next) > 1:
        flow_ids = run.programs[scope.program].flow_ids
        for _, flow in following:
            run.path.append((TOOK, flow_ids[flow], 0, scope.key))
    leave(run, scope, following)
