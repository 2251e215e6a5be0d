from __future__ import annotations

from engine.commands.jobs import CompleteJob
from engine.facade import Engine
from tests.terminal.conftest import Yishi, do_task, start_grid_case, take_job


def finish_job(engine: Engine, **variables: str) -> str:
    job = take_job(engine)
    engine.do(CompleteJob(job.request.job_id, job.lease_token, variables))
    return job.request.job_type


def test_a_case_is_walked_to_its_end_by_commands_alone(deployed: Yishi, department: Engine) -> None:
    number = start_grid_case(deployed, "--set", 'reporter_phone="13800000000"')

    do_task(deployed, "clerk.village.1", "genuine=是", "verify_note=属实，约两立方米")
    assert finish_job(department, dispatch_receipt="R-1") == "green.dispatch"
    do_task(deployed, "clerk.green.1")
    do_task(deployed, "clerk.green.1", "resolution=solved", "handling_note=已清运")
    checked = do_task(deployed, "checker.1", "passed=yes", "check_note=现场干净")

    assert number in checked.out and "sms.send" in checked.out
    assert finish_job(department) == "sms.send"
    shown = deployed("case", "show", number, "--json").json
    done = [step["element_id"] for step in shown["path"] if step["mark"] == "done"]
    walked = ["verify", "classify", "dispatch", "sign_in", "handle", "check"]
    assert [element_id for element_id in done if element_id in walked] == walked
    [waits] = shown["waiting"]["subscriptions"]
    deployed("message", "publish", waits["message_name"], "--key", waits["correlation_key"],
             "--set", "satisfaction=5", "--as", "clerk.subdistrict.1")  # fmt: skip
    assert deployed("case", "show", number, "--json").json["head"]["state"] == "CLOSED"
    ended = deployed("case", "show", number)
    assert "办结 closed" in ended.out and "不再等待" in ended.out


def test_what_happens_next_is_said_after_every_step(deployed: Yishi) -> None:
    number = start_grid_case(deployed)

    answer = do_task(deployed, "clerk.village.1", "genuine=true", "verify_note=属实")

    assert answer.out.startswith("已提交 / Sent.")
    assert f"{number}  在办 open  环节 stage: 派遣" in answer.out
    assert "green.dispatch" in answer.out


def test_the_list_says_who_holds_a_case_and_what_is_left(deployed: Yishi) -> None:
    number = start_grid_case(deployed)

    listed = deployed("case", "list")

    [line] = [line for line in listed.out.splitlines() if number in line]
    assert "村居:联勤站" in line and "4.0 工作时 wh" in line and "受理" in line


def test_a_case_is_shown_with_its_path_its_waiting_and_its_clocks(deployed: Yishi) -> None:
    number = start_grid_case(deployed, "--applicant", "张三", "--title", "一号路垃圾")

    shown = deployed("case", "show", number, "--events")

    head = (number, "一号路垃圾", "张三", "Asia/Shanghai")
    path = ("● 在办 active", "现场核实  verify", "村居:联勤站")
    clocks = ("4工作时", "时限为设计值", "handler")
    journal = ("CLOCK_STARTED", "= reported  = intake")
    for text in head + path + clocks + journal:
        assert text in shown.out


def test_a_canceled_case_keeps_the_reason(deployed: Yishi) -> None:
    number = start_grid_case(deployed)

    answer = deployed("case", "cancel", number, "--reason", "重复上报", "--as", "shift.cityops.1")

    assert answer.exit_code == 0
    assert "终止 canceled" in answer.out
    assert "重复上报" in deployed("case", "show", number, "--events").out
    assert deployed("case", "list", "--state", "open", "--json").json == []
    [line] = deployed("case", "list", "--state", "canceled", "--json").json
    assert line["head"]["case_number"] == number


def test_a_start_sent_twice_under_one_key_opens_one_case(deployed: Yishi) -> None:
    first = start_grid_case(deployed, "--key", "order-7")

    second = start_grid_case(deployed, "--key", "order-7")

    assert second == first
    assert len(deployed("case", "list", "--json").json) == 1


def test_a_key_used_for_another_command_is_refused(deployed: Yishi) -> None:
    start_grid_case(deployed, "--key", "order-7")

    answer = deployed(
        "case", "start", "grid_case_closed_loop", "--as", "checker.1", "--key", "order-7", "--json"
    )

    assert answer.exit_code == 1
    assert answer.refusal["reason"] == "ALREADY_EXISTS"


def test_variables_come_as_json_scalars_as_text_and_from_a_file(deployed: Yishi) -> None:
    answer = deployed(
        "case", "start", "grid_case_closed_loop", "--as", "checker.1", "--json",
        "--vars", "@-", "--set", "count=12", "--set", 'phone="138"', "--set", "subclass=暴露垃圾", "--set", "empty=",
        stdin='{"source": "hotline", "count": 1, "deep": {"list": [1, null]}}',
    )  # fmt: skip

    assert answer.exit_code == 0
    [task] = deployed("task", "list", "--all", "--json").json
    variables = deployed("task", "show", task["id"], "--json").json["variables"]
    assert variables["count"] == 12 and variables["phone"] == "138" and variables["empty"] == ""
    assert variables["deep"] == {"list": [1, None]} and variables["subclass"] == "暴露垃圾"


def test_an_unknown_process_is_refused(deployed: Yishi) -> None:
    answer = deployed("case", "start", "no_such", "--as", "checker.1")

    assert answer.exit_code == 1
    assert answer.err == "✕ Expected a deployed process 'no_such', but there is none.\n"


def test_a_mistyped_case_number_is_told_from_an_unknown_one(deployed: Yishi) -> None:
    number = start_grid_case(deployed)
    mistyped = number[:-1] + ("1" if number[-1] != "1" else "2")

    answer = deployed("case", "show", mistyped, "--json")

    assert answer.exit_code == 1
    assert answer.refusal["reason"] == "INVALID_ARGUMENT"
    assert "mistyped" in answer.refusal["message"]
