"""What a user task or a job is answered: by whom does not matter in a dry run, only with what and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from engine.dry_run.fields import Fields, shown, variables_from
from engine.dry_run.spans import Span, span_from
from engine.errors import InvalidArgument

WAIT = "wait"
"""Written where an answer may stand: nobody answers."""
_AT_ONCE = timedelta()
_DEEDS = ("error", "escalation", "fail", "activities")
_MARKS = frozenset({*_DEEDS, "after", "variables"})
"""An object with one of these says more than variables."""


@dataclass(frozen=True, slots=True)
class Complete:
    variables: Mapping[str, Any] = field(default_factory=dict)
    after: Span = _AT_ONCE


@dataclass(frozen=True, slots=True)
class Throw:
    """A business error."""

    code: str
    message: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)
    after: Span = _AT_ONCE


@dataclass(frozen=True, slots=True)
class Escalate:
    code: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    after: Span = _AT_ONCE


@dataclass(frozen=True, slots=True)
class Fail:
    """The call did not succeed, retries included: an incident."""

    message: str
    after: Span = _AT_ONCE


@dataclass(frozen=True, slots=True)
class Choose:
    """Begin activities of an ad-hoc sub-process and, when they are done and unless there is `more` to
    come, say that this was all."""

    activities: tuple[str, ...]
    variables: Mapping[str, Any] = field(default_factory=dict)
    more: bool = False
    after: Span = _AT_ONCE


Answer = Complete | Throw | Escalate | Fail | Choose


def read_answer(value: Any, *, place: str) -> Answer | None:
    """None for "wait". Variables alone complete with them; see `_MARKS` for everything else.

    Raises InvalidArgument.
    """
    if value == WAIT:
        return None
    if not isinstance(value, dict):
        raise InvalidArgument(f"Expected variables, an answer or 'wait' at {place}, but got {shown(value)}.")
    if not _MARKS & value.keys():
        return Complete(variables_from(value, place=place))
    fields = Fields(value, place=place)
    answer = _answer(fields)
    fields.done()
    return answer


def _answer(fields: Fields) -> Answer:
    after = span_from(fields.take("after", "PT0S"), place=f"{fields.place}.after")
    deeds = [name for name in _DEEDS if name in fields]
    if len(deeds) > 1:
        raise InvalidArgument(f"Expected one of {', '.join(_DEEDS)} at {fields.place}, but got {deeds}.")
    match deeds:
        case ["error"]:
            code, message = fields.text("error"), fields.maybe_text("message") or ""
            return Throw(code, message, fields.variables("variables"), after)
        case ["escalation"]:
            return Escalate(fields.text("escalation"), fields.variables("variables"), after)
        case ["fail"]:
            return Fail(fields.text("fail"), after)
        case ["activities"]:
            more = fields.flag("more")
            return Choose(fields.texts("activities"), fields.variables("variables"), more, after)
        case _:
            return Complete(fields.variables("variables"), after)


@dataclass(frozen=True, slots=True)
class Answers:
    """Per element id, or "process:element" where ids repeat: one answer per time that it waits.

    The last one repeats, and None stands for "wait".
    """

    by_element: Mapping[str, Sequence[Answer | None]] = field(default_factory=dict)
    automatic: bool = False
    """Elements without answers are completed at once, with nothing."""

    def joined_by(self, others: Answers) -> Answers:
        """Both; where both answer the same element, the others do."""
        return Answers({**self.by_element, **others.by_element}, self.automatic or others.automatic)


def read_answers(value: Any, *, place: str, automatic: bool = False) -> Answers:
    """From {element: answer or list of answers}. Raises InvalidArgument."""
    if value is None:
        return Answers({}, automatic)
    if not isinstance(value, dict):
        raise InvalidArgument(f"Expected answers by element at {place}, but got {shown(value)}.")
    found: dict[str, tuple[Answer | None, ...]] = {}
    for element, entry in value.items():
        listed = entry if isinstance(entry, list) else [entry]
        if not listed:
            raise InvalidArgument(
                f"Expected at least one answer at {place}.{element}, but the list is empty."
            )
        found[element] = tuple(
            read_answer(item, place=f"{place}.{element}" + (f"[{n}]" if entry is listed else ""))
            for n, item in enumerate(listed)
        )
    return Answers(found, automatic)


class Desk:
    """Hands the answers out, in the order in which elements begin to wait."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._given: dict[str, int] = {}

    def first(self, *, process_id: str, element_id: str) -> Answer | None:
        """For an element that begins to wait; None if nobody answers."""
        key = self._key(process_id, element_id)
        if key is None:
            return Complete() if self._answers.automatic else None
        listed = self._answers.by_element[key]
        index = self._given.get(key, 0)
        self._given[key] = index + 1
        return listed[min(index, len(listed) - 1)]

    def following(self, *, process_id: str, element_id: str) -> Answer | None:
        """For one that waits on after an answer that did not end it: never a repetition, which
        would go on for ever."""
        key = self._key(process_id, element_id)
        if key is None:
            return None
        index = self._given.get(key, 0)
        return self.first(process_id=process_id, element_id=element_id) if self._has(key, index) else None

    def _has(self, key: str, index: int) -> bool:
        return index < len(self._answers.by_element[key])

    def _key(self, process_id: str, element_id: str) -> str | None:
        for key in (f"{process_id}:{element_id}", element_id):
            if key in self._answers.by_element:
                return key
        return None
