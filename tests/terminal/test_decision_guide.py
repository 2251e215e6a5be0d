"""The guide to decisions shows what the commands print."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.terminal.conftest import Yishi

GUIDE = (Path(__file__).parents[2] / "docs" / "howto" / "decisions.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, flags=re.MULTILINE | re.DOTALL)


COMMANDS = [block for block in blocks("console") if "feel> " not in block]


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The two files of the guide, in the current folder."""
    [model], [tests] = blocks("xml"), blocks("yaml")
    (tmp_path / "fees.dmn").write_text(model, encoding="utf-8")
    (tmp_path / "fees.yaml").write_text(tests, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def without_seconds(text: str) -> str:
    return re.sub(r"[0-9.]+ 秒 s", "… 秒 s", text).strip()


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize("block", COMMANDS)
def test_a_command_of_the_guide_prints_what_the_guide_shows(bare_yishi: Yishi, block: str) -> None:
    line, shown = block.split("\n", 1)

    answer = bare_yishi(*shlex.split(line.removeprefix("$ yishi ")), COLUMNS="100")

    assert len(COMMANDS) == 5
    assert without_seconds(answer.out + answer.err) == without_seconds(shown)


def test_the_conversation_of_the_guide_goes_as_shown(bare_yishi: Yishi) -> None:
    [block] = [block for block in blocks("console") if "feel> " in block]
    lines = block.splitlines()[1:]

    answer = bare_yishi("feel", stdin="\n".join(line[6:] for line in lines if line.startswith("feel> ")))

    shown = [line for line in lines if not line.startswith("feel> ")]
    assert answer.exit_code == 0 and answer.out.splitlines()[: len(shown)] == shown
    assert "substring before(" in answer.out
