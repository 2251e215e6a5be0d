"""BPMN 2.0.2, 10.5.4 and 13.5.3: events attached to the border of an activity."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.bpmn.effects import CloseElement, CreateTimer, IncidentType
from engine.bpmn.stimuli import DeliverMessage
from engine.errors import InvalidState
from tests.elements.drawing import (
    END,
    START,
    boundary,
    chain,
    end_event,
    error,
    message,
    process,
    sub_process,
    timer,
    user_task,
    writes,
)
from tests.elements.driver import NOW, Dry


def attached(definition: str, *, interrupting: bool = True, extensions: str = "") -> bytes:
    return process(
        START
        + user_task("work")
        + boundary("event", "work", definition, interrupting=interrupting, extensions=extensions)
        + user_task("after")
        + user_task("handle")
        + END
        + chain("start", "work", "after", "end")
        + chain("event", "handle", "end")
    )


# --- timer ---------------------------------------------------------------------------------------


def test_an_interrupting_timer_ends_the_activity_and_takes_its_own_way() -> None:
    run = Dry(attached(timer("PT1H")))
    key = run.key("work")

    run.fire_timer("event")

    assert run.waiting == ["handle"]
    assert CloseElement(key, completed=False) in run.last
    assert run.moves[2:5] == ["xwork", "+event", "-event"]

    run.complete("handle")

    assert run.ended is True


def test_completing_the_activity_first_closes_the_timer() -> None:
    run = Dry(attached(timer("PT1H")))

    run.complete("work")

    assert run.timers == []
    assert run.waiting == ["after"]


def test_a_non_interrupting_timer_starts_a_second_token_and_lets_the_activity_be() -> None:
    run = Dry(attached(timer("PT1H"), interrupting=False))

    run.fire_timer("event")

    assert run.waiting == ["work", "handle"]
    assert run.timers == []

    run.complete("handle")

    assert run.ended is None

    run.complete("work")
    run.complete("after")

    assert run.ended is True


def test_a_cycle_fires_as_often_as_it_says() -> None:
    run = Dry(attached(timer("R3/PT1H", kind="timeCycle"), interrupting=False))
    fired_at = []

    while run.timers:
        fired_at.append(run.timers[0].due_at)
        run.fire_timer("event")

    assert fired_at == [NOW + timedelta(hours=n) for n in (1, 2, 3)]
    assert run.waiting == ["work", "handle", "handle", "handle"]


def test_missed_firings_are_not_made_up_and_the_rhythm_is_kept() -> None:
    run = Dry(attached(timer("R/PT1H", kind="timeCycle"), interrupting=False))

    run.fire_timer("event", late=timedelta(hours=5, minutes=30))

    assert run.waiting == ["work", "handle"]
    assert [row.due_at for row in run.timers] == [NOW + timedelta(hours=7)]


def test_an_endless_cycle_ends_with_its_activity() -> None:
    run = Dry(attached(timer("R/PT1H", kind="timeCycle"), interrupting=False))
    run.fire_timer("event")

    run.complete("work")

    assert run.timers == []


def test_a_cycle_may_have_a_start() -> None:
    text = "R2/2026-03-10T09:00:00+08:00/P1D"
    run = Dry(attached(timer(text, kind="timeCycle"), interrupting=False))

    run.fire_timer("event")
    run.fire_timer("event")

    assert run.timers == []
    created = [effect.due_at for effect in run.effects if isinstance(effect, CreateTimer)]
    assert created == [datetime(2026, 3, day, 1, tzinfo=UTC) for day in (10, 11)]


def test_a_monthly_cycle_from_the_31st_comes_back_to_the_31st() -> None:
    text = "R4/2026-12-31T09:00:00+08:00/P1M"
    run = Dry(attached(timer(text, kind="timeCycle"), interrupting=False))

    for _ in range(4):
        run.fire_timer("event")

    days = [effect.due_at.date().isoformat() for effect in run.effects if isinstance(effect, CreateTimer)]
    assert days == ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]


def test_a_cycle_that_runs_out_of_calendar_just_ends() -> None:
    run = Dry(attached(timer("R/P4000Y", kind="timeCycle"), interrupting=False))

    run.fire_timer("event")

    assert run.timers == []
    assert run.waiting == ["work", "handle"]


@pytest.mark.parametrize("text", ["R0/PT1H", "PT1H", "R3/", "R3/PT0S", "Rx/PT1H", "R3/PT1H/2026-03-01"])
def test_a_cycle_that_is_none_is_an_incident_of_the_activity(text: str) -> None:
    run = Dry(attached(timer("=cycle", kind="timeCycle"), interrupting=False), variables={"cycle": text})

    assert run.incidents == [("work", IncidentType.TIMER_FAILED)]
    assert run.waiting == []


# --- message -------------------------------------------------------------------------------------


def test_an_interrupting_message_ends_the_activity() -> None:
    run = Dry(attached(message("recalled"), extensions=writes("why", "=reason")))

    run.deliver("event", {"reason": "mistake", "other": 1})

    assert run.waiting == ["handle"]
    assert run.variables == {"why": "mistake"}
    assert run.subscriptions == []


def test_a_non_interrupting_message_fires_each_time_it_comes() -> None:
    run = Dry(attached(message("recalled"), interrupting=False))

    for _ in range(3):
        run.deliver("event")

    assert run.waiting == ["work", "handle", "handle", "handle"]
    assert len(run.subscriptions) == 1

    run.complete("work")

    assert run.subscriptions == []


def test_a_message_whose_mapping_fails_is_an_incident_of_the_event_and_keeps_the_message() -> None:
    run = Dry(attached(message("recalled"), extensions=writes("n", "=count + 1")))

    run.deliver("event", {"count": "x"})

    assert run.incidents == [("event", IncidentType.MAPPING_FAILED)]

    run.retry({"count": 1})

    assert run.variables["n"] == 2
    assert run.waiting == ["handle"]


def test_an_activity_that_was_never_entered_waits_for_no_event() -> None:
    model = attached(timer("=never") + "", interrupting=True)
    run = Dry(model)
    event = run.library.programs[0].node_named("event")
    assert event is not None

    with pytest.raises(InvalidState, match="does not"):
        run.step(DeliverMessage(run.key("work"), event.index))


# --- error ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "handler"), [("REFUSED", "refused"), ("LATE", "any"), ("OTHER", "any")])
def test_the_named_code_goes_before_the_catch_all_wherever_it_stands(code: str, handler: str) -> None:
    model = process(
        START
        + user_task("work")
        + boundary("on_any", "work", error())
        + boundary("on_refused", "work", error("REFUSED"))
        + user_task("any")
        + user_task("refused")
        + END
        + chain("start", "work", "end")
        + chain("on_any", "any", "end")
        + chain("on_refused", "refused", "end")
    )
    run = Dry(model)

    run.throw("work", code)

    assert run.waiting == [handler]


def test_the_nearest_activity_that_catches_wins_even_by_a_catch_all() -> None:
    inner = (
        '<startEvent id="s"/>'
        + user_task("work")
        + boundary("near", "work", error())
        + user_task("nearby")
        + end_event("e")
        + chain("s", "work", "e")
        + chain("near", "nearby", "e")
    )
    model = process(
        START
        + sub_process("sub", inner)
        + boundary("far", "sub", error("REFUSED"))
        + END
        + chain("start", "sub", "end")
        + chain("far", "end")
    )
    run = Dry(model)

    run.throw("work", "REFUSED")

    assert run.waiting == ["nearby"]


def test_an_error_of_another_code_passes_by() -> None:
    run = Dry(attached(error("LATE")))

    run.throw("work", "REFUSED")

    assert run.incidents == [("work", IncidentType.UNHANDLED_ERROR)]


# --- several -------------------------------------------------------------------------------------


def test_events_of_a_sub_process_stop_all_its_tokens() -> None:
    inner = (
        '<startEvent id="s"/><parallelGateway id="split"/>'
        + user_task("a")
        + user_task("b")
        + boundary("b_late", "b", timer("PT2H"))
        + end_event("e")
        + chain("s", "split", "a", "e")
        + chain("split", "b", "e")
        + chain("b_late", "e")
    )
    model = process(
        START
        + sub_process("sub", inner)
        + boundary("stop", "sub", message("recalled"))
        + boundary("warn", "sub", timer("PT1H"), interrupting=False)
        + user_task("warned")
        + END
        + chain("start", "sub", "end")
        + chain("stop", "end")
        + chain("warn", "warned", "end")
    )
    run = Dry(model)

    run.fire_timer("warn")

    assert run.waiting == ["a", "b", "warned"]

    run.deliver("stop")

    assert run.waiting == ["warned"]
    assert run.timers == []


def test_an_event_that_fires_during_an_incident_of_its_activity_ends_the_incident() -> None:
    model = attached(timer("PT1H")).replace(
        b'<gov:assignment roles="clerk"/>',
        b'<gov:assignment roles="clerk"/><gov:output source="=n + 1" target="m"/>',
        1,
    )
    run = Dry(model)
    run.complete("work", {"n": "x"})

    assert run.incidents == [("work", IncidentType.MAPPING_FAILED)]

    run.fire_timer("event")

    assert run.incidents == []
    assert run.waiting == ["handle"]
