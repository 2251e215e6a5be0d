from __future__ import annotations

import pytest

from engine.feel.limits import MAX_STRING_CHARACTERS

from .asking import complaint_of, evaluation_of, value_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'"a\"b\\c\n\t\u4e00\U01F40E"', 'a"b\\c\n\t一🐎'),
        (r'"\uD83D\uDC0E"', "🐎"),
        (r'"\d"', "\\d"),
        ('"浦东" + "新区"', "浦东新区"),
        ('substring("foobar", 3)', "obar"),
        ('substring("foobar", 3, 3)', "oba"),
        ('substring("foobar", 3, 3.8)', "oba"),
        ('substring("foobar", 3, 99)', "obar"),
        ('substring("foobar", -2, 1)', "a"),
        ('substring("foobar", -99)', "foobar"),
        ('substring("foobar", -8, 3)', "foo"),
        ('substring("foobar", 7)', ""),
        ('substring("🐎ab", 2, 1)', "a"),
        ('substring(string: "浦东新区", start position: 3)', "新区"),
        ('substring(length: 1, start position: 2, string: "abc")', "b"),
        ('string length("🐎一")', 2),
        ('string length("")', 0),
        ('string length(string: "ab")', 2),
        ('upper case("aBc1 ß")', "ABC1 SS"),
        ('lower case("aBcÄ")', "abcä"),
        ('substring before("foobar", "bar")', "foo"),
        ('substring before("foobar", "xyz")', ""),
        ('substring before("foobar", "")', ""),
        ('substring after("foobar", "ob")', "ar"),
        ('substring after("foobar", "xyz")', ""),
        ('substring after("foobar", "")', "foobar"),
        ('substring after("", "a")', ""),
        ('substring before(match: "b", string: "ab")', "a"),
        ('contains("foobar", "ob")', True),
        ('contains("foobar", "")', True),
        ('starts with("foobar", "fo")', True),
        ('starts with("foobar", "of")', False),
        ('ends with("foobar", "r")', True),
        ('ends with(string: "foobar", match: "x")', False),
        ('string join(["a", null, "c"], "-")', "a-c"),
        ('string join(["a", "b"])', "ab"),
        ('string join(["a", "b"], null)', "ab"),
        ('string join([], "-")', ""),
        ('string join("a", "-")', "a"),
        ('string join(delimiter: "-", list: ["a", "b"])', "a-b"),
        ('string join(["a", "b"], "-", "<", ">")', "<a-b>"),
        ('string(["a", 1, null, true, {b: "c"}])', '["a", 1, null, true, {b: "c"}]'),
        ("string(null)", None),
        ('string("a")', "a"),
        ("string(1.10)", "1.1"),
        ("string(true)", "true"),
        ('string(@"P1DT2H")', "P1DT2H"),
        ("string(from: 1)", "1"),
        ('upper case(["a"])', "A"),
        ('trim("  a b ")', "a b"),
    ],
)
def test_functions_on_strings(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'substring("abc", 0)',
        'substring("abc", 1.5)',
        'substring("abc", 1, 0)',
        'substring("abc", 1, -1)',
        'substring("abc", "1")',
        "substring(null, 1)",
        'substring(text: "abc", start position: 1)',
        "string length(null)",
        "string length(1)",
        'string length(["a", "b"])',
        "upper case(null)",
        "lower case(1)",
        'contains("a", 1)',
        'contains(null, "a")',
        'starts with("a", null)',
        'ends with(1, "a")',
        'substring before(null, "a")',
        'substring after("a", null)',
        'string join([1], ",")',
        'string join(null, ",")',
        'string join(["a"], 1)',
        'string join(["a"], ",", "<")',
        "string()",
        "string(1, 2)",
    ],
)
def test_strings_refuse_what_is_not_defined(text: str) -> None:
    assert "Expected" in complaint_of(text)


@pytest.mark.parametrize("name", ["upper case", "lower case", "trim"])
def test_what_grows_over_the_bound_is_a_limit(name: str) -> None:
    grown = evaluation_of(f"{name}(long)", long="ß" * MAX_STRING_CHARACTERS)

    assert grown.limit_exceeded is (name == "upper case")
