"""Departments to call: simulated ones, and sockets that answer whatever bytes a test wants."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from adapters.contract import Contract, read_contract
from adapters.directory import DepartmentDirectory
from adapters.simulator.server import SimulatorThread
from engine.ports import Adapter, JobRequest

CONTRACT = """
department = "UMLE"
name = { zh = "区城管执法局", en = "District urban management" }

[jobs."umle.dispatch"]
method = "POST"
path = "/cases/{case_number}/dispatch"
request = ["subclass", "address", "grid?"]
response = { receipt_number = "receipt" }
timeout = "400ms"
errors = { "409:ALREADY_CLOSED" = "ALREADY_CLOSED", "404" = "UNKNOWN_CASE", "200:E77" = "OUTSIDE_AREA" }

[jobs."umle.look_up"]
method = "GET"
path = "/grids/{grid}"
request = ["subclass", "levels?", "urgent?"]
response = { first_street = "streets.0.name" }
timeout = "400ms"

[jobs."umle.notify"]
method = "PUT"
path = "/notices"
timeout = "400ms"
"""


@pytest.fixture(scope="session")
def contract() -> Contract:
    contract, findings = read_contract(CONTRACT.encode(), file="adapters/umle.toml")
    assert contract is not None, findings
    return contract


@pytest.fixture
def job() -> Callable[..., JobRequest]:
    """A request; variables given by name replace the usual ones, None leaves one out."""

    def make(
        job_type: str = "umle.dispatch",
        *,
        key: str = "41:dispatch",
        case_number: str = "PD-2026-000041",
        attempt: int = 1,
        headers: dict[str, str] | None = None,
        **variables: Any,
    ) -> JobRequest:
        values = {"subclass": "井盖缺失", "address": "世纪大道1号", "grid": "PD-07", **variables}
        present = {name: value for name, value in values.items() if value is not None}
        return JobRequest(7, job_type, key, case_number, "dispatch", attempt, present, headers or {})

    return make


class Simulation:
    """The simulated departments and what whoever runs them may ask."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.admin = httpx.Client(base_url=url, trust_env=False)

    def program(self, **fault: Any) -> dict[str, Any]:
        answer = self.admin.post("/_faults", json={"department": "UMLE", **fault})
        assert answer.status_code == 201, answer.text
        result: dict[str, Any] = answer.json()
        return result

    def effects(self, **wanted: str) -> list[dict[str, Any]]:
        result: list[dict[str, Any]] = self.admin.get("/_effects", params=wanted).json()
        return result


@pytest.fixture(scope="session")
def running_simulation() -> Iterator[Simulation]:
    with SimulatorThread() as simulator:
        simulation = Simulation(simulator.url)
        yield simulation
        simulation.admin.close()


@pytest.fixture
def simulation(running_simulation: Simulation) -> Simulation:
    """Nothing done yet, no fault programmed."""
    running_simulation.admin.delete("/_effects")
    running_simulation.admin.delete("/_faults")
    return running_simulation


@pytest.fixture
def adapter_at(contract: Contract) -> Iterator[Callable[..., Adapter]]:
    """The adapter of a job type, with the department at a given base URL."""
    with contextlib.ExitStack() as directories:

        def find(base_url: str, job_type: str = "umle.dispatch") -> Adapter:
            directory = DepartmentDirectory([contract], base_urls={"UMLE": base_url})
            adapter = directories.enter_context(directory).find(job_type)
            assert adapter is not None
            return adapter

        yield find


class RawDepartment:
    """A socket server that hands each connection's request to `answer(connection, request)`.

    `requests` holds the raw bytes of every request, `accepted` counts connections.
    """

    def __init__(
        self, answer: Callable[[socket.socket, bytes], None], *, tls: ssl.SSLContext | None = None
    ) -> None:
        self._answer = answer
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        scheme = "http" if tls is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"
        self.requests: list[bytes] = []
        self.accepted = 0
        self._ended = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._ended.set()
        self._listener.close()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            threading.Thread(target=self._converse, args=[connection], daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(5)
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            request = _whole_request(connection)
            self.requests.append(request)
            with connection:
                self._answer(connection, request)


@pytest.fixture
def raw_department() -> Iterator[Callable[..., RawDepartment]]:
    """Starts a department that answers fixed bytes, or whatever a function does with the connection."""
    started: list[RawDepartment] = []

    def start(
        answer: bytes | Callable[[socket.socket, bytes], None], *, tls: ssl.SSLContext | None = None
    ) -> RawDepartment:
        def send(connection: socket.socket, _request: bytes) -> None:
            assert isinstance(answer, bytes)
            connection.sendall(answer)

        department = RawDepartment(send if isinstance(answer, bytes) else answer, tls=tls)
        started.append(department)
        return department

    yield start
    for department in started:
        department.close()


def _whole_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65_536)
        if not piece:
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body
