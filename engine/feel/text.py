"""Values as text, for the function `string`. Source: DMN 1.5, clause 10.3.4.1, `string(from)`."""

from __future__ import annotations

from decimal import Decimal

from engine.feel.numbers import number_text
from engine.feel.temporal_text import temporal_text
from engine.feel.values import Function, Range, Temporal, Value


def text_of(value: Value) -> str:
    """A string as it is; anything else as one would write it in an expression."""
    return value if isinstance(value, str) else literal_of(value)


def literal_of(value: Value) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return number_text(value)
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case list():
            return f"[{', '.join(map(literal_of, value))}]"
        case dict():
            return f"{{{', '.join(f'{key}: {literal_of(item)}' for key, item in value.items())}}}"
        case Range():
            return _range_text(value)
        case Function():
            return f"function({', '.join(value.parameters)})"
    return temporal_text(value) if isinstance(value, Temporal) else "null"


def _range_text(value: Range) -> str:
    if value.operator:
        return f"({value.operator} {literal_of(value.start)})"
    if value.start is None:
        return f"(<{'=' if value.end_included else ''} {literal_of(value.end)})"
    if value.end is None:
        return f"(>{'=' if value.start_included else ''} {literal_of(value.start)})"
    low = "[" if value.start_included else "("
    high = "]" if value.end_included else ")"
    return f"{low}{literal_of(value.start)}..{literal_of(value.end)}{high}"
