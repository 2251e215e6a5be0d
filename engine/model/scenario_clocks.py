"""What a scenario says about time: its limits, escalation ladders and calendars, out of `scenario.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from engine.errors import InvalidArgument
from engine.model.calendars import Overlay, overlay_from_json
from engine.model.ladders import AtPercent, Ladder, parse_ladder
from engine.model.limits import Amount, ClockKind, EndOf, PauseRule, TimeLimit, Unit
from engine.model.toml_document import Name, TomlTable, unique

KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
AREA = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,31}")

_LIMIT_KEYS = (
    "key",
    "name",
    "kind",
    "area",
    "value",
    "unit",
    "legal_basis",
    "valid_from",
    "valid_until",
    "ladder",
    "pause_rule",
    "end_of",
    "extension",
)
_CALENDAR_KEYS = ("key", "name", "area", "office", "opened", "closed", "publishes")
_OPEN_DAY_KEYS = ("day", "sessions")


@dataclass(frozen=True, slots=True)
class NamedLimit:
    name: Name
    limit: TimeLimit


@dataclass(frozen=True, slots=True)
class NamedOverlay:
    key: str
    name: Name
    overlay: Overlay


def read_ladders(root: TomlTable) -> tuple[Ladder, ...]:
    """The `[[ladders]]`; percent rungs must climb in the order they are written."""
    tables = root.tables("ladders")
    unique(tables, "key")
    ladders: list[Ladder] = []
    for table in tables:
        try:
            ladder = parse_ladder(table.values)
        except InvalidArgument as error:
            table.problem("bad-ladder", None, f"督办阶梯写法不对：{error}", str(error))
            continue
        percents = [(rung.key, rung.at.percent) for rung in ladder.rungs if isinstance(rung.at, AtPercent)]
        for (lower, low), (higher, high) in pairwise(percents):
            if high <= low:
                table.problem(
                    "rungs-not-increasing",
                    "rungs",
                    f"阶梯 {ladder.key!r} 的 {higher!r}（{high}%）应高于 {lower!r}（{low}%）",
                    f"Expected rung {higher!r} of ladder {ladder.key!r} above {low}%, but it is at {high}%",
                    mend_zh="按百分比从低到高排列",
                    mend_en="Write the rungs from the lowest to the highest",
                )
        ladders.append(ladder)
    return tuple(ladders)


def read_limits(root: TomlTable) -> tuple[NamedLimit, ...]:
    """The `[[limits]]`, with findings for unknown ladders and for rules in force at the same time."""
    # A ladder with mistakes of its own is still known by its name.
    ladder_keys = [table.values.get("key") for table in root.tables("ladders")]
    read = [(table, _limit(table, ladder_keys)) for table in root.tables("limits")]
    named = [(table, limit) for table, limit in read if limit is not None]
    _refuse_overlaps((table, entry.limit) for table, entry in named)
    return tuple(entry for _, entry in named)


def read_calendars(root: TomlTable) -> tuple[NamedOverlay, ...]:
    """The `[[calendars]]`: days that differ from the country's calendar in an area or office."""
    tables = root.tables("calendars")
    unique(tables, "key")
    overlays: list[NamedOverlay] = []
    for table in tables:
        table.only(*_CALENDAR_KEYS)
        for opened in table.tables("opened"):
            opened.only(*_OPEN_DAY_KEYS)
        key, name = table.text("key", pattern=KEY), table.name("name")
        table.text("area", pattern=AREA, required=False)
        table.text("office", required=False)
        try:
            overlay = overlay_from_json(table.values)
        except InvalidArgument as error:
            table.problem("bad-calendar", None, f"日历写法不对：{error}", str(error))
            continue
        if key is not None and name is not None:
            overlays.append(NamedOverlay(key, name, overlay))
    return tuple(overlays)


def _limit(table: TomlTable, ladder_keys: list[object]) -> NamedLimit | None:
    table.only(*_LIMIT_KEYS)
    key, name = table.text("key", pattern=KEY), table.name("name")
    kind = table.choice("kind", ClockKind)
    amount = _amount(table)
    extension_table = table.table("extension", required=False)
    extension = None if extension_table is None else _amount(extension_table, known=("value", "unit"))
    valid_from, valid_until = table.day("valid_from"), table.day("valid_until", required=False)
    ladder = table.text("ladder", required=False)
    if ladder is not None and ladder not in ladder_keys:
        table.problem(
            "unknown-ladder",
            "ladder",
            f"没有名为 {ladder!r} 的督办阶梯",
            f"Expected a ladder of this scenario, but there is none called {ladder!r}",
            mend_zh="在 [[ladders]] 中定义它，或改正名称",
            mend_en="Define it under [[ladders]] or correct its name",
        )
    optional = {
        "area": table.text("area", pattern=AREA, required=False) or "",
        "legal_basis": table.text("legal_basis", required=False) or "",
        "pause_rule": PauseRule(
            table.choice("pause_rule", PauseRule, required=False) or PauseRule.EXCLUDE_BOTH
        ),
        "end_of": EndOf(table.choice("end_of", EndOf, required=False) or EndOf.DAY),
    }
    if key is None or name is None or kind is None or amount is None or valid_from is None:
        return None
    fields: dict[str, Any] = {**optional, "ladder": ladder or "", "extension": extension}
    try:
        limit = TimeLimit(
            key, ClockKind(kind), amount, valid_from=valid_from, valid_until=valid_until, **fields
        )
    except InvalidArgument as error:
        table.problem("bad-limit", None, f"时限写法不对：{error}", str(error))
        return None
    return NamedLimit(name, limit)


def _amount(table: TomlTable, *, known: tuple[str, ...] | None = None) -> Amount | None:
    if known is not None:
        table.only(*known)
    if "unit" not in table.values:
        table.problem(
            "limit-without-unit",
            None,
            "时限没有写单位",
            f"Expected a unit with the value {table.values.get('value')!r}, but there is none",
            mend_zh=f"加上 unit：{'、'.join(Unit)}",
            mend_en=f"Add unit = one of {', '.join(Unit)}; a plain day or hour is not clear enough",
        )
        return None
    unit = table.choice("unit", Unit)
    if "value" not in table.values:
        table.problem("missing-key", "value", "缺少键 'value'", "Expected the key 'value', but it is missing")
        return None
    if unit is None:
        return None
    try:
        amount = Amount.of(table.values["value"], unit)
    except InvalidArgument as error:
        table.problem("bad-limit", "value", f"时限数值不对：{error}", str(error))
        return None
    if amount.value == 0:
        table.problem("bad-limit", "value", "时限应大于 0", "Expected a limit above 0, but it is 0")
        return None
    return amount


def _refuse_overlaps(limits: Iterable[tuple[TomlTable, TimeLimit]]) -> None:
    """One finding per rule that begins while an earlier one of the same key and area still holds."""
    groups: dict[tuple[str, str], list[tuple[TomlTable, TimeLimit]]] = {}
    for table, limit in limits:
        groups.setdefault((limit.key, limit.area), []).append((table, limit))
    for group in groups.values():
        group.sort(key=_valid_from)
        longest = group[0][1]
        for table, later in group[1:]:
            if longest.holds_on(later.valid_from):
                until = longest.valid_until or "…"
                table.problem(
                    "overlapping-limits",
                    "valid_from",
                    f"时限 {later.key!r}（区域 {later.area!r}）与 {longest.valid_from} 至 {until} 有效的一条重叠",
                    f"Expected one limit {later.key!r} for area {later.area!r} at a time, but the one from "
                    f"{longest.valid_from} to {until} still holds on {later.valid_from}",
                    mend_zh="给较早的一条写上 valid_until",
                    mend_en="Give the earlier one a valid_until",
                )
            if _last_day(later) > _last_day(longest):
                longest = later


def _last_day(limit: TimeLimit) -> date:
    return limit.valid_until or date.max


def _valid_from(entry: tuple[TomlTable, TimeLimit]) -> date:
    return entry[1].valid_from
