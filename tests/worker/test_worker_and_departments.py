from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import psycopg
import pytest

from engine.clock import FixedClock
from engine.commands.incidents import ResolveIncident
from engine.commands.signals import PublishSignal
from engine.facade import Engine
from engine.model.jobs import MAX_CLAIMS_WITHOUT_ANSWER
from engine.ports import Adapter, JobBpmnError, JobDone, JobFailure, JobOutcome, JobRequest
from engine.views.operations import Heartbeats
from tests.elements import drawing as d
from tests.support.departments import behave, effects, misbehave
from tests.support.desk import only_incident, show, start, state_of, tasks
from tests.support.packages import deploy
from tests.support.rows import one, rows
from tests.support.waiting import wait_until
from tests.worker.conftest import StartWorker

ONE_CALL = d.process(d.sequence(("call", d.service_task("call"))))


@dataclass(frozen=True)
class Always:
    """A department that always gives the one answer, or fails the one way."""

    outcome: JobOutcome | Exception

    def find(self, job_type: str) -> Adapter | None:
        return self

    def perform(self, request: JobRequest) -> JobOutcome:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@dataclass(frozen=True)
class Nobody:
    def find(self, job_type: str) -> Adapter | None:
        return None


@dataclass(frozen=True)
class CannotLook:
    """A directory that fails while it looks for one job type, and knows the others."""

    job_type: str

    def find(self, job_type: str) -> Adapter | None:
        if job_type == self.job_type:
            raise LookupError("personal data")
        return Always(JobDone({}))


def closed(engine: Engine, number: str) -> bool:
    """Also hurries the retries, whose delays are not what is tested here."""
    rows(
        engine,
        "update job set available_at = now() where state = 'CREATED' and available_at > now() returning 1",
    )
    rows(engine, "select pg_notify('yishi_work', '')::text")
    return state_of(engine, number) == "CLOSED"


def has_incident(engine: Engine, number: str) -> bool:
    closed(engine, number)
    return bool(show(engine, number).waiting.incidents)


def test_a_case_runs_through_its_departments_by_itself(
    engine: Engine, start_worker: StartWorker, simulator_url: str
) -> None:
    calls = d.sequence(("call", d.service_task("call")), ("tell", d.service_task("tell", job="report")))
    deploy(engine, d.process(calls))
    start_worker()

    numbers = [start(engine, subject="井盖") for _ in range(10)]

    wait_until(lambda: all(state_of(engine, number) == "CLOSED" for number in numbers))
    done = effects(simulator_url)
    assert sorted(effect["case_number"] for effect in done) == sorted(numbers * 2)
    assert {(effect["effects"], effect["repeats"]) for effect in done} == {(1, 0)}


def test_a_department_that_is_down_for_a_while_is_asked_until_it_is_up(
    engine: Engine, start_worker: StartWorker, simulator_url: str
) -> None:
    deploy(engine, ONE_CALL)
    misbehave(simulator_url, "status", status=503, times=3)
    start_worker()

    number = start(engine)

    wait_until(lambda: closed(engine, number))
    assert one(engine, "select attempts from job") == 4
    assert [effect["effects"] for effect in effects(simulator_url)] == [1]
    assert rows(engine, "select 1 from incident") == []


def test_a_department_that_stays_down_is_an_incident_and_done_after_it_was_resolved(
    engine: Engine, start_worker: StartWorker, simulator_url: str
) -> None:
    deploy(engine, ONE_CALL)
    misbehave(simulator_url, "status", status=503)
    start_worker()
    number = start(engine)
    wait_until(lambda: has_incident(engine, number))
    assert one(engine, "select attempts from job") == 4
    behave(simulator_url)

    engine.do(ResolveIncident(only_incident(engine, number)))

    wait_until(lambda: closed(engine, number))
    assert [effect["effects"] for effect in effects(simulator_url)] == [1]


def test_an_answer_that_was_lost_does_not_make_the_department_do_it_twice(
    engine: Engine, start_worker: StartWorker, simulator_url: str
) -> None:
    deploy(engine, ONE_CALL)
    misbehave(simulator_url, "reset", times=2, after_effect=True)
    start_worker()

    number = start(engine)

    wait_until(lambda: closed(engine, number))
    (effect,) = effects(simulator_url)
    assert effect["effects"] == 1
    assert effect["repeats"] >= 1


def test_a_business_error_of_a_department_takes_the_way_drawn_for_it(
    engine: Engine, start_worker: StartWorker, simulator_url: str
) -> None:
    content = d.sequence(("call", d.service_task("call"))) + d.boundary("no", "call", d.error("REFUSED"))
    content += d.user_task("decide") + d.end_event("end_2") + d.chain("no", "decide", "end_2")
    deploy(engine, d.process(content))
    misbehave(simulator_url, "status", status=409, body={"code": "REFUSED", "message": "closed"})
    start_worker()

    number = start(engine)

    wait_until(lambda: list(tasks(engine, number)) == ["decide"])


@pytest.mark.parametrize(
    ("outcome", "incident_type", "words"),
    [
        (JobFailure("no such case", retryable=False), "JOB_FAILED", "no such case"),
        (JobFailure("a\x00b\ud800", retryable=False), "JOB_FAILED", "a\N{REPLACEMENT CHARACTER}b?"),
        (JobFailure("x" * 50_000, retryable=False), "JOB_FAILED", "xxx"),
        (ZeroDivisionError("personal data"), "JOB_FAILED", "The adapter failed (ZeroDivisionError)."),
        (JobDone({"case_number": "other"}), "JOB_FAILED", "The answer was refused"),
        (JobDone({"text": "x" * 300_000}), "JOB_FAILED", "The answer was refused"),
        (JobBpmnError("UNHEARD", "a\x00"), "UNHANDLED_ERROR", "UNHEARD"),
    ],
)
def test_whatever_goes_wrong_with_a_call_ends_as_an_incident_with_its_reason(
    engine: Engine, start_worker: StartWorker, outcome: JobOutcome | Exception, incident_type: str, words: str
) -> None:
    deploy(engine, ONE_CALL)
    start_worker(Always(outcome))

    number = start(engine)

    wait_until(lambda: has_incident(engine, number))
    (incident,) = show(engine, number).waiting.incidents
    assert incident.incident_type == incident_type
    assert words in incident.message
    assert "personal" not in incident.message


def test_a_job_type_nobody_serves_is_an_incident(engine: Engine, start_worker: StartWorker) -> None:
    deploy(engine, ONE_CALL)
    start_worker(Nobody())

    number = start(engine)

    wait_until(lambda: has_incident(engine, number))
    assert "nobody serves it" in show(engine, number).waiting.incidents[0].message


def test_a_directory_that_fails_for_one_job_type_costs_that_job_only(
    engine: Engine, start_worker: StartWorker
) -> None:
    telling = d.process(d.sequence(("tell", d.service_task("tell", job="report"))), id="telling")
    deploy(engine, ONE_CALL, telling)
    start_worker(CannotLook("check"))

    number = start(engine)

    wait_until(lambda: has_incident(engine, number))
    (incident,) = show(engine, number).waiting.incidents
    assert incident.message == "The adapter failed (LookupError)."
    other = start(engine, "telling")
    wait_until(lambda: closed(engine, other))


def test_a_job_that_killed_five_workers_is_an_incident_and_not_tried_again(
    engine: Engine, start_worker: StartWorker, simulator_url: str
) -> None:
    deploy(engine, ONE_CALL)
    number = start(engine)
    rows(engine, "update job set claims = %(claims)s returning 1", claims=MAX_CLAIMS_WITHOUT_ANSWER)

    start_worker()

    wait_until(lambda: has_incident(engine, number))
    assert show(engine, number).waiting.incidents[0].incident_type == "JOB_POISONED"
    assert effects(simulator_url) == []


def test_a_worker_fires_timers_when_they_are_due(
    engine: Engine, clock: FixedClock, start_worker: StartWorker
) -> None:
    deploy(engine, d.process(d.sequence(("wait", d.catch_event("wait", d.timer("PT1H"))))))
    number = start(engine)
    start_worker()
    wait_until(lambda: bool(engine.ask(Heartbeats())))
    assert state_of(engine, number) == "OPEN"

    clock.advance(timedelta(hours=1))

    wait_until(lambda: closed(engine, number))


def test_a_worker_opens_the_cases_that_are_due_and_delivers_what_is_left_over(
    engine: Engine, start_worker: StartWorker, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins = d.start_event("start", d.timer("R/PT1H", kind="timeCycle")) + d.user_task("look") + d.END
    waits = d.process(d.sequence(("wait", d.catch_event("wait", d.signal("alarm")))), id="waits")
    deploy(engine, d.process(begins + d.chain("start", "look", "end"), id="patrol"), waits)
    waiting = [start(engine, "waits") for _ in range(3)]
    monkeypatch.setattr("engine.facade.MAX_FOLLOW_UPS", 0)
    monkeypatch.setattr("engine.facade.MAX_BATCH", 1)
    engine.do(PublishSignal("alarm"))
    assert [state_of(engine, number) for number in waiting] == ["CLOSED", "OPEN", "OPEN"]
    clock.advance(timedelta(hours=3))

    start_worker()

    wait_until(lambda: all(state_of(engine, number) == "CLOSED" for number in waiting))
    patrols = "select count(*) from case_record where process_key = 'patrol'"
    wait_until(lambda: one(engine, patrols) == 1)
    assert one(engine, "select due_at from start_timer") == clock.now() + timedelta(hours=1)


def test_a_worker_goes_on_after_the_database_ended_all_connections(
    engine: Engine, start_worker: StartWorker, database_uri: str
) -> None:
    deploy(engine, ONE_CALL)
    start_worker()
    wait_until(lambda: bool(engine.ask(Heartbeats())))
    with psycopg.connect(database_uri, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
        connection.execute("select 1")
    wait_until(lambda: not rows_fail(engine))

    number = start(engine)

    wait_until(lambda: closed(engine, number))


def rows_fail(engine: Engine) -> bool:
    try:
        rows(engine, "select 1")
    except Exception:  # noqa: BLE001 - whatever it is, the connection is not back yet
        return True
    return False


def test_a_worker_told_to_stop_brings_back_what_it_has_begun(
    engine: Engine, start_worker: StartWorker, simulator_url: str
) -> None:
    deploy(engine, ONE_CALL)
    misbehave(simulator_url, "latency", seconds=0.5, times=1, after_effect=True)
    worker = start_worker()
    number = start(engine)
    wait_until(lambda: bool(effects(simulator_url)))

    worker.stop()

    wait_until(lambda: state_of(engine, number) == "CLOSED")


def test_a_worker_keeps_the_house(engine: Engine, start_worker: StartWorker, clock: FixedClock) -> None:
    clock.advance(timedelta(days=200))

    start_worker()

    wait_until(lambda: one(engine, "select to_regclass('case_event_2027_06') is not null"))
