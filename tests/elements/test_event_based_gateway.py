"""BPMN 2.0.2, 10.6.6 and 13.4.4: event-based gateway."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import IncidentType
from engine.bpmn.stimuli import CompleteElement, DeliverMessage, TriggerTimer
from engine.errors import InvalidState
from tests.elements.drawing import (
    END,
    START,
    boundary,
    catch_event,
    chain,
    event_based,
    message,
    node,
    process,
    sub_process,
    timer,
    user_task,
    writes,
)
from tests.elements.driver import NOW, Dry

RACE = process(
    START
    + event_based("race")
    + catch_event("paid", message("paid"), extensions=writes("sum", "=amount"))
    + catch_event("late", timer("PT1H"))
    + node("receiveTask", "recalled", messageRef="m_recalled")
    + user_task("after_paid")
    + user_task("after_late")
    + user_task("after_recalled")
    + END
    + chain("start", "race", "paid", "after_paid", "end")
    + chain("race", "late", "after_late", "end")
    + chain("race", "recalled", "after_recalled", "end")
)


def test_it_waits_for_all_its_events_at_once() -> None:
    run = Dry(RACE)

    assert run.waiting == ["race"]
    assert [row.element_id for row in run.subscriptions] == ["paid", "recalled"]
    assert [row.element_id for row in run.timers] == ["late"]


@pytest.mark.parametrize("winner", ["paid", "late", "recalled"])
def test_the_first_event_wins_and_the_others_are_closed(winner: str) -> None:
    run = Dry(RACE)
    gateway = run.key("race")

    if winner == "late":
        run.fire_timer("late")
    else:
        run.deliver(winner, {"amount": 3})

    assert run.path == ["start", "race", winner, f"after_{winner}"]
    assert [close.element_key for close in run.closed()] == [gateway]
    assert run.timers == []
    assert run.subscriptions == []


def test_a_message_brings_only_what_its_event_maps() -> None:
    run = Dry(RACE)

    run.deliver("paid", {"amount": 3, "secret": "x"})

    assert run.variables == {"sum": 3}


def test_a_receive_task_without_mapping_takes_the_whole_message() -> None:
    run = Dry(RACE)

    run.deliver("recalled", {"reason": "mistake"})

    assert run.variables == {"reason": "mistake"}


def test_a_loser_that_comes_late_is_refused() -> None:
    run = Dry(RACE)
    late = run.timers[0]
    run.deliver("paid", {"amount": 3})

    with pytest.raises(InvalidState, match="has ended"):
        run.step(TriggerTimer(late.element_key, late.node, late.due_at))


def test_what_is_no_branch_of_the_gateway_cannot_fire() -> None:
    run = Dry(RACE)
    key, task = run.key("race"), run.library.programs[0].node_named("after_paid")
    assert task is not None

    with pytest.raises(InvalidState, match="does not"):
        run.step(DeliverMessage(key, task.index))
    with pytest.raises(InvalidState, match="is neither"):
        run.step(CompleteElement(key))


def test_a_timer_cannot_stand_in_for_a_message() -> None:
    run = Dry(RACE)
    late, paid = run.timers[0], run.subscriptions[0]

    with pytest.raises(InvalidState, match="Expected a message"):
        run.step(DeliverMessage(late.element_key, late.node))
    with pytest.raises(InvalidState, match="Expected a timer"):
        run.step(TriggerTimer(paid.element_key, paid.node, NOW))


def test_one_event_that_cannot_be_awaited_stops_all_of_them() -> None:
    model = RACE.replace(b"PT1H", b"=wait")
    run = Dry(model)

    assert run.incidents == [("race", IncidentType.TIMER_FAILED)]
    assert run.timers == []
    assert run.subscriptions == []

    run.retry({"wait": "PT2H"})

    assert run.waiting == ["race"]
    assert len(run.timers) == 1


def test_an_event_whose_mapping_fails_keeps_the_message() -> None:
    model = RACE.replace(b'source="=amount"', b'source="=amount + 1"')
    run = Dry(model)

    run.deliver("paid", {"amount": "three"})

    assert run.incidents == [("paid", IncidentType.MAPPING_FAILED)]
    assert run.timers == []

    run.retry({"amount": 3})

    assert run.variables["sum"] == 4
    assert run.waiting == ["after_paid"]


def test_it_ends_with_the_sub_process_around_it() -> None:
    inner = (
        '<startEvent id="s"/>'
        + event_based("race")
        + catch_event("paid", message("paid"))
        + catch_event("late", timer("PT9H"))
        + '<endEvent id="e"/>'
        + chain("s", "race", "paid", "e")
        + chain("race", "late", "e")
    )
    run = Dry(
        process(
            START
            + sub_process("sub", inner)
            + boundary("stop", "sub", timer("PT1H"))
            + END
            + chain("start", "sub", "end")
            + chain("stop", "end")
        )
    )

    run.fire_timer("stop")

    assert run.ended is True
    assert run.timers == []
    assert run.subscriptions == []
