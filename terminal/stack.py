"""All processes of one machine: database, Prefect, flows, worker and, for demonstrations, simulated
departments. Starts them, watches them, stops them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from adapters.package_contracts import PackageContracts
from engine.bootstrap import open_engine
from engine.clock import monotonic
from engine.errors import Unavailable
from engine.facade import Engine
from engine.settings import Settings
from flows.server import PrefectServer
from flows.server import status as prefect_status

STOP_SECONDS = 8.0
START_SECONDS = 30.0
LOG_TAIL_LINES = 15
RESTART_SECONDS = 2.0
SIMULATED_DEPARTMENTS = ("UMLE", "WATER", "GREEN", "POWER", "SMS")

Say = Callable[[str], None]
"""Told each part that is up, in a few words."""


@dataclass(slots=True)
class Child:
    """One process of ours. Its output goes to a log file, and so does the output of its successors."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log_path: Path
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    started: float = field(default=0.0)

    def start(self) -> None:
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and modules
                list(self.command),
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C reaches us alone; we stop the others in order.
                start_new_session=True,
            )
        self.started = monotonic()

    @property
    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def terminate(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def reap(self, *, deadline: float) -> None:
        process = self.process
        if process is None:
            return
        try:
            process.wait(max(0.1, deadline - monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def log_tail(self) -> str:
        lines = self.log_path.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:]
        return "\n".join(lines)


class Stack:
    """`with Stack(settings, simulate=True, say=print) as stack: stack.engine`"""

    def __init__(self, settings: Settings, *, simulate: bool, say: Say) -> None:
        self._settings = settings
        self._simulate = simulate
        self._say = say
        self._exit = ExitStack()
        self.children: list[Child] = []
        self.engine: Engine
        self.prefect_api_url = settings.prefect_api_url or ""
        self.simulator_url: str | None = None

    def __enter__(self) -> Stack:
        with self._exit:
            self._start()
            self._exit = self._exit.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    # --- starting --------------------------------------------------------------------------------

    def _start(self) -> None:
        settings = self._settings
        settings.home.mkdir(parents=True, exist_ok=True)
        server = None
        if settings.prefect_api_url is None:
            # It takes longest: it starts while the others do.
            server = PrefectServer(home=settings.home / "prefect", port=settings.prefect_port)
            server.begin()
            self._exit.callback(server.stop)
            self.prefect_api_url = server.api_url
        self.engine = self._exit.enter_context(open_engine(settings, contracts=PackageContracts()))
        self._say("数据库 PostgreSQL " + self._database_version())
        self._exit.callback(self._stop_children)
        if self._simulate:
            self._start_simulator()
        worker = self._child("worker", [sys.executable, "-m", "cli", "worker"])
        worker.start()
        self._say("办件工作进程 worker")
        if server is not None:
            server.wait()
        elif not prefect_status(self.prefect_api_url).healthy:
            raise Unavailable(
                f"Expected Prefect at {self.prefect_api_url}, but it does not answer.",
                mend="Check PREFECT_API_URL, or unset it to start a server here.",
            )
        self._say(f"Prefect {self.prefect_api_url.removesuffix('/api')}")
        self._child("flows", [sys.executable, "-m", "flows"]).start()
        self._say("升级流程 flows (sla-sweep, escalate)")

    def _database_version(self) -> str:
        with self.engine.database.connection() as connection:
            return (
                str(connection.info.server_version // 10_000)
                + "."
                + str(connection.info.server_version % 10_000)
            )

    def _start_simulator(self) -> None:
        port_line = self._settings.home / "logs" / "departments.port"
        port_line.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "adapters.simulator"]
        with port_line.open("wb") as output:
            child = self._child("departments", command)
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command,
                env=dict(child.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        child.process = process
        deadline = monotonic() + START_SECONDS
        while not (text := port_line.read_text()).endswith("\n"):
            if process.poll() is not None or monotonic() > deadline:
                raise Unavailable(
                    "Expected the simulated departments to start, but they did not.", mend="Try again."
                )
            time.sleep(0.05)
        url: str = json.loads(text)["url"]
        self.simulator_url = url
        self._say(f"模拟委办局 simulated departments {url}")

    def _child(self, name: str, command: Sequence[str]) -> Child:
        child = Child(name, command, self._environment(), self._settings.home / "logs" / f"{name}.log")
        self.children.append(child)
        return child

    def _environment(self) -> dict[str, str]:
        settings = self._settings
        environment = {
            **os.environ,
            "YISHI_HOME": str(settings.home),
            "YISHI_CLOCK": settings.clock,
            "YISHI_DEPARTMENTS": json.dumps(self.departments),
            "PREFECT_API_URL": self.prefect_api_url,
            "PYTHONUNBUFFERED": "1",
        }
        if settings.database_url is not None:
            environment["DATABASE_URL"] = settings.database_url
        return environment

    @property
    def departments(self) -> dict[str, str]:
        """Base URLs: the operator's, and the simulator's for the departments that have none."""
        if self.simulator_url is None:
            return dict(self._settings.departments)
        simulated = {code: f"{self.simulator_url}/{code}" for code in SIMULATED_DEPARTMENTS}
        return {**simulated, **self._settings.departments}

    # --- watching and stopping -------------------------------------------------------------------

    def check(self, *, restart: bool) -> None:
        """Start again what ended by itself, or raise Unavailable with the end of its log."""
        for child in self.children:
            if not child.ended:
                continue
            if not restart:
                raise Unavailable(
                    f"Expected {child.name} to run, but it has ended:\n{child.log_tail()}",
                    mend=f"Look at {child.log_path}.",
                )
            if monotonic() - child.started >= RESTART_SECONDS:
                child.restarts += 1
                self._say(f"{child.name} 已重启 restarted ({child.restarts}), {child.log_path}")
                child.start()

    def _stop_children(self) -> None:
        # Who makes work goes first, who does it last.
        deadline = monotonic() + STOP_SECONDS
        for child in reversed(self.children):
            child.terminate()
        for child in self.children:
            child.reap(deadline=deadline)
