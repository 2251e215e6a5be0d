"""Functions on numbers. Source: DMN 1.5, clause 10.3.4.5 (table 75)."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from engine.feel.builtins.signature import Library
from engine.feel.errors import Fault
from engine.feel.numbers import CONTEXT, EXACT, Number, is_number, rounded_to_scale, whole
from engine.feel.run import Run
from engine.feel.values import Value, YearsMonths

LIBRARY = Library()


def _declare_rounding(name: str, rounding: str, *, scale_optional: bool = False) -> None:
    @LIBRARY.function(name, f"n: number, scale: number{'?' if scale_optional else ''} -> number")
    def rounded(run: Run, n: Number, scale: Number | None) -> Number:
        digits = 0 if scale is None else whole(scale)
        if digits is None:
            raise Fault("Expected a whole number as 'scale', but it has a fraction.")
        if digits == 0 and type(n) is int:
            return n
        return rounded_to_scale(n, digits, rounding)


_declare_rounding("decimal", ROUND_HALF_EVEN)
_declare_rounding("floor", ROUND_FLOOR, scale_optional=True)
_declare_rounding("ceiling", ROUND_CEILING, scale_optional=True)
_declare_rounding("round up", ROUND_UP)
_declare_rounding("round down", ROUND_DOWN)
_declare_rounding("round half up", ROUND_HALF_UP)
_declare_rounding("round half down", ROUND_HALF_DOWN)


@LIBRARY.function("abs", "n: number|duration|months -> number or duration")
def absolute(run: Run, n: Value) -> Value:
    if is_number(n):
        return CONTEXT.abs(n)
    return YearsMonths(abs(n.months)) if isinstance(n, YearsMonths) else abs(n)


@LIBRARY.function("modulo", "dividend: number, divisor: number -> number")
def modulo(run: Run, dividend: Number, divisor: Number) -> Number:
    """dividend - divisor * floor(dividend / divisor), without rounding in between: the divisor's sign."""
    if divisor == 0:
        raise Fault("Expected a divisor other than 0, but got 0.")
    if isinstance(dividend, int) and isinstance(divisor, int):
        return dividend % divisor
    one, other = Decimal(dividend), Decimal(divisor)
    # The quotient's whole digits may be thousands.
    run.charge(max(one.adjusted() - other.adjusted(), 0) >> 3)
    rest = EXACT.remainder(one, other)
    if rest and (rest < 0) != (other < 0):
        rest = EXACT.add(rest, other)
    return CONTEXT.plus(rest)


@LIBRARY.function("sqrt", "number: number -> number")
def square_root(run: Run, number: Number) -> Number:
    if number < 0:
        raise Fault("Expected a number from 0 upwards, but it is negative.")
    return CONTEXT.sqrt(number)


@LIBRARY.function("log", "number: number -> number")
def natural_logarithm(run: Run, number: Number) -> Number:
    if number <= 0:
        raise Fault("Expected a number over 0, but it is not.")
    return CONTEXT.ln(number)


@LIBRARY.function("exp", "number: number -> number")
def exponential(run: Run, number: Number) -> Number:
    return CONTEXT.exp(number)


@LIBRARY.function("odd", "number: number -> boolean")
def odd(run: Run, number: Number) -> bool:
    return _last_bit(run, number) == 1


@LIBRARY.function("even", "number: number -> boolean")
def even(run: Run, number: Number) -> bool:
    return _last_bit(run, number) == 0


def _last_bit(run: Run, number: Number) -> int:
    if isinstance(number, int):
        return number & 1
    rest = abs(modulo(run, number, 2))
    if rest not in (0, 1):
        raise Fault("Expected a whole number, but it has a fraction.")
    return int(rest)
