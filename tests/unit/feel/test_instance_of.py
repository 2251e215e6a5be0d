"""Source: DMN 1.5, clauses 10.3.2.9 and 10.3.2.15, table 61."""

from __future__ import annotations

import pytest

from .asking import complaint_of, value_of

VALUES = {
    "number": "1.5",
    "string": '"a"',
    "boolean": "true",
    "date": '@"2026-03-01"',
    "time": '@"10:00:00"',
    "date and time": '@"2026-03-01T10:00:00"',
    "days and time duration": '@"P1D"',
    "years and months duration": '@"P1M"',
    "list<Any>": "[1]",
    "context<a: Any>": "{a: 1}",
    "range<number>": "[1..2]",
    "function<> -> Any": "(function() 1)",
    "Null": "null",
}


@pytest.mark.parametrize("type_", VALUES)
@pytest.mark.parametrize("other", VALUES)
def test_every_kind_of_value_has_its_own_type_and_no_other(type_: str, other: str) -> None:
    assert value_of(f"{VALUES[type_]} instance of {other}") is (type_ == other)


@pytest.mark.parametrize("type_", VALUES)
def test_everything_but_null_is_any(type_: str) -> None:
    assert value_of(f"{VALUES[type_]} instance of Any") is (type_ != "Null")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1, 2] instance of list<number>", True),
        ('[1, "a"] instance of list<number>', False),
        ('[1, "a"] instance of list<Any>', True),
        ("[] instance of list<number>", True),
        ("[1, null] instance of list<number>", True),
        ("[[1], []] instance of list<list<number>>", True),
        ("[[1], 2] instance of list<list<number>>", False),
        ("1 instance of list<number>", False),
        ("[1] instance of number", False),
        ("{a: 1, b: 2} instance of context<a: number>", True),
        ("{a: null} instance of context<a: number>", True),
        ("{} instance of context<a: number>", False),
        ("{a: {b: 1}} instance of context<a: context<b: number>>", True),
        ("{first name: 1} instance of context<first name: number>", True),
        ('["a".."b"] instance of range<string>', True),
        ("[1..2] instance of range<string>", False),
        ("[1..2] instance of range<Any>", True),
        ("(< 5) instance of range<number>", True),
        ("(function(a: number) a) instance of function<number> -> number", True),
        ("(function(a: number) a) instance of function<number> -> string", False),
        ("(function(a: number) a) instance of function<number> -> Any", True),
        ("(function(a: number) a) instance of function<string> -> number", False),
        ("(function(a: number) a) instance of function<> -> number", False),
        ("(function(a) 1) instance of function<string> -> number", True),
        ("(function(a: Any) 1) instance of function<string> -> number", True),
        ("(function(a: string) 1) instance of function<Any> -> number", False),
        ("(function() null) instance of function<> -> number", True),
        ("(function() [1]) instance of function<> -> list<number>", True),
        ('(function() [1, "a"]) instance of function<> -> list<number>', False),
        ("(function() []) instance of function<> -> list<number>", True),
        ("(function() {a: 1}) instance of function<> -> context<a: number>", True),
        ("(function() {a: 1}) instance of function<> -> context<b: number>", False),
        ("(function() 1 = 2) instance of function<> -> boolean", True),
        ("(function() 1 + 2) instance of function<> -> string", False),
        ('(function() "a" + "b") instance of function<> -> string', True),
        ("(function(a: number) if a > 1 then a else 2) instance of function<number> -> number", True),
        ('(function() if true then "a" else "b") instance of function<> -> number', False),
        ("(function(x) x) instance of function<number> -> number", True),
        ("(function(a: number) function() a) instance of function<number> -> function<> -> number", True),
        ("(function(a: string) function() a) instance of function<string> -> function<> -> number", False),
        ("[function(a: string) 2] instance of list<function<string> -> number>", True),
        ("[function(a: string) 2] instance of list<function<string>->string>", False),
        ("(function() [1..2]) instance of function<> -> range<number>", True),
        ("(function() for i in [1] return i) instance of function<> -> list<number>", True),
        ("not(1 instance of string)", True),
        ("1 instance of number and true", True),
        ("{a: 1}.a instance of number", True),
        ("(1 + 1) instance of number", True),
        ("-1 instance of number", True),
    ],
)  # fmt: skip
def test_types_with_parts(text: str, expected: bool) -> None:
    assert value_of(text) is expected


@pytest.mark.parametrize(
    "type_", ["list", "context", "range", "function", "tUnknown", "numbers", "list<tUnknown>"]
)
def test_a_type_that_is_none_gives_null(type_: str) -> None:
    """Table 61 has `123 instance of list`, a list of nothing, as its example."""
    assert complaint_of(f"123 instance of {type_}")
