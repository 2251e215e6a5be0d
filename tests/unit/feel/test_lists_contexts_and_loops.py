from __future__ import annotations

from datetime import date

import pytest

from .asking import complaint_of, evaluation_of, value_of

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
    ("text", "expected"),
    [
        ("count([1, 2])", 2),
        ("sum([1, 2.5])", 3.5),
        ("sum(1, 2, 3)", 6),
        ("min(3, 1, 2)", 1),
        ('max(["a", "c", "b"])', "c"),
        ("mean([1, 2, 3])", 2),
        ("median(8, 2, 5, 3, 4)", 4),
        ("mode([6, 3, 9, 6, 6])", [6]),
        ("product([2, 3, 4])", 24),
        ("list contains([1, null], null)", True),
        ("list contains([1, 2], 2.0)", True),
        ("append([1], 2, 3)", [1, 2, 3]),
        ("concatenate([1], [2], [3])", [1, 2, 3]),
        ('distinct values([1, 1.0, "1", true, null, null])', [1, "1", True, None]),
        ("flatten([[1, [2]], 3])", [1, 2, 3]),
        ("sort([3, 1, 2], function(x, y) x < y)", [1, 2, 3]),
        ("sort(list: [3, 1, 2], precedes: function(x, y) x > y)", [3, 2, 1]),
        ("index of([1, 2, 1], 1)", [1, 3]),
        ("union([1, 2], [2, 3])", [1, 2, 3]),
        ("reverse([1, 2])", [2, 1]),
        ("insert before([1, 3], 2, 2)", [1, 2, 3]),
        ("remove([1, 2, 3], -1)", [1, 2]),
        ("list replace([1, 2], 2, 9)", [1, 9]),
        ("list replace([1, 2, 5], function(item, newItem) item < newItem, 3)", [3, 3, 5]),
        ("all([true, null, false])", False),
        ("any([false, true])", True),
        ("sublist([1, 2, 3], 2)", [2, 3]),
        ("sublist([1, 2, 3], -2, 1)", [2]),
        ('get value({a: 1}, "a")', 1),
        ('get value({a: {b: 2}}, ["a", "b"])', 2),
        ("get entries({a: 1})", [{"key": "a", "value": 1}]),
        ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
        ('context put({a: {b: 1}}, ["a", "b"], 2)', {"a": {"b": 2}}),
        ("context merge([{a: 1}, {a: 2, b: 3}])", {"a": 2, "b": 3}),
        ('context([{key: "a", value: 1}])', {"a": 1}),
        ("get or else(null, 1)", 1),
        ("is defined(orders)", True),
        ("is defined(nothing)", False),
        ("is defined(orders[1].id)", True),
        ("is defined(orders[1].nothing)", False),
        ("not(false)", True),
        ("before(1, [2..3])", True),
        ("overlaps([1..5], [3..8])", True),
        ("during(2, [1..3])", True),
        ('range("[1..3]") = [1..3]', True),
    ],
)
def test_functions_on_lists_and_contexts(text: str, expected: object) -> None:
    assert value_of(text, orders=ORDERS) == expected


@pytest.mark.parametrize("text", ["sum([])", "min([])", "mean([])"])
def test_of_nothing_there_is_no_sum(text: str) -> None:
    assert evaluation_of(text).value is None


def test_context_put_leaves_the_variable_as_it_was() -> None:
    case = {"applicant": {"name": "张三"}}

    value_of('context put(case, ["applicant", "name"], "李四")', case=case)

    assert case == {"applicant": {"name": "张三"}}


@pytest.mark.parametrize(
    "text",
    [
        "for i in null return i",
        "for i in 1.5..2 return i",
        "[1][2]",
        "[1][0]",
        'sum([1, "a"])',
        "insert before([1], 5, 1)",
        "sublist([1], 1, 5)",
        "sort([1, true])",
        "sort([2, 1], function(x, y) 1)",
        "nothing(1)",
        "5(1)",
        "(function(a) a)(1, 2)",
        "(function(a) a)(b: 1)",
        '(function(a: number) a)("x")',
        "count()",
        "substring(strange: 1)",
        "get value(1, 2)",
    ],
)
def test_what_is_not_defined_is_null_and_says_why(text: str) -> None:
    assert "Expected" in complaint_of(text)


def test_a_list_of_one_stands_for_its_item_where_no_list_is_wanted() -> None:
    assert value_of('upper case(["a"])') == "A"
    assert value_of("count(5)") == 1
