"""FEEL values to JSON and back.

Three directions: `from_json` for what comes in, `to_json`/`from_stored` for what is stored and must come
back exactly, `to_plain_json` for people and departments.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, DecimalException
from typing import Any

from engine.errors import InvalidArgument
from engine.feel.far import FarDateTime, second_of_two_hours
from engine.feel.limits import MAX_STORED_VALUES
from engine.feel.numbers import number_text
from engine.feel.temporal_text import (
    date_and_time_from_text,
    date_from_text,
    duration_from_text,
    temporal_text,
    time_from_text,
)
from engine.feel.text import literal_of
from engine.feel.values import (
    CONTEXT,
    DATE,
    DATE_AND_TIME,
    DAYS_AND_TIME,
    LIST,
    NUMBER,
    RANGE,
    TIME,
    YEARS_AND_MONTHS,
    Range,
    Temporal,
    Value,
    kind,
    weight,
)

Json = Any
"""None, bool, int, float, str, list or dict with string keys, as orjson reads and writes."""

TAG = "@feel"
_ESCAPED = "escaped context"
_FOLD = "second of two equal hours"
"""When summer time ends an hour comes twice, and ISO 8601 with the name of a zone means the first."""
_INT64 = 2**63


def from_json(value: Json) -> Value:
    """`value` with floats as exact decimals; the same object where nothing needs converting.

    Raises InvalidArgument for a float that is not finite and for anything that is not JSON.
    """
    return _guarded(_from_json, value)


def _from_json(value: Json) -> Value:
    kind_of_value = type(value)
    if kind_of_value is str or kind_of_value is int or kind_of_value is bool or value is None:
        return value
    if kind_of_value is float:
        return _decimal(value)
    if kind_of_value is list:
        for index, item in enumerate(value):
            converted = _from_json(item)
            if converted is not item:
                return [*value[:index], converted, *map(_from_json, value[index + 1 :])]
        return value
    if kind_of_value is dict:
        changed = {
            key: converted for key, item in value.items() if (converted := _from_json(item)) is not item
        }
        return {**value, **changed} if changed else value
    raise InvalidArgument(f"Expected a JSON value, but got {kind_of_value.__name__}.")


def to_json(value: Value) -> Json:
    """`value` for storage: `from_stored` restores it exactly.

    Decimals become an int if they fit 64 bits, a float if that float reads back as the same number, or
    else {"@feel": "number", "value": text}; temporal values and ranges are tagged in the same way.

    Raises InvalidArgument for functions, which live only as long as their evaluation.
    """
    return _guarded(_to_json, value)


def _to_json(value: Value) -> Json:
    if value is None or isinstance(value, bool):
        return value
    if type(value) is str:
        return value
    match value:
        case int():
            return value if -_INT64 <= value < _INT64 else {TAG: NUMBER, "value": str(value)}
        case str():
            return str(value)
        case Decimal():
            return _number_to_json(value)
        case list():
            return [_to_json(item) for item in value]
        case dict():
            encoded = {key: _to_json(item) for key, item in value.items()}
            return {TAG: _ESCAPED, "value": encoded} if TAG in value else encoded
        case Range():
            ends = {
                "start": _to_json(value.start),
                "end": _to_json(value.end),
                "start included": value.start_included,
                "end included": value.end_included,
            }
            return {TAG: RANGE, "value": {**ends, "operator": value.operator} if value.operator else ends}
    if isinstance(value, Temporal):
        stored: Json = {TAG: kind(value), "value": temporal_text(value)}
        if isinstance(value, datetime | FarDateTime) and value.fold:
            stored[_FOLD] = True
        return stored
    raise _not_storable(value)


def from_stored(value: Json) -> Value:
    """What `to_json` was given. Raises InvalidArgument if no `to_json` wrote it."""
    return _guarded(_from_stored, value)


def _from_stored(value: Json) -> Value:
    if isinstance(value, list):
        return [_from_stored(item) for item in value]
    if isinstance(value, dict):
        if TAG in value:
            return _from_tagged(value)
        return {key: _from_stored(item) for key, item in value.items()}
    return _from_json(value)


def to_plain_json(value: Value) -> Json:
    """`value` for people and departments: temporal values in ISO 8601, numbers that JSON's readers
    would round as text, ranges as FEEL writes them.

    Raises InvalidArgument for functions.
    """
    return _guarded(_to_plain_json, value)


def _to_plain_json(value: Value) -> Json:
    encoded_kind = kind(value)
    if encoded_kind == LIST:
        return [_to_plain_json(item) for item in value]
    if encoded_kind == CONTEXT:
        return {key: _to_plain_json(item) for key, item in value.items()}
    if encoded_kind == NUMBER:
        encoded = _to_json(value)
        return number_text(value) if isinstance(encoded, dict) else encoded
    if encoded_kind == RANGE:
        return literal_of(value)
    if isinstance(value, Temporal):
        return temporal_text(value)
    return _to_json(value)


def _guarded(convert: Callable[[Any], Any], value: Any) -> Any:
    # Before the walk: sixty times [x, x] is small in memory and endless as JSON.
    if weight(value, limit=MAX_STORED_VALUES) > MAX_STORED_VALUES:
        raise InvalidArgument(f"Expected at most {MAX_STORED_VALUES} values in one, but there are more.")
    try:
        return convert(value)
    except RecursionError as error:
        raise InvalidArgument("Expected a value of bounded depth, but it is nested too deep.") from error


def _number_to_json(value: Decimal) -> Json:
    if not value.is_finite():
        raise _not_storable(value)
    # Digits before the point: 19 are the most that 64 bits hold, and int() of 1E+6144 is slow.
    if value.adjusted() < 19 and value == value.to_integral_value():
        whole = int(value)
        if -_INT64 <= whole < _INT64:
            return whole
    binary = float(value)
    if Decimal(repr(binary)) == value:
        return binary
    return {TAG: NUMBER, "value": str(value)}


def _decimal(value: float) -> Decimal:
    try:
        decimal = Decimal(repr(value))
    except DecimalException as error:  # pragma: no cover - repr of a float is always a number
        raise InvalidArgument(f"Expected a number, but got {value}.") from error
    if not decimal.is_finite():
        raise InvalidArgument(f"Expected a finite number, but got {value}.")
    return decimal


def _stored_decimal(text: str) -> Decimal | int | None:
    digits = text.removeprefix("-")
    try:
        number = int(text) if digits.isascii() and digits.isdigit() else Decimal(text)
    except (DecimalException, ValueError):
        return None
    return number if isinstance(number, int) or number.is_finite() else None


_READERS: dict[str, Callable[[str], Value]] = {
    NUMBER: _stored_decimal,
    DATE: date_from_text,
    TIME: time_from_text,
    DATE_AND_TIME: date_and_time_from_text,
    DAYS_AND_TIME: duration_from_text,
    YEARS_AND_MONTHS: duration_from_text,
}


def _from_tagged(tagged: dict[str, Json]) -> Value:
    name, body = tagged.get(TAG), tagged.get("value")
    if name == _ESCAPED and isinstance(body, dict):
        return {key: _from_stored(item) for key, item in body.items()}
    if name == RANGE and isinstance(body, dict):
        try:
            return Range(
                _from_stored(body["start"]),
                _from_stored(body["end"]),
                body["start included"],
                body["end included"],
                body.get("operator", ""),
            )
        except KeyError as error:
            raise InvalidArgument(f"Expected a stored range with {error}, but it has none.") from error
    reader = _READERS.get(name) if isinstance(name, str) else None
    value = reader(body) if reader is not None and isinstance(body, str) else None
    if value is None:
        raise InvalidArgument(f"Expected a stored FEEL value, but {name!r} has none that can be read.")
    if tagged.get(_FOLD) is True and isinstance(value, datetime | FarDateTime):
        return second_of_two_hours(value)
    return value


def _not_storable(value: Value) -> InvalidArgument:
    return InvalidArgument(f"Expected a value that can be stored, but got a {kind(value)}.")
