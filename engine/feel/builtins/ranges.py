"""How points and ranges lie to each other. Source: DMN 1.5, clause 10.3.4.9 (table 78)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.feel.builtins.signature import Library
from engine.feel.errors import Fault
from engine.feel.run import Run
from engine.feel.values import Range, Value, compare, described

LIBRARY = Library()


@dataclass(frozen=True, slots=True)
class _Span:
    """A range, or a point as a closed range of one value."""

    start: Value
    end: Value
    start_included: bool
    end_included: bool
    is_point: bool


def _span(value: Value) -> _Span:
    if isinstance(value, Range):
        if value.start is None or value.end is None:
            raise Fault("Expected a range with two ends, but one is open.")
        return _Span(value.start, value.end, value.start_included, value.end_included, False)
    return _Span(value, value, True, True, True)


def _order(one: Value, other: Value) -> int:
    result = compare(one, other)
    if result is None:
        raise Fault(f"Expected values with an order, but got {described(one)} and {described(other)}.")
    return result


def _starts(one: _Span, other: _Span) -> int:
    """Which begins first; of equal values the included one does."""
    return _order(one.start, other.start) or other.start_included - one.start_included


def _ends(one: _Span, other: _Span) -> int:
    return _order(one.end, other.end) or one.end_included - other.end_included


def _before(one: _Span, other: _Span) -> bool:
    order = _order(one.end, other.start)
    return order < 0 or (order == 0 and not (one.end_included and other.start_included))


def _meets(one: _Span, other: _Span) -> bool:
    return _order(one.end, other.start) == 0 and one.end_included and other.start_included


def _overlaps(one: _Span, other: _Span) -> bool:
    return not _before(one, other) and not _before(other, one)


def _declare(
    name: str, parameters: tuple[str, str], relation: Callable[[_Span, _Span], bool], *, points: str = ""
) -> None:
    """`points`: which of the two may be a point ("1", "2", "12"), besides ranges."""

    @LIBRARY.function(name, f"{parameters[0]}: any, {parameters[1]}: any")
    def related(run: Run, first: Value, second: Value) -> bool:
        one, other = _span(first), _span(second)
        if (one.is_point and "1" not in points) or (other.is_point and "2" not in points):
            raise Fault(f"Expected ranges, but got {described(first)} and {described(second)}.")
        return relation(one, other)


_declare("before", ("point1", "point2"), _before, points="12")
_declare("after", ("point1", "point2"), lambda one, other: _before(other, one), points="12")
_declare("meets", ("range1", "range2"), _meets)
_declare("met by", ("range1", "range2"), lambda one, other: _meets(other, one))
_declare("overlaps", ("range1", "range2"), _overlaps)
_declare(
    "overlaps before",
    ("range1", "range2"),
    lambda one, other: _overlaps(one, other) and _starts(one, other) < 0 and _ends(one, other) <= 0,
)
_declare(
    "overlaps after",
    ("range1", "range2"),
    lambda one, other: _overlaps(one, other) and _starts(one, other) >= 0 and _ends(one, other) > 0,
)
_declare(
    "finishes",
    ("point", "range"),
    lambda one, other: _ends(one, other) == 0 and _starts(one, other) >= 0,
    points="1",
)
_declare(
    "finished by",
    ("range", "point"),
    lambda one, other: _ends(one, other) == 0 and _starts(one, other) <= 0,
    points="2",
)
_declare(
    "includes",
    ("range", "point"),
    lambda one, other: _starts(one, other) <= 0 and _ends(one, other) >= 0,
    points="2",
)
_declare(
    "during",
    ("point", "range"),
    lambda one, other: _starts(one, other) >= 0 and _ends(one, other) <= 0,
    points="1",
)
_declare(
    "starts",
    ("point", "range"),
    lambda one, other: _starts(one, other) == 0 and _ends(one, other) <= 0,
    points="1",
)
_declare(
    "started by",
    ("range", "point"),
    lambda one, other: _starts(one, other) == 0 and _ends(one, other) >= 0,
    points="2",
)
_declare(
    "coincides",
    ("point1", "point2"),
    lambda one, other: _starts(one, other) == 0 and _ends(one, other) == 0 and one.is_point == other.is_point,
    points="12",
)
