"""Whether a value that a process computed may become case data.

The same bounds as for data from outside (`engine.model.payload`): a script must not make what the
door would refuse, and sharing parts must not let a small value unfold into a huge one when stored.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel import Range, YearsMonths
from engine.model.payload import MAX_BYTES, MAX_DEPTH, MAX_ITEMS

_ALWAYS = frozenset({bool, int, Decimal, date, datetime, time, timedelta, YearsMonths, Range, type(None)})

_NUL = "it has a NUL character"


def why_not_storable(value: Any) -> str | None:
    """None if `value` can be stored, else the end of a sentence that says why not."""
    kind = type(value)
    if kind in _ALWAYS:
        return None
    if kind is str:
        return _NUL if "\x00" in value else None
    return _why_not_nested(value)


def _why_not_nested(value: Any) -> str | None:
    items = characters = 0
    pending = [(value, 1)]
    while pending:
        each, depth = pending.pop()
        kind = type(each)
        items += 1
        if kind is str:
            characters += len(each)
            if "\x00" in each:
                return _NUL
        elif kind is list or kind is dict:
            if depth > MAX_DEPTH:
                return f"it is nested more than {MAX_DEPTH} levels deep"
            if kind is dict:
                pending.extend((name, depth) for name in each)
            pending.extend((part, depth + 1) for part in (each if kind is list else each.values()))
        elif kind not in _ALWAYS:
            return "it is or holds a function, which lives only as long as its expression"
        if items + len(pending) > MAX_ITEMS:
            return f"it has more than {MAX_ITEMS} parts"
        if characters > MAX_BYTES:
            return f"it has more than {MAX_BYTES} characters"
    return None
