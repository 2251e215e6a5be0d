"""How times, and dates and times, lie to each other: by whole seconds, at their offsets from UTC.

Python's own comparison is not asked where a zone has summer time: there it calls nothing equal to an hour
that comes twice. Source: DMN 1.5, clauses 10.3.2.3.4, 10.3.2.3.6 and 10.3.2.13.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime

from engine.feel.far import (
    AnyMoment,
    AnyTime,
    FarDateTime,
    clock_of,
    offset_of_time,
    ordinal_of,
)
from engine.feel.zones import share_offset, whole_seconds, zone_name


def order_of_moments(left: AnyMoment, right: AnyMoment, *, lending: bool) -> int | None:
    """-1, 0 or 1. If only one has an offset, it lends it to the other, or the result is None."""
    if isinstance(left, datetime) and isinstance(right, datetime) and share_offset(left, right):
        one = left.replace(microsecond=0) if left.microsecond else left
        other = right.replace(microsecond=0) if right.microsecond else right
        return (one > other) - (one < other)
    one_seconds, one_offset = _moment(left)
    other_seconds, other_offset = _moment(right)
    return _order(one_seconds, one_offset, other_seconds, other_offset, lending=lending)


def order_of_times(left: AnyTime, right: AnyTime, *, lending: bool) -> int | None:
    """As `order_of_moments`; a time in a zone with summer time has no offset, but the same zone is one."""
    one, one_offset = _time(left)
    other, other_offset = _time(right)
    if one_offset is None and other_offset is None and left.tzinfo != right.tzinfo and not lending:
        return None
    return _order(one, one_offset, other, other_offset, lending=lending)


def reading(value: AnyMoment | AnyTime) -> Hashable:
    """The same for two values exactly if they are equal without lending."""
    if isinstance(value, datetime | FarDateTime):
        seconds, offset = _moment(value)
        return (seconds, False) if offset is None else (seconds - offset, True)
    seconds, offset = _time(value)
    return (seconds, value.tzinfo, False) if offset is None else (seconds - offset, None, True)


def exact_reading(value: AnyMoment | AnyTime) -> Hashable:
    """The same for two values exactly if they show the same on the clocks of the same zone or offset."""
    day = ordinal_of(value) if isinstance(value, datetime | FarDateTime) else 0
    # A name decides the offset, but for the hour that comes twice.
    return day, clock_of(value), zone_name(value.tzinfo), value.utcoffset()


def _moment(value: AnyMoment) -> tuple[int, int | None]:
    """Seconds on the value's own clocks, and the offset."""
    offset = value.utcoffset()
    seconds = ordinal_of(value) * 86_400 + value.hour * 3_600 + value.minute * 60 + value.second
    return seconds, None if offset is None else whole_seconds(offset)


def _time(value: AnyTime) -> tuple[int, int | None]:
    offset = offset_of_time(value)
    seconds = value.hour * 3_600 + value.minute * 60 + value.second
    return seconds, None if offset is None else whole_seconds(offset)


def _order(
    one: int, one_offset: int | None, other: int, other_offset: int | None, *, lending: bool
) -> int | None:
    if one_offset is not None and other_offset is not None:
        one, other = one - one_offset, other - other_offset
    elif one_offset is not other_offset and not lending:
        return None
    return (one > other) - (one < other)
