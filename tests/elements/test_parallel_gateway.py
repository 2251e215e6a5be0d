"""BPMN 2.0.2, 10.6.4 and 13.4.1: parallel gateway."""

from __future__ import annotations

from engine.bpmn.effects import IncidentType
from tests.elements.drawing import (
    END,
    START,
    boundary,
    call_activity,
    chain,
    end_event,
    error,
    exclusive,
    flow,
    parallel,
    process,
    script_task,
    sub_process,
    user_task,
)
from tests.elements.driver import Dry

TWO_BRANCHES = process(
    START
    + parallel("split")
    + user_task("b")
    + user_task("a")
    + parallel("join")
    + END
    + chain("start", "split", "a", "join", "end")
    + chain("split", "b", "join")
)


def test_it_starts_all_branches_in_the_document_order_of_the_flows() -> None:
    run = Dry(TWO_BRANCHES)

    assert run.waiting == ["a", "b"]
    assert run.taken == ["split_a", "split_b"]


def test_it_goes_on_when_every_branch_has_come() -> None:
    run = Dry(TWO_BRANCHES)

    run.complete("b")

    assert run.waiting == ["a"]

    run.complete("a")

    assert run.path[-2:] == ["join", "end"]
    assert run.ended is True


def test_two_tokens_on_one_flow_do_not_replace_one_on_the_other() -> None:
    run = Dry(
        process(
            START
            + parallel("split")
            + parallel("split2")
            + user_task("a")
            + user_task("b")
            + exclusive("merge")
            + parallel("join")
            + user_task("after")
            + END
            + chain("start", "split", "split2", "merge", "join", "after", "end")
            + '<sequenceFlow id="twice" sourceRef="split2" targetRef="merge"/>'
            + chain("split", "a", "join")
            + chain("split", "b", "merge")
        )
    )

    assert run.waiting == ["a", "b"]

    run.complete("a")

    assert run.waiting == ["b", "after"]


def test_what_the_branches_write_is_there_behind_the_join() -> None:
    run = Dry(TWO_BRANCHES.replace(b'<endEvent id="end"/>', b'<userTask id="end"/>'))

    run.complete("a", {"x": 1})
    run.complete("b", {"y": 2})

    assert run.waiting == ["end"]
    assert run.variables == {"x": 1, "y": 2}


def test_a_join_that_nothing_can_reach_any_more_is_an_incident_and_not_a_hang() -> None:
    run = Dry(
        process(
            START
            + parallel("split")
            + user_task("a")
            + user_task("b")
            + exclusive("choice", default="choice_join")
            + parallel("join")
            + end_event("out")
            + END
            + chain("start", "split", "a", "choice", "join", "end")
            + flow("choice", "out", "refused")
            + chain("split", "b", "join")
        ),
        variables={"refused": True},
    )
    run.complete("b")

    assert run.incidents == []

    run.complete("a")

    assert run.incidents == [("join", IncidentType.JOIN_STUCK)]
    assert run.ended is None

    run.retry()

    assert run.incidents == [("join", IncidentType.JOIN_STUCK)]

    run.cancel()

    assert run.ended is False


def test_a_join_is_not_called_stuck_while_other_tokens_are_under_way() -> None:
    run = Dry(TWO_BRANCHES)

    run.complete("a")

    assert run.incidents == []


def test_a_stuck_join_in_a_called_process_is_reported_at_the_call() -> None:
    called = process(
        START
        + exclusive("choice", default="choice_join")
        + parallel("join")
        + END
        + chain("start", "choice", "join", "end")
        + flow("choice", "join", "false").replace('id="choice_join"', 'id="other"'),
        id="called",
    )
    run = Dry(process(START + call_activity("call") + END + chain("start", "call", "end")), called)

    assert run.incidents == [("join", IncidentType.JOIN_STUCK)]

    run.retry()

    assert run.incidents == [("join", IncidentType.JOIN_STUCK)]

    run.cancel()

    assert run.rows == []


def test_a_split_without_join_ends_when_its_last_token_does() -> None:
    run = Dry(
        process(
            START
            + parallel("split")
            + user_task("a")
            + user_task("b")
            + end_event("end_a")
            + end_event("end_b")
            + chain("start", "split", "a", "end_a")
            + chain("split", "b", "end_b")
        )
    )

    run.complete("a")

    assert run.ended is None

    run.complete("b")

    assert run.ended is True


def test_tokens_that_wait_in_a_join_end_with_their_sub_process() -> None:
    inner = (
        '<startEvent id="inner_start"/>'
        + parallel("split")
        + user_task("slow")
        + user_task("fails")
        + end_event("failed", error("REFUSED"))
        + parallel("join")
        + end_event("inner_end")
        + script_task("quick", "1", result="n")
        + chain("inner_start", "split", "quick", "join", "inner_end")
        + chain("split", "slow", "join")
        + chain("split", "fails", "failed")
    )
    run = Dry(
        process(
            START
            + sub_process("sub", inner)
            + boundary("refused", "sub", error("REFUSED"))
            + user_task("after")
            + END
            + chain("start", "sub", "end")
            + chain("refused", "after", "end")
        )
    )

    run.complete("fails")

    assert run.waiting == ["after"]
    assert "xslow" in run.moves
