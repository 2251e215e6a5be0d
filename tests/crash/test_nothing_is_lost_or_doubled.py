"""kill -9 of workers and of PostgreSQL while cases run: nothing lost, nothing done twice."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from adapters.package_contracts import PackageContracts
from adapters.simulator.server import SimulatorThread
from engine.clock import SystemClock
from engine.commands.cases import StartCase
from engine.errors import Unavailable
from engine.facade import Engine
from engine.store import embedded
from engine.store.database import Database
from engine.store.migrations import migrate
from engine.views.operations import IncidentList
from tests.crash.worker_process import WorkerProcess
from tests.elements import drawing as d
from tests.support.departments import effects, misbehave
from tests.support.journal import problems_in_journals
from tests.support.packages import deploy
from tests.support.postgres import kill_postgres, new_data_directory
from tests.support.rows import one, rows
from tests.support.waiting import pause, wait_until

KILLS = 18
CASES = 36
LEASE_SECONDS = 1.5
STEPS = ("call", "tell", "call_again")


@pytest.fixture(scope="module")
def data_directory() -> Iterator[Path]:
    """Of a server of its own, which tests here may kill."""
    directory = new_data_directory()
    embedded.start(directory)
    yield directory
    kill_postgres(directory)


@pytest.fixture
def uri(data_directory: Path, request: pytest.FixtureRequest) -> str:
    server = embedded.start(data_directory)
    name = f"crash_{abs(hash(request.node.name))}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    made = psycopg.conninfo.make_conninfo(server, dbname=name)
    with psycopg.connect(made, autocommit=True) as connection:
        migrate(connection, now=SystemClock().now())
    return made


@pytest.fixture
def desk(uri: str) -> Iterator[Engine]:
    database = Database(uri)
    database.open()
    with Engine(database, clock=SystemClock(), contracts=PackageContracts()) as engine:
        yield engine


@pytest.fixture
def simulator_url() -> Iterator[str]:
    with SimulatorThread() as simulator:
        yield simulator.url


def insist(act: Callable[[], Any]) -> Any:
    """As a face does while the database is away: the same again, with the same idempotency key."""
    while True:
        try:
            return act()
        except Unavailable:
            pause(0.1)


def insist_on_case(engine: Engine, key: str) -> str:
    return str(
        insist(lambda: engine.do(StartCase("main", {"subject": key}, idempotency_key=key)))["case_number"]
    )


def states(engine: Engine) -> Counter[str]:
    found = insist(lambda: rows(engine, "select state, count(*) from case_record group by state"))
    return Counter(dict(found))


def require_every_department_was_asked_once(engine: Engine, simulator_url: str) -> None:
    keys = dict(rows(engine, "select idempotency_key, state from job"))
    done = effects(simulator_url)
    assert Counter(effect["idempotency_key"] for effect in done) == Counter(dict.fromkeys(keys, 1))
    assert {effect["effects"] for effect in done} == {1}
    assert set(keys.values()) == {"COMPLETED"}


@pytest.mark.timeout(150)
def test_whatever_is_killed_every_case_takes_every_step_exactly_once(
    desk: Engine, uri: str, data_directory: Path, simulator_url: str, tmp_path: Path
) -> None:
    # The seed is for reading a failure; when a kill hits what is up to the machine.
    chance = random.Random(7)
    steps = d.sequence(
        ("call", d.service_task("call")),
        ("tell", d.service_task("tell", job="report")),
        ("wait", d.catch_event("wait", d.timer("PT1S"))),
        ("call_again", d.service_task("call_again")),
    )
    deploy(desk, d.process(steps))
    misbehave(simulator_url, "reset", times=5, after_effect=True)
    misbehave(simulator_url, "latency", seconds=0.12, after_effect=True)
    log, numbers, keys = tmp_path / "workers.log", [], itertools.count(1)

    def begin() -> WorkerProcess:
        return WorkerProcess(uri, simulator_url, lease_seconds=LEASE_SECONDS, log=log)

    workers = [begin(), begin()]
    try:
        for worker in workers:
            worker.await_ready()
        for kill in range(KILLS):
            numbers += [insist_on_case(desk, f"key-{next(keys)}") for _ in range(CASES // KILLS)]
            pause(chance.uniform(0.0, 0.5))
            victim = kill % 2
            workers[victim].kill()
            if kill == KILLS // 2:
                kill_postgres(data_directory)
                assert embedded.start(data_directory)
            workers[victim] = begin()
            if chance.random() < 0.5:
                workers[victim].await_ready()
        wait_until(lambda: states(desk) == {"CLOSED": CASES}, seconds=60, what="every case to be closed")
    finally:
        for worker in workers:
            worker.kill()

    assert len(set(numbers)) == CASES == one(desk, "select count(*) from case_record")
    assert desk.ask(IncidentList()) == []
    for event_type, times in (("JOB_COMPLETED", len(STEPS)), ("TIMER_TRIGGERED", 1), ("CASE_CLOSED", 1)):
        counts = rows(
            desk,
            "select count(*) from case_event where event_type = %(event_type)s group by case_id",
            event_type=event_type,
        )
        assert counts == [(times,)] * CASES, event_type
    require_every_department_was_asked_once(desk, simulator_url)
    assert problems_in_journals(desk) == []
    assert one(desk, "select count(*) from job where attempts > 1") > KILLS // 3, (
        "the kills hit work under way"
    )
    assert any(effect["repeats"] for effect in effects(simulator_url))


@pytest.mark.timeout(60)
def test_a_worker_that_was_frozen_past_its_lease_changes_nothing_when_it_wakes(
    desk: Engine, uri: str, simulator_url: str, tmp_path: Path
) -> None:
    deploy(desk, d.process(d.sequence(("call", d.service_task("call")), ("ask", d.user_task("ask")))))
    misbehave(simulator_url, "latency", seconds=0.6, times=1, after_effect=True)
    log = tmp_path / "workers.log"
    with WorkerProcess(uri, simulator_url, lease_seconds=1, log=log) as late:
        late.await_ready()
        insist_on_case(desk, "key")
        wait_until(lambda: bool(effects(simulator_url)))
        late.freeze()
        with WorkerProcess(uri, simulator_url, lease_seconds=1, log=log) as current:
            current.await_ready()
            wait_until(lambda: one(desk, "select state from job") == "COMPLETED")
            after = rows(desk, "select version, event_seq, body from process_instance")

            late.thaw()
            pause(1.5)

            assert late.is_alive
            assert rows(desk, "select version, event_seq, body from process_instance") == after
    assert one(desk, "select count(*) from case_event where event_type = 'JOB_COMPLETED'") == 1
    assert one(desk, "select attempts from job") == 2
    require_every_department_was_asked_once(desk, simulator_url)
    assert problems_in_journals(desk) == []
