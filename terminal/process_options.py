"""Options of dry runs, and how their texts become answers, messages and instants."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from engine.dry_run import ENGINES, Machine, Sent, SentKind, Variables, engine_named, read_sent
from engine.errors import InvalidArgument
from terminal.options import refuse_constant

T = TypeVar("T")
DEFAULT_ENGINE = "yishi"

OnEngine = Annotated[str, typer.Option("--engine", metavar="ENGINE", help=f"One of {', '.join(ENGINES)}.")]
AnswerTexts = Annotated[
    list[str] | None,
    typer.Option(
        "--answer",
        metavar="ELEMENT=JSON",
        help="What a task or job is answered; again for the next time.",
        show_default=False,
    ),
]
AnswersFile = Annotated[
    Path | None,
    typer.Option("--answers", metavar="FILE", help="YAML with answers, messages and more.", exists=True),
]
Auto = Annotated[bool, typer.Option("--auto", help="Complete with nothing what nobody answers.")]
MessageTexts = Annotated[
    list[str] | None,
    typer.Option(
        "--message",
        metavar="NAME[:KEY][=JSON][@WHEN]",
        help="A message; WHEN: an instant, or a duration after the start.",
        show_default=False,
    ),
]
SignalTexts = Annotated[
    list[str] | None,
    typer.Option("--signal", metavar="NAME[=JSON][@WHEN]", help="A signal, likewise.", show_default=False),
]
ClockText = Annotated[
    str | None,
    typer.Option("--clock", metavar="INSTANT", help="When it begins. Without it always the same."),
]
UntilText = Annotated[
    str | None,
    typer.Option("--until", metavar="INSTANT|DURATION", help="No further. Without it ten years."),
]
Steps = Annotated[
    int | None,
    typer.Option("--steps", min=1, max=1_000_000, help="At most so many answers, timers, messages."),
]
ProcessId = Annotated[str | None, typer.Option("--process", metavar="ID", help="Without it: the first.")]
StartId = Annotated[
    str | None,
    typer.Option("--start", metavar="ID", help="Start event. Without it: the one without a trigger."),
]
ShownVariables = Annotated[Variables, typer.Option("--variables", help="Which to show at each move.")]
ShowTrace = Annotated[bool, typer.Option("--trace/--no-trace", help="Show every move.")]
RefusalsAsJson = Annotated[bool, typer.Option("--json", help="The result always is; refusals too.")]


def machine_from(name: str) -> Machine:
    return from_option("--engine", lambda: engine_named(name))


def from_option(option: str, read: Callable[[], T]) -> T:
    """What `read` gives; what is wrong with it is a mistake in the command line."""
    try:
        return read()
    except InvalidArgument as error:
        raise typer.BadParameter(str(error), param_hint=option) from error


def answers_from(texts: Sequence[str] | None) -> dict[str, Any]:
    """Element -> answers, in the order in which they were given."""
    found: dict[str, list[Any]] = {}
    for text in texts or ():
        element, equals, answer = text.partition("=")
        if not equals or not element.strip():
            raise typer.BadParameter(f"Expected ELEMENT=JSON, but got {text!r}.", param_hint="--answer")
        value = answer if answer == "wait" else _json(answer, option="--answer")
        found.setdefault(element.strip(), []).extend(value if isinstance(value, list) else [value])
    return found


def sent_from(texts: Sequence[str] | None, kind: SentKind) -> list[Sent]:
    return [_one_sent(text, kind, option=f"--{kind.value}") for text in texts or ()]


def _one_sent(text: str, kind: SentKind, *, option: str) -> Sent:
    """`NAME[:KEY][=JSON][@WHEN]`. The JSON is read first: an @ inside of it is its own."""
    head, equals, rest = text.partition("=")
    entry: dict[str, Any] = {}
    if equals:
        try:
            entry["variables"], end = json.JSONDecoder(parse_constant=refuse_constant).raw_decode(rest)
        except (ValueError, RecursionError) as error:
            raise typer.BadParameter(
                f"Expected JSON after = in {text!r}, but: {error}.", param_hint=option
            ) from error
        when = rest[end:]
        if when and not when.startswith("@"):
            raise typer.BadParameter(f"Expected @WHEN after the JSON, but got {when!r}.", param_hint=option)
        when = when[1:]
    else:
        head, _, when = head.partition("@")
    name, colon, key = head.partition(":")
    entry["name"] = name
    if colon:
        entry["key"] = key
    if when:
        entry["after" if when.startswith("P") else "at"] = when
    return from_option(option, lambda: read_sent(entry, kind, place=option))


def _json(text: str, *, option: str) -> Any:
    try:
        return json.loads(text, parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        raise typer.BadParameter(f"Expected JSON, but {text!r}: {error}.", param_hint=option) from error
