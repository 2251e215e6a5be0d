"""Departments that are slow, away or broken, one fault of the simulator at a time."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from engine.ports import JobBpmnError, JobDone, JobFailure

OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 15\r\n\r\n" + b'{"receipt":"1"}'


def test_three_outages_then_success_is_one_effect(
    simulation: Any, adapter_at: Callable[..., Any], job: Callable[..., Any]
) -> None:
    simulation.program(kind="status", status=503, times=3, headers={"Retry-After": "2"})
    adapter = adapter_at(f"{simulation.url}/UMLE")

    outcomes = [adapter.perform(job(attempt=attempt)) for attempt in (1, 2, 3, 4)]

    assert [isinstance(outcome, JobFailure) and outcome.retryable for outcome in outcomes[:3]] == [True] * 3
    assert outcomes[0].retry_after.total_seconds() == 2
    assert outcomes[3] == JobDone({"receipt_number": "UMLE-1"})
    assert [(effect["effects"], effect["repeats"]) for effect in simulation.effects()] == [(1, 0)]


@pytest.mark.parametrize("kind", ["hang", "reset", "bad_json", "status"])
def test_a_lost_answer_is_found_again_by_its_key(
    kind: str, simulation: Any, adapter_at: Callable[..., Any], job: Callable[..., Any]
) -> None:
    simulation.program(kind=kind, status=502, times=1, after_effect=True)
    adapter = adapter_at(f"{simulation.url}/UMLE")

    lost = adapter.perform(job())
    again = adapter.perform(job(attempt=2))

    assert isinstance(lost, JobFailure)
    assert lost.retryable
    assert again == JobDone({"receipt_number": "UMLE-1"})
    assert [(effect["effects"], effect["repeats"]) for effect in simulation.effects()] == [(1, 1)]


def test_a_department_that_hangs_costs_the_contracts_timeout(
    simulation: Any, adapter_at: Callable[..., Any], job: Callable[..., Any]
) -> None:
    simulation.program(kind="hang")
    started = time.monotonic()

    outcome = adapter_at(f"{simulation.url}/UMLE").perform(job())

    assert isinstance(outcome, JobFailure)
    assert outcome.retryable
    assert "within 0.4 s" in outcome.message
    assert 0.35 < time.monotonic() - started < 3


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_department_that_drips_costs_no_more_than_one_that_hangs(
    part: str, adapter_at: Callable[..., Any], raw_department: Callable[..., Any], job: Callable[..., Any]
) -> None:
    def drip(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + (b"X-Long: " if part == "head" else b"\r\n"))
        for _ in range(200):
            connection.sendall(b" ")
            time.sleep(0.02)

    department = raw_department(drip)
    started = time.monotonic()

    outcome = adapter_at(department.url).perform(job())

    assert isinstance(outcome, JobFailure)
    assert outcome.retryable
    assert time.monotonic() - started < 2.5


def test_a_department_that_does_not_read_costs_no_more_than_one_that_hangs(
    adapter_at: Callable[..., Any], job: Callable[..., Any]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        started = time.monotonic()

        outcome = adapter_at(f"http://127.0.0.1:{deaf.getsockname()[1]}").perform(
            job(address="x" * 1_000_000)
        )

    assert isinstance(outcome, JobFailure)
    assert outcome.retryable
    assert time.monotonic() - started < 2.5


def test_a_slow_department_within_the_timeout_is_waited_for(
    simulation: Any, adapter_at: Callable[..., Any], job: Callable[..., Any]
) -> None:
    simulation.program(kind="latency", seconds=0.1, times=1)
    started = time.monotonic()

    outcome = adapter_at(f"{simulation.url}/UMLE").perform(job())

    assert isinstance(outcome, JobDone)
    assert time.monotonic() - started >= 0.1


def test_a_reset_connection_is_tried_again_later(
    simulation: Any, adapter_at: Callable[..., Any], job: Callable[..., Any]
) -> None:
    simulation.program(kind="reset", times=1)
    adapter = adapter_at(f"{simulation.url}/UMLE")

    outcome = adapter.perform(job())

    # Not within the call: the department may have done the work already.
    assert isinstance(outcome, JobFailure)
    assert outcome.retryable
    assert "the connection was lost" in outcome.message
    assert simulation.effects() == []


def test_an_endless_answer_is_refused_quickly(
    simulation: Any, adapter_at: Callable[..., Any], job: Callable[..., Any]
) -> None:
    simulation.program(kind="huge", times=1)

    outcome = adapter_at(f"{simulation.url}/UMLE").perform(job())

    assert isinstance(outcome, JobFailure)
    assert not outcome.retryable


def test_a_programmed_refusal_is_a_bpmn_error(
    simulation: Any, adapter_at: Callable[..., Any], job: Callable[..., Any]
) -> None:
    simulation.program(kind="status", status=409, body={"code": "ALREADY_CLOSED"}, times=1)

    outcome = adapter_at(f"{simulation.url}/UMLE").perform(job())

    assert isinstance(outcome, JobBpmnError)
    assert outcome.code == "ALREADY_CLOSED"


@pytest.mark.parametrize(("failures", "outcome"), [(1, JobDone), (2, JobFailure)])
def test_a_connection_that_does_not_come_about_is_tried_once_more_within_the_call(
    failures: int,
    outcome: type,
    adapter_at: Callable[..., Any],
    raw_department: Callable[..., Any],
    job: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    department = raw_department(OK)
    looked_up = itertools.count(1)
    resolve = socket.getaddrinfo

    def fails_at_first(*args: Any, **options: Any) -> Any:
        if next(looked_up) <= failures:
            raise socket.gaierror("try again")
        return resolve(*args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", fails_at_first)

    assert isinstance(adapter_at(department.url).perform(job()), outcome)
    assert department.accepted == (1 if outcome is JobDone else 0)


def test_nobody_listening_is_tried_again_later(
    adapter_at: Callable[..., Any], job: Callable[..., Any]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]

    outcome = adapter_at(f"http://127.0.0.1:{port}").perform(job())

    assert isinstance(outcome, JobFailure)
    assert outcome.retryable
    assert "no connection came about" in outcome.message


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1", "::ffff:169.254.169.254"],  # noqa: S104
)
def test_a_name_that_leads_to_a_forbidden_address_is_not_called(
    address: str, adapter_at: Callable[..., Any], job: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def rebound(host: str, port: int, **_options: Any) -> Any:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        good = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
        return [good, (family, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebound)

    outcome = adapter_at("http://umle.example:8080").perform(job())

    assert isinstance(outcome, JobFailure)
    assert not outcome.retryable
    assert "umle.example" in outcome.message


def test_many_threads_share_one_adapter(
    simulation: Any, adapter_at: Callable[..., Any], job: Callable[..., Any]
) -> None:
    adapter = adapter_at(f"{simulation.url}/UMLE")
    outcomes: list[Any] = []

    def work(worker: int) -> None:
        for number in range(10):
            outcomes.append(adapter.perform(job(key=f"{number}", case_number=f"{worker % 2}")))

    threads = [threading.Thread(target=work, args=[worker]) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(isinstance(outcome, JobDone) for outcome in outcomes)
    assert len(outcomes) == 80
    effects = simulation.effects()
    assert len(effects) == 20
    assert {(effect["effects"], effect["repeats"]) for effect in effects} == {(1, 3)}
