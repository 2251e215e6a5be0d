"""BPMN 2.0.2, 10.7 and 13.5.5: compensation, thrown by intermediate and end events.

Handlers here are scripts that note down what they undo, or user tasks."""

from __future__ import annotations

import pytest

from tests.elements.drawing import (
    END,
    START,
    association,
    boundary,
    chain,
    compensate,
    end_event,
    exclusive,
    flow,
    multi_instance,
    node,
    parallel,
    process,
    script_task,
    standard_loop,
    sub_process,
    throw_event,
    timer,
    user_task,
    writes,
)
from tests.elements.driver import Dry
from tests.elements.undoing import done, undone_by_hand


def undone(id: str, note: str = "1") -> str:
    """The compensation event of activity `id` and its handler, a script that puts `note` (FEEL) into
    "undone"."""
    handler = node(
        "scriptTask",
        f"undo_{id}",
        content=f"<script>{note}</script>",
        isForCompensation="true",
        gov_result="undone",
    )
    return boundary(f"c_{id}", id, compensate()) + handler + association(f"c_{id}", f"undo_{id}")


def noted(id: str) -> str:
    """Undone by hand: the clerk's form shows what the handler reads."""
    return (
        boundary(f"c_{id}", id, compensate())
        + user_task(
            f"undo_{id}", extensions='<gov:input source="=n" target="was"/>', isForCompensation="true"
        )
        + association(f"c_{id}", f"undo_{id}")
    )


def read_while_undoing(run: Dry) -> list[object]:
    """What the handlers of "a" read, one after the other."""
    seen = []
    while run.waiting == ["undo_a"]:
        seen.append((run.locals_of("undo_a") or {})["was"])
        run.complete("undo_a")
    return seen


def step(id: str) -> str:
    return user_task(id) + undone(id)


def undoing(run: Dry) -> list[str]:
    """The handlers that ran so far, in their order."""
    return [id for id in run.path if id.startswith("undo_")]


def booked(definition: str) -> bytes:
    """a, b, c one after the other, then the throwing event, then `look`."""
    return process(
        START
        + step("a")
        + step("b")
        + step("c")
        + throw_event("undo", definition)
        + user_task("look")
        + END
        + chain("start", "a", "b", "c", "undo", "look", "end")
    )


def test_everything_completed_is_undone_in_reverse_order_and_the_thrower_goes_on() -> None:
    run = done(Dry(booked(compensate())), "a", "b", "c")

    assert run.waiting == ["look"]
    assert run.moves[-9:] == [
        "+undo", "+undo_c", "-undo_c", "+undo_b", "-undo_b", "+undo_a", "-undo_a", "-undo", "+look",
    ]  # fmt: skip


def test_an_activity_that_is_named_is_the_only_one_undone() -> None:
    run = done(Dry(booked(compensate("b"))), "a", "b", "c")

    assert undoing(run) == ["undo_b"]
    assert run.waiting == ["look"]


def test_an_end_event_undoes_before_the_process_ends() -> None:
    model = process(
        START
        + user_task("a")
        + undone_by_hand("a")
        + end_event("undo", compensate())
        + chain("start", "a", "undo")
    )
    run = done(Dry(model), "a")

    assert run.waiting == ["undo_a"]

    run.complete("undo_a")

    assert run.ended is True


def test_without_anything_to_undo_the_event_passes() -> None:
    model = process(
        START
        + exclusive("choice", default="choice_undo")
        + step("a")
        + throw_event("undo", compensate())
        + user_task("look")
        + END
        + chain("start", "choice", "undo", "look", "end")
        + flow("choice", "a", "false")
        + chain("a", "undo")
    )
    run = Dry(model)

    assert run.waiting == ["look"]
    assert undoing(run) == []


def test_what_is_not_completed_is_not_undone() -> None:
    model = process(
        START
        + parallel("split")
        + step("a")
        + step("b")
        + throw_event("undo", compensate())
        + user_task("look")
        + END
        + chain("start", "split", "a", "undo", "look", "end")
        + chain("split", "b", "end")
    )
    run = done(Dry(model), "a")

    assert undoing(run) == ["undo_a"]
    assert run.waiting == ["b", "look"]


def test_what_was_terminated_is_not_undone() -> None:
    model = process(
        START
        + step("a")
        + boundary("late", "a", timer("PT1H"))
        + throw_event("undo", compensate())
        + user_task("look")
        + END
        + chain("start", "a", "undo", "look", "end")
        + chain("late", "undo")
    )
    run = Dry(model)

    run.fire_timer("late")

    assert undoing(run) == []


def test_nothing_is_undone_twice() -> None:
    model = process(
        START
        + step("a")
        + throw_event("undo", compensate())
        + throw_event("again", compensate("a"))
        + user_task("look")
        + END
        + chain("start", "a", "undo", "again", "look", "end")
    )
    run = done(Dry(model), "a")

    assert undoing(run) == ["undo_a"]
    assert run.waiting == ["look"]


def test_what_is_done_again_after_compensation_can_be_undone_again() -> None:
    model = process(
        START
        + exclusive("merge")
        + step("a")
        + throw_event("undo", compensate())
        + exclusive("again", default="again_merge")
        + END
        + user_task("look")
        + chain("start", "merge", "a", "undo", "again", "merge")
        + flow("again", "look", "turns = 2")
        + chain("look", "end")
    )
    run = Dry(model)

    run.complete("a", {"turns": 1})
    run.complete("a", {"turns": 2})

    assert undoing(run) == ["undo_a", "undo_a"]
    assert run.waiting == ["look"]


def test_a_handler_is_entered_by_compensation_only() -> None:
    run = Dry(booked(compensate()))

    assert run.waiting == ["a"]
    assert "undo_a" not in run.path

    run.complete("a")

    assert "undo_a" not in run.path


# --- data of the time ----------------------------------------------------------------------------


def test_a_handler_sees_the_data_as_it_was_when_the_activity_completed() -> None:
    model = process(
        START
        + user_task("a")
        + undone("a", "price")
        + script_task("change", "price * 2", result="price")
        + throw_event("undo", compensate())
        + user_task("look")
        + END
        + chain("start", "a", "change", "undo", "look", "end")
    )
    run = Dry(model, variables={"price": 1})

    run.complete("a", {"price": 5})

    assert run.variables == {"undone": 5, "price": 10}


def test_every_turn_of_a_drawn_loop_is_undone_with_its_own_data() -> None:
    model = process(
        START
        + exclusive("merge")
        + user_task("a")
        + noted("a")
        + exclusive("again", default="again_merge")
        + throw_event("undo", compensate("a"))
        + user_task("look")
        + END
        + chain("start", "merge", "a", "again", "merge")
        + flow("again", "undo", "n = 3")
        + chain("undo", "look", "end")
    )
    run = Dry(model)

    for n in (1, 2, 3):
        run.complete("a", {"n": n})

    assert read_while_undoing(run) == [3, 2, 1]
    assert run.waiting == ["look"]


@pytest.mark.parametrize("sequential", [True, False])
def test_every_instance_is_undone_in_reverse_order_with_its_own_item(sequential: bool) -> None:
    task = node(
        "userTask",
        "a",
        extensions='<gov:assignment roles="clerk"/>',
        content=multi_instance("[1, 2, 3]", item="n", sequential=sequential),
    )
    model = process(
        START
        + task
        + noted("a")
        + throw_event("undo", compensate("a"))
        + user_task("look")
        + END
        + chain("start", "a", "undo", "look", "end")
    )
    run = Dry(model)
    for _ in range(3):
        run.complete("a")

    assert read_while_undoing(run) == [3, 2, 1]
    assert run.waiting == ["look"]


def test_every_turn_of_a_standard_loop_is_undone() -> None:
    task = node("userTask", "a", extensions='<gov:assignment roles="clerk"/>',
                content=standard_loop("true", maximum=3))  # fmt: skip
    model = process(
        START
        + task
        + undone("a", "loopCounter")
        + throw_event("undo", compensate())
        + user_task("look")
        + END
        + chain("start", "a", "undo", "look", "end")
    )
    run = Dry(model)

    for _ in range(3):
        run.complete("a")

    assert run.path.count("undo_a") == 3


@pytest.mark.parametrize("sequential", [True, False])
def test_every_instance_of_a_sub_process_is_undone_once(sequential: bool) -> None:
    content = (
        multi_instance("[1, 2]", item="n", sequential=sequential)
        + '<startEvent id="s"/>'
        + script_task("book", "n", result="last")
        + end_event("e")
        + chain("s", "book", "e")
    )
    model = process(
        START
        + sub_process("a", content)
        + noted("a")
        + throw_event("undo", compensate())
        + user_task("look")
        + END
        + chain("start", "a", "undo", "look", "end")
    )
    run = Dry(model)

    assert read_while_undoing(run) == [2, 1]
    assert run.waiting == ["look"]


def test_what_a_handler_writes_goes_to_the_data_of_today() -> None:
    model = process(
        START
        + user_task("a")
        + undone("a", "price + 1")
        + throw_event("undo", compensate())
        + user_task("look")
        + END
        + chain("start", "a", "undo", "look", "end")
    )
    run = Dry(model, variables={"price": 1, "undone": 0})

    run.complete("a")

    assert run.variables == {"price": 1, "undone": 2}


def test_outputs_of_the_activity_are_among_the_data_of_its_time() -> None:
    model = process(
        START
        + user_task("a", extensions=writes("ref", "=number"))
        + undone("a", "ref")
        + throw_event("undo", compensate())
        + user_task("look")
        + END
        + chain("start", "a", "undo", "look", "end")
    )
    run = Dry(model)

    run.complete("a", {"number": "N-1"})

    assert run.variables["undone"] == "N-1"
