"""Worklists, and one user task with its form and data."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.errors import NotFound
from engine.feel import to_plain_json
from engine.model.forms import Form
from engine.model.user_tasks import Actor, TaskRules, why_not_candidate
from engine.store.database import execute, fetch_rows
from engine.store.rows import ActorRow
from engine.views.names import element_names
from engine.views.view import Sight, View

MAX_LINES = 500
"""Of one page."""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One line of a worklist. `due_at` is the case's next due instant over all running clocks."""

    id: int
    case_id: int
    case_number: str
    title: str
    stage: str | None
    card: str | None
    element_id: str
    name: str
    state: str
    form: str | None
    roles: list[str]
    department: str | None
    assignee: str | None
    four_eyes: list[str]
    created_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class TaskHead:
    id: int
    instance_id: int
    element_key: int
    case_id: int
    case_number: str
    title: str
    stage: str | None
    card: str | None
    element_id: str
    name: str
    state: str
    form: str | None
    roles: list[str]
    department: str | None
    assignee: str | None
    four_eyes: list[str]
    activities: list[str]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """An activity that whoever holds the task may begin."""

    activity_id: str
    name: str


@dataclass(frozen=True, slots=True)
class TaskWhole:
    head: TaskHead
    form: Form | None
    variables: dict[str, Any]
    """What the task is given, as JSON; empty once it is over."""
    choices: tuple[Choice, ...]
    """Of a choice in an ad-hoc sub-process, in the order of the drawing."""


@dataclass(frozen=True, slots=True)
class Worklist(View[list[TaskLine]]):
    """Open tasks that `actor` may do (also those they have claimed), oldest first; all if None.

    `after` is the id of the last line of the page before.
    """

    actor: str | None = None
    after: int = 0
    limit: int = 50

    def read(self, sight: Sight) -> list[TaskLine]:
        actor = None if self.actor is None else read_actor(sight, self.actor)
        limit = min(self.limit, MAX_LINES)
        page: list[TaskLine] = []
        after = self.after
        while len(page) < limit:
            lines = self._lines(sight, actor, after=after, limit=limit)
            page += lines if actor is None else _fit_for(sight, actor, lines)
            if len(lines) < limit:
                break
            # Four-eyes rules may have left a gap that the following lines fill.
            after = lines[-1].id
        return page[:limit]

    def _lines(self, sight: Sight, actor: Actor | None, *, after: int, limit: int) -> list[TaskLine]:
        wanted = {
            "after": after,
            "roles": None if actor is None else sorted(actor.roles),
            "department": None if actor is None else actor.department or "",
            "assignee": None if actor is None else actor.id,
            "limit": limit,
        }
        return fetch_rows(sight.connection, TaskLine, "view_worklist", wanted).fetchall()


@dataclass(frozen=True, slots=True)
class ShowTask(View[TaskWhole]):
    user_task_id: int

    def read(self, sight: Sight) -> TaskWhole:
        head = fetch_rows(
            sight.connection, TaskHead, "view_task", {"user_task_id": self.user_task_id}
        ).fetchone()
        if head is None:
            raise NotFound(f"Expected a user task {self.user_task_id}, but there is none.")
        form = sight.library.latest_form(head.form) if head.form else None
        row = execute(sight.connection, "read_bodies", {"ids": [head.instance_id]}).fetchone()
        payload = None
        if row is not None and head.state in ("CREATED", "ASSIGNED"):
            runtime = sight.library.runtime_of(row[1])
            state = runtime.decode(bytes(row[2]))
            payload = runtime.payload_of(state, head.element_key, library=sight.library)
        names = element_names(sight, head.case_id) if head.activities else {}
        choices = tuple(Choice(activity, names.get(activity, "")) for activity in head.activities)
        return TaskWhole(head, form, to_plain_json(payload or {}), choices)


@dataclass(frozen=True, slots=True)
class Actors(View[list[ActorRow]]):
    def read(self, sight: Sight) -> list[ActorRow]:
        return fetch_rows(sight.connection, ActorRow, "view_actors").fetchall()


def read_actor(sight: Sight, actor_id: str) -> Actor:
    row = fetch_rows(sight.connection, ActorRow, "load_actors", {"ids": [actor_id]}).fetchone()
    if row is None:
        raise NotFound(f"Expected a known actor, but nobody is registered as {actor_id!r}.")
    return Actor(row.id, row.name, row.department, frozenset(row.roles))


def _fit_for(sight: Sight, actor: Actor, lines: list[TaskLine]) -> list[TaskLine]:
    completers = _completers(sight, {line.case_id for line in lines if line.four_eyes})
    return [line for line in lines if _may_do(line, actor, completers)]


def _completers(sight: Sight, case_ids: set[int]) -> dict[tuple[int, str], set[str]]:
    completers: dict[tuple[int, str], set[str]] = defaultdict(set)
    if case_ids:
        for case_id, element_id, actor in execute(
            sight.connection, "view_completers", {"case_ids": sorted(case_ids)}
        ):
            completers[case_id, element_id].add(actor)
    return completers


def _may_do(line: TaskLine, actor: Actor, completers: dict[tuple[int, str], set[str]]) -> bool:
    excluded = {
        completer for element_id in line.four_eyes for completer in completers[line.case_id, element_id]
    }
    rules = TaskRules(frozenset(line.roles), line.department, frozenset(excluded))
    return why_not_candidate(actor, rules) is None
