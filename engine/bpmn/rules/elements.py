"""Whether each node, message and error has what it needs to do its work."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import (
    ErrorEventDefinition,
    FlowNode,
    MessageEventDefinition,
    NodeKind,
    TimerEventDefinition,
    TimerKind,
)
from engine.bpmn.rules.drawing import Drawing
from engine.bpmn.rules.paths import waits
from engine.bpmn.rules.rule import Problem, error


def service_task_job(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes():
        if node.kind is NodeKind.SERVICE_TASK and node.extensions.job is None:
            yield _problem(
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
            yield _problem(
                node,
                f"业务规则任务 {node.id} 应写 gov:decision 或 gov:job 其中之一",
                f"The business rule task {node.id} needs either gov:decision or gov:job",
                "请写明要使用的决策表，例如 gov:decision=“fee”",
                'Name the decision to use, for example gov:decision="fee"',
            )


def script(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes():
        if node.kind is NodeKind.SCRIPT_TASK and node.script is None:
            yield _problem(
                node,
                f"脚本任务 {node.id} 没有脚本",
                f"The script task {node.id} has no script",
                "请写一个 FEEL 表达式",
                "Write a FEEL expression",
            )


def called_element(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes():
        if node.kind is NodeKind.CALL_ACTIVITY and node.called_element is None:
            yield _problem(
                node,
                f"调用活动 {node.id} 没有写被调用的流程",
                f"The call activity {node.id} does not name the process it calls",
                "请填写 calledElement",
                "Fill in calledElement",
            )


def task_message(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes():
        has_job = node.extensions.job is not None
        if node.kind is NodeKind.RECEIVE_TASK and node.message_ref is None:
            yield _problem(
                node,
                f"接收任务 {node.id} 没有指明消息",
                f"The receive task {node.id} does not name its message",
                "请选择一个消息（messageRef）",
                "Choose a message (messageRef)",
            )
        if node.kind is NodeKind.SEND_TASK and (node.message_ref is None) != has_job:
            yield _problem(
                node,
                f"发送任务 {node.id} 应指明消息（messageRef）或 gov:job 其中之一",
                f"The send task {node.id} needs either a message (messageRef) or gov:job",
                "请选择一个消息，或由部门接口发送",
                "Choose a message, or let a department call send it",
            )


def message_names(drawing: Drawing) -> Iterator[Problem]:
    seen: set[str] = set()
    for message in drawing.definitions.messages.values():
        if not message.name:
            yield Problem(
                message.id,
                message.line,
                f"消息 {message.id} 没有名称，无法收发",
                f"The message {message.id} has no name, so it can be neither sent nor received",
                "请填写 name",
                "Fill in its name",
            )
        elif message.name in seen:
            yield Problem(
                message.id,
                message.line,
                f"消息名称“{message.name}”重复",
                f'The message name "{message.name}" is used more than once',
                "请只保留一个消息，其余引用它",
                "Keep one message and refer to it everywhere",
            )
        seen.add(message.name)


def message_starts(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        seen: set[str] = set()
        for start in scope.of_kind(NodeKind.START_EVENT):
            if not isinstance(start.event, MessageEventDefinition):
                continue
            if start.event.message_ref in seen:
                yield _problem(
                    start,
                    f"同一消息 {start.event.message_ref} 对应多个开始事件",
                    f"The message {start.event.message_ref} has several start events",
                    "请只保留一个",
                    "Keep one of them",
                )
            seen.add(start.event.message_ref)


def error_codes(drawing: Drawing) -> Iterator[Problem]:
    for declared in drawing.definitions.errors.values():
        if not declared.code:
            yield Problem(
                declared.id,
                declared.line,
                f"错误 {declared.id} 没有错误代码",
                f"The error {declared.id} has no error code",
                "请填写 errorCode",
                "Fill in errorCode",
            )
    for node in drawing.nodes():
        throws = node.kind is NodeKind.END_EVENT and isinstance(node.event, ErrorEventDefinition)
        if throws and node.event == ErrorEventDefinition(None):
            yield _problem(
                node,
                f"错误结束事件 {node.id} 没有指明抛出哪个错误",
                f"The error end event {node.id} does not say which error it throws",
                "请选择一个错误（errorRef）",
                "Choose an error (errorRef)",
            )


def error_boundaries(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes():
        if isinstance(node.event, ErrorEventDefinition) and not node.interrupting:
            yield _problem(
                node,
                f"错误边界事件 {node.id} 总会中断活动，不能设为非中断",
                f"The error boundary event {node.id} always interrupts and cannot be non-interrupting",
                "请删除 cancelActivity=“false”",
                'Remove cancelActivity="false"',
            )


def duplicate_catchers(drawing: Drawing) -> Iterator[Problem]:
    """Two error boundary events for one code: the second would never be asked."""
    for scope in drawing.scopes:
        for events in scope.boundaries.values():
            seen: set[str | None] = set()
            for node in events:
                if not isinstance(node.event, ErrorEventDefinition):
                    continue
                declared = drawing.definitions.errors.get(node.event.error_ref or "")
                code = declared.code if declared else node.event.error_ref
                if code in seen:
                    yield _problem(
                        node,
                        f"同一活动上已有捕获错误“{code or '全部'}”的边界事件，{node.id} 不会被触发",
                        f'Another boundary event of the activity already catches "{code or "every error"}", '
                        f"so {node.id} would never fire",
                        "请删除其中一个",
                        "Remove one of them",
                    )
                seen.add(code)


def cycles_that_repeat(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes():
        repeats = node.kind is NodeKind.BOUNDARY_EVENT and not node.interrupting
        if (
            isinstance(node.event, TimerEventDefinition)
            and node.event.kind is TimerKind.CYCLE
            and not repeats
        ):
            yield _problem(
                node,
                "这里的定时器只触发一次，循环时间不起作用",
                "The timer fires only once here, so a cycle has no effect",
                "请改用 timeDuration，或改为非中断边界事件",
                "Use a timeDuration, or make it a non-interrupting boundary event",
            )


def boundaries_that_fire(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for node in scope.of_kind(NodeKind.BOUNDARY_EVENT):
            host = scope.nodes.get(node.attached_to or "")
            if host is None or node.event is None or waits(host) or _may_throw(host, node):
                continue
            yield _problem(
                node,
                f"{host.id} 瞬间完成，边界事件 {node.id} 永远不会触发",
                f"{host.id} completes at once, so its boundary event {node.id} never fires",
                "请删除该边界事件，或改用会等待的活动",
                "Remove the boundary event, or use an activity that waits",
            )


def _may_throw(host: FlowNode, boundary: FlowNode) -> bool:
    return host.kind is NodeKind.SUB_PROCESS and isinstance(boundary.event, ErrorEventDefinition)


def _problem(node: FlowNode, zh: str, en: str, mend_zh: str, mend_en: str) -> Problem:
    return Problem(node.id, node.line, zh, en, mend_zh, mend_en)


RULES = (
    error("service-task-without-job", service_task_job),
    error("business-rule-without-decision", business_rule_decision),
    error("script-missing", script),
    error("called-element-missing", called_element),
    error("message-ref-missing", task_message),
    error("message-name", message_names),
    error("duplicate-message-start", message_starts),
    error("error-without-code", error_codes),
    error("error-boundary-not-interrupting", error_boundaries),
    error("duplicate-error-boundary", duplicate_catchers),
    error("cycle-without-effect", cycles_that_repeat),
    error("boundary-never-fires", boundaries_that_fire),
)
