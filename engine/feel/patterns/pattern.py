"""A regular expression ready to run: on RE2 wherever that is possible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Any

from engine.feel.errors import Fault
from engine.feel.limits import MAX_PATTERN_CHARACTERS, FeelLimitExceeded
from engine.feel.patterns import linear
from engine.feel.patterns.backtracking import Backtracker
from engine.feel.patterns.charsets import ALL, ASCII, CHINESE, CharSet
from engine.feel.patterns.reader import read_pattern
from engine.feel.patterns.syntax import Again, Choice, Group, Node, Repeat, Sequence, Start
from engine.feel.run import Run

Span = tuple[int, int]

_IN_CHINESE = re.compile("[" + "".join(f"{chr(low)}-{chr(high)}" for low, high in CHINESE) + "]*")
_MAX_SIZE = 500_000
"""Ranges of characters in a program; RE2 refuses far smaller ones for their memory."""


class Pattern:
    """Safe to share between threads: it only grows programs, each of which is the same for everybody."""

    def __init__(self, text: str, flags: str) -> None:
        self._tree, self.groups = read_pattern(text, flags=flags)
        self._refers = _has(self._tree, Again)
        self._of_lines = "m" in flags and _has(self._tree, Start)
        self._cost = 1 + len(text) // 16
        self._programs: dict[CharSet, tuple[int, Any | None]] = {}
        """Size and program for each alphabet asked for so far."""

    def found(self, run: Run, text: str) -> bool:
        """Whether some part of `text` matches."""
        program = self._program(run, text)
        if program is None:
            return next(self._backtracker.matches(run, text), None) is not None
        return program.search(text) is not None

    def spans(self, run: Run, text: str) -> Iterator[list[Span]]:
        """For every match its own start and end, then those of its groups; (-1, -1) for one that took no part."""
        program = self._program(run, text)
        if program is None:
            for marks in self._backtracker.matches(run, text):
                yield [(marks[index], marks[index + 1]) for index in range(0, 2 * self.groups + 2, 2)]
            return
        for match in program.finditer(text):
            yield [match.span(group) for group in range(self.groups + 1)]

    def _program(self, run: Run, text: str) -> Any | None:
        """RE2's, or None if only trying will do. Charges for both: RE2's time grows with text times pattern."""
        run.charge(1 + (len(text) * self._cost >> 6))
        size, program = self._compiled(_alphabet_of(text))
        # Compiled programs are kept, but who asks with ever new patterns must not get them for nothing.
        run.charge(1 + (size >> 4))
        if self._of_lines and len(text) > 1 and text[-1] == "\n":
            return None
        return program

    def _compiled(self, alphabet: CharSet) -> tuple[int, Any | None]:
        known = self._programs.get(alphabet)
        if known is None:
            size = min(linear.size(self._tree, alphabet), _MAX_SIZE)
            small = size < _MAX_SIZE and not self._refers
            known = self._programs[alphabet] = size, linear.compiled(self._tree, alphabet) if small else None
        return known

    @cached_property
    def _backtracker(self) -> Backtracker:
        return Backtracker(self._tree, groups=self.groups)


def pattern(text: str, *, flags: str = "") -> Pattern:
    """Raises Fault if `text` is no regular expression of XPath, FeelLimitExceeded if it is too long."""
    if len(text) > MAX_PATTERN_CHARACTERS:
        raise FeelLimitExceeded("characters in a pattern", limit=MAX_PATTERN_CHARACTERS)
    return _cached(text, "".join(sorted(set(flags))))


@lru_cache(maxsize=256)
def _cached(text: str, flags: str) -> Pattern:
    return Pattern(text, flags)


def _has(node: Node, kind: type) -> bool:
    if isinstance(node, kind):
        return True
    match node:
        case Sequence(items) | Choice(items):
            return any(_has(item, kind) for item in items)
        case Repeat(item) | Group(_, item):
            return _has(item, kind)
    return False


def _alphabet_of(text: str) -> CharSet:
    """Raises Fault for half a surrogate pair, which is no character."""
    if text.isascii():
        return ASCII
    if _IN_CHINESE.fullmatch(text):
        return CHINESE
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Fault("Expected a string of whole characters, but it has half a surrogate pair.") from error
    return ALL
