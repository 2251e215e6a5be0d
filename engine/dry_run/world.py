"""What a step asks the world to do, done in memory, one function per kind of effect.

The rules are those of the store: one message reaches one subscription, an early one is kept for a
week, a signal reaches everybody who waits for it now.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.bpmn import effects
from engine.bpmn.effects import Effect, IncidentType
from engine.dry_run.answers import Answer, Desk
from engine.dry_run.clocks import Clocks, RunningClock
from engine.dry_run.result import instant, plain
from engine.dry_run.rows import Incident, Instance, Subscription, Timer, Work
from engine.dry_run.script import Sent, SentKind
from engine.dry_run.spans import instant_after
from engine.dry_run.trace import Recorder
from engine.errors import InvalidArgument, NotFound


@dataclass(slots=True, eq=False)
class Reply:
    """An answer on its way to an open user task or job."""

    instance: Instance
    work: Work
    answer: Answer

    @property
    def is_open(self) -> bool:
        return self.work.is_open and not self.work.failed


@dataclass(slots=True, eq=False)
class TimerDue:
    instance: Instance
    timer: Timer

    @property
    def is_open(self) -> bool:
        return self.timer.is_open


@dataclass(slots=True, eq=False)
class Arrival:
    """A message or signal on its way. `origin` is the run that sent it, 0 for the outside."""

    sent: Sent
    origin: int = 0
    arrived_at: datetime | None = None
    is_open: bool = True


@dataclass(slots=True, eq=False)
class RungDue:
    clock: RunningClock

    @property
    def is_open(self) -> bool:
        return self.clock.is_open


Due = Reply | TimerDue | Arrival | RungDue


@dataclass(slots=True, eq=False)
class World:
    now: datetime
    desk: Desk
    clocks: Clocks
    recorder: Recorder
    instances: list[Instance] = field(default_factory=list)
    buffer: list[Arrival] = field(default_factory=list)
    """Messages that nobody waited for."""
    blocked: list[tuple[Instance, Due]] = field(default_factory=list)
    """What an instance would not take; tried again when it has moved."""
    messages_sent: list[dict[str, Any]] = field(default_factory=list)
    signals_sent: list[dict[str, Any]] = field(default_factory=list)
    escalations: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    stages: list[dict[str, Any]] = field(default_factory=list)
    milestones: list[dict[str, Any]] = field(default_factory=list)
    _agenda: list[tuple[datetime, int, Due]] = field(default_factory=list)
    _order: int = 0

    # --- the agenda ------------------------------------------------------------------------------

    def schedule(self, at: datetime, due: Due) -> None:
        """What is due at the same instant comes in the order in which it was scheduled."""
        self._order += 1
        heapq.heappush(self._agenda, (at, self._order, due))

    def next_at(self) -> datetime | None:
        """When something is due next; None if nothing is."""
        while self._agenda and not self._agenda[0][2].is_open:
            heapq.heappop(self._agenda)
        return self._agenda[0][0] if self._agenda else None

    def take(self) -> Due:
        """The next thing due; time moves on to it. Expects that there is one."""
        at, _, due = heapq.heappop(self._agenda)
        self.now = max(self.now, at)
        return due

    def pending(self) -> list[Due]:
        return [due for _, _, due in sorted(self._agenda, key=lambda entry: entry[:2]) if due.is_open]

    def unblock(self, instance: Instance) -> None:
        for held, due in self.blocked:
            if held is instance and due.is_open:
                self.schedule(self.now, due)
        self.blocked = [entry for entry in self.blocked if entry[0] is not instance]

    # --- rows ------------------------------------------------------------------------------------

    def keep(self, instance: Instance, effect: Effect) -> None:
        _KEEP[type(effect)](self, instance, effect)

    def answer(self, instance: Instance, work: Work, answer: Answer | None) -> None:
        """`answer` is on its way to the open task or job; None if nobody answers."""
        if answer is not None:
            at = instant_after(self.now, answer.after, calendar=self.clocks.calendar)
            self.schedule(at, Reply(instance, work, answer))

    def awaiting(self, sent: Sent) -> list[tuple[Instance, Subscription]]:
        """The open subscriptions that fit, the oldest first."""
        messages = sent.kind is SentKind.MESSAGE
        return [
            (instance, row)
            for instance in self.instances
            for row in instance.subscriptions(messages=messages)
            if row.name == sent.name and (not messages or sent.key in (None, row.key))
        ]

    def raise_incident(
        self, instance: Instance, element_key: int, element_id: str, incident_type: str, message: str
    ) -> None:
        instance.incidents.append(Incident(element_key, element_id, incident_type, message, self.now))

    def told(self, instance: Instance, **facts: Any) -> dict[str, Any]:
        """One entry of a list in the result."""
        return {"at": instant(self.now), "run": instance.number, **facts}


# --- one function per kind of effect -------------------------------------------------------------


def _create_work(
    world: World, instance: Instance, effect: effects.CreateUserTask | effects.CreateJob
) -> None:
    process_id = world.recorder.process_of(instance.number, effect.element_key)
    work = Work(effect, process_id, world.now)
    instance.add(work)
    first = world.desk.first(process_id=process_id, element_id=effect.element_id)
    world.answer(instance, work, first)


def _create_timer(world: World, instance: Instance, effect: effects.CreateTimer) -> None:
    timer = Timer(effect)
    instance.add(timer)
    world.schedule(effect.due_at, TimerDue(instance, timer))


def _open_subscription(world: World, instance: Instance, effect: effects.OpenSubscription) -> None:
    row = Subscription(effect, effect.message_name, effect.correlation_key or instance.case_number)
    instance.add(row)
    kept: list[Arrival] = []
    for arrival in world.buffer:
        sent = arrival.sent
        if sent.name == row.name and sent.key in (None, row.key):
            world.schedule(world.now, arrival)
        else:
            kept.append(arrival)
    world.buffer = kept


def _open_signal(world: World, instance: Instance, effect: effects.OpenSignalSubscription) -> None:
    instance.add(Subscription(effect, effect.signal_name, None))


def _publish(world: World, instance: Instance, effect: effects.PublishMessage) -> None:
    key = effect.correlation_key or instance.case_number
    sent = Sent(SentKind.MESSAGE, effect.message_name, key, dict(effect.variables))
    world.schedule(world.now, Arrival(sent, instance.number))
    world.messages_sent.append(world.told(instance, name=sent.name, key=key, variables=plain(sent.variables)))


def _broadcast(world: World, instance: Instance, effect: effects.BroadcastSignal) -> None:
    sent = Sent(SentKind.SIGNAL, effect.signal_name, None, dict(effect.variables))
    world.schedule(world.now, Arrival(sent, instance.number))
    world.signals_sent.append(world.told(instance, name=sent.name, variables=plain(sent.variables)))


def _escalate(world: World, instance: Instance, effect: effects.RaiseEscalation) -> None:
    world.escalations.append(
        world.told(instance, element=effect.element_id, code=effect.code, caught_by=effect.catcher_id)
    )


def _start_clock(world: World, instance: Instance, effect: effects.StartClock) -> None:
    try:
        clock = world.clocks.start(effect, run=instance.number, now=world.now)
    except (InvalidArgument, NotFound) as error:
        world.raise_incident(
            instance, effect.element_key, effect.element_id, IncidentType.LIMIT_UNKNOWN, str(error)
        )
        return
    schedule_rung(world, clock)


def schedule_rung(world: World, clock: RunningClock) -> None:
    at = world.clocks.next_rung(clock)
    if at is not None:
        world.schedule(at, RungDue(clock))


def _close(world: World, instance: Instance, effect: effects.CloseElement) -> None:
    instance.close(effect.element_key)
    world.clocks.close(effect.element_key, run=instance.number, completed=effect.completed, now=world.now)


def _raise_incident(world: World, instance: Instance, effect: effects.RaiseIncident) -> None:
    world.raise_incident(
        instance, effect.element_key, effect.element_id, effect.incident_type, effect.message
    )


def _resolve(world: World, instance: Instance, effect: effects.ResolveIncidents) -> None:
    instance.resolve(effect.element_key)


def _decided(world: World, instance: Instance, effect: effects.EvaluatedDecision) -> None:
    world.decisions.append(
        world.told(
            instance,
            element=effect.element_id,
            decision=effect.decision_id,
            matched_rules=list(effect.matched_rules),
            rules=[
                {"decision": rule.decision_id, "rule": rule.rule_id, "number": rule.rule_index}
                for rule in effect.matched
            ],
        )
    )


def _enter_stage(world: World, instance: Instance, effect: effects.EnterStage) -> None:
    world.stages.append(world.told(instance, element=effect.element_id, stage=effect.stage))


def _reach_milestone(world: World, instance: Instance, effect: effects.ReachMilestone) -> None:
    world.milestones.append(world.told(instance, element=effect.element_id, text=effect.text))


def _end(world: World, instance: Instance, effect: effects.EndProcess) -> None:
    instance.ended, instance.outcome = effect.completed, effect.outcome
    for row in list(instance.rows()):
        instance.remove(row)
    instance.incidents.clear()
    world.clocks.close_process(run=instance.number, completed=effect.completed, now=world.now)


def _nothing(world: World, instance: Instance, effect: Effect) -> None:
    """Called processes are part of their instance here."""


_KEEP: dict[type[Any], Callable[[World, Instance, Any], None]] = {
    effects.CreateUserTask: _create_work,
    effects.CreateJob: _create_work,
    effects.CreateTimer: _create_timer,
    effects.OpenSubscription: _open_subscription,
    effects.OpenSignalSubscription: _open_signal,
    effects.PublishMessage: _publish,
    effects.BroadcastSignal: _broadcast,
    effects.RaiseEscalation: _escalate,
    effects.StartClock: _start_clock,
    effects.CloseElement: _close,
    effects.RaiseIncident: _raise_incident,
    effects.ResolveIncidents: _resolve,
    effects.StartChild: _nothing,
    effects.EndChild: _nothing,
    effects.EvaluatedDecision: _decided,
    effects.EnterStage: _enter_stage,
    effects.ReachMilestone: _reach_milestone,
    effects.EndProcess: _end,
}
