"""Loops and multi-instance activities. Source: BPMN 2.0.2, 10.3.8, tables 10.28 to 10.31."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import (
    ACTIVITY_KINDS,
    FlowNode,
    MultiInstanceBehavior,
    MultiInstanceLoop,
    StandardLoop,
)
from engine.bpmn.rules.drawing import Drawing
from engine.bpmn.rules.rule import Problem, error

_ONE_EVENT = (MultiInstanceBehavior.NONE, MultiInstanceBehavior.ONE)


def loop_places(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes():
        if node.loop is not None and (node.kind not in ACTIVITY_KINDS or node.triggered_by_event):
            yield _at_loop(
                node,
                f"{node.id} 不是可以重复的活动",
                f"{node.id} is no activity that can be repeated",
                "请删除循环标记",
                "Remove the loop marker",
            )


def standard_loops(drawing: Drawing) -> Iterator[Problem]:
    for node, loop in _standard(drawing):
        if loop.condition is None and loop.maximum is None:
            yield _at_loop(
                node,
                f"循环 {node.id} 没有条件也没有次数上限，不会结束",
                f"The loop {node.id} has neither a condition nor a maximum, so it never ends",
                "请写 loopCondition 或 loopMaximum",
                "Write a loopCondition or a loopMaximum",
            )


def instance_counts(drawing: Drawing) -> Iterator[Problem]:
    for node, loop in _multiple(drawing):
        if (loop.cardinality is None) == (loop.collection is None):
            yield _at_loop(
                node,
                f"多实例 {node.id} 应写明次数（loopCardinality）或集合（collection）其中之一",
                f"The multi-instance {node.id} needs either a number (loopCardinality) or a collection",
                "请保留其中一个",
                "Keep one of the two",
            )


def instance_items(drawing: Drawing) -> Iterator[Problem]:
    for node, loop in _multiple(drawing):
        if loop.item is not None and loop.collection is None:
            yield _at_loop(
                node,
                f"多实例 {node.id} 没有集合，条目变量 {loop.item} 不起作用",
                f"The multi-instance {node.id} has no collection, so the item {loop.item} has no effect",
                "请写集合，或删除条目变量",
                "Name the collection, or remove the item",
            )
        if (loop.output_collection is None) != (loop.output_item is None):
            yield _at_loop(
                node,
                f"多实例 {node.id} 的结果列表和结果条目应同时写明",
                f"The multi-instance {node.id} needs both the output collection and the output item",
                "请补上缺少的一个，或都删除",
                "Add the missing one, or remove both",
            )


def behavior_events(drawing: Drawing) -> Iterator[Problem]:
    for node, loop in _multiple(drawing):
        needs_event = loop.behavior in _ONE_EVENT
        needs_complex = loop.behavior is MultiInstanceBehavior.COMPLEX
        if needs_event != (loop.event is not None) or needs_complex != bool(loop.complex_behaviors):
            yield _at_loop(
                node,
                f"多实例 {node.id} 的 behavior 为 {loop.behavior}，与所写的事件不符",
                f"The behavior {loop.behavior} of the multi-instance {node.id} does not fit its events",
                "None 和 One 需要一个事件，Complex 需要 complexBehaviorDefinition，All 都不需要",
                "None and One need one event, Complex needs complexBehaviorDefinition, All needs neither",
            )


def _standard(drawing: Drawing) -> Iterator[tuple[FlowNode, StandardLoop]]:
    for node in drawing.nodes():
        if isinstance(node.loop, StandardLoop):
            yield node, node.loop


def _multiple(drawing: Drawing) -> Iterator[tuple[FlowNode, MultiInstanceLoop]]:
    for node in drawing.nodes():
        if isinstance(node.loop, MultiInstanceLoop):
            yield node, node.loop


def _at_loop(node: FlowNode, zh: str, en: str, mend_zh: str, mend_en: str) -> Problem:
    line = node.loop.line if node.loop is not None else None
    return Problem(node.id, line or node.line, zh, en, mend_zh, mend_en)


RULES = (
    error("loop-not-on-activity", loop_places),
    error("loop-without-end", standard_loops),
    error("multi-instance-count", instance_counts),
    error("multi-instance-item", instance_items),
    error("multi-instance-behavior", behavior_events),
)
