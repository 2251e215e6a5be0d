"""Call activities that lead back to their own process. Source: BPMN 2.0.2, 10.3.4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.bpmn.model import FlowNode, NodeKind, StandardLoop
from engine.bpmn.rules.components import cyclic_components
from engine.bpmn.rules.drawing import Drawing, DrawnScope
from engine.bpmn.rules.turns import is_chosen

_JOINING = frozenset({NodeKind.PARALLEL_GATEWAY, NodeKind.INCLUSIVE_GATEWAY, NodeKind.COMPLEX_GATEWAY})
_ONE_WAY = frozenset({NodeKind.EVENT_BASED_GATEWAY})


@dataclass(frozen=True, slots=True)
class Call:
    """`is_certain`: every run of the process that nothing interrupts comes to it."""

    process_id: str
    node: FlowNode
    called: str
    is_certain: bool


@dataclass(frozen=True, slots=True)
class CallCycle:
    """`calls` are those within the cycle, in document order."""

    calls: tuple[Call, ...]
    is_certain: bool


def calls_of(drawing: Drawing) -> Iterator[Call]:
    """Those that name a process literally."""
    certain_scopes: set[str] = set()
    for scope in drawing.scopes:
        certain: set[str] = set()
        if scope.owner is None or scope.owner.id in certain_scopes:
            certain = _certain_nodes(scope)
        for node in scope.nodes.values():
            if node.id in certain and node.nodes:
                certain_scopes.add(node.id)
            called = node.called_element
            if called is not None and not called.startswith("="):
                yield Call(scope.process.id, node, called, node.id in certain)


def call_cycles(calls: Sequence[Call]) -> list[CallCycle]:
    """Each process is in at most one: those that certainly never end first."""
    certain = _cycles([call for call in calls if call.is_certain], is_certain=True)
    in_certain = {call.process_id for cycle in certain for call in cycle.calls}
    others = _cycles(calls, is_certain=False)
    return certain + [
        cycle for cycle in others if in_certain.isdisjoint(call.process_id for call in cycle.calls)
    ]


def _cycles(calls: Sequence[Call], *, is_certain: bool) -> list[CallCycle]:
    graph: dict[str, list[str]] = {}
    for call in calls:
        graph.setdefault(call.process_id, []).append(call.called)
        graph.setdefault(call.called, [])
    number = {
        process_id: index
        for index, component in enumerate(cyclic_components(graph))
        for process_id in component
    }
    grouped: dict[int, list[Call]] = {}
    for call in calls:
        own = number.get(call.process_id)
        if own is not None and own == number.get(call.called):
            grouped.setdefault(own, []).append(call)
    return [CallCycle(tuple(group), is_certain) for group in grouped.values()]


def _certain_nodes(scope: DrawnScope) -> set[str]:
    """Nodes that every uninterrupted run of the scope comes to."""
    begins = scope.entries()
    alone = [node for node in begins if node.kind is NodeKind.START_EVENT or node.instantiate]
    if scope.is_ad_hoc or scope.is_event_sub_process or len(alone) > 1:
        return set()
    found: set[str] = set()
    arrived: dict[str, int] = {}
    pending = list(begins)
    while pending:
        node = pending.pop()
        if node.id in found:
            continue
        found.add(node.id)
        for target in _always_next(node, scope):
            arrived[target.id] = arrived.get(target.id, 0) + 1
            if _is_let_through(target, scope, arrived[target.id]):
                pending.append(target)
    return {node_id for node_id in found if not _may_be_skipped(scope.nodes[node_id])}


def _is_let_through(target: FlowNode, scope: DrawnScope, arrived: int) -> bool:
    needed = len(scope.incoming_of(target)) if target.kind in _JOINING else 1
    return arrived >= max(needed, target.start_quantity)


def _always_next(node: FlowNode, scope: DrawnScope) -> Iterator[FlowNode]:
    interruptible = any(event.interrupting for event in scope.boundaries.get(node.id, ()))
    if interruptible or node.kind in _ONE_WAY:
        return
    for flow in scope.outgoing_of(node):
        if not is_chosen(flow, node, scope):
            yield scope.nodes[flow.target_ref]
    target = scope.link_target(node)
    if target is not None:
        yield target


def _may_be_skipped(node: FlowNode) -> bool:
    """A loop may turn no time at all."""
    if isinstance(node.loop, StandardLoop):
        return node.loop.test_before and node.loop.condition is not None
    return node.loop is not None
