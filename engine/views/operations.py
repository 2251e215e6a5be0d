"""What operators look at: incidents, counts, signs of life, contracts of department calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from engine.store.database import execute, fetch_rows
from engine.views.view import Sight, View
from engine.views.waiting import OpenIncident, open_incidents


@dataclass(frozen=True, slots=True)
class IncidentList(View[list[OpenIncident]]):
    """Open ones, oldest first."""

    limit: int = 100

    def read(self, sight: Sight) -> list[OpenIncident]:
        return open_incidents(sight, limit=min(self.limit, 1000))


@dataclass(frozen=True, slots=True)
class Counts:
    open_cases: int
    open_tasks: int
    open_jobs: int
    open_incidents: int
    deployments: int


@dataclass(frozen=True, slots=True)
class Heartbeat:
    name: str
    at: datetime
    detail: str


@dataclass(frozen=True, slots=True)
class JournalLine:
    case_number: str
    seq: int
    at: datetime
    event_type: str
    actor: str
    element_id: str | None
    data: Any


@dataclass(frozen=True, slots=True)
class Journal(View[list[JournalLine]]):
    """The facts of the given types about the given cases, oldest first."""

    case_numbers: Sequence[str]
    event_types: Sequence[str]

    def read(self, sight: Sight) -> list[JournalLine]:
        wanted = {"case_numbers": list(self.case_numbers), "event_types": list(self.event_types)}
        rows = execute(sight.connection, "view_journal_of_cases", wanted)
        return [
            JournalLine(case_number, seq, at, event_type, actor, element_id, orjson.loads(data))
            for case_number, seq, at, event_type, actor, element_id, data in rows
        ]


@dataclass(frozen=True, slots=True)
class StartTimer:
    """A timer start event of a process's newest version, and when it opens the next case.

    `last_error`: why it did not the time before.
    """

    id: int
    process_key: str
    version: int
    element_id: str
    due_at: datetime
    cycle: str | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class StartTimers(View[list[StartTimer]]):
    """Soonest first."""

    limit: int = 100

    def read(self, sight: Sight) -> list[StartTimer]:
        wanted = {"limit": min(self.limit, 1000)}
        return fetch_rows(sight.connection, StartTimer, "view_start_timers", wanted).fetchall()


@dataclass(frozen=True, slots=True)
class OperationsCounts(View[Counts]):
    def read(self, sight: Sight) -> Counts:
        return fetch_rows(sight.connection, Counts, "view_counts").fetchall()[0]


@dataclass(frozen=True, slots=True)
class Heartbeats(View[list[Heartbeat]]):
    def read(self, sight: Sight) -> list[Heartbeat]:
        return fetch_rows(sight.connection, Heartbeat, "view_heartbeats").fetchall()


@dataclass(frozen=True, slots=True)
class DeployedContracts(View[dict[str, bytes]]):
    """The adapter contracts of the newest deployment of each scenario: "scenario/path" -> content."""

    def read(self, sight: Sight) -> dict[str, bytes]:
        rows = execute(sight.connection, "read_resources_of_kind", {"kind": "ADAPTER"})
        return {f"{scenario}/{path}": bytes(content) for _id, path, content, scenario in rows}
