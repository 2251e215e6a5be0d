"""+ - * / ** on every pair of types for which DMN defines them. Source: DMN 1.5, clause 10.3.2.13."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import DecimalException, Overflow

from engine.feel.errors import Fault
from engine.feel.far import AnyDay, AnySpan, AnyTime, nanos_of, span_of
from engine.feel.numbers import CONTEXT, Number, is_number
from engine.feel.run import Run
from engine.feel.temporal import difference, plus_months, plus_span, seconds_of, span_from_seconds
from engine.feel.values import MAX_MONTHS, Value, YearsMonths, described

Operation = Callable[[Run, Value, Value], Value]


def add(run: Run, left: Value, right: Value) -> Value:
    if is_number(left) and is_number(right):
        return CONTEXT.add(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return run.text(left + right)
    if isinstance(left, AnySpan) and isinstance(right, AnySpan):
        return _sum(left, right)
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
        return _months(left.months + right.months)
    if isinstance(left, AnySpan | YearsMonths):
        left, right = right, left
    if isinstance(left, AnyDay | AnyTime) and isinstance(right, AnySpan):
        return plus_span(left, right)
    if isinstance(left, AnyDay) and isinstance(right, YearsMonths):
        return plus_months(left, right.months)
    raise _mismatch("add", left, right)


def subtract(run: Run, left: Value, right: Value) -> Value:
    if is_number(left) and is_number(right):
        return CONTEXT.subtract(left, right)
    if (isinstance(left, AnyDay) and isinstance(right, AnyDay)) or (
        isinstance(left, AnyTime) and isinstance(right, AnyTime)
    ):
        return difference(left, right)
    if isinstance(left, AnySpan) and isinstance(right, AnySpan):
        return _sum(left, _opposite(right))
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
        return _months(left.months - right.months)
    if isinstance(left, AnyDay | AnyTime) and isinstance(right, AnySpan):
        return plus_span(left, _opposite(right))
    if isinstance(left, AnyDay) and isinstance(right, YearsMonths):
        return plus_months(left, -right.months)
    raise _mismatch("subtract", left, right)


def multiply(run: Run, left: Value, right: Value) -> Value:
    if is_number(left) and is_number(right):
        return CONTEXT.multiply(left, right)
    if is_number(left):
        left, right = right, left
    if isinstance(left, AnySpan) and is_number(right):
        return span_from_seconds(CONTEXT.multiply(seconds_of(left), right))
    if isinstance(left, YearsMonths) and is_number(right):
        return _months(int(CONTEXT.multiply(left.months, right)))
    raise _mismatch("multiply", left, right)


def divide(run: Run, left: Value, right: Value) -> Value:
    if is_number(left) and is_number(right):
        return CONTEXT.divide(left, _divisor(right))
    if isinstance(left, AnySpan):
        if isinstance(right, AnySpan):
            return CONTEXT.divide(seconds_of(left), _divisor(seconds_of(right)))
        if is_number(right):
            return span_from_seconds(CONTEXT.divide(seconds_of(left), _divisor(right)))
    if isinstance(left, YearsMonths):
        if isinstance(right, YearsMonths):
            return CONTEXT.divide(left.months, _divisor(right.months))
        if is_number(right):
            return _months(int(CONTEXT.divide(left.months, _divisor(right))))
    raise _mismatch("divide", left, right)


def power(run: Run, left: Value, right: Value) -> Value:
    if is_number(left) and is_number(right):
        if right == 0:
            return 1
        if left == 0 and right < 0:
            raise Fault("Expected a base other than 0 for a negative exponent, but got 0.")
        return CONTEXT.power(left, right)
    raise _mismatch("raise to a power", left, right)


def negate(run: Run, operand: Value, _unused: Value = None) -> Value:
    if is_number(operand):
        return CONTEXT.minus(operand)
    if isinstance(operand, AnySpan):
        return _opposite(operand)
    if isinstance(operand, YearsMonths):
        return YearsMonths(-operand.months)
    raise Fault(f"Expected a number or duration to negate, but got {described(operand)}.")


def attempt(operation: Operation, run: Run, left: Value, right: Value, position: int) -> Value:
    """The result, or null with a diagnostic: overflow, division by zero, types that do not go together."""
    try:
        return operation(run, left, right)
    except Fault as fault:
        return run.fault(str(fault), position)
    except Overflow:
        return run.fault("Expected a number under 10^6145, but the result is larger.", position)
    except DecimalException:
        return run.fault("Expected numbers for which the operation is defined, but it is not.", position)
    except OverflowError:
        return run.fault("Expected a result within the calendar, but it lies outside.", position)


def _divisor(number: Number) -> Number:
    if number == 0:
        raise Fault("Expected a divisor other than 0, but got 0.")
    return number


def _sum(left: AnySpan, right: AnySpan) -> AnySpan:
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        try:
            return left + right
        except OverflowError:
            pass
    return span_of(nanos_of(left) + nanos_of(right))


def _opposite(span: AnySpan) -> AnySpan:
    # Not `-span`: Python has -999,999,999 days and an hour, but not their opposite.
    return span_of(-nanos_of(span))


def _months(months: int) -> YearsMonths:
    if abs(months) > MAX_MONTHS:
        raise Fault("Expected a duration under a billion years, but the result is longer.")
    return YearsMonths(months)


def _mismatch(verb: str, left: Value, right: Value) -> Fault:
    return Fault(f"Expected operands that one can {verb}, but got {described(left)} and {described(right)}.")
