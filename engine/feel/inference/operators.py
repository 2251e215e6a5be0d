"""Which types operators take, and what comes out. Source: DMN 1.5, tables 53 to 58."""

from __future__ import annotations

from collections.abc import Mapping

from engine.feel.inference.static_types import BASIC, is_null, kind_of
from engine.feel.types import ANY, NULL, Type
from engine.feel.values import (
    DATE,
    DATE_AND_TIME,
    DAYS_AND_TIME,
    NUMBER,
    ORDERED,
    STRING,
    TIME,
    YEARS_AND_MONTHS,
)

_Pairs = Mapping[tuple[str, str], str]

_SHIFTED = {
    **{(moment, DAYS_AND_TIME): moment for moment in (DATE, DATE_AND_TIME, TIME)},
    **{(moment, YEARS_AND_MONTHS): moment for moment in (DATE, DATE_AND_TIME)},
}
_SAME = {(kind, kind): kind for kind in (NUMBER, DAYS_AND_TIME, YEARS_AND_MONTHS)}
_SCALED = {(kind, NUMBER): kind for kind in (NUMBER, DAYS_AND_TIME, YEARS_AND_MONTHS)}
_DAYS = (DATE, DATE_AND_TIME)

ARITHMETIC: Mapping[str, _Pairs] = {
    "+": {
        **_SAME,
        (STRING, STRING): STRING,
        **_SHIFTED,
        **{(span, moment): result for (moment, span), result in _SHIFTED.items()},
    },
    "-": {
        **_SAME,
        **_SHIFTED,
        **{(one, other): DAYS_AND_TIME for one in _DAYS for other in _DAYS},
        (TIME, TIME): DAYS_AND_TIME,
    },
    "*": {**_SCALED, **{(number, kind): result for (kind, number), result in _SCALED.items()}},
    "/": {**_SCALED, **{(kind, kind): NUMBER for kind in (NUMBER, DAYS_AND_TIME, YEARS_AND_MONTHS)}},
    "**": {(NUMBER, NUMBER): NUMBER},
}
"""Operator -> kinds of both operands -> kind of the result; every other pair is null."""
NEGATED = frozenset({NUMBER, DAYS_AND_TIME, YEARS_AND_MONTHS})


def result_of(operator: str, left: Type, right: Type) -> Type:
    """Null if no values of these types go together."""
    if is_null(left) or is_null(right):
        return NULL
    one, other = kind_of(left), kind_of(right)
    results = {
        result
        for (first, second), result in ARITHMETIC[operator].items()
        if one in (None, first) and other in (None, second)
    }
    if not results:
        return NULL
    return BASIC[results.pop()] if len(results) == 1 else ANY


def negated(operand: Type) -> Type:
    kind = kind_of(operand)
    if kind is None:
        return operand if is_null(operand) else ANY
    return BASIC[kind] if kind in NEGATED else NULL


def never_equal(left: Type, right: Type) -> bool:
    """Whether = and != of values of these types are always null; null itself may be compared."""
    one, other = kind_of(left), kind_of(right)
    return one is not None and other is not None and one != other


def never_ordered(left: Type, right: Type) -> bool:
    """Whether <, <=, > and >= of values of these types are always null; so they are with null itself."""
    one, other = kind_of(left), kind_of(right)
    return (
        (one is not None and one not in ORDERED)
        or (other is not None and other not in ORDERED)
        or never_equal(left, right)
    )
