"""How points and ranges lie to each other. Source: DMN 1.5, clause 10.3.4.9 (table 78).

A range that is open on one side, as `(< 5)`, reaches there without end.
"""

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


def _span(value: Value) -> _Span:
    if isinstance(value, Range):
        return _Span(value.start, value.end, value.start_included, value.end_included)
    return _Span(value, value, True, True)


def _order(one: Value, other: Value) -> int:
    result = compare(one, other)
    if result is None:
        raise Fault(f"Expected values with an order, but got {described(one)} and {described(other)}.")
    return result


def _starts(one: _Span, other: _Span) -> int:
    """Which begins first; of equal values the included one does."""
    if one.start is None or other.start is None:
        return (one.start is not None) - (other.start is not None)
    return _order(one.start, other.start) or other.start_included - one.start_included


def _ends(one: _Span, other: _Span) -> int:
    """Which ends first; of equal values the one that is not included does."""
    if one.end is None or other.end is None:
        return (one.end is None) - (other.end is None)
    return _order(one.end, other.end) or one.end_included - other.end_included


def _before(one: _Span, other: _Span) -> bool:
    if one.end is None or other.start is None:
        return False
    order = _order(one.end, other.start)
    return order < 0 or (order == 0 and not (one.end_included and other.start_included))


def _meets(one: _Span, other: _Span) -> bool:
    if one.end is None or other.start is None:
        return False
    return _order(one.end, other.start) == 0 and one.end_included and other.start_included


def _overlaps(one: _Span, other: _Span) -> bool:
    return not _before(one, other) and not _before(other, one)


def _overlaps_before(one: _Span, other: _Span) -> bool:
    return _overlaps(one, other) and _starts(one, other) < 0 and _ends(one, other) <= 0


def _finishes(one: _Span, other: _Span) -> bool:
    return _ends(one, other) == 0 and _starts(one, other) >= 0


def _during(one: _Span, other: _Span) -> bool:
    return _starts(one, other) >= 0 and _ends(one, other) <= 0


def _begins(one: _Span, other: _Span) -> bool:
    return _starts(one, other) == 0 and _ends(one, other) <= 0


def _coincides(one: _Span, other: _Span) -> bool:
    return _starts(one, other) == 0 and _ends(one, other) == 0


Relation = Callable[[_Span, _Span], bool]

_RANGES = "range1: range, range2: range"
_POINTS = "point1: point, point2: point"
_POINT_IN_RANGE = "point: point, range: range"
_RANGE_AND_POINT = "range: range, point: point"


def _declare(name: str, relation: Relation, *signatures: str) -> None:
    def related(run: Run, first: Value, second: Value) -> bool:
        return relation(_span(first), _span(second))

    for signature in signatures:
        LIBRARY.function(name, f"{signature} -> boolean")(related)


def _turned(relation: Relation) -> Relation:
    return lambda one, other: relation(other, one)


for _name, _relation in {"before": _before, "after": _turned(_before)}.items():
    _declare(_name, _relation, _POINTS, _POINT_IN_RANGE, _RANGE_AND_POINT, _RANGES)
for _name, _relation in {
    "meets": _meets,
    "met by": _turned(_meets),
    "overlaps": _overlaps,
    "overlaps before": _overlaps_before,
    "overlaps after": _turned(_overlaps_before),
}.items():
    _declare(_name, _relation, _RANGES)
for _name, _relation in {"finishes": _finishes, "during": _during, "starts": _begins}.items():
    _declare(_name, _relation, _POINT_IN_RANGE, _RANGES)
for _name, _relation in {
    "finished by": _turned(_finishes),
    "includes": _turned(_during),
    "started by": _turned(_begins),
}.items():
    _declare(_name, _relation, _RANGE_AND_POINT, _RANGES)
_declare("coincides", _coincides, _POINTS, _RANGES)
