from __future__ import annotations

from engine.commands.jobs import CompleteJob
from engine.facade import Engine
from tests.terminal.conftest import Yishi, do_task, only_task, start_grid_case, take_job


def test_data_that_does_not_fit_is_refused_field_by_field_with_the_forms_labels(deployed: Yishi) -> None:
    start_grid_case(deployed)
    task_id = only_task(deployed, "clerk.village.1")
    deployed("task", "claim", task_id, "--as", "clerk.village.1")

    answer = deployed(
        "task",
        "complete",
        task_id,
        "--as",
        "clerk.village.1",
        "--set",
        "genuine=maybe",
        "--set",
        "colour=red",
    )

    assert answer.exit_code == 1
    assert answer.err.splitlines() == [
        "✕ 数据不符 / The data does not fit:",
        "  情况属实 / The problem exists (genuine): 应为 true 或 false / expected true or false",
        "  核实情况 / What was found (verify_note): 必填 / required",
        "  colour: 表单里没有这个字段 / the form has no such field",
    ]
    assert only_task(deployed, "clerk.village.1") == task_id


def test_refused_data_is_an_object_of_problems_for_a_machine(deployed: Yishi) -> None:
    start_grid_case(deployed)
    task_id = only_task(deployed, "clerk.village.1")
    deployed("task", "claim", task_id, "--as", "clerk.village.1")

    answer = deployed(
        "task", "complete", task_id, "--as", "clerk.village.1", "--vars", '{"genuine": 1}', "--json"
    )

    assert answer.exit_code == 1 and answer.out == ""
    assert answer.refusal["reason"] == "INVALID_DATA"
    assert set(answer.refusal["problems"]) == {"genuine", "verify_note"}


def test_a_task_is_shown_with_its_form_its_data_and_the_next_command(deployed: Yishi) -> None:
    start_grid_case(deployed)
    task_id = only_task(deployed, "clerk.village.1")

    free = deployed("task", "show", task_id)
    claimed = deployed("task", "claim", task_id, "--as", "clerk.village.1")

    for text in (
        "verify_note=",
        "核实情况 / What was found",
        "* 是 yes",
        "2–500",
        "暴露垃圾",
        "310115004012",
    ):
        assert text in free.out
    assert f"→ yishi task claim {task_id} --as ACTOR" in free.out
    assert f"→ yishi task complete {task_id} --as clerk.village.1 --set verify_note=…" in claimed.out


def test_the_wrong_role_may_not_claim(deployed: Yishi) -> None:
    start_grid_case(deployed)
    task_id = only_task(deployed, "clerk.village.1")

    answer = deployed("task", "claim", task_id, "--as", "clerk.water.1", "--json")

    assert answer.exit_code == 1
    assert answer.refusal["reason"] == "FORBIDDEN"
    assert "村居:联勤站" in answer.refusal["message"]
    assert (
        deployed("task", "list", "--as", "clerk.water.1").out
        == "clerk.water.1 没有待办 / has nothing to do.\n"
    )


def test_a_task_somebody_else_has_claimed_is_not_completed(deployed: Yishi, department: Engine) -> None:
    start_grid_case(deployed)
    do_task(deployed, "clerk.village.1", "genuine=true", "verify_note=属实")
    job = take_job(department)
    department.do(CompleteJob(job.request.job_id, job.lease_token, {"dispatch_receipt": "R"}))
    task_id = only_task(deployed, "clerk.green.1")
    deployed("task", "claim", task_id, "--as", "clerk.green.1")

    answer = deployed("task", "complete", task_id, "--as", "checker.1")

    assert answer.exit_code == 1
    assert answer.err.startswith("✕ Expected clerk.green.1, who has claimed user task")


def test_a_claimed_task_is_released_and_assigned(deployed: Yishi) -> None:
    start_grid_case(deployed)
    task_id = only_task(deployed, "clerk.village.1")
    deployed("task", "claim", task_id, "--as", "clerk.village.1")

    released = deployed("task", "release", task_id, "--as", "clerk.village.1")
    assigned = deployed("task", "assign", task_id, "--to", "clerk.village.1", "--as", "clerk.village.1")

    assert "已退还 released" in released.out
    assert "已转办 assigned: clerk.village.1" in assigned.out
    [line] = deployed("task", "list", "--all", "--json").json
    assert line["assignee"] == "clerk.village.1"


def test_a_task_that_may_not_be_returned_says_so(deployed: Yishi) -> None:
    start_grid_case(deployed)
    task_id = only_task(deployed, "clerk.village.1")
    deployed("task", "claim", task_id, "--as", "clerk.village.1")

    answer = deployed("task", "return", task_id, "--reason", "不属本站", "--as", "clerk.village.1")

    assert answer.exit_code == 1
    assert "may not" in answer.err


def test_a_department_returns_a_case_that_is_not_its_own(deployed: Yishi, department: Engine) -> None:
    start_grid_case(deployed)
    do_task(deployed, "clerk.village.1", "genuine=true", "verify_note=属实")
    job = take_job(department)
    department.do(CompleteJob(job.request.job_id, job.lease_token, {"dispatch_receipt": "R"}))
    task_id = only_task(deployed, "clerk.green.1")
    deployed("task", "claim", task_id, "--as", "clerk.green.1")

    answer = deployed("task", "return", task_id, "--reason", "不属本局职责", "--as", "clerk.green.1")

    assert answer.exit_code == 0, answer.err
    assert "已退单 returned" in answer.out
    assert deployed("task", "list", "--as", "clerk.green.1", "--json").json == []


def test_a_completion_sent_twice_is_done_once(deployed: Yishi) -> None:
    start_grid_case(deployed)
    task_id = only_task(deployed, "clerk.village.1")
    deployed("task", "claim", task_id, "--as", "clerk.village.1")
    command = ("task", "complete", task_id, "--as", "clerk.village.1", "--set", "genuine=true",
               "--set", "verify_note=属实", "--key", "c-1")  # fmt: skip

    first, second, without_key = deployed(*command), deployed(*command), deployed(*command[:-2])

    assert (first.exit_code, second.exit_code, without_key.exit_code) == (0, 0, 1)
    assert "未重复办理" in second.out
    assert without_key.err == f"✕ Expected user task {task_id} to be open, but it is COMPLETED.\n"


def test_an_unknown_task_is_refused(deployed: Yishi) -> None:
    for command in ("show", "claim", "release", "complete"):
        as_whom = () if command == "show" else ("--as", "checker.1")

        answer = deployed("task", command, 999, *as_whom)

        assert answer.exit_code == 1
        assert answer.err == "✕ Expected a user task 999, but there is none.\n"


def test_who_acts_may_be_set_once_in_the_environment(deployed: Yishi) -> None:
    start_grid_case(deployed)

    answer = deployed("task", "list", "--json", YISHI_ACTOR="clerk.village.1")

    assert len(answer.json) == 1


def test_without_an_actor_the_known_ones_are_named(deployed: Yishi) -> None:
    answer = deployed("task", "list")

    assert answer.exit_code == 2
    for text in ("--as", "YISHI_ACTOR", "clerk.village.1 (联勤站经办一号)"):
        assert text in answer.err


def test_somebody_unknown_is_refused(deployed: Yishi) -> None:
    answer = deployed("task", "list", "--as", "nobody", "--json")

    assert answer.exit_code == 1
    assert answer.refusal["reason"] == "NOT_FOUND"
