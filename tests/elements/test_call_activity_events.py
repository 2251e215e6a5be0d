"""BPMN 2.0.2, 10.3.6 and 13.5: errors, escalations, signals and ends across a call."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import IncidentType
from tests.elements.drawing import (
    END,
    START,
    TERMINATE,
    boundary,
    call_activity,
    catch_event,
    chain,
    condition,
    end_event,
    error,
    escalation,
    event_sub_process,
    message,
    parallel,
    process,
    reads,
    sequence,
    service_task,
    signal,
    sub_process,
    throw_event,
    timer,
    user_task,
    writes,
)
from tests.elements.driver import Dry


def called(*nodes: tuple[str, str], further: str = "") -> bytes:
    return process(sequence(*nodes) + further, id="called")


WORK = called(("work", service_task("work")))


def calling(
    definition: str, *, interrupting: bool = True, extensions: str = "", further: str = "", **more: str
) -> bytes:
    return process(
        START
        + call_activity("call")
        + boundary("event", "call", definition, interrupting=interrupting, extensions=extensions, **more)
        + user_task("handle")
        + user_task("after")
        + END
        + further
        + chain("start", "call", "after", "end")
        + chain("event", "handle", "end")
    )


# --- errors --------------------------------------------------------------------------------------


def test_an_error_of_a_department_brings_its_data_to_the_caller() -> None:
    run = Dry(calling(error("REFUSED"), extensions=writes("why", "=reason"), gov_caughtCode="code",
                      gov_caughtMessage="text"), WORK)  # fmt: skip

    run.throw("work", "REFUSED", message="no", variables={"reason": "late", "noise": 1})

    assert run.waiting == ["handle"]
    assert run.variables["why"] == "late"
    assert "noise" not in run.variables


def test_what_the_called_process_has_written_is_lost_with_it() -> None:
    inner = called(("note", user_task("note")), ("work", service_task("work")))
    run = Dry(calling(error()), inner)
    run.complete("note", {"draft": 1})

    run.throw("work", "ANY")

    assert run.variables == {}


def test_the_called_process_handles_its_error_itself_if_it_can() -> None:
    handler = event_sub_process("rescue", error(), user_task("inside") + chain("rescue_start", "inside"))
    run = Dry(calling(error("REFUSED")), called(("work", service_task("work")), further=handler))

    run.throw("work", "REFUSED")

    assert run.waiting == ["inside"]

    run.complete("inside")

    assert run.waiting == ["after"]


def test_an_event_sub_process_of_the_caller_catches_too() -> None:
    rescue = event_sub_process("rescue", error("REFUSED"), user_task("mend") + chain("rescue_start", "mend"))
    run = Dry(calling(error("LATE"), further=rescue), WORK)

    run.throw("work", "REFUSED")

    assert run.waiting == ["mend"]
    assert list(run.children.values()) == [False]


def test_an_error_end_event_of_the_called_process_reaches_the_caller() -> None:
    inner = process(
        START + user_task("work") + end_event("fail", error("LATE")) + chain("start", "work", "fail"),
        id="called",
    )
    run = Dry(calling(error("LATE")), inner)

    run.complete("work")

    assert run.waiting == ["handle"]


def test_an_error_that_no_level_catches_is_an_incident_where_it_was_thrown() -> None:
    run = Dry(calling(error("LATE")), WORK)

    run.throw("work", "REFUSED")

    assert run.incidents == [("work", IncidentType.UNHANDLED_ERROR)]
    assert list(run.children.values()) == [None]


# --- escalations ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("interrupting", "left"), [(True, ["handle"]), (False, ["handle", "work"])])
def test_an_escalation_of_the_called_process_is_caught_by_the_caller(
    interrupting: bool, left: list[str]
) -> None:
    inner = called(("report", throw_event("report", escalation("SLOW"), extensions=reads("n", "=1"))),
                   ("work", service_task("work")))  # fmt: skip
    run = Dry(calling(escalation("SLOW"), interrupting=interrupting, extensions=writes("m", "=n")), inner)

    assert sorted(run.waiting) == left
    assert run.escalations == [("SLOW", "event")]
    assert run.variables == {"m": 1}


def test_an_escalation_end_event_is_caught_before_the_call_completes() -> None:
    inner = process(START + end_event("tell", escalation("SLOW")) + chain("start", "tell"), id="called")
    run = Dry(calling(escalation("SLOW"), interrupting=False), inner)

    assert sorted(run.waiting) == ["after", "handle"]

    interrupted = Dry(calling(escalation("SLOW")), inner)

    assert interrupted.waiting == ["handle"]
    assert list(interrupted.children.values()) == [False]


# --- signals -------------------------------------------------------------------------------------


def test_a_signal_of_the_called_process_reaches_the_caller_and_the_other_way_round() -> None:
    inner = called(
        ("shout", throw_event("shout", signal("alarm"))), ("hear", catch_event("hear", signal("all_clear")))
    )
    outer = process(
        START
        + parallel("split")
        + catch_event("wait", signal("alarm"))
        + user_task("calm")
        + throw_event("answer", signal("all_clear"))
        + call_activity("call")
        + END
        + chain("start", "split", "wait", "calm", "answer", "end")
        + chain("split", "call", "end")
    )
    run = Dry(outer, inner)

    assert sorted(run.waiting) == ["calm", "hear"]

    run.complete("calm")

    assert run.ended is True
    assert [name for name, _ in run.signals] == ["alarm", "all_clear"]


def test_a_signal_at_the_boundary_ends_the_called_process_that_throws_it() -> None:
    inner = called(
        ("work", user_task("work")), ("shout", throw_event("shout", signal("alarm"))), ("x", user_task("x"))
    )
    run = Dry(calling(signal("alarm")), inner)

    run.complete("work")

    assert run.waiting == ["handle"]
    assert "x" not in run.path


# --- the other events ----------------------------------------------------------------------------


@pytest.mark.parametrize("interrupting", [True, False])
def test_timers_and_messages_at_the_boundary_of_a_call(interrupting: bool) -> None:
    timed = Dry(calling(timer("PT1H"), interrupting=interrupting), WORK)
    told = Dry(calling(message("recalled"), interrupting=interrupting), WORK)

    timed.fire_timer("event")
    told.deliver("event")

    for run in (timed, told):
        assert sorted(run.waiting) == (["handle"] if interrupting else ["handle", "work"])
        assert list(run.children.values()) == [False if interrupting else None]


def test_a_condition_of_the_caller_does_not_see_the_data_of_the_called_process_until_it_comes_back() -> None:
    run = Dry(calling(condition("n = 1"), interrupting=False), called(("work", user_task("work"))))

    run.complete("work", {"m": 1})
    assert run.waiting == ["after"]

    other = Dry(calling(condition("n = 1")), called(("a", user_task("a")), ("b", user_task("b"))))
    other.complete("a", {"n": 1})

    assert other.waiting == ["b"]


def test_a_condition_inside_the_called_process_sees_its_own_data() -> None:
    handler = event_sub_process("watch", condition("n > 1"), user_task("seen") + chain("watch_start", "seen"))
    run = Dry(calling(timer("PT1H")), called(("a", user_task("a")), ("b", user_task("b")), further=handler))

    run.complete("a", {"n": 2})

    assert run.waiting == ["seen"]
    assert run.variables == {}


def test_a_terminate_end_event_ends_the_called_process_and_the_caller_goes_on() -> None:
    inner = process(
        START + parallel("split") + user_task("work") + user_task("other") + end_event("stop", TERMINATE)
        + chain("start", "split", "work", "stop") + chain("split", "other"), id="called"
    )  # fmt: skip
    run = Dry(calling(timer("PT1H")), inner)

    run.complete("work", {"n": 1})

    assert run.waiting == ["after"]
    assert run.variables == {"n": 1}
    assert list(run.children.values()) == [True]


def test_a_call_inside_a_sub_process_inside_a_call() -> None:
    bottom = process(sequence(("work", service_task("work"))), id="bottom")
    inner = (
        '<startEvent id="s"/>'
        + call_activity("deep", called="bottom")
        + end_event("e")
        + chain("s", "deep", "e")
    )
    run = Dry(calling(error("REFUSED")), called(("sub", sub_process("sub", inner))), bottom)

    run.throw("work", "REFUSED")

    assert run.waiting == ["handle"]
    assert [move for move in run.moves if move[0] == "x"] == ["xwork", "xdeep", "xsub", "xcall"]


def test_a_process_that_ends_at_once_comes_back_at_once() -> None:
    run = Dry(calling(timer("PT1H")), process(START + END + chain("start", "end"), id="called"))

    assert run.waiting == ["after"]
    assert run.timers == []


def test_two_calls_of_one_process_at_once_have_data_of_their_own() -> None:
    model = process(
        START + parallel("split") + call_activity("one", extensions=reads("n", "=1") + writes("a", "=r"))
        + call_activity("two", extensions=reads("n", "=2") + writes("b", "=r")) + parallel("join") + END
        + user_task("after") + chain("start", "split", "one", "join", "after", "end") + chain("split", "two", "join")
    )  # fmt: skip
    run = Dry(model, called(("work", service_task("work", extensions=writes("r", "=n * 10 + x")))))

    run.complete("work", {"x": 1}, nth=2)
    run.complete("work", {"x": 2})

    assert run.variables == {"a": 12, "b": 21}
