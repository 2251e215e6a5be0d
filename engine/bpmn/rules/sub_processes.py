"""Event sub-processes and ad-hoc sub-processes. Source: BPMN 2.0.2, 10.3.5."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.model import ACTIVITY_KINDS, NodeKind
from engine.bpmn.rules.drawing import Drawing
from engine.bpmn.rules.rule import Problem, at, error


def event_sub_process_flows(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            if node.triggered_by_event and (scope.incoming_of(node) or scope.outgoing_of(node)):
                yield at(
                    node,
                    f"事件子流程 {node.id} 由事件触发，不能有顺序流",
                    f"The event sub-process {node.id} is triggered by its event and cannot have sequence flows",
                    "请删除这些顺序流，或去掉 triggeredByEvent",
                    "Remove the flows, or remove triggeredByEvent",
                )


def ad_hoc_content(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        if not scope.is_ad_hoc:
            continue
        for node in scope.of_kind(NodeKind.START_EVENT, NodeKind.END_EVENT):
            yield at(
                node,
                f"即席子流程里不能有开始事件或结束事件：{node.id}",
                f"An ad-hoc sub-process has neither start nor end events: {node.id}",
                "请删除该事件",
                "Remove the event",
            )
        if not any(
            node.kind in ACTIVITY_KINDS and not node.triggered_by_event for node in scope.nodes.values()
        ):
            yield Problem(
                scope.id,
                scope.line,
                f"即席子流程 {scope.id} 里没有活动",
                f"The ad-hoc sub-process {scope.id} has no activity",
                "请至少放入一个活动",
                "Put at least one activity into it",
            )


def ad_hoc_choices(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        owner = scope.owner
        if owner is None or owner.kind is not NodeKind.AD_HOC_SUB_PROCESS:
            continue
        if owner.extensions.assignment is None and owner.extensions.active_elements is None:
            yield at(
                owner,
                f"即席子流程 {owner.id} 没有说明由谁选择下一个活动",
                f"The ad-hoc sub-process {owner.id} does not say who chooses the next activity",
                "请添加 <gov:assignment roles=…/>，或用 gov:activeElements 列出要开始的活动",
                "Add <gov:assignment roles=…/>, or list the activities in gov:activeElements",
            )


RULES = (
    error("event-sub-process-flow", event_sub_process_flows),
    error("ad-hoc-content", ad_hoc_content),
    error("ad-hoc-without-choice", ad_hoc_choices),
)
