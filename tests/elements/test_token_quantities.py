"""BPMN 2.0.2, table 10.3: `startQuantity` and `completionQuantity` of an activity."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import EnterStage, IncidentType
from tests.elements.drawing import (
    END,
    START,
    ad_hoc,
    boundary,
    chain,
    end_event,
    flow,
    inclusive,
    multi_instance,
    node,
    parallel,
    process,
    sequence,
    sub_process,
    timer,
    user_task,
)
from tests.elements.driver import Dry


def gathering(activity: str, branches: str = "abc") -> bytes:
    return process(
        START
        + parallel("split")
        + "".join(user_task(name) + chain("split", name, "work") for name in branches)
        + activity
        + END
        + chain("start", "split")
        + chain("work", "end")
    )


# --- start quantity ------------------------------------------------------------------------------


def test_it_begins_once_when_enough_tokens_have_come() -> None:
    run = Dry(gathering(user_task("work", startQuantity="3", gov_stage="审查")))

    run.complete("a")
    run.complete("c")

    assert run.waiting == ["b"]
    assert EnterStage("work", "审查") not in run.effects

    run.complete("b")

    assert run.waiting == ["work"]
    assert run.path.count("work") == 1

    run.complete("work")

    assert run.ended is True


def test_the_tokens_may_come_by_one_flow() -> None:
    model = process(
        START
        + user_task("many", completionQuantity="4")
        + user_task("work", startQuantity="2")
        + END
        + chain("start", "many", "work", "end")
    )
    run = Dry(model)

    run.complete("many")

    assert run.waiting == ["work", "work"]


def test_too_few_tokens_are_an_incident_and_not_a_silent_wait() -> None:
    run = Dry(gathering(user_task("work", startQuantity="4")))
    for name in "abc":
        run.complete(name)

    assert run.incidents == [("work", IncidentType.JOIN_STUCK)]


def test_what_is_left_over_waits_for_more() -> None:
    run = Dry(gathering(user_task("work", startQuantity="2")))
    for name in "abc":
        run.complete(name)
    assert run.waiting == ["work"]
    assert run.incidents == []

    run.complete("work")

    assert run.incidents == [("work", IncidentType.JOIN_STUCK)]


@pytest.mark.parametrize("kind", ["sub-process", "loop", "abstract"])
def test_every_kind_of_activity_gathers(kind: str) -> None:
    content = '<startEvent id="s"/>' + user_task("ask") + end_event("e") + chain("s", "ask", "e")
    activity = {
        "sub-process": sub_process("work", content, startQuantity="3"),
        "loop": user_task("work", startQuantity="3", content=multi_instance(cardinality="2")),
        "abstract": node("task", "work", startQuantity="3"),
    }[kind]
    run = Dry(gathering(activity))
    run.complete("a")
    run.complete("b")

    assert "work" not in run.path

    run.complete("c")

    assert run.waiting == {"sub-process": ["ask"], "loop": ["work", "work"], "abstract": []}[kind]
    assert run.ended is (True if kind == "abstract" else None)


def test_tokens_that_wait_are_gone_when_the_sub_process_is_interrupted() -> None:
    content = (
        '<startEvent id="s"/>'
        + parallel("split")
        + user_task("a")
        + user_task("b")
        + user_task("work", startQuantity="2")
        + chain("s", "split", "a", "work")
        + chain("split", "b", "work")
    )
    model = process(
        START + sub_process("sub", content) + boundary("late", "sub", timer("PT1H")) + user_task("after")
        + chain("start", "sub") + chain("late", "after")
    )  # fmt: skip
    run = Dry(model)
    run.complete("a")

    run.fire_timer("late")

    assert run.waiting == ["after"]


def test_an_inclusive_join_awaits_tokens_that_gather_before_it() -> None:
    model = process(
        START
        + parallel("split")
        + user_task("a")
        + user_task("b")
        + user_task("c")
        + user_task("work", startQuantity="2")
        + inclusive("join")
        + user_task("next")
        + END
        + chain("start", "split", "a", "work", "join", "next", "end")
        + chain("split", "b", "work")
        + chain("split", "c", "join")
    )
    run = Dry(model)
    run.complete("a")
    run.complete("c")

    assert run.waiting == ["b"]

    run.complete("b")
    run.complete("work")

    assert run.waiting == ["next"]


# --- completion quantity -------------------------------------------------------------------------


def test_as_many_tokens_leave_by_each_flow() -> None:
    model = process(
        START + user_task("work", completionQuantity="2") + user_task("x") + user_task("y") + END
        + chain("start", "work", "x", "end") + chain("work", "y", "end")
    )  # fmt: skip
    run = Dry(model)

    run.complete("work")

    assert sorted(run.waiting) == ["x", "x", "y", "y"]

    for name in "xxyy":
        assert run.ended is None
        run.complete(name)

    assert run.ended is True


@pytest.mark.parametrize(("n", "ways"), [(2, ["x", "x"]), (0, ["y", "y"])])
def test_conditions_and_the_default_choose_for_all_of_them(n: int, ways: list[str]) -> None:
    model = process(
        START + user_task("work", completionQuantity="2", default="work_y") + user_task("x") + user_task("y")
        + END + chain("start", "work", "y", "end") + flow("work", "x", "n > 1") + chain("x", "end")
    )  # fmt: skip
    run = Dry(model)

    run.complete("work", {"n": n})

    assert run.waiting == ways


def test_a_task_without_work_makes_tokens_too() -> None:
    run = Dry(
        process(sequence(("work", node("task", "work", completionQuantity="3")), ("x", user_task("x"))))
    )

    assert run.waiting == ["x", "x", "x"]


def test_the_boundary_event_sends_one_token() -> None:
    model = process(
        START + user_task("work", completionQuantity="3") + boundary("late", "work", timer("PT1H"))
        + user_task("x") + user_task("y") + chain("start", "work", "x") + chain("late", "y")
    )  # fmt: skip
    run = Dry(model)

    run.fire_timer("late")

    assert run.waiting == ["y"]


def test_a_loop_makes_them_once_when_it_completes() -> None:
    loop = user_task("work", completionQuantity="2", content=multi_instance(cardinality="2"))
    run = Dry(process(sequence(("work", loop), ("x", user_task("x")))))
    run.complete("work")

    assert run.waiting == ["work"]

    run.complete("work")

    assert run.waiting == ["x", "x"]


def test_without_outgoing_flow_the_token_just_ends() -> None:
    run = Dry(process(START + user_task("work", completionQuantity="3") + chain("start", "work")))

    run.complete("work")

    assert run.ended is True


def test_in_an_ad_hoc_sub_process_tokens_gather_from_what_is_begun() -> None:
    content = (
        user_task("a")
        + user_task("b")
        + user_task("c", startQuantity="2")
        + chain("a", "c")
        + chain("b", "c")
    )
    run = Dry(process(sequence(("work", ad_hoc("work", content, gov_activeElements='=["a", "b"]')))))
    run.complete("a")

    assert run.waiting == ["b"]

    run.complete("b")

    assert run.waiting == ["c"]
