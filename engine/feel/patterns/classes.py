r"""Reads single characters, `[...]` and escapes: the part of a pattern that stands for one character.

Source: XML Schema part 2, clause F.1 (`charClass`); XQuery functions 3.1, clause 5.6.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from engine.feel.errors import Fault
from engine.feel.limits import MAX_NESTING
from engine.feel.patterns.blocks import BLOCKS
from engine.feel.patterns.charsets import (
    ALL,
    CATEGORY_NAMES,
    CharSet,
    minus,
    of_category,
    union,
    with_variants,
)
from engine.feel.patterns.syntax import OneOf

_SINGLE = {"n": "\n", "r": "\r", "t": "\t"} | {sign: sign for sign in "\\|.-^?*+{}()[]$"}
_BLANKS: CharSet = ((9, 10), (13, 13), (32, 32))
_NAME_START: CharSet = (
    (0x3A, 0x3A), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF),
    (0x370, 0x37D), (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF),
    (0x3001, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF),
)  # fmt: skip
_NAME: CharSet = union(
    (_NAME_START, ((0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040)))
)
_SEVERAL: Mapping[str, OneOf] = {
    "s": OneOf(_BLANKS),
    "d": OneOf((), ("Nd",)),
    # All that is no punctuation, separator or other: so `_` is none.
    "w": OneOf((), ("L", "M", "N", "S")),
    "i": OneOf(_NAME_START),
    "c": OneOf(_NAME),
}


@lru_cache(maxsize=1024)
def resolved(node: OneOf) -> CharSet:
    """All characters that `node` stands for."""
    characters = union((node.characters, *map(of_category, node.categories)))
    return minus(ALL, characters) if node.negated else characters


class ClassReader:
    """A position in a pattern; what is read there moves it on."""

    def __init__(self, text: str, *, ignores_case: bool) -> None:
        self.text = text
        self.at = 0
        self.ignores_case = ignores_case

    def error(self, expected: str) -> Fault:
        return Fault(f"Expected {expected} at character {self.at} of the pattern, but there is none.")

    def next(self) -> str:
        if self.at >= len(self.text):
            raise self.error("another character")
        self.at += 1
        return self.text[self.at - 1]

    def take(self, sign: str) -> bool:
        if self.text.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False

    def character(self, character: str) -> OneOf:
        return OneOf(self._cased(((ord(character), ord(character)),)))

    def escape(self) -> OneOf:
        """What follows a backslash."""
        sign = self.next()
        if sign in _SINGLE:
            return self.character(_SINGLE[sign])
        if sign in ("p", "P"):
            return self._property(negated=sign == "P")
        several = _SEVERAL.get(sign.lower())
        if several is None:
            raise self.error("an escape that XML Schema knows")
        return OneOf(several.characters, several.categories, sign.isupper())

    def bracket(self, depth: int = 0) -> OneOf:
        """From behind `[`."""
        if depth > MAX_NESTING:
            raise self.error(f"at most {MAX_NESTING} brackets inside one another")
        negated = self.take("^")
        first = self.at
        characters: list[CharSet] = []
        categories: list[str] = []
        subtracted: CharSet | None = None
        while not self.text.startswith("]", self.at) or self.at == first:
            if self.at > first and self.take("-["):
                subtracted = resolved(self.bracket(depth + 1))
                break
            item = self._member(first)
            if item.negated:
                characters.append(resolved(item))
            else:
                characters.append(item.characters)
                categories += item.categories
        if not self.take("]"):
            raise self.error("a closing ']'")
        result = OneOf(union(characters), tuple(dict.fromkeys(categories)), negated)
        return result if subtracted is None else OneOf(minus(resolved(result), subtracted))

    def _member(self, first: int) -> OneOf:
        """A character, a range or an escape inside of brackets."""
        start = self.at
        low = self._end_of_range()
        if low is None:
            return self.escape()
        if (
            low == "-"
            and self.text[start] == "-"
            and start != first
            and self.text[self.at : self.at + 1] != "]"
        ):
            raise self.error("a backslash before '-'")
        if self.text.startswith("-", self.at) and self.text[self.at + 1 : self.at + 2] not in ("]", "[", ""):
            self.at += 1
            high = self._end_of_range()
            if high is None or high < low:
                raise self.error("a range that rises from one character to another")
            return OneOf(self._cased(((ord(low), ord(high)),)))
        return self.character(low)

    def _end_of_range(self) -> str | None:
        """One character; None before an escape that stands for several."""
        character = self.next()
        if character in ("[", "]"):
            raise self.error(f"a backslash before {character!r}")
        if character != "\\":
            return character
        following = self.text[self.at : self.at + 1]
        if following not in _SINGLE:
            return None
        self.at += 1
        return _SINGLE[following]

    def _property(self, *, negated: bool) -> OneOf:
        name, brace, _rest = self.text[self.at :].removeprefix("{").partition("}")
        if not brace or not self.take("{"):
            raise self.error("a category as \\p{L} or a block as \\p{IsBasicLatin}")
        if name in CATEGORY_NAMES:
            found = OneOf((), (name,), negated)
        elif name[:2] == "Is" and name[2:] in BLOCKS:
            found = OneOf(BLOCKS[name[2:]], (), negated)
        else:
            raise self.error("a known category or block")
        self.at += len(name) + 1
        return found

    def _cased(self, characters: CharSet) -> CharSet:
        return with_variants(characters) if self.ignores_case else characters
