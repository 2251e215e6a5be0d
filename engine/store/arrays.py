"""Python columns as PostgreSQL array literals.

psycopg's own adaptation of lists looks at every item to find a common type, which costs more than
PostgreSQL needs for the whole statement. Here the type is known from the statement's cast
(`%(id)s::bigint[]`), and the text goes as a bound parameter like any other.
Source: PostgreSQL documentation, 8.15.2 Array Value Input.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

_CAST = re.compile(r"%\((?P<name>\w+)\)s::(?P<type>\w+)\[\]")
_NEEDS_ESCAPE = re.compile(r'["\\]')


def array_types(statement: str) -> dict[str, str]:
    """Placeholder -> element type, for the placeholders that are cast to an array."""
    return {match["name"]: match["type"] for match in _CAST.finditer(statement)}


def array_literal(values: Iterable[Any], element_type: str) -> str:
    """For example `{1,2,NULL}` or `{"a","b \\"c\\""}`."""
    write = _WRITERS[element_type]
    return "{" + ",".join(["NULL" if value is None else write(value) for value in values]) + "}"


def _quoted(value: str) -> str:
    if _NEEDS_ESCAPE.search(value):
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'


def _instant(value: datetime) -> str:
    return f'"{value.isoformat()}"'


def _interval(value: timedelta) -> str:
    return f'"{value.days} days {value.seconds} seconds {value.microseconds} microseconds"'


def _bytes(value: bytes) -> str:
    return f'"\\\\x{value.hex()}"'


_WRITERS: dict[str, Callable[[Any], str]] = {
    "bigint": str,
    "integer": str,
    "numeric": str,
    "boolean": lambda value: "t" if value else "f",
    "text": _quoted,
    "json": _quoted,
    "jsonb": _quoted,
    "timestamptz": _instant,
    "interval": _interval,
    "bytea": _bytes,
}
