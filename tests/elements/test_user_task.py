"""BPMN 2.0.2, 10.3.4.2: user task."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import CreateUserTask, EnterStage, IncidentType, ReachMilestone
from engine.bpmn.stimuli import CompleteElement
from engine.errors import InvalidState
from tests.elements.drawing import clock, process, reads, sequence, user_task, writes
from tests.elements.driver import Dry


def with_task(extensions: str = "", **attributes: str) -> bytes:
    return process(sequence(("review", user_task("review", extensions=extensions, **attributes))))


def created(run: Dry) -> CreateUserTask:
    return next(effect for effect in run.effects if isinstance(effect, CreateUserTask))


def test_it_makes_work_for_the_right_clerks_and_waits() -> None:
    assignment = '<gov:assignment roles="clerk, lead" department="=office" assignee="=who" fourEyes="first"/>'
    model = process(
        sequence(
            ("first", user_task("first")),
            ("review", user_task("review", extensions=assignment, name="审查", gov_form="review-form")),
        )
    )
    run = Dry(model, variables={"office": "market", "who": None})

    run.complete("first")

    assert run.last == [
        *run.closed(),
        CreateUserTask(
            run.key("review"),
            "review",
            "审查",
            "review-form",
            ("clerk", "lead"),
            "market",
            None,
            ("first",),
        ),
    ]
    assert run.waiting == ["review"]


def test_completing_it_brings_all_variables_when_nothing_is_mapped() -> None:
    run = Dry(process(sequence(("review", user_task("review")), ("next", user_task("next")))))

    run.complete("review", {"approved": True, "note": "好"})

    assert run.variables == {"approved": True, "note": "好"}
    assert run.waiting == ["next"]


def test_it_sees_its_inputs_and_gives_only_its_outputs() -> None:
    extensions = reads("amount", "=fee * 2") + writes("total", "=amount + extra")
    model = process(
        sequence(("review", user_task("review", extensions=extensions)), ("next", user_task("next")))
    )
    run = Dry(model, variables={"fee": 5})

    assert run.locals_of("review") == {"amount": 10}

    run.complete("review", {"extra": 1, "secret": 9})

    assert run.variables == {"fee": 5, "total": 11}


def test_it_cannot_be_completed_twice() -> None:
    run = Dry(with_task())
    key = run.key("review")
    run.complete("review")

    with pytest.raises(InvalidState, match="has ended"):
        run.step(CompleteElement(key))


@pytest.mark.parametrize("broken", ['department="=1 + &quot;a&quot;"', 'assignee="=true"'])
def test_an_assignment_that_gives_no_text_is_an_incident_and_makes_no_work(broken: str) -> None:
    run = Dry(with_task(f'<gov:assignment roles="clerk" {broken}/>'))

    assert run.incidents == [("review", IncidentType.MAPPING_FAILED)]
    assert not any(isinstance(effect, CreateUserTask) for effect in run.effects)


def test_a_whole_number_may_name_a_department() -> None:
    run = Dry(with_task('<gov:assignment department="=310115"/>'))

    assert created(run).department == "310115"


def test_a_failing_input_is_an_incident_that_can_be_retried() -> None:
    run = Dry(with_task(reads("double", "=fee * 2")), variables={"fee": "much"})

    assert run.incidents == [("review", IncidentType.MAPPING_FAILED)]

    run.retry({"fee": 4})

    assert run.locals_of("review") == {"double": 8}
    assert run.waiting == ["review"]


def test_an_absent_variable_is_null_and_no_incident() -> None:
    run = Dry(with_task(reads("note", "=nobody")))

    assert run.locals_of("review") == {"note": None}


def test_a_failing_output_is_an_incident_that_remembers_what_the_clerk_entered() -> None:
    model = process(
        sequence(
            ("review", user_task("review", extensions=writes("total", "=amount + fee"))),
            ("next", user_task("next")),
        )
    )
    run = Dry(model, variables={"fee": "none"})

    run.complete("review", {"amount": 3})

    assert run.incidents == [("review", IncidentType.MAPPING_FAILED)]
    assert run.waiting == []
    with pytest.raises(InvalidState, match="has an incident"):
        run.complete("review", {"amount": 4})

    run.retry({"fee": 1})

    assert run.variables == {"fee": 1, "total": 4}
    assert run.waiting == ["next"]


def test_a_retry_corrects_what_the_clerk_entered_as_well() -> None:
    run = Dry(with_task(writes("total", "=amount + 1")))
    run.complete("review", {"amount": "three"})

    run.retry({"amount": 3})

    assert run.ended is True


def test_its_clock_runs_while_it_waits_and_is_met_when_it_completes() -> None:
    run = Dry(with_task(clock("review-limit", kind="stage") + clock("=second", kind="promise")),
              variables={"second": "promise-limit"})  # fmt: skip

    assert [(c.limit, c.kind, c.element_id) for c in run.clocks] == [
        ("review-limit", "stage", "review"),
        ("promise-limit", "promise", "review"),
    ]

    run.complete("review")

    assert [close.completed for close in run.closed()] == [True]


def test_a_clock_without_limit_does_not_run_and_a_wrong_one_is_an_incident() -> None:
    free = Dry(with_task(clock("=limit")), variables={"limit": None})
    wrong = Dry(with_task(clock("=limit")), variables={"limit": True})

    assert free.clocks == []
    assert free.waiting == ["review"]
    assert wrong.incidents == [("review", IncidentType.LIMIT_UNKNOWN)]

    wrong.retry({"limit": "ten-days"})

    assert [c.limit for c in wrong.clocks] == ["ten-days"]


def test_canceling_the_process_cancels_the_task_and_its_clock() -> None:
    run = Dry(with_task(clock("review-limit")))

    run.cancel()

    assert [close.completed for close in run.closed()] == [False]
    assert run.rows == []
    assert run.ended is False


def test_entering_it_moves_the_case_to_its_stage_and_milestone_once() -> None:
    run = Dry(
        with_task(reads("x", "=n + 1"), gov_stage="审查", gov_milestone="正在审查"), variables={"n": "a"}
    )
    run.retry({"n": 1})

    told = [effect for effect in run.effects if isinstance(effect, EnterStage | ReachMilestone)]
    assert told == [EnterStage("review", "审查"), ReachMilestone("review", "正在审查")]
