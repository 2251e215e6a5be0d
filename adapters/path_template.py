"""The path of a department call, with placeholders for the case number and case variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from adapters.unfit import UnfitRequest
from engine.errors import InvalidArgument

MAX_LENGTH = 512
MAX_VALUE_LENGTH = 256

CASE_NUMBER = "case_number"
"""This placeholder is the number of the case, whatever the variables say."""

_PIECE = re.compile(r"\{([^{}]*)\}|([^{}]+)|([{}])")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\?#%]")


@dataclass(frozen=True, slots=True)
class PathTemplate:
    """`pieces` alternate freely: (literal, already percent-encoded; "") or ("", placeholder)."""

    text: str
    pieces: tuple[tuple[str, str], ...]

    @property
    def placeholders(self) -> tuple[str, ...]:
        return tuple(name for _literal, name in self.pieces if name)

    def expand(self, *, case_number: str, variables: Mapping[str, Any]) -> str:
        """The path with every value percent-encoded (RFC 3986, 2.1): none can leave its segment.

        Raises UnfitRequest if a value is missing, empty, not text or a whole number, or if it would
        make a segment "." or "..": servers resolve those even when they are encoded.
        """
        path = "".join(
            literal
            if literal
            else _encoded(name, case_number if name == CASE_NUMBER else variables.get(name))
            for literal, name in self.pieces
        )
        if _dot_segment(path):
            raise UnfitRequest(
                f"Expected path {self.text} without '.' or '..' segments, but a value brought one in."
            )
        return path


def parse_path(text: str) -> PathTemplate:
    """Raises InvalidArgument with one sentence that says what is wrong with `text`."""
    if len(text) > MAX_LENGTH:
        raise InvalidArgument(f"Expected at most {MAX_LENGTH} characters, but there are {len(text)}.")
    if not text.startswith("/") or "//" in text:
        raise InvalidArgument("Expected a path that starts with one '/' and has no empty segment.")
    if found := _FORBIDDEN.search(text):
        raise InvalidArgument(
            f"Expected a plain path without query, fragment, escapes or spaces, but found {found[0]!r}."
        )
    pieces = []
    for placeholder, literal, brace in _PIECE.findall(text):
        if brace:
            raise InvalidArgument(f"Expected every brace to have its partner, but one {brace!r} has none.")
        if not literal and not placeholder.isidentifier():
            raise InvalidArgument(f"Expected a variable name between braces, but found {placeholder!r}.")
        pieces.append((quote(literal, safe="/:@!$&'()*+,;=-._~"), placeholder))
    if _dot_segment(text):
        raise InvalidArgument("Expected no '.' or '..' segment, but found one.")
    return PathTemplate(text, tuple(pieces))


def _encoded(name: str, value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None:
        raise UnfitRequest(f"Expected variable {name!r} for the path, but the case has none.")
    if not isinstance(value, str):
        raise UnfitRequest(f"Expected text or a whole number in path variable {name!r}, but it is neither.")
    if not value or len(value) > MAX_VALUE_LENGTH:
        raise UnfitRequest(
            f"Expected 1 to {MAX_VALUE_LENGTH} characters in path variable {name!r}, but got {len(value)}."
        )
    if any(ord(character) < 32 or 0x7F <= ord(character) < 0xA0 for character in value):
        raise UnfitRequest(f"Expected no control characters in path variable {name!r}, but found one.")
    # A server that decodes before it splits would see these segments; "浦东/1" is only one odd segment.
    if any(part in (".", "..") for part in re.split(r"[/\\]", value)):
        raise UnfitRequest(f"Expected path variable {name!r} without '.' or '..' parts, but found one.")
    try:
        return quote(value, safe="")
    except UnicodeEncodeError as error:
        raise UnfitRequest(f"Expected whole characters in path variable {name!r}, but found half.") from error


def _dot_segment(path: str) -> bool:
    return any(segment in (".", "..") for segment in path.split("/"))
