"""`yishi process run` and `yishi process test`, from outside."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.terminal.conftest import GRID_CASE, Yishi
from tests.unit.dry_run.models import (
    END,
    START,
    bpmn,
    chain,
    flow,
    job,
    message_event,
    process,
    user_task,
)

CHOSEN = '<extensionElements><gov:assignment roles="r"/></extensionElements>'
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "run.md"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Ask, then call."""
    path = tmp_path / "model.bpmn"
    path.write_bytes(
        bpmn(process(START, user_task("ask"), job("call"), END, chain("start", "ask", "call", "end")))
    )
    return path


@pytest.fixture
def waiting(tmp_path: Path) -> Path:
    path = tmp_path / "waiting.bpmn"
    catch = f'<intermediateCatchEvent id="wait">{message_event("m")}</intermediateCatchEvent>'
    message = (
        '<message id="m" name="paid"><extensionElements><gov:subscription correlationKey="=number"/>'
        "</extensionElements></message>"
    )
    path.write_bytes(bpmn(process(START, catch, END, chain("start", "wait", "end")), roots=message))
    return path


# --- run -----------------------------------------------------------------------------------------


def test_a_model_is_run_and_its_trace_printed(bare_yishi: Yishi, model: Path) -> None:
    answer = bare_yishi(
        "process", "run", model, "--vars", '{"x": 1}', "--set", "z=3",
        "--answer", 'ask={"y": 2}', "--answer", "call={}", "--clock", "2026-05-06T08:00:00+08:00",
    )  # fmt: skip

    facts = answer.json
    assert (answer.exit_code, facts["ended"], facts["engine"]) == (0, "completed", "yishi")
    assert facts["variables"] == {"x": 1, "z": 3, "y": 2}
    assert [f"{e['move']} {e['element']}" for e in facts["trace"]] == [
        "passed start", "entered ask", "left ask", "entered call", "left call", "passed end",
    ]  # fmt: skip
    assert {entry["at"] for entry in facts["trace"]} == {"2026-05-06T00:00:00Z"}


def test_the_same_run_prints_the_same_text(bare_yishi: Yishi) -> None:
    command = ["process", "run", GRID_CASE, "--auto", "--set", "source=ai", "--set", "subclass=渣土堆"]
    command += ["--answer", 'check={"passed": true}']

    first, second = bare_yishi(*command), bare_yishi(*command)

    assert first.exit_code == 0
    assert first.out == second.out


def test_what_ends_waiting_has_an_exit_code_of_its_own(bare_yishi: Yishi, model: Path) -> None:
    answer = bare_yishi("process", "run", model, "--no-trace")

    assert answer.exit_code == 4
    assert [row["element"] for row in answer.json["waiting"]] == ["ask"]
    assert "trace" not in answer.json


def test_an_incident_has_it_too(bare_yishi: Yishi, model: Path) -> None:
    answer = bare_yishi("process", "run", model, "--auto", "--answer", 'call={"fail": "503"}')

    assert answer.exit_code == 4
    assert [each["message"] for each in answer.json["incidents"]] == ["503"]


def test_a_model_the_gate_refuses_does_not_run(bare_yishi: Yishi, tmp_path: Path) -> None:
    broken = tmp_path / "broken.bpmn"
    broken.write_bytes(bpmn(process(START, END)))

    answer = bare_yishi("process", "run", broken)

    assert (answer.exit_code, answer.json["ended"]) == (1, "refused")
    assert any(finding["severity"] == "error" for finding in answer.json["findings"])


def test_answers_come_from_a_file_and_the_command_line_wins(
    bare_yishi: Yishi, model: Path, tmp_path: Path
) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text(
        "vars: {x: 1, y: 1}\nanswers: {ask: {a: 1}, call: {}}\nclock: 2026-05-06\n", encoding="utf-8"
    )

    answer = bare_yishi(
        "process", "run", model, "--answers", file, "--answer", 'ask={"a": 2}', "--set", "y=2"
    )

    assert answer.json["variables"] == {"x": 1, "y": 2, "a": 2}
    assert answer.json["now"] == "2026-05-05T16:00:00Z"


@pytest.mark.parametrize(
    ("message", "ended", "sum"),
    [
        ('paid:7={"sum": 3}', "completed", 3),
        ('paid={"sum": 3}@PT1H', "completed", 3),
        ('paid:7={"sum": "a@b"}@2026-03-03T00:00:00Z', "completed", "a@b"),
        ("paid:7@PT1H", "completed", None),
        ("paid:8", "waiting", None),
    ],
)
def test_messages_come_from_the_command_line(
    bare_yishi: Yishi, waiting: Path, message: str, ended: str, sum: Any
) -> None:
    answer = bare_yishi("process", "run", waiting, "--set", 'number="7"', "--message", message)

    assert answer.json["ended"] == ended
    assert answer.json["variables"].get("sum") == sum


def test_variables_are_shown_as_asked(bare_yishi: Yishi, model: Path) -> None:
    changed = bare_yishi("process", "run", model, "--auto", "--set", "x=1", "--variables", "changed")
    none = bare_yishi("process", "run", model, "--auto", "--set", "x=1", "--variables", "none")

    assert [entry["variables"] for entry in changed.json["trace"]][:2] == [{"x": 1}, {}]
    assert not any("variables" in entry for entry in none.json["trace"])


def test_a_run_goes_no_further_than_it_is_told(bare_yishi: Yishi, model: Path) -> None:
    late = ["process", "run", model, "--answer", 'ask={"after": "P2D"}', "--auto"]

    assert bare_yishi(*late, "--until", "P1D").json["stopped"] == "until"
    assert bare_yishi(*late, "--steps", "1").json["stopped"] == "steps"
    assert bare_yishi(*late).json["stopped"] == "ended"


@pytest.mark.parametrize(
    "options",
    [
        ["--answer", "ask"],
        ["--answer", "ask={"],
        ["--answer", 'ask={"error": "E", "fail": "x"}'],
        ["--vars", "[1]"],
        ["--clock", "soon"],
        ["--until", "later"],
        ["--message", "paid={"],
        ["--message", "paid={}x"],
        ["--message", "paid@soon"],
        ["--engine", "zeebe"],
        ["--variables", "some"],
        ["--steps", "0"],
    ],
)
def test_a_mistake_in_the_command_line_is_wrong_usage(
    bare_yishi: Yishi, model: Path, options: list[str]
) -> None:
    answer = bare_yishi("process", "run", model, *options)

    assert answer.exit_code == 2
    assert answer.out == ""
    assert options[0] in answer.err


def test_on_the_other_engine_a_model_goes_the_same_way(bare_yishi: Yishi, model: Path) -> None:
    own = bare_yishi("process", "run", model, "--auto")
    other = bare_yishi("process", "run", model, "--auto", "--engine", "spiffworkflow")

    assert other.json["engine"] == "spiffworkflow"
    assert [e["element"] for e in other.json["trace"]] == [e["element"] for e in own.json["trace"]]


# --- test ----------------------------------------------------------------------------------------


def test_the_scenario_tests_of_a_package_pass(bare_yishi: Yishi) -> None:
    answer = bare_yishi("process", "test", GRID_CASE)

    assert answer.exit_code == 0, answer.out
    assert "10/10" in answer.out


def test_a_test_that_fails_says_why_and_exits_with_one(
    bare_yishi: Yishi, model: Path, tmp_path: Path
) -> None:
    test = tmp_path / "test.yaml"
    test.write_text(
        "tests:\n- {name: holds, then: {waiting: [ask]}}\n- {name: fails, then: {ended: completed}}\n",
        encoding="utf-8",
    )
    report = tmp_path / "report.xml"

    answer = bare_yishi("process", "test", model, test, "--json", "--junit", report)

    assert answer.exit_code == 1
    [suite] = answer.json
    assert [(each["name"], each["passed"]) for each in suite["tests"]] == [("holds", True), ("fails", False)]
    assert suite["tests"][1]["problems"] == ["then.ended: Expected 'completed', but it is 'waiting'."]
    xml = ElementTree.fromstring(report.read_bytes())  # noqa: S314 - our own
    assert xml.find("testsuite").attrib["failures"] == "1"  # type: ignore[union-attr]
    assert [case.get("name") for case in xml.iter("testcase") if case.find("failure") is not None] == [
        "fails"
    ]


def test_tests_on_the_other_engine_report_whether_the_model_is_portable(bare_yishi: Yishi) -> None:
    answer = bare_yishi("process", "test", GRID_CASE, "--engine", "spiffworkflow", "--json")

    assert answer.exit_code == 0, answer.out
    assert {test["portability"]["is_portable"] for test in answer.json[0]["tests"]} == {True}


def test_a_model_the_other_engine_cannot_run_fails_with_what_it_lacks(
    bare_yishi: Yishi, tmp_path: Path
) -> None:
    free = f'<adHocSubProcess id="free">{CHOSEN}{user_task("a")}</adHocSubProcess>'
    model, test = tmp_path / "free.bpmn", tmp_path / "test.yaml"
    model.write_bytes(bpmn(process(START, free, END, chain("start", "free", "end"))))
    test.write_text("then: {}", encoding="utf-8")

    answer = bare_yishi("process", "test", model, test, "--engine", "spiffworkflow", "--json")

    assert answer.exit_code == 1
    assert "free" in answer.json[0]["tests"][0]["problems"][0]


def test_files_without_a_test_are_no_success(bare_yishi: Yishi, model: Path) -> None:
    answer = bare_yishi("process", "test", model)

    assert answer.exit_code == 1
    assert "scenario tests" in answer.err


def test_a_package_the_gate_refuses_is_not_tested(bare_yishi: Yishi, tmp_path: Path) -> None:
    broken, test = tmp_path / "broken.bpmn", tmp_path / "test.yaml"
    broken.write_bytes(bpmn(process(START, END, flow("start", "nowhere"))))
    test.write_text("then: {}", encoding="utf-8")

    answer = bare_yishi("process", "test", broken, test)

    assert answer.exit_code == 1
    assert "0/0" in answer.out


# --- the page ------------------------------------------------------------------------------------


def examples(language: str) -> list[str]:
    return re.findall(
        rf"^```{language}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


def test_the_examples_of_the_page_do_what_it_says(bare_yishi: Yishi, tmp_path: Path) -> None:
    [model] = examples("xml")
    answers, test = examples("yaml")
    [expected] = examples("json")
    (tmp_path / "leave.bpmn").write_text(model, encoding="utf-8")
    (tmp_path / "answers.yaml").write_text(answers, encoding="utf-8")
    (tmp_path / "leave.test.yaml").write_text(test, encoding="utf-8")

    run = bare_yishi("process", "run", tmp_path / "leave.bpmn", "--answers", tmp_path / "answers.yaml",
                     "--variables", "changed")  # fmt: skip
    tested = bare_yishi("process", "test", tmp_path / "leave.bpmn", tmp_path / "leave.test.yaml")

    assert run.exit_code == 0, run.err
    assert run.json == json.loads(expected)
    assert tested.exit_code == 0, tested.out


def test_the_page_names_every_field_of_the_output(bare_yishi: Yishi, model: Path) -> None:
    facts = bare_yishi("process", "run", model, "--auto").json
    text = PAGE.read_text(encoding="utf-8")

    assert [name for name in facts if f"| `{name}` |" not in text] == []
    assert [name for name in facts["trace"][0] if f"| `{name}` |" not in text] == []
