"""What is printed: tables for people, JSON for machines, and how single values read."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from engine.clock import RECKONING_ZONE

WIDTH_WITHOUT_TERMINAL = 160
"""Into a pipe or a file: lines are as long as they need to be, within reason."""


def console(*, stderr: bool = False) -> Console:
    """For what people read. What comes from data is never taken for markup."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(
        file=stream,
        width=None if stream.isatty() else _width_without_terminal(),
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=False,
    )


def _width_without_terminal() -> int:
    columns = os.environ.get("COLUMNS", "")
    return (
        int(columns) if columns.isascii() and columns.isdigit() and int(columns) else WIDTH_WITHOUT_TERMINAL
    )


def say(text: str | Text | Table) -> None:
    """One line, or one table, to stdout."""
    out = console()
    shown = clean(text) if isinstance(text, str) else text
    if out.is_terminal:
        out.print(shown)
        return
    with out.capture() as captured:
        out.print(shown, soft_wrap=not isinstance(shown, Table))
    # Rich fills cells up with blanks; in a file they would only be in the way.
    typer.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


# --- tables --------------------------------------------------------------------------------------


def fixed(header: str, *, right: bool = False) -> Column:
    """A column that keeps its width: numbers, instants, states."""
    return Column(header, no_wrap=True, justify="right" if right else "left")


def flowing(header: str) -> Column:
    """A column that wraps when space is short."""
    return Column(header, overflow="fold")


def make_table(*columns: Column, title: str | None = None) -> Table:
    return Table(
        *columns,
        box=SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1, 0, 0),
        title=title,
        title_justify="left",
        title_style="bold",
        header_style="dim",
    )


def short(text: str, *, style: str = "") -> Text:
    """A cell that is cut with "…" instead of wrapping."""
    return Text(clean(text), style=style, no_wrap=True, overflow="ellipsis")


# --- values --------------------------------------------------------------------------------------


def clean(text: str) -> str:
    """Without what a terminal would obey: a department's answer must not move the cursor."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text.replace("\t", " "))


def moment(at: datetime | None) -> str:
    """`2026-11-24 22:24:30` in Asia/Shanghai; empty for None."""
    return "" if at is None else f"{at.astimezone(RECKONING_ZONE):%Y-%m-%d %H:%M:%S}"


def minute(at: datetime | None) -> str:
    """`2026-11-24 22:24` in Asia/Shanghai; empty for None."""
    return "" if at is None else f"{at.astimezone(RECKONING_ZONE):%Y-%m-%d %H:%M}"


def deadline(at: datetime | None) -> str:
    """As `minute`, but the end of a day reads 24:00: nobody takes "by 26th 00:00" for "on the 25th".

    Source: Civil Code art. 203, the last day ends at 24:00; ISO 8601-1:2019/Amd 1:2022.
    """
    text = minute(at)
    if at is None or not text.endswith(" 00:00"):
        return text
    return f"{at.astimezone(RECKONING_ZONE) - timedelta(days=1):%Y-%m-%d} 24:00"


def value_text(value: Any) -> str:
    """A case variable in one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# --- for machines --------------------------------------------------------------------------------


def print_json(value: Any) -> None:
    typer.echo(json.dumps(plain(value), ensure_ascii=False, indent=2, allow_nan=False))


def plain(value: Any) -> Any:
    """`value` as JSON values: dataclasses with their public properties, instants as ISO 8601 in UTC,
    spans in seconds, decimals and fractions as numbers."""
    match value:
        case str() | None:
            return value if value is None else str(value)
        case bool() | int() | float():
            return value
        case Decimal() | Fraction():
            return int(value) if value == int(value) else float(value)
        case datetime() | date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case set() | frozenset():
            return sorted(plain(item) for item in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            names = [field.name for field in fields(value)] + _properties(type(value))
            return {name: plain(getattr(value, name)) for name in names}
        case _:
            return str(value)


def _properties(kind: type) -> list[str]:
    return [
        name
        for owner in reversed(kind.__mro__)
        for name, member in vars(owner).items()
        if isinstance(member, property) and not name.startswith("_")
    ]
