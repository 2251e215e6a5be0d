from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from engine.dmn.testing.comparing import Comparison, compared, shown
from engine.feel import Range, Value, YearsMonths, compile_expression

from ..drawing import NOW

CLOSE = Decimal("0.00000001")
EAST = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (None, None),
        (1, Decimal("1.0")),
        ("a", "a"),
        ([1, [2, None]], [1, [2, None]]),
        ({"a": 1, "b": {"c": [True]}}, {"b": {"c": [True]}, "a": 1}),
        (datetime(2026, 3, 1, 8, tzinfo=EAST), datetime(2026, 3, 1, tzinfo=UTC)),
        (time(8, tzinfo=EAST), time(0, tzinfo=UTC)),
        (YearsMonths(12), YearsMonths(12)),
        (Range(1, 5, True, False), Range(1, 5, True, False)),
        ([], []),
        ({}, {}),
    ],
)
def test_equality_is_that_of_feel(expected: Value, got: Value) -> None:
    assert compared(expected, got, within=Decimal(0)) == Comparison("", False)


@pytest.mark.parametrize(
    ("expected", "got", "difference"),
    [
        (100, 110, "$: expected 100, got 110."),
        ({"fee": {"amount": 100}}, {"fee": {"amount": 110}}, "$.fee.amount: expected 100, got 110."),
        ([1, {"a": 2}], [1, {"a": 3}], "$[2].a: expected 2, got 3."),
        ([1, 2], [1, 2, 3], "$: expected 2 items [1, 2], got 3 items [1, 2, 3]."),
        ([1, 2], [2, 1], "$[1]: expected 1, got 2."),
        ([[1], [2], [3]], [[1], [9], [9]], "$[2][1]: expected 2, got 9."),
        ({"a": 1, "b": 2}, {"a": 1}, "$.b: expected 2, got no such entry."),
        ({"a": 1}, {"a": 1, "full name": "x"}, '$."full name": expected no such entry, got "x".'),
        ({"a": 1, "b": 1}, {"b": 2, "a": 2}, "$.a: expected 1, got 2."),
        (1, "1", '$: expected 1, got "1".'),
        (1, True, "$: expected 1, got true."),
        (1, [1], "$: expected 1, got [1]."),
        (None, 0, "$: expected null, got 0."),
        ({}, None, "$: expected {}, got null."),
        ([], {}, "$: expected [], got {}."),
        (YearsMonths(0), timedelta(0), "$: expected P0M, got PT0S."),
        (time(8), time(8, tzinfo=UTC), "$: expected 08:00:00, got 08:00:00Z."),
    ],
)
def test_the_first_difference_is_said_with_its_path(expected: Value, got: Value, difference: str) -> None:
    assert compared(expected, got, within=CLOSE) == Comparison(difference)


def test_a_function_equals_nothing() -> None:
    function = compile_expression("function(x) x").value({}, now=NOW)

    assert compared(None, function, within=CLOSE).difference == "$: expected null, got a function(x)."
    assert compared(function, function, within=CLOSE).difference != ""
    assert compared([1], [function], within=CLOSE).difference == "$[1]: expected 1, got a function(x)."


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (Decimal("0.33333333"), Decimal("0.3333333333")),
        (0, Decimal("0.000000009")),
        (Decimal("-1.5"), Decimal("-1.50000001")),
        (Decimal("1E-7"), Decimal("1.01E-7")),
    ],
)
def test_a_number_may_be_a_little_off_where_that_is_allowed(expected: Decimal, got: Decimal) -> None:
    assert compared([expected], [got], within=CLOSE) == Comparison("", True)
    assert compared([expected], [got], within=Decimal(0)).difference != ""


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (Decimal("0.33333333"), Decimal("0.333333341")),
        (Decimal("1E-19"), 0),
        (Decimal("1E-9"), Decimal("2E-9")),
        (1, "1"),
        (Decimal("1E+6000"), Decimal("1.1E+6000")),
    ],
)
def test_but_no_further_and_never_so_far_that_zero_would_do(expected: Value, got: Value) -> None:
    assert compared(expected, got, within=CLOSE).difference != ""


def test_a_difference_behind_a_number_that_is_off_still_counts() -> None:
    comparison = compared([Decimal("0.5"), 1], [Decimal("0.500000001"), 2], within=CLOSE)

    assert comparison == Comparison("$[2]: expected 1, got 2.")


def test_an_answer_of_endlessly_shared_parts_is_compared_and_shown_at_once() -> None:
    answer: Value = 1
    for _ in range(60):
        answer = [answer, answer]

    assert compared([1, 2], answer, within=CLOSE).difference == "$[1]: expected 1, got a list of 2."


def test_what_is_long_is_cut() -> None:
    assert shown("x" * 198) == '"' + "x" * 198 + '"'
    assert shown([1] * 99).startswith("[1, 1, 1")
    assert shown([1] * 100) == "a list of 100"
    assert shown("x" * 300) == '"' + "x" * 196 + "..."
    assert shown(list(range(200))) == "a list of 200"
    assert shown({"a": [1, "b", None]}) == '{a: [1, "b", null]}'
