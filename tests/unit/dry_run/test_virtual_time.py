from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.dry_run import Result

from .models import END, START, boundary, bpmn, chain, flow, process, run, straight, timer, user_task

CLOCK = "clock: 2026-03-02T09:00:00+08:00"
NINE = datetime(2026, 3, 2, 1, tzinfo=UTC)
DEADLINE = bpmn(
    process(
        START, user_task("ask"), END, '<endEvent id="late"/>',
        boundary("due", "ask", timer("timeDuration", "PT2H")),
        chain("start", "ask", "end"), flow("due", "late"),
    )
)  # fmt: skip
NAGGING = bpmn(
    process(
        START, user_task("ask"), END, '<endEvent id="nagged"/>',
        boundary("nag", "ask", timer("timeCycle", "R3/PT1H"), interrupting=False),
        chain("start", "ask", "end"), flow("nag", "nagged"),
    )
)  # fmt: skip


def caught(result: Result, element_id: str) -> list[timedelta]:
    """How long after the start the element was reached."""
    return [e.at - NINE for e in result.entries if e.element_id == element_id and e.begins]


def test_a_timer_fires_at_the_instant_it_is_due() -> None:
    result = run(DEADLINE, script=CLOCK)

    assert caught(result, "due") == [timedelta(hours=2)]
    assert (result.ended, result.now) == ("completed", NINE + timedelta(hours=2))


def test_of_an_answer_and_a_timer_the_earlier_one_wins() -> None:
    before = run(DEADLINE, script=f"{{{CLOCK}, answers: {{ask: {{after: PT1H59M}}}}}}")
    after = run(DEADLINE, script=f"{{{CLOCK}, answers: {{ask: {{after: PT2H1S}}}}}}")

    assert before.path[-1] == "end"
    assert after.path[-1] == "late"


def test_at_the_same_instant_what_began_first_comes_first() -> None:
    """The timer of the task is set before the task is given to anybody."""
    result = run(DEADLINE, script=f"{{{CLOCK}, answers: {{ask: {{after: PT2H}}}}}}")

    assert result.path[-1] == "late"


def test_a_cycle_fires_as_often_as_it_says() -> None:
    result = run(NAGGING, script=CLOCK)

    assert caught(result, "nag") == [timedelta(hours=n) for n in (1, 2, 3)]
    assert result.resting == ["ask"]


def test_time_goes_no_further_than_until() -> None:
    result = run(NAGGING, script=f"{{{CLOCK}, until: PT90M}}")

    assert caught(result, "nag") == [timedelta(hours=1)]
    assert (result.stopped, result.now) == ("until", NINE + timedelta(minutes=90))


def test_an_endless_cycle_ends_with_the_steps() -> None:
    endless = bpmn(
        process(
            START, user_task("ask"), END, '<endEvent id="nagged"/>',
            boundary("nag", "ask", timer("timeCycle", "R/PT1H"), interrupting=False),
            chain("start", "ask", "end"), flow("nag", "nagged"),
        )
    )  # fmt: skip

    result = run(endless, script=f"{{{CLOCK}, steps: 25}}")

    assert (result.stopped, len(caught(result, "nag"))) == ("steps", 25)


def test_the_clock_never_stands_at_the_wall() -> None:
    first, second = run(DEADLINE), run(DEADLINE)

    assert first == second
    assert first.entries[0].at == NINE, "unless told otherwise"


def test_a_process_that_a_timer_starts_begins_when_it_is_due() -> None:
    model = bpmn(
        process(
            f'<startEvent id="start">{timer("timeDate", "2026-03-05T00:00:00+08:00")}</startEvent>',
            user_task("ask"), END, chain("start", "ask", "end"),
        )
    )  # fmt: skip

    result = run(model, script=f"{{{CLOCK}, auto: true}}")

    assert caught(result, "start") == [timedelta(days=2, hours=15)]
    assert result.ended == "completed"


def test_a_timer_that_waits_is_told_with_its_instant() -> None:
    result = run(DEADLINE, script=f"{{{CLOCK}, until: PT1H}}")

    rows = [(row["for"], row["element"], row["holder"], row.get("due")) for row in result.waiting]
    assert rows == [
        ("timer", "due", "ask", "2026-03-02T03:00:00Z"),
        ("user task", "ask", "ask", None),
    ]
    assert result.resting == ["ask"], "an activity counts once, whatever it waits with"


def test_a_long_parallel_multi_instance_is_played_quickly() -> None:
    loop = (
        "<multiInstanceLoopCharacteristics>"
        '<loopCardinality xsi:type="tFormalExpression">2000</loopCardinality></multiInstanceLoopCharacteristics>'
    )
    model = bpmn(process(START, f'<userTask id="ask">{loop}</userTask>', END, chain("start", "ask", "end")))

    result = run(model, script="auto: true")

    assert result.ended == "completed"
    assert sum(entry.move == "left" and entry.element_id == "ask" for entry in result.entries) >= 2000


def test_straight_models_leave_nothing_waiting() -> None:
    result = run(bpmn(process(straight("a", "b", "c"))), script="auto: true")

    assert result.waiting == []
    assert result.stopped == "ended"
