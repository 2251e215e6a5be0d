"""BPMN 2.0.2, 13.4.3: the inclusive join in loops, behind and beside other joins."""

from __future__ import annotations

from engine.bpmn.effects import IncidentType
from tests.elements.drawing import (
    END,
    START,
    chain,
    end_event,
    exclusive,
    flow,
    inclusive,
    parallel,
    process,
    user_task,
)
from tests.elements.driver import Dry


def test_a_loop_through_the_join_does_not_make_it_wait_for_itself() -> None:
    # Behind the join a token may go back to the split: that path passes the join and counts for nothing.
    model = process(
        START
        + exclusive("entry")
        + inclusive("split", default="split_b")
        + user_task("a")
        + user_task("b")
        + inclusive("join")
        + exclusive("again", default="again_end")
        + END
        + chain("start", "entry", "split")
        + flow("split", "a", "a")
        + flow("split", "b")
        + chain("a", "join")
        + chain("b", "join", "again", "end")
        + flow("again", "entry", "more")
    )
    run = Dry(model, variables={"a": True, "more": True})

    run.complete("a")

    assert run.waiting == ["a"]

    run.complete("a", {"a": False})

    assert run.waiting == ["b"]

    run.complete("b", {"more": False})

    assert run.ended is True
    assert run.path.count("join") == 3


def test_a_token_in_front_of_a_loop_into_the_join_holds_it() -> None:
    # From `rework` a token can go back to `check` and come to the join's empty flow.
    model = process(
        START
        + parallel("split")
        + user_task("a")
        + exclusive("entry")
        + user_task("check")
        + exclusive("good", default="good_join")
        + user_task("rework")
        + inclusive("join")
        + user_task("after")
        + END
        + chain("start", "split", "a", "join", "after", "end")
        + chain("split", "entry", "check", "good", "join")
        + flow("good", "rework", "bad")
        + chain("rework", "entry")
    )
    run = Dry(model)

    run.complete("a")
    run.complete("check", {"bad": True})

    assert run.waiting == ["rework"]

    run.complete("rework")
    run.complete("check", {"bad": False})

    assert run.waiting == ["after"]


def test_a_token_behind_another_on_a_flow_that_has_one_does_not_hold_the_join() -> None:
    # Two tokens come one after the other by the same flow: the join fires for each.
    model = process(
        START
        + parallel("split")
        + exclusive("merge")
        + user_task("work")
        + inclusive("join")
        + user_task("after")
        + END
        + chain("start", "split", "merge", "work", "join", "after", "end")
        + '<sequenceFlow id="twin" sourceRef="split" targetRef="merge"/>'
        + exclusive("never", default="never_join")
        + chain("never", "join")
    )
    run = Dry(model)

    run.complete("work")

    assert run.waiting == ["work", "after"]

    run.complete("work")

    assert run.waiting == ["after", "after"]


def test_two_joins_in_a_row_go_on_one_after_the_other() -> None:
    model = process(
        START
        + parallel("split")
        + user_task("a")
        + user_task("b")
        + user_task("c")
        + inclusive("first")
        + inclusive("second")
        + user_task("after")
        + END
        + chain("start", "split", "a", "first", "second", "after", "end")
        + chain("split", "b", "first")
        + chain("split", "c", "second")
    )
    run = Dry(model)

    run.complete("c")
    run.complete("a")

    assert run.waiting == ["b"]

    run.complete("b")

    assert run.path[-3:] == ["first", "second", "after"]


def test_two_joins_that_wait_for_each_other_are_an_incident() -> None:
    # Each has a token and could be reached by the other's on its empty flow.
    model = process(
        START
        + parallel("split")
        + inclusive("left")
        + exclusive("from_left", default="from_left_end")
        + inclusive("right")
        + exclusive("from_right", default="from_right_end")
        + END
        + chain("start", "split", "left", "from_left", "end")
        + chain("split", "right", "from_right", "end")
        + flow("from_left", "right", "true")
        + flow("from_right", "left", "true")
    )

    run = Dry(model)

    assert run.incidents == [("left", IncidentType.JOIN_STUCK)]


def test_an_incident_elsewhere_still_holds_the_join() -> None:
    model = process(
        START
        + parallel("split")
        + user_task("a")
        + exclusive("choice", default="choice_join")
        + end_event("out")
        + inclusive("join")
        + user_task("after")
        + END
        + chain("start", "split", "a", "join", "after", "end")
        + chain("split", "choice", "join")
        + flow("choice", "out", "gone")
    )
    run = Dry(model)
    run.complete("a")

    assert run.waiting == []

    run.retry({"gone": False})

    assert run.waiting == ["after"]
