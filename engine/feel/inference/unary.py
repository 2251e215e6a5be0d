"""Whether a unary test can pass at all. Source: DMN 1.5, clause 10.3.1.2, rules 12 to 17; table 55."""

from __future__ import annotations

from engine.feel.inference.operators import never_equal, never_ordered
from engine.feel.inference.static_types import bare, item_of, kind_of
from engine.feel.syntax import CompareTest, Literal, Node, ValueTest
from engine.feel.types import ANY, ListType, RangeType, Type
from engine.feel.values import BOOLEAN, LIST, RANGE


def can_pass(test: Node, operand: Type, value: Type) -> bool:
    """Whether values of type `value` may pass `test`, whose own expression is an `operand`.

    False only if it is certain that none does, null aside.
    """
    if isinstance(test, CompareTest):
        if test.operator == "!=" and not isinstance(test.operand, Literal):
            # Where the operand happens to be null, every value is another one.
            return True
        if test.operator in ("=", "!="):
            return not never_equal(value, operand)
        return not never_ordered(value, operand)
    if not isinstance(test, ValueTest):
        return True
    if test.asks:
        return kind_of(operand) in (BOOLEAN, None)
    if kind_of(operand) == BOOLEAN:
        # An expression that is true passes, whatever is asked; the word `true` only asks for true.
        return not isinstance(test.operand, Literal) or not never_equal(value, operand)
    return _can_match(operand, value)


def _can_match(expected: Type, value: Type) -> bool:
    """Whether a value may be equal to `expected`, or lie in it."""
    kind, wanted = kind_of(value), kind_of(expected)
    if kind is None or wanted is None or kind == wanted:
        return True
    if wanted == RANGE:
        plain = bare(expected)
        return not never_equal(value, plain.bound if isinstance(plain, RangeType) else ANY)
    if wanted == LIST:
        item = item_of(expected) if isinstance(bare(expected), ListType) else ANY
        return _can_match(item, value)
    # A value against a list that holds it: the engine may see a list of one as its item.
    return kind == LIST and _can_match(expected, item_of(value))
