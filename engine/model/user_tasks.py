"""Who may do a user task. Rules are questions asked at the moment of acting: roles are resolved
then, not when the task was made, so that a change in the organisation counts at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from engine.errors import Forbidden, InvalidState
from engine.model.lifecycles import UserTaskState


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts: a clerk, or the system itself. `roles` are names like "街镇:核查员"."""

    id: str
    name: str
    department: str | None
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class TaskRules:
    """What a user task asks of who does it.

    `roles` empty: any. `department` None: any. `excluded` are ids of actors whom a four-eyes rule
    keeps out: they completed an element named by it.
    """

    roles: frozenset[str]
    department: str | None
    excluded: frozenset[str]


def why_not_candidate(actor: Actor, rules: TaskRules) -> str | None:
    """None if the actor may hold the task, else the reason."""
    if rules.roles and not rules.roles & actor.roles:
        return f"Expected one of the roles {', '.join(sorted(rules.roles))}, but {actor.id} has none of them."
    if rules.department is not None and actor.department != rules.department:
        return (
            f"Expected department {rules.department}, but {actor.id} works for {actor.department or 'none'}."
        )
    if actor.id in rules.excluded:
        return f"Expected somebody else (four-eyes rule), but {actor.id} did the step that is checked here."
    return None


def require_candidate(actor: Actor, rules: TaskRules) -> None:
    reason = why_not_candidate(actor, rules)
    if reason is not None:
        raise Forbidden(reason)


def require_may_claim(task_id: int, state: str, assignee: str | None, actor: Actor, rules: TaskRules) -> None:
    if state == UserTaskState.ASSIGNED and assignee != actor.id:
        raise InvalidState(f"Expected user task {task_id} to be free, but {assignee} has claimed it.")
    require_open(task_id, state)
    require_candidate(actor, rules)


def require_may_complete(
    task_id: int, state: str, assignee: str | None, actor: Actor, rules: TaskRules
) -> None:
    """Only who has claimed it, and only while the rules still let them."""
    require_open(task_id, state)
    if assignee is None:
        raise InvalidState(f"Expected user task {task_id} to be claimed first, but nobody has claimed it.")
    if assignee != actor.id:
        raise Forbidden(f"Expected {assignee}, who has claimed user task {task_id}, but {actor.id} asks.")
    require_candidate(actor, rules)


def require_may_release(task_id: int, state: str, assignee: str | None, actor: Actor) -> None:
    require_open(task_id, state)
    if assignee != actor.id:
        raise Forbidden(f"Expected who has claimed user task {task_id} ({assignee}), but {actor.id} asks.")


def require_open(task_id: int, state: str) -> None:
    if state not in (UserTaskState.CREATED, UserTaskState.ASSIGNED):
        raise InvalidState(f"Expected user task {task_id} to be open, but it is {state}.")


def offered_to(roles: Collection[str], department: str | None, actor: Actor) -> bool:
    """Whether the worklist of `actor` shows the task at all."""
    return (not roles or bool(actor.roles & set(roles))) and department in (None, actor.department)
