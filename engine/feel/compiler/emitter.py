"""What every part of the compiler shares: which names are in sight, and how to compile a child."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from engine.feel.builtins.signature import Builtin
from engine.feel.errors import FeelSyntaxError
from engine.feel.limits import MAX_TREE_DEPTH
from engine.feel.run import Code
from engine.feel.syntax import Node
from engine.feel.vocabulary import Vocabulary

Emit = Callable[["Emitter", Any], Code]


@dataclass(slots=True)
class Scope:
    """Local variables of one construct. At run time: a list with the scope around at index 0.

    `filtered`: slot 1 is an item whose own entries are names too, known only at run time.
    """

    around: Scope | None
    slots: dict[str, int] = field(default_factory=dict)
    filtered: bool = False
    growing: int = 0
    """The slot of a list that still grows, `partial` of a `for`; 0 if none."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name lives: `hops` scopes out at `slot`, or in the root (slot 0).

    `filters` are the hops to scopes whose item may have an entry of that name, nearest first.
    """

    hops: int
    slot: int
    filters: tuple[int, ...]
    growing: bool = False


class Emitter:
    """Compiles one expression. `names` and `possible_names` fill up on the way."""

    def __init__(
        self,
        table: Mapping[type[Node], Emit],
        text: str,
        *,
        builtins: Mapping[str, Builtin],
        vocabulary: Vocabulary,
    ) -> None:
        self._table = table
        self.text = text
        """Of which the offsets count in syntax errors."""
        self._depth = 0
        self.builtins = builtins
        self.vocabulary = vocabulary
        self.scope: Scope | None = None
        self.names: set[str] = set()
        self.possible_names: set[str] = set()
        self.nodes = 0

    def emit(self, node: Node) -> Code:
        """The code of `node`. Raises FeelSyntaxError if it is deeper than MAX_TREE_DEPTH."""
        self.nodes += 1
        self._depth += 1
        if self._depth > MAX_TREE_DEPTH:
            raise FeelSyntaxError(
                self.text,
                position=node.at,
                expected=f"at most {MAX_TREE_DEPTH} operators inside one another",
                found="one more",
            )
        code = self._table[type(node)](self, node)
        self._depth -= 1
        return code

    def emit_counted(self, node: Node) -> tuple[Code, int]:
        """The code, and what repeating it once costs in steps: 1 for every 8 nodes."""
        before = self.nodes
        code = self.emit(node)
        return code, 1 + (self.nodes - before) // 8

    @contextmanager
    def within(self, scope: Scope | None) -> Iterator[None]:
        outer, self.scope = self.scope, scope
        try:
            yield
        finally:
            self.scope = outer

    def place(self, name: str) -> Place:
        """Where `name` is found; noted as a name that the expression reads if outside."""
        hops = 0
        filters = []
        scope = self.scope
        while scope is not None:
            if scope.filtered:
                filters.append(hops)
            if name in scope.slots:
                slot = scope.slots[name]
                return Place(hops, slot, tuple(filters), slot == scope.growing)
            scope = scope.around
            hops += 1
        if name not in self.builtins or name in self.vocabulary.names:
            (self.possible_names if filters else self.names).add(name)
        return Place(0, 0, tuple(filters))
