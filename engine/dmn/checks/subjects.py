"""What the columns of a table ask about, and which of them depend on each other.

Two columns are independent if they read variables that are: then every pair of their values can come
together. `age` and `age > 5` are not; `a.b` and `a.c` are, `a.b` and `a` are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass

from engine.dmn import model
from engine.feel.builtins import BUILTIN_NAMES, BUILTINS
from engine.feel.errors import FeelSyntaxError
from engine.feel.parser import parse_expression
from engine.feel.syntax import Name, Node, Path
from engine.feel.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Subject:
    """One input expression: `path` is a variable and entries of it, None for a computed value.

    `variables` are all that it reads; `is_known` is False for a text that is no FEEL.
    """

    text: str
    path: tuple[str, ...] | None
    variables: frozenset[str]
    is_known: bool = True

    @property
    def key(self) -> object:
        """The same for two columns that ask about the same value."""
        return self.path or self.text

    @property
    def is_free(self) -> bool:
        """Whether it can have other values than one that is always the same, as far as can be seen."""
        return self.is_known and bool(self.variables)


def subject_of(clause: model.InputClause, *, vocabulary: Vocabulary) -> Subject:
    text = clause.expression.text.text.strip()
    try:
        tree = parse_expression(text, vocabulary=vocabulary, builtin=BUILTIN_NAMES)
    except FeelSyntaxError:
        return Subject(text, None, frozenset(), is_known=False)
    variables = frozenset(name for name in _names(tree) if name in vocabulary.names or name not in BUILTINS)
    return Subject(text, _path(tree), variables)


def pinned(subjects: Sequence[Subject]) -> list[bool]:
    """For each of the (different) subjects, whether its value must be taken as it comes.

    The others are independent of each other. Of several that depend on each other the first plain
    variable stays free, or else the first.
    """
    free: list[Subject] = []
    for plain in (True, False):
        for subject in subjects:
            fits = (subject.path is not None) is plain and subject.is_free
            if fits and not any(_related(subject, other) for other in free):
                free.append(subject)
    return [not any(subject is other for other in free) for subject in subjects]


def _related(one: Subject, other: Subject) -> bool:
    if one.path is not None and other.path is not None:
        shorter = min(len(one.path), len(other.path))
        return one.path[:shorter] == other.path[:shorter]
    return not one.variables.isdisjoint(other.variables)


def _path(tree: Node) -> tuple[str, ...] | None:
    entries: list[str] = []
    while isinstance(tree, Path):
        entries.append(tree.name)
        tree = tree.base
    return (tree.name, *reversed(entries)) if isinstance(tree, Name) else None


def _names(tree: Node) -> Iterator[str]:
    waiting: list[object] = [tree]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Name):
            yield current.name
        elif isinstance(current, tuple):
            waiting.extend(current)
        elif is_dataclass(current):
            waiting.extend(getattr(current, field.name) for field in fields(current))
