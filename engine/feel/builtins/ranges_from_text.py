"""range("[1..3]"): a range from its text. Source: DMN 1.5, clause 10.3.4.1, `range(from)`.

Ends are literals or calls of date, time, date and time, duration with a literal: the text is data, so
nothing else of the language may run in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.feel.builtins.signature import Library
from engine.feel.errors import Fault, FeelSyntaxError
from engine.feel.names import NameBook
from engine.feel.parser import parse_expression
from engine.feel.run import Run
from engine.feel.syntax import Call, Literal, Name, Node, RangeOf
from engine.feel.temporal_text import (
    date_and_time_from_text,
    date_from_text,
    duration_from_text,
    time_from_text,
)
from engine.feel.values import Range, Value, compare, described
from engine.feel.vocabulary import PLAIN

LIBRARY = Library()

_READERS: Mapping[str, Callable[[str], Value]] = {
    "date": date_from_text,
    "time": time_from_text,
    "date and time": date_and_time_from_text,
    "duration": duration_from_text,
}
_NAMES = NameBook(_READERS)


@LIBRARY.function("range", "from: string -> range")
def range_from(run: Run, text: str) -> Range:
    try:
        node = parse_expression(text, vocabulary=PLAIN, builtin=_NAMES)
    except FeelSyntaxError as error:
        raise Fault("Expected a range as [1..3], but the text is none.") from error
    if not isinstance(node, RangeOf) or node.start is None or node.end is None:
        raise Fault("Expected a range as [1..3], but the text is none.")
    start, end = _end(node.start), _end(node.end)
    order = compare(start, end)
    if order is None:
        raise Fault(
            f"Expected two ends of one ordered type, but got {described(start)} and {described(end)}."
        )
    if order > 0:
        raise Fault("Expected an end that is not before the start, but it is.")
    return Range(start, end, node.start_included, node.end_included)


def _end(node: Node) -> Value:
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Call) and isinstance(node.function, Name) and len(node.positional) == 1:
        reader = _READERS.get(node.function.name)
        argument = node.positional[0]
        if reader is not None and isinstance(argument, Literal) and isinstance(argument.value, str):
            return reader(argument.value)
    raise Fault("Expected literals as the ends of a range, but got another expression.")
