"""Every SQL statement of the engine, by name, from `engine/store/sql/*.sql`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from engine.errors import InvalidArgument
from engine.store.arrays import array_literal, array_types

_NAME = re.compile(r"^-- name: (?P<name>\w+)\n", re.MULTILINE)
_PARAMETER = re.compile(r"%\((?P<name>\w+)\)s")


@cache
def statements() -> dict[str, str]:
    """Name -> text with `%(name)s` placeholders; names are unique over all files."""
    found: dict[str, str] = {}
    for file in sorted(resources.files("engine.store").joinpath("sql").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".sql"):
            parts = _NAME.split(file.read_text(encoding="utf-8"))[1:]
            for name, body in zip(parts[::2], parts[1::2], strict=True):
                if name in found:
                    raise InvalidArgument(f"Expected unique statement names, but {name!r} is there twice.")
                found[name] = body.strip()
    return found


def statement(name: str) -> str:
    return statements()[name]


@cache
def _array_types(name: str) -> dict[str, str]:
    return array_types(statement(name))


def bound(name: str, arguments: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The arguments as they travel: lists as array literals."""
    if arguments is None:
        return None
    types = _array_types(name)
    return {
        key: array_literal(value, types[key]) if isinstance(value, list) else value
        for key, value in arguments.items()
    }


def parameters(text: str) -> list[str]:
    """The placeholders' names, each once, in order of first use."""
    return list(dict.fromkeys(match["name"] for match in _PARAMETER.finditer(text)))


def numbered(text: str) -> str:
    """The statement with `$1`-style placeholders, as PREPARE wants it."""
    order = parameters(text)
    return _PARAMETER.sub(lambda match: f"${order.index(match['name']) + 1}", text)
