"""The command line against a real database: a database per test, commands in this process."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from adapters.package_contracts import PackageContracts
from engine.clock import SystemClock
from engine.facade import Engine
from engine.ports import LeasedJob
from engine.store.database import Database
from terminal.app import app

GRID_CASE = Path(__file__).parents[2] / "processes" / "grid_case_closed_loop"
CASE_NUMBER = re.compile(r"\b[0-9A-Z]{6}[0-9]{15}[0-9X]\b")


@dataclass(frozen=True)
class Answer:
    exit_code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def refusal(self) -> Any:
        return json.loads(self.err)

    @property
    def case_number(self) -> str:
        found = CASE_NUMBER.search(self.out)
        assert found is not None, self.out
        return found.group()


Yishi = Callable[..., Answer]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, and nothing of the outer environment."""
    for name in ("DATABASE_URL", "PREFECT_API_URL", "YISHI_ACTOR", "YISHI_DEPARTMENTS", "YISHI_CLOCK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("YISHI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "140")
    return tmp_path / "home"


@pytest.fixture
def bare_yishi(home: Path) -> Yishi:
    """`yishi` where nobody has named a database."""

    def run(*arguments: object, stdin: str = "", **environment: str) -> Answer:
        result = CliRunner().invoke(app, [str(part) for part in arguments], input=stdin, env=environment)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def yishi(bare_yishi: Yishi, database_uri: str, monkeypatch: pytest.MonkeyPatch) -> Yishi:
    """`yishi` on a migrated, empty database."""
    monkeypatch.setenv("DATABASE_URL", database_uri)
    return bare_yishi


@pytest.fixture
def deployed(yishi: Yishi) -> Yishi:
    """`yishi` with the grid case deployed."""
    answer = yishi("deploy", GRID_CASE)
    assert answer.exit_code == 0, answer.err
    return yishi


@pytest.fixture
def department(database_uri: str) -> Iterator[Engine]:
    """The engine as a worker sees it, on the same database and by the same clock as the commands."""
    database = Database(database_uri)
    database.open()
    engine = Engine(database, clock=SystemClock(), contracts=PackageContracts())
    yield engine
    engine.close()


def take_job(engine: Engine) -> LeasedJob:
    [job] = engine.acquire_jobs(worker="test", limit=1, lease=timedelta(minutes=1))
    return job


def start_grid_case(yishi: Yishi, *more: object) -> str:
    """A reported heap of waste that waits for its verification; returns the case number."""
    answer = yishi(
        "case", "start", "grid_case_closed_loop", "--as", "clerk.subdistrict.1",
        "--set", "subclass=暴露垃圾", "--set", "source=hotline", "--set", "address=一号路 1 号",
        "--set", 'grid="310115004012"', *more,
    )  # fmt: skip
    assert answer.exit_code == 0, answer.err
    return answer.case_number


def only_task(yishi: Yishi, actor: str) -> int:
    [line] = yishi("task", "list", "--as", actor, "--json").json
    task_id: int = line["id"]
    return task_id


def do_task(yishi: Yishi, actor: str, *fields: str) -> Answer:
    """The actor claims and completes the one task on their worklist."""
    task_id = only_task(yishi, actor)
    claimed = yishi("task", "claim", task_id, "--as", actor)
    assert claimed.exit_code == 0, claimed.err
    options = [part for field in fields for part in ("--set", field)]
    answer = yishi("task", "complete", task_id, "--as", actor, *options)
    assert answer.exit_code == 0, answer.err
    return answer
