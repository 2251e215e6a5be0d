from __future__ import annotations

import pytest

from engine.commands.incidents import ResolveIncident
from engine.commands.jobs import FailJob
from engine.errors import InvalidData, InvalidState, NotFound
from engine.facade import Engine
from engine.views.cases import CaseList
from engine.views.operations import IncidentList
from tests.elements import drawing as d
from tests.support.desk import finish_task, lease_one, only_incident, only_task, show, start, state_of, tasks
from tests.support.packages import deploy
from tests.support.rows import one


def test_a_step_that_failed_is_tried_again_with_what_was_missing(engine: Engine) -> None:
    content = d.START + d.exclusive("which") + d.user_task("ask") + d.END
    content += d.flow("start", "which") + d.flow("which", "ask", "=size > 3") + d.chain("ask", "end")
    deploy(engine, d.process(content))
    number = start(engine)
    incident_id = only_incident(engine, number)

    engine.do(ResolveIncident(incident_id, {"size": 4}))

    assert list(tasks(engine, number)) == ["ask"]
    assert engine.ask(IncidentList()) == []


def test_a_step_that_fails_again_has_a_new_incident(engine: Engine) -> None:
    content = d.START + d.exclusive("which") + d.user_task("ask") + d.END
    content += d.flow("start", "which") + d.flow("which", "ask", "=size > 3") + d.chain("ask", "end")
    deploy(engine, d.process(content))
    number = start(engine)
    first = only_incident(engine, number)

    engine.do(ResolveIncident(first, {"size": 1}))

    second = only_incident(engine, number)
    assert second != first
    with pytest.raises(InvalidState):
        engine.do(ResolveIncident(first))


def test_an_unknown_incident_is_not_found_and_unfit_input_is_refused(engine: Engine) -> None:
    deploy(engine, d.process(d.sequence(("call", d.service_task("call")))))
    number = start(engine)
    job = lease_one(engine)
    engine.do(FailJob(job.request.job_id, job.lease_token, "no", retryable=False))
    incident_id = only_incident(engine, number)

    with pytest.raises(NotFound):
        engine.do(ResolveIncident(99_999))
    for command in (
        ResolveIncident(incident_id, retries=21),
        ResolveIncident(incident_id, retries=-1),
        ResolveIncident(incident_id, {"area": "x"}),
    ):
        with pytest.raises(InvalidData):
            engine.do(command)
    assert only_incident(engine, number) == incident_id


def test_the_failed_job_goes_on_whichever_incident_of_its_step_is_resolved(engine: Engine) -> None:
    call = d.service_task("call", extensions=d.clock("=limit"))
    deploy(engine, d.process(d.sequence(("call", call))))
    number = start(engine, limit="unheard")
    job = lease_one(engine)
    engine.do(FailJob(job.request.job_id, job.lease_token, "no", retryable=False))
    incidents = {i.incident_type: i.id for i in show(engine, number).waiting.incidents}

    engine.do(ResolveIncident(incidents["LIMIT_UNKNOWN"], {"limit": None}))

    assert lease_one(engine).request.idempotency_key == job.request.idempotency_key
    assert "JOB_FAILED" not in [incident.incident_type for incident in show(engine, number).waiting.incidents]


def test_two_incidents_of_one_step_resolved_in_one_batch_try_it_once(engine: Engine) -> None:
    call = d.service_task("call", extensions=d.clock("=limit"))
    deploy(engine, d.process(d.sequence(("call", call))))
    number = start(engine, limit="unheard")
    job = lease_one(engine)
    engine.do(FailJob(job.request.job_id, job.lease_token, "no", retryable=False))
    incidents = show(engine, number).waiting.incidents

    results = engine.handle([ResolveIncident(incident.id, {"limit": None}) for incident in incidents])

    assert [result.ok for result in results] == [True, False]
    assert one(engine, "select count(*) from case_event where event_type = 'INCIDENT_RESOLVED'") == 1


def test_a_join_of_the_process_itself_that_is_stuck_can_be_looked_at_again(engine: Engine) -> None:
    content = (
        d.START + d.inclusive("which") + d.user_task("a") + d.user_task("b") + d.parallel("join") + d.END
    )
    content += d.chain("start", "which") + d.chain("a", "join", "end") + d.chain("b", "join")
    content += d.flow("which", "a", "=true") + d.flow("which", "b", "=false")
    deploy(engine, d.process(content))
    number = start(engine)
    finish_task(engine, only_task(engine, number))
    first = only_incident(engine, number)

    engine.do(ResolveIncident(first, {"seen": "yes"}))

    (incident,) = show(engine, number).waiting.incidents
    assert incident.incident_type == "JOIN_STUCK"
    assert incident.id != first, "nothing has changed, so it is reported again"


def test_a_loop_without_wait_state_becomes_an_incident_and_the_case_can_be_seen(engine: Engine) -> None:
    content = (
        d.START + d.exclusive("again", default="again_turn") + d.script_task("turn", "=1", result="x") + d.END
    )
    content += d.chain("start", "again", "turn", "again") + d.flow("again", "end", "=stop = true")
    deploy(engine, d.process(content))

    number = start(engine)

    (incident,) = show(engine, number).waiting.incidents
    assert incident.incident_type == "STEP_LIMIT_EXCEEDED"
    assert engine.ask(CaseList())[0].waiting.incidents == (incident,)
    assert state_of(engine, number) == "OPEN"


def test_the_incident_of_a_step_that_was_taken_away_is_over(engine: Engine) -> None:
    content = d.START + d.parallel("fork") + d.service_task("call") + d.user_task("ask")
    content += d.end_event("end", d.TERMINATE) + d.end_event("end_2")
    content += d.chain("start", "fork", "call", "end_2") + d.chain("fork", "ask", "end")
    deploy(engine, d.process(content))
    number = start(engine)
    job = lease_one(engine)
    engine.do(FailJob(job.request.job_id, job.lease_token, "no", retryable=False))
    incident_id = only_incident(engine, number)

    finish_task(engine, only_task(engine, number))

    assert state_of(engine, number) == "CLOSED"
    assert engine.ask(IncidentList()) == []
    with pytest.raises(InvalidState):
        engine.do(ResolveIncident(incident_id))
