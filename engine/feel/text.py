"""Values as text, for the function `string`. Source: DMN 1.5, clause 10.3.4.1, `string(from)`."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

from engine.feel.numbers import number_text
from engine.feel.temporal import temporal_text
from engine.feel.values import Function, Range, Value, YearsMonths


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
        case date() | time() | timedelta() | YearsMonths():
            return temporal_text(value)
        case Range():
            low = "[" if value.start_included else "("
            high = "]" if value.end_included else ")"
            return f"{low}{literal_of(value.start)}..{literal_of(value.end)}{high}"
        case Function():
            return f"function({', '.join(value.parameters)})"
    return "null"
