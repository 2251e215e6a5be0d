"""What holds of every resting instance, whatever its process."""

from __future__ import annotations

from engine.bpmn.machine.gateways import ACTIVATED
from engine.bpmn.state import Phase, ScopeKind, State

WITHOUT_TOKEN = (Phase.LISTENING, Phase.FAILED_LISTENING)
KEEPS_PENDING = (Phase.FAILED_LEAVING, Phase.FAILED_ENTERING, Phase.PARKED, Phase.CANCELING)


def check(state: State) -> None:
    """Fails where a token was lost, made from nothing, or left without a place."""
    if state.ended is not None:
        assert not state.scopes
        assert not state.elements
        return
    placed: set[int] = set()
    for key, scope in state.scopes.items():
        assert scope.key == key < state.next_key
        joined = [
            count for flows in scope.joins.values() for flow, count in flows.items() if flow != ACTIVATED
        ]
        assert all(count > 0 for count in joined)
        assert all(scope.joins.values()), "an empty join was left behind"
        held = [each for each in scope.elements if state.elements[each].phase not in WITHOUT_TOKEN]
        assert scope.tokens == len(held) + sum(joined), f"tokens of scope {key} are not conserved"
        assert scope.tokens > 0 or scope.kind is ScopeKind.AD_HOC
        assert placed.isdisjoint(scope.elements)
        placed |= scope.elements
        if scope.owner:
            owner = state.elements[scope.owner]
            assert (owner.child, owner.scope) == (key, scope.parent)
        else:
            assert key == 1
        assert scope.node >= 0 or scope.variables is not None
    assert placed == set(state.elements)
    for key, element in state.elements.items():
        assert element.key == key < state.next_key
        assert key in state.scopes[element.scope].elements
        assert not element.child or state.scopes[element.child].owner == key
        assert not element.child or element.phase in (Phase.WAITING, Phase.CANCELING)
        assert element.pending is None or element.phase in KEEPS_PENDING
