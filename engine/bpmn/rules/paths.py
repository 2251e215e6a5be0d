"""Where tokens can go: unreachable nodes and dead ends. Source: BPMN 2.0.2, 13.2 to 13.4."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import FlowNode, NodeKind
from engine.bpmn.rules.compensation import is_compensation_boundary
from engine.bpmn.rules.drawing import Drawing, DrawnScope
from engine.bpmn.rules.rule import Problem, at, error, warning


def reachability(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        begins = scope.entries()
        if not begins:
            continue
        # What a boundary event of a compensation activity leads to is reached while that undoes.
        handlers = [node for node in scope.nodes.values() if node.for_compensation]
        reached = scope.reached_from([*begins, *handlers])
        for node in scope.nodes.values():
            if node.id not in reached and _is_reached_by_flow(node):
                yield at(
                    node,
                    f"从开始事件到不了 {node.id}",
                    f"{node.id} cannot be reached from a start event",
                    "请把它连入流程，或删除它",
                    "Connect it, or remove it",
                )


def _is_reached_by_flow(node: FlowNode) -> bool:
    # A boundary event stands or falls with its activity; other rules look at the other two.
    aside = node.kind is NodeKind.BOUNDARY_EVENT or node.triggered_by_event or node.for_compensation
    return not aside


def dead_ends(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        if _may_simply_stop(scope):
            continue
        for node in scope.nodes.values():
            if not scope.outgoing_of(node) and _should_lead_on(node, scope):
                yield at(
                    node,
                    f"{node.id} 之后没有顺序流，流程会在这里悄悄结束",
                    f"No sequence flow leaves {node.id}, so the path silently ends there",
                    "请连到下一步或一个结束事件",
                    "Lead on to the next step or to an end event",
                )


def _may_simply_stop(scope: DrawnScope) -> bool:
    """Without start and end events every path may begin and stop anywhere. Source: 10.5.2, 10.5.3."""
    drawn_ends = next(scope.of_kind(NodeKind.START_EVENT, NodeKind.END_EVENT), None) is not None
    return scope.is_ad_hoc or scope.is_global_task or not drawn_ends


def _should_lead_on(node: FlowNode, scope: DrawnScope) -> bool:
    return not (
        node.kind is NodeKind.END_EVENT
        or node.triggered_by_event
        or node.for_compensation
        or is_compensation_boundary(node)
        or scope.link_target(node) is not None
    )


RULES = (
    error("unreachable-node", reachability),
    warning("dead-end", dead_ends),
)
