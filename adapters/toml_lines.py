"""Where in a TOML file a key stands: tomllib does not say."""

from __future__ import annotations

import re
import tomllib
from typing import Any

_HEADER = re.compile(r"^\s*(\[[^\[\]]+\])\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([^=#\[{]+?)\s*=")
_SYNTAX_PLACE = re.compile(r"\(at line (\d+), column \d+\)$")


class TomlLines:
    """Lines of tables and keys, found by reading the headers and the left sides of assignments.

    Keys inside inline tables and multi-line values are not found; their nearest parent is.
    """

    def __init__(self, text: str) -> None:
        self._line_of: dict[tuple[str, ...], int] = {}
        table: tuple[str, ...] = ()
        for number, line in enumerate(text.splitlines(), start=1):
            if header := _HEADER.match(line):
                table = _keys_of(header[1]) or table
                self._line_of.setdefault(table, number)
            elif (key := _KEY.match(line)) and (keys := _keys_of(f"{key[1]} = 0")):
                self._line_of.setdefault(table + keys, number)

    def line_of(self, path: tuple[str, ...]) -> int | None:
        """The line of `path` or of its nearest known parent, from 1; None if not even that is known."""
        for length in range(len(path), 0, -1):
            if (line := self._line_of.get(path[:length])) is not None:
                return line
        return None


def line_of_syntax_error(error: tomllib.TOMLDecodeError) -> int | None:
    place = _SYNTAX_PLACE.search(str(error))
    return int(place[1]) if place else None


def _keys_of(snippet: str) -> tuple[str, ...]:
    """The dotted, perhaps quoted, keys of one header or assignment; () if it is not one."""
    try:
        value: Any = tomllib.loads(snippet)
    except tomllib.TOMLDecodeError:
        return ()
    keys: list[str] = []
    while isinstance(value, dict) and value:
        key, value = next(iter(value.items()))
        keys.append(key)
    return tuple(keys)
