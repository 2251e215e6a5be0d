"""JSON to and from departments, bounded on both ways."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import httpx
import orjson

from adapters.job_contract import RequestField
from adapters.unfit import UnfitAnswer, UnfitRequest

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32


def fields_of(variables: Mapping[str, Any], fields: tuple[RequestField, ...]) -> dict[str, Any]:
    """The variables to send, by name. Raises UnfitRequest if a required one is missing."""
    missing = [field.name for field in fields if field.name not in variables and not field.optional]
    if missing:
        raise UnfitRequest(
            f"Expected the variables {', '.join(missing)} to send, but the case has none; "
            f"write {missing[0] + '?'!r} in the contract if it may be absent."
        )
    return {field.name: variables[field.name] for field in fields if field.name in variables}


def encode_body(values: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys, so that every attempt sends the same bytes. Raises UnfitRequest."""
    if problem := _problem_in(values):
        raise UnfitRequest(f"Expected data that JSON can carry, but found {problem}.")
    try:
        body = orjson.dumps(values, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        raise UnfitRequest("Expected data that JSON can carry, but a value is of another kind.") from error
    if len(body) > MAX_BYTES:
        raise UnfitRequest(f"Expected at most {MAX_BYTES} bytes to send, but got {len(body)}.")
    return body


def encode_query(values: Mapping[str, Any]) -> httpx.QueryParams:
    """A query string: lists repeat their name, null is left out. Raises UnfitRequest."""
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        for item in value if isinstance(value, list) else [value]:
            if item is None:
                continue
            if not isinstance(item, str | int | float) or _problem_in(item):
                raise UnfitRequest(f"Expected text, numbers or truth values in query variable {name!r}.")
            pairs.append((name, item if isinstance(item, str) else orjson.dumps(item).decode()))
    return httpx.QueryParams(tuple(pairs))


def decode_object(content: bytes) -> dict[str, Any]:
    """The JSON object in `content`.

    Raises UnfitAnswer; retryable only if it is no JSON at all, as from a proxy's maintenance page.
    """
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise UnfitAnswer("Expected a JSON answer, but it is not JSON.", retryable=True) from error
    if not isinstance(value, dict):
        raise UnfitAnswer(
            "Expected a JSON object as answer, but it is another kind of value.", retryable=False
        )
    if problem := _problem_in(value):
        raise UnfitAnswer(f"Expected an answer that can be stored, but found {problem}.", retryable=False)
    return value


def _problem_in(value: object) -> str | None:
    """What PostgreSQL or a department could not take; walks without recursion, so depth cannot hurt."""
    waiting: list[tuple[object, int]] = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, str):
            if "\x00" in item:
                return "a NUL character"
            if not item.isascii() and any("\ud800" <= character <= "\udfff" for character in item):
                return "half a surrogate pair"
        elif isinstance(item, float):
            # orjson reads a whole number beyond 64 bits as a float: it would come back changed.
            if not math.isfinite(item) or abs(item) >= 2**63:
                return "a number that is not finite or too large"
        elif isinstance(item, Mapping | list):
            if depth >= MAX_DEPTH:
                return f"more than {MAX_DEPTH} levels"
            children = [*item.keys(), *item.values()] if isinstance(item, Mapping) else item
            waiting.extend((child, depth + 1) for child in children)
    return None
