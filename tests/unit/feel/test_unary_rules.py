"""Cells of decision tables. Source: DMN 1.5, clause 10.3.2.10, table 55, grammar rules 7 to 16."""

from __future__ import annotations

import pytest

from engine.feel import compile_unary_tests

from .asking import NOW, passes


@pytest.mark.parametrize(
    ("cell", "accepted", "refused"),
    [
        ("not(1, 2)", [3], [1, 2]),
        ("not(< 5, > 10)", [7], [4, 11, None, "a"]),
        ("not([1..5], 7)", [6], [3, 7]),
        ('not("a")', ["b"], ["a", 1]),
        ("not(? > 5)", [5], [6]),
        ("not(null)", [1, "a", []], [None]),
        ("not(contains(?, \"a\")) and ? != \"b\"", ["c"], ["a", "b"]),
        ("not(? > 5) or ? = 9", [4, 9], [7]),
        ("not(true), 5", [False, 5], [True]),
        ("not(not(? = 1))", [1], [2]),
        ("[1, 2, 3]", [1, 3, [1, 2, 3]], [4, [1]]),
        ("[[1..3], [7..9]]", [2, 8], [5]),
        ("[< 3, > 7]", [2, 8], [5]),
        ("(1), (2)", [1, 2], [3]),
        ("(1..3), [5..6)", [2, 5], [1, 3, 6]),
        ("]1..3[", [2], [1, 3]),
        ("(< 3)", [2], [3]),
        ("(!= 3)", [2], [3]),
        ("> limit + 1", [9], [8]),
        ("<= if limit > 5 then 3 else 9", [3], [4]),
        (">= sum([1, limit])", [8], [7]),
        ("< limit, > limit * 2", [6, 15], [7, 14]),
        ("[limit..9]", [7, 9], [6]),
        ("{a: 1}", [{"a": 1}], [{"a": 2}, 1]),
        ("= {a: 1}", [{"a": 1}], [{"a": 2}]),
        ("? in [limit, 9]", [7, 9], [8]),
        ("? in (limit, > 100)", [7, 101], [8]),
        ("?.kind = \"a\"", [{"kind": "a"}], [{"kind": "b"}, {}, None]),
        ("count(?) > 1", [[1, 2]], [[1], None]),
        ("list contains(?, 1)", [[1, 2]], [[2]]),
        ("some x in ? satisfies x > 5", [[6], 7], [[5], []]),
        ("every x in ? satisfies x > 5", [[6], []], [[5]]),
        ("? = null or ? > 5", [None, 6], [5]),
        ("if ? > 5 then true else false", [6], [5]),
        ("? between 1 and 5", [1, 5], [6, None]),
        ("? instance of string", ["a"], [1, None]),
        ("odd(?)", [3], [4, None, "a"]),
        ("limit = 7", [True, 1], []),
        ("limit = 8", [False], [1, True]),
        ("true", [True], [False, None, 1, "true"]),
        ("false", [False], [True, None]),
        ("not(true)", [False, None], [True, 1]),
        ("null", [None], [0, False]),
        ("null, 5", [None, 5], [4]),
        ("1 /* one */, 2 // two", [1, 2], [3]),
        ("-1", [-1], [1]),
        ("- 1", [-1], [1]),
        ("-limit", [-7], [7]),
        ("@\"P1D\"", [], [1]),
        ("\"-\"", ["-"], ["a"]),
        ("1, 2, \"a\"", [1, "a"], ["b", True]),
    ],
)  # fmt: skip
def test_cells(cell: str, accepted: list[object], refused: list[object]) -> None:
    assert [value for value in accepted if not passes(cell, value, limit=7)] == []
    assert [value for value in refused if passes(cell, value, limit=7)] == []


@pytest.mark.parametrize("cell", ["not(1, 2)", "not(? > 5)", "not([1..5])", "not(limit)"])
def test_a_negation_of_what_has_no_answer_does_not_pass(cell: str) -> None:
    """Rule 15.b asks for false, and null is not false (clause 10.3.2.10)."""
    assert not passes(cell, "text", limit=7)


def test_a_question_in_a_text_that_a_string_contains_is_none() -> None:
    assert compile_unary_tests('"what?"').matches("what?", {}, now=NOW)
    assert compile_unary_tests("what?", names=("what?",)).matches(5, {"what?": 5}, now=NOW)
