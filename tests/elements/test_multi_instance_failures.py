"""BPMN 2.0.2, 10.3.8: instances that cannot begin or complete, are too many, or are canceled."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import pytest

from engine.bpmn.effects import CloseElement, IncidentType
from engine.bpmn.machine import advance
from engine.bpmn.stimuli import CancelProcess, StartProcess
from tests.elements.drawing import (
    chain,
    end_event,
    multi_instance,
    node,
    process,
    reads,
    script_task,
    sequence,
    service_task,
    sub_process,
    user_task,
    writes,
)
from tests.elements.driver import NOW, Dry, Shelf, programs_of


def repeated(activity: str) -> bytes:
    return process(sequence(("work", activity), ("after", user_task("after"))))


# --- how many ------------------------------------------------------------------------------------


@pytest.mark.parametrize("sequential", [False, True])
@pytest.mark.parametrize("cardinality", ["missing", "-1", "1.5", '"2"', "true", '1 + "a"', "[2]"])
def test_what_is_no_number_of_instances_is_an_incident(cardinality: str, sequential: bool) -> None:
    loop = multi_instance(cardinality=f"if ok = true then 2 else {cardinality}", sequential=sequential)
    run = Dry(repeated(user_task("work", content=loop)))

    assert run.incidents == [("work", IncidentType.LOOP_FAILED)]
    assert run.waiting == []

    run.retry({"ok": True})

    assert run.waiting == (["work"] if sequential else ["work", "work"])
    assert run.incidents == []


@pytest.mark.parametrize("collection", ["missing", "1", '"abc"', "{a: 1}", '1 + "a"'])
def test_what_is_no_list_is_an_incident(collection: str) -> None:
    loop = multi_instance(f"if ok = true then [1] else {collection}", item="i")
    run = Dry(repeated(user_task("work", content=loop)))

    assert run.incidents == [("work", IncidentType.LOOP_FAILED)]

    run.retry({"ok": True})

    assert run.waiting == ["work"]


@pytest.mark.parametrize(
    "loop",
    [
        multi_instance(cardinality="if ok = true then 1 else 10001"),
        multi_instance("if ok = true then [1] else list", item="i"),
        multi_instance("if ok = true then [1] else list", sequential=True),
    ],
)
def test_more_instances_than_the_engine_allows_are_an_incident(loop: str) -> None:
    run = Dry(repeated(user_task("work", content=loop)), variables={"list": [1] * 10_001})

    assert run.incidents == [("work", IncidentType.INSTANCES_EXCEEDED)]
    assert "10000" in run.incident_text
    assert run.waiting == []

    run.retry({"ok": True})

    assert run.waiting == ["work"]


# --- one of them ---------------------------------------------------------------------------------


def test_an_instance_that_cannot_begin_waits_as_an_incident_beside_the_others() -> None:
    inputs = reads("n", "=if i = 2 then i + base else i")
    run = Dry(repeated(user_task("work", content=multi_instance("items", item="i"), extensions=inputs)),
              variables={"items": [1, 2, 3], "base": "?"})  # fmt: skip

    assert run.incidents == [("work", IncidentType.MAPPING_FAILED)]
    assert run.waiting == ["work", "work"]

    run.complete("work")
    run.complete("work")

    assert run.waiting == []

    run.retry({"base": 1})

    assert run.waiting == ["work"]


def test_a_script_that_fails_for_one_item_is_tried_again_alone() -> None:
    loop = multi_instance("[1, 2, 3]", item="i", output=("got", "x"))
    run = Dry(repeated(script_task("work", "if i = 2 then base + 1 else i", result="x", content=loop)),
              variables={"base": "?"})  # fmt: skip

    assert run.incidents == [("work", IncidentType.SCRIPT_FAILED)]

    run.retry({"base": 1})

    assert run.variables["got"] == [1, 2, 3]
    assert run.path.count("work") == 4


@pytest.mark.parametrize("sequential", [False, True])
def test_a_result_that_cannot_be_told_keeps_the_instance_with_what_it_was_completed_with(
    sequential: bool,
) -> None:
    loop = multi_instance("[1, 2]", item="i", output=("got", "i + answer"), sequential=sequential)
    run = Dry(repeated(service_task("work", content=loop, extensions=writes("kept", "=1"))))

    run.complete("work", {"answer": "x"})

    assert run.incidents == [("work", IncidentType.LOOP_FAILED)]

    run.retry({"answer": 10})
    run.complete("work", {"answer": 20})

    assert run.variables["got"] == [11, 22]
    assert run.waiting == ["after"]


@pytest.mark.parametrize("condition", ["missing", "1"])
def test_a_completion_condition_that_fails_counts_the_instance_once_when_it_is_mended(condition: str) -> None:
    until = f"if ok = true then numberOfCompletedInstances = 2 else {condition}"
    run = Dry(repeated(user_task("work", content=multi_instance(cardinality="3", until=until))))

    run.complete("work")
    assert run.incidents == [("work", IncidentType.LOOP_FAILED)]

    run.retry({"ok": True})

    assert run.waiting == ["work", "work"]

    run.complete("work")

    assert run.waiting == ["after"]


def test_an_incident_in_one_instance_ends_with_the_completion_of_the_loop() -> None:
    loop = multi_instance("[1, 2]", item="i", until="stop")
    run = Dry(
        repeated(user_task("work", content=loop, extensions=writes("x", "=if i = 1 then y + 1 else 0")))
    )

    run.complete("work", {"y": "?", "stop": False})
    assert run.incidents == [("work", IncidentType.MAPPING_FAILED)]

    run.complete("work", {"stop": True})

    assert run.incidents == []
    assert run.waiting == ["after"]


def test_the_step_limit_parks_instances_and_they_go_on() -> None:
    run = Dry(repeated(script_task("work", "n + 1", result="n", content=multi_instance(cardinality="50"))),
              variables={"n": 0}, steps=30)  # fmt: skip

    assert run.incidents == [("work", IncidentType.STEP_LIMIT_EXCEEDED)]

    run.steps = 1_000
    run.retry()

    assert run.variables == {"n": 50}
    assert run.waiting == ["after"]


# --- many ----------------------------------------------------------------------------------------


def canceled(count: int) -> float:
    model = repeated(user_task("work", content=multi_instance(cardinality=str(count))))
    library = Shelf(programs_of(model), {})
    state = advance(None, StartProcess(1, {}), library=library, now=NOW).state
    begun = perf_counter()
    ended = advance(state, CancelProcess(), library=library, now=NOW)
    assert sum(isinstance(effect, CloseElement) for effect in ended.effects) == count
    return perf_counter() - begun


def done(count: int) -> float:
    content = '<startEvent id="s"/>' + node("task", "t") + end_event("e") + chain("s", "t", "e")
    loop = multi_instance("items", item="i", output=("got", "i"))
    begun = perf_counter()
    run = Dry(repeated(sub_process("work", loop + content)), variables={"items": list(range(count))})
    assert run.variables["got"] == list(range(count))
    return perf_counter() - begun


@pytest.mark.parametrize("seconds", [canceled, done])
def test_ten_thousand_instances_take_as_long_each_as_a_thousand(seconds: Callable[[int], float]) -> None:
    small, large = (min(seconds(count) for _ in range(3)) for count in (1_000, 10_000))

    assert large < 30 * small
