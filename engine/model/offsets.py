"""Going back from an instant by an amount, and on by months: what needs a calendar but no clock."""

from __future__ import annotations

import calendar as months
from datetime import date, datetime, timedelta

from engine.errors import InvalidArgument
from engine.model.calendars import WorkCalendar
from engine.model.limits import Amount, EndOf, Unit
from engine.model.working_time import DAY_US, HOUR_US, MINUTE_US, date_of, day_of, instant_of, local_us

UNIT_US = {
    Unit.WORKDAY: DAY_US,
    Unit.CALDAY: DAY_US,
    Unit.CALMONTH: DAY_US,
    Unit.WORKHOUR: HOUR_US,
    Unit.URGENT_HOUR: HOUR_US,
    Unit.MINUTE: MINUTE_US,
}
"""How far one of a unit moves a position (see `counts`); a month is counted by its days."""


def month_shifted(day: date, count: int) -> date:
    """The corresponding day `count` months on, or the last of the month if there is none.

    Source: Civil Code art. 202.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not date.min.year <= year <= date.max.year:
        raise InvalidArgument(f"Expected a day within the calendar, but got {count} months from {day}.")
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def instant_before(due: datetime, *, calendar: WorkCalendar, offset: Amount, end_of: EndOf) -> datetime:
    """`offset` before `due`. In days: the end of the day that lies so many days before the last one.

    Raises InvalidArgument for a part of a day.
    """
    us = local_us(due)
    if not offset.unit.counts_days:
        step = int(offset.value * UNIT_US[offset.unit])
        if offset.unit is Unit.WORKHOUR:
            return instant_of(calendar.when_worked(max(1, calendar.worked_before(us) - step)))
        return instant_of(max(0, us - step))
    if offset.value != offset.value.to_integral_value():
        raise InvalidArgument(f"Expected whole days before a clock of another unit, but got {offset.en}.")
    # 24:00 belongs to the day it ends.
    last = date_of((us - 1) // DAY_US)
    count = int(offset.value)
    if offset.unit is Unit.WORKDAY:
        day = calendar.shift_workdays(last, -count)
    elif offset.unit is Unit.CALMONTH:
        day = month_shifted(last, -count)
    else:
        day = last - timedelta(days=count)
    sessions = calendar.sessions(day) if end_of is EndOf.BUSINESS else ()
    return min(due, sessions[-1][1] if sessions else instant_of((day_of(day) + 1) * DAY_US))
