from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.errors import InvalidArgument, NotFound
from engine.model.limits import Amount, ClockKind, TimeLimit, Unit, select_limit

WASTE = TimeLimit(
    key="waste",
    kind=ClockKind.STAGE,
    amount=Amount.parse("1 workday"),
    valid_from=date(2020, 1, 1),
)
ON = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("4 workhour", "4", Unit.WORKHOUR),
        ("4工作时", "4", Unit.WORKHOUR),
        ("2工作日", "2", Unit.WORKDAY),
        ("20 个 工作日", "20", Unit.WORKDAY),
        ("0.5 working days", "0.5", Unit.WORKDAY),
        ("2紧急工作时", "2", Unit.URGENT_HOUR),
        ("15自然日", "15", Unit.CALDAY),
        ("3个月", "3", Unit.CALMONTH),
        ("30 分钟", "30", Unit.MINUTE),
        (" 30 Minutes ", "30", Unit.MINUTE),
    ],
)
def test_an_amount_is_read_with_its_unit(text: str, value: str, unit: Unit) -> None:
    assert Amount.parse(text) == Amount(Decimal(value), unit)


@pytest.mark.parametrize(
    "text",
    ["5", "P5D", "5 days", "5日", "5 hours", "5小时", "", "workday", "-1 workday", "1e3 minute", "五工作日"],
)
def test_a_duration_without_a_clear_unit_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument, match="Expected"):
        Amount.parse(text)


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (-1, "workday"),
        ("NaN", "workday"),
        (10_000_000, "minute"),
        ("1.00001", "workhour"),
        ("1.5", "calday"),
        ("0.5", "calmonth"),
        (True, "workday"),
        ("x", "workday"),
        (1, "day"),
    ],
)
def test_impossible_amounts_are_refused(value: int | str, unit: str) -> None:
    with pytest.raises(InvalidArgument, match="Expected"):
        Amount.of(value, unit)


@pytest.mark.parametrize("unit", list(Unit))
def test_an_amount_reads_back_what_it_shows(unit: Unit) -> None:
    for amount in (Amount.of(1, unit), Amount.of(20, unit)):
        assert Amount.parse(amount.zh) == Amount.parse(amount.en) == Amount.parse(str(amount)) == amount


def test_amounts_show_no_needless_zeros() -> None:
    assert Amount.of("4.0", "workhour").zh == "4工作时"
    assert Amount.of("0.50", "workday").en == "0.5 working days"
    assert Amount.of(1, "workday").en == "1 working day"
    assert Amount.of(100, "minute").en == "100 minutes"


def test_the_narrowest_area_wins() -> None:
    district = replace(WASTE, area="310115", amount=Amount.parse("4 workhour"))
    street = replace(WASTE, area="310115004", amount=Amount.parse("2 workhour"))
    other = replace(WASTE, area="310116", amount=Amount.parse("9 workhour"))
    limits = [street, WASTE, other, district]

    assert select_limit(limits, key="waste", area="310115004", on=ON) is street
    assert select_limit(limits, key="waste", area="310115007", on=ON) is district
    assert select_limit(limits, key="waste", area="310101", on=ON) is WASTE


def test_a_limit_holds_from_its_first_to_its_last_day() -> None:
    old = replace(WASTE, valid_until=date(2026, 6, 30))
    new = replace(WASTE, valid_from=date(2026, 7, 1), amount=Amount.parse("4 workhour"))

    assert select_limit([old, new], key="waste", area="", on=date(2026, 6, 30)) is old
    assert select_limit([old, new], key="waste", area="", on=date(2026, 7, 1)) is new


def test_of_two_limits_in_force_the_younger_holds() -> None:
    new = replace(WASTE, valid_from=date(2026, 7, 1))

    assert select_limit([new, WASTE], key="waste", area="", on=ON) is new


def test_no_limit_is_said_with_key_area_and_day() -> None:
    with pytest.raises(NotFound, match=r"'waste' for area '310115' on 2019-12-31"):
        select_limit([WASTE], key="waste", area="310115", on=date(2019, 12, 31))
    with pytest.raises(NotFound, match="'noise'"):
        select_limit([WASTE], key="noise", area="310115", on=ON)


def test_two_limits_with_equal_right_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="found several"):
        select_limit([WASTE, replace(WASTE, amount=Amount.parse("2 workday"))], key="waste", area="", on=ON)


def test_a_limit_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="Expected limit 'waste' to end after"):
        replace(WASTE, valid_until=date(2019, 1, 1))
    with pytest.raises(InvalidArgument, match="legal basis"):
        replace(WASTE, kind=ClockKind.STATUTORY)
    with pytest.raises(InvalidArgument, match="extension of limit 'waste' in workday"):
        replace(WASTE, extension=Amount.parse("10 calday"))
    with pytest.raises(InvalidArgument, match="with a key"):
        replace(WASTE, key="")
