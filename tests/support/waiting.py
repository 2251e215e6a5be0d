"""Waiting for what other threads and processes bring about."""

from __future__ import annotations

import signal
from collections.abc import Callable

from engine.clock import monotonic


def wait_until(condition: Callable[[], bool], *, seconds: float = 20.0, what: str = "the condition") -> None:
    ends_at = monotonic() + seconds
    while not condition():
        assert monotonic() < ends_at, f"Expected {what} within {seconds} s, but it did not come."
        pause(0.03)


def pause(seconds: float) -> None:
    # The conditions here are rows and processes of others: nothing notifies us of them.
    signal.sigtimedwait([], seconds)
