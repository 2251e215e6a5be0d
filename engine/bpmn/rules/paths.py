"""Where tokens can go: unreachable nodes, dead ends, joins that never fire, loops that never rest.

Only what holds for every run is an error. Source: BPMN 2.0.2, 13.2 to 13.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.bpmn.model import (
    ErrorEventDefinition,
    FlowNode,
    NodeKind,
    Process,
    TerminateEventDefinition,
)
from engine.bpmn.rules.components import cyclic_components
from engine.bpmn.rules.drawing import Drawing, DrawnScope
from engine.bpmn.rules.rule import Problem, error, warning

_SHOWN = 6
"""Ids that a message lists before it says "…"."""

_WAITING = frozenset(
    {
        NodeKind.USER_TASK,
        NodeKind.SERVICE_TASK,
        NodeKind.RECEIVE_TASK,
        NodeKind.CALL_ACTIVITY,
        NodeKind.INTERMEDIATE_CATCH_EVENT,
        NodeKind.EVENT_BASED_GATEWAY,
    }
)
"""Kinds on which a token rests, or may (a called process is not known here)."""
_CHOOSING = frozenset({NodeKind.EXCLUSIVE_GATEWAY, NodeKind.INCLUSIVE_GATEWAY})
_JOINING = frozenset({NodeKind.PARALLEL_GATEWAY, NodeKind.INCLUSIVE_GATEWAY})


def waits(node: FlowNode) -> bool:
    """Whether a token that comes to `node` rests there, or something inside it may let it rest."""
    pending = [node]
    while pending:
        current = pending.pop()
        if current.kind in _WAITING or current.extensions.job is not None:
            return True
        pending.extend(current.nodes)
    return False


def reachability(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        starts = list(scope.of_kind(NodeKind.START_EVENT))
        if not starts:
            continue
        reached = _reached((start.id for start in starts), scope)
        for node in scope.nodes.values():
            # A boundary event stands or falls with its activity.
            if node.id not in reached and node.kind is not NodeKind.BOUNDARY_EVENT:
                yield Problem(
                    node.id,
                    node.line,
                    f"从开始事件到不了 {node.id}",
                    f"{node.id} cannot be reached from a start event",
                    "请把它连入流程，或删除它",
                    "Connect it, or remove it",
                )


def dead_ends(drawing: Drawing) -> Iterator[Problem]:
    for scope in drawing.scopes:
        for node in scope.nodes.values():
            if node.kind is not NodeKind.END_EVENT and not scope.outgoing_of(node):
                yield Problem(
                    node.id,
                    node.line,
                    f"{node.id} 之后没有顺序流，流程会在这里悄悄结束",
                    f"No sequence flow leaves {node.id}, so the path silently ends there",
                    "请连到下一步或一个结束事件",
                    "Lead on to the next step or to an end event",
                )


# --- joins that never fire -----------------------------------------------------------------------


def starving_joins(drawing: Drawing) -> Iterator[Problem]:
    """A parallel join that awaits two branches of one exclusive split.

    Proof: only one token ever comes to the split, since nothing before it makes several; it takes
    one branch, so the other flow into the join, fed by nothing else, stays without.
    """
    for scope in drawing.scopes:
        crowded = _with_several_tokens(scope)
        for join in scope.of_kind(NodeKind.PARALLEL_GATEWAY):
            origins: dict[str, str] = {}
            for flow in scope.incoming_of(join):
                branch = _exclusive_branch(scope, flow.source_ref, flow.id)
                if branch is None or branch[0] in crowded:
                    continue
                split, first_flow = branch
                if origins.get(split, first_flow) != first_flow:
                    yield Problem(
                        join.id,
                        join.line,
                        f"并行汇聚 {join.id} 等待排他网关 {split} 的两条分支，但只会来一条，办件会永远停在这里",
                        f"The parallel join {join.id} waits for two branches of the exclusive gateway "
                        f"{split}, but only one is ever taken: the case would stop there for ever",
                        "请用排他网关汇聚，或把前面的分支改为并行网关",
                        "Join with an exclusive gateway, or split with a parallel one",
                    )
                    break
                origins[split] = first_flow


def _exclusive_branch(scope: DrawnScope, node_id: str, flow_id: str) -> tuple[str, str] | None:
    """The exclusive split and its flow from which a chain of single-entry, single-exit nodes comes."""
    for _ in range(len(scope.nodes)):
        node = scope.nodes[node_id]
        outgoing, incoming = scope.outgoing_of(node), scope.incoming_of(node)
        if node.kind is NodeKind.EXCLUSIVE_GATEWAY and len(outgoing) > 1:
            return node_id, flow_id
        if len(outgoing) != 1 or len(incoming) != 1:
            return None
        node_id, flow_id = incoming[0].source_ref, incoming[0].id
    return None


def _with_several_tokens(scope: DrawnScope) -> set[str]:
    """Nodes to which two tokens of one run may come, since something before them makes several."""
    sources = [node.id for node in scope.nodes.values() if _multiplies(scope, node)]
    return _reached(sources, scope)


def _multiplies(scope: DrawnScope, node: FlowNode) -> bool:
    if node.kind is NodeKind.BOUNDARY_EVENT and not node.interrupting:
        return True
    one_of_many = node.kind in (NodeKind.EXCLUSIVE_GATEWAY, NodeKind.EVENT_BASED_GATEWAY)
    return not one_of_many and len(scope.outgoing_of(node)) > 1


# --- loops without rest --------------------------------------------------------------------------


def endless_loops(drawing: Drawing) -> Iterator[Problem]:
    for scope, loops in _certain_loops(drawing):
        for loop in loops:
            yield _loop_problem(
                scope,
                loop,
                "永远不会停下：其中没有等待的步骤，也没有条件",
                "never rests: it has neither a step that waits nor a condition",
            )


def loops_without_wait(drawing: Drawing) -> Iterator[Problem]:
    for scope, loops in _certain_loops(drawing):
        certain = {node_id for loop in loops for node_id in loop}
        for loop in cyclic_components(_restless_graph(scope, certain=False)):
            if certain.isdisjoint(loop):
                yield _loop_problem(
                    scope,
                    loop,
                    "中没有等待的步骤；若条件一直不变，会成为异常",
                    "has no step that waits; if its condition never changes it ends as an incident",
                )


def _certain_loops(drawing: Drawing) -> Iterator[tuple[DrawnScope, list[list[str]]]]:
    interruptible = {process.id for process in drawing.processes if _may_be_ended_from_aside(process)}
    for scope in drawing.scopes:
        if scope.process.id in interruptible:
            yield scope, []
        else:
            yield scope, cyclic_components(_restless_graph(scope, certain=True))


def _may_be_ended_from_aside(process: Process) -> bool:
    """A parallel path may come to an end event that ends the loop's scope as well."""
    return any(
        node.kind is NodeKind.END_EVENT
        and isinstance(node.event, TerminateEventDefinition | ErrorEventDefinition)
        for node, _ in process.walk()
    )


def _restless_graph(scope: DrawnScope, *, certain: bool) -> Mapping[str, Sequence[str]]:
    """Which node a token goes to next without resting; if `certain`, only where it always does."""
    restless = {node.id for node in scope.nodes.values() if not waits(node)}
    graph: dict[str, list[str]] = {node_id: [] for node_id in scope.nodes if node_id in restless}
    for flow in scope.flows:
        source, target = scope.nodes[flow.source_ref], scope.nodes[flow.target_ref]
        if source.id not in restless or target.id not in restless:
            continue
        chosen = source.kind in _CHOOSING and (
            len(scope.outgoing_of(source)) > 1 or flow.condition is not None
        )
        held_back = target.kind in _JOINING and len(scope.incoming_of(target)) > 1
        if not certain or not (chosen or held_back):
            graph[source.id].append(target.id)
    if not certain:
        for host, events in scope.boundaries.items():
            graph.get(host, []).extend(event.id for event in events if event.id in restless)
    return graph


def _loop_problem(scope: DrawnScope, loop: Sequence[str], zh: str, en: str) -> Problem:
    members = set(loop)
    ordered = [node_id for node_id in scope.nodes if node_id in members]
    shown = ", ".join(ordered[:_SHOWN]) + (" …" if len(ordered) > _SHOWN else "")
    first = scope.nodes[ordered[0]]
    return Problem(
        first.id,
        first.line,
        f"循环 {shown} {zh}",
        f"The loop {shown} {en}",
        "请在循环里加入等待的步骤（如用户任务、定时器）或能退出的条件",
        "Put a step that waits (such as a user task or a timer) or a way out into the loop",
    )


# --- walking -------------------------------------------------------------------------------------


def _reached(starts: Iterable[str], scope: DrawnScope) -> set[str]:
    """`starts` and every node that a token can come to from them."""
    pending = list(starts)
    reached: set[str] = set()
    while pending:
        node_id = pending.pop()
        if node_id not in reached:
            reached.add(node_id)
            pending.extend(flow.target_ref for flow in scope.outgoing.get(node_id, ()))
            pending.extend(event.id for event in scope.boundaries.get(node_id, ()))
    return reached


RULES = (
    error("unreachable-node", reachability),
    warning("dead-end", dead_ends),
    error("starving-join", starving_joins),
    error("endless-loop", endless_loops),
    warning("loop-without-wait", loops_without_wait),
)
