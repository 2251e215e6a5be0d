"""Whether each activity has what it needs to do its work, and its boundary events ever fire."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import (
    SUB_PROCESS_KINDS,
    CancelEventDefinition,
    CompensateEventDefinition,
    ConditionalEventDefinition,
    ErrorEventDefinition,
    EscalationEventDefinition,
    EventDefinition,
    FlowNode,
    MessageEventDefinition,
    MultiInstanceLoop,
    NodeKind,
    TimerEventDefinition,
)
from engine.bpmn.rules.drawing import Drawing
from engine.bpmn.rules.events import cancelled_transactions
from engine.bpmn.rules.resting import RestingNodes
from engine.bpmn.rules.rule import Problem, at, error


def service_task_job(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes():
        if node.kind is NodeKind.SERVICE_TASK and node.extensions.job is None:
            yield at(
                node,
                f"服务任务 {node.id} 没有说明由哪个部门接口完成",
                f"The service task {node.id} does not say which department call does it",
                "请添加 <gov:job type=…/>",
                "Add <gov:job type=…/>",
            )


def business_rule_decision(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes():
        if node.kind is not NodeKind.BUSINESS_RULE_TASK:
            continue
        extensions = node.extensions
        if (extensions.decision is None) == (extensions.job is None):
            yield at(
                node,
                f"业务规则任务 {node.id} 应写 gov:decision 或 gov:job 其中之一",
                f"The business rule task {node.id} needs either gov:decision or gov:job",
                "请写明要使用的决策表，例如 gov:decision=“fee”",
                'Name the decision to use, for example gov:decision="fee"',
            )


def script(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes():
        if node.kind is NodeKind.SCRIPT_TASK and node.script is None:
            yield at(
                node,
                f"脚本任务 {node.id} 没有脚本",
                f"The script task {node.id} has no script",
                "请写一个 FEEL 表达式",
                "Write a FEEL expression",
            )


def called_element(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes():
        if node.kind is NodeKind.CALL_ACTIVITY and node.called_element is None:
            yield at(
                node,
                f"调用活动 {node.id} 没有写被调用的流程",
                f"The call activity {node.id} does not name the process it calls",
                "请填写 calledElement 或 gov:process",
                "Fill in calledElement or gov:process",
            )


def task_message(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes():
        has_job = node.extensions.job is not None
        if node.kind is NodeKind.RECEIVE_TASK and node.message_ref is None:
            yield at(
                node,
                f"接收任务 {node.id} 没有指明消息",
                f"The receive task {node.id} does not name its message",
                "请选择一个消息（messageRef）",
                "Choose a message (messageRef)",
            )
        if node.kind is NodeKind.SEND_TASK and (node.message_ref is None) != has_job:
            yield at(
                node,
                f"发送任务 {node.id} 应指明消息（messageRef）或 gov:job 其中之一",
                f"The send task {node.id} needs either a message (messageRef) or gov:job",
                "请选择一个消息，或由部门接口发送",
                "Choose a message, or let a department call send it",
            )


def boundaries_that_fire(drawing: Drawing) -> Iterator[Problem]:
    resting = RestingNodes(drawing)
    cancelled = cancelled_transactions(drawing)
    for scope in drawing.scopes:
        for node in scope.of_kind(NodeKind.BOUNDARY_EVENT):
            host = scope.nodes.get(node.attached_to or "")
            if host is None or not node.events:
                continue
            if any(
                host.kind is not NodeKind.TRANSACTION or host.id in cancelled
                # On anything but a transaction it is another rule's finding.
                if isinstance(event, CancelEventDefinition)
                else _may_fire(event, host, rests=resting.waits(host))
                for event in node.events
            ):
                continue
            is_cancel = isinstance(node.event, CancelEventDefinition)
            reason_zh, reason_en = (
                ("不会被取消", "is never cancelled") if is_cancel else ("瞬间完成", "completes at once")
            )
            yield at(
                node,
                f"{host.id} {reason_zh}，边界事件 {node.id} 永远不会触发",
                f"{host.id} {reason_en}, so its boundary event {node.id} never fires",
                "请删除该边界事件，或改用会等待的活动",
                "Remove the boundary event, or use an activity that waits",
            )


def _may_fire(event: EventDefinition, host: FlowNode, *, rests: bool) -> bool:
    match event:
        case CompensateEventDefinition() | ConditionalEventDefinition():
            # The one comes after the end; the other may hold already when the activity is entered.
            return True
        case TimerEventDefinition() | MessageEventDefinition():
            return rests
        case ErrorEventDefinition() | EscalationEventDefinition() if host.kind is NodeKind.RECEIVE_TASK:
            # Nobody works on it who could report anything.
            return isinstance(host.loop, MultiInstanceLoop) and host.loop.behavior != "All"
        case _:
            throws = isinstance(host.loop, MultiInstanceLoop) and host.loop.behavior != "All"
            return rests or throws or host.kind in SUB_PROCESS_KINDS


RULES = (
    error("service-task-without-job", service_task_job),
    error("business-rule-without-decision", business_rule_decision),
    error("script-missing", script),
    error("called-element-missing", called_element),
    error("message-ref-missing", task_message),
    error("boundary-never-fires", boundaries_that_fire),
)
