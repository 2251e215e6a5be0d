"""Cases: a page of them, and one whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from engine.errors import NotFound
from engine.model.case_number import require_case_number
from engine.store.database import execute, fetch_rows
from engine.store.rows import ClockRow
from engine.views.names import element_names
from engine.views.view import Sight, View
from engine.views.waiting import ClockReading, Waiting, read_clock, read_waiting


@dataclass(frozen=True, slots=True)
class CaseHead:
    id: int
    case_number: str
    process_key: str
    title: str
    area: str
    applicant: str | None
    lead_department: str
    stage: str | None
    card: str | None
    state: str
    outcome: str | None
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of a list."""

    head: CaseHead
    waiting: Waiting


@dataclass(frozen=True, slots=True)
class CaseEventLine:
    seq: int
    at: datetime
    event_type: str
    actor: str
    element_id: str | None
    data: Any


@dataclass(frozen=True, slots=True)
class PathStep:
    """One element on the case's way. `mark` is "done", "active", "terminated" or "passed"."""

    element_id: str
    name: str
    mark: str
    entered_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class EscalationLine:
    case_id: int
    clock_id: int
    rung: str
    generation: int
    state: str
    colour: str | None
    level: str | None
    recipients: list[str]
    due_at: datetime
    fired_at: datetime


@dataclass(frozen=True, slots=True)
class CaseWhole:
    head: CaseHead
    path: tuple[PathStep, ...]
    waiting: Waiting
    clocks: tuple[ClockReading, ...]
    """All, also closed ones."""
    escalations: tuple[EscalationLine, ...]
    events: tuple[CaseEventLine, ...]


@dataclass(frozen=True, slots=True)
class CaseList(View[list[CaseLine]]):
    """Newest first. `before` is the id of the last line of the page before."""

    states: Sequence[str] | None = None
    before: int | None = None
    limit: int = 50

    def read(self, sight: Sight) -> list[CaseLine]:
        heads = fetch_rows(
            sight.connection,
            CaseHead,
            "view_cases",
            {
                "before": self.before,
                "states": None if self.states is None else list(self.states),
                "limit": min(self.limit, 500),
            },
        ).fetchall()
        waiting = read_waiting(sight, [head.id for head in heads])
        return [CaseLine(head, waiting[head.id]) for head in heads]


@dataclass(frozen=True, slots=True)
class ShowCase(View[CaseWhole]):
    """Raises NotFound, or InvalidArgument for a mistyped number."""

    case_number: str

    def read(self, sight: Sight) -> CaseWhole:
        number = require_case_number(self.case_number)
        head = fetch_rows(sight.connection, CaseHead, "view_case", {"case_number": number}).fetchone()
        if head is None:
            raise NotFound(f"Expected a case numbered {number}, but there is none.")
        of_case = {"case_ids": [head.id]}
        events = tuple(_read_events(sight, head.id))
        clocks = fetch_rows(
            sight.connection, ClockRow, "view_clocks_of_cases", {**of_case, "open_only": False}
        )
        return CaseWhole(
            head=head,
            path=tuple(_path(sight, head, events)),
            waiting=read_waiting(sight, [head.id])[head.id],
            clocks=tuple(read_clock(sight, row) for row in clocks),
            escalations=tuple(
                fetch_rows(sight.connection, EscalationLine, "view_escalations_of_cases", of_case)
            ),
            events=events,
        )


def _read_events(sight: Sight, case_id: int) -> list[CaseEventLine]:
    rows = execute(sight.connection, "read_events", {"case_id": case_id})
    return [
        CaseEventLine(seq, at, event_type, actor, element_id, orjson.loads(data))
        for seq, at, event_type, actor, element_id, data, _hash in rows
    ]


_LEAVING = {"-": "done", "x": "terminated"}


def _path(sight: Sight, head: CaseHead, events: Sequence[CaseEventLine]) -> list[PathStep]:
    names = element_names(sight, head.id)
    steps: list[PathStep] = []
    at_work: dict[int, int] = {}
    for event in events:
        if event.event_type != "TOKENS_MOVED":
            continue
        for move, element_id, key, *_ in event.data["path"]:
            name = names.get(element_id, element_id)
            if move == "+":
                at_work[key] = len(steps)
                steps.append(PathStep(element_id, name, "active", event.at, None))
            elif move == "=":
                steps.append(PathStep(element_id, name, "passed", event.at, event.at))
            elif move in _LEAVING and key in at_work:
                index = at_work.pop(key)
                entered_at = steps[index].entered_at
                steps[index] = PathStep(element_id, name, _LEAVING[move], entered_at, event.at)
    return steps
