"""What reaches a case without a person at the other end: answers, timers, messages, signals.

A refusal would tell nobody, and the thing would come again for ever. So what a case cannot take in,
because its data would grow too large, becomes an incident of the element it was for. The incident
keeps it; resolving the incident takes it in again, and nobody is asked twice for what they sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

import orjson

from engine.bpmn.effects import IncidentType
from engine.bpmn.stimuli import (
    CompleteElement,
    DeliverMessage,
    DeliverSignal,
    ThrowError,
    ThrowEscalation,
    TriggerTimer,
)
from engine.commands.applying import drive
from engine.commands.live_case import LiveCase
from engine.commands.work import Work
from engine.errors import InvalidData
from engine.feel.codec import from_stored, to_json

Arrival = CompleteElement | ThrowError | ThrowEscalation | TriggerTimer | DeliverMessage | DeliverSignal
_KINDS: Mapping[str, type[Arrival]] = {
    kind.__name__: kind
    for kind in (CompleteElement, ThrowError, ThrowEscalation, TriggerTimer, DeliverMessage, DeliverSignal)
}


def take_in(
    work: Work,
    live: LiveCase,
    arrival: Arrival,
    *,
    fact: str,
    data: Mapping[str, Any],
    element_id: str,
    actor: str,
) -> bool:
    """Journal the fact that it came, then advance the case by it; False if it became an incident.

    To be called before the command has changed anything else. Raises InvalidState if the case has
    ended or the element does not wait.
    """
    live.record(fact, actor=actor, element_id=element_id, data=data)
    try:
        drive(live, arrival, actor=actor)
    except InvalidData as refusal:
        work.start_over()
        live.record(fact, actor=actor, element_id=element_id, data=data)
        live.raise_incident(
            element_key=arrival.element_key,
            element_id=element_id,
            incident_type=IncidentType.DATA_TOO_LARGE,
            message=f"{fact} could not be taken in. {refusal}",
            stimulus=written(arrival),
        )
        return False
    return True


def written(arrival: Arrival) -> str:
    """As JSON text; `read_back` restores it."""
    values = {field.name: getattr(arrival, field.name) for field in fields(arrival)}
    if isinstance(arrival, TriggerTimer):
        values["due_at"] = arrival.due_at.isoformat()
    else:
        values["variables"] = to_json(dict(arrival.variables))
    return orjson.dumps({"kind": type(arrival).__name__, **values}).decode()


def read_back(stored: Mapping[str, Any]) -> Arrival:
    values = dict(stored)
    kind = _KINDS[values.pop("kind")]
    if kind is TriggerTimer:
        values["due_at"] = datetime.fromisoformat(values["due_at"])
    else:
        values["variables"] = from_stored(values["variables"])
    return kind(**values)
