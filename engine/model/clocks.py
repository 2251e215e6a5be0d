"""The statutory clock: a ledger of one limit running on one case or element.

A clock stores what happened (anchor, pauses, extension, end). When it is due, how much is used up
and whether it is overdue follow from that and a calendar, and are never stored as facts.
All instants are aware UTC; days and hours are counted in the reckoning zone.

Source: Civil Code arts. 201-204; Administrative Licensing Law arts. 42, 45, 82; Administrative
Penalty Law art. 85.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from engine.clock import RECKONING_ZONE
from engine.errors import Forbidden, InvalidArgument, InvalidState
from engine.model.calendars import WorkCalendar
from engine.model.counts import Count, DayCount, HourCount
from engine.model.limits import Amount, EndOf, PauseRule, TimeLimit, Unit
from engine.model.limits import ClockKind as ClockKind
from engine.model.offsets import UNIT_US, instant_before, month_shifted
from engine.model.pauses import PAUSE_TYPES, PauseReason, PauseType, pauses_for
from engine.model.pauses import Pause as Pause
from engine.model.working_time import DAY_US, date_of, instant_of, local_us


class ClockState(StrEnum):
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    MET = "MET"
    """Closed in time."""
    BREACHED = "BREACHED"
    """Closed too late. An open clock past its due instant is RUNNING and overdue."""
    CANCELED = "CANCELED"


_ENDS = frozenset({ClockState.MET, ClockState.BREACHED, ClockState.CANCELED})
_SIX_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class CaseClock:
    """One running limit."""

    kind: ClockKind
    amount: Amount
    anchor_at: datetime
    pauses: tuple[Pause, ...] = ()
    """In the order they began. Overlapping and nested ones count once."""
    extension: Amount | None = None
    pause_rule: PauseRule = PauseRule.EXCLUDE_BOTH
    end_of: EndOf = EndOf.DAY
    closed_at: datetime | None = None
    outcome: ClockState | None = None
    """How it ended: MET, BREACHED or CANCELED; None while it is open."""

    def __post_init__(self) -> None:
        if self.anchor_at.tzinfo is None or (self.closed_at is not None and self.closed_at.tzinfo is None):
            raise InvalidArgument(f"Expected clock instants with a zone, but got {self.anchor_at}.")
        if self.extension is not None and self.extension.unit is not self.amount.unit:
            raise InvalidArgument(
                f"Expected an extension in {self.amount.unit}, but got {self.extension.unit}."
            )
        if (self.closed_at is None) != (self.outcome is None) or self.outcome not in {None, *_ENDS}:
            raise InvalidArgument(f"Expected a closed clock to have an end, but got {self.outcome}.")

    @property
    def state(self) -> ClockState:
        if self.outcome is not None:
            return self.outcome
        return ClockState.PAUSED if self.open_pauses else ClockState.RUNNING

    @property
    def open_pauses(self) -> tuple[Pause, ...]:
        """What holds an open clock; empty on a closed one."""
        if self.outcome is not None:
            return ()
        return tuple(pause for pause in self.pauses if pause.ended_at is None)

    @property
    def total(self) -> Amount:
        """The amount with its extension."""
        if self.extension is None:
            return self.amount
        return Amount(self.amount.value + self.extension.value, self.amount.unit)


def clock_for(limit: TimeLimit, *, anchor_at: datetime) -> CaseClock:
    """A new clock under `limit`."""
    return CaseClock(
        kind=limit.kind,
        amount=limit.amount,
        anchor_at=anchor_at,
        pause_rule=limit.pause_rule,
        end_of=limit.end_of,
    )


# --- what follows from the ledger --------------------------------------------------------------


def due_at(clock: CaseClock, calendar: WorkCalendar) -> datetime | None:
    """When the limit runs out; None while a pause is open that began before that.

    24:00 is 00:00 of the next day.
    Raises InvalidArgument if the calendar does not reach so far.
    """
    budget, count = _reckoning(clock, calendar)
    return _instant(count.reached(budget))


def due_date(clock: CaseClock, calendar: WorkCalendar) -> date | None:
    """The last day of the limit, as an applicant is told it: the day that ends at 24:00, not the next."""
    due = due_at(clock, calendar)
    if due is None:
        return None
    if clock.amount.unit.counts_days and due > clock.anchor_at:
        due -= timedelta.resolution
    return due.astimezone(RECKONING_ZONE).date()


def consumed(clock: CaseClock, calendar: WorkCalendar, *, at: datetime) -> timedelta:
    """The counted time used up at `at`, or at its end if it closed before.

    A workday is worth the hours of a usual day (8 h), a calendar day 24 h.
    """
    position = _position(clock, calendar, at=at)[1]
    if clock.amount.unit is Unit.WORKDAY:
        position = position * calendar.workday_us // DAY_US
    return timedelta(microseconds=position)


def remaining(clock: CaseClock, calendar: WorkCalendar, *, at: datetime) -> Decimal:
    """What is left at `at` in the clock's own unit, to six places; negative once it is exceeded.

    Zero is not yet overdue: between the close of business and 24:00 of the last day nothing is
    left, and still the day has not ended.
    """
    budget, position = _position(clock, calendar, at=at)
    unit_us = Decimal(UNIT_US[clock.amount.unit])
    if clock.amount.unit is Unit.CALMONTH and clock.total.value:
        # Months differ in length; this limit's own days are shared out evenly over its months.
        unit_us = budget / clock.total.value
    return ((budget - position) / unit_us).quantize(_SIX_PLACES, rounding=ROUND_HALF_EVEN)


def is_overdue(clock: CaseClock, calendar: WorkCalendar, *, at: datetime) -> bool:
    """Whether an open clock has passed its due instant."""
    if clock.outcome is not None:
        return False
    due = due_at(clock, calendar)
    return due is not None and at > due


def instant_at_fraction(clock: CaseClock, calendar: WorkCalendar, *, fraction: Decimal) -> datetime | None:
    """When that part of the budget is used up: 0 at the anchor, 1 when due, more in the same unit after.

    None if an open pause comes before. The whole budget counts, extension included.
    """
    if not fraction.is_finite() or fraction < 0:
        raise InvalidArgument(f"Expected a fraction of at least 0, but got {fraction}.")
    budget, count = _reckoning(clock, calendar)
    return _instant(count.reached(int((budget * fraction).to_integral_value(ROUND_CEILING))))


def instant_at_offset(
    clock: CaseClock, calendar: WorkCalendar, *, offset: Amount, before: bool
) -> datetime | None:
    """When `offset` is left before the due instant, or has passed since; never before the anchor.

    In the clock's own unit the clock's own count is followed, pauses included. In another unit the
    way back from the due instant follows the calendar alone; the way on skips pauses too.
    None if an open pause comes before.
    """
    budget, count = _reckoning(clock, calendar)
    if offset.unit is clock.amount.unit and offset.unit is not Unit.CALMONTH:
        step = int(offset.value * UNIT_US[offset.unit])
        return _instant(count.reached(max(0, budget - step if before else budget + step)))
    due = _instant(count.reached(budget))
    if due is None:
        return None
    if before:
        return max(
            clock.anchor_at, instant_before(due, calendar=calendar, offset=offset, end_of=clock.end_of)
        )
    # The last day is not counted again, so days go on from just before its end.
    start = due - timedelta.resolution if offset.unit.counts_days else due
    return due_at(replace(clock, anchor_at=start, amount=offset, extension=None), calendar)


# --- what may happen to it ---------------------------------------------------------------------


def paused(
    clock: CaseClock,
    *,
    at: datetime,
    reason: PauseReason,
    types: Mapping[PauseReason, PauseType] = PAUSE_TYPES,
) -> CaseClock:
    """The clock with one more pause open. Pauses nest: it runs again when all have ended.

    Raises InvalidState on a closed clock or an instant before the last entry, Forbidden if the
    reason does not stop clocks of this kind. Who may do it is for `PauseType.require_may_start`.
    """
    _require_open(clock, act="pause")
    if reason not in pauses_for(clock.kind, types=types):
        raise Forbidden(f"Expected a reason that stops {clock.kind} clocks, but {reason} does not stop them.")
    _require_forward(clock, at=at, act="pause")
    return replace(clock, pauses=(*clock.pauses, Pause(reason, at)))


def resumed(clock: CaseClock, *, at: datetime, reason: PauseReason | None = None) -> CaseClock:
    """The clock with a pause ended: the one for `reason`, which may be left out if only one is open.

    Of several open for one reason the youngest ends.
    Raises InvalidState if none is open, several are and no reason is given, or `at` is before the
    last entry.
    """
    _require_open(clock, act="resume")
    matching = [
        index
        for index, pause in enumerate(clock.pauses)
        if pause.ended_at is None and reason in (None, pause.reason)
    ]
    if not matching:
        wanted = "a pause" if reason is None else f"a pause for {reason}"
        raise InvalidState(f"Expected {wanted} to be open, but the clock is {clock.state}.")
    if reason is None and len(matching) > 1:
        reasons = ", ".join(clock.pauses[index].reason for index in matching)
        raise InvalidState(f"Expected one open pause or a reason, but several are open: {reasons}.")
    _require_forward(clock, at=at, act="resume")
    index = matching[-1]
    ended = replace(clock.pauses[index], ended_at=at)
    return replace(clock, pauses=(*clock.pauses[:index], ended, *clock.pauses[index + 1 :]))


def extended(
    clock: CaseClock,
    *,
    amount: Amount,
    at: datetime,
    calendar: WorkCalendar,
    legal_max: Amount | None = None,
) -> CaseClock:
    """The clock with its one extension, decided at `at`.

    Raises InvalidState if it is closed, extended already or due by then; Forbidden if `amount`
    exceeds `legal_max`; InvalidArgument if the units differ or the amount is zero. Who may approve
    is decided above: the head of the organ, for joint handling the head of the government.
    Source: Administrative Licensing Law art. 42.
    """
    _require_open(clock, act="extend")
    if clock.extension is not None:
        raise InvalidState(f"Expected a first extension, but {clock.extension.en} were granted already.")
    if amount.value == 0:
        raise InvalidArgument("Expected an extension of more than zero, but got zero.")
    if legal_max is not None and legal_max.unit is not amount.unit:
        raise InvalidArgument(f"Expected an extension in {legal_max.unit}, but got {amount.unit}.")
    if legal_max is not None and amount.value > legal_max.value:
        raise Forbidden(f"Expected an extension of at most {legal_max.en}, but got {amount.en}.")
    _require_forward(clock, at=at, act="extend")
    due = due_at(clock, calendar)
    if due is not None and at >= due:
        raise InvalidState(f"Expected an extension before the clock is due, but it was due {_shown(due)}.")
    return replace(clock, extension=amount)


def closed(clock: CaseClock, *, at: datetime, calendar: WorkCalendar, canceled: bool = False) -> CaseClock:
    """The clock at its end: MET up to the due instant, BREACHED after it, or CANCELED.

    A pause still open has lasted until `closed_at`.
    Raises InvalidState if it is closed already or `at` is before the last entry.
    """
    _require_open(clock, act="close")
    if not (canceled and not clock.pauses):
        # A clock may be canceled before it has begun.
        _require_forward(clock, at=at, act="close")
    due = due_at(clock, calendar)
    in_time = due is None or at <= due
    outcome = ClockState.CANCELED if canceled else ClockState.MET if in_time else ClockState.BREACHED
    # Open pauses stay as they are: ending one here would count its last day as a day of resumption.
    return replace(clock, closed_at=at, outcome=outcome)


def reanchored(clock: CaseClock, *, anchor_at: datetime) -> CaseClock:
    """The clock begun earlier, because the application counts as accepted on the day of receipt.

    It may be overdue at once. Raises InvalidState if it is closed or the anchor would move forward.
    Source: Administrative Licensing Law art. 32(4), deemed acceptance.
    """
    _require_open(clock, act="re-anchor")
    if anchor_at > clock.anchor_at:
        raise InvalidState(
            f"Expected an anchor before {_shown(clock.anchor_at)}, but got {_shown(anchor_at)}."
        )
    return replace(clock, anchor_at=anchor_at)


# --- inside ------------------------------------------------------------------------------------


def _reckoning(clock: CaseClock, calendar: WorkCalendar) -> tuple[int, Count]:
    """The budget as a position, and the count it is a position of."""
    unit = clock.amount.unit
    total = clock.total.value
    if unit not in _DAY_UNITS:
        hours = calendar if unit is Unit.WORKHOUR else None
        count = HourCount(anchor_at=clock.anchor_at, pauses=clock.pauses, calendar=hours)
        return int(total * UNIT_US[unit]), count
    workdays = unit is Unit.WORKDAY
    budget = (
        _days_of_months(clock.anchor_at, int(total)) * DAY_US
        if unit is Unit.CALMONTH
        else int(total * DAY_US)
    )
    return budget, DayCount(
        anchor_at=clock.anchor_at,
        pauses=clock.pauses,
        calendar=calendar,
        budget=budget,
        workdays=workdays,
        # A public notice hangs on holidays too: nobody has to act on its last day.
        rolls=not workdays and clock.kind is not ClockKind.PUBLICITY,
        pause_rule=clock.pause_rule,
        end_of=clock.end_of,
    )


_DAY_UNITS = frozenset(unit for unit in Unit if unit.counts_days)


def _position(clock: CaseClock, calendar: WorkCalendar, *, at: datetime) -> tuple[int, int]:
    budget, count = _reckoning(clock, calendar)
    if clock.closed_at is not None and at > clock.closed_at:
        at = clock.closed_at
    return budget, count.position(local_us(at))


def _instant(us: int | None) -> datetime | None:
    return None if us is None else instant_of(us)


def _days_of_months(anchor_at: datetime, count: int) -> int:
    anchor = date_of(local_us(anchor_at) // DAY_US)
    return (month_shifted(anchor, count) - anchor).days


def _require_open(clock: CaseClock, *, act: str) -> None:
    if clock.outcome is not None:
        raise InvalidState(f"Expected an open clock to {act}, but it is {clock.outcome}.")


def _require_forward(clock: CaseClock, *, at: datetime, act: str) -> None:
    if at.tzinfo is None:
        raise InvalidArgument(f"Expected an instant with a zone, but got {at.isoformat()}.")
    entries = [clock.anchor_at]
    for pause in clock.pauses:
        entries.append(pause.started_at if pause.ended_at is None else pause.ended_at)
    last = max(entries)
    if at < last:
        raise InvalidState(
            f"Expected to {act} at or after {_shown(last)}, the last entry of the clock, "
            f"but got {_shown(at)}."
        )


def _shown(instant: datetime) -> str:
    return instant.astimezone(RECKONING_ZONE).isoformat(sep=" ", timespec="minutes")
