"""How long to wait: "PT2H", "P1M", or in the units of the statutory clock, "3 workdays"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from engine.clock import RECKONING_ZONE
from engine.dry_run.fields import shown
from engine.errors import InvalidArgument
from engine.feel import YearsMonths
from engine.feel.instants import duration_from_text, plus_months
from engine.model.calendars import WorkCalendar
from engine.model.clocks import CaseClock, due_at
from engine.model.limits import Amount, ClockKind

Span = timedelta | YearsMonths | Amount


def span_from(value: Any, *, place: str) -> Span:
    """Raises InvalidArgument for anything else, and for what is below zero."""
    if isinstance(value, str):
        span = duration_from_text(value)
        if isinstance(span, timedelta) and span >= timedelta():
            return span
        if isinstance(span, YearsMonths) and span.months >= 0:
            return span
        if span is None:
            try:
                return Amount.parse(value)
            except InvalidArgument:
                pass
    raise InvalidArgument(
        f"Expected a duration such as PT2H, P5D or '3 workdays' at {place}, but got {shown(value)}."
    )


def instant_after(now: datetime, span: Span, *, calendar: WorkCalendar) -> datetime:
    """`span` after `now`; an amount of law ends when a limit of that amount, begun now, runs out."""
    try:
        if isinstance(span, timedelta):
            return now + span
        if isinstance(span, YearsMonths):
            local = plus_months(now.astimezone(RECKONING_ZONE), span.months)
            assert isinstance(local, datetime)  # noqa: S101 - an instant in, an instant out
            return local.astimezone(UTC)
        due = due_at(CaseClock(ClockKind.STAGE, span, now), calendar)
    except (OverflowError, ValueError) as error:
        raise InvalidArgument(f"Expected an instant in the years 1 to 9999, but {span} is beyond.") from error
    assert due is not None  # noqa: S101 - nothing pauses it
    return due
