"""Conditional events: they see every change of a variable.

An event fires when its condition has become true, also if it is so on arrival; a non-interrupting one
again after the condition was false in between. What is neither true nor false counts as false.
Source: BPMN 2.0.2, 10.5.5 (Conditional) and 13.5.
"""

from __future__ import annotations

from engine.bpmn.machine.firing import fire
from engine.bpmn.machine.run import Run
from engine.bpmn.machine.waiting import awaited_events
from engine.bpmn.program import ConditionalTrigger, Node
from engine.bpmn.state import Element


def look_at_conditions(run: Run) -> int:
    """After variables changed, before the next token moves. How many events fired."""
    run.changed = False
    fired = 0
    for element in list(run.state.elements.values()):
        if element.key not in run.state.elements:
            continue
        for event in awaited_events(run, element):
            fired += _look_at(run, element, event)
            if element.key not in run.state.elements:
                break
    return fired


def _look_at(run: Run, element: Element, event: Node) -> int:
    fired = 0
    for number, trigger in zip(event.numbers, event.triggers, strict=True):
        if not isinstance(trigger, ConditionalTrigger):
            continue
        context = run.context(run.state.scopes[element.scope], element.visible)
        holds = trigger.condition.value(context, now=run.now) is True
        memory = element.memory or {}
        if memory.get(str(number), False) == holds:
            continue
        element.memory = {**memory, str(number): holds}
        if holds:
            fired += 1
            fire(run, element, event, number, {})
            if element.key not in run.state.elements:
                break
    return fired
