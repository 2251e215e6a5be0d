"""Names and their types where an expression of a model stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.dmn import model
from engine.dmn.typing import type_named
from engine.feel.builtins import BUILTIN_NAMES
from engine.feel.errors import FeelSyntaxError
from engine.feel.parser import parse_expression, parse_unary_tests
from engine.feel.syntax import Node, Tests
from engine.feel.types import ANY, Type
from engine.feel.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Scope:
    """What can be read at one place. `items`: their entries are names too, those of the last one first.

    `hidden` are names of the model that are not required here; `open` is true where other names may be
    given as well.
    """

    names: Mapping[str, Type]
    vocabulary: Vocabulary
    hidden: frozenset[str] = frozenset()
    open: bool = False
    items: tuple[Type, ...] = ()

    def with_names(self, names: Mapping[str, Type]) -> Scope:
        return replace(
            self, names={**self.names, **names}, vocabulary=self.vocabulary.with_names(tuple(names))
        )

    def within_filter(self, item: Type) -> Scope:
        """Inside of a boxed filter."""
        return replace(
            self,
            names={**self.names, "item": item},
            vocabulary=self.vocabulary.with_names(("item", *self.vocabulary.entries)),
            items=(*self.items, item),
        )

    def type_named(self, type_ref: str) -> Type:
        """Any also for a type that does not exist: that is a finding of `typing`."""
        return type_named(type_ref, self.vocabulary.types) or ANY

    def expression(self, text: model.Text) -> Node | None:
        """None if it is no FEEL: that is a finding of the compiler."""
        try:
            return parse_expression(text.text, vocabulary=self.vocabulary, builtin=BUILTIN_NAMES)
        except FeelSyntaxError:
            return None

    def tests(self, text: model.Text) -> Tests | None:
        """As `expression`."""
        try:
            return parse_unary_tests(text.text, vocabulary=self.vocabulary, builtin=BUILTIN_NAMES)
        except FeelSyntaxError:
            return None
