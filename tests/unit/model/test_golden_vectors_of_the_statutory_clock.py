"""The vectors V1 to V14 (without V13, an accrual) on which every implementation of the clock agrees."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from engine.model.calendars import WorkCalendar
from engine.model.clocks import (
    CaseClock,
    consumed,
    due_at,
    due_date,
    extended,
    paused,
    reanchored,
    remaining,
    resumed,
)
from engine.model.limits import Amount, ClockKind, PauseRule
from engine.model.pauses import PauseReason

from .moments import local

WORKDAYS = [
    pytest.param(5, local(2026, 2, 13, 10), date(2026, 2, 27), id="V1 over Spring Festival"),
    pytest.param(5, local(2026, 9, 30, 10), date(2026, 10, 13), id="V2 over National Day"),
    pytest.param(20, local(2026, 9, 14, 10), date(2026, 10, 16), id="V3 licence decision"),
    pytest.param(20, local(2026, 12, 21, 10), date(2027, 1, 19), id="V9 into a provisional year"),
    pytest.param(5, local(2026, 11, 23, 10), date(2026, 11, 30), id="V11 one licence per trade"),
    pytest.param(15, local(2026, 11, 23, 10), date(2026, 12, 14), id="V12 inquiry"),
]


def statutory(amount: str, anchor_at: datetime, rule: PauseRule = PauseRule.EXCLUDE_BOTH) -> CaseClock:
    return CaseClock(ClockKind.STATUTORY, Amount.parse(amount), anchor_at, pause_rule=rule)


@pytest.mark.parametrize(("days", "anchor_at", "last_day"), WORKDAYS)
def test_workdays_end_at_24_00_of_the_last_one(
    calendar: WorkCalendar, days: int, anchor_at: datetime, last_day: date
) -> None:
    clock = statutory(f"{days} workday", anchor_at)

    assert due_date(clock, calendar) == last_day
    assert due_at(clock, calendar) == local(last_day.year, last_day.month, last_day.day) + timedelta(days=1)


def test_v3_an_extension_of_ten_workdays_is_added(calendar: WorkCalendar) -> None:
    clock = statutory("20 workday", local(2026, 9, 14, 10))

    clock = extended(clock, amount=Amount.parse("10工作日"), at=local(2026, 10, 15), calendar=calendar)

    assert due_date(clock, calendar) == date(2026, 10, 30)


@pytest.mark.parametrize(
    ("rule", "last_day"),
    [(PauseRule.EXCLUDE_BOTH, date(2026, 11, 4)), (PauseRule.HALF_OPEN, date(2026, 11, 3))],
)
def test_v4_a_special_procedure_takes_out_its_days(
    calendar: WorkCalendar, rule: PauseRule, last_day: date
) -> None:
    clock = statutory("20 workday", local(2026, 9, 14, 10), rule)

    clock = paused(clock, at=local(2026, 9, 18, 9), reason=PauseReason.INSPECTION)
    clock = resumed(clock, at=local(2026, 10, 12, 16))

    assert due_date(clock, calendar) == last_day


@pytest.mark.parametrize(
    ("amount", "anchor_at", "due"),
    [
        pytest.param(
            "4 workhour", local(2026, 10, 9, 16, 30), local(2026, 10, 10, 10, 30), id="V5 make-up day"
        ),
        pytest.param(
            "4 workhour", local(2026, 11, 20, 16, 30), local(2026, 11, 23, 10, 30), id="V5b weekend"
        ),
        pytest.param(
            "2 urgent_hour", local(2026, 11, 20, 17, 30), local(2026, 11, 20, 19, 30), id="V6 urgent"
        ),
    ],
)
def test_hours_run_from_the_set_moment(
    calendar: WorkCalendar, amount: str, anchor_at: datetime, due: datetime
) -> None:
    clock = CaseClock(ClockKind.STAGE, Amount.parse(amount), anchor_at)

    assert due_at(clock, calendar) == due


def test_v7_a_last_calendar_day_on_a_holiday_rolls_to_the_next_workday(calendar: WorkCalendar) -> None:
    clock = statutory("15 calday", local(2026, 9, 20, 9))

    assert due_date(clock, calendar) == date(2026, 10, 8)


@pytest.mark.parametrize(("days", "last_day"), [(10, date(2026, 10, 5)), (20, date(2026, 10, 15))])
def test_v8_a_publicity_period_does_not_roll(calendar: WorkCalendar, days: int, last_day: date) -> None:
    clock = CaseClock(ClockKind.PUBLICITY, Amount.of(days, "calday"), local(2026, 9, 25, 9))

    assert due_date(clock, calendar) == last_day


def test_v9_a_date_in_an_unpublished_year_is_provisional(calendar: WorkCalendar) -> None:
    due = due_date(statutory("20 workday", local(2026, 12, 21, 10)), calendar)

    assert due is not None
    assert calendar.is_provisional(due)


def test_v10_a_pause_in_working_hours_stops_the_count(calendar: WorkCalendar) -> None:
    clock = CaseClock(ClockKind.STAGE, Amount.parse("16 workhour"), local(2026, 11, 20, 10))

    assert due_at(clock, calendar) == local(2026, 11, 24, 10)

    clock = paused(clock, at=local(2026, 11, 20, 15), reason=PauseReason.SUPPLEMENT)

    assert due_at(clock, calendar) is None
    assert consumed(clock, calendar, at=local(2026, 11, 23, 11)) == timedelta(minutes=180)

    clock = resumed(clock, at=local(2026, 11, 24, 9))

    assert consumed(clock, calendar, at=local(2026, 11, 24, 9)) == timedelta(minutes=180)
    assert remaining(clock, calendar, at=local(2026, 11, 24, 9)) == 13
    assert due_at(clock, calendar) == local(2026, 11, 25, 16)


def test_v12_an_announcement_of_sixty_days(calendar: WorkCalendar) -> None:
    clock = CaseClock(ClockKind.PUBLICITY, Amount.parse("60自然日"), local(2026, 11, 23, 9))

    assert due_date(clock, calendar) == date(2027, 1, 22)


def test_v14_deemed_acceptance_moves_the_anchor_back_to_the_day_of_receipt(calendar: WorkCalendar) -> None:
    check = CaseClock(ClockKind.STAGE, Amount.parse("5 workday"), local(2026, 11, 2, 11))
    decision = statutory("20 workday", local(2026, 11, 10))

    decision = reanchored(decision, anchor_at=check.anchor_at)

    assert due_date(check, calendar) == date(2026, 11, 9)
    assert due_date(decision, calendar) == date(2026, 11, 30)
