"""One expression put to FEEL, and the answer as a person and as a machine reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.text import Text

from engine.errors import InvalidArgument
from engine.feel import (
    Diagnostic,
    FeelSyntaxError,
    Function,
    Run,
    Value,
    Vocabulary,
    compile_expression,
    compile_unary_tests,
    to_plain_json,
)
from engine.feel.expression import evaluated
from terminal.feel_caret import pointed
from terminal.feel_notation import notation, type_text
from terminal.output import clean


@dataclass(frozen=True, slots=True)
class Answer:
    """Either `error`, because `text` is no FEEL, or a value with what went wrong on the way."""

    text: str
    value: Value = None
    diagnostics: tuple[Diagnostic, ...] = ()
    error: FeelSyntaxError | None = None

    @property
    def is_refused(self) -> bool:
        """No FEEL, or null by an error: null that somebody asked for is an answer."""
        return self.error is not None or (self.value is None and bool(self.diagnostics))


def ask(text: str, variables: Mapping[str, Value], *, vocabulary: Vocabulary, now: datetime) -> Answer:
    """The value of an expression. Never raises for a text or for variables."""
    try:
        expression = compile_expression(text, vocabulary=vocabulary)
    except FeelSyntaxError as error:
        return Answer(text, error=error)
    evaluation = expression.evaluate(variables, now=now)
    return Answer(text, evaluation.value, evaluation.diagnostics)


def ask_test(
    text: str, value: Value, variables: Mapping[str, Value], *, vocabulary: Vocabulary, now: datetime
) -> Answer:
    """Whether `value` passes the unary tests in `text`, the language of a decision table's cell."""
    try:
        tests = compile_unary_tests(text, vocabulary=vocabulary)
    except FeelSyntaxError as error:
        return Answer(text, error=error)
    diagnostics: list[Diagnostic] = []
    run = Run(variables, now, diagnostics)
    passes = evaluated(lambda run, _locals: tests.matches_in(run, value), run)
    return Answer(text, passes, tuple(diagnostics))


class Kept(Function):
    """A function in a variable: what goes wrong inside is not in the text that calls it."""

    def __init__(self, name: str, function: Function) -> None:
        self.name = name
        self.parameters = function.parameters
        self.parameter_types = function.parameter_types
        self.result_type = function.result_type
        self._function = function

    def call(self, run: Run, arguments: Sequence[Value], *, position: int) -> Value:
        since = len(run.diagnostics or ())
        try:
            return self._function.call(run, arguments, position=position)
        finally:
            run.locate(since, self.name)


def kept(name: str, value: Value) -> Value:
    """`value` as a variable holds it."""
    return Kept(name, value) if isinstance(value, Function) and value.parameter_types is not None else value


# --- for people ----------------------------------------------------------------------------------


def answer_text(answer: Answer, *, width: int) -> Text:
    """The value, and its type as a comment of FEEL."""
    shown = Text(clean(notation(answer.value, width=width)))
    if answer.value is None:
        return shown
    return shown.append(f"  // {clean(type_text(answer.value))}", style="dim")


def problem_texts(answer: Answer, *, width: int) -> list[Text]:
    """The syntax error, or every diagnostic, each with its place in the text."""
    if answer.error is not None:
        return [syntax_text(answer.error, answer.text, width=width)]
    return [_diagnostic_text(diagnostic, answer.text, width) for diagnostic in answer.diagnostics]


def syntax_text(error: FeelSyntaxError, text: str, *, width: int) -> Text:
    shown = Text(clean(f"✕ {error.zh}\n  {error}"), style="bold red")
    return Text("\n").join([shown, pointed(text, error.position, width=width)])


def _diagnostic_text(diagnostic: Diagnostic, text: str, width: int) -> Text:
    inside = f"{diagnostic.place}: " if diagnostic.place else ""
    shown = Text(clean(f"! {inside}{diagnostic.message}"), style="red" if diagnostic.limit else "yellow")
    if diagnostic.place:
        return shown
    return Text("\n").join([shown, pointed(text, diagnostic.position, width=width, style="bold yellow")])


# --- for machines --------------------------------------------------------------------------------


def answer_facts(answer: Answer) -> dict[str, Any]:
    return {
        "value": plain_value(answer.value),
        "feel": notation(answer.value, width=1_000_000),
        "type": type_text(answer.value),
        "diagnostics": [diagnostic_facts(each, answer.text) for each in answer.diagnostics],
    }


def syntax_facts(error: FeelSyntaxError) -> dict[str, Any]:
    return {
        "reason": "FEEL_SYNTAX",
        "message": str(error),
        "problems": {},
        "zh": error.zh,
        "position": error.position,
        "line": error.line,
        "column": error.column,
    }


def diagnostic_facts(diagnostic: Diagnostic, text: str) -> dict[str, Any]:
    facts: dict[str, Any] = {"message": diagnostic.message, "limit": diagnostic.limit}
    if diagnostic.place:
        return {**facts, "place": diagnostic.place}
    at = min(diagnostic.position, len(text))
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return {**facts, "position": at, "line": line, "column": column}


def plain_value(value: Value) -> Any:
    """As JSON; a function, which JSON has not, as its notation."""
    try:
        return to_plain_json(value)
    except InvalidArgument:
        return notation(value, width=1_000_000)
