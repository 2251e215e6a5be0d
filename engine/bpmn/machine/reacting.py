"""What each stimulus does to the element it is for, before any token moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.bpmn.effects import CreateTimer, EndProcess, IncidentType
from engine.bpmn.machine import activities, gateways
from engine.bpmn.machine.ending import complete_element, terminate_contents, terminate_element
from engine.bpmn.machine.parking import unpark
from engine.bpmn.machine.run import WAITING, Run, StepFailed
from engine.bpmn.machine.throwing import throw
from engine.bpmn.machine.timers import next_due
from engine.bpmn.model import NodeKind
from engine.bpmn.program import MessageTrigger, Node, TimerTrigger
from engine.bpmn.state import Element, Phase, Scope
from engine.bpmn.stimuli import (
    CancelProcess,
    CompleteElement,
    DeliverMessage,
    RetryElement,
    StartProcess,
    ThrowError,
    TriggerTimer,
)
from engine.errors import InvalidArgument, InvalidState

_CATCHING = frozenset({NodeKind.INTERMEDIATE_CATCH_EVENT, NodeKind.RECEIVE_TASK})
_SPLITTING = frozenset({NodeKind.EXCLUSIVE_GATEWAY, NodeKind.PARALLEL_GATEWAY, NodeKind.INCLUSIVE_GATEWAY})

_Reaction = CompleteElement | TriggerTimer | DeliverMessage | ThrowError | RetryElement | CancelProcess


def start(run: Run, stimulus: StartProcess) -> None:
    number = run.program_number(stimulus.definition_id)
    program = run.programs[number]
    if stimulus.message_name is None:
        index = program.start
    else:
        index = program.message_starts.get(stimulus.message_name, -1)
    if index < 0:
        wanted = f"for message {stimulus.message_name!r}" if stimulus.message_name else "without a trigger"
        raise InvalidArgument(
            f"Expected process {program.process_id!r} to have a start event {wanted}, but it has none."
        )
    root = Scope(run.state.take_key(), program=number, variables=dict(stimulus.variables), tokens=1)
    run.state.scopes[root.key] = root
    run.queue.append((root, index, -1))


def react(run: Run, stimulus: _Reaction) -> None:
    _REACT[type(stimulus)](run, stimulus)


def _complete(run: Run, stimulus: CompleteElement) -> None:
    complete_element(run, _working_element(run, stimulus.element_key), stimulus.variables)


def _throw(run: Run, stimulus: ThrowError) -> None:
    element = _working_element(run, stimulus.element_key)
    if not throw(run, element, stimulus.code, stimulus.message, stimulus.variables):
        why = f"Expected somebody to catch error {stimulus.code!r}, but nobody does. {stimulus.message}"
        run.fail(element, Phase.FAILED_WORKING, StepFailed(IncidentType.UNHANDLED_ERROR, why.strip()))


def _trigger_timer(run: Run, stimulus: TriggerTimer) -> None:
    element = _element(run, stimulus.element_key)
    event = _awaited_event(run, element, stimulus.node)
    if not isinstance(event.trigger, TimerTrigger):
        raise InvalidState(f"Expected a timer at {event.id!r}, but it waits for something else.")
    if event.attached_to >= 0 and not event.interrupting:
        _arm_again(run, element, event, stimulus)
    _fire(run, element, event, {})


def _deliver(run: Run, stimulus: DeliverMessage) -> None:
    element = _element(run, stimulus.element_key)
    event = _awaited_event(run, element, stimulus.node)
    if not isinstance(event.message or event.trigger, MessageTrigger):
        raise InvalidState(f"Expected a message at {event.id!r}, but it waits for something else.")
    _fire(run, element, event, stimulus.variables)


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
    if node.user_task is None and node.job is None:
        raise InvalidState(f"Expected a user task or a job, but {node.id!r} is neither ({node.kind}).")
    _expect_waiting(element)
    return element


def _expect_waiting(element: Element) -> None:
    if element.phase is not WAITING:
        raise InvalidState(
            f"Expected element {element.key} to wait, but it has an incident: resolve that first."
        )


# --- events --------------------------------------------------------------------------------------


def _awaited_event(run: Run, element: Element, index: int) -> Node:
    """The event with number `index`, if `element` waits for it: its own, a boundary's, or that of an
    event-based gateway's branch."""
    program = run.programs[run.state.scopes[element.scope].program]
    node = program.nodes[element.node]
    if index in node.boundaries:
        # What cannot be entered has not armed its boundary events; all others have.
        armed = element.phase not in (Phase.FAILED_ENTERING, Phase.PARKED)
    elif node.kind is NodeKind.EVENT_BASED_GATEWAY:
        armed = index in [program.flow_targets[flow] for flow in node.outgoing]
        _expect_waiting(element)
    else:
        armed = index == node.index and node.kind in _CATCHING
        _expect_waiting(element)
    if not armed:
        raise InvalidState(f"Expected element {element.key} to wait for event {index}, but it does not.")
    return program.nodes[index]


def _arm_again(run: Run, element: Element, event: Node, stimulus: TriggerTimer) -> None:
    if stimulus.cycle is None:
        return
    following = next_due(stimulus.cycle, due_at=stimulus.due_at, now=run.now)
    if following is not None:
        due_at, cycle = following
        run.effects.append(CreateTimer(element.key, event.index, event.id, due_at, cycle))


def _fire(run: Run, element: Element, event: Node, variables: Mapping[str, Any]) -> None:
    if event.index == element.node:
        complete_element(run, element, variables)
        return
    scope = run.state.scopes[element.scope]
    if event.attached_to < 0:
        run.close(element, scope, run.node(element), completed=True)
    elif event.interrupting:
        terminate_element(run, element)
    else:
        scope.tokens += 1
    complete_element(run, run.new_element(scope, event), variables)


# --- retries -------------------------------------------------------------------------------------


def _retry(run: Run, stimulus: RetryElement) -> None:
    run.resolve_incidents(stimulus.element_key)
    if stimulus.element_key == 0:
        # The process itself: only a join that is stuck raises an incident there.
        run.assign(run.state.root, stimulus.variables)
        run.rested.add(run.state.root.key)
        return
    element = _element(run, stimulus.element_key)
    scope, node, variables = run.state.scopes[element.scope], run.node(element), stimulus.variables
    run.assign(scope, variables)
    phase, pending = element.phase, element.pending or {}
    if phase is not Phase.PARKED:
        element.pending = None
    match phase:
        case Phase.WAITING if element.child:
            run.rested.add(element.child)
        case Phase.WAITING:
            _refresh_inputs(run, element, scope, node)
        case Phase.FAILED_LEAVING:
            element.phase = WAITING
            # What is given now corrects what it was completed with, too.
            complete_element(run, element, {**pending, **variables})
        case Phase.PARKED:
            unpark(run)
        case Phase.FAILED_WORKING:
            activities.begin_again(run, element, scope, node)
        case Phase.FAILED_ENTERING if node.kind in _SPLITTING:
            gateways.pass_on(run, scope, node, element)
        case Phase.FAILED_ENTERING:
            element.phase = WAITING
            activities.begin(run, element, scope, node)


def _refresh_inputs(run: Run, element: Element, scope: Scope, node: Node) -> None:
    """The job is tried again from outside: it must see variables that were corrected meanwhile."""
    if not node.inputs:
        return
    try:
        activities.map_inputs(run, element, scope, node)
    except StepFailed as failure:
        run.raise_incident(element, failure.incident_type, str(failure))


_REACT: dict[type[_Reaction], Callable[[Run, Any], None]] = {
    CompleteElement: _complete,
    ThrowError: _throw,
    TriggerTimer: _trigger_timer,
    DeliverMessage: _deliver,
    RetryElement: _retry,
    CancelProcess: _cancel,
}
