"""What is certain about values before there are any: types of expressions, and which exclude each other.

What belongs here: questions about types alone. What does not: expressions (`walk`).
"Certain" never counts null: an expression of a type may always be null instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.feel.types import (
    ANY,
    BASIC_TYPES,
    MAX_TYPE_DEPTH,
    NULL,
    AnyType,
    BasicType,
    ConstrainedType,
    ContextType,
    FunctionType,
    ListType,
    NamedType,
    NullType,
    RangeType,
    Type,
)
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
    Value,
)

BASIC: Mapping[str, Type] = MappingProxyType(
    {
        name: BASIC_TYPES[name]
        for name in (
            *(BOOLEAN, NUMBER, STRING, DATE, DATE_AND_TIME, TIME, DAYS_AND_TIME, YEARS_AND_MONTHS),
            *(LIST, CONTEXT, RANGE, FUNCTION),
        )
    }
)
"""Kind of value -> the type of which nothing more is said."""
MAX_JOINED_DEPTH = 20
MAX_JOINED_PARTS = 500
"""What two types are made of is compared so far; of the rest only the kind is known."""
_NAMES_ZH: Mapping[str, str] = {
    BOOLEAN: "布尔值",
    NUMBER: "数字",
    STRING: "字符串",
    DATE: "日期",
    DATE_AND_TIME: "日期时间",
    TIME: "时间",
    DAYS_AND_TIME: "天时长",
    YEARS_AND_MONTHS: "年月时长",
    LIST: "列表",
    CONTEXT: "上下文",
    RANGE: "区间",
    FUNCTION: "函数",
}


@dataclass(frozen=True, slots=True)
class ClosedContext(ContextType):
    """A context that was written down: its values have these entries and no others."""

    def has(self, value: Value) -> bool:
        # Not super(): a dataclass with slots is made anew, and super() would still mean the old one.
        return ContextType.has(self, value) and len(value) == len(self.fields)


@dataclass(frozen=True, slots=True)
class KnownFunction(FunctionType):
    """A function whose definition is in sight: `names` of its parameters, and a result that is certain.

    Of a function that merely came as a value of a declared type, the result is not.
    """

    names: tuple[str, ...]

    def has(self, value: Value) -> bool:
        """As far as it shows: what a function answers, it does not say itself."""
        return isinstance(value, Function) and len(value.parameters) == len(self.parameters)


def bare(type_: Type) -> Type:
    """The type behind names and allowed values."""
    for _ in range(MAX_TYPE_DEPTH):
        if not isinstance(type_, NamedType | ConstrainedType):
            return type_
        type_ = type_.base
    return ANY


def kind_of(type_: Type) -> str | None:
    """The kind of all values of `type_` (`engine.feel.values.kind`); None if not certain, or only null."""
    match bare(type_):
        case BasicType(name=name):
            return name
        case ListType():
            return LIST
        case ContextType():
            return CONTEXT
        case RangeType():
            return RANGE
        case FunctionType():
            return FUNCTION
    return None


def is_null(type_: Type) -> bool:
    return isinstance(bare(type_), NullType)


def item_of(type_: Type) -> Type:
    """The type of the items if `type_` is a list; else of the one item that a single value stands for."""
    plain = bare(type_)
    if isinstance(plain, ListType):
        return plain.item
    return type_ if kind_of(plain) not in (LIST, None) else ANY


def list_of(item: Type) -> Type:
    return BASIC[LIST] if isinstance(item, AnyType) else ListType(item)


def fields_of(type_: Type) -> Mapping[str, Type] | None:
    """The declared entries of contexts of `type_`; None if it is no context or nothing is said of them."""
    plain = bare(type_)
    return dict(plain.fields) if isinstance(plain, ContextType) else None


def joined(types: Iterable[Type]) -> Type:
    """A type that has the values of all `types`; Any if there is nothing better to say."""
    result: Type | None = None
    for type_ in types:
        result = type_ if result is None else _Join().of(result, type_)
        if isinstance(result, AnyType):
            return ANY
    return NULL if result is None else result


class _Join:
    """Two types become one. Bounded: parts may be shared so often that walking them takes forever."""

    def __init__(self) -> None:
        self._left = MAX_JOINED_PARTS

    def of(self, one: Type, other: Type, depth: int = 0) -> Type:
        # By identity, never by ==, which would walk through all parts, and types may contain themselves.
        if one is other or is_null(other):
            return one
        if is_null(one):
            return other
        left, right = bare(one), bare(other)
        kind = kind_of(left)
        if left is right or kind is None or kind != kind_of(right):
            return left if left is right else ANY
        self._left -= 1
        if self._left > 0 and depth < MAX_JOINED_DEPTH:
            if isinstance(left, ListType) and isinstance(right, ListType):
                return list_of(self.of(left.item, right.item, depth + 1))
            if isinstance(left, RangeType) and isinstance(right, RangeType):
                return RangeType(self.of(left.bound, right.bound, depth + 1))
            if isinstance(left, ContextType) and isinstance(right, ContextType):
                return self._contexts(left, right, depth + 1)
        return BASIC[kind]

    def _contexts(self, left: ContextType, right: ContextType, depth: int) -> Type:
        others = dict(right.fields)
        common = tuple(
            (name, self.of(type_, others[name], depth)) for name, type_ in left.fields if name in others
        )
        same = len(common) == len(left.fields) == len(right.fields)
        closed = same and isinstance(left, ClosedContext) and isinstance(right, ClosedContext)
        return ClosedContext(common) if closed else ContextType(common)


def disjoint(one: Type, other: Type) -> bool:
    """Whether it is certain that no value (null aside) is of both types."""
    left, right = kind_of(one), kind_of(other)
    return left is not None and right is not None and left != right


def never_becomes(source: Type, target: Type) -> bool:
    """Whether no value of `source` can be made a `target`, conversions included: all become null.

    Source: DMN 1.5, clause 10.3.2.9.4; the other side of `engine.feel.types.coerced`.
    """
    if not disjoint(source, target):
        return missing_entry(source, target) is not None
    own, wanted = bare(source), bare(target)
    if kind_of(own) == DATE and kind_of(wanted) == DATE_AND_TIME:
        return False
    if kind_of(own) == LIST:
        # A list of one becomes its item.
        return isinstance(own, ListType) and disjoint(own.item, wanted)
    if kind_of(wanted) == LIST:
        return isinstance(wanted, ListType) and disjoint(own, wanted.item)
    return True


def missing_entry(source: Type, target: Type) -> str | None:
    """An entry that contexts of `target` must have and those of `source` never do; None if there is none."""
    own, wanted = bare(source), fields_of(target)
    if not isinstance(own, ClosedContext) or wanted is None:
        return None
    given = dict(own.fields)
    return next((name for name in wanted if name not in given), None)


def type_en(type_: Type) -> str:
    """For findings, and short: types may be large, and contain themselves."""
    if isinstance(type_, NamedType | ConstrainedType):
        return type_.name
    if isinstance(type_, ListType) and kind_of(type_.item) is not None:
        return f"list of {type_en_plural(type_.item)}"
    return kind_of(type_) or ("null" if is_null(type_) else "value")


def type_en_plural(type_: Type) -> str:
    if isinstance(type_, NamedType | ConstrainedType):
        return type_.name
    return f"{kind_of(type_)}s"


def type_zh(type_: Type) -> str:
    """As `type_en`."""
    if isinstance(type_, NamedType | ConstrainedType):
        return type_.name
    if isinstance(type_, ListType) and kind_of(type_.item) is not None:
        return f"{type_zh(type_.item)}列表"
    kind = kind_of(type_)
    return ("null" if is_null(type_) else "值") if kind is None else _NAMES_ZH[kind]
