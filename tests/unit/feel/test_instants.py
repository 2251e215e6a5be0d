"""Clocks and databases take what Python's types hold: microseconds in the years 1 to 9999."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from engine.feel import YearsMonths
from engine.feel.errors import Fault
from engine.feel.far import FarDate, FarDateTime, FarSpan, FineTime
from engine.feel.instants import date_and_time_from_text, duration_from_text, plus_months, python_value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T10:00:00.123456789Z", datetime(2026, 3, 1, 10, 0, 0, 123456, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1)),
        ("12026-03-01T10:00:00Z", None),
        ("0000-03-01T10:00:00Z", None),
        ("tomorrow", None),
    ],
)
def test_a_date_and_time_from_text(text: str, expected: datetime | None) -> None:
    assert date_and_time_from_text(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT0.123456789S", timedelta(microseconds=123456)),
        ("-PT0.123456789S", timedelta(microseconds=-123456)),
        ("P1Y2M", YearsMonths(14)),
        ("P1000000000D", None),
        ("a day", None),
    ],
)
def test_a_duration_from_text(text: str, expected: object) -> None:
    assert duration_from_text(text) == expected


def test_months_end_with_python_s_years() -> None:
    assert plus_months(datetime(2026, 1, 31, tzinfo=UTC), 1) == datetime(2026, 2, 28, tzinfo=UTC)
    with pytest.raises(Fault, match="10000"):
        plus_months(datetime(9999, 12, 1, tzinfo=UTC), 1)


def test_what_python_cannot_hold_stays_as_it_is() -> None:
    assert python_value(FineTime(1_999, None)) == time(0, 0, 0, 1)
    assert python_value(FarSpan(-1_999)) == timedelta(microseconds=-1)
    assert python_value(FarDate(0)) == FarDate(0)
    assert python_value(FarDateTime(0, 1_999, None)) == FarDateTime(0, 1_000, None)
    assert python_value("text") == "text"
