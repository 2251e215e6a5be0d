"""Types of entries of contexts and of properties of other values. Source: DMN 1.5, clause 10.3.2.13."""

from __future__ import annotations

from collections.abc import Mapping

from engine.feel.inference.static_types import BASIC, bare, fields_of, kind_of, list_of
from engine.feel.types import ANY, ListType, RangeType, Type
from engine.feel.values import (
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_AND_TIME,
    DAYS_AND_TIME,
    LIST,
    NUMBER,
    RANGE,
    STRING,
    TIME,
    YEARS_AND_MONTHS,
)

_ON_DATE = {"year": NUMBER, "month": NUMBER, "day": NUMBER, "weekday": NUMBER}
_ON_TIME = {
    "hour": NUMBER,
    "minute": NUMBER,
    "second": NUMBER,
    "time offset": DAYS_AND_TIME,
    "timezone": STRING,
}
_PROPERTIES: Mapping[str, Mapping[str, str]] = {
    DATE: _ON_DATE,
    TIME: _ON_TIME,
    DATE_AND_TIME: {**_ON_DATE, **_ON_TIME},
    DAYS_AND_TIME: {"days": NUMBER, "hours": NUMBER, "minutes": NUMBER, "seconds": NUMBER},
    YEARS_AND_MONTHS: {"years": NUMBER, "months": NUMBER},
    RANGE: {"start included": BOOLEAN, "end included": BOOLEAN},
}
_BOUNDS = ("start", "end")


def property_type(base: Type, name: str) -> Type | None:
    """The type of `base.name`; of a list it is the list of its items' properties.

    None if no value of `base` has it, or contexts are declared without it.
    """
    plain = bare(base)
    kind = kind_of(plain)
    if isinstance(plain, ListType) and kind_of(plain.item) != LIST:
        found = property_type(plain.item, name)
        return None if found is None else list_of(found)
    if kind == LIST:
        return BASIC[LIST]
    if kind == CONTEXT:
        fields = fields_of(plain)
        return ANY if fields is None else fields.get(name)
    if kind is None:
        return ANY
    if kind == RANGE and name in _BOUNDS:
        return plain.bound if isinstance(plain, RangeType) else ANY
    found_kind = _PROPERTIES.get(kind, {}).get(name)
    return None if found_kind is None else BASIC[found_kind]


def property_names(base: Type) -> tuple[str, ...]:
    """What may be meant by a property that is not there."""
    plain = bare(base)
    if isinstance(plain, ListType):
        plain = bare(plain.item)
    kind = kind_of(plain)
    bounds = _BOUNDS if kind == RANGE else ()
    return (*(fields_of(plain) or ()), *_PROPERTIES.get(kind or "", ()), *bounds)
