"""Against a real Prefect server, with the real serving process."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from engine.clock import monotonic
from engine.errors import Unavailable
from engine.views.clocks import DueRung
from flows.desk import key_of
from flows.environment import server_environment
from flows.prefect_api import open_api
from flows.runs import RunInfo, runs_of_case
from flows.server import PrefectServer, status
from tests.flows.conftest import Flows, rung
from tests.flows.desk_of_files import DeskOfFiles
from tests.flows.wire import Wire

Wait = Callable[..., None]
pytestmark = pytest.mark.timeout(600)
"""A server and processes of their own take their time on a machine that others use too."""


def ask(server: PrefectServer, path: str, **query: Any) -> Any:
    with open_api(server.api_url, timeout_seconds=10.0) as client:
        return client.post(path, json=query).raise_for_status().json()


def runs_of_flow(server: PrefectServer, name: str) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = ask(server, "/flow_runs/filter", flows={"name": {"any_": [name]}})
    return runs


def test_the_server_answers_and_its_page_for_operators_is_there(prefect_server: PrefectServer) -> None:
    found = status(prefect_server.api_url)
    with open_api(prefect_server.ui_url, timeout_seconds=10.0) as client:
        page = client.get("/", follow_redirects=True)

    assert (found.healthy, found.version) == (True, "3.8.8")
    assert "<html" in page.text.lower()


def test_a_second_start_on_one_home_uses_the_server_that_is_there(prefect_server: PrefectServer) -> None:
    with PrefectServer(home=prefect_server.home) as second:
        same = second.api_url == prefect_server.api_url

    assert same
    assert status(prefect_server.api_url).healthy


def test_a_sweep_with_nothing_due_leaves_no_run_and_no_artifact(
    prefect_server: PrefectServer, flows: Flows, desk: DeskOfFiles
) -> None:
    runs_before = len(runs_of_flow(prefect_server, "escalate"))
    artifacts_before = ask(prefect_server, "/artifacts/count")

    code = flows.sweep_once(prefect_server.api_url, span=2.0).wait(30)

    assert code == 0
    assert desk.has_beaten()
    assert len(runs_of_flow(prefect_server, "escalate")) == runs_before
    assert ask(prefect_server, "/artifacts/count") == artifacts_before


def test_served_flows_fire_a_due_rung_in_a_run_that_an_operator_finds(
    prefect_server: PrefectServer, flows: Flows, desk: DeskOfFiles, wait_until: Wait
) -> None:
    poisoned = rung(100, case_number="SH-2026-POISON")
    desk.add(poisoned, poison=True)
    due = rung(101, case_number="SH-2026-0101")
    desk.add(due)
    overslept = rung(102, case_number="SH-2026-0102", rung_key="reminder")
    desk.add(overslept)
    desk.let_a_higher_rung_fire(key_of(overslept), rung_key="yellow-card", colour="yellow")

    serving = flows.serve(prefect_server.api_url, every=60)
    wait_until(lambda: bool(completed_runs(prefect_server, overslept.case_number)))

    [run] = runs_of_case(prefect_server.api_url, due.case_number)
    assert run.name == "SH-2026-0101 red-card"
    assert set(run.tags) >= {"case:SH-2026-0101", "department:UMLE", "colour:red"}
    assert run.message == "已升级 / Escalated."
    [higher] = runs_of_case(prefect_server.api_url, overslept.case_number)
    assert higher.name == "SH-2026-0102 yellow-card"
    assert set(higher.tags) >= {"case:SH-2026-0102", "colour:yellow"}
    assert "colour:red" not in higher.tags
    assert desk.fired() == {due.clock_id, overslept.clock_id}
    # On a slow machine the next sweep may have asked for it again already.
    failed, *_ = runs_of_case(prefect_server.api_url, poisoned.case_number)
    assert failed.state == "Failed"
    assert "Expected a ladder for clock 100" in failed.message
    [artifact] = ask(prefect_server, "/artifacts/filter", artifacts={"key": {"any_": ["case-sh-2026-0101"]}})
    assert "《行政许可法》第四十二条" in artifact["data"]
    assert "Consumed | 20.0 / 20 个工作日" in artifact["data"]

    fire_by_hand(prefect_server, due)
    wait_until(lambda: len(completed_runs(prefect_server, due.case_number)) == 2)
    by_hand = completed_runs(prefect_server, due.case_number)[0]
    assert by_hand.name == "SH-2026-0101 red-card"
    assert "case:SH-2026-0101" in by_hand.tags
    assert "Already escalated by somebody else" in by_hand.message

    started = monotonic()
    serving.terminate()
    assert serving.wait(10) == 0
    assert monotonic() - started < 5.0
    assert "Traceback" not in flows.log()


def fire_by_hand(server: PrefectServer, due: DueRung) -> None:
    with open_api(server.api_url, timeout_seconds=10.0) as client:
        deployment = client.get("/deployments/name/escalate/escalate").raise_for_status().json()
    parameters = {"case_number": due.case_number, "clock_id": due.clock_id, "rung_key": due.rung_key}
    ask(server, f"/deployments/{deployment['id']}/create_flow_run", parameters=parameters)


def completed_runs(server: PrefectServer, case_number: str) -> list[RunInfo]:
    return [run for run in runs_of_case(server.api_url, case_number) if run.state == "Completed"]


def test_prefect_schedules_the_sweeps_to_come(
    prefect_server: PrefectServer, flows: Flows, wait_until: Wait
) -> None:
    # Fails with SQLAlchemy 2.1, on which the scheduler of Prefect 3.8.8 cannot insert a run.
    flows.serve(prefect_server.api_url, every=3600)

    def scheduled() -> list[str]:
        runs = runs_of_flow(prefect_server, "sla-sweep")
        return [run["expected_start_time"] for run in runs if run["auto_scheduled"]]

    wait_until(lambda: any(at.endswith(":00:00Z") for at in scheduled()), seconds=20.0)


def test_rungs_fire_once_although_prefect_goes_away_in_the_middle(
    prefect_server: PrefectServer, flows: Flows, desk: DeskOfFiles, wait_until: Wait
) -> None:
    wire = Wire(urlsplit(prefect_server.api_url).port or 0)
    before = rung(200, case_number="CUT-BEFORE")
    desk.add(before)
    # No second tries: they make this test long, not different.
    sweeping = flows.sweep_once(wire.api_url, span=60.0, PREFECT_CLIENT_MAX_RETRIES="0")
    wait_until(lambda: bool(runs_of_case(prefect_server.api_url, before.case_number)) and bool(desk.fired()))

    wire.cut()
    after = [rung(number, case_number=f"CUT-{number}") for number in range(201, 205)]
    for each in after:
        desk.add(each)
    wait_until(lambda: len(desk.fired()) == 5)

    assert desk.fired() == {each.clock_id for each in [before, *after]}
    assert desk.calls(key_of(after[-1])) == 1
    assert "firing without a run" in flows.log()
    sweeping.send_signal(signal.SIGTERM)


def test_serving_goes_on_after_an_outage_of_prefect(
    prefect_server: PrefectServer, flows: Flows, desk: DeskOfFiles, wait_until: Wait
) -> None:
    wire = Wire(urlsplit(prefect_server.api_url).port or 0)
    flows.serve(wire.api_url, every=8, PREFECT_CLIENT_MAX_RETRIES="0")
    wait_until(desk.has_beaten)

    wire.cut()
    wait_until(lambda: "escalations will be late" in flows.log())
    wire.mend()
    late = rung(400, case_number="OUTAGE-400")
    fire_by_hand(prefect_server, late)

    wait_until(lambda: bool(completed_runs(prefect_server, late.case_number)))
    assert desk.fired() == {400}


def test_after_a_kill_in_mid_sweep_everything_fires_and_dead_runs_are_closed(
    prefect_server: PrefectServer, flows: Flows, desk: DeskOfFiles, wait_until: Wait
) -> None:
    due = [rung(number, case_number=f"KILL-{number}") for number in range(300, 308)]
    for each in due:
        desk.add(each)
    desk.slow_down(0.3)
    serving = flows.serve(prefect_server.api_url, every=3600)
    wait_until(lambda: len(desk.fired()) >= 2)
    os.killpg(serving.pid, signal.SIGKILL)
    serving.wait()
    fired_before = desk.fired()
    assert len(fired_before) < len(due)

    desk.slow_down(0.0)
    flows.serve(prefect_server.api_url, every=3600)
    wait_until(lambda: len(desk.fired()) == len(due))

    assert desk.fired() == {each.clock_id for each in due}
    # Whatever had fired was not asked for again; only the one in flight may have been.
    assert sum(desk.calls(key_of(each)) for each in due) <= len(due) + 1
    served = [run for run in runs_of_flow(prefect_server, "sla-sweep") if run["deployment_id"]]
    states = [run["state_name"] for run in served]
    assert "Crashed" in states
    assert states.count("Running") == 1


def test_a_second_home_takes_another_port_if_the_wanted_one_is_taken(
    prefect_server: PrefectServer, tmp_path: Any
) -> None:
    taken = urlsplit(prefect_server.api_url).port
    server = PrefectServer(home=tmp_path / "other", port=taken)

    server.begin()
    other = urlsplit(server.api_url).port
    server.stop()

    assert other != taken


def test_a_server_that_cannot_start_is_reported_with_its_log_and_what_to_do(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_SERVER_API_DEFAULT_LIMIT", "many")

    with pytest.raises(Unavailable, match="it ended with exit code 1") as raised:
        PrefectServer(home=tmp_path / "home").start()

    assert "valid integer" in str(raised.value)
    assert "server.log" in raised.value.mend


def test_asking_an_absent_server_for_runs_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="Expected Prefect to list runs"):
        runs_of_case("http://127.0.0.1:9/api", "CASE-1")


def test_the_server_does_not_leave_its_home_nor_phone_home(tmp_path: Any) -> None:
    inherited = {
        "PREFECT_API_URL": "http://elsewhere/api",
        "PREFECT_PROFILE": "mine",
        "PREFECT_HOME": "/somewhere",
        "PREFECT_API_DATABASE_CONNECTION_URL": "postgresql+asyncpg://db/prefect",
    }

    environment = server_environment(inherited, home=tmp_path)

    assert "PREFECT_API_URL" not in environment
    assert "PREFECT_PROFILE" not in environment
    assert environment["PREFECT_HOME"] == str(tmp_path)
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert environment["DO_NOT_TRACK"] == "1"
    assert environment["PREFECT_API_DATABASE_CONNECTION_URL"] == "postgresql+asyncpg://db/prefect"
