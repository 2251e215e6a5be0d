"""Functions on dates, times and durations. Source: DMN 1.5, clauses 10.3.4.1, 10.3.4.7 and 10.3.4.8."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime

from engine.clock import RECKONING_ZONE
from engine.feel.builtins.signature import Library
from engine.feel.errors import Fault
from engine.feel.far import (
    HOUR,
    MINUTE,
    SECOND,
    AnyDate,
    AnyDay,
    AnyMoment,
    AnySpan,
    AnyTime,
    FarSpan,
    clock_of,
    day_at,
    instant_of,
    moment_at,
    moment_of_instant,
    ordinal_of,
    ordinal_on,
    same_day_in_calendar,
    time_at,
)
from engine.feel.numbers import EXACT, Number, whole
from engine.feel.run import Run
from engine.feel.temporal import midnight, months_between
from engine.feel.temporal_text import (
    date_and_time_from_text,
    date_from_text,
    duration_from_text,
    time_from_text,
)
from engine.feel.values import Value, YearsMonths, described
from engine.feel.zones import fixed_zone, zone_from_text

LIBRARY = Library()

_OFFSET = re.compile(r"[Zz]|[+-][0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@LIBRARY.function("date", "from: any -> date")
def date_from(run: Run, value: Value) -> AnyDate:
    result: AnyDate | None = None
    if isinstance(value, AnyDay):
        result = day_at(ordinal_of(value))
    elif isinstance(value, str):
        result = date_from_text(value)
    if result is None:
        raise _unknown("a date as YYYY-MM-DD", value)
    return result


@LIBRARY.function("date", "year: number, month: number, day: number -> date")
def date_of(run: Run, year: Number, month: Number, day: Number) -> AnyDate:
    try:
        return day_at(ordinal_on(_whole(year), _whole(month), _whole(day)))
    except (ValueError, OverflowError) as error:
        raise Fault("Expected a day of the calendar, but there is none.") from error


@LIBRARY.function("time", "from: any -> time")
def time_from(run: Run, value: Value) -> AnyTime:
    """A date is its midnight in UTC here (clause 10.3.2.9.4)."""
    result: AnyTime | None = None
    if isinstance(value, AnyDay):
        moment = midnight(value)
        result = time_at(clock_of(moment), moment.tzinfo)
    elif isinstance(value, AnyTime):
        result = value
    elif isinstance(value, str):
        result = time_from_text(value)
    if result is None:
        raise _unknown("a time as hh:mm:ss", value)
    return result


@LIBRARY.function("time", "hour: number, minute: number, second: number, offset: duration|null? -> time")
def time_of(run: Run, hour: Number, minute: Number, second: Number, offset: AnySpan | None) -> AnyTime:
    """Seconds may have decimals; what is finer than a nanosecond is cut off."""
    hours, minutes = _whole(hour), _whole(minute)
    if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= second < 60):
        raise Fault("Expected a time of the day, but there is none.")
    zone = None
    if offset is not None:
        zone = None if isinstance(offset, FarSpan) else fixed_zone(offset)
        if zone is None:
            raise Fault("Expected an offset of at most 14 hours in whole seconds, but got another.")
    nanos = int(EXACT.multiply(second, SECOND))
    return time_at(hours * HOUR + minutes * MINUTE + nanos, zone)


@LIBRARY.function("date and time", "from: any -> date and time")
def date_and_time_from(run: Run, value: Value) -> AnyMoment:
    """A date is its midnight in UTC (clause 10.3.2.9.4), the text of a date its local midnight."""
    result: AnyMoment | None = None
    if isinstance(value, AnyDay):
        result = midnight(value)
    elif isinstance(value, str):
        result = date_and_time_from_text(value)
    if result is None:
        raise _unknown("a date and time as YYYY-MM-DDThh:mm:ss", value)
    return result


@LIBRARY.function("date and time", "date: day, time: time -> date and time")
def date_and_time_of(run: Run, day: AnyDay, moment: AnyTime) -> AnyMoment:
    return moment_at(ordinal_of(day), clock_of(moment), moment.tzinfo)


@LIBRARY.function("date and time", "date and time: date and time, timezone: string -> date and time")
def in_zone(run: Run, moment: AnyMoment, zone: str) -> AnyMoment:
    """Camunda's: the same instant on the clocks of another zone."""
    target = zone_from_text(zone if _OFFSET.fullmatch(zone) else f"@{zone}")
    if target is None or moment.utcoffset() is None:
        raise Fault("Expected a known zone and an instant with a zone, but one is missing.")
    return moment_of_instant(instant_of(moment), target)


@LIBRARY.function("duration", "from: any -> days and time duration or years and months duration")
def duration_from(run: Run, value: Value) -> Value:
    result: AnySpan | YearsMonths | None = None
    if isinstance(value, AnySpan | YearsMonths):
        result = value
    elif isinstance(value, str):
        result = duration_from_text(value)
    if result is None:
        raise _unknown("a duration as P1DT2H or P1Y2M", value)
    return result


@LIBRARY.function("years and months duration", "from: day, to: day -> years and months duration")
def years_and_months(run: Run, start: AnyDay, end: AnyDay) -> YearsMonths:
    return months_between(start, end)


@LIBRARY.function("now", " -> date and time")
def now(run: Run) -> datetime:
    return run.now.astimezone(RECKONING_ZONE)


@LIBRARY.function("today", " -> date")
def today(run: Run) -> date:
    return run.now.astimezone(RECKONING_ZONE).date()


@LIBRARY.function("day of year", "date: day -> number")
def day_of_year(run: Run, day: AnyDay) -> int:
    return same_day_in_calendar(day).timetuple().tm_yday


@LIBRARY.function("day of week", "date: day -> string")
def day_of_week(run: Run, day: AnyDay) -> str:
    return _DAYS[same_day_in_calendar(day).weekday()]


@LIBRARY.function("month of year", "date: day -> string")
def month_of_year(run: Run, day: AnyDay) -> str:
    return _MONTHS[day.month - 1]


@LIBRARY.function("week of year", "date: day -> number")
def week_of_year(run: Run, day: AnyDay) -> int:
    """ISO 8601: the week that holds the year's first Thursday is 1."""
    return same_day_in_calendar(day).isocalendar().week


@LIBRARY.function("last day of month", "date: day -> date")
def last_day_of_month(run: Run, day: AnyDay) -> AnyDate:
    """Camunda's."""
    calendar_day = same_day_in_calendar(day)
    last = calendar.monthrange(calendar_day.year, calendar_day.month)[1]
    return day_at(ordinal_of(day) + last - day.day)


def _whole(number: Number) -> int:
    result = whole(number)
    if result is None:
        raise Fault("Expected whole numbers, but one has a fraction.")
    return result


def _unknown(form: str, value: Value) -> Fault:
    found = "another text" if isinstance(value, str) else described(value)
    return Fault(f"Expected {form}, but got {found}.")
