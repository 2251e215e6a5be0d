"""Patterns without back-references on RE2: time linear in the text, whatever the pattern."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

from engine.feel.errors import Fault
from engine.feel.limits import MAX_REGEX_MEMORY_BYTES
from engine.feel.patterns.charsets import ALL, CharSet, common
from engine.feel.patterns.classes import resolved
from engine.feel.patterns.syntax import Again, Choice, End, Group, Node, OneOf, Repeat, Sequence, Start

_NOTHING = r"[^\x{0}-\x{10ffff}]"
_UNKNOWN_TO_RE2 = frozenset({"C", "Cn"})


def compiled(node: Node, alphabet: CharSet) -> Any | None:
    """An RE2 program for texts in `alphabet` alone; None if it would be too large.

    The alphabet changes no match, only the size: all letters of the world are 650 ranges of characters.
    """
    options = re2.Options()
    options.max_mem = MAX_REGEX_MEMORY_BYTES
    options.log_errors = False
    try:
        return re2.compile(_written(node, alphabet), options=options)
    except re2.error:
        return None


def size(node: Node, alphabet: CharSet) -> int:
    """Of the program, in ranges of characters: what compiling it costs."""
    match node:
        case OneOf():
            return len(_within(node, alphabet))
        case Sequence(items) | Choice(items):
            return sum(size(item, alphabet) for item in items)
        case Group(_, item):
            return size(item, alphabet)
        case Repeat(item, least, most):
            return max(least + 1, most or 0) * size(item, alphabet)
    return 1


def _written(node: Node, alphabet: CharSet) -> str:
    match node:
        case OneOf():
            return _one_of(node, alphabet)
        case Sequence(items):
            return "".join(_written(item, alphabet) for item in items)
        case Choice(branches):
            return f"(?:{'|'.join(_written(branch, alphabet) for branch in branches)})"
        case Group(_number, item):
            return f"({_written(item, alphabet)})"
        case Repeat(item, least, most, greedy):
            most_text = "" if most is None else str(most)
            return f"(?:{_written(item, alphabet)}){{{least},{most_text}}}{'' if greedy else '?'}"
        case Start(of_line):
            return "(?m:^)" if of_line else r"\A"
        case End(of_line):
            return "(?m:$)" if of_line else r"\z"
        case Again():
            raise Fault("Expected a pattern without back-references, but it has one.")


def _one_of(node: OneOf, alphabet: CharSet) -> str:
    if alphabet == ALL and node.categories and not _UNKNOWN_TO_RE2.intersection(node.categories):
        # The same set, which RE2 reads faster by its name.
        properties = "".join(rf"\p{{{name}}}" for name in node.categories)
        return f"[{'^' if node.negated else ''}{_ranges(node.characters)}{properties}]"
    characters = _within(node, alphabet)
    return f"[{_ranges(characters)}]" if characters else _NOTHING


@lru_cache(maxsize=1024)
def _within(node: OneOf, alphabet: CharSet) -> CharSet:
    return common(resolved(node), alphabet)


def _ranges(characters: CharSet) -> str:
    return "".join(
        rf"\x{{{low:x}}}" if low == high else rf"\x{{{low:x}}}-\x{{{high:x}}}" for low, high in characters
    )
