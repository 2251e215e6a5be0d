from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from engine.facade import Engine
from terminal.health import Level, calendar_check
from tests.terminal.conftest import Yishi

NOWHERE = "http://127.0.0.1:1/api"


class _Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'"3.8.8"' if self.path.endswith("/version") else b"true"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Quiet."""


@pytest.fixture
def healthy_url() -> Iterator[str]:
    """A server that answers like a healthy Prefect, and like a healthy department."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Healthy)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def levels(checks: list[dict[str, str]]) -> dict[str, str]:
    return {check["name"].split()[-1]: check["level"] for check in checks}


def test_everything_that_is_down_is_named_with_its_mending(deployed: Yishi) -> None:
    answer = deployed(
        "doctor", "--json", PREFECT_API_URL=NOWHERE, YISHI_DEPARTMENTS='{"GREEN": "http://127.0.0.1:1"}'
    )

    assert answer.exit_code == 1
    found = levels(answer.json["checks"])
    assert found["database"] == found["migrations"] == found["deployments"] == "ok"
    assert found["Prefect"] == found["sweep"] == found["worker"] == "error"
    assert found["GREEN"] == found["departments"] == "error"
    assert all(check["mend"] for check in answer.json["checks"] if check["level"] != "ok")


def test_with_everything_up_doctor_is_content(deployed: Yishi, department: Engine, healthy_url: str) -> None:
    department.beat("sla-sweep")
    department.beat("worker")
    codes = ("GREEN", "POWER", "SMS", "UMLE", "WATER")
    places = json.dumps(dict.fromkeys(codes, healthy_url))

    answer = deployed("doctor", "--json", PREFECT_API_URL=f"{healthy_url}/api", YISHI_DEPARTMENTS=places)

    assert answer.exit_code == 0, answer.out
    found = levels(answer.json["checks"])
    assert {found[code] for code in codes} == {"ok"}
    assert found["Prefect"] == found["sweep"] == found["worker"] == "ok"


def test_an_empty_database_is_a_warning_with_the_command_to_fill_it(yishi: Yishi) -> None:
    answer = yishi("doctor", PREFECT_API_URL=NOWHERE)

    assert "尚无 none yet" in answer.out and "→ yishi deploy" in answer.out
    assert "yishi serve" in answer.out


def test_a_database_that_is_down_is_a_finding_not_a_failure(bare_yishi: Yishi) -> None:
    answer = bare_yishi(
        "doctor", "--json", PREFECT_API_URL=NOWHERE, DATABASE_URL="postgresql://127.0.0.1:1/none"
    )

    assert answer.exit_code == 1
    found = levels(answer.json["checks"])
    assert found["database"] == "error" and found["home"] == "ok" and "worker" not in found


def test_a_home_that_cannot_be_is_a_finding(bare_yishi: Yishi, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    answer = bare_yishi(
        "doctor", "--json", PREFECT_API_URL=NOWHERE, YISHI_HOME=str(tmp_path / "file" / "home")
    )

    assert answer.exit_code == 1
    assert levels(answer.json["checks"])["home"] == "error"


@pytest.mark.parametrize(
    ("today", "level"),
    [
        (date(2026, 10, 31), Level.OK),
        (date(2026, 11, 1), Level.WARNING),
        (date(2026, 12, 31), Level.WARNING),
        (date(2027, 1, 1), Level.ERROR),
    ],
)
def test_a_calendar_without_its_next_year_is_a_warning_from_november(today: date, level: Level) -> None:
    check = calendar_check(today, last_published=2026)

    assert check.level is level
    assert bool(check.mend) == (level is not Level.OK)
    assert "anew" not in check.mend, "open clocks are not recomputed"
