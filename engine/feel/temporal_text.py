"""Dates, times and durations from text and to text: what one writes, the other reads to the same value.

Seconds have up to nine decimals; a text with more is none, because it could not be kept exactly.
Source: DMN 1.5, clause 10.3.4.1 (date string, time string, date time string, duration string); XML
Schema part 2, 3.3.6 to 3.3.9 (a year has four digits, or more without leading zeros; 24:00:00 is the
midnight at the end of a day).
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo

from engine.feel.errors import Fault
from engine.feel.far import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    AnyDate,
    AnyMoment,
    AnySpan,
    AnyTime,
    FarDateTime,
    FarSpan,
    FineTime,
    clock_of,
    day_at,
    moment_at,
    nanos_of,
    offset_of_time,
    ordinal_on,
    span_of,
    time_at,
)
from engine.feel.values import MAX_MONTHS, Temporal, Value, YearsMonths
from engine.feel.zones import zone_from_text, zone_text

_OFFSET = r"Z|z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?"
_DATE = r"(?P<year>-?(?:[0-9]{4}|[1-9][0-9]{4,8}))-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_TIME = (
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?"
    rf"(?P<zone>{_OFFSET}|@[A-Za-z0-9_+/-]{{1,64}})?"
)
_DATE_ONLY = re.compile(_DATE + rf"(?P<zone>{_OFFSET})?")
_TIME_ONLY = re.compile(_TIME)
_DATE_AND_TIME = re.compile(_DATE + "T" + _TIME)
_DURATION = re.compile(
    r"(?P<sign>-)?P(?:(?P<years>[0-9]{1,12})Y)?(?:(?P<months>[0-9]{1,12})M)?(?:(?P<days>[0-9]{1,14})D)?"
    r"(?:(?P<clock>T)(?:(?P<hours>[0-9]{1,15})H)?(?:(?P<minutes>[0-9]{1,17})M)?"
    r"(?:(?P<seconds>[0-9]{1,18})(?:\.(?P<fraction>[0-9]{0,9}))?S)?)?"
)


class _NoSuchValue(Exception):
    """The text has the form, but there is no such day, time or zone."""


def date_from_text(text: str) -> AnyDate | None:
    """An offset behind the date is allowed, as in XML Schema, and makes no difference."""
    match = _DATE_ONLY.fullmatch(text)
    if match is None:
        return None
    try:
        _zone(match)
        return day_at(_ordinal(match))
    except _NoSuchValue:
        return None


def time_from_text(text: str) -> AnyTime | None:
    match = _TIME_ONLY.fullmatch(text)
    if match is None:
        return None
    try:
        return time_at(_clock(match), _zone(match))
    except _NoSuchValue:
        return None


def date_and_time_from_text(text: str) -> AnyMoment | None:
    """Also a date alone, which means its midnight, without a zone or at its own offset."""
    match = _DATE_AND_TIME.fullmatch(text)
    clock = 0
    try:
        if match is not None:
            clock = _clock(match)
        else:
            match = _DATE_ONLY.fullmatch(text)
            if match is None:
                return None
        return moment_at(_ordinal(match), clock, _zone(match))
    except (_NoSuchValue, Fault):
        return None


def duration_from_text(text: str) -> AnySpan | YearsMonths | None:
    """Days and time, or years and months; None for a mixture of both, which has no fixed length."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    part = match.groupdict()
    long_part = part["years"] or part["months"]
    clock_part = part["hours"] or part["minutes"] or part["seconds"]
    if (part["clock"] and not clock_part) or not (long_part or part["days"] or clock_part):
        return None
    sign = -1 if part["sign"] else 1
    if long_part:
        months = int(part["years"] or 0) * 12 + int(part["months"] or 0)
        return None if part["days"] or clock_part or months > MAX_MONTHS else YearsMonths(sign * months)
    nanos = (
        int(part["days"] or 0) * DAY
        + int(part["hours"] or 0) * HOUR
        + int(part["minutes"] or 0) * MINUTE
        + int(part["seconds"] or 0) * SECOND
        + _fraction(part["fraction"])
    )
    try:
        return span_of(sign * nanos)
    except Fault:
        return None


def temporal_from_text(text: str) -> Value:
    """The value of the literal @"text"; None if it is none."""
    if text[:1] == "P" or text[:2] == "-P":
        return duration_from_text(text)
    if "T" in text.partition("@")[0]:
        return date_and_time_from_text(text)
    day = date_from_text(text)
    return time_from_text(text) if day is None else day


def temporal_text(value: Temporal) -> str:
    """The ISO text that the functions above read back to the same value."""
    match value:
        case datetime() | FarDateTime():
            clock = _clock_text(clock_of(value))
            return f"{_date_text(value)}T{clock}{_zone_text(value.tzinfo, value.utcoffset())}"
        case time() | FineTime():
            return _clock_text(clock_of(value)) + _zone_text(value.tzinfo, offset_of_time(value))
        case YearsMonths():
            years, months = divmod(abs(value.months), 12)
            text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
            return f"{'-' if value.months < 0 else ''}P{text or '0M'}"
        case timedelta() | FarSpan():
            return _span_text(nanos_of(value))
    return _date_text(value)


def _ordinal(match: re.Match[str]) -> int:
    try:
        return ordinal_on(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError as error:
        raise _NoSuchValue from error


def _clock(match: re.Match[str]) -> int:
    """Nanoseconds since midnight: DAY itself for 24:00:00."""
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"])
    nanos = hour * HOUR + minute * MINUTE + second * SECOND + _fraction(match["fraction"])
    if minute > 59 or second > 59 or nanos > DAY:
        raise _NoSuchValue
    return nanos


def _fraction(digits: str | None) -> int:
    return int((digits or "").ljust(9, "0"))


def _zone(match: re.Match[str]) -> tzinfo | None:
    if not match["zone"]:
        return None
    zone = zone_from_text(match["zone"])
    if zone is None:
        raise _NoSuchValue
    return zone


def _zone_text(zone: tzinfo | None, offset: timedelta | None) -> str:
    return "" if zone is None else zone_text(zone, offset)


def _date_text(day: AnyDate | AnyMoment) -> str:
    if isinstance(day, date):
        return day.isoformat()[:10]
    year = day.year
    return f"{'-' if year < 0 else ''}{abs(year):04}-{day.month:02}-{day.day:02}"


def _clock_text(nanos: int) -> str:
    seconds, fraction = divmod(nanos, SECOND)
    text = f"{seconds // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return f"{text}.{fraction:09}".rstrip("0") if fraction else text


def _span_text(nanos: int) -> str:
    sign = "-" if nanos < 0 else ""
    days, rest = divmod(abs(nanos), DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds, fraction = divmod(rest, SECOND)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if fraction:
        clock += f"{seconds}.{fraction:09}".rstrip("0") + "S"
    elif seconds:
        clock += f"{seconds}S"
    whole = f"{days}D" if days else ""
    return f"{sign}P{whole}" + (f"T{clock}" if clock else "" if whole else "T0S")
