"""How a dry run begins: without a trigger, or by the message, signal or timer that the process has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.bpmn.machine import StepFailed
from engine.bpmn.machine.timers import first_due
from engine.bpmn.model import (
    Definitions,
    FlowNode,
    MessageEventDefinition,
    SignalEventDefinition,
    TimerEventDefinition,
)
from engine.dry_run.script import Script, Sent, SentKind
from engine.dry_run.shelf import Shelf, beginnings
from engine.dry_run.spans import instant_after
from engine.errors import InvalidArgument
from engine.model.calendars import WorkCalendar, calendar_for


@dataclass(frozen=True, slots=True)
class Start:
    trigger: Mapping[str, Any] = field(default_factory=dict)
    """The fields of StartProcess that say by what."""
    at: datetime | None = None
    """None: where the clock stands."""
    variables: Mapping[str, Any] = field(default_factory=dict)
    sent: Sent | None = None
    """The message or signal of the script that the case begins with."""


def chosen_start(shelf: Shelf, definition_id: int, script: Script) -> Start:
    """By the start event that the script names; else without a trigger if the process can; else by its
    first trigger, and with what the script sends of that name, if it does.

    Raises InvalidArgument if there is no such start event.
    """
    definitions, process = shelf.processes[definition_id - 1]
    possible = list(beginnings(process))
    if script.start is not None:
        possible = [node for node in possible if node.id == script.start]
        if not possible:
            raise InvalidArgument(
                f"Expected a start event of process {process.id!r}, but got {script.start!r}."
            )
    if not possible or any(not node.events and node.message_ref is None for node in possible):
        return Start()
    starts = [_start_by(shelf, definition_id, definitions, node, script) for node in possible]
    return next((start for start in starts if start.sent is not None), starts[0])


def _start_by(
    shelf: Shelf, definition_id: int, definitions: Definitions, node: FlowNode, script: Script
) -> Start:
    if node.message_ref is not None:
        return _sent_start(SentKind.MESSAGE, definitions.messages[node.message_ref].name, shelf, script)
    match node.events[0]:
        case MessageEventDefinition(ref):
            return _sent_start(SentKind.MESSAGE, definitions.messages[ref].name, shelf, script)
        case SignalEventDefinition(ref):
            return _sent_start(SentKind.SIGNAL, definitions.signals[ref].name, shelf, script)
        case TimerEventDefinition():
            return _timer_start(shelf, definition_id, node, script)
        case event:
            raise InvalidArgument(
                f"Expected a message, signal or timer at start event {node.id!r}, but got {event}."
            )


def _sent_start(kind: SentKind, name: str, shelf: Shelf, script: Script) -> Start:
    trigger = {f"{kind.value}_name": name}
    fitting = [sent for sent in script.sent if sent.kind is kind and sent.name == name]
    if not fitting:
        return Start(trigger)
    calendar = calendar_for(area=script.area or "", version="dry-run")
    first = min(fitting, key=lambda sent: instant_of(sent, script, calendar))
    return Start(trigger, instant_of(first, script, calendar), first.variables, first)


def _timer_start(shelf: Shelf, definition_id: int, node: FlowNode, script: Script) -> Start:
    program = shelf.program(definition_id)
    for number, timer in program.timer_starts:
        if program.event(number)[0].id == node.id:
            try:
                value = timer.source.value({}, now=script.begins_at)
                at, _ = first_due(timer.kind, value, now=script.begins_at)
            except StepFailed as error:
                raise InvalidArgument(str(error)) from error
            return Start({"timer_node": number}, at)
    raise InvalidArgument(f"Expected a timer that starts the process at {node.id!r}, but there is none.")


def instant_of(sent: Sent, script: Script, calendar: WorkCalendar) -> datetime:
    """When it arrives."""
    if sent.at is not None:
        return sent.at
    if sent.after is None:
        return script.begins_at
    return instant_after(script.begins_at, sent.after, calendar=calendar)
