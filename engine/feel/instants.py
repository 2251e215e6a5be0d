"""What a clock or a database can hold of FEEL's dates and durations: Python's own types, to the microsecond.

For timers, deadlines and files; FEEL itself reads texts with `temporal_text`, which knows all years.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.feel import temporal_text
from engine.feel.errors import Fault
from engine.feel.far import AnyDay, FarDateTime, FarSpan, FineTime, moment_at, span_of, time_at
from engine.feel.temporal import plus_months as months_later
from engine.feel.values import Value, YearsMonths


def date_and_time_from_text(text: str) -> datetime | None:
    """None also outside the years 1 to 9999; further decimals of a second are cut off."""
    moment = python_value(temporal_text.date_and_time_from_text(text))
    return moment if isinstance(moment, datetime) else None


def duration_from_text(text: str) -> timedelta | YearsMonths | None:
    """None also for a billion days and more; further decimals of a second are cut off."""
    duration = python_value(temporal_text.duration_from_text(text))
    return duration if isinstance(duration, timedelta | YearsMonths) else None


def plus_months(instant: datetime, months: int) -> datetime:
    """The same day `months` later, or the last one of a shorter month.

    Raises Fault outside the years 1 to 9999.
    """
    later: AnyDay = months_later(instant, months)
    if not isinstance(later, datetime):
        raise Fault(f"Expected a year between 1 and 9999, but got {later.year}.")
    return later


def python_value(value: Value) -> Value:
    """`value` with nanoseconds cut off; what Python's types still cannot hold stays as it is."""
    match value:
        case FarDateTime():
            return moment_at(value.ordinal, _cut(value.nanos), value.tzinfo, fold=value.fold)
        case FineTime():
            return time_at(_cut(value.nanos), value.tzinfo)
        case FarSpan():
            sign = -1 if value.nanos < 0 else 1
            return span_of(sign * _cut(abs(value.nanos)))
    return value


def _cut(nanos: int) -> int:
    return nanos // 1_000 * 1_000
