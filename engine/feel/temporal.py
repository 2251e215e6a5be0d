"""Dates, times and durations: from text, to text, and their arithmetic.

Years run from 1 to 9999 and fractions of a second to a microsecond, as Python's datetime does;
everything outside is a FEEL error (null). Source: DMN 1.5, clause 10.3.2.3; ISO 8601-1.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.feel.errors import Fault
from engine.feel.numbers import CONTEXT, Number
from engine.feel.values import MAX_MONTHS, Value, YearsMonths

_DATE = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_TIME = (
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?"
    r"(?P<zone>Z|z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z0-9_+/-]{1,64})?"
)
_DATE_ONLY = re.compile(_DATE)
_TIME_ONLY = re.compile(_TIME)
_DATE_AND_TIME = re.compile(_DATE + "T" + _TIME)
_DURATION = re.compile(
    r"(?P<sign>-)?P(?:(?P<years>[0-9]{1,12})Y)?(?:(?P<months>[0-9]{1,12})M)?(?:(?P<days>[0-9]{1,12})D)?"
    r"(?:(?P<clock>T)(?:(?P<hours>[0-9]{1,12})H)?(?:(?P<minutes>[0-9]{1,15})M)?"
    r"(?:(?P<seconds>[0-9]{1,17}(?:\.[0-9]{0,9})?)S)?)?"
)


def date_from_text(text: str) -> date | None:
    match = _DATE_ONLY.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def time_from_text(text: str) -> time | None:
    match = _TIME_ONLY.fullmatch(text)
    return None if match is None else _time_from_match(match)


def date_and_time_from_text(text: str) -> datetime | None:
    """Also a date alone, which means its midnight without a zone."""
    match = _DATE_AND_TIME.fullmatch(text)
    if match is None:
        day = date_from_text(text)
        return None if day is None else datetime.combine(day, time())
    day = date_from_text(text[:10])
    moment = _time_from_match(match)
    return None if day is None or moment is None else datetime.combine(day, moment)


def duration_from_text(text: str) -> timedelta | YearsMonths | None:
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
    seconds = Decimal(part["seconds"] or 0)
    try:
        return sign * timedelta(
            days=int(part["days"] or 0),
            hours=int(part["hours"] or 0),
            minutes=int(part["minutes"] or 0),
            seconds=int(seconds),
            microseconds=int(seconds % 1 * 1_000_000),
        )
    except OverflowError:
        return None


def temporal_from_text(text: str) -> Value:
    """The value of the literal @"text"; None if it is none."""
    if text[:1] == "P" or text[:2] == "-P":
        return duration_from_text(text)
    if "T" in text[:11]:
        return date_and_time_from_text(text)
    return date_from_text(text) or time_from_text(text)


def temporal_text(value: date | datetime | time | timedelta | YearsMonths) -> str:
    """The ISO text that the functions above read back to the same value."""
    match value:
        case datetime():
            return f"{value.date().isoformat()}T{_time_text(value.timetz(), value)}"
        case date():
            return value.isoformat()
        case time():
            return _time_text(value, None)
        case YearsMonths():
            years, months = divmod(abs(value.months), 12)
            text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
            return f"{'-' if value.months < 0 else ''}P{text or '0M'}"
        case timedelta():
            return _days_text(value)


def plus_months(day: date | datetime, months: int) -> date | datetime:
    """The same day `months` later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise Fault(f"Expected a year between 1 and 9999, but got {year}.")
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def plus_span(moment: date | datetime | time, span: timedelta) -> date | datetime | time:
    """A time goes round the clock; a date counts from its midnight and stays a date."""
    try:
        if isinstance(moment, datetime):
            return _plus_elapsed(moment, span)
        if isinstance(moment, date):
            return (datetime.combine(moment, time()) + span).date()
        whole = datetime.combine(date(2000, 1, 1), moment.replace(tzinfo=None))
        days = timedelta(days=span.days)
        return (whole + (span - days)).time().replace(tzinfo=moment.tzinfo)
    except OverflowError as error:
        raise Fault("Expected a year between 1 and 9999, but the result lies outside.") from error


def difference(later: Value, earlier: Value) -> timedelta:
    """Between two dates, two times, or two dates and times that both have a zone or both have none."""
    if isinstance(later, time) and isinstance(earlier, time):
        later, earlier = (datetime.combine(date(2000, 1, 1), moment) for moment in (later, earlier))
    elif isinstance(later, datetime) != isinstance(earlier, datetime):
        later, earlier = midnight(later), midnight(earlier)
    if isinstance(later, datetime):
        if (later.utcoffset() is None) != (earlier.utcoffset() is None):
            raise Fault("Expected both operands with or both without a zone, but only one has one.")
        if later.utcoffset() is not None:
            later, earlier = later.astimezone(UTC), earlier.astimezone(UTC)
    result: timedelta = later - earlier
    return result


def midnight(day: date | datetime) -> datetime:
    """A date stands for its midnight in UTC where a date and time is needed (clause 10.3.2.3.4)."""
    return day if isinstance(day, datetime) else datetime.combine(day, time(tzinfo=UTC))


def months_between(start: date, end: date) -> YearsMonths:
    """Whole months from `start` to `end`, towards zero."""
    months = (end.year - start.year) * 12 + end.month - start.month
    start_rest = (start.day, _clock(start))
    end_rest = (end.day, _clock(end))
    if months > 0 and end_rest < start_rest:
        months -= 1
    elif months < 0 and end_rest > start_rest:
        months += 1
    return YearsMonths(months)


def seconds_of(span: timedelta) -> Number:
    """Exact, where timedelta.total_seconds() would be a float."""
    micros = (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
    return (
        micros // 1_000_000
        if micros % 1_000_000 == 0
        else CONTEXT.divide(Decimal(micros), Decimal(1_000_000))
    )


def span_from_seconds(seconds: Number) -> timedelta:
    try:
        return timedelta(microseconds=int(CONTEXT.multiply(Decimal(seconds), Decimal(1_000_000))))
    except OverflowError as error:
        raise Fault("Expected a duration under a billion days, but the result is longer.") from error


def zone_from_text(text: str) -> tzinfo | None:
    """`Z`, `+08:00` or `@Asia/Shanghai`; None if there is no such zone."""
    if text in ("Z", "z"):
        return UTC
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:])
        except (ValueError, KeyError, OSError):
            return None
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    if hours > 14 or minutes > 59 or (seconds and seconds[0] > 59):
        return None
    span = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    return timezone(-span if text[0] == "-" else span)


def _time_from_match(match: re.Match[str]) -> time | None:
    zone = None
    if match["zone"]:
        zone = zone_from_text(match["zone"])
        if zone is None:
            return None
    fraction = (match["fraction"] or "").ljust(6, "0")[:6]
    try:
        return time(int(match["hour"]), int(match["minute"]), int(match["second"]), int(fraction), zone)
    except ValueError:
        return None


def _time_text(moment: time, whole: datetime | None) -> str:
    text = moment.replace(tzinfo=None).isoformat()
    if "." in text:
        text = text.rstrip("0")
    zone = moment.tzinfo
    if zone is None:
        return text
    if isinstance(zone, ZoneInfo) and zone.key:
        return f"{text}@{zone.key}"
    offset = whole.utcoffset() if whole is not None else moment.utcoffset()
    if not offset:
        return f"{text}Z"
    minutes, seconds = divmod(abs(int(offset.total_seconds())), 60)
    tail = f":{seconds:02}" if seconds else ""
    return f"{text}{'-' if offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}{tail}"


def _days_text(span: timedelta) -> str:
    sign = "-" if span < timedelta() else ""
    span = abs(span)
    hours, rest = divmod(span.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if span.microseconds:
        clock += f"{seconds}.{span.microseconds:06}".rstrip("0") + "S"
    elif seconds:
        clock += f"{seconds}S"
    days = f"{span.days}D" if span.days else ""
    return f"{sign}P{days}" + (f"T{clock}" if clock else "" if days else "T0S")


def _plus_elapsed(moment: datetime, span: timedelta) -> datetime:
    if moment.tzinfo is None or isinstance(moment.tzinfo, timezone):
        return moment + span
    return (moment.astimezone(UTC) + span).astimezone(moment.tzinfo)


def _clock(day: date) -> time:
    return day.timetz().replace(tzinfo=None) if isinstance(day, datetime) else time()
