"""What a person may do beside completing: choose what comes next, report upwards, correct the data."""

from __future__ import annotations

import pytest

from engine.commands.cases import CancelCase, SetVariables
from engine.commands.jobs import CompleteJob, EscalateJob, StaleLease
from engine.commands.user_tasks import (
    ClaimUserTask,
    CompleteUserTask,
    EscalateUserTask,
    ReleaseUserTask,
    StartActivity,
)
from engine.errors import Forbidden, InvalidData, InvalidState, NotFound
from engine.facade import Engine
from engine.views.tasks import Choice, ShowTask
from tests.elements import drawing as d
from tests.support.desk import event_types, lease_all, lease_one, only_task, show, start, state_of, tasks
from tests.support.packages import deploy
from tests.support.rows import one

CHOOSER = '<gov:assignment roles="clerk"/>'


def choice(*, ordering: str = "Parallel") -> bytes:
    content = d.user_task("visit", name="走访") + d.user_task("call_in", name="约谈")
    help_ = d.ad_hoc("help", content, extensions=CHOOSER, ordering=ordering, cancelRemainingInstances="false")
    return d.process(d.sequence(("help", help_)))


def open_elements(engine: Engine, number: str) -> list[str]:
    return sorted(task.element_id for task in show(engine, number).waiting.tasks)


# --- choices ---------------------------------------------------------------------------------------


def test_a_choice_shows_what_may_be_begun(engine: Engine) -> None:
    deploy(engine, choice())
    number = start(engine)

    (task,) = show(engine, number).waiting.tasks
    whole = engine.ask(ShowTask(task.id))

    assert task.activities == ["visit", "call_in"]
    assert whole.choices == (Choice("visit", "走访"), Choice("call_in", "约谈"))


def test_activities_begin_as_often_as_they_are_chosen_until_the_choice_is_completed(engine: Engine) -> None:
    deploy(engine, choice())
    number = start(engine)
    chooser = only_task(engine, number)
    engine.do(ClaimUserTask(chooser, actor="clerk1"))

    engine.do(StartActivity(chooser, "visit", {"reason": "noise"}, actor="clerk1"))
    engine.do(StartActivity(chooser, "visit", actor="clerk1"))
    engine.do(StartActivity(chooser, "call_in", actor="clerk1"))
    assert open_elements(engine, number) == ["call_in", "help", "visit", "visit"]

    engine.do(CompleteUserTask(chooser, actor="clerk1"))
    assert open_elements(engine, number) == ["call_in", "visit", "visit"]
    with pytest.raises(InvalidState):
        engine.do(StartActivity(chooser, "visit", actor="clerk1"))

    for task in show(engine, number).waiting.tasks:
        assert engine.ask(ShowTask(task.id)).variables["reason"] == "noise"
        engine.do(ClaimUserTask(task.id, actor="clerk1"))
        engine.do(CompleteUserTask(task.id, actor="clerk1"))
    assert state_of(engine, number) == "CLOSED"
    assert event_types(engine, number).count("ACTIVITY_CHOSEN") == 3


def test_one_at_a_time_where_the_drawing_says_so(engine: Engine) -> None:
    deploy(engine, choice(ordering="Sequential"))
    number = start(engine)
    chooser = only_task(engine, number)
    engine.do(ClaimUserTask(chooser, actor="clerk1"))
    engine.do(StartActivity(chooser, "visit", actor="clerk1"))

    with pytest.raises(InvalidState):
        engine.do(StartActivity(chooser, "call_in", actor="clerk1"))

    assert open_elements(engine, number) == ["help", "visit"]


def test_only_who_has_claimed_the_choice_chooses_and_only_from_what_it_offers(engine: Engine) -> None:
    deploy(engine, choice())
    number = start(engine)
    chooser = only_task(engine, number)

    with pytest.raises(InvalidState, match="claimed first"):
        engine.do(StartActivity(chooser, "visit", actor="clerk1"))
    engine.do(ClaimUserTask(chooser, actor="clerk1"))
    with pytest.raises(Forbidden):
        engine.do(StartActivity(chooser, "visit", actor="clerk2"))
    with pytest.raises(InvalidData, match="visit, call_in"):
        engine.do(StartActivity(chooser, "help", actor="clerk1"))
    with pytest.raises(InvalidData):
        engine.do(StartActivity(chooser, "visit", {"area": "x"}, actor="clerk1"))
    engine.do(ReleaseUserTask(chooser, actor="clerk1"))

    assert open_elements(engine, number) == ["help"]
    assert "ACTIVITY_CHOSEN" not in event_types(engine, number)


def test_an_ordinary_task_offers_nothing_to_choose(engine: Engine) -> None:
    deploy(engine, d.process(d.sequence(("ask", d.user_task("ask")))))
    task_id = only_task(engine, start(engine))
    engine.do(ClaimUserTask(task_id, actor="clerk1"))

    with pytest.raises(InvalidData, match="none"):
        engine.do(StartActivity(task_id, "ask", actor="clerk1"))


# --- escalations -----------------------------------------------------------------------------------


def escalates(host: str, *, interrupting: bool) -> bytes:
    slow = d.boundary("slow", "work", d.escalation("SLOW"), interrupting=interrupting)
    content = d.sequence(("work", host)) + slow + d.user_task("urge") + d.end_event("end_2")
    return d.process(content + d.chain("slow", "urge", "end_2"))


@pytest.mark.parametrize(("interrupting", "left"), [(False, ["urge", "work"]), (True, ["urge"])])
def test_who_holds_a_task_reports_upwards_and_goes_on_unless_it_is_taken_away(
    engine: Engine, interrupting: bool, left: list[str]
) -> None:
    deploy(engine, escalates(d.user_task("work"), interrupting=interrupting))
    number = start(engine)
    task_id = only_task(engine, number)

    with pytest.raises(InvalidState, match="claimed first"):
        engine.do(EscalateUserTask(task_id, "SLOW", actor="clerk1"))
    engine.do(ClaimUserTask(task_id, actor="clerk1"))
    engine.do(EscalateUserTask(task_id, "SLOW", actor="clerk1"))

    assert open_elements(engine, number) == left
    (raised,) = [event for event in show(engine, number).events if event.event_type == "ESCALATION_RAISED"]
    assert (raised.element_id, raised.data) == ("work", {"code": "SLOW", "caught_by": "slow"})


def test_an_escalation_nobody_catches_is_kept_for_the_record_and_stops_nothing(engine: Engine) -> None:
    deploy(engine, d.process(d.sequence(("ask", d.user_task("ask")))))
    number = start(engine)
    task_id = only_task(engine, number)
    engine.do(ClaimUserTask(task_id, actor="clerk1"))

    engine.do(EscalateUserTask(task_id, "HELP", actor="clerk1"))
    with pytest.raises(InvalidData):
        engine.do(EscalateUserTask(task_id, " ", actor="clerk1"))

    assert open_elements(engine, number) == ["ask"]
    events = {event.event_type: event.data for event in show(engine, number).events}
    assert events["USER_TASK_ESCALATED"]["code"] == "HELP"
    assert events["ESCALATION_RAISED"] == {"code": "HELP", "caught_by": None}


def test_a_department_escalates_and_still_brings_its_answer(engine: Engine) -> None:
    deploy(engine, escalates(d.service_task("work"), interrupting=False))
    number = start(engine)
    job = lease_one(engine)

    engine.do(EscalateJob(job.request.job_id, job.lease_token, "SLOW", {"reason": "queue"}))
    assert list(tasks(engine, number)) == ["urge"]
    assert lease_all(engine) == [], "the lease goes on"

    engine.do(CompleteJob(job.request.job_id, job.lease_token, {}))
    assert one(engine, "select state from job") == "COMPLETED"


def test_an_escalation_that_interrupts_takes_the_job_away(engine: Engine) -> None:
    deploy(engine, escalates(d.service_task("work"), interrupting=True))
    number = start(engine)
    job = lease_one(engine)

    engine.do(EscalateJob(job.request.job_id, job.lease_token, "SLOW"))

    assert list(tasks(engine, number)) == ["urge"]
    with pytest.raises(StaleLease):
        engine.do(CompleteJob(job.request.job_id, job.lease_token, {}))


# --- data ------------------------------------------------------------------------------------------


def test_corrected_data_is_seen_by_what_waits_for_a_condition(engine: Engine) -> None:
    hears = d.catch_event("hears", d.condition("level > 3"))
    deploy(engine, d.process(d.sequence(("hears", hears), ("look", d.user_task("look")))))
    number = start(engine, level=1)

    engine.do(SetVariables(number, {"level": 2}, actor="clerk1"))
    assert tasks(engine, number) == {}

    engine.do(SetVariables(number, {"level": 4, "note": "gauge"}, actor="clerk1"))
    assert list(tasks(engine, number)) == ["look"]


def test_the_journal_keeps_which_data_was_corrected_by_whom_but_not_the_values(engine: Engine) -> None:
    deploy(engine, d.process(d.sequence(("ask", d.user_task("ask")))))
    number = start(engine, phone="1")

    engine.do(SetVariables(number, {"phone": "13800000000", "addr": "x"}, actor="clerk1"))

    (event,) = [event for event in show(engine, number).events if event.event_type == "VARIABLES_SET"]
    assert (event.actor, event.data) == ("clerk1", {"names": ["addr", "phone"]})
    assert engine.ask(ShowTask(only_task(engine, number))).variables["phone"] == "13800000000"


def test_data_is_corrected_only_where_there_is_a_case_and_as_strictly_as_any_input(engine: Engine) -> None:
    deploy(engine, d.process(d.sequence(("ask", d.user_task("ask")))))
    number = start(engine)

    for variables in ({}, {"case_number": "x"}, {"text": "\x00"}):
        with pytest.raises(InvalidData):
            engine.do(SetVariables(number, variables))
    with pytest.raises(NotFound):
        engine.do(SetVariables("310115000000000000001X", {"a": 1}))
    engine.do(CancelCase(number, "withdrawn"))
    with pytest.raises(InvalidState):
        engine.do(SetVariables(number, {"a": 1}))
