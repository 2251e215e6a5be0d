"""What makes a case's data larger than it may be: people are told, everything else is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from engine.clock import FixedClock
from engine.commands.cases import CancelCase, SetVariables, StartCase
from engine.commands.incidents import ResolveIncident
from engine.commands.jobs import CompleteJob, EscalateJob, ThrowBpmnError
from engine.commands.messages import PublishMessage
from engine.commands.signals import PublishSignal
from engine.commands.timers import FireTimer
from engine.commands.user_tasks import ClaimUserTask, CompleteUserTask
from engine.errors import InvalidData
from engine.facade import Engine
from engine.views.cases import CaseWhole
from engine.views.tasks import ShowTask
from tests.elements import drawing as d
from tests.support.desk import due_timers, lease_all, lease_one, only_incident, show, start, tasks
from tests.support.growth import STEPS, growing
from tests.support.journal import problems_in_journals
from tests.support.packages import deploy
from tests.support.rows import one, rows

HOUR = timedelta(hours=1)
ENDS = growing(times="times") + d.user_task("look") + d.end_event("end_2")
"""What each event leads to: steps that need `times` to be small, then a task."""

EVENTS: Mapping[str, str] = {
    "timer": d.boundary("event", "call", d.timer("R3/PT1H", kind="timeCycle"), interrupting=False),
    "message": d.boundary("event", "call", d.message("paid"), interrupting=False),
    "signal": d.boundary("event", "call", d.signal("alarm")),
    "error": d.boundary("event", "call", d.error("REFUSED"), extensions=d.writes("why", "=why")),
    "escalation": d.boundary("event", "call", d.escalation("SLOW"), interrupting=False),
}


def waits_for(event: str) -> bytes:
    content = d.sequence(("call", d.service_task("call"))) + EVENTS[event] + ENDS
    return d.process(content + d.chain("event", *STEPS, "look", "end_2"))


def answers() -> bytes:
    return d.process(
        d.START + d.service_task("call") + growing(times="times") + d.user_task("look") + d.END
        + d.chain("start", "call", *STEPS, "look", "end")
    )  # fmt: skip


@pytest.fixture
def bring(engine: Engine, clock: FixedClock) -> Mapping[str, Callable[[str], None]]:
    """How each event comes to the case with that number."""

    def timer(number: str) -> None:
        clock.advance(HOUR)
        engine.do(FireTimer(due_timers(engine)[0]))

    def error(number: str) -> None:
        job = lease_one(engine)
        engine.do(ThrowBpmnError(job.request.job_id, job.lease_token, "REFUSED", "no", {"why": "full"}))

    def escalation(number: str) -> None:
        job = lease_one(engine)
        engine.do(EscalateJob(job.request.job_id, job.lease_token, "SLOW"))

    def message(number: str) -> None:
        engine.do(PublishMessage("paid", number, {"amount": 2**60}))

    def signal(number: str) -> None:
        engine.do(PublishSignal("alarm"))

    return {
        "timer": timer,
        "message": message,
        "signal": signal,
        "error": error,
        "escalation": escalation,
    }


def is_too_large(case: CaseWhole) -> bool:
    (incident,) = case.waiting.incidents
    assert "bytes of case data" in incident.message
    return (incident.incident_type, case.head.state) == ("DATA_TOO_LARGE", "OPEN")


def test_an_answer_that_is_too_much_is_kept_and_taken_in_once_there_is_room(engine: Engine) -> None:
    deploy(engine, answers())
    number = start(engine, times=400)
    job = lease_one(engine)

    engine.do(CompleteJob(job.request.job_id, job.lease_token, {"receipt": "R-1", "size": 2**60, "x": 0.1}))
    assert is_too_large(show(engine, number))
    assert lease_all(engine) == [], "the department is not called again"

    engine.do(ResolveIncident(only_incident(engine, number), {"times": 1}))

    variables = engine.ask(ShowTask(tasks(engine, number)["look"])).variables
    assert (variables["receipt"], variables["x"]) == ("R-1", 0.1)
    assert show(engine, number).waiting.incidents == ()
    assert one(engine, "select state from job") == "COMPLETED"
    assert one(engine, "select stimulus from incident") is None
    assert problems_in_journals(engine) == []


@pytest.mark.parametrize("event", EVENTS)
def test_whatever_comes_without_a_person_is_kept(
    engine: Engine, bring: Mapping[str, Callable[[str], None]], event: str
) -> None:
    deploy(engine, waits_for(event))
    number = start(engine, times=400)

    bring[event](number)
    assert is_too_large(show(engine, number))
    assert engine.due(limit=10) == [], "it is not tried for ever"

    engine.do(ResolveIncident(only_incident(engine, number), {"times": 1}))

    assert list(tasks(engine, number)) == ["look"]
    assert show(engine, number).waiting.incidents == ()
    assert problems_in_journals(engine) == []


def test_what_an_event_sub_process_listens_for_is_kept_as_well(engine: Engine) -> None:
    inside = growing(times="times") + d.user_task("look") + d.end_event("end_2")
    inside += d.chain("told_start", *STEPS, "look", "end_2")
    told = d.event_sub_process("told", d.message("paid"), inside, interrupting=False)
    deploy(engine, d.process(d.sequence(("ask", d.user_task("ask"))) + told))
    number = start(engine, times=400)
    engine.do(PublishMessage("paid", number))
    assert is_too_large(show(engine, number))

    engine.do(ResolveIncident(only_incident(engine, number), {"times": 1}))
    engine.do(PublishMessage("paid", number))

    waiting = [task.element_id for task in show(engine, number).waiting.tasks]
    assert sorted(waiting) == ["ask", "look", "look"]


def test_a_cycle_goes_on_after_the_firing_that_was_too_much(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, waits_for("timer"))
    number = start(engine, times=400)
    clock.advance(HOUR)
    engine.do(FireTimer(due_timers(engine)[0]))
    clock.advance(3 * HOUR)
    assert due_timers(engine) == []

    engine.do(ResolveIncident(only_incident(engine, number), {"times": 1}))

    clock.advance(HOUR)
    assert len(due_timers(engine)) == 1


def test_resolving_it_while_there_is_no_room_is_refused_and_loses_nothing(engine: Engine) -> None:
    deploy(engine, answers())
    number = start(engine, times=400)
    job = lease_one(engine)
    engine.do(CompleteJob(job.request.job_id, job.lease_token, {"receipt": "R-1"}))
    incident_id = only_incident(engine, number)

    with pytest.raises(InvalidData, match="bytes of case data"):
        engine.do(ResolveIncident(incident_id, {"times": 390}))

    assert only_incident(engine, number) == incident_id
    engine.do(ResolveIncident(incident_id, {"times": 1}))
    assert list(tasks(engine, number)) == ["look"]


def test_several_that_were_too_much_are_taken_in_together_in_their_order(engine: Engine) -> None:
    deploy(engine, waits_for("message"))
    number = start(engine, times=400)
    engine.handle([PublishMessage("paid", number), PublishMessage("paid", number)])
    first, second = show(engine, number).waiting.incidents

    results = engine.handle([ResolveIncident(second.id, {"times": 1}), ResolveIncident(first.id)])

    assert [result.ok for result in results] == [True, False]
    assert [task.element_id for task in show(engine, number).waiting.tasks] == ["look", "look"]


def test_what_was_kept_for_a_case_that_is_canceled_is_gone(engine: Engine) -> None:
    deploy(engine, waits_for("message"))
    number = start(engine, times=400)
    engine.do(PublishMessage("paid", number, {"name": "personal"}))

    engine.do(CancelCase(number, "withdrawn"))

    assert rows(engine, "select state, stimulus from incident") == [("RESOLVED", None)]


def test_data_set_from_outside_makes_room_too(engine: Engine) -> None:
    deploy(engine, answers())
    number = start(engine, times=400)
    job = lease_one(engine)
    engine.do(CompleteJob(job.request.job_id, job.lease_token, {}))

    engine.do(SetVariables(number, {"times": 1}))
    engine.do(ResolveIncident(only_incident(engine, number)))

    assert list(tasks(engine, number)) == ["look"]


def test_a_person_is_told_and_there_is_no_incident(engine: Engine) -> None:
    content = d.START + d.user_task("ask") + growing(times="times") + d.user_task("look") + d.END
    deploy(engine, d.process(content + d.chain("start", "ask", *STEPS, "look", "end")))
    number = start(engine, times=1)
    task_id = tasks(engine, number)["ask"]
    engine.do(ClaimUserTask(task_id, actor="clerk1"))

    with pytest.raises(InvalidData, match="bytes of case data"):
        engine.do(CompleteUserTask(task_id, {"times": 400}, actor="clerk1"))

    assert show(engine, number).waiting.incidents == ()
    assert list(tasks(engine, number)) == ["ask"]
    engine.do(CompleteUserTask(task_id, {"times": 2}, actor="clerk1"))
    assert list(tasks(engine, number)) == ["look"]


def test_a_case_that_is_too_large_from_the_start_is_not_opened(engine: Engine) -> None:
    content = d.START + growing() + d.user_task("look") + d.END
    deploy(engine, d.process(content + d.chain("start", *STEPS, "look", "end")))

    with pytest.raises(InvalidData, match="bytes of case data"):
        engine.do(StartCase("main"))

    assert rows(engine, "select 1 from case_record") == []


def test_a_text_too_long_to_look_up_by_is_too_large_as_well(engine: Engine) -> None:
    content = d.sequence(
        ("call", d.service_task("call")), ("hear", d.catch_event("hear", d.message("answered")))
    )
    deploy(engine, d.process(content))
    number = start(engine, caseId="A")
    job = lease_one(engine)

    engine.do(CompleteJob(job.request.job_id, job.lease_token, {"caseId": "x" * 300}))

    (incident,) = show(engine, number).waiting.incidents
    assert incident.incident_type == "DATA_TOO_LARGE" and "correlation_key" in incident.message
