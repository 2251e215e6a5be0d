"""Tokens take flows in the order of the file, never in that of the diagram or of `<outgoing>`."""

from __future__ import annotations

import pytest

from tests.elements.drawing import (
    END,
    START,
    chain,
    exclusive,
    flow,
    parallel,
    process,
    script_task,
    user_task,
)
from tests.elements.driver import Dry

SHAPES = (
    '<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI">'
    '<bpmndi:BPMNPlane bpmnElement="main">{}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
)


def drawn(content: bytes, *flows: str) -> bytes:
    """The file with a diagram that shows the flows in this order, from top to bottom."""
    edges = "".join(
        f'<bpmndi:BPMNEdge bpmnElement="{each}"><di:waypoint x="1" y="{y}"/><di:waypoint x="9" y="{y}"/>'
        "</bpmndi:BPMNEdge>"
        for y, each in enumerate(flows)
    )
    return content.replace(b"</definitions>", (SHAPES.format(edges) + "</definitions>").encode())


def gateway(tag: str, *outgoing: str) -> str:
    return f'<{tag} id="g">{"".join(f"<outgoing>{each}</outgoing>" for each in outgoing)}</{tag}>'


@pytest.mark.parametrize(("first", "second"), [("a", "b"), ("b", "a")])
def test_of_two_conditions_that_hold_the_one_that_comes_first_in_the_file_is_taken(
    first: str, second: str
) -> None:
    content = process(
        START + gateway("exclusiveGateway", f"g_{second}", f"g_{first}") + user_task("a") + user_task("b") + END
        + flow("start", "g") + flow("g", first, "1 = 1") + flow("g", second, "2 = 2")
        + chain("a", "end") + chain("b", "end")
    )  # fmt: skip

    run = Dry(drawn(content, f"g_{second}", f"g_{first}"))

    assert run.waiting == [first]


@pytest.mark.parametrize("order", [("a", "b", "c"), ("c", "a", "b"), ("b", "c", "a")])
def test_a_split_makes_its_tokens_in_the_order_of_the_file(order: tuple[str, ...]) -> None:
    content = process(
        START + gateway("parallelGateway", *(f"g_{each}" for each in reversed(order)))
        + "".join(user_task(each) for each in "abc") + parallel("join") + END + flow("start", "g")
        + "".join(flow("g", each) for each in order)
        + "".join(flow(each, "join") for each in "abc") + flow("join", "end")
    )  # fmt: skip

    run = Dry(drawn(content, *(f"g_{each}" for each in reversed(order))))

    assert run.waiting == list(order)


# --- data of parallel branches -------------------------------------------------------------------

BRANCHES = process(
    START + parallel("g") + user_task("a") + user_task("b") + user_task("look") + parallel("join")
    + exclusive("m") + END + flow("start", "g") + chain("g", "a", "join") + chain("g", "b", "join")
    + chain("join", "look", "m", "end")
)  # fmt: skip


def test_parallel_branches_share_the_data_of_their_scope() -> None:
    model = process(
        START + parallel("g") + user_task("a") + user_task("b") + script_task("sum", "x + 1", result="y")
        + parallel("join") + user_task("look") + END + flow("start", "g") + chain("g", "a", "join")
        + chain("g", "b", "sum", "join") + chain("join", "look", "end")
    )  # fmt: skip
    run = Dry(model)

    run.complete("a", {"x": 41})
    run.complete("b")

    assert run.variables == {"x": 41, "y": 42}


@pytest.mark.parametrize(("first", "last"), [("a", "b"), ("b", "a")])
def test_of_two_branches_that_write_the_same_the_last_one_counts(first: str, last: str) -> None:
    run = Dry(BRANCHES)

    run.complete(first, {"result": first})
    run.complete(last, {"result": last})

    assert run.waiting == ["look"]
    assert run.variables == {"result": last}
