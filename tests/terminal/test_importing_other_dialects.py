from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.terminal.conftest import Yishi

FILE = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="urn:test">
  <process id="p" isExecutable="true">
    <startEvent id="start"/>
    <userTask id="review" camunda:assignee="${clerk}" %s/>
    <endEvent id="end"/>
    <sequenceFlow id="f1" sourceRef="start" targetRef="review"/>
    <sequenceFlow id="f2" sourceRef="review" targetRef="end"/>
  </process>
</definitions>
"""


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    path = tmp_path / "order.bpmn"
    path.write_text(FILE % 'camunda:priority="3"', encoding="utf-8")
    return path


@pytest.fixture
def refused(tmp_path: Path) -> Path:
    path = tmp_path / "refused.bpmn"
    path.write_text(FILE % 'camunda:candidateUsers="anna" camunda:priority="3"', encoding="utf-8")
    return path


def test_a_translated_file_is_written_beside_and_passes_the_gate(yishi: Yishi, foreign: Path) -> None:
    answer = yishi("process", "import", foreign)

    assert answer.exit_code == 0, answer.err
    assert "@camunda:assignee → gov:assignment/@assignee" in answer.out
    assert "≈ 近似 approximated: 1" in answer.out and "✓ 已转换 translated: 1" in answer.out
    written = foreign.with_name("order.yishi.bpmn")
    assert 'assignee="=clerk"' in written.read_text(encoding="utf-8")
    assert yishi("process", "check", written).exit_code == 0


def test_what_is_refused_is_named_with_its_place_and_ends_with_1(yishi: Yishi, refused: Path) -> None:
    answer = yishi("process", "import", refused)

    assert answer.exit_code == 1
    assert re.search(r"✕ 拒绝 refused\s+@camunda:candidateUsers", answer.out)
    assert f"{refused.name}:5" in re.sub(r"\s+", "", answer.out)
    assert "gov:assignment roles" in answer.out
    assert answer.out.index("candidateUsers") < answer.out.index("priority") < answer.out.index("assignee →")
    assert "candidateUsers" not in refused.with_name("refused.yishi.bpmn").read_text(encoding="utf-8")


def test_the_same_facts_are_there_for_machines(yishi: Yishi, refused: Path, tmp_path: Path) -> None:
    answer = yishi("process", "import", refused, "-o", tmp_path / "out.bpmn", "--json")

    assert answer.exit_code == 1
    facts = answer.json
    assert facts["output"] == str(tmp_path / "out.bpmn") and (tmp_path / "out.bpmn").is_file()
    assert facts["ok"] is False and facts["dialects"] == ["camunda"]
    assert facts["counts"] == {"translated": 1, "approximated": 1, "refused": 1}
    [entry] = [each for each in facts["entries"] if each["outcome"] == "refused"]
    assert entry["construct"] == "@camunda:candidateUsers"
    assert (entry["element_id"], entry["line"]) == ("review", 5)
    assert all(entry[key] for key in ("zh", "en", "mend_zh", "mend_en"))


def test_a_file_that_is_there_is_only_overwritten_by_force(
    yishi: Yishi, foreign: Path, tmp_path: Path
) -> None:
    target = tmp_path / "mine.bpmn"
    target.write_text("mine", encoding="utf-8")

    without = yishi("process", "import", foreign, "-o", target)

    assert without.exit_code == 1 and "--force" in without.err
    assert target.read_text(encoding="utf-8") == "mine"
    assert yishi("process", "import", foreign, "-o", target, "--force").exit_code == 0
    assert "gov:assignment" in target.read_text(encoding="utf-8")


def test_a_file_of_our_own_is_unchanged(yishi: Yishi, tmp_path: Path) -> None:
    path = tmp_path / "ours.bpmn"
    path.write_text(FILE.replace('camunda:assignee="${clerk}" %s', ""), encoding="utf-8")

    answer = yishi("process", "import", path)

    assert answer.exit_code == 0
    assert "Nothing of another tool" in answer.out
    assert path.with_name("ours.yishi.bpmn").read_bytes() == path.read_bytes()


def test_a_file_that_is_no_xml_is_refused_with_its_line(yishi: Yishi, tmp_path: Path) -> None:
    path = tmp_path / "broken.bpmn"
    path.write_text("<definitions>\n<a></b></definitions>", encoding="utf-8")

    answer = yishi("process", "import", path)

    assert answer.exit_code == 1
    assert "xml-not-well-formed" in answer.err and "Traceback" not in answer.err
    assert not path.with_name("broken.yishi.bpmn").exists()
