"""Messages from outside and between cases.

A message waits (BUFFERED) until a subscription with its name and correlation key is open, or it
expires; early arrivals are kept. One message reaches one subscription. If none is open, a process
that begins with the message gets it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from engine.bpmn.stimuli import DeliverMessage as Deliver
from engine.commands.admission import check_input
from engine.commands.applying import OTHER_CHANNEL
from engine.commands.cases import DEFAULT_AREA, Occasion, StartCase, begin_by, open_case
from engine.commands.command import Command
from engine.commands.intake import take_in
from engine.commands.targets import Targets
from engine.commands.work import Work
from engine.errors import InvalidData, InvalidState, NotFound
from engine.feel import from_json
from engine.model.messages import MESSAGE_TIME_TO_LIVE
from engine.store.rows import MessageRow

log = logging.getLogger(__name__)

MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class PublishMessage(Command):
    """A message arrives. It is kept, and delivered by a command of its own right after; if no
    subscription waits for it and a process starts by it, it opens a case.

    Value: {"message_id"} or {"case_number", "case_id"}.
    """

    message_name: str
    correlation_key: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    area: str = DEFAULT_AREA
    channel: str = "9"

    def aim(self, targets: Targets) -> None:
        targets.published.add((self.message_name, self.correlation_key))
        targets.new_cases += 1

    def apply(self, work: Work) -> Mapping[str, Any]:
        for name, text in (("message_name", self.message_name), ("correlation_key", self.correlation_key)):
            if not text or len(text) > MAX_NAME or not text.isprintable():
                raise InvalidData({name: f"Expected 1 to {MAX_NAME} printable characters."})
        check_input(self.variables)
        if not work.awaited.get((self.message_name, self.correlation_key)):
            ref = work.library.process_started_by(self.message_name)
            if ref is not None:
                start = StartCase(
                    ref.key, self.variables, area=self.area, channel=self.channel, actor=self.actor
                )
                occasion = Occasion(self.message_name, facts={"message": self.message_name})
                return open_case(work, start, ref, occasion=occasion)
        message_id = work.ids.take()
        work.writes.add(
            "insert_messages", message_id, self.message_name, self.correlation_key,
            orjson.dumps(dict(self.variables)).decode(), "BUFFERED", work.now + MESSAGE_TIME_TO_LIVE, None,
        )  # fmt: skip
        return {"message_id": message_id}


@dataclass(frozen=True, slots=True)
class DeliverMessage(Command):
    """Bring a buffered message to the subscription that waits for it. Value: {"message_id"}."""

    message_id: int
    subscription_id: int

    def aim(self, targets: Targets) -> None:
        targets.messages.add(self.message_id)
        targets.subscriptions.add(self.subscription_id)

    def apply(self, work: Work) -> Mapping[str, Any]:
        message = work.messages.get(self.message_id)
        subscription = work.subscriptions.get(self.subscription_id)
        if message is None or subscription is None:
            raise NotFound(f"Expected message {self.message_id} and its subscription, but one is not there.")
        _require_buffered(work, message)
        if subscription.state != "OPEN":
            raise InvalidState(
                f"Expected subscription {subscription.id} to be OPEN, but it is {subscription.state}."
            )
        live = work.case(subscription.instance_id)
        goes_on = live.runtime.keeps_waiting(
            live.state, subscription.element_key, subscription.node, library=work.library
        )
        take_in(
            work,
            live,
            Deliver(subscription.element_key, subscription.node, from_json(message.payload)),
            fact="MESSAGE_CORRELATED",
            data={"message": message.message_name, "message_id": message.id},
            element_id=subscription.element_id,
            actor=self.actor,
        )
        message.state = "CORRELATED"
        work.writes.add("close_messages", message.id, "CORRELATED")
        if not goes_on:
            subscription.state = "CORRELATED"
            work.writes.add("correlate_subscriptions", subscription.id)
        return {"message_id": message.id}


@dataclass(frozen=True, slots=True)
class BeginByMessage(Command):
    """Open a case by a message that another case threw and nobody waits for, in that case's area.

    Value: {"message_id", "case_number", "case_id"}, without a case if its data could not be kept.
    """

    message_id: int

    def aim(self, targets: Targets) -> None:
        targets.messages.add(self.message_id)
        targets.new_cases += 1

    def apply(self, work: Work) -> Mapping[str, Any]:
        message = work.messages.get(self.message_id)
        if message is None:
            raise NotFound(f"Expected a message {self.message_id}, but there is none.")
        _require_buffered(work, message)
        ref = work.library.process_started_by(message.message_name)
        if ref is None or message.area is None:
            raise InvalidState(
                f"Expected a process that begins with message {message.id}, but there is none."
            )
        facts = {"message": message.message_name, "message_id": message.id}
        opened: Mapping[str, Any] = {}
        try:
            opened = begin_by(
                work,
                ref,
                Occasion(message.message_name, facts=facts),
                variables=message.payload,
                area=message.area,
                channel=OTHER_CHANNEL,
                actor=self.actor,
            )
            message.state = "CORRELATED"
        except InvalidData as refusal:
            work.start_over()
            log.error("message opened no case", extra={"message_id": message.id, "reason": str(refusal)})
            message.state = "REFUSED"
        work.writes.add("close_messages", message.id, message.state)
        return {"message_id": message.id, **opened}


def _require_buffered(work: Work, message: MessageRow) -> None:
    if message.state != "BUFFERED" or message.expires_at <= work.now:
        raise InvalidState(f"Expected message {message.id} to wait, but it is {message.state} or expired.")
