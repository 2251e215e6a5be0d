"""The result of looking at one expression: its type, its misfits, and whether it suits a declared type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from engine.feel.inference.misfit import NEVER_MATCHES, VALUE_TYPE, Misfit
from engine.feel.inference.sight import Sight
from engine.feel.inference.static_types import (
    bare,
    disjoint,
    fields_of,
    kind_of,
    missing_entry,
    never_becomes,
    type_en,
    type_zh,
)
from engine.feel.inference.walk import Walk
from engine.feel.syntax import ContextOf, FunctionOf, If, ListOf, Literal, Node, Tests
from engine.feel.types import ANY, ListType, Type
from engine.feel.values import DATE, DATE_AND_TIME

_NO_TYPES: Mapping[str, Type] = MappingProxyType({})


def inferred(node: Node, scope: Mapping[str, Type], *, types: Mapping[str, Type] = _NO_TYPES) -> Type:
    """A type that every value of `node` has, null aside; Any where nothing is certain.

    `scope` has every variable with its type, `types` are those of the model.
    """
    return examined(node, scope, types=types).type


class Examination:
    """`misfits` in the order of the text."""

    __slots__ = ("_node", "_walk", "misfits", "type")

    def __init__(self, node: Node, type_: Type, misfits: tuple[Misfit, ...], walk: Walk | None) -> None:
        self.type = type_
        self.misfits = misfits
        self._node = node
        self._walk = walk

    def unfit_for(self, target: Type) -> Iterator[Misfit]:
        """Why the value, or a part of it that is written out, cannot be a `target`."""
        if self._walk is not None:
            yield from self._unfit(self._node, target)

    def _unfit(self, node: Node, target: Type) -> Iterator[Misfit]:
        assert self._walk is not None  # noqa: S101 - asked by `unfit_for`
        source = self._walk.type_of(node)
        if never_becomes(source, target):
            yield unfit(source, target, at=node.at)
        elif isinstance(node, If):
            for branch in (*(result for _condition, result in node.branches), node.otherwise):
                yield from (replace(misfit, certain=False) for misfit in self._unfit(branch, target))
        elif isinstance(node, ListOf) and isinstance(wanted := bare(target), ListType):
            for item in node.items:
                yield from self._unfit_part(item, wanted.item)
        elif isinstance(node, ContextOf) and (fields := fields_of(target)) is not None:
            for name, value in node.entries:
                if name in fields:
                    yield from self._unfit_part(value, fields[name])

    def _unfit_part(self, node: Node, target: Type) -> Iterator[Misfit]:
        """Parts are not converted; a part that is null is fine."""
        assert self._walk is not None  # noqa: S101 - asked by `unfit_for`
        source = self._walk.type_of(node)
        if disjoint(source, target):
            if (kind_of(source), kind_of(target)) != (DATE, DATE_AND_TIME):
                misfit = unfit(source, target, at=node.at)
                yield misfit if _is_never_null(node) else replace(misfit, certain=False)
        else:
            yield from self._unfit(node, target)


def examined(
    node: Node,
    scope: Mapping[str, Type],
    *,
    types: Mapping[str, Type] = _NO_TYPES,
    items: Sequence[Type] = (),
) -> Examination:
    """As `inferred`, with everything that is wrong. The entries of `items` are names too."""
    walk = Walk(types)
    try:
        type_ = walk.walk(node, _sight(scope, items))
    except RecursionError:
        # As deep as the compiler refuses: that is the finding.
        return Examination(node, ANY, (), None)
    return Examination(node, type_, tuple(walk.misfits), walk)


def examined_tests(
    tests: Tests,
    value: Type,
    scope: Mapping[str, Type],
    *,
    types: Mapping[str, Type] = _NO_TYPES,
    items: Sequence[Type] = (),
) -> tuple[Misfit, ...]:
    """What is wrong with unary tests of values of type `value`, which is also that of `?`.

    A test that cannot pass is NEVER_MATCHES, and certain if then none of the tests can.
    """
    walk = Walk(types)
    try:
        hopeless = walk.tests(tests, value, _sight({**scope, "?": value}, items))
    except RecursionError:
        return ()
    none_left = len(hopeless) == len(tests.tests) and not tests.negated
    return (
        *walk.misfits,
        *(
            Misfit(
                NEVER_MATCHES,
                test.at,
                f"{type_zh(value)}不可能满足该条件",
                f"has a test that no {type_en(value)} can pass",
                certain=none_left,
            )
            for test in hopeless
        ),
    )


def _sight(scope: Mapping[str, Type], items: Sequence[Type]) -> Sight:
    sight = Sight(scope)
    for item in items:
        sight = Sight({}, sight, item)
    return sight


def unfit(source: Type, target: Type, *, at: int) -> Misfit:
    """Why no value of `source` can be a `target`."""
    missing = missing_entry(source, target)
    if missing is not None:
        return Misfit(
            VALUE_TYPE,
            at,
            f"缺少 {type_zh(target)} 必有的“{missing}”",
            f"lacks {missing!r}, which every {type_en(target)} has",
            name=missing,
        )
    return Misfit(
        VALUE_TYPE,
        at,
        f"是{type_zh(source)}，不可能成为{type_zh(target)}",
        f"is a {type_en(source)} and cannot be a {type_en(target)}",
    )


def _is_never_null(node: Node) -> bool:
    return isinstance(node, ListOf | ContextOf | FunctionOf) or (
        isinstance(node, Literal) and node.value is not None
    )
