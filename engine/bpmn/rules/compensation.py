"""Compensation: events, handlers and what they undo. Source: BPMN 2.0.2, 10.7 and 13.5.5."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import (
    ACTIVITY_KINDS,
    CompensateEventDefinition,
    FlowNode,
    NodeKind,
)
from engine.bpmn.rules.drawing import Drawing, DrawnScope, definitions_on
from engine.bpmn.rules.rule import Problem, at, error, warning

_THROWING = (NodeKind.INTERMEDIATE_THROW_EVENT, NodeKind.END_EVENT)


def is_compensation_boundary(node: FlowNode) -> bool:
    return node.kind is NodeKind.BOUNDARY_EVENT and _compensates(node)


def handler_flows(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            if node.for_compensation and (scope.incoming_of(node) or scope.outgoing_of(node)):
                yield at(
                    node,
                    f"补偿活动 {node.id} 不能有顺序流",
                    f"The compensation activity {node.id} cannot have sequence flows",
                    "请用关联（association）从补偿边界事件连到它",
                    "Lead an association from the compensation boundary event to it",
                )
            elif is_compensation_boundary(node) and scope.outgoing_of(node):
                yield at(
                    node,
                    f"补偿边界事件 {node.id} 不能有流出的顺序流",
                    f"No sequence flow may leave the compensation boundary event {node.id}",
                    "请用关联（association）连到补偿活动",
                    "Lead an association to the compensation activity instead",
                )


def boundary_handlers(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for node in scope.of_kind(NodeKind.BOUNDARY_EVENT):
            if not is_compensation_boundary(node):
                continue
            handler = scope.nodes.get(node.compensation_handler or "")
            if handler is None or handler.kind not in ACTIVITY_KINDS or not handler.for_compensation:
                yield at(
                    node,
                    f"补偿边界事件 {node.id} 没有连到同一层的补偿活动（isForCompensation）",
                    f"The compensation boundary event {node.id} leads to no compensation activity "
                    "(isForCompensation) of the same level",
                    "请画一条从它到补偿活动的关联，并设置 isForCompensation=“true”",
                    'Draw an association to the activity, and set isForCompensation="true" on that',
                )


def unused_handlers(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        used = {node.compensation_handler for node in scope.nodes.values() if is_compensation_boundary(node)}
        for node in scope.nodes.values():
            if node.for_compensation and node.id not in used:
                yield at(
                    node,
                    f"没有补偿边界事件连到补偿活动 {node.id}",
                    f"No compensation boundary event leads to the compensation activity {node.id}",
                    "请从要撤销的活动的补偿边界事件画一条关联，或删除 isForCompensation",
                    "Draw an association from the compensation event of the activity it undoes, "
                    "or remove isForCompensation",
                )


def second_handlers(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for events in scope.boundaries.values():
            for extra in [node for node in events if is_compensation_boundary(node)][1:]:
                yield _second(extra)
        for extra in [node for node in scope.nodes.values() if is_compensation_sub_process(node)][1:]:
            yield _second(extra)


def _second(extra: FlowNode) -> Problem:
    return at(
        extra,
        f"同一活动已有补偿处理，{extra.id} 不会被执行",
        f"The activity is compensated already, so {extra.id} would never run",
        "请只保留一个",
        "Keep one of them",
    )


def sub_process_places(drawing: Drawing) -> Iterator[Problem]:
    """That of a whole process could only run when its caller undoes the call, and for the caller a
    called process is one closed activity."""
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            inside = scope.owner is not None and not scope.is_event_sub_process
            if is_compensation_sub_process(node) and not inside:
                yield at(
                    node,
                    f"补偿事件子流程 {node.id} 只能放在子流程里：它撤销的是那个子流程",
                    f"The compensation event sub-process {node.id} can only stand in a sub-process, "
                    "which it undoes",
                    "请移入子流程；要撤销一次调用，在调用活动上放补偿边界事件",
                    "Move it into a sub-process; to undo a call, put a compensation event on the call activity",
                )


def thrown_activities(drawing: Drawing) -> Iterator[Problem]:
    compensable = _compensable(drawing)
    everywhere = {node.id for node in drawing.nodes()}
    for scope, node, event in _throws(drawing):
        named = event.activity_ref
        if named is None or named not in everywhere:
            continue
        if named not in compensable or not any(named in each.nodes for each in _visible(scope)):
            yield at(
                node,
                f"{node.id} 要补偿 {named}，但它不在同一层，或没有补偿处理",
                f"{node.id} compensates {named}, but that is not of the same level, or nothing undoes it",
                "请指明同一层中带补偿处理的活动",
                "Name an activity of the same level that has a compensation handler",
            )


def throws_without_effect(drawing: Drawing) -> Iterator[Problem]:
    compensable = _compensable(drawing)
    full = {scope.id for scope in drawing.scopes if not compensable.isdisjoint(scope.nodes)}
    for scope, node, event in _throws(drawing):
        if event.activity_ref is None and not any(each.id in full for each in _visible(scope)):
            yield at(
                node,
                f"{node.id} 触发补偿，但同一层里没有可补偿的活动",
                f"{node.id} compensates, but nothing of its level has a compensation handler",
                "请给要撤销的活动添加补偿边界事件",
                "Put compensation events on the activities that are to be undone",
            )


def is_compensation_sub_process(node: FlowNode) -> bool:
    return node.triggered_by_event and any(
        inner.kind is NodeKind.START_EVENT and _compensates(inner) for inner in node.nodes
    )


def _compensates(node: FlowNode) -> bool:
    return any(isinstance(event, CompensateEventDefinition) for event in node.events)


def _throws(drawing: Drawing) -> Iterator[tuple[DrawnScope, FlowNode, CompensateEventDefinition]]:
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            if node.kind in _THROWING or node.loop is not None:
                for event in definitions_on(node):
                    if isinstance(event, CompensateEventDefinition):
                        yield scope, node, event


def _visible(scope: DrawnScope) -> Iterator[DrawnScope]:
    """The scope itself and, out of an event sub-process, the one around it."""
    yield scope
    while scope.is_event_sub_process and scope.around is not None:
        scope = scope.around
        yield scope


def _compensable(drawing: Drawing) -> set[str]:
    """Ids of the activities that have a handler, or hold something that has."""
    found: set[str] = set()
    # The inner scopes come last; they decide for the sub-process around them.
    for scope in reversed(drawing.scopes):
        holds_some = False
        for node in scope.nodes.values():
            if node.kind not in ACTIVITY_KINDS or node.for_compensation:
                continue
            if node.triggered_by_event:
                holds_some = holds_some or is_compensation_sub_process(node)
                found.discard(node.id)
            elif any(is_compensation_boundary(event) for event in scope.boundaries.get(node.id, ())):
                found.add(node.id)
            holds_some = holds_some or node.id in found
        if holds_some and scope.owner is not None:
            found.add(scope.owner.id)
    return found


RULES = (
    error("compensation-flow", handler_flows),
    error("compensation-handler-missing", boundary_handlers),
    error("compensation-handler-unused", unused_handlers),
    error("duplicate-compensation-handler", second_handlers),
    error("compensation-sub-process-place", sub_process_places),
    error("compensation-activity", thrown_activities),
    warning("compensation-without-effect", throws_without_effect),
)
