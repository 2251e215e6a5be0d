"""Regular expressions as XPath has them, through the functions that take them."""

from __future__ import annotations

import time

import pytest

from engine.feel.patterns import pattern
from engine.feel.run import Run

from .asking import complaint_of, evaluation_of, value_of


def matches(text: str, expression: str, flags: str | None = None) -> object:
    return value_of("matches(given, expression, flags)", given=text, expression=expression, flags=flags)


@pytest.mark.parametrize(
    ("text", "expression", "flags", "expected"),
    [
        ("310115199001011234", "^[0-9]{17}[0-9X]$", "", True),
        ("310115199001011234", "^\\d{17}$", "", False),
        ("٣", "\\d", "", True),
        ("浦东新区", "^\\w{4}$", "", True),
        ("_", "\\w", "", False),
        ("\u00a0", "\\s", "", False),
        (" ", "\\s", "", True),
        ("a", "\\S\\S?", "", True),
        ("a", "\\D\\W?", "", True),
        ("x:y", "^\\i\\c*$", "", True),
        ("1a", "^\\i", "", False),
        ("é", "\\I", "", False),
        (" ", "\\C", "", True),
        ("hello world", "^\\p{IsBasicLatin}+$", "", True),
        ("一", "\\p{IsCJKUnifiedIdeographs}", "", True),
        ("一", "\\P{IsCJKUnifiedIdeographs}", "", False),
        ("一", "\\p{Lo}", "", True),
        ("A", "\\p{Lu}", "", True),
        ("\U000e0100", "\\p{M}", "", True),
        ("\u0378", "\\p{Cn}", "", True),
        ("\U00050000", "\\p{Cn}", "", True),
        ("ķ", "\\P{L}", "", False),
        ("ķ1", "\\P{L}", "", True),
        ("é", "[\\i-[a-z]]", "", True),
        ("e", "[\\i-[a-z]]", "", False),
        ("e", "[a-z-[aeiou]]", "", False),
        ("f", "[a-z-[aeiou]]", "", True),
        ("e", "[^a-z-[0-9]]", "", False),
        ("5", "[^a-z-[0-9]]", "", False),
        ("-", "[^a-z-[0-9]]", "", True),
        ("e", "[a-z-[a-z-[aeiou]]]", "", True),
        ("f", "[a-z-[a-z-[aeiou]]]", "", False),
        ("-", "^[a-]$", "", True),
        ("-", "^[-a]$", "", True),
        ("^", "^[a^]$", "", True),
        ("a]", "^a\\]$", "", True),
        ("ab", "^(?:a|b){2}$", "", True),
        ("aaa", "^a{2,}$", "", True),
        ("aaaa", "^a{2,3}$", "", False),
        ("abab", "^(ab)\\1$", "", True),
        ("abba", "^(ab)\\1$", "", False),
        ("aza", "^(a)[bc]\\1$", "", False),
        ("aca", "^(a)[bc]\\1$", "", True),
        ("aabb", "^(?:a*)*(b)\\1$", "", True),
        ("b", "^(a)?b\\1$", "", True),
        ("aa0", "^(a)\\10$", "", True),
        ("aA", "^(a)\\1$", "i", True),
        ("aA", "^(a)\\1$", "", False),
        ("x", "[A-Z-[OI]]", "i", True),
        ("o", "[A-Z-[OI]]", "i", False),
        ("q", "[^Q]", "i", False),
        ("\u212a", "k", "i", True),
        ("é", "\\p{Lu}", "i", False),
        ("a\nb", "a.b", "", False),
        ("a\rb", "a.b", "", False),
        ("a\nb", "a.b", "s", True),
        ("a\nb", "^b$", "", False),
        ("a\nb", "a$", "", False),
        ("a\nb", "^b$", "m", True),
        ("a\n", "^$", "m", False),
        ("\na", "^$", "m", True),
        ("", "^$", "m", True),
        ("hello world", "hello\\ sworld", "x", True),
        ("hello world", " hello[ ]world", "x", True),
        ("helloworld", "hello[ ]world", "x", False),
        ("a.b", "a.b", "q", True),
        ("axb", "a.b", "q", False),
        ("A.B", "a.b", "qi", True),
        ("a", "", "", True),
        ("a", "a", None, True),
    ],
)
def test_what_a_pattern_matches(text: str, expression: str, flags: str | None, expected: bool) -> None:
    assert matches(text, expression, flags) is expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(", "a closing ')' at character 1"),
        (")", "an opening bracket for ')'"),
        ("[a", "another character at character 2"),
        ("[]", "a backslash before ']'"),
        ("[^]", "a backslash before ']'"),
        ("[a[b]", "a backslash before '['"),
        ("[a-c-e]", "a backslash before '-'"),
        ("[c-a]", "a range that rises"),
        ("[a-\\d]", "a range that rises"),
        ("[a\\1]", "an escape that XML Schema knows"),
        ("*a", "a backslash before '*'"),
        ("a**", "no second quantifier"),
        ("a{2", "a count as {2}"),
        ("a{3,2}", "counts that rise"),
        ("a{1001}", "counts that rise, up to 1000"),
        ("a}", "a backslash before '}'"),
        ("\\", "another character at character 1"),
        ("\\b", "an escape that XML Schema knows"),
        ("\\0", "a group 0 that has ended before"),
        ("(a)\\2", "a group 2 that has ended before"),
        ("(a\\1)", "a group 1 that has ended before"),
        ("\\p{IsKlingon}", "a known category or block"),
        ("\\pL", "a category as \\p{L}"),
        ("(?i)a", "'(?:' or '('"),
        ("(?=a)", "'(?:' or '('"),
        ("(" * 61 + ")" * 61, "at most 60 groups"),
        ("[a-" * 100, "at most 60 brackets"),
    ],
)
def test_what_is_no_pattern_says_where_and_why(expression: str, expected: str) -> None:
    complaint = complaint_of('matches("a", expression)', expression=expression)

    assert f"Expected {expected}" in complaint


def test_an_unknown_flag_is_named() -> None:
    assert "flags s, m, i, x and q, but got 'g'" in complaint_of('matches("a", "a", "gi")')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('replace("abracadabra", "a(.)", "[$1]")', "[b]r[c][d][b]ra"),
        ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', "[1=ab][2=]cd"),
        ('replace("ab", "(a)(b)", "$2$1$0")', "baab"),
        ('replace("a", "(a)", "$12")', "a2"),
        ('replace("a", "a", "$5")', ""),
        (r'replace("a", "a", "\$1\\\\")', "$1\\"),
        ('replace("a.b", ".", "$1", "q")', "a$1b"),
        ('replace("浦东新区", "(新)(区)", "$2$1")', "浦东区新"),
        ('replace("aabb", "(.)\\1", "$1")', "ab"),
        ('replace("aaaa", "(a)\\1*", "-")', "-"),
        ('replace("aaaa", "(a)\\1*?", "-")', "----"),
        ('replace("abc", "x", "y")', "abc"),
        ('replace("", "x", "y")', ""),
        ('split("a;b;;c", ";")', ["a", "b", "", "c"]),
        ('split("a1b22c", "[0-9]+")', ["a", "b", "c"]),
        ('split("", ";")', [""]),
        ('split("浦东，新区", "，")', ["浦东", "新区"]),
        ('extract("a1b22", "[0-9]+")', ["1", "22"]),
        ('extract("abc", "[0-9]")', []),
    ],
)
def test_replacing_splitting_and_extracting(text: str, expected: object) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'replace("abc", "x*", "-")',
        'replace("abc", "^", "-")',
        'replace("abc", "a", "$")',
        'replace("abc", "a", "$x")',
        r'replace("abc", "a", "\x")',
        'split("abc", "")',
        'split("abc", "b*")',
    ],
)
def test_what_would_match_nothing_or_fill_in_nothing_is_refused(text: str) -> None:
    assert "Expected" in complaint_of(text)


def test_half_a_surrogate_pair_in_the_data_ends_no_evaluation() -> None:
    assert "surrogate" in complaint_of('matches(x, "a")', x="\ud83d")


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("(a*)*b", "a" * 60_000),
        ("(a|aa)+b", "a" * 60_000),
        ("(a|a?)+\\1b", "a" * 60_000),
        ("(a*)*\\1b", "a" * 40),
        ("^(a+)+$", "a" * 60_000 + "\n"),
        ("(.*)(.*)(.*)(.*)\\4\\3\\2\\1x", "ab" * 500),
        ("\\w{1,1000}\\w{1,1000}x", "é중" * 5_000),
        ("((a{1,100}){1,100}){1,100}", "a" * 100),
        ("((((((((a?)*)*)*)*)*)*)*)*\\1b", "a" * 1_000),
    ],
)
def test_no_pattern_runs_for_long(expression: str, text: str) -> None:
    started = time.process_time()

    evaluation_of("matches(given, expression)", given=text, expression=expression)

    assert time.process_time() - started < 2.0


def test_ever_new_patterns_use_up_the_steps_before_the_time() -> None:
    started = time.process_time()

    evaluation = evaluation_of(
        'for i in 1..10000 return matches(given, "[\\w-[a-z]]{5}" + string(i))', given="é中ķ"
    )

    assert "evaluation steps" in evaluation.diagnostics[-1].message
    assert time.process_time() - started < 8.0


@pytest.mark.parametrize("text", ["abcabc", "中文abc", "ķ中\U0001f40e"])
def test_the_alphabet_of_the_text_changes_no_match(text: str) -> None:
    """There is a program for ASCII, one for Chinese and one for all characters."""
    run = Run({}, None, None)  # type: ignore[arg-type]

    assert list(pattern("\\w").spans(run, text)) == [
        [(index, index + 1)]
        for index, character in enumerate(text)
        if character.isalpha() or character == "🐎"
    ]
    assert list(pattern("[^a-b]").spans(run, text)) == [
        [(index, index + 1)] for index, character in enumerate(text) if character not in "ab"
    ]
