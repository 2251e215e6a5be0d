"""`yishi feel`: an expression once, or one after the other."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from engine.feel import FeelSyntaxError
from terminal.complaints import REFUSED
from terminal.feel_answers import (
    Answer,
    answer_facts,
    answer_text,
    ask,
    ask_test,
    problem_texts,
    syntax_facts,
)
from terminal.feel_options import (
    ContextText,
    FeelValues,
    NowText,
    now_from,
    value_from,
    variables_from,
    vocabulary_of,
)
from terminal.feel_repl import Repl
from terminal.options import AsJson
from terminal.output import console, print_json, say

app = typer.Typer(add_completion=False)


@app.command()
def feel(
    expression: Annotated[
        str | None,
        typer.Argument(
            metavar="EXPRESSION", help="Without it: line by line. One that begins with - stands after --."
        ),
    ] = None,
    context: ContextText = None,
    sets: FeelValues = None,
    unary: Annotated[
        str | None,
        typer.Option(
            "--unary",
            metavar="VALUE",
            help="Test this FEEL value: EXPRESSION is a cell of a decision table.",
            show_default=False,
        ),
    ] = None,
    now: NowText = None,
    as_json: AsJson = False,
) -> None:
    """表达式 / Evaluate a FEEL expression, or talk with FEEL line by line (:help says how).

    Exit codes: 0 a value, also null; 1 a syntax error, or null by an error (of any line); 2 wrong usage.
    """
    if expression is None and context == "@-":
        raise typer.BadParameter("Expected an expression beside it, but got none.", param_hint="--context")
    instant = now_from(now)
    variables = variables_from(context, sets, now=instant)
    if expression is None:
        if unary is not None:
            raise typer.BadParameter("Expected an expression beside it, but got none.", param_hint="--unary")
        # With --now the clock stands still; without it, it goes on while somebody types.
        repl = Repl(variables, now=lambda: now_from(now), as_json=as_json)
        repl.run()
        # A person has seen it; a script has to be told.
        refused = repl.failed and not sys.stdin.isatty()
    else:
        vocabulary = vocabulary_of(variables)
        if unary is None:
            answer = ask(expression, variables, vocabulary=vocabulary, now=instant)
        else:
            value = value_from(unary, variables, option="--unary", now=instant)
            answer = ask_test(expression, value, variables, vocabulary=vocabulary, now=instant)
        _say(answer, as_json=as_json)
        refused = answer.is_refused
    if refused:
        raise typer.Exit(REFUSED)


def _say(answer: Answer, *, as_json: bool) -> None:
    """The value to stdout; what is wrong with it to stderr, or as JSON beside it."""
    if as_json:
        _print(answer.error, answer)
        return
    width = console().width
    if answer.error is None:
        say(answer_text(answer, width=width))
    for problem in problem_texts(answer, width=console(stderr=True).width):
        console(stderr=True).print(problem, soft_wrap=True)


def _print(error: FeelSyntaxError | None, answer: Answer) -> None:
    if error is not None:
        typer.echo(json.dumps(syntax_facts(error), ensure_ascii=False), err=True)
        return
    print_json(answer_facts(answer))
