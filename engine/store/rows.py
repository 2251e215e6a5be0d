"""Rows as the commands work on them. Mutable: a batch may change the same row more than once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any


@dataclass(slots=True)
class InstanceRow:
    """The root process instance of a case: what `lock_instances` returns."""

    id: int
    case_id: int
    definition_id: int
    state: str
    version: int
    body: bytes
    event_seq: int
    event_hash: bytes


@dataclass(slots=True)
class CaseRow:
    id: int
    case_number: str
    process_key: str
    scenario: str
    title: str
    area: str
    stage: str | None
    card: str | None
    state: str
    root_instance_id: int


@dataclass(slots=True)
class UserTaskRow:
    id: int
    instance_id: int
    element_key: int
    case_id: int
    element_id: str
    name: str
    state: str
    form: str | None
    roles: list[str]
    department: str | None
    assignee: str | None
    four_eyes: list[str]
    activities: list[str]


@dataclass(slots=True)
class JobRow:
    id: int
    instance_id: int
    element_key: int
    case_id: int
    element_id: str
    job_type: str
    state: str
    retries_left: int
    attempts: int
    claims: int
    lease_token: int | None


@dataclass(slots=True)
class TimerRow:
    id: int
    instance_id: int
    element_key: int
    node: int
    case_id: int
    element_id: str
    due_at: datetime
    cycle: str | None
    state: str


@dataclass(slots=True)
class SubscriptionRow:
    id: int
    instance_id: int
    element_key: int
    node: int
    case_id: int
    element_id: str
    message_name: str
    correlation_key: str
    state: str


@dataclass(slots=True)
class MessageRow:
    id: int
    message_name: str
    correlation_key: str
    payload: dict[str, Any]
    state: str
    expires_at: datetime
    area: str | None
    """Of the case that threw it; None: it came from outside."""


@dataclass(slots=True)
class SignalDeliveryRow:
    """Either `definition_id` is set (a process begins with the signal) or all from `instance_id` on."""

    id: int
    state: str
    signal_id: int
    signal_name: str
    payload: dict[str, Any]
    area: str
    channel: str
    definition_id: int | None
    instance_id: int
    element_key: int
    node: int
    element_id: str
    subscription_state: str


@dataclass(slots=True)
class StartTimerRow:
    id: int
    definition_id: int
    node: int
    element_id: str
    due_at: datetime
    cycle: str | None
    state: str


@dataclass(slots=True)
class IncidentRow:
    id: int
    instance_id: int
    case_id: int
    element_key: int
    element_id: str
    incident_type: str
    job_id: int | None
    stimulus: dict[str, Any] | None
    state: str
    raised_at: datetime


@dataclass(slots=True)
class ClockRow:
    id: int
    case_id: int
    instance_id: int
    element_key: int
    element_id: str
    kind: str
    state: str
    limit_key: str
    area: str
    legal_basis: str
    amount_value: Decimal
    amount_unit: str
    anchor_at: datetime
    calendar: str
    pause_rule: str
    end_of: str
    pauses: list[dict[str, Any]]
    extension: dict[str, Any] | None
    generation: int
    ladder_id: int | None
    due_at: datetime | None
    next_rung: str | None
    next_rung_at: datetime | None
    closed_at: datetime | None


@dataclass(slots=True)
class LoadedClock(ClockRow):
    """`fired` are the rungs that fired or were skipped."""

    fired: list[str]


@dataclass(slots=True)
class ActorRow:
    id: str
    name: str
    department: str | None
    roles: list[str]
