"""BPMN 2.0.2, 13.4.3: an inclusive split and join that are gone through again and again."""

from __future__ import annotations

import pytest

from tests.elements.drawing import (
    END,
    START,
    boundary,
    chain,
    end_event,
    error,
    exclusive,
    flow,
    inclusive,
    link,
    multi_instance,
    node,
    parallel,
    process,
    script_task,
    sequence,
    service_task,
    standard_loop,
    sub_process,
    user_task,
)
from tests.elements.driver import Dry


def rounds(names: str = "abc", *, entry: str = "round") -> str:
    """Branches `names` as the list `ways` says, joined; then "next", and round again while `more`."""
    return (
        inclusive("split")
        + "".join(
            user_task(name) + flow("split", name, f'list contains(ways, "{name}")') + chain(name, "join")
            for name in names
        )
        + inclusive("join")
        + user_task("next")
        + exclusive("again", default="again_out")
        + exclusive("round")
        + chain("round", "split")
        + chain("join", "next", "again", "out")
        + flow("again", entry, "more")
    )


LOOP = process(START + rounds() + end_event("out") + chain("start", "round"))


def go_round(run: Dry, ways: list[str], *, more: bool, following: list[str] | None = None) -> None:
    """All `ways` are done, the join goes on once, and the loop turns or ends."""
    assert run.waiting == ways
    for name in ways:
        assert "next" not in run.waiting
        run.complete(name)
    assert run.waiting == ["next"]
    run.complete("next", {"more": more, "ways": following or []})


def test_each_round_waits_for_its_own_branches() -> None:
    run = Dry(LOOP, variables={"ways": ["a", "b", "c"]})

    go_round(run, ["a", "b", "c"], more=True, following=["b"])
    go_round(run, ["b"], more=True, following=["a", "c"])
    go_round(run, ["a", "c"], more=True, following=["a", "b", "c"])
    go_round(run, ["a", "b", "c"], more=False)

    assert run.ended is True


@pytest.mark.parametrize("turns", [2, 5, 50])
def test_any_number_of_rounds_leaves_nothing_behind(turns: int) -> None:
    run = Dry(LOOP, variables={"ways": ["a", "b"]})
    for turn in range(turns):
        go_round(run, ["a", "b"], more=turn < turns - 1, following=["a", "b"])

    assert run.ended is True
    assert run.path.count("next") == turns


def test_automatic_rounds_join_once_each() -> None:
    model = process(
        START
        + exclusive("round")
        + inclusive("split", default="split_join")
        + script_task("a", "x + 1", result="x")
        + script_task("b", "y + 1", result="y")
        + inclusive("join")
        + script_task("count", "n + 1", result="n")
        + exclusive("again", default="again_rest")
        + user_task("rest")
        + chain("start", "round", "split", "join", "count", "again", "rest")
        + flow("split", "a", "modulo(n, 2) = 0")
        + flow("split", "b", "modulo(n, 3) = 0")
        + chain("a", "join")
        + chain("b", "join")
        + flow("again", "round", "n < 12")
    )
    run = Dry(model, variables={"n": 0, "x": 0, "y": 0})

    assert run.variables == {"n": 12, "x": 6, "y": 4}
    assert run.waiting == ["rest"]


def test_a_branch_that_goes_back_alone_holds_the_join_until_it_is_through() -> None:
    # `a` is done again by a loop of its own, inside the round.
    model = process(
        START
        + inclusive("split")
        + exclusive("retry")
        + user_task("a")
        + exclusive("fine", default="fine_join")
        + user_task("b")
        + inclusive("join")
        + user_task("next")
        + END
        + flow("split", "retry", "true")
        + flow("split", "b", "true")
        + chain("start", "split")
        + chain("retry", "a", "fine", "join", "next", "end")
        + flow("fine", "retry", "bad")
        + chain("b", "join")
    )
    run = Dry(model)

    run.complete("b")
    for _ in range(3):
        run.complete("a", {"bad": True})
        assert run.waiting == ["a"]
    run.complete("a", {"bad": False})

    assert run.waiting == ["next"]


def test_a_branch_that_leaves_by_an_error_in_the_second_round_is_not_awaited() -> None:
    model = process(
        START
        + exclusive("round")
        + parallel("split")
        + service_task("a")
        + boundary("wrong", "a", error())
        + end_event("given_up")
        + user_task("b")
        + inclusive("join")
        + user_task("next")
        + exclusive("again", default="again_end")
        + END
        + chain("start", "round", "split", "a", "join", "next", "again", "end")
        + chain("split", "b", "join")
        + chain("wrong", "given_up")
        + flow("again", "round", "more")
    )
    run = Dry(model)
    run.complete("a")
    run.complete("b")
    run.complete("next", {"more": True})

    run.complete("b")
    assert run.waiting == ["a"]
    run.throw("a", "REFUSED")

    assert run.waiting == ["next"]


def test_a_token_of_the_next_round_may_come_before_the_last_round_is_joined() -> None:
    # The fast branch sends a second token after the first; it waits at the join for the next slow one.
    model = process(
        START
        + parallel("split")
        + user_task("fast", completionQuantity="2")
        + user_task("slow")
        + inclusive("join")
        + user_task("next")
        + END
        + chain("start", "split", "fast", "join", "next", "end")
        + chain("split", "slow", "join")
    )
    run = Dry(model)
    run.complete("fast")

    assert run.waiting == ["slow"]

    run.complete("slow")

    assert run.waiting == ["next", "next"]


def test_a_round_that_jumps_by_a_link_is_a_loop_like_any_other() -> None:
    content = rounds(entry="jump") + node("intermediateThrowEvent", "jump", content=link("back"))
    model = process(
        START + content + node("intermediateCatchEvent", "landing", content=link("back")) + end_event("out")
        + chain("start", "round") + chain("landing", "round")
    )  # fmt: skip
    run = Dry(model, variables={"ways": ["a", "b"]})

    go_round(run, ["a", "b"], more=True, following=["c"])
    go_round(run, ["c"], more=True, following=["b", "c"])
    go_round(run, ["b", "c"], more=False)

    assert run.ended is True


@pytest.mark.parametrize("loop", [multi_instance("[1, 2]"), multi_instance("[1, 2]", sequential=True)])
def test_rounds_of_one_instance_do_not_touch_those_of_another(loop: str) -> None:
    content = '<startEvent id="s"/>' + rounds() + end_event("out") + chain("s", "round")
    run = Dry(process(sequence(("sub", sub_process("sub", loop + content)))), variables={"ways": ["a", "b"]})

    turns = 0
    while run.ended is None:
        name = run.waiting[0]
        if name == "next":
            turns += 1
        run.complete(name, {"more": turns < 2, "ways": ["a", "b"]})

    # Both go round; none is left over and none joined too early.
    assert len({run.path.count(name) for name in ("a", "b", "join", "next")}) == 1


def test_a_sub_process_that_is_entered_again_begins_with_an_empty_join() -> None:
    content = '<startEvent id="s"/>' + rounds() + end_event("out") + chain("s", "round")
    loop = sub_process("sub", standard_loop(maximum=3) + content)
    run = Dry(process(sequence(("sub", loop))), variables={"ways": ["a", "c"]})

    for _ in range(3):
        go_round(run, ["a", "c"], more=False, following=["a", "c"])

    assert run.ended is True


def test_nested_rounds_have_joins_of_their_own() -> None:
    model = process(
        START
        + exclusive("outer")
        + parallel("split")
        + user_task("a")
        + exclusive("inner")
        + inclusive("split2")
        + user_task("b")
        + user_task("c")
        + inclusive("join2")
        + exclusive("again2", default="again2_join")
        + inclusive("join")
        + user_task("next")
        + exclusive("again", default="again_end")
        + END
        + chain("start", "outer", "split", "a", "join", "next", "again", "end")
        + chain("split", "inner", "split2")
        + flow("split2", "b", "true")
        + flow("split2", "c", "true")
        + chain("b", "join2", "again2", "join")
        + chain("c", "join2")
        + flow("again2", "inner", "inner")
        + flow("again", "outer", "outer")
    )
    run = Dry(model, variables={"inner": True, "outer": True})

    for outer in (True, False):
        run.complete("a")
        for inner in (True, True, False):
            assert run.waiting == ["b", "c"]
            run.complete("b", {"inner": inner})
            run.complete("c")
        assert run.waiting == ["next"]
        run.complete("next", {"outer": outer, "inner": True})

    assert run.ended is True
