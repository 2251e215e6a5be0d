"""Conversion, booleans and defaults. Source: DMN 1.5, clauses 10.3.4.1 and 10.3.4.2, and Camunda 8."""

from __future__ import annotations

from engine.feel.builtins.signature import Library
from engine.feel.errors import Fault
from engine.feel.numbers import Number, number_from_text
from engine.feel.run import Run
from engine.feel.text import text_of
from engine.feel.values import Value, described, equal, kind

LIBRARY = Library()


@LIBRARY.function("number", "from: string, grouping separator: string|null?, decimal separator: string|null?")
def number(run: Run, text: str, grouping: str | None, point: str | None) -> Number:
    if (
        grouping not in (None, " ", ",", ".")
        or point not in (None, ",", ".")
        or (point and point == grouping)
    ):
        raise Fault("Expected ' ', ',' or '.' as separators and two different ones, but got others.")
    plain = text.replace(grouping, "") if grouping else text
    if point and point != ".":
        if "." in plain:
            raise Fault("Expected a number, but the text is none.")
        plain = plain.replace(point, ".")
    result = number_from_text(plain)
    if result is None or plain.startswith("+"):
        raise Fault("Expected a number, but the text is none.")
    return result


@LIBRARY.function("string", "from: any")
def string(run: Run, value: Value) -> str | None:
    if value is None:
        return None
    run.weigh(value)
    return run.text(text_of(value))


@LIBRARY.function("not", "negand: any")
def negation(run: Run, negand: Value) -> bool | None:
    """Null for everything but a boolean (table 71)."""
    if isinstance(negand, list) and len(negand) == 1:
        negand = negand[0]
    if negand is None:
        return None
    if not isinstance(negand, bool):
        raise Fault(f"Expected a boolean, but got {described(negand)}.")
    return not negand


@LIBRARY.function("is", "value1: any, value2: any")
def same(run: Run, one: Value, other: Value) -> bool:
    """The same value of the same type, and for times also the same zone."""
    run.weigh(one)
    if kind(one) != kind(other) or equal(one, other) is not True:
        return False
    # The same instant in two zones, or in a zone and at its offset, is not the same value.
    return str(getattr(one, "tzinfo", None)) == str(getattr(other, "tzinfo", None))


@LIBRARY.function("get or else", "value: any, default: any")
def get_or_else(run: Run, value: Value, default: Value) -> Value:
    return default if value is None else value


@LIBRARY.function("is defined", "value: any")
def is_defined(run: Run, value: Value) -> bool:
    return value is not None
