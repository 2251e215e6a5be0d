"""A file prepared for the rules: its scopes with their flows by node, made once.

A scope is what sequence flows may not cross: a process or a sub-process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.bpmn.model import Definitions, FlowNode, NodeKind, Process, SequenceFlow


@dataclass(frozen=True, slots=True)
class DrawnScope:
    """`owner` is the sub-process, None for the process itself; `depth` is 0 for that."""

    process: Process
    owner: FlowNode | None
    depth: int
    nodes: Mapping[str, FlowNode]
    all_flows: tuple[SequenceFlow, ...]
    flows: tuple[SequenceFlow, ...]
    """Those with both ends in this scope."""
    outgoing: Mapping[str, Sequence[SequenceFlow]]
    incoming: Mapping[str, Sequence[SequenceFlow]]
    boundaries: Mapping[str, Sequence[FlowNode]]
    """By the activity they are attached to."""

    @property
    def id(self) -> str:
        return self.owner.id if self.owner else self.process.id

    @property
    def line(self) -> int | None:
        return self.owner.line if self.owner else self.process.line

    def of_kind(self, *kinds: NodeKind) -> Iterator[FlowNode]:
        return (node for node in self.nodes.values() if node.kind in kinds)

    def outgoing_of(self, node: FlowNode) -> Sequence[SequenceFlow]:
        return self.outgoing.get(node.id, ())

    def incoming_of(self, node: FlowNode) -> Sequence[SequenceFlow]:
        return self.incoming.get(node.id, ())


@dataclass(frozen=True, slots=True)
class Drawing:
    definitions: Definitions
    processes: tuple[Process, ...]
    """Those that are to run; all if none is marked executable."""
    scopes: tuple[DrawnScope, ...]

    @property
    def file(self) -> str:
        return self.definitions.file

    def nodes(self) -> Iterator[FlowNode]:
        for scope in self.scopes:
            yield from scope.nodes.values()


def draw(definitions: Definitions) -> Drawing:
    executable = tuple(process for process in definitions.processes if process.is_executable)
    processes = executable or definitions.processes
    return Drawing(definitions, processes, tuple(_scopes(processes)))


def _scopes(processes: tuple[Process, ...]) -> Iterator[DrawnScope]:
    for process in processes:
        pending: list[tuple[FlowNode | None, int]] = [(None, 0)]
        while pending:
            owner, depth = pending.pop()
            yield _scope(process, owner, depth)
            inner = owner.nodes if owner else process.nodes
            pending.extend((node, depth + 1) for node in reversed(inner) if node.kind is NodeKind.SUB_PROCESS)


def _scope(process: Process, owner: FlowNode | None, depth: int) -> DrawnScope:
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
    for node in nodes.values():
        if node.attached_to is not None:
            boundaries.setdefault(node.attached_to, []).append(node)
    return DrawnScope(process, owner, depth, nodes, source.flows, flows, outgoing, incoming, boundaries)
