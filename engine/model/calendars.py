"""Which days and hours count, for one area and one office.

The country's calendar comes from two libraries: `chinesecalendar` for the years whose holiday
notice is published, `holidays` (provisional) for those after. Overlays of an area or an office
open and close single days on top.

Source: Regulation on Public Holidays for National Annual Festivals and Memorial Days (全国年节及
纪念日放假办法); the State Council's yearly notices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from chinese_calendar import constants as published
from holidays import country_holidays

from engine.errors import InvalidArgument
from engine.model.working_time import (
    DAY_US,
    FIRST_YEAR,
    LAST_YEAR,
    MINUTE_US,
    Spans,
    WorkTable,
    date_of,
    day_of,
    instant_of,
    year_of,
)

Sessions = tuple[tuple[int, int], ...]
"""Opening hours of one day, in minutes after local midnight: ((480, 720), (840, 1080))."""

STANDARD_SESSIONS: Sessions = ((8 * 60, 12 * 60), (14 * 60, 18 * 60))

LAST_PUBLISHED_YEAR: int = max(published.holidays).year
"""The last year whose holiday notice the installed `chinesecalendar` knows."""


_SESSION = re.compile(r"(\d{2}):([0-5]\d)-(\d{2}):([0-5]\d)", re.ASCII)


def check_sessions(sessions: Sessions) -> None:
    """Raises InvalidArgument unless the sessions are in order, apart, and inside one day."""
    closed_until = 0
    for start, end in sessions:
        if not closed_until <= start < end <= 24 * 60:
            raise InvalidArgument(
                f"Expected sessions in order within one day, but got {sessions_text(sessions)}."
            )
        closed_until = end


def sessions_text(sessions: Sessions) -> list[str]:
    """["08:00-12:00", "14:00-18:00"]: how sessions are stored and shown."""
    return ["-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in session) for session in sessions]


def sessions_from_text(texts: Iterable[str]) -> Sessions:
    """Sessions from texts like "08:00-12:00"; "24:00" is allowed as an end."""
    sessions = tuple(_session(text) for text in texts)
    check_sessions(sessions)
    return sessions


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A day that counts although the country rests; `sessions` () means the usual ones."""

    day: date
    sessions: Sessions = ()

    def __post_init__(self) -> None:
        check_sessions(self.sessions)


@dataclass(frozen=True, slots=True)
class Overlay:
    """What differs from the country's calendar in an area, or in one of its offices."""

    area: str = ""
    """Covers every area code that it begins."""
    office: str = ""
    """"" for all offices of the area."""
    opened: tuple[OpenDay, ...] = ()
    closed: tuple[date, ...] = ()
    publishes: tuple[int, ...] = ()
    """Years that this overlay settles before the library does: Monday to Friday, except as said here."""

    def __post_init__(self) -> None:
        both = {entry.day for entry in self.opened} & set(self.closed)
        if both:
            raise InvalidArgument(f"Expected each day open or closed, but {min(both)} is both.")
        for year in self.publishes:
            if type(year) is not int or not FIRST_YEAR <= year <= LAST_YEAR:
                raise InvalidArgument(f"Expected years to publish, but got {year!r}.")

    def covers(self, *, area: str, office: str) -> bool:
        return area.startswith(self.area) and self.office in ("", office)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The workdays and hours of one office. Equal calendars have equal rules; lookups are cached.

    Later overlays win over earlier ones. `version` names this state of the rules: every due date
    is stored with the version it was reckoned by.
    """

    version: str
    area: str = ""
    office: str = ""
    hours: Sessions = STANDARD_SESSIONS
    overlays: tuple[Overlay, ...] = ()
    _table: WorkTable | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.hours:
            raise InvalidArgument("Expected at least one session a day, but got none.")
        check_sessions(self.hours)

    def is_workday(self, day: date) -> bool:
        number = day_of(day)
        return self.table_to(number).is_open(number)

    def is_provisional(self, day: date) -> bool:
        """No notice has settled that year yet, so its workdays may still move."""
        day_of(day)
        return day.year > LAST_PUBLISHED_YEAR and not any(
            day.year in overlay.publishes for overlay in self.overlays
        )

    def sessions(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The opening hours of `day`, in aware UTC; empty if it is not a workday."""
        number = day_of(day)
        midnight = number * DAY_US
        return tuple(
            (instant_of(midnight + start), instant_of(midnight + end))
            for start, end in self.table_to(number).spans_of(number)
        )

    def next_workday(self, day: date) -> date:
        """The first workday after `day`."""
        return self.shift_workdays(day, 1)

    def shift_workdays(self, day: date, count: int) -> date:
        """The `count`-th workday after `day`, or before it if negative; `day` itself for 0."""
        number = day_of(day)
        if count == 0:
            return day
        before = self.open_days_before(number + 1 if count > 0 else number)
        return date_of(self.open_day(before + count - 1 if count > 0 else before + count))

    @property
    def workday_us(self) -> int:
        """Working microseconds of a usual day: what one workday is worth in hours."""
        return sum(end - start for start, end in self.hours) * MINUTE_US

    # What follows counts in the whole numbers of `working_time`.

    def table_to(self, day: int) -> WorkTable:
        """The table of open days, long enough to look at `day`."""
        table = self._table
        if table is None or day >= table.end_day:
            table = self._build(last_year=year_of(day))
            # Frozen for its rules; the table follows from them and is swapped whole, so that
            # threads see the old or the new one.
            object.__setattr__(self, "_table", table)
        return table

    def open_days_before(self, day: int) -> int:
        return self.table_to(day).rank[day]

    def open_day(self, rank: int) -> int:
        """The day that has `rank` open days before it since the epoch."""
        if rank < 0:
            raise InvalidArgument(f"Expected a day from {FIRST_YEAR} on, but got one before.")
        table = self.table_to(0)
        while rank >= len(table.days):
            table = self.table_to(table.end_day + rank - len(table.days))
        return table.days[rank]

    def worked_before(self, us: int) -> int:
        return self.table_to(us // DAY_US).worked_before(us)

    def when_worked(self, worked: int) -> int:
        table = self.table_to(0)
        us = table.when_worked(worked)
        while us is None:
            short = worked - table.before[-1]
            table = self.table_to(table.end_day + short // DAY_US)
            us = table.when_worked(worked)
        return us

    def _build(self, *, last_year: int) -> WorkTable:
        usual = _spans(self.hours)
        settled = {year for overlay in self.overlays for year in overlay.publishes}
        last_year = min(max(last_year, LAST_PUBLISHED_YEAR), LAST_YEAR)
        days: dict[int, Spans] = {}
        for year in range(FIRST_YEAR, last_year + 1):
            days |= dict.fromkeys(_weekdays(year) if year in settled else _country_workdays(year), usual)
        end_day = day_of(date(last_year, 12, 31)) + 1
        for overlay in self.overlays:
            for entry in overlay.opened:
                days[day_of(entry.day)] = _spans(entry.sessions) or usual
            for closed in overlay.closed:
                days.pop(day_of(closed), None)
        return WorkTable(sorted(item for item in days.items() if item[0] < end_day), end_day=end_day)


def calendar_for(
    *,
    area: str,
    office: str = "",
    version: str,
    overlays: Iterable[Overlay] = (),
    hours: Sessions = STANDARD_SESSIONS,
) -> WorkCalendar:
    """The calendar of one office out of all overlays known: narrower areas and offices win."""
    covering = [overlay for overlay in overlays if overlay.covers(area=area, office=office)]
    covering.sort(key=lambda overlay: (len(overlay.area), overlay.office != ""))
    return WorkCalendar(version=version, area=area, office=office, hours=hours, overlays=tuple(covering))


def calendar_to_json(calendar: WorkCalendar) -> dict[str, Any]:
    """Plain JSON values; `calendar_from_json` turns them back into an equal calendar."""
    return {
        "version": calendar.version,
        "area": calendar.area,
        "office": calendar.office,
        "hours": sessions_text(calendar.hours),
        "overlays": [
            {
                "area": overlay.area,
                "office": overlay.office,
                "opened": [
                    {"day": entry.day.isoformat(), "sessions": sessions_text(entry.sessions)}
                    for entry in overlay.opened
                ],
                "closed": [day.isoformat() for day in overlay.closed],
                "publishes": list(overlay.publishes),
            }
            for overlay in calendar.overlays
        ],
    }


def calendar_from_json(data: Mapping[str, Any]) -> WorkCalendar:
    """The calendar stored by `calendar_to_json`. Raises InvalidArgument if the form is another."""
    try:
        return WorkCalendar(
            version=str(data["version"]),
            area=str(data.get("area", "")),
            office=str(data.get("office", "")),
            hours=sessions_from_text(data["hours"]) if "hours" in data else STANDARD_SESSIONS,
            overlays=tuple(overlay_from_json(overlay) for overlay in data.get("overlays", ())),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise InvalidArgument(f"Expected the JSON of a calendar, but {error!r} came up.") from error


def overlay_from_json(data: Mapping[str, Any]) -> Overlay:
    """One overlay from {area, office, opened: [{day, sessions}], closed: [day], publishes: [year]}.

    Days are ISO 8601 texts, or dates as TOML reads them. Raises InvalidArgument on another form.
    """
    try:
        return Overlay(
            area=str(data.get("area", "")),
            office=str(data.get("office", "")),
            opened=tuple(
                OpenDay(_date(entry["day"]), sessions_from_text(entry.get("sessions", ())))
                for entry in data.get("opened", ())
            ),
            closed=tuple(_date(day) for day in data.get("closed", ())),
            publishes=tuple(data.get("publishes", ())),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise InvalidArgument(f"Expected an overlay of a calendar, but {error!r} came up.") from error


@cache
def _country_workdays(year: int) -> tuple[int, ...]:
    if year <= LAST_PUBLISHED_YEAR:
        rest, extra = published.holidays, published.workdays
    else:
        rest = country_holidays("CN", years=year)
        extra = {day: "" for day in rest.weekend_workdays if day.year == year}
    weekdays = {day for day in _weekdays(year) if date_of(day) not in rest}
    return tuple(sorted(weekdays | {day_of(day) for day in extra if day.year == year}))


def _weekdays(year: int) -> list[int]:
    first, end = day_of(date(year, 1, 1)), day_of(date(year, 12, 31)) + 1
    return [day for day in range(first, end) if date_of(day).weekday() < 5]


def _spans(sessions: Sessions) -> Spans:
    return tuple((start * MINUTE_US, end * MINUTE_US) for start, end in sessions)


def _session(text: str) -> tuple[int, int]:
    match = _SESSION.fullmatch(text)
    if match is None:
        raise InvalidArgument(f"Expected a session like '08:00-12:00', but got {text!r}.")
    start_hour, start_minute, end_hour, end_minute = map(int, match.groups())
    return start_hour * 60 + start_minute, end_hour * 60 + end_minute


def _date(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise InvalidArgument(f"Expected a date like '2026-10-10', but got {value!r}.") from error
