"""Equality and order of times: whole seconds, at their offsets (DMN 1.5, clause 10.3.2.13)."""

from __future__ import annotations

import pytest

from engine.feel.values import compare, equal, identity, same

from .asking import complaint_of, value_of


def pair(one: str, other: str) -> tuple[object, object]:
    return value_of(f'@"{one}"'), value_of(f'@"{other}"')


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10:30:00.0001", "10:30:00.9"),
        ("10:30:00Z", "10:30:00+00:00"),
        ("10:30:00Z", "10:30:00.000000001@Etc/UTC"),
        ("10:30:00+08:00", "10:30:00@Asia/Shanghai"),
        ("10:30:00+08:00", "02:30:00Z"),
        ("10:30:00@Europe/Paris", "10:30:00@Europe/Paris"),
        ("2026-03-01T10:30:00.1", "2026-03-01T10:30:00.2"),
        ("2026-03-01T10:30:00.1Z", "2026-03-01T18:30:00.2+08:00"),
        ("2026-07-01T12:00:00@Europe/Paris", "2026-07-01T12:00:00+02:00"),
        ("2026-10-25T02:30:00@Europe/Paris", "2026-10-25T02:30:00+02:00"),
        ("12026-03-01T10:30:00.000000001Z", "12026-03-01T18:30:00+08:00"),
        ("9999-12-31T23:00:00-08:00", "10000-01-01T07:00:00Z"),
    ],
)
def test_the_same_second_is_equal(one: str, other: str) -> None:
    left, right = pair(one, other)

    assert equal(left, right) is True
    assert compare(left, right) == compare(right, left) == 0
    assert identity(left) == identity(right)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10:30:00", "10:30:01"),
        ("10:30:00Z", "10:30:00+01:00"),
        ("2026-03-01T10:30:00", "2026-03-01T10:30:01"),
        ("2026-03-01T10:30:00@Asia/Shanghai", "2026-03-01T10:30:00@Europe/Paris"),
        ("12026-03-01T10:30:00", "2026-03-01T10:30:00"),
        ("-0001-03-01", "0001-03-01"),
    ],
)
def test_another_second_is_not_equal_and_has_an_order(one: str, other: str) -> None:
    left, right = pair(one, other)

    assert equal(left, right) is False
    assert compare(left, right) == -compare(right, left) != 0  # type: ignore[operator]
    assert identity(left) != identity(right)


@pytest.mark.parametrize(
    ("local", "placed"),
    [
        ("10:30:00", "10:30:00Z"),
        ("10:30:00@Europe/Paris", "10:30:00+01:00"),
        ("10:30:00@Europe/Paris", "10:30:00@Australia/Melbourne"),
        ("10:30:00", "10:30:00@Europe/Paris"),
        ("2026-03-01T10:30:00", "2026-03-01T10:30:00+08:00"),
        ("12026-03-01T10:30:00", "12026-03-01T10:30:00+08:00"),
    ],
)
def test_a_local_time_takes_the_offset_of_the_other_for_order_but_is_not_equal(
    local: str, placed: str
) -> None:
    left, right = pair(local, placed)

    assert equal(left, right) is equal(right, left) is False
    assert compare(left, right) == compare(right, left) == 0
    assert identity(left) != identity(right)


def test_a_local_time_before_another_is_before_it_at_its_offset() -> None:
    assert value_of('@"2026-03-01T10:29:59" < @"2026-03-01T10:30:00+08:00"') is True
    assert value_of('@"10:29:59" < @"10:30:00+08:00"') is True
    assert value_of('@"10:30:00" < @"10:30:00+08:00"') is False


def test_the_two_equal_hours_at_the_end_of_summer_time_are_an_hour_apart() -> None:
    first = value_of('@"2026-10-25T02:30:00@Europe/Paris"')
    second = value_of('@"2026-10-25T02:30:00@Europe/Paris" + @"PT1H"')

    assert equal(first, second) is False
    assert compare(first, second) == -1
    assert identity(first) != identity(second)
    assert same(first, second) is False
    assert value_of("a - b", a=second, b=first) == value_of('@"PT1H"')


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("10:30:00Z", "10:30:00+00:00", True),
        ("10:30:00", "10:30:00", True),
        ("10:30:00.1", "10:30:00.2", False),
        ("10:30:00Z", "10:30:00@Etc/UTC", False),
        ("10:30:00+08:00", "02:30:00Z", False),
        ("2026-03-01T10:30:00@Asia/Shanghai", "2026-03-01T10:30:00+08:00", False),
        ("2026-03-01T10:30:00@Asia/Shanghai", "2026-03-01T10:30:00@Asia/Shanghai", True),
        ("2026-03-01", "2026-03-01T00:00:00Z", False),
        ("12026-03-01", "12026-03-01", True),
        ("P1D", "PT24H", True),
        ("P0D", "P0M", False),
    ],
)
def test_the_same_value_also_has_the_same_zone_and_decimals(one: str, other: str, expected: bool) -> None:
    left, right = pair(one, other)

    assert same(left, right) is same(right, left) is expected
    assert same([left], [right]) is same({"a": left}, {"a": right}) is expected


def test_a_date_and_a_date_and_time_have_no_order() -> None:
    assert "Expected" in complaint_of('@"2026-03-01" < @"2026-03-01T10:00:00Z"')


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("(= 5) = (= 5)", True), ("(= 5) = [5..5]", False), ("(< 5) = (< 5)", True), ("(< 5) = (<= 5)", False)],
)
def test_ranges_are_equal_if_they_are_written_alike(cell: str, expected: bool) -> None:
    assert value_of(cell) is expected
