"""The functions of the language as a list: signature and types."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from engine.feel.builtins import BUILTINS
from terminal.output import clean, flowing, make_table


def function_names() -> list[str]:
    return sorted(BUILTINS)


def signatures(search: str = "") -> list[str]:
    """One line for each way to call a function whose name has `search` in it, by name."""
    return [
        signature.text()
        for name in function_names()
        if search.casefold() in name.casefold()
        for signature in BUILTINS[name].signatures
    ]


def functions_table(found: Sequence[str]) -> Table:
    table = make_table(flowing("函数 Function"))
    for line in found:
        name, bracket, rest = line.partition("(")
        shown = Text(clean(name), style="bold")
        table.add_row(shown.append(clean(bracket + rest), style="default"))
    return table
