"""BPMN 2.0.2, 10.5.5 and 13.5: signals at boundaries and in event sub-processes."""

from __future__ import annotations

from engine.bpmn.effects import CloseElement, IncidentType
from tests.elements.drawing import (
    END,
    START,
    boundary,
    chain,
    inner,
    process,
    reaction,
    reads,
    script_task,
    sequence,
    signal,
    sub_process,
    throw_event,
    user_task,
    writes,
)
from tests.elements.driver import Dry
from tests.elements.triggers import thrown_beside

# --- boundary events and event sub-processes -----------------------------------------------------


def at_boundary(*, interrupting: bool) -> bytes:
    event = boundary(
        "event", "other", signal("alarm"), interrupting=interrupting, extensions=writes("l", "=level")
    )
    return thrown_beside(
        user_task("other") + event + user_task("told"),
        extensions=reads("level", "=7"),
        ways=chain("event", "told", "end"),
    )


def test_it_interrupts_an_activity_at_its_boundary() -> None:
    run = Dry(at_boundary(interrupting=True))
    key = run.key("other")

    run.complete("go")

    assert run.waiting == ["told", "look"]
    assert CloseElement(key, completed=False) in run.last
    assert run.variables == {"l": 7}


def test_a_non_interrupting_boundary_event_gets_every_signal() -> None:
    run = Dry(at_boundary(interrupting=False))
    run.complete("go")

    run.signal("event", {"level": 8})

    assert run.waiting == ["other", "told", "look", "told"]
    assert run.variables == {"l": 8}
    assert len(run.signal_subscriptions) == 1


def test_two_events_of_one_activity_for_the_same_signal_both_get_it_unless_the_first_interrupts() -> None:
    def drawn(*, interrupting: bool) -> bytes:
        events = boundary("first", "other", signal("alarm"), interrupting=interrupting)
        events += boundary("second", "other", signal("alarm"), interrupting=False)
        return thrown_beside(
            user_task("other") + events + user_task("one") + user_task("two"),
            ways=chain("first", "one", "end") + chain("second", "two", "end"),
        )

    both, first = Dry(drawn(interrupting=False)), Dry(drawn(interrupting=True))
    both.complete("go")
    first.complete("go")

    assert both.waiting == ["other", "one", "two", "look"]
    assert first.waiting == ["one", "look"]


def test_a_signal_thrown_inside_may_interrupt_the_thrower() -> None:
    content = inner(
        "i",
        ("raise", throw_event("raise", signal("alarm"))),
        ("after", script_task("after", "1", result="a")),
    )
    model = process(
        START
        + sub_process("sub", content)
        + boundary("event", "sub", signal("alarm"))
        + user_task("told")
        + END
        + chain("start", "sub", "end")
        + chain("event", "told", "end")
    )
    run = Dry(model)

    assert run.waiting == ["told"]
    assert run.variables == {}
    assert run.signals == [("alarm", {})]
    assert run.moves == ["=start", "+sub", "=i_s", "+raise", "xraise", "xsub", "+event", "-event", "+told"]


def test_an_event_sub_process_that_throws_its_own_signal_is_stopped_by_the_step_limit() -> None:
    model = process(
        sequence(("work", user_task("work")))
        + reaction(
            "esp", signal("alarm"), ("again", throw_event("again", signal("alarm"))), interrupting=False
        )
    )
    run = Dry(model, steps=60)

    run.signal("esp_start")

    assert [kind for _, kind in run.incidents] == [IncidentType.STEP_LIMIT_EXCEEDED]


def test_the_first_of_two_interrupting_event_sub_processes_wins() -> None:
    model = process(
        sequence(("go", user_task("go")), ("raise", throw_event("raise", signal("alarm"))))
        + reaction("one", signal("alarm"), ("first", user_task("first")))
        + reaction("two", signal("alarm"), ("second", user_task("second")))
    )
    run = Dry(model)

    run.complete("go")

    assert run.waiting == ["first"]
