"""BPMN 2.0.2, 10.7 and table 10.83: compensation that is waited for, and such that is not."""

from __future__ import annotations

import pytest

from tests.elements.drawing import (
    END,
    START,
    chain,
    compensate,
    end_event,
    exclusive,
    flow,
    inclusive,
    process,
    throw_event,
    user_task,
)
from tests.elements.driver import Dry
from tests.elements.undoing import done, undone_by_hand

# --- not waiting for it --------------------------------------------------------------------------


def by_hand(definition: str) -> bytes:
    return process(
        START
        + user_task("a")
        + undone_by_hand("a")
        + throw_event("undo", definition)
        + user_task("look")
        + END
        + chain("start", "a", "undo", "look", "end")
    )


def test_the_thrower_waits_for_all_handlers() -> None:
    run = done(Dry(by_hand(compensate())), "a")

    assert run.waiting == ["undo_a"]

    run.complete("undo_a")

    assert run.waiting == ["look"]


def test_without_waiting_the_token_goes_on_at_once_and_the_process_ends_after_both() -> None:
    run = done(Dry(by_hand(compensate(wait=False))), "a")

    assert sorted(run.waiting) == ["look", "undo_a"]

    run.complete("look")

    assert run.ended is None

    run.complete("undo_a")

    assert run.ended is True


def test_without_waiting_what_is_undone_may_be_over_first() -> None:
    run = done(Dry(by_hand(compensate(wait=False))), "a", "undo_a")

    assert run.waiting == ["look"]

    run.complete("look")

    assert run.ended is True


def test_compensation_under_way_does_not_hold_an_inclusive_join_if_nobody_waits_for_it() -> None:
    model = process(
        START
        + user_task("a")
        + undone_by_hand("a")
        + inclusive("split")
        + throw_event("undo", compensate(wait=False))
        + exclusive("either", default="either_join")
        + user_task("b")
        + inclusive("join")
        + user_task("look")
        + END
        + chain("start", "a", "split")
        + flow("split", "undo", "true")
        + flow("split", "b", "true")
        + chain("undo", "either", "join")
        + flow("either", "end", "true")
        + chain("b", "join", "look", "end")
    )
    run = done(Dry(model), "a", "b")

    assert sorted(run.waiting) == ["look", "undo_a"]


def test_an_end_event_that_does_not_wait_still_undoes() -> None:
    model = process(
        START
        + user_task("a")
        + undone_by_hand("a")
        + end_event("undo", compensate(wait=False))
        + chain("start", "a", "undo")
    )
    run = done(Dry(model), "a")

    assert run.waiting == ["undo_a"]
    assert run.ended is None

    run.complete("undo_a")

    assert run.ended is True


@pytest.mark.parametrize("wait", [True, False])
def test_canceling_the_case_ends_what_is_being_undone(wait: bool) -> None:
    run = done(Dry(by_hand(compensate(wait=wait))), "a")

    run.cancel()

    assert run.ended is False
