from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from engine.model.limits import Unit
from terminal.options import scalar_from
from terminal.output import clean, deadline, minute, moment, plain


def test_instants_read_in_shanghai_with_their_date() -> None:
    at = datetime(2026, 11, 24, 16, 30, 5, tzinfo=UTC)

    assert moment(at) == "2026-11-25 00:30:05"
    assert minute(at) == deadline(at) == "2026-11-25 00:30"
    assert moment(None) == minute(None) == deadline(None) == ""


def test_a_deadline_at_the_end_of_a_day_reads_24_oclock() -> None:
    at = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)

    assert deadline(at) == "2026-11-25 24:00"


def test_nothing_that_a_terminal_obeys_is_left() -> None:
    assert clean("\x1b[2J红\r灯\t1\n\x07") == "\ufffd[2J红\ufffd灯 1\n\ufffd"


def test_facts_for_machines_are_plain_json() -> None:
    @dataclass(frozen=True)
    class Reading:
        left: Decimal
        unit: Unit
        at: datetime
        took: timedelta
        roles: frozenset[str]

        @property
        def rate(self) -> Fraction:
            return Fraction(1, 4)

    reading = Reading(
        Decimal("1.50"),
        Unit.WORKHOUR,
        datetime(2026, 1, 1, tzinfo=UTC),
        timedelta(minutes=1),
        frozenset("ba"),
    )

    assert plain({"a": (reading, True, None)}) == {
        "a": [
            {
                "left": 1.5,
                "unit": "workhour",
                "at": "2026-01-01T00:00:00+00:00",
                "took": 60.0,
                "roles": ["a", "b"],
                "rate": 0.25,
            },
            True,
            None,
        ]
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True), ("12", 12), ("1.5", 1.5), ("null", None), ('"12"', "12"), ("一号路", "一号路"), ("", ""),
        ("007", "007"), ("NaN", "NaN"), ("[1]", "[1]"), ("{}", "{}"), ("[" * 100_000, "[" * 100_000),
    ],
)  # fmt: skip
def test_a_value_on_the_command_line_is_a_json_scalar_or_text(text: str, value: object) -> None:
    assert scalar_from(text) == value
    assert type(scalar_from(text)) is type(value)
