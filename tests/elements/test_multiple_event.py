"""BPMN 2.0.2, 10.5.5 (Multiple): events of which one definition is enough."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import IncidentType
from tests.elements.drawing import (
    END,
    START,
    boundary,
    catch_event,
    chain,
    condition,
    error,
    escalation,
    event_based,
    message,
    process,
    reaction,
    sequence,
    signal,
    throw_event,
    timer,
    user_task,
)
from tests.elements.driver import Dry
from tests.elements.triggers import trigger

ALL = message("paid") + signal("alarm") + timer("PT1H") + condition("risk > 3")
LOOK = ("look", user_task("look"))


KINDS = ["message", "signal", "timer", "condition"]


# --- multiple: one of them is enough -------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_any_one_of_the_triggers_is_enough_and_the_others_are_closed(kind: str) -> None:
    run = Dry(process(sequence(("wait", catch_event("wait", ALL)), LOOK)))

    assert len(run.subscriptions) == len(run.signal_subscriptions) == len(run.timers) == 1

    trigger(run, "wait", kind)

    assert run.waiting == ["look"]
    assert run.rows[0].element_key == run.key("look")
    assert len(run.rows) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_any_one_interrupts_an_activity_at_its_boundary(kind: str) -> None:
    model = process(
        START + user_task("work") + boundary("event", "work", ALL) + user_task("told") + END
        + chain("start", "work", "end") + chain("event", "told", "end")
    )  # fmt: skip
    run = Dry(model)

    trigger(run, "event", kind)

    assert run.waiting == ["told"]
    assert run.timers == []


def test_a_non_interrupting_one_fires_for_each_of_its_triggers_each_time() -> None:
    model = process(
        START
        + user_task("work")
        + boundary("event", "work", ALL, interrupting=False)
        + user_task("told")
        + END
        + chain("start", "work", "end")
        + chain("event", "told", "end")
    )
    run = Dry(model)

    for kind in (*KINDS, "message", "signal"):
        trigger(run, "event", kind)

    assert run.waiting.count("told") == 6
    assert "work" in run.waiting


def test_any_one_begins_an_event_sub_process() -> None:
    run = Dry(
        process(sequence(("work", user_task("work"))) + reaction("esp", ALL, ("told", user_task("told"))))
    )

    trigger(run, "esp_start", "signal")

    assert run.waiting == ["told"]
    assert run.subscriptions == []
    assert run.timers == []


@pytest.mark.parametrize("how", ["error", "escalation"])
def test_errors_and_escalations_may_be_among_them(how: str) -> None:
    model = process(
        START
        + user_task("work")
        + boundary("event", "work", error("REFUSED") + escalation("SLOW") + timer("PT1H"))
        + user_task("told")
        + END
        + chain("start", "work", "end")
        + chain("event", "told", "end")
    )
    run = Dry(model)

    if how == "error":
        run.throw("work", "REFUSED")
    else:
        run.escalate("work", "SLOW")

    assert run.waiting == ["told"]


def test_it_decides_an_event_based_gateway() -> None:
    model = process(
        START
        + event_based("race")
        + catch_event("any", ALL)
        + catch_event("late", timer("PT2H"))
        + user_task("told")
        + END
        + chain("start", "race", "any", "told", "end")
        + chain("race", "late", "end")
    )
    run = Dry(model)

    trigger(run, "any", "signal")

    assert run.waiting == ["told"]
    assert run.timers == []


def test_one_timer_that_fails_is_an_incident_and_nothing_is_awaited() -> None:
    model = process(sequence(("wait", catch_event("wait", message("paid") + timer("=span"))), LOOK))
    run = Dry(model, variables={"span": "soon"})

    assert run.incidents == [("wait", IncidentType.TIMER_FAILED)]
    assert run.subscriptions == []

    run.retry({"span": "PT1H"})

    assert len(run.subscriptions) == len(run.timers) == 1


# --- shared definitions --------------------------------------------------------------------------


def test_definitions_may_stand_at_the_root_and_be_referred_to() -> None:
    roots = (
        '<timerEventDefinition id="d_hour"><timeDuration>PT1H</timeDuration></timerEventDefinition>'
        '<signalEventDefinition id="d_alarm" signalRef="s_alarm"/>'
    )
    refs = "<eventDefinitionRef>d_hour</eventDefinitionRef><eventDefinitionRef>d_alarm</eventDefinitionRef>"
    model = process(
        START
        + user_task("work")
        + boundary("event", "work", refs, interrupting=False)
        + user_task("told")
        + throw_event("raise", "<eventDefinitionRef>d_alarm</eventDefinitionRef>")
        + END
        + chain("start", "work", "raise", "end")
        + chain("event", "told", "end"),
        roots=roots,
    )
    run = Dry(model)

    run.fire_timer("event")
    run.signal("event")

    assert run.waiting == ["work", "told", "told"]

    run.complete("work")

    assert run.signals == [("alarm", {})]
