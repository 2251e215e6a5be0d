"""Every expression of a file, parsed: what is no FEEL, and no ISO 8601 where a time stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from engine.bpmn.declarations import Extensions, VariableMapping
from engine.bpmn.model import (
    ConditionalEventDefinition,
    FlowNode,
    Loop,
    StandardLoop,
    TimerEventDefinition,
    TimerKind,
)
from engine.bpmn.rules.drawing import Drawing, definitions_on
from engine.bpmn.rules.rule import Problem, at, error
from engine.errors import InvalidArgument
from engine.feel import FeelSyntaxError, compile_expression
from engine.feel.instants import date_and_time_from_text, duration_from_text
from engine.feel.values import YearsMonths

_SHOWN_CHARACTERS = 60

_TIMER_EXAMPLES = {
    TimerKind.DATE: "2026-03-01T09:00:00+08:00",
    TimerKind.DURATION: "PT2H",
    TimerKind.CYCLE: "R3/P1D",
}


@dataclass(frozen=True, slots=True)
class _Place:
    """An expression and where it stands. `text` is FEEL without the leading "="."""

    element_id: str
    line: int | None
    zh: str
    en: str
    text: str


def feel_syntax(drawing: Drawing) -> Iterator[Problem]:
    # The same text is often used many times; a wrong one is parsed once only.
    answers: dict[str, tuple[str, str] | None] = {}
    for place in _expressions(drawing):
        if place.text not in answers:
            answers[place.text] = _mistake_in(place.text)
        mistake = answers[place.text]
        if mistake is not None:
            shown = _shortened(place.text)
            yield Problem(
                place.element_id,
                place.line,
                f"{place.zh}不是合法的 FEEL 表达式：{mistake[0]}。表达式：{shown}",
                f"The {place.en} is not FEEL: {mistake[1]} The expression: {shown}",
                "请改正表达式",
                "Mend the expression",
            )


def _mistake_in(text: str) -> tuple[str, str] | None:
    """In Chinese and English; None if it is FEEL."""
    try:
        compile_expression(text)
    except InvalidArgument as problem:
        return problem.zh if isinstance(problem, FeelSyntaxError) else str(problem), str(problem)
    return None


def timer_literals(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes():
        for timer in definitions_on(node):
            if not isinstance(timer, TimerEventDefinition) or timer.text.startswith("="):
                continue
            if not is_timer_literal(timer.kind, timer.text):
                example = _TIMER_EXAMPLES[timer.kind]
                yield at(
                    node,
                    f"{timer.kind} 应为 ISO 8601（如 {example}）或 = 开头的 FEEL，"
                    f"但写的是“{_shortened(timer.text)}”",
                    f"Expected {timer.kind} in ISO 8601 (such as {example}) or FEEL after =, "
                    f'but it is "{_shortened(timer.text)}"',
                    f"例如 {example}",
                    f"For example {example}",
                )


def is_timer_literal(kind: TimerKind, text: str) -> bool:
    """Whether the machine can make a due instant of `text`. Source: ISO 8601-1, 5.5 and 5.6."""
    match kind:
        case TimerKind.DATE:
            return date_and_time_from_text(text) is not None
        case TimerKind.DURATION:
            return _is_positive_duration(text)
        case TimerKind.CYCLE:
            return _is_cycle(text)


def _is_cycle(text: str) -> bool:
    """R<n>/<duration>, R/<duration> or R<n>/<start>/<duration>; n is at least 1."""
    head, *middle, interval = text.split("/") if "/" in text else (text, "")
    count = head.removeprefix("R")
    if head == count or len(middle) > 1 or not _is_positive_duration(interval):
        return False
    if count and not (count.isascii() and count.isdigit() and len(count) <= 9 and int(count) > 0):
        return False
    return not middle or date_and_time_from_text(middle[0]) is not None


def _is_positive_duration(text: str) -> bool:
    duration = duration_from_text(text)
    if isinstance(duration, YearsMonths):
        return duration.months > 0
    return duration is not None and duration > timedelta()


def _expressions(drawing: Drawing) -> Iterator[_Place]:
    for message in drawing.definitions.messages.values():
        if message.correlation_key is not None:
            yield _Place(message.id, message.line, "相关键", "correlation key", message.correlation_key)
    for process in drawing.processes:
        yield from _of_extensions(process.id, process.line, process.extensions)
    for scope in drawing.scopes:
        for flow in scope.all_flows:
            if flow.condition is not None:
                yield _Place(flow.id, flow.line, "条件", "condition", flow.condition)
        for node in scope.nodes.values():
            yield from _of_node(node)


def _of_node(node: FlowNode) -> Iterator[_Place]:
    if node.called_element is not None:
        yield from _if_feel(node.id, node.line, "被调用的流程", "called process", node.called_element)
    for zh, en, text in (
        ("脚本", "script", node.script),
        ("放行条件", "activation condition", node.activation_condition),
        ("完成条件", "completion condition", node.completion_condition),
    ):
        if text is not None:
            yield _Place(node.id, node.line, zh, en, text)
    for event in definitions_on(node):
        if isinstance(event, TimerEventDefinition):
            yield from _if_feel(node.id, node.line, "定时", "timer", event.text)
        elif isinstance(event, ConditionalEventDefinition):
            yield _Place(node.id, node.line, "事件条件", "condition of the event", event.condition)
    if node.loop is not None:
        yield from _of_loop(node, node.loop)
    yield from _of_extensions(node.id, node.line, node.extensions)


def _of_loop(node: FlowNode, loop: Loop) -> Iterator[_Place]:
    line = loop.line or node.line
    if isinstance(loop, StandardLoop):
        if loop.condition is not None:
            yield _Place(node.id, line, "循环条件", "loop condition", loop.condition)
        return
    for zh, en, text in (
        ("实例数", "loop cardinality", loop.cardinality),
        ("集合", "collection", loop.collection),
        ("结果条目", "output item", loop.output_item),
        ("完成条件", "completion condition", loop.completion_condition),
    ):
        if text is not None:
            yield _Place(node.id, line, f"多实例的{zh}", f"{en} of the multi-instance", text)
    for behavior in loop.complex_behaviors:
        where = behavior.line or line
        yield _Place(
            node.id, where, "多实例的事件条件", "condition of a complex behaviour", behavior.condition
        )


def _of_extensions(element_id: str, line: int | None, extensions: Extensions) -> Iterator[_Place]:
    yield from _if_feel(element_id, line, "gov:outcome ", "gov:outcome", extensions.outcome)
    if extensions.active_elements is not None:
        # Always FEEL: a list of ids.
        text = extensions.active_elements.removeprefix("=").strip()
        yield _Place(element_id, line, "gov:activeElements ", "gov:activeElements", text)
    for mapping in extensions.inputs:
        yield from _of_mapping(element_id, mapping, "输入映射", "input mapping")
    for mapping in extensions.outputs:
        yield from _of_mapping(element_id, mapping, "输出映射", "output mapping")
    for clock in extensions.clocks:
        yield from _if_feel(element_id, clock.line, "gov:clock 的 limit ", "limit of gov:clock", clock.limit)
    if extensions.job is not None:
        yield from _if_feel(element_id, line, "gov:job 的 type ", "type of gov:job", extensions.job.job_type)
    if extensions.assignment is not None:
        assignment = extensions.assignment
        yield from _if_feel(element_id, line, "办理部门", "department", assignment.department)
        yield from _if_feel(element_id, line, "办理人", "assignee", assignment.assignee)


def _of_mapping(element_id: str, mapping: VariableMapping, zh: str, en: str) -> Iterator[_Place]:
    yield from _if_feel(
        element_id,
        mapping.line,
        f"{zh}（到 {mapping.target}）",
        f"{en} to {mapping.target}",
        mapping.source,
    )


def _if_feel(element_id: str, line: int | None, zh: str, en: str, text: str | None) -> Iterator[_Place]:
    if text is not None and text.startswith("="):
        yield _Place(element_id, line, zh, en, text.removeprefix("="))


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"


RULES = (
    error("feel-syntax", feel_syntax),
    error("timer-literal", timer_literals),
)
