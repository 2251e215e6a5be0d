from __future__ import annotations

from datetime import date

import pytest

from engine.feel import FeelSyntaxError, compile_unary_tests

from .asking import NOW, passes


@pytest.mark.parametrize(
    ("cell", "accepted", "refused"),
    [
        ("< 5", [4, -1], [5, 6, None, "4"]),
        (">= 5", [5], [4]),
        ("= 5", [5], [4, None]),
        ("!= 5", [4, None], [5]),
        ("[1..5)", [1, 4.0 and 4], [0, 5, None]),
        ("]1..5]", [5], [1]),
        ("5", [5], [6, "5", None, True]),
        ('"a", "b"', ["a", "b"], ["c", None, 1]),
        ('not("a", "b")', ["c"], ["a", "b"]),
        ("not(< 5)", [5], [4]),
        ("not([1..5])", [6], [3]),
        ("null", [None], [0, ""]),
        ("not(null)", [0], [None]),
        ("true", [True], [False, None, 1]),
        ("false", [False], [True, None, 0]),
        ("1, > 10, [3..4]", [1, 11, 3], [2, 10]),
        ("[1, 2, 3]", [2, [1, 2, 3]], [4]),
        ("limit", [7], [8]),
        ("< limit", [6], [7]),
        ("limit + 1", [8], [7]),
        ("? > limit and ? < 10", [8], [7, 10]),
        ("? > 3", [4], [2, None]),
        ('contains(?, "盖")', ["井盖"], ["路灯"]),
        ("limit > 3", [1, "anything"], []),
        ("limit > 9", [], [1]),
        ('date("2026-01-01")', [date(2026, 1, 1)], [date(2026, 1, 2)]),
        ('> @"2026-01-01"', [date(2026, 1, 2)], [date(2026, 1, 1)]),
        ("-5", [-5], [5]),
        ("-", [None, 1, "x"], []),
        (" - ", [1], []),
    ],
)
def test_cells(cell: str, accepted: list[object], refused: list[object]) -> None:
    assert [value for value in accepted if not passes(cell, value, limit=7)] == []
    assert [value for value in refused if passes(cell, value, limit=7)] == []


def test_the_names_a_cell_reads_are_known() -> None:
    assert compile_unary_tests("? > limit, fee.base").names == {"limit", "fee"}


def test_only_a_bare_hyphen_passes_everything() -> None:
    assert compile_unary_tests("-").passes_all
    assert not compile_unary_tests("-1").passes_all


@pytest.mark.parametrize("cell", ["", "5,", "< ", "not(", "not()", "1 2", "[1..", "> > 1", "-, 1"])
def test_cells_that_are_no_tests_are_refused(cell: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile_unary_tests(cell)


def test_a_cell_that_takes_too_long_does_not_pass() -> None:
    test = compile_unary_tests("count(for a in 1..1000, b in 1..1000 return a) > 0 and ? = 1")

    assert test.matches(1, {}, now=NOW) is False
