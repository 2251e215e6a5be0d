"""Time zones: `Z`, an offset from UTC, or a name of the IANA database behind an `@`.

Source: DMN 1.5, clause 10.3.4.1 (time string); XML Schema part 2, 3.3.7 (offsets of at most 14 hours).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

_MAX_OFFSET = timedelta(hours=14)
# Copies of the database under other names, and names that mean "as this machine is set".
_NOT_NAMES = ("posix/", "right/", "posixrules", "localtime", "Factory")


def zone_from_text(text: str) -> tzinfo | None:
    """`Z`, `+08:00`, `-02:45:55` or `@Asia/Shanghai`; None if there is no such zone."""
    if text in ("Z", "z"):
        return UTC
    if text.startswith("@"):
        return _named(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    if minutes > 59 or (seconds and seconds[0] > 59):
        return None
    span = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    return fixed_zone(-span if text[0] == "-" else span)


def fixed_zone(offset: timedelta) -> tzinfo | None:
    """None for more than 14 hours or a part of a second."""
    if abs(offset) > _MAX_OFFSET or offset.microseconds:
        return None
    return timezone(offset)


def zone_text(zone: tzinfo, offset: timedelta | None) -> str:
    """What `zone_from_text` reads back. `offset` is the one in force, for zones without a name."""
    if isinstance(zone, ZoneInfo) and zone.key:
        return f"@{zone.key}"
    if not offset:
        return "Z"
    minutes, seconds = divmod(abs(whole_seconds(offset)), 60)
    tail = f":{seconds:02}" if seconds else ""
    return f"{'-' if offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}{tail}"


@lru_cache(maxsize=1_024)
def steady_offset(zone: tzinfo) -> timedelta | None:
    """The offset of a time of day in `zone`, which has no date; None where summer time decides it.

    A local time "may vary from day to day" (clause 10.3.2.3.4), so only zones without summer time
    have an offset without a date.
    """
    winter, summer = (zone.utcoffset(datetime(2024, month, 1)) for month in (1, 7))
    return winter if winter == summer else None


def share_offset(one: datetime, other: datetime) -> bool:
    """Whether both certainly have the same offset or none, so that Python's own arithmetic is right."""
    return one.tzinfo is other.tzinfo and (one.tzinfo is None or isinstance(one.tzinfo, timezone))


def zone_name(zone: tzinfo | None) -> str | None:
    """The name in the IANA database, or None for offsets and local times."""
    return None if zone is None or isinstance(zone, timezone) else str(zone)


def whole_seconds(offset: timedelta) -> int:
    return offset.days * 86_400 + offset.seconds


def _named(name: str) -> tzinfo | None:
    if name.startswith(_NOT_NAMES):
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return None
