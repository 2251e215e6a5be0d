"""Counts: how far a clock has got at an instant, and the instant at which it gets so far.

A position is a whole number of microseconds counted since the anchor. For units that count days,
one day is `DAY_US` of them, however long its sessions are. Belongs here: the arithmetic that
skips closed time and pauses. What a clock means and may do is in `clocks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from engine.model.calendars import WorkCalendar
from engine.model.limits import EndOf, PauseRule
from engine.model.pauses import Pause
from engine.model.working_time import DAY_US, Spans, local_us

Gap = tuple[int, int | None]
"""What a pause takes out, from its start up to its end; None while it is open."""


class Count(Protocol):
    def position(self, us: int) -> int:
        """How much is counted at the instant `us`; 0 before the anchor."""
        ...

    def reached(self, position: int) -> int | None:
        """The first instant at which `position` is counted; None if an open pause comes before."""
        ...


def union_of_gaps(gaps: Iterable[Gap]) -> list[Gap]:
    """The same gaps in order and apart; nested and overlapping ones are one."""
    ordered = sorted(gaps, key=_start)
    if len(ordered) < 2:
        return ordered
    merged = [ordered[0]]
    for start, end in ordered[1:]:
        last_start, last_end = merged[-1]
        if last_end is None:
            break
        if start > last_end:
            merged.append((start, end))
        elif end is None or end > last_end:
            merged[-1] = (last_start, end)
    return merged


def _start(gap: Gap) -> int:
    return gap[0]


class HourCount:
    """Hours and minutes: they run from the anchor itself, in sessions or round the clock.

    A pause counts by the working time in it, so one in closed hours changes nothing.
    Source: Civil Code art. 201 (hours run from the time set).
    """

    __slots__ = ("_anchor", "_calendar", "_gaps", "_start")

    def __init__(
        self, *, anchor_at: datetime, pauses: tuple[Pause, ...], calendar: WorkCalendar | None
    ) -> None:
        """`calendar` None counts round the clock."""
        self._calendar = calendar
        self._anchor = local_us(anchor_at)
        self._start = self._counted(self._anchor)
        self._gaps = union_of_gaps(
            (
                max(self._start, self._counted(local_us(pause.started_at))),
                None if pause.ended_at is None else max(self._start, self._counted(local_us(pause.ended_at))),
            )
            for pause in pauses
        )

    def position(self, us: int) -> int:
        if us <= self._anchor:
            return 0
        now = self._counted(us)
        position = now - self._start
        for start, end in self._gaps:
            if now <= start:
                break
            position -= (now if end is None or now < end else end) - start
        return position

    def reached(self, position: int) -> int | None:
        if position <= 0:
            return self._anchor
        target = self._start + position
        for start, end in self._gaps:
            if target <= start:
                break
            if end is None:
                return None
            target += end - start
        return target if self._calendar is None else self._calendar.when_worked(target)

    def _counted(self, us: int) -> int:
        return us if self._calendar is None else self._calendar.worked_before(us)


class DayCount:
    """Workdays or calendar days: the day of the anchor is not counted, paused days are not counted.

    A whole number of days is reached when the last one ends: at 24:00, or at the close of business.
    A part of a workday is measured in its sessions, a part of a calendar day from midnight on.
    With `rolls`, a budget that ends on a closed day ends on the next open one, and counting beyond
    it goes on from there.

    A day that is over when a pause begins stays counted.
    Source: Civil Code arts. 201-203; Administrative Licensing Law art. 82.
    """

    __slots__ = (
        "_anchor",
        "_anchor_day",
        "_budget",
        "_business",
        "_calendar",
        "_gaps",
        "_last",
        "_moves",
        "_workdays",
    )

    def __init__(
        self,
        *,
        anchor_at: datetime,
        pauses: tuple[Pause, ...],
        calendar: WorkCalendar,
        budget: int,
        workdays: bool,
        rolls: bool,
        pause_rule: PauseRule,
        end_of: EndOf,
    ) -> None:
        self._calendar = calendar
        self._anchor = local_us(anchor_at)
        self._anchor_day = self._anchor // DAY_US
        self._budget = budget
        self._workdays = workdays
        self._business = end_of is EndOf.BUSINESS
        self._gaps = union_of_gaps(self._gap_days(pauses, half_open=pause_rule is PauseRule.HALF_OPEN))
        # What is due within zero days is due on the day itself (即办), or the next that counts.
        # Like a last day on a holiday, the budget then ends on a later day than it was counted to.
        self._moves = rolls or budget == 0
        self._last = self._last_day(open_only=rolls or workdays)

    def position(self, us: int) -> int:
        counted = self._counted(us, after=self._anchor_day)
        if not self._moves or (counted <= self._budget and self._budget):
            return counted
        due = self.reached(self._budget)
        if due is None or self._last is None or us <= due:
            return min(counted, self._budget)
        return self._budget + self._counted(us, after=self._last)

    def reached(self, position: int) -> int | None:
        if position <= 0 and self._budget > 0:
            return self._anchor
        if position == self._budget:
            day = self._last
        elif position > self._budget and self._moves:
            if self._last is None:
                return None
            return self._after(self._last, position - self._budget)
        else:
            return self._after(self._anchor_day, position)
        return None if day is None else max(self._anchor, self._within(day, position))

    def _after(self, day: int, position: int) -> int | None:
        """The instant `position` after the end of `day`."""
        last = self._nth_day(after=day, count=-(-position // DAY_US))
        return None if last is None else self._within(last, position)

    def _within(self, day: int, position: int) -> int:
        """The instant of `day` at which the part of a day in `position` is done; its end if whole."""
        part = position % DAY_US
        if part == 0:
            return self._end(day)
        spans = self._spans(day)
        # Rounded up: nothing is due early.
        left = -(-part * sum(end - start for start, end in spans) // DAY_US)
        for start, end in spans:
            if left <= end - start:
                return day * DAY_US + start + left
            left -= end - start
        raise AssertionError("a part of a day is less than the day")

    def _last_day(self, *, open_only: bool) -> int | None:
        """The day on which the budget ends; None if an open pause comes before."""
        if self._budget == 0:
            day = self._after_gap(self._anchor_day)
        else:
            day = self._nth_day(after=self._anchor_day, count=-(-self._budget // DAY_US))
        if not (self._moves and open_only):
            return day
        while day is not None:
            unpaused = self._after_gap(day)
            if unpaused == day:
                if self._calendar.table_to(day).is_open(day):
                    return day
                unpaused = day + 1
            day = unpaused
        return None

    def _after_gap(self, day: int) -> int | None:
        """The first unpaused day from `day` on."""
        for start, end in self._gaps:
            if start <= day and (end is None or day < end):
                return end
        return day

    def _nth_day(self, *, after: int, count: int) -> int | None:
        rank = self._rank
        first = after + 1
        index = rank(first) + count - 1
        for start, end in self._gaps:
            if end is not None and end <= first:
                continue
            before = rank(start if start > first else first)
            if index < before:
                break
            if end is None:
                return None
            index += rank(end) - before
        return self._calendar.open_day(index) if self._workdays else index

    def _counted(self, us: int, *, after: int) -> int:
        day, rest = divmod(us, DAY_US)
        first = after + 1
        if day < first:
            return 0
        rank = self._rank
        whole = rank(day) - rank(first)
        paused_today = False
        for start, end in self._gaps:
            start = max(start, first)
            if start > day:
                break
            stop = day if end is None or end > day else end
            if stop > start:
                whole -= rank(stop) - rank(start)
            paused_today = end is None or day < end
        if paused_today:
            return whole * DAY_US
        spans = self._spans(day)
        if not spans:
            return whole * DAY_US
        done = sum(min(rest, end) - start for start, end in spans if rest > start)
        return whole * DAY_US + DAY_US * done // sum(end - start for start, end in spans)

    def _gap_days(self, pauses: tuple[Pause, ...], *, half_open: bool) -> list[Gap]:
        gaps: list[Gap] = []
        for pause in pauses:
            start = self._next_start(local_us(pause.started_at))
            if pause.ended_at is None:
                gaps.append((start, None))
                continue
            ended = local_us(pause.ended_at)
            end = self._next_start(ended) if half_open else ended // DAY_US + 1
            if end > start:
                gaps.append((start, end))
        return gaps

    def _next_start(self, us: int) -> int:
        """The day of `us`, or the next one if that day is over already."""
        day = us // DAY_US
        return day + 1 if self._business and us >= self._end(day) else day

    def _end(self, day: int) -> int:
        spans = self._calendar.table_to(day).spans_of(day) if self._business else ()
        return day * DAY_US + (spans[-1][1] if spans else DAY_US)

    def _spans(self, day: int) -> Spans:
        if self._workdays:
            return self._calendar.table_to(day).spans_of(day)
        return ((0, self._end(day) - day * DAY_US),)

    @property
    def _rank(self) -> Callable[[int], int]:
        return self._calendar.open_days_before if self._workdays else int
