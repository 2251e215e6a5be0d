"""`yishi decision test`: our YAML, the kit's XML, what failing looks like, and coverage."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.terminal.conftest import Yishi
from tests.terminal.test_decision_commands import BASE, FEES

KIT = Path(__file__).parents[3] / "shared" / "dmn-tck"

PASSING = """decisions: fees.dmn
decide: fee
tests:
  - name: 企业免费
    given: { kind: enterprise, amount: 5 }
    expect: 0
    matched: 1
  - name: 个人
    columns: [kind, amount, expect, matched]
    cases:
      - [person, 10, 12.5, low]
      - [person, 999, 12.5, 2]
"""
FAILING = """decisions: fees.dmn
tests:
  - name: wrong number
    decide: fee
    given: { kind: person, amount: 10 }
    expect: 13
  - name: wrong entry
    service: Pricing
    given: { kind: person, amount: 10 }
    expect: { fee: 13, more: "[red]x" }
  - name: an error inside
    decide: fee
    given: { kind: 5, amount: 10 }
    expect: 0
  - name: right
    decide: fee
    given: { kind: enterprise, amount: 10 }
    expect: 0
"""
KIT_TESTS = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <modelName>fees.dmn</modelName>
  <labels><label>Compliance Level 2</label></labels>
  <testCase id="001">
    <description>企业</description>
    <inputNode name="kind"><value xsi:type="xsd:string">enterprise</value></inputNode>
    <inputNode name="amount"><value xsi:type="xsd:decimal">3</value></inputNode>
    <resultNode name="Fee" type="decision"><expected><value xsi:type="xsd:decimal">0</value></expected></resultNode>
  </testCase>
  <testCase id="002">
    <inputNode name="kind"><value xsi:type="xsd:string">nobody</value></inputNode>
    <resultNode name="Fee" type="decision"><expected><value xsi:nil="true"/></expected></resultNode>
  </testCase>
</testCases>
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model, passing and failing tests of it in YAML, and some in the kit's XML."""
    (tmp_path / "fees.dmn").write_text(FEES, encoding="utf-8")
    (tmp_path / "base.dmn").write_text(BASE, encoding="utf-8")
    (tmp_path / "passing.yaml").write_text(PASSING, encoding="utf-8")
    (tmp_path / "failing.yaml").write_text(FAILING, encoding="utf-8")
    (tmp_path / "fees-test-01.xml").write_text(KIT_TESTS, encoding="utf-8")
    return tmp_path


def test_tests_that_pass_are_counted_with_their_seconds(bare_yishi: Yishi, folder: Path) -> None:
    answer = bare_yishi("decision", "test", folder / "passing.yaml")

    first, last = answer.out.splitlines()
    assert answer.exit_code == 0
    assert first == f"✓ {folder / 'passing.yaml'}: 3/3 通过 passed"
    assert last.startswith("✓ 3/3 通过 passed，期望有值的 expecting a value 3/3，") and last.endswith(" 秒 s")


def test_a_failing_test_says_where_what_was_expected_and_what_came(bare_yishi: Yishi, folder: Path) -> None:
    answer = bare_yishi("decision", "test", folder / "failing.yaml")

    assert answer.exit_code == 1
    assert "wrong number" in answer.out and "failing.yaml:3" in answer.out
    assert "$: expected 13, got 12.5." in answer.out
    assert '"[red]x"' in answer.out
    assert "! input 'kind': " in answer.out, "diagnostics"
    assert "right" not in answer.out and "1/4" in answer.out


def test_a_difference_inside_shows_both_values_whole(bare_yishi: Yishi, folder: Path) -> None:
    (folder / "rate.yaml").write_text(
        "decisions: base.dmn\ndecide: Twice\ntests:\n  - name: t\n    given: {rate: 1}\n    expect: [1, 2]\n",
        encoding="utf-8",
    )
    text = BASE.replace("rate * 2", "[rate, rate * 3]")
    (folder / "base.dmn").write_text(text, encoding="utf-8")

    answer = bare_yishi("decision", "test", folder / "rate.yaml")

    assert "$[2]: expected 2, got 3." in answer.out
    assert "期望 expected [1, 2]" in answer.out and "实得 got [1, 3]" in answer.out


def test_json_has_every_test(bare_yishi: Yishi, folder: Path) -> None:
    answer = bare_yishi("decision", "test", folder / "failing.yaml", folder / "passing.yaml", "--json")

    facts = answer.json
    assert answer.exit_code == 1 and not facts["ok"] and facts["seconds"] >= 0
    assert (facts["total"]["passed"], facts["total"]["all"]) == (4, 7)
    failing, passing = facts["suites"]
    assert [test["passed"] for test in failing["tests"]] == [False, False, False, True]
    assert failing["tests"][0]["expected"] == 13 and failing["tests"][0]["got"] == 12.5
    assert passing["ok"] and passing["model"] == str(folder / "fees.dmn")
    assert [hit["rule_index"] for hit in passing["tests"][0]["matched"]] == [1]


def test_junit_has_every_test_and_the_differences(bare_yishi: Yishi, folder: Path) -> None:
    target = folder / "junit.xml"

    answer = bare_yishi(
        "decision", "test", folder / "failing.yaml", folder / "passing.yaml", "--junit", target
    )

    suites = ElementTree.fromstring(target.read_bytes())  # noqa: S314 - our own
    assert answer.exit_code == 1
    assert [(suite.get("tests"), suite.get("failures")) for suite in suites] == [("4", "3"), ("3", "0")]
    assert suites[0][0].find("failure").get("message") == "$: expected 13, got 12.5."  # type: ignore[union-attr]
    assert bare_yishi("decision", "test", folder / "passing.yaml", "--junit", "/no/such/x").exit_code == 1


def test_coverage_names_the_rules_that_nothing_hit(bare_yishi: Yishi, folder: Path) -> None:
    words = bare_yishi("decision", "test", folder / "passing.yaml", "--coverage")
    both = bare_yishi(
        "decision", "test", folder / "passing.yaml", folder / "failing.yaml", "--coverage", "--json"
    )

    assert words.exit_code == 0 and "2/3" in words.out and "3 (high)" in words.out
    [covered] = both.json["coverage"]
    [table] = covered["tables"]
    assert (table["decision"], table["hit"], table["rules"]) == ("fee", 2, 3)
    assert table["never_hit"] == [{"rule": 3, "rule_id": "high"}]
    assert "coverage" not in bare_yishi("decision", "test", folder / "passing.yaml", "--json").json


def test_a_folder_is_searched_for_tests_and_nothing_else(bare_yishi: Yishi, folder: Path) -> None:
    (folder / "scenario.yaml").write_text("name: a scenario test\n", encoding="utf-8")
    (folder / "schema.xml").write_text("<schema/>", encoding="utf-8")
    (folder / "sub").mkdir()
    (folder / "sub" / "more.yml").write_text(PASSING.replace("fees.dmn", "../fees.dmn"), encoding="utf-8")

    answer = bare_yishi("decision", "test", folder, "--json")

    assert [Path(suite["file"]).name for suite in answer.json["suites"]] == [
        "failing.yaml", "fees-test-01.xml", "passing.yaml", "more.yml",
    ]  # fmt: skip


# --- the kit -------------------------------------------------------------------------------------


def test_a_kit_has_a_line_for_each_suite_and_totals_for_each_level(bare_yishi: Yishi, folder: Path) -> None:
    (folder / "failing.yaml").unlink()
    (folder / "passing.yaml").unlink()

    answer = bare_yishi("decision", "test", "--tck", folder, COLUMNS="80")

    lines = [line.split() for line in answer.out.splitlines()]
    assert answer.exit_code == 0
    assert any(line[:4] == ["✓", folder.name, "2/2", "1/1"] for line in lines)
    assert ["2", "2/2", "100.0", "1/1", "100.0"] in lines
    assert all(len(line) <= 80 for line in answer.out.splitlines())


def test_a_kit_with_a_failure_exits_with_1(bare_yishi: Yishi, folder: Path) -> None:
    path = folder / "fees-test-01.xml"
    path.write_text(KIT_TESTS.replace(">0</value>", ">1</value>"), encoding="utf-8")

    answer = bare_yishi("decision", "test", "--tck", folder)

    assert answer.exit_code == 1
    assert "001 企业" in answer.out and "fees-test-01.xml:9" in answer.out
    assert "$: expected 1, got 0." in answer.out


@pytest.mark.skipif(not KIT.exists(), reason="The compatibility kit is not beside the repository.")
def test_a_suite_of_the_public_kit_passes(bare_yishi: Yishi) -> None:
    answer = bare_yishi(
        "decision", "test", "--tck", KIT / "compliance-level-2" / "0004-simpletable-U", "--json"
    )

    assert answer.exit_code == 0
    assert answer.json["levels"]["2"]["passed"] == answer.json["levels"]["2"]["all"] == 3


# --- what cannot be run --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.yaml", "decisions: nowhere.dmn\ntests: [{name: t, decide: x, expect: 1}]", "unreadable-model"),
        ("a.yaml", "decisions: 7\ntests: [{name: t, decide: x, expect: 1}]", "unreadable-model"),
        ("a.yaml", 'decisions: "\\0"\ntests: [{name: t, decide: x, expect: 1}]', "unreadable-model"),
        ("a.yaml", "decisions: .\ntests: [{name: t, decide: x, expect: 1}]", "unreadable-model"),
        ("a.yaml", "decisions: fees.dmn\ntests: [{name: t, typo: 1}]", "test-entry"),
        ("a.yaml", "decisions: a.yaml\ntests: [{name: t, decide: x, expect: 1}]", "xml-not-well-formed"),
        ("a.yaml", "decisions: fees.dmn\ntests: [{name: t, decide: x, expect: 1}]", "'x'"),
        ("a.yaml", "{", "yaml-not-well-formed"),
        ("a.xml", "<a/>", "not-decision-tests"),
        ("a.xml", KIT_TESTS.replace("fees.dmn", "nowhere.dmn"), "unreadable-model"),
        ("a.xml", KIT_TESTS.replace("<modelName>fees.dmn</modelName>", ""), "unreadable-model"),
        ("a.xml", KIT_TESTS.replace("xsd:decimal", "xsd:hexBinary"), "hexBinary"),
    ],
)
def test_what_cannot_be_run_fails_and_says_why(
    bare_yishi: Yishi, folder: Path, name: str, content: str, says: str
) -> None:
    (folder / name).write_text(content, encoding="utf-8")

    words = bare_yishi("decision", "test", folder / name)
    machine = bare_yishi("decision", "test", folder / name, "--json", "--junit", folder / "j.xml")

    assert words.exit_code == machine.exit_code == 1
    assert says in words.out and "Traceback" not in words.out + words.err
    assert not machine.json["ok"]
    assert b"<failure" in (folder / "j.xml").read_bytes()


def test_one_file_that_cannot_be_read_keeps_no_other_from_running(bare_yishi: Yishi, folder: Path) -> None:
    (folder / "a.yaml").write_text("decisions: [", encoding="utf-8")

    answer = bare_yishi("decision", "test", folder / "a.yaml", folder / "passing.yaml")

    assert answer.exit_code == 1 and "✓" in answer.out and "3/3" in answer.out


def test_nothing_to_test_is_never_a_pass(bare_yishi: Yishi, tmp_path: Path) -> None:
    assert bare_yishi("decision", "test").exit_code == 2
    assert bare_yishi("decision", "test", "/no/such/file.yaml").exit_code == 2
    assert bare_yishi("decision", "test", "--tck", "/no/such/folder").exit_code == 2
    empty = bare_yishi("decision", "test", tmp_path)
    assert empty.exit_code == 1 and "there are none" in empty.err


def test_a_refused_model_is_shown_once_with_all_its_findings(bare_yishi: Yishi, folder: Path) -> None:
    (folder / "fees.dmn").write_text(FEES.replace("amount * 0.02", "amount *"), encoding="utf-8")

    answer = bare_yishi("decision", "test", folder / "passing.yaml", folder / "failing.yaml")

    assert answer.exit_code == 1
    assert answer.out.count("feel-syntax") == 1 and "was refused" not in answer.out
    assert "0/3" in answer.out and "0/4" in answer.out


def test_a_test_that_names_no_instant_is_decided_at_the_one_that_is_told(
    bare_yishi: Yishi, folder: Path
) -> None:
    (folder / "base.dmn").write_text(BASE.replace("rate * 2", "today()"), encoding="utf-8")
    (folder / "t.yaml").write_text(
        'decisions: base.dmn\ndecide: Twice\ntests:\n  - {name: t, expect: "= @\\"2026-03-02\\""}\n',
        encoding="utf-8",
    )

    assert bare_yishi("decision", "test", folder / "t.yaml", "--now", "2026-03-02T10:00:00").exit_code == 0
    assert bare_yishi("decision", "test", folder / "t.yaml", "--now", "2026-03-03T10:00:00").exit_code == 1
