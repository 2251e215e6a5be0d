"""Signals from outside and between cases.

A signal reaches everybody who waits for it when it is thrown, and opens a case of every process that
begins with it; it is not kept for who comes later. Each delivery is a command of its own, so that
however many cases wait, one is locked at a time. The case that throws a signal has got it already.
Source: BPMN 2.0.2, 10.5.5, signal events.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.stimuli import DeliverSignal as Deliver
from engine.commands.admission import check_input
from engine.commands.applying import write_signal
from engine.commands.cases import DEFAULT_AREA, Occasion, begin_by, check_place
from engine.commands.command import Command
from engine.commands.intake import take_in
from engine.commands.messages import MAX_NAME
from engine.commands.targets import Targets
from engine.commands.work import Work
from engine.errors import InvalidData, InvalidState, NotFound
from engine.feel import from_json
from engine.model.lifecycles import SIGNAL_DELIVERY, require_change
from engine.store.rows import SignalDeliveryRow

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PublishSignal(Command):
    """A signal comes from outside. `area` and `channel` are of the cases that it opens.

    Value: {"signal_id"}; whom it reached shows when it is delivered, right after.
    """

    signal_name: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    area: str = DEFAULT_AREA
    channel: str = "9"

    def aim(self, targets: Targets) -> None:
        """Nobody is locked: each delivery does that for itself."""

    def apply(self, work: Work) -> Mapping[str, Any]:
        if not self.signal_name or len(self.signal_name) > MAX_NAME or not self.signal_name.isprintable():
            raise InvalidData({"signal_name": f"Expected 1 to {MAX_NAME} printable characters."})
        check_input(self.variables)
        check_place(area=self.area, channel=self.channel)
        signal_id = write_signal(
            work,
            self.signal_name,
            dict(self.variables),
            thrown_by=None,
            area=self.area,
            channel=self.channel,
        )
        return {"signal_id": signal_id}


@dataclass(frozen=True, slots=True)
class _SignalCommand(Command):
    delivery_id: int

    def aim(self, targets: Targets) -> None:
        targets.signal_deliveries.add(self.delivery_id)

    def delivery(self, work: Work) -> SignalDeliveryRow:
        row = work.signal_deliveries.get(self.delivery_id)
        if row is None:
            raise NotFound(f"Expected a signal delivery {self.delivery_id}, but there is none.")
        if row.state != "PENDING":
            raise InvalidState(f"Expected signal delivery {row.id} to be PENDING, but it is {row.state}.")
        return row


@dataclass(frozen=True, slots=True)
class DeliverSignal(_SignalCommand):
    """Bring a signal to one who waited for it when it was thrown. Who does not any more misses it.

    Value: {"signal_id", "state"}.
    """

    def apply(self, work: Work) -> Mapping[str, Any]:
        row = self.delivery(work)
        if row.definition_id is not None:
            raise InvalidState(f"Expected somebody to wait for delivery {row.id}, but it opens a case.")
        live = work.case(row.instance_id)
        if row.subscription_state != "OPEN" or row.element_key in live.closed_elements:
            return _close(work, row, "DROPPED")
        try:
            take_in(
                work,
                live,
                Deliver(row.element_key, row.node, from_json(row.payload)),
                fact="SIGNAL_RECEIVED",
                data={"signal": row.signal_name, "signal_id": row.signal_id},
                element_id=row.element_id,
                actor=self.actor,
            )
        except InvalidState as refusal:
            # It has an incident, say. A signal is for now: it does not wait until that is resolved.
            work.start_over()
            log.warning("signal missed", extra={"delivery_id": row.id, "reason": str(refusal)})
            return _close(work, row, "DROPPED")
        return _close(work, row, "DELIVERED")


@dataclass(frozen=True, slots=True)
class BeginBySignal(_SignalCommand):
    """Open a case of a process that begins with the signal.

    Value: {"signal_id", "state", "case_number", "case_id"}, without a case if its data could not be kept.
    """

    def aim(self, targets: Targets) -> None:
        super(BeginBySignal, self).aim(targets)
        targets.new_cases += 1

    def apply(self, work: Work) -> Mapping[str, Any]:
        row = self.delivery(work)
        if row.definition_id is None:
            raise InvalidState(f"Expected delivery {row.id} to open a case, but a case waits for it.")
        facts = {"signal": row.signal_name, "signal_id": row.signal_id}
        try:
            opened = begin_by(
                work,
                work.library.process_ref(row.definition_id),
                Occasion(signal_name=row.signal_name, facts=facts),
                variables=row.payload,
                area=row.area,
                channel=row.channel,
                actor=self.actor,
            )
        except InvalidData as refusal:
            work.start_over()
            log.error("signal opened no case", extra={"delivery_id": row.id, "reason": str(refusal)})
            return _close(work, row, "REFUSED")
        return {**_close(work, row, "DELIVERED"), **opened}


def _close(work: Work, row: SignalDeliveryRow, state: str) -> dict[str, Any]:
    require_change(SIGNAL_DELIVERY, what=f"signal delivery {row.id}", old=row.state, new=state)
    row.state = state
    work.writes.add("close_signal_deliveries", row.id, state)
    return {"signal_id": row.signal_id, "state": state}
