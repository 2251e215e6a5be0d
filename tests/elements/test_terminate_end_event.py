"""BPMN 2.0.2, 10.5.3 and 13.5.6: terminate end events, which end their own scope at once."""

from __future__ import annotations

from engine.bpmn.effects import CloseElement, EndChild
from tests.elements.drawing import (
    END,
    START,
    TERMINATE,
    boundary,
    call_activity,
    chain,
    end_event,
    error,
    event_sub_process,
    inner,
    message,
    multi_instance,
    parallel,
    process,
    reaction,
    script_task,
    sequence,
    signal,
    standard_loop,
    sub_process,
    throw_event,
    timer,
    user_task,
)
from tests.elements.driver import Dry


def stopping(prefix: str = "", *, first: str = "s", beside: str = "") -> str:
    """`go` leads to the terminate end event; `beside` (a user task unless said otherwise) runs too."""
    p = prefix
    other = beside or user_task(f"{p}beside")
    return (
        parallel(f"{p}split")
        + user_task(f"{p}go")
        + other
        + end_event(f"{p}stop", TERMINATE)
        + end_event(f"{p}e")
        + chain(first, f"{p}split", f"{p}go", f"{p}stop")
        + chain(f"{p}split", f"{p}beside", f"{p}e")
    )


def started(content: str) -> str:
    return '<startEvent id="s"/>' + content


AFTER = ("after", user_task("after"))


def test_it_ends_the_process_with_everything_in_it() -> None:
    run = Dry(process(started(stopping())))
    beside = run.key("beside")

    run.complete("go")

    assert run.ended is True
    assert CloseElement(beside, completed=False) in run.last
    assert run.moves[-3:] == ["+stop", "-stop", "xbeside"]


def test_it_takes_no_further_step_elsewhere() -> None:
    model = process(
        START
        + parallel("split")
        + end_event("stop", TERMINATE)
        + script_task("late", "1", result="a")
        + END
        + chain("start", "split", "stop")
        + chain("split", "late", "end")
    )
    run = Dry(model)

    assert run.ended is True
    assert "late" not in run.path


def test_in_a_sub_process_it_ends_that_and_its_token_goes_on() -> None:
    model = process(
        START
        + parallel("fork")
        + sub_process("sub", started(stopping()))
        + user_task("other")
        + AFTER[1]
        + END
        + chain("start", "fork", "sub", "after", "end")
        + chain("fork", "other", "end")
    )
    run = Dry(model)

    run.complete("go")

    assert run.waiting == ["other", "after"]
    assert "-sub" in run.moves


def test_it_ends_sub_processes_and_called_processes_inside() -> None:
    beside = sub_process("beside", inner("d", ("call", call_activity("call"))))
    called = process(sequence(("deep", user_task("deep"))), id="called")
    run = Dry(process(sequence(("sub", sub_process("sub", started(stopping(beside=beside)))), AFTER)), called)

    run.complete("go")

    assert run.waiting == ["after"]
    assert [effect.completed for effect in run.last if isinstance(effect, EndChild)] == [False]
    assert {"xdeep", "xcall", "xbeside"} <= set(run.moves)


def test_in_a_called_process_it_ends_the_call_alone_and_the_data_comes_back() -> None:
    called = process(started(stopping()), id="called")
    run = Dry(process(sequence(("call", call_activity("call")), AFTER)), called)

    run.complete("go", {"n": 1})

    assert run.waiting == ["after"]
    assert run.variables == {"n": 1}
    assert [effect.completed for effect in run.last if isinstance(effect, EndChild)] == [True]


def test_in_an_instance_it_ends_that_instance_alone() -> None:
    content = multi_instance("[1, 2]", item="n") + started(stopping())
    run = Dry(process(sequence(("sub", sub_process("sub", content)), AFTER)))

    run.complete("go")

    assert run.waiting == ["go", "beside"]

    run.complete("go")

    assert run.waiting == ["after"]


def test_in_a_loop_it_ends_the_turn() -> None:
    content = standard_loop("true", maximum=2) + started(stopping())
    run = Dry(process(sequence(("sub", sub_process("sub", content)), AFTER)))

    run.complete("go")

    assert sorted(run.waiting) == ["beside", "go"]

    run.complete("go")

    assert run.waiting == ["after"]


def test_in_an_event_sub_process_it_ends_that_alone() -> None:
    handler = event_sub_process(
        "esp", message("recalled"), stopping("h_", first="esp_start"), interrupting=False
    )
    run = Dry(process(sequence(("work", user_task("work"))) + handler))
    run.deliver("esp_start")
    run.deliver("esp_start")

    run.complete("h_go")

    assert run.waiting == ["work", "h_go", "h_beside"]
    assert run.listening == ["esp"]


def test_in_an_interrupting_event_sub_process_it_ends_the_scope_normally() -> None:
    handler = event_sub_process("esp", error(), stopping("h_", first="esp_start"))
    content = inner("i", ("work", user_task("work"))) + handler
    run = Dry(process(sequence(("sub", sub_process("sub", content)), AFTER)))
    run.throw("work", "REFUSED")

    run.complete("h_go")

    assert run.waiting == ["after"]


def test_it_ends_running_event_sub_processes_and_listeners_of_its_scope() -> None:
    handler = reaction("esp", message("recalled"), ("told", user_task("told")), interrupting=False)
    run = Dry(process(sequence(("sub", sub_process("sub", started(stopping()) + handler)), AFTER)))
    run.deliver("esp_start")

    run.complete("go")

    assert run.waiting == ["after"]
    assert run.subscriptions == []
    assert run.listening == []


def test_it_ends_tokens_that_wait_at_a_join_and_timers_at_boundaries() -> None:
    beside = user_task("beside") + boundary("late", "beside", timer("PT1H"), interrupting=False)
    content = started(
        stopping(beside=beside)
        + parallel("join")
        + chain("late", "join")
        + chain("join", "e")
        + user_task("never")
        + chain("never", "join")
    )
    run = Dry(process(sequence(("sub", sub_process("sub", content)), AFTER)))
    run.fire_timer("late")

    run.complete("go")

    assert run.waiting == ["after"]
    assert run.timers == []


def test_nothing_is_caught_or_compensated_by_it() -> None:
    handler = reaction("esp", error(), ("never", user_task("never")))
    model = process(
        START
        + sub_process("sub", started(stopping()) + handler)
        + boundary("event", "sub", error())
        + user_task("caught")
        + AFTER[1]
        + END
        + chain("start", "sub", "after", "end")
        + chain("event", "caught", "end")
    )
    run = Dry(model)

    run.complete("go")

    assert run.waiting == ["after"]


def test_a_signal_that_is_thrown_before_has_reached_all() -> None:
    model = process(
        START
        + parallel("split")
        + user_task("go")
        + throw_event("raise", signal("alarm"))
        + end_event("stop", TERMINATE)
        + sub_process("sub", inner("i", ("work", user_task("work"))))
        + boundary("event", "sub", signal("alarm"))
        + user_task("told")
        + END
        + chain("start", "split", "go", "raise", "stop")
        + chain("split", "sub", "end")
        + chain("event", "told", "end")
    )
    run = Dry(model)

    run.complete("go")

    assert run.ended is True
    assert run.moves.index("+event") < run.moves.index("+stop")
    assert run.signals == [("alarm", {})]
