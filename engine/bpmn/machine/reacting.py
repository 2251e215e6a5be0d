"""What each stimulus does to the element it is for, before any token moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.bpmn.effects import CreateTimer, EndProcess, IncidentType
from engine.bpmn.machine import activities, ad_hoc, gateways
from engine.bpmn.machine.advancing import StepFailed
from engine.bpmn.machine.ending import complete_element
from engine.bpmn.machine.firing import fire
from engine.bpmn.machine.leaving import terminate_contents
from engine.bpmn.machine.parking import unpark
from engine.bpmn.machine.run import AD_HOC, COMPENSATION, STUCK, WAITING, Run
from engine.bpmn.machine.scopes import listen
from engine.bpmn.machine.throwing import throw_error, throw_escalation
from engine.bpmn.machine.timers import next_due
from engine.bpmn.machine.waiting import awaited_events
from engine.bpmn.machine.work import map_inputs
from engine.bpmn.model import GATEWAY_KINDS, NodeKind
from engine.bpmn.program import MessageTrigger, Node, SignalTrigger, TimerTrigger, Trigger
from engine.bpmn.state import Element, Phase, Scope
from engine.bpmn.stimuli import (
    CancelProcess,
    CompleteElement,
    DeliverMessage,
    DeliverSignal,
    RetryElement,
    SetVariables,
    StartActivity,
    ThrowError,
    ThrowEscalation,
    TriggerTimer,
)
from engine.errors import InvalidState

_Reaction = (
    CompleteElement
    | TriggerTimer
    | DeliverMessage
    | DeliverSignal
    | ThrowError
    | ThrowEscalation
    | StartActivity
    | SetVariables
    | RetryElement
    | CancelProcess
)


def react(run: Run, stimulus: _Reaction) -> None:
    _REACT[type(stimulus)](run, stimulus)


def _complete(run: Run, stimulus: CompleteElement) -> None:
    element = _working_element(run, stimulus.element_key)
    if element.phase is Phase.CHOOSING:
        scope = run.state.scopes[element.scope]
        run.assign(scope, stimulus.variables)
        # Whoever chooses has said that nothing further begins, not that work under way is in vain.
        ad_hoc.close(run, scope, run.node(element), cancels=False)
        return
    complete_element(run, element, stimulus.variables)


def _start_activity(run: Run, stimulus: StartActivity) -> None:
    element = _element(run, stimulus.element_key)
    if element.phase is not Phase.CHOOSING:
        raise InvalidState(f"Expected element {element.key} to offer activities, but it does not.")
    ad_hoc.choose(run, element, stimulus.activity_id, stimulus.variables)


def _throw(run: Run, stimulus: ThrowError) -> None:
    element = _working_element(run, stimulus.element_key)
    if not throw_error(run, element, stimulus.code, stimulus.message, stimulus.variables):
        why = f"Expected somebody to catch error {stimulus.code!r}, but nobody does. {stimulus.message}"
        run.fail(element, Phase.FAILED_WORKING, StepFailed(IncidentType.UNHANDLED_ERROR, why.strip()))


def _escalate(run: Run, stimulus: ThrowEscalation) -> None:
    throw_escalation(run, _working_element(run, stimulus.element_key), stimulus.code, stimulus.variables)


def _trigger_timer(run: Run, stimulus: TriggerTimer) -> None:
    element = _element(run, stimulus.element_key)
    event = _awaited_event(run, element, stimulus.node, TimerTrigger)
    repeats = event.attached_to >= 0 or element.phase is Phase.LISTENING
    if repeats and not event.interrupting and not event.parallel_multiple:
        _arm_again(run, element, event, stimulus)
    fire(run, element, event, stimulus.node, {})


def _deliver(run: Run, stimulus: DeliverMessage | DeliverSignal) -> None:
    element = _element(run, stimulus.element_key)
    kind = MessageTrigger if isinstance(stimulus, DeliverMessage) else SignalTrigger
    event = _awaited_event(run, element, stimulus.node, kind)
    fire(run, element, event, stimulus.node, stimulus.variables)


def _set_variables(run: Run, stimulus: SetVariables) -> None:
    run.assign(run.state.root, stimulus.variables)


def _cancel(run: Run, stimulus: CancelProcess) -> None:
    terminate_contents(run, run.state.root)
    run.state.scopes.clear()
    run.state.ended = False
    run.effects.append(EndProcess(completed=False, outcome=None))


def _element(run: Run, key: int) -> Element:
    element = run.state.elements.get(key)
    if element is None:
        raise InvalidState(f"Expected element {key} to wait, but it has ended.")
    return element


def _working_element(run: Run, key: int) -> Element:
    """An element on which a person or a worker is busy."""
    element = _element(run, key)
    node = run.node(element)
    if element.phase is Phase.CHOOSING:
        return element
    if element.child or (node.user_task is None and node.job is None):
        raise InvalidState(f"Expected a user task or a job, but {node.id!r} is neither ({node.kind}).")
    if element.phase is not WAITING:
        raise InvalidState(
            f"Expected element {element.key} to wait, but it has an incident: resolve that first."
        )
    return element


# --- events --------------------------------------------------------------------------------------


_WORDS: dict[type[Trigger], str] = {
    TimerTrigger: "a timer",
    MessageTrigger: "a message",
    SignalTrigger: "a signal",
}


def _awaited_event(run: Run, element: Element, number: int, kind: type[Trigger]) -> Node:
    """The event with that number, if `element` waits for it."""
    for event in awaited_events(run, element):
        for each, trigger in zip(event.numbers, event.triggers, strict=True):
            if each == number and isinstance(trigger, kind):
                return event
            if each == number:
                raise InvalidState(
                    f"Expected {_WORDS[kind]} at {event.id!r}, but it waits for something else."
                )
    raise InvalidState(f"Expected element {element.key} to wait for event {number}, but it does not.")


def _arm_again(run: Run, element: Element, event: Node, stimulus: TriggerTimer) -> None:
    if stimulus.cycle is None:
        return
    following = next_due(stimulus.cycle, due_at=stimulus.due_at, now=run.now)
    if following is not None:
        due_at, cycle = following
        run.effects.append(CreateTimer(element.key, stimulus.node, event.id, due_at, cycle))


# --- retries -------------------------------------------------------------------------------------


def _retry(run: Run, stimulus: RetryElement) -> None:
    run.resolve_incidents(stimulus.element_key)
    if stimulus.element_key == 0:
        # The process itself: a join that is stuck, or conditions that made each other true for ever.
        run.assign(run.state.root, stimulus.variables)
        if run.watching:
            run.look_soon()
        _look_at_joins_again(run, run.state.root)
        return
    element = _element(run, stimulus.element_key)
    scope, node, variables = run.state.scopes[element.scope], run.node(element), stimulus.variables
    run.assign(scope, variables)
    _correct_data_of_the_time(run, scope, variables)
    phase, pending = element.phase, element.pending or {}
    if phase not in (Phase.PARKED, Phase.FAILED_ENTERING):
        element.pending = None
    match phase:
        case Phase.WAITING if element.child:
            inside = run.state.scopes[element.child]
            _look_at_joins_again(run, inside)
            if inside.kind is AD_HOC and inside.tokens == 0:
                run.empty(inside)
        case Phase.WAITING:
            _refresh_inputs(run, element, scope, node)
        case Phase.FAILED_LEAVING:
            element.phase = WAITING
            # What is given now corrects what it was completed with, too.
            complete_element(run, element, {**pending, **variables})
        case Phase.PARKED:
            unpark(run)
        case Phase.FAILED_LISTENING if node.kind is NodeKind.COMPLEX_GATEWAY:
            gateways.activate(run, scope, node, element)
        case Phase.FAILED_LISTENING:
            listen(run, element)
        case Phase.FAILED_WORKING:
            activities.begin_again(run, element, scope, node)
        case Phase.FAILED_ENTERING if node.kind in _SPLITTING:
            _split_again(run, element, scope, node)
        case Phase.FAILED_ENTERING:
            element.phase = WAITING
            activities.begin(run, element, scope, node)


def _split_again(run: Run, element: Element, scope: Scope, node: Node) -> None:
    tokens = (element.pending or {}).get("reset")
    if tokens is not None:
        gateways.send_on_after_reset(run, scope, node, tokens, element)
    else:
        gateways.pass_on(run, scope, node, element)


def _look_at_joins_again(run: Run, scope: Scope) -> None:
    run.rested.add(scope.key)
    if scope.memory is not None:
        scope.memory.pop(STUCK, None)


def _correct_data_of_the_time(run: Run, scope: Scope, variables: Mapping[str, Any]) -> None:
    """What a compensation handler sees hides the variables of today: a correction must reach it too."""
    while variables and scope.node >= 0:
        if scope.kind is COMPENSATION:
            scope.variables = {**(scope.variables or {}), **variables}
            return
        scope = run.state.scopes[scope.parent]


def _refresh_inputs(run: Run, element: Element, scope: Scope, node: Node) -> None:
    """The job is tried again from outside: it must see variables that were corrected meanwhile."""
    if not node.inputs:
        return
    try:
        map_inputs(run, element, scope, node)
    except StepFailed as failure:
        run.raise_incident(element, failure.incident_type, str(failure))


_SPLITTING = GATEWAY_KINDS - {NodeKind.EVENT_BASED_GATEWAY}

_REACT: dict[type[_Reaction], Callable[[Run, Any], None]] = {
    CompleteElement: _complete,
    ThrowError: _throw,
    ThrowEscalation: _escalate,
    TriggerTimer: _trigger_timer,
    DeliverMessage: _deliver,
    DeliverSignal: _deliver,
    StartActivity: _start_activity,
    SetVariables: _set_variables,
    RetryElement: _retry,
    CancelProcess: _cancel,
}
