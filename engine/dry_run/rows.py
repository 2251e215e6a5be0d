"""What one process instance waits with: the rows that a store would keep, in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.bpmn.effects import (
    CreateJob,
    CreateTimer,
    CreateUserTask,
    OpenSignalSubscription,
    OpenSubscription,
)


@dataclass(slots=True, eq=False)
class Work:
    """An open user task or job."""

    effect: CreateUserTask | CreateJob
    process_id: str
    since: datetime
    failed: bool = False
    """A job that holds an incident."""
    begun: int = 0
    """How many activities of its current answer have begun (ad-hoc sub-processes)."""
    is_open: bool = True

    @property
    def awaited(self) -> str:
        return "job" if isinstance(self.effect, CreateJob) else "user task"


@dataclass(slots=True, eq=False)
class Timer:
    effect: CreateTimer
    is_open: bool = True


@dataclass(slots=True, eq=False)
class Subscription:
    """To a message or, with key None, to a signal."""

    effect: OpenSubscription | OpenSignalSubscription
    name: str
    key: str | None
    is_open: bool = True

    @property
    def awaited(self) -> str:
        return "message" if isinstance(self.effect, OpenSubscription) else "signal"


@dataclass(slots=True, eq=False)
class Incident:
    element_key: int
    element_id: str
    incident_type: str
    message: str
    at: datetime


Row = Work | Timer | Subscription


@dataclass(slots=True, eq=False)
class Instance:
    """One process instance; called processes are part of it."""

    number: int
    definition_id: int
    process_id: str
    case_number: str
    state: Any = None
    ended: bool | None = None
    """None while it runs, then whether it completed."""
    outcome: str | None = None
    incidents: list[Incident] = field(default_factory=list)
    _rows: dict[int, list[Row]] = field(default_factory=dict)
    """By element key, so that many instances of one element stay cheap."""

    def add(self, row: Row) -> None:
        self._rows.setdefault(row.effect.element_key, []).append(row)

    def remove(self, row: Row) -> None:
        row.is_open = False
        rows = self._rows.get(row.effect.element_key, [])
        if row in rows:
            rows.remove(row)

    def close(self, element_key: int) -> None:
        """The element ended: so does whatever it waited with."""
        for row in self._rows.pop(element_key, ()):
            row.is_open = False
        self.resolve(element_key)

    def resolve(self, element_key: int) -> None:
        """Its incidents are over."""
        if self.incidents:
            self.incidents = [each for each in self.incidents if each.element_key != element_key]

    def rows(self) -> Iterator[Row]:
        """Everything open, the oldest element first."""
        for rows in self._rows.values():
            yield from rows

    def works(self, element_id: str | None = None) -> Iterator[Work]:
        """Open user tasks and jobs, of one element if it is named."""
        for row in self.rows():
            if isinstance(row, Work) and element_id in (None, row.effect.element_id):
                yield row

    def timers(self) -> Iterator[Timer]:
        return (row for row in self.rows() if isinstance(row, Timer))

    def subscriptions(self, *, messages: bool) -> Iterator[Subscription]:
        for row in self.rows():
            if isinstance(row, Subscription) and messages == isinstance(row.effect, OpenSubscription):
                yield row
