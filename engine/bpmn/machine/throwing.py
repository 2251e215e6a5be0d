"""Errors, escalations and signals: what throwing them does. Who catches: `catching`.

Source: BPMN 2.0.2, 10.5.1, 10.5.5 and 13.5.3 to 13.5.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.effects import BroadcastSignal, RaiseEscalation
from engine.bpmn.machine.catching import Catcher, boundaries, find_catcher, matching
from engine.bpmn.machine.firing import begin_event_sub_process, fire
from engine.bpmn.machine.run import LOOP, Run
from engine.bpmn.machine.waiting import awaited_events
from engine.bpmn.program import CancelTrigger, ErrorTrigger, EscalationTrigger, SignalTrigger
from engine.bpmn.state import Element, Phase


def throw_error(
    run: Run,
    thrower: Element,
    code: str,
    message: str,
    variables: Mapping[str, Any],
    *,
    completes: bool = False,
) -> bool:
    """False, and nothing has changed, if nobody catches.

    An end event completes by throwing; an activity that reports an error is terminated.
    """
    catcher = find_catcher(run, thrower, code, ErrorTrigger)
    if catcher is None:
        return False
    if completes:
        run.close(thrower, run.state.scopes[thrower.scope], run.node(thrower), completed=True)
    _catch(run, catcher, code, message, variables)
    return True


def throw_escalation(run: Run, thrower: Element, code: str, variables: Mapping[str, Any]) -> None:
    """The thrower goes on unless what catches interrupts it; look whether it is still there."""
    catcher = find_catcher(run, thrower, code, EscalationTrigger)
    caught_by = catcher.event.id if catcher is not None else None
    run.effects.append(RaiseEscalation(run.node(thrower).id, code, caught_by))
    if catcher is not None:
        _catch(run, catcher, code, "", variables)


def broadcast_signal(run: Run, name: str, variables: Mapping[str, Any]) -> None:
    """To everything in this instance that waits for it now; others get it by an effect."""
    if any(name in program.signals for program in run.programs):
        waiting = [
            (element, event, number)
            for element in run.state.elements.values()
            for event in awaited_events(run, element)
            for number, trigger in zip(event.numbers, event.triggers, strict=True)
            if isinstance(trigger, SignalTrigger) and trigger.name == name
        ]
        for element, event, number in waiting:
            if element.key in run.state.elements:
                fire(run, element, event, number, variables)
    run.effects.append(BroadcastSignal(name, dict(variables)))


def cancel(run: Run, transaction: Element) -> bool:
    """The canceled transaction leaves by its cancel boundary event; False if it has none."""
    scope = run.state.scopes[transaction.scope]
    if scope.kind is LOOP:
        transaction = run.state.elements[scope.owner]
        scope = run.state.scopes[transaction.scope]
    for index in run.node(transaction).boundaries:
        event = run.program(scope).nodes[index]
        for number, trigger in zip(event.numbers, event.triggers, strict=True):
            if isinstance(trigger, CancelTrigger):
                fire(run, transaction, event, number, {})
                return True
    return False


def catches_error(run: Run, element: Element, code: str) -> bool:
    """Whether a boundary event of the element itself catches `code`."""
    scope = run.state.scopes[element.scope]
    around = scope.kind is LOOP or element.phase is Phase.CHOOSING
    host = run.state.elements[scope.owner] if around else element
    events = boundaries(run, host, run.state.scopes[host.scope])
    return matching(events, code, ErrorTrigger) is not None


def _catch(run: Run, catcher: Catcher, code: str, message: str, variables: Mapping[str, Any]) -> None:
    event = catcher.event
    caught: dict[str, Any] = dict(variables)
    if event.caught_code:
        caught[event.caught_code] = code
    if event.caught_message:
        caught[event.caught_message] = message
    if catcher.host is not None:
        fire(run, catcher.host, event, catcher.number, caught)
    else:
        node = run.program(catcher.scope).nodes[event.parent]
        begin_event_sub_process(run, catcher.scope, node, caught)
