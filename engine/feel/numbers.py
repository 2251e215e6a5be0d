"""Exact decimal numbers: IEEE 754 decimal128, half-even, as DMN 1.5 clause 10.3.2.3.1 asks.

A FEEL number is an int or a Decimal. Ints stay ints while they have at most 34 digits, which is
the same value and several times faster.
"""

from __future__ import annotations

import re
from decimal import (
    MAX_EMAX,
    MAX_PREC,
    MIN_EMIN,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

from engine.feel.errors import Fault

Number = int | Decimal

DIGITS = 34
MAX_EXPONENT = 6144
INT_BOUND = 10**DIGITS

_LITERAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")

CONTEXT = Context(
    prec=DIGITS,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=MAX_EXPONENT,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
"""Never the thread's context: what a library sets there must not change a fee."""

EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[InvalidOperation, Overflow])
"""For scaling and comparing without rounding; only used on operands of bounded size."""


def is_number(value: object) -> bool:
    kind = type(value)
    return kind is int or kind is Decimal


def number_from_text(text: str) -> Number | None:
    """The number written in `text`, rounded to 34 digits; None if there is none.

    Accepts what FEEL's number literal accepts, with a sign in front.
    """
    if not _LITERAL.fullmatch(text):
        return None
    digits = text.lstrip("+-")
    if len(digits) <= DIGITS and digits.isdigit():
        return int(text)
    try:
        number = CONTEXT.create_decimal(text)
    except DecimalException:
        return None
    return number if number.is_finite() else None


def number_text(number: Number) -> str:
    """`number` without exponent and without trailing zeros, so that equal numbers read alike."""
    if isinstance(number, int):
        return str(number) if -INT_BOUND < number < INT_BOUND else number_text(CONTEXT.create_decimal(number))
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def whole(number: Number) -> int | None:
    """`number` as an int, or None if it has a fraction or cannot be an index or count."""
    if isinstance(number, int):
        return number
    if not number.is_finite() or number.adjusted() > DIGITS:
        return None
    truncated = int(number)
    return truncated if truncated == number else None


def rounded_to_scale(number: Number, scale: int, rounding: str) -> Decimal:
    """`number` with `scale` digits after the point; negative scales round before the point."""
    if not -6111 <= scale <= 6176:
        raise Fault(f"Expected a scale between -6111 and 6176, but got {scale}.")
    exact = Decimal(number)
    exponent = exact.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -scale:
        return CONTEXT.plus(exact)
    return CONTEXT.plus(exact.quantize(Decimal(1).scaleb(-scale, EXACT), rounding, EXACT))
