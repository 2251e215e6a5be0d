"""Which names an expression sees while it is walked, and their types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.feel.inference.static_types import ClosedContext, bare, fields_of, joined, kind_of
from engine.feel.types import ANY, Type
from engine.feel.values import CONTEXT


@dataclass(frozen=True, slots=True)
class Sight:
    """Names of one construct over those `around` it; `item` is set in a filter, whose entries are names."""

    names: Mapping[str, Type]
    around: Sight | None = None
    item: Type | None = None

    def type_of(self, name: str) -> Type | None:
        """None if it is certain that there is no such variable and no such entry of a filtered item."""
        entries: list[Type] = []
        sight: Sight | None = self
        while sight is not None:
            if sight.item is not None:
                entry = _entry(sight.item, name)
                if entry is not None:
                    entries.append(entry)
            if name in sight.names:
                # An item may be null, or not have the entry: then the variable is meant.
                return joined([*entries, sight.names[name]])
            sight = sight.around
        return joined(entries) if entries else None

    def known(self) -> Iterator[str]:
        """Every name that can be written here, nearest first; they may repeat."""
        sight: Sight | None = self
        while sight is not None:
            if sight.item is not None:
                yield from fields_of(sight.item) or ()
            yield from sight.names
            sight = sight.around


def _entry(item: Type, name: str) -> Type | None:
    """None if items certainly have no such entry, or are declared without it."""
    fields = fields_of(item)
    if fields is None:
        return ANY if kind_of(item) in (None, CONTEXT) else None
    return fields.get(name)


def may_have_more(type_: Type) -> bool:
    """Whether contexts of `type_` may have entries that it does not name."""
    return not isinstance(bare(type_), ClosedContext)
