from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.simulator.call import DepartmentCall
from adapters.simulator.effects import EffectBook
from adapters.simulator.faults import FaultBoard
from adapters.simulator.journal import Journal
from engine.errors import InvalidArgument, InvalidData, InvalidState

ROOT = Path(__file__).parents[3]
NOON = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)


def call(
    key: str | None = "k", *, department: str = "UMLE", path: str = "/a", case: str | None = "1"
) -> DepartmentCall:
    return DepartmentCall(department, "POST", path, key, case)


def test_a_repeated_key_is_one_effect_with_the_first_answer() -> None:
    book = EffectBook(now=lambda: NOON)

    _, first_is_repeat = book.perform(call("k1"))
    again, again_is_repeat = book.perform(call("k1", case="2"))
    other, _ = book.perform(call("k2"))

    assert (first_is_repeat, again_is_repeat) == (False, True)
    assert again.answer == {"receipt": "UMLE-1", "department": "UMLE", "accepted_at": NOON.isoformat()}
    assert other.answer["receipt"] == "UMLE-2"
    assert book.totals() == {"effects": 2, "repeats": 1, "keys": 2, "forgotten": 0}


def test_the_same_key_elsewhere_is_another_effect() -> None:
    book = EffectBook(now=lambda: NOON)

    for variation in (call(), call(path="/b"), call(department="TAX")):
        book.perform(variation)

    assert book.totals()["effects"] == 3


def test_calls_without_a_key_are_effects_each_time() -> None:
    book = EffectBook(now=lambda: NOON)

    for _ in range(3):
        book.perform(call(None))

    (record,) = book.listing(department="UMLE", case_number="1")
    assert (record.effects, record.repeats) == (3, 0)


def test_memory_is_bounded_and_what_is_forgotten_is_counted() -> None:
    book = EffectBook(now=lambda: NOON, capacity=10)

    for number in range(25):
        book.perform(call(str(number)))

    assert book.totals() == {"effects": 10, "repeats": 0, "keys": 10, "forgotten": 15}


def test_a_journal_brings_back_effects_repeats_and_receipts(tmp_path: Path) -> None:
    path = tmp_path / "effects.jsonl"
    before = EffectBook(now=lambda: NOON, journal=Journal(path))
    before.perform(call("k1"))
    before.perform(call("k1"))
    # No close: a kill -9 does not close either.

    after = EffectBook(now=lambda: NOON, journal=Journal(path))
    again, is_repeat = after.perform(call("k1"))
    new, _ = after.perform(call("k2"))

    assert is_repeat
    assert (again.answer["receipt"], again.repeats) == ("UMLE-1", 2)
    assert new.answer["receipt"] == "UMLE-2"


def test_a_torn_last_line_is_cut_off_and_a_damaged_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "effects.jsonl"
    book = EffectBook(now=lambda: NOON, journal=Journal(path))
    book.perform(call("k1"))
    path.write_bytes(path.read_bytes() + b'{"event": "eff')

    after = EffectBook(now=lambda: NOON, journal=Journal(path))
    after.perform(call("k2"))

    assert [json.loads(line)["idempotency_key"] for line in path.read_text().splitlines()] == ["k1", "k2"]
    path.write_text("damaged\n" + path.read_text())
    with pytest.raises(InvalidArgument, match="line 1"):
        EffectBook(now=lambda: NOON, journal=Journal(path))


def test_forgetting_is_for_simulators_without_a_journal(tmp_path: Path) -> None:
    plain = EffectBook(now=lambda: NOON)
    plain.perform(call())
    kept = EffectBook(now=lambda: NOON, journal=Journal(tmp_path / "effects.jsonl"))

    assert plain.clear() == 1
    assert plain.perform(call())[0].answer["receipt"] == "UMLE-1"
    with pytest.raises(InvalidState):
        kept.clear()


def test_an_answer_does_not_wait_for_an_acknowledgement(simulation: Any) -> None:
    """With Nagle's algorithm on, every answer takes 40 ms."""
    started = time.monotonic()

    for _ in range(25):
        assert simulation.admin.post("/UMLE/x").status_code == 201

    assert time.monotonic() - started < 0.95


def test_effects_are_listed_by_department_and_case(simulation: Any) -> None:
    for department, case in (("UMLE", "1"), ("UMLE", "2"), ("TAX", "1")):
        answer = simulation.admin.post(
            f"/{department}/x/y", headers={"Idempotency-Key": case, "X-Case-Number": case}
        )
        assert answer.status_code == 201

    assert len(simulation.effects()) == 3
    (effect,) = simulation.effects(department="UMLE", case_number="2")
    assert datetime.fromisoformat(effect.pop("at")).tzinfo is not None
    assert effect == {
        "department": "UMLE",
        "path": "/x/y",
        "method": "POST",
        "idempotency_key": "2",
        "case_number": "2",
        "effects": 1,
        "repeats": 0,
    }


def test_a_fault_meets_only_the_calls_it_names_and_only_so_often(simulation: Any) -> None:
    simulation.program(kind="status", status=500, path_prefix="/x", case_number="1", times=2)

    def status(path: str, case: str) -> int:
        answer = simulation.admin.put(path, headers={"X-Case-Number": case})
        return int(answer.status_code)

    assert [status("/UMLE/y", "1"), status("/UMLE/x", "2"), status("/TAX/x", "1")] == [200, 200, 200]
    assert [status("/UMLE/x/1", "1") for _ in range(3)] == [500, 500, 200]
    assert simulation.admin.get("/_faults").json() == []


def test_faults_are_removed_by_department(simulation: Any) -> None:
    simulation.program(kind="status", status=503)
    simulation.program(department="TAX", kind="status", status=503)

    assert simulation.admin.get("/UMLE/health").status_code == 503
    assert simulation.admin.get("/PSB/health").status_code == 200
    assert simulation.admin.delete("/_faults", params={"department": "UMLE"}).json() == {"removed": 1}
    assert simulation.admin.get("/UMLE/health").status_code == 200
    assert simulation.admin.post("/TAX/x").status_code == 503
    assert simulation.admin.delete("/_faults").json() == {"removed": 1}
    assert simulation.admin.post("/TAX/x").status_code == 201


def test_a_health_check_uses_no_fault_up(simulation: Any) -> None:
    simulation.program(kind="status", status=503, times=1)

    assert simulation.admin.get("/UMLE/health").status_code == 200
    assert simulation.admin.post("/UMLE/x").status_code == 503


def test_an_answer_can_be_programmed_and_is_remembered(simulation: Any) -> None:
    simulation.program(kind="answer", status=202, body={"approved": False}, times=1)

    answers = [simulation.admin.post("/UMLE/x", headers={"Idempotency-Key": key}) for key in ("1", "1", "2")]

    assert [answer.status_code for answer in answers] == [202, 202, 201]
    assert [answer.json().get("approved") for answer in answers] == [False, False, None]
    assert [answer.json()["receipt"] for answer in answers] == ["UMLE-1", "UMLE-1", "UMLE-2"]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ([], ""),
        ({"kind": "hang"}, "department"),
        ({"department": "../x", "kind": "hang"}, "department"),
        ({"department": "UMLE"}, "kind"),
        ({"department": "UMLE", "kind": "explode"}, "kind"),
        ({"department": "UMLE", "kind": []}, "kind"),
        ({"department": "UMLE", "kind": "status"}, "status"),
        ({"department": "UMLE", "kind": "status", "status": 99}, "status"),
        ({"department": "UMLE", "kind": "latency"}, "seconds"),
        ({"department": "UMLE", "kind": "latency", "seconds": -1}, "seconds"),
        ({"department": "UMLE", "kind": "hang", "times": 0}, "times"),
        ({"department": "UMLE", "kind": "hang", "times": True}, "times"),
        ({"department": "UMLE", "kind": "hang", "after_effect": 1}, "after_effect"),
        ({"department": "UMLE", "kind": "hang", "path_prefix": 1}, "path_prefix"),
        ({"department": "UMLE", "kind": "hang", "headers": {"a\r\nb": "c"}}, "headers"),
        ({"department": "UMLE", "kind": "hang", "body": []}, "body"),
        ({"department": "UMLE", "kind": "hang", "id": 1}, "id"),
    ],
)
def test_a_malformed_fault_is_refused_by_field(wish: object, field: str) -> None:
    with pytest.raises(InvalidData) as refused:
        FaultBoard().program(wish)

    assert list(refused.value.problems) == [field]


def test_strangers_get_an_answer_and_no_effect(simulation: Any) -> None:
    assert simulation.admin.post("/").status_code == 404
    assert simulation.admin.post("/_elsewhere/x").status_code == 404
    assert simulation.admin.post("/_faults", content=b"{").status_code == 400
    assert simulation.admin.post("/_faults", json={"kind": "hang"}).json()["problems"].keys() == {
        "department"
    }
    assert simulation.admin.post("/UMLE/x", content=b"x" * 1_100_000).status_code == 413
    assert simulation.admin.post("/UMLE/" + "x" * 3_000).status_code == 400
    assert simulation.effects() == []


def start_simulator(*options: str) -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "adapters.simulator", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.communicate()[1]
    return process, str(json.loads(line)["url"])


def test_sigterm_ends_the_process_within_two_seconds_although_calls_hang(tmp_path: Path) -> None:
    process, url = start_simulator("--port", "0")
    httpx.post(f"{url}/_faults", json={"department": "UMLE", "kind": "hang"}, trust_env=False)

    def hang() -> None:
        with pytest.raises(httpx.TransportError):
            httpx.post(f"{url}/UMLE/x", timeout=10, trust_env=False)

    callers = [threading.Thread(target=hang) for _ in range(3)]
    for caller in callers:
        caller.start()
    time.sleep(0.2)
    started = time.monotonic()

    process.send_signal(signal.SIGTERM)
    process.wait(timeout=5)

    assert time.monotonic() - started < 2
    for caller in callers:
        caller.join()
    assert "Traceback" not in process.communicate()[1]


def test_a_killed_simulator_remembers_what_it_did(tmp_path: Path) -> None:
    options = ("--port", "0", "--journal", str(tmp_path / "effects.jsonl"))
    headers = {"Idempotency-Key": "41:dispatch", "X-Case-Number": "1"}
    process, url = start_simulator(*options)
    first = httpx.post(f"{url}/UMLE/x", headers=headers, trust_env=False).json()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()

    process, url = start_simulator(*options)
    second = httpx.post(f"{url}/UMLE/x", headers=headers, trust_env=False).json()
    (effect,) = httpx.get(f"{url}/_effects", trust_env=False).json()
    process.terminate()
    process.communicate()

    assert second == first
    assert (effect["effects"], effect["repeats"]) == (1, 1)


def test_a_taken_port_is_said_plainly(simulation: Any) -> None:
    port = httpx.URL(simulation.url).port

    ended = subprocess.run(
        [sys.executable, "-m", "adapters.simulator", "--port", str(port)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=20,
    )

    assert ended.returncode == 1
    assert f"port {port}" in ended.stderr
    assert "Traceback" not in ended.stderr
