"""BPMN 2.0.2, table 10.30: what the completion of an instance throws to the boundary of its activity."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import IncidentType
from tests.elements.drawing import (
    END,
    START,
    boundary,
    call_activity,
    chain,
    error,
    escalation,
    event_sub_process,
    message,
    multi_instance,
    process,
    script_task,
    sequence,
    signal,
    sub_process,
    user_task,
)
from tests.elements.driver import Dry

ROOTS = (
    '<signalEventDefinition id="d_alarm" signalRef="s_alarm"/>'
    '<escalationEventDefinition id="d_slow" escalationRef="x_SLOW"/>'
    '<errorEventDefinition id="d_refused" errorRef="e_REFUSED"/>'
    '<messageEventDefinition id="d_paid" messageRef="m_paid"/>'
)
IDS = {signal("alarm"): "d_alarm", escalation("SLOW"): "d_slow", error("REFUSED"): "d_refused"}


def complex_behavior(*cases: tuple[str, str]) -> str:
    """Condition and event definition each."""
    return "".join(
        f"<complexBehaviorDefinition><condition>{when}</condition>"
        f'<event id="throw{number}">{definition}</event></complexBehaviorDefinition>'
        for number, (when, definition) in enumerate(cases)
    )


def reporting(loop: str, caught: str, *, interrupting: bool, activity: str | None = None) -> bytes:
    return process(
        START
        + (activity or user_task("work", content=loop))
        + boundary("event", "work", caught, interrupting=interrupting)
        + user_task("handle")
        + user_task("after")
        + END
        + chain("start", "work", "after", "end")
        + chain("event", "handle", "end"),
        roots=ROOTS,
    )


def each(count: int = 3, **more: str) -> str:
    return multi_instance(cardinality=str(count), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("caught", [signal("alarm"), escalation("SLOW")])
def test_none_throws_when_any_instance_completes(caught: str) -> None:
    run = Dry(reporting(each(behavior="None", noneBehaviorEventRef=IDS[caught]), caught, interrupting=False))

    for handled in (1, 2, 3):
        run.complete("work")
        assert run.waiting.count("handle") == handled

    assert run.waiting == ["handle", "handle", "handle", "after"]


@pytest.mark.parametrize("caught", [signal("alarm"), escalation("SLOW")])
def test_one_throws_when_the_first_instance_completes(caught: str) -> None:
    run = Dry(reporting(each(behavior="One", oneBehaviorEventRef=IDS[caught]), caught, interrupting=False))

    run.complete("work", nth=2)

    assert run.waiting == ["work", "work", "handle"]

    run.complete("work")
    run.complete("work")

    assert run.waiting == ["handle", "after"]


def test_all_throws_nothing_and_is_what_holds_if_nothing_is_said() -> None:
    run = Dry(reporting(each(), signal("alarm"), interrupting=False))

    for _ in range(3):
        run.complete("work")

    assert run.waiting == ["after"]
    assert run.signals == []


def test_complex_throws_what_its_conditions_say_when_an_instance_completes() -> None:
    loop = multi_instance(
        cardinality="3",
        behavior="Complex",
        content=complex_behavior(
            ("good", signal("all_clear")),
            ("numberOfCompletedInstances = 2", escalation("SLOW")),
            ("not(good)", signal("alarm")),
        ),
    )
    run = Dry(reporting(loop, escalation("SLOW"), interrupting=False))

    run.complete("work", {"good": True})

    assert run.signals == [("all_clear", {})]
    assert "handle" not in run.waiting

    run.complete("work", {"good": False})

    assert [name for name, _ in run.signals] == ["all_clear", "alarm"]
    assert run.escalations == [("SLOW", "event")]
    assert run.waiting == ["work", "handle"]


@pytest.mark.parametrize("caught", [signal("alarm"), escalation("SLOW"), error("REFUSED")])
def test_an_interrupting_event_ends_the_other_instances(caught: str) -> None:
    run = Dry(reporting(each(behavior="One", oneBehaviorEventRef=IDS[caught]), caught, interrupting=True))

    run.complete("work", nth=3)

    assert run.waiting == ["handle"]
    assert [move for move in run.moves if move[0] == "x"] == ["xwork", "xwork", "xwork"]


def test_automatic_instances_do_not_go_on_once_the_first_one_has_interrupted_them() -> None:
    loop = each(behavior="One", oneBehaviorEventRef="d_alarm")
    activity = script_task("work", "n + 1", result="n", content=loop)
    run = Dry(reporting(loop, signal("alarm"), interrupting=True, activity=activity), variables={"n": 0})

    assert run.variables == {"n": 1}
    assert run.waiting == ["handle"]


def test_in_sequence_the_next_instance_begins_beside_what_the_event_begins() -> None:
    loop = multi_instance(cardinality="2", sequential=True, behavior="None", noneBehaviorEventRef="d_alarm")
    run = Dry(reporting(loop, signal("alarm"), interrupting=False))

    run.complete("work")

    assert sorted(run.waiting) == ["handle", "work"]
    assert run.path.count("work") == 3


def test_a_message_is_sent_into_the_world() -> None:
    run = Dry(
        reporting(each(behavior="None", noneBehaviorEventRef="d_paid"), message("paid"), interrupting=False)
    )

    run.complete("work")

    assert run.messages == [("paid", {})]

    run.deliver("event")

    assert run.waiting == ["work", "work", "handle"]


def test_the_last_instance_throws_before_the_activity_completes() -> None:
    loop = each(1, behavior="One", oneBehaviorEventRef="d_slow")
    run = Dry(reporting(loop, escalation("SLOW"), interrupting=True))

    run.complete("work")

    assert run.waiting == ["handle"]


@pytest.mark.parametrize("interrupting", [False, True])
def test_an_event_sub_process_of_the_scope_catches_too(interrupting: bool) -> None:
    handler = event_sub_process(
        "handler",
        escalation("SLOW"),
        user_task("handle") + chain("handler_start", "handle"),
        interrupting=interrupting,
    )
    model = process(
        sequence(("work", user_task("work", content=each(2, behavior="One", oneBehaviorEventRef="d_slow"))))
        + handler,
        roots=ROOTS,
    )
    run = Dry(model)

    run.complete("work")

    assert run.waiting == (["handle"] if interrupting else ["work", "handle"])


def test_nobody_hears_an_escalation_and_it_goes_on() -> None:
    run = Dry(
        reporting(each(2, behavior="None", noneBehaviorEventRef="d_slow"), error("LATE"), interrupting=True)
    )

    run.complete("work")
    run.complete("work")

    assert run.escalations == [("SLOW", None), ("SLOW", None)]
    assert run.waiting == ["after"]


def test_an_error_that_nobody_catches_is_an_incident_and_not_passed_over() -> None:
    loop = each(1, behavior="One", oneBehaviorEventRef="d_refused")
    run = Dry(reporting(loop, error("LATE"), interrupting=True))

    run.complete("work", {"a": 1})

    assert run.incidents == [("work", IncidentType.UNHANDLED_ERROR)]
    assert run.variables == {"a": 1}


def test_the_event_of_an_instance_that_also_fulfils_the_completion_condition_is_thrown() -> None:
    loop = each(3, behavior="None", noneBehaviorEventRef="d_slow").replace(
        "</multiInstance", "<completionCondition>true</completionCondition></multiInstance"
    )
    run = Dry(reporting(loop, escalation("SLOW"), interrupting=False))

    run.complete("work")

    assert run.waiting == ["handle", "after"]


def test_instances_of_a_called_process_throw_to_the_boundary_of_the_call() -> None:
    loop = each(2, behavior="None", noneBehaviorEventRef="d_alarm")
    activity = call_activity("work", content=loop)
    called = process(sequence(("ask", user_task("ask"))), id="called")
    run = Dry(reporting(loop, signal("alarm"), interrupting=False, activity=activity), called)

    run.complete("ask")

    assert run.waiting == ["ask", "handle"]


def test_an_inner_loop_throws_to_its_own_boundary_and_what_it_does_not_catch_to_the_outer() -> None:
    inner = each(1, behavior="None", noneBehaviorEventRef="d_slow")
    content = (
        '<startEvent id="s"/>'
        + user_task("ask", content=inner)
        + boundary("other", "ask", escalation("URGENT"))
        + '<endEvent id="e"/>'
        + chain("s", "ask", "e")
        + chain("other", "e")
    )
    activity = sub_process("work", each(2) + content)
    run = Dry(reporting("", escalation("SLOW"), interrupting=True, activity=activity))

    run.complete("ask")

    assert run.escalations == [("SLOW", "event")]
    assert run.waiting == ["handle"]


@pytest.mark.parametrize("condition", ["missing", '"a"'])
def test_a_behaviour_condition_that_fails_is_an_incident_of_the_instance(condition: str) -> None:
    loop = multi_instance(
        cardinality="2",
        behavior="Complex",
        content=complex_behavior((f"if ok = true then true else {condition}", signal("alarm"))),
    )
    run = Dry(reporting(loop, signal("alarm"), interrupting=False))

    run.complete("work")

    assert run.incidents == [("work", IncidentType.LOOP_FAILED)]
    assert run.signals == []

    run.retry({"ok": True})

    assert run.incidents == []
    assert run.waiting == ["work", "handle"]
