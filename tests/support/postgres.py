"""Embedded PostgreSQL servers that only tests use, and killing them the hard way."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile
from contextlib import suppress
from pathlib import Path

from engine.clock import monotonic

MEMORY = Path("/dev/shm")  # noqa: S108 - the name is not guessed at, it is made by mkdtemp
ENOUGH_BYTES = 2 * 1024**3


def new_data_directory(*, in_memory: bool = False) -> Path:
    """For a server that ends with this process; gone after it. In memory if wished and there is room:
    copying databases is what tests wait for most.

    Not under pytest's own directory: every session that starts closes that to other users, and if we
    are root the server runs as one.
    """
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES
    parent = Path(tempfile.mkdtemp(prefix="yishi-tests-", dir=MEMORY if in_memory and has_room else None))
    # Registered before the server is started, thus run after it was stopped.
    atexit.register(shutil.rmtree, parent, ignore_errors=True)
    return parent / "data"


def kill_postgres(data_directory: Path) -> None:
    """kill -9 for the server and all its processes; returns when they are gone."""
    server = int((data_directory / "postmaster.pid").read_text().splitlines()[0])
    family = [server, *_children(server)]
    for pid in family:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    ends_at = monotonic() + 10
    # Also a zombie is in the way: until it is reaped, PostgreSQL takes it for a running server.
    while any(Path(f"/proc/{pid}").exists() for pid in family):
        assert monotonic() < ends_at, "Expected the killed server to be gone."
        signal.sigtimedwait([], 0.01)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []
