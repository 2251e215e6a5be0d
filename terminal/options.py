"""Options that many commands share, and how their texts become values."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

MAX_FILE_BYTES = 4 * 1024 * 1024

AsJson = Annotated[bool, typer.Option("--json", help="JSON for machines: the same facts.")]
ActingAs = Annotated[
    str | None,
    typer.Option("--as", metavar="ACTOR", help="Who acts. Without it: YISHI_ACTOR.", show_default=False),
]
IdempotencyKey = Annotated[
    str | None,
    typer.Option(
        "--key",
        "--idempotency-key",
        metavar="KEY",
        help="Sent twice under one key, it is done once.",
        show_default=False,
    ),
]
SetValues = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help='One value; may be repeated. true, 12 and null are JSON, "12" in quotes is text.',
        show_default=False,
    ),
]
SetFields = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help="One field of the form, read by the field's type; may be repeated.",
        show_default=False,
    ),
]
Variables = Annotated[
    str | None,
    typer.Option(
        "--vars",
        metavar="JSON|@FILE",
        help="A JSON object, or @FILE with one, or @- for stdin; --set wins over it.",
        show_default=False,
    ),
]


def variables_from(texts: Sequence[str] | None, whole: str | None) -> dict[str, Any]:
    """What `--vars` and `--set` say together. Raises typer.BadParameter for what does not read."""
    given = object_from(whole)
    given.update((name, scalar_from(text)) for name, text in assignments(texts).items())
    return given


def assignments(texts: Sequence[str] | None) -> dict[str, str]:
    """Name -> text of every `--set NAME=TEXT`."""
    found: dict[str, str] = {}
    for text in texts or ():
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise typer.BadParameter(f"Expected NAME=VALUE, but got {text!r}.", param_hint="--set")
        if name.strip() in found:
            raise typer.BadParameter(
                f"Expected {name.strip()!r} once, but it is set twice.", param_hint="--set"
            )
        found[name.strip()] = value
    return found


def scalar_from(text: str) -> Any:
    """A JSON scalar if the text is one (true, 12, null, "12"), else the text itself."""
    try:
        value = json.loads(text, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        return text
    return text if isinstance(value, list | dict) else value


def object_from(whole: str | None) -> dict[str, Any]:
    if whole is None:
        return {}
    try:
        value = json.loads(_read(whole), parse_constant=refuse_constant)
    except (ValueError, RecursionError, OSError) as error:
        raise typer.BadParameter(f"Expected a JSON object, but: {error}.", param_hint="--vars") from error
    if not isinstance(value, dict):
        raise typer.BadParameter("Expected a JSON object, but got another JSON value.", param_hint="--vars")
    return value


def _read(whole: str) -> str:
    if not whole.startswith("@"):
        return whole
    if whole == "@-":
        return sys.stdin.read(MAX_FILE_BYTES)
    with Path(whole[1:]).open(encoding="utf-8") as file:
        return file.read(MAX_FILE_BYTES)


def refuse_constant(name: str) -> Any:
    """For `json`: NaN and Infinity are Python's own."""
    raise ValueError(f"{name} is not JSON")
