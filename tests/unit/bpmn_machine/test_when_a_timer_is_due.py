from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bpmn.machine.advancing import StepFailed
from engine.bpmn.machine.timers import first_due, next_due
from engine.bpmn.model import TimerKind

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def test_months_are_counted_on_the_calendar_of_shanghai() -> None:
    # 1 March 00:30 in Shanghai is still February in UTC.
    now = datetime(2026, 2, 28, 16, 30, tzinfo=UTC)

    assert first_due(TimerKind.DURATION, "P1M", now=now) == (datetime(2026, 3, 31, 16, 30, tzinfo=UTC), None)


@pytest.mark.parametrize(
    ("value", "due_at", "owed"),
    [
        ("R3/PT10M", NOW + timedelta(minutes=10), "R2/PT10M"),
        ("R1/PT10M", NOW + timedelta(minutes=10), None),
        ("R/PT10M", NOW + timedelta(minutes=10), "R/PT10M"),
        ("R2/2026-03-05T09:00:00/P1D", datetime(2026, 3, 5, 1, tzinfo=UTC), "R1/P1D"),
        ("R2/P1M", datetime(2026, 4, 2, 1, tzinfo=UTC), "R1/2026-03-02T01:00:00+00:00/P1M"),
    ],
)
def test_a_cycle_says_when_and_what_is_still_owed(value: str, due_at: datetime, owed: str | None) -> None:
    assert first_due(TimerKind.CYCLE, value, now=NOW) == (due_at, owed)


@pytest.mark.parametrize("value", ["R0/PT1H", "R-1/PT1H", "R1/2026-13-01/P1D", "R1/P1D/P1D", 7, None])
def test_what_is_no_cycle_fails(value: object) -> None:
    with pytest.raises(StepFailed, match="Expected"):
        first_due(TimerKind.CYCLE, value, now=NOW)


@given(
    minutes=st.integers(1, 10_000),
    late_seconds=st.integers(0, 10**8),
)
def test_the_next_firing_is_the_first_of_the_series_in_the_future(minutes: int, late_seconds: int) -> None:
    now = NOW + timedelta(seconds=late_seconds)

    following = next_due(f"R/PT{minutes}M", due_at=NOW, now=now)

    assert following is not None
    due_at, owed = following
    assert now < due_at <= now + timedelta(minutes=minutes)
    assert (due_at - NOW) % timedelta(minutes=minutes) == timedelta()
    assert owed == f"R/PT{minutes}M"


@given(
    day=st.integers(0, 800),
    hour=st.integers(0, 23),
    months=st.integers(1, 30),
    late_hours=st.integers(0, 40_000),
)
def test_the_next_monthly_firing_skips_nothing(day: int, hour: int, months: int, late_hours: int) -> None:
    start = datetime(2026, 1, 1, hour, tzinfo=UTC) + timedelta(days=day)
    first, owed = first_due(TimerKind.CYCLE, f"R/P{months}M", now=start)
    assert owed is not None
    now = first + timedelta(hours=late_hours)
    series = [
        first_due(TimerKind.DURATION, f"P{months * turn}M", now=start)[0]
        for turn in range(1, 60 // months + 3)
    ]

    following = next_due(owed, due_at=first, now=now)

    assert following is not None
    assert following[0] == next(instant for instant in series if instant > now)
