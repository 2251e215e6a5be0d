from __future__ import annotations

from datetime import timedelta

import pytest

from engine.clock import FixedClock
from engine.commands.cases import CancelCase
from engine.commands.timers import FireTimer
from engine.errors import InvalidState, NotFound
from engine.facade import Engine
from tests.elements import drawing as d
from tests.support.desk import due_timers, finish_task, only_task, only_timer, show, start, state_of, tasks
from tests.support.packages import deploy
from tests.support.rows import dump, one

HOUR = timedelta(hours=1)


def waiting_an_hour() -> bytes:
    return d.process(d.sequence(("wait", d.catch_event("wait", d.timer("PT1H")))))


def test_a_timer_is_due_at_its_instant_and_not_a_moment_before(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, waiting_an_hour())
    number = start(engine)
    timer_id = only_timer(engine, number)
    clock.advance(HOUR - timedelta(microseconds=1))
    before = dump(engine)

    assert due_timers(engine) == []
    with pytest.raises(InvalidState, match="due"):
        engine.do(FireTimer(timer_id))
    assert dump(engine) == before

    clock.advance(timedelta(microseconds=1))
    assert due_timers(engine) == [timer_id]
    engine.do(FireTimer(timer_id))
    assert state_of(engine, number) == "CLOSED"


def test_a_timer_fires_once_also_within_one_batch(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, waiting_an_hour())
    timer_id = only_timer(engine, start(engine))
    clock.advance(HOUR)

    results = engine.handle([FireTimer(timer_id), FireTimer(timer_id)])
    late = engine.handle([FireTimer(timer_id)])

    assert [result.ok for result in results + late] == [True, False, False]
    assert one(engine, "select count(*) from case_event where event_type = 'TIMER_TRIGGERED'") == 1


def test_an_unknown_timer_is_not_found(engine: Engine) -> None:
    with pytest.raises(NotFound):
        engine.do(FireTimer(12345))


def test_an_interrupting_boundary_timer_takes_the_task_away(engine: Engine, clock: FixedClock) -> None:
    content = d.sequence(("ask", d.user_task("ask"))) + d.boundary("late", "ask", d.timer("PT1H"))
    content += d.user_task("urge") + d.end_event("end_2") + d.chain("late", "urge", "end_2")
    deploy(engine, d.process(content))
    number = start(engine)
    clock.advance(HOUR)

    engine.do(FireTimer(only_timer(engine, number)))

    assert list(tasks(engine, number)) == ["urge"]
    assert one(engine, "select state from user_task where element_id = 'ask'") == "CANCELED"


def test_a_task_that_is_done_takes_its_boundary_timer_with_it(engine: Engine, clock: FixedClock) -> None:
    content = d.sequence(("ask", d.user_task("ask"))) + d.boundary("late", "ask", d.timer("PT1H"))
    deploy(engine, d.process(content + d.end_event("end_2") + d.chain("late", "end_2")))
    number = start(engine)
    timer_id = only_timer(engine, number)

    finish_task(engine, only_task(engine, number))

    clock.advance(HOUR)
    assert due_timers(engine) == []
    with pytest.raises(InvalidState, match="CANCELED"):
        engine.do(FireTimer(timer_id))


def test_a_cycle_fires_as_often_as_drawn_and_leaves_the_task_alone(engine: Engine, clock: FixedClock) -> None:
    remind = d.boundary("remind", "ask", d.timer("R3/PT1H", kind="timeCycle"), interrupting=False)
    content = d.sequence(("ask", d.user_task("ask"))) + remind
    deploy(engine, d.process(content + d.end_event("end_2") + d.chain("remind", "end_2")))
    number = start(engine)
    fired = 0

    for _ in range(5):
        clock.advance(HOUR)
        for timer_id in due_timers(engine):
            engine.do(FireTimer(timer_id))
            fired += 1

    assert fired == 3
    assert list(tasks(engine, number)) == ["ask"]
    assert show(engine, number).waiting.timers == ()


def test_the_timers_of_a_canceled_case_are_never_due(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, waiting_an_hour())
    number = start(engine)

    engine.do(CancelCase(number, "withdrawn"))

    clock.advance(HOUR)
    assert due_timers(engine) == []
    assert one(engine, "select state from timer") == "CANCELED"
