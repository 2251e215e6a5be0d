from __future__ import annotations

from itertools import product

import pytest

from .asking import complaint_of, evaluation_of, value_of

TRUTH = {"true": True, "false": False, "null": None}


@pytest.mark.parametrize(("left", "right"), list(product(TRUTH, TRUTH)))
def test_and_and_or_have_three_values(left: str, right: str) -> None:
    one, other = TRUTH[left], TRUTH[right]
    conjunction = False if False in (one, other) else None if None in (one, other) else True
    disjunction = True if True in (one, other) else None if None in (one, other) else False

    assert evaluation_of(f"{left} and {right}").value is conjunction
    assert evaluation_of(f"{left} or {right}").value is disjunction
    assert evaluation_of(f"{left} and {right} and true").value is conjunction
    assert evaluation_of(f"{left} or {right} or false").value is disjunction


def test_what_is_not_a_boolean_counts_as_null() -> None:
    assert evaluation_of("1 and false").value is False
    assert "around 'and'" in complaint_of("1 and true")
    assert "around 'or'" in complaint_of('false or "x" or false')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 = 1.0", True),
        ('"a" != "b"', True),
        ("null = null", True),
        ("1 = null", False),
        ("null != 1", True),
        ("[1, 2] = [1, 2.0]", True),
        ("[1, 2] = [2, 1]", False),
        ('{a: 1, b: "x"} = {b: "x", a: 1}', True),
        ("{a: 1} = {a: 2}", False),
        ("true = true", True),
        ("[1..3] = [1..3]", True),
        ("[1..3] = [1..3)", False),
        ('"abc" < "abd"', True),
        ("3 >= 3", True),
        ("1 < x", True),
        ("x != 5", False),
        ("x between 1 and 5", True),
        ("x between 6 and 7", False),
        ("x in [1..5]", True),
        ("x in [1..5)", False),
        ("x in ]5..9]", False),
        ("x in (<3, >4)", True),
        ("x in <= 5", True),
        ("x in [3, 5]", True),
        ("x in 5", True),
        ("x in (1..9)", True),
        ("x in [[1..2], [4..6]]", True),
    ],
)
def test_comparisons(text: str, expected: bool) -> None:
    assert value_of(text, x=5) is expected


@pytest.mark.parametrize(
    "text", ['1 = "1"', "true = 1", '1 < "2"', "null > 1", "true > false", "[1] < [2]", 'x = "1"', '"1" != x']
)
def test_values_of_different_types_have_no_comparison(text: str) -> None:
    assert complaint_of(text, x=1)


def test_if_takes_the_branch_only_for_true() -> None:
    assert value_of("if x > 3 then 1 else 2", x=4) == 1
    assert value_of('if null then 1 else if x = 4 then "four" else 3', x=4) == "four"
    assert value_of("if 1 then 1 else 2") == 2


def test_a_missing_variable_is_null_and_named() -> None:
    assert "'amonut'" in complaint_of("amonut", amount=1)


def test_a_missing_entry_is_null_and_named() -> None:
    assert "'knid'" in complaint_of("applicant.knid", applicant={"kind": "x"})
    assert "got null" in complaint_of("applicant.kind", applicant=None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 instance of number", True),
        ('"a" instance of string', True),
        ("true instance of number", False),
        ("null instance of number", False),
        ("[1, 2] instance of list<number>", True),
        ('[1, "a"] instance of list<number>', False),
        ("{a: 1} instance of context<a: number>", True),
        ('@"P1D" instance of days and time duration', True),
        ('@"P1M" instance of years and months duration', True),
        ('@"2026-01-01T00:00:00" instance of date and time', True),
        ("[1..2] instance of range<number>", True),
        ("(function(a) a) instance of function<number> -> number", True),
        ("1 + 1 instance of number", None),
    ],
)
def test_instance_of(text: str, expected: bool | None) -> None:
    assert evaluation_of(text).value is expected


def test_an_unknown_type_is_said() -> None:
    assert "'tFee'" in complaint_of("1 instance of tFee")
