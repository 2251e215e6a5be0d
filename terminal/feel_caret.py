"""A text with a caret under one position, also under characters that are two cells wide."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from terminal.output import clean

_INDENT = "    "
_AROUND = 0.6
"""Where in a cut line the caret stands: what comes before it tells more than what comes after."""


def pointed(text: str, position: int, *, width: int, style: str = "bold red") -> Text:
    """The line of `text` with `position` (which counts characters from 0), and a caret below.

    The number of the line stands in front if there are several. A line longer than `width` cells is cut.
    """
    at = min(max(position, 0), len(text))
    number = text.count("\n", 0, at) + 1
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    line = _shown(text[start : end if end >= 0 else len(text)])
    margin = f"{number:>4} | " if "\n" in text else _INDENT
    before, after = line[: at - start], line[at - start :]
    room = max(width - len(margin), 20)
    if cell_len(line) > room:
        before, after = _cut(before, after, room)
    shown = Text(f"{margin}{before}{after}".rstrip())
    shown.append(f"\n{' ' * (len(margin) - 2)}| " if "\n" in text else f"\n{_INDENT}")
    shown.append(" " * cell_len(before))
    return shown.append("^", style=style)


def _cut(before: str, after: str, room: int) -> tuple[str, str]:
    """Both parts shortened so that together they take `room` cells, "…" where something is missing."""
    left = max(int(room * _AROUND), room - cell_len(after))
    if cell_len(before) > left:
        # From the right: the cells next to the caret are the ones to keep.
        before = "…" + set_cell_size(before[::-1], left - 1)[::-1]
    rest = room - cell_len(before)
    if cell_len(after) > rest:
        after = set_cell_size(after, rest - 1) + "…"
    return before, after


def _shown(line: str) -> str:
    """One character for one character, so that positions stay."""
    return clean(line.replace("\r", " "))
