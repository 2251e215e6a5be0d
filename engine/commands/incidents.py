"""Resolving what could not go on without a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.effects import IncidentType
from engine.bpmn.stimuli import RetryElement
from engine.commands import clock_ledger
from engine.commands.admission import check_input
from engine.commands.applying import drive
from engine.commands.command import Command
from engine.commands.intake import Arrival, read_back
from engine.commands.jobs import retry_job
from engine.commands.live_case import LiveCase
from engine.commands.targets import Targets
from engine.commands.work import Work
from engine.errors import InvalidData, InvalidState, NotFound
from engine.feel import from_json
from engine.model.lifecycles import IncidentState, InstanceState, JobState
from engine.store.rows import IncidentRow

DEFAULT_RETRIES = 3
MAX_RETRIES = 20


@dataclass(frozen=True, slots=True)
class ResolveIncident(Command):
    """Try the step again, after merging `variables` into its scope; a failed job gets `retries` more
    tries under its old idempotency key, and what could not be taken in comes again.
    Value: {"incident_id", "case_number"}."""

    incident_id: int
    variables: Mapping[str, Any] = field(default_factory=dict)
    retries: int = DEFAULT_RETRIES

    def aim(self, targets: Targets) -> None:
        targets.incidents.add(self.incident_id)

    def apply(self, work: Work) -> Mapping[str, Any]:
        row = work.incidents.get(self.incident_id)
        if row is None:
            raise NotFound(f"Expected an incident {self.incident_id}, but there is none.")
        live = work.case(row.instance_id)
        if row.state != IncidentState.OPEN or row.element_key in live.closed_elements:
            raise InvalidState(f"Expected incident {row.id} to be OPEN, but it is over.")
        if not 0 <= self.retries <= MAX_RETRIES:
            raise InvalidData({"retries": f"Expected 0 to {MAX_RETRIES}, but got {self.retries}."})
        check_input(self.variables)
        kept = _kept(work, row)
        if row.element_key == 0 or row.element_key in live.state.elements:
            stimulus = RetryElement(row.element_key, from_json(dict(self.variables)))
            drive(live, stimulus, actor=self.actor)
        else:
            live.record("INCIDENT_RESOLVED", actor=self.actor, data={"element_key": row.element_key})
            work.writes.add("resolve_incidents", row.instance_id, row.element_key, self.actor)
        for arrival in kept:
            # Each may end what the next was for.
            if live.row.state == InstanceState.ACTIVE and arrival.element_key in live.state.elements:
                drive(live, arrival, actor=self.actor)
        self._start_clocks(work, live, row)
        self._retry_with(work, row)
        return {"incident_id": row.id, "case_number": live.case.case_number}

    def _start_clocks(self, work: Work, live: LiveCase, row: IncidentRow) -> None:
        """A limit that was unknown when the step began is resolved along with the step's other
        incidents; while it stays unknown it remains an incident, and cannot be resolved by itself."""
        unknown = [
            other.raised_at
            for other in work.incidents.values()
            if (other.instance_id, other.element_key) == (row.instance_id, row.element_key)
            and other.incident_type == IncidentType.LIMIT_UNKNOWN
        ]
        if not unknown:
            return
        try:
            clock_ledger.start_missing(live, row.element_key, anchor_at=min(unknown), actor=self.actor)
        except InvalidState as error:
            if row.incident_type == IncidentType.LIMIT_UNKNOWN:
                raise
            live.raise_incident(
                element_key=row.element_key,
                element_id=row.element_id,
                incident_type=IncidentType.LIMIT_UNKNOWN,
                message=str(error),
            )

    def _retry_with(self, work: Work, row: IncidentRow) -> None:
        """All incidents of the step are resolved with this one, so its failed job must not stay behind."""
        place = (row.instance_id, row.element_key)
        for job in work.jobs.values():
            if (job.instance_id, job.element_key) == place and job.state == JobState.FAILED:
                retry_job(work, job, retries=self.retries)
        for incident in work.incidents.values():
            if (incident.instance_id, incident.element_key) == place:
                incident.state = IncidentState.RESOLVED


def _kept(work: Work, row: IncidentRow) -> list[Arrival]:
    """What the step could not take in, oldest first: its incidents are resolved together."""
    place = (row.instance_id, row.element_key)
    return [
        read_back(other.stimulus)
        for _, other in sorted(work.incidents.items())
        if (other.instance_id, other.element_key) == place
        and other.state == IncidentState.OPEN
        and other.stimulus is not None
    ]
