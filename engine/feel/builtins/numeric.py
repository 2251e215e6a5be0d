"""Functions on numbers. Source: DMN 1.5, clause 10.3.4.5 (table 74) and Camunda 8."""

from __future__ import annotations

from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
)

from engine.feel.builtins.signature import Library
from engine.feel.errors import Fault
from engine.feel.numbers import CONTEXT, Number, is_number, rounded_to_scale, whole
from engine.feel.run import Run
from engine.feel.values import Value, YearsMonths, described

LIBRARY = Library()


def _declare_rounding(name: str, rounding: str, *, scale_optional: bool) -> None:
    @LIBRARY.function(name, f"n: number, scale: number{'?' if scale_optional else ''}")
    def rounded(run: Run, n: Number, scale: Number | None) -> Number:
        digits = 0 if scale is None else whole(scale)
        if digits is None:
            raise Fault("Expected a whole number as 'scale', but it has a fraction.")
        return rounded_to_scale(n, digits, rounding)


_declare_rounding("decimal", ROUND_HALF_EVEN, scale_optional=False)
_declare_rounding("floor", ROUND_FLOOR, scale_optional=True)
_declare_rounding("ceiling", ROUND_CEILING, scale_optional=True)
_declare_rounding("round up", ROUND_UP, scale_optional=False)
_declare_rounding("round down", ROUND_DOWN, scale_optional=False)
_declare_rounding("round half up", ROUND_HALF_UP, scale_optional=False)
_declare_rounding("round half down", ROUND_HALF_DOWN, scale_optional=False)


@LIBRARY.function("abs", "n: any")
def absolute(run: Run, n: Value) -> Value:
    if isinstance(n, timedelta):
        return abs(n)
    if isinstance(n, YearsMonths):
        return YearsMonths(abs(n.months))
    return CONTEXT.abs(_number(n))


@LIBRARY.function("modulo", "dividend: number, divisor: number")
def modulo(run: Run, dividend: Number, divisor: Number) -> Number:
    """dividend - divisor * floor(dividend / divisor): the sign is the divisor's."""
    if divisor == 0:
        raise Fault("Expected a divisor other than 0, but got 0.")
    if isinstance(dividend, int) and isinstance(divisor, int):
        return dividend % divisor
    rest = CONTEXT.remainder(dividend, divisor)
    return CONTEXT.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


@LIBRARY.function("sqrt", "number: number")
def square_root(run: Run, number: Number) -> Number:
    if number < 0:
        raise Fault("Expected a number from 0 upwards, but it is negative.")
    return CONTEXT.sqrt(number)


@LIBRARY.function("log", "number: number")
def natural_logarithm(run: Run, number: Number) -> Number:
    if number <= 0:
        raise Fault("Expected a number over 0, but it is not.")
    return CONTEXT.ln(number)


@LIBRARY.function("exp", "number: number")
def exponential(run: Run, number: Number) -> Number:
    return CONTEXT.exp(number)


@LIBRARY.function("odd", "number: number")
def odd(run: Run, number: Number) -> bool | None:
    digits = whole(number)
    return None if digits is None else digits % 2 == 1


@LIBRARY.function("even", "number: number")
def even(run: Run, number: Number) -> bool | None:
    digits = whole(number)
    return None if digits is None else digits % 2 == 0


def _number(value: Value) -> Number:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not is_number(value):
        raise Fault(f"Expected a number or duration, but got {described(value)}.")
    number: Number = value
    return number
