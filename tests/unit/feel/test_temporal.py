from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from engine.feel import YearsMonths

from .asking import complaint_of, value_of

SHANGHAI = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"2026-02-28"', date(2026, 2, 28)),
        ('@"10:30:00+08:00"', time(10, 30, tzinfo=SHANGHAI)),
        ('@"2026-02-28T10:30:00.5Z"', datetime(2026, 2, 28, 10, 30, 0, 500000, tzinfo=UTC)),
        ('@"-P1DT2H"', timedelta(days=-1, hours=-2)),
        ('@"P1Y2M"', YearsMonths(14)),
        ("date(2026, 2, 28)", date(2026, 2, 28)),
        ('date(@"2026-02-28T10:30:00")', date(2026, 2, 28)),
        ('date and time(@"2026-02-28", @"10:30:00")', datetime(2026, 2, 28, 10, 30)),
        ('time(10, 30, 0, @"PT8H")', time(10, 30, tzinfo=SHANGHAI)),
        ('@"2026-01-31" + @"P1M"', date(2026, 2, 28)),
        ('@"2026-03-31" - @"P1M"', date(2026, 2, 28)),
        ('@"2026-02-28" + @"P1D"', date(2026, 3, 1)),
        ('@"P1D" + @"2026-02-28"', date(2026, 3, 1)),
        ('@"2026-03-01" - @"2026-02-28"', timedelta(days=1)),
        ('@"23:30:00" + @"PT1H"', time(0, 30)),
        ('@"10:00:00" - @"09:00:00"', timedelta(hours=1)),
        ('@"2026-02-28T10:00:00Z" - @"2026-02-28T10:00:00+08:00"', timedelta(hours=8)),
        ('@"P1D" * 1.5', timedelta(hours=36)),
        ('@"P1D" / @"PT6H"', 4),
        ('@"P1Y" / 2', YearsMonths(6)),
        ('@"P1Y" / @"P1M"', 12),
        ('-@"P1M"', YearsMonths(-1)),
        ('abs(@"-PT1H")', timedelta(hours=1)),
        ('sum([@"PT1H", @"PT2H"])', timedelta(hours=3)),
        ('years and months duration(@"2025-03-15", @"2026-02-28")', YearsMonths(11)),
        ('@"2026-02-28" < @"2026-03-01"', True),
        ('@"2026-02-28T10:00:00Z" = @"2026-02-28T18:00:00+08:00"', True),
        ('is(@"2026-02-28T10:00:00Z", @"2026-02-28T18:00:00+08:00")', False),
        ('@"2026-02-28".weekday', 6),
        ('@"2026-02-28T10:30:01".second', 1),
        ('@"10:30:00+08:00".time offset', timedelta(hours=8)),
        ('@"2026-02-28T10:30:00@Asia/Shanghai".timezone', "Asia/Shanghai"),
        ('@"-P1DT2H30M".hours', -2),
        ('@"P1Y2M".months', 2),
        ("[1..5).start included", True),
        ('day of week(@"2026-02-28")', "Saturday"),
        ('month of year(@"2026-02-28")', "February"),
        ('day of year(@"2026-02-28")', 59),
        ('week of year(@"2026-01-01")', 1),
        ('last day of month(@"2024-02-05")', date(2024, 2, 29)),
        ('string(@"2026-02-28T10:30:00.500+08:00")', "2026-02-28T10:30:00.5+08:00"),
        ('string(@"2026-02-28T10:30:00@Asia/Shanghai")', "2026-02-28T10:30:00@Asia/Shanghai"),
        ('string(@"PT0S") + string(@"P0M")', "PT0SP0M"),
    ],
)
def test_dates_times_and_durations(text: str, expected: object) -> None:
    value = value_of(text)

    assert value == expected
    assert type(value) is type(expected) or isinstance(expected, int)


def test_today_and_now_are_the_instant_given_on_the_clocks_of_shanghai() -> None:
    assert value_of("today()") == date(2026, 3, 2)
    assert value_of("now()") == datetime(2026, 3, 1, 20, 30, tzinfo=UTC)
    assert value_of("now().hour") == 4
    assert value_of("now().timezone") == "Asia/Shanghai"


@pytest.mark.parametrize(
    "text",
    [
        'date("2026-02-30")',
        'date("2026-2-3")',
        'time("25:00:00")',
        'time("10:00:00@Nowhere/Land")',
        'time("10:00:00@../../etc/passwd")',
        'duration("P1Y1D")',
        'duration("P")',
        'duration("P1DT")',
        "date(2026, 13, 1)",
        'date("9999-12-31") + duration("P1D")',
        'date("0001-01-01") - duration("P1M")',
        'date("2026-01-01") + date("2026-01-01")',
        '@"2026-02-28T10:00:00" - @"2026-02-28T10:00:00Z"',
        '@"2026-02-28T10:00:00" < @"2026-02-28T10:00:00Z"',
        '@"2026-02-28" < @"2026-02-28T10:00:00"',
        '@"P1M" < @"P30D"',
        '@"P1D" * 9e6000',
        '@"P999999999D" + @"P1D"',
        '@"2026-02-28".hour',
        "duration(1)",
    ],
)
def test_what_is_not_in_the_calendar_is_null_and_says_why(text: str) -> None:
    assert "Expected" in complaint_of(text)
