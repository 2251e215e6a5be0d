from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InvalidArgument
from engine.feel import (
    Range,
    Value,
    YearsMonths,
    compile_expression,
    equal,
    from_json,
    from_stored,
    kind,
    to_json,
    to_plain_json,
)
from engine.feel.far import FarDateTime

from .asking import NOW, value_of

offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
zones = (
    st.none()
    | st.just(UTC)
    | offsets
    | st.sampled_from([ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Paris")])
)
ordered = st.one_of(
    st.integers(-(10**40), 10**40),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    ordered,
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.times(timezones=zones),
    st.datetimes(timezones=zones),
    st.timedeltas(),
    st.integers(-1000, 1000).map(YearsMonths),
    st.builds(
        Range, st.integers(), st.integers(), st.booleans(), st.booleans(), st.sampled_from(["", "=", "!="])
    ),
)
keys = st.sampled_from(["a", "申请人", "@feel", "value", "full name"])
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


def same(one: Value, other: Value) -> bool:
    """Equal, of the same types, and with the same zones, all the way down."""
    if kind(one) != kind(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, datetime | time):
        return bool(one.replace(tzinfo=None) == other.replace(tzinfo=None)) and _zone(one) == _zone(other)
    return equal(one, other) is True


def _zone(value: datetime | time) -> object:
    """With the offset, which tells the second of two equal hours from the first."""
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None, value.utcoffset()


@settings(deadline=None)
@given(values)
def test_storing_and_restoring_gives_the_same_value(value: Value) -> None:
    stored = json.loads(json.dumps(to_json(value)))

    assert same(from_stored(stored), value)


documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def as_floats(document: Any) -> Any:
    """1e17 may come back as 100000000000000000: to a reader of JSON that is the same number."""
    if isinstance(document, list):
        return [as_floats(item) for item in document]
    if isinstance(document, dict):
        return {key: as_floats(item) for key, item in document.items()}
    return float(document) if type(document) is int else document


@settings(deadline=None)
@given(documents)
def test_json_that_comes_in_goes_out_as_the_same_json(document: Any) -> None:
    assert as_floats(to_plain_json(from_json(document))) == as_floats(document)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (Decimal("3.00"), 3),
        (Decimal("-0"), 0),
        (Decimal("1E+18"), 10**18),
        (Decimal("0.1"), 0.1),
        (
            Decimal("0.1000000000000000000000000001"),
            {"@feel": "number", "value": "0.1000000000000000000000000001"},
        ),
        (2**63, {"@feel": "number", "value": "9223372036854775808"}),
        (2**63 - 1, 2**63 - 1),
        (date(2026, 3, 1), {"@feel": "date", "value": "2026-03-01"}),
        (timedelta(days=1), {"@feel": "days and time duration", "value": "P1D"}),
        (YearsMonths(14), {"@feel": "years and months duration", "value": "P1Y2M"}),
        (
            FarDateTime(4_000_000, 1, UTC),
            {"@feel": "date and time", "value": "10952-08-17T00:00:00.000000001Z"},
        ),
        (
            datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Paris"), fold=1),
            {
                "@feel": "date and time",
                "value": "2026-10-25T02:30:00@Europe/Paris",
                "second of two equal hours": True,
            },
        ),
        (
            Range(5, 5, True, True, "="),
            {
                "@feel": "range",
                "value": {
                    "start": 5,
                    "end": 5,
                    "start included": True,
                    "end included": True,
                    "operator": "=",
                },
            },
        ),
        ({"@feel": "date"}, {"@feel": "escaped context", "value": {"@feel": "date"}}),
        (True, True),
    ],
)
def test_the_stored_form(value: Value, stored: object) -> None:
    encoded = to_json(value)

    assert encoded == stored
    assert type(encoded) is type(stored)


def test_the_second_of_two_equal_hours_is_restored_as_the_second() -> None:
    paris = ZoneInfo("Europe/Paris")
    first, second = (datetime(2026, 10, 25, 2, 30, tzinfo=paris, fold=fold) for fold in (0, 1))

    assert from_stored(to_json(first)).utcoffset() == timedelta(hours=2)
    assert from_stored(to_json(second)).utcoffset() == timedelta(hours=1)


def test_floats_come_in_as_the_decimals_they_are_written_as() -> None:
    assert from_json({"fee": 0.1, "items": [1, 2.5]}) == {"fee": Decimal("0.1"), "items": [1, Decimal("2.5")]}


def test_what_needs_no_converting_is_not_copied() -> None:
    document = {"a": [1, "x", None, True], "b": {"c": []}}

    assert from_json(document) is document
    assert from_json([document, 0.5])[0] is document


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), {"a": [float("-inf")]}, {1, 2}, b"x", object()]
)
def test_what_is_not_json_is_refused(value: object) -> None:
    with pytest.raises(InvalidArgument):
        from_json(value)


def test_functions_and_other_objects_are_refused() -> None:
    function = compile_expression("function(a) a").value({}, now=NOW)

    for encode in (to_json, to_plain_json):
        for value in (function, [function], 0.5, Decimal("NaN"), object()):
            with pytest.raises(InvalidArgument):
                encode(value)


@pytest.mark.parametrize(
    "stored",
    [
        {"@feel": "date", "value": "2026-02-30"},
        {"@feel": "nothing", "value": "x"},
        {"@feel": "date"},
        {"@feel": "number", "value": "abc"},
        {"@feel": "number", "value": "NaN"},
        {"@feel": "range", "value": {}},
        {"@feel": ["date"], "value": "2026-02-28"},
        {"@feel": "escaped context", "value": 1},
    ],
)
def test_a_stored_form_that_nobody_wrote_is_refused(stored: object) -> None:
    with pytest.raises(InvalidArgument):
        from_stored(stored)


def test_people_and_departments_see_iso_text() -> None:
    value = {
        "due": datetime(2026, 3, 1, 10, tzinfo=UTC),
        "day": date(2026, 3, 1),
        "span": YearsMonths(1),
        "fee": Decimal("0.1"),
        "big": Decimal("12345678901234567890.123"),
        "range": Range(1, 5, True, False),
    }

    assert to_plain_json(value) == {
        "due": "2026-03-01T10:00:00Z",
        "day": "2026-03-01",
        "span": "P1M",
        "fee": 0.1,
        "big": "12345678901234567890.123",
        "range": "[1..5)",
    }


def test_a_value_too_deep_for_json_is_refused() -> None:
    deep = value_of("(for i in 1..5000 return if i = 1 then [] else [partial[-1]])[-1]")

    with pytest.raises(InvalidArgument, match="too deep"):
        to_json(deep)
