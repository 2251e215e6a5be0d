"""On which nodes a token rests, so that something can happen while it does."""

from __future__ import annotations

from engine.bpmn.model import FlowNode, NodeKind
from engine.bpmn.rules.drawing import Drawing, is_link_catch

_WAITING = frozenset(
    {
        NodeKind.USER_TASK,
        NodeKind.SERVICE_TASK,
        NodeKind.RECEIVE_TASK,
        NodeKind.CALL_ACTIVITY,
        NodeKind.INTERMEDIATE_CATCH_EVENT,
        NodeKind.EVENT_BASED_GATEWAY,
    }
)
"""Kinds on which a token rests, or may (a called process is not known here)."""


class RestingNodes:
    """Made once per drawing, in linear time."""

    def __init__(self, drawing: Drawing) -> None:
        self._ids: set[str] = set()
        # The inner scopes come last; one that rests lets the sub-process around it rest.
        for scope in reversed(drawing.scopes):
            rests = False
            for node in scope.nodes.values():
                if _waits_itself(node):
                    self._ids.add(node.id)
                rests = rests or node.id in self._ids
            if rests and scope.owner is not None:
                self._ids.add(scope.owner.id)

    def waits(self, node: FlowNode) -> bool:
        """Whether a token that comes to `node` rests there, or something inside it may let it rest."""
        return node.id in self._ids


def _waits_itself(node: FlowNode) -> bool:
    if is_link_catch(node):
        return False
    chosen_by_a_person = node.kind is NodeKind.AD_HOC_SUB_PROCESS and node.extensions.assignment is not None
    return node.kind in _WAITING or node.extensions.job is not None or chosen_by_a_person
