"""Where an answer first differs from the expected one, said so that one sees it.

Equality is FEEL's (`engine.feel.equal`): of contexts the same entries, of lists the same order, of times
and dates with a zone the same instant. A function equals nothing: no test can write one down.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from engine.feel import Function, Value, equal, kind
from engine.feel.numbers import EXACT as UNROUNDED
from engine.feel.numbers import is_number
from engine.feel.text import literal_of
from engine.feel.values import weight

_SHOWN_CHARACTERS = 200
_SHOWN_VALUES = 100
_PLAIN_NAME = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Comparison:
    """`difference` is "" if the two are equal; `inexact` if only because they need not be exactly so."""

    difference: str
    inexact: bool = False


def compared(expected: Value, got: Value, *, within: Decimal) -> Comparison:
    """Numbers may be `within` of each other, but never so far that 0 would do for another number.

    Takes time linear in `expected`, which therefore has to be small (what a file holds is).
    """
    inexact = False
    waiting: list[tuple[str, Value, Value]] = [("$", expected, got)]
    while waiting:
        path, wanted, found = waiting.pop()
        if type(wanted) is list and type(found) is list:
            if len(wanted) != len(found):
                return Comparison(f"{path}: expected {_items(wanted)}, got {_items(found)}.")
            # Last in, first out: the first difference is to come first.
            waiting += reversed(
                [(f"{path}[{n}]", *pair) for n, pair in enumerate(zip(wanted, found, strict=True), 1)]
            )
        elif type(wanted) is dict and type(found) is dict:
            if wanted.keys() != found.keys():
                return Comparison(_entries(path, wanted, found))
            waiting += reversed([(_below(path, key), wanted[key], found[key]) for key in wanted])
        elif not _same(wanted, found):
            if not _close(wanted, found, within):
                return Comparison(f"{path}: expected {shown(wanted)}, got {shown(found)}.")
            inexact = True
    return Comparison("", inexact)


def shown(value: Value) -> str:
    """As FEEL writes it, cut where it gets long."""
    if isinstance(value, Function):
        return f"a {literal_of(value)}"
    if weight(value, limit=_SHOWN_VALUES) > _SHOWN_VALUES:
        return f"a {kind(value)} of {len(value)}"
    text = literal_of(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 3]}..."


def _same(wanted: Value, found: Value) -> bool:
    return not isinstance(found, Function) and equal(wanted, found) is True


def _close(wanted: Value, found: Value, within: Decimal) -> bool:
    if not within or not is_number(wanted) or not is_number(found):
        return False
    one, other = Decimal(wanted), Decimal(found)
    apart = abs(UNROUNDED.subtract(one, other))
    return apart <= within and (not one or apart < abs(one))


def _items(value: list[Value]) -> str:
    return f"{len(value)} items {shown(value)}"


def _entries(path: str, wanted: dict[str, Value], found: dict[str, Value]) -> str:
    missing = next((key for key in wanted if key not in found), None)
    if missing is not None:
        return f"{_below(path, missing)}: expected {shown(wanted[missing])}, got no such entry."
    extra = next(key for key in found if key not in wanted)
    return f"{_below(path, extra)}: expected no such entry, got {shown(found[extra])}."


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if _PLAIN_NAME.fullmatch(key) else f'{path}."{key}"'
