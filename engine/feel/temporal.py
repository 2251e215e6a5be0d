"""Arithmetic of dates, times and durations. Source: DMN 1.5, clauses 10.3.2.3 and 10.3.2.13."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from engine.feel.errors import Fault
from engine.feel.far import (
    DAY,
    MAX_YEAR,
    SECOND,
    AnyDate,
    AnyDay,
    AnyMoment,
    AnySpan,
    AnyTime,
    clock_of,
    day_at,
    instant_of,
    moment_at,
    moment_of_instant,
    nanos_of,
    offset_of_time,
    ordinal_of,
    ordinal_on,
    same_day_in_calendar,
    span_of,
    time_at,
)
from engine.feel.numbers import CONTEXT, EXACT, Number
from engine.feel.values import YearsMonths
from engine.feel.zones import share_offset


def plus_months(day: AnyDay, months: int) -> AnyDay:
    """The same day `months` later, or the last one of a shorter month. Raises Fault outside FEEL's years."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if abs(year) > MAX_YEAR:
        raise Fault(f"Expected a year between -{MAX_YEAR} and {MAX_YEAR}, but got {year}.")
    # The calendar of a year with the same shape: Python has none for the year 0.
    last = calendar.monthrange(year % 400 + 400, month + 1)[1]
    within = min(day.day, last)
    if isinstance(day, date) and 1 <= year <= 9999:
        return day.replace(year=year, month=month + 1, day=within)
    ordinal = ordinal_on(year, month + 1, within)
    if isinstance(day, AnyMoment):
        return moment_at(ordinal, clock_of(day), day.tzinfo)
    return day_at(ordinal)


def plus_span(moment: AnyDay | AnyTime, span: AnySpan) -> AnyDay | AnyTime:
    """A time goes round the clock; a date counts from its midnight and stays a date.

    A date and time in a named zone counts the time that passes there, not what its clocks show.
    """
    if isinstance(moment, AnyMoment):
        return _plus_elapsed(moment, span)
    if isinstance(moment, AnyDate):
        days = span.days if isinstance(span, timedelta) else span.nanos // DAY
        return day_at(ordinal_of(moment) + days)
    return time_at(clock_of(moment) + nanos_of(span), moment.tzinfo)


def difference(later: AnyDay | AnyTime, earlier: AnyDay | AnyTime) -> AnySpan:
    """Between two dates, two times, or two dates and times that both have an offset or both have none."""
    if isinstance(later, AnyTime) and isinstance(earlier, AnyTime):
        return span_of(_between_times(later, earlier))
    if isinstance(later, AnyTime) or isinstance(earlier, AnyTime):
        raise Fault("Expected two times or two dates, but got one of each.")
    if type(later) is date and type(earlier) is date:
        return later - earlier
    one, other = midnight(later), midnight(earlier)
    if isinstance(one, datetime) and isinstance(other, datetime) and share_offset(one, other):
        return one - other
    if (one.utcoffset() is None) != (other.utcoffset() is None):
        raise _one_sided()
    return span_of(instant_of(one) - instant_of(other))


def midnight(day: AnyDay) -> AnyMoment:
    """A date stands for its midnight in UTC where a date and time is needed (clause 10.3.2.9.4)."""
    return day if isinstance(day, AnyMoment) else moment_at(ordinal_of(day), 0, UTC)


def months_between(start: AnyDay, end: AnyDay) -> YearsMonths:
    """Whole months from the day of `start` to the day of `end`, towards zero; the time of day is ignored."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return YearsMonths(months)


def days_from(start: AnyDate, end: AnyDate) -> Sequence[AnyDate]:
    """Every day from `start` to `end`, both included, forwards or backwards; made as they are asked for."""
    low, high = ordinal_of(start), ordinal_of(end)
    return _Days(range(low, high + 1) if low <= high else range(low, high - 1, -1))


class _Days(Sequence[AnyDate]):
    def __init__(self, ordinals: range) -> None:
        self._ordinals = ordinals

    def __len__(self) -> int:
        return len(self._ordinals)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return _Days(self._ordinals[index])
        return day_at(self._ordinals[index])


def weekday(day: AnyDay) -> int:
    """1 is Monday, 7 Sunday."""
    return same_day_in_calendar(day).isoweekday()


def second_of_minute(value: AnyTime | AnyMoment) -> Number:
    """With its decimals (clause 10.3.2.13)."""
    return _seconds(clock_of(value) % (60 * SECOND))


def seconds_of(span: AnySpan) -> Number:
    """Exact, where timedelta.total_seconds() would be a float."""
    return _seconds(nanos_of(span))


def span_from_seconds(seconds: Number) -> AnySpan:
    """To the nearest nanosecond."""
    if isinstance(seconds, Decimal):
        if seconds.adjusted() > 20:
            raise Fault("Expected a duration under 10^18 seconds, but it is longer.")
        return span_of(int(seconds.scaleb(9, EXACT).to_integral_value(ROUND_HALF_EVEN, EXACT)))
    return span_of(seconds * SECOND)


def _seconds(nanos: int) -> Number:
    if nanos % SECOND == 0:
        return nanos // SECOND
    return CONTEXT.divide(Decimal(nanos), Decimal(SECOND))


def _between_times(later: AnyTime, earlier: AnyTime) -> int:
    nanos = clock_of(later) - clock_of(earlier)
    one, other = offset_of_time(later), offset_of_time(earlier)
    if one is not None and other is not None:
        return nanos - nanos_of(one) + nanos_of(other)
    if later.tzinfo != earlier.tzinfo:
        raise _one_sided()
    return nanos


def _plus_elapsed(moment: AnyMoment, span: AnySpan) -> AnyMoment:
    zone = moment.tzinfo
    if zone is not None and not isinstance(zone, timezone):
        return moment_of_instant(instant_of(moment) + nanos_of(span), zone)
    if isinstance(moment, datetime) and isinstance(span, timedelta):
        try:
            return moment + span
        except OverflowError:
            pass
    return moment_at(ordinal_of(moment), clock_of(moment) + nanos_of(span), zone)


def _one_sided() -> Fault:
    return Fault("Expected both operands with or both without a zone, but only one has one.")
