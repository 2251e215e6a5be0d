"""Time limits as rules: an amount with its unit, where and when it holds, and on what legal basis.

Belongs here: units, amounts, the vocabulary a limit is written in, the choice of the limit in force.
Does not: running clocks (`clocks`), calendars (`calendars`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from engine.errors import InvalidArgument, NotFound


class Unit(StrEnum):
    """What is counted. There is no plain "day" or "hour": one law may count both kinds of day."""

    WORKDAY = "workday"
    WORKHOUR = "workhour"
    URGENT_HOUR = "urgent_hour"
    """Round the clock, holidays too (紧急工作时)."""
    CALDAY = "calday"
    CALMONTH = "calmonth"
    MINUTE = "minute"
    """Round the clock."""

    @property
    def counts_days(self) -> bool:
        """Whole days are counted and the first one is not (Civil Code art. 201)."""
        return self in _DAY_UNITS


_DAY_UNITS = frozenset({Unit.WORKDAY, Unit.CALDAY, Unit.CALMONTH})
_WHOLE_UNITS = frozenset({Unit.CALDAY, Unit.CALMONTH})
_ZH = {
    Unit.WORKDAY: "工作日",
    Unit.WORKHOUR: "工作时",
    Unit.URGENT_HOUR: "紧急工作时",
    Unit.CALDAY: "自然日",
    Unit.CALMONTH: "个月",
    Unit.MINUTE: "分钟",
}
_EN = {
    Unit.WORKDAY: "working day",
    Unit.WORKHOUR: "working hour",
    Unit.URGENT_HOUR: "urgent hour",
    Unit.CALDAY: "calendar day",
    Unit.CALMONTH: "calendar month",
    Unit.MINUTE: "minute",
}
_SPELLINGS = (
    {unit.value: unit for unit in Unit}
    | {f"{unit.value}s": unit for unit in Unit}
    | {text: unit for unit, text in _ZH.items()}
    | {text: unit for unit, text in _EN.items()}
    | {f"{text}s": unit for unit, text in _EN.items()}
    | {
        "工作小时": Unit.WORKHOUR,
        "紧急工作小时": Unit.URGENT_HOUR,
        "日历日": Unit.CALDAY,
        "月": Unit.CALMONTH,
    }
)
_AMOUNT = re.compile(r"\s*([0-9]{1,7}(?:\.[0-9]{1,4})?)\s*(.*?)\s*", re.ASCII | re.DOTALL)
_LARGEST = Decimal(1_000_000)
_FINEST = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Amount:
    """So many of a unit: never negative, at most a million, at most four decimal places.

    Calendar days and months are whole, because their last day may roll over a holiday.
    """

    value: Decimal
    unit: Unit

    def __post_init__(self) -> None:
        if not self.value.is_finite() or not 0 <= self.value <= _LARGEST:
            raise InvalidArgument(f"Expected an amount from 0 to {_LARGEST}, but got {self.value}.")
        if self.value != self.value.quantize(_FINEST):
            raise InvalidArgument(f"Expected at most four decimal places, but got {self.value}.")
        if self.unit in _WHOLE_UNITS and self.value != self.value.to_integral_value():
            raise InvalidArgument(f"Expected whole {_EN[self.unit]}s, but got {self.value}.")

    @classmethod
    def of(cls, value: int | str | Decimal, unit: Unit | str) -> Amount:
        """An amount from plain values, such as those of a TOML table or a database row."""
        if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
            raise InvalidArgument(f"Expected a number, but got {value!r}.")
        try:
            return cls(Decimal(value), Unit(unit))
        except InvalidOperation as error:
            raise InvalidArgument(f"Expected a number, but got {value!r}.") from error
        except ValueError as error:
            if isinstance(error, InvalidArgument):
                raise
            raise InvalidArgument(_unit_expected(str(unit))) from error

    @classmethod
    def parse(cls, text: str) -> Amount:
        """An amount from text: "4 workhour", "20 working days", "2工作日", "5个工作日", "3个月".

        Raises InvalidArgument on a number without a unit ("5"), an unclear unit ("5 days", "5日")
        or an ISO 8601 duration ("P5D"): a limit says what it counts.
        """
        match = _AMOUNT.fullmatch(text)
        if match is None:
            raise InvalidArgument(f"Expected an amount like '4 workhour' or '2工作日', but got {text!r}.")
        number, spelling = match.groups()
        unit = _SPELLINGS.get(spelling.lower()) or _SPELLINGS.get(spelling.removeprefix("个").strip())
        if unit is None:
            raise InvalidArgument(_unit_expected(spelling))
        return cls(Decimal(number), unit)

    @property
    def zh(self) -> str:
        return f"{_plain(self.value)}{_ZH[self.unit]}"

    @property
    def en(self) -> str:
        return f"{_plain(self.value)} {_EN[self.unit]}{'' if self.value == 1 else 's'}"

    def __str__(self) -> str:
        return f"{_plain(self.value)} {self.unit.value}"


class ClockKind(StrEnum):
    """What a clock measures; several run at once on a case."""

    STATUTORY = "statutory"
    PROMISE = "promise"
    STAGE = "stage"
    REACTION = "reaction"
    """From dispatch to sign-in or first contact."""
    DELIVERY = "delivery"
    PUBLICITY = "publicity"
    APPLICANT = "applicant"
    """A limit that the applicant keeps, such as the one to supplement papers."""
    PAUSE_LIMIT = "pause_limit"


class PauseRule(StrEnum):
    """Which days a pause takes out of a clock that counts days. No law says it, so each limit does."""

    EXCLUDE_BOTH = "exclude_both"
    """Neither the day of the pause nor the day of the resumption counts."""
    HALF_OPEN = "half_open"
    """The day of the pause does not count, the day of the resumption does."""


class EndOf(StrEnum):
    """When the last day ends (Civil Code art. 203)."""

    DAY = "day"
    """At 24:00."""
    BUSINESS = "business"
    """When the last session closes; at 24:00 on a day without sessions."""


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """One rule: how long a kind of clock may run, in one area, from one day to another."""

    key: str
    kind: ClockKind
    amount: Amount
    valid_from: date
    valid_until: date | None = None
    """The last day it holds; None while it is in force."""
    area: str = ""
    """An administrative code such as "310115"; it covers all codes it begins. "" is everywhere."""
    legal_basis: str = ""
    ladder: str = ""
    """Key of the escalation ladder; "" for none."""
    pause_rule: PauseRule = PauseRule.EXCLUDE_BOTH
    end_of: EndOf = EndOf.DAY
    extension: Amount | None = None
    """The most it may be extended by; None if it may not."""

    def __post_init__(self) -> None:
        if not self.key:
            raise InvalidArgument("Expected a limit with a key, but it is empty.")
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise InvalidArgument(
                f"Expected limit {self.key!r} to end after {self.valid_from}, but it ends {self.valid_until}."
            )
        if self.kind is ClockKind.STATUTORY and not self.legal_basis:
            raise InvalidArgument(f"Expected a legal basis for statutory limit {self.key!r}, but got none.")
        if self.extension is not None and self.extension.unit is not self.amount.unit:
            raise InvalidArgument(
                f"Expected the extension of limit {self.key!r} in {self.amount.unit}, "
                f"but got {self.extension.unit}."
            )

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def select_limit(limits: Iterable[TimeLimit], *, key: str, area: str, on: date) -> TimeLimit:
    """The limit `key` in force in `area` on the day `on`.

    The narrowest area wins, then the youngest `valid_from`.
    Raises NotFound if none holds, InvalidArgument if two hold with equal right.
    """
    holding = [
        limit for limit in limits if limit.key == key and area.startswith(limit.area) and limit.holds_on(on)
    ]
    if not holding:
        raise NotFound(f"Expected a limit {key!r} for area {area!r} on {on}, but none holds.")
    best = max(holding, key=_precedence)
    if sum(_precedence(limit) == _precedence(best) for limit in holding) > 1:
        raise InvalidArgument(
            f"Expected one limit {key!r} for area {best.area!r} from {best.valid_from}, but found several."
        )
    return best


def _precedence(limit: TimeLimit) -> tuple[int, date]:
    return len(limit.area), limit.valid_from


def _unit_expected(spelling: str) -> str:
    known = ", ".join(f"{unit.value} ({_ZH[unit]})" for unit in Unit)
    return f"Expected a unit out of {known}, but got {spelling!r}."


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
