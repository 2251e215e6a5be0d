"""BPMN timers that came due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn.stimuli import TriggerTimer
from engine.commands.applying import drive
from engine.commands.command import Command
from engine.commands.targets import Targets
from engine.commands.work import Work
from engine.errors import InvalidState, NotFound


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
        live = work.case(row.instance_id)
        live.record("TIMER_TRIGGERED", actor=self.actor, element_id=row.element_id, data={"timer_id": row.id})
        stimulus = TriggerTimer(row.element_key, row.node, row.due_at, row.cycle)
        drive(live, stimulus, actor=self.actor)
        row.state = "TRIGGERED"
        work.writes.add("trigger_timers", row.id)
        return {"timer_id": row.id}
