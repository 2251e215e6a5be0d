from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, getcontext, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .asking import complaint_of, evaluation_of, value_of

PLAIN = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144)
numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6)


def test_a_fee_of_ten_and_twenty_cents_is_thirty_cents() -> None:
    assert value_of("0.1 + 0.2") == Decimal("0.3")
    assert value_of("0.1 + 0.2 = 0.3") is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("2 * 3 - 4 / 2 + 1", 5),
        ("12 / 4 / 3", 1),
        ("2 ** 3 ** 2", 64),
        ("-2 ** 2", 4),
        ("2 - -3", 5),
        ("--3", 3),
        ("1.5e3", 1500),
        (".5 + .5", 1),
        ("0 ** 0", 1),
        ("2 ** -1", Decimal("0.5")),
        ("1 / 3", Decimal("0." + "3" * 34)),
    ],
)
def test_operators_bind_as_the_standard_says(text: str, expected: object) -> None:
    assert value_of(text) == expected


def test_large_ints_are_rounded_to_34_digits_half_even() -> None:
    assert value_of("9999999999999999999999999999999999 + 2") == Decimal(
        "1.000000000000000000000000000000000E+34"
    )
    assert value_of("9999999999999999999 * 9999999999999999999") == PLAIN.multiply(
        Decimal("9999999999999999999"), Decimal("9999999999999999999")
    )


@settings(deadline=None)
@given(one=numbers, other=numbers)
def test_arithmetic_agrees_with_the_decimal_module(one: Decimal, other: Decimal) -> None:
    context = {"one": one, "other": other}

    results = {
        symbol: evaluation_of(f"one {symbol} other", **context).value for symbol in ("+", "-", "*", "/")
    }

    assert results["+"] == PLAIN.add(one, other)
    assert results["-"] == PLAIN.subtract(one, other)
    assert results["*"] == PLAIN.multiply(one, other)
    assert results["/"] == (PLAIN.divide(one, other) if other else None)


@settings(deadline=None)
@given(one=st.integers(-(10**33), 10**33), other=st.integers(-(10**33), 10**33))
def test_whole_numbers_give_the_same_as_decimals(one: int, other: int) -> None:
    for symbol in ("+", "-", "*"):
        text = f"one {symbol} other"

        as_ints = value_of(text, one=one, other=other)
        as_decimals = value_of(text, one=Decimal(one), other=Decimal(other))

        assert as_ints == as_decimals


def test_the_precision_of_the_thread_changes_nothing() -> None:
    with localcontext() as context:
        context.prec = 3

        assert value_of("1 / 3") == Decimal("0." + "3" * 34)
        assert value_of("sum([1.0001, 1.0001])") == Decimal("2.0002")
    assert getcontext().prec != 3


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("1 / 0", "divisor"),
        ("1 + true", "a number and a boolean"),
        ('1 + "a"', "a number and a string"),
        ("null + 1", "null and a number"),
        ("-true", "to negate"),
        ("9e6144 * 10", "under 10^6145"),
        ("(0-8) ** 0.5", "defined"),
        ("0 ** -1", "base other than 0"),
        ("0.0 ** -0.5", "base other than 0"),
    ],
)
def test_what_cannot_be_computed_is_null_and_says_why(text: str, part: str) -> None:
    assert part in complaint_of(text)


def test_true_is_not_a_number() -> None:
    assert complaint_of("x + 1", x=True)
    assert complaint_of("x > 0", x=True)
    assert complaint_of("x = 1", x=True)


def test_a_float_in_the_context_is_refused_by_name() -> None:
    assert "a value that is not FEEL's" in complaint_of("x + 1", x=0.1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("decimal(2.5, 0)", 2),
        ("decimal(1/3, 2)", Decimal("0.33")),
        ("decimal(1250, -2)", 1200),
        ("floor(-1.5)", -2),
        ("ceiling(1.56, 1)", Decimal("1.6")),
        ("round up(5.5, 0)", 6),
        ("round down(-5.5, 0)", -5),
        ("round half up(2.5, 0)", 3),
        ("round half down(2.5, 0)", 2),
        ("abs(-3)", 3),
        ("modulo(-12, 5)", 3),
        ("modulo(10.1, -4.5)", Decimal("-3.4")),
        ("sqrt(16)", 4),
        ("odd(3) and even(-2)", True),
        ('number("1 000,5", " ", ",")', Decimal("1000.5")),
        ("string(1.50)", "1.5"),
        ("string(1e3)", "1000"),
        ("string(0.000)", "0"),
    ],
)
def test_functions_on_numbers(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "sqrt(-1)",
        "log(0)",
        "modulo(1, 0)",
        "decimal(1, 0.5)",
        "decimal(1, 99999)",
        'number("1a")',
        "floor(1.5, null)",
    ],
)
def test_functions_refuse_numbers_they_are_not_defined_for(text: str) -> None:
    assert complaint_of(text)
