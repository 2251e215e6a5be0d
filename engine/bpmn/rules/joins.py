"""Joins that wait for ever. Only what holds for every run is an error. Source: BPMN 2.0.2, 13.4.1."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import FlowNode, NodeKind
from engine.bpmn.rules.drawing import Drawing
from engine.bpmn.rules.rule import Problem, at, error, warning
from engine.bpmn.rules.ways import Choice, Decision, Ways


def starving_joins(drawing: Drawing) -> Iterator[Problem]:
    """A parallel join one of whose flows can get no token before it fires, or two of whose flows lie
    behind one decision that takes one way only.

    Proof of the second: to the decision comes one token at a time, and it leaves by one way. If it
    comes back it has not stopped at the join, and a second token made on its way would come to the
    decision as well, which `Ways.is_crowded` excludes.
    """
    for ways, join in _joins(drawing):
        missing = next(ways.flows_that_never_come(join), None)
        decision = next((d for d in ways.decisions_before(join) if d.choice is Choice.ONE), None)
        if missing is not None:
            yield at(
                join,
                f"并行汇聚 {join.id} 等待 {missing}，但在汇聚之前那里不会有令牌，办件会永远停在这里",
                f"The parallel join {join.id} waits for {missing}, where nothing can come before the join "
                "has fired: the case would stop there for ever",
                "请把循环接到排他网关上，或删除该顺序流",
                "Lead the loop into an exclusive gateway, or remove the flow",
            )
        elif decision is not None:
            yield _one_of_two(join, decision)


def doubtful_joins(drawing: Drawing) -> Iterator[Problem]:
    for ways, join in _joins(drawing):
        decision = next((d for d in ways.decisions_before(join) if d.choice is Choice.SOME), None)
        if decision is not None:
            yield at(
                join,
                f"并行汇聚 {join.id} 等待 {decision.node_id} 的两条分支，但有的分支可能不走，办件会停在这里",
                f"The parallel join {join.id} waits for two branches of {decision.node_id}, which need not "
                "all be taken: the case may stop there",
                "请用包容网关汇聚",
                "Join with an inclusive gateway",
            )


def starving_activities(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        hungry = [node for node in scope.nodes.values() if node.start_quantity > 1]
        if not hungry or scope.is_ad_hoc:
            continue
        ways = Ways(scope)
        for node in hungry:
            if ways.is_reached(node) and not ways.is_crowded(node):
                yield at(
                    node,
                    f"{node.id} 要 {node.start_quantity} 个令牌才开始，但只会来一个，办件会永远停在这里",
                    f"{node.id} begins with {node.start_quantity} tokens, but only one ever comes: "
                    "the case would stop there for ever",
                    "请删除 startQuantity",
                    "Remove startQuantity",
                )


def _one_of_two(join: FlowNode, decision: Decision) -> Problem:
    if decision.node_id is None:
        zh, en = "开始事件", "the start events"
    else:
        zh, en = decision.node_id, decision.node_id
    return at(
        join,
        f"并行汇聚 {join.id} 等待 {zh} 的两条分支，但只会走一条，办件会永远停在这里",
        f"The parallel join {join.id} waits for two branches of {en}, but only one is ever taken: "
        "the case would stop there for ever",
        "请用排他网关汇聚，或把前面的分支改为并行网关",
        "Join with an exclusive gateway, or split with a parallel one",
    )


def _joins(drawing: Drawing) -> Iterator[tuple[Ways, FlowNode]]:
    """Those that can be reached; in an ad-hoc sub-process tokens begin anywhere, any number of times."""
    for scope in drawing.scopes:
        joins = [
            node for node in scope.of_kind(NodeKind.PARALLEL_GATEWAY) if len(scope.incoming_of(node)) > 1
        ]
        if not joins or scope.is_ad_hoc or not scope.entries():
            continue
        ways = Ways(scope)
        for join in joins:
            if ways.is_reached(join):
                yield ways, join


RULES = (
    error("starving-join", starving_joins),
    warning("join-may-starve", doubtful_joins),
    error("starving-activity", starving_activities),
)
