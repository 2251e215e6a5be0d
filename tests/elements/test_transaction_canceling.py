"""BPMN 2.0.2, 10.3.6 and 13.3.4: transactions while they are being canceled."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import IncidentType
from tests.elements.drawing import (
    CANCEL,
    END,
    START,
    association,
    boundary,
    chain,
    compensate,
    end_event,
    message,
    parallel,
    process,
    reaction,
    sequence,
    service_task,
    start_event,
    timer,
    transaction,
    user_task,
)
from tests.elements.driver import Dry
from tests.elements.undoing import DEAL, DECIDING, booking, done, with_ways_out

# --- while it is being canceled ------------------------------------------------------------------


def canceling() -> Dry:
    return done(Dry(DEAL, variables={"bad": True}), "a", "b")


def test_an_error_of_a_handler_leaves_by_the_error_boundary_of_the_transaction() -> None:
    run = canceling()

    run.throw("undo_b", "REFUSED")

    assert run.waiting == ["failed"]
    assert run.moves[-5:] == ["xundo_b", "xdeal", "+on_error", "-on_error", "+failed"]

    run.complete("failed")

    assert run.ended is True


def test_an_error_of_a_handler_that_nobody_catches_waits_for_a_retry() -> None:
    content = (
        start_event("s")
        + user_task("a")
        + boundary("c_a", "a", compensate())
        + service_task("undo_a", isForCompensation="true")
        + association("c_a", "undo_a")
        + end_event("cancel", CANCEL)
        + chain("s", "a", "cancel")
    )
    model = process(
        START
        + transaction("deal", content)
        + boundary("on_cancel", "deal", CANCEL)
        + user_task("canceled")
        + END
        + chain("start", "deal", "end")
        + chain("on_cancel", "canceled", "end")
    )
    run = done(Dry(model), "a")
    run.throw("undo_a", "REFUSED")

    assert run.incidents == [("undo_a", IncidentType.UNHANDLED_ERROR)]

    run.retry()
    run.complete("undo_a")

    assert run.waiting == ["canceled"]


def test_an_interrupting_event_ends_the_canceling() -> None:
    model = process(
        sequence(("deal", transaction("deal", DECIDING)))
        + reaction("esp", message("recalled"), ("stop", user_task("stop")))
    )
    run = done(Dry(model, variables={"bad": True}), "a", "b")

    run.deliver("esp_start")

    assert run.waiting == ["stop"]


def test_events_inside_do_not_begin_any_more() -> None:
    content = DECIDING + reaction("esp", message("recalled"), ("x", user_task("x")), interrupting=False)
    run = done(Dry(with_ways_out(transaction("deal", content)), variables={"bad": True}), "a", "b")

    assert run.listening == []
    assert run.subscriptions == []


def test_a_timer_of_the_transaction_still_runs_and_interrupts() -> None:
    late = boundary("late", "deal", timer("PT1H")) + user_task("too_late") + chain("late", "too_late", "end")
    run = done(
        Dry(with_ways_out(transaction("deal", DECIDING), more=late), variables={"bad": True}), "a", "b"
    )

    run.fire_timer("late")

    assert run.waiting == ["too_late"]


def test_the_case_can_be_canceled_meanwhile() -> None:
    run = canceling()

    run.cancel()

    assert run.ended is False


@pytest.mark.parametrize("n", [0, 1, 2])
def test_two_cancel_end_events_at_once_cancel_once(n: int) -> None:
    content = (
        start_event("s")
        + booking("a")[1]
        + parallel("split")
        + end_event("one", CANCEL)
        + end_event("two", CANCEL)
        + chain("s", "a", "split", "one")
        + chain("split", "two")
    )
    run = done(Dry(with_ways_out(transaction("deal", content))), "a", *["undo_a"][: min(n, 1)])

    assert run.waiting == (["undo_a"] if n == 0 else ["canceled"])
    assert run.path.count("undo_a") == 1
