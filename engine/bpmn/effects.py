"""What a step of a process instance asks the world to do: the outputs of `advance`.

The store writes each kind with one statement. `element_key` numbers an element instance within
its process instance; `element_id` is the id in the BPMN file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from engine.dmn import MatchedRule


class Move(StrEnum):
    """What happened to an element, as one character, since paths are stored by the million."""

    ENTERED = "+"
    LEFT = "-"
    PASSED = "="
    """Entered and left at once: gateways and events that do not wait."""
    TERMINATED = "x"
    TOOK = ">"
    """A sequence flow was chosen by a gateway."""


class IncidentType(StrEnum):
    CONDITION_FAILED = "CONDITION_FAILED"
    NO_FLOW_MATCHES = "NO_FLOW_MATCHES"
    MAPPING_FAILED = "MAPPING_FAILED"
    SCRIPT_FAILED = "SCRIPT_FAILED"
    DECISION_FAILED = "DECISION_FAILED"
    DECISION_MISSING = "DECISION_MISSING"
    TIMER_FAILED = "TIMER_FAILED"
    CORRELATION_FAILED = "CORRELATION_FAILED"
    CALLED_PROCESS_MISSING = "CALLED_PROCESS_MISSING"
    CALL_DEPTH_EXCEEDED = "CALL_DEPTH_EXCEEDED"
    UNHANDLED_ERROR = "UNHANDLED_ERROR"
    STEP_LIMIT_EXCEEDED = "STEP_LIMIT_EXCEEDED"
    JOIN_STUCK = "JOIN_STUCK"
    JOB_FAILED = "JOB_FAILED"
    JOB_POISONED = "JOB_POISONED"
    LIMIT_UNKNOWN = "LIMIT_UNKNOWN"
    LOOP_FAILED = "LOOP_FAILED"
    """The number of instances, the collection or a loop's condition is not what it must be."""
    INSTANCES_EXCEEDED = "INSTANCES_EXCEEDED"
    """A multi-instance activity over more items than the engine allows."""
    DATA_TOO_LARGE = "DATA_TOO_LARGE"


@dataclass(slots=True)
class CreateUserTask:
    element_key: int
    element_id: str
    name: str
    form: str | None
    roles: tuple[str, ...]
    department: str | None
    assignee: str | None
    four_eyes: tuple[str, ...]
    activities: tuple[str, ...] = ()
    """Of an ad-hoc sub-process: the ids of the activities that the person may begin (stimulus
    StartActivity). Completing the task says that nothing more is to be begun."""


@dataclass(slots=True)
class CreateJob:
    element_key: int
    element_id: str
    job_type: str
    retries: int
    headers: Mapping[str, str]


@dataclass(slots=True)
class CreateTimer:
    element_key: int
    node: int
    """The number of the event: see `Program.event`. It comes back with the stimulus; likewise below."""
    element_id: str
    due_at: datetime
    cycle: str | None
    """"R<left>/<interval>" while firings are owed after this one."""


@dataclass(slots=True)
class OpenSubscription:
    element_key: int
    node: int
    element_id: str
    message_name: str
    correlation_key: str | None
    """None: the case number."""


@dataclass(slots=True)
class OpenSignalSubscription:
    element_key: int
    node: int
    element_id: str
    signal_name: str


@dataclass(slots=True)
class BroadcastSignal:
    """To every other instance that waits for it now, and to the processes that begin with it. The own
    instance has got it already."""

    signal_name: str
    variables: Mapping[str, Any]


@dataclass(slots=True)
class RaiseEscalation:
    """`catcher_id` is the event that caught it, None if nobody did."""

    element_id: str
    code: str
    catcher_id: str | None


@dataclass(slots=True)
class PublishMessage:
    message_name: str
    correlation_key: str | None
    variables: Mapping[str, Any]


@dataclass(slots=True)
class StartClock:
    element_key: int
    """0: the process instance's own."""
    element_id: str
    limit: str
    kind: str
    ladder: str | None


@dataclass(slots=True)
class CloseElement:
    """The element ended: whatever it waited with (task, job, timers, subscriptions, incidents) is
    closed and its clocks are met (completed) or canceled (not completed)."""

    element_key: int
    completed: bool


@dataclass(slots=True)
class RaiseIncident:
    element_key: int
    element_id: str
    incident_type: IncidentType
    message: str


@dataclass(slots=True)
class ResolveIncidents:
    """The element's incidents are over because it is being retried."""

    element_key: int


@dataclass(slots=True)
class StartChild:
    """A called process began, as scope `scope_key` of this instance."""

    scope_key: int
    parent_scope_key: int
    definition_id: int
    element_id: str


@dataclass(slots=True)
class EndChild:
    scope_key: int
    completed: bool


@dataclass(slots=True)
class EvaluatedDecision:
    element_id: str
    decision_id: str
    matched: tuple[MatchedRule, ...]
    """Of all tables that were asked, required decisions first."""

    @property
    def matched_rules(self) -> tuple[int, ...]:
        """Numbers, from 1, of the rules in the decision's own tables."""
        return tuple(rule.rule_index for rule in self.matched if rule.decision_id == self.decision_id)


@dataclass(slots=True)
class EnterStage:
    element_id: str
    stage: str


@dataclass(slots=True)
class ReachMilestone:
    element_id: str
    text: str


@dataclass(slots=True)
class EndProcess:
    completed: bool
    """False: canceled."""
    outcome: str | None


Effect = (
    CreateUserTask
    | CreateJob
    | CreateTimer
    | OpenSubscription
    | OpenSignalSubscription
    | PublishMessage
    | BroadcastSignal
    | RaiseEscalation
    | StartClock
    | CloseElement
    | RaiseIncident
    | ResolveIncidents
    | StartChild
    | EndChild
    | EvaluatedDecision
    | EnterStage
    | ReachMilestone
    | EndProcess
)
