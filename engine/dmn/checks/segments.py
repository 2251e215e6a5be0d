"""The values that one column can have, parted where its cells may begin to differ.

An axis is a row of segments: every value lies in exactly one, and no constant of the column's cells
parts the values of one segment. Numbers, dates, times and durations are lines of points and the open
intervals between them; strings are those that are written, and all others together; null stands
alone, and so does everything of a kind that no cell speaks of. A set of segments is an int, one bit each.
Exact: no floats; an interval that has no value inside, as between two days, is no segment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum

from engine.feel.numbers import CONTEXT, EXACT, Number
from engine.feel.values import (
    BOOLEAN,
    DATE,
    DATE_AND_TIME,
    DAYS_AND_TIME,
    MAX_MONTHS,
    NUMBER,
    STRING,
    TIME,
    YEARS_AND_MONTHS,
    Value,
    YearsMonths,
)

ZONED = "date and time with a zone"
ORDERED_FAMILIES = frozenset({NUMBER, DATE, DATE_AND_TIME, ZONED, TIME, DAYS_AND_TIME, YEARS_AND_MONTHS})
"""Strings have an order as well, but whether there is a string between two others is not asked here."""
_FAMILIES = (
    *(NUMBER, DATE, DATE_AND_TIME, ZONED, TIME, DAYS_AND_TIME, YEARS_AND_MONTHS),
    *(BOOLEAN, STRING),
)
_FAMILY_OF_TYPE: Mapping[type, str] = {
    int: NUMBER,
    Decimal: NUMBER,
    bool: BOOLEAN,
    str: STRING,
    date: DATE,
    datetime: DATE_AND_TIME,
    time: TIME,
    timedelta: DAYS_AND_TIME,
    YearsMonths: YEARS_AND_MONTHS,
}
KIND_OF_FAMILY = {family: DATE_AND_TIME if family == ZONED else family for family in _FAMILIES}

_LARGEST = Decimal((0, (9,) * 34, 6111))
_DAY = timedelta(days=1)
_TICK = timedelta(seconds=1)
"""The smallest step that counts: FEEL compares clocks by whole seconds."""
_SOME_DAY = date(2000, 1, 1)


class Form(Enum):
    POINT = "point"
    INTERVAL = "interval"
    OTHER_TEXT = "other text"
    NULL = "null"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Segment:
    """`low` and `high` are the ends, both the value itself for a point; None where an interval has none.

    `witness` lies inside; a point is its own; None for null, for other kinds, and if none was found.
    """

    form: Form
    family: str
    witness: Value
    low: Value = None
    high: Value = None


class Line:
    """The segments of one family: bits `first` up to `stop`, in the order of their values."""

    __slots__ = ("_positions", "first", "stop")

    def __init__(self, *, first: int, stop: int, positions: Mapping[Value, int]) -> None:
        self.first = first
        self.stop = stop
        self._positions = positions

    @property
    def mask(self) -> int:
        return _bits(self.first, self.stop)

    def at(self, value: Value) -> int:
        return 1 << self._positions[value]

    def below(self, value: Value, *, included: bool) -> int:
        return _bits(self.first, self._positions[value] + included)

    def above(self, value: Value, *, included: bool) -> int:
        return _bits(self._positions[value] + (not included), self.stop)


class Axis:
    def __init__(self, constants: Mapping[str, Collection[Value]]) -> None:
        """`constants`: by family, those that part the values; a family may be known without any."""
        self.segments: list[Segment] = []
        self.lines: dict[str, Line] = {}
        for family in _FAMILIES:
            if family in constants:
                self.lines[family] = self._line(family, constants[family])
        self.other_text = _bits(len(self.segments) - 1, len(self.segments)) if STRING in constants else 0
        self.null = 1 << len(self.segments)
        self.segments.append(Segment(Form.NULL, "", None))
        self.other = 1 << len(self.segments)
        self.segments.append(Segment(Form.OTHER, "", None))
        self.all = (self.other << 1) - 1

    def _line(self, family: str, constants: Collection[Value]) -> Line:
        first = len(self.segments)
        positions: dict[Value, int] = {}
        if family == BOOLEAN:
            constants = (False, True)
        points = sorted(constants)
        low: Value = None
        for point in points:
            if family in ORDERED_FAMILIES:
                self._add_interval(family, low, point)
            positions[point] = len(self.segments)
            self.segments.append(Segment(Form.POINT, family, point, point, point))
            low = point
        if family in ORDERED_FAMILIES:
            self._add_interval(family, low, None)
        if family == STRING:
            self.segments.append(Segment(Form.OTHER_TEXT, family, _other_text(positions)))
        return Line(first=first, stop=len(self.segments), positions=positions)

    def _add_interval(self, family: str, low: Value, high: Value) -> None:
        witness = between(family, low, high)
        # Only of these it is certain that nothing lies between: others may have finer values or larger.
        empty = family in (NUMBER, DATE, YEARS_AND_MONTHS) and low is not None and high is not None
        if witness is not None or not empty:
            self.segments.append(Segment(Form.INTERVAL, family, witness, low, high))

    def chosen(self, mask: int) -> list[Segment]:
        """The segments of `mask`, in order."""
        found = []
        while mask:
            lowest = mask & -mask
            found.append(self.segments[lowest.bit_length() - 1])
            mask ^= lowest
        return found


def family_of(value: Value) -> str | None:
    """The line that `value` is a point of; None if it is on none.

    Times with a zone, dates and times with a named one, and fractions of a second are on none: their
    order and their equality do not go together.
    """
    family = _FAMILY_OF_TYPE.get(type(value))
    if family == DATE_AND_TIME:
        if value.microsecond or not isinstance(value.tzinfo, timezone | None):
            return None
        return ZONED if value.tzinfo else DATE_AND_TIME
    if family == TIME and (value.microsecond or value.tzinfo):
        return None
    return family


def between(family: str, low: Value, high: Value) -> Value:
    """A value strictly between the two, as plain as can be; None for an end means no bound there.

    None if there is no such value.
    """
    match family:
        case "number":
            return _number_between(low, high)
        case "date":
            return _moment_between(low, high, date.min, date.max, _DAY, _SOME_DAY)
        case "time":
            return _time_between(low, high)
        case "days and time duration":
            return _moment_between(low, high, timedelta.min, timedelta.max, _TICK, timedelta(), step=_DAY)
        case "years and months duration":
            months = _whole_between(low and low.months, high and high.months, MAX_MONTHS)
            return None if months is None else YearsMonths(months)
    zone = next((bound.tzinfo for bound in (low, high) if bound is not None), None)
    least, most = datetime.min.replace(tzinfo=zone), datetime.max.replace(tzinfo=zone)
    some = datetime(2000, 1, 1, tzinfo=zone)
    return _moment_between(low, high, least, most, _TICK, some, step=_DAY)


def _number_between(low: Number | None, high: Number | None) -> Number | None:
    if low is None:
        return 0 if high is None else _number_beside(high, up=False)
    if high is None:
        return _number_beside(low, up=True)
    if type(low) is int and type(high) is int and high - low > 1:
        return (low + high) // 2
    half = EXACT.multiply(EXACT.add(Decimal(low), Decimal(high)), Decimal("0.5"))
    # Correctly rounded, the middle is an end only if no number of 34 digits lies between the two.
    middle = CONTEXT.plus(half)
    if not low < middle < high:
        return None
    scale = max(0, -EXACT.subtract(Decimal(high), Decimal(low)).adjusted())
    if scale < 30 and middle.adjusted() < 30:
        for digits in (0, scale, scale + 1):
            plain = middle.quantize(Decimal(1).scaleb(-digits), context=EXACT)
            if low < plain < high and len(plain.as_tuple().digits) <= 34:
                return int(plain) if digits == 0 else plain
    return middle


def _number_beside(bound: Number, *, up: bool) -> Number | None:
    """One more or less; twice as much where one makes no difference."""
    for step in (Decimal(1 if up else -1), Decimal(bound)):
        total = EXACT.add(Decimal(bound), step)
        if total.copy_abs() <= _LARGEST:
            candidate = CONTEXT.plus(total)
            if (candidate > bound) if up else (candidate < bound):
                return int(candidate) if type(bound) is int else candidate
    edge = _LARGEST if up else _LARGEST.copy_negate()
    return None if edge == bound else edge


def _whole_between(low: int | None, high: int | None, bound: int) -> int | None:
    least = -bound if low is None else low + 1
    most = bound if high is None else high - 1
    if least > most:
        return None
    if low is None:
        return 0 if high is None else most
    return least if high is None else (least + most) // 2


def _moment_between(
    low: Value,
    high: Value,
    least: Value,
    most: Value,
    tick: timedelta,
    some: Value,
    *,
    step: timedelta = _DAY,
) -> Value:
    """Of dates, dates and times, and durations: `tick` is their smallest step, `step` a plain one."""
    if low is None and high is None:
        return some
    if high is None:
        return next((low + each for each in (step, tick) if low <= most - each), None)
    if low is None:
        return next((high - each for each in (step, tick) if high >= least + each), None)
    try:
        span = high - low
    except OverflowError:
        return some  # Durations so far apart that zero lies between them.
    if span <= tick:
        return None
    half = span / 2
    return low + max(tick, half - half % (_DAY if half >= _DAY else tick))


def _time_between(low: time | None, high: time | None) -> time | None:
    first, last = datetime.combine(_SOME_DAY, time.min), datetime.combine(_SOME_DAY, time(23, 59, 59))
    if low is None and high is None:
        return time(12)
    one = None if low is None else datetime.combine(_SOME_DAY, low)
    other = None if high is None else datetime.combine(_SOME_DAY, high)
    hour = timedelta(hours=1)
    moment: datetime | None = _moment_between(one, other, first, last, _TICK, first, step=hour)
    return None if moment is None else moment.time()


def _other_text(known: Collection[str]) -> str:
    candidate = "其他"
    while candidate in known:
        candidate += "…"
    return candidate


def _bits(first: int, stop: int) -> int:
    return (1 << stop) - (1 << first) if stop > first else 0
