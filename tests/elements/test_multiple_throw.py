"""BPMN 2.0.2, 10.5.5 (Multiple): throwing and end events that throw several things."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import IncidentType, OpenSignalSubscription
from tests.elements.drawing import (
    END,
    START,
    TERMINATE,
    boundary,
    catch_event,
    chain,
    compensate,
    end_event,
    error,
    escalation,
    message,
    parallel,
    process,
    reads,
    sequence,
    signal,
    sub_process,
    throw_event,
    user_task,
)
from tests.elements.driver import Dry
from tests.elements.undoing import undone_by_hand

LOOK = ("look", user_task("look"))


# --- throwing ------------------------------------------------------------------------------------


def test_a_throwing_event_throws_all_with_the_same_payload() -> None:
    definition = message("paid") + signal("alarm") + escalation("SLOW")
    event = throw_event("raise", definition, extensions=reads("n", "=m + 1"))
    run = Dry(process(sequence(("raise", event), LOOK)), variables={"m": 1})

    assert run.messages == [("paid", {"n": 2})]
    assert run.signals == [("alarm", {"n": 2})]
    assert run.escalations == [("SLOW", None)]
    assert run.waiting == ["look"]


def test_a_message_that_fails_lets_nothing_out_and_the_retry_throws_all_once() -> None:
    event = throw_event("raise", signal("alarm") + message("paid") + message("answered"))
    run = Dry(process(sequence(("raise", event), LOOK)))

    assert run.incidents == [("raise", IncidentType.CORRELATION_FAILED)]
    assert run.messages == run.signals == []

    run.retry({"caseId": "A"})

    assert run.messages == [("paid", {}), ("answered", {})]
    assert run.signals == [("alarm", {})]


def test_an_uncaught_error_lets_nothing_out_not_even_inside_the_case() -> None:
    model = process(
        START
        + parallel("split")
        + catch_event("wait", signal("alarm"))
        + user_task("told")
        + end_event("x", signal("alarm") + error("REFUSED"))
        + END
        + chain("start", "split", "wait", "told", "end")
        + chain("split", "hold", "x")
        + user_task("hold")
    )
    run = Dry(model)

    run.complete("hold")

    assert run.incidents == [("x", IncidentType.UNHANDLED_ERROR)]
    assert run.signals == []
    assert run.waiting == ["wait"]
    assert any(isinstance(row, OpenSignalSubscription) for row in run.rows)


def test_an_end_event_sends_before_it_terminates() -> None:
    model = process(
        START
        + parallel("split")
        + user_task("go")
        + user_task("beside")
        + end_event("x", TERMINATE + message("paid") + signal("alarm"))
        + END
        + chain("start", "split", "go", "x")
        + chain("split", "beside", "end")
    )
    run = Dry(model)

    run.complete("go")

    assert run.ended is True
    assert run.messages == [("paid", {})]
    assert run.signals == [("alarm", {})]


@pytest.mark.parametrize("wait", [True, False])
def test_several_compensations_are_all_done(wait: bool) -> None:
    model = process(
        START
        + user_task("a")
        + undone_by_hand("a")
        + user_task("b")
        + undone_by_hand("b")
        + throw_event("undo", compensate("a", wait=wait) + compensate("b", wait=wait))
        + user_task("look")
        + END
        + chain("start", "a", "b", "undo", "look", "end")
    )
    run = Dry(model)
    run.complete("a")
    run.complete("b")

    if wait:
        assert run.waiting == ["undo_a"]
        run.complete("undo_a")
        assert run.waiting == ["undo_b"]
        run.complete("undo_b")
        assert run.waiting == ["look"]
    else:
        assert sorted(run.waiting) == ["look", "undo_a", "undo_b"]


@pytest.mark.parametrize("ending", ["error", "terminate"])
def test_what_ends_the_scope_comes_after_the_compensation(ending: str) -> None:
    definition = (TERMINATE if ending == "terminate" else error("REFUSED")) + compensate() + message("paid")
    content = (
        '<startEvent id="s"/>'
        + user_task("a")
        + undone_by_hand("a")
        + end_event("x", definition)
        + chain("s", "a", "x")
    )
    model = process(
        START
        + sub_process("sub", content)
        + boundary("event", "sub", error("REFUSED"))
        + user_task("failed")
        + user_task("after")
        + END
        + chain("start", "sub", "after", "end")
        + chain("event", "failed", "end")
    )
    run = Dry(model)
    run.complete("a")

    assert run.waiting == ["undo_a"]
    assert run.messages == [("paid", {})]

    run.complete("undo_a")

    assert run.waiting == (["failed"] if ending == "error" else ["after"])
    assert len(run.messages) == 1
