"""Errors, from where they are thrown out to the boundary that catches them.

The nearest enclosing activity with a matching error boundary event catches, across sub-process
and call activity borders; a boundary that names the code goes before one that catches all.
Source: BPMN 2.0.2, 10.5.1 (Error events) and 13.5.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.machine.ending import leave, terminate_element
from engine.bpmn.machine.run import PASSED, Run
from engine.bpmn.program import ErrorTrigger, Node
from engine.bpmn.state import Element, Scope


def throw(run: Run, thrower: Element, code: str, message: str, variables: Mapping[str, Any]) -> bool:
    """False, and nothing has changed, if nobody catches."""
    element: Element | None = thrower
    while element is not None:
        scope = run.state.scopes[element.scope]
        boundary = _catcher(run, scope, run.node(element), code)
        if boundary is not None:
            terminate_element(run, element)
            _take(run, scope, boundary, code, message, variables)
            return True
        element = run.state.elements.get(scope.owner)
    return False


def catches(run: Run, element: Element, code: str) -> bool:
    """Whether a boundary event of the element itself catches `code`."""
    return _catcher(run, run.state.scopes[element.scope], run.node(element), code) is not None


def _catcher(run: Run, scope: Scope, node: Node, code: str) -> Node | None:
    catch_all = None
    for index in node.boundaries:
        boundary = run.program(scope).nodes[index]
        if isinstance(boundary.trigger, ErrorTrigger):
            if boundary.trigger.code == code:
                return boundary
            if boundary.trigger.code is None and catch_all is None:
                catch_all = boundary
    return catch_all


def _take(
    run: Run, scope: Scope, boundary: Node, code: str, message: str, variables: Mapping[str, Any]
) -> None:
    caught: dict[str, Any] = dict(variables)
    if boundary.caught_code:
        caught[boundary.caught_code] = code
    if boundary.caught_message:
        caught[boundary.caught_message] = message
    run.assign(scope, caught)
    run.path.append((PASSED, boundary.id, 0))
    leave(run, scope, boundary.outgoing)
