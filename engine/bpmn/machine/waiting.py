"""What an element waits for from outside: timers, messages, signals and conditions, its own and those
of its boundary events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.effects import CreateTimer, IncidentType, OpenSignalSubscription, OpenSubscription
from engine.bpmn.machine.run import LOOP, WAITING, Run, StepFailed
from engine.bpmn.machine.timers import first_due
from engine.bpmn.model import NodeKind
from engine.bpmn.program import (
    ConditionalTrigger,
    MessageTrigger,
    Node,
    SignalTrigger,
    TimerTrigger,
    Trigger,
)
from engine.bpmn.state import Element, Phase, Scope

_CATCHING = frozenset({NodeKind.INTERMEDIATE_CATCH_EVENT, NodeKind.RECEIVE_TASK, NodeKind.START_EVENT})
_NOT_ARMED = frozenset(
    {Phase.FAILED_ENTERING, Phase.PARKED, Phase.FAILED_LISTENING, Phase.CHOOSING, Phase.CANCELING}
)
FROM_OUTSIDE = TimerTrigger | MessageTrigger | SignalTrigger | ConditionalTrigger
"""What has to be waited for; all else is thrown within the process and found by looking for catchers."""


def arm(run: Run, element: Element, event: Node, context: Mapping[str, Any], *, besides: int = -1) -> None:
    """Wait for all that `event` is triggered by, on behalf of `element`; not for the trigger with number
    `besides`, which has happened already."""
    for number, trigger in zip(event.numbers, event.triggers, strict=True):
        if number != besides:
            _arm(run, element, event, number, trigger, context)


def _arm(
    run: Run, element: Element, event: Node, number: int, trigger: Trigger, context: Mapping[str, Any]
) -> None:
    if isinstance(trigger, TimerTrigger):
        value = run.evaluate(trigger.source, context, IncidentType.TIMER_FAILED)
        due_at, cycle = first_due(trigger.kind, value, now=run.now)
        run.effects.append(CreateTimer(element.key, number, event.id, due_at, cycle))
    elif isinstance(trigger, MessageTrigger):
        key = correlation_key(run, trigger, context)
        run.effects.append(OpenSubscription(element.key, number, event.id, trigger.name, key))
    elif isinstance(trigger, SignalTrigger):
        run.effects.append(OpenSignalSubscription(element.key, number, event.id, trigger.name))
    else:
        if isinstance(trigger, ConditionalTrigger):
            # Looked at before the next token moves, also if nothing changes until then.
            run.look_soon()
        return
    element.rows = True


def arm_boundaries(run: Run, element: Element, scope: Scope, node: Node) -> None:
    context = run.context(scope, element.visible)
    nodes = run.program(scope).nodes
    for boundary in node.boundaries:
        arm(run, element, nodes[boundary], context)


def awaited_events(run: Run, element: Element) -> list[Node]:
    """The events that may trigger on `element` now: its own, its boundary's, those behind an
    event-based gateway, or the start of an event sub-process."""
    if element.phase in _NOT_ARMED:
        return []
    scope = run.state.scopes[element.scope]
    program = run.programs[scope.program]
    node = program.nodes[element.node]
    if element.phase is Phase.LISTENING:
        return [program.nodes[node.starts[0]]]
    events = [program.nodes[index] for index in node.boundaries] if scope.kind is not LOOP else []
    if element.phase is not WAITING:
        return events
    if node.kind is NodeKind.EVENT_BASED_GATEWAY:
        events += [program.nodes[target] for target, _ in node.next]
    elif node.kind in _CATCHING and (node.loop is None or scope.kind is LOOP):
        events.append(node)
    return events


def correlation_key(run: Run, trigger: MessageTrigger, context: Mapping[str, Any]) -> str | None:
    """None where the case number correlates."""
    if trigger.correlation_key is None:
        return None
    key = run.evaluate_text(trigger.correlation_key, context, IncidentType.CORRELATION_FAILED)
    if not key:
        raise StepFailed(
            IncidentType.CORRELATION_FAILED,
            f"Expected a correlation key for message {trigger.name!r}, but it is empty.",
        )
    return key
