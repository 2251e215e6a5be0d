from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from engine.clock import FixedClock
from engine.commands.cases import CancelCase
from engine.commands.clocks import FireRung, PauseClocks, ResumeClocks
from engine.commands.incidents import ResolveIncident
from engine.commands.jobs import FailJob
from engine.errors import Forbidden, InvalidState, NotFound
from engine.facade import Engine
from engine.model.pauses import PauseReason
from engine.views.clocks import DueRungs, NextRungAt
from tests.elements import drawing as d
from tests.support.desk import event_types, finish_task, lease_one, only_incident, only_task, show, start
from tests.support.packages import LIMITS, SCENARIO, deploy
from tests.support.rows import dump, one, rows

DAY = timedelta(days=1)


def shanghai(hour: int, minute: int = 0, *, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.fixture
def number(engine: Engine) -> str:
    """Of a case on whose task a stage clock of 4 workhours runs since Tuesday 10:00: half at 12:00, due
    at 16:00, and 150 % at 18:00."""
    deploy(engine, d.process(d.sequence(("ask", d.user_task("ask", extensions=d.clock("quick"))))))
    return start(engine)


def only_clock(engine: Engine) -> int:
    return int(one(engine, "select id from clock"))


def escalations(engine: Engine) -> list[tuple[str, str]]:
    return rows(engine, "select rung, state from escalation order by due_at")


def fire_due(engine: Engine) -> list[str]:
    """What a sweep does: the outcomes."""
    due = engine.ask(DueRungs())
    results = engine.handle([FireRung(rung.clock_id, rung.rung_key, rung.generation) for rung in due])
    return [result.value["outcome"] for result in results if result.ok]


def test_a_clock_starts_with_its_element_and_knows_when_it_is_due(engine: Engine, number: str) -> None:
    (reading,) = show(engine, number).waiting.clocks

    assert (reading.kind, reading.state, reading.limit_key) == ("stage", "RUNNING", "quick")
    assert reading.due_at == shanghai(16)
    assert engine.ask(NextRungAt()) == shanghai(12)
    assert "CLOCK_STARTED" in event_types(engine, number)


@pytest.mark.parametrize(("at", "state"), [(shanghai(16), "MET"), (shanghai(16, 1), "BREACHED")])
def test_a_clock_is_met_up_to_its_due_instant_and_breached_after_it(
    engine: Engine, clock: FixedClock, number: str, at: datetime, state: str
) -> None:
    clock.set(at)

    finish_task(engine, only_task(engine, number))

    assert one(engine, "select state from clock") == state
    assert f"CLOCK_{state}" in event_types(engine, number)
    assert engine.ask(NextRungAt()) is None


def test_the_clocks_of_a_canceled_case_are_neither_met_nor_breached(engine: Engine, number: str) -> None:
    engine.do(CancelCase(number, "withdrawn"))

    assert "CLOCK_CANCELED" in event_types(engine, number)


def test_an_unknown_limit_is_an_incident_and_stops_nothing(engine: Engine) -> None:
    deploy(engine, d.process(d.sequence(("ask", d.user_task("ask", extensions=d.clock("=limit"))))))

    number = start(engine, limit="unheard")

    waiting = show(engine, number).waiting
    assert [incident.incident_type for incident in waiting.incidents] == ["LIMIT_UNKNOWN"]
    finish_task(engine, only_task(engine, number))
    assert show(engine, number).head.state == "CLOSED"


NAMED_BY_THE_CASE = d.process(d.sequence(("ask", d.user_task("ask", extensions=d.clock("=limit")))))
SLOW = LIMITS.replace('"quick"', '"slow"')


def test_once_its_limit_is_deployed_a_clock_runs_from_when_it_was_missed(
    engine: Engine, clock: FixedClock
) -> None:
    deploy(engine, NAMED_BY_THE_CASE)
    number = start(engine, limit="slow")
    clock.advance(timedelta(hours=1))
    deploy(engine, NAMED_BY_THE_CASE, **{"scenario.toml": (SCENARIO + SLOW).encode()})

    engine.do(ResolveIncident(only_incident(engine, number)))

    waiting = show(engine, number).waiting
    (reading,) = waiting.clocks
    assert (reading.limit_key, reading.due_at) == ("slow", shanghai(16))
    assert waiting.incidents == ()
    assert engine.ask(NextRungAt()) == shanghai(12)


def test_a_limit_named_wrongly_can_be_named_when_the_incident_is_resolved(
    engine: Engine, clock: FixedClock
) -> None:
    deploy(engine, NAMED_BY_THE_CASE)
    number = start(engine, limit="qick")
    clock.advance(timedelta(hours=1))

    engine.do(ResolveIncident(only_incident(engine, number), {"limit": "quick"}))

    (reading,) = show(engine, number).waiting.clocks
    assert reading.due_at == shanghai(16)


def test_an_unknown_limit_cannot_be_resolved_while_it_stays_unknown(
    engine: Engine, clock: FixedClock
) -> None:
    deploy(engine, NAMED_BY_THE_CASE)
    number = start(engine, limit="unheard")
    incident = only_incident(engine, number)
    clock.advance(timedelta(hours=1))

    with pytest.raises(InvalidState, match="time limit to be known"):
        engine.do(ResolveIncident(incident))

    assert only_incident(engine, number) == incident
    engine.do(ResolveIncident(incident, {"limit": "quick"}))
    (reading,) = show(engine, number).waiting.clocks
    assert reading.due_at == shanghai(16)


def test_resolving_a_failed_job_also_starts_the_clock_that_was_missed(
    engine: Engine, clock: FixedClock
) -> None:
    deploy(engine, d.process(d.sequence(("call", d.service_task("call", extensions=d.clock("=limit"))))))
    number = start(engine, limit="unheard")
    job = lease_one(engine)
    clock.advance(timedelta(hours=1))
    engine.do(FailJob(job.request.job_id, job.lease_token, "no", retryable=False))
    incidents = {i.incident_type: i.id for i in show(engine, number).waiting.incidents}

    engine.do(ResolveIncident(incidents["JOB_FAILED"], {"limit": "quick"}))

    waiting = show(engine, number).waiting
    assert [reading.due_at for reading in waiting.clocks] == [shanghai(16)]
    assert waiting.incidents == ()


# --- overlays ------------------------------------------------------------------------------------

FIVE_WORKDAYS = d.process(d.sequence(("ask", d.user_task("ask", extensions=d.clock("promise")))))


def scenario_with(overlay: str) -> bytes:
    calendar = f'[[calendars]]\nkey = "local"\nname = {{ zh = "本地", en = "Local" }}\n{overlay}\n'
    return (SCENARIO + LIMITS + calendar).encode()


def due_at(engine: Engine, number: str) -> datetime | None:
    (reading,) = show(engine, number).waiting.clocks
    return reading.due_at


SATURDAY_OPEN = scenario_with("opened = [{ day = 2026-11-28 }]")


@pytest.mark.parametrize(
    ("scenario", "midnight_of"),
    [
        ((SCENARIO + LIMITS).encode(), 2),
        (SATURDAY_OPEN, 1),
        (scenario_with('area = "3101"\nopened = [{ day = 2026-11-28 }]'), 1),
        (scenario_with('area = "3302"\nopened = [{ day = 2026-11-28 }]'), 2),
        (scenario_with("closed = [2026-11-25, 2026-11-26]"), 4),
    ],
    ids=["none", "opens a Saturday", "of this city", "of another city", "closes two weekdays"],
)
def test_a_clock_reckons_with_the_overlays_of_its_scenario(
    engine: Engine, scenario: bytes, midnight_of: int
) -> None:
    deploy(engine, FIVE_WORKDAYS, **{"scenario.toml": scenario})

    number = start(engine)

    assert due_at(engine, number) == datetime(2026, 12, midnight_of, tzinfo=UTC) - timedelta(hours=8)


def test_a_running_clock_keeps_the_calendar_it_started_with(
    engine: Engine, new_engine: Callable[[], Engine]
) -> None:
    with_overlay = deploy(engine, FIVE_WORKDAYS, **{"scenario.toml": SATURDAY_OPEN})
    number = start(engine)
    due = due_at(engine, number)
    deploy(engine, FIVE_WORKDAYS)

    later = new_engine()
    later.do(PauseClocks(number, PauseReason.EXTERNAL_OUTAGE, actor="clerk1"))
    later.do(ResumeClocks(number, PauseReason.EXTERNAL_OUTAGE, actor="clerk1"))

    assert due_at(later, number) == due, "reckoned anew, and with the same days"
    assert due_at(later, start(later)) == datetime(2026, 12, 1, 16, tzinfo=UTC)
    versions = rows(engine, "select calendar from clock order by id")
    assert versions == [(f"cn-1+{with_overlay.id}",), ("cn-1",)]


# --- rungs ---------------------------------------------------------------------------------------


def test_a_rung_never_fires_early(engine: Engine, clock: FixedClock, number: str) -> None:
    clock.set(shanghai(12) - timedelta(microseconds=1))
    before = dump(engine)

    with pytest.raises(InvalidState, match="due"):
        engine.do(FireRung(only_clock(engine), "half"))

    assert engine.ask(DueRungs()) == []
    assert dump(engine) == before


def test_a_rung_fires_once_however_often_it_is_asked_for(
    engine: Engine, clock: FixedClock, number: str
) -> None:
    clock.set(shanghai(12))
    command = FireRung(only_clock(engine), "half")

    outcomes = [result.value["outcome"] for result in engine.handle([command, command])]
    outcomes.append(engine.do(command)["outcome"])

    assert outcomes == ["FIRED", "ALREADY_FIRED", "ALREADY_FIRED"]
    assert escalations(engine) == [("half", "FIRED")]
    assert event_types(engine, number).count("ESCALATED") == 1
    assert engine.ask(DueRungs()) == []
    assert engine.ask(NextRungAt()) == shanghai(16)


def test_after_a_downtime_the_highest_rung_fires_and_lower_ones_are_skipped(
    engine: Engine, clock: FixedClock, number: str
) -> None:
    clock.set(shanghai(18) + DAY)

    assert fire_due(engine) == ["FIRED"]

    assert escalations(engine) == [("half", "SKIPPED"), ("due", "SKIPPED"), ("late", "FIRED")]
    head = show(engine, number).head
    assert (head.card, head.stage) == ("red", "督办")
    assert engine.do(FireRung(only_clock(engine), "half"))["outcome"] == "ALREADY_FIRED"
    assert engine.ask(NextRungAt()) is None


def test_asking_for_a_lower_rung_fires_the_highest_that_has_passed(
    engine: Engine, clock: FixedClock, number: str
) -> None:
    clock.set(shanghai(17))

    answer = engine.do(FireRung(only_clock(engine), "half"))

    assert (answer["outcome"], answer["rung"]) == ("FIRED", "due")


def test_rungs_fire_one_after_the_other_as_time_goes_on(
    engine: Engine, clock: FixedClock, number: str
) -> None:
    for hour in (11, 12, 13, 16, 17, 18, 19):
        clock.set(shanghai(hour))
        fire_due(engine)

    assert escalations(engine) == [("half", "FIRED"), ("due", "FIRED"), ("late", "FIRED")]


def test_the_rung_of_a_clock_that_has_ended_is_superseded(
    engine: Engine, clock: FixedClock, number: str
) -> None:
    clock_id = only_clock(engine)
    clock.set(shanghai(17))
    finish_task(engine, only_task(engine, number))

    assert engine.do(FireRung(clock_id, "due"))["outcome"] == "SUPERSEDED"
    assert escalations(engine) == []


def test_a_rung_of_another_generation_is_superseded(engine: Engine, clock: FixedClock, number: str) -> None:
    clock.set(shanghai(12))

    assert engine.do(FireRung(only_clock(engine), "half", 2))["outcome"] == "SUPERSEDED"


def test_an_unknown_clock_is_not_found(engine: Engine, number: str) -> None:
    with pytest.raises(NotFound):
        engine.do(FireRung(999_999, "half"))


# --- pauses --------------------------------------------------------------------------------------


def test_a_paused_clock_escalates_nothing_and_is_due_later_after_it_was_resumed(
    engine: Engine, clock: FixedClock, number: str
) -> None:
    clock.set(shanghai(11))
    pause = PauseClocks(number, PauseReason.EXTERNAL_OUTAGE, actor="clerk1")
    assert engine.do(pause)["paused"] == [only_clock(engine)]

    clock.set(shanghai(17))
    assert engine.ask(DueRungs()) == []
    assert engine.do(FireRung(only_clock(engine), "half"))["outcome"] == "SUPERSEDED"
    engine.do(ResumeClocks(number, PauseReason.EXTERNAL_OUTAGE, actor="clerk1"))

    assert engine.ask(NextRungAt()) == shanghai(18), "one of two hours was used up before the pause"
    clock.set(shanghai(18))
    assert fire_due(engine) == ["FIRED"]
    assert escalations(engine) == [("half", "FIRED")]


def test_a_pause_is_journalled_with_its_reason_and_document(
    engine: Engine, clock: FixedClock, number: str
) -> None:
    engine.do(PauseClocks(number, PauseReason.SUPPLEMENT, document="补正通知书 7 号", actor="clerk1"))

    (event,) = [e for e in show(engine, number).events if e.event_type == "CLOCK_PAUSED"]
    assert (event.actor, event.data["reason"], event.data["document"]) == (
        "clerk1", "supplement", "补正通知书 7 号",
    )  # fmt: skip


WRONG_PAUSES: list[tuple[PauseReason, str, str | None, type[Exception]]] = [
    (PauseReason.SUPPLEMENT, "clerk2", "paper", Forbidden),
    (PauseReason.SUPPLEMENT, "nobody", "paper", NotFound),
    (PauseReason.SUPPLEMENT, "system", "paper", Forbidden),
    (PauseReason.SUPPLEMENT, "clerk1", None, InvalidState),
    (PauseReason.SUPPLEMENT, "clerk1", "  ", InvalidState),
    (PauseReason.FORCE_MAJEURE, "clerk1", "paper", Forbidden),
]


def test_a_pause_needs_the_right_role_and_its_document(engine: Engine, number: str) -> None:
    before = dump(engine)

    for reason, actor, document, error in WRONG_PAUSES:
        with pytest.raises(error):
            engine.do(PauseClocks(number, reason, document, actor=actor))

    assert dump(engine) == before


def test_the_same_pause_cannot_begin_twice_nor_end_twice(engine: Engine, number: str) -> None:
    pause = PauseClocks(number, PauseReason.EXTERNAL_OUTAGE, actor="clerk1")
    resume = ResumeClocks(number, PauseReason.EXTERNAL_OUTAGE, actor="clerk1")

    results = engine.handle([resume, pause, pause, resume, resume])

    assert [result.ok for result in results] == [False, True, False, True, False]
    assert "paused for external_outage already" in str(results[2].error)


def test_a_clock_held_by_two_pauses_runs_when_both_have_ended(engine: Engine, number: str) -> None:
    for command in (
        PauseClocks(number, PauseReason.SUPPLEMENT, "paper", actor="clerk1"),
        PauseClocks(number, PauseReason.HEARING, "paper", actor="clerk1"),
        ResumeClocks(number, PauseReason.SUPPLEMENT, actor="clerk1"),
    ):
        engine.do(command)
    held = one(engine, "select state from clock")

    engine.do(ResumeClocks(number, PauseReason.HEARING, actor="clerk1"))

    assert (held, one(engine, "select state from clock")) == ("PAUSED", "RUNNING")


def test_a_pause_stops_only_the_kinds_its_reason_stops(engine: Engine) -> None:
    clocks = d.clock("quick") + d.clock("promise", kind="promise")
    deploy(engine, d.process(d.sequence(("ask", d.user_task("ask", extensions=clocks)))))
    number = start(engine)

    engine.do(PauseClocks(number, PauseReason.EXTERNAL_OUTAGE, actor="clerk1"))

    states = rows(engine, "select kind, state from clock order by kind")
    assert states == [("promise", "RUNNING"), ("stage", "PAUSED")]


def test_a_clock_paused_in_the_batch_that_ends_it_is_closed_once(engine: Engine, number: str) -> None:
    results = engine.handle(
        [PauseClocks(number, PauseReason.EXTERNAL_OUTAGE, actor="clerk1"), CancelCase(number, "withdrawn")]
    )

    assert [result.ok for result in results] == [True, True]
    assert one(engine, "select state from clock") == "CANCELED"
    assert event_types(engine, number).count("CLOCK_CANCELED") == 1
