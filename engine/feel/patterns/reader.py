r"""Reads the regular expressions of XML Schema as XQuery and XPath extend them.

Anything else, like `\b` or `(?i)`, is refused, as the standard wants it.
Source: XML Schema part 2, appendix F; XQuery functions 3.1, clause 5.6.1.
"""

from __future__ import annotations

from engine.feel.errors import Fault
from engine.feel.limits import MAX_NESTING
from engine.feel.patterns.classes import ClassReader
from engine.feel.patterns.syntax import (
    Again,
    Choice,
    End,
    Group,
    Node,
    OneOf,
    Repeat,
    Sequence,
    Start,
)

FLAGS = frozenset("smixq")
_BLANKS = frozenset(" \t\n\r")
_MAX_REPEATS = 1_000


def read_pattern(text: str, *, flags: str) -> tuple[Node, int]:
    """The tree of `text` and the number of its groups. Raises Fault if it is no pattern."""
    unknown = set(flags) - FLAGS
    if unknown:
        raise Fault(f"Expected only the flags s, m, i, x and q, but got {sorted(unknown)[0]!r}.")
    reader = _Reader(_without_blanks(text) if "x" in flags and "q" not in flags else text, flags=flags)
    if "q" in flags:
        return Sequence(tuple(reader.character(character) for character in text)), 0
    return reader.whole(), reader.groups


def _without_blanks(text: str) -> str:
    """Blanks do not count under the flag x, except inside of brackets."""
    kept: list[str] = []
    depth = 0
    escaped = False
    for character in text:
        if character in _BLANKS and depth == 0:
            continue
        kept.append(character)
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "[":
            depth += 1
        elif character == "]" and depth:
            depth -= 1
    return "".join(kept)


class _Reader(ClassReader):
    def __init__(self, text: str, *, flags: str) -> None:
        super().__init__(text, ignores_case="i" in flags)
        self._dot = OneOf(negated=True) if "s" in flags else OneOf(((10, 10), (13, 13)), negated=True)
        self._of_line = "m" in flags
        self._depth = 0
        self._closed: set[int] = set()
        self.groups = 0

    def whole(self) -> Node:
        node = self._choice()
        if self.at < len(self.text):
            raise self.error("an opening bracket for ')'")
        return node

    def _choice(self) -> Node:
        branches = [self._sequence()]
        while self.take("|"):
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _sequence(self) -> Node:
        items: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            items.append(self._repeated(self._atom()))
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def _atom(self) -> Node:
        character = self.next()
        match character:
            case "(":
                return self._group()
            case "[":
                return self.bracket()
            case ".":
                return self._dot
            case "^":
                return Start(self._of_line)
            case "$":
                return End(self._of_line)
            case "\\":
                following = self.text[self.at : self.at + 1]
                return self._again() if following.isdecimal() else self.escape()
            case "*" | "+" | "?" | "{" | "}" | "]":
                raise self.error(f"a backslash before {character!r}, or what it belongs to,")
        return self.character(character)

    def _group(self) -> Node:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise self.error(f"at most {MAX_NESTING} groups inside one another")
        if self.take("?"):
            if not self.take(":"):
                raise self.error("'(?:' or '('")
            node = self._choice()
        else:
            self.groups += 1
            number = self.groups
            node = Group(number, self._choice())
            self._closed.add(number)
        if not self.take(")"):
            raise self.error("a closing ')'")
        self._depth -= 1
        return node

    def _again(self) -> Node:
        number = int(self.next())
        while self.text[self.at : self.at + 1].isdecimal():
            longer = number * 10 + int(self.text[self.at])
            if longer > self.groups:
                break
            number = longer
            self.at += 1
        if number not in self._closed:
            raise self.error(f"a group {number} that has ended before")
        return Again(number, self.ignores_case)

    def _repeated(self, item: Node) -> Node:
        if self.take("*"):
            least, most = 0, None
        elif self.take("+"):
            least, most = 1, None
        elif self.take("?"):
            least, most = 0, 1
        elif self.take("{"):
            least, most = self._counts()
        else:
            return item
        greedy = not self.take("?")
        if self.text[self.at : self.at + 1] in ("*", "+", "?", "{"):
            raise self.error("no second quantifier")
        return Repeat(item, least, most, greedy)

    def _counts(self) -> tuple[int, int | None]:
        inside, brace, _rest = self.text[self.at :].partition("}")
        low, comma, high = inside.partition(",")
        numbers = [part for part in (low, high) if part or part is low]
        if not brace or not all(part.isascii() and part.isdigit() and len(part) < 5 for part in numbers):
            raise self.error("a count as {2}, {2,} or {2,5}")
        least = int(low)
        most = int(high) if high else None if comma else least
        if (most is not None and most < least) or max(least, most or 0) > _MAX_REPEATS:
            raise self.error(f"counts that rise, up to {_MAX_REPEATS}")
        self.at += len(inside) + 1
        return least, most
