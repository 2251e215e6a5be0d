"""Source: DMN 1.5, clauses 10.3.1.5, 10.3.2.5 and tables 64 and 68."""

from __future__ import annotations

import pytest

from .asking import complaint_of, evaluation_of, value_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1, 2, 3][1]", 1),
        ("[1, 2, 3][-1]", 3),
        ("[1, 2, 3][-3]", 1),
        ("[1, 2, 3][1.0]", 1),
        ("[1, 2, 3][n]", 2),
        ("[1, 2, 3][n + 1]", 3),
        ("[1, 2, 3][count([1, 2, 3])]", 3),
        ("[[1, 2], [3]][1]", [1, 2]),
        ("[[1, 2], [3]][1][2]", 2),
        ("[null, 2][1]", None),
        ("100[1]", 100),
        ("100[-1]", 100),
        ('"abc"[1]', "abc"),
        ("{a: 1}[1].a", 1),
        ("true[1]", True),
    ],
)
def test_an_index_counts_from_either_end(text: str, expected: object) -> None:
    assert value_of(text, n=2) == expected


@pytest.mark.parametrize(
    "text",
    [
        "[1, 2][0]",
        "[1, 2][3]",
        "[1, 2][-3]",
        "[1, 2][1.5]",
        "[][1]",
        "100[0]",
        "100[2]",
        "null[1]",
        "[1][1e6000]",
    ],
)
def test_an_index_outside_is_null_and_no_worse_than_a_missing_entry(text: str) -> None:
    evaluation = evaluation_of(text)

    assert evaluation.value is None
    assert [diagnostic.absent for diagnostic in evaluation.diagnostics] == [True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1, 2, 3, 4][item > 2]", [3, 4]),
        ("[1, 2, 3, 4][item > 4]", []),
        ("[1, 2, 3][even(item)]", [2]),
        ("[1, 2, 3][true]", [1, 2, 3]),
        ("[1, 2, 3][false]", []),
        ("[{x: 1, y: 2}, {x: 2, y: 3}][x = 1]", [{"x": 1, "y": 2}]),
        ("[{x: 1}, {x: 2}][item.x = 2]", [{"x": 2}]),
        ("[{x: 1}, {x: 2}][x = n]", [{"x": 2}]),
        ("[{n: 1}, {n: 2}][n = 1]", [{"n": 1}]),
        ("[{x: {y: 1}}, {x: {y: 2}}][x.y = 2].x.y", [2]),
        ("[1, 2, 3][item > 1][item < 3]", [2]),
        ("[1, 2, 3][item > 1][1]", 2),
        ("[[1, 2], [3]][count(item) = 1]", [[3]]),
        ("[[1, 2], [3]][item[1] = 1]", [[1, 2]]),
        ("[1, 2][item in [2..3]]", [2]),
        ("[1, null, 2][item = null]", [None]),
        ("[[1, 2, 3], [4]][count(item[item > 1]) = 2]", [[1, 2, 3]]),
        ("3[item > 2]", [3]),
        ("3[item > 3]", []),
        ("3[true]", [3]),
        ('"x"[item = "x"]', ["x"]),
        ("{x: 5}[x = 5]", [{"x": 5}]),
        ("{x: 5}[x = 6]", []),
        ("[][item > 1]", []),
        ("[][true]", []),
        ("[function(a) a][1](7)", 7),
    ],
)
def test_a_condition_keeps_the_items_for_which_it_is_true(text: str, expected: object) -> None:
    assert value_of(text, n=2) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[{x: 1, y: 2}, {x: null, y: 3}][x < 2]", [{"x": 1, "y": 2}]),
        ("[{x: 1}, {y: 1}][x = 1]", [{"x": 1}]),
        ("[{y: 1}, {x: 1}][x = 1]", [{"x": 1}]),
        ('[1, "a", 3][item > 2]', [3]),
        ("[null][item > 2]", []),
    ],
)
def test_an_item_for_which_the_condition_is_null_is_left_out(text: str, expected: object) -> None:
    assert evaluation_of(text).value == expected


@pytest.mark.parametrize(
    "text",
    [
        "null[true]", "null[item > 1]", '[1, 2]["a"]', "[1, 2][null]", "[1, 2][[true]]", '[1, 2]["a" + "b"]',
        "[true, 1][item]", '3["a"]', '[][@"2026-01-01"]', "[1][{a: 1}]", "[1][function() true]",
    ],
)  # fmt: skip
def test_null_is_no_list_and_a_text_is_no_condition(text: str) -> None:
    assert complaint_of(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a: 1}.a", 1),
        ("{a: {b: {c: 1}}}.a.b.c", 1),
        ("[{a: 1}, {a: 2}].a", [1, 2]),
        (
            "[{a: {b: [1]}}, {a: {b: [2.1, 2]}}, {a: {b: [3]}}, {a: {b: [4, 5]}}].a.b",
            [[1], [value_of("2.1"), 2], [3], [4, 5]],
        ),
        ("[[{a: 1}], [{a: 2}, {a: 3}]].a", [[1], [2, 3]]),
        ("[].a", []),
        ("[{a: 1}, {a: 2}].a[1]", 1),
        ("[{a: 1}, {a: 2}][2].a", 2),
        ("{a: [{b: 1}]}.a[1].b", 1),
        ("{a: null}.a", None),
        ('(if true then {a: 1} else {a: "x"}).a', 1),
        ("{f: function(x) {y: x}}.f(3).y", 3),
        ('date("2026-03-01").year', 2026),
        ('[@"2026-03-01", @"2027-03-01"].year', [2026, 2027]),
    ],
)
def test_paths(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{a: 1}.b", None),
        ("null.a", None),
        ('"x".a', None),
        ("(5).a", None),
        ("[{a: 1}, {b: 2}, null, 3].a", [1, None, None, None]),
        ("nothing.a.b", None),
    ],
)
def test_a_path_that_leads_nowhere_is_null_and_says_where_it_ends(text: str, expected: object) -> None:
    evaluation = evaluation_of(text)

    assert evaluation.value == expected
    assert evaluation.diagnostics
    assert text[evaluation.diagnostics[-1].position] in ".n"
