"""Events that wait and events that throw."""

from __future__ import annotations

from engine.bpmn.effects import IncidentType, PublishMessage
from engine.bpmn.machine.advancing import StepFailed
from engine.bpmn.machine.catching import find_catcher
from engine.bpmn.machine.compensation import THROWN, cancel_transaction, compensate
from engine.bpmn.machine.ending import complete_element
from engine.bpmn.machine.leaving import terminate_contents
from engine.bpmn.machine.orders import arm, correlation_key
from engine.bpmn.machine.run import Run
from engine.bpmn.machine.scopes import process_scope
from engine.bpmn.machine.throwing import broadcast_signal, cancel, throw_error, throw_escalation
from engine.bpmn.machine.work import job
from engine.bpmn.model import NodeKind
from engine.bpmn.program import (
    CancelTrigger,
    CompensateTrigger,
    ErrorTrigger,
    EscalationTrigger,
    MessageTrigger,
    Node,
    SignalTrigger,
    TerminateTrigger,
    Trigger,
)
from engine.bpmn.state import Element, Scope

_ORDER: dict[type[Trigger], int] = {
    MessageTrigger: 0,
    SignalTrigger: 1,
    EscalationTrigger: 2,
    CompensateTrigger: 3,
    ErrorTrigger: 4,
    CancelTrigger: 4,
    TerminateTrigger: 4,
}
"""Of a multiple event: what may fail comes first, what ends the scope last."""


def wait(run: Run, element: Element, scope: Scope, node: Node) -> None:
    arm(run, element, node, run.context(scope, element.visible))


def begin_process(run: Run, element: Element, scope: Scope, node: Node) -> None:
    """The event with which the process began: the trigger that `pending` tells of has happened."""
    begun = element.pending
    assert begun is not None  # noqa: S101
    if node.parallel_multiple:
        arm(run, element, node, run.context(scope, element.visible), besides=begun["number"])
        got = {"numbers": [begun["number"]], "variables": begun["variables"]}
        element.memory = {f"p{node.index}": got}
        element.pending = None
        return
    element.pending = None
    complete_element(run, element, begun["variables"])


def wait_for_first(run: Run, element: Element, scope: Scope, node: Node) -> None:
    nodes = run.program(scope).nodes
    context = run.context(scope)
    for target, _ in node.next:
        arm(run, element, nodes[target], context)


def send(run: Run, element: Element, scope: Scope, node: Node) -> None:
    if node.job is not None:
        job(run, element, scope, node)
        return
    assert node.message is not None  # noqa: S101
    _publish(run, element, scope, node.message)
    complete_element(run, element, {})


def throw(run: Run, element: Element, scope: Scope, node: Node) -> None:
    """An intermediate throw or end event: everything it throws, then the token goes on or ends."""
    outcome = _outcome(run, scope, node)
    for trigger in node.triggers:
        # Nothing may fail once something is thrown: what caught it has acted already.
        if (
            isinstance(trigger, ErrorTrigger)
            and find_catcher(run, element, trigger.code or "", ErrorTrigger) is None
        ):
            raise _uncaught(node, trigger)
    _throw_from(run, element, scope, node, 0)
    if outcome is not None:
        run.state.outcome = outcome


def _throw_from(run: Run, element: Element, scope: Scope, node: Node, place: int) -> None:
    """The triggers from `place` on; after compensation the rest is thrown when that is done."""
    triggers = sorted(node.triggers, key=lambda each: _ORDER[type(each)])
    for following, trigger in enumerate(triggers[place:], place + 1):
        waits = _throw(run, element, scope, node, trigger)
        if element.key not in run.state.elements:
            # What caught it interrupted the throwing event as well.
            return
        if waits:
            if following < len(triggers):
                element.memory = {THROWN: following}
            return
    complete_element(run, element, {})


def throw_implicitly(run: Run, element: Element, trigger: Trigger | None) -> None:
    """What a multi-instance activity throws to its own boundary, and a canceled transaction. None: what
    a multiple event has still to throw."""
    if element.key not in run.state.elements:
        return
    if isinstance(trigger, CancelTrigger):
        if not cancel(run, element):
            run.state.scopes[element.child].tokens = 0
            run.empty(run.state.scopes[element.child])
        return
    scope = run.state.scopes[element.scope]
    try:
        if trigger is None:
            _throw_from(run, element, scope, run.node(element), (element.memory or {}).pop(THROWN))
        else:
            _throw(run, element, scope, run.node(element), trigger)
    except StepFailed as failure:
        run.raise_incident(element, failure.incident_type, str(failure))


def _throw(run: Run, element: Element, scope: Scope, node: Node, trigger: Trigger) -> bool:
    """True if the element waits from now on, until what it threw is done."""
    # What is thrown carries its payload and nothing else: what the inputs map.
    payload = element.locals or {}
    match trigger:
        case MessageTrigger():
            _publish(run, element, scope, trigger)
        case SignalTrigger(name):
            broadcast_signal(run, name, payload)
        case EscalationTrigger(code):
            throw_escalation(run, element, code or "", payload)
        case CompensateTrigger():
            return compensate(run, element, scope, trigger)
        case ErrorTrigger(code):
            ends = node.kind is NodeKind.END_EVENT
            if not throw_error(run, element, code or "", node.name, payload, completes=ends):
                raise _uncaught(node, trigger)
        case CancelTrigger():
            cancel_transaction(run, element, scope)
        case TerminateTrigger():
            run.close(element, scope, node, completed=True)
            terminate_contents(run, scope)
            scope.record.clear()
            run.empty(scope)
        case _:
            raise AssertionError(f"The gate let {type(trigger).__name__} at {node.id!r} through.")
    return False


def _uncaught(node: Node, trigger: ErrorTrigger) -> StepFailed:
    return StepFailed(
        IncidentType.UNHANDLED_ERROR,
        f"Expected somebody to catch error {trigger.code!r} of {node.id!r}, but nobody does.",
    )


def _publish(run: Run, element: Element, scope: Scope, trigger: MessageTrigger) -> None:
    key = correlation_key(run, trigger, run.context(scope, element.visible))
    run.effects.append(PublishMessage(trigger.name, key, element.locals or {}))


def _outcome(run: Run, scope: Scope, node: Node) -> str | None:
    """The case's result is that of the last outcome of its own process, not of called ones."""
    if node.outcome is None or process_scope(run, scope).owner != 0:
        return None
    return run.evaluate_text(node.outcome, run.context(scope), IncidentType.MAPPING_FAILED)
