"""What is wrong with a file of decision tests, and where."""

from __future__ import annotations

import pytest

from engine.dmn.testing import read_yaml_tests
from engine.errors import DefinitionRefused

from .yaml_asking import findings, only, suite

HEAD = "decisions: a.dmn\ndecide: d\n"


@pytest.mark.parametrize(
    ("text", "line", "en"),
    [
        ("", 1, "Expected entries at fee.yaml, but got null"),
        ("- 1", 1, "Expected entries at fee.yaml, but got a list"),
        (
            "tests: [{name: a, decide: d, expect: 1}]",
            1,
            "Expected the DMN file at decisions, but got nothing",
        ),
        (HEAD + "tests:", 1, "Expected at least one test at tests, but got nothing"),
        (HEAD + "tests: {a: 1}", 3, "Expected a list at tests, but got entries"),
        (HEAD + "tests: [1]", 3, "Expected entries at tests[1], but got 1"),
        (HEAD + "tests:\n- expect: 1", 4, "Expected the test's name at tests[1].name, but got nothing"),
        (HEAD + "tests: [{name: [], expect: 1}]", 3, "Expected a text at tests[1].name, but got a list"),
        (HEAD + "tests: [{name: a}]", 3, "Expected a result, or `expect_error` at tests[1].expect, but got"),
        ("decisions: a.dmn\ntests: [{name: a, expect: 1}]", 2, "Expected a decision, or a `service` at"),
        (
            HEAD + "service: s\ntests: [{name: a, expect: 1}]",
            1,
            "Expected either `decide` or `service` at decide",
        ),
        (
            HEAD + "tests: [{name: a, expect: 1, expect_error: true}]",
            3,
            "nothing beside `expect_error: true`",
        ),
        (HEAD + "tests: [{name: a, expect_error: 1}]", 3, "Expected true or false at tests[1].expect_error"),
        (HEAD + "tests: [{name: a, expect: 1, given: 5}]", 3, "Expected names and values at tests[1].given"),
        (HEAD + "tests: [{name: a, expect: 1, imported: 5}]", 3, "Expected namespaces and their inputs"),
        (HEAD + "tests: [{name: a, expect: 1, imported: {n: 1}}]", 3, "at tests[1].imported.n"),
        (
            HEAD + "tests: [{name: a, expect: 1, within: -1}]",
            3,
            "Expected a number from 0 at tests[1].within",
        ),
        (HEAD + "within: true\ntests: [{name: a, expect: 1}]", 3, "Expected a number from 0 at within"),
        (HEAD + "now: noon\ntests: [{name: a, expect: 1}]", 3, "Expected an instant such as"),
        (HEAD + "tests: [{name: a, expect: 1, matched: 0}]", 3, "Expected numbers (from 1) or ids of rules"),
        (
            HEAD + "tests: [{name: a, expect: 1, matched: [[1]]}]",
            3,
            "Expected numbers (from 1) or ids of rules",
        ),
        (HEAD + "tests: [{name: a, expect: 1, matched: {d: true}}]", 3, "at tests[1].matched, but got true"),
        (HEAD + "tests: [{name: a, columns: [x, expect]}]", 3, "Expected at least one row at tests[1].cases"),
        (
            HEAD + "tests: [{name: a, expect: 1, cases: [[1]]}]",
            3,
            "Expected names of columns at tests[1].columns",
        ),
        (HEAD + "tests: [{name: a, columns: [x], cases: [[1]]}]", 3, "at tests[1].cases[1].expect"),
        (HEAD + "tests: [{name: a, columns: [x, expect], cases: [[1]]}]", 3, "Expected a list of 2 at"),
        (HEAD + "tests: [{name: a, columns: [x, expect], cases: [5]}]", 3, "Expected a list of 2 at"),
        (HEAD + "tests: [{name: a, columns: [x, x, expect], cases: [[1, 2, 3]]}]", 3, "column 'x' once"),
        (HEAD + "tests: [{name: a, columns: [x., expect], cases: [[1, 2]]}]", 3, "Expected names such as"),
        (HEAD + "tests: [{name: a, columns: [1, expect], cases: [[1, 2]]}]", 3, "Expected names such as"),
        (HEAD + "tests: [{name: a, columns: [x, x.y, expect], cases: [[1, 2, 3]]}]", 3, "a column inside a"),
        (HEAD + "tests: [{name: a, columns: [x, expect_error], cases: [[1, maybe]]}]", 3, "true or false"),
        (HEAD + "tests: [{name: a, expect: = 1 +}]", 3, "tests[1].expect: Expected an expression"),
        (
            HEAD + "tests: [{name: a, given: {x: = y + 1}, expect: 1}]",
            3,
            "tests[1].given.x: A value cannot refer",
        ),
        (HEAD + "tests: [{name: a, expect: = today()}]", 3, "needs an instant, but the file has no `now`"),
        (HEAD + "tests: [{name: a, given: {x: [= 1 / 0]}, expect: 1}]", 3, "tests[1].given.x[1]: Expected"),
        (HEAD + "tests: [{name: a, expect: = function() 1}]", 3, "a value that can be compared"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_line(text: str, line: int, en: str) -> None:
    found = findings(text)

    assert en in found[0].en
    assert found[0].line == line
    assert found[0].zh != found[0].en or found[0].rule == "test-value"
    assert "实为 a list" not in found[0].zh
    assert found[0].file == "fee.yaml"


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "test: []\ntests: [{name: a, expect: 1}]",
        HEAD + "tests: [{name: a, expects: 1, expect: 1}]",
        HEAD + "tests: [{name: a, column: [x], columns: [x, expect], cases: [[1, 2]]}]",
    ],
)
def test_an_unknown_key_is_refused_with_the_known_ones(text: str) -> None:
    (finding,) = findings(text)

    assert finding.rule == "test-entry"
    known = finding.en.removeprefix("Expected only ").partition(" at ")[0].split(", ")
    assert known == sorted(known)
    assert "given" in known


def test_findings_are_said_in_chinese_too() -> None:
    missing, value = findings(HEAD + "tests:\n- { name: a }\n- { name: b, expect: = 1 + }")

    assert missing.zh == "tests[1].expect 应为期望的结果（或 expect_error），实为空缺"
    assert value.zh.startswith("tests[2].expect：第 1 行第 4 列：应为表达式")
    assert "docs/reference/decision-tests.md" in missing.mend_zh


def test_everything_that_is_wrong_is_said_at_once() -> None:
    found = findings(HEAD + "tests:\n- {name: a, expect: = 1 +}\n- {name: b}\n- {nam: c, expect: 1}\n")

    assert [finding.line for finding in found] == [4, 5, 6, 6]


def test_the_names_of_tests_differ() -> None:
    (finding,) = findings(
        HEAD + "tests:\n- {name: a, expect: 1}\n- {name: b, expect: 1}\n- {name: a, expect: 1}"
    )

    assert (finding.rule, finding.line) == ("duplicate-test", 6)
    assert "line 4" in finding.en


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("a: &x 1\nb: *x", "yaml-beyond-json", 1),
        ("a: 1\nb: !!python/name:os.system x", "yaml-beyond-json", 2),
        ("a: 1\na: 2", "yaml-beyond-json", 2),
        ("1: 2", "yaml-beyond-json", 1),
        ("? [a]\n: b", "yaml-beyond-json", 1),
        ("a: 1\n---\nb: 2", "yaml-beyond-json", 3),
        ("a: 1e99999", "yaml-beyond-json", 1),
        ("a: 1\nb: [", "yaml-not-well-formed", 2),
        ("a: \x01", "yaml-not-well-formed", None),
        ("[" * 40 + "]" * 40, "yaml-too-complex", 1),
        ("- 1\n" * 20_001, "yaml-too-complex", 20_000),
        ("#" * 262_145, "yaml-too-large", None),
    ],
)
def test_yaml_beyond_what_json_says_is_refused(text: str, rule: str, line: int | None) -> None:
    (finding,) = findings(text)

    assert (finding.rule, finding.line, finding.file) == (rule, line, "fee.yaml")


def test_a_file_may_be_as_long_as_the_limit() -> None:
    text = HEAD + "tests: [{name: a, expect: 1}]\n"

    assert len(suite(text + "#" * (262_144 - len(text))).tests) == 1


def test_at_most_a_hundred_findings_are_told() -> None:
    tests = "\n".join(f"- {{name: t{n}}}" for n in range(150))

    assert len(findings(f"{HEAD}tests:\n{tests}")) == 100


def test_a_number_is_a_text_where_a_text_is_wanted_and_spaces_around_one_do_not_count() -> None:
    test = only('decisions: a.dmn\ntests: [{name: " a ", decide: 12, expect: 1}]')

    assert (test.name, test.invocable) == ("a", "12")


@pytest.mark.parametrize("name", ["true", '" "'])
def test_a_name_has_to_be_a_text(name: str) -> None:
    assert "Expected a text at tests[1].name" in findings(f"{HEAD}tests: [{{name: {name}, expect: 1}}]")[0].en


def test_a_file_in_another_encoding_is_refused() -> None:
    with pytest.raises(DefinitionRefused) as refused:
        read_yaml_tests(b"\xff\xfe\x00", file="fee.yaml")

    assert refused.value.findings[0].rule == "yaml-not-well-formed"


def test_a_value_that_shares_its_parts_without_end_is_refused() -> None:
    doubled = ", ".join(["a0: [1, 1]", *(f"a{n}: [a{n - 1}, a{n - 1}]" for n in range(1, 40))])

    (finding,) = findings(HEAD + f"tests: [{{name: a, expect: '= {{{doubled}}}.a39'}}]")

    assert finding.rule == "test-value"
    assert "compared" in finding.en
