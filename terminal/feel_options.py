"""Options that give variables and an instant to expressions and decisions, and how their texts are read."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.clock import RECKONING_ZONE, SystemClock
from engine.dmn.testing.entries import Complaints
from engine.dmn.testing.yaml_values import ValueReader
from engine.errors import DefinitionRefused, InvalidArgument
from engine.feel import FeelSyntaxError, Value, Vocabulary, compile_expression
from engine.feel.lexer import lexemes
from engine.feel.limits import MAX_NAME_WORDS
from engine.feel.numbers import number_from_text
from engine.feel.stream import RESERVED
from engine.feel.temporal_text import date_and_time_from_text
from engine.findings import Finding
from engine.hardened_yaml import read_document
from terminal.options import assignments, refuse_constant

MAX_CONTEXT_BYTES = 1024 * 1024
MAX_ENTRY_NAMES = 10_000
"""Names of entries that expressions may write with spaces in them."""
_MAX_WALKED = 200_000
_YAML = (".yaml", ".yml")

ContextText = Annotated[
    str | None,
    typer.Option(
        "--context",
        metavar="JSON|@FILE",
        help="Variables: a JSON object, @FILE with JSON or YAML (there =... is FEEL), or @- for stdin.",
        show_default=False,
    ),
]
FeelValues = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=FEEL",
        help="One variable as a FEEL expression (a text in quotes: kind='\"shop\"'); may be repeated.",
        show_default=False,
    ),
]
NowText = Annotated[
    str | None,
    typer.Option("--now", metavar="INSTANT", help="What now() and today() say. Without it: now."),
]


def now_from(text: str | None) -> datetime:
    """In Shanghai, as the engine reckons."""
    if text is None:
        return SystemClock().now().astimezone(RECKONING_ZONE)
    instant = date_and_time_from_text(text)
    if not isinstance(instant, datetime):
        raise typer.BadParameter(
            f"Expected an instant such as 2026-03-02T09:00:00+08:00, but got {text[:80]!r}.",
            param_hint="--now",
        )
    return (instant if instant.tzinfo else instant.replace(tzinfo=RECKONING_ZONE)).astimezone(RECKONING_ZONE)


def variables_from(context: str | None, sets: Sequence[str] | None, *, now: datetime) -> dict[str, Value]:
    """FEEL values of `--context`, then of each `--set`, which may use what stands before it.

    Raises typer.BadParameter for what does not read, or is null by an error.
    """
    found = {} if context is None else _context_from(context, now)
    for name, text in assignments(sets).items():
        problem = problem_of_name(name)
        if problem:
            raise typer.BadParameter(problem, param_hint="--set")
        found[name] = _value_of(name, text, found, now)
    return found


def value_from(text: str, variables: Mapping[str, Value], *, option: str, now: datetime) -> Value:
    """The value of a FEEL expression that stands in an option."""
    try:
        expression = compile_expression(text, vocabulary=vocabulary_of(variables))
    except FeelSyntaxError as error:
        raise typer.BadParameter(f"{error.zh} / {error}", param_hint=option) from error
    evaluation = expression.evaluate(variables, now=now)
    if evaluation.value is None and evaluation.diagnostics:
        first = evaluation.diagnostics[0].message
        raise typer.BadParameter(f"Expected a value, but {text!r} gives null: {first}", param_hint=option)
    return evaluation.value


def problem_of_name(name: str) -> str:
    """Why no variable can have this name; "" if one can."""
    words = lexemes(name)
    if words is None or len(words) > MAX_NAME_WORDS or not (words[0].isidentifier() or words[0][0] == "?"):
        return f"Expected a name that an expression can use, but got {name[:80]!r}."
    if RESERVED.intersection(words[:1]):
        return f"Expected a name, but {words[0]!r} is a word of the language."
    return ""


def vocabulary_of(variables: Mapping[str, Value]) -> Vocabulary:
    """The names of `variables` and of the entries of their contexts."""
    entries: set[str] = set()
    waiting: list[Value] = list(variables.values())
    walked = 0
    while waiting and walked < _MAX_WALKED and len(entries) < MAX_ENTRY_NAMES:
        current = waiting.pop()
        walked += 1
        if type(current) is dict:
            entries.update(current)
            waiting.extend(current.values())
        elif type(current) is list:
            waiting.extend(current)
    return Vocabulary(names=variables, entries=entries)


def _value_of(name: str, text: str, variables: Mapping[str, Value], now: datetime) -> Value:
    try:
        return value_from(text, variables, option="--set", now=now)
    except typer.BadParameter as error:
        hint = f"""A text stands in quotes: --set '{name}="{text}"'""" if text.isalnum() else ""
        raise typer.BadParameter(f"{name}: {error.message} {hint}".rstrip(), param_hint="--set") from error


def _context_from(text: str, now: datetime) -> dict[str, Value]:
    if text.startswith("@") and text.lower().endswith(_YAML):
        return _yaml(_read(text), text[1:], now)
    value = _json(_text(_read(text)) if text.startswith("@") else text)
    if not isinstance(value, dict):
        raise typer.BadParameter(
            "Expected an object with variables, but got another.", param_hint="--context"
        )
    return value


def _yaml(content: bytes, file: str, now: datetime) -> dict[str, Value]:
    """As `given` of a decision test: what JSON can say, and FEEL behind "="."""
    complaints = Complaints(file)
    try:
        node = read_document(content, file=file, number=number_from_text)
        found = ValueReader(complaints, now=now).context(node, place=file)
    except DefinitionRefused as refused:
        raise _wrong(refused.findings[0]) from refused
    if complaints.findings:
        raise _wrong(complaints.findings[0])
    return found


def _wrong(finding: Finding) -> typer.BadParameter:
    place = finding.file if finding.line is None else f"{finding.file}:{finding.line}"
    return typer.BadParameter(f"{place}: {finding.zh} / {finding.en}", param_hint="--context")


def _read(text: str) -> bytes:
    try:
        if text == "@-":
            content = sys.stdin.buffer.read(MAX_CONTEXT_BYTES + 1)
        else:
            with Path(text[1:]).open("rb") as file:
                content = file.read(MAX_CONTEXT_BYTES + 1)
    except (OSError, ValueError) as error:
        raise typer.BadParameter(
            f"Expected to read {text[1:]}, but: {error}.", param_hint="--context"
        ) from error
    if len(content) > MAX_CONTEXT_BYTES:
        raise typer.BadParameter(
            f"Expected at most {MAX_CONTEXT_BYTES} bytes, but {text[1:]} has more.", param_hint="--context"
        )
    return content


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise typer.BadParameter("Expected UTF-8, but the file is not.", param_hint="--context") from error


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=refuse_constant, parse_float=_number, parse_int=_number)
    except (ValueError, RecursionError) as error:
        raise typer.BadParameter(f"Expected a JSON object, but: {error}.", param_hint="--context") from error


def _number(text: str) -> Value:
    """Exact, which a binary number would not be."""
    number = number_from_text(text)
    if number is None:
        raise InvalidArgument(f"a number within the bounds of FEEL was expected, but got {text[:80]}")
    return number
