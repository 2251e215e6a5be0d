"""Sleeping until something may be to do: a NOTIFY from the database, a ring from a thread, or time."""

from __future__ import annotations

import os
import select
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from engine.store.database import Listener

WORK_CHANNEL = "yishi_work"
"""Rung by engine.store.writes."""


class Bell:
    """`ring` may be called from any thread, `wait` from one."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._read_end, self._write_end = os.pipe()
        os.set_blocking(self._read_end, False)
        os.set_blocking(self._write_end, False)

    def ring(self) -> None:
        with suppress(BlockingIOError):  # the pipe is full: it is ringing already
            os.write(self._write_end, b"!")

    def wait(self, seconds: float) -> None:
        """Return at the first ring, or after `seconds`. Raises Unavailable once the database is gone."""
        notified = self._listener.fileno()
        ready, _, _ = select.select([notified, self._read_end], [], [], max(0.0, seconds))
        if self._read_end in ready:
            os.read(self._read_end, 65_536)
        if notified in ready:
            self._listener.drain()

    def close(self) -> None:
        os.close(self._read_end)
        os.close(self._write_end)


@contextmanager
def open_bell(uri: str) -> Iterator[Bell]:
    listener = Listener(uri, WORK_CHANNEL)
    bell = Bell(listener)
    try:
        yield bell
    finally:
        bell.close()
        listener.close()
