"""Sets of characters: sorted, disjoint ranges of code points, with the set operations patterns need."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain

CharSet = tuple[tuple[int, int], ...]
"""First and last code point of each range."""

LAST = 0x10FFFF
ALL: CharSet = ((0, 0xD7FF), (0xE000, LAST))
"""Without surrogates, which are no characters."""
ASCII: CharSet = ((0, 0x7F),)
CHINESE: CharSet = ((0, 0xFF), (0x2000, 0x206F), (0x3000, 0x303F), (0x3400, 0x9FFF), (0xFF00, 0xFFEF))
"""What nearly all texts of an office are made of: letters of Western Europe, Chinese and its signs."""

_ASSIGNED = (range(0x40000), range(0xE0000, 0xE1000))
"""Outside of these planes there is nothing but the private ones and what is not assigned."""
_PRIVATE: CharSet = ((0xF0000, 0xFFFFD), (0x100000, 0x10FFFD))
_UNASSIGNED: CharSet = ((0x40000, 0xDFFFF), (0xE1000, 0xEFFFF), (0xFFFFE, 0xFFFFF), (0x10FFFE, LAST))
_LAST_CASED = 0x1E943

CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "L": ("Lu", "Ll", "Lt", "Lm", "Lo"),
    "M": ("Mn", "Mc", "Me"),
    "N": ("Nd", "Nl", "No"),
    "P": ("Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"),
    "Z": ("Zs", "Zl", "Zp"),
    "S": ("Sm", "Sc", "Sk", "So"),
    "C": ("Cc", "Cf", "Co", "Cn"),
}
CATEGORY_NAMES = frozenset(CATEGORIES).union(*CATEGORIES.values())


def union(sets: Iterable[CharSet]) -> CharSet:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(chain.from_iterable(sets)):
        if merged and low <= merged[-1][1] + 1:
            if high > merged[-1][1]:
                merged[-1] = (merged[-1][0], high)
        else:
            merged.append((low, high))
    return tuple(merged)


def minus(one: CharSet, other: CharSet) -> CharSet:
    rest: list[tuple[int, int]] = []
    index = 0
    for low, high in one:
        while index < len(other) and other[index][1] < low:
            index += 1
        at = index
        while at < len(other) and other[at][0] <= high:
            if low < other[at][0]:
                rest.append((low, other[at][0] - 1))
            low = other[at][1] + 1
            at += 1
        if low <= high:
            rest.append((low, high))
    return tuple(rest)


def common(one: CharSet, other: CharSet) -> CharSet:
    return minus(one, minus(ALL, other))


def holds(characters: CharSet, code: int) -> bool:
    index = bisect_right(characters, (code, LAST + 1)) - 1
    return index >= 0 and code <= characters[index][1]


def of_category(name: str) -> CharSet:
    """The characters of a Unicode general category, as `Lu` or `L`."""
    table = _categories()
    return union(table.get(part, ()) for part in CATEGORIES.get(name, (name,)))


def with_variants(characters: CharSet) -> CharSet:
    """With all that differ from one of them only in case. (XQuery functions 3.1, clause 5.6.1.1)"""
    variants, cased = _variants()
    extra: list[tuple[int, int]] = []
    for low, high in characters:
        for code in cased[bisect_left(cased, low) : bisect_right(cased, high)]:
            extra += [(other, other) for other in variants[code]]
    return union((characters, tuple(extra))) if extra else characters


@cache
def _categories() -> Mapping[str, CharSet]:
    found: dict[str, list[tuple[int, int]]] = {}
    for code in chain.from_iterable(_ASSIGNED):
        ranges = found.setdefault(unicodedata.category(chr(code)), [])
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    table = {name: tuple(ranges) for name, ranges in found.items()}
    table["Co"] = union((table["Co"], _PRIVATE))
    table["Cn"] = union((table["Cn"], _UNASSIGNED))
    return table


@cache
def _variants() -> tuple[Mapping[int, frozenset[int]], list[int]]:
    """For each character with case variants all of them, and the sorted list of those characters."""
    groups: dict[str, set[int]] = {}
    for code in range(_LAST_CASED + 1):
        character = chr(code)
        for same in {character.lower(), character.upper()} - {character}:
            groups.setdefault(same, set()).add(code)
            if len(same) == 1:
                groups[same].add(ord(same))
    variants: dict[int, set[int]] = {}
    for group in groups.values():
        for code in group:
            variants.setdefault(code, set()).update(group)
    return {code: frozenset(others) for code, others in variants.items()}, sorted(variants)
