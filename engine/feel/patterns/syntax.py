"""The tree of a regular expression, with its flags already worked in."""

from __future__ import annotations

from dataclasses import dataclass

from engine.feel.patterns.charsets import CharSet


@dataclass(frozen=True, slots=True)
class OneOf:
    """One character: one of `characters` or of the Unicode `categories`, or else none of them."""

    characters: CharSet = ()
    categories: tuple[str, ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    branches: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    item: Node
    least: int
    most: int | None
    """None for any number."""
    greedy: bool


@dataclass(frozen=True, slots=True)
class Group:
    number: int
    item: Node


@dataclass(frozen=True, slots=True)
class Start:
    """`^`: the start of the text, or of any line."""

    of_line: bool


@dataclass(frozen=True, slots=True)
class End:
    """`$`: the end of the text, or of any line."""

    of_line: bool


@dataclass(frozen=True, slots=True)
class Again:
    r"""`\1`: what a group has matched, once more."""

    group: int
    ignores_case: bool


Node = OneOf | Sequence | Choice | Repeat | Group | Start | End | Again
