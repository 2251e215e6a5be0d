"""Errors in words: one red line, one line per field, what to do; or the same as one JSON object.

Everything goes to stderr. Exit codes: 0 done, 1 refused or found wanting, 2 wrong usage, 3 something is
down, 130 Ctrl-C.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from io import TextIOWrapper
from types import TracebackType
from typing import Any

import typer
from rich.text import Text

from engine.errors import (
    CommandRejected,
    DefinitionRefused,
    InvalidArgument,
    InvalidData,
    Unavailable,
    YishiError,
)
from terminal.findings import findings_table
from terminal.output import clean, console, plain

REFUSED = 1
WRONG_USAGE = 2
DOWN = 3
INTERRUPTED = 130


class FormRefused(InvalidData):
    """InvalidData of a form; `labels` are what a person calls the fields."""

    def __init__(self, problems: Mapping[str, str], *, labels: Mapping[str, str]) -> None:
        super().__init__(problems)
        self.labels = labels


def complain(error: YishiError, *, as_json: bool) -> int:
    """Say what is wrong; returns the exit code."""
    if as_json:
        _print_json(facts_of(error))
    else:
        _print_words(error)
    return DOWN if isinstance(error, Unavailable) else REFUSED


def facts_of(error: YishiError) -> dict[str, Any]:
    """Always `reason`, `message` and `problems` (field -> text); `findings` or `mend` where there are any."""
    facts: dict[str, Any] = {"reason": _reason(error), "message": str(error), "problems": {}}
    if isinstance(error, InvalidData):
        facts["problems"] = error.problems
    if isinstance(error, DefinitionRefused):
        facts["findings"] = plain(error.findings)
    if isinstance(error, Unavailable):
        facts["mend"] = error.mend
    return facts


def _reason(error: YishiError) -> str:
    match error:
        case CommandRejected():
            return error.reason.value
        case DefinitionRefused():
            return "DEFINITION_REFUSED"
        case InvalidArgument():
            return "INVALID_ARGUMENT"
        case Unavailable():
            return "UNAVAILABLE"
        case _:
            return "FAILED"


def _print_words(error: YishiError) -> None:
    to = console(stderr=True)
    match error:
        case DefinitionRefused():
            to.print(findings_table(error.findings))
            _line("没有部署任何内容 / Nothing was deployed.")
        case InvalidData():
            labels = error.labels if isinstance(error, FormRefused) else {}
            _line("数据不符 / The data does not fit:")
            for key, problem in error.problems.items():
                label = labels.get(key)
                to.print(Text(clean(f"  {label} ({key}): {problem}" if label else f"  {key}: {problem}")))
        case Unavailable():
            _line(str(error))
            to.print(Text(clean(f"→ {error.mend}")))
        case _:
            _line(str(error))


def _line(message: str) -> None:
    console(stderr=True).print(Text(clean(f"✕ {message}"), style="bold red"), soft_wrap=True)


def complain_of_usage(error: typer.TyperException, *, as_json: bool) -> int:
    """The command line itself is wrong. An empty message is a request for help, already printed."""
    message = error.format_message()
    if as_json:
        _print_json({"reason": "USAGE", "message": message, "problems": {}})
    elif message:
        context = getattr(error, "ctx", None)
        if context is not None:
            typer.echo(context.get_usage(), err=True)
        _line(message)
        if context is not None:
            typer.echo(f"→ {context.command_path} --help", err=True)
    return WRONG_USAGE


def _print_json(facts: Mapping[str, Any]) -> None:
    typer.echo(json.dumps(facts, ensure_ascii=False), err=True)


def prepare_streams() -> None:
    """For a whole process: no tracebacks and no stray log lines, and nothing a console cannot show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    # Without a handler, Python prints warnings by itself, and some of our libraries warn a lot.
    logging.getLogger().addHandler(logging.NullHandler())
    sys.excepthook = _say_mistake


def _say_mistake(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A mistake of ours reached the top. Python exits with 1 after this."""
    if issubclass(kind, KeyboardInterrupt):
        return
    frames = traceback.extract_tb(trace)
    place = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    _line(f"内部错误 / A mistake of ours: {kind.__name__}: {error}{place}")
    typer.echo("→ yishi --verbose … 显示详情 / prints the traceback", err=True)
