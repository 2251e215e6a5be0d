"""Ranges as values and as tests. Source: DMN 1.5, clauses 10.3.2.7 and 10.3.2.15, tables 42 and 55."""

from __future__ import annotations

from datetime import date

import pytest

from engine.feel import Range

from .asking import complaint_of, evaluation_of, passes, value_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1..5]", Range(1, 5, True, True)),
        ("(1..5)", Range(1, 5, False, False)),
        ("]1..5[", Range(1, 5, False, False)),
        ("[1..5)", Range(1, 5, True, False)),
        ("[1..5[", Range(1, 5, True, False)),
        ("(1..5]", Range(1, 5, False, True)),
        ("]1..5]", Range(1, 5, False, True)),
        ("[1 .. 5]", Range(1, 5, True, True)),
        ("[-5..-1]", Range(-5, -1, True, True)),
        ("[a..a + 1]", Range(3, 4, True, True)),
        ("[5..5]", Range(5, 5, True, True)),
        ('["a".."c"]', Range("a", "c", True, True)),
        ('[@"2026-01-01"..date(2026, 1, 2)]', Range(date(2026, 1, 1), date(2026, 1, 2), True, True)),
        ("(< 5)", Range(None, 5, False, False)),
        ("(<= 5)", Range(None, 5, False, True)),
        ("(> 5)", Range(5, None, False, False)),
        ("(>= 5)", Range(5, None, True, False)),
        ("(= 5)", Range(5, 5, True, True, "=")),
        ("(!= 5)", Range(5, 5, False, False, "!=")),
        ("(>= a + 1)", Range(4, None, True, False)),
        ("< 5", Range(None, 5, False, False)),
        ("{r: >= 5}.r", Range(5, None, True, False)),
        ("[< 5, != 7][2]", Range(7, 7, False, False, "!=")),
        ("[[1..2], ]3..4[][2]", Range(3, 4, False, False)),
        ("[]1..2], []][1]", Range(1, 2, False, True)),
        ("[]a..4[][1]", Range(3, 4, False, False)),
        ("if true then [1..2] else [3..4]", Range(1, 2, True, True)),
        ("]1..[5, 6][1][", Range(1, 5, False, False)),
    ],
)
def test_every_way_to_write_a_range(text: str, expected: Range) -> None:
    assert value_of(text, a=3) == expected


@pytest.mark.parametrize(
    "text",
    [
        "[1..null]", "[null..1]", "(null..null)", '[1.."a"]', "[5..1]", '[@"2026-01-02"..@"2026-01-01"]', "(< null)",
        '[@"2026-01-01"..@"2026-01-02T00:00:00"]', "[true..true]", "(> [1])", "[{}..{}]", '[@"P1D"..@"P1M"]',
    ],
)  # fmt: skip
def test_ends_must_be_of_one_ordered_type_and_in_order(text: str) -> None:
    assert "Expected" in complaint_of(text)
    assert evaluation_of(f"1 in {text}").value is None


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("[2..4]", [2, 3, 4], [1, 5]),
        ("(2..4)", [3], [2, 4]),
        ("]2..4]", [3, 4], [2]),
        ("[2..4[", [2, 3], [4]),
        ("(< 3)", [2], [3, 4]),
        ("(<= 3)", [3], [4]),
        ("(> 3)", [4], [3]),
        ("(>= 3)", [3], [2]),
        ("(= 3)", [3], [2, 4]),
        ("(!= 3)", [2, 4], [3]),
    ],
)
def test_a_range_means_the_same_as_a_value_as_a_test_and_in_a_list(
    text: str, inside: list[int], outside: list[int]
) -> None:
    for value in (*inside, *outside):
        expected = value in inside
        bare = text[1:-1] if text[1] in "<>=!" else text
        assert value_of(f"x in {bare}", x=value) is expected
        assert value_of(f"x in {text}", x=value) is expected
        assert value_of(f"x in ({bare}, 99)", x=value) is expected
        assert value_of(f"x in [{bare}, [90..99]]", x=value) is expected
        assert value_of("x in r", x=value, r=value_of(text)) is expected
        assert value_of("x in [r, 99]", x=value, r=value_of(text)) is expected
        assert passes(text, value) is expected
        assert passes(bare, value) is expected
        assert passes("r", value, r=value_of(text)) is expected
        assert passes(f"not({bare})", value) is not expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1..5] = [1..5]", True),
        ("[1..5] = [1..5)", False),
        ("(1..5) = ]1..5[", True),
        ("(< 5) = (< 5)", True),
        ("(< 5) = (<= 5)", False),
        ("(= 5) = (= 5)", True),
        ("(= 5) = [5..5]", False),
        ("(!= 5) = (!= 5)", True),
        ("(!= 5) = (= 5)", False),
        ("[1..5] != [1..6]", True),
        ("[1..5] in [[1..5], [2..3]]", True),
        ("[1..5] in ([2..3], [1..5])", True),
        ("[1..5].start", 1),
        ("(< 5).start", None),
        ("(< 5).end", 5),
        ("[1..5).end included", False),
        ("(!= 5).start included", False),
        ("(= 5).end included", True),
    ],
)
def test_equality_and_properties_of_ranges(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 between 1 and 5", True),
        ("5 between 5 and 9", True),
        ("5 between 6 and 9", False),
        ("5 between 1 and 4", False),
        ("1 + 4 between 2 + 3 and 10 / 2", True),
        ('"b" between "a" and "c"', True),
        ('@"2026-01-02" between @"2026-01-01" and @"2026-01-03"', True),
        ("5 between 1 and 9 and 6 between 1 and 2", False),
        ("not(5 between 1 and 9)", False),
        ("5 between 9 and null", False),
        ("5 between null and 1", False),
    ],
)
def test_between_is_two_comparisons(text: str, expected: bool) -> None:
    assert value_of(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "null between 1 and 2", "1 between null and 2", "1 between 1 and null", '1 between "a" and 2',
        "1 between 1 and true", "[1] between 1 and 2",
    ],
)  # fmt: skip
def test_between_of_what_cannot_be_compared_is_null(text: str) -> None:
    assert "order" in complaint_of(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 in (1, 2)", True),
        ("3 in (1, 2)", False),
        ("3 in ([1..2], > 2)", True),
        ("3 in [1, 2, 3]", True),
        ("3 in []", False),
        ("null in [1, null]", True),
        ("null in [1, 2]", False),
        ("null in null", True),
        ("null in (1, null)", True),
        ("[1, 2] in [[1, 2], [3]]", True),
        ("[1, 2] in ([3], [1, 2])", True),
        ("{a: 1} in [{a: 2}, {a: 1}]", True),
        ("true in [false, 2, 3]", False),
        ("5 in (? > 3)", True),
        ("5 in (? > 3 and even(?))", False),
        ('"案件" in (starts with(?, "案"), "x")', True),
        ("[5, 6] in (count(?) = 2)", True),
        ("{x: 5, r: x in (? > 3, ? < 1)}.r", True),
        ("for i in 1..3 return i in (? > i - 1 and ? < 3)", [True, True, False]),
    ],
)
def test_in(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '1 in "a"',
        '1 in (2, "a")',
        "1 in > true",
        "null in [1..2]",
        "null in > 1",
        "1 in (? + 1)",
        '"a" in (1)',
    ],
)
def test_in_is_null_if_no_test_passes_and_one_cannot_be_asked(text: str) -> None:
    assert complaint_of(text)


def test_the_question_in_a_test_after_in_is_not_that_of_the_cell() -> None:
    assert passes("? > 1 and limit in (? = 7)", 5, limit=7)
    assert not passes("? > 1 and limit in (? = 5)", 5, limit=7)
    assert passes("limit in (? = 5)", False, limit=7)
