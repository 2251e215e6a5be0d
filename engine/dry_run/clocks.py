"""The statutory clocks of a dry run, by the same rules as in production: due instants and rungs.

Only a scenario knows what a limit is; without one, clocks are named and nothing is reckoned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from engine.bpmn.effects import StartClock
from engine.clock import RECKONING_ZONE
from engine.model.calendars import WorkCalendar, calendar_for
from engine.model.clocks import CaseClock, ClockState, clock_for, closed, due_at
from engine.model.ladders import Ladder, Rung, next_rung_at
from engine.model.limits import select_limit
from engine.model.scenario import Scenario

CALENDAR_VERSION = "dry-run"


@dataclass(slots=True, eq=False)
class RunningClock:
    """`ledger` is None where no scenario says how long the limit is."""

    run: int
    effect: StartClock
    kind: str
    started_at: datetime
    ledger: CaseClock | None
    ladder: Ladder | None
    due_at: datetime | None
    state: ClockState = ClockState.RUNNING
    ended_at: datetime | None = None
    fired: list[tuple[datetime, Rung]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class Clocks:
    def __init__(self, scenario: Scenario | None, *, area: str) -> None:
        self._scenario = scenario
        self._area = area
        overlays = [entry.overlay for entry in scenario.calendars] if scenario else []
        self.calendar: WorkCalendar = calendar_for(area=area, version=CALENDAR_VERSION, overlays=overlays)
        self.every: list[RunningClock] = []

    def start(self, effect: StartClock, *, run: int, now: datetime) -> RunningClock:
        """Raises InvalidArgument or NotFound if the scenario has no such limit here and now."""
        if self._scenario is None:
            clock = RunningClock(run, effect, effect.kind, now, None, None, None)
        else:
            today = now.astimezone(RECKONING_ZONE).date()
            limit = select_limit(self._scenario.time_limits, key=effect.limit, area=self._area, on=today)
            ledger = clock_for(limit, anchor_at=now)
            key = effect.ladder or limit.ladder
            clock = RunningClock(
                run,
                effect,
                effect.kind or limit.kind.value,
                now,
                ledger,
                self._scenario.ladder(key) if key else None,
                due_at(ledger, self.calendar),
            )
        self.every.append(clock)
        return clock

    def close(self, element_key: int, *, run: int, completed: bool, now: datetime) -> None:
        """The element ended: its clocks are met or breached, or canceled if it did not complete."""
        for clock in self._open(run):
            if clock.effect.element_key == element_key:
                self._end(clock, completed=completed, now=now)

    def close_process(self, *, run: int, completed: bool, now: datetime) -> None:
        for clock in self._open(run):
            self._end(clock, completed=completed, now=now)

    def next_rung(self, clock: RunningClock) -> datetime | None:
        """When the next rung of the clock's ladder is reached."""
        following = self._following(clock)
        return following[1] if following is not None else None

    def fire(self, clock: RunningClock, *, now: datetime) -> None:
        following = self._following(clock)
        if following is not None:
            clock.fired.append((now, following[0]))

    def _following(self, clock: RunningClock) -> tuple[Rung, datetime] | None:
        if clock.ledger is None or clock.ladder is None or not clock.is_open:
            return None
        fired = {rung.key for _, rung in clock.fired}
        return next_rung_at(clock.ledger, clock.ladder, self.calendar, fired=fired)

    def _end(self, clock: RunningClock, *, completed: bool, now: datetime) -> None:
        clock.ended_at = now
        if clock.ledger is None:
            clock.state = ClockState.MET if completed else ClockState.CANCELED
        else:
            ended = closed(clock.ledger, at=now, calendar=self.calendar, canceled=not completed)
            clock.state = ended.state

    def _open(self, run: int) -> Iterator[RunningClock]:
        return (clock for clock in self.every if clock.run == run and clock.is_open)
