from __future__ import annotations

import json
from datetime import date, timedelta

import chinese_calendar
import pytest

from engine.errors import InvalidArgument
from engine.model.calendars import (
    OpenDay,
    Overlay,
    WorkCalendar,
    calendar_for,
    calendar_from_json,
    calendar_to_json,
    overlay_from_json,
    sessions_from_text,
)
from engine.model.working_time import EPOCH, LAST_YEAR, instant_of, local_us

from .moments import local

SATURDAY = date(2026, 11, 21)
MONDAY = date(2026, 11, 23)


def test_published_years_agree_with_the_library_day_by_day(calendar: WorkCalendar) -> None:
    days = [date(2004, 1, 1) + timedelta(days=n) for n in range(23 * 365 + 6)]

    assert days[-1] == date(2026, 12, 31)
    assert [day for day in days if calendar.is_workday(day) is not chinese_calendar.is_workday(day)] == []


def test_the_reckoning_zone_has_one_offset_over_the_whole_horizon() -> None:
    for year in range(2004, LAST_YEAR + 1):
        for month in (1, 7):
            noon = local(year, month, 1, 12)

            assert (noon + timedelta(hours=8)).hour == 12
            assert instant_of(local_us(noon)) == noon
    assert local(2004, 1, 1) == EPOCH


def test_years_without_a_notice_are_provisional(calendar: WorkCalendar) -> None:
    assert not calendar.is_provisional(date(2026, 12, 31))
    assert calendar.is_provisional(date(2027, 1, 1))
    assert not calendar.is_workday(date(2027, 10, 1))
    assert not calendar.is_workday(date(2027, 1, 2))
    assert calendar.is_workday(date(2027, 1, 4))


def test_a_notice_can_be_brought_in_before_the_library_has_it() -> None:
    notice = Overlay(opened=(OpenDay(date(2027, 2, 14)),), closed=(date(2027, 1, 1),), publishes=(2027,))

    calendar = WorkCalendar(version="2027-notice", overlays=(notice,))

    assert not calendar.is_provisional(date(2027, 6, 1))
    assert calendar.is_provisional(date(2028, 6, 1))
    assert calendar.is_workday(date(2027, 2, 14))
    assert not calendar.is_workday(date(2027, 1, 1))
    # The notice did not name it, so it is an ordinary Friday.
    assert calendar.is_workday(date(2027, 10, 1))


def test_sessions_are_instants_in_utc(calendar: WorkCalendar) -> None:
    assert calendar.sessions(MONDAY) == (
        (local(2026, 11, 23, 8), local(2026, 11, 23, 12)),
        (local(2026, 11, 23, 14), local(2026, 11, 23, 18)),
    )
    assert calendar.sessions(SATURDAY) == ()


def test_the_next_workday_is_after_the_day_itself(calendar: WorkCalendar) -> None:
    assert calendar.next_workday(date(2026, 9, 30)) == date(2026, 10, 8)
    assert calendar.next_workday(MONDAY) == date(2026, 11, 24)
    assert calendar.next_workday(SATURDAY) == MONDAY


def test_workdays_shift_back_and_forth(calendar: WorkCalendar) -> None:
    assert calendar.shift_workdays(MONDAY, -1) == date(2026, 11, 20)
    assert calendar.shift_workdays(SATURDAY, -1) == date(2026, 11, 20)
    assert calendar.shift_workdays(SATURDAY, 0) == SATURDAY
    assert calendar.shift_workdays(date(2016, 1, 4), 2500) == chinese_calendar.find_workday(
        2500, date(2016, 1, 4)
    )


def test_an_office_opens_on_a_saturday_with_hours_of_its_own() -> None:
    morning = sessions_from_text(["09:00-12:00"])
    window = Overlay(area="310115", office="window-1", opened=(OpenDay(SATURDAY, morning),))

    office = calendar_for(area="310115004", office="window-1", version="1", overlays=[window])
    neighbour = calendar_for(area="310115004", office="window-2", version="1", overlays=[window])
    elsewhere = calendar_for(area="310101", office="window-1", version="1", overlays=[window])

    assert office.sessions(SATURDAY) == ((local(2026, 11, 21, 9), local(2026, 11, 21, 12)),)
    assert not neighbour.is_workday(SATURDAY)
    assert not elsewhere.is_workday(SATURDAY)


def test_the_narrower_overlay_wins() -> None:
    district = Overlay(area="310115", closed=(MONDAY,))
    office = Overlay(area="310115", office="window-1", opened=(OpenDay(MONDAY),))
    street = Overlay(area="310115004", opened=(OpenDay(MONDAY),))
    overlays = [office, street, district]

    assert not calendar_for(area="310115", version="1", overlays=overlays).is_workday(MONDAY)
    assert calendar_for(area="310115", office="window-1", version="1", overlays=overlays).is_workday(MONDAY)
    assert calendar_for(area="310115004", version="1", overlays=overlays).is_workday(MONDAY)


def test_a_calendar_survives_its_json() -> None:
    overlay = Overlay(
        area="310115",
        office="window-1",
        opened=(OpenDay(SATURDAY, ((540, 720),)), OpenDay(date(2026, 11, 28))),
        closed=(MONDAY,),
        publishes=(2027,),
    )
    calendar = WorkCalendar(
        version="3", area="310115", office="window-1", hours=((510, 690), (780, 1440)), overlays=(overlay,)
    )

    again = calendar_from_json(json.loads(json.dumps(calendar_to_json(calendar))))

    assert again == calendar
    assert hash(again) == hash(calendar)
    assert again.sessions(SATURDAY) == calendar.sessions(SATURDAY)


def test_a_lookup_does_not_make_calendars_unequal() -> None:
    used, fresh = WorkCalendar(version="1"), WorkCalendar(version="1")

    used.is_workday(MONDAY)

    assert used == fresh
    assert {used: "kept"}[fresh] == "kept"


@pytest.mark.parametrize("day", [date(2003, 12, 31), date(LAST_YEAR + 1, 1, 1), date(9999, 12, 31)])
def test_days_outside_the_horizon_are_refused(calendar: WorkCalendar, day: date) -> None:
    with pytest.raises(InvalidArgument, match="Expected a time from 2004 to 2060"):
        calendar.is_workday(day)
    with pytest.raises(InvalidArgument, match="Expected a time from 2004 to 2060"):
        calendar.is_provisional(day)


def test_counting_out_of_the_horizon_is_refused(calendar: WorkCalendar) -> None:
    with pytest.raises(InvalidArgument, match="2060"):
        calendar.shift_workdays(MONDAY, 100_000)
    with pytest.raises(InvalidArgument, match="2004"):
        calendar.shift_workdays(date(2004, 1, 5), -100)


@pytest.mark.parametrize(
    "texts", [["18:00-08:00"], ["08:00-12:00", "11:00-18:00"], ["08:00-24:01"], ["8-12"], ["08:00-12:60"]]
)
def test_sessions_that_do_not_fit_a_day_are_refused(texts: list[str]) -> None:
    with pytest.raises(InvalidArgument, match="Expected"):
        sessions_from_text(texts)


@pytest.mark.parametrize(
    "overlay",
    [
        {"closed": ["2026-13-01"]},
        {"closed": 5},
        {"opened": [{"sessions": []}]},
        {"opened": ["2026-11-21"]},
        {"publishes": ["2027"]},
        {"closed": ["2026-11-21"], "opened": [{"day": "2026-11-21"}]},
    ],
)
def test_a_malformed_overlay_is_refused(overlay: dict[str, object]) -> None:
    with pytest.raises(InvalidArgument, match="Expected"):
        overlay_from_json(overlay)


def test_a_calendar_without_hours_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="at least one session"):
        WorkCalendar(version="1", hours=())
    with pytest.raises(InvalidArgument, match="JSON of a calendar"):
        calendar_from_json({"area": "310115"})
