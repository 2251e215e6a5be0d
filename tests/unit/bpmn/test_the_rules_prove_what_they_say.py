"""Proofs against brute force: a join that is said to starve fires in no run of a small drawing."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn.model import (
    Definitions,
    FlowNode,
    MessageEventDefinition,
    NodeKind,
    Process,
    SequenceFlow,
    TimerEventDefinition,
    TimerKind,
)
from engine.bpmn.rules.dominators import DominatorTree, immediate_dominators
from engine.bpmn.rules.drawing import draw
from engine.bpmn.rules.joins import starving_joins

KINDS = (
    NodeKind.EXCLUSIVE_GATEWAY,
    NodeKind.EXCLUSIVE_GATEWAY,
    NodeKind.PARALLEL_GATEWAY,
    NodeKind.PARALLEL_GATEWAY,
    NodeKind.INCLUSIVE_GATEWAY,
    NodeKind.TASK,
)
MOST_TOKENS = 5
"""On one flow; what needs more is not looked at."""
MOST_MARKINGS = 4_000

Marking = tuple[int, ...]
"""Tokens per flow."""


@st.composite
def drawings(draw_from: st.DrawFn) -> Process:
    count = draw_from(st.integers(3, 7))
    nodes = [FlowNode("start", "", NodeKind.START_EVENT, 1)]
    nodes += [FlowNode(f"n{i}", "", draw_from(st.sampled_from(KINDS)), 1) for i in range(count)]
    if draw_from(st.booleans()):
        message = (MessageEventDefinition("m"),)
        nodes.append(FlowNode("other", "", NodeKind.START_EVENT, 1, events=message))
    tasks = [node.id for node in nodes if node.kind is NodeKind.TASK]
    has_boundary = draw_from(st.booleans())
    if tasks and has_boundary:
        nodes.append(
            FlowNode(
                "late",
                "",
                NodeKind.BOUNDARY_EVENT,
                1,
                events=(TimerEventDefinition(TimerKind.DURATION, "PT1H"),),
                attached_to=draw_from(st.sampled_from(tasks)),
                interrupting=draw_from(st.booleans()),
            )
        )
    flows: list[SequenceFlow] = []
    for node in nodes:
        starting = node.kind in (NodeKind.START_EVENT, NodeKind.BOUNDARY_EVENT)
        for _ in range(1 if starting else draw_from(st.integers(0, 3))):
            target = f"n{draw_from(st.integers(0, count - 1))}"
            flows.append(SequenceFlow(f"f{len(flows)}", "", node.id, target, None, 1))
    return Process("p", "", True, 1, tuple(nodes), tuple(flows))


class Game:
    """The token game over a process without data: every choice is possible."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.flows = process.flows

    def joins_that_fire(self) -> set[str] | None:
        """None if there are too many markings to look at."""
        fired: set[str] = set()
        starts = [node for node in self.process.nodes if node.kind is NodeKind.START_EVENT]
        pending = [self._emit(self._empty(), node.id) for node in starts]
        seen = set(pending)
        while pending:
            marking = pending.pop()
            for after, node_id in self._steps(marking):
                fired.add(node_id)
                if after not in seen and max(after, default=0) <= MOST_TOKENS:
                    seen.add(after)
                    pending.append(after)
                    if len(seen) > MOST_MARKINGS:
                        return None
        return fired

    def _steps(self, marking: Marking) -> Iterator[tuple[Marking, str]]:
        for node in self.process.nodes:
            incoming = [i for i, flow in enumerate(self.flows) if flow.target_ref == node.id]
            outgoing = [i for i, flow in enumerate(self.flows) if flow.source_ref == node.id]
            if node.kind is NodeKind.PARALLEL_GATEWAY and len(incoming) > 1:
                sets = [incoming] if all(marking[i] for i in incoming) else []
            else:
                # An inclusive join that does not wait allows more than the standard, never less.
                sets = [[i] for i in incoming if marking[i]]
            for taken in sets:
                without = self._changed(marking, taken, -1)
                for chosen in self._choices(node, outgoing):
                    yield self._changed(without, chosen, 1), node.id
                yield from self._by_boundary(node, without, outgoing)

    def _choices(self, node: FlowNode, outgoing: list[int]) -> list[list[int]]:
        if node.kind is NodeKind.EXCLUSIVE_GATEWAY and len(outgoing) > 1:
            return [[i] for i in outgoing]
        if node.kind is NodeKind.INCLUSIVE_GATEWAY and len(outgoing) > 1:
            masks = range(1, 1 << len(outgoing))
            return [[flow for bit, flow in enumerate(outgoing) if mask >> bit & 1] for mask in masks]
        return [outgoing]

    def _by_boundary(
        self, host: FlowNode, marking: Marking, outgoing: list[int]
    ) -> Iterator[tuple[Marking, str]]:
        for event in self.process.nodes:
            if event.attached_to == host.id:
                gone = self._emit(marking, event.id)
                yield (gone if event.interrupting else self._changed(gone, outgoing, 1)), host.id

    def _empty(self) -> Marking:
        return (0,) * len(self.flows)

    def _emit(self, marking: Marking, node_id: str) -> Marking:
        own = [i for i, flow in enumerate(self.flows) if flow.source_ref == node_id]
        return self._changed(marking, own, 1)

    def _changed(self, marking: Marking, flows: list[int], by: int) -> Marking:
        tokens = list(marking)
        for flow in flows:
            tokens[flow] += by
        return tuple(tokens)


@settings(max_examples=300, deadline=None)
@given(drawings())
def test_a_join_that_is_said_to_starve_never_fires(process: Process) -> None:
    drawing = draw(Definitions("d", "f", (process,), {}, {}))
    said = {problem.element_id for problem in starving_joins(drawing)}
    if not said:
        return

    fired = Game(process).joins_that_fire()

    assert fired is None or said.isdisjoint(fired)


GRAPHS = st.integers(1, 9).flatmap(
    lambda size: st.lists(st.lists(st.integers(0, size - 1), max_size=3), min_size=size, max_size=size)
)


def reached(graph: list[list[int]], *, without: int) -> set[int]:
    found: set[int] = set()
    pending = [0]
    while pending:
        node = pending.pop()
        if node != without and node not in found:
            found.add(node)
            pending.extend(graph[node])
    return found


@settings(max_examples=300, deadline=None)
@given(GRAPHS)
def test_dominators_are_what_cannot_be_avoided(graph: list[list[int]]) -> None:
    tree = DominatorTree(graph)
    all_reached = reached(graph, without=-1)

    for node in range(len(graph)):
        assert tree.reaches(node) == (node in all_reached)
    for node in all_reached:
        avoided = reached(graph, without=node)
        for other in all_reached:
            assert tree.dominates(node, other) == (other not in avoided)
            both = [
                each for each in all_reached if tree.dominates(each, node) and tree.dominates(each, other)
            ]
            assert tree.meeting(node, other) == max(both, key=lambda each: tree.depth[each])


def test_dominators_of_a_long_chain_take_no_recursion() -> None:
    size = 50_000

    parents = immediate_dominators([[node + 1] for node in range(size - 1)] + [[]])

    assert parents[-1] == size - 2
