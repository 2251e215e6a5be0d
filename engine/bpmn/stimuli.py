"""What can happen to a process instance: the inputs of `advance`.

`element_key` numbers an element instance within its process instance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Variables = Mapping[str, Any]


@dataclass(slots=True)
class StartProcess:
    """Begin at the none start event, or at the start event of `message_name`."""

    definition_id: int
    variables: Variables
    message_name: str | None = None


@dataclass(slots=True)
class CompleteElement:
    """A user task or a job is done."""

    element_key: int
    variables: Variables = field(default_factory=dict)


@dataclass(slots=True)
class TriggerTimer:
    """A timer of the element came due. `node` is the event it belongs to: the waiting element's own,
    one of its boundary events, or a branch of an event-based gateway."""

    element_key: int
    node: int
    due_at: datetime
    cycle: str | None = None


@dataclass(slots=True)
class DeliverMessage:
    element_key: int
    node: int
    variables: Variables = field(default_factory=dict)


@dataclass(slots=True)
class ThrowError:
    """A job or a clerk reports a business error on a waiting activity."""

    element_key: int
    code: str
    message: str = ""
    variables: Variables = field(default_factory=dict)


@dataclass(slots=True)
class RetryElement:
    """Try again what raised an incident, after merging `variables` into the element's scope."""

    element_key: int
    variables: Variables = field(default_factory=dict)


@dataclass(slots=True)
class CancelProcess:
    pass


Stimulus = (
    StartProcess | CompleteElement | TriggerTimer | DeliverMessage | ThrowError | RetryElement | CancelProcess
)
