"""What an event does that has happened: to the element that waited, and to the scope around it.

An interrupting event stops at once what it interrupts: nothing in it takes another step.
Source: BPMN 2.0.2, 10.5.6 and 13.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.effects import OpenSignalSubscription
from engine.bpmn.machine.advancing import StepFailed
from engine.bpmn.machine.ending import complete_element
from engine.bpmn.machine.leaving import terminate_contents, terminate_element
from engine.bpmn.machine.orders import arm
from engine.bpmn.machine.run import Run
from engine.bpmn.program import Node
from engine.bpmn.state import Element, Phase, Scope


def fire(run: Run, element: Element, event: Node, number: int, variables: Mapping[str, Any]) -> None:
    """The trigger `number` of `event`, for which `element` waits, has happened."""
    if event.parallel_multiple:
        gathered = _gathered(element, event, number, variables)
        if gathered is None:
            return
        variables = gathered
    scope = run.state.scopes[element.scope]
    if element.phase is Phase.LISTENING:
        if event.parallel_multiple and not event.interrupting:
            _arm_again(run, element, event, run.context(scope))
        begin_event_sub_process(run, scope, run.node(element), variables)
        return
    if event.index == element.node:
        complete_element(run, element, variables)
        return
    if event.attached_to < 0:
        run.close(element, scope, run.node(element), completed=True)
    elif event.interrupting:
        terminate_element(run, element)
    else:
        scope.tokens += 1
        if event.parallel_multiple:
            _arm_again(run, element, event, run.context(scope, element.visible))
    run.announce(event)
    complete_element(run, run.new_element(scope, event), variables)


def begin_event_sub_process(run: Run, scope: Scope, node: Node, variables: Mapping[str, Any]) -> None:
    """The event sub-process `node` of `scope` begins before the next token moves."""
    start = run.program(scope).nodes[node.starts[0]]
    if start.interrupting:
        terminate_contents(run, scope)
        scope.interrupted = True
        scope.tokens = 1
    else:
        scope.tokens += 1
    element = run.new_element(scope, node)
    element.pending = {"event": start.index, "variables": dict(variables)}
    run.begin_soon(element)


def _gathered(
    element: Element, event: Node, number: int, variables: Mapping[str, Any]
) -> dict[str, Any] | None:
    """All variables that the triggers of a parallel multiple event brought; None while one is missing."""
    if element.memory is None:
        element.memory = {}
    got: dict[str, Any] = element.memory.setdefault(f"p{event.index}", {"numbers": [], "variables": {}})
    if number not in got["numbers"]:
        got["numbers"].append(number)
    got["variables"].update(variables)
    if len(got["numbers"]) < len(event.numbers):
        return None
    del element.memory[f"p{event.index}"]
    variables_of_all: dict[str, Any] = got["variables"]
    return variables_of_all


def _arm_again(run: Run, element: Element, event: Node, context: Mapping[str, Any]) -> None:
    """A non-interrupting parallel multiple event waits for all its triggers anew."""
    mark = len(run.effects)
    try:
        arm(run, element, event, context)
        # Its subscriptions to signals stayed open: those thrown in the own instance use up none.
        run.effects[mark:] = [
            effect for effect in run.effects[mark:] if not isinstance(effect, OpenSignalSubscription)
        ]
    except StepFailed as failure:
        del run.effects[mark:]
        run.raise_incident(element, failure.incident_type, str(failure))
