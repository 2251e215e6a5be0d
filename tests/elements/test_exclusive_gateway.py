"""BPMN 2.0.2, 10.6.2 and 13.4.2: data-based exclusive gateway."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import IncidentType
from tests.elements.drawing import (
    END,
    START,
    chain,
    end_event,
    exclusive,
    flow,
    process,
    script_task,
    user_task,
)
from tests.elements.driver import Dry

CHOICE = process(
    START
    + exclusive("choice", default="choice_end")
    + user_task("large")
    + user_task("medium")
    + END
    + flow("start", "choice")
    + flow("choice", "end")
    + flow("choice", "large", "amount > 1000")
    + flow("choice", "medium", "amount > 100")
    + chain("large", "end")
    + chain("medium", "end")
)
NO_DEFAULT = process(
    START
    + exclusive("choice")
    + user_task("large")
    + user_task("small")
    + END
    + flow("start", "choice")
    + flow("choice", "large", "amount > 1000")
    + flow("choice", "small", "amount < 10")
    + chain("large", "end")
    + chain("small", "end")
)


@pytest.mark.parametrize(("amount", "task"), [(2000, "large"), (1001, "large"), (1000, "medium")])
def test_the_first_true_condition_in_document_order_decides(amount: int, task: str) -> None:
    run = Dry(CHOICE, variables={"amount": amount})

    assert run.waiting == [task]
    assert run.taken == [f"choice_{task}"]


def test_the_default_flow_is_taken_only_when_no_condition_holds_wherever_it_stands() -> None:
    run = Dry(CHOICE, variables={"amount": 1})

    assert run.path == ["start", "choice", "end"]
    assert run.ended is True


def test_no_matching_flow_is_an_incident_that_can_be_retried_with_other_variables() -> None:
    run = Dry(NO_DEFAULT, variables={"amount": 500})

    assert run.incidents == [("choice", IncidentType.NO_FLOW_MATCHES)]
    assert run.waiting == []

    run.retry({"amount": 5})

    assert run.incidents == []
    assert run.waiting == ["small"]
    assert run.variables == {"amount": 5}


def test_a_retry_that_changes_nothing_raises_the_incident_again() -> None:
    run = Dry(NO_DEFAULT, variables={"amount": 500})

    run.retry()

    assert run.incidents == [("choice", IncidentType.NO_FLOW_MATCHES)]


@pytest.mark.parametrize("variables", [{}, {"amount": "a lot"}, {"amount": None}])
def test_a_condition_that_is_neither_true_nor_false_is_an_incident(variables: dict[str, object]) -> None:
    run = Dry(CHOICE, variables=variables)

    assert run.incidents == [("choice", IncidentType.CONDITION_FAILED)]
    assert "'choice_large'" in run.incident_text

    run.retry({"amount": 101})

    assert run.waiting == ["medium"]


def test_a_condition_behind_the_one_that_holds_is_not_asked() -> None:
    run = Dry(
        process(
            START
            + exclusive("choice", default="choice_b")
            + end_event("a")
            + end_event("b")
            + flow("start", "choice")
            + flow("choice", "a", "true")
            + flow("choice", "b")
            + end_event("c")
            + flow("choice", "c", "nobody.knows")
        )
    )

    assert run.path == ["start", "choice", "a"]


def test_as_a_merge_it_passes_every_token_on() -> None:
    run = Dry(
        process(
            START
            + '<parallelGateway id="split"/>'
            + exclusive("merge")
            + user_task("review")
            + END
            + chain("start", "split", "merge", "review", "end")
            + '<sequenceFlow id="again" sourceRef="split" targetRef="merge"/>'
        )
    )

    assert run.waiting == ["review", "review"]


def test_a_loop_goes_round_until_its_condition_ends_it() -> None:
    run = Dry(
        process(
            START
            + script_task("count", "turns + 1", result="turns")
            + exclusive("again", default="again_done")
            + user_task("done")
            + END
            + chain("start", "count", "again")
            + flow("again", "count", "turns < 4")
            + chain("again", "done", "end")
        ),
        variables={"turns": 0},
    )

    assert run.variables == {"turns": 4}
    assert run.taken == ["again_count"] * 3 + ["again_done"]
