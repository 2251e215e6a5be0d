"""What an element waits for from outside: timers and messages, its own and those of its boundary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.effects import CreateTimer, IncidentType, OpenSubscription
from engine.bpmn.machine import StepFailed
from engine.bpmn.machine.timers import first_due
from engine.bpmn.model import NodeKind
from engine.bpmn.program import MessageTrigger, Node, TimerTrigger
from engine.bpmn.state import Phase
from engine.spiff.run import Run
from engine.spiff.state import Element, Scope

_CATCHING = frozenset({NodeKind.INTERMEDIATE_CATCH_EVENT, NodeKind.RECEIVE_TASK})
_NOT_ARMED = frozenset({Phase.FAILED_ENTERING, Phase.PARKED})


def arm(run: Run, element: Element, event: Node, context: Mapping[str, Any]) -> None:
    """Wait for `event` on behalf of `element`."""
    trigger, number = event.trigger, event.numbers[0]
    if isinstance(trigger, TimerTrigger):
        value = run.evaluate(trigger.source, context, IncidentType.TIMER_FAILED)
        due_at, cycle = first_due(trigger.kind, value, now=run.now)
        run.effects.append(CreateTimer(element.key, number, event.id, due_at, cycle))
        element.rows = True
    elif isinstance(trigger, MessageTrigger):
        key = correlation_key(run, trigger, context)
        run.effects.append(OpenSubscription(element.key, number, event.id, trigger.name, key))
        element.rows = True


def arm_boundaries(run: Run, element: Element, scope: Scope, node: Node) -> None:
    context = run.state.context(scope, element.visible)
    for boundary in node.boundaries:
        arm(run, element, run.program(scope).nodes[boundary], context)


def awaited_events(run: Run, element: Element) -> list[Node]:
    """The events that may trigger on `element` now."""
    if element.phase in _NOT_ARMED:
        return []
    nodes = run.program(run.state.scopes[element.scope]).nodes
    node = nodes[element.node]
    events = [nodes[index] for index in node.boundaries]
    if element.phase is not Phase.WAITING:
        return events
    if node.kind is NodeKind.EVENT_BASED_GATEWAY:
        events += [nodes[target] for target, _ in node.next]
    elif node.kind in _CATCHING:
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
