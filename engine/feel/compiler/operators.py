"""Arithmetic, comparison and logic, each specialised for what is known before the first evaluation."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal

from engine.feel.arithmetic import Operation, add, attempt, divide, multiply, negate, power, subtract
from engine.feel.compiler.emitter import Emitter
from engine.feel.numbers import INT_BOUND, is_number
from engine.feel.run import Code, Locals, Run
from engine.feel.syntax import Arithmetic, Between, Comparison, Literal, Logic, Negation
from engine.feel.values import Value, compare, described, equal


def _weighed(operation: Operation) -> Operation:
    """Calendars, zones and durations take their time: a step counts for a few microseconds."""

    def weighed(run: Run, left: Value, right: Value) -> Value:
        if type(left) not in _LIGHT or type(right) not in _LIGHT:
            run.charge(2)
        return operation(run, left, right)

    return weighed


def _weighed_power(run: Run, left: Value, right: Value) -> Value:
    """Up to 100 µs for a large or broken exponent."""
    run.charge(1 if type(right) is int and -100 < right < 100 else 8)
    return power(run, left, right)


_LIGHT = frozenset({int, Decimal, str})
_OPERATIONS: dict[str, Operation] = {
    "+": _weighed(add),
    "-": _weighed(subtract),
    "*": _weighed(multiply),
    "/": _weighed(divide),
    "**": _weighed_power,
}
# Exact on ints as long as the result has at most 34 digits; / and ** are not.
_ON_INTS: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_ORDERS: dict[str, Callable[[Value, Value], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


def emit_negation(e: Emitter, node: Negation) -> Code:
    operand = e.emit(node.operand)
    at = node.at
    return lambda run, loc: attempt(negate, run, operand(run, loc), None, at)


def emit_arithmetic(e: Emitter, node: Arithmetic) -> Code:
    """One closure per operator; long chains loop, so that they need no deep stack."""
    first = e.emit(node.first)
    rest = [(symbol, at, e.emit(operand)) for symbol, at, operand in node.rest]
    if len(rest) == 1:
        symbol, at, right = rest[0]
        return _binary(symbol, at, first, right)
    steps = [(_OPERATIONS[symbol], _ON_INTS.get(symbol), at, code) for symbol, at, code in rest]

    def chain(run: Run, loc: Locals) -> Value:
        left = first(run, loc)
        for operation, on_ints, at, code in steps:
            right = code(run, loc)
            if on_ints is not None and type(left) is int and type(right) is int:
                result = on_ints(left, right)
                if -INT_BOUND < result < INT_BOUND:
                    left = result
                    continue
            left = attempt(operation, run, left, right, at)
        return left

    return chain


def _binary(symbol: str, at: int, left: Code, right: Code) -> Code:
    operation = _OPERATIONS[symbol]
    on_ints = _ON_INTS.get(symbol)
    if on_ints is None:
        return lambda run, loc: attempt(operation, run, left(run, loc), right(run, loc), at)

    def compute(run: Run, loc: Locals) -> Value:
        one, other = left(run, loc), right(run, loc)
        if type(one) is int and type(other) is int:
            result = on_ints(one, other)
            if -INT_BOUND < result < INT_BOUND:
                return result
        return attempt(operation, run, one, other, at)

    return compute


def emit_comparison(e: Emitter, node: Comparison) -> Code:
    left, right, symbol = node.left, node.right, node.operator
    if isinstance(left, Literal) and not isinstance(right, Literal):
        left, right, symbol = right, left, _MIRRORED[symbol]
    code = e.emit(left)
    if isinstance(right, Literal):
        return comparison_with_constant(symbol, code, right.value, node.at)
    return _comparison(symbol, code, e.emit(right), node.at)


def comparison_with_constant(symbol: str, code: Code, constant: Value, at: int) -> Code:
    """`code` against a value that is known now: its type need not be asked again."""
    if symbol in ("=", "!="):
        return _equality_with(symbol == "=", code, constant, at)
    order = _ORDERS[symbol]
    if is_number(constant):

        def on_number(run: Run, loc: Locals) -> Value:
            value = code(run, loc)
            if type(value) is int or type(value) is Decimal:
                return order(value, constant)
            return _ordered(run, order, value, constant, at)

        return on_number
    return lambda run, loc: _ordered(run, order, code(run, loc), constant, at)


def _equality_with(same: bool, code: Code, constant: Value, at: int) -> Code:
    if constant is None:
        return lambda run, loc: (code(run, loc) is None) is same
    if isinstance(constant, bool):
        return lambda run, loc: _equality(run, same, code(run, loc), constant, at)
    kind_of_constant = type(constant)
    if kind_of_constant is str:

        def on_string(run: Run, loc: Locals) -> Value:
            value = code(run, loc)
            if type(value) is str:
                return (value == constant) is same
            return _equality(run, same, value, constant, at)

        return on_string
    if is_number(constant):

        def on_number(run: Run, loc: Locals) -> Value:
            value = code(run, loc)
            if type(value) is int or type(value) is Decimal:
                return (value == constant) is same
            return _equality(run, same, value, constant, at)

        return on_number
    return lambda run, loc: _equality(run, same, code(run, loc), constant, at)


def _comparison(symbol: str, left: Code, right: Code, at: int) -> Code:
    if symbol in ("=", "!="):
        same = symbol == "="
        return lambda run, loc: _equality(run, same, left(run, loc), right(run, loc), at)
    order = _ORDERS[symbol]
    return lambda run, loc: _ordered(run, order, left(run, loc), right(run, loc), at)


def compared(run: Run, symbol: str, left: Value, right: Value, at: int) -> Value:
    if symbol in ("=", "!="):
        return _equality(run, symbol == "=", left, right, at)
    return _ordered(run, _ORDERS[symbol], left, right, at)


def _equality(run: Run, same: bool, left: Value, right: Value, at: int) -> Value:
    run.weigh(left)
    result = equal(left, right)
    if result is None:
        return run.fault(
            f"Expected two values of one type, but got {described(left)} and {described(right)}.", at
        )
    return result is same


def _ordered(run: Run, order: Callable[[Value, Value], bool], left: Value, right: Value, at: int) -> Value:
    sign = compare(left, right)
    if sign is None:
        return run.fault(
            f"Expected two values with an order, but got {described(left)} and {described(right)}.", at
        )
    return order(sign, 0)


def emit_between(e: Emitter, node: Between) -> Code:
    """`a between b and c` is `a >= b and a <= c` (table 55), `a` computed once."""
    value, low, high = e.emit(node.value), e.emit(node.low), e.emit(node.high)
    at = node.at

    def between(run: Run, loc: Locals) -> Value:
        middle, least, most = value(run, loc), low(run, loc), high(run, loc)
        from_low, from_high = compare(middle, least), compare(middle, most)
        if (from_low is not None and from_low < 0) or (from_high is not None and from_high > 0):
            return False
        if from_low is None or from_high is None:
            other = least if from_low is None else most
            return run.fault(
                f"Expected values with an order, but got {described(middle)} and {described(other)}.", at
            )
        return True

    return between


def emit_logic(e: Emitter, node: Logic) -> Code:
    """Three-valued: what is not a boolean counts as null (clause 10.3.2.14, table 52)."""
    decisive = node.operator == "or"
    terms = [e.emit(term) for term in node.terms]
    word, at = node.operator, node.at
    if len(terms) == 2:
        first, second = terms

        def both(run: Run, loc: Locals) -> Value:
            one = first(run, loc)
            if one is decisive:
                return decisive
            other = second(run, loc)
            if other is decisive:
                return decisive
            if type(one) is bool and type(other) is bool:
                return not decisive
            return _not_boolean(run, (one, other), word, at)

        return both

    def all_terms(run: Run, loc: Locals) -> Value:
        values = []
        for term in terms:
            value = term(run, loc)
            if value is decisive:
                return decisive
            if type(value) is not bool:
                values.append(value)
        return _not_boolean(run, tuple(values), word, at) if values else not decisive

    return all_terms


def _not_boolean(run: Run, values: tuple[Value, ...], word: str, at: int) -> Value:
    for value in values:
        if value is not None and type(value) is not bool:
            run.fault(f"Expected booleans around {word!r}, but got {described(value)}.", at)
    return None
