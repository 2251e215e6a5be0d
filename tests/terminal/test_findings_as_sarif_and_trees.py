from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from engine.bpmn import reader
from engine.bpmn.rules import RULES, deployment
from engine.findings import Finding, Severity
from terminal.sarif import sarif_log
from tests.terminal.conftest import GRID_CASE, Yishi

DRAFT = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x" id="f">
<message id="paid" name="paid"/>
<process id="draft" name="草稿" isExecutable="true">
  <startEvent id="s"/>
  <userTask id="u" name="受理"/>
  <exclusiveGateway id="g" name="合规?"/>
  <subProcess id="sp"><startEvent id="inner"/><endEvent id="inner_e"/>
    <sequenceFlow id="i" sourceRef="inner" targetRef="inner_e"/></subProcess>
  <endEvent id="e"/>
  <boundaryEvent id="late" attachedToRef="u" cancelActivity="false"><timerEventDefinition>
    <timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>
  <sequenceFlow id="f1" sourceRef="s" targetRef="u"/>
  <sequenceFlow id="f2" sourceRef="u" targetRef="g"/>
  <sequenceFlow id="f3" name="是" sourceRef="g" targetRef="sp"/>
  <sequenceFlow id="f4" sourceRef="g" targetRef="e"/>
  <sequenceFlow id="f5" sourceRef="sp" targetRef="e"/>
  <sequenceFlow id="f6" sourceRef="late" targetRef="e"/>
</process>
</definitions>
"""


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """Drawn, but without conditions and without assignments."""
    path = tmp_path / "草 稿.bpmn"
    path.write_text(DRAFT, encoding="utf-8")
    return path


def results_of(log: Any) -> list[Any]:
    found: list[Any] = log["runs"][0]["results"]
    return found


# --- SARIF ---------------------------------------------------------------------------------------


def test_findings_become_sarif_with_places_and_levels(bare_yishi: Yishi, draft: Path) -> None:
    answer = bare_yishi("process", "check", draft, "--sarif", "-")

    assert answer.exit_code == 1
    results = results_of(answer.json)
    conditions = [each for each in results if each["ruleId"] == "condition-missing"]
    assert [each["locations"][0]["physicalLocation"]["region"]["startLine"] for each in conditions] == [
        14,
        15,
    ]
    assert conditions[0]["level"] == "error"
    assert conditions[0]["locations"][0]["logicalLocations"] == [{"name": "f3", "kind": "element"}]
    assert (
        "既没有条件" in conditions[0]["message"]["text"]
        and "no condition" in conditions[0]["message"]["text"]
    )
    unassigned = next(each for each in results if each["ruleId"] == "unassigned-user-task")
    assert unassigned["level"] == "warning"
    uri = conditions[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == draft.as_uri() and " " not in uri and unquote(uri).endswith("/草 稿.bpmn")


def test_the_log_has_the_form_that_the_standard_asks_for(bare_yishi: Yishi, draft: Path) -> None:
    log = bare_yishi("process", "check", draft, "--sarif", "-").json

    assert log["version"] == "2.1.0" and "sarif-2.1.0" in log["$schema"]
    [run] = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] and driver["version"]
    assert run["invocations"] == [{"executionSuccessful": True}]
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids))
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"] and rule["help"]["text"] and rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning")
        assert any(character >= "\u4e00" for character in rule["help"]["text"])
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning")
        assert result["message"]["text"]
        for location in result["locations"]:
            physical = location["physicalLocation"]
            assert physical["artifactLocation"]["uri"]
            assert physical.get("region", {"startLine": 1})["startLine"] >= 1
        [fingerprint] = result["partialFingerprints"].values()
        assert len(fingerprint) == 64


def test_the_log_describes_every_rule_for_process_files() -> None:
    log = sarif_log([])

    described = {rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    assert described == {*reader.RULE_IDS, *deployment.RULE_IDS, *(rule.id for rule in RULES)}
    levels = {
        rule["id"]: rule["defaultConfiguration"]["level"]
        for rule in log["runs"][0]["tool"]["driver"]["rules"]
    }
    assert levels["dead-end"] == "warning" and levels["starving-join"] == "error"


def test_findings_of_other_files_bring_their_rule_along() -> None:
    finding = Finding(
        "form-not-json", Severity.ERROR, None, None, "不是 JSON", "no JSON", file="forms/a.json"
    )

    log = sarif_log([(Path("packages/one"), [finding])])

    rules = log["runs"][0]["tool"]["driver"]["rules"]
    [result] = results_of(log)
    assert rules[result["ruleIndex"]]["id"] == "form-not-json"
    assert result["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "packages/one/forms/a.json"}}}
    ]


def test_fingerprints_outlast_a_moved_line() -> None:
    def fingerprint(line: int, element_id: str = "a") -> str:
        finding = Finding("dead-end", Severity.WARNING, element_id, line, "断了", "it ends", file="a.bpmn")
        [result] = results_of(sarif_log([(Path("a.bpmn"), [finding])]))
        return str(result["partialFingerprints"])

    assert fingerprint(3) == fingerprint(30)
    assert fingerprint(3) != fingerprint(3, "b")


def test_sarif_is_written_beside_the_tables(bare_yishi: Yishi, draft: Path, tmp_path: Path) -> None:
    target = tmp_path / "log.sarif"

    answer = bare_yishi("process", "check", draft, "--sarif", target)

    assert answer.exit_code == 1
    assert "condition-missing" in answer.out and "→" in answer.out
    assert len(results_of(json.loads(target.read_text(encoding="utf-8")))) == 3


def test_a_good_file_leaves_an_empty_log(bare_yishi: Yishi) -> None:
    answer = bare_yishi("process", "check", GRID_CASE / "grid_case_closed_loop.bpmn", "--sarif", "-")

    assert answer.exit_code == 0
    assert results_of(answer.json) == []


def test_two_formats_do_not_fit_on_stdout(bare_yishi: Yishi, draft: Path) -> None:
    assert bare_yishi("process", "check", draft, "--sarif", "-", "--json").exit_code == 2


def test_a_log_that_cannot_be_written_is_no_traceback(bare_yishi: Yishi, draft: Path) -> None:
    answer = bare_yishi("process", "check", draft, "--sarif", "/no/such/folder/log.sarif")

    assert answer.exit_code == 1
    assert "/no/such/folder" in answer.err and "Traceback" not in answer.err


# --- trees ---------------------------------------------------------------------------------------


def test_a_draft_is_shown_with_its_findings_beside_the_elements(bare_yishi: Yishi, draft: Path) -> None:
    answer = bare_yishi("process", "show", draft)

    assert answer.exit_code == 0
    lines = answer.out.splitlines()
    task = next(i for i, line in enumerate(lines) if "userTask u  受理" in line)
    assert "! unassigned-user-task" in lines[task + 1]
    branch = next(i for i, line in enumerate(lines) if "→ sp  是" in line)
    assert "✕ condition-missing" in lines[branch + 1]
    assert any(
        "boundaryEvent late  timer timeDuration PT1H  on u  non-interrupting" in line for line in lines
    )
    inner = next(line for line in lines if "startEvent inner" in line)
    outer = next(line for line in lines if "subProcess sp" in line)
    assert inner.index("startEvent") > outer.index("subProcess")
    assert "2 个错误 errors, 1 个警告 warnings" in answer.out


def test_a_draft_is_shown_but_not_deployed(yishi: Yishi, draft: Path, tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    for path in GRID_CASE.iterdir():
        if path.is_file():
            (package / path.name).write_bytes(path.read_bytes())
    (package / "draft.bpmn").write_bytes(draft.read_bytes())

    assert yishi("process", "show", package / "draft.bpmn").exit_code == 0
    answer = yishi("deploy", package)
    assert answer.exit_code == 1 and "condition-missing" in answer.err


def test_the_tree_has_a_twin_for_machines(bare_yishi: Yishi, draft: Path) -> None:
    shown = bare_yishi("process", "show", draft, "--json").json

    assert shown["ok"] is False
    [process] = shown["processes"]
    nodes = {node["id"]: node for node in process["nodes"]}
    assert nodes["late"]["events"] == [
        {"type": "timerEventDefinition", "kind": "timeDuration", "text": "PT1H"}
    ]
    assert nodes["late"]["attached_to"] == "u" and nodes["late"]["interrupting"] is False
    assert [node["id"] for node in nodes["sp"]["nodes"]] == ["inner", "inner_e"]
    assert {flow["id"] for flow in process["flows"]} == {f"f{i}" for i in range(1, 7)}
    assert {finding["rule"] for finding in shown["findings"]} == {"condition-missing", "unassigned-user-task"}


def test_a_good_file_is_shown_with_its_conditions(bare_yishi: Yishi) -> None:
    answer = bare_yishi("process", "show", GRID_CASE / "grid_case_closed_loop.bpmn")

    assert answer.exit_code == 0
    assert " if " in answer.out and "默认 default" in answer.out
    assert "0 个错误 errors" in answer.out


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_what_is_no_bpmn_cannot_be_shown(bare_yishi: Yishi, tmp_path: Path, options: tuple[str, ...]) -> None:
    path = tmp_path / "evil.bpmn"
    path.write_bytes(b"<html/>")

    answer = bare_yishi("process", "show", path, *options)

    assert answer.exit_code == 1
    assert "not-bpmn" in answer.out and "Traceback" not in answer.out + answer.err


def test_names_from_a_file_do_not_move_the_cursor(bare_yishi: Yishi, draft: Path) -> None:
    draft.write_text(DRAFT.replace("受理", "&#x9b;2J&#x202e;[red]"), encoding="utf-8")

    answer = bare_yishi("process", "show", draft)

    assert "\x9b" not in answer.out and "\u202e" not in answer.out
    assert "[red]" in answer.out
