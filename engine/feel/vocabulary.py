"""What an expression can speak of: the names around it and the types of its model."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from engine.feel.names import NameBook
from engine.feel.types import Type

_NO_TYPES: Mapping[str, Type] = MappingProxyType({})


class Vocabulary:
    """Immutable; shared by all expressions of one place, because making it takes time linear in its names.

    `names` are variables, `entries` names that only stand after a dot or inside a filter (entries of
    contexts), `types` what may follow `instance of` besides the types of the language.
    """

    __slots__ = ("entries", "entry_book", "name_book", "names", "type_book", "types")

    def __init__(
        self,
        *,
        names: Collection[str] = (),
        entries: Collection[str] = (),
        types: Mapping[str, Type] = _NO_TYPES,
    ) -> None:
        self.names = frozenset(names)
        self.entries = frozenset(entries)
        self.types = types
        self.name_book = NameBook(self.names)
        self.entry_book = NameBook((*self.entries, *_PROPERTIES))
        self.type_book = NameBook(types)

    def with_names(self, names: Collection[str]) -> Vocabulary:
        """This one and more variables; the books of entries and types are shared."""
        wider = Vocabulary.__new__(Vocabulary)
        wider.names = self.names.union(names)
        wider.name_book = NameBook(wider.names)
        wider.entries, wider.entry_book = self.entries, self.entry_book
        wider.types, wider.type_book = self.types, self.type_book
        return wider


_PROPERTIES = ("time offset", "start included", "end included")

PLAIN = Vocabulary()
"""Variables of one word each, and the types of the language."""
