from __future__ import annotations

from typing import Any

import pytest

from engine.commands.command import Command
from engine.commands.user_tasks import (
    AssignUserTask,
    ClaimUserTask,
    CompleteUserTask,
    ReleaseUserTask,
    ReturnUserTask,
)
from engine.errors import CommandRejected, Forbidden, InvalidData, InvalidState, NotFound
from engine.facade import Engine
from engine.views.tasks import ShowTask, Worklist
from tests.elements import drawing as d
from tests.support.desk import event_types, finish_task, only_task, show, start, state_of, tasks
from tests.support.packages import deploy
from tests.support.rows import dump, one

DEPARTMENT = '<gov:assignment roles="clerk" department="UMLE"/>'
OTHERS = '<gov:assignment roles="clerk" fourEyes="ask"/>'


@pytest.fixture
def task_id(engine: Engine) -> int:
    """Of a case whose only step is for clerks of UMLE, with the form `note`."""
    deploy(engine, d.process(d.sequence(("ask", d.user_task("ask", extensions=DEPARTMENT, gov_form="note")))))
    return only_task(engine, start(engine))


def refused(engine: Engine, command: Command) -> CommandRejected:
    """The refusal; nothing at all may have changed."""
    before = dump(engine)
    with pytest.raises(CommandRejected) as caught:
        engine.do(command)
    assert dump(engine) == before
    return caught.value


def test_a_task_that_was_claimed_and_completed_closes_its_case(engine: Engine, task_id: int) -> None:
    answer = finish_task(engine, task_id, note="fine by me", fine=True, count=3)

    number = answer["case_number"]
    assert state_of(engine, number) == "CLOSED"
    assert one(engine, "select state || completed_by from user_task") == "COMPLETEDclerk1"
    assert event_types(engine, number)[3:] == [
        "USER_TASK_CLAIMED",
        "USER_TASK_COMPLETED",
        "TOKENS_MOVED",
        "CASE_CLOSED",
    ]


@pytest.mark.parametrize(
    ("actor", "error", "words"),
    [("guest", Forbidden, "roles"), ("clerk3", Forbidden, "department"), ("nobody", NotFound, "'nobody'")],
)
def test_who_is_no_candidate_cannot_claim(
    engine: Engine, task_id: int, actor: str, error: type[CommandRejected], words: str
) -> None:
    refusal = refused(engine, ClaimUserTask(task_id, actor=actor))

    assert isinstance(refusal, error)
    assert words in str(refusal)


def test_a_claimed_task_is_not_free_for_others_and_claiming_again_is_fine(
    engine: Engine, task_id: int
) -> None:
    engine.do(ClaimUserTask(task_id, actor="clerk1"))

    refusal = refused(engine, ClaimUserTask(task_id, actor="clerk2"))
    again = engine.do(ClaimUserTask(task_id, actor="clerk1"))

    assert isinstance(refusal, InvalidState)
    assert again["assignee"] == "clerk1"
    assert one(engine, "select count(*) from case_event where event_type = 'USER_TASK_CLAIMED'") == 1


def test_only_who_holds_a_task_gives_it_back_and_then_others_may_have_it(
    engine: Engine, task_id: int
) -> None:
    engine.do(ClaimUserTask(task_id, actor="clerk1"))

    refusal = refused(engine, ReleaseUserTask(task_id, actor="clerk2"))
    engine.do(ReleaseUserTask(task_id, actor="clerk1"))

    assert isinstance(refusal, Forbidden)
    assert engine.do(ClaimUserTask(task_id, actor="clerk2"))["assignee"] == "clerk2"


def test_a_task_can_be_handed_to_a_candidate_only(engine: Engine, task_id: int) -> None:
    refusal = refused(engine, AssignUserTask(task_id, "clerk3", actor="head"))
    unknown = refused(engine, AssignUserTask(task_id, "nobody", actor="head"))
    engine.do(AssignUserTask(task_id, "clerk2", actor="head"))

    assert isinstance(refusal, Forbidden)
    assert isinstance(unknown, NotFound)
    assert [line.id for line in engine.ask(Worklist("clerk2"))] == [task_id]
    assert engine.ask(Worklist("clerk1")) == []


def test_a_task_is_completed_by_who_claimed_it_and_nobody_else(engine: Engine, task_id: int) -> None:
    free = refused(engine, CompleteUserTask(task_id, {"note": "ok"}, actor="clerk1"))
    engine.do(ClaimUserTask(task_id, actor="clerk1"))
    other = refused(engine, CompleteUserTask(task_id, {"note": "ok"}, actor="clerk2"))

    assert isinstance(free, InvalidState)
    assert isinstance(other, Forbidden)


def test_a_completed_task_is_over_for_every_command(engine: Engine, task_id: int) -> None:
    finish_task(engine, task_id, note="ok")

    for command in (
        ClaimUserTask(task_id, actor="clerk1"),
        ReleaseUserTask(task_id, actor="clerk1"),
        AssignUserTask(task_id, "clerk2", actor="clerk1"),
        CompleteUserTask(task_id, {"note": "ok"}, actor="clerk1"),
        ReturnUserTask(task_id, "not ours", actor="clerk1"),
    ):
        assert isinstance(refused(engine, command), InvalidState)


def test_a_task_that_does_not_exist_is_not_found(engine: Engine, task_id: int) -> None:
    assert isinstance(refused(engine, ClaimUserTask(999_999, actor="clerk1")), NotFound)


def test_a_task_number_beyond_64_bits_is_refused(engine: Engine, task_id: int) -> None:
    refusal = refused(engine, ClaimUserTask(2**70, actor="clerk1"))

    assert isinstance(refusal, InvalidData)
    assert list(refusal.problems) == ["user_task_id"]


UNFIT_FORMS: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {"note"}),
    ({"note": "x"}, {"note"}),
    ({"note": "ok", "fine": "yes"}, {"fine"}),
    ({"note": "ok", "count": 10}, {"count"}),
    ({"note": 5, "count": "many"}, {"note", "count"}),
    ({"note": "ok", "foreign": 1}, {"foreign"}),
    ({"note": "ok", "area": "x"}, {"area"}),
    ({"note": "a\x00b"}, {"note"}),
]


def test_a_form_is_checked_field_by_field_and_all_at_once(engine: Engine, task_id: int) -> None:
    engine.do(ClaimUserTask(task_id, actor="clerk1"))

    for variables, fields in UNFIT_FORMS:
        refusal = refused(engine, CompleteUserTask(task_id, variables, actor="clerk1"))
        assert isinstance(refusal, InvalidData)
        assert set(refusal.problems) == fields


def test_a_task_without_form_cannot_change_what_the_engine_sets_itself(engine: Engine) -> None:
    deploy(engine, d.process(d.sequence(("ask", d.user_task("ask")), ("more", d.user_task("more")))))
    number = start(engine)
    engine.do(ClaimUserTask(only_task(engine, number), actor="clerk1"))

    refusal = refused(
        engine, CompleteUserTask(only_task(engine, number), {"case_number": "other"}, actor="clerk1")
    )

    assert isinstance(refusal, InvalidData)
    assert engine.ask(ShowTask(only_task(engine, number))).variables["case_number"] == number


def test_who_did_the_first_step_may_not_do_the_step_that_checks_it(engine: Engine) -> None:
    deploy(
        engine,
        d.process(
            d.sequence(("ask", d.user_task("ask")), ("check", d.user_task("check", extensions=OTHERS)))
        ),
    )
    number = start(engine)
    finish_task(engine, only_task(engine, number), actor="clerk1")
    check = only_task(engine, number)

    refusal = refused(engine, ClaimUserTask(check, actor="clerk1"))
    assigned = refused(engine, AssignUserTask(check, "clerk1", actor="head"))

    assert isinstance(refusal, Forbidden)
    assert isinstance(assigned, Forbidden)
    assert "four-eyes" in str(refusal)
    assert engine.ask(Worklist("clerk1")) == []
    assert [line.id for line in engine.ask(Worklist("clerk2"))] == [check]
    finish_task(engine, check, actor="clerk2")
    assert state_of(engine, number) == "CLOSED"


def test_what_a_four_eyes_rule_hides_does_not_shorten_the_page(engine: Engine) -> None:
    checked = ("ask", d.user_task("ask")), ("check", d.user_task("check", extensions=OTHERS))
    deploy(engine, d.process(d.sequence(*checked)))
    for number in [start(engine) for _ in range(5)]:
        finish_task(engine, only_task(engine, number), actor="clerk1")
    free = [only_task(engine, start(engine)) for _ in range(3)]

    page = engine.ask(Worklist("clerk1", limit=2))
    following = engine.ask(Worklist("clerk1", after=page[-1].id, limit=2))

    assert [line.id for line in page + following] == free


def test_the_four_eyes_rule_of_one_case_says_nothing_about_another(engine: Engine) -> None:
    deploy(
        engine,
        d.process(
            d.sequence(("ask", d.user_task("ask")), ("check", d.user_task("check", extensions=OTHERS)))
        ),
    )
    first, second = start(engine), start(engine)
    finish_task(engine, only_task(engine, first), actor="clerk1")
    finish_task(engine, only_task(engine, second), actor="clerk2")

    finish_task(engine, only_task(engine, second), actor="clerk1")

    assert state_of(engine, second) == "CLOSED"


def test_a_task_that_may_be_returned_takes_the_way_drawn_for_it(engine: Engine) -> None:
    content = d.sequence(("ask", d.user_task("ask"))) + d.boundary("returned", "ask", d.error())
    content += d.user_task("decide") + d.end_event("end_2") + d.chain("returned", "decide", "end_2")
    deploy(engine, d.process(content))
    number = start(engine)
    task_id = only_task(engine, number)
    engine.do(ClaimUserTask(task_id, actor="clerk1"))

    short = refused(engine, ReturnUserTask(task_id, " x ", actor="clerk1"))
    other = refused(engine, ReturnUserTask(task_id, "not ours", actor="clerk2"))
    engine.do(ReturnUserTask(task_id, "not ours", actor="clerk1"))

    assert isinstance(short, InvalidData)
    assert isinstance(other, Forbidden)
    assert list(tasks(engine, number)) == ["decide"]
    assert one(engine, "select state from user_task where element_id = 'ask'") == "CANCELED"
    (event,) = [e for e in show(engine, number).events if e.event_type == "USER_TASK_RETURNED"]
    assert event.data["reason"] == "not ours"


def test_a_task_without_a_way_back_cannot_be_returned(engine: Engine, task_id: int) -> None:
    engine.do(ClaimUserTask(task_id, actor="clerk1"))

    assert isinstance(refused(engine, ReturnUserTask(task_id, "not ours", actor="clerk1")), InvalidState)


def test_a_department_the_process_computed_too_long_is_refused(engine: Engine) -> None:
    long = '<gov:assignment roles="clerk" department="=who"/>'
    deploy(engine, d.process(d.sequence(("ask", d.user_task("ask", extensions=long)))))

    with pytest.raises(InvalidData, match="200 characters"):
        start(engine, who="x" * 9_000)
