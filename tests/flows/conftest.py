"""One real Prefect server for all tests here, and the real serving process on a desk of files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from engine.clock import SystemClock, monotonic
from engine.views.clocks import DueRung
from flows.environment import flow_environment
from flows.server import PrefectServer
from tests.flows.desk_of_files import DeskOfFiles

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    with PrefectServer(home=tmp_path_factory.mktemp("prefect")) as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path) -> DeskOfFiles:
    return DeskOfFiles(tmp_path / "desk")


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Whatever a test started, with its children, is gone afterwards."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Flows:
    """Starts flow processes as an operator would, each in a process group of its own."""

    def __init__(self, desk: DeskOfFiles, home: Path, started: list[subprocess.Popen[bytes]]) -> None:
        self._desk = desk
        self._home = home
        self._started = started
        self.log_path = desk.directory / "flows.log"

    def serve(self, api_url: str, *, every: int, **variables: str) -> subprocess.Popen[bytes]:
        return self._start("tests.flows.serve_on_files", str(every), api_url=api_url, **variables)

    def sweep_once(self, api_url: str, *, span: float, **variables: str) -> subprocess.Popen[bytes]:
        return self._start("tests.flows.sweep_on_files", str(span), api_url=api_url, **variables)

    def _start(
        self, module: str, argument: str, *, api_url: str, **variables: str
    ) -> subprocess.Popen[bytes]:
        with self.log_path.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", module, str(self._desk.directory), argument],
                cwd=ROOT,
                env=flow_environment({**os.environ, **variables}, home=self._home, api_url=api_url),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started.append(process)
        return process

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")


@pytest.fixture
def flows(desk: DeskOfFiles, tmp_path: Path, processes: list[subprocess.Popen[bytes]]) -> Flows:
    return Flows(desk, tmp_path / "client", processes)


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], None]:
    def wait(condition: Callable[[], bool], *, seconds: float = 240.0) -> None:
        ends_at = monotonic() + seconds
        while not condition():
            assert monotonic() < ends_at, "Expected the condition to come true in time."
            _pause()

    return wait


def _pause() -> None:
    # A condition here reads a file or asks an API: there is nothing to be notified by.
    signal.sigtimedwait([], 0.05)


def rung(
    clock_id: int, *, case_number: str, fire_at: datetime | None = None, rung_key: str = "red-card"
) -> DueRung:
    """A rung that is due since a second ago, or at `fire_at`."""
    at = fire_at if fire_at is not None else SystemClock().now() - timedelta(seconds=1)
    return DueRung(
        clock_id=clock_id,
        case_number=case_number,
        clock_kind="statutory",
        rung_key=rung_key,
        colour="red",
        level="district",
        department="UMLE",
        element_id="Task_review",
        fire_at=at,
        due_at=at,
        generation=1,
        limit_text="20 个工作日",
        legal_basis="《行政许可法》第四十二条",
        consumed_text="20.0 / 20 个工作日",
    )
