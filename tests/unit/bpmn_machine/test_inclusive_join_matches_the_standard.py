"""The join's rule against a literal reading of BPMN 2.0.2, 13.4.3, on random graphs."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn.compiler import compile_process
from engine.bpmn.machine.gateways import release_joins
from engine.bpmn.machine.run import Run
from engine.bpmn.model import Definitions, FlowNode, NodeKind, Process, SequenceFlow
from engine.bpmn.program import Program
from engine.bpmn.state import Element, Scope, State
from tests.elements.driver import Shelf

JOIN = "join"
LETTERS = "abcdef"
Edge = tuple[str, str]


def compiled(edges: list[Edge], attached: dict[str, str]) -> Program:
    names = [*LETTERS, *attached, JOIN]
    nodes = tuple(
        FlowNode(
            name,
            "",
            NodeKind.INCLUSIVE_GATEWAY
            if name == JOIN
            else NodeKind.BOUNDARY_EVENT
            if name in attached
            else NodeKind.TASK,
            None,
            attached_to=attached.get(name),
        )
        for name in names
    )
    flows = tuple(SequenceFlow(f"f{n}", "", a, b, None, None) for n, (a, b) in enumerate(edges))
    process = Process("p", "", True, None, nodes, flows)
    return compile_process(Definitions("d", "", (process,), {}, {}), process)


def may_fire(edges: list[Edge], attached: dict[str, str], full: set[int], tokens: set[str]) -> bool:
    """Every token with a path to an empty incoming flow must have one to a full one as well; no path
    may visit the join. A token in an activity may leave by its boundary events."""

    def ends_of(name: str) -> set[int]:
        ends: set[int] = set()
        seen: set[str] = set()
        pending = [name]
        while pending:
            here = pending.pop()
            if here in seen:
                continue
            seen.add(here)
            pending += [event for event, host in attached.items() if host == here]
            for number, (source, target) in enumerate(edges):
                if source == here and target == JOIN:
                    ends.add(number)
                elif source == here:
                    pending.append(target)
        return ends

    reached = [ends_of(name) for name in tokens]
    return all(not (ends - full) or bool(ends & full) for ends in reached)


GRAPHS = st.lists(st.tuples(st.sampled_from(LETTERS), st.sampled_from([*LETTERS, JOIN])), max_size=12).map(
    lambda edges: [("a", JOIN), ("b", JOIN), *edges, (JOIN, "c")]
)
ATTACHED = st.dictionaries(st.sampled_from(["x", "y"]), st.sampled_from(LETTERS), max_size=2)


@settings(max_examples=500, deadline=None)
@given(
    edges=GRAPHS,
    attached=ATTACHED,
    event_targets=st.tuples(st.sampled_from([*LETTERS, JOIN]), st.sampled_from([*LETTERS, JOIN])),
    tokens=st.sets(st.sampled_from(LETTERS), max_size=3),
    data=st.data(),
)
def test_it_fires_exactly_when_the_standard_lets_it(
    edges: list[Edge],
    attached: dict[str, str],
    event_targets: tuple[str, str],
    tokens: set[str],
    data: st.DataObject,
) -> None:
    edges = edges + [(event, target) for event, target in zip(attached, event_targets, strict=False)]
    incoming = [number for number, (_, target) in enumerate(edges) if target == JOIN]
    full = data.draw(st.sets(st.sampled_from(incoming), min_size=1))
    program = compiled(edges, attached)
    join = program.node_named(JOIN)
    assert join is not None
    state = State()
    root = Scope(1, program=0, variables={}, tokens=len(tokens) + len(full))
    state.scopes[1] = root
    state.definition_ids = [1]
    state.next_key = 2
    for name in sorted(tokens):
        node = program.node_named(name)
        assert node is not None
        element = Element(state.take_key(), scope=1, node=node.index)
        state.elements[element.key] = element
        root.elements.add(element.key)
    root.joins[join.index] = dict.fromkeys(sorted(full), 1)
    state.joining.add(1)
    run = Run(state, library=Shelf([program], {}), now=datetime(2026, 1, 1, tzinfo=UTC), steps=100)

    fired = release_joins(run)

    assert fired is may_fire(edges, attached, full, tokens)
