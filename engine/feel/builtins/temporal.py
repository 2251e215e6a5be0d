"""Functions on dates, times and durations. Source: DMN 1.5, clauses 10.3.4.1, 10.3.4.7 and 10.3.4.8."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TypeVar

from engine.clock import RECKONING_ZONE
from engine.feel.builtins.signature import Library
from engine.feel.errors import Fault
from engine.feel.numbers import Number, whole
from engine.feel.run import Run
from engine.feel.temporal import (
    date_and_time_from_text,
    date_from_text,
    duration_from_text,
    months_between,
    time_from_text,
    zone_from_text,
)
from engine.feel.values import Value, YearsMonths, described

LIBRARY = Library()

_T = TypeVar("_T")

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@LIBRARY.function("date", "from: any")
def date_from(run: Run, value: Value) -> date:
    result = None
    if isinstance(value, datetime):
        result = value.date()
    elif isinstance(value, date):
        result = value
    elif isinstance(value, str):
        result = date_from_text(value)
    return _known(result, "a date as YYYY-MM-DD", value)


@LIBRARY.function("date", "year: number, month: number, day: number")
def date_of(run: Run, year: Number, month: Number, day: Number) -> date:
    try:
        return date(_whole(year), _whole(month), _whole(day))
    except ValueError as error:
        raise Fault("Expected a day of the calendar, but there is none.") from error


@LIBRARY.function("time", "from: any")
def time_from(run: Run, value: Value) -> time:
    result = None
    if isinstance(value, datetime):
        result = value.timetz()
    elif isinstance(value, date):
        result = time(tzinfo=UTC)
    elif isinstance(value, time):
        result = value
    elif isinstance(value, str):
        result = time_from_text(value)
    return _known(result, "a time as hh:mm:ss", value)


@LIBRARY.function("time", "hour: number, minute: number, second: number, offset: duration|null?")
def time_of(run: Run, hour: Number, minute: Number, second: Number, offset: timedelta | None) -> time:
    seconds = whole(second * 1_000_000)
    if seconds is None:
        seconds = int(second * 1_000_000)
    try:
        zone = timezone(offset) if offset is not None else None
        return time(_whole(hour), _whole(minute), seconds // 1_000_000, seconds % 1_000_000, zone)
    except ValueError as error:
        raise Fault("Expected a time of the day, but there is none.") from error


@LIBRARY.function("date and time", "from: any")
def date_and_time_from(run: Run, value: Value) -> datetime:
    result = None
    if isinstance(value, datetime):
        result = value
    elif isinstance(value, date):
        result = datetime.combine(value, time())
    elif isinstance(value, str):
        result = date_and_time_from_text(value)
    return _known(result, "a date and time as YYYY-MM-DDThh:mm:ss", value)


@LIBRARY.function("date and time", "date: day, time: time")
def date_and_time_of(run: Run, day: date, moment: time) -> datetime:
    return datetime.combine(day, moment)


@LIBRARY.function("date and time", "date and time: date and time, timezone: string")
def in_zone(run: Run, moment: datetime, zone: str) -> datetime:
    """Camunda's: the same instant on the clocks of another zone."""
    target = zone_from_text(zone if zone[:1] in ("Z", "+", "-") else f"@{zone}")
    if target is None or moment.tzinfo is None:
        raise Fault("Expected a known zone and an instant with a zone, but one is missing.")
    return moment.astimezone(target)


@LIBRARY.function("duration", "from: any")
def duration_from(run: Run, value: Value) -> Value:
    result: timedelta | YearsMonths | None = None
    if isinstance(value, timedelta | YearsMonths):
        result = value
    elif isinstance(value, str):
        result = duration_from_text(value)
    return _known(result, "a duration as P1DT2H or P1Y2M", value)


@LIBRARY.function("years and months duration", "from: day, to: day")
def years_and_months(run: Run, start: date, end: date) -> YearsMonths:
    return months_between(start, end)


@LIBRARY.function("now", "")
def now(run: Run) -> datetime:
    return run.now.astimezone(RECKONING_ZONE)


@LIBRARY.function("today", "")
def today(run: Run) -> date:
    return run.now.astimezone(RECKONING_ZONE).date()


@LIBRARY.function("day of year", "date: day")
def day_of_year(run: Run, day: date) -> int:
    return day.timetuple().tm_yday


@LIBRARY.function("day of week", "date: day")
def day_of_week(run: Run, day: date) -> str:
    return _DAYS[day.weekday()]


@LIBRARY.function("month of year", "date: day")
def month_of_year(run: Run, day: date) -> str:
    return _MONTHS[day.month - 1]


@LIBRARY.function("week of year", "date: day")
def week_of_year(run: Run, day: date) -> int:
    """ISO 8601: the week that holds the year's first Thursday is 1."""
    return day.isocalendar().week


@LIBRARY.function("last day of month", "date: day")
def last_day_of_month(run: Run, day: date) -> date:
    """Camunda's."""
    plain = day.date() if isinstance(day, datetime) else day
    return plain.replace(day=calendar.monthrange(plain.year, plain.month)[1])


def _whole(number: Number) -> int:
    result = whole(number)
    if result is None:
        raise Fault("Expected whole numbers, but one has a fraction.")
    return result


def _known(result: _T | None, form: str, value: Value) -> _T:
    if result is None:
        raise Fault(
            f"Expected {form}, but got {described(value) if not isinstance(value, str) else 'another text'}."
        )
    return result
