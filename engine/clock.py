"""The only place that reads the wall clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from engine.errors import InvalidArgument

RECKONING_ZONE = ZoneInfo("Asia/Shanghai")
"""Days and hours of law are counted here; instants are stored in UTC."""


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware UTC."""
        ...

    def real_seconds(self, span: timedelta) -> float:
        """How many real seconds pass while this clock moves by `span`."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def real_seconds(self, span: timedelta) -> float:
        return span.total_seconds()


class FixedClock:
    """Stands still until told to move: for tests and dry runs."""

    def __init__(self, now: datetime) -> None:
        self._now = _utc(now)

    def now(self) -> datetime:
        return self._now

    def real_seconds(self, span: timedelta) -> float:
        return 0.0

    def advance(self, span: timedelta) -> None:
        self._now += span

    def set(self, now: datetime) -> None:
        self._now = _utc(now)


class ScaledClock:
    """Runs `rate` times as fast as the wall clock, from `start` at the real instant `real_start`.

    Several processes given the same three values agree on the time.
    """

    def __init__(self, *, start: datetime, real_start: datetime, rate: float) -> None:
        if rate <= 0:
            raise InvalidArgument(f"Expected a positive clock rate, but got {rate}.")
        self._start = _utc(start)
        self._real_start = _utc(real_start)
        self._rate = rate

    def now(self) -> datetime:
        return self._start + (datetime.now(UTC) - self._real_start) * self._rate

    def real_seconds(self, span: timedelta) -> float:
        return span.total_seconds() / self._rate


def clock_from_text(text: str) -> Clock:
    """`system`, or `scaled <start> <real start> <rate>` with ISO 8601 instants."""
    match text.split():
        case [] | ["system"]:
            return SystemClock()
        case ["scaled", start, real_start, rate]:
            return ScaledClock(
                start=datetime.fromisoformat(start),
                real_start=datetime.fromisoformat(real_start),
                rate=float(rate),
            )
        case _:
            raise InvalidArgument(f"Expected 'system' or 'scaled START REAL_START RATE', but got {text!r}.")


def monotonic() -> float:
    """Seconds for measuring how long something took; never for instants."""
    return time.monotonic()


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise InvalidArgument(f"Expected an instant with a zone, but got {instant.isoformat()}.")
    return instant.astimezone(UTC)
