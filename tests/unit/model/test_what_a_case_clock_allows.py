from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.errors import Forbidden, InvalidArgument, InvalidState
from engine.model.calendars import OpenDay, Overlay, WorkCalendar
from engine.model.clocks import (
    CaseClock,
    ClockKind,
    ClockState,
    Pause,
    clock_for,
    closed,
    consumed,
    due_at,
    due_date,
    extended,
    instant_at_fraction,
    is_overdue,
    paused,
    reanchored,
    remaining,
    resumed,
)
from engine.model.limits import Amount, EndOf, PauseRule, TimeLimit
from engine.model.pauses import PAUSE_TYPES, PauseReason, pauses_for

from .moments import local

MONDAY_10 = local(2026, 11, 2, 10)


def clock_of(
    amount: str,
    anchor_at: datetime = MONDAY_10,
    *,
    kind: ClockKind = ClockKind.STAGE,
    rule: PauseRule = PauseRule.HALF_OPEN,
    end_of: EndOf = EndOf.DAY,
    pauses: tuple[tuple[datetime, datetime | None], ...] = (),
) -> CaseClock:
    return CaseClock(
        kind,
        Amount.parse(amount),
        anchor_at,
        pause_rule=rule,
        end_of=end_of,
        pauses=tuple(Pause(PauseReason.HEARING, started, ended) for started, ended in pauses),
    )


def test_a_clock_takes_its_rules_from_the_limit() -> None:
    limit = TimeLimit(
        key="decision",
        kind=ClockKind.STATUTORY,
        amount=Amount.parse("20 workday"),
        valid_from=date(2004, 7, 1),
        legal_basis="行政许可法第四十二条",
        pause_rule=PauseRule.HALF_OPEN,
        end_of=EndOf.BUSINESS,
    )

    clock = clock_for(limit, anchor_at=MONDAY_10)

    assert (clock.kind, clock.amount, clock.pause_rule, clock.end_of, clock.state) == (
        ClockKind.STATUTORY,
        limit.amount,
        PauseRule.HALF_OPEN,
        EndOf.BUSINESS,
        ClockState.RUNNING,
    )


# --- when it is due


def test_close_of_business_ends_the_last_day_when_so_ruled(calendar: WorkCalendar) -> None:
    assert due_at(clock_of("5 workday", end_of=EndOf.BUSINESS), calendar) == local(2026, 11, 9, 18)
    assert due_at(clock_of("5 workday"), calendar) == local(2026, 11, 10)


def test_business_of_a_short_day_ends_with_its_own_sessions() -> None:
    saturday = Overlay(opened=(OpenDay(date(2026, 11, 7), ((540, 720),)),))
    calendar = WorkCalendar(version="1", overlays=(saturday,))

    clock = clock_of("5 workday", end_of=EndOf.BUSINESS)

    assert due_at(clock, calendar) == local(2026, 11, 7, 12)
    assert remaining(clock, calendar, at=local(2026, 11, 7, 10, 30)) == Decimal("0.5")


def test_an_anchor_on_a_holiday_starts_on_the_next_workday(calendar: WorkCalendar) -> None:
    assert due_date(clock_of("1 workday", local(2026, 10, 3, 10)), calendar) == date(2026, 10, 8)
    assert due_at(clock_of("4 workhour", local(2026, 10, 3, 10)), calendar) == local(2026, 10, 8, 12)
    assert due_at(clock_of("90 minute", local(2026, 10, 3, 10)), calendar) == local(2026, 10, 3, 11, 30)


def test_hours_that_fill_a_session_end_with_it_and_not_at_the_next_one(calendar: WorkCalendar) -> None:
    assert due_at(clock_of("2 workhour"), calendar) == local(2026, 11, 2, 12)
    assert due_at(clock_of("6 workhour"), calendar) == local(2026, 11, 2, 18)


def test_half_a_workday_is_half_its_sessions(calendar: WorkCalendar) -> None:
    assert due_at(clock_of("0.5 workday"), calendar) == local(2026, 11, 3, 12)
    assert due_at(clock_of("1.75 workday"), calendar) == local(2026, 11, 4, 16)


def test_months_end_on_the_corresponding_day_or_the_last_of_the_month(calendar: WorkCalendar) -> None:
    assert due_date(clock_of("1 calmonth", local(2026, 3, 12)), calendar) == date(2026, 4, 13)
    assert due_date(clock_of("1 calmonth", local(2025, 12, 31)), calendar) == date(2026, 2, 2)
    assert due_date(clock_of("3 calmonth", local(2025, 11, 30)), calendar) == date(2026, 2, 28)
    assert due_date(clock_of("6 calmonth", local(2026, 6, 30)), calendar) == date(2026, 12, 30)


def test_zero_days_are_the_day_itself_and_zero_hours_the_instant(calendar: WorkCalendar) -> None:
    assert due_at(clock_of("0 workday"), calendar) == local(2026, 11, 3)
    assert due_at(clock_of("0 calday"), calendar) == local(2026, 11, 3)
    assert due_at(clock_of("0 workday", local(2026, 11, 7, 10)), calendar) == local(2026, 11, 10)
    assert due_at(clock_of("0 workhour"), calendar) == MONDAY_10
    assert due_at(clock_of("0 minute", local(2026, 11, 7, 10)), calendar) == local(2026, 11, 7, 10)
    late = clock_of("0 workday", local(2026, 11, 2, 19), end_of=EndOf.BUSINESS)
    assert due_at(late, calendar) == local(2026, 11, 2, 19)
    assert consumed(late, calendar, at=local(2026, 11, 3, 18)) == timedelta(hours=8)
    assert remaining(late, calendar, at=local(2026, 11, 3, 18)) == -1


def test_a_local_day_begins_at_midnight_in_the_reckoning_zone(calendar: WorkCalendar) -> None:
    # 23:30 in the district is still 15:30 UTC of the same day, 00:30 is the day before in UTC.
    assert due_date(clock_of("1 workday", local(2026, 11, 2, 23, 30)), calendar) == date(2026, 11, 3)
    assert due_date(clock_of("1 workday", local(2026, 11, 3, 0, 30)), calendar) == date(2026, 11, 4)


# --- pauses


def test_a_pause_before_the_anchor_does_nothing(calendar: WorkCalendar) -> None:
    before = ((local(2026, 10, 28, 9), local(2026, 10, 30, 9)),)
    for amount in ("5 workday", "16 workhour", "5 calday", "5 urgent_hour"):
        assert due_at(clock_of(amount, pauses=before), calendar) == due_at(clock_of(amount), calendar)


def test_a_pause_over_the_anchor_counts_from_the_anchor(calendar: WorkCalendar) -> None:
    over = ((local(2026, 10, 28, 9), local(2026, 11, 2, 11)),)

    assert due_at(clock_of("2 workhour", pauses=over), calendar) == local(2026, 11, 2, 15)
    assert due_at(clock_of("5 urgent_hour", pauses=over), calendar) == local(2026, 11, 2, 16)


def test_a_pause_from_the_anchor_day_takes_out_the_days_after_it(calendar: WorkCalendar) -> None:
    pause = ((local(2026, 11, 2, 11), local(2026, 11, 4, 9)),)

    # The anchor day does not count anyway; Tuesday is lost, and Wednesday if both ends are.
    assert due_date(clock_of("5 workday", pauses=pause), calendar) == date(2026, 11, 10)
    both = clock_of("5 workday", pauses=pause, rule=PauseRule.EXCLUDE_BOTH)
    assert due_date(both, calendar) == date(2026, 11, 11)


def test_a_day_that_is_over_when_the_pause_begins_stays_counted(calendar: WorkCalendar) -> None:
    evening = ((local(2026, 11, 5, 19), local(2026, 11, 6, 7)),)

    assert due_date(clock_of("5 workday", pauses=evening, end_of=EndOf.BUSINESS), calendar) == date(
        2026, 11, 9
    )
    # Under 24:00 the day is not over at 19:00.
    assert due_date(clock_of("5 workday", pauses=evening), calendar) == date(2026, 11, 10)


def test_a_pause_after_the_due_instant_does_not_take_it_back(calendar: WorkCalendar) -> None:
    for amount in ("5 workday", "16 workhour", "5 calday", "5 urgent_hour"):
        due = due_at(clock_of(amount), calendar)
        assert due is not None
        late = clock_of(amount, pauses=((due + timedelta(minutes=1), None),))

        assert due_at(late, calendar) == due
        assert late.state is ClockState.PAUSED
        assert is_overdue(late, calendar, at=due + timedelta(hours=1))


def test_a_rolled_last_day_that_is_paused_rolls_on(calendar: WorkCalendar) -> None:
    anchor = local(2026, 9, 20, 9)
    pause = (local(2026, 10, 7, 9), local(2026, 10, 9, 9))

    assert due_date(clock_of("15 calday", anchor, pauses=(pause,)), calendar) == date(2026, 10, 9)
    assert due_date(clock_of("15 calday", anchor, pauses=((pause[0], None),)), calendar) is None


def test_nested_pauses_run_again_when_all_have_ended(calendar: WorkCalendar) -> None:
    clock = paused(clock_of("5 workday"), at=local(2026, 11, 3, 9), reason=PauseReason.HEARING)
    clock = paused(clock, at=local(2026, 11, 4, 9), reason=PauseReason.EXTERNAL_OUTAGE)

    clock = resumed(clock, at=local(2026, 11, 5, 9), reason=PauseReason.HEARING)

    assert clock.state is ClockState.PAUSED
    assert due_at(clock, calendar) is None

    clock = resumed(clock, at=local(2026, 11, 6, 9))

    assert clock.state is ClockState.RUNNING
    assert due_date(clock, calendar) == date(2026, 11, 12)


def test_what_a_paused_clock_refuses() -> None:
    running = clock_of("5 workday")
    both = paused(running, at=MONDAY_10, reason=PauseReason.HEARING)
    both = paused(both, at=MONDAY_10, reason=PauseReason.APPRAISAL)

    with pytest.raises(InvalidState, match="Expected a pause to be open, but the clock is RUNNING"):
        resumed(running, at=MONDAY_10)
    with pytest.raises(InvalidState, match="several are open: hearing, appraisal"):
        resumed(both, at=MONDAY_10)
    with pytest.raises(InvalidState, match="a pause for supplement"):
        resumed(both, at=MONDAY_10, reason=PauseReason.SUPPLEMENT)


def test_the_ledger_does_not_go_backwards() -> None:
    clock = paused(clock_of("5 workday"), at=local(2026, 11, 3, 9), reason=PauseReason.HEARING)

    with pytest.raises(InvalidState, match="at or after 2026-11-03 09:00"):
        resumed(clock, at=local(2026, 11, 3, 8, 59))
    with pytest.raises(InvalidState, match="at or after 2026-11-03 09:00"):
        paused(clock, at=local(2026, 11, 3, 8, 59), reason=PauseReason.HEARING)
    with pytest.raises(InvalidState, match="at or after 2026-11-02 10:00"):
        paused(clock_of("5 workday"), at=local(2026, 11, 2, 9), reason=PauseReason.HEARING)
    with pytest.raises(InvalidArgument, match="with a zone"):
        paused(clock, at=datetime(2026, 11, 4), reason=PauseReason.HEARING)


def test_a_reason_stops_only_its_kinds_of_clock() -> None:
    outage = PauseReason.EXTERNAL_OUTAGE

    assert paused(clock_of("5 workday"), at=MONDAY_10, reason=outage).state is ClockState.PAUSED
    for kind in set(ClockKind) - {ClockKind.STAGE}:
        with pytest.raises(Forbidden, match=f"stops {kind} clocks, but external_outage does not"):
            paused(clock_of("5 workday", kind=kind), at=MONDAY_10, reason=outage)


def test_the_table_of_pauses_is_complete_and_never_lets_an_internal_cause_stop_the_law() -> None:
    assert set(PAUSE_TYPES) == set(PauseReason)
    internal = {PauseReason.EXTERNAL_OUTAGE, PauseReason.SHELVED}
    assert pauses_for(ClockKind.STATUTORY) == set(PauseReason) - internal
    assert pauses_for(ClockKind.PAUSE_LIMIT) == pauses_for(ClockKind.REACTION) == frozenset()
    for entry in PAUSE_TYPES.values():
        assert entry.zh and entry.en and entry.may_start and entry.may_end
        assert entry.needs_document or entry.reason is PauseReason.EXTERNAL_OUTAGE


def test_only_the_named_roles_begin_and_end_a_pause() -> None:
    shelved = PAUSE_TYPES[PauseReason.SHELVED]

    shelved.require_may_start("area_head")
    shelved.require_may_end("supervisor")

    with pytest.raises(Forbidden, match="Expected one of area_head to begin a pause for shelved"):
        shelved.require_may_start("handler")
    with pytest.raises(Forbidden, match="to end a pause"):
        shelved.require_may_end("handler")


# --- extension, end, re-anchoring


def test_one_extension_before_the_due_instant_and_no_more(calendar: WorkCalendar) -> None:
    clock = clock_of("5 workday")
    ten = Amount.parse("10 workday")

    longer = extended(clock, amount=ten, at=local(2026, 11, 9, 23), calendar=calendar, legal_max=ten)

    assert longer.total == Amount.parse("15 workday")
    with pytest.raises(InvalidState, match="10 working days were granted already"):
        extended(longer, amount=ten, at=local(2026, 11, 9, 23), calendar=calendar)
    with pytest.raises(InvalidState, match="was due 2026-11-10 00:00"):
        extended(clock, amount=ten, at=local(2026, 11, 10), calendar=calendar)
    with pytest.raises(Forbidden, match="at most 10 working days, but got 11 working days"):
        extended(clock, amount=Amount.parse("11 workday"), at=MONDAY_10, calendar=calendar, legal_max=ten)
    with pytest.raises(InvalidArgument, match="Expected an extension in workday"):
        extended(clock, amount=Amount.parse("10 calday"), at=MONDAY_10, calendar=calendar, legal_max=ten)
    with pytest.raises(InvalidArgument, match="Expected an extension in workday"):
        extended(clock, amount=Amount.parse("10 calday"), at=MONDAY_10, calendar=calendar)
    with pytest.raises(InvalidArgument, match="more than zero"):
        extended(clock, amount=Amount.parse("0 workday"), at=MONDAY_10, calendar=calendar)


def test_a_clock_that_ends_in_time_is_met_and_after_it_breached(calendar: WorkCalendar) -> None:
    clock = clock_of("5 workday")
    due = due_at(clock, calendar)
    assert due is not None

    assert closed(clock, at=due, calendar=calendar).state is ClockState.MET
    late = closed(clock, at=due + timedelta.resolution, calendar=calendar)
    assert late.state is ClockState.BREACHED
    assert not is_overdue(late, calendar, at=due + timedelta(days=9))
    assert closed(clock, at=due, calendar=calendar, canceled=True).state is ClockState.CANCELED


def test_a_clock_that_ends_while_paused_was_met_and_counts_nothing_of_the_pause(
    calendar: WorkCalendar,
) -> None:
    clock = paused(clock_of("5 workday"), at=local(2026, 11, 3, 9), reason=PauseReason.SUPPLEMENT)

    ended = closed(clock, at=local(2026, 12, 30, 9), calendar=calendar)

    assert ended.state is ClockState.MET
    assert ended.open_pauses == ()
    assert consumed(ended, calendar, at=local(2026, 12, 31)) == timedelta()


def test_nothing_is_consumed_after_the_end(calendar: WorkCalendar) -> None:
    clock = closed(clock_of("16 workhour"), at=local(2026, 11, 2, 15), calendar=calendar)

    assert consumed(clock, calendar, at=local(2026, 11, 30)) == timedelta(hours=3)


def test_a_closed_clock_changes_no_more(calendar: WorkCalendar) -> None:
    clock = closed(clock_of("5 workday"), at=local(2026, 11, 3, 9), calendar=calendar)
    later = local(2026, 11, 4, 9)

    with pytest.raises(InvalidState, match="Expected an open clock to pause, but it is MET"):
        paused(clock, at=later, reason=PauseReason.HEARING)
    with pytest.raises(InvalidState, match="to resume"):
        resumed(clock, at=later)
    with pytest.raises(InvalidState, match="to extend"):
        extended(clock, amount=Amount.parse("1 workday"), at=later, calendar=calendar)
    with pytest.raises(InvalidState, match="to close"):
        closed(clock, at=later, calendar=calendar)
    with pytest.raises(InvalidState, match="to re-anchor"):
        reanchored(clock, anchor_at=MONDAY_10)


def test_a_clock_may_be_canceled_but_not_met_before_it_begins(calendar: WorkCalendar) -> None:
    before = MONDAY_10 - timedelta(days=1)

    assert closed(clock_of("5 workday"), at=before, calendar=calendar, canceled=True).closed_at == before
    with pytest.raises(InvalidState, match="Expected to close at or after"):
        closed(clock_of("5 workday"), at=before, calendar=calendar)


def test_an_anchor_moves_only_backwards() -> None:
    with pytest.raises(InvalidState, match="Expected an anchor before 2026-11-02 10:00"):
        reanchored(clock_of("5 workday"), anchor_at=local(2026, 11, 3))


def test_a_ledger_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="to end after"):
        clock_of("5 workday", pauses=((MONDAY_10, MONDAY_10 - timedelta(hours=1)),))
    with pytest.raises(InvalidArgument, match="a closed clock to have an end"):
        replace(clock_of("5 workday"), closed_at=MONDAY_10)
    with pytest.raises(InvalidArgument, match="a closed clock to have an end"):
        replace(clock_of("5 workday"), closed_at=MONDAY_10, outcome=ClockState.RUNNING)
    with pytest.raises(InvalidArgument, match="with a zone"):
        replace(clock_of("5 workday"), anchor_at=datetime(2026, 11, 2))


def test_a_due_date_beyond_the_horizon_is_refused(calendar: WorkCalendar) -> None:
    for amount in ("20000 workday", "1000000 urgent_hour", "900000 workhour", "20000 calday", "900 calmonth"):
        with pytest.raises(InvalidArgument, match="Expected a time from 2004 to 2060"):
            due_at(clock_of(amount), calendar)


# --- what is left


def test_what_is_left_is_said_in_the_unit_of_the_clock(calendar: WorkCalendar) -> None:
    noon = local(2026, 11, 4, 12)

    assert remaining(clock_of("5 workday"), calendar, at=noon) == Decimal("3.5")
    assert remaining(clock_of("16 workhour"), calendar, at=noon) == Decimal("-2")
    assert remaining(clock_of("5 calday"), calendar, at=noon) == Decimal("3.5")
    assert remaining(clock_of("60 urgent_hour"), calendar, at=noon) == Decimal("10")
    assert remaining(clock_of("60 minute"), calendar, at=local(2026, 11, 2, 10, 45)) == Decimal("15")
    assert remaining(clock_of("2 calmonth", local(2026, 11, 30)), calendar, at=local(2026, 12, 31, 12)) == 1


def test_days_between_a_rolled_and_its_raw_end_are_grace_and_not_overtime(calendar: WorkCalendar) -> None:
    clock = clock_of("15 calday", local(2026, 9, 20, 9))

    assert remaining(clock, calendar, at=local(2026, 10, 4, 12)) == Decimal("1.5")
    assert remaining(clock, calendar, at=local(2026, 10, 7, 12)) == 0
    assert not is_overdue(clock, calendar, at=local(2026, 10, 8, 23, 59))
    assert is_overdue(clock, calendar, at=local(2026, 10, 9, 0, 1))
    assert remaining(clock, calendar, at=local(2026, 10, 10, 12)) == Decimal("-1.5")
    assert instant_at_fraction(clock, calendar, fraction=Decimal("1.1")) == local(2026, 10, 10, 12)


def test_rungs_within_a_workday_fall_into_its_sessions(calendar: WorkCalendar) -> None:
    clock = clock_of("5 workday")

    # 3.75 days: on the fourth one, six of eight hours in.
    assert instant_at_fraction(clock, calendar, fraction=Decimal("0.75")) == local(2026, 11, 6, 16)
    assert instant_at_fraction(clock, calendar, fraction=Decimal(0)) == MONDAY_10
    assert instant_at_fraction(clock, calendar, fraction=Decimal(2)) == local(2026, 11, 17)


@pytest.mark.parametrize("fraction", ["-0.1", "NaN", "Infinity"])
def test_an_impossible_fraction_is_refused(calendar: WorkCalendar, fraction: str) -> None:
    with pytest.raises(InvalidArgument, match="at least 0"):
        instant_at_fraction(clock_of("5 workday"), calendar, fraction=Decimal(fraction))
