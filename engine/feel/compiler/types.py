"""Type names as predicates. Source: DMN 1.5, clause 10.3.2.9 (type conformance)."""

from __future__ import annotations

from collections.abc import Callable

from engine.feel.syntax import TypeName
from engine.feel.values import (
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_AND_TIME,
    DAYS_AND_TIME,
    FUNCTION,
    LIST,
    NUMBER,
    RANGE,
    STRING,
    TIME,
    YEARS_AND_MONTHS,
    Value,
    kind,
)

Predicate = Callable[[Value], bool]

_BASIC = frozenset(
    {
        BOOLEAN,
        NUMBER,
        STRING,
        DATE,
        DATE_AND_TIME,
        TIME,
        DAYS_AND_TIME,
        YEARS_AND_MONTHS,
        LIST,
        CONTEXT,
        RANGE,
    }
    | {FUNCTION}
)
_OTHER_NAMES = {"day time duration": DAYS_AND_TIME, "dateTime": DATE_AND_TIME}


def predicate_of(type_: TypeName) -> Predicate | None:
    """Whether a value has the type; null has none but Null. None if the type does not exist."""
    if type_.name == "Any":
        return lambda value: value is not None
    if type_.name == "Null":
        return lambda value: value is None
    name = _OTHER_NAMES.get(type_.name, type_.name)
    if name not in _BASIC:
        return None
    if name == CONTEXT and type_.fields:
        return _fields(type_)
    if name == FUNCTION and type_.arguments:
        arity = len(type_.arguments) - 1
        return lambda value: kind(value) == FUNCTION and len(value.parameters) == arity
    if not type_.arguments:
        return lambda value: kind(value) == name
    item = predicate_of(type_.arguments[0])
    if item is None:
        return None
    if name == LIST:
        return lambda value: kind(value) == LIST and all(each is None or item(each) for each in value)
    return lambda value: (
        kind(value) == RANGE and all(bound is None or item(bound) for bound in (value.start, value.end))
    )


def named_type(name: str) -> Predicate | None:
    """The predicate of a type without arguments, as DMN files name it in `typeRef`."""
    return predicate_of(TypeName(name))


def _fields(type_: TypeName) -> Predicate | None:
    fields = []
    for name, field_type in type_.fields:
        predicate = predicate_of(field_type)
        if predicate is None:
            return None
        fields.append((name, predicate))
    return lambda value: (
        kind(value) == CONTEXT
        and all(
            name in value and (value[name] is None or predicate(value[name])) for name, predicate in fields
        )
    )
