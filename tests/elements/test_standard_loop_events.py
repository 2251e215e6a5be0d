"""BPMN 2.0.2, 10.3.8 (table 10.28) and 13.3.6: events around an activity that loops."""

from __future__ import annotations

from datetime import timedelta

from tests.elements.drawing import (
    END,
    START,
    association,
    boundary,
    chain,
    clock,
    compensate,
    end_event,
    error,
    process,
    reads,
    script_task,
    standard_loop,
    sub_process,
    throw_event,
    timer,
    user_task,
)
from tests.elements.driver import Dry


def attached(definition: str, *, interrupting: bool = True) -> bytes:
    return process(
        START
        + user_task("work", content=standard_loop("more"), extensions=clock("whole"))
        + boundary("event", "work", definition, interrupting=interrupting)
        + user_task("handle")
        + user_task("after")
        + END
        + chain("start", "work", "after", "end")
        + chain("event", "handle", "end")
    )


def test_a_timer_at_its_boundary_runs_over_all_turns() -> None:
    run = Dry(attached(timer("PT1H")))
    due = run.timers[0].due_at
    run.now += timedelta(minutes=40)
    run.complete("work", {"more": True})

    assert [row.due_at for row in run.timers] == [due]

    run.fire_timer("event")

    assert run.waiting == ["handle"]
    assert run.clocks == []


def test_one_that_does_not_interrupt_lets_it_turn_on() -> None:
    run = Dry(attached(timer("R2/PT1H", kind="timeCycle"), interrupting=False))

    run.fire_timer("event")
    run.complete("work", {"more": True})
    run.fire_timer("event")

    assert run.waiting == ["handle", "work", "handle"]
    assert len(run.clocks) == 1

    run.complete("work", {"more": False})

    assert run.waiting == ["handle", "handle", "after"]


def test_an_error_of_any_turn_is_caught_at_the_boundary() -> None:
    run = Dry(attached(error("REFUSED")))
    run.complete("work", {"more": True})

    run.throw("work", "REFUSED")

    assert run.waiting == ["handle"]


def test_canceling_ends_the_turn_and_the_loop() -> None:
    run = Dry(attached(timer("PT1H")))

    run.cancel()

    assert [move for move in run.moves if move[0] == "x"] == ["xwork", "xwork"]
    assert run.rows == []


def test_every_turn_is_compensated_the_last_one_first() -> None:
    model = process(
        START
        + script_task("work", "n + 1", result="n", content=standard_loop("n < 3"))
        + boundary("undo_work", "work", compensate())
        + user_task("undo", extensions=reads("turn", "=n"), isForCompensation="true")
        + throw_event("back", compensate())
        + user_task("after")
        + chain("start", "work", "back", "after")
        + association("undo_work", "undo")
    )
    run = Dry(model, variables={"n": 0})

    turns = []
    while run.waiting == ["undo"]:
        turns.append((run.locals_of("undo") or {})["turn"])
        run.complete("undo")

    assert turns == [3, 2, 1]
    assert run.waiting == ["after"]


def test_every_turn_of_a_sub_process_is_compensated_once() -> None:
    content = '<startEvent id="s"/>' + script_task("x", "n + 1", result="n") + end_event("e")
    model = process(
        START
        + sub_process("work", standard_loop("n < 3") + content + chain("s", "x", "e"))
        + boundary("undo_work", "work", compensate())
        + user_task("undo", extensions=reads("turn", "=n"), isForCompensation="true")
        + throw_event("back", compensate())
        + user_task("after")
        + chain("start", "work", "back", "after")
        + association("undo_work", "undo")
    )
    run = Dry(model, variables={"n": 0})

    turns = []
    while run.waiting == ["undo"]:
        turns.append((run.locals_of("undo") or {})["turn"])
        run.complete("undo")

    assert turns == [3, 2, 1]
    assert run.waiting == ["after"]
