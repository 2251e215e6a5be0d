"""What cases wait for, for whom and until when: the parts that lists and single cases share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol, TypeVar

from engine.commands.clock_ledger import case_clock
from engine.model.clocks import ClockState, consumed, due_date, is_overdue, remaining
from engine.model.limits import Amount, Unit
from engine.store.database import fetch_rows
from engine.store.rows import ClockRow
from engine.views.view import Sight


@dataclass(frozen=True, slots=True)
class OpenTask:
    id: int
    case_id: int
    element_id: str
    name: str
    state: str
    form: str | None
    roles: list[str]
    department: str | None
    assignee: str | None
    activities: list[str]
    """Ids of what whoever holds it may begin, of a choice in an ad-hoc sub-process."""
    created_at: datetime

    @property
    def holder(self) -> str:
        """Who it waits for, as short as possible."""
        if self.assignee is not None:
            return self.assignee
        roles = "/".join(self.roles) or "任何人 anyone"
        return f"{self.department} {roles}" if self.department else roles


@dataclass(frozen=True, slots=True)
class OpenJob:
    id: int
    case_id: int
    element_id: str
    job_type: str
    state: str
    attempts: int
    retries_left: int
    last_error: str | None


@dataclass(frozen=True, slots=True)
class WaitingTimer:
    id: int
    case_id: int
    element_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class OpenSubscription:
    id: int
    case_id: int
    element_id: str
    message_name: str
    correlation_key: str


@dataclass(frozen=True, slots=True)
class AwaitedSignal:
    id: int
    case_id: int
    element_id: str
    signal_name: str


@dataclass(frozen=True, slots=True)
class OpenIncident:
    id: int
    case_id: int
    case_number: str
    element_id: str
    incident_type: str
    message: str
    job_id: int | None
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class ClockReading:
    """A clock as read at one instant. `left` counts in the limit's own unit and is negative once
    overdue; `due_at` is None while paused."""

    id: int
    case_id: int
    element_id: str
    kind: str
    state: str
    limit_key: str
    legal_basis: str
    amount: Amount
    left: Decimal
    due_at: datetime | None
    due_date: str | None
    overdue: bool
    paused_for: tuple[str, ...]
    next_rung: str | None
    next_rung_at: datetime | None
    closed_at: datetime | None
    consumed_seconds: int

    @property
    def left_zh(self) -> str:
        return f"{self.left.quantize(Decimal('0.1'))} {_UNIT_ZH[self.amount.unit]}"


_UNIT_ZH = {
    Unit.WORKDAY: "工作日",
    Unit.WORKHOUR: "工作时",
    Unit.URGENT_HOUR: "紧急工作时",
    Unit.CALDAY: "自然日",
    Unit.CALMONTH: "个月",
    Unit.MINUTE: "分钟",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything one case waits for."""

    tasks: tuple[OpenTask, ...]
    jobs: tuple[OpenJob, ...]
    timers: tuple[WaitingTimer, ...]
    subscriptions: tuple[OpenSubscription, ...]
    signals: tuple[AwaitedSignal, ...]
    incidents: tuple[OpenIncident, ...]
    clocks: tuple[ClockReading, ...]

    @property
    def tightest_clock(self) -> ClockReading | None:
        """The running clock that is due first; a paused one if none runs."""
        running = [clock for clock in self.clocks if clock.due_at is not None]
        if running:
            return min(running, key=lambda clock: (clock.due_at, clock.id))
        return self.clocks[0] if self.clocks else None


def read_waiting(sight: Sight, case_ids: Sequence[int]) -> dict[int, Waiting]:
    """By case id; seven statements however many cases."""
    wanted = {"case_ids": list(case_ids)}
    connection = sight.connection
    with connection.pipeline():
        tasks_cursor = fetch_rows(connection, OpenTask, "view_open_tasks_of_cases", wanted)
        jobs_cursor = fetch_rows(connection, OpenJob, "view_open_jobs_of_cases", wanted)
        timers_cursor = fetch_rows(connection, WaitingTimer, "view_waiting_timers_of_cases", wanted)
        subscriptions_cursor = fetch_rows(
            connection, OpenSubscription, "view_open_subscriptions_of_cases", wanted
        )
        signals_cursor = fetch_rows(connection, AwaitedSignal, "view_open_signals_of_cases", wanted)
        incidents_cursor = fetch_rows(
            connection, OpenIncident, "view_open_incidents", {**wanted, "limit": 10_000}
        )
        clocks = fetch_rows(connection, ClockRow, "view_clocks_of_cases", {**wanted, "open_only": True})
    tasks = _by_case(tasks_cursor)
    jobs = _by_case(jobs_cursor)
    timers = _by_case(timers_cursor)
    subscriptions = _by_case(subscriptions_cursor)
    signals = _by_case(signals_cursor)
    incidents = _by_case(incidents_cursor)
    readings = _by_case(read_clock(sight, row) for row in clocks)
    return {
        case_id: Waiting(
            tasks[case_id],
            jobs[case_id],
            timers[case_id],
            subscriptions[case_id],
            signals[case_id],
            incidents[case_id],
            readings[case_id],
        )
        for case_id in case_ids
    }


class _OfCase(Protocol):
    @property
    def case_id(self) -> int: ...


Row = TypeVar("Row", bound=_OfCase)


def _by_case(rows: Iterable[Row]) -> dict[int, tuple[Row, ...]]:
    grouped: dict[int, tuple[Row, ...]] = defaultdict(tuple)
    for row in rows:
        grouped[row.case_id] += (row,)
    return grouped


def read_clock(sight: Sight, row: ClockRow) -> ClockReading:
    clock = case_clock(row)
    calendar = sight.library.calendar(row.calendar, area=row.area)
    at = clock.closed_at or sight.now
    day = due_date(clock, calendar)
    return ClockReading(
        id=row.id,
        case_id=row.case_id,
        element_id=row.element_id,
        kind=row.kind,
        state=row.state,
        limit_key=row.limit_key,
        legal_basis=row.legal_basis,
        amount=clock.total,
        left=remaining(clock, calendar, at=at),
        due_at=row.due_at,
        due_date=None if day is None else day.isoformat(),
        overdue=row.state == ClockState.BREACHED
        or (clock.closed_at is None and is_overdue(clock, calendar, at=at)),
        paused_for=tuple(pause.reason.value for pause in clock.open_pauses),
        next_rung=row.next_rung,
        next_rung_at=row.next_rung_at,
        closed_at=row.closed_at,
        consumed_seconds=int(consumed(clock, calendar, at=at).total_seconds()),
    )


def open_incidents(sight: Sight, *, limit: int) -> list[OpenIncident]:
    return fetch_rows(
        sight.connection, OpenIncident, "view_open_incidents", {"case_ids": None, "limit": limit}
    ).fetchall()
