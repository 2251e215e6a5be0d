"""Loops of flows that never rest. Only what holds for every run is an error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.bpmn.model import (
    CancelEventDefinition,
    ConditionalEventDefinition,
    ErrorEventDefinition,
    EscalationEventDefinition,
    FlowNode,
    NodeKind,
    Process,
    SequenceFlow,
    SignalEventDefinition,
    TerminateEventDefinition,
)
from engine.bpmn.rules.components import cyclic_components
from engine.bpmn.rules.conditions import CHOOSING
from engine.bpmn.rules.drawing import Drawing, DrawnScope
from engine.bpmn.rules.resting import RestingNodes
from engine.bpmn.rules.rule import Problem, at, error, warning

_SHOWN = 6
"""Ids that a message lists before it says "…"."""
_JOINING = frozenset({NodeKind.PARALLEL_GATEWAY, NodeKind.INCLUSIVE_GATEWAY, NodeKind.COMPLEX_GATEWAY})
_STOPPING = (
    TerminateEventDefinition,
    ErrorEventDefinition,
    EscalationEventDefinition,
    CancelEventDefinition,
    SignalEventDefinition,
    ConditionalEventDefinition,
)
"""Events by which a parallel path, or the loop's own data, may end the scope of the loop."""


def endless_loops(drawing: Drawing) -> Iterator[Problem]:
    for scope, loops, _ in _loops(drawing):
        for loop in loops:
            yield _loop_problem(
                scope,
                loop,
                "永远不会停下：其中没有等待的步骤，也没有条件",
                "never rests: it has neither a step that waits nor a condition",
            )


def loops_without_wait(drawing: Drawing) -> Iterator[Problem]:
    for scope, loops, resting in _loops(drawing):
        certain = {node_id for loop in loops for node_id in loop}
        for loop in cyclic_components(_restless_graph(scope, resting, certain=False)):
            if certain.isdisjoint(loop):
                yield _loop_problem(
                    scope,
                    loop,
                    "中没有等待的步骤；若条件一直不变，会成为异常",
                    "has no step that waits; if its condition never changes it ends as an incident",
                )


def is_chosen(flow: SequenceFlow, source: FlowNode, scope: DrawnScope) -> bool:
    """Whether a token that leaves `source` may not take `flow`."""
    if flow.condition is not None:
        return True
    if flow.id == source.default and any(each.condition is not None for each in scope.outgoing_of(source)):
        return True
    if source.kind is NodeKind.COMPLEX_GATEWAY:
        return False
    return source.kind in CHOOSING and len(scope.outgoing_of(source)) > 1


def _loops(drawing: Drawing) -> Iterator[tuple[DrawnScope, list[list[str]], RestingNodes]]:
    """The loops that certainly never rest."""
    resting = RestingNodes(drawing)
    interruptible = {process.id for process in drawing.processes if _may_be_ended_from_aside(process)}
    for scope in drawing.scopes:
        if scope.process.id in interruptible:
            yield scope, [], resting
        else:
            yield scope, cyclic_components(_restless_graph(scope, resting, certain=True)), resting


def _may_be_ended_from_aside(process: Process) -> bool:
    return any(isinstance(event, _STOPPING) for node, _ in process.walk() for event in node.events)


def _restless_graph(
    scope: DrawnScope, resting: RestingNodes, *, certain: bool
) -> Mapping[str, Sequence[str]]:
    """Which node a token goes to next without resting; if `certain`, only where it always does."""
    graph: dict[str, list[str]] = {
        node_id: [] for node_id, node in scope.nodes.items() if not resting.waits(node)
    }
    for flow in scope.flows:
        source, target = scope.nodes[flow.source_ref], scope.nodes[flow.target_ref]
        if source.id not in graph or target.id not in graph:
            continue
        held_back = target.start_quantity > 1 or (
            target.kind in _JOINING and len(scope.incoming_of(target)) > 1
        )
        if not certain or not (held_back or is_chosen(flow, source, scope)):
            graph[source.id].append(target.id)
    for node_id in graph:
        target_of_link = scope.link_target(scope.nodes[node_id])
        if target_of_link is not None and target_of_link.id in graph:
            graph[node_id].append(target_of_link.id)
    if not certain:
        for host, events in scope.boundaries.items():
            if host in graph:
                graph[host].extend(event.id for event in events if event.id in graph)
    return graph


def _loop_problem(scope: DrawnScope, loop: Sequence[str], zh: str, en: str) -> Problem:
    members = set(loop)
    ordered = [node_id for node_id in scope.nodes if node_id in members]
    shown = ", ".join(ordered[:_SHOWN]) + (" …" if len(ordered) > _SHOWN else "")
    return at(
        scope.nodes[ordered[0]],
        f"循环 {shown} {zh}",
        f"The loop {shown} {en}",
        "请在循环里加入等待的步骤（如用户任务、定时器）或能退出的条件",
        "Put a step that waits (such as a user task or a timer) or a way out into the loop",
    )


RULES = (
    error("endless-loop", endless_loops),
    warning("loop-without-wait", loops_without_wait),
)
