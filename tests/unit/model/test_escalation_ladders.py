from __future__ import annotations

import tomllib
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import InvalidArgument
from engine.model.calendars import WorkCalendar
from engine.model.clocks import CaseClock, ClockKind, closed, due_at, paused, resumed
from engine.model.ladders import (
    AtOffset,
    AtPercent,
    Ladder,
    Rung,
    next_rung_at,
    parse_ladder,
    parse_place,
    rung_instant,
    rungs_passed,
)
from engine.model.limits import Amount, EndOf
from engine.model.pauses import PauseReason

from .moments import local

GRID = """
key = "grid"
[[rungs]]
key = "handler"
at = "60%"
recipients = ["handler"]
actions = ["notify"]
[[rungs]]
key = "street"
at = "due"
recipients = ["street_centre"]
level = "L5"
colour = "yellow"
actions = ["notify", "card"]
[[rungs]]
key = "district"
at = "150 %"
recipients = ["district_supervision"]
level = "L4"
colour = "red"
actions = ["supervise"]
"""


@pytest.fixture
def grid() -> Ladder:
    return parse_ladder(tomllib.loads(GRID))


@pytest.fixture
def clock() -> CaseClock:
    return CaseClock(ClockKind.STAGE, Amount.parse("20 workhour"), local(2026, 11, 2, 8))


def keys(rungs: tuple[Rung, ...]) -> list[str]:
    return [rung.key for rung in rungs]


def test_a_ladder_is_read_from_toml(grid: Ladder) -> None:
    assert keys(grid.rungs) == ["handler", "street", "district"]
    assert grid.rungs[1] == Rung(
        key="street",
        at=AtPercent(Decimal(100)),
        recipients=("street_centre",),
        level="L5",
        colour="yellow",
        actions=("notify", "card"),
    )


def test_rungs_stand_at_parts_of_the_budget(grid: Ladder, clock: CaseClock, calendar: WorkCalendar) -> None:
    instants = [rung_instant(rung, clock, calendar) for rung in grid.rungs]

    assert instants == [local(2026, 11, 3, 12), local(2026, 11, 4, 12), local(2026, 11, 5, 16)]


@pytest.mark.parametrize(
    ("place", "hour"),
    [
        ("due - 4 workhour", (2026, 11, 3, 18)),
        ("due - 90 minute", (2026, 11, 4, 10, 30)),
        ("due − 1 工作日", (2026, 11, 4, 0)),
        ("due - 3 calday", (2026, 11, 2, 8)),
        ("due + 4 workhour", (2026, 11, 4, 18)),
        ("due + 2 紧急工作时", (2026, 11, 4, 14)),
        ("due + 1 workday", (2026, 11, 6, 0)),
        ("due + 4 calday", (2026, 11, 10, 0)),
    ],
)
def test_rungs_stand_before_and_after_the_due_instant(
    clock: CaseClock, calendar: WorkCalendar, place: str, hour: tuple[int, int, int, int]
) -> None:
    rung = Rung(key="r", at=parse_place(place))

    assert rung_instant(rung, clock, calendar) == local(*hour)


@pytest.mark.parametrize(
    ("place", "hour"),
    [
        ("due - 1 workday", (2026, 10, 13, 0)),
        ("due - 1 calday", (2026, 10, 13, 0)),
        ("due - 4 calday", (2026, 10, 10, 0)),
        ("due - 1 calmonth", (2026, 9, 30, 10)),
        ("due - 4 workhour", (2026, 10, 13, 12)),
        ("due + 1 workday", (2026, 10, 15, 0)),
        ("due + 1 calday", (2026, 10, 15, 0)),
        ("due + 4 workhour", (2026, 10, 14, 12)),
    ],
)
def test_days_around_a_limit_in_days_are_whole_days(
    calendar: WorkCalendar, place: str, hour: tuple[int, int, int, int]
) -> None:
    five = CaseClock(ClockKind.PROMISE, Amount.parse("5 workday"), local(2026, 9, 30, 10))

    assert rung_instant(Rung(key="r", at=parse_place(place)), five, calendar) == local(*hour)


def test_the_day_before_ends_with_business_if_the_limit_does(calendar: WorkCalendar) -> None:
    clock = CaseClock(
        ClockKind.STATUTORY, Amount.parse("15 calday"), local(2026, 11, 2, 10), end_of=EndOf.BUSINESS
    )

    warning = rung_instant(Rung(key="r", at=parse_place("due - 1 workday")), clock, calendar)

    assert warning == local(2026, 11, 16, 18)


def test_the_next_rung_comes_with_its_instant(grid: Ladder, clock: CaseClock, calendar: WorkCalendar) -> None:
    assert next_rung_at(clock, grid, calendar, fired=()) == (grid.rungs[0], local(2026, 11, 3, 12))
    assert next_rung_at(clock, grid, calendar, fired={"handler"}) == (grid.rungs[1], local(2026, 11, 4, 12))
    assert next_rung_at(clock, grid, calendar, fired={"street"}) == (grid.rungs[2], local(2026, 11, 5, 16))
    assert next_rung_at(clock, grid, calendar, fired={"district"}) is None


def test_a_rung_fires_at_its_instant_and_not_before(
    grid: Ladder, clock: CaseClock, calendar: WorkCalendar
) -> None:
    noon = local(2026, 11, 3, 12)

    assert rungs_passed(clock, grid, calendar, now=noon - timedelta.resolution, fired=()) == (None, ())
    assert rungs_passed(clock, grid, calendar, now=noon, fired=()) == (grid.rungs[0], ())
    assert rungs_passed(clock, grid, calendar, now=noon, fired={"handler"}) == (None, ())


def test_after_downtime_the_highest_rung_fires_and_the_lower_ones_are_skipped(
    grid: Ladder, clock: CaseClock, calendar: WorkCalendar
) -> None:
    to_fire, skipped = rungs_passed(clock, grid, calendar, now=local(2026, 11, 30), fired=())

    assert to_fire is grid.rungs[2]
    assert keys(skipped) == ["handler", "street"]

    to_fire, skipped = rungs_passed(clock, grid, calendar, now=local(2026, 11, 30), fired={"handler"})

    assert to_fire is grid.rungs[2]
    assert keys(skipped) == ["street"]


def test_a_rung_left_below_a_fired_one_is_skipped(
    grid: Ladder, clock: CaseClock, calendar: WorkCalendar
) -> None:
    to_fire, skipped = rungs_passed(clock, grid, calendar, now=local(2026, 11, 4, 13), fired={"street"})

    assert to_fire is None
    assert keys(skipped) == ["handler"]


def test_a_paused_clock_has_no_rungs_and_finds_them_moved_when_it_runs_again(
    grid: Ladder, clock: CaseClock, calendar: WorkCalendar
) -> None:
    held = paused(clock, at=local(2026, 11, 2, 10), reason=PauseReason.HEARING)

    assert next_rung_at(held, grid, calendar, fired=()) is None
    assert rungs_passed(held, grid, calendar, now=local(2026, 12, 1), fired=()) == (None, ())

    again = resumed(held, at=local(2026, 11, 9, 10))

    assert next_rung_at(again, grid, calendar, fired=()) == (grid.rungs[0], local(2026, 11, 10, 12))


def test_a_clock_overdue_before_its_pause_still_has_no_rungs_while_it_lasts(
    grid: Ladder, clock: CaseClock, calendar: WorkCalendar
) -> None:
    held = paused(clock, at=local(2026, 11, 4, 15), reason=PauseReason.HEARING)

    assert due_at(held, calendar) == local(2026, 11, 4, 12)
    assert rungs_passed(held, grid, calendar, now=local(2026, 12, 1), fired=()) == (None, ())


def test_pauses_after_the_due_instant_delay_the_rungs_after_it(
    clock: CaseClock, calendar: WorkCalendar
) -> None:
    held = paused(clock, at=local(2026, 11, 4, 15), reason=PauseReason.HEARING)
    again = resumed(held, at=local(2026, 11, 4, 17))

    for place in ("due + 4 workhour", "120%"):
        assert rung_instant(Rung(key="r", at=parse_place(place)), again, calendar) == local(2026, 11, 5, 10)
    later = rung_instant(Rung(key="r", at=parse_place("due + 4 urgent_hour")), again, calendar)
    assert later == local(2026, 11, 4, 18)


def test_a_closed_clock_has_no_rungs(grid: Ladder, clock: CaseClock, calendar: WorkCalendar) -> None:
    ended = closed(clock, at=local(2026, 11, 5), calendar=calendar)

    assert next_rung_at(ended, grid, calendar, fired=()) is None
    assert rungs_passed(ended, grid, calendar, now=local(2026, 12, 1), fired=()) == (None, ())


def test_places_are_read_in_both_languages() -> None:
    assert parse_place("due-1工作日") == AtOffset(Amount.parse("1 workday"), before=True)
    assert parse_place(" due ") == parse_place("100％") == AtPercent(Decimal(100))
    assert parse_place("12.5%") == AtPercent(Decimal("12.5"))


@pytest.mark.parametrize(
    "text",
    ["", "75", "-5%", "2000%", "due - 1", "due - 1 day", "due 1 workday", "due - 0.5 workday", "before"],
)
def test_an_unclear_place_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument, match="Expected"):
        parse_place(text)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, r"key: Expected a name.* rungs: Expected a list"),
        ({"key": "e", "rungs": []}, r"ladder 'e': rungs: Expected a list"),
        ({"key": "e", "rungs": ["x"]}, r"ladder 'e': rungs\[0\]: Expected a table"),
        ({"key": "e", "rungs": [{"key": "a"}]}, r"rungs\[0\]\.at: Expected a text"),
        ({"key": "e", "rungs": [{"key": "a", "at": 75}]}, r"rungs\[0\]\.at: Expected a text.*75"),
        ({"key": "e", "rungs": [{"key": "a", "at": "soon"}]}, r"rungs\[0\]\.at: Expected a place"),
        ({"key": "e", "rungs": [{"at": "75%"}]}, r"rungs\[0\]\.key: Expected a name"),
        (
            {"key": "e", "rungs": [{"key": "a", "at": "75%", "color": "red"}]},
            r"rungs\[0\]\.color: Expected one of",
        ),
        (
            {"key": "e", "rungs": [{"key": "a", "at": "75%", "colour": 3}]},
            r"rungs\[0\]\.colour: Expected a text",
        ),
        (
            {"key": "e", "rungs": [{"key": "a", "at": "75%", "actions": "x"}]},
            r"rungs\[0\]\.actions: Expected a list",
        ),
        ({"key": "e", "rungs": [{"key": "a", "at": "75%"}] * 2}, r"ladder 'e', but 'a' repeats"),
        ({"key": "e", "rung": [], "rungs": [{"key": "a", "at": "1%"}]}, r"rung: Expected one of key, rungs"),
    ],
)
def test_a_mistake_in_a_ladder_is_said_with_its_place(data: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidArgument, match=said):
        parse_ladder(data)


def test_all_mistakes_of_a_ladder_are_said_at_once() -> None:
    data = {"key": "e", "rungs": [{"key": "", "at": "75%"}, {"key": "b", "at": "soon"}]}

    with pytest.raises(InvalidArgument, match=r"rungs\[0\]\.key.*rungs\[1\]\.at"):
        parse_ladder(data)
