"""BPMN 2.0.2, 10.3.8 and 13.5: instances in instances, in called processes, and events across them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.bpmn.effects import IncidentType
from tests.elements.drawing import (
    END,
    START,
    TERMINATE,
    association,
    boundary,
    call_activity,
    catch_event,
    chain,
    clock,
    compensate,
    condition,
    end_event,
    error,
    escalation,
    event_sub_process,
    message,
    multi_instance,
    parallel,
    process,
    reads,
    script_task,
    sequence,
    service_task,
    signal,
    sub_process,
    throw_event,
    timer,
    user_task,
)
from tests.elements.driver import Dry


def inside(*nodes: tuple[str, str], prefix: str = "", further: str = "") -> str:
    ids = [f"{prefix}s", *(id for id, _ in nodes), f"{prefix}e"]
    ends = f'<startEvent id="{prefix}s"/><endEvent id="{prefix}e"/>'
    return ends + "".join(text for _, text in nodes) + further + chain(*ids)


def guarded(activity: str, definition: str, *, interrupting: bool = True, extensions: str = "") -> bytes:
    return process(
        START
        + activity
        + boundary("event", "work", definition, interrupting=interrupting, extensions=extensions)
        + user_task("handle")
        + user_task("after")
        + END
        + chain("start", "work", "after", "end")
        + chain("event", "handle", "end")
    )


EACH = multi_instance("[1, 2, 3]", item="i")


# --- instances in instances ----------------------------------------------------------------------


@pytest.mark.parametrize("inner_sequential", [False, True])
@pytest.mark.parametrize("outer_sequential", [False, True])
def test_lists_of_lists_give_lists_of_lists(outer_sequential: bool, inner_sequential: bool) -> None:
    inner = multi_instance("row", item="cell", output=("cells", "cell * 2"), sequential=inner_sequential)
    outer = multi_instance("rows", item="row", output=("table", "cells"), sequential=outer_sequential)
    task = script_task("x", "cell", result="last", content=inner)
    content = '<dataObject id="d" name="cells"/>' + inside(("x", task))
    model = process(sequence(("work", sub_process("work", outer + content)), ("after", user_task("after"))))
    run = Dry(model, variables={"rows": [[1, 2], [], [3]]})

    assert run.variables["table"] == [[2, 4], [], [6]]


def test_inner_instances_see_the_items_and_the_counter_of_their_own_loop() -> None:
    task = user_task(
        "ask", content=multi_instance("[10, 20]", item="j"), extensions=reads("seen", "=[i, j, loopCounter]")
    )
    run = Dry(guarded(sub_process("work", EACH + inside(("ask", task))), timer("PT1H")))

    seen = []
    for _ in range(6):
        key = run.instance("ask")
        seen.append((run.state.elements[key].locals or {})["seen"])
        run.complete("ask")

    assert seen == [[i, j, n] for i in (1, 2, 3) for n, j in ((1, 10), (2, 20))]
    assert run.waiting == ["after"]


def test_the_completion_of_an_inner_loop_leaves_the_other_inner_loops_alone() -> None:
    task = user_task("ask", content=multi_instance(cardinality="2", until="enough"))
    run = Dry(guarded(sub_process("work", EACH + inside(("ask", task))), timer("PT1H")))

    run.complete("ask", {"enough": True})

    assert run.waiting == ["ask"] * 4


def test_through_calls_the_instances_of_one_file_multiply_with_those_of_another() -> None:
    called = process(
        sequence(("ask", user_task("ask", content=multi_instance(cardinality="2")))), id="called"
    )
    run = Dry(guarded(call_activity("work", content=EACH), timer("PT1H")), called)

    assert run.waiting == ["ask"] * 6

    for _ in range(6):
        run.complete("ask")

    assert run.waiting == ["after"]
    assert list(run.children.values()) == [True, True, True]


# --- errors and escalations ----------------------------------------------------------------------


def test_an_error_of_one_instance_ends_all_of_them() -> None:
    run = Dry(guarded(user_task("work", content=EACH), error("REFUSED")))

    run.throw("work", "REFUSED", nth=2)

    assert run.waiting == ["handle"]
    assert [move for move in run.moves if move[0] == "x"] == ["xwork"] * 4


def test_an_error_crosses_called_processes_and_the_bodies_of_several_loops() -> None:
    bottom = process(START + user_task("ask", content=EACH) + END + chain("start", "ask", "end"), id="bottom")
    middle = process(
        sequence(
            ("deeper", call_activity("deeper", called="bottom", content=multi_instance(cardinality="2")))
        ),
        id="called",
    )
    top = guarded(call_activity("work", content=EACH), error("REFUSED"), extensions="")
    run = Dry(top, middle, bottom)
    assert run.waiting == ["ask"] * 18

    run.throw("ask", "REFUSED", nth=7)

    assert run.waiting == ["handle"]
    assert set(run.children.values()) == {False}


def test_an_instance_that_handles_its_error_inside_leaves_the_others_alone() -> None:
    caught = boundary("wrong", "ask", error("REFUSED")) + user_task("mend") + chain("wrong", "mend", "e")
    content = inside(("ask", user_task("ask")), further=caught)
    run = Dry(guarded(sub_process("work", EACH + content), error("REFUSED")))

    run.throw("ask", "REFUSED", nth=2)

    assert sorted(run.waiting) == ["ask", "ask", "mend"]


def test_an_error_that_nobody_catches_is_an_incident_of_its_instance() -> None:
    run = Dry(guarded(service_task("work", content=EACH), error("LATE")))

    run.throw("work", "REFUSED", nth=2)

    assert run.incidents == [("work", IncidentType.UNHANDLED_ERROR)]
    assert run.waiting == ["work", "work"]

    run.retry()

    assert run.waiting == ["work", "work", "work"]


def test_each_instance_may_escalate_to_the_boundary_without_ending_anything() -> None:
    content = inside(("report", throw_event("report", escalation("SLOW"))), ("ask", user_task("ask")))
    run = Dry(guarded(sub_process("work", EACH + content), escalation("SLOW"), interrupting=False))

    assert sorted(run.waiting) == ["ask"] * 3 + ["handle"] * 3


def test_an_interrupting_escalation_of_the_first_instance_keeps_the_others_from_reporting() -> None:
    content = inside(("report", throw_event("report", escalation("SLOW"))), ("ask", user_task("ask")))
    run = Dry(guarded(sub_process("work", EACH + content), escalation("SLOW")))

    assert run.waiting == ["handle"]
    assert run.escalations == [("SLOW", "event")]


# --- boundary events of the body -----------------------------------------------------------------


def test_there_is_one_timer_and_one_clock_for_all_instances_together() -> None:
    run = Dry(guarded(user_task("work", content=EACH, extensions=clock("whole")), timer("PT1H")))

    assert (len(run.timers), len(run.clocks)) == (1, 1)

    run.complete("work")
    run.fire_timer("event")

    assert run.waiting == ["handle"]
    assert (run.timers, run.clocks) == ([], [])


def test_a_timer_of_a_sequence_runs_on_from_one_instance_to_the_next() -> None:
    loop = multi_instance("[1, 2]", sequential=True)
    run = Dry(guarded(user_task("work", content=loop), timer("PT1H"), interrupting=False))
    run.now += timedelta(minutes=30)
    due = run.timers[0].due_at

    run.complete("work")

    assert [row.due_at for row in run.timers] == [due]

    run.fire_timer("event")

    assert sorted(run.waiting) == ["handle", "work"]


@pytest.mark.parametrize("interrupting", [False, True])
def test_a_message_at_the_boundary_comes_once_for_all_instances(interrupting: bool) -> None:
    run = Dry(guarded(user_task("work", content=EACH), message("recalled"), interrupting=interrupting))

    assert len(run.subscriptions) == 1

    run.deliver("event")

    assert run.waiting == (["handle"] if interrupting else ["work", "work", "work", "handle"])


def test_a_condition_at_the_boundary_sees_what_an_instance_wrote() -> None:
    run = Dry(guarded(user_task("work", content=EACH), condition("bad = true")))

    run.complete("work", {"bad": False})

    assert len(run.waiting) == 2

    run.complete("work", {"bad": True})

    assert run.waiting == ["handle"]


def test_automatic_instances_stop_at_once_when_a_condition_becomes_true() -> None:
    work = script_task("work", "n + i", result="n", content=EACH)
    run = Dry(guarded(work, condition("n >= 3")), variables={"n": 0})

    assert run.variables == {"n": 3}
    assert run.waiting == ["handle"]


# --- events inside each instance -----------------------------------------------------------------


def test_a_signal_reaches_every_instance_that_waits_for_it() -> None:
    content = inside(("wait", catch_event("wait", signal("alarm"))), ("ask", user_task("ask")))
    run = Dry(
        process(
            START
            + parallel("split")
            + sub_process("work", EACH + content)
            + user_task("trigger")
            + throw_event("shout", signal("alarm"))
            + END
            + chain("start", "split", "work", "end")
            + chain("split", "trigger", "shout", "end")
        )
    )

    run.complete("trigger")

    assert run.waiting == ["ask", "ask", "ask"]


@pytest.mark.parametrize("interrupting", [False, True])
def test_each_instance_has_its_own_event_sub_process(interrupting: bool) -> None:
    handler = event_sub_process(
        "handler", message("paid"), user_task("handle_paid") + chain("handler_start", "handle_paid"),
        interrupting=interrupting,
    )  # fmt: skip
    content = inside(("ask", user_task("ask")), further=handler)
    run = Dry(guarded(sub_process("work", EACH + content), timer("PT1H")))

    assert run.listening == ["handler"] * 3

    run.deliver("handler_start")

    assert run.waiting.count("ask") == (2 if interrupting else 3)
    assert run.waiting.count("handle_paid") == 1

    while "work" not in run.waiting and "after" not in run.waiting:
        run.complete(run.waiting[0])

    assert run.waiting == ["after"]
    assert run.subscriptions == []


def test_a_terminate_end_event_ends_its_own_instance() -> None:
    content = (
        '<startEvent id="s"/>'
        + parallel("split")
        + user_task("a")
        + user_task("b")
        + end_event("stop", TERMINATE)
        + chain("s", "split", "a", "stop")
        + chain("split", "b")
    )
    run = Dry(guarded(sub_process("work", EACH + content), timer("PT1H")))

    run.complete("a")

    assert run.waiting == ["a", "b", "a", "b"]


def test_the_instances_are_compensated_in_reverse_order_with_the_items_of_their_time() -> None:
    model = process(
        START
        + user_task("work", content=EACH)
        + boundary("undo_work", "work", compensate())
        + user_task("undo", extensions=reads("item", "=i"), isForCompensation="true")
        + throw_event("back", compensate())
        + user_task("after")
        + chain("start", "work", "back", "after")
        + association("undo_work", "undo")
    )
    run = Dry(model)
    for nth in (2, 1, 1):
        run.complete("work", nth=nth)

    undone = []
    while run.waiting == ["undo"]:
        undone.append((run.locals_of("undo") or {})["item"])
        run.complete("undo")

    assert undone == [3, 1, 2]


def test_canceling_the_case_ends_all_instances_at_every_depth() -> None:
    called = process(sequence(("ask", user_task("ask", content=EACH))), id="called")
    run = Dry(guarded(call_activity("work", content=EACH), timer("PT1H")), called)

    run.cancel()

    assert run.rows == []
    assert set(run.children.values()) == {False}
