"""Functions that expressions define. Source: DMN 1.5, clause 10.3.2.13, tables 48, 53 and 63."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.feel import compile_expression

from .asking import complaint_of, evaluation_of, value_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(function() 1)()", 1),
        ("(function(x) x + 1)(2)", 3),
        ("(function(x, y) x - y)(5, 3)", 2),
        ("(function(x, y) x - y)(y: 3, x: 5)", 2),
        ("(function(x, y) [x, y])(y: 3)", [None, 3]),
        ("(function(x) x)(null)", None),
        (
            "{isPositive: function(x) x > 0, isNotNegative: function(x) isPositive(x + 1), r: isNotNegative(0)}.r",
            True,
        ),
        ("{f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), r: f(10)}.r", 55),
        ("{f: function(n: number) if n = 0 then 0 else f(n: n - 1), r: f(5)}.r", 0),
        ("{f: function(a) function(b) function(c) [a, b, c], r: f(1)(2)(3)}.r", [1, 2, 3]),
        ("{y: 5, f: function(x) x + y, r: (for y in [100] return f(1))[1]}.r", 6),
        ("[function(x) x * 2, function(x) x * 3][2](5)", 15),
        ("{ops: {twice: function(x) x * 2}}.ops.twice(4)", 8),
        ("(if true then function(x) 1 else function(x) 2)(0)", 1),
        ("sort([3, 1, 2], function(a, b) a > b)", [3, 2, 1]),
        ("(function(f, x) f(f(x)))(function(x) x * 2, 5)", 20),
        ("{c: 1, f: function() c + outer, r: f()}.r", 8),
        ("(function(x: number) x)(5)", 5),
        ("(function(x: number) x)([5])", 5),
        ("(function(x: list<number>) x)(5)", [5]),
        ("(function(x: number) x)(null)", None),
        ("(function(x: Any) x)([5])", [5]),
        ("(function(x: context<a: number>) x.a)({a: 1, b: 2})", 1),
        ("(function(f: function<number> -> number) f(1))(function(x: number) x + 1)", 2),
        ("(function(x: tUnknown) x)(5)", 5),
    ],
)
def test_functions_are_values_with_closures_and_parameters(text: str, expected: object) -> None:
    assert value_of(text, outer=7) == expected


@pytest.mark.parametrize(
    "text",
    [
        "(function(x) x)()", "(function(x) x)(1, 2)", "(function() 1)(1)", "(function(x) x)(y: 1)",
        "(function(x) x)(x: 1, y: 2)", '(function(x: number) 1)("a")', "(function(x: number) 1)([1, 2])",
        "(function(x: list<number>) 1)(true)", "(function(x: context<a: number>) 1)({b: 1})",
        "(function(f: function<number> -> string) 1)(function(x: number) x + 1)", "1(2)", '"f"(1)', "nothing(1)",
        "{a: 1}.a()", "[1, 2](1)",
    ],
)  # fmt: skip
def test_a_call_that_does_not_fit_is_null(text: str) -> None:
    assert complaint_of(text)


def test_a_complaint_stands_where_the_call_stands() -> None:
    diagnostic = evaluation_of("1 + 1 + (function(x) x)()").diagnostics[0]

    assert diagnostic.position == 23


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(function(a) a) = (function(a) a)", True),
        ("(function(a) a) = (function( a )  a )", True),
        ("(function(a) a + 1) = (function(a) a + 2)", False),
        ("(function(a) a) = (function(b) b)", False),
        ("(function(a: number) a) = (function(a: string) a)", False),
        ("(function(a) a) != (function(a) 1)", True),
        ("{f: function(x) x, r: f = f}.r", True),
        ("(for i in 1..2 return function() i)[1] = (for i in 1..2 return function() i)[1]", False),
        ("list contains([function(a) a], function(a) a)", True),
        ("count(distinct values([function(a) a, function(a) a, function(b) b]))", 2),
        ("abs = abs", True),
        ("abs = sqrt", False),
    ],
)
def test_functions_are_equal_with_the_same_parameters_body_and_scope(text: str, expected: object) -> None:
    assert value_of(text) == expected


EXTERNAL = (
    'function(a: number, b) external {java: {class: "java.lang.Math", method signature: "max(double)"}}'
)


def test_an_external_function_is_read_and_never_run() -> None:
    assert "never run" in complaint_of(f"({EXTERNAL})(1, 2)")
    assert "never run" in complaint_of(f"{{max: {EXTERNAL}, r: max(1, 2)}}.r")
    assert value_of(f"({EXTERNAL}) instance of function<number, Any> -> Any") is True
    assert complaint_of('(function() external {pmml: {document: "d", model: "m"}})()')


def test_external_is_an_ordinary_name_elsewhere() -> None:
    assert value_of("external + 1", external=1) == 2
    assert value_of("(function(external) external)(3)") == 3


def test_a_function_keeps_the_variables_of_the_evaluation_that_made_it() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    function = compile_expression("function(x) x + y").value({"y": 1}, now=now)

    assert compile_expression("f(1)").value({"f": function, "y": 100}, now=now) == 2
