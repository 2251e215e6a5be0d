"""How a worker's answer comes back: completed, failed, or with a business error.

Every answer carries the lease token it worked under; an older one is refused.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from engine.bpmn.effects import IncidentType
from engine.bpmn.stimuli import CompleteElement, ThrowError, ThrowEscalation
from engine.commands.admission import check_input
from engine.commands.command import Command
from engine.commands.intake import take_in
from engine.commands.targets import Targets
from engine.commands.work import Work
from engine.errors import CommandRejected, NotFound, RejectionReason
from engine.feel import from_json
from engine.model.jobs import retry_delay
from engine.model.lifecycles import JOB, JobState, require_change
from engine.store.rows import JobRow

_NO_DELAY = timedelta()


class StaleLease(CommandRejected):
    """Another worker holds the job now, or it is over: drop the work, do not retry."""

    reason = RejectionReason.INVALID_STATE

    def __init__(self, job_id: int) -> None:
        super().__init__(f"Expected the current lease of job {job_id}, but it was superseded.")
        self.job_id = job_id


@dataclass(frozen=True, slots=True)
class _JobCommand(Command):
    job_id: int
    lease_token: int

    def aim(self, targets: Targets) -> None:
        targets.jobs.add(self.job_id)

    def job(self, work: Work) -> JobRow:
        row = work.jobs.get(self.job_id)
        if row is None:
            raise NotFound(f"Expected a job {self.job_id}, but there is none.")
        is_over = row.element_key in work.case(row.instance_id).closed_elements
        if is_over or row.state != JobState.ACTIVATED or row.lease_token != self.lease_token:
            raise StaleLease(self.job_id)
        return row


@dataclass(frozen=True, slots=True)
class CompleteJob(_JobCommand):
    """The department did it. `variables` is its mapped answer. Value: {"job_id"}.

    An answer too large for the case is kept with an incident; the department is not called again.
    """

    variables: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, work: Work) -> Mapping[str, Any]:
        row = self.job(work)
        check_input(self.variables)
        take_in(
            work,
            work.case(row.instance_id),
            CompleteElement(row.element_key, from_json(dict(self.variables))),
            fact="JOB_COMPLETED",
            data={"job_id": row.id, "job_type": row.job_type, "attempts": row.attempts},
            element_id=row.element_id,
            actor=self.actor,
        )
        _change(work, row, JobState.COMPLETED)
        return {"job_id": row.id}


@dataclass(frozen=True, slots=True)
class FailJob(_JobCommand):
    """The call did not succeed. While retries are left it is tried again later, else an incident.

    `retry_after` is what the department asked for. Value: {"job_id", "state", "retries_left"}.
    """

    message: str
    retryable: bool = True
    retry_after: timedelta | None = None
    incident_type: IncidentType = IncidentType.JOB_FAILED

    def apply(self, work: Work) -> Mapping[str, Any]:
        row = self.job(work)
        live = work.case(row.instance_id)
        live.record(
            "JOB_FAILED",
            actor=self.actor,
            element_id=row.element_id,
            data={"job_id": row.id, "job_type": row.job_type, "attempts": row.attempts},
        )
        if self.retryable and row.retries_left > 0:
            chance = random.random()  # noqa: S311 - spreads retries out, hides nothing
            delay = retry_delay(row.attempts, chance=chance, asked=self.retry_after)
            row.retries_left -= 1
            _change(work, row, JobState.CREATED, error=self.message, delay=delay)
        else:
            _change(work, row, JobState.FAILED, error=self.message)
            live.raise_incident(
                element_key=row.element_key,
                element_id=row.element_id,
                incident_type=self.incident_type,
                message=self.message,
                job_id=row.id,
            )
        return {"job_id": row.id, "state": row.state, "retries_left": row.retries_left}


@dataclass(frozen=True, slots=True)
class ThrowBpmnError(_JobCommand):
    """The department answered with a business error that the process may catch. Value: {"job_id"}."""

    code: str
    message: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, work: Work) -> Mapping[str, Any]:
        row = self.job(work)
        check_input(self.variables)
        variables = from_json(dict(self.variables))
        take_in(
            work,
            work.case(row.instance_id),
            ThrowError(row.element_key, self.code, self.message, variables),
            fact="JOB_THREW_ERROR",
            data={"job_id": row.id, "job_type": row.job_type, "code": self.code},
            element_id=row.element_id,
            actor=self.actor,
        )
        _change(work, row, JobState.ERROR_THROWN, error=self.message)
        return {"job_id": row.id}


@dataclass(frozen=True, slots=True)
class EscalateJob(_JobCommand):
    """The department, still at work, reports something that the process may react to. The job goes on
    under its lease unless the reaction interrupts it. Value: {"job_id"}."""

    code: str
    variables: Mapping[str, Any] = field(default_factory=dict)

    def apply(self, work: Work) -> Mapping[str, Any]:
        row = self.job(work)
        check_input(self.variables)
        take_in(
            work,
            work.case(row.instance_id),
            ThrowEscalation(row.element_key, self.code, from_json(dict(self.variables))),
            fact="JOB_ESCALATED",
            data={"job_id": row.id, "job_type": row.job_type, "code": self.code},
            element_id=row.element_id,
            actor=self.actor,
        )
        return {"job_id": row.id}


def _change(
    work: Work,
    row: JobRow,
    state: JobState,
    *,
    error: str | None = None,
    delay: timedelta = _NO_DELAY,
) -> None:
    require_change(JOB, what=f"job {row.id}", old=row.state, new=state)
    row.state = state
    row.lease_token = None
    text = None if error is None else error[:2000]
    work.writes.add("update_jobs", row.id, state, row.retries_left, text, delay)


def retry_job(work: Work, row: JobRow, *, retries: int) -> None:
    """A person says: try again, `retries` times more. The idempotency key stays the same."""
    row.retries_left = retries
    _change(work, row, JobState.CREATED)
