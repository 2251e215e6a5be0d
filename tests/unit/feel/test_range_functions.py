from __future__ import annotations

import pytest

from engine.feel import Range

from .asking import complaint_of, value_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("before(1, 10)", True),
        ("before(10, 10)", False),
        ("before(1, (1..10])", True),
        ("before(1, [1..10])", False),
        ("before([1..10), 10)", True),
        ("before([1..10], [10..20])", False),
        ("before([1..10], (10..20])", True),
        ("before(point: 1, range: [2..3])", True),
        ("before(range: [2..3], point: 1)", False),
        ("before(point2: 2, point1: 1)", True),
        ("before([0], [1])", True),
        ("after(10, 5)", True),
        ("after(10, [1..10))", True),
        ("after([11..20], 11)", False),
        ("after((11..20], [1..11])", True),
        ("meets([1..5], [5..10])", True),
        ("meets([1..5), [5..10])", False),
        ("met by([5..10], [1..5])", True),
        ("met by((5..10], [1..5])", False),
        ("overlaps([1..5], [3..8])", True),
        ("overlaps([1..5], (5..8])", False),
        ("overlaps([1..5], [5..8])", True),
        ("overlaps before([1..5], [3..8])", True),
        ("overlaps before([1..5), (1..5])", True),
        ("overlaps before([1..5], (1..5])", True),
        ("overlaps before([1..5], [1..5])", False),
        ("overlaps before([1..8], [3..5])", False),
        ("overlaps before([1..2], [6..8])", False),
        ("overlaps after([3..8], [1..5])", True),
        ("overlaps after((1..5], [1..5))", True),
        ("overlaps after((1..5], [1..5])", True),
        ("overlaps after([1..5], [1..5))", False),
        ("overlaps after([1..5], [1..5])", False),
        ("finishes(10, [1..10])", True),
        ("finishes(10, [1..10))", False),
        ("finishes([5..10), [1..10))", True),
        ("finishes([1..10], (1..10])", False),
        ("finished by([1..10], 10)", True),
        ("finished by((1..10], [1..10])", False),
        ("includes([1..10], 5)", True),
        ("includes((1..10], 1)", False),
        ("includes([1..10], (1..10))", True),
        ("includes([1..10), [1..10])", False),
        ("during(10, [1..10])", True),
        ("during((1..10), [1..10])", True),
        ("during([1..10], (1..10))", False),
        ("starts(1, [1..10])", True),
        ("starts(1, (1..10])", False),
        ("starts([1..5], (1..10])", False),
        ("starts((1..5], (1..10])", True),
        ("started by([1..10], 1)", True),
        ("started by([1..10], [1..10))", True),
        ("coincides(5, 5)", True),
        ("coincides([1..5], [1..5])", True),
        ("coincides((1..5), [1..5])", False),
        ('before(@"2020-01-01", @"2020-01-02")', True),
        ('during("b", ["a".."c"])', True),
        ("before(1, (> 1))", True),
        ("before((< 1), 1)", True),
        ("before((> 1), 1)", False),
        ("includes((>= 5), 7)", True),
        ("includes((>= 5), [1..2])", False),
        ("overlaps((< 5), (> 4))", True),
        ("overlaps((< 5), (>= 5))", False),
        ("during([1..2], (< 3))", True),
        ("during((>= 5), (>= 3))", True),
        ("during((>= 5), [1..10])", False),
        ("includes((>= 1), [1..10])", True),
        ("coincides((< 5), (< 5))", True),
        ("starts((< 3), (< 5))", True),
        ("finishes((< 5), [1..5))", False),
        ("overlaps before((< 5), [1..9])", True),
    ],
)
def test_how_points_and_ranges_lie_to_each_other(text: str, expected: bool) -> None:
    assert value_of(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('range("[1..3]")', Range(1, 3, True, True)),
        ('range(from: "(1..3)")', Range(1, 3, False, False)),
        ('range("]1..3[")', Range(1, 3, False, False)),
        ('range(" [ -1 .. 3 ] ")', Range(-1, 3, True, True)),
        (r'range("[\"a\"..\"b\"]")', Range("a", "b", True, True)),
    ],
)
def test_a_range_from_its_text(text: str, expected: Range) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'before(1, "a")',
        "before(1, null)",
        "before(null, null)",
        "before(1, [1, 2])",
        "before(a: 1, b: 2)",
        "meets(1, [1..2])",
        "overlaps([1..2], 1)",
        "finishes([1..2], 1)",
        "includes(1, [1..2])",
        "during(1, 2)",
        'during("a", [1..2])',
        "coincides(1, [1..1])",
        "starts(point: [1..2], range: [1..2])",
        'range("[1..]")',
        'range("[..1]")',
        'range("1..3")',
        'range("[3..1]")',
        r'range("[1..\"b\"]")',
        'range("[null..null]")',
        'range("[1+1..3]")',
        'range("[x..3]")',
        'range(">= 3")',
        'range("")',
        "range(null)",
        "range([1..3])",
    ],
)
def test_ranges_refuse_what_is_not_defined(text: str) -> None:
    assert "Expected" in complaint_of(text)
