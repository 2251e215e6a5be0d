"""FEEL values as one would write them, over several lines where they are long; and the names of their types.

What `engine.feel.text` writes is for the function `string`; here everything but a function can be read
back: temporal values are at-literals, strings are escaped, keys are quoted where they have to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from rich.cells import cell_len

from engine.feel import Function, Range, Value, kind
from engine.feel.stream import RESERVED
from engine.feel.text import literal_of
from engine.feel.types import type_of_function
from engine.feel.values import (
    DATE,
    DATE_AND_TIME,
    DAYS_AND_TIME,
    FUNCTION,
    LIST,
    NULL,
    RANGE,
    TIME,
    YEARS_AND_MONTHS,
)

MAX_LINES = 400
"""Of one value; a machine takes all of it as JSON."""
MAX_DEPTH = 60
_LOOKED_AT = 1_000
"""Items of a list whose kinds make its type."""
_TEMPORAL = frozenset({DATE, DATE_AND_TIME, DAYS_AND_TIME, TIME, YEARS_AND_MONTHS})
_INDENT = "  "
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def notation(value: Value, *, width: int) -> str:
    """One line where it fits into `width` cells or has no parts, else a line for each part.

    What is deeper or longer than a person reads is cut with "…". Takes time linear in what is shown.
    """
    return "\n".join(_Writer(width).lines(value, "", "", 0))


def type_text(value: Value) -> str:
    """`number`, `list<string>`, `range<date>`, `function<number> -> Any`, as after `instance of`."""
    name = kind(value)
    if name == LIST:
        kinds = {kind(item) for item in islice(value, _LOOKED_AT)} - {NULL}
        if len(value) > _LOOKED_AT or not kinds:
            return LIST
        only = kinds.pop() if len(kinds) == 1 else "Any"
        return f"list<{only}>" if only != FUNCTION else LIST
    if name == RANGE:
        bound = value.start if value.start is not None else value.end
        return f"range<{kind(bound)}>" if bound is not None else RANGE
    if name == FUNCTION and value.parameter_types is not None:
        return type_of_function(value).name
    return name


def key_text(key: str) -> str:
    plain = key.replace(" ", "_").isidentifier() and not RESERVED.intersection(key.split(" "))
    return key if plain and key == " ".join(key.split()) else _string(key)


class _Writer:
    def __init__(self, width: int) -> None:
        self.width = width
        self.left = MAX_LINES

    def lines(self, value: Value, before: str, after: str, depth: int) -> Iterator[str]:
        """`before` stands in front of the first line, indent and key; `after` behind the last."""
        room = max(self.width - cell_len(before) - len(after), 20)
        parts = _parts(value)
        whole = _one_line(value, room)
        if whole is not None or not parts or depth >= MAX_DEPTH:
            self.left -= 1
            yield before + (whole if whole is not None else "…" if parts else _scalar(value)) + after
            return
        indent = _INDENT * (depth + 1)
        self.left -= 1
        yield before + ("[" if type(value) is list else "{")
        for number, (key, item) in enumerate(parts):
            if self.left <= 0:
                yield f"{indent}… // {len(parts) - number}"
                break
            comma = "," if number < len(parts) - 1 else ""
            yield from self.lines(item, indent + key, comma, depth + 1)
        yield _INDENT * depth + ("]" if type(value) is list else "}") + after


def _parts(value: Value) -> list[tuple[str, Value]]:
    if type(value) is list:
        return [("", item) for item in value]
    if type(value) is dict:
        return [(f"{key_text(key)}: ", item) for key, item in value.items()]
    return []


def _one_line(value: Value, room: int) -> str | None:
    """None if it takes more than `room` cells; looks at no more of `value` than fits."""
    found = []
    for piece in _pieces(value, 0):
        room -= cell_len(piece)
        if room < 0:
            return None
        found.append(piece)
    return "".join(found)


def _pieces(value: Value, depth: int) -> Iterator[str]:
    if depth > MAX_DEPTH:
        yield "…"
    elif type(value) is list:
        yield "["
        yield from _joined((("", item) for item in value), depth)
        yield "]"
    elif type(value) is dict:
        yield "{"
        yield from _joined(((f"{key_text(key)}: ", item) for key, item in value.items()), depth)
        yield "}"
    else:
        yield _scalar(value)


def _joined(parts: Iterable[tuple[str, Value]], depth: int) -> Iterator[str]:
    for number, (key, item) in enumerate(parts):
        yield f", {key}" if number else key
        yield from _pieces(item, depth + 1)


def _scalar(value: Value) -> str:
    match value:
        case str():
            return _string(value)
        case Range():
            return _range(value)
        case Function() if value.parameter_types is not None:
            pairs = zip(value.parameters, value.parameter_types, strict=True)
            return f"function({', '.join(f'{name}: {type_.name}' for name, type_ in pairs)})"
    text = literal_of(value)
    return f'@"{text}"' if kind(value) in _TEMPORAL else text


def _range(value: Range) -> str:
    if value.operator:
        return f"({value.operator} {_scalar(value.start)})"
    if value.start is None and value.end is not None:
        return f"({'<=' if value.end_included else '<'} {_scalar(value.end)})"
    if value.end is None and value.start is not None:
        return f"({'>=' if value.start_included else '>'} {_scalar(value.start)})"
    low, high = "[" if value.start_included else "(", "]" if value.end_included else ")"
    return f"{low}{_scalar(value.start)}..{_scalar(value.end)}{high}"


def _string(text: str) -> str:
    return f'"{"".join(map(_character, text))}"'


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:06X}"
