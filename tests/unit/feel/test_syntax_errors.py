from __future__ import annotations

import re
import time

import pytest

from engine.errors import InvalidArgument
from engine.feel import FeelSyntaxError, compile_expression
from engine.feel.limits import MAX_TEXT_CHARACTERS

from .asking import NOW


@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ("", 0, "an expression"),
        ("1 +", 3, "an expression"),
        ("1 2", 2, "the end of the expression"),
        ("(1", 2, "')'"),
        ("[1, 2", 5, "']'"),
        ("{a 1}", 4, "':'"),
        ("{a: 1,}", 6, "a context key"),
        ("{a: 1, a: 2}", 7, "a key that is not used twice"),
        ("f(1, a: 2)", 5, "only named or only positional arguments"),
        ("f(1,)", 4, "an expression"),
        ("function(a, a) a", 12, "a parameter name that is not used twice"),
        ("if a then b", 11, "'else'"),
        ("for i in x i", 11, "'return'"),
        ("some i in x return i", 12, "'satisfies'"),
        ("x between 1 or 2", 12, "'and'"),
        ('"abc', 0, "a string with a closing quote"),
        ("1 /* abc", 2, "a comment with a closing */"),
        (r'"\uD83D"', 0, "an escape of a Unicode character"),
        ('@"tomorrow"', 1, "a valid temporal literal"),
        ("1e9999", 0, "a number within 34 digits and exponents -6143..6144"),
        ("a.", 2, "a property name"),
        ("a b", 2, "the end of the expression"),
        ("x instance of 5", 14, "a type name"),
        ("a # b", 2, "an expression"),
        ("[1..2", 5, "')', ']' or '['"),
        ("then", 0, "an expression"),
        ("= 5", 0, "an expression"),
        ("a == 5", 3, "an expression"),
        ("1 + < 2", 4, "an expression"),
        ("{a <= b: 1}", 3, "':'"),
        ("for a:b in x return a", 5, "'in'"),
        ("function(a, b", 13, "')'"),
        ("function(a) external {java}", 26, "':'"),
        ("x in (1, 2", 10, "')'"),
        ("x.y then", 4, "the end of the expression"),
        ("-", 1, "an expression"),
        ("@5", 1, "a valid temporal literal"),
        ("every x in y then z", 13, "'satisfies'"),
        ("x instance of list<", 19, "a type name"),
        ("x instance of function<number>", 30, "'->'"),
        ("[1, 2)", 5, "']'"),
        ("]1..5", 5, "')', ']' or '['"),
    ],
)
def test_a_malformed_text_says_where_and_what_was_expected(text: str, position: int, expected: str) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)

    assert (caught.value.position, caught.value.expected) == (position, expected)
    assert str(caught.value).startswith(f"Expected {expected} at line 1, column {position + 1}")
    assert isinstance(caught.value, InvalidArgument)


def test_lines_and_columns_count_from_one() -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression("1 +\n  2 +\n  )")

    assert (caught.value.line, caught.value.column) == (3, 3)
    assert caught.value.zh == "第 3 行第 3 列：应为表达式，但遇到')'"


@pytest.mark.parametrize(
    ("text", "sign"), [("count（x）", "("), ("f(a，b)", ","), ("a ＝ 1", "="), ("“a”", '"'), ("a ≥ 1", ">=")]
)
def test_full_width_signs_are_pointed_out(text: str, sign: str) -> None:
    with pytest.raises(FeelSyntaxError, match="full-width twin") as caught:
        compile_expression(text)

    assert caught.value.expected == repr(sign)


def test_a_text_over_32_kib_is_refused() -> None:
    compile_expression("1" + " " * (MAX_TEXT_CHARACTERS - 1))

    with pytest.raises(FeelSyntaxError):
        compile_expression("1" + " " * MAX_TEXT_CHARACTERS)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "1" + ")" * 5000,
        "[" * 5000,
        "{a:" * 5000,
        "-" * 5000 + "1",
        "f(" * 5000,
        "if a then " * 3000,
        "a" + ".b" * 5000,
        "a" + "[1]" * 5000,
        "for a in " * 3000,
        "function() " * 2000 + "1",
        "x instance of " + "list<" * 5000,
        "a = " * 5000 + "a",
        "]1.." * 5000,
        "not(" * 5000,
        "x in (" * 3000,
        "1 between " * 2000,
    ],
)
def test_deep_nesting_is_refused_before_python_s_stack_ends(text: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile_expression(text)


@pytest.mark.parametrize(
    "text",
    [
        "1" + "+1" * 5000,
        "true" + " and true" * 3000,
        "if false then 1" + " else if false then 2" * 1000 + " else 3",
    ],
)
def test_long_chains_are_not_deep(text: str) -> None:
    assert compile_expression(text).evaluate({}, now=NOW).diagnostics == ()


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("(1+", ")"), ("[", "]"), ("{a: ", "}"), ("abs(1*", ")"), ("x[1=", "]"), ("-", "")],
)
def test_fifty_levels_are_fine(opening: str, closing: str) -> None:
    compile_expression(opening * 50 + "1" + closing * 50).evaluate({"x": [1]}, now=NOW)


def test_brackets_of_ranges_may_look_like_others() -> None:
    for text in ("for i in [1..2[..3 return i", "[]1..2], ]2..3[]", "[1..2[ = ]1..2[", "(1..2) in [[1..2[]"):
        compile_expression(text)


def test_parsing_takes_time_linear_in_the_text() -> None:
    piece = "{unit price: x + 1, r: (a and b in [1..2[) or f(b: unit price)[item > 1].c}, "

    def seconds(count: int) -> float:
        text = f"[{piece * count}null]"
        start = time.process_time()
        compile_expression(text)
        return time.process_time() - start

    seconds(50)
    assert min(seconds(400) for _ in range(3)) < 16 * min(seconds(50) for _ in range(3))


def test_many_operators_inside_one_another_are_refused() -> None:
    with pytest.raises(FeelSyntaxError, match="at most 150 operators"):
        compile_expression("(true and 1 = 2 + " * 55 + "1" + ")" * 55)


def test_a_name_has_at_most_32_words() -> None:
    compile_expression("{" + "a " * 32 + ": 1}")

    with pytest.raises(FeelSyntaxError, match="at most 32 words"):
        compile_expression("{" + "a " * 33 + ": 1}")


def test_comments_are_blanks() -> None:
    assert compile_expression("1 /* one */ + // two\n 2").names == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "sum（1)",
        "1 +",
        '"a',
        "[1..2",
        "(" * 70,
        "for a in",
        "{a: 1, a: 2}",
        "f(a: 1, 2)",
        '@"x"',
        '1 "a"',
        "/* x",
        "a.1",
    ],
)
def test_a_syntax_error_in_chinese_has_no_english_in_it(text: str) -> None:
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)

    spoken = re.sub(r"'[^']*'", "", caught.value.zh)
    assert not re.search("[A-Za-z]{2}", spoken), caught.value.zh
