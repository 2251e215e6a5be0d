"""A dry run under way: instances, the virtual clock, and everything one can do to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.bpmn.effects import Effect, IncidentType
from engine.bpmn.stimuli import (
    CompleteElement,
    DeliverMessage,
    DeliverSignal,
    RetryElement,
    StartActivity,
    StartProcess,
    Stimulus,
    ThrowError,
    ThrowEscalation,
    TriggerTimer,
)
from engine.dry_run.answers import Answer, Choose, Complete, Desk, Escalate, Fail, Throw
from engine.dry_run.clocks import Clocks
from engine.dry_run.engines import Machine
from engine.dry_run.result import Result
from engine.dry_run.rows import Instance, Subscription, Timer, Work
from engine.dry_run.script import LONGEST, MOST_STEPS, Script, Sent, SentKind
from engine.dry_run.shelf import Shelf
from engine.dry_run.spans import instant_after, span_from
from engine.dry_run.starting import chosen_start, instant_of
from engine.dry_run.summary import summary
from engine.dry_run.trace import Recorder
from engine.dry_run.world import (
    Arrival,
    Due,
    Reply,
    RungDue,
    TimerDue,
    World,
    schedule_rung,
)
from engine.errors import InvalidState
from engine.model.messages import MESSAGE_TIME_TO_LIVE

CASE_NUMBER = "DRY-RUN-{}"
"""Of the instances whose number nobody gave: messages without a correlation key go by it."""
AREA = "310115"
"""Where the case is, as far as limits ask, if nobody says."""


def rehearse(shelf: Shelf, script: Script, *, machine: Machine) -> Result:
    """Play the script to its end. Raises InvalidArgument if it does not fit the model."""
    rehearsal = Rehearsal(shelf, script, machine=machine)
    rehearsal.play()
    return rehearsal.result()


class Rehearsal:
    """Begins at once, without a move of time; `play` or the single deeds go on."""

    def __init__(self, shelf: Shelf, script: Script, *, machine: Machine) -> None:
        self.shelf = shelf
        self.script = script
        self.machine = machine
        self.recorder = Recorder(shelf)
        clocks = Clocks(shelf.scenario, area=script.area or AREA)
        self.world = World(script.begins_at, Desk(script.answers), clocks, self.recorder)
        self.steps_left = script.most_steps or MOST_STEPS
        self.unused: list[Arrival] = []
        self.stopped = "waiting"
        until = script.until if script.until is not None else span_from(LONGEST, place="until")
        self.limit = until if isinstance(until, datetime) else self._after(until, since=script.begins_at)
        self._begin()

    @property
    def first(self) -> Instance:
        return self.world.instances[0]

    # --- time ------------------------------------------------------------------------------------

    def play(self) -> None:
        """Everything until nothing is due any more, or the limit of time or steps is reached."""
        self.advance_to(self.limit, stay=True)

    def settle(self) -> None:
        """Everything that is due now."""
        self.advance_to(self.world.now)

    def advance_to(self, at: datetime, *, stay: bool = False) -> None:
        """Everything due up to `at`, each thing at its own instant; then time is `at`, or with `stay`
        the last instant at which something happened."""
        self.stopped = "ended" if self.first.ended is not None else "waiting"
        while (due_at := self.world.next_at()) is not None:
            if self._is_over() and not self._may_begin_another():
                break
            if due_at > at:
                self.stopped = "until"
                break
            if self.steps_left <= 0:
                self.stopped = "steps"
                return
            self.steps_left -= 1
            self._do(self.world.take())
        if self._is_over():
            self.stopped = "ended"
        if not stay or self.stopped == "until":
            self.world.now = max(self.world.now, at)

    def _is_over(self) -> bool:
        return all(instance.ended is not None for instance in self.world.instances)

    def _may_begin_another(self) -> bool:
        """Whether a message or signal on its way starts a process, now that all have ended."""
        sent = [due.sent for due in self.world.pending() if isinstance(due, Arrival)]
        return any(
            self.shelf.started_by_message(each.name) is not None
            if each.kind is SentKind.MESSAGE
            else self.shelf.started_by_signal(each.name)
            for each in sent
        )

    def _after(self, span: Any, *, since: datetime) -> datetime:
        return instant_after(since, span, calendar=self.world.clocks.calendar)

    def _do(self, due: Due) -> None:
        match due:
            case TimerDue(instance, timer):
                self._fire(instance, timer)
            case Reply(instance, work, answer):
                self._reply(instance, work, answer)
            case Arrival():
                self._arrive(due)
            case RungDue(clock):
                self.world.clocks.fire(clock, now=self.world.now)
                schedule_rung(self.world, clock)

    # --- beginning -------------------------------------------------------------------------------

    def _begin(self) -> None:
        script = self.script
        definition_id = self.shelf.chosen(script.process)
        start = chosen_start(self.shelf, definition_id, script)
        if start.at is not None:
            self.world.now = max(self.world.now, start.at)
        variables = {**script.variables, **start.variables}
        # As the engine sets them for every case; without a scenario only if somebody says so.
        if script.case_number is not None or self.shelf.scenario is not None:
            variables["case_number"] = script.case_number or CASE_NUMBER.format(1)
        if script.area is not None or self.shelf.scenario is not None:
            variables["area"] = script.area or AREA
        for sent in script.sent:
            if sent is not start.sent:
                self.world.schedule(instant_of(sent, script, self.world.clocks.calendar), Arrival(sent))
        self._start(definition_id, variables, **start.trigger)

    def _start(self, definition_id: int, variables: Mapping[str, Any], **trigger: Any) -> None:
        number = len(self.world.instances) + 1
        case_number = self.script.case_number if number == 1 else None
        instance = Instance(
            number,
            definition_id,
            self.shelf.process(definition_id).id,
            case_number or CASE_NUMBER.format(number),
        )
        self.world.instances.append(instance)
        instance.state = self.machine.runtime.new_state()
        self.step(instance, StartProcess(definition_id, dict(variables), **trigger))

    # --- steps -----------------------------------------------------------------------------------

    def step(self, instance: Instance, stimulus: Stimulus) -> None:
        """Raises InvalidState, with nothing changed, if the instance does not wait for that."""
        self._watch(instance)
        step = self.machine.advance(
            instance.state, stimulus, library=self.shelf, now=self.world.now, recorder=self.recorder
        )
        self._keep(instance, step.state, step.effects)

    def _watch(self, instance: Instance) -> None:
        self.recorder.watch(instance.state, run=instance.number, root=instance.process_id, at=self.world.now)

    def _keep(self, instance: Instance, state: Any, effects: list[Effect]) -> None:
        instance.state = state
        for effect in effects:
            self.world.keep(instance, effect)
        self.world.unblock(instance)

    def _fire(self, instance: Instance, timer: Timer) -> None:
        effect = timer.effect
        try:
            self.step(instance, TriggerTimer(effect.element_key, effect.node, effect.due_at, effect.cycle))
        except InvalidState:
            self.world.blocked.append((instance, TimerDue(instance, timer)))
        else:
            instance.remove(timer)

    def _reply(self, instance: Instance, work: Work, answer: Answer) -> None:
        try:
            self.reply(instance, work, answer)
        except InvalidState:
            self.world.blocked.append((instance, Reply(instance, work, answer)))
            return
        if work.is_open and not work.failed:
            following = self.world.desk.following(
                process_id=work.process_id, element_id=work.effect.element_id
            )
            self.world.answer(instance, work, following)

    def reply(self, instance: Instance, work: Work, answer: Answer) -> None:
        """Somebody does what the answer says. Raises InvalidState if it cannot be done now."""
        key, variables = work.effect.element_key, answer_variables(answer)
        match answer:
            case Complete():
                self.step(instance, CompleteElement(key, variables))
            case Throw(code, message):
                # Caught or not, this try at the work is over: tried again, it is made anew.
                instance.remove(work)
                self.step(instance, ThrowError(key, code, message, variables))
            case Escalate(code):
                self.step(instance, ThrowEscalation(key, code, variables))
            case Fail(message):
                work.failed = True
                element_id = work.effect.element_id
                self.world.raise_incident(instance, key, element_id, IncidentType.JOB_FAILED, message)
            case Choose(activities, more=more):
                while work.begun < len(activities):
                    self.step(instance, StartActivity(key, activities[work.begun], variables))
                    work.begun += 1
                if not more:
                    _expect_done(instance, work)
                    self.step(instance, CompleteElement(key, {}))
                work.begun = 0

    def retry(self, instance: Instance, element_key: int, variables: Mapping[str, Any]) -> None:
        """A person resolves the incidents of the element; a job that failed is done again."""
        self.step(instance, RetryElement(element_key, variables))
        for work in list(instance.works()):
            if work.failed and work.effect.element_key == element_key:
                work.failed = False
                following = self.world.desk.following(
                    process_id=work.process_id, element_id=work.effect.element_id
                )
                self.world.answer(instance, work, following)

    # --- messages and signals --------------------------------------------------------------------

    def _arrive(self, arrival: Arrival) -> None:
        first = arrival.arrived_at is None
        arrival.arrived_at = arrival.arrived_at or self.world.now
        if arrival.sent.kind is SentKind.SIGNAL:
            self._broadcast(arrival)
        elif self.world.now - arrival.arrived_at >= MESSAGE_TIME_TO_LIVE or not self._deliver(arrival):
            number = self.shelf.started_by_message(arrival.sent.name) if first else None
            if number is not None:
                self._start(number, arrival.sent.variables, message_name=arrival.sent.name)
            else:
                self.world.buffer.append(arrival)

    def _deliver(self, arrival: Arrival) -> bool:
        """To the first that takes it."""
        variables = dict(arrival.sent.variables)
        for instance, row in self.world.awaiting(arrival.sent):
            key, node = row.effect.element_key, row.effect.node
            if self._take(instance, row, DeliverMessage(key, node, variables)):
                return True
        return False

    def _broadcast(self, arrival: Arrival) -> None:
        sent, taken = arrival.sent, False
        # The sender's own instance has got it already, within the step that threw it.
        waiting = [each for each in self.world.awaiting(sent) if each[0].number != arrival.origin]
        for instance, row in waiting:
            if row.is_open:
                stimulus = DeliverSignal(row.effect.element_key, row.effect.node, dict(sent.variables))
                taken |= self._take(instance, row, stimulus)
        for number in self.shelf.started_by_signal(sent.name):
            self._start(number, sent.variables, signal_name=sent.name)
            taken = True
        if not taken and not arrival.origin:
            self.unused.append(arrival)

    def _take(self, instance: Instance, row: Subscription, stimulus: DeliverMessage | DeliverSignal) -> bool:
        goes_on = self.machine.runtime.keeps_waiting(
            instance.state, stimulus.element_key, stimulus.node, library=self.shelf
        )
        try:
            self.step(instance, stimulus)
        except InvalidState:
            # It holds an incident: to be resolved first.
            return False
        if not goes_on:
            instance.remove(row)
        return True

    def send(self, sent: Sent) -> None:
        """Something arrives now."""
        self.world.schedule(self.world.now, Arrival(sent))

    def result(self) -> Result:
        return summary(
            self.world,
            self.recorder,
            engine=self.machine.name,
            stopped=self.stopped,
            unused=self.unused,
        )


def _expect_done(instance: Instance, work: Work) -> None:
    """To say that nothing more is to be begun may stop what runs: first it has to be done."""
    key = work.effect.element_key
    chooser = instance.state.elements.get(key)
    if chooser is not None and instance.state.scopes[chooser.scope].elements - {key}:
        raise InvalidState(f"Expected all in {work.effect.element_id!r} to be done, but something runs.")


def answer_variables(answer: Answer) -> dict[str, Any]:
    return {} if isinstance(answer, Fail) else dict(answer.variables)
