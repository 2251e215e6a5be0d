"""Signals, choices, escalations and corrections as a person gives them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.elements import drawing as d
from tests.support.packages import package
from tests.terminal.conftest import Yishi

CHOOSER = '<gov:assignment roles="clerk"/>'


def drawn() -> list[bytes]:
    begun = d.start_event("start", d.signal("alarm")) + d.user_task("look") + d.END
    inside = d.user_task("visit", name="走访") + d.user_task("call_in", name="约谈")
    helped = d.ad_hoc("help", inside, extensions=CHOOSER, cancelRemainingInstances="false")
    slow = d.boundary("slow", "ask", d.escalation("SLOW"), interrupting=False)
    asked = d.sequence(("ask", d.user_task("ask"))) + slow + d.user_task("urge") + d.end_event("end_2")
    return [
        d.process(d.sequence(("wait", d.catch_event("wait", d.signal("alarm")))), id="waits"),
        d.process(begun + d.chain("start", "look", "end"), id="begins"),
        d.process(d.sequence(("help", helped)), id="helps"),
        d.process(asked + d.chain("slow", "urge", "end_2"), id="asks"),
        d.process(
            d.sequence(
                ("hears", d.catch_event("hears", d.condition("level > 3"))), ("ask", d.user_task("ask"))
            ),
            id="measures",
        ),
    ]


@pytest.fixture
def desk(yishi: Yishi, tmp_path: Path) -> Yishi:
    for path, content in package(*drawn()).items():
        (tmp_path / "package" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "package" / path).write_bytes(content)
    answer = yishi("deploy", tmp_path / "package")
    assert answer.exit_code == 0, answer.err
    return yishi


def start(yishi: Yishi, process: str, *more: object) -> str:
    return yishi("case", "start", process, "--as", "clerk1", *more).case_number


def claim_only(yishi: Yishi) -> int:
    [line] = yishi("task", "list", "--as", "clerk1", "--json").json
    answer = yishi("task", "claim", line["id"], "--as", "clerk1")
    assert answer.exit_code == 0, answer.err
    task_id: int = line["id"]
    return task_id


def test_a_signal_says_how_many_it_reached(desk: Yishi) -> None:
    number = start(desk, "waits")
    waiting = desk("case", "show", number)
    listed = desk("case", "list")

    told = desk("signal", "publish", "alarm", "--set", "place=桥", "--as", "head")
    nobody = desk("signal", "publish", "all_clear", "--as", "head")

    assert "信号 signal" in waiting.out and "alarm" in waiting.out
    assert "信号 alarm" in listed.out
    assert told.exit_code == 0, told.err
    assert "received by 1" in told.out and "cases opened 1" in told.out
    assert "No case waits for it" in nobody.out
    assert desk("case", "show", number, "--json").json["head"]["state"] == "CLOSED"


def test_a_signal_sent_twice_under_one_key_is_published_once(desk: Yishi) -> None:
    sent = [desk("signal", "publish", "alarm", "--as", "head", "--key", "K", "--json").json for _ in range(2)]

    assert [answer["repeated"] for answer in sent] == [False, True]
    assert sent[0]["signal_id"] == sent[1]["signal_id"]
    assert len(desk("case", "list", "--json").json) == 1


def test_a_clerk_sees_the_choices_and_begins_one(desk: Yishi) -> None:
    start(desk, "helps")
    task_id = claim_only(desk)

    shown = desk("task", "show", task_id)
    chosen = desk("task", "choose", task_id, "visit", "--as", "clerk1")
    wrong = desk("task", "choose", task_id, "sleep", "--as", "clerk1", "--json")

    for text in ("可以开始 May be begun", "visit", "走访", "约谈", f"yishi task choose {task_id}"):
        assert text in shown.out
    assert "已开始 begun: visit" in chosen.out and "走访" in chosen.out
    assert wrong.exit_code == 1 and set(wrong.refusal["problems"]) == {"activity_id"}


def test_a_clerk_reports_upwards_and_goes_on(desk: Yishi) -> None:
    start(desk, "asks")
    task_id = claim_only(desk)

    answer = desk("task", "escalate", task_id, "SLOW", "--as", "clerk1")

    assert answer.exit_code == 0, answer.err
    assert "已上报 escalated: SLOW" in answer.out
    assert len(desk("task", "list", "--all", "--json").json) == 2


def test_data_is_corrected_and_the_case_goes_on(desk: Yishi) -> None:
    number = start(desk, "measures", "--set", "level=1")

    answer = desk("case", "set", number, "--set", "level=4", "--as", "clerk1")
    empty = desk("case", "set", number, "--as", "clerk1", "--json")

    assert answer.exit_code == 0, answer.err
    assert "已更新 / Set." in answer.out and "任务 task" in answer.out
    assert empty.exit_code == 1 and set(empty.refusal["problems"]) == {"variables"}


def test_what_begins_by_a_timer_is_listed_with_its_next_instant(desk: Yishi, tmp_path: Path) -> None:
    begun = d.start_event("start", d.timer("R/2200-01-01T08:00:00+08:00/P1D", kind="timeCycle")) + d.END
    path = tmp_path / "package" / "patrol.bpmn"
    path.write_bytes(d.process(begun + d.chain("start", "end"), id="patrol"))

    nothing = desk("case", "upcoming")
    deployed = desk("deploy", tmp_path / "package")
    listed = desk("case", "upcoming")

    assert "No process begins by a timer" in nothing.out
    assert deployed.exit_code == 0, deployed.err
    assert "patrol" in listed.out and "2200-01-01 08:00" in listed.out
    [timer] = desk("case", "upcoming", "--json").json
    assert (timer["process_key"], timer["version"], timer["last_error"]) == ("patrol", 1, None)
