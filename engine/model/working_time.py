"""Working time as whole numbers: what makes adding days and hours over many years cheap.

An instant is a count of microseconds since `EPOCH`, a day a count of days since it, both in the
reckoning zone. Belongs here: that conversion, and the table of open days. Which days are open is
decided in `calendars`.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from engine.clock import RECKONING_ZONE
from engine.errors import InvalidArgument

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US

FIRST_YEAR = 2004
"""The first year whose workdays are published in machine-readable form."""
LAST_YEAR = 2060
"""A limit that ends later is a mistake, not a plan."""

# China has kept one offset since 1991, so one subtraction replaces a zone lookup per instant.
EPOCH = datetime(FIRST_YEAR, 1, 1, tzinfo=RECKONING_ZONE).astimezone(UTC)
_EPOCH_ORDINAL = date(FIRST_YEAR, 1, 1).toordinal()
_END_DAY = date(LAST_YEAR + 1, 1, 1).toordinal() - _EPOCH_ORDINAL

Spans = tuple[tuple[int, int], ...]
"""Sessions of one day, in microseconds after its local midnight."""


def local_us(instant: datetime) -> int:
    """Microseconds from `EPOCH` to an aware instant. Raises InvalidArgument outside the horizon."""
    if instant.tzinfo is None:
        raise InvalidArgument(f"Expected an instant with a zone, but got {instant.isoformat()}.")
    span = instant - EPOCH
    if not 0 <= span.days < _END_DAY:
        raise _outside(instant.isoformat())
    return span.days * DAY_US + span.seconds * 1_000_000 + span.microseconds


def instant_of(us: int) -> datetime:
    """The aware UTC instant `us` microseconds after `EPOCH`."""
    if not 0 <= us <= _END_DAY * DAY_US:
        raise _outside("an instant beyond it")
    return EPOCH + timedelta(microseconds=us)


def day_of(day: date) -> int:
    """Days from the local date of `EPOCH` to `day`. Raises InvalidArgument outside the horizon."""
    number = day.toordinal() - _EPOCH_ORDINAL
    if not 0 <= number < _END_DAY:
        raise _outside(day.isoformat())
    return number


def date_of(number: int) -> date:
    if not 0 <= number <= _END_DAY:
        raise _outside("a day beyond it")
    return date.fromordinal(number + _EPOCH_ORDINAL)


def year_of(number: int) -> int:
    """The year of a day inside the horizon; unlike `date_of` it refuses the midnight that ends it."""
    if number >= _END_DAY:
        raise _outside("a day beyond it")
    return date_of(number).year


def _outside(got: str) -> InvalidArgument:
    return InvalidArgument(f"Expected a time from {FIRST_YEAR} to {LAST_YEAR}, but got {got}.")


class WorkTable:
    """Every open day from `EPOCH` up to `end_day` (excluded), and the working time before each."""

    __slots__ = ("before", "days", "end_day", "rank", "spans")

    def __init__(self, open_days: Sequence[tuple[int, Spans]], *, end_day: int) -> None:
        self.end_day = end_day
        self.days = array("i", [day for day, _ in open_days])
        self.spans = [spans for _, spans in open_days]
        # rank[d] open days lie before day d, so that a difference of two ranks counts workdays.
        self.rank = array("i", bytes(4 * (end_day + 1)))
        self.before = [0]
        position = 0
        for day in range(end_day):
            self.rank[day] = position
            if position < len(open_days) and self.days[position] == day:
                self.before.append(self.before[-1] + sum(end - start for start, end in self.spans[position]))
                position += 1
        self.rank[end_day] = position

    def is_open(self, day: int) -> bool:
        return self.rank[day] != self.rank[day + 1]

    def spans_of(self, day: int) -> Spans:
        """The sessions of `day`; empty on a day that is not open."""
        return self.spans[self.rank[day]] if self.is_open(day) else ()

    def worked_before(self, us: int) -> int:
        """Working microseconds from `EPOCH` to `us`."""
        day, rest = divmod(us, DAY_US)
        position = self.rank[day]
        worked = self.before[position]
        if self.rank[day + 1] != position:
            for start, end in self.spans[position]:
                if rest <= start:
                    break
                worked += (rest if rest < end else end) - start
        return worked

    def when_worked(self, worked: int) -> int | None:
        """The first instant with `worked` > 0 microseconds behind it; None beyond the table."""
        position = bisect_left(self.before, worked) - 1
        if position == len(self.days):
            return None
        left = worked - self.before[position]
        for start, end in self.spans[position]:
            if left <= end - start:
                return self.days[position] * DAY_US + start + left
            left -= end - start
        raise AssertionError("the sessions of a day add up to its working time")
