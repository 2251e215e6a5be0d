from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from engine.feel import YearsMonths

from .asking import complaint_of, value_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("decimal(1/3, 2)", "0.33"),
        ("decimal(1.5, 0)", "2"),
        ("decimal(2.5, 0)", "2"),
        ("decimal(-2.5, 0)", "-2"),
        ("decimal(125, -1)", "120"),
        ("decimal(n: 1.25, scale: 1)", "1.2"),
        ("floor(1.5)", "1"),
        ("floor(-1.5)", "-2"),
        ("floor(-1.56, 1)", "-1.6"),
        ("floor(1259, -2)", "1200"),
        ("ceiling(1.5)", "2"),
        ("ceiling(-1.5)", "-1"),
        ("ceiling(-1.56, 1)", "-1.5"),
        ("round up(5.5, 0)", "6"),
        ("round up(-5.5, 0)", "-6"),
        ("round up(1.121, 2)", "1.13"),
        ("round down(5.5, 0)", "5"),
        ("round down(-1.126, 2)", "-1.12"),
        ("round half up(5.5, 0)", "6"),
        ("round half up(-5.5, 0)", "-6"),
        ("round half up(1.125, 2)", "1.13"),
        ("round half down(5.5, 0)", "5"),
        ("round half down(-5.5, 0)", "-5"),
        ("round half down(1.126, 2)", "1.13"),
        ("round half down(scale: 0, n: 1.6)", "2"),
        ("floor(5, 6176)", "5"),
        ("floor(5, -6111)", "0"),
        ("abs(-1)", "1"),
        ("abs(n: -1.5)", "1.5"),
        ("abs([-1])", "1"),
        ("modulo(12, 5)", "2"),
        ("modulo(-12, 5)", "3"),
        ("modulo(12, -5)", "-3"),
        ("modulo(-12, -5)", "-2"),
        ("modulo(10.1, 4.5)", "1.1"),
        ("modulo(-10.1, 4.5)", "3.4"),
        ("modulo(10.1, -4.5)", "-3.4"),
        ("modulo(-10.1, -4.5)", "-1.1"),
        ("modulo(1e50, 7)", str(10**50 % 7)),
        ("modulo(divisor: 4, dividend: 10)", "2"),
        ("sqrt(16)", "4"),
        ("sqrt(2)", "1.414213562373095048801688724209698"),
        ("sqrt(0)", "0"),
        ("log(1)", "0"),
        ("log(number: 10)", "2.302585092994045684017991454684364"),
        ("exp(0)", "1"),
        ("exp(5)", "148.4131591025766034211155800405523"),
        ('number("1 000,5", " ", ",")', "1000.5"),
        ('number("1.000.000,01", ".", ",")', "1000000.01"),
        ('number("1,000", ",", null)', "1000"),
        ('number("-1.5e2")', "-150"),
        ('number(".5", null, null)', "0.5"),
        ('number(from: "1,5", decimal separator: ",", grouping separator: null)', "1.5"),
    ],
)
def test_functions_on_numbers(text: str, expected: str) -> None:
    assert value_of(text) == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("odd(5)", True),
        ("odd(-1)", True),
        ("odd(2.0)", False),
        ("even(0)", True),
        ("even(number: -3)", False),
        ("even(1e40)", True),
        ("odd(1e40 + 1e10)", False),
        ('abs(@"-P1D")', timedelta(days=1)),
        ('abs(@"P1D")', timedelta(days=1)),
        ('abs(n: @"-P1Y")', YearsMonths(12)),
    ],
)
def test_parity_and_the_length_of_durations(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize("name", ["floor", "ceiling", "round up", "round down", "round half up", "decimal"])
@pytest.mark.parametrize(
    "arguments",
    ["null, 1", "1.5, null", "", "1, 2, 3", '"1", 0', '1.5, "0"', "1.5, 0.5", "1.5, 6177", "1.5, -6112"],
)
def test_rounding_refuses_what_is_not_defined(name: str, arguments: str) -> None:
    assert "Expected" in complaint_of(f"{name}({arguments})")


@pytest.mark.parametrize(
    "text",
    [
        "decimal(1.5)",
        "round up(5.1)",
        "round half down(n: 5.1)",
        "abs(null)",
        'abs("1")',
        "abs(number: 1)",
        'abs(@"2020-01-01")',
        "modulo(1, 0)",
        "modulo(null, 1)",
        'modulo("1", 1)',
        "sqrt(-1)",
        "sqrt(null)",
        "log(0)",
        "log(-1)",
        'log("1")',
        "exp(null)",
        "exp(1e10)",
        "odd(1.5)",
        "even(null)",
        'even("2")',
        'number("1,5")',
        'number("1_000")',
        'number(" 1")',
        'number("+1")',
        'number("1.")',
        'number("１")',
        'number("1.5", ".", ".")',
        'number("1.5", ":", ".")',
        'number("1.5", ",", ":")',
        'number("1.5,0", null, ",")',
        'number("1.5", null, ",")',
        'number("NaN")',
        'number("Infinity")',
        "number(null)",
        "number(1)",
        'number("1", 1, ".")',
    ],
)
def test_numbers_refuse_what_is_not_defined(text: str) -> None:
    assert "Expected" in complaint_of(text)


def test_the_root_of_a_negative_number_says_what_is_wrong() -> None:
    assert "Expected a number from 0 upwards" in complaint_of("sqrt(-1)")
