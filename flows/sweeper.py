"""One sweeper's turn: ask what is due, have it fired, sleep until the next instant, until time is up.

Knows nothing of Prefect. Survives a rung that cannot be fired; a crash anywhere loses nothing,
because what is due is asked anew each time and each firing is unique in the engine.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event

from engine.clock import monotonic
from engine.errors import YishiError
from engine.views.clocks import DueRung
from flows.desk import EscalationDesk, Firing, Outcome, RungKey, key_of

log = logging.getLogger(__name__)

BATCH = 100
POLL_SECONDS = 1.0
"""A clock may be set, or its due instant move, while we sleep: look again after this long."""
SHORTEST_NAP_SECONDS = 0.02
BEAT_SECONDS = 5.0

FireRung = Callable[[DueRung], Firing]
"""Fires one rung, however it is shown. Raises YishiError if the engine refused or failed."""


@dataclass(slots=True)
class SweepReport:
    fired: int = 0
    already_fired: int = 0
    superseded: int = 0
    failed: list[str] = field(default_factory=list)
    """One sentence per rung that could not be fired; the next sweep tries it again."""
    held: bool = False
    """Whether this sweep ever was the sweeper; False if another one was at work all the time."""

    def count(self, outcome: Outcome) -> None:
        match outcome:
            case Outcome.FIRED:
                self.fired += 1
            case Outcome.ALREADY_FIRED:
                self.already_fired += 1
            case Outcome.SUPERSEDED:
                self.superseded += 1

    def sentence(self) -> str:
        if not self.held:
            return "Another sweep was at work."
        counts = [f"{self.fired} fired"]
        if self.already_fired:
            counts.append(f"{self.already_fired} had fired before")
        if self.superseded:
            counts.append(f"{self.superseded} superseded")
        if self.failed:
            counts.append(f"{len(self.failed)} FAILED: " + " ".join(self.failed[:5]))
        return ", ".join(counts) + ("" if self.failed else ".")


class Sweeper:
    """`ends_at` is an instant of `engine.clock.monotonic`; setting `stop` ends the turn within a rung."""

    def __init__(self, desk: EscalationDesk, *, fire: FireRung, ends_at: float, stop: Event) -> None:
        self._desk = desk
        self._fire = fire
        self._ends_at = ends_at
        self._stop = stop
        self._handled: set[RungKey] = set()
        self._next_beat = 0.0
        self.report = SweepReport()

    def run(self) -> SweepReport:
        """Work, or wait for the sweeper who does and take over from them, until time is up."""
        while self._goes_on():
            with self._desk.sweeper_lock() as held:
                if held:
                    self.report.held = True
                    self._work()
                    break
            self._nap(POLL_SECONDS)
        return self.report

    def _work(self) -> None:
        while self._goes_on():
            self._beat()
            due = self._due()
            for rung in due:
                if not self._goes_on():
                    return
                self._handle(rung)
                self._beat()
            if not due:
                self._nap(self._seconds_to_next())

    def _due(self) -> Sequence[DueRung]:
        # What failed stays due: ask for that many more, or a hundred poisoned clocks hide the others.
        due = self._desk.due_rungs(limit=BATCH + len(self.report.failed))
        return [rung for rung in due if key_of(rung) not in self._handled]

    def _handle(self, rung: DueRung) -> None:
        try:
            firing = self._fire(rung)
        except YishiError as refusal:
            self._handled.add(key_of(rung))
            self.report.failed.append(f"{rung.case_number} {rung.rung_key}: {refusal}")
            log.error(
                "rung could not be fired",
                extra={"clock_id": rung.clock_id, "rung": rung.rung_key, "reason": str(refusal)},
            )
            return
        # Remembered although it will not come back: if it did, we would fire it without end.
        self._handled.add(key_of(rung))
        self.report.count(firing.outcome)

    def _beat(self) -> None:
        if monotonic() >= self._next_beat:
            self._desk.beat()
            self._next_beat = monotonic() + BEAT_SECONDS

    def _seconds_to_next(self) -> float:
        next_at = self._desk.next_rung_at()
        clock = self._desk.clock
        if next_at is None or (seconds := clock.real_seconds(next_at - clock.now())) <= 0:
            # Nothing to come, or only what failed; a rung that came due this moment waits one poll at most.
            return POLL_SECONDS
        return max(SHORTEST_NAP_SECONDS, min(POLL_SECONDS, seconds))

    def _goes_on(self) -> bool:
        return not self._stop.is_set() and monotonic() < self._ends_at

    def _nap(self, seconds: float) -> None:
        self._stop.wait(max(0.0, min(seconds, self._ends_at - monotonic())))
