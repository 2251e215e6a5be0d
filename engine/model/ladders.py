"""Escalation ladders: who hears of a clock, and when.

A rung is placed at a part of the budget ("75%") or at an offset from the due instant
("due - 1 workday"). Colours, levels and actions are names: what yellow means differs by place.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.errors import InvalidArgument
from engine.model.calendars import WorkCalendar
from engine.model.clocks import CaseClock, ClockState, instant_at_fraction, instant_at_offset
from engine.model.limits import Amount

_PERCENT = re.compile(r"\s*([0-9]{1,5}(?:\.[0-9]{1,4})?)\s*[%％]\s*", re.ASCII)
_OFFSET = re.compile(r"\s*due\s*(?:([-+−])\s*(\S.*))?", re.ASCII | re.DOTALL)
_LARGEST_PERCENT = Decimal(1_000)


@dataclass(frozen=True, slots=True)
class AtPercent:
    """When so many percent of the budget are used up; 100 is the due instant, 150 half as much after."""

    percent: Decimal

    def __post_init__(self) -> None:
        if not self.percent.is_finite() or not 0 <= self.percent <= _LARGEST_PERCENT:
            raise InvalidArgument(f"Expected 0 to {_LARGEST_PERCENT} percent, but got {self.percent}.")


@dataclass(frozen=True, slots=True)
class AtOffset:
    """An amount before or after the due instant; days are whole."""

    amount: Amount
    before: bool

    def __post_init__(self) -> None:
        if self.amount.unit.counts_days and self.amount.value != self.amount.value.to_integral_value():
            raise InvalidArgument(f"Expected whole days or an amount in hours, but got {self.amount.en}.")


@dataclass(frozen=True, slots=True)
class Rung:
    key: str
    at: AtPercent | AtOffset
    recipients: tuple[str, ...] = ()
    """Names of roles, resolved where the case is."""
    level: str = ""
    """The administrative level it climbs to, such as "L4"; "" for none."""
    colour: str = ""
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ladder:
    key: str
    rungs: tuple[Rung, ...]

    def __post_init__(self) -> None:
        if not self.rungs:
            raise InvalidArgument(f"Expected rungs in ladder {self.key!r}, but there are none.")
        keys = [rung.key for rung in self.rungs]
        for key in keys:
            if keys.count(key) > 1:
                raise InvalidArgument(f"Expected each rung once in ladder {self.key!r}, but {key!r} repeats.")


def rung_instant(rung: Rung, clock: CaseClock, calendar: WorkCalendar) -> datetime | None:
    """When `rung` is reached; None if an open pause comes before."""
    if isinstance(rung.at, AtPercent):
        return instant_at_fraction(clock, calendar, fraction=rung.at.percent / 100)
    return instant_at_offset(clock, calendar, offset=rung.at.amount, before=rung.at.before)


def next_rung_at(
    clock: CaseClock, ladder: Ladder, calendar: WorkCalendar, *, fired: Collection[str]
) -> tuple[Rung, datetime] | None:
    """The next rung to fire, with its instant; None on a paused or closed clock or at the top.

    `fired` holds the keys of the rungs fired or skipped. Rungs below a fired one never come back.
    """
    ahead = _unfired(clock, ladder, calendar, fired=fired)[1]
    return ahead[0] if ahead else None


def rungs_passed(
    clock: CaseClock, ladder: Ladder, calendar: WorkCalendar, *, now: datetime, fired: Collection[str]
) -> tuple[Rung | None, tuple[Rung, ...]]:
    """The one rung to fire at `now`, and those to mark as skipped.

    After downtime the highest rung passed fires and the lower ones are skipped: a clerk who is
    already reported to the district needs no reminder. Nothing on a paused or closed clock.
    """
    below, ahead = _unfired(clock, ladder, calendar, fired=fired)
    passed = [rung for rung, at in ahead if at <= now]
    if not passed:
        return None, below
    return passed[-1], (*below, *passed[:-1])


def _unfired(
    clock: CaseClock, ladder: Ladder, calendar: WorkCalendar, *, fired: Collection[str]
) -> tuple[tuple[Rung, ...], list[tuple[Rung, datetime]]]:
    """The unfired rungs below the highest fired one, and those above it in the order of their instants."""
    if clock.state is not ClockState.RUNNING:
        return (), []
    placed = [(rung, at) for rung in ladder.rungs if (at := rung_instant(rung, clock, calendar)) is not None]
    placed.sort(key=_instant)
    height = max((index + 1 for index, (rung, _) in enumerate(placed) if rung.key in fired), default=0)
    below = tuple(rung for rung, _ in placed[:height] if rung.key not in fired)
    return below, placed[height:]


def _instant(entry: tuple[Rung, datetime]) -> datetime:
    return entry[1]


# --- reading -----------------------------------------------------------------------------------

_RUNG_FIELDS = frozenset({"key", "at", "recipients", "level", "colour", "actions"})
_LADDER_FIELDS = frozenset({"key", "rungs"})


def parse_ladder(data: Mapping[str, Any]) -> Ladder:
    """A ladder from a TOML table: {key, rungs = [{key, at, recipients, level, colour, actions}]}.

    `at` is "75%", "due", "due - 1 workday" or "due + 2 workhour".
    Raises InvalidArgument that names every wrong entry, such as "ladder 'e': rungs[2].at: Expected …".
    """
    key = data.get("key")
    name = f"ladder {key!r}"
    problems = _unknown(data, allowed=_LADDER_FIELDS, path="")
    if not isinstance(key, str) or not key:
        problems.append(f"key: Expected a name, but got {key!r}.")
    entries = data.get("rungs")
    rungs: list[Rung] = []
    if not isinstance(entries, Sequence) or isinstance(entries, str) or not entries:
        problems.append(f"rungs: Expected a list of rungs, but got {entries!r}.")
        entries = ()
    for index, entry in enumerate(entries):
        path = f"rungs[{index}]"
        if not isinstance(entry, Mapping):
            problems.append(f"{path}: Expected a table, but got {entry!r}.")
            continue
        rung = _parse_rung(entry, path=path, problems=problems)
        if rung is not None:
            rungs.append(rung)
    if problems:
        raise InvalidArgument(f"{name}: " + " ".join(problems))
    return Ladder(str(key), tuple(rungs))


def parse_place(text: str) -> AtPercent | AtOffset:
    """Where a rung stands: "75%", "due", "due - 1 workday", "due + 30分钟"."""
    if match := _PERCENT.fullmatch(text):
        return AtPercent(Decimal(match[1]))
    if match := _OFFSET.fullmatch(text):
        sign, amount = match.groups()
        if sign is None:
            return AtPercent(Decimal(100))
        return AtOffset(Amount.parse(amount), before=sign != "+")
    raise InvalidArgument(f"Expected a place like '75%' or 'due - 1 workday', but got {text!r}.")


def _parse_rung(entry: Mapping[str, Any], *, path: str, problems: list[str]) -> Rung | None:
    """The rung, or None after adding to `problems`."""
    found = _unknown(entry, allowed=_RUNG_FIELDS, path=f"{path}.")
    place: AtPercent | AtOffset | None = None
    texts = {name: entry.get(name, "") for name in ("key", "level", "colour")}
    lists = {name: entry.get(name, ()) for name in ("recipients", "actions")}
    try:
        place = parse_place(entry["at"]) if isinstance(entry.get("at"), str) else None
        if place is None:
            found.append(f"{path}.at: Expected a text like '75%', but got {entry.get('at')!r}.")
    except InvalidArgument as error:
        found.append(f"{path}.at: {error}")
    if not texts["key"]:
        found.append(f"{path}.key: Expected a name, but it is empty.")
    for name, value in texts.items():
        if not isinstance(value, str):
            found.append(f"{path}.{name}: Expected a text, but got {value!r}.")
    for name, value in lists.items():
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item for item in value):
            found.append(f"{path}.{name}: Expected a list of names, but got {value!r}.")
    problems.extend(found)
    if found or place is None:
        return None
    return Rung(
        key=texts["key"],
        at=place,
        recipients=tuple(lists["recipients"]),
        level=texts["level"],
        colour=texts["colour"],
        actions=tuple(lists["actions"]),
    )


def _unknown(data: Mapping[str, Any], *, allowed: frozenset[str], path: str) -> list[str]:
    return [
        f"{path}{name}: Expected one of {', '.join(sorted(allowed))}, but got this."
        for name in data
        if name not in allowed
    ]
