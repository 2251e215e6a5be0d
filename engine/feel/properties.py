"""Properties of values that are not contexts: a closed table, never Python attributes of the value.

Source: DMN 1.5, clause 10.3.2.13 (properties of temporal values and ranges).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.feel.far import DAY, HOUR, MINUTE, AnySpan, nanos_of, offset_of_time, span_of
from engine.feel.numbers import Number
from engine.feel.run import Run
from engine.feel.temporal import second_of_minute, seconds_of, weekday
from engine.feel.values import (
    DATE,
    DATE_AND_TIME,
    DAYS_AND_TIME,
    NULL,
    RANGE,
    TIME,
    YEARS_AND_MONTHS,
    Value,
    YearsMonths,
    kind,
)
from engine.feel.zones import zone_name

_Getter = Callable[[Any], Value]


def property_of(run: Run, value: Value, name: str, position: int) -> Value:
    """An entry of a context or a property of a temporal value or range; null with a diagnostic if none."""
    if type(value) is dict:
        if name in value:
            return value[name]
        return run.fault(f"Expected an entry {name!r}, but the context has none.", position, absent=True)
    value_kind = kind(value)
    getter = _PROPERTIES.get(value_kind, {}).get(name)
    if getter is not None:
        return getter(value)
    if value_kind == NULL:
        return run.fault(f"Expected a context with an entry {name!r}, but got null.", position)
    return run.fault(f"Expected a property of a {value_kind}, but {name!r} is none.", position)


def _toward_zero(part: Callable[[int], int]) -> _Getter:
    """A part of the nanoseconds; those of a negative duration are negative too."""

    def get(span: AnySpan) -> int:
        nanos = nanos_of(span)
        return part(nanos) if nanos >= 0 else -part(-nanos)

    return get


def _seconds(span: AnySpan) -> Number:
    nanos = nanos_of(span)
    rest = abs(nanos) % MINUTE
    return seconds_of(span_of(rest if nanos >= 0 else -rest))


def _years(duration: YearsMonths) -> int:
    return int(abs(duration.months) // 12 * (1 if duration.months >= 0 else -1))


_ON_DATE: Mapping[str, _Getter] = {
    "year": lambda value: value.year,
    "month": lambda value: value.month,
    "day": lambda value: value.day,
    "weekday": weekday,
}
_ON_TIME: Mapping[str, _Getter] = {
    "hour": lambda value: value.hour,
    "minute": lambda value: value.minute,
    "second": second_of_minute,
    "time offset": offset_of_time,
    "timezone": lambda value: zone_name(value.tzinfo),
}
_PROPERTIES: Mapping[str, Mapping[str, _Getter]] = {
    DATE: _ON_DATE,
    TIME: _ON_TIME,
    DATE_AND_TIME: {**_ON_DATE, **_ON_TIME, "time offset": lambda value: value.utcoffset()},
    DAYS_AND_TIME: {
        "days": _toward_zero(lambda nanos: nanos // DAY),
        "hours": _toward_zero(lambda nanos: nanos // HOUR % 24),
        "minutes": _toward_zero(lambda nanos: nanos // MINUTE % 60),
        "seconds": _seconds,
    },
    YEARS_AND_MONTHS: {
        "years": _years,
        "months": lambda value: value.months - _years(value) * 12,
    },
    RANGE: {
        "start": lambda value: value.start,
        "end": lambda value: value.end,
        "start included": lambda value: value.start_included,
        "end included": lambda value: value.end_included,
    },
}
