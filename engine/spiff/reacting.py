"""What each stimulus does to the element it is for, before any token moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.bpmn.effects import CreateTimer, EndProcess, IncidentType, RaiseEscalation, ResolveIncidents
from engine.bpmn.machine import StepFailed
from engine.bpmn.machine.timers import next_due
from engine.bpmn.model import NodeKind
from engine.bpmn.program import MessageTrigger, Node, Program, TimerTrigger
from engine.bpmn.state import Phase
from engine.bpmn.stimuli import (
    CancelProcess,
    CompleteElement,
    DeliverMessage,
    DeliverSignal,
    RetryElement,
    SetVariables,
    StartActivity,
    StartProcess,
    Stimulus,
    ThrowError,
    ThrowEscalation,
    TriggerTimer,
)
from engine.errors import InvalidArgument, InvalidState
from engine.spiff import activities, gateways
from engine.spiff.enclosing import begin_root
from engine.spiff.ending import close_contents, complete_element
from engine.spiff.firing import fire, throw_error
from engine.spiff.parking import unpark
from engine.spiff.run import Run
from engine.spiff.state import Element, Scope
from engine.spiff.waiting import awaited_events

_SPLITTING = frozenset({NodeKind.EXCLUSIVE_GATEWAY, NodeKind.PARALLEL_GATEWAY, NodeKind.INCLUSIVE_GATEWAY})


def start(run: Run, stimulus: StartProcess) -> None:
    """Raises InvalidArgument if the process does not begin that way, or SpiffWorkflow cannot parse it."""
    program = run.library.program(stimulus.definition_id)
    event = _start_event(program, stimulus)
    variables = dict(stimulus.variables)
    if event.triggers and event.outputs:
        # What the event brings is mapped if it says how; else it is the data that the case begins with.
        run.state.given, variables = variables, {}
    variables = {**variables, **stimulus.facts}
    begin_root(run, definition_id=stimulus.definition_id, start=event.index, variables=variables)


def _start_event(program: Program, stimulus: StartProcess) -> Node:
    number: int | None
    if stimulus.message_name is not None:
        number = program.message_starts.get(stimulus.message_name)
        wanted = f"for message {stimulus.message_name!r}"
    elif stimulus.timer_node is not None:
        known = {each for each, _ in program.timer_starts}
        number = stimulus.timer_node if stimulus.timer_node in known else None
        wanted = f"for timer {stimulus.timer_node}"
    elif stimulus.signal_name is not None:
        number, wanted = None, "for a signal"
    else:
        number, wanted = next(iter(program.starts), None), "without a trigger"
    event = program.event(number)[0] if number is not None and number not in program.starts else None
    if number is not None and event is None:
        event = program.nodes[number]
    if event is None or event.kind is not NodeKind.START_EVENT:
        raise InvalidArgument(
            f"Expected process {program.process_id!r} to have a start event {wanted}, but it has none."
        )
    return event


def react(run: Run, stimulus: Stimulus) -> None:
    _REACT[type(stimulus)](run, stimulus)


def _complete(run: Run, stimulus: CompleteElement) -> None:
    complete_element(run, _working_element(run, stimulus.element_key), stimulus.variables)


def _throw(run: Run, stimulus: ThrowError) -> None:
    element = _working_element(run, stimulus.element_key)
    if not throw_error(run, element, stimulus.code, stimulus.message, stimulus.variables):
        why = f"Expected somebody to catch error {stimulus.code!r}, but nobody does. {stimulus.message}"
        run.fail(element, Phase.FAILED_WORKING, StepFailed(IncidentType.UNHANDLED_ERROR, why.strip()))


def _escalate(run: Run, stimulus: ThrowEscalation) -> None:
    # No escalation is caught here (`engine.spiff.lacks`), and nobody catching is no mistake.
    element = _working_element(run, stimulus.element_key)
    run.effects.append(RaiseEscalation(run.node(element).id, stimulus.code, None))


def _trigger_timer(run: Run, stimulus: TriggerTimer) -> None:
    element = _element(run, stimulus.element_key)
    event = _awaited_event(run, element, stimulus.node, TimerTrigger)
    again = None
    if event.attached_to >= 0 and not event.interrupting and stimulus.cycle is not None:
        again = next_due(stimulus.cycle, due_at=stimulus.due_at, now=run.now)
    if again is not None:
        due_at, cycle = again
        run.effects.append(CreateTimer(element.key, stimulus.node, event.id, due_at, cycle))
    fire(run, element, event, {}, again=again is not None)


def _deliver(run: Run, stimulus: DeliverMessage) -> None:
    element = _element(run, stimulus.element_key)
    event = _awaited_event(run, element, stimulus.node, MessageTrigger)
    fire(run, element, event, stimulus.variables, again=True)


def _set_variables(run: Run, stimulus: SetVariables) -> None:
    run.assign(run.state.root, stimulus.variables)


def _never_awaited(run: Run, stimulus: DeliverSignal | StartActivity) -> None:
    _element(run, stimulus.element_key)
    raise InvalidState(
        f"Expected element {stimulus.element_key} to wait for that, but on SpiffWorkflow none does."
    )


def _cancel(run: Run, stimulus: CancelProcess) -> None:
    root = run.state.root
    close_contents(run, root)
    run.drop_scope(root)
    run.state.top = None
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
    if element.phase is not Phase.WAITING:
        raise InvalidState(f"Expected element {key} to wait, but it has an incident: resolve that first.")
    return element


def _awaited_event(
    run: Run, element: Element, number: int, kind: type[TimerTrigger] | type[MessageTrigger]
) -> Node:
    for event in awaited_events(run, element):
        if number in event.numbers and isinstance(event.trigger, kind):
            return event
    raise InvalidState(f"Expected element {element.key} to wait for event {number}, but it does not.")


# --- retries -------------------------------------------------------------------------------------


def _retry(run: Run, stimulus: RetryElement) -> None:
    run.effects.append(ResolveIncidents(stimulus.element_key))
    if stimulus.element_key == 0:
        # The process itself: only a join that is stuck raises an incident there.
        run.assign(run.state.root, stimulus.variables)
        run.rested.add(run.state.root.key)
        return
    element = _element(run, stimulus.element_key)
    scope, node, variables = run.state.scopes[element.scope], run.node(element), stimulus.variables
    run.assign(scope, variables)
    phase, pending = element.phase, element.pending or {}
    element.pending = None
    match phase:
        case Phase.WAITING if element.child:
            run.rested.add(element.child)
        case Phase.WAITING:
            _refresh_inputs(run, element, scope, node)
        case Phase.FAILED_LEAVING:
            _leave_again(run, element, {**pending, **variables})
        case Phase.PARKED:
            unpark(run)
        case Phase.FAILED_WORKING:
            activities.begin_again(run, element, scope, node)
        case Phase.FAILED_ENTERING if node.kind in _SPLITTING:
            assert element.task is not None  # noqa: S101
            gateways.pass_on(run, scope, node, element.task, element)
        case Phase.FAILED_ENTERING:
            element.phase = Phase.WAITING
            activities.begin(run, element, scope, node)


def _leave_again(run: Run, element: Element, variables: Mapping[str, Any]) -> None:
    """What is given now corrects what it was completed with, too."""
    element.phase = Phase.WAITING
    complete_element(run, element, variables)


def _refresh_inputs(run: Run, element: Element, scope: Scope, node: Node) -> None:
    """The job is tried again from outside: it must see variables that were corrected meanwhile."""
    if not node.inputs:
        return
    try:
        activities.map_inputs(run, element, scope, node)
    except StepFailed as failure:
        run.raise_incident(element, failure.incident_type, str(failure))


_REACT: dict[type[Stimulus], Callable[[Run, Any], None]] = {
    CompleteElement: _complete,
    ThrowError: _throw,
    ThrowEscalation: _escalate,
    TriggerTimer: _trigger_timer,
    DeliverMessage: _deliver,
    DeliverSignal: _never_awaited,
    StartActivity: _never_awaited,
    SetVariables: _set_variables,
    RetryElement: _retry,
    CancelProcess: _cancel,
}
