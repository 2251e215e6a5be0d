"""Functions on strings. Source: DMN 1.5, clause 10.3.4.3 (table 73); XQuery functions 3.1, clause 5.6."""

from __future__ import annotations

from engine.feel.builtins.signature import Library
from engine.feel.errors import Fault
from engine.feel.numbers import Number, whole
from engine.feel.patterns import Pattern, pattern
from engine.feel.run import Run
from engine.feel.values import Value, described

LIBRARY = Library()

_DIGITS = "0123456789"


@LIBRARY.function("substring", "string: string, start position: number, length: number? -> string")
def substring(run: Run, string: str, start: Number, length: Number | None) -> str:
    first = whole(start)
    if first is None or first == 0:
        raise Fault("Expected a whole number other than 0 as 'start position', but it is none.")
    begin = first - 1 if first > 0 else max(len(string) + first, 0)
    if length is None:
        return string[begin:]
    if length < 1:
        raise Fault("Expected a number from 1 upwards as 'length', but it is smaller.")
    return string[begin : begin + int(length)]


@LIBRARY.function("string length", "string: string -> number")
def string_length(run: Run, string: str) -> int:
    return len(string)


@LIBRARY.function("upper case", "string: string -> string")
def upper_case(run: Run, string: str) -> str:
    return run.text(string.upper())


@LIBRARY.function("lower case", "string: string -> string")
def lower_case(run: Run, string: str) -> str:
    return run.text(string.lower())


@LIBRARY.function("trim", "string: string -> string")
def trim(run: Run, string: str) -> str:
    """Camunda's."""
    return string.strip()


@LIBRARY.function("contains", "string: string, match: string -> boolean")
def contains(run: Run, string: str, match: str) -> bool:
    return match in string


@LIBRARY.function("starts with", "string: string, match: string -> boolean")
def starts_with(run: Run, string: str, match: str) -> bool:
    return string.startswith(match)


@LIBRARY.function("ends with", "string: string, match: string -> boolean")
def ends_with(run: Run, string: str, match: str) -> bool:
    return string.endswith(match)


@LIBRARY.function("substring before", "string: string, match: string -> string")
def substring_before(run: Run, string: str, match: str) -> str:
    before, found, _after = string.partition(match) if match else ("", "", "")
    return before if found else ""


@LIBRARY.function("substring after", "string: string, match: string -> string")
def substring_after(run: Run, string: str, match: str) -> str:
    return string.partition(match)[2] if match else string


@LIBRARY.function("string join", "list: list, delimiter: string|null? -> string")
def string_join(run: Run, items: list[Value], delimiter: str | None) -> str:
    for item in items:
        if item is not None and not isinstance(item, str):
            raise Fault(f"Expected a list of strings, but it has {described(item)}.")
    parts = [item for item in items if item is not None]
    separator = delimiter or ""
    # Counted before joining: ten thousand items of 64 KiB must not be built first.
    run.charge((sum(map(len, parts)) + len(separator) * len(parts)) >> 6)
    return run.text(separator.join(parts))


@LIBRARY.function(
    "string join", "list: list, delimiter: string|null, prefix: string|null, suffix: string|null -> string"
)
def string_join_within(
    run: Run, items: list[Value], delimiter: str | None, prefix: str | None, suffix: str | None
) -> str:
    """Camunda's: with something in front and behind."""
    return run.text(f"{prefix or ''}{string_join(run, items, delimiter)}{suffix or ''}")


@LIBRARY.function("matches", "input: string, pattern: string, flags: string|null? -> boolean")
def matches(run: Run, string: str, expression: str, flags: str | None) -> bool:
    return pattern(expression, flags=flags or "").found(run, string)


@LIBRARY.function(
    "replace", "input: string, pattern: string, replacement: string, flags: string|null? -> string"
)
def replace(run: Run, string: str, expression: str, replacement: str, flags: str | None) -> str:
    compiled = _never_empty(run, pattern(expression, flags=flags or ""))
    literal = flags is not None and "q" in flags
    template = [replacement] if literal else _template(replacement, compiled.groups)
    parts: list[str] = []
    end = 0
    for spans in compiled.spans(run, string):
        # A group that took part in nothing is (-1, -1), which cuts out the empty string.
        filled = "".join(part if isinstance(part, str) else string[slice(*spans[part])] for part in template)
        parts += [string[end : spans[0][0]], filled]
        end = spans[0][1]
        run.charge(1 + (len(filled) >> 6))
    return run.text("".join([*parts, string[end:]]))


@LIBRARY.function("split", "string: string, delimiter: string -> list")
def split(run: Run, string: str, delimiter: str) -> list[Value]:
    pieces: list[Value] = []
    end = 0
    for spans in _never_empty(run, pattern(delimiter)).spans(run, string):
        pieces.append(string[end : spans[0][0]])
        end = spans[0][1]
    return run.items([*pieces, string[end:]])


@LIBRARY.function("extract", "string: string, pattern: string -> list")
def extract(run: Run, string: str, expression: str) -> list[Value]:
    """Camunda's: every match, in order."""
    return run.items([string[slice(*spans[0])] for spans in pattern(expression).spans(run, string)])


def _never_empty(run: Run, compiled: Pattern) -> Pattern:
    if compiled.found(run, ""):
        raise Fault("Expected a pattern that matches at least one character, but it matches none.")
    return compiled


def _template(replacement: str, groups: int) -> list[str | int]:
    r"""Text and group numbers: $0 is all of the match, \$ and \\ are the characters themselves.

    `$12` is group 12 if there are as many, or else group 1 and the digit 2.
    Raises Fault for any other `$` or backslash. Source: XQuery functions 3.1, clause 5.6.4.
    """
    parts: list[str | int] = []
    index = 0
    while index < len(replacement):
        character = replacement[index]
        following = replacement[index + 1 : index + 2]
        index += 1
        if character == "\\":
            if following not in ("$", "\\"):
                raise Fault(r"Expected \\ or \$ in 'replacement', but a backslash stands alone.")
            parts.append(following)
            index += 1
        elif character == "$":
            if not following or following not in _DIGITS:
                raise Fault(r"Expected a digit behind $ in 'replacement', or \$, but there is none.")
            number = int(following)
            index += 1
            while index < len(replacement) and replacement[index] in _DIGITS:
                longer = number * 10 + int(replacement[index])
                if longer > groups:
                    break
                number = longer
                index += 1
            parts.append(number if number <= groups else "")
        else:
            parts.append(character)
    return parts
