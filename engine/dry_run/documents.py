"""What answers and scenario tests are written in: YAML as plain JSON values."""

from __future__ import annotations

import math
import re
from typing import Any

from engine.errors import DefinitionRefused, InvalidArgument
from engine.hardened_yaml import Node
from engine.hardened_yaml import read_document as read_nodes

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")


def read_document(content: bytes, *, file: str) -> Any:
    """The one document in `content` as None, bool, int, float, str, list and dict.

    Raises InvalidArgument with file and line for anything else.
    """
    try:
        return _plain(read_nodes(content, file=file, number=_number))
    except DefinitionRefused as refused:
        found = refused.findings[0]
        place = file if found.line is None else f"{file}:{found.line}"
        raise InvalidArgument(f"Expected a document that can be read, but {place}: {found.en}.") from refused


def _plain(node: Node) -> Any:
    """As deep as a document may be, which is not very deep."""
    if isinstance(node.value, list):
        return [_plain(item) for item in node.value]
    if isinstance(node.value, dict):
        return {key: _plain(item) for key, item in node.value.items()}
    return node.value


def _number(text: str) -> int | float | None:
    if _INTEGER.fullmatch(text):
        return int(text)
    number = float(text)
    return number if math.isfinite(number) else None
