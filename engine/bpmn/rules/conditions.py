"""Conditions and default flows. Source: BPMN 2.0.2, 8.3.13, 10.6.2, 10.6.3."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import ACTIVITY_KINDS, FlowNode, NodeKind, SequenceFlow
from engine.bpmn.rules.drawing import Drawing, DrawnScope
from engine.bpmn.rules.rule import Problem, error, warning

CHOOSING = (NodeKind.EXCLUSIVE_GATEWAY, NodeKind.INCLUSIVE_GATEWAY)
"""Gateways that evaluate the conditions of their outgoing flows."""


def condition_missing(drawing: Drawing) -> Iterator[Problem]:
    for scope, gateway in _splits(drawing):
        for flow in scope.outgoing_of(gateway):
            if flow.condition is None and flow.id != gateway.default:
                yield Problem(
                    flow.id,
                    flow.line,
                    f"网关 {gateway.id} 的分支 {flow.id} 既没有条件，也不是默认分支",
                    f"The flow {flow.id} out of gateway {gateway.id} has no condition "
                    "and is not the default flow",
                    "请写条件，或设为默认分支",
                    "Write a condition, or make it the default flow",
                )


def default_missing(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for gateway in scope.of_kind(*CHOOSING):
            flows = scope.outgoing_of(gateway)
            if gateway.default is None and flows and all(flow.condition is not None for flow in flows):
                yield Problem(
                    gateway.id,
                    gateway.line,
                    f"网关 {gateway.id} 没有默认分支；若条件都不成立，办件会停在这里",
                    f"The gateway {gateway.id} has no default flow; if no condition holds the case stops there",
                    "请设置默认分支",
                    "Choose a default flow",
                )


def condition_on_default(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for gateway in scope.of_kind(*CHOOSING):
            for flow in scope.outgoing_of(gateway):
                if flow.id == gateway.default and flow.condition is not None:
                    yield Problem(
                        flow.id,
                        flow.line,
                        "默认分支上的条件不起作用",
                        "The condition on the default flow has no effect",
                        "请删除条件，或另选默认分支",
                        "Remove the condition, or choose another default flow",
                    )


def condition_on_activity(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for node in scope.of_kind(*ACTIVITY_KINDS):
            conditional = [flow for flow in scope.outgoing_of(node) if flow.condition is not None]
            for flow in conditional:
                yield _refused(flow, node)
            if node.default is not None and not conditional:
                yield Problem(
                    node.id,
                    node.line,
                    "本版本尚不支持活动上的默认分支",
                    "This version does not run default flows of activities yet",
                    "请在活动之后放排他网关",
                    "Put an exclusive gateway behind the activity",
                )


def condition_without_effect(drawing: Drawing) -> Iterator[Problem]:
    evaluated = ACTIVITY_KINDS | set(CHOOSING)
    for scope in drawing.scopes:
        for flow in scope.flows:
            source = scope.nodes[flow.source_ref]
            if flow.condition is not None and source.kind not in evaluated:
                yield Problem(
                    flow.id,
                    flow.line,
                    f"{source.kind} 之后的条件不起作用",
                    f"A condition behind a {source.kind} has no effect",
                    "请删除条件，或改用排他网关",
                    "Remove the condition, or use an exclusive gateway",
                )


def _refused(flow: SequenceFlow, node: FlowNode) -> Problem:
    return Problem(
        flow.id,
        flow.line,
        f"本版本尚不支持活动 {node.id} 之后直接带条件的顺序流",
        f"This version does not run conditional flows straight out of an activity ({node.id}) yet",
        "请在活动之后放排他网关或包容网关，把条件写在网关之后",
        "Put an exclusive or inclusive gateway behind the activity and the conditions behind that",
    )


def _splits(drawing: Drawing) -> Iterator[tuple[DrawnScope, FlowNode]]:
    for scope in drawing.scopes:
        for gateway in scope.of_kind(*CHOOSING):
            if len(scope.outgoing_of(gateway)) > 1:
                yield scope, gateway


RULES = (
    error("condition-missing", condition_missing),
    warning("no-default-flow", default_missing),
    error("condition-on-default-flow", condition_on_default),
    error("not-supported-yet", condition_on_activity),
    error("condition-without-effect", condition_without_effect),
)
