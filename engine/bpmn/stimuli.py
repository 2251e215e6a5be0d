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
    """Begin at the none start event, or where `message_name`, `signal_name` or the timer start event
    with number `timer_node` says. Without any start event: at every node that no flow leads to."""

    definition_id: int
    variables: Variables
    message_name: str | None = None
    signal_name: str | None = None
    timer_node: int | None = None
    facts: Variables = field(default_factory=dict)
    """Variables that the engine itself gives the process, whatever the start event maps."""


@dataclass(slots=True)
class CompleteElement:
    """A user task or a job is done."""

    element_key: int
    variables: Variables = field(default_factory=dict)


@dataclass(slots=True)
class TriggerTimer:
    """A timer of the element came due. `node` is the number of the event it belongs to, as the effect
    that made the timer gave it: the waiting element's own event, one of its boundary events, a branch
    of an event-based gateway, or the start event of an event sub-process."""

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
class DeliverSignal:
    """A signal thrown in another instance. Those of the own instance arrive without a stimulus."""

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
class ThrowEscalation:
    """A job or a clerk escalates from a waiting activity, which goes on unless an interrupting event
    catches. Nobody catching is no mistake."""

    element_key: int
    code: str
    variables: Variables = field(default_factory=dict)


@dataclass(slots=True)
class StartActivity:
    """A person chooses the next activity of the waiting ad-hoc sub-process."""

    element_key: int
    activity_id: str
    variables: Variables = field(default_factory=dict)


@dataclass(slots=True)
class SetVariables:
    """Data of the process changes from outside; conditional events see it."""

    variables: Variables


@dataclass(slots=True)
class RetryElement:
    """Try again what raised an incident, after merging `variables` into the element's scope."""

    element_key: int
    variables: Variables = field(default_factory=dict)


@dataclass(slots=True)
class CancelProcess:
    pass


Stimulus = (
    StartProcess
    | CompleteElement
    | TriggerTimer
    | DeliverMessage
    | DeliverSignal
    | ThrowError
    | ThrowEscalation
    | StartActivity
    | SetVariables
    | RetryElement
    | CancelProcess
)
