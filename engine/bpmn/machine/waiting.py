"""What an element waits for from outside: timers, messages, signals and conditions, its own and those
of its boundary events."""

from __future__ import annotations

from engine.bpmn.machine.orders import arm
from engine.bpmn.machine.run import LOOP, WAITING, Run
from engine.bpmn.model import NodeKind
from engine.bpmn.program import ConditionalTrigger, MessageTrigger, Node, SignalTrigger, TimerTrigger
from engine.bpmn.state import Element, Phase, Scope

_CATCHING = frozenset({NodeKind.INTERMEDIATE_CATCH_EVENT, NodeKind.RECEIVE_TASK, NodeKind.START_EVENT})
_NOT_ARMED = frozenset(
    {Phase.FAILED_ENTERING, Phase.PARKED, Phase.FAILED_LISTENING, Phase.CHOOSING, Phase.CANCELING}
)
FROM_OUTSIDE = TimerTrigger | MessageTrigger | SignalTrigger | ConditionalTrigger
"""What has to be waited for; all else is thrown within the process and found by looking for catchers."""


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
