"""What is done when a token comes to an element. The counterpart of `engine.bpmn.machine.activities`.

Everything that may fail is evaluated before the element takes effect: a failure drops the effects
made so far and leaves the element as an incident that can be tried again from the start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.bpmn.effects import (
    IncidentType,
    PublishMessage,
)
from engine.bpmn.machine import StepFailed
from engine.bpmn.machine.orders import (
    arm,
    correlation_key,
    decided,
    order_job,
    order_user_task,
    scripted,
    start_clocks,
)
from engine.bpmn.model import NodeKind
from engine.bpmn.program import ErrorTrigger, MessageTrigger, Node, TerminateTrigger
from engine.bpmn.state import Phase
from engine.spiff.enclosing import begin_call_activity, begin_sub_process, process_scope
from engine.spiff.ending import close_contents, complete_element, go_on
from engine.spiff.firing import throw_error
from engine.spiff.run import Run
from engine.spiff.state import Element, Scope
from engine.spiff.waiting import arm_boundaries


def begin(run: Run, element: Element, scope: Scope, node: Node) -> None:
    """Prepare and start the element's work; also the second try after a failure."""
    mark = len(run.effects)
    if node.variables and node.kind is not NodeKind.SUB_PROCESS:
        element.item = dict.fromkeys(node.variables)
    try:
        if node.inputs:
            map_inputs(run, element, scope, node)
        if node.clocks:
            data = run.data_of(element)
            start_clocks(run, node.clocks, data, element_key=element.key, element_id=node.id)
            element.rows = True
        arm_boundaries(run, element, scope, node)
        _WORK[node.kind](run, element, scope, node)
    except StepFailed as failure:
        del run.effects[mark:]
        element.rows = False
        run.fail(element, Phase.FAILED_ENTERING, failure)


def begin_again(run: Run, element: Element, scope: Scope, node: Node) -> None:
    """Start the work anew after it went wrong, everything around it being in place."""
    mark = len(run.effects)
    element.phase = Phase.WAITING
    try:
        if node.inputs:
            map_inputs(run, element, scope, node)
        _WORK[node.kind](run, element, scope, node)
    except StepFailed as failure:
        del run.effects[mark:]
        run.fail(element, Phase.FAILED_WORKING, failure)


def map_inputs(run: Run, element: Element, scope: Scope, node: Node) -> None:
    context = run.state.context(scope, element.item)
    element.locals = {
        target: run.evaluate(source, context, IncidentType.MAPPING_FAILED) for target, source in node.inputs
    }


# --- one function per kind of work ---------------------------------------------------------------


def _start(run: Run, element: Element, scope: Scope, node: Node) -> None:
    # The clocks of a called process run with the call activity, those of the root with the instance.
    if scope.node < 0:
        program = run.program(scope)
        context = run.state.context(scope)
        start_clocks(run, program.clocks, context, element_key=scope.owner, element_id=program.process_id)
        if scope.owner and program.clocks:
            run.state.elements[scope.owner].rows = True
    given: dict[str, Any] = {}
    if scope.owner == 0:
        given, run.state.given = run.state.given, {}
    complete_element(run, element, given)


def _user_task(run: Run, element: Element, scope: Scope, node: Node) -> None:
    order_user_task(run, element, node)


def _job(run: Run, element: Element, scope: Scope, node: Node) -> None:
    order_job(run, element, node)


def _script(run: Run, element: Element, scope: Scope, node: Node) -> None:
    complete_element(run, element, scripted(run, element, node))


def _business_rule(run: Run, element: Element, scope: Scope, node: Node) -> None:
    if node.job is not None:
        order_job(run, element, node)
    else:
        complete_element(run, element, decided(run, element, node))


def _pass(run: Run, element: Element, scope: Scope, node: Node) -> None:
    complete_element(run, element, {})


def _send(run: Run, element: Element, scope: Scope, node: Node) -> None:
    if node.job is not None:
        order_job(run, element, node)
        return
    trigger = node.message or node.trigger
    if isinstance(trigger, MessageTrigger):
        key = correlation_key(run, trigger, run.state.context(scope, element.visible))
        # A message carries its payload and nothing else: what the inputs map.
        run.effects.append(PublishMessage(trigger.name, key, element.locals or {}))
    complete_element(run, element, {})


def _wait(run: Run, element: Element, scope: Scope, node: Node) -> None:
    arm(run, element, node, run.state.context(scope, element.visible))


def _wait_for_first(run: Run, element: Element, scope: Scope, node: Node) -> None:
    context = run.state.context(scope)
    for target, _ in node.next:
        arm(run, element, run.program(scope).nodes[target], context)


def _end(run: Run, element: Element, scope: Scope, node: Node) -> None:
    outcome = None
    # The case's result is that of the last outcome of its own process, not of called ones.
    if node.outcome is not None and process_scope(run, scope).owner == 0:
        outcome = run.evaluate_text(node.outcome, run.state.context(scope), IncidentType.MAPPING_FAILED)
    if outcome is not None and not isinstance(node.trigger, ErrorTrigger):
        run.state.outcome = outcome
    match node.trigger:
        case ErrorTrigger(code):
            if not throw_error(run, element, code or "", node.name, element.locals or {}):
                message = (
                    f"Expected somebody to catch error {code!r} of end event {node.id!r}, but nobody does."
                )
                raise StepFailed(IncidentType.UNHANDLED_ERROR, message)
        case TerminateTrigger():
            run.close(element, scope, node, completed=True)
            close_contents(run, scope)
            go_on(run, scope, element)
        case _:
            _send(run, element, scope, node)


_WORK: dict[NodeKind, Callable[[Run, Element, Scope, Node], None]] = {
    NodeKind.START_EVENT: _start,
    NodeKind.TASK: _pass,
    NodeKind.MANUAL_TASK: _pass,
    NodeKind.USER_TASK: _user_task,
    NodeKind.SERVICE_TASK: _job,
    NodeKind.SCRIPT_TASK: _script,
    NodeKind.SEND_TASK: _send,
    NodeKind.RECEIVE_TASK: _wait,
    NodeKind.BUSINESS_RULE_TASK: _business_rule,
    NodeKind.CALL_ACTIVITY: begin_call_activity,
    NodeKind.SUB_PROCESS: begin_sub_process,
    NodeKind.INTERMEDIATE_CATCH_EVENT: _wait,
    NodeKind.INTERMEDIATE_THROW_EVENT: _send,
    NodeKind.END_EVENT: _end,
    NodeKind.EVENT_BASED_GATEWAY: _wait_for_first,
}
