"""One pass over a syntax tree: the type of every node, and what cannot work.

It says what the compiler's closures will do, so every rule here has its counterpart in `compiler`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Any

from engine.feel.builtins import BUILTINS
from engine.feel.inference.calls import call_of, call_of_builtin
from engine.feel.inference.misfit import (
    CONDITION_TYPE,
    OPERAND_TYPE,
    UNKNOWN_ENTRY,
    UNKNOWN_VARIABLE,
    Misfit,
)
from engine.feel.inference.operations import Operations
from engine.feel.inference.operators import never_ordered
from engine.feel.inference.properties import property_names, property_type
from engine.feel.inference.sight import Sight, may_have_more
from engine.feel.inference.static_types import (
    BASIC,
    ClosedContext,
    KnownFunction,
    bare,
    is_null,
    item_of,
    joined,
    kind_of,
    list_of,
    type_en,
    type_zh,
)
from engine.feel.numbers import is_number
from engine.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    ContextOf,
    Filter,
    For,
    FunctionOf,
    If,
    In,
    InstanceOf,
    Iterator,
    ListOf,
    Literal,
    Logic,
    Name,
    Negation,
    Node,
    Path,
    Placed,
    Quantified,
    RangeOf,
)
from engine.feel.type_names import TypeName
from engine.feel.types import ANY, NULL, ListType, RangeType, Type, resolved
from engine.feel.values import BOOLEAN, CONTEXT, DATE, LIST, NUMBER, ORDERED, RANGE
from engine.feel.values import kind as kind_of_value

_BOOLEAN = BASIC[BOOLEAN]
_WALKED = frozenset({NUMBER, DATE})
"""Kinds of which `for` walks through a range."""
_ASKS_WHETHER_THERE = frozenset({"is defined", "get or else"})
"""Camunda's: they take a variable or entry that may not be there."""


class Walk(Operations):
    """`types` are those of the model. `misfits` fill up in the order of the walk."""

    def __init__(self, types: Mapping[str, Type]) -> None:
        super().__init__()
        self._types = types
        self._found: dict[int, Type] = {}
        self._may_be_absent = False

    def type_of(self, node: Node) -> Type:
        """Of a node that was walked; the tree has to be alive still."""
        return self._found.get(id(node), ANY)

    def walk(self, node: Node, sight: Sight) -> Type:
        handler = _HANDLERS.get(type(node))
        type_ = handler(self, node, sight) if handler is not None else ANY
        self._found[id(node)] = type_
        return type_

    # -- operands ------------------------------------------------------------------------------

    def _literal(self, node: Literal, _sight: Sight) -> Type:
        return NULL if node.value is None else BASIC.get(kind_of_value(node.value), ANY)

    def _name(self, node: Name, sight: Sight) -> Type:
        found = sight.type_of(node.name)
        if found is not None:
            return found
        if node.name not in BUILTINS and not self._may_be_absent:
            self.misfits.append(
                Misfit(
                    UNKNOWN_VARIABLE,
                    node.at,
                    f"没有名为“{node.name}”的变量",
                    f"reads {node.name!r}, but there is no such variable",
                    name=node.name,
                    known=lambda: chain(sight.known(), BUILTINS),
                )
            )
        return ANY

    def _list(self, node: ListOf, sight: Sight) -> Type:
        return list_of(joined([self.walk(item, sight) for item in node.items]))

    def _context(self, node: ContextOf, sight: Sight) -> Type:
        names: dict[str, Type] = {}
        inner = Sight(names, sight)
        for key, value in node.entries:
            if isinstance(value, FunctionOf):
                # A function sees itself; what it answers is not known yet.
                names[key] = KnownFunction(
                    self._parameter_types(value), value.result_type or ANY, _names(value)
                )
            names[key] = self.walk(value, inner)
        return ClosedContext(tuple(names.items()))

    def _range(self, node: RangeOf, sight: Sight) -> Type:
        bounds = [self.walk(bound, sight) for bound in (node.start, node.end) if bound is not None]
        if node.operator:
            # `(= 5)` and `(!= 5)` take anything, the two ends of other ranges are ordered.
            return RangeType(bounds[0]) if bounds else BASIC[RANGE]
        if any(never_ordered(one, other) for one in bounds for other in bounds):
            self._misfit(
                OPERAND_TYPE,
                node.at,
                f"区间两端是{type_zh(bounds[0])}和{type_zh(bounds[-1])}，无法比较大小",
                f"has a range from a {type_en(bounds[0])} to a {type_en(bounds[-1])}, which have no order",
            )
            return NULL
        known = [kind for bound in bounds if (kind := kind_of(bound)) in ORDERED]
        return RangeType(BASIC[known[0]]) if known else BASIC[RANGE]

    def _function(self, node: FunctionOf, sight: Sight) -> Type:
        types = self._parameter_types(node)
        names = _names(node)
        result = self.walk(node.body, Sight(dict(zip(names, types, strict=True)), sight))
        return KnownFunction(types, node.result_type or result, names)

    def _parameter_types(self, node: FunctionOf) -> tuple[Type, ...]:
        return tuple(self._written(type_) for _name, type_ in node.parameters)

    def _written(self, type_: TypeName | Type | None) -> Type:
        if isinstance(type_, TypeName):
            return resolved(type_, self._types) or ANY
        return type_ or ANY

    def _placed(self, node: Placed, sight: Sight) -> Type:
        inner = self.walk(node.node, sight)
        return inner if node.type is None else node.type

    # -- control -------------------------------------------------------------------------------

    def _if(self, node: If, sight: Sight) -> Type:
        results = []
        for condition, result in node.branches:
            self._condition(condition, sight)
            results.append(self.walk(result, sight))
        return joined([*results, self.walk(node.otherwise, sight)])

    def _condition(self, node: Node, sight: Sight) -> None:
        type_ = self.walk(node, sight)
        if kind_of(type_) not in (None, BOOLEAN):
            self._misfit(
                CONDITION_TYPE,
                node.at,
                f"条件是{type_zh(type_)}，不是布尔值，永不成立",
                f"has a {type_en(type_)} as condition, which is never true",
            )

    def _for(self, node: For, sight: Sight) -> Type:
        names = self._iterated(node.iterators, sight)
        names.setdefault("partial", BASIC[LIST])
        return list_of(self.walk(node.body, Sight(names, sight)))

    def _quantified(self, node: Quantified, sight: Sight) -> Type:
        self._condition(node.condition, Sight(self._iterated(node.iterators, sight), sight))
        return _BOOLEAN

    def _iterated(self, iterators: tuple[Iterator, ...], sight: Sight) -> dict[str, Type]:
        """The variables: each iterator sees those before it."""
        names: dict[str, Type] = {}
        inner = Sight(names, sight)
        for iterator in iterators:
            domain = self.walk(iterator.domain, inner)
            if iterator.end is None:
                names[iterator.name] = iterated(domain)
            else:
                names[iterator.name] = _counted((domain, self.walk(iterator.end, inner)))
        return names

    def _path(self, node: Path, sight: Sight) -> Type:
        base = self.walk(node.base, sight)
        found = property_type(base, node.name)
        if found is not None:
            return found
        if not self._may_be_absent:
            self._misfit(
                UNKNOWN_ENTRY,
                node.at,
                f"{type_zh(base)}没有“{node.name}”",
                f"reads {node.name!r} of a {type_en(base)}, which has no such entry",
                name=node.name,
                known=lambda: property_names(base),
            )
        plain = bare(base)
        item = item_of(plain) if kind_of(plain) == LIST else plain
        if kind_of(item) == CONTEXT and may_have_more(item):
            return ANY if plain is item else BASIC[LIST]
        return NULL if plain is item else ListType(NULL)

    def _filter(self, node: Filter, sight: Sight) -> Type:
        base = self.walk(node.base, sight)
        item = item_of(base)
        condition = self.walk(node.condition, Sight({"item": item}, sight, item=item))
        if isinstance(node.condition, Literal) and is_number(node.condition.value):
            return item
        what = kind_of(condition)
        if what not in (None, BOOLEAN, NUMBER):
            self._misfit(
                CONDITION_TYPE,
                node.condition.at,
                f"过滤条件是{type_zh(condition)}，既不是布尔值也不是序号",
                f"filters by a {type_en(condition)}, which is neither a boolean nor an index",
            )
        # A number that happens to be null is no index, and gives an empty list.
        return ANY if what in (None, NUMBER) and not is_null(condition) else list_of(item)

    def _call(self, node: Call, sight: Sight) -> Type:
        callee = node.function
        name = callee.name if isinstance(callee, Name) else ""
        builtin = BUILTINS.get(name) if sight.type_of(name) is None else None
        function = self.walk(callee, sight) if builtin is None else ANY
        outer, self._may_be_absent = self._may_be_absent, builtin is not None and name in _ASKS_WHETHER_THERE
        positional = [self.walk(argument, sight) for argument in node.positional]
        named = [(key, self.walk(argument, sight)) for key, argument in node.named]
        self._may_be_absent = outer
        offsets = [argument.at for argument in (*node.positional, *(each for _key, each in node.named))]
        if builtin is not None:
            result, misfit = call_of_builtin(builtin, positional, named, at=node.at, offsets=offsets)
        else:
            result, misfit = call_of(function, positional, named, name=name, at=node.at, offsets=offsets)
        if misfit is not None:
            self.misfits.append(misfit)
        return result


def iterated(domain: Type) -> Type:
    """The type of the values that `for` takes one by one from a `domain`."""
    plain = bare(domain)
    if isinstance(plain, RangeType):
        return _counted((plain.bound,))
    if kind_of(plain) == RANGE:
        return ANY
    return item_of(domain)


def _counted(bounds: tuple[Type, ...]) -> Type:
    for bound in bounds:
        if kind_of(bound) in _WALKED:
            return bound
    return ANY


def _names(node: FunctionOf) -> tuple[str, ...]:
    return tuple(name for name, _type in node.parameters)


_HANDLERS: Mapping[type[Node], Callable[[Walk, Any, Sight], Type]] = {
    Literal: Walk._literal,
    Name: Walk._name,
    ListOf: Walk._list,
    ContextOf: Walk._context,
    RangeOf: Walk._range,
    FunctionOf: Walk._function,
    Placed: Walk._placed,
    Negation: Walk._negation,
    Arithmetic: Walk._arithmetic,
    Comparison: Walk._comparison,
    Between: Walk._between,
    Logic: Walk._logic,
    In: Walk._in,
    InstanceOf: Walk._instance_of,
    If: Walk._if,
    For: Walk._for,
    Quantified: Walk._quantified,
    Path: Walk._path,
    Filter: Walk._filter,
    Call: Walk._call,
}
