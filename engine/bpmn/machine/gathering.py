"""Tokens that wait for others before an activity begins."""

from __future__ import annotations

from engine.bpmn.machine.run import Run
from engine.bpmn.program import Node
from engine.bpmn.state import Scope


def gathered(run: Run, scope: Scope, node: Node, flow: int) -> bool:
    """Whether enough tokens have come; they become one. Source: BPMN 2.0.2, table 10.3 (startQuantity)."""
    arrived = scope.joins.setdefault(node.index, {})
    arrived[flow] = arrived.get(flow, 0) + 1
    run.rested.add(scope.key)
    if sum(arrived.values()) < node.start_quantity:
        return False
    scope.tokens -= node.start_quantity - 1
    del scope.joins[node.index]
    return True
