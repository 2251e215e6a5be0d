"""BPMN 2.0.2, 10.6.5 and 13.4.5: complex gateway."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import IncidentType
from tests.elements.drawing import (
    END,
    START,
    chain,
    complex_gateway,
    exclusive,
    flow,
    parallel,
    process,
    user_task,
)
from tests.elements.driver import Dry

TWO = "activationCount >= 2"


def joining(activation: str, *, outgoing: str | None = None, default: str | None = None) -> bytes:
    """Three branches a, b, c come to the gateway; behind it `outgoing`, or the task "next"."""
    return process(
        START
        + parallel("split")
        + "".join(user_task(name) + chain("split", name, "join") for name in "abc")
        + complex_gateway("join", activation=activation, default=default)
        + (outgoing if outgoing is not None else user_task("next") + END + chain("join", "next", "end"))
        + chain("start", "split")
    )


# --- activation ----------------------------------------------------------------------------------


def test_it_goes_on_as_soon_as_enough_tokens_have_come() -> None:
    run = Dry(joining(TWO))

    run.complete("c")

    assert run.waiting == ["a", "b"]

    run.complete("a")

    assert run.waiting == ["b", "next"]


def test_a_token_that_comes_later_is_consumed_and_nothing_goes_on_twice() -> None:
    run = Dry(joining(TWO))
    for name in "abc":
        run.complete(name)

    assert run.waiting == ["next"]

    run.complete("next")

    assert run.ended is True
    assert run.path.count("next") == 1


@pytest.mark.parametrize("activation", ["activationCount = 1", "true", "waitingForStart"])
def test_the_first_token_may_be_enough(activation: str) -> None:
    run = Dry(joining(activation))

    run.complete("b")

    assert run.waiting == ["a", "c", "next"]

    for name in ("next", "a", "c"):
        run.complete(name)

    assert run.ended is True
    assert run.path.count("next") == 1


def test_all_of_them_may_be_needed() -> None:
    run = Dry(joining("activationCount = 3"))
    for name in "abc":
        assert "next" not in run.waiting
        run.complete(name)

    assert run.waiting == ["next"]


def test_each_incoming_flow_counts_its_tokens_under_its_own_name() -> None:
    run = Dry(joining("a_join > 0 and (b_join > 0 or c_join > 0)"))

    run.complete("b")
    run.complete("c")

    assert run.waiting == ["a"]

    run.complete("a")

    assert run.waiting == ["next"]


def test_its_condition_sees_the_data_of_the_case() -> None:
    run = Dry(joining("activationCount >= needed"), variables={"needed": 1})

    run.complete("a", {"needed": 2})

    assert run.waiting == ["b", "c"]

    run.complete("b")

    assert run.waiting == ["c", "next"]


def test_tokens_that_never_become_enough_are_an_incident_and_not_a_silent_wait() -> None:
    run = Dry(joining("activationCount = 4"))
    for name in "abc":
        run.complete(name)

    assert run.incidents == [("join", IncidentType.JOIN_STUCK)]


def test_without_tokens_it_does_nothing() -> None:
    model = process(
        START
        + exclusive("choice", default="choice_past")
        + user_task("past")
        + user_task("a")
        + complex_gateway("join", activation="true")
        + END
        + flow("choice", "a", "false")
        + chain("start", "choice", "past", "end")
        + chain("a", "join", "end")
    )
    run = Dry(model)

    assert run.waiting == ["past"]


# --- as a split ----------------------------------------------------------------------------------

THREE_WAYS = (
    user_task("x")
    + user_task("y")
    + user_task("z")
    + END
    + flow("join", "x", "n > 1")
    + flow("join", "y", "n > 2")
    + chain("join", "z", "end")
    + chain("x", "end")
    + chain("y", "end")
)


def splitting(default: str | None = "join_z") -> bytes:
    return process(
        START
        + complex_gateway("join", default=default)
        + (THREE_WAYS if default else THREE_WAYS.replace(flow("join", "z"), flow("join", "z", "n > 3")))
        + chain("start", "join")
    )


@pytest.mark.parametrize(("n", "ways"), [(3, ["x", "y"]), (2, ["x"]), (1, ["z"])])
def test_with_one_way_in_it_takes_all_ways_whose_conditions_hold_or_the_default(
    n: int, ways: list[str]
) -> None:
    assert Dry(splitting(), variables={"n": n}).waiting == ways


def test_no_way_at_all_is_an_incident_that_can_be_retried() -> None:
    run = Dry(splitting(None), variables={"n": 0})

    assert run.incidents == [("join", IncidentType.NO_FLOW_MATCHES)]

    run.retry({"n": 2})

    assert run.waiting == ["x"]


# --- conditions in its two states ----------------------------------------------------------------

TWO_STATES = (
    user_task("begun")
    + user_task("complete")
    + END
    + flow("join", "begun", "waitingForStart")
    + flow("join", "complete", "not(waitingForStart)")
    + chain("begun", "end")
    + chain("complete", "end")
)


def test_its_conditions_tell_the_activation_from_the_reset() -> None:
    run = Dry(joining(TWO, outgoing=TWO_STATES))

    run.complete("a")
    run.complete("b")

    assert run.waiting == ["c", "begun"]

    run.complete("c")

    assert run.waiting == ["begun", "complete"]


def test_if_all_tokens_came_before_the_activation_there_is_no_reset() -> None:
    run = Dry(joining("activationCount = 3", outgoing=TWO_STATES))
    for name in "abc":
        run.complete(name)

    assert run.waiting == ["begun"]


def test_the_conditions_of_the_reset_count_what_came_late() -> None:
    outgoing = (
        user_task("first") + user_task("late") + END
        + flow("join", "first", "waitingForStart and activationCount = 1 and a_join = 1")
        + flow("join", "late", "not(waitingForStart) and activationCount = 2 and a_join = 0 and c_join = 1")
        + chain("first", "end") + chain("late", "end")
    )  # fmt: skip
    run = Dry(joining("true", outgoing=outgoing))
    for name in "abc":
        run.complete(name)

    assert run.waiting == ["first", "late"]


def test_on_the_reset_it_is_no_mistake_if_no_condition_holds() -> None:
    outgoing = user_task("begun") + END + flow("join", "begun", "waitingForStart") + chain("begun", "end")
    run = Dry(joining(TWO, outgoing=outgoing))
    for name in "abc":
        run.complete(name)

    assert run.incidents == []
    assert run.waiting == ["begun"]


def test_a_default_flow_serves_the_reset_too() -> None:
    outgoing = (
        user_task("begun") + user_task("other") + END + flow("join", "begun", "waitingForStart")
        + chain("join", "other", "end") + chain("begun", "end")
    )  # fmt: skip
    run = Dry(joining(TWO, outgoing=outgoing, default="join_other"))
    for name in "abc":
        run.complete(name)

    assert run.waiting == ["begun", "other"]


def test_flows_without_condition_are_taken_once_however_many_there_are() -> None:
    outgoing = user_task("x") + user_task("y") + END + chain("join", "x", "end") + chain("join", "y", "end")
    run = Dry(joining(TWO, outgoing=outgoing))
    for name in "abc":
        run.complete(name)

    assert run.waiting == ["x", "y"]


def test_an_activation_condition_of_the_reset_does_not_matter() -> None:
    run = Dry(joining("waitingForStart and activationCount = 2"))
    for name in "abc":
        run.complete(name)

    assert run.waiting == ["next"]


# --- failures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["missing", "1", '"a" + 1'])
def test_an_activation_condition_that_fails_keeps_the_tokens_until_it_is_mended(text: str) -> None:
    run = Dry(joining(f"if ok = true then activationCount >= 2 else {text}"))

    run.complete("a")

    assert run.incidents == [("join", IncidentType.CONDITION_FAILED)]

    run.complete("b")

    assert len(run.incidents) == 1

    run.retry({"ok": True})

    assert run.incidents == []
    assert run.waiting == ["c", "next"]

    run.complete("c")

    assert run.waiting == ["next"]


def test_a_failing_condition_for_the_last_token_is_one_incident_and_a_deadlock_behind_it_another() -> None:
    run = Dry(joining("if activationCount < 3 or ok = true then activationCount > 3 else missing"))
    for name in "abc":
        run.complete(name)
    assert run.incidents == [("join", IncidentType.CONDITION_FAILED)]

    run.retry({"ok": True})

    assert run.incidents == [("join", IncidentType.JOIN_STUCK)]


def test_an_incident_is_over_when_a_further_token_activates_the_gateway() -> None:
    run = Dry(joining("if a_join > 0 and b_join = 0 then missing else activationCount >= 2"))
    run.complete("a")
    assert run.incidents == [("join", IncidentType.CONDITION_FAILED)]

    run.complete("b")

    assert run.incidents == []
    assert run.waiting == ["c", "next"]


def test_a_condition_of_the_activation_that_fails_is_an_incident() -> None:
    outgoing = (
        user_task("x") + END + flow("join", "x", "if waitingForStart then ok else false") + chain("x", "end")
    )
    run = Dry(joining(TWO, outgoing=outgoing))
    run.complete("a")
    run.complete("b")

    assert run.incidents == [("join", IncidentType.CONDITION_FAILED)]

    run.retry({"ok": True})

    assert run.waiting == ["c", "x"]


def test_a_condition_of_the_reset_that_fails_is_an_incident_which_holds_the_late_token() -> None:
    outgoing = (
        user_task("x") + user_task("y") + END
        + flow("join", "x", "waitingForStart")
        + flow("join", "y", "if waitingForStart then false else late")
        + chain("x", "end") + chain("y", "end")
    )  # fmt: skip
    run = Dry(joining(TWO, outgoing=outgoing))
    for name in "abc":
        run.complete(name)
    run.complete("x")

    assert run.incidents == [("join", IncidentType.CONDITION_FAILED)]
    assert run.ended is None

    run.retry({"late": True})

    assert run.waiting == ["y"]
