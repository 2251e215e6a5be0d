"""Where a process or sub-process begins and ends. Source: BPMN 2.0.2, 10.5.2, 10.5.3 and 13.2."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import (
    ConditionalEventDefinition,
    FlowNode,
    MessageEventDefinition,
    NodeKind,
    SignalEventDefinition,
)
from engine.bpmn.rules.drawing import Drawing, DrawnScope
from engine.bpmn.rules.rule import Problem, at, error, warning

_SHOWN = 6
"""Ids that a message lists before it says "…"."""


def start_events(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        if scope.is_event_sub_process:
            continue
        if not scope.entries():
            yield Problem(
                scope.id,
                scope.line,
                f"{scope.id} 没有开始事件，也没有可以开始的节点",
                f"{scope.id} has no start event, nor any node to begin with",
                "请添加一个开始事件",
                "Add a start event",
            )
        for extra in [start for start in scope.starts() if not start.events][1:]:
            yield at(
                extra,
                f"{scope.id} 有多个空开始事件，无法确定从哪里开始",
                f"{scope.id} has several none start events, so where to start is undefined",
                "请只保留一个空开始事件",
                "Keep one none start event",
            )


def implicit_starts(drawing: Drawing) -> Iterator[Problem]:
    """Good BPMN, but a start event that was forgotten looks just like it."""
    for scope in drawing.scopes:
        if scope.is_ad_hoc or scope.is_event_sub_process or scope.is_global_task or scope.starts():
            continue
        begins = scope.entries()
        if begins and not any(node.instantiate for node in begins):
            shown = ", ".join(node.id for node in begins[:_SHOWN]) + (" …" if len(begins) > _SHOWN else "")
            yield Problem(
                scope.id,
                scope.line,
                f"{scope.id} 没有开始事件，将同时从 {shown} 开始",
                f"{scope.id} has no start event, so it begins at once with {shown}",
                "若非本意，请添加一个开始事件",
                "If that is not meant, add a start event",
            )


def sub_process_starts(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        if scope.owner is None or scope.is_event_sub_process or scope.is_ad_hoc:
            continue
        for start in scope.starts():
            if start.events:
                yield at(
                    start,
                    "子流程的开始事件不能等待消息或时间",
                    "The start event of a sub-process cannot wait for anything",
                    "请改为空开始事件；要等待，在其后放中间捕获事件",
                    "Make it a none start event; to wait, put an intermediate catch event after it",
                )


def conditional_starts(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        if scope.owner is None:
            for node in _beginning_with_an_event(scope):
                if any(isinstance(event, ConditionalEventDefinition) for event in node.events):
                    yield at(
                        node,
                        f"{node.id} 用条件启动流程，但流程启动前没有可供判断的数据",
                        f"{node.id} would start the process by a condition, but before it starts there is "
                        "no data to ask",
                        "请改用消息、信号或定时开始事件",
                        "Use a message, signal or timer start event",
                    )


def duplicate_starts(drawing: Drawing) -> Iterator[Problem]:
    yield from _duplicates(drawing, MessageEventDefinition, "消息", "message")


def duplicate_signal_starts(drawing: Drawing) -> Iterator[Problem]:
    yield from _duplicates(drawing, SignalEventDefinition, "信号", "signal")


def _duplicates(
    drawing: Drawing, kind: type[MessageEventDefinition | SignalEventDefinition], zh: str, en: str
) -> Iterator[Problem]:
    for scope in drawing.scopes:
        if scope.owner is not None:
            continue
        seen: set[str] = set()
        for node in _beginning_with_an_event(scope):
            for ref in _awaited(node, kind):
                if ref in seen:
                    yield at(
                        node,
                        f"同一{zh} {ref} 对应多个开始事件",
                        f"The {en} {ref} has several start events",
                        "请只保留一个",
                        "Keep one of them",
                    )
                seen.add(ref)


def _awaited(node: FlowNode, kind: type[MessageEventDefinition | SignalEventDefinition]) -> Iterator[str]:
    if kind is MessageEventDefinition and node.message_ref is not None:
        yield node.message_ref
    for event in node.events:
        if isinstance(event, kind):
            yield event.message_ref if isinstance(event, MessageEventDefinition) else event.signal_ref


def _beginning_with_an_event(scope: DrawnScope) -> Iterator[FlowNode]:
    """Start events, instantiating receive tasks and the branches of instantiating gateways."""
    for node in scope.entries():
        if node.kind is NodeKind.EVENT_BASED_GATEWAY and node.instantiate:
            yield from (scope.nodes[flow.target_ref] for flow in scope.outgoing_of(node))
        elif node.kind is NodeKind.START_EVENT or node.instantiate:
            yield node


def event_sub_process_starts(drawing: Drawing) -> Iterator[Problem]:
    """What the one may wait for, the reader has looked at."""
    for scope in drawing.scopes:
        if scope.is_event_sub_process and len(scope.starts()) != 1:
            yield Problem(
                scope.id,
                scope.line,
                f"事件子流程 {scope.id} 应恰好有一个开始事件",
                f"Expected one start event in the event sub-process {scope.id}",
                "请保留一个开始事件，并写明它等待什么",
                "Keep one start event, and say what it waits for",
            )


def end_events(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        if scope.starts() and next(scope.of_kind(NodeKind.END_EVENT), None) is None:
            yield Problem(
                scope.id,
                scope.line,
                f"{scope.id} 没有结束事件",
                f"{scope.id} has no end event",
                "请添加结束事件",
                "Add an end event",
            )


def nothing_into_starts(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for node in scope.of_kind(NodeKind.START_EVENT, NodeKind.BOUNDARY_EVENT):
            if scope.incoming_of(node):
                yield at(
                    node,
                    f"{node.kind} 不能有流入的顺序流",
                    f"A {node.kind} cannot have incoming sequence flows",
                    "请把顺序流连到别的节点",
                    "Lead the flow to another node",
                )


def nothing_out_of_ends(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for node in scope.of_kind(NodeKind.END_EVENT):
            if scope.outgoing_of(node):
                yield at(
                    node,
                    "结束事件不能有流出的顺序流",
                    "An end event cannot have outgoing sequence flows",
                    "请改为中间事件，或删除该顺序流",
                    "Make it an intermediate event, or remove the flow",
                )


def instantiating_nodes(drawing: Drawing) -> Iterator[Problem]:
    """Source: BPMN 2.0.2, 10.3.3 (receive task) and 10.6.6 (event-based gateway)."""
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            if node.instantiate and (scope.owner is not None or scope.incoming_of(node) or scope.starts()):
                yield at(
                    node,
                    f"{node.id} 启动流程（instantiate），因此不能有流入的顺序流，不能在子流程里，"
                    "也不能与开始事件并存",
                    f"{node.id} starts the process (instantiate): no flow may lead to it, it cannot stand in "
                    "a sub-process, nor beside a start event",
                    "请删除 instantiate，或删除开始事件和流入的顺序流",
                    "Remove instantiate, or remove the start events and the incoming flows",
                )


RULES = (
    error("start-event", start_events),
    warning("implicit-start", implicit_starts),
    error("sub-process-start", sub_process_starts),
    error("conditional-start", conditional_starts),
    error("duplicate-message-start", duplicate_starts),
    error("duplicate-signal-start", duplicate_signal_starts),
    error("event-sub-process-start", event_sub_process_starts),
    error("instantiate", instantiating_nodes),
    error("no-end-event", end_events),
    error("incoming-to-start", nothing_into_starts),
    error("outgoing-from-end", nothing_out_of_ends),
)
