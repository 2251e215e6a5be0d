"""BPMN 2.0.2, 10.3.5, 10.5.6 and 13.5.4: event sub-processes, what triggers them and what they stop."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.bpmn.effects import CloseElement, CreateTimer, IncidentType
from engine.bpmn.stimuli import DeliverMessage
from engine.errors import InvalidState
from tests.elements.drawing import (
    END,
    START,
    chain,
    condition,
    error,
    escalation,
    exclusive,
    flow,
    message,
    node,
    parallel,
    process,
    reaction,
    reads,
    script_task,
    sequence,
    signal,
    throw_event,
    timer,
    user_task,
    writes,
)
from tests.elements.driver import NOW, Dry

HANDLE = ("handle", user_task("handle"))


def listening_for(definition: str, *, interrupting: bool = True, extensions: str = "") -> bytes:
    handler = reaction("esp", definition, HANDLE, interrupting=interrupting, extensions=extensions)
    return process(sequence(("work", user_task("work"))) + handler)


def trigger(run: Dry, kind: str) -> None:
    if kind == "timer":
        run.fire_timer("esp_start")
    elif kind == "message":
        run.deliver("esp_start")
    elif kind == "signal":
        run.signal("esp_start")
    elif kind == "condition":
        run.set_variables({"risk": True})
    elif kind == "escalation":
        run.escalate("work", "SLOW")
    else:
        run.throw("work", "REFUSED")


DEFINITIONS = {
    "timer": timer("PT1H"),
    "message": message("recalled"),
    "signal": signal("alarm"),
    "condition": condition("risk"),
    "escalation": escalation("SLOW"),
    "error": error("REFUSED"),
}


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_an_interrupting_one_ends_all_else_in_its_scope(kind: str) -> None:
    run = Dry(listening_for(DEFINITIONS[kind]))
    work = run.key("work")

    trigger(run, kind)

    assert run.waiting == ["handle"]
    assert CloseElement(work, completed=False) in run.last
    assert run.listening == []

    run.complete("handle")

    assert run.ended is True


@pytest.mark.parametrize("kind", [kind for kind in DEFINITIONS if kind != "error"])
def test_a_non_interrupting_one_runs_beside_the_rest_which_waits_for_it(kind: str) -> None:
    run = Dry(listening_for(DEFINITIONS[kind], interrupting=False))

    trigger(run, kind)

    assert run.waiting == ["work", "handle"]

    run.complete("work")

    assert run.ended is None

    run.complete("handle")

    assert run.ended is True


@pytest.mark.parametrize("kind", ["message", "signal", "escalation"])
def test_a_non_interrupting_one_begins_as_often_as_it_is_triggered(kind: str) -> None:
    run = Dry(listening_for(DEFINITIONS[kind], interrupting=False))

    for _ in range(3):
        trigger(run, kind)

    assert run.waiting == ["work", "handle", "handle", "handle"]


def test_its_path_begins_with_itself_and_its_start_event() -> None:
    run = Dry(listening_for(message("recalled")))

    run.deliver("esp_start")

    assert run.moves == ["=start", "+work", "xwork", "+esp", "+esp_start", "-esp_start", "+handle"]


def test_nobody_listens_any_more_once_the_scope_has_ended() -> None:
    run = Dry(listening_for(message("recalled"), interrupting=False))
    listener = next(key for key in run.state.elements if run.state.elements[key].phase.name == "LISTENING")

    run.complete("work")

    assert run.ended is True
    assert CloseElement(listener, completed=True) in run.last
    assert run.subscriptions == []


def test_as_long_as_one_runs_its_scope_listens_on() -> None:
    run = Dry(listening_for(message("recalled"), interrupting=False))
    run.deliver("esp_start")
    run.complete("work")

    run.deliver("esp_start")

    assert run.waiting == ["handle", "handle"]
    assert run.ended is None


def test_a_message_for_a_listener_that_ended_is_refused() -> None:
    run = Dry(listening_for(message("recalled")))
    row = run.subscriptions[0]
    run.deliver("esp_start")

    with pytest.raises(InvalidState, match="ended"):
        run.step(DeliverMessage(row.element_key, row.node))


# --- timers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("definition", "hours"),
    [(timer("PT3H"), 3), (timer("2026-03-02T13:00:00+08:00", kind="timeDate"), 4)],
)
def test_a_duration_or_date_counts_from_the_begin_of_the_scope(definition: str, hours: int) -> None:
    run = Dry(listening_for(definition))

    assert [row.due_at for row in run.timers] == [NOW + timedelta(hours=hours)]


def test_a_cycle_begins_it_again_and_again() -> None:
    run = Dry(listening_for(timer("R3/PT1H", kind="timeCycle"), interrupting=False))

    while run.timers:
        run.fire_timer("esp_start")

    assert run.waiting == ["work", "handle", "handle", "handle"]
    due = [effect.due_at - NOW for effect in run.effects if isinstance(effect, CreateTimer)]
    assert due == [timedelta(hours=n) for n in (1, 2, 3)]


def test_a_cycle_missed_in_downtime_begins_it_once() -> None:
    run = Dry(listening_for(timer("R/PT1H", kind="timeCycle"), interrupting=False))

    run.fire_timer("esp_start", late=timedelta(days=2, minutes=30))

    assert run.waiting == ["work", "handle"]
    assert [row.due_at - NOW for row in run.timers] == [timedelta(hours=50)]


def test_an_interrupting_cycle_begins_it_once() -> None:
    run = Dry(listening_for(timer("R5/PT1H", kind="timeCycle")))

    run.fire_timer("esp_start")

    assert run.waiting == ["handle"]
    assert run.timers == []


# --- at once -------------------------------------------------------------------------------------


def test_an_interrupting_one_stops_the_other_branch_before_its_next_step() -> None:
    model = process(
        START
        + parallel("split")
        + script_task("one", "1", result="a")
        + throw_event("raise", signal("alarm"))
        + script_task("two", "2", result="b")
        + script_task("after", "3", result="c")
        + END
        + chain("start", "split", "one", "two", "end")
        + chain("split", "raise", "after", "end")
        + reaction("esp", signal("alarm"), HANDLE)
    )
    run = Dry(model)

    # `two` and what follows the throwing event were next in line.
    assert run.variables == {"a": 1}
    assert run.waiting == ["handle"]
    assert "after" not in run.path


def test_it_begins_before_the_next_token_moves() -> None:
    model = process(
        sequence(
            ("raise", throw_event("raise", signal("alarm"))),
            ("next", script_task("next", "seen", result="saw")),
            ("look", user_task("look")),
        )
        + reaction("esp", signal("alarm"), interrupting=False, extensions=writes("seen", '="yes"'))
    )
    run = Dry(model)

    assert run.variables == {"seen": "yes", "saw": "yes"}


def test_an_interrupting_one_ends_running_ones_of_the_same_scope_and_their_listeners() -> None:
    model = process(
        sequence(("work", user_task("work")))
        + reaction("ask", message("paid"), ("asked", user_task("asked")), interrupting=False)
        + reaction("stop", message("recalled"), HANDLE)
    )
    run = Dry(model)
    run.deliver("ask_start")
    run.deliver("ask_start")

    run.deliver("stop_start")

    assert run.waiting == ["handle"]
    assert run.listening == []
    assert run.subscriptions == []


# --- data ----------------------------------------------------------------------------------------


def test_a_message_brings_what_its_start_event_maps_and_nothing_else() -> None:
    run = Dry(listening_for(message("recalled"), extensions=writes("why", "=reason")))

    run.deliver("esp_start", {"reason": "mistake", "other": 1})

    assert run.variables == {"why": "mistake"}


def test_a_message_without_mapping_brings_everything() -> None:
    run = Dry(listening_for(message("recalled")))

    run.deliver("esp_start", {"reason": "mistake", "other": 1})

    assert run.variables == {"reason": "mistake", "other": 1}


def test_a_mapping_that_fails_is_an_incident_of_the_start_event_and_can_be_retried() -> None:
    run = Dry(listening_for(message("recalled"), extensions=writes("n", "=count + 1")))

    run.deliver("esp_start", {"count": "x"})

    assert run.incidents == [("esp_start", IncidentType.MAPPING_FAILED)]
    assert run.waiting == []

    run.retry({"count": 2})

    assert run.variables["n"] == 3
    assert run.waiting == ["handle"]


def test_the_event_sees_and_writes_the_data_of_its_scope() -> None:
    handler = reaction(
        "esp", message("recalled"), ("count", script_task("count", "n + 1", result="n")), interrupting=False
    )
    run = Dry(process(sequence(("work", user_task("work"))) + handler), variables={"n": 1})

    run.deliver("esp_start")
    run.deliver("esp_start")

    assert run.variables == {"n": 3}


# --- what it waits for cannot be told ------------------------------------------------------------


def test_a_timer_that_fails_is_an_incident_of_the_event_and_the_rest_goes_on() -> None:
    run = Dry(listening_for(timer("=span")), variables={"span": "soon"})

    assert run.incidents == [("esp", IncidentType.TIMER_FAILED)]
    assert run.waiting == ["work"]
    assert run.timers == []

    run.retry({"span": "PT2H"})

    assert run.incidents == []
    assert run.listening == ["esp"]
    assert len(run.timers) == 1

    run.fire_timer("esp_start")

    assert run.waiting == ["handle"]


def test_an_incident_of_a_listener_ends_with_its_scope() -> None:
    run = Dry(listening_for(timer("=span")), variables={"span": "soon"})

    run.complete("work")

    assert run.ended is True
    assert run.incidents == []


def test_a_correlation_key_that_fails_is_an_incident_of_the_event() -> None:
    run = Dry(listening_for(message("answered")))

    assert run.incidents == [("esp", IncidentType.CORRELATION_FAILED)]

    run.retry({"caseId": "A-1"})

    assert [row.correlation_key for row in run.subscriptions] == ["A-1"]


def test_a_canceled_case_closes_its_listeners() -> None:
    run = Dry(listening_for(message("recalled"), interrupting=False, extensions=writes("a", "=1")))
    run.deliver("esp_start")

    run.cancel()

    assert run.ended is False
    assert run.subscriptions == []


def test_a_listening_event_does_not_keep_the_case_open_by_itself() -> None:
    model = process(
        sequence(("note", script_task("note", "1", result="a")))
        + reaction("esp", timer("PT1H"), HANDLE)
        + reaction("esp2", message("paid"), ("x", user_task("x", extensions=reads("q", "=1"))))
    )

    run = Dry(model)

    assert run.ended is True
    assert run.timers == []


def test_a_join_that_is_stuck_is_reported_once_however_often_an_event_comes_and_goes() -> None:
    model = process(
        START
        + exclusive("choice", default="choice_a")
        + node("task", "a")
        + node("task", "b")
        + parallel("join")
        + END
        + chain("start", "choice", "a", "join", "end")
        + flow("choice", "b", "false")
        + chain("b", "join")
        + reaction("esp", message("paid"), HANDLE, interrupting=False)
    )
    run = Dry(model)

    for _ in range(2):
        run.deliver("esp_start")
        run.complete("handle")

    assert run.incidents == [("join", IncidentType.JOIN_STUCK)]

    run.retry()

    assert run.incidents == [("join", IncidentType.JOIN_STUCK)]
