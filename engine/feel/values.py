"""What a FEEL value is in Python, and when two of them are equal or ordered.

null None, boolean bool, number int or Decimal (never float), string str, date date, date and time
datetime, time time, days and time duration timedelta, years and months duration YearsMonths, list
list, context dict, range Range, function Function.
Source: DMN 1.5, clauses 10.3.2.2 (types) and 10.3.2.13 (equality and order).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

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

MAX_MONTHS = 12 * 999_999_999


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years and months duration: `months` may be negative."""

    months: int


@dataclass(frozen=True, slots=True)
class Range:
    """`start` None or `end` None means unbounded on that side, as in `(< 5)`."""

    start: Value
    end: Value
    start_included: bool
    end_included: bool


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
    list: LIST,
    dict: CONTEXT,
    Range: RANGE,
}
ORDERED = frozenset({NUMBER, STRING, DATE, DATE_AND_TIME, TIME, DAYS_AND_TIME, YEARS_AND_MONTHS})


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
    """None if the two are of different types, which FEEL calls an error."""
    if left is None or right is None:
        return left is right
    left_kind = kind(left)
    if left_kind != kind(right):
        return None
    if left_kind == LIST:
        return len(left) == len(right) and all(
            equal(one, other) is True for one, other in zip(left, right, strict=True)
        )
    if left_kind == CONTEXT:
        return left.keys() == right.keys() and all(equal(left[key], right[key]) is True for key in left)
    if left_kind == RANGE:
        return (left.start_included, left.end_included) == (right.start_included, right.end_included) and (
            equal(left.start, right.start) is True and equal(left.end, right.end) is True
        )
    if left_kind in (FUNCTION, FOREIGN):
        return left is right
    if left_kind == TIME:
        return bool(
            left.replace(tzinfo=None) == right.replace(tzinfo=None) and _offset(left) == _offset(right)
        ) or (left.tzinfo is not None and right.tzinfo is not None and bool(left == right))
    return bool(left == right)


def compare(left: Value, right: Value) -> int | None:
    """-1, 0 or 1; None if the two have no order: null, different types, one with and one without zone."""
    left_kind = kind(left)
    if left_kind not in ORDERED or left_kind != kind(right):
        return None
    if left_kind in (DATE_AND_TIME, TIME) and (left.utcoffset() is None) != (right.utcoffset() is None):
        return None
    return int(left > right) - int(left < right)


def in_range(value: Value, bounds: Range) -> bool | None:
    """Whether `value` lies in `bounds`; None if they cannot be compared."""
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
        return (
            name,
            identity(value.start),
            identity(value.end),
            value.start_included,
            value.end_included,
        )
    if name in (FUNCTION, FOREIGN):
        return name, id(value)
    if name == DATE_AND_TIME and value.utcoffset() is not None:
        return name, value.astimezone(UTC)
    if name == TIME and value.utcoffset() is None and value.tzinfo is not None:
        return name, value.replace(tzinfo=None), str(value.tzinfo)
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


def _offset(value: time) -> object:
    offset = value.utcoffset()
    return offset if offset is not None or value.tzinfo is None else str(value.tzinfo)
