"""BPMN 2.0.2, 10.3.5 (table 10.22) and 13.3.5: ad-hoc sub-process whose data says what begins."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import IncidentType
from tests.elements.drawing import (
    ad_hoc,
    call_activity,
    chain,
    end_event,
    exclusive,
    flow,
    message,
    multi_instance,
    node,
    parallel,
    process,
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

ABC = user_task("a") + user_task("b") + user_task("c")
SEQUENTIAL = {"ordering": "Sequential"}
AWAITING = {"cancelRemainingInstances": "false"}


def beginning(
    activities: str, content: str = ABC, *, condition: str | None = None, extensions: str = "", **more: str
) -> bytes:
    work = ad_hoc(
        "work",
        content,
        condition=condition,
        extensions=extensions,
        gov_activeElements=f"={activities}",
        **more,
    )
    return process(sequence(("work", work), ("after", user_task("after"))))


# --- what begins ---------------------------------------------------------------------------------


def test_the_activities_that_the_data_names_begin_at_once() -> None:
    run = Dry(beginning("wanted"), variables={"wanted": ["c", "a"]})

    assert run.waiting == ["c", "a"]

    run.complete("a")
    run.complete("c")

    assert run.waiting == ["after"]
    assert "b" not in run.path


def test_one_name_need_not_be_a_list() -> None:
    run = Dry(beginning('"b"'))

    assert run.waiting == ["b"]


def test_an_activity_may_begin_several_times() -> None:
    run = Dry(beginning('["a", "a", "b"]'))

    assert run.waiting == ["a", "a", "b"]


def test_in_sequence_they_begin_one_after_the_other() -> None:
    run = Dry(beginning('["b", "a", "c"]', **SEQUENTIAL))

    for expected in ("b", "a", "c"):
        assert run.waiting == [expected]
        run.complete(expected)

    assert run.waiting == ["after"]


def test_in_sequence_the_next_waits_for_all_that_follows_the_one_before() -> None:
    content = ABC + flow("a", "c")
    run = Dry(beginning('["a", "b"]', content, **SEQUENTIAL))

    run.complete("a")

    assert run.waiting == ["c"]

    run.complete("c")

    assert run.waiting == ["b"]


@pytest.mark.parametrize("idle", ["task", "manualTask"])
def test_in_sequence_tasks_without_work_give_way_to_the_next(idle: str) -> None:
    run = Dry(beginning('["x", "y", "a"]', node(idle, "x") + node(idle, "y") + ABC, **SEQUENTIAL))

    assert run.waiting == ["a"]
    assert run.path == ["start", "work", "x", "y", "a"]


def test_with_nothing_to_begin_it_completes() -> None:
    run = Dry(beginning("[]"))

    assert run.waiting == ["after"]


@pytest.mark.parametrize("names", ['["a", "zz"]', "null", '["work"]', "[1]", "missing", '"end"', '1 + "a"'])
def test_what_is_no_activity_inside_is_refused_before_anything_begins(names: str) -> None:
    run = Dry(beginning(f'if ok = true then ["a"] else {names}'))

    assert run.incidents == [("work", IncidentType.MAPPING_FAILED)]
    assert run.waiting == []

    run.retry({"ok": True})

    assert run.waiting == ["a"]


def test_an_activity_behind_a_flow_cannot_be_begun_by_itself() -> None:
    run = Dry(beginning('["c"]', ABC + flow("a", "c")))

    assert run.incidents == [("work", IncidentType.MAPPING_FAILED)]


# --- flows inside --------------------------------------------------------------------------------


def test_flows_inside_are_followed() -> None:
    content = (
        ABC
        + exclusive("choice", default="choice_c")
        + chain("a", "choice", "c")
        + flow("choice", "b", "well")
    )
    run = Dry(beginning('["a"]', content))

    run.complete("a", {"well": True})

    assert run.waiting == ["b"]

    run.complete("b")

    assert run.waiting == ["after"]


def test_gateways_inside_split_and_join() -> None:
    content = (
        node("task", "first")
        + parallel("split")
        + user_task("a")
        + user_task("b")
        + parallel("join")
        + user_task("c")
        + chain("first", "split", "a", "join", "c")
        + chain("split", "b", "join")
    )
    run = Dry(beginning('["first"]', content))

    run.complete("b")
    run.complete("a")

    assert run.waiting == ["c"]


def test_events_inside_are_thrown_and_caught() -> None:
    content = (
        ABC
        + throw_event("shout", signal("alarm"))
        + chain("a", "shout")
        + node("intermediateCatchEvent", "wait", content=message("paid"))
        + chain("b", "wait", "c")
    )
    run = Dry(beginning('["a", "b"]', content))

    run.complete("a")
    run.complete("b")
    run.deliver("wait")

    assert [name for name, _ in run.signals] == ["alarm"]
    assert run.waiting == ["c"]


def test_a_loop_inside_ends_by_its_condition() -> None:
    content = (
        ABC + exclusive("more", default="more_c") + chain("a", "b", "more", "c") + flow("more", "b", "again")
    )
    run = Dry(beginning('["a"]', content))

    run.complete("a")
    run.complete("b", {"again": True})
    run.complete("b", {"again": False})

    assert run.waiting == ["c"]


# --- completion condition ------------------------------------------------------------------------


def test_once_the_condition_holds_what_still_runs_ends() -> None:
    run = Dry(beginning('["a", "b", "c"]', condition="enough"))

    run.complete("a", {"enough": False})

    assert run.waiting == ["b", "c"]

    run.complete("b", {"enough": True})

    assert run.waiting == ["after"]
    assert "xc" in run.moves


def test_it_awaits_what_still_runs_if_the_drawing_says_so() -> None:
    run = Dry(beginning('["a", "b"]', condition="enough", **AWAITING))

    run.complete("a", {"enough": True})

    assert run.waiting == ["b"]

    run.complete("b", {"enough": True})

    assert run.waiting == ["after"]
    assert not any(move[0] == "x" for move in run.moves)


def test_the_condition_is_not_asked_again_while_the_rest_is_awaited() -> None:
    run = Dry(beginning('["a", "b", "c"]', condition="enough", **AWAITING))

    run.complete("a", {"enough": True})
    run.complete("b", {"enough": False})
    run.complete("c")

    assert run.waiting == ["after"]
    assert run.incidents == []


def test_in_sequence_the_condition_keeps_the_next_from_beginning() -> None:
    run = Dry(beginning('["a", "b", "c"]', condition="enough", **SEQUENTIAL))

    run.complete("a", {"enough": False})
    run.complete("b", {"enough": True})

    assert run.waiting == ["after"]
    assert "c" not in run.path


def test_the_activity_that_fulfils_it_is_followed_only_if_the_rest_is_awaited() -> None:
    content = ABC + flow("a", "c")
    ended, awaited = (Dry(beginning('["a"]', content, condition="enough", **more)) for more in ({}, AWAITING))

    ended.complete("a", {"enough": True})
    awaited.complete("a", {"enough": True})

    assert ended.waiting == ["after"]
    assert awaited.waiting == ["c"]


@pytest.mark.parametrize("idle", ["task", "manualTask"])
def test_a_task_without_work_is_an_activity_whose_completion_asks_the_condition(idle: str) -> None:
    content = node(idle, "x") + user_task("a") + user_task("b") + chain("x", "b")
    run = Dry(beginning('["x", "a"]', content, condition="n = 2"), variables={"n": 2})

    assert run.waiting == ["after"]
    assert run.path == ["start", "work", "x", "after"]


def test_all_is_done_but_the_condition_does_not_hold() -> None:
    run = Dry(beginning('["a"]', condition="enough"))

    run.complete("a", {"enough": False})

    assert run.incidents == [("work", IncidentType.JOIN_STUCK)]
    assert "enough" in run.incident_text

    run.retry({"enough": True})

    assert run.waiting == ["after"]


def test_a_retry_before_it_holds_raises_the_incident_again() -> None:
    run = Dry(beginning('["a"]', condition="enough"))
    run.complete("a", {"enough": False})

    run.retry()

    assert run.incidents == [("work", IncidentType.JOIN_STUCK)]


@pytest.mark.parametrize("text", ["missing", "1"])
def test_a_condition_that_fails_is_an_incident_of_the_activity_that_completed(text: str) -> None:
    run = Dry(beginning('["a", "b"]', condition=f"if ok = true then true else {text}"))

    run.complete("a", {"n": 1})

    assert run.incidents == [("a", IncidentType.CONDITION_FAILED)]
    assert run.waiting == ["b"]

    run.retry({"ok": True})

    assert run.waiting == ["after"]


def test_sub_processes_calls_and_instances_are_activities_too() -> None:
    content = (
        sub_process("sub", '<startEvent id="s"/>' + user_task("x") + end_event("e") + chain("s", "x", "e"))
        + call_activity("call")
        + user_task("each", content=multi_instance(cardinality="2"))
        + ABC
    )
    called = process(sequence(("y", user_task("y"))), id="called")
    run = Dry(beginning('["sub", "call", "each", "a"]', content, condition="enough"), called)
    assert sorted(run.waiting) == ["a", "each", "each", "x", "y"]

    run.complete("x", {"enough": False})
    run.complete("each", {"enough": True})

    assert sorted(run.waiting) == ["a", "each", "y"]

    run.complete("each")

    assert run.waiting == ["after"]
    assert list(run.children.values()) == [False]


# --- data ----------------------------------------------------------------------------------------


def test_its_inputs_and_data_objects_are_its_own_and_its_outputs_leave() -> None:
    content = (
        '<dataObject id="d" name="notes"/>' + script_task("a", "own + 1", result="notes") + user_task("b")
    )
    run = Dry(beginning('["a", "b"]', content, extensions=reads("own", "=n * 10") + writes("got", "=notes")),
              variables={"n": 1})  # fmt: skip

    assert run.scope_variables("work") == {"notes": 11, "own": 10}
    assert run.variables == {"n": 1}

    run.complete("b")

    assert run.variables == {"n": 1, "got": 11}
