from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.commands.jobs import FailJob
from engine.facade import Engine
from tests.terminal.conftest import GRID_CASE, Yishi, do_task, start_grid_case, take_job

HEAD = """
[[actors]]
id = "head.village.1"
name = "联勤站负责人"
department = "VILLAGE"
roles = ["村居:联勤站", "handler"]
"""


@pytest.fixture
def with_handler(yishi: Yishi, tmp_path: Path) -> Yishi:
    """The grid case in a place where somebody holds the role that may pause clocks."""
    package = tmp_path / "package"
    shutil.copytree(GRID_CASE, package)
    with (package / "organisation.toml").open("a", encoding="utf-8") as file:
        file.write(HEAD)
    answer = yishi("deploy", package)
    assert answer.exit_code == 0, answer.err
    return yishi


def test_a_clock_is_paused_on_a_document_and_resumed(with_handler: Yishi) -> None:
    number = start_grid_case(with_handler)
    act = ("--reason", "hearing", "--as", "head.village.1")

    paused = with_handler("clock", "pause", number, *act, "--document", "听证通知书 7 号")
    listed = with_handler("case", "list")
    resumed = with_handler("clock", "resume", number, *act)

    assert paused.exit_code == 0, paused.err
    assert "已暂停 paused: 听证 hearing" in paused.out and "暂停中 paused" in paused.out
    assert "暂停 4.0 工作时 wh" in listed.out
    assert resumed.exit_code == 0 and "暂停" not in resumed.out.partition("\n")[2]
    [clock] = with_handler("clock", "show", number, "--json").json["clocks"]
    assert clock["state"] == "RUNNING" and clock["amount"]["value"] == 4


def test_a_pause_without_its_document_is_refused(with_handler: Yishi) -> None:
    number = start_grid_case(with_handler)

    answer = with_handler("clock", "pause", number, "--reason", "hearing", "--as", "head.village.1")

    assert answer.exit_code == 1
    assert "document" in answer.err


def test_a_clerk_without_the_role_may_not_pause(with_handler: Yishi) -> None:
    number = start_grid_case(with_handler)

    answer = with_handler(
        "clock",
        "pause",
        number,
        "--reason",
        "hearing",
        "--document",
        "D",
        "--as",
        "clerk.village.1",
        "--json",
    )

    assert answer.exit_code == 1
    assert answer.refusal["reason"] == "FORBIDDEN"


def test_an_unknown_reason_is_a_usage_error_that_lists_the_known_ones(deployed: Yishi) -> None:
    answer = deployed("clock", "pause", "X", "--reason", "holiday", "--as", "checker.1")

    assert answer.exit_code == 2
    assert "supplement" in answer.err and "force_majeure" in answer.err


def test_a_message_reaches_the_case_that_waits_for_it(deployed: Yishi) -> None:
    number = start_grid_case(deployed)
    do_task(deployed, "clerk.village.1", "genuine=true", "verify_note=属实")

    answer = deployed("message", "publish", "case_withdrawn", "--key", number, "--as", "clerk.subdistrict.1")

    assert answer.exit_code == 0, answer.err
    assert f"{number}  办结 closed" in answer.out and "撤案" in answer.out


def test_a_message_nobody_waits_for_is_kept(deployed: Yishi) -> None:
    answer = deployed(
        "message", "publish", "case_withdrawn", "--key", "elsewhere", "--as", "clerk.subdistrict.1"
    )

    assert answer.exit_code == 0
    assert "保留 7 天" in answer.out


def test_an_incident_is_listed_shown_and_resolved(deployed: Yishi, department: Engine) -> None:
    number = start_grid_case(deployed)
    do_task(deployed, "clerk.village.1", "genuine=true", "verify_note=属实")
    job = take_job(department)
    evil = "refused \x1b[2J by the department"
    department.do(FailJob(job.request.job_id, job.lease_token, evil, retryable=False))

    listed = deployed("incident", "list")
    [incident] = deployed("incident", "list", "--json").json
    shown = deployed("case", "show", number)
    resolved = deployed("incident", "resolve", incident["id"], "--retries", 2, "--as", "shift.cityops.1")
    again = deployed("incident", "resolve", incident["id"], "--as", "shift.cityops.1")

    assert number in listed.out and "refused" in listed.out and "\x1b" not in listed.out
    assert f"异常 incident {incident['id']}" in shown.out and "\x1b" not in shown.out
    assert resolved.exit_code == 0 and "待调用 waiting" in resolved.out and "余 2 left" in resolved.out
    assert again.exit_code == 1 and "to be OPEN" in again.err
    assert deployed("incident", "list").out == "没有异常 / No open incidents.\n"


def test_an_unknown_incident_is_refused(deployed: Yishi) -> None:
    answer = deployed("incident", "resolve", 7, "--as", "shift.cityops.1")

    assert answer.exit_code == 1
    assert answer.err == "✕ Expected an incident 7, but there is none.\n"
