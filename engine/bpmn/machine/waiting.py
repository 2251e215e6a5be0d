"""What an element waits for from outside: timers and message subscriptions, its own and those of
its boundary events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.effects import CreateTimer, IncidentType, OpenSubscription
from engine.bpmn.machine.run import Run, StepFailed
from engine.bpmn.machine.timers import first_due
from engine.bpmn.program import MessageTrigger, Node, TimerTrigger
from engine.bpmn.state import Element, Scope


def arm(run: Run, element: Element, event: Node, context: Mapping[str, Any]) -> None:
    """Wait for `event` on behalf of `element`."""
    trigger = event.message or event.trigger
    if isinstance(trigger, TimerTrigger):
        value = run.evaluate(trigger.source, context, IncidentType.TIMER_FAILED)
        due_at, cycle = first_due(trigger.kind, value, now=run.now)
        run.effects.append(CreateTimer(element.key, event.index, event.id, due_at, cycle))
        element.rows = True
    elif isinstance(trigger, MessageTrigger):
        key = correlation_key(run, trigger, context)
        run.effects.append(OpenSubscription(element.key, event.index, event.id, trigger.name, key))
        element.rows = True


def arm_boundaries(run: Run, element: Element, scope: Scope, node: Node) -> None:
    context = run.context(scope, element.locals)
    nodes = run.program(scope).nodes
    for boundary in node.boundaries:
        arm(run, element, nodes[boundary], context)


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
