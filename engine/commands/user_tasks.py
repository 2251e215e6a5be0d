"""What clerks do: claim, release, assign, complete, return and escalate user tasks, and choose what is
done next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.stimuli import CompleteElement, ThrowError, ThrowEscalation
from engine.bpmn.stimuli import StartActivity as Begin
from engine.commands.admission import check_input
from engine.commands.applying import drive
from engine.commands.command import Command
from engine.commands.live_case import LiveCase
from engine.commands.targets import Targets
from engine.commands.work import Work
from engine.errors import InvalidData, InvalidState, NotFound
from engine.feel import from_json
from engine.model import user_tasks as rules
from engine.model.lifecycles import USER_TASK, UserTaskState, require_change
from engine.model.user_tasks import TaskRules
from engine.store.rows import UserTaskRow

MAX_CODE = 200
RETURN_ERROR_CODE = "RETURN"
"""退单: the BPMN error a returned task throws; a task without a boundary event for it cannot be returned."""


@dataclass(frozen=True, slots=True)
class _UserTaskCommand(Command):
    user_task_id: int

    def aim(self, targets: Targets) -> None:
        targets.user_tasks.add(self.user_task_id)
        targets.actors.add(self.actor)

    def task(self, work: Work) -> UserTaskRow:
        row = work.user_tasks.get(self.user_task_id)
        if row is None:
            raise NotFound(f"Expected a user task {self.user_task_id}, but there is none.")
        if row.element_key in work.case(row.instance_id).closed_elements:
            raise InvalidState(f"Expected user task {row.id} to be open, but its step has ended.")
        return row


@dataclass(frozen=True, slots=True)
class ClaimUserTask(_UserTaskCommand):
    """The actor takes the task. Value: {"user_task_id", "assignee"}. Claiming one's own again is fine."""

    def apply(self, work: Work) -> Mapping[str, Any]:
        row = self.task(work)
        actor = work.actor(self.actor)
        rules.require_may_claim(row.id, row.state, row.assignee, actor, rules_of(work, row))
        if row.assignee != actor.id:
            _change(work, row, UserTaskState.ASSIGNED, assignee=actor.id)
            _record(work, row, "USER_TASK_CLAIMED", actor=self.actor)
        return {"user_task_id": row.id, "assignee": actor.id}


@dataclass(frozen=True, slots=True)
class ReleaseUserTask(_UserTaskCommand):
    """The actor gives the task back to all candidates. Value: {"user_task_id"}."""

    def apply(self, work: Work) -> Mapping[str, Any]:
        row = self.task(work)
        rules.require_may_release(row.id, row.state, row.assignee, work.actor(self.actor))
        _change(work, row, UserTaskState.CREATED, assignee=None)
        _record(work, row, "USER_TASK_RELEASED", actor=self.actor)
        return {"user_task_id": row.id}


@dataclass(frozen=True, slots=True)
class AssignUserTask(_UserTaskCommand):
    """Hand the task to `assignee`, who must be a candidate. Value: {"user_task_id", "assignee"}."""

    assignee: str

    def aim(self, targets: Targets) -> None:
        super(AssignUserTask, self).aim(targets)
        targets.actors.add(self.assignee)

    def apply(self, work: Work) -> Mapping[str, Any]:
        row = self.task(work)
        rules.require_open(row.id, row.state)
        rules.require_candidate(work.actor(self.assignee), rules_of(work, row))
        _change(work, row, UserTaskState.ASSIGNED, assignee=self.assignee)
        _record(work, row, "USER_TASK_ASSIGNED", actor=self.actor, data={"assignee": self.assignee})
        return {"user_task_id": row.id, "assignee": self.assignee}


@dataclass(frozen=True, slots=True)
class CompleteUserTask(_UserTaskCommand):
    """The actor, who has claimed it, is done. `variables` must fit the task's form, field by field.

    Value: {"user_task_id", "case_number"}.
    """

    variables: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, work: Work) -> Mapping[str, Any]:
        row = self.task(work)
        rules.require_may_complete(
            row.id, row.state, row.assignee, work.actor(self.actor), rules_of(work, row)
        )
        check_input(self.variables)
        _check_form(work, row, self.variables)
        live = work.case(row.instance_id)
        # Journalled before the process moves on: what follows, follows from this.
        _record(work, row, "USER_TASK_COMPLETED", actor=self.actor, data={"fields": sorted(self.variables)})
        drive(live, CompleteElement(row.element_key, from_json(dict(self.variables))), actor=self.actor)
        _change(work, row, UserTaskState.COMPLETED, assignee=row.assignee, completed_by=self.actor)
        work.completers[row.case_id, row.element_id].add(self.actor)
        return {"user_task_id": row.id, "case_number": live.case.case_number}


@dataclass(frozen=True, slots=True)
class ReturnUserTask(_UserTaskCommand):
    """退单: the actor says why the task is not theirs. Value: {"user_task_id", "case_number"}.

    Source: domain 2.3, wrong-department cases are returned with reason; Weifang 12345 Regulation art. 22.
    """

    reason: str

    def apply(self, work: Work) -> Mapping[str, Any]:
        row = self.task(work)
        rules.require_may_complete(
            row.id, row.state, row.assignee, work.actor(self.actor), rules_of(work, row)
        )
        if not 2 <= len(self.reason.strip()) <= 1000:
            raise InvalidData({"reason": "Expected a reason of 2 to 1000 characters."})
        live = work.case(row.instance_id)
        if not live.runtime.catches_error(
            live.state, row.element_key, RETURN_ERROR_CODE, library=work.library
        ):
            raise InvalidState(f"Expected a user task that may be returned, but {row.element_id!r} may not.")
        _record(work, row, "USER_TASK_RETURNED", actor=self.actor, data={"reason": self.reason})
        drive(live, ThrowError(row.element_key, RETURN_ERROR_CODE, self.reason), actor=self.actor)
        return {"user_task_id": row.id, "case_number": live.case.case_number}


@dataclass(frozen=True, slots=True)
class StartActivity(_UserTaskCommand):
    """The actor, who has claimed the choice, begins one of its activities; more may follow until the
    choice is completed. Value: {"user_task_id", "case_number"}.

    Source: BPMN 2.0.2, 10.3.5, ad-hoc sub-process.
    """

    activity_id: str
    variables: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, work: Work) -> Mapping[str, Any]:
        row = self.task(work)
        rules.require_may_complete(
            row.id, row.state, row.assignee, work.actor(self.actor), rules_of(work, row)
        )
        check_input(self.variables)
        if self.activity_id not in row.activities:
            raise InvalidData(
                {"activity_id": f"Expected one of {', '.join(row.activities) or 'none'}, but got another."}
            )
        live = work.case(row.instance_id)
        _record(work, row, "ACTIVITY_CHOSEN", actor=self.actor, data={"activity": self.activity_id})
        begin = Begin(row.element_key, self.activity_id, from_json(dict(self.variables)))
        drive(live, begin, actor=self.actor)
        return {"user_task_id": row.id, "case_number": live.case.case_number}


@dataclass(frozen=True, slots=True)
class EscalateUserTask(_UserTaskCommand):
    """The actor, who has claimed the task, reports upwards and goes on with it, unless the process
    takes it away. Value: {"user_task_id", "case_number"}.

    `code` is what the process may catch; nobody catching it is no mistake.
    """

    code: str
    variables: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, work: Work) -> Mapping[str, Any]:
        row = self.task(work)
        rules.require_may_complete(
            row.id, row.state, row.assignee, work.actor(self.actor), rules_of(work, row)
        )
        if not 1 <= len(self.code.strip()) <= MAX_CODE:
            raise InvalidData({"code": f"Expected 1 to {MAX_CODE} characters."})
        check_input(self.variables)
        live = work.case(row.instance_id)
        _record(work, row, "USER_TASK_ESCALATED", actor=self.actor, data={"code": self.code})
        escalation = ThrowEscalation(row.element_key, self.code, from_json(dict(self.variables)))
        drive(live, escalation, actor=self.actor)
        return {"user_task_id": row.id, "case_number": live.case.case_number}


def rules_of(work: Work, row: UserTaskRow) -> TaskRules:
    """Resolved when asked."""
    excluded: set[str] = set()
    for element_id in row.four_eyes:
        excluded |= work.completers[row.case_id, element_id]
    return TaskRules(frozenset(row.roles), row.department, frozenset(excluded))


def _check_form(work: Work, row: UserTaskRow, variables: Mapping[str, Any]) -> None:
    if row.form is None:
        return
    form = work.library.latest_form(row.form)
    if form is None:
        raise NotFound(f"Expected a deployed form {row.form!r}, but there is none.")
    problems = form.check(variables)
    if problems:
        raise InvalidData(problems)


def _change(
    work: Work,
    row: UserTaskRow,
    state: UserTaskState,
    *,
    assignee: str | None,
    completed_by: str | None = None,
) -> None:
    require_change(USER_TASK, what=f"user task {row.id}", old=row.state, new=state)
    row.state = state
    row.assignee = assignee
    work.writes.add("update_user_tasks", row.id, state, assignee, completed_by)


def _record(
    work: Work, row: UserTaskRow, event_type: str, *, actor: str, data: Mapping[str, Any] | None = None
) -> None:
    live: LiveCase = work.case(row.instance_id)
    live.record(
        event_type,
        actor=actor,
        element_id=row.element_id,
        data={"user_task_id": row.id, "department": row.department, **(data or {})},
    )
