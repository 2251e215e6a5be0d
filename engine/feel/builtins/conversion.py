"""Conversion, booleans and defaults. Source: DMN 1.5, clauses 10.3.4.1 and 10.3.4.2, and Camunda 8."""

from __future__ import annotations

from engine.feel.builtins.signature import Library
from engine.feel.errors import Fault
from engine.feel.numbers import Number, number_from_text
from engine.feel.run import Run
from engine.feel.text import text_of
from engine.feel.values import Value, described
from engine.feel.values import same as same_value

LIBRARY = Library()


@LIBRARY.function(
    "number", "from: string, grouping separator: string|null?, decimal separator: string|null? -> number"
)
def number(run: Run, text: str, grouping: str | None, point: str | None) -> Number:
    if grouping not in (None, " ", ",", "."):
        raise Fault("Expected ' ', ',' or '.' as 'grouping separator', but got another.")
    if point not in (None, ",", "."):
        raise Fault("Expected ',' or '.' as 'decimal separator', but got another.")
    if point is not None and point == grouping:
        raise Fault("Expected two different separators, but they are the same.")
    plain = text.replace(grouping, "") if grouping else text
    if point == ",":
        if "." in plain:
            raise Fault("Expected a number, but the text is none.")
        plain = plain.replace(",", ".")
    result = number_from_text(plain)
    if result is None or plain.startswith("+"):
        raise Fault("Expected a number, but the text is none.")
    return result


@LIBRARY.function("string", "from: any -> string")
def string(run: Run, value: Value) -> str | None:
    if value is None:
        return None
    run.weigh(value)
    return run.text(text_of(value))


@LIBRARY.function("not", "negand: any -> boolean")
def negation(run: Run, negand: Value) -> bool | None:
    """Null for everything but a boolean (table 71)."""
    if isinstance(negand, list) and len(negand) == 1:
        negand = negand[0]
    if negand is None:
        return None
    if not isinstance(negand, bool):
        raise Fault(f"Expected a boolean, but got {described(negand)}.")
    return not negand


def same(run: Run, one: Value, other: Value = None) -> bool:
    """The same value of the same type, and for times also the same zone."""
    run.weigh(one)
    return same_value(one, other)


LIBRARY.function("is", "value1: any, value2: any -> boolean")(same)
# The public kit asks that a value which is left out counts as null here.
LIBRARY.function("is", "value1: any -> boolean")(same)
LIBRARY.function("is", "value2: any -> boolean")(same)


@LIBRARY.function("get or else", "value: any, default: any -> any")
def get_or_else(run: Run, value: Value, default: Value) -> Value:
    """Camunda's."""
    return default if value is None else value


@LIBRARY.function("is defined", "value: any -> boolean")
def is_defined(run: Run, value: Value) -> bool:
    """Camunda's. The compiler answers for names and paths, which may be there and null."""
    return value is not None
