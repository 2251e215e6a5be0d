"""Types: which values have one, when one fits another, and how a value is made to fit.

What belongs here: types as values of the compiler. What does not: their names in texts
(`type_parser`) and in DMN files (`engine.dmn`). null has no type but Null; a declared type allows it.
Source: DMN 1.5, clauses 10.3.2.2 (types), 10.3.2.9 (equivalence, conformance, conversions).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.feel.run import Run
from engine.feel.temporal import midnight
from engine.feel.type_names import TypeName
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
    Function,
    Range,
    Value,
    described,
    kind,
)

MAX_TYPE_DEPTH = 50
"""Names of types that may stand for one another."""

Assumed = set[tuple[int, int]] | None
"""Pairs of types, by identity, that are being compared further out."""


class Type(ABC):
    """`name` as one would write it."""

    name: str

    @abstractmethod
    def has(self, value: Value) -> bool:
        """Whether `value` is an instance, as `instance of` asks: allowed values do not count."""

    def allows(self, value: Value, run: Run) -> bool:
        """As `has`, and allowed values do count, also inside of `value`; null is allowed anywhere."""
        return value is None or self.has(value)

    @abstractmethod
    def fits(self, other: Type, assumed: Assumed = None) -> bool:
        """Whether every value of this type is one of `other` too (conformance, clause 10.3.2.9.2)."""


@dataclass(frozen=True, slots=True)
class AnyType(Type):
    name: str = "Any"

    def has(self, value: Value) -> bool:
        return value is not None

    def allows(self, value: Value, run: Run) -> bool:
        return True

    def fits(self, other: Type, assumed: Assumed = None) -> bool:
        return isinstance(_bare(other), AnyType)


@dataclass(frozen=True, slots=True)
class NullType(Type):
    name: str = "Null"

    def has(self, value: Value) -> bool:
        return value is None

    def fits(self, other: Type, assumed: Assumed = None) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class BasicType(Type):
    """A type without parts; also `list`, `context` and so on, of which nothing more is said."""

    name: str

    def has(self, value: Value) -> bool:
        return kind(value) == self.name

    def fits(self, other: Type, assumed: Assumed = None) -> bool:
        other = _bare(other)
        return isinstance(other, AnyType) or (isinstance(other, BasicType) and other.name == self.name)


@dataclass(frozen=True, slots=True)
class ListType(Type):
    item: Type

    @property
    def name(self) -> str:  # type: ignore[override]
        return f"list<{self.item.name}>"

    def has(self, value: Value) -> bool:
        return kind(value) == LIST and all(item is None or self.item.has(item) for item in value)

    def allows(self, value: Value, run: Run) -> bool:
        return value is None or (kind(value) == LIST and all(self.item.allows(item, run) for item in value))

    def fits(self, other: Type, assumed: Assumed = None) -> bool:
        other = _bare(other)
        if isinstance(other, ListType):
            return self.item.fits(other.item, assumed)
        return isinstance(other, AnyType) or other == BasicType(LIST)


@dataclass(frozen=True, slots=True)
class RangeType(Type):
    bound: Type

    @property
    def name(self) -> str:  # type: ignore[override]
        return f"range<{self.bound.name}>"

    def has(self, value: Value) -> bool:
        return isinstance(value, Range) and all(
            bound is None or self.bound.has(bound) for bound in (value.start, value.end)
        )

    def fits(self, other: Type, assumed: Assumed = None) -> bool:
        other = _bare(other)
        if isinstance(other, RangeType):
            return self.bound.fits(other.bound, assumed)
        return isinstance(other, AnyType) or other == BasicType(RANGE)


@dataclass(frozen=True, slots=True)
class ContextType(Type):
    """Values may have further entries; an entry that is named must be there, if only as null."""

    fields: tuple[tuple[str, Type], ...]

    @property
    def name(self) -> str:  # type: ignore[override]
        return f"context<{', '.join(f'{key}: {type_.name}' for key, type_ in self.fields)}>"

    def has(self, value: Value) -> bool:
        return kind(value) == CONTEXT and all(
            name in value and (value[name] is None or type_.has(value[name])) for name, type_ in self.fields
        )

    def allows(self, value: Value, run: Run) -> bool:
        return value is None or (
            kind(value) == CONTEXT
            and all(name in value and type_.allows(value[name], run) for name, type_ in self.fields)
        )

    def fits(self, other: Type, assumed: Assumed = None) -> bool:
        other = _bare(other)
        if isinstance(other, ContextType):
            own = dict(self.fields)
            return all(name in own and own[name].fits(type_, assumed) for name, type_ in other.fields)
        return isinstance(other, AnyType) or other == BasicType(CONTEXT)


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    """`result` is Any where nothing is said of it."""

    parameters: tuple[Type, ...]
    result: Type

    @property
    def name(self) -> str:  # type: ignore[override]
        return f"function<{', '.join(type_.name for type_ in self.parameters)}> -> {self.result.name}"

    def has(self, value: Value) -> bool:
        return isinstance(value, Function) and type_of_function(value).fits(self)

    def fits(self, other: Type, assumed: Assumed = None) -> bool:
        """Parameters the other way round; a result of which nothing is known fits every other."""
        other = _bare(other)
        if isinstance(other, FunctionType):
            return (
                len(self.parameters) == len(other.parameters)
                and all(
                    theirs.fits(own, assumed)
                    for own, theirs in zip(self.parameters, other.parameters, strict=True)
                )
                and (isinstance(self.result, AnyType) or self.result.fits(other.result, assumed))
            )
        return isinstance(other, AnyType) or other == BasicType(FUNCTION)


@dataclass(frozen=True, slots=True)
class ConstrainedType(Type):
    """`base` with allowed values: `constraint(run, value)` says whether a value is one."""

    base: Type
    constraint: Callable[[Run, Value], bool]
    name: str

    def has(self, value: Value) -> bool:
        return self.base.has(value)

    def allows(self, value: Value, run: Run) -> bool:
        return value is None or (self.base.allows(value, run) and self.constraint(run, value))

    def fits(self, other: Type, assumed: Assumed = None) -> bool:
        return self is other or self.base.fits(other, assumed)


class NamedType(Type):
    """A type of a model, which may name itself: `base` is set when all names are known."""

    __slots__ = ("base", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.base: Type = AnyType()

    def has(self, value: Value) -> bool:
        return self.base.has(value)

    def allows(self, value: Value, run: Run) -> bool:
        return self.base.allows(value, run)

    def fits(self, other: Type, assumed: Assumed = None) -> bool:
        """Two types that name themselves fit if nothing speaks against it: a pair is looked at once."""
        if self is other:
            return True
        assumed = set() if assumed is None else assumed
        pair = (id(self), id(other))
        if pair in assumed:
            return True
        assumed.add(pair)
        return self.base.fits(other, assumed)


ANY = AnyType()
NULL = NullType()
BASIC_TYPES: Mapping[str, Type] = {
    "Any": ANY,
    "Null": NULL,
    "day time duration": BasicType(DAYS_AND_TIME),
    "year month duration": BasicType(YEARS_AND_MONTHS),
    "dateTime": BasicType(DATE_AND_TIME),
    "dayTimeDuration": BasicType(DAYS_AND_TIME),
    "yearMonthDuration": BasicType(YEARS_AND_MONTHS),
    **{
        name: BasicType(name)
        for name in (
            *(BOOLEAN, NUMBER, STRING, DATE, DATE_AND_TIME, TIME, DAYS_AND_TIME, YEARS_AND_MONTHS),
            *(LIST, CONTEXT, RANGE, FUNCTION),
        )
    },
}


def resolved(written: TypeName, known: Mapping[str, Type]) -> Type | None:
    """The type that `written` means among the types `known` of a model; None if there is none."""
    if written.name == CONTEXT and written.fields:
        fields = [(name, resolved(type_, known)) for name, type_ in written.fields]
        if any(type_ is None for _name, type_ in fields):
            return None
        return ContextType(tuple((name, type_) for name, type_ in fields if type_ is not None))
    if written.arguments:
        arguments = [resolved(argument, known) for argument in written.arguments]
        whole = [argument for argument in arguments if argument is not None]
        if len(whole) != len(arguments):
            return None
        if written.name == FUNCTION:
            return FunctionType(tuple(whole[:-1]), whole[-1])
        return ListType(whole[0]) if written.name == LIST else RangeType(whole[0])
    return known.get(written.name) or BASIC_TYPES.get(written.name)


def type_of_function(function: Function) -> FunctionType:
    parameters = function.parameter_types
    if parameters is None:
        parameters = tuple(ANY for _ in function.parameters)
    return FunctionType(parameters, function.result_type or ANY)


def coerced(run: Run, type_: Type, value: Value, *, what: str, at: int = 0) -> Value:
    """`value` as `type_` wants it, or null with a diagnostic that names `what`.

    A list of one becomes its item, a value where a list is wanted a list of one, a date where a date
    and time is wanted its midnight in UTC. Source: DMN 1.5, clause 10.3.2.9.4 (type conversions).
    """
    if value is None or type(type_) is AnyType:
        return value
    run.weigh(value)
    if type_.allows(value, run):
        return value
    for candidate in _conversions(_bare(type_), value):
        if type_.allows(candidate, run):
            return candidate
    path, misfit, wanted = _misfit(type_, value, run)
    if wanted.has(misfit):
        allowed = f"an allowed value of {wanted.name}, but {path or 'it'} is none"
        return run.fault(f"Expected {what} to be {allowed}.", at)
    found = "missing" if misfit is _MISSING else described(misfit)
    return run.fault(f"Expected {what} to be a {type_.name}, but {path or 'it'} is {found}.", at)


def _misfit(type_: Type, value: Value, run: Run) -> tuple[str, Value, Type]:
    """The innermost part of `value` that `type_` does not allow: its path, itself, and the type it should have."""
    path = ""
    while True:
        bare = _bare(type_)
        if isinstance(bare, ContextType) and type(value) is dict:
            parts = [(f".{name}", value.get(name, _MISSING), field) for name, field in bare.fields]
        elif isinstance(bare, ListType) and type(value) is list:
            parts = [(f"[{number}]", item, bare.item) for number, item in enumerate(value, 1)]
        else:
            return path, value, type_
        inner = next(
            (part for part in parts if part[1] is _MISSING or not part[2].allows(part[1], run)), None
        )
        if inner is None:
            return path, value, type_
        path, value, type_ = path + inner[0] if path else inner[0].removeprefix("."), inner[1], inner[2]


_MISSING = object()
"""Stands for an entry that is not there, which is not the same as null."""


def _conversions(type_: Type, value: Value) -> list[Value]:
    candidates = []
    if type(value) is list and len(value) == 1:
        candidates.append(value[0])
    if isinstance(type_, ListType) or type_ == BasicType(LIST):
        candidates.append([value])
    if type_ == BasicType(DATE_AND_TIME) and kind(value) == DATE:
        candidates.append(midnight(value))
    return candidates


def _bare(type_: Type) -> Type:
    """The type behind names and allowed values."""
    for _ in range(MAX_TYPE_DEPTH):
        if not isinstance(type_, NamedType | ConstrainedType):
            return type_
        type_ = type_.base
    return ANY
