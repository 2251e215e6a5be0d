from __future__ import annotations

import random
from datetime import timedelta

import pytest

from engine.clock import FixedClock
from engine.commands.cases import CancelCase
from engine.commands.incidents import ResolveIncident
from engine.commands.jobs import CompleteJob, FailJob, StaleLease, ThrowBpmnError
from engine.errors import InvalidData, NotFound
from engine.facade import Engine
from engine.model.jobs import MAX_CLAIMS_WITHOUT_ANSWER
from engine.ports import LeasedJob
from tests.elements import drawing as d
from tests.support.desk import event_types, lease_all, lease_one, only_incident, show, start, state_of, tasks
from tests.support.packages import deploy
from tests.support.rows import dump, one, rows

CALL = d.process(d.sequence(("call", d.service_task("call"))))


@pytest.fixture
def number(engine: Engine) -> str:
    """Of a case that waits for one department call, with three retries."""
    deploy(engine, CALL)
    return start(engine, subject="井盖")


def lapse(engine: Engine) -> None:
    """As if every lease had run out."""
    rows(
        engine,
        "update job set lease_until = now() - interval '1 second' where state = 'ACTIVATED' returning 1",
    )


def make_available(engine: Engine) -> None:
    rows(engine, "update job set available_at = now() where state = 'CREATED' returning 1")


def fail(engine: Engine, job: LeasedJob, *, retryable: bool = True) -> None:
    engine.do(FailJob(job.request.job_id, job.lease_token, "503", retryable))


def test_a_leased_job_tells_the_department_all_it_needs(engine: Engine, number: str) -> None:
    job = lease_one(engine)

    request = job.request
    assert (request.job_type, request.case_number, request.element_id) == ("check", number, "call")
    assert request.variables["subject"] == "井盖"
    assert request.attempt == 1
    assert request.idempotency_key


def test_a_completed_job_lets_the_case_go_on_with_the_answer(engine: Engine) -> None:
    deploy(engine, d.process(d.sequence(("call", d.service_task("call")), ("ask", d.user_task("ask")))))
    number = start(engine)
    job = lease_one(engine)

    engine.do(CompleteJob(job.request.job_id, job.lease_token, {"receipt": "R1"}))

    assert list(tasks(engine, number)) == ["ask"]
    assert "JOB_COMPLETED" in event_types(engine, number)
    assert one(engine, "select state from job") == "COMPLETED"


def test_two_workers_never_hold_the_same_job(engine: Engine) -> None:
    deploy(engine, CALL)
    for _ in range(10):
        start(engine)

    first = engine.acquire_jobs(worker="w1", limit=6, lease=timedelta(seconds=30))
    second = engine.acquire_jobs(worker="w2", limit=6, lease=timedelta(seconds=30))

    ids = [job.request.job_id for job in first + second]
    assert len(first) == 6
    assert len(ids) == len(set(ids)) == 10


def test_a_superseded_worker_cannot_complete_its_job(engine: Engine, number: str) -> None:
    late = lease_one(engine, worker="late")
    lapse(engine)
    current = lease_one(engine, worker="current")
    before = dump(engine)

    for command in (
        CompleteJob(late.request.job_id, late.lease_token, {}),
        FailJob(late.request.job_id, late.lease_token, "late"),
        ThrowBpmnError(late.request.job_id, late.lease_token, "REFUSED"),
    ):
        with pytest.raises(StaleLease):
            engine.do(command)

    assert dump(engine) == before
    assert current.lease_token > late.lease_token
    assert current.request.idempotency_key == late.request.idempotency_key
    engine.do(CompleteJob(current.request.job_id, current.lease_token, {}))
    assert state_of(engine, number) == "CLOSED"


def test_a_lease_that_has_not_run_out_is_left_alone(engine: Engine, number: str) -> None:
    lease_one(engine)

    assert lease_all(engine, worker="w2") == []


def test_a_lease_further_ahead_than_allowed_is_no_lease(engine: Engine, number: str) -> None:
    lease_one(engine)
    rows(engine, "update job set lease_until = now() + interval '1 hour' returning 1")

    assert len(lease_all(engine, worker="w2")) == 1


def test_what_a_dead_worker_left_comes_before_new_work(engine: Engine, number: str) -> None:
    left = lease_one(engine)
    lapse(engine)
    start(engine)

    (job,) = engine.acquire_jobs(worker="w2", limit=1, lease=timedelta(seconds=5))

    assert job.request.job_id == left.request.job_id


def test_a_completed_job_cannot_be_completed_again(engine: Engine, number: str) -> None:
    job = lease_one(engine)
    engine.do(CompleteJob(job.request.job_id, job.lease_token, {}))

    with pytest.raises(StaleLease):
        engine.do(CompleteJob(job.request.job_id, job.lease_token, {}))


def test_an_unknown_job_is_not_found(engine: Engine, number: str) -> None:
    with pytest.raises(NotFound):
        engine.do(CompleteJob(999_999, 1, {}))


def test_a_failed_job_is_tried_again_later_under_the_same_key(engine: Engine, number: str) -> None:
    job = lease_one(engine)

    fail(engine, job)

    assert lease_all(engine) == [], "not before its delay is over"
    make_available(engine)
    again = lease_one(engine)
    assert again.request.idempotency_key == job.request.idempotency_key
    assert again.request.attempt == 2
    assert again.retries_left == job.retries_left - 1
    assert show(engine, number).waiting.incidents == ()


def test_retry_delays_grow_and_never_undercut_what_the_department_asked(engine: Engine, number: str) -> None:
    random.seed(7)
    job = lease_one(engine)

    engine.do(FailJob(job.request.job_id, job.lease_token, "429", retry_after=timedelta(minutes=3)))

    assert one(engine, "select available_at between now() + '179 s' and now() + '181 s' from job")


def test_a_job_whose_retries_are_spent_becomes_an_incident_and_can_be_resolved(
    engine: Engine, number: str
) -> None:
    calls = 0
    while jobs := lease_all(engine):
        calls += 1
        fail(engine, jobs[0])
        make_available(engine)

    assert calls == 4, "the first try and three retries"
    (incident,) = show(engine, number).waiting.incidents
    assert (incident.incident_type, incident.message) == ("JOB_FAILED", "503")
    assert state_of(engine, number) == "OPEN"

    engine.do(ResolveIncident(incident.id, {"subject": "new"}, retries=1))
    job = lease_one(engine)
    assert job.request.variables["subject"] == "new"
    engine.do(CompleteJob(job.request.job_id, job.lease_token, {}))
    assert state_of(engine, number) == "CLOSED"
    assert one(engine, "select count(*) from incident where state = 'OPEN'") == 0


def test_a_failure_that_is_not_worth_a_retry_is_an_incident_at_once(engine: Engine, number: str) -> None:
    fail(engine, lease_one(engine), retryable=False)

    assert only_incident(engine, number)
    assert one(engine, "select state from job") == "FAILED"


def test_a_business_error_takes_the_way_drawn_for_it(engine: Engine) -> None:
    content = d.sequence(("call", d.service_task("call"))) + d.boundary("no", "call", d.error("REFUSED"))
    content += d.user_task("decide") + d.end_event("end_2") + d.chain("no", "decide", "end_2")
    deploy(engine, d.process(content))
    number = start(engine)
    job = lease_one(engine)

    engine.do(ThrowBpmnError(job.request.job_id, job.lease_token, "REFUSED", "closed there"))

    assert list(tasks(engine, number)) == ["decide"]
    assert one(engine, "select state from job") == "ERROR_THROWN"


def test_a_business_error_that_nobody_catches_is_an_incident_and_its_retry_a_new_job(
    engine: Engine, number: str
) -> None:
    job = lease_one(engine)

    engine.do(ThrowBpmnError(job.request.job_id, job.lease_token, "UNKNOWN"))

    (incident,) = show(engine, number).waiting.incidents
    assert incident.incident_type == "UNHANDLED_ERROR"
    engine.do(ResolveIncident(incident.id))
    again = lease_one(engine)
    assert again.request.idempotency_key != job.request.idempotency_key
    engine.do(CompleteJob(again.request.job_id, again.lease_token, {}))
    assert state_of(engine, number) == "CLOSED"


def test_an_answer_that_is_too_large_or_unfit_is_refused_and_the_lease_holds(
    engine: Engine, number: str
) -> None:
    job = lease_one(engine)
    before = dump(engine)

    for answer in ({"text": "x" * 300_000}, {"text": "\x00"}, {"case_number": "other"}):
        with pytest.raises(InvalidData):
            engine.do(CompleteJob(job.request.job_id, job.lease_token, answer))

    assert dump(engine) == before
    engine.do(CompleteJob(job.request.job_id, job.lease_token, {"text": "ok"}))


def test_claims_are_counted_before_the_work_and_forgotten_when_it_comes_back(
    engine: Engine, number: str
) -> None:
    for claims in range(1, MAX_CLAIMS_WITHOUT_ANSWER + 2):
        job = lease_one(engine)
        assert job.claims == claims
        lapse(engine)
    fail(engine, lease_one(engine))
    make_available(engine)

    assert lease_one(engine).claims == 1


def test_a_job_that_killed_its_workers_comes_back_without_its_data(engine: Engine, number: str) -> None:
    rows(engine, "update process_instance set body = 'cannot be read' returning 1")

    unreadable = lease_all(engine)
    rows(engine, "update job set claims = %(claims)s returning 1", claims=MAX_CLAIMS_WITHOUT_ANSWER)
    lapse(engine)
    poisoned = lease_one(engine)

    assert unreadable == [], "it neither stops the worker nor reaches a department"
    assert poisoned.claims == MAX_CLAIMS_WITHOUT_ANSWER + 1
    assert poisoned.request.variables == {}


def test_nobody_is_called_for_a_case_that_was_canceled(engine: Engine, number: str) -> None:
    job = lease_one(engine)
    engine.do(CancelCase(number, "not needed any more"))

    with pytest.raises(StaleLease):
        engine.do(CompleteJob(job.request.job_id, job.lease_token, {}))

    lapse(engine)
    assert lease_all(engine) == []
    assert one(engine, "select state from job") == "CANCELED"


def test_the_engine_knows_how_long_it_may_sleep(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, CALL)
    assert engine.seconds_to_next_work() is None

    start(engine)
    assert engine.seconds_to_next_work() == 0.0

    lease_one(engine, lease=timedelta(seconds=20))
    assert 15 < (engine.seconds_to_next_work() or 0) <= 20
