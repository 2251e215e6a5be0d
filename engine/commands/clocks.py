"""Pausing and resuming the statutory clocks of a case, and firing the rungs of their ladders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.commands.applying import enter_stage, join
from engine.commands.clock_ledger import calendar_of, case_clock, keep, ladder_of, open_clocks
from engine.commands.command import SYSTEM, Command
from engine.commands.live_case import LiveCase
from engine.commands.targets import Targets
from engine.commands.work import Work
from engine.errors import Forbidden, InvalidState, NotFound
from engine.model.clocks import ClockState, paused, resumed
from engine.model.ladders import Rung, rung_instant, rungs_passed
from engine.model.limits import ClockKind
from engine.model.pauses import PAUSE_TYPES, PauseReason
from engine.store.rows import ClockRow

SUPERVISION_STAGE = "督办"
"""The stage a case enters when a rung supervises it. Source: domain 2.3, the seven stages."""


@dataclass(frozen=True, slots=True)
class _PauseCommand(Command):
    case_number: str
    reason: PauseReason

    def aim(self, targets: Targets) -> None:
        targets.case_numbers.add(self.case_number)
        targets.actors.add(self.actor)

    def check_role(self, work: Work, require: Callable[[str], None]) -> None:
        """The actor needs one role that the pause's type allows."""
        if self.actor == SYSTEM:
            require(SYSTEM)
            return
        refusal = Forbidden(f"Expected a role for pauses, but {self.actor} has none.")
        for role in sorted(work.actor(self.actor).roles):
            try:
                require(role)
            except Forbidden as error:
                refusal = error
            else:
                return
        raise refusal


@dataclass(frozen=True, slots=True)
class PauseClocks(_PauseCommand):
    """A typed pause begins: it stops every running clock of the kinds its reason stops.

    Value: {"case_number", "paused": ids of the clocks}.
    """

    document: str | None = None

    def apply(self, work: Work) -> Mapping[str, Any]:
        live = work.case_numbered(self.case_number)
        terms = PAUSE_TYPES[self.reason]
        self.check_role(work, terms.require_may_start)
        if terms.needs_document and not (self.document or "").strip():
            raise InvalidState(
                f"Expected the document that a pause for {self.reason} ({terms.zh}) rests on, but none is named."
            )
        stopped = [row for row in open_clocks(live) if ClockKind(row.kind) in terms.stops]
        concerned = [row for row in stopped if not _is_paused_for(row, self.reason)]
        if stopped and not concerned:
            raise InvalidState(f"Expected clocks that run, but they are paused for {self.reason} already.")
        if not concerned:
            raise InvalidState(
                f"Expected a running clock that {self.reason} ({terms.zh}) stops, but the case has none."
            )
        for row in concerned:
            keep(live, row, paused(case_clock(row), at=work.now, reason=self.reason))
            live.record(
                "CLOCK_PAUSED",
                actor=self.actor,
                element_id=row.element_id,
                data={"clock_id": row.id, "reason": self.reason, "document": self.document},
            )
        return {"case_number": self.case_number, "paused": [row.id for row in concerned]}


def _is_paused_for(row: ClockRow, reason: PauseReason) -> bool:
    return any(pause["reason"] == reason and pause["ended_at"] is None for pause in row.pauses)


@dataclass(frozen=True, slots=True)
class ResumeClocks(_PauseCommand):
    """A pause ends: its clocks run on, unless another pause still holds them.

    Value: {"case_number", "resumed": ids of the clocks}.
    """

    def apply(self, work: Work) -> Mapping[str, Any]:
        live = work.case_numbered(self.case_number)
        self.check_role(work, PAUSE_TYPES[self.reason].require_may_end)
        concerned = [row for row in open_clocks(live) if _is_paused_for(row, self.reason)]
        if not concerned:
            raise InvalidState(f"Expected a clock paused for {self.reason}, but the case has none.")
        for row in concerned:
            keep(live, row, resumed(case_clock(row), at=work.now, reason=self.reason))
            live.record(
                "CLOCK_RESUMED",
                actor=self.actor,
                element_id=row.element_id,
                data={"clock_id": row.id, "reason": self.reason, "due_at": row.due_at},
            )
        return {"case_number": self.case_number, "resumed": [row.id for row in concerned]}


@dataclass(frozen=True, slots=True)
class FireRung(Command):
    """The clock has passed rungs of its ladder: the highest fires, lower ones are skipped.

    Exactly once per (clock, rung, generation): whoever asks again gets "ALREADY_FIRED". Never early.
    Value: {"outcome": "FIRED" | "ALREADY_FIRED" | "SUPERSEDED", "rung", "colour", "case_number"}.
    """

    clock_id: int
    rung_key: str
    generation: int = 1

    def aim(self, targets: Targets) -> None:
        targets.clocks.add(self.clock_id)

    def apply(self, work: Work) -> Mapping[str, Any]:
        known = work.clock_states.get(self.clock_id)
        if known is None:
            raise NotFound(f"Expected a clock {self.clock_id}, but there is none.")
        live = work.case(known[0])
        row = live.clocks.get(self.clock_id)
        answer: dict[str, Any] = {"rung": self.rung_key, "case_number": live.case.case_number}
        if row is None or row.generation != self.generation or row.state != ClockState.RUNNING:
            return {"outcome": "SUPERSEDED", **answer}
        if self.rung_key in live.fired[row.id]:
            return {"outcome": "ALREADY_FIRED", **answer}
        ladder = ladder_of(live, row)
        if ladder is None:
            raise NotFound(f"Expected clock {row.id} to have a ladder, but it has none.")
        rung, skipped = rungs_passed(
            case_clock(row), ladder, calendar_of(live, row), now=work.now, fired=live.fired[row.id]
        )
        if rung is None:
            raise InvalidState(f"Expected rung {self.rung_key!r} of clock {row.id} to be due, but it is not.")
        for lower in skipped:
            _write(work, live, row, lower, "SKIPPED")
        _write(work, live, row, rung, "FIRED")
        _act(live, row, rung, actor=self.actor)
        keep(live, row, case_clock(row))
        return {"outcome": "FIRED", **answer, "rung": rung.key, "colour": rung.colour}


def _write(work: Work, live: LiveCase, row: ClockRow, rung: Rung, state: str) -> None:
    live.fired[row.id].add(rung.key)
    due_at = rung_instant(rung, case_clock(row), calendar_of(live, row))
    work.writes.add(
        "insert_escalations", row.id, rung.key, row.generation, live.case.id, state, rung.colour, rung.level,
        join(rung.recipients), due_at,
    )  # fmt: skip


def _act(live: LiveCase, row: ClockRow, rung: Rung, *, actor: str) -> None:
    live.record(
        "ESCALATED",
        actor=actor,
        element_id=row.element_id,
        data={
            "clock_id": row.id,
            "kind": row.kind,
            "rung": rung.key,
            "colour": rung.colour,
            "level": rung.level,
            "recipients": rung.recipients,
            "actions": rung.actions,
        },
    )
    if rung.colour:
        live.case.card = live.changes.card = rung.colour
    if "supervise" in rung.actions and live.case.stage != SUPERVISION_STAGE:
        enter_stage(live, SUPERVISION_STAGE, actor=actor, element_id=row.element_id)
