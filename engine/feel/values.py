"""What a FEEL value is in Python, and when two of them are equal or ordered.

null None, boolean bool, number int or Decimal (never float), string str, date date or FarDate, date and
time datetime or FarDateTime, time time or FineTime, days and time duration timedelta or FarSpan (the
second of each where the first cannot hold the value), years and months duration YearsMonths, list
list, context dict, range Range, function Function.
Source: DMN 1.5, clauses 10.3.2.2 (types) and 10.3.2.13 (equality and order).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.clocks import exact_reading, order_of_moments, order_of_times, reading
from engine.feel.far import FarDate, FarDateTime, FarSpan, FineTime

Value = Any
"""One of the types that this module's docstring names."""

BOOLEAN = "boolean"
NUMBER = "number"
STRING = "string"
DATE = "date"
DATE_AND_TIME = "date and time"
TIME = "time"
DAYS_AND_TIME = "days and time duration"
YEARS_AND_MONTHS = "years and months duration"
LIST = "list"
CONTEXT = "context"
RANGE = "range"
FUNCTION = "function"
NULL = "null"
FOREIGN = "a value that is not FEEL's"

MAX_MONTHS = 12 * 9_999_999_999
"""Several times what lies between the first and the last year."""


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years and months duration: `months` may be negative."""

    months: int


Temporal = date | time | timedelta | YearsMonths | FarDate | FarDateTime | FineTime | FarSpan
"""Also datetime, which is a date to Python; good for `isinstance`."""


@dataclass(frozen=True, slots=True)
class Range:
    """`start` None or `end` None means unbounded on that side, as in `(< 5)`."""

    start: Value
    end: Value
    start_included: bool
    end_included: bool
    operator: str = ""
    """ "=" for `(= 5)`, which is not equal to [5..5]; "!=" for `(!= 5)`, which is all but its ends."""


class Function(ABC):
    """A function value: built in or defined in an expression."""

    parameters: tuple[str, ...]
    parameter_types: tuple[Any, ...] | None = None
    """A `types.Type` for each parameter; None if nothing is said of them."""
    result_type: Any = None
    """The `types.Type` of results; None if nothing is said of it."""

    @abstractmethod
    def call(self, run: Any, arguments: Sequence[Value], *, position: int) -> Value:
        """The result of the call within the evaluation `run`."""


_KIND_OF_TYPE: dict[type, str] = {
    type(None): NULL,
    bool: BOOLEAN,
    int: NUMBER,
    Decimal: NUMBER,
    str: STRING,
    datetime: DATE_AND_TIME,
    date: DATE,
    time: TIME,
    timedelta: DAYS_AND_TIME,
    YearsMonths: YEARS_AND_MONTHS,
    FarDate: DATE,
    FarDateTime: DATE_AND_TIME,
    FineTime: TIME,
    FarSpan: DAYS_AND_TIME,
    list: LIST,
    dict: CONTEXT,
    Range: RANGE,
}
ORDERED = frozenset({NUMBER, STRING, DATE, DATE_AND_TIME, TIME, DAYS_AND_TIME, YEARS_AND_MONTHS})
_EQUAL_IN_PYTHON = frozenset({NUMBER, STRING, BOOLEAN, DATE, DAYS_AND_TIME, YEARS_AND_MONTHS, FUNCTION})


def kind(value: Value) -> str:
    """The name of `value`'s FEEL type; FOREIGN for anything that must not be in a context."""
    known = _KIND_OF_TYPE.get(type(value))
    if known is not None:
        return known
    if isinstance(value, Function):
        return FUNCTION
    # Enums of our own and the like: the first base decides, bool and datetime before their parents.
    for base, name in _KIND_OF_TYPE.items():
        if isinstance(value, base):
            return name
    return FOREIGN


def described(value: Value) -> str:
    """For error texts: the type and never the content, which may be personal data."""
    name = kind(value)
    return name if name in (NULL, FOREIGN) else f"a {name}"


def equal(left: Value, right: Value) -> bool | None:
    """None if the two are of different types, which FEEL calls an error.

    Times are compared by whole seconds (clauses 10.3.2.3.4 and 10.3.2.3.6), at their offsets; one with
    and one without an offset are never equal.
    """
    if left is None or right is None:
        return left is right
    left_kind = kind(left)
    if left_kind != kind(right):
        return None
    if left_kind in _EQUAL_IN_PYTHON:
        return bool(left == right)
    if left_kind == DATE_AND_TIME:
        return order_of_moments(left, right, lending=False) == 0
    if left_kind == TIME:
        return order_of_times(left, right, lending=False) == 0
    if left_kind == FOREIGN:
        return left is right
    return _parts_agree(left_kind, left, right, equal)


def same(left: Value, right: Value) -> bool:
    """Equal to the last decimal, of one type, and for times with the same zone: what `is` asks.

    Source: DMN 1.5, clause 10.3.4.11, `is(value1, value2)`.
    """
    left_kind = kind(left)
    if left_kind != kind(right):
        return False
    if left_kind in (DATE_AND_TIME, TIME):
        return exact_reading(left) == exact_reading(right)
    if left_kind in (LIST, CONTEXT, RANGE):
        return _parts_agree(left_kind, left, right, same)
    return equal(left, right) is True


def _parts_agree(name: str, left: Value, right: Value, agree: Callable[[Value, Value], bool | None]) -> bool:
    """For lists, contexts and ranges, whose parts may be null, as the open side of a range is."""
    if name == LIST:
        return len(left) == len(right) and all(
            agree(one, other) is True for one, other in zip(left, right, strict=True)
        )
    if name == CONTEXT:
        return left.keys() == right.keys() and all(agree(left[key], right[key]) is True for key in left)
    return _shape(left) == _shape(right) and (
        agree(left.start, right.start) is True and agree(left.end, right.end) is True
    )


def _shape(bounds: Range) -> Hashable:
    return bounds.start_included, bounds.end_included, bounds.operator


def compare(left: Value, right: Value) -> int | None:
    """-1, 0 or 1; None if the two have no order: null or different types.

    Of two times of which one has no offset, it takes that of the other (clause 10.3.2.13).
    """
    left_kind = kind(left)
    if left_kind not in ORDERED or left_kind != kind(right):
        return None
    if left_kind == DATE_AND_TIME:
        return order_of_moments(left, right, lending=True)
    if left_kind == TIME:
        return order_of_times(left, right, lending=True)
    return int(left > right) - int(left < right)


def in_range(value: Value, bounds: Range) -> bool | None:
    """Whether `value` lies in `bounds`; None if they cannot be compared."""
    if bounds.operator == "!=":
        result = equal(value, bounds.start)
        return None if result is None else not result
    if bounds.start is not None:
        order = compare(value, bounds.start)
        if order is None:
            return None
        if order < 0 or (order == 0 and not bounds.start_included):
            return False
    if bounds.end is not None:
        order = compare(value, bounds.end)
        if order is None:
            return None
        if order > 0 or (order == 0 and not bounds.end_included):
            return False
    return bounds.start is not None or bounds.end is not None


def identity(value: Value) -> Hashable:
    """Two values have the same identity exactly if `equal` calls them equal: for sets and indexes."""
    name = kind(value)
    if name == LIST:
        return name, tuple(identity(item) for item in value)
    if name == CONTEXT:
        return name, frozenset((key, identity(item)) for key, item in value.items())
    if name == RANGE:
        return name, identity(value.start), identity(value.end), _shape(value)
    if name == FOREIGN:
        return name, id(value)
    if name in (DATE_AND_TIME, TIME):
        return name, reading(value)
    return name, value


def weight(value: Value, *, limit: int) -> int:
    """How many values `value` is made of, counted no further than just over `limit`.

    Values share parts: sixty times [x, x] has 2^60 of them, so every walk asks here first.
    """
    if type(value) is not list and type(value) is not dict:
        return 1
    total = 0
    waiting: list[Value] = [value]
    while waiting:
        current = waiting.pop()
        total += 1
        if total > limit:
            return total
        if type(current) is list:
            waiting.extend(current)
        elif type(current) is dict:
            waiting.extend(current.values())
    return total
