"""Figures of the closed loop, computed from the journal and from nothing else.

Source: domain 2.5, formulas in use (成都金牛区): 按期处置率 = 按期处置数/应处置数, 返工率 = 返工数/应结案数,
超期率 = 超期处置数/应处置数.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import orjson

from engine.store.database import execute
from engine.views.view import Sight, View

HANDLING_STAGE = "处置"


@dataclass(frozen=True, slots=True)
class ClosedLoopFigures:
    """Counts of cases. Rates are None where there is nothing to divide by."""

    to_be_handled: int
    """应处置: a clock that began in the handling stage has ended there."""
    in_time: int
    overdue: int
    to_be_closed: int
    """应结案: closed cases that went through handling."""
    reworked: int
    """返工: handling was entered again after a check."""

    @property
    def in_time_rate(self) -> Fraction | None:
        return Fraction(self.in_time, self.to_be_handled) if self.to_be_handled else None

    @property
    def overdue_rate(self) -> Fraction | None:
        return Fraction(self.overdue, self.to_be_handled) if self.to_be_handled else None

    @property
    def rework_rate(self) -> Fraction | None:
        return Fraction(self.reworked, self.to_be_closed) if self.to_be_closed else None


@dataclass(frozen=True, slots=True)
class ClosedLoop(View[ClosedLoopFigures]):
    """Of the given cases, or of all."""

    case_numbers: Sequence[str] | None = None

    def read(self, sight: Sight) -> ClosedLoopFigures:
        case_ids = None
        if self.case_numbers is not None:
            rows = execute(sight.connection, "view_case_ids", {"case_numbers": list(self.case_numbers)})
            case_ids = [case_id for _number, case_id in rows]
        types = ["STAGE_ENTERED", "CLOCK_STARTED", "CLOCK_MET", "CLOCK_BREACHED", "CASE_CLOSED"]
        events = execute(
            sight.connection, "view_events_of_type", {"event_types": types, "case_ids": case_ids}
        )
        handled: dict[int, int] = defaultdict(int)
        handling_clocks: set[int] = set()
        breached: set[int] = set()
        clocked: set[int] = set()
        closed: set[int] = set()
        for case_id, _seq, _at, event_type, _element_id, text in events:
            data = orjson.loads(text)
            if event_type == "STAGE_ENTERED":
                handled[case_id] += data["stage"] == HANDLING_STAGE
            elif event_type == "CASE_CLOSED":
                closed.add(case_id)
            elif event_type == "CLOCK_STARTED":
                if data["kind"] == "stage" and data["stage"] == HANDLING_STAGE:
                    handling_clocks.add(data["clock_id"])
            elif data["clock_id"] in handling_clocks:
                clocked.add(case_id)
                if event_type == "CLOCK_BREACHED":
                    breached.add(case_id)
        to_be_closed = {case_id for case_id in closed if handled[case_id]}
        return ClosedLoopFigures(
            to_be_handled=len(clocked),
            in_time=len(clocked - breached),
            overdue=len(breached),
            to_be_closed=len(to_be_closed),
            reworked=sum(handled[case_id] > 1 for case_id in to_be_closed),
        )
