"""Questions about a resting instance, as `engine.bpmn.queries`. Nothing here changes a state, and no
task tree is grown for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.bpmn.effects import StartClock
from engine.bpmn.machine.advancing import Evaluator
from engine.bpmn.machine.orders import clocks_of
from engine.bpmn.program import Library, Node, Program
from engine.spiff.firing import matching
from engine.spiff.state import Element, Instance


def catches_error(state: Instance, element_key: int, code: str, *, library: Library) -> bool:
    """Whether a boundary event of the waiting element itself catches the error."""
    element = state.elements.get(element_key)
    if element is None:
        return False
    program = _program(state, element, library)
    return matching(program, program.nodes[element.node], code) is not None


def payload_of(state: Instance, element_key: int, *, library: Library) -> dict[str, Any] | None:
    """The variables a department or a clerk is given at the element, as FEEL values.

    With input mappings: what they map and nothing else. None if the element has ended.
    """
    element = state.elements.get(element_key)
    if element is None:
        return None
    if _node(state, element, library).inputs:
        return dict(element.locals or {})
    return dict(state.context(state.scopes[element.scope], element.visible))


def keeps_waiting(state: Instance, element_key: int, node: int, *, library: Library) -> bool:
    """True for a non-interrupting boundary event: it fires as often as it is triggered."""
    element = state.elements.get(element_key)
    if element is None:
        return False
    event, _ = _program(state, element, library).event(node)
    return event.attached_to == element.node and not event.interrupting


def declared_clocks(
    state: Instance, element_key: int, *, library: Library, now: datetime
) -> list[StartClock]:
    """The clocks that the model wants on the active element; on the process itself for key 0.

    Raises StepFailed if an expression for a limit fails.
    """
    element = state.elements.get(element_key)
    if element is not None:
        node, scope = _node(state, element, library), state.scopes[element.scope]
        specs, element_id, local = node.clocks, node.id, element.visible
    elif element_key == 0 and state.ended is None:
        scope = state.root
        program = library.program(state.definition_ids[scope.program])
        specs, element_id, local = program.clocks, program.process_id, None
    else:
        return []
    context = state.context(scope, local)
    return clocks_of(Evaluator(now=now), specs, context, element_key=element_key, element_id=element_id)


def _program(state: Instance, element: Element, library: Library) -> Program:
    return library.program(state.definition_ids[state.scopes[element.scope].program])


def _node(state: Instance, element: Element, library: Library) -> Node:
    return _program(state, element, library).nodes[element.node]
