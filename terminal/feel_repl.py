"""`yishi feel` without an expression: line by line, from a person or from a pipe.

A line is an expression, or a command that begins with a colon. A line goes on to the next while a bracket
or a comment is open; an empty line ends it all the same.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from io import TextIOWrapper
from typing import Any

import typer
from rich.text import Text

from engine.feel import FeelSyntaxError, Value, compile_expression
from engine.feel.lexer import SIGN, tokens_of
from engine.feel.limits import MAX_TEXT_CHARACTERS
from terminal.feel_answers import Answer, answer_facts, answer_text, ask, kept, problem_texts, syntax_facts
from terminal.feel_completion import offer_completion
from terminal.feel_functions import function_names, functions_table, signatures
from terminal.feel_notation import notation, type_text
from terminal.feel_options import problem_of_name, vocabulary_of
from terminal.output import clean, console, fixed, flowing, make_table, say

PROMPT, MORE = "feel> ", "  ... "
MAX_VARIABLES = 1_000
MAX_LINES = 500
"""Of one entry."""
_OPEN_COMMENT = "a comment with a closing */"
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")

HELP = """表达式 EXPRESSION        求值 / evaluate it; an open bracket goes on to the next line
:let NAME EXPRESSION    设变量 / set a variable; a name with spaces stands in quotes
:unset NAME             删变量 / forget it
:vars                   列变量 / all variables
:type EXPRESSION        类型 / the type of its value
:functions [TEXT]       函数 / the functions with TEXT in their name
:help  :quit            帮助，退出 / also Ctrl-D"""


class _Quit(Exception):
    """The person has seen enough."""


class Repl:
    """Variables live as long as this does. `failed` tells whether any line went wrong."""

    def __init__(self, variables: dict[str, Value], *, now: Callable[[], datetime], as_json: bool) -> None:
        self.variables = {name: kept(name, value) for name, value in variables.items()}
        self.vocabulary = vocabulary_of(self.variables)
        self.failed = False
        self._now = now
        self._as_json = as_json
        self._commands: dict[str, Callable[[str], None]] = {
            "let": self._let,
            "unset": self._unset,
            "vars": self._vars,
            "type": self._type,
            "functions": self._functions,
            "help": self._help,
            "quit": self._quit,
        }

    def run(self) -> None:
        try:
            if sys.stdin.isatty():
                offer_completion(self.words)
                self._converse()
            else:
                if isinstance(sys.stdin, TextIOWrapper):
                    sys.stdin.reconfigure(errors="replace")
                for entry in self._entries(_piped):
                    self.take(entry)
        except _Quit:
            return

    def _converse(self) -> None:
        while True:
            try:
                for entry in self._entries(_typed):
                    self.take(entry)
                return
            except KeyboardInterrupt:
                # Away with the line, not with the conversation.
                typer.echo()

    def words(self) -> list[str]:
        """What a person may mean by a few letters."""
        commands = [f":{name}" for name in self._commands]
        return [*commands, *self.variables, *(f"{name}(" for name in function_names())]

    def take(self, entry: str) -> None:
        """Answer one entry, whatever it is."""
        text = entry.strip()
        if not text:
            return
        if not text.startswith(":"):
            self._say(self._asked(text))
            return
        name, _, rest = text[1:].partition(" ")
        command = self._commands.get(name)
        if command is None:
            known = " ".join(f":{each}" for each in self._commands)
            self._refuse(f"Expected one of {known}, but got {text[:80]!r}.")
            return
        command(rest.strip())

    # -- commands ----------------------------------------------------------------------------

    def _let(self, rest: str) -> None:
        name, text = _name_and_text(rest)
        problem = problem_of_name(name) if name and text else "Expected :let NAME EXPRESSION."
        if not problem and name not in self.variables and len(self.variables) >= MAX_VARIABLES:
            problem = f"Expected at most {MAX_VARIABLES} variables, but there are more."
        if problem:
            self._refuse(problem)
            return
        answer = self._asked(text)
        if answer.error is None:
            self.variables[name] = kept(name, answer.value)
            self.vocabulary = vocabulary_of(self.variables)
        self._say(answer)

    def _unset(self, rest: str) -> None:
        name = rest.strip('"')
        if name not in self.variables:
            self._refuse(f"Expected a variable, but there is none called {rest[:80]!r}.")
            return
        del self.variables[name]
        self.vocabulary = vocabulary_of(self.variables)

    def _vars(self, rest: str) -> None:
        if self._as_json:
            self._print({name: type_text(value) for name, value in self.variables.items()})
            return
        table = make_table(fixed("变量 Variable"), fixed("类型 Type"), flowing("值 Value"))
        for name, value in self.variables.items():
            shown = notation(value, width=60)
            table.add_row(Text(clean(name)), Text(clean(type_text(value))), Text(clean(shown)))
        say(table)

    def _type(self, rest: str) -> None:
        answer = self._asked(rest)
        if answer.is_refused or self._as_json:
            self._say(answer)
            return
        say(type_text(answer.value))

    def _functions(self, rest: str) -> None:
        found = signatures(rest)
        if self._as_json:
            self._print(found)
        elif found:
            say(functions_table(found))
        else:
            self._refuse(f"Expected a function with {rest[:80]!r} in its name, but there is none.")

    def _help(self, rest: str) -> None:
        if not self._as_json:
            say(HELP)

    def _quit(self, rest: str) -> None:
        raise _Quit

    # -- answers -----------------------------------------------------------------------------

    def _asked(self, text: str) -> Answer:
        return ask(text, self.variables, vocabulary=self.vocabulary, now=self._now())

    def _say(self, answer: Answer) -> None:
        self.failed = self.failed or answer.is_refused
        if self._as_json:
            self._print(syntax_facts(answer.error) if answer.error else answer_facts(answer))
            return
        width = console().width
        if answer.error is None:
            say(answer_text(answer, width=width))
        for problem in problem_texts(answer, width=width):
            say(problem)

    def _refuse(self, message: str) -> None:
        self.failed = True
        if self._as_json:
            self._print({"reason": "USAGE", "message": message, "problems": {}})
            return
        say(Text(clean(f"✕ {message}"), style="bold red"))

    def _print(self, facts: Any) -> None:
        """One line of JSON for one entry."""
        typer.echo(json.dumps(facts, ensure_ascii=False, allow_nan=False))

    # -- reading -----------------------------------------------------------------------------

    def is_open(self, entry: str) -> bool:
        """Whether more lines belong to it: it ends inside a bracket or a comment."""
        text = entry.strip()
        if text.startswith(":"):
            name, _, rest = text[1:].partition(" ")
            text = {"let": _name_and_text(rest)[1], "type": rest}.get(name, "")
        try:
            compile_expression(text, vocabulary=self.vocabulary)
        except FeelSyntaxError as error:
            if error.expected == _OPEN_COMMENT:
                return True
            return error.position >= len(text.rstrip()) and _depth(text) > 0
        return False

    def _entries(self, read: Callable[[str], str | None]) -> Iterator[str]:
        """What `read` gives for a prompt, line by line until None, put together."""
        while (line := read(PROMPT)) is not None:
            lines = [line]
            while len(lines) < MAX_LINES and self.is_open("\n".join(lines)):
                more = read(MORE)
                if more is None or not more.strip():
                    break
                lines.append(more)
            yield "\n".join(lines)


def _typed(prompt: str) -> str | None:
    """A line with its editing and its history; Ctrl-D ends."""
    try:
        return input(prompt)
    except EOFError:
        typer.echo()
        return None


def _piped(prompt: str) -> str | None:
    """A line of any length, cut where it is longer than any expression may be."""
    line = sys.stdin.readline(MAX_TEXT_CHARACTERS + 2)
    rest = line
    while rest and not rest.endswith("\n"):
        rest = sys.stdin.readline(MAX_TEXT_CHARACTERS)
    return line.rstrip("\r\n") if line else None


def _depth(text: str) -> int:
    """Brackets that are open at the end."""
    signs = [token.text for token in tokens_of(text) if token.type == SIGN]
    return sum(sign in _OPENING for sign in signs) - sum(sign in _CLOSING for sign in signs)


def _name_and_text(rest: str) -> tuple[str, str]:
    """`x 1 + 1`, `x = 1 + 1` and `"two words" 1 + 1` to name and expression."""
    text = rest.strip()
    if text.startswith('"'):
        name, _, text = text[1:].partition('"')
    else:
        name, text, *_ = [*text.split(maxsplit=1), "", ""]
    text = text.strip()
    # No expression begins with "=".
    return " ".join(name.split()), text.removeprefix("=").lstrip()
