"""The constants in a cell: literals, and calls that are written with literals alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from engine.feel.arithmetic import negate
from engine.feel.builtins import BUILTINS
from engine.feel.run import Run
from engine.feel.syntax import Call, Literal, Name, Negation, Node
from engine.feel.temporal_text import temporal_text
from engine.feel.text import literal_of
from engine.feel.values import Value, YearsMonths
from engine.feel.vocabulary import Vocabulary

_MAKERS = frozenset({"date", "time", "date and time", "duration"})
"""Functions of their arguments alone: no clock, no variables."""
_NO_CLOCK = datetime(1970, 1, 1, tzinfo=UTC)


def literal_in(node: Node, *, vocabulary: Vocabulary) -> Literal | None:
    """The literal that `node` amounts to, as in `date("2026-01-01")` or `-1.5`; None if it is no constant.

    A call with an error, whose value is null, is none either: nobody means to write it.
    """
    if isinstance(node, Literal):
        return node
    if isinstance(node, Negation):
        inner = literal_in(node.operand, vocabulary=vocabulary)
        if inner is not None and type(inner.value) in (int, Decimal, timedelta):
            return Literal(node.at, negate(_run(), inner.value))
        return None
    if not isinstance(node, Call) or not isinstance(node.function, Name):
        return None
    name = node.function.name
    if name not in _MAKERS or name in vocabulary.names:
        return None
    value = _made(node, name, vocabulary=vocabulary)
    return None if value is None else Literal(node.at, value)


def _made(node: Call, name: str, *, vocabulary: Vocabulary) -> Value:
    run = _run()
    values = [literal_in(each, vocabulary=vocabulary) for each in node.positional]
    named = {key: literal_in(each, vocabulary=vocabulary) for key, each in node.named}
    if None in values or None in named.values():
        return None
    if named:
        given = {key: each.value for key, each in named.items() if each is not None}
        return BUILTINS[name].call_named(run, given, position=0)
    return BUILTINS[name].call(run, [each.value for each in values if each is not None], position=0)


def _run() -> Run:
    return Run({}, _NO_CLOCK, None)


def written(value: Value) -> str:
    """A scalar as FEEL that reads back to it."""
    if isinstance(value, date | time | timedelta | YearsMonths):
        return f'@"{temporal_text(value)}"'
    return literal_of(value)
