"""BPMN 2.0.2, 10.3.8 (table 10.28) and 13.3.6: an activity that is done again while a condition holds."""

from __future__ import annotations

from time import perf_counter

import pytest

from engine.bpmn.effects import IncidentType
from tests.elements.drawing import (
    END,
    START,
    TERMINATE,
    call_activity,
    chain,
    end_event,
    exclusive,
    flow,
    multi_instance,
    node,
    parallel,
    process,
    reads,
    script_task,
    sequence,
    service_task,
    standard_loop,
    sub_process,
    user_task,
    writes,
)
from tests.elements.driver import Dry


def looping(activity: str, *further: tuple[str, str]) -> bytes:
    return process(sequence(("work", activity), *further, ("after", user_task("after"))))


def counting(loop: str) -> Dry:
    """A script that counts its turns in `n`."""
    return Dry(looping(script_task("work", "n + 1", result="n", content=loop)), variables={"n": 0})


# --- how often -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loop", "turns"),
    [
        (standard_loop("n < 3"), 3),
        (standard_loop("n < 0"), 1),
        (standard_loop("n < 3", before=True), 3),
        (standard_loop("n < 0", before=True), 0),
        (standard_loop("n < 10", maximum=2), 2),
        (standard_loop("n < 10", before=True, maximum=2), 2),
        (standard_loop("n < 1", maximum=5), 1),
        (standard_loop(maximum=4), 4),
        (standard_loop(before=True, maximum=1), 1),
        (standard_loop("loopCounter < 3"), 3),
        (standard_loop("loopCounter < 3", before=True), 3),
    ],
)
def test_the_condition_and_the_maximum_decide_how_often(loop: str, turns: int) -> None:
    run = counting(loop)

    assert run.variables["n"] == turns
    assert run.waiting == ["after"]


def test_a_condition_asked_before_the_first_turn_leaves_an_activity_that_was_entered_once() -> None:
    run = counting(standard_loop("n > 5", before=True))

    assert [move for move in run.moves if move[1:] == "work"] == ["+work", "-work"]


def test_each_turn_is_an_activity_of_its_own_inside_the_one_that_loops() -> None:
    run = Dry(looping(user_task("work", content=standard_loop("more"))))

    run.complete("work", {"more": True})
    run.complete("work", {"more": False})

    assert [move for move in run.moves if move[1:] == "work"] == [
        "+work",
        "+work",
        "-work",
        "+work",
        "-work",
        "-work",
    ]
    assert run.waiting == ["after"]


# --- every kind of activity ----------------------------------------------------------------------


def test_a_department_is_asked_until_it_answers() -> None:
    run = Dry(looping(service_task("work", content=standard_loop("answer = null", maximum=3))))

    run.complete("work")
    run.complete("work", {"answer": 1})

    assert run.waiting == ["after"]
    assert run.path.count("work") == 3


def test_a_sub_process_begins_anew_in_each_turn() -> None:
    content = '<startEvent id="s"/>' + user_task("ask") + end_event("e") + chain("s", "ask", "e")
    loop = sub_process("work", standard_loop("again") + content, extensions=reads("round", "=loopCounter"))
    run = Dry(looping(loop))

    run.complete("ask", {"again": True, "round": 7})

    assert run.waiting == ["ask"]
    assert run.state.scopes[run.state.elements[run.key("ask")].scope].variables == {
        "loopCounter": 2,
        "round": 2,
    }

    run.complete("ask", {"again": False})

    assert run.waiting == ["after"]
    assert run.variables == {"again": False}


def test_a_terminate_end_event_ends_the_turn_and_not_the_loop() -> None:
    content = (
        '<startEvent id="s"/>'
        + parallel("split")
        + user_task("ask")
        + user_task("other")
        + end_event("stop", TERMINATE)
        + chain("s", "split", "ask", "stop")
        + chain("split", "other")
    )
    run = Dry(looping(sub_process("work", standard_loop("loopCounter < 2") + content)))

    run.complete("ask")

    assert run.waiting == ["ask", "other"]

    run.complete("ask")

    assert run.waiting == ["after"]


def test_a_process_is_called_in_each_turn() -> None:
    called = process(sequence(("x", script_task("x", "n + 1", result="n"))), id="called")
    run = Dry(looping(call_activity("work", content=standard_loop("n < 4"))), called, variables={"n": 0})

    assert run.variables == {"n": 4}
    assert list(run.children.values()) == [True] * 4


def test_a_task_without_work_turns_too() -> None:
    run = Dry(looping(node("task", "work", content=standard_loop("loopCounter < 3"))))

    assert run.path.count("work") == 4
    assert run.waiting == ["after"]


def test_each_turn_may_loop_in_turn() -> None:
    inner = script_task("x", "n + 1", result="n", content=standard_loop("loopCounter < 3"))
    content = '<startEvent id="s"/>' + inner + end_event("e") + chain("s", "x", "e")
    run = Dry(looping(sub_process("work", standard_loop("n < 10") + content)), variables={"n": 0})

    assert run.variables == {"n": 12}


# --- data ----------------------------------------------------------------------------------------


def test_each_turn_maps_its_inputs_and_outputs_and_the_counter_ends_with_it() -> None:
    extensions = reads("number", "=loopCounter * 10") + writes("got", "=append(got, number + answer)")
    run = Dry(
        looping(user_task("work", extensions=extensions, content=standard_loop(maximum=2))),
        variables={"got": []},
    )

    run.complete("work", {"answer": 1})
    run.complete("work", {"answer": 2})

    assert run.variables == {"got": [11, 22]}


def test_the_condition_sees_what_the_turn_was_completed_with_even_if_it_is_not_kept() -> None:
    extensions = writes("kept", "=1")
    run = Dry(looping(user_task("work", extensions=extensions, content=standard_loop("again"))))

    run.complete("work", {"again": True})

    assert run.waiting == ["work"]

    run.complete("work", {"again": False})

    assert run.variables == {"kept": 1}


# --- failures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("condition", ["missing", "1", '"x" + 1'])
def test_a_condition_that_is_neither_true_nor_false_before_the_first_turn_is_an_incident(
    condition: str,
) -> None:
    condition = f"if n = 7 then false else {condition}"
    run = counting(standard_loop(condition, before=True))

    assert run.incidents == [("work", IncidentType.LOOP_FAILED)]
    assert run.variables["n"] == 0

    run.retry({"n": 7})

    assert run.waiting == ["after"]
    assert run.variables["n"] == 7


def test_a_condition_that_fails_after_a_turn_is_an_incident_of_that_turn_and_the_work_is_not_lost() -> None:
    run = Dry(looping(user_task("work", content=standard_loop("more"))))

    run.complete("work", {"answer": 1})

    assert run.incidents == [("work", IncidentType.LOOP_FAILED)]
    assert run.variables == {"answer": 1}

    run.retry({"more": False})

    assert run.variables == {"answer": 1, "more": False}
    assert run.waiting == ["after"]


def test_a_turn_whose_work_fails_is_done_again_and_counts_once() -> None:
    run = Dry(looping(script_task("work", "n + 1", result="n", content=standard_loop("loopCounter < 2"))),
              variables={"n": "x"})  # fmt: skip

    assert run.incidents == [("work", IncidentType.SCRIPT_FAILED)]

    run.retry({"n": 0})

    assert run.variables["n"] == 2


def test_a_loop_without_end_stops_at_the_step_limit_and_goes_on_where_it_was() -> None:
    run = Dry(looping(script_task("work", "n + 1", result="n", content=standard_loop("n < 30"))),
              variables={"n": 0}, steps=20)  # fmt: skip

    assert run.incidents == [("work", IncidentType.STEP_LIMIT_EXCEEDED)]
    assert run.variables["n"] < 30

    run.retry()

    assert run.waiting == ["after"]
    assert run.variables["n"] == 30


def test_flows_and_their_conditions_come_after_the_last_turn() -> None:
    model = process(
        START
        + user_task("work", content=standard_loop("more"), default="work_no")
        + user_task("yes")
        + user_task("no")
        + exclusive("merge")
        + END
        + chain("start", "work")
        + flow("work", "yes", "good")
        + chain("work", "no", "merge", "end")
        + chain("yes", "merge")
    )
    run = Dry(model)

    run.complete("work", {"more": True, "good": True})

    assert run.waiting == ["work"]

    run.complete("work", {"more": False, "good": False})

    assert run.waiting == ["no"]


def test_a_standard_loop_in_a_multi_instance_turns_in_each_instance() -> None:
    inner = user_task("work", content=standard_loop("more"))
    content = '<startEvent id="s"/>' + inner + end_event("e") + chain("s", "work", "e")
    model = process(sequence(("each", sub_process("each", multi_instance("[1, 2]", item="i") + content))))
    run = Dry(model)

    run.complete("work", {"more": True}, nth=1)
    run.complete("work", {"more": False}, nth=1)

    assert run.waiting == ["work"]

    run.complete("work", {"more": False})

    assert run.ended is True


def test_ten_thousand_turns_take_ten_times_as_long_as_a_thousand() -> None:
    def seconds(turns: int) -> float:
        begun = perf_counter()
        run = Dry(looping(script_task("work", "n + 1", result="n", content=standard_loop(f"n < {turns}"))),
                  variables={"n": 0})  # fmt: skip
        assert run.variables["n"] == turns
        return perf_counter() - begun

    small, large = (min(seconds(turns) for _ in range(3)) for turns in (1_000, 10_000))

    assert large < 30 * small
