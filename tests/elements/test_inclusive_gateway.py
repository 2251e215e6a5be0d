"""BPMN 2.0.2, 10.6.3 and 13.4.3: inclusive gateway."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import IncidentType
from tests.elements.drawing import (
    END,
    START,
    boundary,
    chain,
    end_event,
    exclusive,
    flow,
    inclusive,
    parallel,
    process,
    sub_process,
    timer,
    user_task,
)
from tests.elements.driver import Dry

LETTERS = ("a", "b", "c")


def some_of_three(*, between: str = "") -> bytes:
    """start -> split -> any of a, b, c -> join -> after -> end."""
    return process(
        START
        + inclusive("split", default="split_c")
        + "".join(user_task(letter) for letter in LETTERS)
        + inclusive("join")
        + user_task("after")
        + END
        + chain("start", "split")
        + flow("split", "a", "a")
        + flow("split", "b", "b")
        + flow("split", "c")
        + "".join(chain(letter, "join") for letter in LETTERS)
        + chain("join", "after", "end")
        + between
    )


@pytest.mark.parametrize(
    ("a", "b", "tasks"),
    [(True, True, ["a", "b"]), (True, False, ["a"]), (False, True, ["b"]), (False, False, ["c"])],
)
def test_it_starts_each_branch_whose_condition_holds_else_the_default(
    a: bool, b: bool, tasks: list[str]
) -> None:
    run = Dry(some_of_three(), variables={"a": a, "b": b})

    assert run.waiting == tasks
    assert run.taken == [f"split_{task}" for task in tasks]


def test_the_join_waits_for_exactly_the_branches_that_were_started() -> None:
    run = Dry(some_of_three(), variables={"a": True, "b": True})

    run.complete("b")

    assert run.waiting == ["a"]

    run.complete("a")

    assert run.waiting == ["after"]
    assert run.path.count("join") == 1


def test_no_branch_at_all_is_an_incident_that_can_be_retried() -> None:
    model = process(
        START
        + inclusive("split")
        + user_task("a")
        + user_task("b")
        + END
        + flow("start", "split")
        + flow("split", "a", "n > 1")
        + flow("split", "b", "n > 2")
        + chain("a", "end")
        + chain("b", "end")
    )
    run = Dry(model, variables={"n": 1})

    assert run.incidents == [("split", IncidentType.NO_FLOW_MATCHES)]

    run.retry({"n": 3})

    assert run.waiting == ["a", "b"]


def test_one_condition_without_an_answer_stops_the_whole_split() -> None:
    run = Dry(some_of_three(), variables={"a": True})

    assert run.incidents == [("split", IncidentType.CONDITION_FAILED)]
    assert run.waiting == []


def test_the_join_goes_on_once_the_other_token_can_no_longer_arrive() -> None:
    # The token at `leave` may turn to the join or to the end: only its turn decides.
    run = Dry(
        process(
            START
            + parallel("split")
            + user_task("a")
            + user_task("leave")
            + exclusive("choice", default="choice_join")
            + inclusive("join")
            + user_task("after")
            + END
            + end_event("out")
            + chain("start", "split", "a", "join", "after", "end")
            + chain("split", "leave", "choice", "join")
            + flow("choice", "out", "gone")
        )
    )
    run.complete("a")

    assert run.waiting == ["leave"]

    run.complete("leave", {"gone": True})

    assert run.waiting == ["after"]


def test_a_token_that_cannot_come_to_the_join_at_all_does_not_hold_it() -> None:
    run = Dry(
        process(
            START
            + parallel("fork")
            + user_task("elsewhere")
            + inclusive("split", default="split_b")
            + user_task("a")
            + user_task("b")
            + inclusive("join")
            + user_task("after")
            + END
            + chain("start", "fork", "split")
            + flow("split", "a", "true")
            + flow("split", "b")
            + chain("fork", "elsewhere", "end")
            + chain("a", "join", "after", "end")
            + chain("b", "join")
        )
    )

    run.complete("a")

    assert run.waiting == ["elsewhere", "after"]


def test_a_token_that_may_come_over_a_boundary_event_holds_the_join() -> None:
    # `slow` leads to the end, but its timer leads to the join.
    run = Dry(
        process(
            START
            + parallel("split")
            + user_task("a")
            + user_task("slow")
            + boundary("late", "slow", timer("PT1H"))
            + inclusive("join")
            + user_task("after")
            + END
            + end_event("out")
            + chain("start", "split", "a", "join", "after", "end")
            + chain("split", "slow", "out")
            + chain("late", "join")
        )
    )
    run.complete("a")

    assert run.waiting == ["slow"]

    run.fire_timer("late")

    assert run.waiting == ["after"]


def test_a_completed_activity_no_longer_holds_the_join_by_its_boundary_event() -> None:
    run = Dry(
        process(
            START
            + parallel("split")
            + user_task("a")
            + user_task("slow")
            + boundary("late", "slow", timer("PT1H"), interrupting=False)
            + inclusive("join")
            + user_task("after")
            + END
            + end_event("out")
            + chain("start", "split", "a", "join", "after", "end")
            + chain("split", "slow", "out")
            + chain("late", "join")
        )
    )
    run.complete("a")
    run.complete("slow")

    assert run.waiting == ["after"]


def test_a_sub_process_on_the_way_holds_the_join_until_it_is_over() -> None:
    inner = '<startEvent id="s"/><userTask id="inside"/><endEvent id="e"/>' + chain("s", "inside", "e")
    run = Dry(
        process(
            START
            + parallel("split")
            + user_task("a")
            + sub_process("sub", inner)
            + inclusive("join")
            + user_task("after")
            + END
            + chain("start", "split", "a", "join", "after", "end")
            + chain("split", "sub", "join")
        )
    )
    run.complete("a")

    assert run.waiting == ["inside"]

    run.complete("inside")

    assert run.waiting == ["after"]


def test_a_join_in_a_sub_process_waits_for_its_own_tokens_only() -> None:
    inner = (
        '<startEvent id="s"/>'
        + inclusive("split", default="split_b")
        + user_task("a")
        + user_task("b")
        + inclusive("join")
        + end_event("e")
        + chain("s", "split")
        + flow("split", "a", "true")
        + flow("split", "b")
        + chain("a", "join", "e")
        + chain("b", "join")
    )
    run = Dry(
        process(
            START
            + parallel("fork")
            + user_task("beside")
            + sub_process("sub", inner)
            + user_task("after")
            + END
            + chain("start", "fork", "beside", "end")
            + chain("fork", "sub", "after", "end")
        )
    )

    run.complete("a")

    assert run.waiting == ["beside", "after"]
