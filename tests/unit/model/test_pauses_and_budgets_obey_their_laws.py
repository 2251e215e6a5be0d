"""Properties that hold for every clock, and a reference that counts minute by minute and day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.clock import RECKONING_ZONE
from engine.model.calendars import WorkCalendar
from engine.model.clocks import CaseClock, ClockKind, Pause, consumed, due_at, instant_at_fraction, remaining
from engine.model.limits import Amount, EndOf, PauseRule, Unit
from engine.model.pauses import PauseReason

from .moments import local

CALENDAR = WorkCalendar(version="test")
START = local(2026, 1, 5)
MINUTE = timedelta(minutes=1)

minutes_2026 = st.integers(0, 250 * 24 * 60).map(lambda n: START + n * MINUTE)
units = st.sampled_from(list(Unit))
budgets = {
    Unit.WORKDAY: st.integers(0, 40),
    Unit.WORKHOUR: st.integers(0, 60),
    Unit.URGENT_HOUR: st.integers(0, 200),
    Unit.CALDAY: st.integers(0, 60),
    Unit.CALMONTH: st.integers(0, 6),
    Unit.MINUTE: st.integers(0, 5000),
}


@st.composite
def pauses_near(draw: st.DrawFn, anchor_at: datetime, *, most: int = 4) -> tuple[Pause, ...]:
    pauses = []
    for _ in range(draw(st.integers(0, most))):
        started = anchor_at + draw(st.integers(-3 * 1440, 20 * 1440)) * MINUTE
        pauses.append(Pause(PauseReason.HEARING, started, started + draw(st.integers(0, 9 * 1440)) * MINUTE))
    return tuple(pauses)


@st.composite
def clocks(draw: st.DrawFn, *, only: tuple[Unit, ...] = tuple(Unit), least: int = 0) -> CaseClock:
    unit = draw(st.sampled_from(only))
    anchor_at = draw(minutes_2026)
    return CaseClock(
        draw(st.sampled_from([ClockKind.STAGE, ClockKind.PUBLICITY])),
        Amount.of(max(least, draw(budgets[unit])), unit),
        anchor_at,
        pauses=draw(pauses_near(anchor_at)),
        pause_rule=draw(st.sampled_from(PauseRule)),
        end_of=draw(st.sampled_from(EndOf)),
    )


def must(instant: datetime | None) -> datetime:
    assert instant is not None
    return instant


# --- properties


@given(clocks())
def test_no_clock_is_due_before_its_anchor(clock: CaseClock) -> None:
    assert must(due_at(clock, CALENDAR)) >= clock.anchor_at


@given(clocks())
def test_at_the_due_instant_the_budget_is_consumed_and_nothing_is_left(clock: CaseClock) -> None:
    due = must(due_at(clock, CALENDAR))

    assert remaining(clock, CALENDAR, at=due) == 0
    hours = {Unit.WORKDAY: 8, Unit.CALDAY: 24, Unit.WORKHOUR: 1, Unit.URGENT_HOUR: 1}.get(clock.amount.unit)
    if hours is not None:
        assert consumed(clock, CALENDAR, at=due) == timedelta(hours=hours * int(clock.amount.value))


@given(clocks(only=(Unit.WORKHOUR, Unit.URGENT_HOUR, Unit.MINUTE), least=1))
def test_just_before_the_due_instant_something_is_left(clock: CaseClock) -> None:
    due = must(due_at(clock, CALENDAR))

    before = consumed(clock, CALENDAR, at=due - MINUTE)

    assert before == consumed(clock, CALENDAR, at=due) - MINUTE


@given(clocks(), st.lists(st.integers(-1440, 90 * 1440), min_size=2, max_size=8))
def test_consumption_never_falls(clock: CaseClock, offsets: list[int]) -> None:
    instants = [clock.anchor_at + offset * MINUTE for offset in sorted(offsets)]

    used = [consumed(clock, CALENDAR, at=instant) for instant in instants]

    assert used == sorted(used)


@given(clocks(), st.randoms())
def test_the_order_of_pauses_does_not_matter(clock: CaseClock, random: object) -> None:
    shuffled = list(clock.pauses)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    other = replace(clock, pauses=tuple(shuffled))

    assert due_at(other, CALENDAR) == due_at(clock, CALENDAR)


@given(clocks(), st.integers(0, 1000), st.integers(0, 60 * 1440))
def test_splitting_a_pause_changes_nothing(clock: CaseClock, per_mille: int, later: int) -> None:
    halves: list[Pause] = []
    for pause in clock.pauses:
        middle = pause.started_at + (must(pause.ended_at) - pause.started_at) * per_mille // 1000
        halves += [replace(pause, ended_at=middle), replace(pause, started_at=middle)]

    other = replace(clock, pauses=tuple(halves))

    at = clock.anchor_at + later * MINUTE
    assert due_at(other, CALENDAR) == due_at(clock, CALENDAR)
    assert consumed(other, CALENDAR, at=at) == consumed(clock, CALENDAR, at=at)


@given(clocks())
def test_a_pause_inside_another_changes_nothing(clock: CaseClock) -> None:
    nested = tuple(
        replace(
            pause,
            started_at=pause.started_at + (must(pause.ended_at) - pause.started_at) / 3,
            ended_at=pause.ended_at,
        )
        for pause in clock.pauses
    )

    other = replace(clock, pauses=clock.pauses + nested)

    assert due_at(other, CALENDAR) == due_at(clock, CALENDAR)


@given(st.integers(5, 30), st.integers(0, 200), st.integers(1, 4), st.integers(1, 20))
def test_k_full_working_days_of_pause_move_the_due_day_by_k(
    days: int, start: int, after: int, k: int
) -> None:
    anchor_day = CALENDAR.shift_workdays(date(2026, 1, 5), start)
    first = CALENDAR.shift_workdays(anchor_day, after)
    pause = Pause(PauseReason.HEARING, at(first, 9), at(CALENDAR.shift_workdays(first, k), 9))
    clock = CaseClock(
        ClockKind.STATUTORY, Amount.of(days, "workday"), at(anchor_day, 10), pause_rule=PauseRule.HALF_OPEN
    )

    moved = must(due_at(replace(clock, pauses=(pause,)), CALENDAR))

    due_day = must(due_at(clock, CALENDAR)) - timedelta.resolution
    expected = CALENDAR.shift_workdays(due_day.astimezone(RECKONING_ZONE).date(), k)
    assert moved == at(expected, 0) + timedelta(days=1)


@given(clocks(only=(Unit.WORKHOUR,)), st.integers(0, 60), st.integers(0, 839), st.integers(0, 839))
def test_a_pause_in_closed_hours_changes_nothing_for_work_hours(
    clock: CaseClock, days: int, one: int, two: int
) -> None:
    # The fourteen hours from 18:00 to 08:00.
    evening = at((clock.anchor_at + timedelta(days=days)).astimezone(RECKONING_ZONE).date(), 18)
    night = Pause(PauseReason.HEARING, evening + min(one, two) * MINUTE, evening + max(one, two) * MINUTE)

    other = replace(clock, pauses=(*clock.pauses, night))

    assert due_at(other, CALENDAR) == due_at(clock, CALENDAR)


@given(clocks(), st.lists(st.integers(0, 250), min_size=2, max_size=6))
def test_fractions_are_reached_in_order_and_the_whole_is_the_due_instant(
    clock: CaseClock, percents: list[int]
) -> None:
    fractions = [Decimal(percent) / 100 for percent in sorted(percents)]

    instants = [must(instant_at_fraction(clock, CALENDAR, fraction=fraction)) for fraction in fractions]

    assert instants == sorted(instants)
    assert instant_at_fraction(clock, CALENDAR, fraction=Decimal(1)) == due_at(clock, CALENDAR)


@given(clocks(only=(Unit.WORKDAY, Unit.WORKHOUR, Unit.URGENT_HOUR, Unit.MINUTE)), st.integers(0, 25))
def test_at_the_instant_of_a_fraction_that_fraction_is_consumed(clock: CaseClock, tenths: int) -> None:
    fraction = Decimal(tenths) / 10

    instant = must(instant_at_fraction(clock, CALENDAR, fraction=fraction))

    assert remaining(clock, CALENDAR, at=instant) == clock.amount.value * (1 - fraction)


@given(clocks(), st.integers(-3 * 1440, 20 * 1440))
def test_an_open_pause_either_hides_the_due_instant_or_comes_after_it(clock: CaseClock, offset: int) -> None:
    open_pause = Pause(PauseReason.APPRAISAL, clock.anchor_at + offset * MINUTE)

    due = due_at(replace(clock, pauses=(*clock.pauses, open_pause)), CALENDAR)

    if due is not None:
        assert due == due_at(clock, CALENDAR)
        assert due == clock.anchor_at or open_pause.started_at >= due


# --- a reference that shares no code with the engine


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=RECKONING_ZONE).astimezone(UTC)


@cache
def is_workday(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


def is_working_minute(instant: datetime) -> bool:
    there = instant.astimezone(RECKONING_ZONE)
    return is_workday(there.date()) and there.hour in {8, 9, 10, 11, 14, 15, 16, 17}


def is_paused_minute(instant: datetime, pauses: tuple[Pause, ...]) -> bool:
    return any(pause.started_at <= instant < must(pause.ended_at) for pause in pauses)


def naive_hours_due(clock: CaseClock) -> datetime:
    left = int(clock.amount.value) * 60
    instant = clock.anchor_at
    while left:
        if is_working_minute(instant) and not is_paused_minute(instant, clock.pauses):
            left -= 1
        instant += MINUTE
    return instant


def naive_is_paused_day(day: date, clock: CaseClock) -> bool:
    for pause in clock.pauses:
        first = pause.started_at.astimezone(RECKONING_ZONE).date()
        last = must(pause.ended_at).astimezone(RECKONING_ZONE).date()
        if clock.pause_rule is PauseRule.EXCLUDE_BOTH and first <= day <= last:
            return True
        if clock.pause_rule is PauseRule.HALF_OPEN and first <= day < last:
            return True
    return False


def naive_days_due(clock: CaseClock) -> date:
    left = int(clock.amount.value)
    workdays = clock.amount.unit is Unit.WORKDAY
    day = clock.anchor_at.astimezone(RECKONING_ZONE).date()
    while left:
        day += timedelta(days=1)
        if not naive_is_paused_day(day, clock) and (is_workday(day) or not workdays):
            left -= 1
    if clock.kind is not ClockKind.PUBLICITY:
        while naive_is_paused_day(day, clock) or not is_workday(day):
            day += timedelta(days=1)
    return day


@settings(max_examples=300, deadline=None)
@given(clocks(only=(Unit.WORKHOUR,)), st.integers(0, 8 * 1440))
def test_work_hours_agree_with_counting_minute_by_minute(clock: CaseClock, later: int) -> None:
    assert due_at(clock, CALENDAR) == naive_hours_due(clock)

    now = clock.anchor_at + later * MINUTE
    instants = (clock.anchor_at + n * MINUTE for n in range(later))
    counted = sum(
        is_working_minute(instant) and not is_paused_minute(instant, clock.pauses) for instant in instants
    )
    assert consumed(clock, CALENDAR, at=now) == counted * MINUTE


@settings(max_examples=400, deadline=None)
@given(clocks(only=(Unit.WORKDAY, Unit.CALDAY), least=1))
def test_days_agree_with_counting_day_by_day(clock: CaseClock) -> None:
    clock = replace(clock, end_of=EndOf.DAY)

    assert due_at(clock, CALENDAR) == at(naive_days_due(clock), 0) + timedelta(days=1)


@pytest.mark.parametrize("unit", [Unit.WORKDAY, Unit.WORKHOUR])
def test_ten_years_are_counted_as_exactly_as_ten_days(unit: Unit) -> None:
    anchor = local(2014, 3, 3, 8)
    days = sum(is_workday(date(2014, 3, 4) + timedelta(days=n)) for n in range(3650))
    last = date(2014, 3, 3) + timedelta(days=3650)
    assert is_workday(last)

    if unit is Unit.WORKDAY:
        assert due_at(CaseClock(ClockKind.STAGE, Amount.of(days, unit), anchor), CALENDAR) == at(
            last, 0
        ) + timedelta(days=1)
    else:
        hours = CaseClock(ClockKind.STAGE, Amount.of(8 * (days + 1), unit), anchor)
        assert due_at(hours, CALENDAR) == at(last, 18)
