"""`yishi feel` without an expression: a conversation, with a person or with a pipe."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from terminal.feel_completion import completions
from tests.terminal.conftest import Yishi

ROOT = Path(__file__).parents[2]

# --- line by line --------------------------------------------------------------------------------


def test_a_pipe_is_answered_line_by_line_without_a_prompt(bare_yishi: Yishi) -> None:
    answer = bare_yishi("feel", stdin="1+1\n\n:let x 3\nx*2\n")

    assert (answer.exit_code, answer.err) == (0, "")
    assert answer.out.splitlines() == ["2  // number", "3  // number", "6  // number"]


def test_an_open_bracket_or_comment_goes_on_to_the_next_line(bare_yishi: Yishi) -> None:
    entries = '[1,\n2]\n{a: (1\n+ 2),\nb: "("}\n[1..5[\n/* a\nb */ 7\n:let y [\n1]\n1 + 1'

    answer = bare_yishi("feel", stdin=entries)

    assert [line.partition("  //")[0] for line in answer.out.splitlines()] == [
        "[1, 2]", '{a: 3, b: "("}', "[1..5)", "7", "[1]", "2",
    ]  # fmt: skip


def test_an_empty_line_ends_what_is_open(bare_yishi: Yishi) -> None:
    answer = bare_yishi("feel", stdin="[1,\n\n5\n")

    assert answer.exit_code == 1
    assert answer.out.startswith("✕") and answer.out.endswith("5  // number\n")


def test_the_commands_of_a_conversation(bare_yishi: Yishi) -> None:
    entries = (
        ':let "full name" = {first: "李"}\nfull name.first\n:vars\n:unset full name\n:vars\n'
        ':type @"2026-01-01"\n:functions substring\n:help\n:quit\n99\n'
    )

    answer = bare_yishi("feel", "--set", "n=5", stdin=entries)

    lines = answer.out.splitlines()
    assert answer.exit_code == 0
    assert lines[1] == '"李"  // string'
    assert any(line.split() == ["n", "number", "5"] for line in lines)
    assert sum("full name" in line for line in lines) == 1
    assert "date" in lines and any(line.startswith("substring before(") for line in lines)
    assert any(":unset NAME" in line for line in lines) and "99" not in answer.out


@pytest.mark.parametrize(
    "entry",
    [
        ":nope",
        ":let",
        ":let x",
        ":let if 1",
        ":let 1x 1",
        ":unset y",
        ":type",
        ":functions qqq",
        "x",
        ":let z 1 +",
    ],
)
def test_a_line_that_goes_wrong_is_said_and_the_next_is_answered(bare_yishi: Yishi, entry: str) -> None:
    answer = bare_yishi("feel", stdin=f"{entry}\n40 + 2\n")

    assert answer.exit_code == 1
    assert answer.out.endswith("42  // number\n") and len(answer.out.splitlines()) > 1


def test_what_goes_wrong_inside_a_function_is_not_shown_in_the_text_that_calls_it(bare_yishi: Yishi) -> None:
    answer = bare_yishi("feel", stdin=':let plus function(x) 1000000 + x\nplus("a")\n:let plus 3\nplus\n')

    assert "! plus: Expected operands" in answer.out and "^" not in answer.out
    assert answer.out.endswith("3  // number\n")


def test_a_machine_gets_one_line_for_each_entry(bare_yishi: Yishi) -> None:
    answer = bare_yishi("feel", "--json", stdin=":let x 3\nx + 1\nx +\n:vars\n:functions sqrt\n:nope\n")

    lines = answer.out.splitlines()
    assert answer.exit_code == 1 and len(lines) == 6
    assert '"value": 4' in lines[1] and '"FEEL_SYNTAX"' in lines[2] and lines[3] == '{"x": "number"}'


@pytest.mark.parametrize(
    "entries", ["\x00\n1", "(" * 70_000 + "\n1", "[\n" * 3_000 + "\n1", "\u2028\n1", "1"]
)
def test_no_line_ends_the_conversation(bare_yishi: Yishi, entries: str) -> None:
    answer = bare_yishi("feel", stdin=entries)

    assert answer.out.endswith("1  // number\n") and "Traceback" not in answer.out + answer.err


def test_bytes_that_are_no_text_are_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "cli.py", "feel"],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8:strict"},
        input=b'"\xff"\n1\n',
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert done.stdout.endswith(b"1  // number\n") and done.stderr == b""


def test_completion_knows_names_with_spaces() -> None:
    words = ["string length(", "string join(", "strange", ":let"]

    assert completions("string l", words) == ["string length("]
    assert completions("if x then string", words) == ["if x then string join(", "if x then string length("]
    assert completions("zzz", words) == [] and completions("", words) == []


def test_a_person_has_a_prompt_a_continuation_and_ctrl_c() -> None:
    terminal, other_end = pty.openpty()
    # A shell of its own session opens the terminal and so owns it: Ctrl-C then reaches the command.
    attached = 'exec "$1" cli.py feel <"$0" >"$0" 2>&1'
    process = subprocess.Popen(
        ["/bin/sh", "-c", attached, os.ttyname(other_end), sys.executable], cwd=ROOT, start_new_session=True
    )

    def answer_to(typed: bytes, *, until: str, again: bool = False) -> str:
        os.write(terminal, typed)
        found = ""
        end = time.monotonic() + 60
        while not found.endswith(until):
            assert time.monotonic() < end, found
            if select.select([terminal], [], [], 2.0)[0]:
                found += os.read(terminal, 65_536).decode(errors="replace")
            elif again:
                os.write(terminal, typed)
        return found

    answer_to(b"", until="feel> ")
    answer_to(b"[1,\n", until="  ... ")
    assert "[1, 2]" in answer_to(b"2]\n", until="feel> ")
    # Ctrl-C throws the line away, not the conversation.
    answer_to(b"1 + ", until="1 + ")
    # Again, because a signal just before Python begins to wait for input is only seen with the next.
    answer_to(b"\x03", until="feel> ", again=True)
    assert "\n3" in answer_to(b'string length("abc")\n', until="feel> ")
    assert "^" in answer_to(b"1 +\n", until="feel> ")
    os.write(terminal, b":quit\n")
    assert process.wait(timeout=60) == 0
    os.close(other_end)
    os.close(terminal)
