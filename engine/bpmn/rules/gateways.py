"""Event-based and complex gateways. Source: BPMN 2.0.2, 10.6.5, 10.6.6 and 13.4.5."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import (
    ConditionalEventDefinition,
    FlowNode,
    MessageEventDefinition,
    NodeKind,
    SignalEventDefinition,
    TimerEventDefinition,
)
from engine.bpmn.rules.drawing import Drawing, DrawnScope
from engine.bpmn.rules.rule import Problem, at, error, warning

_AWAITED = (
    MessageEventDefinition,
    SignalEventDefinition,
    TimerEventDefinition,
    ConditionalEventDefinition,
)
_CORRELATED = (MessageEventDefinition, SignalEventDefinition)


def event_gateway_targets(drawing: Drawing) -> Iterator[Problem]:
    for scope, gateway in _event_gateways(drawing):
        for target in _branches(scope, gateway):
            # Source: BPMN 2.0.2, 10.6.6: such a receive task has no events attached to its boundary.
            alone = len(scope.incoming_of(target)) == 1 and target.id not in scope.boundaries
            if not alone or not _is_awaited(target):
                yield at(
                    target,
                    f"事件网关 {gateway.id} 之后只能是消息、信号、定时、条件捕获事件或接收任务，"
                    "不能另有流入，也不能附着边界事件",
                    f"Behind the event-based gateway {gateway.id} only message, signal, timer and "
                    "conditional catch events and receive tasks may stand, without other incoming flows "
                    "or boundary events",
                    "请在网关后放置消息或定时捕获事件",
                    "Put message or timer catch events behind the gateway",
                )


def _is_awaited(target: FlowNode) -> bool:
    if target.kind is NodeKind.RECEIVE_TASK:
        return target.loop is None
    return (
        target.kind is NodeKind.INTERMEDIATE_CATCH_EVENT
        and not target.parallel_multiple
        and all(isinstance(event, _AWAITED) for event in target.events)
    )


def mixed_branches(drawing: Drawing) -> Iterator[Problem]:
    for scope, gateway in _event_gateways(drawing):
        branches = _branches(scope, gateway)
        tasks = any(target.kind is NodeKind.RECEIVE_TASK for target in branches)
        catches = any(isinstance(event, MessageEventDefinition) for t in branches for event in t.events)
        if tasks and catches:
            yield at(
                gateway,
                f"事件网关 {gateway.id} 之后不能同时有接收任务和消息捕获事件",
                f"Behind the event-based gateway {gateway.id} receive tasks and message catch events "
                "cannot be mixed",
                "请统一使用其中一种",
                "Use one of the two kinds throughout",
            )


def event_gateway_branches(drawing: Drawing) -> Iterator[Problem]:
    for scope, gateway in _event_gateways(drawing):
        if len(scope.outgoing_of(gateway)) < 2:
            yield at(
                gateway,
                "事件网关至少要有两条分支",
                "An event-based gateway needs at least two branches",
                "请增加分支，或去掉网关",
                "Add a branch, or remove the gateway",
            )


def same_messages(drawing: Drawing) -> Iterator[Problem]:
    for scope, gateway in _event_gateways(drawing):
        seen: set[str] = set()
        for target in _branches(scope, gateway):
            refs = [event.message_ref for event in target.events if isinstance(event, MessageEventDefinition)]
            for ref in refs if target.message_ref is None else [*refs, target.message_ref]:
                if ref in seen:
                    yield at(
                        target,
                        f"事件网关 {gateway.id} 的两条分支等待同一消息 {ref}，只有前一条会收到",
                        f"Two branches of the event-based gateway {gateway.id} wait for the message {ref}; "
                        "only the first would get it",
                        "请只保留一条分支，收到后再按内容分支",
                        "Keep one branch and decide by the content behind it",
                    )
                seen.add(ref)


def parallel_events(drawing: Drawing) -> Iterator[Problem]:
    for scope, gateway in _event_gateways(drawing):
        if not gateway.parallel_events:
            continue
        correlated = all(
            target.kind is NodeKind.RECEIVE_TASK
            or all(isinstance(event, _CORRELATED) for event in target.events)
            for target in _branches(scope, gateway)
        )
        if not gateway.instantiate or not correlated:
            yield at(
                gateway,
                f"并行事件网关 {gateway.id} 只能用来启动流程（instantiate），且只能等待消息和信号",
                f"The parallel event-based gateway {gateway.id} can only start a process (instantiate), "
                "and wait for messages and signals",
                "请设置 instantiate=“true”，或删除 eventGatewayType=“Parallel”",
                'Set instantiate="true", or remove eventGatewayType="Parallel"',
            )


def activation_conditions(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for gateway in scope.of_kind(NodeKind.COMPLEX_GATEWAY):
            if len(scope.incoming_of(gateway)) > 1 and gateway.activation_condition is None:
                yield at(
                    gateway,
                    f"复杂网关 {gateway.id} 有几条流入，但没有写何时放行（activationCondition）",
                    f"The complex gateway {gateway.id} joins flows but does not say when it fires "
                    "(activationCondition)",
                    "请写条件，或改用并行、包容网关",
                    "Write the condition, or use a parallel or inclusive gateway",
                )


def _event_gateways(drawing: Drawing) -> Iterator[tuple[DrawnScope, FlowNode]]:
    for scope in drawing.scopes:
        for gateway in scope.of_kind(NodeKind.EVENT_BASED_GATEWAY):
            yield scope, gateway


def _branches(scope: DrawnScope, gateway: FlowNode) -> list[FlowNode]:
    return [scope.nodes[flow.target_ref] for flow in scope.outgoing_of(gateway)]


RULES = (
    error("event-gateway-target", event_gateway_targets),
    error("event-gateway-mixed", mixed_branches),
    warning("event-gateway-single-branch", event_gateway_branches),
    warning("event-gateway-same-message", same_messages),
    error("event-gateway-parallel", parallel_events),
    error("activation-condition-missing", activation_conditions),
)
