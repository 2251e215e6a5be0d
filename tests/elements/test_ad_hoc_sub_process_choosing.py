"""BPMN 2.0.2, 10.3.5 and 13.3.5: ad-hoc sub-process in which a person chooses what is done next."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import CreateUserTask, IncidentType
from engine.bpmn.stimuli import CompleteElement, StartActivity
from engine.errors import InvalidArgument, InvalidState
from tests.elements.drawing import (
    END,
    START,
    ad_hoc,
    boundary,
    chain,
    error,
    event_sub_process,
    flow,
    message,
    multi_instance,
    node,
    parallel,
    process,
    sequence,
    service_task,
    timer,
    user_task,
)
from tests.elements.driver import Dry

ABC = user_task("a") + user_task("b") + user_task("c")
ASSIGNED = '<gov:assignment roles="lead" department="=dept"/>'


def choosing(content: str = ABC, *, extensions: str = ASSIGNED, **more: str) -> bytes:
    work = ad_hoc("work", content, extensions=extensions, **more)
    return process(sequence(("work", work), ("after", user_task("after"))))


def offered(run: Dry) -> CreateUserTask:
    return next(row for row in run.rows if isinstance(row, CreateUserTask) and row.activities)


def test_the_activities_are_offered_to_those_who_may_choose() -> None:
    run = Dry(choosing(ABC + flow("a", "b")), variables={"dept": "urban"})

    task = offered(run)
    assert (task.element_id, task.roles, task.department) == ("work", ("lead",), "urban")
    assert task.activities == ("a", "c")
    assert run.waiting == []


def test_what_is_chosen_begins_as_often_as_it_is_chosen() -> None:
    run = Dry(choosing())

    for name in ("b", "a", "b"):
        run.choose("work", name)

    assert run.waiting == ["b", "a", "b"]


def test_what_the_person_says_is_data_of_the_case() -> None:
    run = Dry(choosing())

    run.choose("work", "a", {"why": "urgent"})

    assert run.variables == {"why": "urgent"}


def test_what_is_not_offered_cannot_be_chosen_and_changes_nothing() -> None:
    run = Dry(choosing(ABC + flow("a", "b")))

    for name in ("b", "after", "zz", "work"):
        with pytest.raises(InvalidArgument, match="may be begun"):
            run.choose("work", name, {"x": 1})

    assert run.waiting == []
    assert run.variables == {}


def test_only_the_element_that_offers_takes_choices() -> None:
    run = Dry(choosing())
    run.choose("work", "a")

    for key in (run.key("a"), run.key("work")):
        with pytest.raises(InvalidState):
            run.step(StartActivity(key, "b"))
    with pytest.raises(InvalidState, match="has ended"):
        run.step(StartActivity(999, "b"))


def test_it_stays_open_while_there_is_somebody_to_choose() -> None:
    run = Dry(choosing())

    run.choose("work", "a")
    run.complete("a")

    assert run.waiting == []
    assert run.ended is None
    assert offered(run)


def test_saying_that_nothing_more_is_to_be_done_completes_it() -> None:
    run = Dry(choosing())
    run.choose("work", "a")
    run.complete("a")

    run.stop_choosing("work", {"result": "fine"})

    assert run.waiting == ["after"]
    assert run.variables == {"result": "fine"}


@pytest.mark.parametrize("cancels", ["true", "false"])
def test_what_still_runs_then_is_awaited(cancels: str) -> None:
    """cancelRemainingInstances is about the completion condition: nobody has said that work is in vain."""
    run = Dry(choosing(cancelRemainingInstances=cancels))
    run.choose("work", "a")

    run.stop_choosing("work")

    assert run.waiting == ["a"]

    run.complete("a")

    assert run.waiting == ["after"]


def test_nothing_can_be_chosen_any_more_while_the_rest_is_awaited() -> None:
    run = Dry(choosing(cancelRemainingInstances="false"))
    run.choose("work", "a")
    chooser = run.chooser("work")
    run.stop_choosing("work")

    for stimulus in (StartActivity(chooser, "b"), CompleteElement(chooser)):
        with pytest.raises(InvalidState, match="has ended"):
            run.step(stimulus)


def test_in_sequence_the_next_can_be_chosen_when_the_one_before_is_done() -> None:
    run = Dry(choosing(ABC + flow("a", "b"), ordering="Sequential"))
    run.choose("work", "a")

    with pytest.raises(InvalidState, match="one at a time"):
        run.choose("work", "c")
    run.complete("a")
    with pytest.raises(InvalidState, match="one at a time"):
        run.choose("work", "c")
    run.complete("b")
    run.choose("work", "c")

    assert run.waiting == ["c"]


def test_the_completion_condition_ends_the_choice_too() -> None:
    run = Dry(choosing(condition="enough"))
    run.choose("work", "a")
    run.choose("work", "b")

    run.complete("a", {"enough": True})

    assert run.waiting == ["after"]
    assert not any(isinstance(row, CreateUserTask) and row.activities for row in run.rows)


def test_the_data_begins_some_and_a_person_adds_others() -> None:
    run = Dry(choosing(gov_activeElements='=["a"]'))

    run.choose("work", "b")

    assert run.waiting == ["a", "b"]


@pytest.mark.parametrize("idle", [user_task("x"), node("task", "x"), node("manualTask", "x")])
def test_in_sequence_what_the_data_names_comes_before_the_choice(idle: str) -> None:
    run = Dry(choosing(idle + ABC, ordering="Sequential", gov_activeElements='=["x", "a"]'))
    if run.waiting == ["x"]:
        run.complete("x")

    assert run.waiting == ["a"]

    with pytest.raises(InvalidState, match="one at a time"):
        run.choose("work", "b")
    run.complete("a")
    run.choose("work", "b")

    assert run.waiting == ["b"]


@pytest.mark.parametrize("cancels", ["true", "false"])
def test_a_token_may_wait_at_a_join_for_what_is_chosen_later(cancels: str) -> None:
    content = (
        user_task("a") + user_task("b") + parallel("join") + user_task("c") + chain("a", "join", "c")
        + chain("b", "join")
    )  # fmt: skip
    run = Dry(choosing(content, cancelRemainingInstances=cancels))
    run.choose("work", "a")
    run.complete("a")

    assert run.incidents == []

    run.choose("work", "b")
    run.complete("b")

    assert run.waiting == ["c"]

    other = Dry(choosing(content, cancelRemainingInstances=cancels))
    other.choose("work", "a")
    other.complete("a")
    other.stop_choosing("work")

    assert other.incidents == [("join", IncidentType.JOIN_STUCK)]
    assert other.waiting == []


def test_each_instance_of_a_loop_offers_its_own_choice() -> None:
    model = choosing().replace(
        b'<userTask id="a">', multi_instance("[1, 2]", item="i").encode() + b'<userTask id="a">'
    )
    run = Dry(model)
    assert sum(isinstance(row, CreateUserTask) for row in run.rows) == 2

    run.choose("work", "a")
    run.complete("a")
    run.stop_choosing("work")

    assert run.waiting == []
    assert sum(isinstance(row, CreateUserTask) for row in run.rows) == 1

    run.stop_choosing("work")

    assert run.waiting == ["after"]


def test_who_may_choose_cannot_be_told_and_nothing_has_begun() -> None:
    handler = event_sub_process("late", timer("PT1H"), user_task("x") + chain("late_start", "x"))
    assigned = '<gov:assignment roles="lead" department="=[1]"/>'.replace(
        "[1]", "if ok = true then d else [1]"
    )
    run = Dry(choosing(ABC + handler, extensions=assigned, gov_activeElements='=["a"]'))

    assert run.incidents == [("work", IncidentType.MAPPING_FAILED)]
    assert (run.waiting, run.timers, run.listening) == ([], [], [])

    run.retry({"ok": True, "d": "urban"})

    assert run.waiting == ["a"]
    assert run.listening == ["late"]
    assert offered(run).department == "urban"


def attached(definition: str, content: str = ABC) -> bytes:
    return process(
        START
        + ad_hoc("work", content, extensions=ASSIGNED)
        + boundary("event", "work", definition)
        + user_task("handle")
        + END
        + chain("start", "work", "end")
        + chain("event", "handle", "end")
    )


def test_an_interrupting_event_ends_the_choice_and_all_that_was_chosen() -> None:
    run = Dry(attached(message("recalled")))
    run.choose("work", "a")

    run.deliver("event")

    assert run.waiting == ["handle"]
    assert [row.element_id for row in run.rows if isinstance(row, CreateUserTask)] == ["handle"]


def test_an_error_of_what_was_chosen_ends_the_choice() -> None:
    run = Dry(attached(error("REFUSED"), service_task("a")))
    run.choose("work", "a")

    run.throw("a", "REFUSED")

    assert run.waiting == ["handle"]


def test_canceling_ends_it_all() -> None:
    run = Dry(choosing())
    run.choose("work", "a")

    run.cancel()

    assert run.rows == []
