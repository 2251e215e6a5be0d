"""The half of the walk that is about operators and tests; what they stand between comes from the other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable

from engine.feel.inference.misfit import OPERAND_TYPE, Misfit
from engine.feel.inference.operators import negated, never_equal, never_ordered, result_of
from engine.feel.inference.sight import Sight
from engine.feel.inference.static_types import BASIC, is_null, kind_of, type_en, type_zh
from engine.feel.inference.unary import can_pass
from engine.feel.syntax import (
    Arithmetic,
    Between,
    CompareTest,
    Comparison,
    In,
    InstanceOf,
    Logic,
    Negation,
    Node,
    Tests,
    ValueTest,
)
from engine.feel.types import ANY, Type
from engine.feel.values import BOOLEAN

_BOOLEAN = BASIC[BOOLEAN]


class Operations(ABC):
    """`misfits` fill up in the order of the walk."""

    def __init__(self) -> None:
        self.misfits: list[Misfit] = []

    @abstractmethod
    def walk(self, node: Node, sight: Sight) -> Type: ...

    def tests(self, node: Tests, value: Type, sight: Sight) -> list[Node]:
        """Those of the tests that no value can pass; null aside."""
        hopeless = []
        for test in node.tests:
            operand: Type = ANY
            if isinstance(test, CompareTest | ValueTest):
                operand = self.walk(test.operand, sight)
            if not can_pass(test, operand, value):
                hopeless.append(test)
        return hopeless

    def _negation(self, node: Negation, sight: Sight) -> Type:
        operand = self.walk(node.operand, sight)
        result = negated(operand)
        if is_null(result) and not is_null(operand):
            self._misfit(OPERAND_TYPE, node.at, f"对{type_zh(operand)}取负", f"negates a {type_en(operand)}")
        return result

    def _arithmetic(self, node: Arithmetic, sight: Sight) -> Type:
        left = self.walk(node.first, sight)
        for operator, at, operand in node.rest:
            right = self.walk(operand, sight)
            result = result_of(operator, left, right)
            if is_null(result) and not is_null(left) and not is_null(right):
                self._misfit(
                    OPERAND_TYPE,
                    at,
                    f"{type_zh(left)} {operator} {type_zh(right)} 没有结果",
                    f"computes {type_en(left)} {operator} {type_en(right)}, which has no result",
                )
            left = result
        return left

    def _comparison(self, node: Comparison, sight: Sight) -> Type:
        left, right = self.walk(node.left, sight), self.walk(node.right, sight)
        equality = node.operator in ("=", "!=")
        if never_equal(left, right) if equality else never_ordered(left, right):
            self._misfit(
                OPERAND_TYPE,
                node.at,
                f"{type_zh(left)} {node.operator} {type_zh(right)} 无法比较",
                f"compares {type_en(left)} {node.operator} {type_en(right)}, which cannot be compared",
            )
        return _BOOLEAN

    def _between(self, node: Between, sight: Sight) -> Type:
        value, low, high = (self.walk(each, sight) for each in (node.value, node.low, node.high))
        for bound in (low, high):
            if never_ordered(value, bound):
                self._misfit(
                    OPERAND_TYPE,
                    node.at,
                    f"{type_zh(value)}与{type_zh(bound)}无法比较",
                    f"compares a {type_en(value)} with a {type_en(bound)}, which cannot be compared",
                )
                break
        return _BOOLEAN

    def _logic(self, node: Logic, sight: Sight) -> Type:
        for term in node.terms:
            type_ = self.walk(term, sight)
            if kind_of(type_) not in (None, BOOLEAN):
                self._misfit(
                    OPERAND_TYPE,
                    term.at,
                    f"{node.operator} 的操作数是{type_zh(type_)}，不是布尔值",
                    f"has a {type_en(type_)} beside {node.operator!r}, which takes booleans",
                )
        return _BOOLEAN

    def _in(self, node: In, sight: Sight) -> Type:
        value = self.walk(node.value, sight)
        for test in self.tests(node.tests, value, Sight({"?": value}, sight)):
            self._misfit(
                OPERAND_TYPE,
                test.at,
                f"{type_zh(value)}不可能满足该条件",
                f"has a test that no {type_en(value)} can pass",
            )
        return _BOOLEAN

    def _instance_of(self, node: InstanceOf, sight: Sight) -> Type:
        self.walk(node.value, sight)
        return _BOOLEAN

    def _misfit(
        self,
        rule: str,
        at: int,
        zh: str,
        en: str,
        *,
        name: str = "",
        known: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self.misfits.append(Misfit(rule, at, zh, en, name=name, known=known))
