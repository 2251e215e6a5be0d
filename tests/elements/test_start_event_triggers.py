"""BPMN 2.0.2, 10.5.2 and 10.5.6: start events with triggers, one, several, or several together."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import IncidentType, OpenSignalSubscription, OpenSubscription, StartClock
from engine.bpmn.program import Program
from engine.errors import InvalidArgument
from tests.elements.drawing import (
    END,
    START,
    chain,
    clock,
    event_sub_process,
    message,
    process,
    signal,
    start_event,
    timer,
    user_task,
    writes,
)
from tests.elements.driver import Dry, programs_of


def begun_by(definitions: str, *, extensions: str = "", process_extensions: str = "", **more: str) -> bytes:
    return process(
        start_event("begin", definitions, extensions=extensions, **more)
        + user_task("work")
        + END
        + chain("begin", "work", "end"),
        extensions=process_extensions,
    )


def timer_number(content: bytes) -> int:
    return programs_of(content)[0].timer_starts[0][0]


# --- one trigger ---------------------------------------------------------------------------------


def test_a_signal_begins_the_process_with_what_it_brings() -> None:
    run = Dry(begun_by(signal("alarm")), signal="alarm", variables={"where": "here"})

    assert run.path == ["begin", "work"]
    assert run.variables == {"where": "here"}


@pytest.mark.parametrize("kind", ["timeDate", "timeDuration", "timeCycle"])
def test_a_timer_begins_the_process(kind: str) -> None:
    text = {"timeDate": "2026-03-02T09:00:00Z", "timeDuration": "PT1H", "timeCycle": "R/P1D"}[kind]
    model = begun_by(timer(text, kind=kind))

    run = Dry(model, timer=timer_number(model))

    assert run.waiting == ["work"]
    assert run.timers == []


def test_a_trigger_that_is_not_one_of_the_process_is_refused() -> None:
    model = begun_by(signal("alarm"))

    with pytest.raises(InvalidArgument, match="signal 'all_clear'"):
        Dry(model, signal="all_clear")
    with pytest.raises(InvalidArgument, match="message 'alarm'"):
        Dry(model, message="alarm")
    with pytest.raises(InvalidArgument, match="timer 0"):
        Dry(model, timer=0)
    with pytest.raises(InvalidArgument, match="without a trigger"):
        Dry(model)


@pytest.mark.parametrize("trigger", [message("paid"), signal("alarm")])
def test_with_outputs_only_what_they_map_becomes_data_of_the_case(trigger: str) -> None:
    model = begun_by(trigger, extensions=writes("sum", "=amount * 2"))
    how = {"message": "paid"} if "message" in trigger else {"signal": "alarm"}

    run = Dry(model, variables={"amount": 3, "noise": 1}, **how)  # type: ignore[arg-type]

    assert run.variables == {"sum": 6}


def test_an_output_that_fails_is_an_incident_and_what_came_is_kept() -> None:
    run = Dry(begun_by(message("paid"), extensions=writes("sum", "=amount + 1")),
              message="paid", variables={"amount": "x"})  # fmt: skip

    assert run.incidents == [("begin", IncidentType.MAPPING_FAILED)]

    run.retry({"amount": 1})

    assert run.variables["sum"] == 2
    assert run.waiting == ["work"]


@pytest.mark.parametrize("trigger", [message("paid"), signal("alarm"), timer("PT1H")])
def test_the_clocks_of_the_process_begin_whatever_begins_it(trigger: str) -> None:
    model = begun_by(trigger, process_extensions=clock("whole", kind="statutory"))
    if "message" in trigger:
        run = Dry(model, message="paid")
    elif "signal" in trigger:
        run = Dry(model, signal="alarm")
    else:
        run = Dry(model, timer=timer_number(model))

    assert StartClock(0, "main", "whole", "statutory", None) in run.effects

    run.complete("work")

    assert run.clocks == []


def test_a_clock_that_fails_holds_what_a_message_began_until_it_is_mended() -> None:
    model = begun_by(message("paid"), process_extensions=clock("=limit"), extensions=writes("sum", "=amount"))
    run = Dry(model, message="paid", variables={"amount": 3})
    assert run.waiting == ["work"]
    assert run.clocks == []

    failed = Dry(model.replace(b"=limit", b"=1 + &quot;a&quot; + limit").replace(b"limit=", b"limit="),
                 message="paid", variables={"amount": 3})  # fmt: skip

    assert failed.incidents == [("begin", IncidentType.LIMIT_UNKNOWN)]
    assert failed.waiting == []


def test_event_sub_processes_listen_from_the_first_moment_on() -> None:
    handler = event_sub_process("late", timer("PT1H"), user_task("x") + chain("late_start", "x"))
    model = process(
        start_event("begin", message("paid")) + user_task("work") + handler + chain("begin", "work")
    )

    run = Dry(model, message="paid")

    assert run.listening == ["late"]


# --- several start events ------------------------------------------------------------------------


def many() -> bytes:
    kinds = {
        "by_message": message("paid"),
        "by_other": message("recalled"),
        "by_signal": signal("alarm"),
        "by_timer": timer("R/P1D", kind="timeCycle"),
    }
    events = "".join(start_event(id, definition) for id, definition in kinds.items())
    works = "".join(user_task(f"after_{id}") + chain(id, f"after_{id}") for id in ("start", *kinds))
    return process(START + events + works)


def test_each_begins_its_own_path_and_the_others_do_nothing() -> None:
    assert Dry(many()).path == ["start", "after_start"]
    assert Dry(many(), message="paid").path == ["by_message", "after_by_message"]
    assert Dry(many(), message="recalled").path == ["by_other", "after_by_other"]
    assert Dry(many(), signal="alarm").path == ["by_signal", "after_by_signal"]
    assert Dry(many(), timer=timer_number(many())).path == ["by_timer", "after_by_timer"]


def test_two_starts_with_one_message_are_two_ways_of_which_the_first_drawn_is_taken() -> None:
    model = process(
        start_event("b", message("paid")) + start_event("a", message("paid")) + user_task("x") + user_task("y")
        + chain("a", "x") + chain("b", "y")
    )  # fmt: skip

    assert Dry(model, message="paid").waiting == ["y"]


# --- a multiple event ----------------------------------------------------------------------------

SEVERAL = message("paid") + signal("alarm") + timer("PT1H")


@pytest.mark.parametrize(
    "how", [{"message": "paid"}, {"signal": "alarm"}, {"timer": timer_number(begun_by(SEVERAL))}]
)
def test_any_of_several_triggers_begins_the_process(how: dict[str, str]) -> None:
    run = Dry(begun_by(SEVERAL), **how)  # type: ignore[arg-type]

    assert run.waiting == ["work"]
    assert run.rows == [row for row in run.rows if row.element_key == run.key("work")]


# --- a parallel multiple event -------------------------------------------------------------------

TOGETHER = {"parallelMultiple": "true"}


def test_all_of_several_triggers_are_needed_whichever_comes_first() -> None:
    run = Dry(begun_by(message("paid") + signal("alarm"), **TOGETHER), message="paid", variables={"a": 1})

    assert run.waiting == ["begin"]
    assert [type(row) for row in run.rows] == [OpenSignalSubscription]

    run.signal("begin", {"b": 2})

    assert run.waiting == ["work"]
    assert run.variables == {"a": 1, "b": 2}

    other = Dry(begun_by(message("paid") + signal("alarm"), **TOGETHER), signal="alarm")

    assert [type(row) for row in other.rows] == [OpenSubscription]


def test_their_timers_run_from_the_first_trigger_on() -> None:
    run = Dry(begun_by(message("paid") + timer("PT1H") + signal("alarm"), **TOGETHER), message="paid")

    run.fire_timer("begin")

    assert run.waiting == ["begin"]

    run.signal("begin")

    assert run.waiting == ["work"]


def test_outputs_see_all_that_the_triggers_brought() -> None:
    model = begun_by(message("paid") + signal("alarm"), extensions=writes("sum", "=a + b"), **TOGETHER)
    run = Dry(model, message="paid", variables={"a": 1})
    assert run.variables == {}

    run.signal("begin", {"b": 2})

    assert run.variables == {"sum": 3}


def test_a_correlation_key_that_is_not_there_yet_is_an_incident_that_can_be_retried() -> None:
    run = Dry(begun_by(message("paid") + message("answered"), **TOGETHER), message="paid", variables={"a": 1})

    assert run.incidents == [("begin", IncidentType.CORRELATION_FAILED)]
    assert run.subscriptions == []

    run.retry({"caseId": "A-1"})

    assert [(row.message_name, row.correlation_key) for row in run.subscriptions] == [("answered", "A-1")]

    run.deliver("begin", {"b": 2})

    assert run.waiting == ["work"]
    assert run.variables == {"a": 1, "b": 2, "caseId": "A-1"}


def test_the_clocks_of_the_process_begin_with_the_first_trigger() -> None:
    model = begun_by(message("paid") + signal("alarm"), process_extensions=clock("whole"), **TOGETHER)
    run = Dry(model, message="paid")

    assert len(run.clocks) == 1

    run.signal("begin")

    assert len([effect for effect in run.effects if isinstance(effect, StartClock)]) == 1


def test_the_program_lists_what_begins_the_process() -> None:
    program: Program = programs_of(begun_by(SEVERAL))[0]

    assert list(program.message_starts) == ["paid"]
    assert list(program.signal_starts) == ["alarm"]
    assert (
        len({*program.message_starts.values(), *program.signal_starts.values(), program.timer_starts[0][0]})
        == 3
    )
