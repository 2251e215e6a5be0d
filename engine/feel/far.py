"""Dates, times and durations that Python's datetime cannot hold, and one view of all of them.

FEEL has years from -999,999,999 to 999,999,999, its durations reach from one end to the other, and
seconds have nine decimals here. Everything is counted: a day as `date.toordinal` counts it (0001-01-01
is 1), a time of day and a duration in nanoseconds. The Gregorian calendar repeats every 400 years, so a
far day asks Python's calendar about the same day of another era.

`day_at`, `moment_at`, `time_at` and `span_of` give Python's own type wherever that can hold the value:
every value has exactly one form. Source: DMN 1.5, clauses 10.3.2.3.4 to 10.3.2.3.7.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from datetime import tzinfo as Zone
from typing import Any

from engine.feel.errors import Fault
from engine.feel.zones import steady_offset

MAX_YEAR = 999_999_999
SECOND = 1_000_000_000
"""In nanoseconds, as all of the following."""
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MAX_SPAN = 10**18 * SECOND
"""Thirty times what lies between the first and the last year; seconds then fit 34 digits exactly."""

_ERA_YEARS = 400
_ERA_DAYS = 146_097
_LAST = date.max.toordinal()


class _Ordered(ABC):
    """Order against the same kind of value, far or Python's own."""

    __slots__ = ()

    @abstractmethod
    def _rank(self, other: Any) -> tuple[int, int] | None:
        """This value and `other` as numbers; None if they have no order."""

    def __lt__(self, other: Any) -> bool:
        ranks = self._rank(other)
        return NotImplemented if ranks is None else ranks[0] < ranks[1]

    def __le__(self, other: Any) -> bool:
        ranks = self._rank(other)
        return NotImplemented if ranks is None else ranks[0] <= ranks[1]

    def __gt__(self, other: Any) -> bool:
        ranks = self._rank(other)
        return NotImplemented if ranks is None else ranks[0] > ranks[1]

    def __ge__(self, other: Any) -> bool:
        ranks = self._rank(other)
        return NotImplemented if ranks is None else ranks[0] >= ranks[1]


class _OnCalendar(_Ordered):
    __slots__ = ()

    ordinal: int

    @property
    def year(self) -> int:
        era = (self.ordinal - 1) // _ERA_DAYS
        return _calendar_day(self.ordinal).year + _ERA_YEARS * era

    @property
    def month(self) -> int:
        return _calendar_day(self.ordinal).month

    @property
    def day(self) -> int:
        return _calendar_day(self.ordinal).day


class _OnClock:
    __slots__ = ()

    nanos: int

    @property
    def hour(self) -> int:
        return self.nanos // HOUR

    @property
    def minute(self) -> int:
        return self.nanos // MINUTE % 60

    @property
    def second(self) -> int:
        return self.nanos // SECOND % 60


@dataclass(frozen=True, slots=True)
class FarDate(_OnCalendar):
    """A day outside the years 1 to 9999."""

    ordinal: int

    def _rank(self, other: Any) -> tuple[int, int] | None:
        if isinstance(other, date | FarDate) and not isinstance(other, datetime):
            return self.ordinal, ordinal_of(other)
        return None


@dataclass(frozen=True, slots=True)
class FarDateTime(_OnCalendar, _OnClock):
    """A date and time outside the years 1 to 9999, or one with nanoseconds.

    `nanos` is the time of day by the clocks of `tzinfo`; `fold` is 1 for the second of two equal hours.
    Two of them are `==` in Python only if they also have the same zone; FEEL asks `values.equal`.
    """

    ordinal: int
    nanos: int
    tzinfo: Zone | None
    fold: int = 0

    def utcoffset(self) -> timedelta | None:
        return offset_at(self.ordinal, self.nanos, self.tzinfo, self.fold)

    def _rank(self, other: Any) -> tuple[int, int] | None:
        if not isinstance(other, datetime | FarDateTime):
            return None
        if (self.utcoffset() is None) != (other.utcoffset() is None):
            return None
        return instant_of(self), instant_of(other)


@dataclass(frozen=True, slots=True)
class FineTime(_Ordered, _OnClock):
    """A time of day with nanoseconds."""

    nanos: int
    tzinfo: Zone | None

    def utcoffset(self) -> timedelta | None:
        """As Python's time answers: None for a zone whose offset depends on the day."""
        return None if self.tzinfo is None else self.tzinfo.utcoffset(None)

    def _rank(self, other: Any) -> tuple[int, int] | None:
        if isinstance(other, time | FineTime) and other.tzinfo == self.tzinfo:
            return self.nanos, clock_of(other)
        return None


@dataclass(frozen=True, slots=True)
class FarSpan(_Ordered):
    """A days and time duration with nanoseconds or of more than 999,999,999 days."""

    nanos: int

    def __neg__(self) -> AnySpan:
        return span_of(-self.nanos)

    def __abs__(self) -> AnySpan:
        return span_of(abs(self.nanos))

    def _rank(self, other: Any) -> tuple[int, int] | None:
        return (self.nanos, nanos_of(other)) if isinstance(other, timedelta | FarSpan) else None


AnyDate = date | FarDate
AnyMoment = datetime | FarDateTime
AnyDay = date | FarDate | FarDateTime
"""A date, or a date and time: datetime is a date to Python."""
AnyTime = time | FineTime
AnySpan = timedelta | FarSpan


def ordinal_on(year: int, month: int, day: int) -> int:
    """The count of a day of the proleptic calendar, year 0 included. Raises ValueError if there is none."""
    if abs(year) > MAX_YEAR:
        raise ValueError("Expected a year within 9 digits, but it has more.")
    era, within = divmod(year - 1, _ERA_YEARS)
    return date(within + 1, month, day).toordinal() + era * _ERA_DAYS


_FIRST_OF_ALL = ordinal_on(-MAX_YEAR, 1, 1)
_LAST_OF_ALL = ordinal_on(MAX_YEAR, 12, 31)


def ordinal_of(day: AnyDay) -> int:
    return day.toordinal() if isinstance(day, date) else day.ordinal


def clock_of(value: AnyTime | AnyMoment) -> int:
    """The nanoseconds since midnight on the clock that the value itself shows."""
    if isinstance(value, FineTime | FarDateTime):
        return value.nanos
    seconds = value.hour * 3_600 + value.minute * 60 + value.second
    return seconds * SECOND + value.microsecond * 1_000


def nanos_of(span: AnySpan) -> int:
    if isinstance(span, FarSpan):
        return span.nanos
    return ((span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds) * 1_000


def instant_of(moment: AnyMoment) -> int:
    """Nanoseconds on the clocks of UTC, or of the moment itself if it has no offset."""
    nanos = ordinal_of(moment) * DAY + clock_of(moment)
    offset = moment.utcoffset()
    return nanos if offset is None else nanos - nanos_of(offset)


def day_at(ordinal: int) -> AnyDate:
    """Raises Fault outside FEEL's years."""
    return date.fromordinal(ordinal) if 1 <= ordinal <= _LAST else FarDate(_checked(ordinal))


def moment_at(ordinal: int, nanos: int, zone: Zone | None, *, fold: int = 0) -> AnyMoment:
    """`nanos` after the midnight that begins the day, by the clocks of `zone`; also beyond one day.

    Raises Fault outside FEEL's years.
    """
    days, nanos = divmod(nanos, DAY)
    ordinal += days
    if nanos % 1_000 == 0 and 1 <= ordinal <= _LAST:
        start = datetime.fromordinal(ordinal)
        return (start + timedelta(microseconds=nanos // 1_000)).replace(tzinfo=zone, fold=fold)
    return FarDateTime(_checked(ordinal), nanos, zone, fold)


def moment_of_instant(instant: int, zone: Zone) -> AnyMoment:
    """The moment `instant_of` gave this number for, on the clocks of `zone`."""
    if isinstance(zone, timezone):
        return moment_at(0, instant + nanos_of(zone.utcoffset(None)), zone)
    ordinal, nanos = divmod(instant, DAY)
    stand_in = _stand_in(ordinal, nanos).replace(tzinfo=zone)
    local = zone.fromutc(stand_in)
    offset = local.utcoffset()
    return moment_at(0, instant + (nanos_of(offset) if offset else 0), zone, fold=local.fold)


def second_of_two_hours(moment: AnyMoment) -> AnyMoment:
    """`moment` with the offset after the end of summer time, if its clocks show the hour that comes twice."""
    return moment_at(ordinal_of(moment), clock_of(moment), moment.tzinfo, fold=1)


def time_at(nanos: int, zone: Zone | None) -> AnyTime:
    """The time of day `nanos` after midnight, round the clock."""
    nanos %= DAY
    if nanos % 1_000:
        return FineTime(nanos, zone)
    seconds, rest = divmod(nanos, SECOND)
    return time(seconds // 3_600, seconds // 60 % 60, seconds % 60, rest // 1_000, zone)


def span_of(nanos: int) -> AnySpan:
    """Raises Fault for 10^18 seconds and more."""
    if nanos % 1_000 == 0:
        try:
            return timedelta(microseconds=nanos // 1_000)
        except OverflowError:
            pass
    if abs(nanos) >= MAX_SPAN:
        raise Fault("Expected a duration under 10^18 seconds, but it is longer.")
    return FarSpan(nanos)


def offset_at(ordinal: int, nanos: int, zone: Zone | None, fold: int) -> timedelta | None:
    """The offset of `zone` when its own clocks show this; far years follow the last or first rule known."""
    if zone is None:
        return None
    return zone.utcoffset(_stand_in(ordinal, nanos).replace(fold=fold))


def offset_of_time(value: AnyTime) -> timedelta | None:
    return None if value.tzinfo is None else steady_offset(value.tzinfo)


def same_day_in_calendar(day: AnyDay) -> date:
    """The day itself, or the one that a far day looks like: same month, day, weekday and year's shape."""
    return day if isinstance(day, date) else _calendar_day(day.ordinal)


def _calendar_day(ordinal: int) -> date:
    """The day in the years 1 to 400 that looks the same."""
    return date.fromordinal((ordinal - 1) % _ERA_DAYS + 1)


def _stand_in(ordinal: int, nanos: int) -> datetime:
    """A datetime for questions about zones: itself if Python has it with a day on either side."""
    if not 1 < ordinal < _LAST:
        # Before all records clocks showed the sun's time; after them the last rule goes on for ever.
        eras = 6 if ordinal >= _LAST else 3
        ordinal = (ordinal - 1) % _ERA_DAYS + 1 + eras * _ERA_DAYS
    return datetime.fromordinal(ordinal) + timedelta(microseconds=nanos // 1_000)


def _checked(ordinal: int) -> int:
    if not _FIRST_OF_ALL <= ordinal <= _LAST_OF_ALL:
        raise Fault("Expected a year between -999,999,999 and 999,999,999, but the result lies outside.")
    return ordinal
