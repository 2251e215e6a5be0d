"""A file prepared for the rules: its scopes with their flows by node, made once.

A scope is what sequence flows may not cross: a process or a sub-process.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.bpmn.model import (
    SUB_PROCESS_KINDS,
    Definitions,
    EventDefinition,
    FlowNode,
    LinkEventDefinition,
    MultiInstanceLoop,
    NodeKind,
    Process,
    SequenceFlow,
)


@dataclass(frozen=True, slots=True)
class DrawnScope:
    """`owner` is the sub-process, None for the process itself; `depth` is 0 for that."""

    process: Process
    owner: FlowNode | None
    around: DrawnScope | None
    depth: int
    nodes: Mapping[str, FlowNode]
    all_flows: tuple[SequenceFlow, ...]
    flows: tuple[SequenceFlow, ...]
    """Those with both ends in this scope."""
    outgoing: Mapping[str, Sequence[SequenceFlow]]
    incoming: Mapping[str, Sequence[SequenceFlow]]
    boundaries: Mapping[str, Sequence[FlowNode]]
    """By the activity they are attached to."""
    link_targets: Mapping[str, FlowNode]
    """Catching link events by name; the first of each name."""

    @property
    def id(self) -> str:
        return self.owner.id if self.owner else self.process.id

    @property
    def line(self) -> int | None:
        return self.owner.line if self.owner else self.process.line

    @property
    def is_event_sub_process(self) -> bool:
        return self.owner is not None and self.owner.triggered_by_event

    @property
    def is_ad_hoc(self) -> bool:
        return self.owner is not None and self.owner.kind is NodeKind.AD_HOC_SUB_PROCESS

    @property
    def is_global_task(self) -> bool:
        return self.owner is None and self.process.is_global_task

    def of_kind(self, *kinds: NodeKind) -> Iterator[FlowNode]:
        return (node for node in self.nodes.values() if node.kind in kinds)

    def outgoing_of(self, node: FlowNode) -> Sequence[SequenceFlow]:
        return self.outgoing.get(node.id, ())

    def incoming_of(self, node: FlowNode) -> Sequence[SequenceFlow]:
        return self.incoming.get(node.id, ())

    def after(self, node: FlowNode) -> Iterator[FlowNode]:
        """Where a token goes from `node`: by flows, links and boundary events."""
        for flow in self.outgoing_of(node):
            yield self.nodes[flow.target_ref]
        yield from self.boundaries.get(node.id, ())
        target = self.link_target(node)
        if target is not None:
            yield target

    def link_target(self, node: FlowNode) -> FlowNode | None:
        event = node.event
        if node.kind is NodeKind.INTERMEDIATE_THROW_EVENT and isinstance(event, LinkEventDefinition):
            return self.link_targets.get(event.name)
        return None

    def starts(self) -> list[FlowNode]:
        return list(self.of_kind(NodeKind.START_EVENT))

    def entries(self) -> list[FlowNode]:
        """Where tokens begin: the start events; without any, the nodes that no flow leads to.

        Source: BPMN 2.0.2, 10.5.2 and 13.2.
        """
        begins = self.starts()
        if not begins:
            return [node for node in self.nodes.values() if self._may_begin(node)]
        return begins + [node for node in self.nodes.values() if node.instantiate and self._may_begin(node)]

    def _may_begin(self, node: FlowNode) -> bool:
        return not (
            self.incoming_of(node)
            or node.kind in (NodeKind.BOUNDARY_EVENT, NodeKind.START_EVENT)
            or node.triggered_by_event
            or node.for_compensation
            or is_link_catch(node)
        )

    def reached_from(self, starts: Iterable[FlowNode]) -> set[str]:
        """The ids of `starts` and of every node that a token can come to from them."""
        pending = list(starts)
        reached: set[str] = set()
        while pending:
            node = pending.pop()
            if node.id not in reached:
                reached.add(node.id)
                pending.extend(self.after(node))
        return reached


@dataclass(frozen=True, slots=True)
class Drawing:
    definitions: Definitions
    processes: tuple[Process, ...]
    """Those that are to run; all if none is marked executable."""
    scopes: tuple[DrawnScope, ...]
    """A scope stands before those inside it."""

    @property
    def file(self) -> str:
        return self.definitions.file

    def nodes(self) -> Iterator[FlowNode]:
        for scope in self.scopes:
            yield from scope.nodes.values()


def is_link_catch(node: FlowNode) -> bool:
    return node.kind is NodeKind.INTERMEDIATE_CATCH_EVENT and isinstance(node.event, LinkEventDefinition)


def definitions_on(node: FlowNode) -> Iterator[EventDefinition]:
    """Its event definitions, those that its instances throw included."""
    yield from node.events
    if isinstance(node.loop, MultiInstanceLoop):
        if node.loop.event is not None:
            yield node.loop.event
        for behavior in node.loop.complex_behaviors:
            yield behavior.event


def draw(definitions: Definitions) -> Drawing:
    executable = tuple(
        process for process in definitions.processes if process.is_executable or process.is_global_task
    )
    processes = executable or definitions.processes
    return Drawing(definitions, processes, tuple(_scopes(processes)))


def _scopes(processes: tuple[Process, ...]) -> Iterator[DrawnScope]:
    for process in processes:
        pending: list[tuple[FlowNode | None, DrawnScope | None]] = [(None, None)]
        while pending:
            owner, around = pending.pop()
            scope = _scope(process, owner, around)
            yield scope
            inner = owner.nodes if owner else process.nodes
            pending.extend((node, scope) for node in reversed(inner) if node.kind in SUB_PROCESS_KINDS)


def _scope(process: Process, owner: FlowNode | None, around: DrawnScope | None) -> DrawnScope:
    source: Process | FlowNode = owner or process
    nodes: dict[str, FlowNode] = {}
    for node in source.nodes:
        nodes.setdefault(node.id, node)
    flows = tuple(flow for flow in source.flows if flow.source_ref in nodes and flow.target_ref in nodes)
    outgoing: dict[str, list[SequenceFlow]] = {}
    incoming: dict[str, list[SequenceFlow]] = {}
    for flow in flows:
        outgoing.setdefault(flow.source_ref, []).append(flow)
        incoming.setdefault(flow.target_ref, []).append(flow)
    boundaries: dict[str, list[FlowNode]] = {}
    links: dict[str, FlowNode] = {}
    for node in nodes.values():
        if node.attached_to is not None:
            boundaries.setdefault(node.attached_to, []).append(node)
        if is_link_catch(node) and isinstance(node.event, LinkEventDefinition):
            links.setdefault(node.event.name, node)
    depth = 0 if around is None else around.depth + 1
    return DrawnScope(
        process, owner, around, depth, nodes, source.flows, flows, outgoing, incoming, boundaries, links
    )
