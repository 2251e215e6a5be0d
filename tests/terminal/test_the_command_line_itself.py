from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
import typer

from terminal.app import COMMANDS
from tests.terminal.conftest import GRID_CASE, Yishi, start_grid_case

ROOT = Path(__file__).parents[2]
HEAVY = (
    "prefect",
    "fastapi",
    "starlette",
    "SpiffWorkflow",
    "psycopg",
    "lxml",
    "httpx",
    "pydantic",
    "engine.facade",
)
LOOK_AT_MODULES = """
import sys
from cli import main
try:
    main()
finally:
    print("LOADED", [name for name in %r if name in sys.modules])
"""


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_load_nothing_heavy(option: str) -> None:
    done = run("-c", LOOK_AT_MODULES % (HEAVY,), option)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_help_names_every_command_and_the_exit_codes() -> None:
    done = run("cli.py", "--help", COLUMNS="140")

    assert all(name in done.stdout for name in COMMANDS)
    assert "3 something is down" in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_registered_command_can_be_loaded(name: str) -> None:
    module, help_line = COMMANDS[name]

    loaded = import_module(module).app

    assert isinstance(loaded, typer.Typer)
    assert " / " in help_line


def test_help_of_a_command_of_a_group(bare_yishi: Yishi) -> None:
    answer = bare_yishi("case", "start", "--help")

    assert answer.exit_code == 0
    assert "--vars" in answer.out and "YISHI_ACTOR" in answer.out


def test_a_mistyped_command_is_a_usage_error_with_a_suggestion(bare_yishi: Yishi) -> None:
    answer = bare_yishi("taks", "list")

    assert answer.exit_code == 2
    assert "'task'" in answer.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("case", "start", "--json"),
        ("task", "claim", "x", "--json"),
        ("case", "start", "p", "--set", "novalue", "--json"),
        ("case", "start", "p", "--set", "a=1", "--set", "a=2", "--json"),
        ("case", "start", "p", "--vars", "[1]", "--json"),
        ("case", "start", "p", "--vars", '{"a": NaN}', "--json"),
        ("case", "start", "p", "--vars", "@/no/such/file", "--json"),
        ("case", "start", "p", "--vars", "[" * 100_000, "--json"),
    ],
)
def test_wrong_usage_is_json_too(bare_yishi: Yishi, arguments: tuple[str, ...]) -> None:
    answer = bare_yishi(*arguments)

    assert answer.exit_code == 2 and answer.out == ""
    assert answer.refusal["reason"] == "USAGE" and answer.refusal["message"]


def test_a_database_that_is_down_is_exit_code_3_and_says_what_to_do(bare_yishi: Yishi) -> None:
    where = {"DATABASE_URL": "postgresql://127.0.0.1:1/none"}

    machine = bare_yishi("case", "list", "--json", **where)

    assert machine.exit_code == 3
    assert machine.refusal["reason"] == "UNAVAILABLE" and "DATABASE_URL" in machine.refusal["mend"]


def test_settings_that_do_not_read_are_refused_in_words(bare_yishi: Yishi) -> None:
    answer = bare_yishi("case", "list", YISHI_DEPARTMENTS="{not json")

    assert answer.exit_code == 1
    assert "departments" in answer.err.lower()


def test_a_setting_that_does_not_read_is_one_line_with_the_variable_and_an_example(bare_yishi: Yishi) -> None:
    answer = bare_yishi("doctor", YISHI_DEPARTMENTS="nonsense")

    assert (answer.exit_code, answer.out) == (1, "")
    (line,) = answer.err.splitlines()
    assert """For example YISHI_DEPARTMENTS='{"UMLE": "https://umle.example"}'.""" in line


def test_a_database_without_migrations_says_how_to_get_them(
    bare_yishi: Yishi, new_database: Callable[[], str]
) -> None:
    where = {"DATABASE_URL": new_database()}

    refused = bare_yishi("case", "list", **where)
    status = bare_yishi("db", "status", "--json", **where)
    migrated = bare_yishi("db", "migrate", **where)
    again = bare_yishi("db", "migrate", "--json", **where)

    assert refused.exit_code == 3 and "→ Run: yishi db migrate" in refused.err
    assert status.exit_code == 1 and status.json["missing"] and not status.json["embedded"]
    assert migrated.exit_code == 0 and "0001_first_schema" in migrated.out
    assert again.json == {"applied": []}
    assert bare_yishi("db", "status", **where).exit_code == 0


def test_the_status_never_shows_a_password(yishi: Yishi, database_uri: str) -> None:
    secret = f"{database_uri}&password=geheim" if "?" in database_uri else f"{database_uri} password=geheim"

    answer = yishi("db", "status", DATABASE_URL=secret)

    assert answer.exit_code == 0, answer.err
    assert "geheim" not in answer.out + answer.err


def test_every_list_and_view_has_a_json_twin(deployed: Yishi) -> None:
    number = start_grid_case(deployed)

    for command in (
        ("case", "list"), ("case", "show", number), ("task", "list", "--all"), ("clock", "show", number),
        ("incident", "list"), ("db", "status"), ("process", "check", GRID_CASE), ("deploy", GRID_CASE),
    ):  # fmt: skip
        answer = deployed(*command, "--json")

        assert answer.exit_code == 0, answer.err
        assert isinstance(answer.json, list | dict)


@pytest.mark.parametrize("columns", ["100", "140"])
def test_tables_stay_within_the_width_and_have_no_colours_outside_a_terminal(
    deployed: Yishi, columns: str
) -> None:
    number = start_grid_case(deployed)

    for command in (("case", "list"), ("case", "show", number, "--events"), ("task", "list", "--all")):
        answer = deployed(*command, COLUMNS=columns)

        assert "\x1b" not in answer.out
        assert all(_cells(line) <= int(columns) for line in answer.out.splitlines())
        assert number in answer.out


def _cells(line: str) -> int:
    return sum(2 if ord(character) > 0x2E80 else 1 for character in line)


def test_markup_in_data_is_printed_as_it_is(deployed: Yishi) -> None:
    number = start_grid_case(deployed, "--title", "[red]不是标记[/red] :smile:")

    answer = deployed("case", "show", number)

    assert "[red]不是标记[/red] :smile:" in answer.out


def test_ctrl_c_ends_quietly_with_130(database_uri: str, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "import cli, terminal.cases; print(flush=True); cli.main()",
         "case", "start", "p", "--vars", "@-"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_uri, "YISHI_HOME": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A test run in the background inherits that Ctrl-C is ignored; a person's terminal does not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert process.stdout is not None and process.stderr is not None
    process.stdout.readline()
    # It now waits for what we do not write.
    time.sleep(0.5)

    process.send_signal(signal.SIGINT)

    assert process.wait(10) == 130
    assert process.stderr.read() == ""


def test_a_mistake_of_ours_is_one_line_and_no_traceback() -> None:
    program = "import cli, terminal.app as a; a.COMMANDS['doctor'] = ('no.such.module', 'x'); cli.main()"

    quiet, verbose = run("-c", program, "doctor"), run("-c", program, "--verbose", "doctor")

    assert quiet.returncode == verbose.returncode == 1
    assert quiet.stderr.startswith("✕ 内部错误") and "Traceback" not in quiet.stderr
    assert "Traceback" in verbose.stderr


def test_output_into_a_closed_pipe_is_no_error() -> None:
    process = subprocess.Popen(
        [sys.executable, "cli.py", "--help"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stderr is not None

    process.stdout.close()

    assert "Traceback" not in process.stderr.read()
    assert process.wait(30) in (0, 1)


def test_the_embedded_database_needs_no_preparation(tmp_path: Path) -> None:
    done = run("cli.py", "case", "list", "--json", YISHI_HOME=str(tmp_path / "home"))

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == []
