"""BPMN 2.0.2, 13.4.5: when a complex gateway that was activated may be activated again."""

from __future__ import annotations

from tests.elements.drawing import (
    END,
    START,
    boundary,
    chain,
    complex_gateway,
    end_event,
    exclusive,
    flow,
    inclusive,
    multi_instance,
    parallel,
    process,
    sequence,
    sub_process,
    timer,
    user_task,
)
from tests.elements.driver import Dry


def branches(names: str, activation: str) -> str:
    return (
        '<startEvent id="s"/>'
        + parallel("split")
        + "".join(user_task(name) + chain("split", name, "join") for name in names)
        + complex_gateway("join", activation=activation)
        + user_task("next")
        + end_event("e")
        + chain("s", "split")
        + chain("join", "next", "e")
    )


def test_it_resets_when_the_missing_tokens_cannot_come_any_more() -> None:
    model = process(
        START
        + inclusive("split")
        + "".join(user_task(name) + flow("split", name, f'list contains(ways, "{name}")') for name in "abc")
        + complex_gateway("join", activation="activationCount >= 1")
        + user_task("next")
        + exclusive("again", default="again_end")
        + END
        + "".join(chain(name, "join") for name in "abc")
        + chain("start", "round", "split")
        + exclusive("round")
        + chain("join", "next", "again", "end")
        + flow("again", "round", "more")
    )
    run = Dry(model, variables={"ways": ["a", "b"]})
    run.complete("a")
    run.complete("b")

    run.complete("next", {"more": True, "ways": ["b", "c"]})
    run.complete("c")

    assert run.waiting == ["b", "next"]

    run.complete("b")
    run.complete("next", {"more": False})

    assert run.ended is True
    assert run.path.count("next") == 2


def test_a_second_token_on_a_flow_that_was_served_waits_for_the_next_activation() -> None:
    model = process(
        START
        + parallel("split")
        + user_task("a")
        + user_task("again")
        + exclusive("merge")
        + user_task("b")
        + complex_gateway("join", activation="activationCount >= 1")
        + user_task("next")
        + END
        + chain("start", "split", "a", "merge", "join", "next", "end")
        + chain("split", "again", "merge")
        + chain("split", "b", "join")
    )
    run = Dry(model)

    run.complete("a")
    run.complete("again")

    assert run.waiting == ["b", "next"]

    run.complete("b")

    assert run.waiting == ["next", "next"]

    run.complete("next")
    run.complete("next")

    assert run.ended is True


def test_an_interrupted_branch_lets_it_reset() -> None:
    model = process(
        START
        + parallel("split")
        + user_task("a")
        + user_task("b")
        + boundary("late", "b", timer("PT1H"))
        + complex_gateway("join", activation="activationCount >= 1")
        + user_task("next")
        + end_event("given_up")
        + END
        + chain("start", "split", "a", "join", "next", "end")
        + chain("split", "b", "join")
        + chain("late", "given_up")
    )
    run = Dry(model)
    run.complete("a")

    run.fire_timer("late")

    assert run.state.root.joins == {}

    run.complete("next")

    assert run.ended is True


def test_the_scope_ends_while_the_gateway_waits_for_nobody() -> None:
    model = process(
        sequence(
            ("sub", sub_process("sub", branches("ab", "activationCount >= 1"))), ("after", user_task("after"))
        )
    )
    run = Dry(model)

    run.complete("a")
    run.complete("next")
    run.complete("b")

    assert run.waiting == ["after"]


def test_each_instance_of_a_loop_has_its_own_gateway() -> None:
    loop = multi_instance("[1, 2]", item="i")
    run = Dry(process(sequence(("sub", sub_process("sub", loop + branches("abc", "activationCount >= i"))))))

    run.complete("a", nth=2)

    assert "next" not in run.waiting

    run.complete("a")

    assert run.waiting.count("next") == 1


def test_canceling_while_tokens_wait_leaves_nothing() -> None:
    run = Dry(process(sequence(("sub", sub_process("sub", branches("abc", "activationCount >= 2"))))))
    run.complete("a")

    run.cancel()

    assert run.ended is False
    assert run.rows == []
