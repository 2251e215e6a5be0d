"""Unary tests: what stands in a decision table cell or after `in`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from engine.feel.compiler.emitter import Emitter, Scope
from engine.feel.compiler.operators import compared, comparison_with_constant
from engine.feel.numbers import is_number
from engine.feel.run import Code, Locals, Run, TestCode
from engine.feel.syntax import CompareTest, In, Literal, Node, RangeOf, Tests, ValueTest
from engine.feel.values import Range, Value, described, equal, in_range


def emit_in(e: Emitter, node: In) -> Code:
    """True if one of the tests passes; null if none does and one has no answer (table 55)."""
    value, at = e.emit(node.value), node.at
    asks = any(isinstance(test, ValueTest) and test.asks for test in node.tests.tests)
    with e.within(Scope(e.scope, {"?": 1}) if asks else e.scope):
        test = emit_tests(e, node.tests)

    def decide(run: Run, loc: Locals) -> Value:
        tested = value(run, loc)
        result = test(run, [loc, tested] if asks else loc, tested)
        if result is None:
            run.fault(f"Expected tests that go with {described(tested)}, but one does not.", at)
        return result

    return decide


def emit_tests(e: Emitter, node: Tests) -> TestCode:
    """True if one of the tests passes, or false if negated; null if none does and one has no answer."""
    if not node.tests:
        return lambda run, loc, value: True
    tests = [_emit_test(e, test) for test in node.tests]
    negated = node.negated
    constants = _constants(node.tests)
    if constants is not None:
        strings = frozenset(constants)

        def one_of(run: Run, loc: Locals, value: Value) -> bool | None:
            if type(value) is str:
                return (value in strings) is not negated
            return None if value is not None else negated

        return one_of
    if len(tests) == 1 and not negated:
        return tests[0]

    def any_of(run: Run, loc: Locals, value: Value) -> bool | None:
        unknown = False
        for test in tests:
            result = test(run, loc, value)
            if result is True:
                return not negated
            unknown = unknown or result is None
        return None if unknown else negated

    return any_of


def constant_strings(node: Tests) -> tuple[str, ...] | None:
    """The strings, one of which the value must be; None if the cell asks anything else."""
    return None if node.negated else _constants(node.tests)


def _constants(tests: Sequence[Node]) -> tuple[str, ...] | None:
    values = [
        test.operand.value
        for test in tests
        if isinstance(test, ValueTest)
        and isinstance(test.operand, Literal)
        and type(test.operand.value) is str
    ]
    return tuple(values) if tests and len(values) == len(tests) else None


def _emit_test(e: Emitter, node: Node) -> TestCode:
    if isinstance(node, CompareTest):
        return _emit_comparison(e, node)
    assert isinstance(node, ValueTest)  # noqa: S101 - the parser makes only these two
    operand = e.emit(node.operand)
    if node.asks:
        return lambda run, loc, value: _truth(operand(run, loc))
    if isinstance(node.operand, Literal):
        return _constant(node.operand.value)
    if isinstance(node.operand, RangeOf):
        return lambda run, loc, value: _in(run, value, operand(run, loc))
    return lambda run, loc, value: _matches(run, value, operand(run, loc))


def _truth(value: Value) -> bool | None:
    return value if type(value) is bool else None


def _emit_comparison(e: Emitter, node: CompareTest) -> TestCode:
    operand = e.emit(node.operand)
    symbol, at = node.operator, node.at
    if isinstance(node.operand, Literal):
        # The tested value stands in for the left operand: loc carries it into the shared closure.
        code = comparison_with_constant(symbol, lambda run, loc: loc, node.operand.value, at)
        if symbol in ("=", "!="):
            return lambda run, loc, value: code(run, value)
        # Null passes no order test, in every row of a table: normal, and no reason for a diagnostic.
        return lambda run, loc, value: None if value is None else code(run, value)
    if symbol in ("=", "!="):
        return lambda run, loc, value: compared(run, symbol, value, operand(run, loc), at)

    def ordered(run: Run, loc: Locals, value: Value) -> bool | None:
        result: bool | None = None if value is None else compared(run, symbol, value, operand(run, loc), at)
        return result

    return ordered


def _constant(constant: Value) -> TestCode:
    if constant is None:
        return lambda run, loc, value: value is None
    if is_number(constant):

        def same_number(run: Run, loc: Locals, value: Value) -> bool | None:
            if type(value) is int or type(value) is Decimal:
                return bool(value == constant)
            return _matches(run, value, constant)

        return same_number
    if isinstance(constant, bool):
        # Not `_matches`: a cell that says true wants the value true, not any value.
        return lambda run, loc, value: value is constant if type(value) is bool or value is None else None
    return lambda run, loc, value: _matches(run, value, constant)


def _matches(run: Run, value: Value, expected: Value) -> bool | None:
    """Equal, or contained in a list or range; of another type than a boolean, true alone passes."""
    if isinstance(expected, Range):
        return _in(run, value, expected)
    if type(expected) is list:
        run.weigh(expected)
        if type(value) is list and equal(value, expected):
            return True
        return any(
            (
                _in(run, value, item)
                if isinstance(item, Range) and not isinstance(value, Range)
                else equal(value, item)
            )
            is True
            for item in expected
        )
    if type(expected) is bool and type(value) is not bool:
        return expected
    run.weigh(value)
    return equal(value, expected)


def _in(run: Run, value: Value, bounds: Value) -> bool | None:
    if isinstance(bounds, Range):
        return equal(value, bounds) if isinstance(value, Range) else in_range(value, bounds)
    return None
