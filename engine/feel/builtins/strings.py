"""Functions on strings. Source: DMN 1.5, clause 10.3.4.3 (table 72).

Regular expressions run on RE2: linear time, no back-references and no look-around; what RE2 refuses
is null with a diagnostic.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

from engine.feel.builtins.signature import Library
from engine.feel.errors import Fault
from engine.feel.limits import MAX_PATTERN_CHARACTERS, MAX_REGEX_MEMORY_BYTES, FeelLimitExceeded
from engine.feel.numbers import Number, whole
from engine.feel.run import Run
from engine.feel.values import Value, described

LIBRARY = Library()


@LIBRARY.function("substring", "string: string, start position: number, length: number?")
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


@LIBRARY.function("string length", "string: string")
def string_length(run: Run, string: str) -> int:
    return len(string)


@LIBRARY.function("upper case", "string: string")
def upper_case(run: Run, string: str) -> str:
    return run.text(string.upper())


@LIBRARY.function("lower case", "string: string")
def lower_case(run: Run, string: str) -> str:
    return run.text(string.lower())


@LIBRARY.function("trim", "string: string")
def trim(run: Run, string: str) -> str:
    return string.strip()


@LIBRARY.function("contains", "string: string, match: string")
def contains(run: Run, string: str, match: str) -> bool:
    return match in string


@LIBRARY.function("starts with", "string: string, match: string")
def starts_with(run: Run, string: str, match: str) -> bool:
    return string.startswith(match)


@LIBRARY.function("ends with", "string: string, match: string")
def ends_with(run: Run, string: str, match: str) -> bool:
    return string.endswith(match)


@LIBRARY.function("substring before", "string: string, match: string")
def substring_before(run: Run, string: str, match: str) -> str:
    before, found, _after = string.partition(match) if match else ("", "", "")
    return before if found else ""


@LIBRARY.function("substring after", "string: string, match: string")
def substring_after(run: Run, string: str, match: str) -> str:
    return string.partition(match)[2] if match else string


@LIBRARY.function("string join", "list: list, delimiter: string|null?")
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
    "string join", "list: list, delimiter: string|null, prefix: string|null, suffix: string|null"
)
def string_join_within(
    run: Run, items: list[Value], delimiter: str | None, prefix: str | None, suffix: str | None
) -> str:
    """Camunda's: with something in front and behind."""
    return run.text(f"{prefix or ''}{string_join(run, items, delimiter)}{suffix or ''}")


@LIBRARY.function("matches", "input: string, pattern: string, flags: string|null?")
def matches(run: Run, string: str, pattern: str, flags: str | None) -> bool:
    return _compiled(run, string, pattern, flags).search(string) is not None


@LIBRARY.function("replace", "input: string, pattern: string, replacement: string, flags: string|null?")
def replace(run: Run, string: str, pattern: str, replacement: str, flags: str | None) -> str:
    compiled = _compiled(run, string, pattern, flags)
    template = _template(replacement, compiled.groups)
    parts: list[str] = []
    end = 0
    for match in compiled.finditer(string):
        if match.start() == match.end():
            raise Fault("Expected a pattern that matches at least one character, but it matches none.")
        filled = "".join(part if isinstance(part, str) else match.group(part) or "" for part in template)
        parts += [string[end : match.start()], filled]
        end = match.end()
        run.charge(1 + (len(filled) >> 6))
    return run.text("".join([*parts, string[end:]]))


@LIBRARY.function("split", "string: string, delimiter: string")
def split(run: Run, string: str, delimiter: str) -> list[Value]:
    return run.items(_pieces(run, string, delimiter))


def _pieces(run: Run, string: str, delimiter: str) -> list[Value]:
    pieces: list[Value] = []
    end = 0
    for match in _compiled(run, string, delimiter, None).finditer(string):
        if match.start() == match.end():
            raise Fault("Expected a delimiter that matches at least one character, but it matches none.")
        pieces.append(string[end : match.start()])
        end = match.end()
    return [*pieces, string[end:]]


@LIBRARY.function("extract", "string: string, pattern: string")
def extract(run: Run, string: str, pattern: str) -> list[Value]:
    """Camunda's: every match, in order."""
    return run.items([match.group(0) for match in _compiled(run, string, pattern, None).finditer(string)])


def _compiled(run: Run, string: str, pattern: str, flags: str | None) -> Any:
    if len(pattern) > MAX_PATTERN_CHARACTERS:
        raise FeelLimitExceeded("characters in a pattern", limit=MAX_PATTERN_CHARACTERS)
    if not string.isascii():
        _encodable(string)
    # RE2 is linear in text times pattern: charge for both.
    run.charge(1 + (len(string) * (1 + len(pattern) // 16) >> 6))
    options = "".join(dict.fromkeys(flags or ""))
    if not set(options) <= set("smix"):
        raise Fault("Expected only the flags s, m, i and x, but got others.")
    pattern = _translated(pattern, blanks_count="x" not in options, dot_is_all="s" in options)
    options = options.replace("x", "")
    return _cached(f"(?{options}){pattern}" if options else pattern)


def _encodable(string: str) -> None:
    try:
        string.encode()
    except UnicodeEncodeError as error:
        raise Fault("Expected a string of whole characters, but it has half a surrogate pair.") from error


def _translated(pattern: str, *, blanks_count: bool, dot_is_all: bool) -> str:
    """An XPath pattern for RE2: blanks dropped if they do not count, a dot that is no line end.

    Raises Fault for class subtraction, which RE2 would read as something else.
    Source: XQuery functions 3.1, clause 5.6.
    """
    kept = []
    in_class = escaped = False
    for index, character in enumerate(pattern):
        if character.isspace() and not blanks_count and not in_class:
            continue
        if in_class and character == "-" and pattern[index + 1 : index + 2] == "[":
            raise Fault("Expected a pattern without class subtraction, but it has one.")
        plain_dot = character == "." and not in_class and not escaped and not dot_is_all
        kept.append(r"[^\n\r]" if plain_dot else character)
        in_class = (in_class or (character == "[" and not escaped)) and not (
            in_class and not escaped and character == "]"
        )
        escaped = character == "\\" and not escaped
    return "".join(kept)


@lru_cache(maxsize=256)
def _cached(pattern: str) -> Any:
    options = re2.Options()
    options.max_mem = MAX_REGEX_MEMORY_BYTES
    options.log_errors = False
    try:
        return re2.compile(pattern, options=options)
    except (re2.error, UnicodeError) as error:
        raise Fault(
            "Expected a regular expression without back-references or look-around, but it is none."
        ) from error


def _template(replacement: str, groups: int) -> list[str | int]:
    r"""Text and group numbers: $0 to $9, with \$ and \\ for the characters themselves."""
    parts: list[str | int] = []
    index = 0
    while index < len(replacement):
        character = replacement[index]
        following = replacement[index + 1 : index + 2]
        if character == "\\" and following in ("$", "\\"):
            parts.append(following)
            index += 2
        elif character == "$" and following and following in "0123456789":
            number = int(following)
            parts.append(number if number <= groups else "")
            index += 2
        else:
            parts.append(character)
            index += 1
    return parts
