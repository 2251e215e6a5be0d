"""What an element waits for from outside: timers and messages, its own and those of its boundary."""

from __future__ import annotations

from engine.bpmn.machine.orders import arm
from engine.bpmn.model import NodeKind
from engine.bpmn.program import Node
from engine.bpmn.state import Phase
from engine.spiff.run import Run
from engine.spiff.state import Element, Scope

_CATCHING = frozenset({NodeKind.INTERMEDIATE_CATCH_EVENT, NodeKind.RECEIVE_TASK})
_NOT_ARMED = frozenset({Phase.FAILED_ENTERING, Phase.PARKED})


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
