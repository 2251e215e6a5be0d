"""When a timer is due.

A cycle is "R<n>/<interval>", "R/<interval>" or "R<n>/<start>/<interval>"; n counts all firings.
A missed firing is not made up: after a downtime the next one lies in the future.
Source: BPMN 2.0.2, TimerEventDefinition; ISO 8601-1, recurring intervals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from engine.bpmn.effects import IncidentType
from engine.bpmn.machine.advancing import StepFailed
from engine.bpmn.model import TimerKind
from engine.clock import RECKONING_ZONE
from engine.feel.errors import Fault
from engine.feel.instants import date_and_time_from_text, duration_from_text, plus_months, python_value
from engine.feel.values import YearsMonths, described

_CYCLE = re.compile(r"R(?P<count>[0-9]{0,9})/(?:(?P<start>[^/P]+)/)?(?P<interval>P[^/]+)")

Interval = timedelta | YearsMonths


@dataclass(frozen=True, slots=True)
class _Cycle:
    count: int | None
    """Firings still owed; None: without end."""
    start: datetime | None
    """Where the series begins; needed on for months, since the 31st must not become the 28th for good."""
    interval: Interval
    interval_text: str

    def owed(self, origin: datetime) -> str | None:
        """The cycle that is left after one more firing; None if that was the last."""
        if self.count is not None and self.count <= 1:
            return None
        count = "" if self.count is None else self.count - 1
        start = f"{origin.isoformat()}/" if isinstance(self.interval, YearsMonths) else ""
        return f"R{count}/{start}{self.interval_text}"


def first_due(kind: TimerKind, value: Any, *, now: datetime) -> tuple[datetime, str | None]:
    """The due instant (aware UTC) and the cycle still owed after it.

    `value` is what the timer's expression gave: a text, or a FEEL date, date and time, or duration.
    Raises StepFailed if it is none of them, or lies outside the years 1 to 9999.
    """
    try:
        if kind is TimerKind.DATE:
            return _instant(value), None
        if kind is TimerKind.DURATION:
            return _plus(now, _interval(value)), None
        cycle = _cycle(value)
        origin = cycle.start or now
        return cycle.start or _plus(now, cycle.interval), cycle.owed(origin)
    except (OverflowError, Fault) as error:
        raise _failed("an instant in the years 1 to 9999", "one outside") from error


def next_due(cycle: str, *, due_at: datetime, now: datetime) -> tuple[datetime, str | None] | None:
    """The firing after the one that was due at `due_at`: the first of the series after `now`.

    None if it would lie beyond the year 9999.
    """
    series = _cycle(cycle)
    passed = max(due_at, now)
    try:
        if isinstance(series.interval, timedelta):
            following = due_at + series.interval * ((passed - due_at) // series.interval + 1)
        else:
            following = _month_after(passed, series.start or due_at, series.interval)
    except (OverflowError, Fault):
        return None
    return following, series.owed(series.start or due_at)


def _month_after(passed: datetime, origin: datetime, interval: YearsMonths) -> datetime:
    months = (passed.year - origin.year) * 12 + passed.month - origin.month
    turn = max(months // interval.months, 1)
    while (following := _plus(origin, YearsMonths(turn * interval.months))) <= passed:
        turn += 1
    return following


def _cycle(value: Any) -> _Cycle:
    match = _CYCLE.fullmatch(value) if isinstance(value, str) else None
    if match is None or (match["count"] and int(match["count"]) == 0):
        raise _failed("a cycle such as R3/PT10M", described(value))
    return _Cycle(
        int(match["count"]) if match["count"] else None,
        _instant(match["start"]) if match["start"] else None,
        _interval(match["interval"]),
        match["interval"],
    )


def _instant(value: Any) -> datetime:
    instant = date_and_time_from_text(value) if isinstance(value, str) else python_value(value)
    if isinstance(instant, date) and not isinstance(instant, datetime):
        instant = datetime.combine(instant, time())
    if not isinstance(instant, datetime):
        raise _failed("a date and time such as 2026-03-01T09:00:00+08:00", described(value))
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=RECKONING_ZONE)
    return instant.astimezone(UTC)


@lru_cache(maxsize=1_024)
def _duration(text: str) -> timedelta | YearsMonths | None:
    """Timers of a process mostly have the same few texts."""
    return duration_from_text(text)


def _interval(value: Any) -> Interval:
    interval = _duration(value) if isinstance(value, str) else python_value(value)
    if isinstance(interval, YearsMonths) and interval.months > 0:
        return interval
    if isinstance(interval, timedelta) and interval > timedelta():
        return interval
    raise _failed("a duration above zero such as PT2H", described(value))


def _plus(instant: datetime, interval: Interval) -> datetime:
    if isinstance(interval, timedelta):
        return instant + interval
    # Months are counted on the calendar people read, not on the UTC one.
    return plus_months(instant.astimezone(RECKONING_ZONE), interval.months).astimezone(UTC)


def _failed(expected: str, found: str) -> StepFailed:
    return StepFailed(IncidentType.TIMER_FAILED, f"Expected {expected}, but the timer has {found}.")
