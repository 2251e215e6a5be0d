"""Stored states of older formats, brought to the one that is written now.

A running instance survives an upgrade of Yishi: each step takes a document (the JSON of a stored
state, tags still in place) from one format to the next and never changes what has been released.

Formats: 1 had scopes and elements of eight fields; 2 adds, where they differ from nothing, the kind,
marks, record and memory of a scope and the item and memory of an element.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.errors import InvalidArgument

FORMAT = 2

Document = list[Any]


def migrated(document: Document) -> Document:
    """`document` in format FORMAT. Raises InvalidArgument for a format this version does not know."""
    version = document[0]
    while version != FORMAT:
        step = _STEPS.get(version) if isinstance(version, int) else None
        if step is None:
            raise InvalidArgument(
                f"Expected a stored state of format 1 to {FORMAT}, but got {version!r}:"
                " was it written by a newer version?"
            )
        document = step(document)
        version = document[0]
    return document


def _from_1(document: Document) -> Document:
    # What format 2 adds may be left out, and format 1 never had any of it.
    return [2, *document[1:]]


_STEPS: Mapping[int, Callable[[Document], Document]] = {1: _from_1}
