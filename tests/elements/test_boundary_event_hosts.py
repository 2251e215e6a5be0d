"""BPMN 2.0.2, 10.5.4, 10.5.6 and 13.5.3: boundary events of every kind on activities of every kind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.bpmn.effects import CloseElement, EndChild, IncidentType
from tests.elements.drawing import (
    END,
    START,
    boundary,
    call_activity,
    chain,
    clock,
    condition,
    error,
    escalation,
    inner,
    message,
    multi_instance,
    node,
    process,
    reads,
    sequence,
    service_task,
    signal,
    standard_loop,
    sub_process,
    timer,
    transaction,
    user_task,
)
from tests.elements.driver import NOW, Dry

CALLED = process(sequence(("job", service_task("job"))), id="called")
WORK = inner("i", ("job", service_task("job")))

HOSTS = {
    "user task": user_task("act"),
    "service task": service_task("act"),
    "receive task": node("receiveTask", "act", messageRef="m_answered"),
    "sub-process": sub_process("act", WORK),
    "transaction": transaction("act", WORK),
    "call activity": call_activity("act"),
    "parallel instances": sub_process("act", multi_instance("[1, 2, 3]", item="n") + WORK),
    "instances in a row": sub_process("act", multi_instance("[1, 2, 3]", item="n", sequential=True) + WORK),
    "called instances": node("callActivity", "act", calledElement="called", content=multi_instance("[1, 2]", item="n")),
    "loop": sub_process("act", standard_loop("true", maximum=3) + WORK),
}  # fmt: skip
DEFINITIONS = {
    "timer": timer("PT1H"),
    "date": timer("2026-03-02T12:00:00+08:00", kind="timeDate"),
    "cycle": timer("R3/PT1H", kind="timeCycle"),
    "message": message("recalled"),
    "signal": signal("alarm"),
    "condition": condition("risk > 3"),
}


def attached(host: str, definition: str, *, interrupting: bool) -> bytes:
    return process(
        START
        + host
        + boundary("event", "act", definition, interrupting=interrupting)
        + user_task("told")
        + user_task("after")
        + END
        + chain("start", "act", "after", "end")
        + chain("event", "told", "end")
    )


def trigger(run: Dry, kind: str) -> None:
    if kind in ("timer", "date", "cycle"):
        run.fire_timer("event")
    elif kind == "message":
        run.deliver("event")
    elif kind == "signal":
        run.signal("event")
    else:
        run.set_variables({"risk": 4})


def started(host: str, definition: str, *, interrupting: bool) -> Dry:
    return Dry(attached(host, definition, interrupting=interrupting), CALLED, variables={"caseId": "A"})


@pytest.mark.parametrize("kind", DEFINITIONS)
@pytest.mark.parametrize("host", HOSTS)
def test_an_interrupting_event_ends_the_activity_with_all_inside(host: str, kind: str) -> None:
    run = started(HOSTS[host], DEFINITIONS[kind], interrupting=True)

    trigger(run, kind)

    assert run.waiting == ["told"]
    assert [row.element_key for row in run.rows] == [run.key("told")]
    assert [effect.completed for effect in run.last if isinstance(effect, EndChild)] == [
        False for _ in run.children
    ]
    assert run.moves.count("+event") == 1

    run.complete("told")

    assert run.ended is True


@pytest.mark.parametrize("kind", DEFINITIONS)
@pytest.mark.parametrize("host", HOSTS)
def test_a_non_interrupting_event_leaves_the_activity_alone(host: str, kind: str) -> None:
    run = started(HOSTS[host], DEFINITIONS[kind], interrupting=False)
    before = run.waiting

    trigger(run, kind)

    assert run.waiting == [*before, "told"]
    assert not any(move[0] == "x" for move in run.moves)


@pytest.mark.parametrize("code", ["REFUSED", None])
@pytest.mark.parametrize("host", [host for host in HOSTS if host not in ("user task", "receive task")])
def test_an_error_inside_leaves_by_the_boundary(host: str, code: str | None) -> None:
    run = started(HOSTS[host], error(code), interrupting=True)

    run.throw("act" if host == "service task" else "job", "REFUSED")

    assert run.waiting == ["told"]
    assert [row.element_key for row in run.rows] == [run.key("told")]


@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize("host", [host for host in HOSTS if host != "receive task"])
def test_an_escalation_inside_comes_to_the_boundary(host: str, interrupting: bool) -> None:
    run = started(HOSTS[host], escalation("SLOW"), interrupting=interrupting)
    before = run.waiting

    run.escalate("act" if host.endswith("task") else "job", "SLOW")

    assert run.waiting == (["told"] if interrupting else [*before, "told"])


@pytest.mark.parametrize("host", HOSTS)
def test_completing_the_activity_ends_what_its_events_wait_for(host: str) -> None:
    both = timer("R/PT1H", kind="timeCycle") + message("recalled") + signal("alarm")
    run = started(HOSTS[host], both, interrupting=False)

    while "after" not in run.waiting:
        if host == "receive task":
            run.deliver("act")
        else:
            run.complete("act" if host.endswith("task") else "job")

    assert [row.element_key for row in run.rows] == [run.key("after")]


@pytest.mark.parametrize("host", ["parallel instances", "instances in a row", "loop"])
def test_the_event_belongs_to_all_instances_together_and_counts_from_their_begin(host: str) -> None:
    run = started(HOSTS[host], timer("PT3H"), interrupting=True)
    run.now += timedelta(hours=1)

    run.complete("job")

    assert [row.due_at - NOW for row in run.timers] == [timedelta(hours=3)]

    run.fire_timer("event")

    assert run.waiting == ["told"]


# --- cycles --------------------------------------------------------------------------------------


def test_a_cycle_missed_in_downtime_fires_once_and_keeps_its_rhythm() -> None:
    run = started(HOSTS["call activity"], timer("R9/PT1H", kind="timeCycle"), interrupting=False)

    run.fire_timer("event", late=timedelta(hours=6, minutes=10))

    assert run.waiting.count("told") == 1
    assert [(row.due_at - NOW, row.cycle) for row in run.timers] == [(timedelta(hours=8), "R7/PT1H")]

    run.fire_timer("event")

    assert run.waiting.count("told") == 2
    assert [row.due_at - NOW for row in run.timers] == [timedelta(hours=9)]


def test_the_last_firing_of_a_cycle_may_be_a_late_one() -> None:
    run = started(HOSTS["user task"], timer("R1/PT1H", kind="timeCycle"), interrupting=False)

    run.fire_timer("event", late=timedelta(days=9))

    assert run.waiting == ["act", "told"]
    assert run.timers == []


# --- together ------------------------------------------------------------------------------------


def test_events_of_one_activity_fire_side_by_side_until_one_interrupts() -> None:
    model = process(
        START
        + sub_process("act", WORK)
        + boundary("hint", "act", timer("R/PT1H", kind="timeCycle"), interrupting=False)
        + boundary("note", "act", message("paid"), interrupting=False)
        + boundary("stop", "act", signal("alarm"))
        + user_task("hinted")
        + user_task("noted")
        + user_task("stopped")
        + END
        + chain("start", "act", "end")
        + chain("hint", "hinted", "end")
        + chain("note", "noted", "end")
        + chain("stop", "stopped", "end")
    )
    run = Dry(model)
    run.fire_timer("hint")
    run.deliver("note")
    run.fire_timer("hint")

    run.signal("stop")

    assert run.waiting == ["hinted", "noted", "hinted", "stopped"]
    assert run.timers == []
    assert run.subscriptions == []

    for id in ("hinted", "noted", "hinted"):
        run.complete(id)

    assert run.ended is None

    run.complete("stopped")

    assert run.ended is True


def test_an_event_whose_timer_cannot_be_told_keeps_the_activity_from_beginning() -> None:
    run = Dry(
        attached(sub_process("act", WORK, extensions=clock("L1")), timer("=span"), interrupting=True),
        variables={"span": None},
    )

    assert run.incidents == [("act", IncidentType.TIMER_FAILED)]
    assert run.waiting == []
    assert run.clocks == []

    run.retry({"span": "PT1H"})

    assert run.waiting == ["job"]
    assert len(run.timers) == len(run.clocks) == 1


def test_a_timer_sees_the_inputs_of_its_activity() -> None:
    host = user_task("act", extensions=reads("span", '="PT" + string(hours) + "H"'))
    run = Dry(attached(host, timer("=span"), interrupting=True), variables={"hours": 5})

    assert [row.due_at - NOW for row in run.timers] == [timedelta(hours=5)]


def test_a_boundary_way_back_begins_the_activity_anew() -> None:
    model = process(
        START
        + node("exclusiveGateway", "merge")
        + user_task("act")
        + boundary("event", "act", timer("PT1H"))
        + END
        + chain("start", "merge", "act", "end")
        + chain("event", "merge")
    )
    run = Dry(model)
    first = run.key("act")

    run.fire_timer("event")

    assert run.waiting == ["act"]
    assert run.key("act") != first
    assert CloseElement(first, completed=False) in run.last
    assert [row.due_at - NOW for row in run.timers] == [timedelta(hours=2)]
