"""Runs the simulated departments: as this process, or in a thread of a test."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from adapters.simulator.app import create_app
from adapters.simulator.effects import EffectBook
from adapters.simulator.faults import FaultBoard
from adapters.simulator.journal import Journal
from engine.errors import Unavailable

SHUTDOWN_SECONDS = 0.5
"""What calls that hang get when the process is told to end."""


class ResettableProtocol(H11Protocol):
    """Lets the application reset its connection: `scope["state"]["abort"]()`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)

        def abort() -> None:
            if transport.is_closing():
                return
            # Lingering for 0 s makes the kernel send RST instead of FIN.
            connection = transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()

        self.app_state = {**self.app_state, "abort": abort}


def run(host: str, port: int, *, journal: Path | None = None) -> None:
    """Serves until SIGTERM or SIGINT, then ends within 2 s even if calls hang.

    Prints one JSON line {"url", "host", "port"} on stdout once it listens; port 0 chooses a free one.
    Raises Unavailable if the address is taken, InvalidArgument if the journal is damaged.
    """
    listener = _listen(host, port)
    effects = _open_book(journal)
    place = {"url": _url_of(listener), "host": host, "port": listener.getsockname()[1]}
    print(orjson.dumps(place).decode(), flush=True)
    try:
        _server(effects).run(sockets=[listener])
    finally:
        effects.close()


class SimulatorThread:
    """The same in a thread, for tests: `with SimulatorThread() as simulator: simulator.url`."""

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, journal: Path | None = None) -> None:
        self._listener = _listen(host, port)
        self._effects = _open_book(journal)
        self._server = _server(self._effects)
        self.url = _url_of(self._listener)
        """Without a final "/"; a department is at `{url}/{department}`."""
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}, name="simulator", daemon=True
        )

    def __enter__(self) -> SimulatorThread:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(timeout=5)
        self._listener.close()
        self._effects.close()


def _open_book(journal: Path | None) -> EffectBook:
    return EffectBook(now=_now, journal=Journal(journal) if journal is not None else None)


def _now() -> datetime:
    """The departments' own clock: they are foreign systems, the engine's clock is not theirs."""
    return datetime.now(UTC)


def _server(effects: EffectBook) -> uvicorn.Server:
    options: dict[str, Any] = {
        "http": ResettableProtocol,
        "ws": "none",
        "loop": "asyncio",
        "lifespan": "off",
        "log_level": "error",
        "access_log": False,
        "server_header": False,
        "timeout_graceful_shutdown": SHUTDOWN_SECONDS,
    }
    return uvicorn.Server(uvicorn.Config(create_app(effects=effects, faults=FaultBoard()), **options))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's algorithm off only then: 40 ms a call.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(512)
        return listener
    except OSError as error:
        listener.close()
        raise Unavailable(
            f"Expected to listen on {host} port {port}, but: {error.strerror or error}.",
            mend="Choose another port, or 0 for a free one.",
        ) from error


def _url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
