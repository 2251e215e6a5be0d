"""Timer start events, and messages that one case throws and another begins with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.clock import FixedClock
from engine.commands.cases import StartCase
from engine.commands.deployments import DeployPackage
from engine.commands.due import Due
from engine.commands.messages import BeginByMessage, PublishMessage
from engine.commands.timers import FireStartTimer
from engine.errors import DefinitionRefused, InvalidState, NotFound
from engine.facade import Engine
from engine.views.cases import CaseList
from engine.views.tasks import ShowTask
from tests.elements import drawing as d
from tests.support.desk import show, start, state_of
from tests.support.growth import STEPS, growing
from tests.support.packages import deploy, package
from tests.support.rows import one, rows

HOUR = timedelta(hours=1)


def begins_at(text: str, *, kind: str = "timeCycle", grows: bool = False) -> bytes:
    """Begins by a timer, then waits."""
    content = d.start_event("start", d.timer(text, kind=kind)) + d.user_task("look") + d.END
    if grows:
        content += growing() + d.chain("start", *STEPS, "look", "end")
    else:
        content += d.chain("start", "look", "end")
    return d.process(content, id="patrol")


def fire_what_is_due(engine: Engine) -> int:
    commands = engine.due(Due.TIMERS, limit=100)
    assert all(isinstance(command, FireStartTimer) for command in commands)
    results = engine.handle(commands)
    assert all(result.ok for result in results)
    return len(results)


def opened(engine: Engine) -> int:
    return int(one(engine, "select count(*) from case_record"))


# --- timers ----------------------------------------------------------------------------------------


def test_a_timer_opens_a_case_at_its_instant_and_not_before(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, begins_at("PT1H", kind="timeDuration"))
    timer_id = one(engine, "select id from start_timer")
    clock.advance(HOUR - timedelta(microseconds=1))

    assert engine.due(limit=10) == []
    with pytest.raises(InvalidState, match="due"):
        engine.do(FireStartTimer(timer_id))

    clock.advance(timedelta(microseconds=1))
    value = engine.do(FireStartTimer(timer_id))
    event = show(engine, value["case_number"]).events[0]
    assert (event.event_type, event.data["timer"]) == ("CASE_OPENED", "start")
    with pytest.raises(InvalidState, match="TRIGGERED"):
        engine.do(FireStartTimer(timer_id))
    with pytest.raises(NotFound):
        engine.do(FireStartTimer(timer_id + 99))


def test_of_two_who_fire_it_at_once_one_opens_the_case(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, begins_at("R/PT1H"))
    timer_id = one(engine, "select id from start_timer")
    clock.advance(HOUR)

    results = engine.handle([FireStartTimer(timer_id), FireStartTimer(timer_id)])

    assert [result.ok for result in results] == [True, False]
    assert opened(engine) == 1


def test_a_cycle_goes_on_as_often_as_drawn(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, begins_at("R3/PT1H"))

    fired = []
    for _ in range(5):
        clock.advance(HOUR)
        fired.append(fire_what_is_due(engine))

    assert fired == [1, 1, 1, 0, 0]
    assert opened(engine) == 3
    assert one(engine, "select state from start_timer") == "TRIGGERED"


def test_a_cycle_missed_in_a_downtime_fires_once_and_goes_on_in_its_rhythm(
    engine: Engine, clock: FixedClock
) -> None:
    deploy(engine, begins_at("R/PT1H"))
    clock.advance(5 * HOUR + timedelta(minutes=30))

    assert fire_what_is_due(engine) == 1
    assert fire_what_is_due(engine) == 0

    clock.advance(timedelta(minutes=30))
    assert fire_what_is_due(engine) == 1
    assert opened(engine) == 2


def test_a_new_version_takes_the_timers_of_the_old_one_away(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, begins_at("PT1H", kind="timeDuration"))
    old = one(engine, "select id from start_timer")

    deploy(engine, begins_at("PT2H", kind="timeDuration"))

    clock.advance(HOUR)
    assert engine.due(limit=10) == []
    with pytest.raises(InvalidState, match="CANCELED"):
        engine.do(FireStartTimer(old))
    clock.advance(HOUR)
    assert fire_what_is_due(engine) == 1


def test_a_version_without_a_timer_ends_the_series(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, begins_at("R/PT1H"))

    deploy(engine, d.process(d.sequence(("look", d.user_task("look"))), id="patrol"))

    clock.advance(HOUR)
    assert engine.due(limit=10) == []


def test_the_same_files_again_leave_the_series_as_it_is(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, begins_at("R/PT1H"))
    clock.advance(HOUR / 2)

    assert deploy(engine, begins_at("R/PT1H")).repeated

    clock.advance(HOUR / 2)
    assert fire_what_is_due(engine) == 1


def test_a_date_fires_once_and_one_that_has_passed_never(engine: Engine, clock: FixedClock) -> None:
    ahead = deploy(engine, begins_at("2026-11-24T12:00:00+08:00", kind="timeDate"))
    clock.advance(2 * HOUR)
    assert fire_what_is_due(engine) == 1
    clock.advance(24 * HOUR)

    passed = deploy(engine, begins_at("2026-11-24T12:00:00.5+08:00", kind="timeDate"))

    assert "start-timer-passed" not in [finding.rule for finding in ahead.findings]
    assert "start-timer-passed" in [finding.rule for finding in passed.findings]
    assert engine.due(limit=10) == []


def test_a_series_that_began_long_ago_goes_on_at_its_next_instant(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, begins_at("R/2026-01-01T08:00:00+08:00/P1D"))

    assert engine.due(limit=10) == []
    clock.set(clock.now().replace(day=25, hour=0))
    assert fire_what_is_due(engine) == 1


def test_a_time_that_needs_data_is_refused_with_where_and_why(engine: Engine) -> None:
    files = package(begins_at("=begin_at", kind="timeDate"))

    with pytest.raises(DefinitionRefused) as caught:
        engine.deploy(DeployPackage(files))

    (finding,) = [found for found in caught.value.findings if found.is_error]
    assert (finding.rule, finding.element_id, finding.file) == (
        "start-timer-failed",
        "start",
        "process_1.bpmn",
    )
    assert finding.line is not None
    assert rows(engine, "select 1 from process_definition") == []


def test_a_case_whose_data_cannot_be_kept_is_said_so_and_the_series_goes_on(
    engine: Engine, clock: FixedClock
) -> None:
    deploy(engine, begins_at("R/PT1H", grows=True))
    clock.advance(HOUR)

    assert fire_what_is_due(engine) == 1

    assert opened(engine) == 0
    ((state, due_at, error),) = rows(engine, "select state, due_at, last_error from start_timer")
    assert (state, due_at) == ("WAITING", clock.now() + HOUR)
    assert "bytes of case data" in error


def test_the_next_start_is_work_that_workers_wake_up_for(engine: Engine) -> None:
    assert engine.seconds_to_next_work() is None

    deploy(engine, begins_at("R/PT1H"))

    assert engine.seconds_to_next_work() is not None


# --- messages that cases throw -----------------------------------------------------------------------

BEGINS = d.process(
    d.start_event("start", d.message("paid")) + d.user_task("look") + d.END + d.chain("start", "look", "end"),
    id="billing",
)


def teller(extensions: str = "") -> bytes:
    thrower = d.throw_event("tell", d.message("paid"), extensions=extensions)
    return d.process(d.sequence(("tell", thrower)), id="teller")


def test_a_message_thrown_by_a_case_opens_one_of_the_process_that_begins_with_it(engine: Engine) -> None:
    deploy(engine, BEGINS, teller(d.reads("amount", "=amount")))

    engine.do(StartCase("teller", {"amount": 12.5}, area="310104"))

    (line,) = engine.ask(CaseList(states=["OPEN"]))
    assert (line.head.process_key, line.head.area) == ("billing", "310104")
    variables = engine.ask(ShowTask(line.waiting.tasks[0].id)).variables
    assert (variables["amount"], variables["case_number"]) == (12.5, line.head.case_number)
    assert rows(engine, "select state from message") == [("CORRELATED",)]


def test_who_waits_for_it_comes_first(engine: Engine) -> None:
    waits = d.process(d.sequence(("wait", d.catch_event("wait", d.message("answered")))), id="waits")
    begun = d.start_event("start", d.message("answered")) + d.user_task("look") + d.END
    tells = d.throw_event("tell", d.message("answered"))
    deploy(
        engine,
        waits,
        d.process(begun + d.chain("start", "look", "end"), id="billing"),
        d.process(d.sequence(("tell", tells)), id="teller"),
    )
    waiting = start(engine, "waits", caseId="A")

    start(engine, "teller", caseId="A")
    assert state_of(engine, waiting) == "CLOSED"
    assert engine.ask(CaseList(states=["OPEN"])) == []

    start(engine, "teller", caseId="A")
    assert [line.head.process_key for line in engine.ask(CaseList(states=["OPEN"]))] == ["billing"]


def test_a_message_opens_one_case_whoever_asks(engine: Engine) -> None:
    deploy(engine, BEGINS, teller())
    start(engine, "teller")
    message_id = one(engine, "select id from message")

    results = engine.handle([BeginByMessage(message_id), BeginByMessage(message_id)])

    assert [result.ok for result in results] == [False, False]
    assert one(engine, "select count(*) from case_record where process_key = 'billing'") == 1
    with pytest.raises(NotFound):
        engine.do(BeginByMessage(message_id + 1))


def test_a_message_that_nobody_begins_with_is_kept(engine: Engine) -> None:
    deploy(engine, teller())
    start(engine, "teller")

    assert rows(engine, "select state from message") == [("BUFFERED",)]
    with pytest.raises(InvalidState):
        engine.do(BeginByMessage(one(engine, "select id from message")))


def test_a_message_from_outside_that_came_early_opens_no_case_later(engine: Engine) -> None:
    engine.do(PublishMessage("paid", "P-1"))

    deploy(engine, BEGINS)
    engine.handle(engine.due(limit=10))

    assert opened(engine) == 0


def test_a_message_whose_case_cannot_be_kept_is_not_tried_for_ever(engine: Engine) -> None:
    grown = d.start_event("start", d.message("paid")) + growing() + d.user_task("look") + d.END
    deploy(engine, d.process(grown + d.chain("start", *STEPS, "look", "end"), id="billing"), teller())

    start(engine, "teller")

    assert opened(engine) == 1
    assert rows(engine, "select state from message") == [("REFUSED",)]
    assert engine.due(limit=10) == []
