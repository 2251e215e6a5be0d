"""A short piece of a department's answer for the operator, without what it repeats of the case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

MAX_LENGTH = 200
_WINDOW = 4096
_MASK = "***"
_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
# Identity numbers, phones, accounts: nothing of six digits and more helps to mend a call.
_LONG_NUMBER = re.compile(r"\d{6,}[Xx]?")
_MESSAGE_KEYS = ("message", "msg", "error", "detail", "title")


def excerpt_of(content: bytes, *, variables: Mapping[str, Any]) -> str:
    """At most 200 characters on one line: code and message of a JSON answer, else the text without tags.

    Values of `variables` that it repeats, and numbers of six digits or more, become "***".
    Empty if there is nothing to say.
    """
    text = _SPACE.sub(" ", _TAG.sub(" ", _text_of(content)))
    for value in sorted(_values_in(variables), key=len, reverse=True):
        text = text.replace(value, _MASK)
    text = _LONG_NUMBER.sub(_MASK, text).strip()
    return text if len(text) <= MAX_LENGTH else f"{text[: MAX_LENGTH - 1]}…"


def answer_code(answer: object) -> str | None:
    """The top-level "code" of an answer as text; None if it has none."""
    code = answer.get("code") if isinstance(answer, dict) else None
    return str(code) if isinstance(code, str | int) and not isinstance(code, bool) else None


def _text_of(content: bytes) -> str:
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError:
        return content[:_WINDOW].decode(errors="replace")
    if not isinstance(answer, dict):
        return ""
    code = answer_code(answer)
    message = next((answer[key] for key in _MESSAGE_KEYS if isinstance(answer.get(key), str)), None)
    return ": ".join(part[:_WINDOW] for part in (code, message) if part)


def _values_in(variables: Mapping[str, Any]) -> Iterator[str]:
    """Every text of two characters and more, and every number of four digits and more."""
    waiting: list[object] = [variables]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Mapping):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, str):
            text = _SPACE.sub(" ", item[:_WINDOW]).strip()
            if len(text) >= 2:
                yield text
        elif isinstance(item, int | float) and not isinstance(item, bool) and abs(item) >= 1000:
            yield str(item)
