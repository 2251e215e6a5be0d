from __future__ import annotations

import pytest

from .asking import complaint_of, evaluation_of, value_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('get value({a: 1}, "a")', 1),
        ('get value({a: 1}, "b")', None),
        ('get value(key: "a", m: {a: null})', None),
        ('get value({a: {b: 2}}, ["a", "b"])', 2),
        ('get value({a: 1}, ["a", "b"])', None),
        ("get value({a: 1}, [])", None),
        ("get entries({a: 1})", [{"key": "a", "value": 1}]),
        ("get entries(m: {})", []),
        ('context([{key: "a", value: 1}, {key: "b", value: null, more: 2}])', {"a": 1, "b": None}),
        ('context({key: "a", value: 1})', {"a": 1}),
        ("context([])", {}),
        ("context(get entries({a: 1, b: 2}))", {"a": 1, "b": 2}),
        ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
        ('context put({a: 1}, "a", null)', {"a": None}),
        ('context put({a: {b: 1, c: 0}}, ["a", "b"], 2)', {"a": {"b": 2, "c": 0}}),
        ('context put(context: {}, keys: ["a"], value: 1)', {"a": 1}),
        ('context put(context: {}, key: "a", value: 1)', {"a": 1}),
        ("context merge([{a: 1}, {a: 2, b: 3}])", {"a": 2, "b": 3}),
        ("context merge(contexts: {a: 1})", {"a": 1}),
        ("context merge([])", {}),
        ("get or else(null, 1)", 1),
        ("get or else(2, 1)", 2),
        ("not(true)", False),
        ("not(negand: false)", True),
        ("not(null)", None),
        ("is(1, 1.0)", True),
        ('is(1, "1")', False),
        ("is(null, null)", True),
        ("is(null, 0)", False),
        ("is([1], [1])", True),
        ('is(@"23:00:50Z", @"23:00:50+00:00")', True),
        ('is(@"20:00:50+00:00", @"21:00:50+01:00")', False),
        ('is(@"P0Y", @"P0D")', False),
        ("is(value1: 1)", False),
        ("is(value2: 1)", False),
        ("is(value2: 1, value1: 1)", True),
    ],
)
def test_functions_on_contexts_and_values(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'get value(null, "a")',
        "get value({a: 1}, null)",
        "get value({a: 1}, [1])",
        "get entries(null)",
        "get entries([1, 2])",
        'context([{key: "a"}])',
        "context([{value: 1}])",
        "context([{key: 1, value: 1}])",
        'context([{key: "a", value: 1}, {key: "a", value: 2}])',
        "context(null)",
        "context([null])",
        'context put(null, "a", 1)',
        "context put({}, null, 1)",
        "context put({}, [], 1)",
        "context put({}, [1], 1)",
        'context put({a: 1}, ["a", "b"], 1)',
        'context put({}, ["a", "b"], 1)',
        "context merge([{a: 1}, null])",
        "context merge(null)",
        "not(1)",
        "is()",
        "is(1, 2, 3)",
    ],
)
def test_contexts_refuse_what_is_not_defined(text: str) -> None:
    assert "Expected" in complaint_of(text)


def test_a_new_context_leaves_the_old_one_as_it_was() -> None:
    case = {"applicant": {"name": "张三"}}

    value_of('context put(case, ["applicant", "name"], "李四")', case=case)
    value_of("context merge([case, {applicant: 1}])", case=case)

    assert case == {"applicant": {"name": "张三"}}


def test_a_name_may_be_defined_and_null() -> None:
    assert value_of("is defined(x)", x=None) is True
    assert value_of("is defined(x.y)", x={"y": None}) is True
    assert value_of("is defined(x.y)", x={"z": 1}) is False
    assert value_of("is defined(x[1].y)", x=[{"y": 1}]) is True
    assert evaluation_of("is defined(nothing)").value is False
