"""The Prefect server of a zero-install set-up: a child process on the loopback, with its book under home."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import httpx

from engine.clock import monotonic
from engine.errors import Unavailable
from engine.settings import Settings
from flows.environment import server_environment
from flows.prefect_api import open_api

HOST = "127.0.0.1"
START_SECONDS = 120.0
"""A first start migrates an empty book: 8 s on two quiet cores, far more on a loaded machine."""
STOP_SECONDS = 5.0
LOG_TAIL_LINES = 15


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What `doctor` shows. `version` is empty and `trouble` says why when the server does not answer."""

    api_url: str
    healthy: bool
    version: str = ""
    trouble: str = ""


def status(api_url: str, *, timeout_seconds: float = 2.0) -> ServerStatus:
    base = api_url.rstrip("/")
    try:
        with open_api(base, timeout_seconds=timeout_seconds) as client:
            client.get("/health").raise_for_status()
            version = client.get("/admin/version").raise_for_status().json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as trouble:
        return ServerStatus(base, healthy=False, trouble=str(trouble) or type(trouble).__name__)
    return ServerStatus(base, healthy=True, version=str(version))


class PrefectServer:
    """`with PrefectServer(home=...) as server: server.api_url`.

    `home` is the directory of Prefect's own book, `<YISHI_HOME>/prefect`; `port` None takes a free
    one. One server per home: a second start finds the first one and uses it, and leaves it running
    when it stops. So does a start after this process was killed, which leaves its server behind.
    """

    def __init__(self, *, home: Path, port: int | None = None) -> None:
        self.home = home
        self.log_path = home / "server.log"
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        self._api_url = ""

    @property
    def api_url(self) -> str:
        return self._api_url

    @property
    def ui_url(self) -> str:
        return self._api_url.removesuffix("/api")

    @property
    def pid(self) -> int | None:
        """None if not started, or if another process started the server that we use."""
        return self._process.pid if self._process else None

    def start(self, *, timeout_seconds: float = START_SECONDS) -> PrefectServer:
        """Return when the API answers. Raises Unavailable, with the end of the log, if it does not."""
        self.begin()
        self.wait(timeout_seconds=timeout_seconds)
        return self

    def begin(self) -> None:
        """Start without waiting: other parts can start meanwhile. Follow with `wait`."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if running := running_api_url(self.home):
            self._api_url = running
            return
        port = _free_port(self._port or 0)
        self._api_url = f"http://{HOST}:{port}/api"
        command = [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)]
        with self.log_path.open("wb") as log_file:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, fixed arguments
                command,
                env=server_environment(os.environ, home=self.home),
                stdin=subprocess.DEVNULL,
                stdout=log_file,
                stderr=subprocess.STDOUT,
                # Its own group: Ctrl-C reaches us alone, and stopping reaches all its children.
                start_new_session=True,
            )
        _card_of(self.home).write_text(json.dumps({"pid": self._process.pid, "api_url": self._api_url}))

    def wait(self, *, timeout_seconds: float = START_SECONDS) -> None:
        ends_at = monotonic() + timeout_seconds
        while True:
            if status(self._api_url).healthy:
                return
            if self._process is not None and (code := self._process.poll()) is not None:
                self._give_up(f"it ended with exit code {code}")
            if monotonic() >= ends_at:
                self._give_up(f"it did not answer within {timeout_seconds:.0f} seconds")
            time.sleep(0.1)

    def stop(self) -> None:
        """End the server and its children; no effect on a server that another process started."""
        process, self._process = self._process, None
        if process is None:
            return
        _signal_group(process.pid, signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            _signal_group(process.pid, signal.SIGKILL)
            process.wait()
        else:
            # A child that outlived its parent is still in the group.
            _signal_group(process.pid, signal.SIGKILL)
        _card_of(self.home).unlink(missing_ok=True)

    def __enter__(self) -> PrefectServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _give_up(self, what_happened: str) -> None:
        self.stop()
        raise Unavailable(
            f"Expected a Prefect server at {self._api_url}, but {what_happened}. "
            f"The end of its log:\n{_tail(self.log_path)}",
            mend=f"Read {self.log_path}. Prefect's book holds no truth: moving {self.home} away and starting "
            "again is safe. Or set PREFECT_API_URL to a Prefect server you have.",
        )


def api_url_for(settings: Settings) -> str:
    """Where the settings' Prefect answers, or would: theirs, the server running on their home, or
    the one that would be started."""
    return (
        settings.prefect_api_url
        or running_api_url(settings.home / "prefect")
        or f"http://{HOST}:{settings.prefect_port}/api"
    )


def running_api_url(home: Path) -> str | None:
    """The API address of the healthy server whose book is in `home`; None if there is none."""
    try:
        card = json.loads(_card_of(home).read_text())
        api_url = str(card["api_url"])
        os.kill(int(card["pid"]), 0)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return api_url if status(api_url).healthy else None


def _card_of(home: Path) -> Path:
    """Says where the server of this home answers."""
    return home / "server.json"


def _free_port(wanted: int) -> int:
    """`wanted` if nobody listens there, else any free one: another home's server may have it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError:
            probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _signal_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return


def _tail(path: Path) -> str:
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return "(no log)"
    return "\n".join(line for line in lines[-LOG_TAIL_LINES:] if line.strip()) or "(empty)"
