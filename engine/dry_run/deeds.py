"""The steps of a scenario test: what is done to the case, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.bpmn.stimuli import CancelProcess, SetVariables
from engine.dry_run.answers import Answer, Choose, Complete, Escalate, Fail, Throw
from engine.dry_run.expectations import Expectation, read_expectation
from engine.dry_run.fields import Fields, shown
from engine.dry_run.rehearsal import Rehearsal
from engine.dry_run.rows import Instance, Work
from engine.dry_run.script import Sent, SentKind, read_sent, until_from
from engine.dry_run.spans import Span, instant_after
from engine.errors import InvalidState


@dataclass(frozen=True, slots=True)
class Respond:
    """Somebody answers the `nth` open user task or job of an element, counted from 1."""

    element_id: str
    answer: Answer
    nth: int = 1


@dataclass(frozen=True, slots=True)
class Retry:
    element_id: str
    variables: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Send:
    sent: Sent


@dataclass(frozen=True, slots=True)
class SetData:
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FireTimer:
    """Time goes on to the instant at which the event's timer is due."""

    event_id: str


@dataclass(frozen=True, slots=True)
class Advance:
    """By a span, or to an instant."""

    to: Span | datetime


@dataclass(frozen=True, slots=True)
class Play:
    """Until nothing is due any more."""


@dataclass(frozen=True, slots=True)
class Cancel:
    pass


@dataclass(frozen=True, slots=True)
class Look:
    """What must hold in between."""

    expectation: Expectation


Deed = Respond | Retry | Send | SetData | FireTimer | Advance | Play | Cancel | Look


# --- reading -------------------------------------------------------------------------------------


def read_deed(value: Any, *, place: str) -> Deed:
    """One entry of `when`: {what: with what}. Raises InvalidArgument."""
    fields = Fields(value, place=place)
    names = [name for name in _READ if name in fields]
    if len(names) != 1:
        raise fields.wrong("…", f"one of {', '.join(_READ)}", value)
    deed = _READ[names[0]](fields.take(names[0]), f"{place}.{names[0]}")
    fields.done()
    return deed


def _of_element(value: Any, place: str) -> Fields:
    """A text alone is the element's id."""
    return Fields({"element": value} if isinstance(value, str) else value, place=place)


def _respond(fields: Fields, answer: Answer) -> Respond:
    nth = fields.take("nth", 1)
    if not isinstance(nth, int) or isinstance(nth, bool) or nth < 1:
        raise fields.wrong("nth", "a number from 1", nth)
    deed = Respond(fields.text("element"), answer, nth)
    fields.done()
    return deed


def _complete(value: Any, place: str) -> Deed:
    fields = _of_element(value, place)
    return _respond(fields, Complete(fields.variables("variables")))


def _throw(value: Any, place: str) -> Deed:
    fields = Fields(value, place=place)
    answer = Throw(fields.text("code"), fields.maybe_text("message") or "", fields.variables("variables"))
    return _respond(fields, answer)


def _escalate(value: Any, place: str) -> Deed:
    fields = Fields(value, place=place)
    return _respond(fields, Escalate(fields.text("code"), fields.variables("variables")))


def _fail(value: Any, place: str) -> Deed:
    fields = _of_element(value, place)
    return _respond(fields, Fail(fields.text("message", "It failed.")))


def _choose(value: Any, place: str) -> Deed:
    fields = Fields(value, place=place)
    answer = Choose(
        fields.texts("activities"), fields.variables("variables"), more=fields.flag("more", default=True)
    )
    return _respond(fields, answer)


def _retry(value: Any, place: str) -> Deed:
    fields = _of_element(value, place)
    deed = Retry(fields.text("element"), fields.variables("variables"))
    fields.done()
    return deed


def _set(value: Any, place: str) -> Deed:
    return SetData(Fields({"set": value}, place=place).variables("set"))


def _timer(value: Any, place: str) -> Deed:
    return FireTimer(Fields({"timer": value}, place=place).text("timer"))


def _advance(value: Any, place: str) -> Deed:
    return Advance(until_from(value, place=place))


def _only_true(value: Any, place: str) -> None:
    if value is not True:
        raise Fields({}, place=place).wrong("…", "true", value)


def _play(value: Any, place: str) -> Deed:
    _only_true(value, place)
    return Play()


def _cancel(value: Any, place: str) -> Deed:
    _only_true(value, place)
    return Cancel()


_READ: dict[str, Callable[[Any, str], Deed]] = {
    "complete": _complete,
    "throw_error": _throw,
    "escalate": _escalate,
    "fail": _fail,
    "choose": _choose,
    "retry": _retry,
    "message": lambda value, place: Send(read_sent(value, SentKind.MESSAGE, place=place)),
    "signal": lambda value, place: Send(read_sent(value, SentKind.SIGNAL, place=place)),
    "set": _set,
    "timer": _timer,
    "advance": _advance,
    "run": _play,
    "cancel": _cancel,
    "expect": lambda value, place: Look(read_expectation(value, place=place)),
}


# --- doing ---------------------------------------------------------------------------------------


def do(rehearsal: Rehearsal, deed: Deed) -> None:
    """Then everything that is due at that instant. Raises InvalidState if it cannot be done."""
    match deed:
        case Respond(element_id, answer, nth):
            instance, work = _work(rehearsal, element_id, nth)
            if isinstance(answer, Choose):
                # Begun as soon as it may be: in sequential order perhaps not yet.
                rehearsal.world.answer(instance, work, answer)
            else:
                rehearsal.reply(instance, work, answer)
        case Retry(element_id, variables):
            instance, key = _with_incident(rehearsal, element_id)
            rehearsal.retry(instance, key, variables)
        case Send(sent):
            rehearsal.send(sent)
        case SetData(variables):
            rehearsal.step(rehearsal.first, SetVariables(variables))
        case FireTimer(event_id):
            rehearsal.advance_to(_due_at(rehearsal, event_id))
        case Advance(to):
            now, calendar = rehearsal.world.now, rehearsal.world.clocks.calendar
            at = to if isinstance(to, datetime) else instant_after(now, to, calendar=calendar)
            if at < now:
                raise InvalidState(
                    f"Expected an instant from {now.isoformat()} on, but got {at.isoformat()}."
                )
            rehearsal.advance_to(at)
        case Play():
            rehearsal.play()
            return
        case Cancel():
            rehearsal.step(rehearsal.first, CancelProcess())
        case Look():
            return
    rehearsal.settle()


def _work(rehearsal: Rehearsal, element_id: str, nth: int) -> tuple[Instance, Work]:
    found = [(each, work) for each in rehearsal.world.instances for work in each.works(element_id)]
    if len(found) < nth:
        open_now = sorted({w.effect.element_id for each in rehearsal.world.instances for w in each.works()})
        raise InvalidState(
            f"Expected an open user task or job {element_id!r}{f' no. {nth}' if nth > 1 else ''},"
            f" but open are: {', '.join(open_now) or 'none'}."
        )
    instance, work = found[nth - 1]
    if work.failed:
        raise InvalidState(f"Expected {element_id!r} to wait, but it has an incident: retry it first.")
    return instance, work


def _with_incident(rehearsal: Rehearsal, element_id: str) -> tuple[Instance, int]:
    for instance in rehearsal.world.instances:
        for incident in instance.incidents:
            if incident.element_id == element_id:
                return instance, incident.element_key
    raise InvalidState(f"Expected an incident at {element_id!r}, but there is none.")


def _due_at(rehearsal: Rehearsal, event_id: str) -> datetime:
    timers = [row.effect for each in rehearsal.world.instances for row in each.timers()]
    due = [timer.due_at for timer in timers if timer.element_id == event_id]
    if not due:
        running = ", ".join(sorted({timer.element_id for timer in timers})) or "none"
        raise InvalidState(f"Expected a timer of {event_id!r} to run, but running are: {shown(running)}.")
    return min(due)
