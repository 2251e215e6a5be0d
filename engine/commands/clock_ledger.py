"""The statutory clocks of a live case: rows on one side, the pure rules of `engine.model.clocks` on
the other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from engine.bpmn.effects import IncidentType, StartClock
from engine.bpmn.machine import StepFailed
from engine.clock import RECKONING_ZONE
from engine.commands.live_case import LiveCase
from engine.errors import InvalidArgument, InvalidState, NotFound
from engine.model.calendars import WorkCalendar
from engine.model.clocks import CaseClock, ClockState, clock_for, closed, due_at
from engine.model.ladders import Ladder, next_rung_at
from engine.model.limits import Amount, ClockKind, EndOf, PauseRule, TimeLimit, Unit, select_limit
from engine.model.pauses import Pause, PauseReason
from engine.store.rows import ClockRow


def case_clock(row: ClockRow) -> CaseClock:
    return CaseClock(
        kind=ClockKind(row.kind),
        amount=Amount(row.amount_value, Unit(row.amount_unit)),
        anchor_at=row.anchor_at,
        pauses=tuple(_pause(entry) for entry in row.pauses),
        extension=None if row.extension is None else Amount.of(row.extension["value"], row.extension["unit"]),
        pause_rule=PauseRule(row.pause_rule),
        end_of=EndOf(row.end_of),
        closed_at=row.closed_at,
        outcome=ClockState(row.state) if row.closed_at is not None else None,
    )


def _pause(entry: dict[str, Any]) -> Pause:
    ended_at = entry["ended_at"]
    return Pause(
        PauseReason(entry["reason"]),
        datetime.fromisoformat(entry["started_at"]),
        None if ended_at is None else datetime.fromisoformat(ended_at),
    )


def ladder_of(live: LiveCase, row: ClockRow) -> Ladder | None:
    return None if row.ladder_id is None else live.library.ladder(row.ladder_id)


def keep(live: LiveCase, row: ClockRow, clock: CaseClock) -> None:
    """Take over what `clock` says now, with what follows from it."""
    row.state = clock.state
    row.closed_at = clock.closed_at
    row.pauses = [
        {
            "reason": pause.reason.value,
            "started_at": pause.started_at.isoformat(),
            "ended_at": None if pause.ended_at is None else pause.ended_at.isoformat(),
        }
        for pause in clock.pauses
    ]
    if clock.extension is not None:
        row.extension = {"value": str(clock.extension.value), "unit": clock.extension.unit.value}
    project(live, row, clock)
    live.changed_clocks.add(row.id)


def project(live: LiveCase, row: ClockRow, clock: CaseClock) -> None:
    """Set the derived columns: due instant and next rung."""
    calendar = calendar_of(live, row)
    ladder = ladder_of(live, row)
    row.next_rung = row.next_rung_at = None
    if clock.closed_at is not None:
        return
    row.due_at = due_at(clock, calendar)
    if ladder is not None and clock.state is ClockState.RUNNING:
        following = next_rung_at(clock, ladder, calendar, fired=live.fired[row.id])
        if following is not None:
            row.next_rung, row.next_rung_at = following[0].key, following[1]


def start(live: LiveCase, effect: StartClock, *, actor: str) -> None:
    """Start the clock the model declares; an unknown limit is an incident and stops nothing."""
    try:
        limit, deployment_id = _limit(live, effect)
    except (InvalidArgument, NotFound) as error:
        live.raise_incident(
            element_key=effect.element_key,
            element_id=effect.element_id,
            incident_type=IncidentType.LIMIT_UNKNOWN,
            message=str(error),
        )
    else:
        _run(live, effect, limit, deployment_id, anchor_at=live.now, actor=actor)


def start_missing(live: LiveCase, element_key: int, *, anchor_at: datetime, actor: str) -> None:
    """Start the element's clocks whose limit was unknown at `anchor_at`, as if it had been known.

    Raises InvalidState if a limit is still unknown.
    """
    running = {row.limit_key for row in open_clocks(live) if row.element_key == element_key}
    try:
        declared = live.runtime.declared_clocks(live.state, element_key, library=live.library, now=live.now)
        for effect in declared:
            if effect.limit not in running:
                _run(live, effect, *_limit(live, effect), anchor_at=anchor_at, actor=actor)
    except (InvalidArgument, NotFound, StepFailed) as error:
        raise InvalidState(f"Expected the time limit to be known by now, but: {error}") from error


def _run(
    live: LiveCase,
    effect: StartClock,
    limit: TimeLimit,
    deployment_id: int,
    *,
    anchor_at: datetime,
    actor: str,
) -> None:
    row = _row(live, effect, limit, deployment_id, clock_for(limit, anchor_at=anchor_at))
    live.clocks[row.id] = row
    project(live, row, case_clock(row))
    live.writes.add(
        "insert_clocks", row.id, row.case_id, row.instance_id, row.element_key, row.element_id, row.kind,
        row.limit_key, row.area, row.legal_basis, row.amount_value, row.amount_unit, row.anchor_at,
        row.calendar, row.pause_rule, row.end_of, row.ladder_id, row.due_at, row.next_rung, row.next_rung_at,
    )  # fmt: skip
    live.record(
        "CLOCK_STARTED",
        actor=actor,
        element_id=effect.element_id,
        data={
            "clock_id": row.id,
            "kind": row.kind,
            "stage": live.case.stage,
            "limit": row.limit_key,
            "amount": str(limit.amount),
            "legal_basis": row.legal_basis,
            "due_at": row.due_at,
        },
    )


def _limit(live: LiveCase, effect: StartClock) -> tuple[TimeLimit, int]:
    deployment_id = live.library.current_deployment(live.case.scenario)
    scenario = live.library.scenario(deployment_id)
    today = live.now.astimezone(RECKONING_ZONE).date()
    limit = select_limit(scenario.time_limits, key=effect.limit, area=live.case.area, on=today)
    return limit, deployment_id


def _row(
    live: LiveCase, effect: StartClock, limit: TimeLimit, deployment_id: int, clock: CaseClock
) -> ClockRow:
    ladder_key = effect.ladder or limit.ladder
    return ClockRow(
        id=live.ids.take(),
        case_id=live.case.id,
        instance_id=live.row.id,
        element_key=effect.element_key,
        element_id=effect.element_id,
        kind=effect.kind or limit.kind.value,
        state=ClockState.RUNNING,
        limit_key=limit.key,
        area=live.case.area,
        legal_basis=limit.legal_basis,
        amount_value=limit.amount.value,
        amount_unit=limit.amount.unit.value,
        anchor_at=clock.anchor_at,
        calendar=live.library.calendar_version(deployment_id),
        pause_rule=clock.pause_rule.value,
        end_of=clock.end_of.value,
        pauses=[],
        extension=None,
        generation=1,
        ladder_id=None if ladder_key is None else live.library.ladder_id(deployment_id, ladder_key),
        due_at=None,
        next_rung=None,
        next_rung_at=None,
        closed_at=None,
    )


def close_of_element(live: LiveCase, element_key: int, *, completed: bool, actor: str) -> None:
    """The element ended: its clocks are met or breached, or canceled if it did not complete."""
    for row in _open(live.clocks.values()):
        if row.element_key == element_key:
            clock = closed(
                case_clock(row),
                at=live.now,
                calendar=calendar_of(live, row),
                canceled=not completed,
            )
            keep(live, row, clock)
            live.record(
                f"CLOCK_{row.state}",
                actor=actor,
                element_id=row.element_id,
                data={"clock_id": row.id, "kind": row.kind, "limit": row.limit_key},
            )


def _open(rows: Iterable[ClockRow]) -> list[ClockRow]:
    return [row for row in rows if row.closed_at is None]


def open_clocks(live: LiveCase) -> list[ClockRow]:
    return _open(live.clocks.values())


def calendar_of(live: LiveCase, row: ClockRow) -> WorkCalendar:
    return live.library.calendar(row.calendar, area=row.area)
