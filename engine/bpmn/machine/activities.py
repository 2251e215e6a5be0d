"""What happens when a token comes to an activity or to an event that does something.

Everything that may fail is evaluated before the element takes effect: a failure drops the effects
made so far and leaves the element as an incident that can be tried again from the start.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.bpmn.machine import events, scopes, work
from engine.bpmn.machine.advancing import StepFailed
from engine.bpmn.machine.gathering import gathered
from engine.bpmn.machine.leaving import leave
from engine.bpmn.machine.loops import item_of, start_loop
from engine.bpmn.machine.orders import start_clocks
from engine.bpmn.machine.run import LOOP, PASSED, WAITING, Run
from engine.bpmn.machine.waiting import arm_boundaries
from engine.bpmn.model import SUB_PROCESS_KINDS, NodeKind
from engine.bpmn.program import Node
from engine.bpmn.state import Element, Phase, Scope


def enter(run: Run, scope: Scope, node: Node, flow: int) -> None:
    """A token comes to an activity or to an event that does something."""
    element = run.new_element(scope, node)
    if node.announces:
        run.announce(node)
    begin(run, element, scope, node)


def enter_pass(run: Run, scope: Scope, node: Node, flow: int) -> None:
    """There is nothing to do and nothing that may fail."""
    if node.announces:
        run.announce(node)
    run.path.append((PASSED, node.id, 0, scope.key))
    if node.only is not None:
        run.queue.append((scope, *node.only))
    else:
        leave(run, scope, node.next)


def enter_link(run: Run, scope: Scope, node: Node, flow: int) -> None:
    if node.announces:
        run.announce(node)
    run.path.append((PASSED, node.id, 0, scope.key))
    run.queue.append((scope, node.link, -1))


def enter_gather(run: Run, scope: Scope, node: Node, flow: int) -> None:
    """An activity that begins once `startQuantity` tokens have come. Source: BPMN 2.0.2, table 10.3."""
    if gathered(run, scope, node, flow):
        enter(run, scope, node, flow)


def enter_instance(run: Run, scope: Scope, node: Node, number: int) -> None:
    """An instance of a loop begins."""
    element = run.new_element(scope, node)
    element.item = item_of(scope, node, number)
    begin(run, element, scope, node)


def begin_event_sub_process(run: Run, element: Element) -> None:
    """What triggered it is in the element's `pending`."""
    if element.key in run.state.elements:
        node = run.node(element)
        if node.announces:
            run.announce(node)
        begin(run, element, run.state.scopes[element.scope], node)


def begin(run: Run, element: Element, scope: Scope, node: Node) -> None:
    """Prepare and start the element's work; also the second try after a failure."""
    mark = len(run.effects)
    if not node.prepares:
        try:
            _WORK[node.kind](run, element, scope, node)
        except StepFailed as failure:
            _take_back(run, element, failure, mark=mark)
        return
    opens = node.opens and scope.node < 0 and not scope.opened
    is_instance = scope.kind is LOOP
    if node.variables and node.kind not in SUB_PROCESS_KINDS and (is_instance or node.loop is None):
        element.item = {**dict.fromkeys(node.variables), **(element.item or {})}
    try:
        if opens:
            scopes.start_process_clocks(run, scope)
        if node.inputs and (is_instance or node.loop is None):
            work.map_inputs(run, element, scope, node)
        if not is_instance:
            if node.clocks:
                data = run.data_of(element)
                start_clocks(run, node.clocks, data, element_key=element.key, element_id=node.id)
                element.rows = True
            if node.boundaries:
                arm_boundaries(run, element, scope, node)
        if node.loop is not None and not is_instance:
            start_loop(run, element, scope, node)
        elif element.pending is not None and "number" in element.pending:
            events.begin_process(run, element, scope, node)
        else:
            _WORK[node.kind](run, element, scope, node)
        scope.opened = scope.opened or opens
    except StepFailed as failure:
        _take_back(run, element, failure, mark=mark)


def _take_back(run: Run, element: Element, failure: StepFailed, *, mark: int) -> None:
    del run.effects[mark:]
    element.rows = False
    run.fail(element, Phase.FAILED_ENTERING, failure, pending=element.pending)


def begin_again(run: Run, element: Element, scope: Scope, node: Node) -> None:
    """Start the work anew after it went wrong, everything around it being in place."""
    mark = len(run.effects)
    element.phase = WAITING
    try:
        if node.inputs:
            work.map_inputs(run, element, scope, node)
        _WORK[node.kind](run, element, scope, node)
    except StepFailed as failure:
        del run.effects[mark:]
        run.fail(element, Phase.FAILED_WORKING, failure)


_WORK: dict[NodeKind, Callable[[Run, Element, Scope, Node], None]] = {
    NodeKind.START_EVENT: work.nothing,
    NodeKind.TASK: work.nothing,
    NodeKind.MANUAL_TASK: work.nothing,
    NodeKind.USER_TASK: work.user_task,
    NodeKind.SERVICE_TASK: work.job,
    NodeKind.SCRIPT_TASK: work.script,
    NodeKind.SEND_TASK: events.send,
    NodeKind.RECEIVE_TASK: events.wait,
    NodeKind.BUSINESS_RULE_TASK: work.business_rule,
    NodeKind.CALL_ACTIVITY: scopes.call_activity,
    NodeKind.SUB_PROCESS: scopes.sub_process,
    NodeKind.TRANSACTION: scopes.sub_process,
    NodeKind.AD_HOC_SUB_PROCESS: scopes.ad_hoc_sub_process,
    NodeKind.INTERMEDIATE_CATCH_EVENT: events.wait,
    NodeKind.INTERMEDIATE_THROW_EVENT: events.throw,
    NodeKind.END_EVENT: events.throw,
    NodeKind.EVENT_BASED_GATEWAY: events.wait_for_first,
}
