"""Which state may follow which. A change that is not in a table is a mistake, not a choice.

Source: design of the words Case, UserTask, Job, Timer, Message, Incident and Clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from engine.errors import InvalidState


class CaseState(StrEnum):
    OPEN = "OPEN"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"
    CANCELED = "CANCELED"


class InstanceState(StrEnum):
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    COMPLETED = "COMPLETED"
    TERMINATED = "TERMINATED"


class UserTaskState(StrEnum):
    CREATED = "CREATED"
    ASSIGNED = "ASSIGNED"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"


class JobState(StrEnum):
    CREATED = "CREATED"
    ACTIVATED = "ACTIVATED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    ERROR_THROWN = "ERROR_THROWN"
    CANCELED = "CANCELED"


class IncidentState(StrEnum):
    OPEN = "OPEN"
    RESOLVED = "RESOLVED"


Lifecycle = Mapping[str, frozenset[str]]


def _lifecycle(table: dict[str, set[str]]) -> Lifecycle:
    return {state: frozenset(following) for state, following in table.items()}


CASE = _lifecycle(
    {
        "OPEN": {"SUSPENDED", "CLOSED", "CANCELED"},
        "SUSPENDED": {"OPEN", "CANCELED"},
        "CLOSED": set(),
        "CANCELED": set(),
    }
)
INSTANCE = _lifecycle(
    {
        "ACTIVE": {"SUSPENDED", "COMPLETED", "TERMINATED"},
        "SUSPENDED": {"ACTIVE", "TERMINATED"},
        "COMPLETED": set(),
        "TERMINATED": set(),
    }
)
USER_TASK = _lifecycle(
    {
        "CREATED": {"ASSIGNED", "COMPLETED", "CANCELED"},
        "ASSIGNED": {"CREATED", "ASSIGNED", "COMPLETED", "CANCELED"},
        "COMPLETED": set(),
        "CANCELED": set(),
    }
)
JOB = _lifecycle(
    {
        "CREATED": {"ACTIVATED", "CANCELED"},
        "ACTIVATED": {"CREATED", "ACTIVATED", "COMPLETED", "FAILED", "ERROR_THROWN", "CANCELED"},
        "FAILED": {"CREATED", "CANCELED"},
        "COMPLETED": set(),
        "ERROR_THROWN": set(),
        "CANCELED": set(),
    }
)
TIMER = _lifecycle({"WAITING": {"TRIGGERED", "CANCELED"}, "TRIGGERED": set(), "CANCELED": set()})
MESSAGE = _lifecycle(
    {
        "BUFFERED": {"CORRELATED", "EXPIRED", "REFUSED"},
        "CORRELATED": set(),
        "EXPIRED": set(),
        # No case could be opened with it.
        "REFUSED": set(),
    }
)
SUBSCRIPTION = _lifecycle({"OPEN": {"CORRELATED", "CLOSED"}, "CORRELATED": set(), "CLOSED": set()})
SIGNAL_SUBSCRIPTION = _lifecycle({"OPEN": {"CLOSED"}, "CLOSED": set()})
SIGNAL_DELIVERY = _lifecycle(
    {
        # DROPPED: who waited when the signal was thrown does not any more.
        "PENDING": {"DELIVERED", "DROPPED", "REFUSED"},
        "DELIVERED": set(),
        "DROPPED": set(),
        "REFUSED": set(),
    }
)
INCIDENT = _lifecycle({"OPEN": {"RESOLVED"}, "RESOLVED": set()})


def require_change(lifecycle: Lifecycle, *, what: str, old: str, new: str) -> None:
    """Raises InvalidState if `old` may not become `new`. `what` names the thing, e.g. "user task 7"."""
    if new not in lifecycle[old]:
        before = sorted(state for state, following in lifecycle.items() if new in following)
        raise InvalidState(f"Expected {what} to be {' or '.join(before)}, but it is {old}.")
