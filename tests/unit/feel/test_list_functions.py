from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.feel.limits import MAX_LIST_ITEMS

from .asking import complaint_of, evaluation_of, value_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("list contains([1, 2, null], null)", True),
        ("list contains([1, 2], 2.0)", True),
        ('list contains([1, 2], "1")', False),
        ("list contains(element: 1, list: [1])", True),
        ("list contains([[1], {a: 1}], {a: 1.0})", True),
        ("list contains(1, 1)", True),
        ("count([1, null])", 2),
        ("count([])", 0),
        ("count(5)", 1),
        ("min(3, 1, 2)", 1),
        ("min([3, 1, 2])", 1),
        ("min(list: [3, 1])", 1),
        ('min("b", "a")', "a"),
        ('min([@"2020-01-02", @"2020-01-01"])', date(2020, 1, 1)),
        ('max(@"P1D", @"PT1H")', timedelta(days=1)),
        ("max(1)", 1),
        ("max([])", None),
        ("sum([1, 2.5])", 3.5),
        ("sum(1, 2, 3)", 6),
        ("sum(7)", 7),
        ("sum([])", None),
        ('sum(@"P1D", @"PT12H")', timedelta(hours=36)),
        ("mean([1, 2, 3])", 2),
        ("mean(1, 2)", 1.5),
        ("mean([])", None),
        ("median(8, 2, 5, 3, 4)", 4),
        ("median([6, 1, 2, 3])", 2.5),
        ("median([])", None),
        ("product([2, 3, 4])", 24),
        ("product([])", None),
        ("stddev([47])", None),
        ("stddev([])", None),
        ("string(stddev(2, 4, 7, 5))", "2.081665999466132735282297706979931"),
        ("mode(6, 3, 9, 6, 6)", [6]),
        ("mode([6, 1, 9, 6, 1])", [1, 6]),
        ("mode([])", []),
        ("all([true, null, false])", False),
        ("all([true, null])", None),
        ("all([])", True),
        ("all(true, true)", True),
        ("any([false, null, true])", True),
        ("any([false, null])", None),
        ("any([])", False),
        ("sublist([1, 2, 3], 2)", [2, 3]),
        ("sublist([1, 2, 3], -2, 1)", [2]),
        ("sublist(list: [1, 2, 3], start position: 1, length: 3)", [1, 2, 3]),
        ("append([1], 2, 3)", [1, 2, 3]),
        ("append([1], [2])", [1, [2]]),
        ("append([1], null)", [1, None]),
        ("append(1, 2)", [1, 2]),
        ("append(list: [1], item: 2)", [1, 2]),
        ("concatenate([1], [2], [3])", [1, 2, 3]),
        ("concatenate([[1], [2]])", [[1], [2]]),
        ("concatenate(1, [null], [])", [1, None]),
        ("insert before([1, 3], 1, 2)", [2, 1, 3]),
        ("insert before([1, 3], -1, 2)", [1, 2, 3]),
        ("insert before(list: [1], position: 1, newItem: [2])", [[2], 1]),
        ("remove([1, 2, 3], 2)", [1, 3]),
        ("remove([1, 2, 3], -1)", [1, 2]),
        ("reverse([1, 2])", [2, 1]),
        ("index of([1, 2, 1], 1)", [1, 3]),
        ("index of([1, null, null], null)", [2, 3]),
        ("index of([1], 2)", []),
        ("union([1, 2], [2, 3])", [1, 2, 3]),
        ("union([1, 1], 1)", [1]),
        ('distinct values([1, 1.0, "1", true, null, null, [1], [1]])', [1, "1", True, None, [1]]),
        ("duplicate values([1, 2, 1, 1])", [1]),
        ("flatten([[1, [2]], 3, []])", [1, 2, 3]),
        ("flatten(1)", [1]),
        ("sort([3, 1, 2])", [1, 2, 3]),
        ("sort([3, 1, 2], function(x, y) x > y)", [3, 2, 1]),
        ("sort(list: [2, 1], precedes: function(x, y) x < y)", [1, 2]),
        ("sort([{k: 1, v: 1}, {k: 0}, {k: 1, v: 2}], function(x, y) x.k < y.k)[3].v", 2),
        ("sort([], function(x, y) 1)", []),
        ("list replace([1, 2], 2, 9)", [1, 9]),
        ("list replace([1, 2], -2, 9)", [9, 2]),
        ("list replace([1, 2, 5], function(item, newItem) item < newItem, 3)", [3, 3, 5]),
        ("list replace(list: [1, 2], match: function(a, b) a = 1, newItem: 0)", [0, 2]),
        ("list replace(list: [1, 2], position: 1, newItem: 0)", [0, 2]),
    ],
)
def test_functions_on_lists(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "list contains(null, 1)",
        "count(null)",
        "count()",
        "count(1, 2)",
        "min(null)",
        "min(1, null)",
        'max(1, "a")',
        "max([true, false])",
        "max([1, [2]])",
        "sum(null)",
        'sum([1, "a"])',
        'sum(["a", "b"])',
        'sum([@"P1D", @"P1Y"])',
        'sum(@"2020-01-01", @"P1D")',
        'sum(@"P1D", @"2020-01-01")',
        "mean([1, null])",
        'median(["a"])',
        "product([1, true])",
        "stddev([1, null])",
        "mode([1, null])",
        "all(null)",
        "any(null)",
        "any(l: [true])",
        "sublist([1, 2], 0)",
        "sublist([1, 2], 3)",
        "sublist([1, 2], 1, 3)",
        "sublist([1, 2], 1, 0)",
        "sublist([1, 2], 1.5)",
        "append(null, 1)",
        "append([1])",
        "concatenate([1], null)",
        "insert before([1], 2, 0)",
        "insert before([1], 0, 0)",
        'insert before([1], "1", 0)',
        "remove([1], 2)",
        "remove([1], null)",
        "reverse(null)",
        "index of(null, 1)",
        "union([1], null)",
        "distinct values(null)",
        "flatten(null)",
        "sort(null)",
        "sort([1, true])",
        "sort([2, 1], function(x, y) 1)",
        "sort([2, 1], function(x) true)",
        "sort([2, 1], null)",
        "list replace([1], 2, 0)",
        "list replace([1], null, 0)",
        "list replace([1], function(a, b) null, 0)",
        "list replace([1], function(a) true, 0)",
    ],
)
def test_lists_refuse_what_is_not_defined(text: str) -> None:
    assert "Expected" in complaint_of(text)


@pytest.mark.parametrize("text", ["all([1, true])", "any([1, false])", "all([null])"])
def test_what_is_no_boolean_leaves_all_and_any_open(text: str) -> None:
    assert evaluation_of(text).value is None


@pytest.mark.parametrize("function", ["concatenate(a, a)", "union(a, b)", "append(a, 1)", "flatten([a, a])"])
def test_no_list_grows_over_the_bound(function: str) -> None:
    items = list(range(MAX_LIST_ITEMS))

    assert evaluation_of(function, a=items, b=[-1]).limit_exceeded


def test_many_short_lists_are_joined_in_few_steps() -> None:
    lists = ", ".join("[1]" for _ in range(5_000))

    assert len(value_of(f"concatenate({lists})")) == 5_000


def test_any_and_all_of_what_is_no_boolean_say_so() -> None:
    assert complaint_of('any([false, "x"])').startswith("any: Expected a list of booleans")
    assert complaint_of("all([true, 1])").startswith("all: Expected a list of booleans")
    assert value_of("all([true, null])") is None
    assert value_of("any([null, true, 1])") is True
