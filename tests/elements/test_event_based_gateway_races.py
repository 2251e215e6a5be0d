"""BPMN 2.0.2, 10.6.6 and 13.4.4: what races at an event-based gateway, at every depth, and late timers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.bpmn.effects import CloseElement, IncidentType
from engine.bpmn.stimuli import TriggerTimer
from engine.errors import InvalidState
from tests.elements.drawing import (
    END,
    START,
    boundary,
    call_activity,
    catch_event,
    chain,
    condition,
    end_event,
    event_based,
    exclusive,
    flow,
    inclusive,
    message,
    multi_instance,
    node,
    parallel,
    process,
    reaction,
    sequence,
    signal,
    sub_process,
    timer,
    user_task,
)
from tests.elements.driver import NOW, Dry


def race(*definitions: str, prefix: str = "") -> str:
    """The gateway with a branch b0, b1 ... per definition, each leading to a task t0, t1 ..."""
    branches = "".join(
        catch_event(f"{prefix}b{n}", definition)
        + user_task(f"{prefix}t{n}")
        + chain(f"{prefix}race", f"{prefix}b{n}", f"{prefix}t{n}", f"{prefix}e")
        for n, definition in enumerate(definitions)
    )
    return event_based(f"{prefix}race") + branches + end_event(f"{prefix}e")


def racing(*definitions: str) -> bytes:
    return process(START + race(*definitions) + chain("start", "race"))


def test_of_two_timers_the_earlier_one_wins_and_the_later_is_gone() -> None:
    run = Dry(racing(timer("PT2H"), timer("PT1H")))

    assert sorted(row.due_at - NOW for row in run.timers) == [timedelta(hours=1), timedelta(hours=2)]

    run.fire_timer("b1")

    assert run.waiting == ["t1"]
    assert run.timers == []


def test_of_two_timers_that_are_both_late_the_one_that_is_told_first_wins() -> None:
    run = Dry(racing(timer("PT2H"), timer("PT1H")))
    late = next(row for row in run.timers if row.element_id == "b0")

    run.fire_timer("b1", late=timedelta(days=3))

    assert run.waiting == ["t1"]
    with pytest.raises(InvalidState, match="ended"):
        run.step(TriggerTimer(late.element_key, late.node, late.due_at))


@pytest.mark.parametrize("winner", range(4))
def test_whoever_wins_the_others_end(winner: int) -> None:
    run = Dry(racing(timer("PT1H"), message("paid"), signal("alarm"), condition("risk > 3")))
    gateway = run.key("race")

    match winner:
        case 0:
            run.fire_timer("b0")
        case 1:
            run.deliver("b1")
        case 2:
            run.signal("b2")
        case _:
            run.set_variables({"risk": 4})

    assert run.waiting == [f"t{winner}"]
    assert CloseElement(gateway, completed=True) in run.last
    assert [row.element_key for row in run.rows] == [run.key(f"t{winner}")]
    assert not any(f"t{n}" in run.path or f"b{n}" in run.path for n in range(4) if n != winner)

    run.complete(f"t{winner}")

    assert run.ended is True


def test_a_date_that_is_past_already_makes_a_timer_that_is_due() -> None:
    run = Dry(racing(timer("2020-01-01T00:00:00Z", kind="timeDate"), message("paid")))

    assert run.timers[0].due_at < NOW
    assert run.waiting == ["race"]

    run.fire_timer("b0")

    assert run.waiting == ["t0"]


def test_one_branch_that_cannot_be_told_is_an_incident_of_the_gateway_and_nothing_is_awaited() -> None:
    run = Dry(racing(message("paid"), timer("=span")), variables={"span": "soon"})

    assert run.incidents == [("race", IncidentType.TIMER_FAILED)]
    assert run.subscriptions == []

    run.retry({"span": "PT1H"})

    assert len(run.subscriptions) == len(run.timers) == 1


def test_in_a_loop_every_round_is_a_race_of_its_own() -> None:
    model = process(
        START
        + exclusive("merge")
        + event_based("race")
        + catch_event("hint", timer("PT1H"))
        + catch_event("paid", message("paid"))
        + END
        + chain("start", "merge", "race", "hint", "merge")
        + chain("race", "paid", "end")
    )
    run = Dry(model)

    for hour in (1, 2, 3):
        assert [row.due_at - NOW for row in run.timers] == [timedelta(hours=hour)]
        run.fire_timer("hint")

    assert len(run.subscriptions) == len(run.timers) == 1

    run.deliver("paid")

    assert run.ended is True


@pytest.mark.parametrize("place", ["sub", "called", "event"])
def test_it_races_at_every_depth(place: str) -> None:
    begin = '<startEvent id="ds"/>' + race(timer("PT1H"), message("paid"), prefix="d") + chain("ds", "drace")
    files = [process(begin, id="called")] if place == "called" else []
    if place == "sub":
        model = process(sequence(("act", sub_process("act", begin)), ("after", user_task("after"))))
    elif place == "called":
        model = process(sequence(("act", call_activity("act")), ("after", user_task("after"))))
    else:
        start = node("startEvent", "ds", content=signal("alarm"))
        handler = sub_process("act", begin.replace('<startEvent id="ds"/>', start), triggeredByEvent="true")
        model = process(sequence(("work", user_task("work"))) + handler)
    run = Dry(model, *files)
    if place == "event":
        run.signal("ds")

    run.deliver("db1")

    assert run.waiting == ["dt1"]
    assert run.timers == []

    run.complete("dt1")

    assert run.waiting == ([] if place == "event" else ["after"])


def test_every_instance_races_for_itself() -> None:
    content = multi_instance("[1, 2]", item="n") + '<startEvent id="ds"/>'
    content += race(timer("PT1H"), message("paid"), prefix="d") + chain("ds", "drace")
    run = Dry(process(sequence(("each", sub_process("each", content)))))

    run.deliver("db1")
    run.fire_timer("db0")

    assert run.waiting == ["dt1", "dt0"]
    assert run.rows[0].element_key == run.key("dt1")
    assert len(run.rows) == 2


def test_an_interrupting_event_around_it_ends_the_whole_race() -> None:
    content = (
        '<startEvent id="ds"/>' + race(timer("PT1H"), message("paid"), prefix="d") + chain("ds", "drace")
    )
    model = process(
        START
        + sub_process("act", content)
        + boundary("stop", "act", message("recalled"))
        + user_task("stopped")
        + END
        + chain("start", "act", "end")
        + chain("stop", "stopped", "end")
        + reaction("esp", condition("over"), ("all", user_task("all")))
    )
    stopped, over = Dry(model), Dry(model)

    stopped.deliver("stop")
    over.set_variables({"over": True})

    assert stopped.waiting == ["stopped"]
    assert over.waiting == ["all"]
    assert stopped.timers == over.timers == []
    assert "xdrace" in stopped.moves
    assert "xdrace" in over.moves


def test_an_inclusive_join_waits_for_whoever_wins() -> None:
    model = process(
        START
        + inclusive("split")
        + event_based("race")
        + catch_event("a", message("paid"))
        + catch_event("b", timer("PT1H"))
        + user_task("side")
        + inclusive("join")
        + user_task("after")
        + END
        + chain("start", "split")
        + flow("split", "race", "true")
        + flow("split", "side", "true")
        + chain("race", "a", "join")
        + chain("race", "b", "join")
        + chain("side", "join", "after", "end")
    )
    run = Dry(model)
    run.complete("side")

    assert run.waiting == ["race"]

    run.fire_timer("b")

    assert run.waiting == ["after"]


def test_two_tokens_at_one_gateway_race_for_themselves() -> None:
    model = process(
        START
        + parallel("split")
        + exclusive("merge")
        + race(message("paid"), message("recalled"))
        + node("task", "left")
        + node("task", "right")
        + chain("start", "split", "left", "merge", "race")
        + chain("split", "right", "merge")
    )
    run = Dry(model)

    assert run.waiting == ["race", "race"]

    run.deliver("b0")
    run.deliver("b1")

    assert run.waiting == ["t0", "t1"]
    assert run.subscriptions == []
