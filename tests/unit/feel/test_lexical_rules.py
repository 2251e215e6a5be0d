"""Tokens, white space, comments, literals. Source: DMN 1.5, clauses 10.3.1.2 to 10.3.1.4."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.feel import FeelSyntaxError, compile_expression

from .asking import value_of

RULE_61 = [
    *range(0x000A, 0x000E), 0x0009, 0x0020, 0x0085, 0x00A0, 0x1680, 0x180E, *range(0x2000, 0x200C),
    0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF,
]  # fmt: skip


@pytest.mark.parametrize("code", RULE_61, ids=hex)
def test_every_white_space_character_parts_tokens(code: int) -> None:
    blank = chr(code)

    assert value_of(f"{blank}1{blank}+{blank}a{blank}", a=1) == 2
    assert value_of(f"{{full{blank}name: 1}}") == {"full name": 1}
    assert value_of(f'"{blank}"') == blank


@pytest.mark.parametrize(
    "text",
    [
        "1 + // the rest is a comment\n 1",
        "1 + // up to the end of the line\r 1",
        "1 + // also a vertical one\v 1",
        "1 + /* anything, even // and * and / */ 1",
        "1 + /* several\nlines */ 1",
        "/**/1+1//",
        "1+1 // last",
        '1 + 1 /* "no string" */',
    ],
)
def test_comments_are_white_space(text: str) -> None:
    assert value_of(text) == 2


def test_a_comment_within_a_string_is_text_and_within_a_name_a_blank() -> None:
    assert value_of('"a // b /* c */"') == "a // b /* c */"
    assert value_of("{full /* of */ name: 1}.full // what\n name") == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("007", 7),
        (".5", Decimal("0.5")),
        ("-.5", Decimal("-0.5")),
        ("1.50", Decimal("1.5")),
        ("1e3", 1000),
        ("1.5E+3", 1500),
        (".25e-1", Decimal("0.025")),
        ("-0", 0),
        ("1234567890123456789012345678901234", 1234567890123456789012345678901234),
        ("0.1234567890123456789012345678901234", Decimal("0.1234567890123456789012345678901234")),
        ("12345678901234567890123456789012345", Decimal("1.234567890123456789012345678901234E+34")),
        ("-12345678901234567890123456789012345.0", Decimal("-1.234567890123456789012345678901234E+34")),
    ],
)
def test_numbers(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize("text", ["1.", "1.5.5", "1e", "0x10", "1_000", "1 000", "--", "1e99999"])
def test_what_only_looks_like_a_number_is_refused(text: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile_expression(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'"\""', '"'),
        (r'"\\"', "\\"),
        (r'"\'"', "'"),
        (r'"\n\r\t"', "\n\r\t"),
        (r'"\u0041\u4e95"', "A井"),
        (r'"\uD83D\uDC0E"', "\U0001f40e"),
        (r'"\uD83D\uDC0E\uD83D\uDE00"', "\U0001f40e\U0001f600"),
        (r'"\U01F40E"', "\U0001f40e"),
        (r'"\U000041"', "A"),
        (r'"\\u0041"', "\\u0041"),
        (r'"\d+\.\w"', r"\d+\.\w"),
        ('"\U0001f40eab"', "\U0001f40eab"),
        ('"two\nlines"', "two\nlines"),
        ('""', ""),
    ],
)
def test_strings_and_their_escapes(text: str, expected: str) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize("text", [r'"\uD83D"', r'"\uDC0E\uD83D"', r'"\U110000"', '"', r'"\"', "'a'"])
def test_strings_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile_expression(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-3 ** 2", 9),
        ("-(3 ** 2)", -9),
        ("-a ** 2", 9),
        ("2 ** 3 ** 2", 64),
        ("2 ** -1", Decimal("0.5")),
        ("10 - 3 - 2", 5),
        ("24 / 4 / 2", 3),
        ("2 + 3 * 2 ** 2", 14),
        ("1 + 3/2*2 - 2**3", -4),
        ("--3", 3),
        ("- - 3", 3),
        ("2 - -3", 5),
        ("2--3", 5),
        ("1 < 2 = true", True),
        ("true or true and false", True),
        ("not(true) or 1 + 1 = 2", True),
        ("-1 instance of number", True),
        ("-[1, 2][1]", -1),
        ("-a.b", None),
        ("1 in [1..2] and 2 in (1, 2)", True),
        ("if true then 1 else 2 + 3", 1),
        ("(if true then 1 else 2) + 3", 4),
        ("for i in [1] return i + 1", [2]),
        ("(function(x) x + 1)(2) * 2", 6),
    ],
)
def test_precedence_is_that_of_the_grammar(text: str, expected: object) -> None:
    assert compile_expression(text).value({"a": 3}, now=None) == expected  # type: ignore[arg-type]
