"""`yishi decision check` and `yishi decision eval`: a model of two files, good and bad."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.terminal.conftest import GRID_CASE, Yishi

FEES = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="fees_file" name="收费"
    namespace="urn:example:fees">
  <import name="base" namespace="urn:example:base" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>
  <inputData id="amount" name="amount"><variable name="amount" typeRef="number"/></inputData>
  <inputData id="kind" name="kind"><variable name="kind" typeRef="string"/></inputData>
  <decision id="fee" name="Fee">
    <variable name="Fee" typeRef="number"/>
    <informationRequirement id="r1"><requiredInput href="#amount"/></informationRequirement>
    <informationRequirement id="r2"><requiredInput href="#kind"/></informationRequirement>
    <decisionTable id="fee_table" hitPolicy="UNIQUE">
      <input id="i1"><inputExpression typeRef="string"><text>kind</text></inputExpression></input>
      <input id="i2"><inputExpression typeRef="number"><text>amount</text></inputExpression></input>
      <output id="o1" typeRef="number"/>
      <rule id="free"><inputEntry><text>"enterprise"</text></inputEntry><inputEntry><text>-</text></inputEntry>
        <outputEntry><text>0</text></outputEntry></rule>
      <rule id="low"><inputEntry><text>"person"</text></inputEntry><inputEntry><text>&lt; 1000</text></inputEntry>
        <outputEntry><text>12.5</text></outputEntry></rule>
      <rule id="high"><inputEntry><text>"person"</text></inputEntry><inputEntry><text>&gt;= 1000</text></inputEntry>
        <outputEntry><text>amount * 0.02</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <businessKnowledgeModel id="doubling" name="twice">
    <variable name="twice"/>
    <encapsulatedLogic><formalParameter name="x" typeRef="number"/>
      <literalExpression><text>x * 2</text></literalExpression></encapsulatedLogic>
  </businessKnowledgeModel>
  <decision id="total" name="Total">
    <variable name="Total" typeRef="number"/>
    <informationRequirement id="r3"><requiredDecision href="#fee"/></informationRequirement>
    <informationRequirement id="r4"><requiredInput href="urn:example:base#rate"/></informationRequirement>
    <knowledgeRequirement id="r5"><requiredKnowledge href="#doubling"/></knowledgeRequirement>
    <literalExpression><text>twice(Fee) + base.rate</text></literalExpression>
  </decision>
  <decisionService id="pricing" name="Pricing">
    <outputDecision href="#fee"/><inputData href="#amount"/><inputData href="#kind"/>
  </decisionService>
</definitions>
"""
BASE = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="base_file" name="base"
    namespace="urn:example:base">
  <inputData id="rate" name="rate"><variable name="rate" typeRef="number"/></inputData>
  <decision id="twice_rate" name="Twice"><variable name="Twice"/>
    <informationRequirement id="b1"><requiredInput href="#rate"/></informationRequirement>
    <literalExpression><text>rate * 2</text></literalExpression></decision>
</definitions>
"""


@pytest.fixture
def fees(tmp_path: Path) -> Path:
    """A model, and beside it the one that it imports."""
    (tmp_path / "fees.dmn").write_text(FEES, encoding="utf-8")
    (tmp_path / "base.dmn").write_text(BASE, encoding="utf-8")
    return tmp_path / "fees.dmn"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """An empty rule's worth of mistakes: no FEEL, and a requirement of nothing."""
    text = BASE.replace("rate * 2", "rate * ").replace("#rate", "#nowhere")
    path = tmp_path / "错 误.dmn"
    path.write_text(text, encoding="utf-8")
    return path


# --- check ---------------------------------------------------------------------------------------


def test_a_sound_model_is_drawn(bare_yishi: Yishi, fees: Path) -> None:
    answer = bare_yishi("decision", "check", fees)

    lines = [line.strip(" │├└─") for line in answer.out.splitlines()]
    assert answer.exit_code == 0, answer.out
    assert "决策 decision Total: number  表达式 expression  total" in lines
    assert "决策 decision Fee: number  决策表 table 3×2 UNIQUE  fee" in lines
    assert "知识 knowledge twice(x: number)  表达式 expression  doubling" in lines
    assert "输入 input amount: number" in lines
    assert "导入的 imported base.rate" in lines
    assert "决策服务 service Pricing  pricing" in lines
    assert "0 个错误 errors" in lines[-1] and lines[-1].startswith("✓")


def test_a_decision_stands_below_those_that_need_it(bare_yishi: Yishi, fees: Path) -> None:
    lines = bare_yishi("decision", "check", fees).out.splitlines()

    indent = {
        line.split("decision ")[1].split(":")[0]: line.index("决策") for line in lines if " decision " in line
    }
    assert indent["Fee"] > indent["Total"]


def test_a_decision_of_another_model_with_the_same_id_is_another(bare_yishi: Yishi, fees: Path) -> None:
    (fees.parent / "base.dmn").write_text(BASE.replace("twice_rate", "total"), encoding="utf-8")
    need = '<informationRequirement id="r6"><requiredDecision href="urn:example:base#total"/></informationRequirement>'
    fees.write_text(
        FEES.replace('<knowledgeRequirement id="r5">', f'{need}<knowledgeRequirement id="r5">'),
        encoding="utf-8",
    )

    answer = bare_yishi("decision", "check", fees)

    assert answer.exit_code == 0, answer.out
    assert "决策 decision Total: number" in answer.out and "导入的 imported base.total" in answer.out


def test_the_picture_has_a_json_twin(bare_yishi: Yishi, fees: Path) -> None:
    [result] = bare_yishi("decision", "check", fees, "--json").json

    assert result["ok"] and result["path"] == str(fees)
    fee, total = result["model"]["decisions"]
    assert (fee["logic"], fee["rules"], fee["hit_policy"]) == ("table 3×2 UNIQUE", 3, "UNIQUE")
    assert total["requires"] == ["fee", "doubling", "rate"]
    assert result["model"]["services"][0]["outputs"] == ["fee"]


def test_a_long_chain_of_decisions_is_drawn_in_pieces_that_fit(bare_yishi: Yishi, tmp_path: Path) -> None:
    decisions = "".join(
        f'<decision id="d{n}" name="D{n}"><variable name="D{n}"/>'
        + (
            f'<informationRequirement id="q{n}"><requiredDecision href="#d{n - 1}"/></informationRequirement>'
            if n
            else ""
        )
        + f"<literalExpression><text>{f'D{n - 1} + 1' if n else '0'}</text></literalExpression></decision>"
        for n in range(200)
    )
    path = tmp_path / "chain.dmn"
    path.write_text(BASE.split("<inputData")[0] + decisions + "</definitions>", encoding="utf-8")

    drawn = bare_yishi("decision", "check", path, COLUMNS="80")
    answer = bare_yishi("decision", "eval", path)

    assert drawn.exit_code == 0 and all(f"D{n}  " in drawn.out for n in range(200))
    assert all(len(line) <= 80 for line in drawn.out.splitlines()[:-1])
    assert answer.exit_code == 0 and answer.out.startswith("199  // number")


def test_all_findings_come_with_file_line_both_languages_and_what_to_do(
    bare_yishi: Yishi, broken: Path
) -> None:
    words, machine = (
        bare_yishi("decision", "check", broken),
        bare_yishi("decision", "check", broken, "--json"),
    )

    assert words.exit_code == machine.exit_code == 1
    [result] = machine.json
    assert not result["ok"] and result["model"] is None
    rules = {finding["rule"]: finding for finding in result["findings"]}
    assert {"feel-syntax", "dangling-reference"} <= rules.keys()
    syntax = rules["feel-syntax"]
    assert syntax["line"] == 6 and syntax["file"] == str(broken)
    for text in (syntax["zh"], syntax["en"], syntax["mend_zh"], syntax["mend_en"]):
        assert text and text[:20] in words.out
    assert "feel-syntax" in words.out and "✕" in words.out.splitlines()[-1]


@pytest.mark.parametrize("columns", [80, 120])
def test_findings_leave_room_for_their_texts(bare_yishi: Yishi, broken: Path, columns: int) -> None:
    deep = broken.parent / "/".join(["a_folder_with_a_long_name"] * 4)
    deep.mkdir(parents=True)
    shutil.copy(broken, deep / "x.dmn")

    answer = bare_yishi("decision", "check", deep / "x.dmn", COLUMNS=str(columns))

    table = answer.out.splitlines()[:-1]
    assert all(len(line) <= columns for line in table)
    assert any("feel-syntax" in line for line in table) and any("x.dmn:6" in line for line in table)


def test_findings_become_sarif(bare_yishi: Yishi, broken: Path, tmp_path: Path) -> None:
    log = bare_yishi("decision", "check", broken, "--sarif", "-").json
    both = bare_yishi("decision", "check", broken, "--sarif", tmp_path / "log.sarif", "--json")

    [run] = log["runs"]
    assert run["tool"]["driver"]["name"] == "yishi decision check"
    places = {result["ruleId"]: result["locations"][0]["physicalLocation"] for result in run["results"]}
    assert places["feel-syntax"]["region"] == {"startLine": 6}
    assert places["feel-syntax"]["artifactLocation"]["uri"] == broken.as_uri()
    assert both.exit_code == 1 and both.json and (tmp_path / "log.sarif").read_text(encoding="utf-8")
    assert bare_yishi("decision", "check", broken, "--sarif", "-", "--json").exit_code == 2
    assert bare_yishi("decision", "check", broken, "--sarif", "/no/such/folder/x").exit_code == 1


def test_a_package_is_searched_for_decisions(bare_yishi: Yishi, fees: Path) -> None:
    package = bare_yishi("decision", "check", GRID_CASE, "--json")
    folder = bare_yishi("decision", "check", fees.parent)

    assert package.exit_code == 0
    assert [result["path"] for result in package.json] == [str(GRID_CASE / "grid_dispatch.dmn")]
    assert folder.exit_code == 0 and folder.out.count("✓") == 2


def test_imports_may_be_named_as_well(bare_yishi: Yishi, fees: Path, tmp_path: Path) -> None:
    alone, other = tmp_path / "alone", tmp_path / "other"
    alone.mkdir()
    other.mkdir()
    shutil.move(fees, alone)
    shutil.move(fees.parent / "base.dmn", other)

    lonely = bare_yishi("decision", "check", alone / "fees.dmn", "--json")
    together = bare_yishi("decision", "check", alone / "fees.dmn", other / "base.dmn")

    assert lonely.exit_code == 1
    assert "missing-import" in {finding["rule"] for finding in lonely.json[0]["findings"]}
    assert together.exit_code == 0


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"\x00\xff not xml", "xml-not-well-formed"),
        (b"", "xml-not-well-formed"),
        (b"<a/>", "not-dmn"),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "xml-doctype"),
    ],
)
def test_something_that_is_no_decision_file_is_a_finding(
    bare_yishi: Yishi, tmp_path: Path, content: bytes, rule: str
) -> None:
    path = tmp_path / "x.dmn"
    path.write_bytes(content)

    answer = bare_yishi("decision", "check", path, "--json")

    assert answer.exit_code == 1
    assert rule in {finding["rule"] for finding in answer.json[0]["findings"]}
    assert bare_yishi("decision", "eval", path).exit_code == 1


def test_a_file_that_is_too_large_is_refused_and_a_missing_one_is_wrong_usage(
    bare_yishi: Yishi, tmp_path: Path
) -> None:
    (tmp_path / "x.dmn").write_bytes(b" " * (2 * 1024 * 1024 + 1))

    assert "at most" in bare_yishi("decision", "check", tmp_path / "x.dmn").err
    assert bare_yishi("decision", "check", tmp_path / "y.dmn").exit_code == 2
    (tmp_path / "empty").mkdir()
    assert "Expected DMN files" in bare_yishi("decision", "check", tmp_path / "empty").err


# --- eval ----------------------------------------------------------------------------------------


def test_a_decision_is_asked_and_says_which_rule_answered(bare_yishi: Yishi, fees: Path) -> None:
    answer = bare_yishi(
        "decision", "eval", fees, "--decision", "fee", "--set", 'kind="person"', "--set", "amount=2000"
    )

    lines = answer.out.splitlines()
    assert answer.exit_code == 0 and lines[0] == "40  // number"
    assert any("Fee" in line and 'kind: "person", amount: >= 1000 → amount * 0.02' in line for line in lines)
    assert any(line.strip() == "high" for line in lines)
    assert "Not given" not in answer.out and "Not read" not in answer.out


def test_the_machine_gets_value_rules_and_everything_on_the_way(bare_yishi: Yishi, fees: Path) -> None:
    context = '{"kind": "person", "amount": 10, "base": {"rate": 0.5}, "typo": 1}'

    answer = bare_yishi("decision", "eval", fees, "--context", context, "--json")

    facts = answer.json
    assert answer.exit_code == 0, answer.out
    assert (facts["asked"], facts["value"], facts["type"]) == ("total", 25.5, "number")
    assert [(hit["decision"], hit["rule"], hit["rule_id"]) for hit in facts["matched"]] == [("fee", 2, "low")]
    assert facts["matched"][0]["row"] == 'kind: "person", amount: < 1000 → 12.5'
    assert [(each["decision"], each["value"]) for each in facts["answers"]] == [
        ("fee", 12.5),
        ("total", 25.5),
    ]
    assert facts["missing"] == [] and facts["unused"] == ["typo"] and facts["diagnostics"] == []


def test_a_row_shows_the_cells_that_test_something(bare_yishi: Yishi, fees: Path) -> None:
    facts = bare_yishi(
        "decision", "eval", fees, "--decision", "fee", "--set", 'kind="enterprise"', "--json"
    ).json

    assert facts["matched"][0]["row"] == 'kind: "enterprise" → 0'


def test_the_decision_that_no_other_needs_is_meant_if_none_is_named(bare_yishi: Yishi, fees: Path) -> None:
    answer = bare_yishi("decision", "eval", fees, "--set", 'kind="enterprise"', "--set", "base={rate: 3}")

    lines = answer.out.splitlines()
    assert answer.exit_code == 0 and lines[0] == "3  // number"
    assert any(line.split()[:2] == ["Fee", "0"] for line in lines), "decisions on the way"


def test_inputs_that_nobody_gave_are_listed_with_their_types(bare_yishi: Yishi, fees: Path) -> None:
    answer = bare_yishi("decision", "eval", fees, "--decision", "Fee", "--set", "amuont=3")

    assert "Not given: amount: number, kind: string" in answer.out
    assert "Not read: amuont" in answer.out


def test_an_error_inside_is_said_with_its_place(bare_yishi: Yishi, fees: Path) -> None:
    words = bare_yishi("decision", "eval", fees, "--decision", "fee", "--set", "amount=1", "--set", "kind=5")
    machine = bare_yishi(
        "decision", "eval", fees, "--decision", "fee", "--set", "amount=1", "--set", "kind=5", "--json"
    )

    assert words.exit_code == machine.exit_code == 1
    assert words.out.startswith("null\n") and "! input 'kind': " in words.out and "a string" in words.out
    assert machine.json["value"] is None and machine.json["diagnostics"][0]["message"]


def test_a_service_is_asked_too(bare_yishi: Yishi, fees: Path) -> None:
    answer = bare_yishi(
        "decision",
        "eval",
        fees,
        "--service",
        "Pricing",
        "--context",
        '{"kind": "person", "amount": 1}',
        "--json",
    )

    assert answer.exit_code == 0 and answer.json["value"] == 12.5 and answer.json["asked"] == "pricing"


def test_a_decision_is_asked_by_the_clock_that_is_told(bare_yishi: Yishi, tmp_path: Path) -> None:
    path = tmp_path / "clock.dmn"
    path.write_text(BASE.replace("rate * 2", "today()"), encoding="utf-8")

    answer = bare_yishi("decision", "eval", path, "--now", "2026-03-02T09:00:00+08:00")

    assert answer.out.splitlines()[0] == '@"2026-03-02"  // date'


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--decision", "nope"), "fee (Fee), total (Total)"),
        (("--service", "nope"), "pricing (Pricing)"),
        (("--decision", "fee", "--service", "pricing"), "got both"),
        (("--context", "{"), "JSON"),
        (("--set", "x=1 +"), "应为表达式"),
    ],
)
def test_wrong_usage_says_what_there_is(
    bare_yishi: Yishi, fees: Path, options: tuple[str, ...], says: str
) -> None:
    answer = bare_yishi("decision", "eval", fees, *options, "--json")

    assert answer.exit_code == 2 and says in answer.refusal["message"]


def test_of_several_decisions_one_has_to_be_named(bare_yishi: Yishi, tmp_path: Path) -> None:
    path = tmp_path / "two.dmn"
    second = BASE[BASE.index("<decision") : BASE.index("</definitions>")].replace("twice_rate", "other")
    path.write_text(
        BASE.replace(
            "</definitions>", second.replace("Twice", "Other").replace("b1", "b2") + "</definitions>"
        ),
        encoding="utf-8",
    )

    answer = bare_yishi("decision", "eval", path)

    assert answer.exit_code == 2 and "twice_rate (Twice), other (Other)" in answer.err


def test_a_file_with_errors_is_not_evaluated(bare_yishi: Yishi, broken: Path) -> None:
    words, machine = bare_yishi("decision", "eval", broken), bare_yishi("decision", "eval", broken, "--json")

    assert words.exit_code == machine.exit_code == 1
    assert "没有求值" in words.out and "feel-syntax" in words.out
    facts: Any = machine.json
    assert not facts["ok"] and facts["findings"]


def test_names_in_a_model_are_never_markup(bare_yishi: Yishi, tmp_path: Path) -> None:
    path = tmp_path / "markup.dmn"
    path.write_text(
        BASE.replace('name="base"', 'name="[red]base[/]"').replace("rate * 2", '"[bold]x[/bold]"'),
        encoding="utf-8",
    )

    assert "[red]base[/]" in bare_yishi("decision", "check", path).out
    assert '"[bold]x[/bold]"' in bare_yishi("decision", "eval", path).out
