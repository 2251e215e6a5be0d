"""Conditions and default flows. Source: BPMN 2.0.2, 8.3.13, 10.6.2, 10.6.3 and 10.6.5."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import ACTIVITY_KINDS, FlowNode, NodeKind
from engine.bpmn.rules.drawing import Drawing, DrawnScope
from engine.bpmn.rules.rule import Problem, at, error, warning

DECIDING = (NodeKind.EXCLUSIVE_GATEWAY, NodeKind.INCLUSIVE_GATEWAY)
"""Gateways each of whose branches needs a reason to be taken."""
CHOOSING = (*DECIDING, NodeKind.COMPLEX_GATEWAY)
"""Gateways that evaluate the conditions of their outgoing flows, as activities do too."""


def condition_missing(drawing: Drawing) -> Iterator[Problem]:
    for scope, gateway in _splits(drawing):
        for flow in scope.outgoing_of(gateway):
            if flow.condition is None and flow.id != gateway.default:
                yield at(
                    flow,
                    f"网关 {gateway.id} 的分支 {flow.id} 既没有条件，也不是默认分支",
                    f"The flow {flow.id} out of gateway {gateway.id} has no condition "
                    "and is not the default flow",
                    "请写条件，或设为默认分支",
                    "Write a condition, or make it the default flow",
                )


def default_missing(drawing: Drawing) -> Iterator[Problem]:
    for scope, node in _choosers(drawing):
        flows = scope.outgoing_of(node)
        if node.default is None and flows and all(flow.condition is not None for flow in flows):
            what_zh, what_en = ("网关", "gateway") if node.kind in CHOOSING else ("活动", "activity")
            yield at(
                node,
                f"{what_zh} {node.id} 没有默认分支；若条件都不成立，办件会停在这里",
                f"The {what_en} {node.id} has no default flow; if no condition holds the case stops there",
                "请设置默认分支",
                "Choose a default flow",
            )


def condition_on_default(drawing: Drawing) -> Iterator[Problem]:
    for scope, node in _choosers(drawing):
        for flow in scope.outgoing_of(node):
            if flow.id == node.default and flow.condition is not None:
                yield at(
                    flow,
                    "默认分支上的条件不起作用",
                    "The condition on the default flow has no effect",
                    "请删除条件，或另选默认分支",
                    "Remove the condition, or choose another default flow",
                )


def default_always_taken(drawing: Drawing) -> Iterator[Problem]:
    """Gateways that decide are told of their missing conditions instead."""
    for scope, node in _choosers(drawing):
        flows = scope.outgoing_of(node)
        if node.kind in DECIDING or all(flow.id != node.default for flow in flows):
            continue
        if all(flow.condition is None for flow in flows):
            yield at(
                node,
                f"{node.id} 之后没有带条件的分支，默认分支总会走",
                f"No flow out of {node.id} has a condition, so its default flow is always taken",
                "请给其他分支写条件，或去掉默认标记",
                "Write conditions on the other flows, or remove the default mark",
            )


def condition_without_effect(drawing: Drawing) -> Iterator[Problem]:
    evaluated = ACTIVITY_KINDS | set(CHOOSING)
    for scope in drawing.scopes:
        for flow in scope.flows:
            source = scope.nodes[flow.source_ref]
            if flow.condition is not None and source.kind not in evaluated:
                yield at(
                    flow,
                    f"{source.kind} 之后的条件不起作用",
                    f"A condition behind a {source.kind} has no effect",
                    "请删除条件，或改用排他网关",
                    "Remove the condition, or use an exclusive gateway",
                )

    for scope in drawing.scopes:
        for gateway in scope.of_kind(NodeKind.COMPLEX_GATEWAY):
            if gateway.activation_condition is not None and len(scope.incoming_of(gateway)) < 2:
                yield at(
                    gateway,
                    f"复杂网关 {gateway.id} 只有一条流入，放行条件（activationCondition）不起作用",
                    f"The activationCondition of {gateway.id} has no effect with one incoming flow",
                    "请删除它",
                    "Remove it",
                )


def _splits(drawing: Drawing) -> Iterator[tuple[DrawnScope, FlowNode]]:
    for scope in drawing.scopes:
        for gateway in scope.of_kind(*DECIDING):
            if len(scope.outgoing_of(gateway)) > 1:
                yield scope, gateway


def _choosers(drawing: Drawing) -> Iterator[tuple[DrawnScope, FlowNode]]:
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            if node.kind in CHOOSING or node.kind in ACTIVITY_KINDS:
                yield scope, node


RULES = (
    error("condition-missing", condition_missing),
    warning("no-default-flow", default_missing),
    error("condition-on-default-flow", condition_on_default),
    error("condition-without-effect", condition_without_effect),
    warning("default-always-taken", default_always_taken),
)
