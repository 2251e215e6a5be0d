"""A run without a wait state is cut off and becomes an incident (decision 9 of the design)."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import IncidentType
from engine.bpmn.state import Phase
from tests.elements.drawing import (
    END,
    START,
    boundary,
    chain,
    exclusive,
    flow,
    parallel,
    process,
    script_task,
    sub_process,
    timer,
    user_task,
)
from tests.elements.driver import Dry

COUNTING = (
    script_task("count", "n + 1", result="n")
    + exclusive("again", default="again_done")
    + chain("count", "again")
    + flow("again", "count", "n < goal")
    + user_task("done")
)
LOOP = process(START + COUNTING + END + chain("start", "count") + chain("again", "done", "end"))


def test_a_loop_without_wait_is_parked_and_a_retry_goes_on_where_it_stood() -> None:
    run = Dry(LOOP, variables={"n": 0, "goal": 60}, steps=50)

    assert [incident for _, incident in run.incidents] == [IncidentType.STEP_LIMIT_EXCEEDED]
    assert run.waiting == []
    reached = run.variables["n"]

    run.retry()
    run.retry()

    assert reached < run.variables["n"] == 60
    assert run.waiting == ["done"]
    assert run.incidents == []


def test_variables_given_with_the_retry_can_end_the_loop() -> None:
    run = Dry(LOOP, variables={"n": 0, "goal": 10**9}, steps=50)

    run.retry({"goal": 0})

    assert run.waiting == ["done"]


def test_all_tokens_under_way_are_parked_under_one_incident() -> None:
    run = Dry(
        process(
            START
            + parallel("split")
            + COUNTING
            + exclusive("other")
            + END
            + chain("start", "split", "count")
            + chain("split", "other", "end")
            + '<sequenceFlow id="round" sourceRef="split" targetRef="other"/>'
            + chain("again", "done", "end")
        ),
        variables={"n": 0, "goal": 1},
        steps=3,
    )

    parked = [e for e in run.state.elements.values() if e.phase is Phase.PARKED]
    assert len(parked) > 1
    assert len(run.incidents) == 1

    run.steps = 100
    run.retry()

    assert run.waiting == ["done"]


@pytest.mark.timeout(20)
def test_a_loop_that_splits_cannot_make_more_tokens_than_steps() -> None:
    targets = "".join(f'<sequenceFlow id="f{n}" sourceRef="split" targetRef="merge"/>' for n in range(100))
    model = process(
        START + exclusive("merge") + parallel("split") + chain("start", "merge", "split") + targets
    )

    run = Dry(model, steps=1_000)

    assert len(run.state.elements) <= 1_100
    assert len(run.incidents) == 1


def test_a_parked_join_token_comes_by_its_own_flow() -> None:
    model = process(
        START
        + parallel("split")
        + parallel("join")
        + script_task("a", "1", result="a")
        + script_task("b", "1", result="b")
        + user_task("done")
        + END
        + chain("start", "split", "a", "join", "done", "end")
        + chain("split", "b", "join")
    )
    for steps in range(2, 8):
        run = Dry(model, steps=steps)
        while run.incidents:
            run.steps = 3
            run.retry()

        assert run.waiting == ["done"], steps


def test_when_the_parked_element_with_the_incident_ends_another_one_takes_it_over() -> None:
    endless = (
        '<startEvent id="s"/>' + exclusive("turn") + exclusive("back") + chain("s", "turn", "back", "turn")
    )
    model = process(
        START
        + parallel("split")
        + sub_process("sub", endless)
        + boundary("late", "sub", timer("PT1H"))
        + exclusive("one")
        + exclusive("two")
        + END
        + chain("start", "split", "sub", "end")
        + chain("late", "end")
        + chain("split", "one", "two", "one")
    )
    for steps in (100, 101):
        run = Dry(model, steps=steps)
        before = run.incidents

        run.fire_timer("late")

        assert len(before) == 1
        assert len(run.incidents) == 1
        assert {element_id for element_id, _ in run.incidents} <= {"one", "two"}
