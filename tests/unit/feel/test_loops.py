"""for, some, every. Source: DMN 1.5, clauses 10.3.2.14 and 10.3.2.15, tables 49 and 50."""

from __future__ import annotations

from datetime import date

import pytest

from .asking import complaint_of, evaluation_of, value_of

DAYS = [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for i in [1, 2] return i * 2", [2, 4]),
        ("for i in [] return i", []),
        ("for i in 1..3 return i", [1, 2, 3]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in 2..2 return i", [2]),
        ("for i in -1..1 return i", [-1, 0, 1]),
        ("for i in n..n + 2 return i", [2, 3, 4]),
        ("for i in 1.0..2.0 return i", [1, 2]),
        ("for i in [1..3] return i", [1, 2, 3]),
        ("for i in (1..3) return i", [2]),
        ("for i in ]1..3] return i", [2, 3]),
        ("for i in [1..3[ return i", [1, 2]),
        ("for i in (1..1) return i", []),
        ("for i in (= 3) return i", [3]),
        ("for i in r return i", [5, 6]),
        ("for i in [[1..2]][1] return i", [1, 2]),
        ('for d in @"2026-02-27"..@"2026-03-01" return d', DAYS),
        ('for d in @"2026-03-01"..@"2026-02-27" return d', DAYS[::-1]),
        ('for d in [@"2026-02-27"..@"2026-03-01") return d', DAYS[:2]),
        ('for d in date("2026-02-27")..date("2026-02-27") return d.day', [27]),
        ("for i in 7 return i", [7]),
        ('for c in "ab" return c', ["ab"]),
        ("for c in {a: 1} return c.a", [1]),
        ("for i in [null, 1] return i", [None, 1]),
        ("for i in [1, 2], j in [3, 4] return i * j", [3, 4, 6, 8]),
        ("for i in 1..2, j in i..2 return [i, j]", [[1, 1], [1, 2], [2, 2]]),
        ("for l in [[1, 2], [3]], i in l return i", [1, 2, 3]),
        ("for i in [1, 2], i in [i, 9] return i", [1, 9, 2, 9]),
        ("for i in 1..2 return for j in 1..i return j", [[1], [1, 2]]),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", [1, 1, 2, 6, 24]),
        ("for i in 1..2, j in 1..2 return count(partial)", [0, 1, 2, 3]),
        ("for i in 1..2 return for j in 1..2 return count(partial)", [[0, 1], [0, 1]]),
        ("for i in 1..3 return sum(partial)", [None, None, None]),
        ("for partial in [5] return partial", [5]),
        ("count(for i in 1..3 return partial)", 3),
        ("for x in (for y in 1..2 return y * 2) return x", [2, 4]),
        ("for i in [1, 2, 3][item > 1] return i", [2, 3]),
        ("for f in (for i in 1..2 return function(x) x + i) return f(10)", [11, 12]),
    ],
)
def test_for(text: str, expected: object) -> None:
    assert evaluation_of(text, n=2, r=value_of("[5..6]")).value == expected


@pytest.mark.parametrize(
    "text",
    [
        "for i in null return i", "for i in 1.5..3 return i", "for i in 1..2.5 return i", "for i in null..3 return i",
        'for i in "a".."c" return i', 'for i in ["a".."c"] return i', "for i in [3..1] return i",
        "for i in (> 1) return i", "for i in (< 1) return i", "for i in (!= 1) return i", "for i in [1.5..3] return i",
        'for i in @"2026-01-01".."x" return i', 'for i in @"2026-01-01T00:00:00"..@"2026-01-02T00:00:00" return i',
        'for i in @"P1D"..@"P3D" return i', "for i in [1], j in null return i", "some i in null satisfies true",
        "every i in null satisfies true",
    ],
)  # fmt: skip
def test_what_cannot_be_gone_through_makes_the_loop_null(text: str) -> None:
    assert complaint_of(text)


TERNARY = {"true": True, "false": False, "null": None, '"x"': None, "1": None}


@pytest.mark.parametrize("one", TERNARY)
@pytest.mark.parametrize("other", TERNARY)
def test_some_is_or_and_every_is_and_over_all_items(one: str, other: str) -> None:
    values = (TERNARY[one], TERNARY[other])
    some = True if True in values else None if None in values else False
    every = False if False in values else None if None in values else True

    assert evaluation_of(f"some x in [{one}, {other}] satisfies x").value is some
    assert evaluation_of(f"every x in [{one}, {other}] satisfies x").value is every


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("some x in [] satisfies true", False),
        ("every x in [] satisfies false", True),
        ("some x in [1, 2], y in [x, 5] satisfies y > 4", True),
        ("every x in 1..3, y in x..3 satisfies y >= x", True),
        ("every x in [1], y in [] satisfies false", True),
        ("some x in 5 satisfies x = 5", True),
        ("some x in [1..3] satisfies x = 3", True),
        ("some x in [1, 2] satisfies every y in [x] satisfies y = 2", True),
        ("if some x in [1] satisfies x = 1 then 1 else 2", 1),
    ],
)
def test_quantified_expressions(text: str, expected: object) -> None:
    assert value_of(text) == expected


def test_a_condition_that_is_no_boolean_is_said() -> None:
    assert "'every'" in complaint_of("every x in [1] satisfies x")
    assert "'some'" in complaint_of('some x in ["a"] satisfies x')
