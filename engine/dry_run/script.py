"""The script of a dry run: what the case begins with, who answers what, what arrives from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from engine.dry_run.answers import Answers, read_answers
from engine.dry_run.fields import Fields, instant_from
from engine.dry_run.spans import Span, span_from
from engine.errors import InvalidArgument

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Where the clock stands if nobody says: a Monday, 09:00 in Shanghai. Never the wall clock, so that
the same run is the same tomorrow."""
MOST_STEPS = 10_000
"""Answers, timers and messages until a run is cut off."""
MOST_STEPS_ALLOWED = 1_000_000
LONGEST = "P10Y"


class SentKind(StrEnum):
    MESSAGE = "message"
    SIGNAL = "signal"


@dataclass(frozen=True, slots=True)
class Sent:
    """Something from outside. `at` and `after` are None for right at the start."""

    kind: SentKind
    name: str
    key: str | None = None
    """Correlation key of a message; None fits every subscription to the name."""
    variables: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    after: Span | None = None


@dataclass(frozen=True, slots=True)
class Script:
    process: str | None = None
    """None: the first executable one of the first file."""
    start: str | None = None
    """Id of the start event; None: the one without a trigger."""
    variables: Mapping[str, Any] = field(default_factory=dict)
    clock: datetime | None = None
    """None: START."""
    case_number: str | None = None
    area: str | None = None
    """Given, they are variables too, as the engine sets them for every case."""
    answers: Answers = field(default_factory=Answers)
    sent: tuple[Sent, ...] = ()
    until: Span | datetime | None = None
    """None: ten years."""
    most_steps: int | None = None
    """None: MOST_STEPS."""

    @property
    def begins_at(self) -> datetime:
        return self.clock if self.clock is not None else START

    def joined_by(self, other: Script) -> Script:
        """Both; where both say something, the other does."""
        return replace(
            self,
            process=other.process or self.process,
            start=other.start or self.start,
            variables={**self.variables, **other.variables},
            clock=other.clock or self.clock,
            case_number=other.case_number or self.case_number,
            area=other.area or self.area,
            answers=self.answers.joined_by(other.answers),
            sent=self.sent + other.sent,
            until=other.until if other.until is not None else self.until,
            most_steps=other.most_steps or self.most_steps,
        )


def read_script(document: Any, *, place: str) -> Script:
    """The answers file (see docs/reference/run.md). Raises InvalidArgument."""
    if document is None:
        return Script()
    fields = Fields(document, place=place)
    script = script_from(fields)
    fields.done()
    return script


def script_from(fields: Fields) -> Script:
    """From the entries of a file, or of a test's `given`; others are left to the caller."""
    place = fields.place
    case = Fields(fields.take("case") or {}, place=f"{place}.case")
    clock, until = fields.take("clock"), fields.take("until")
    most_steps = fields.take("steps")
    if most_steps is not None and not _is_bound(most_steps):
        raise fields.wrong("steps", f"a number from 1 to {MOST_STEPS_ALLOWED}", most_steps)
    script = Script(
        process=fields.maybe_text("process"),
        start=fields.maybe_text("start"),
        variables=fields.variables("vars"),
        clock=None if clock is None else instant_from(clock, place=f"{place}.clock"),
        case_number=case.maybe_text("number"),
        area=case.maybe_text("area"),
        answers=read_answers(fields.take("answers"), place=f"{place}.answers", automatic=fields.flag("auto")),
        sent=(
            *_sent(fields, "messages", SentKind.MESSAGE),
            *_sent(fields, "signals", SentKind.SIGNAL),
        ),
        until=None if until is None else until_from(until, place=f"{place}.until"),
        most_steps=most_steps,
    )
    case.done()
    return script


def _is_bound(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST_STEPS_ALLOWED


def until_from(value: Any, *, place: str) -> Span | datetime:
    """An instant, or how long after the start."""
    try:
        return span_from(value, place=place)
    except InvalidArgument:
        return instant_from(value, place=place)


def _sent(fields: Fields, name: str, kind: SentKind) -> list[Sent]:
    return [
        read_sent(item, kind, place=f"{fields.place}.{name}[{n}]")
        for n, item in enumerate(fields.items(name))
    ]


def read_sent(value: Any, kind: SentKind, *, place: str) -> Sent:
    """A message or signal; a text alone is its name. Raises InvalidArgument."""
    fields = Fields({"name": value} if isinstance(value, str) else value, place=place)
    at, after = fields.take("at"), fields.take("after")
    if at is not None and after is not None:
        raise InvalidArgument(f"Expected 'at' or 'after' at {place}, but got both.")
    sent = Sent(
        kind,
        fields.text("name"),
        fields.maybe_text("key") if kind is SentKind.MESSAGE else None,
        fields.variables("variables"),
        None if at is None else instant_from(at, place=f"{place}.at"),
        None if after is None else span_from(after, place=f"{place}.after"),
    )
    fields.done()
    return sent
