"""Messages, signals, errors and escalations: what each is known by."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import (
    Error,
    ErrorEventDefinition,
    Escalation,
    EscalationEventDefinition,
    Message,
    NodeKind,
    Signal,
)
from engine.bpmn.rules.drawing import Drawing
from engine.bpmn.rules.rule import Problem, at, error

_THROWING = (NodeKind.END_EVENT, NodeKind.INTERMEDIATE_THROW_EVENT)


def message_names(drawing: Drawing) -> Iterator[Problem]:
    seen: set[str] = set()
    for message in drawing.definitions.messages.values():
        if not message.name:
            yield _nameless(message, "消息", "message")
        elif message.name in seen:
            yield _used_twice(message, "消息名称", "message name", message.name)
        seen.add(message.name)


def signal_names(drawing: Drawing) -> Iterator[Problem]:
    seen: set[str] = set()
    for signal in drawing.definitions.signals.values():
        if not signal.name:
            yield _nameless(signal, "信号", "signal")
        elif signal.name in seen:
            yield _used_twice(signal, "信号名称", "signal name", signal.name)
        seen.add(signal.name)


def error_codes(drawing: Drawing) -> Iterator[Problem]:
    for declared in drawing.definitions.errors.values():
        if not declared.code:
            yield _codeless(declared, "错误", "error", "errorCode")
    for node in drawing.nodes():
        if node.kind is NodeKind.END_EVENT and ErrorEventDefinition(None) in node.events:
            yield at(
                node,
                f"错误结束事件 {node.id} 没有指明抛出哪个错误",
                f"The error end event {node.id} does not say which error it throws",
                "请选择一个错误（errorRef）",
                "Choose an error (errorRef)",
            )


def escalation_codes(drawing: Drawing) -> Iterator[Problem]:
    seen: set[str] = set()
    for declared in drawing.definitions.escalations.values():
        if not declared.code:
            yield _codeless(declared, "升级", "escalation", "escalationCode")
        elif declared.code in seen:
            yield _used_twice(declared, "升级代码", "escalation code", declared.code)
        seen.add(declared.code)
    for node in drawing.nodes():
        if node.kind in _THROWING and EscalationEventDefinition(None) in node.events:
            yield at(
                node,
                f"升级事件 {node.id} 没有指明抛出哪个升级",
                f"The escalation event {node.id} does not say which escalation it throws",
                "请选择一个升级（escalationRef）",
                "Choose an escalation (escalationRef)",
            )


def _nameless(root: Message | Signal, zh: str, en: str) -> Problem:
    return Problem(
        root.id,
        root.line,
        f"{zh} {root.id} 没有名称，无法收发",
        f"The {en} {root.id} has no name, so it can be neither sent nor received",
        "请填写 name",
        "Fill in its name",
    )


def _codeless(root: Error | Escalation, zh: str, en: str, attribute: str) -> Problem:
    return Problem(
        root.id,
        root.line,
        f"{zh} {root.id} 没有{zh}代码",
        f"The {en} {root.id} has no {en} code",
        f"请填写 {attribute}",
        f"Fill in {attribute}",
    )


def _used_twice(root: Message | Signal | Escalation, zh: str, en: str, name: str) -> Problem:
    return Problem(
        root.id,
        root.line,
        f"{zh}“{name}”重复",
        f'The {en} "{name}" is used more than once',
        "请只保留一个，其余引用它",
        "Keep one and refer to it everywhere",
    )


RULES = (
    error("message-name", message_names),
    error("signal-name", signal_names),
    error("error-without-code", error_codes),
    error("escalation-code", escalation_codes),
)
