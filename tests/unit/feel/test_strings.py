from __future__ import annotations

import pytest

from .asking import complaint_of, value_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'"a\"b\\c\n\t\u4e00\U01F40E"', 'a"b\\c\n\t一🐎'),
        (r'"\uD83D\uDC0E"', "🐎"),
        (r'"\d"', "\\d"),
        ('"浦东" + "新区"', "浦东新区"),
        ('substring("foobar", 3)', "obar"),
        ('substring("foobar", -2, 1)', "a"),
        ('substring(string: "浦东新区", start position: 3)', "新区"),
        ('string length("🐎一")', 2),
        ('upper case("aBc")', "ABC"),
        ('lower case("aBc")', "abc"),
        ('substring before("foobar", "bar")', "foo"),
        ('substring after("foobar", "ob")', "ar"),
        ('contains("foobar", "ob")', True),
        ('starts with("foobar", "fo")', True),
        ('ends with("foobar", "r")', True),
        ('matches("310115199001011234", "^[0-9]{17}[0-9X]$")', True),
        ('matches("FOO", "foo", "i")', True),
        ('matches("hello world", "hello\\ sworld", "x")', True),
        ('matches("a\\rb", "a.b")', False),
        ('replace("abracadabra", "a(.)", "[$1]")', "[b]r[c][d][b]ra"),
        (r'replace("a", "a", "\$1")', "$1"),
        ('split("a;b;;c", ";")', ["a", "b", "", "c"]),
        ('string join(["a", null, "c"], "-")', "a-c"),
        ('string join(["a", "b"], "-", "<", ">")', "<a-b>"),
        ('string(["a", 1, null, true, {b: "c"}])', '["a", 1, null, true, {b: "c"}]'),
        ("string(null)", None),
        ('string("a")', "a"),
        ('string(@"P1DT2H")', "P1DT2H"),
    ],
)
def test_functions_on_strings(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        r'matches("aa", "(a)\1")',
        'matches("a", "[A-Z-[OI]]")',
        'matches("a", "(")',
        'matches("a", "a", "q")',
        'replace("abc", "x*", "-")',
        'split("abc", "")',
        'substring("abc", 0)',
        'substring("abc", 1, 0)',
        "string length(null)",
        'contains("a", 1)',
        'string join([1], ",")',
    ],
)
def test_strings_refuse_what_is_not_defined(text: str) -> None:
    assert "Expected" in complaint_of(text)


def test_half_a_surrogate_pair_in_the_data_ends_no_evaluation() -> None:
    assert "surrogate" in complaint_of('matches(x, "a")', x="\ud83d")
