"""BPMN 2.0.2, 10.7 and 13.5.5: compensation handlers of every kind, and what happens when one goes wrong."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import IncidentType
from tests.elements.drawing import (
    END,
    START,
    TERMINATE,
    boundary,
    call_activity,
    chain,
    compensate,
    end_event,
    error,
    escalation,
    inner,
    message,
    multi_instance,
    node,
    parallel,
    process,
    reaction,
    sequence,
    service_task,
    signal,
    start_event,
    sub_process,
    throw_event,
    user_task,
)
from tests.elements.driver import Dry
from tests.elements.undoing import booking, compensated_by, done, then_undo, undone_by_hand

# --- handlers of every kind ----------------------------------------------------------------------


def test_a_handler_may_be_a_sub_process() -> None:
    handler = sub_process(
        "h", inner("h", ("x", user_task("x")), ("y", user_task("y"))), isForCompensation="true"
    )
    run = done(Dry(then_undo(user_task("act") + compensated_by("act", ("h", handler)))), "act", "x")

    assert run.waiting == ["y"]

    run.complete("y")

    assert run.waiting == ["look"]


def test_a_handler_may_be_a_call_activity() -> None:
    handler = node("callActivity", "h", calledElement="called", isForCompensation="true")
    called = process(sequence(("x", user_task("x"))), id="called")
    model = then_undo(user_task("act") + compensated_by("act", ("h", handler)))
    run = Dry(model, called, variables={"n": 1})
    run.complete("act", {"n": 2})

    assert run.scope_variables("h") == {"n": 2}

    run.complete("x")

    assert run.waiting == ["look"]


def test_a_handler_may_be_a_multi_instance_activity() -> None:
    handler = node(
        "userTask",
        "h",
        extensions='<gov:assignment roles="clerk"/>',
        content=multi_instance("docs", item="doc"),
        isForCompensation="true",
    )
    run = Dry(then_undo(user_task("act") + compensated_by("act", ("h", handler))))
    run.complete("act", {"docs": ["x", "y"]})

    done(run, "h")

    assert "look" not in run.waiting

    done(run, "h")

    assert run.waiting == ["look"]


def test_a_called_process_is_undone_as_a_whole_or_not_at_all() -> None:
    called = process(sequence(booking("a")), id="called")

    plain = done(Dry(then_undo(call_activity("act")), called), "a")
    handled = done(Dry(then_undo(call_activity("act") + undone_by_hand("act")), called), "a")

    assert plain.waiting == ["look"]
    assert handled.waiting == ["undo_act"]


def test_a_called_process_does_not_undo_what_its_caller_did() -> None:
    called = process(
        sequence(booking("b"), ("undo", throw_event("undo", compensate())), ("look", user_task("look"))),
        id="called",
    )
    run = done(Dry(process(sequence(booking("a"), ("call", call_activity("call")))), called), "a", "b")

    assert run.waiting == ["undo_b"]

    run.complete("undo_b")

    assert run.waiting == ["look"]


# --- what goes wrong -----------------------------------------------------------------------------


def test_an_incident_in_a_handler_stops_the_chain_until_it_is_retried() -> None:
    handler = node(
        "scriptTask", "h", content="<script>n + 1</script>", isForCompensation="true", gov_result="m"
    )
    content = inner("i", booking("a"), ("b", user_task("b") + compensated_by("b", ("h", handler))))
    run = Dry(then_undo(sub_process("act", content)), variables={"n": 1})
    run.complete("a")
    run.complete("b", {"n": "x"})

    assert run.incidents == [("h", IncidentType.SCRIPT_FAILED)]
    assert run.waiting == []

    run.retry({"n": 3})

    # The correction goes into the data of the time as well, or the handler would never see it.
    assert run.variables["m"] == 4
    assert run.waiting == ["undo_a"]


def test_an_error_of_a_handler_is_caught_at_its_own_boundary() -> None:
    handler = (
        "h",
        user_task("h", isForCompensation="true")
        + boundary("failed", "h", error("REFUSED"))
        + user_task("by_hand")
        + chain("failed", "by_hand"),
    )
    run = done(Dry(then_undo(user_task("act") + compensated_by("act", handler))), "act")

    run.throw("h", "REFUSED")

    assert run.waiting == ["by_hand"]

    run.complete("by_hand")

    assert run.waiting == ["look"]


def test_an_error_of_a_handler_goes_to_what_is_around_the_thrower() -> None:
    content = inner("i", booking("a"), ("undo", throw_event("undo", compensate())))
    model = process(
        START
        + sub_process("sub", content)
        + boundary("failed", "sub", error("REFUSED"))
        + user_task("rescue")
        + END
        + chain("start", "sub", "end")
        + chain("failed", "rescue", "end")
    )
    run = done(Dry(model), "a")

    run.throw("undo_a", "REFUSED")

    assert run.waiting == ["rescue"]


def test_an_error_of_a_handler_that_nobody_catches_is_an_incident_and_can_be_retried() -> None:
    handler = service_task("h", isForCompensation="true")
    run = done(Dry(then_undo(user_task("act") + compensated_by("act", ("h", handler)))), "act")

    run.throw("h", "REFUSED")

    assert run.incidents == [("h", IncidentType.UNHANDLED_ERROR)]

    run.retry()
    run.complete("h")

    assert run.waiting == ["look"]


def test_an_interrupting_event_ends_what_is_being_undone_and_it_is_not_undone_again() -> None:
    model = process(
        sequence(booking("a"), booking("b"), ("undo", throw_event("undo", compensate())))
        + reaction(
            "esp",
            message("recalled"),
            ("again", throw_event("again", compensate())),
            ("look", user_task("look")),
        )
    )
    run = done(Dry(model), "a", "b", "undo_b")

    run.deliver("esp_start")

    # undo_a was under way; undo_b is done.
    assert run.waiting == ["look"]


def test_terminating_a_sub_process_forgets_what_was_done_in_it() -> None:
    content = start_event("s") + booking("a")[1] + end_event("stop", TERMINATE) + chain("s", "a", "stop")
    run = done(Dry(then_undo(sub_process("act", content))), "a")

    assert run.waiting == ["look"]


def test_two_throwers_at_once_share_what_there_is_to_undo() -> None:
    model = process(
        START
        + user_task("a")
        + undone_by_hand("a")
        + user_task("b")
        + undone_by_hand("b")
        + parallel("split")
        + throw_event("one", compensate("a"))
        + throw_event("two", compensate())
        + user_task("look")
        + END
        + chain("start", "a", "b", "split", "one", "look", "end")
        + chain("split", "two", "look")
    )
    run = done(Dry(model), "a", "b")

    assert sorted(run.waiting) == ["undo_a", "undo_b"]


@pytest.mark.parametrize("definition", [signal("alarm"), escalation("SLOW")])
def test_events_that_a_handler_throws_reach_the_scope_around(definition: str) -> None:
    handler = sub_process(
        "h",
        start_event("hs") + end_event("he", definition) + chain("hs", "he"),
        isForCompensation="true",
    )
    model = process(
        START
        + user_task("act")
        + compensated_by("act", ("h", handler))
        + throw_event("undo", compensate())
        + user_task("look")
        + END
        + chain("start", "act", "undo", "look", "end")
        + reaction("esp", definition, ("told", user_task("told")), interrupting=False)
    )
    run = done(Dry(model), "act")

    assert sorted(run.waiting) == ["look", "told"]


def test_what_was_not_come_to_when_the_thrower_was_interrupted_can_still_be_undone() -> None:
    again = throw_event("again", compensate())
    model = process(
        sequence(booking("a"), booking("b"), ("undo", throw_event("undo", compensate())))
        + reaction("esp", message("recalled"), ("again", again), ("look", user_task("look")))
    )
    run = done(Dry(model), "a", "b")

    assert run.waiting == ["undo_b"]

    run.deliver("esp_start")

    assert run.waiting == ["undo_a"]

    run.complete("undo_a")

    assert run.waiting == ["look"]
    assert run.path.count("undo_b") == 1
