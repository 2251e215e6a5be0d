"""What single events need, and which of them may stand where.

Source: BPMN 2.0.2, 10.5.4 to 10.5.6, tables 10.84 to 10.93.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import (
    ACTIVITY_KINDS,
    CancelEventDefinition,
    CompensateEventDefinition,
    ErrorEventDefinition,
    EscalationEventDefinition,
    EventDefinition,
    FlowNode,
    LinkEventDefinition,
    NodeKind,
    TerminateEventDefinition,
    TimerEventDefinition,
    TimerKind,
)
from engine.bpmn.rules.drawing import Drawing, DrawnScope
from engine.bpmn.rules.rule import Problem, at, error

_ENDING = (ErrorEventDefinition, TerminateEventDefinition, CancelEventDefinition)
"""Each ends the scope, so that only one of them can stand in an event."""
_ALONE = (LinkEventDefinition, CancelEventDefinition)
_NOT_TOGETHER = (*_ALONE, ErrorEventDefinition, CompensateEventDefinition)
"""What interrupts, or comes when all is over, leaves nothing that could wait for the others."""


def boundaries_attached(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for node in scope.of_kind(NodeKind.BOUNDARY_EVENT):
            host = scope.nodes.get(node.attached_to or "")
            if host is None or host.kind not in ACTIVITY_KINDS or host.triggered_by_event:
                yield at(
                    node,
                    f"边界事件附着于 {node.attached_to}，但同一层里没有这个活动",
                    f"The boundary event is attached to {node.attached_to}, "
                    "but that is no activity of the same level",
                    "请把它附着到一个任务、调用活动或子流程上",
                    "Attach it to a task, call activity or sub-process",
                )


def multiple_events(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes():
        if len(node.events) > 1 and not _may_stand_together(node):
            yield at(
                node,
                f"{node.id} 的几个事件不能放在同一个多重事件里",
                f"The events of {node.id} cannot be together in one multiple event",
                "链接和取消事件只能单独使用；错误与终止只能有其一；同一事件只写一次",
                "Link and cancel stand alone; have only one of error and terminate; name each event once",
            )


def _may_stand_together(node: FlowNode) -> bool:
    alone: tuple[type[EventDefinition], ...] = _NOT_TOGETHER if node.parallel_multiple else _ALONE
    if any(isinstance(event, alone) for event in node.events):
        return False
    ending = sum(isinstance(event, _ENDING) for event in node.events)
    if node.kind is NodeKind.END_EVENT and ending > 1:
        return False
    if node.kind is NodeKind.BOUNDARY_EVENT and any(
        isinstance(event, CompensateEventDefinition) for event in node.events
    ):
        return False
    return len(set(node.events)) == len(node.events)


# --- errors, escalations, cancel -----------------------------------------------------------------


def error_boundaries(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes():
        if node.kind is not NodeKind.BOUNDARY_EVENT or node.interrupting:
            continue
        if any(isinstance(event, ErrorEventDefinition | CancelEventDefinition) for event in node.events):
            yield at(
                node,
                f"错误或取消边界事件 {node.id} 总会中断活动，不能设为非中断",
                f"The error or cancel boundary event {node.id} always interrupts and cannot be "
                "non-interrupting",
                "请删除 cancelActivity=“false”",
                'Remove cancelActivity="false"',
            )


def event_sub_process_interrupts(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for start in scope.starts() if scope.is_event_sub_process else ():
            always = any(
                isinstance(event, ErrorEventDefinition | CompensateEventDefinition) for event in start.events
            )
            if always and not start.interrupting:
                yield at(
                    start,
                    f"错误或补偿开始事件 {start.id} 不能设为非中断",
                    f"The error or compensation start event {start.id} cannot be non-interrupting",
                    "请删除 isInterrupting=“false”",
                    'Remove isInterrupting="false"',
                )


def duplicate_error_catchers(drawing: Drawing) -> Iterator[Problem]:
    """Two error boundary events for one code: the second would never be asked."""
    yield from _second_catchers(drawing, ErrorEventDefinition, "错误", "error")


def duplicate_escalation_catchers(drawing: Drawing) -> Iterator[Problem]:
    yield from _second_catchers(drawing, EscalationEventDefinition, "升级", "escalation")


def _second_catchers(
    drawing: Drawing, kind: type[ErrorEventDefinition | EscalationEventDefinition], zh: str, en: str
) -> Iterator[Problem]:
    for scope in drawing.scopes:
        in_place = [
            start for node in scope.nodes.values() if node.triggered_by_event for start in _starts(node)
        ]
        for catchers in (*scope.boundaries.values(), in_place):
            seen: set[str | None] = set()
            for node in catchers:
                for code in _caught_codes(node, kind, drawing):
                    if code in seen:
                        yield at(
                            node,
                            f"同一处已有事件捕获{zh}“{code or '全部'}”，{node.id} 不会被触发",
                            f'Another event of the same place already catches "{code or f"every {en}"}", '
                            f"so {node.id} would never fire",
                            "请删除其中一个",
                            "Remove one of them",
                        )
                    seen.add(code)


def _starts(node: FlowNode) -> list[FlowNode]:
    return [inner for inner in node.nodes if inner.kind is NodeKind.START_EVENT]


def _caught_codes(
    node: FlowNode, kind: type[ErrorEventDefinition | EscalationEventDefinition], drawing: Drawing
) -> Iterator[str | None]:
    """None for all codes."""
    for event in node.events:
        if isinstance(event, ErrorEventDefinition) and kind is ErrorEventDefinition:
            error_ref = event.error_ref
            declared = drawing.definitions.errors.get(error_ref or "")
            yield declared.code if declared else error_ref
        elif isinstance(event, EscalationEventDefinition) and kind is EscalationEventDefinition:
            escalation_ref = event.escalation_ref
            known = drawing.definitions.escalations.get(escalation_ref or "")
            yield known.code if known else escalation_ref


def cancel_events(drawing: Drawing) -> Iterator[Problem]:
    """Source: BPMN 2.0.2, 10.3.6, 10.5.3 and 10.5.4."""
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            if not _cancels(node):
                continue
            if node.kind is NodeKind.BOUNDARY_EVENT:
                host = scope.nodes.get(node.attached_to or "")
                good = host is not None and host.kind is NodeKind.TRANSACTION
            else:
                good = _transaction_around(scope) is not None
            if not good:
                yield at(
                    node,
                    f"取消事件 {node.id} 只能是事务子流程里的结束事件，或事务子流程上的边界事件",
                    f"The cancel event {node.id} can only end a transaction, or stand on its boundary",
                    "请改用错误事件，或把子流程改为事务",
                    "Use an error event, or make the sub-process a transaction",
                )


def cancel_not_caught(drawing: Drawing) -> Iterator[Problem]:
    cancelled = cancelled_transactions(drawing)
    for scope in drawing.scopes:
        for host in scope.of_kind(NodeKind.TRANSACTION):
            caught = any(_cancels(boundary) for boundary in scope.boundaries.get(host.id, ()))
            if host.id in cancelled and not caught:
                yield at(
                    host,
                    f"事务 {host.id} 会被取消，但没有取消边界事件，取消之后怎么办没有画出来",
                    f"The transaction {host.id} may be cancelled but has no cancel boundary event: "
                    "what follows then is not drawn",
                    "请在它的边界上添加取消事件",
                    "Put a cancel event on its boundary",
                )


def cancelled_transactions(drawing: Drawing) -> set[str]:
    """Ids of the transactions that a cancel end event inside them may cancel."""
    return {
        transaction.id
        for scope in drawing.scopes
        if any(_cancels(node) for node in scope.of_kind(NodeKind.END_EVENT))
        if (transaction := _transaction_around(scope)) is not None
    }


def _cancels(node: FlowNode) -> bool:
    return any(isinstance(event, CancelEventDefinition) for event in node.events)


def _transaction_around(scope: DrawnScope) -> FlowNode | None:
    around: DrawnScope | None = scope
    while around is not None and around.owner is not None:
        if around.owner.kind is NodeKind.TRANSACTION:
            return around.owner
        around = around.around
    return None


# --- links ---------------------------------------------------------------------------------------


def link_names(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for node, event in _links(scope):
            if not event.name:
                yield at(
                    node,
                    f"链接事件 {node.id} 没有名称，找不到它的另一端",
                    f"The link event {node.id} has no name, so its other end cannot be found",
                    "请给抛出和捕获的两端填写同一个 name",
                    "Give the throwing and the catching end the same name",
                )


def link_partners(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for node, event in _links(scope):
            throws = bool(event.name) and node.kind is NodeKind.INTERMEDIATE_THROW_EVENT
            if throws and event.name not in scope.link_targets:
                yield at(
                    node,
                    f"链接“{event.name}”在同一层里没有接收端",
                    f'The link "{event.name}" has no catch event on the same level',
                    "请在同一流程或子流程里添加同名的链接捕获事件",
                    "Add a link catch event of that name in the same process or sub-process",
                )


def duplicate_links(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for node, event in _links(scope):
            catches = node.kind is NodeKind.INTERMEDIATE_CATCH_EVENT
            if catches and event.name and scope.link_targets.get(event.name) is not node:
                yield at(
                    node,
                    f"链接“{event.name}”在同一层里有不止一个接收端",
                    f'The link "{event.name}" has several catch events on the same level',
                    "请只保留一个，或改用不同的名称",
                    "Keep one, or use different names",
                )


def link_flows(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for node, _ in _links(scope):
            catches = node.kind is NodeKind.INTERMEDIATE_CATCH_EVENT
            if scope.incoming_of(node) if catches else scope.outgoing_of(node):
                yield at(
                    node,
                    f"链接{'捕获事件不能有流入' if catches else '抛出事件不能有流出'}的顺序流：{node.id}",
                    f"A link {'catch event cannot have incoming' if catches else 'throw event cannot have outgoing'} "
                    f"sequence flows: {node.id}",
                    "链接本身就是连接，请删除该顺序流",
                    "The link itself is the connection: remove the flow",
                )


def _links(scope: DrawnScope) -> Iterator[tuple[FlowNode, LinkEventDefinition]]:
    for node in scope.nodes.values():
        if isinstance(node.event, LinkEventDefinition):
            yield node, node.event


# --- timers --------------------------------------------------------------------------------------


def cycles_that_repeat(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            cycle = any(
                isinstance(event, TimerEventDefinition) and event.kind is TimerKind.CYCLE
                for event in node.events
            )
            if cycle and not _repeats(node, scope):
                yield at(
                    node,
                    "这里的定时器只触发一次，循环时间不起作用",
                    "The timer fires only once here, so a cycle has no effect",
                    "请改用 timeDuration，或改为非中断边界事件",
                    "Use a timeDuration, or make it a non-interrupting boundary event",
                )


def _repeats(node: FlowNode, scope: DrawnScope) -> bool:
    if node.kind is NodeKind.START_EVENT:
        return scope.owner is None or (scope.is_event_sub_process and not node.interrupting)
    return node.kind is NodeKind.BOUNDARY_EVENT and not node.interrupting


RULES = (
    error("boundary-not-attached", boundaries_attached),
    error("multiple-event", multiple_events),
    error("error-boundary-not-interrupting", error_boundaries),
    error("event-sub-process-not-interrupting", event_sub_process_interrupts),
    error("duplicate-error-boundary", duplicate_error_catchers),
    error("duplicate-escalation-boundary", duplicate_escalation_catchers),
    error("cancel-outside-transaction", cancel_events),
    error("cancel-not-caught", cancel_not_caught),
    error("link-name", link_names),
    error("link-without-catch", link_partners),
    error("duplicate-link-catch", duplicate_links),
    error("link-flow", link_flows),
    error("cycle-without-effect", cycles_that_repeat),
)
