"""A process as numbered nodes and flows, in document order, with the ways between them."""

from __future__ import annotations

from engine.bpmn.model import (
    CompensateEventDefinition,
    FlowNode,
    LinkEventDefinition,
    NodeKind,
    Process,
    SequenceFlow,
)

_NEVER_STARTS = frozenset({NodeKind.START_EVENT, NodeKind.BOUNDARY_EVENT})


class Graph:
    def __init__(self, process: Process) -> None:
        self.process = process
        walked = list(process.walk())
        self.walked = walked
        self.number = {node.id: index for index, (node, _) in enumerate(walked)}
        self.parent = [self.number[parent.id] if parent else -1 for _, parent in walked]
        self.flows: list[SequenceFlow] = list(process.flows)
        for node, _ in walked:
            self.flows.extend(node.flows)
        self.flow_number = {flow.id: index for index, flow in enumerate(self.flows)}
        self.sources = tuple(self.number[flow.source_ref] for flow in self.flows)
        self.targets = tuple(self.number[flow.target_ref] for flow in self.flows)
        outgoing: dict[int, list[int]] = {}
        incoming: dict[int, list[int]] = {}
        for index, (source, target) in enumerate(zip(self.sources, self.targets, strict=True)):
            outgoing.setdefault(source, []).append(index)
            incoming.setdefault(target, []).append(index)
        self.outgoing = {index: tuple(flows) for index, flows in outgoing.items()}
        self.incoming = {index: tuple(flows) for index, flows in incoming.items()}
        self.boundaries: dict[str, list[int]] = {}
        self.links: dict[tuple[int, str], list[int]] = {}
        """(Scope, name) -> throwing events."""
        self.catches: dict[tuple[int, str], int] = {}
        for index, (node, _) in enumerate(walked):
            if node.attached_to is not None:
                self.boundaries.setdefault(node.attached_to, []).append(index)
            self._note_link(index, node)
        self._compensable: dict[str, bool] = {}
        for node, _ in reversed(walked):
            # The inner ones come first: they decide for the sub-process around them.
            self._compensable[node.id] = self.handler(node) >= 0 or any(
                self._compensable[inner.id] or self._is_handler(inner) for inner in node.nodes
            )
        self.openings = frozenset(
            index
            for index, (node, parent) in enumerate(walked)
            if parent is None and (node.kind is NodeKind.START_EVENT or index not in self.incoming)
        ) | frozenset(
            target for flow, target in enumerate(self.targets) if walked[self.sources[flow]][0].instantiate
        )
        """Where a run of the process may begin."""

    def source_of(self, flow: int) -> FlowNode:
        return self.walked[self.sources[flow]][0]

    def _note_link(self, index: int, node: FlowNode) -> None:
        if isinstance(event := node.event, LinkEventDefinition):
            place = (self.parent[index], event.name)
            if node.kind is NodeKind.INTERMEDIATE_THROW_EVENT:
                self.links.setdefault(place, []).append(index)
            else:
                self.catches.setdefault(place, index)

    def link_target(self, node: FlowNode) -> int:
        if not isinstance(event := node.event, LinkEventDefinition):
            return -1
        return self.catches[self.parent[self.number[node.id]], event.name]

    # --- where tokens begin ----------------------------------------------------------------------

    def starts(self, nodes: tuple[FlowNode, ...]) -> tuple[int, ...]:
        """Without a start event every node that no flow leads to begins (BPMN 2.0.2, 10.5.2, 13.2)."""
        events = [node for node in nodes if node.kind is NodeKind.START_EVENT]
        if events:
            # That of an event sub-process has a trigger and is the only one.
            plain = [node for node in events if not node.events] or (
                events if self._is_event_sub_process(events[0]) else []
            )
            return tuple(self.number[node.id] for node in plain[:1])
        if any(node.instantiate for node in nodes):
            return ()
        return self.without_incoming(nodes)

    def without_incoming(self, nodes: tuple[FlowNode, ...]) -> tuple[int, ...]:
        return tuple(
            index
            for node in nodes
            if (index := self.number[node.id]) not in self.incoming
            and node.kind not in _NEVER_STARTS
            and not node.triggered_by_event
            and not node.for_compensation
            and not self._is_link_catch(node)
        )

    def _is_link_catch(self, node: FlowNode) -> bool:
        return node.kind is NodeKind.INTERMEDIATE_CATCH_EVENT and isinstance(node.event, LinkEventDefinition)

    def _is_event_sub_process(self, start: FlowNode) -> bool:
        parent = self.walked[self.number[start.id]][1]
        return parent is not None and parent.triggered_by_event

    def event_sub_processes(self, nodes: tuple[FlowNode, ...]) -> tuple[int, ...]:
        return tuple(self.number[node.id] for node in nodes if node.triggered_by_event)

    # --- compensation ----------------------------------------------------------------------------

    def compensates(self, index: int) -> bool:
        node = self.walked[index][0]
        return node.kind is NodeKind.BOUNDARY_EVENT and isinstance(node.event, CompensateEventDefinition)

    def handler(self, node: FlowNode) -> int:
        """The activity that the node's compensation event leads to, -1 if it has none."""
        for index in self.boundaries.get(node.id, ()):
            boundary = self.walked[index][0]
            if self.compensates(index) and boundary.compensation_handler is not None:
                return self.number[boundary.compensation_handler]
        return -1

    def may_be_compensated(self, node: FlowNode) -> bool:
        return self._compensable[node.id] and not node.for_compensation and not node.triggered_by_event

    def compensator(self, node: FlowNode) -> int:
        return next((self.number[inner.id] for inner in node.nodes if self._is_handler(inner)), -1)

    def _is_handler(self, node: FlowNode) -> bool:
        """An event sub-process that compensates the sub-process around it."""
        return node.triggered_by_event and any(
            isinstance(event, CompensateEventDefinition)
            for start in node.nodes
            if start.kind is NodeKind.START_EVENT
            for event in start.events
        )


def nodes_reaching(flow: int, join: int, graph: Graph) -> int:
    """Bit set of the nodes from which a token can come to `flow` without passing node `join`."""
    reached = 0
    pending = [graph.sources[flow]]
    while pending:
        index = pending.pop()
        if index == join or reached >> index & 1:
            continue
        reached |= 1 << index
        node = graph.walked[index][0]
        pending.extend(graph.sources[incoming] for incoming in graph.incoming.get(index, ()))
        if node.attached_to is not None:
            pending.append(graph.number[node.attached_to])
        if isinstance(event := node.event, LinkEventDefinition) and index not in graph.incoming:
            pending.extend(graph.links.get((graph.parent[index], event.name), ()))
    return reached
