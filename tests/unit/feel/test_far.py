"""Far dates behave as Python's own do in years of the same shape, and every value has one form only."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel import YearsMonths, equal, from_stored, kind, to_json
from engine.feel.errors import Fault
from engine.feel.far import (
    DAY,
    MAX_SPAN,
    AnyDate,
    AnyTime,
    FarDate,
    FarDateTime,
    FarSpan,
    FineTime,
    clock_of,
    day_at,
    instant_of,
    moment_at,
    nanos_of,
    ordinal_of,
    ordinal_on,
    same_day_in_calendar,
    span_of,
    time_at,
)
from engine.feel.temporal import days_from, difference, months_between, plus_months, plus_span
from engine.feel.temporal_text import (
    date_and_time_from_text,
    date_from_text,
    duration_from_text,
    temporal_text,
    time_from_text,
)
from engine.feel.values import compare, identity, same
from engine.feel.zones import fixed_zone

ERA_DAYS = 146_097
FIRST, LAST = ordinal_on(-999_999_999, 1, 1), ordinal_on(999_999_999, 12, 31)

zones = (
    st.none()
    | st.just(UTC)
    | st.integers(-14 * 3600, 14 * 3600).map(lambda seconds: fixed_zone(timedelta(seconds=seconds)))
    | st.sampled_from(
        [ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Paris", "Australia/Melbourne", "Etc/UTC")]
    )
)
ordinals = st.integers(FIRST, LAST) | st.integers(-800_000, 4_000_000)
clocks = st.integers(0, DAY - 1) | st.integers(0, 86_399).map(lambda seconds: seconds * 10**9)
days = ordinals.map(day_at)
moments = st.builds(moment_at, ordinals, clocks, zones)
times = st.builds(time_at, clocks, zones)
spans = (st.integers(-MAX_SPAN + 1, MAX_SPAN - 1) | st.integers(-(10**15), 10**15)).map(span_of)
months = st.integers(-24_000_000_000, 24_000_000_000).map(YearsMonths)
eras = st.integers(-2_000_000, 2_000_000)


@given(days)
def test_a_date_is_read_back_from_its_text(day: AnyDate) -> None:
    assert date_from_text(temporal_text(day)) == day


@given(moments)
def test_a_date_and_time_is_read_back_from_its_text(moment: datetime | FarDateTime) -> None:
    assert same(date_and_time_from_text(temporal_text(moment)), moment)


@given(times)
def test_a_time_is_read_back_from_its_text(moment: time | FineTime) -> None:
    assert same(time_from_text(temporal_text(moment)), moment)


@given(spans | months)
def test_a_duration_is_read_back_from_its_text(duration: timedelta | FarSpan | YearsMonths) -> None:
    assert duration_from_text(temporal_text(duration)) == duration


@given(days | moments | times | spans | months)
def test_storing_and_restoring_changes_nothing(value: object) -> None:
    restored = from_stored(to_json(value))

    assert kind(restored) == kind(value)
    assert type(restored) is type(value)
    assert same(restored, value)


@given(st.dates(), eras, st.integers(-4_000_000, 4_000_000))
def test_days_after_a_date_are_the_same_in_every_era(day: date, era: int, count: int) -> None:
    far = day_at(day.toordinal() + era * ERA_DAYS)

    later = plus_span(far, timedelta(days=count))

    assert isinstance(later, AnyDate)
    assert ordinal_of(later) - era * ERA_DAYS == day.toordinal() + count
    assert difference(later, far) == timedelta(days=count)
    assert plus_span(later, timedelta(days=-count)) == far


@given(st.dates(min_value=date(401, 1, 1), max_value=date(9599, 12, 31)), eras, st.integers(-4_800, 4_800))
def test_months_after_a_date_are_the_same_in_every_era(day: date, era: int, count: int) -> None:
    near = plus_months(day, count)

    far = plus_months(day_at(day.toordinal() + era * ERA_DAYS), count)

    assert isinstance(near, date)
    assert (far.year, far.month, far.day) == (near.year + 400 * era, near.month, near.day)
    assert months_between(day_at(day.toordinal() + era * ERA_DAYS), far) == months_between(day, near)


@given(st.dates(), eras)
def test_a_far_day_looks_like_the_same_day_of_another_era(day: date, era: int) -> None:
    twin = same_day_in_calendar(day_at(day.toordinal() + era * ERA_DAYS))

    assert (twin.month, twin.day, twin.weekday()) == (day.month, day.day, day.weekday())
    assert twin.isocalendar().week == day.isocalendar().week
    assert twin.timetuple().tm_yday == day.timetuple().tm_yday


@given(st.datetimes(timezones=zones), st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_near_moments_agree_with_python(moment: datetime, span: timedelta) -> None:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        expected = (aware.astimezone(UTC) + span).astimezone(aware.tzinfo)
    except OverflowError:
        return

    later = plus_span(moment, span)

    assert isinstance(later, datetime)
    assert later.replace(tzinfo=None) == expected.replace(tzinfo=None)
    assert difference(later, moment) == span


@given(moments, spans)
def test_a_span_added_and_taken_away_gives_the_same_instant(
    moment: datetime | FarDateTime, span: timedelta | FarSpan
) -> None:
    try:
        later = plus_span(moment, span)
    except Fault:
        return

    assert difference(later, moment) == span
    assert equal(plus_span(later, span_of(-nanos_of(span))), moment)


@given(times, spans)
def test_a_time_goes_round_the_clock(moment: time | FineTime, span: timedelta | FarSpan) -> None:
    later = plus_span(moment, span)

    assert isinstance(later, AnyTime)
    assert (clock_of(later) - clock_of(moment) - nanos_of(span)) % DAY == 0
    assert same(plus_span(later, span_of(-nanos_of(span))), moment)


@pytest.mark.parametrize(
    "values", [days, spans, st.builds(moment_at, ordinals, clocks, st.just(UTC)), months]
)
def test_order_within_one_type_is_total(values: st.SearchStrategy[object]) -> None:
    @given(values, values, values)
    def check(one: object, two: object, three: object) -> None:
        assert compare(one, two) == -compare(two, one)  # type: ignore[operator]
        assert (compare(one, two) == 0) is equal(one, two)
        assert (identity(one) == identity(two)) is equal(one, two)
        low, middle, high = sorted([one, two, three], key=_rank)
        assert compare(low, middle) in (-1, 0)
        assert compare(low, high) in (-1, 0)

    check()


def _rank(value: object) -> int:
    match value:
        case YearsMonths():
            return value.months
        case timedelta() | FarSpan():
            return nanos_of(value)
        case datetime() | FarDateTime():
            return instant_of(value)
        case date() | FarDate():
            return ordinal_of(value)
    raise AssertionError(value)


@given(days, days)
def test_python_sorts_far_and_near_dates_together(one: AnyDate, other: AnyDate) -> None:
    assert (one < other) is (ordinal_of(one) < ordinal_of(other))
    assert (one >= other) is (ordinal_of(one) >= ordinal_of(other))


def test_python_orders_every_far_value_against_its_near_kind() -> None:
    assert date.max < FarDate(ordinal_of(date.max) + 1)
    assert FarDateTime(ordinal_of(date.max) + 1, 0, UTC) > datetime.max.replace(tzinfo=UTC)
    assert FineTime(1, None) > time(0)
    assert FineTime(1, None) <= FineTime(1, None)
    assert FarSpan(1) > timedelta()
    assert timedelta(microseconds=1) >= FarSpan(999)


def test_what_has_no_order_is_refused_as_python_refuses_it() -> None:
    with pytest.raises(TypeError):
        assert FarDate(0) < datetime(2026, 1, 1)
    with pytest.raises(TypeError):
        assert FarDateTime(0, 0, UTC) < datetime(2026, 1, 1)
    with pytest.raises(TypeError):
        assert FineTime(1, UTC) < time(1)


@pytest.mark.parametrize(
    ("ordinal", "nanos", "type_"),
    [
        (1, 0, datetime),
        (0, 0, FarDateTime),
        (1, 1_000, datetime),
        (1, 1, FarDateTime),
        (date.max.toordinal(), DAY - 1_000, datetime),
        (date.max.toordinal() + 1, 0, FarDateTime),
    ],
)
def test_python_s_own_type_is_taken_wherever_it_can_hold_the_value(
    ordinal: int, nanos: int, type_: type
) -> None:
    assert type(moment_at(ordinal, nanos, None)) is type_


def test_years_go_from_minus_to_plus_999999999() -> None:
    assert temporal_text(day_at(FIRST)) == "-999999999-01-01"
    assert temporal_text(day_at(LAST)) == "999999999-12-31"
    for beyond in (FIRST - 1, LAST + 1):
        with pytest.raises(Fault, match="999,999,999"):
            day_at(beyond)
        with pytest.raises(Fault, match="999,999,999"):
            moment_at(beyond, 0, None)


def test_a_zone_keeps_its_last_rule_in_far_years_and_the_sun_s_time_in_early_ones() -> None:
    paris = ZoneInfo("Europe/Paris")
    summer = moment_at(ordinal_on(20_260, 7, 1), 0, paris)
    winter = moment_at(ordinal_on(20_260, 1, 1), 0, paris)
    early = moment_at(ordinal_on(-400, 7, 1), 0, paris)

    assert summer.utcoffset() == timedelta(hours=2)
    assert winter.utcoffset() == timedelta(hours=1)
    assert early.utcoffset() == timedelta(minutes=9, seconds=21)


def test_the_first_and_last_hours_of_python_s_years_have_an_instant() -> None:
    shanghai = timezone(timedelta(hours=8))
    first, last = (
        datetime(1, 1, 1, tzinfo=shanghai),
        datetime(9999, 12, 31, 23, tzinfo=timezone(-timedelta(hours=8))),
    )

    assert temporal_text(plus_span(first, timedelta(hours=-1))) == "0000-12-31T23:00:00+08:00"
    assert difference(last, first) == timedelta(days=3_652_058, hours=23 + 16)
    assert identity(first) != identity(last)


def test_every_day_between_two_dates_is_made_when_it_is_asked_for() -> None:
    days_of_far_years = days_from(day_at(FIRST), day_at(LAST))

    assert len(days_of_far_years) == LAST - FIRST + 1
    assert days_of_far_years[-1] == day_at(LAST)
    assert [
        temporal_text(day) for day in days_from(date(9999, 12, 30), FarDate(ordinal_on(10_000, 1, 1)))
    ] == [
        "9999-12-30",
        "9999-12-31",
        "10000-01-01",
    ]
    assert list(days_from(date(2026, 1, 2), date(2026, 1, 1))) == [date(2026, 1, 2), date(2026, 1, 1)]
    assert list(days_from(date(2026, 1, 1), date(2026, 1, 9))[1:3]) == [date(2026, 1, 2), date(2026, 1, 3)]


def test_spans_end_at_ten_to_the_eighteen_seconds() -> None:
    assert span_of(MAX_SPAN - 1) == FarSpan(MAX_SPAN - 1)
    assert abs(FarSpan(1 - MAX_SPAN)) == FarSpan(MAX_SPAN - 1)
    assert -FarSpan(-1) == FarSpan(1)
    with pytest.raises(Fault, match="10\\^18"):
        span_of(MAX_SPAN)
