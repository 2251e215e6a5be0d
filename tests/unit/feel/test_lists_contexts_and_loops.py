from __future__ import annotations

from datetime import date

import pytest

from .asking import complaint_of, value_of

ORDERS = [{"id": 1, "amount": 5}, {"id": 2, "amount": 50}, {"id": 3, "amount": 500}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for i in 1..3 return i * i", [1, 4, 9]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in [1..3) return i", [1, 2]),
        ("for a in [1, 2], b in [a, a * 10] return a + b", [2, 11, 4, 22]),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", [1, 1, 2, 6, 24]),
        ("for i in 1..3 return count(partial)", [0, 1, 2]),
        ("for i in 1..3 return partial", [[], [[]], [[], [[]]]]),
        (
            'for d in @"2026-01-30"..@"2026-02-01" return d',
            [date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 1)],
        ),
        ("for i in 5 return i", [5]),
        ("for f in (for i in 1..3 return function() i) return f()", [1, 2, 3]),
        ("some x in [1, 2, 3] satisfies x > 2", True),
        ("every x in [1, 2, 3] satisfies x > 2", False),
        ("every x in [] satisfies false", True),
        ("some x in [] satisfies true", False),
        ("some x in [1, 2], y in [2, 3] satisfies x = y", True),
        ("[1, 2, 3][1]", 1),
        ("[1, 2, 3][-1]", 3),
        ("[1, 2, 3][item >= 2]", [2, 3]),
        ("orders[amount > 10].id", [2, 3]),
        ("orders[amount > 10][1].id", 2),
        ("orders[item.amount = 5]", [ORDERS[0]]),
        ("orders.amount", [5, 50, 500]),
        ("orders[limit]", ORDERS[1]),
        ("5[1]", 5),
        ("5[item > 9]", []),
        ("[][item > 1]", []),
        ("{a: 1, b: a + 1, c: {d: b + 1}}.c.d", 3),
        ('{"a b": 1}.a b', 1),
        ("{}", {}),
        ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(10)}.r", 3628800),
        ("(function(a, b) a - b)(b: 1, a: 3)", 2),
        ("{add: function(a) function(b) a + b, r: add(1)(2)}.r", 3),
    ],
)
def test_loops_filters_and_contexts(text: str, expected: object) -> None:
    assert value_of(text, orders=ORDERS, limit=2) == expected


@pytest.mark.parametrize(
    "text",
    [
        "for i in null return i",
        "for i in 1.5..2 return i",
        "[1][2]",
        "[1][0]",
        "nothing(1)",
        "5(1)",
        "(function(a) a)(1, 2)",
        "(function(a) a)(b: 1)",
        '(function(a: number) a)("x")',
    ],
)
def test_what_is_not_defined_is_null_and_says_why(text: str) -> None:
    assert "Expected" in complaint_of(text)
