"""BPMN timers that came due: those of cases, and those that begin processes."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn.machine.timers import next_due
from engine.bpmn.stimuli import TriggerTimer
from engine.commands.applying import OTHER_CHANNEL
from engine.commands.cases import DEFAULT_AREA, Occasion, begin_by
from engine.commands.command import Command
from engine.commands.intake import take_in
from engine.commands.targets import Targets
from engine.commands.work import Work
from engine.errors import InvalidData, InvalidState, NotFound
from engine.model.lifecycles import TIMER, require_change
from engine.store.rows import StartTimerRow

log = logging.getLogger(__name__)

MAX_ERROR = 2000
"""Characters kept of why no case was opened."""


@dataclass(frozen=True, slots=True)
class FireTimer(Command):
    """Never early: a timer whose instant lies ahead is refused. Value: {"timer_id"}."""

    timer_id: int

    def aim(self, targets: Targets) -> None:
        targets.timers.add(self.timer_id)

    def apply(self, work: Work) -> Mapping[str, Any]:
        row = work.timers.get(self.timer_id)
        if row is None:
            raise NotFound(f"Expected a timer {self.timer_id}, but there is none.")
        if row.state != "WAITING":
            raise InvalidState(f"Expected timer {row.id} to be WAITING, but it is {row.state}.")
        if row.due_at > work.now:
            raise InvalidState(
                f"Expected timer {row.id} to be due, but it is not before {row.due_at.isoformat()}."
            )
        take_in(
            work,
            work.case(row.instance_id),
            TriggerTimer(row.element_key, row.node, row.due_at, row.cycle),
            fact="TIMER_TRIGGERED",
            data={"timer_id": row.id},
            element_id=row.element_id,
            actor=self.actor,
        )
        row.state = "TRIGGERED"
        work.writes.add("trigger_timers", row.id)
        return {"timer_id": row.id}


@dataclass(frozen=True, slots=True)
class FireStartTimer(Command):
    """Open the case that a timer start event is due to open. Never early, once for each instant; of
    a cycle, what was missed in a downtime is one firing.

    Value: {"start_timer_id", "case_number", "case_id"}, without a case if its data could not be kept.
    """

    start_timer_id: int

    def aim(self, targets: Targets) -> None:
        targets.start_timers.add(self.start_timer_id)
        targets.new_cases += 1

    def apply(self, work: Work) -> Mapping[str, Any]:
        row = work.start_timers.get(self.start_timer_id)
        if row is None:
            raise NotFound(f"Expected a start timer {self.start_timer_id}, but there is none.")
        if row.state != "WAITING":
            raise InvalidState(f"Expected start timer {row.id} to be WAITING, but it is {row.state}.")
        if row.due_at > work.now:
            raise InvalidState(
                f"Expected start timer {row.id} to be due, but it is not before {row.due_at.isoformat()}."
            )
        opened: Mapping[str, Any] = {}
        error: str | None = None
        try:
            opened = begin_by(
                work,
                work.library.process_ref(row.definition_id),
                Occasion(timer_node=row.node, facts={"timer": row.element_id, "due_at": row.due_at}),
                variables={},
                area=DEFAULT_AREA,
                channel=OTHER_CHANNEL,
                actor=self.actor,
            )
        except InvalidData as refusal:
            work.start_over()
            error = str(refusal)[:MAX_ERROR]
            log.error("timer opened no case", extra={"start_timer_id": row.id, "reason": error})
        _go_on(work, row, error=error)
        return {"start_timer_id": row.id, **opened}


def _go_on(work: Work, row: StartTimerRow, *, error: str | None) -> None:
    """The next instant of the cycle that lies ahead, or the end."""
    following = None if row.cycle is None else next_due(row.cycle, due_at=row.due_at, now=work.now)
    if following is None:
        require_change(TIMER, what=f"start timer {row.id}", old=row.state, new="TRIGGERED")
        row.state = "TRIGGERED"
    else:
        row.due_at, row.cycle = following
    work.writes.add("update_start_timers", row.id, row.state, row.due_at, row.cycle, error)
