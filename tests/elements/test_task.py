"""BPMN 2.0.2, 10.3.3: abstract task, which does nothing but is an activity in all else."""

from __future__ import annotations

from engine.bpmn.effects import EnterStage, IncidentType, ReachMilestone
from tests.elements.drawing import (
    END,
    START,
    boundary,
    chain,
    end_event,
    error,
    flow,
    node,
    process,
    reads,
    sequence,
    sub_process,
    timer,
    user_task,
    writes,
)
from tests.elements.driver import Dry


def plain(task: str) -> bytes:
    return process(sequence(("work", task), ("after", user_task("after"))))


def test_it_is_passed_at_once() -> None:
    run = Dry(plain(node("task", "work")))

    assert run.waiting == ["after"]
    assert "=work" in run.moves


def test_it_announces_its_stage_and_milestone() -> None:
    run = Dry(plain(node("task", "work", gov_stage="审查", gov_milestone="已审查")))

    assert run.effects[:2] == [EnterStage("work", "审查"), ReachMilestone("work", "已审查")]


def test_its_mappings_are_done() -> None:
    run = Dry(plain(node("task", "work", extensions=reads("n", "=a + 1") + writes("b", "=n * 10"))),
              variables={"a": 1})  # fmt: skip

    assert run.variables == {"a": 1, "b": 20}


def test_a_mapping_that_fails_holds_the_token() -> None:
    run = Dry(plain(node("task", "work", extensions=writes("b", "=a + 1"))), variables={"a": "x"})

    assert run.incidents == [("work", IncidentType.MAPPING_FAILED)]

    run.retry({"a": 1})

    assert run.variables == {"a": 1, "b": 2}
    assert run.waiting == ["after"]


def test_events_at_its_boundary_have_no_time_to_happen() -> None:
    model = process(
        START + node("task", "work") + boundary("late", "work", timer("PT1H"))
        + boundary("wrong", "work", error()) + END + chain("start", "work", "end") + chain("late", "end")
        + chain("wrong", "end")
    )  # fmt: skip
    run = Dry(model)

    assert run.ended is True
    assert run.timers == []


def test_it_loops_back_under_a_condition_of_its_own() -> None:
    model = process(
        START
        + node("task", "work", default="work_end", extensions=writes("n", "=n + 1"))
        + END
        + flow("work", "work", "n < 5")
        + chain("start", "work", "end")
    )
    run = Dry(model, variables={"n": 0})

    assert run.path.count("work") == 5
    assert run.ended is True


def test_at_every_depth() -> None:
    inner = '<startEvent id="s"/>' + node("task", "work") + end_event("e") + chain("s", "work", "e")
    run = Dry(process(sequence(("sub", sub_process("sub", inner)), ("after", user_task("after")))))

    assert run.path == ["start", "sub", "s", "work", "e", "after"]
