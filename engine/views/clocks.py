"""Which rungs are due: what the sweep asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.commands.clock_ledger import case_clock
from engine.model.clocks import consumed
from engine.model.ladders import rungs_passed
from engine.store.database import execute
from engine.store.rows import ClockRow
from engine.views.view import Sight, View


@dataclass(frozen=True, slots=True)
class DueRung:
    """`department` is who holds the case now; texts are for people, in zh."""

    clock_id: int
    case_number: str
    clock_kind: str
    rung_key: str
    colour: str
    level: str
    department: str | None
    element_id: str
    fire_at: datetime
    due_at: datetime | None
    generation: int
    limit_text: str
    legal_basis: str
    consumed_text: str


@dataclass(frozen=True, slots=True)
class DueRungs(View[list[DueRung]]):
    """Longest due first."""

    limit: int = 100

    def read(self, sight: Sight) -> list[DueRung]:
        rows = execute(sight.connection, "view_due_rungs", {"now": sight.now, "limit": min(self.limit, 1000)})
        names = [column.name for column in rows.description or ()]
        return [_due_rung(sight, dict(zip(names, row, strict=True))) for row in rows]


def _due_rung(sight: Sight, row: dict[str, Any]) -> DueRung:
    clock_row = ClockRow(
        id=row["id"], case_id=0, instance_id=0, element_key=0, element_id=row["element_id"], kind=row["kind"],
        state=row["state"], limit_key=row["limit_key"], area=row["area"], legal_basis=row["legal_basis"],
        amount_value=row["amount_value"], amount_unit=row["amount_unit"], anchor_at=row["anchor_at"],
        calendar=row["calendar"], pause_rule=row["pause_rule"], end_of=row["end_of"], pauses=row["pauses"],
        extension=row["extension"], generation=row["generation"], ladder_id=row["ladder_id"],
        due_at=row["due_at"], next_rung=row["next_rung"], next_rung_at=row["next_rung_at"], closed_at=None,
    )  # fmt: skip
    clock = case_clock(clock_row)
    calendar = sight.library.calendar(row["calendar"], area=row["area"])
    ladder = sight.library.ladder(row["ladder_id"])
    position = next(i for i, rung in enumerate(ladder.rungs) if rung.key == row["next_rung"])
    before = {rung.key for rung in ladder.rungs[:position]}
    # After a downtime several have passed: the highest is the one that will fire.
    highest, _skipped = rungs_passed(clock, ladder, calendar, now=sight.now, fired=before)
    rung = highest or ladder.rungs[position]
    used = consumed(clock, calendar, at=sight.now)
    return DueRung(
        clock_id=row["id"],
        case_number=row["case_number"],
        clock_kind=row["kind"],
        rung_key=rung.key,
        colour=rung.colour,
        level=rung.level,
        department=row["department"] or row["lead_department"],
        element_id=row["element_id"],
        fire_at=row["next_rung_at"],
        due_at=row["due_at"],
        generation=row["generation"],
        limit_text=f"{row['limit_key']} {clock.total.zh}",
        legal_basis=row["legal_basis"],
        consumed_text=f"{int(used.total_seconds()) // 60} 分钟 min",
    )


@dataclass(frozen=True, slots=True)
class NextRungAt(View[datetime | None]):
    """The instant of the next rung of any running clock, perhaps past."""

    def read(self, sight: Sight) -> datetime | None:
        row = execute(sight.connection, "view_next_rung_at").fetchone()
        return None if row is None else row[0]
