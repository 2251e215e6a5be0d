"""Activities and waiting events: what happens when a token comes to one.

Everything that may fail is evaluated before the element takes effect: a failure drops the effects
made so far and leaves the element as an incident that can be tried again from the start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.bpmn.effects import (
    CreateJob,
    CreateUserTask,
    EnterStage,
    EvaluatedDecision,
    IncidentType,
    PublishMessage,
    ReachMilestone,
    StartChild,
    StartClock,
)
from engine.bpmn.machine.ending import complete_element, leave, terminate_contents
from engine.bpmn.machine.run import MAX_CALL_DEPTH, PASSED, WAITING, Run, StepFailed
from engine.bpmn.machine.storable import why_not_storable
from engine.bpmn.machine.throwing import throw
from engine.bpmn.machine.waiting import arm, arm_boundaries, correlation_key
from engine.bpmn.model import NodeKind
from engine.bpmn.program import ClockSpec, ErrorTrigger, MessageTrigger, Node, TerminateTrigger, TimerTrigger
from engine.bpmn.state import Element, Phase, Scope


def enter(run: Run, scope: Scope, node: Node, flow: int) -> None:
    """A token comes to an activity or to an event that does something."""
    element = run.new_element(scope, node)
    if node.stage is not None or node.milestone is not None:
        _announce(run, node)
    begin(run, element, scope, node)


def enter_start(run: Run, scope: Scope, node: Node, flow: int) -> None:
    """Makes an element only if there is something to do that may fail: the process's own clocks."""
    if scope.node < 0 and run.program(scope).clocks:
        enter(run, scope, node, flow)
    else:
        _pass(run, scope, node)


def enter_pass(run: Run, scope: Scope, node: Node, flow: int) -> None:
    """Tasks whose end nobody reports: they have nothing to do and nothing that may fail."""
    _pass(run, scope, node)


def enter_throw(run: Run, scope: Scope, node: Node, flow: int) -> None:
    """Intermediate throw and end events; those that do nothing make no element."""
    if node.trigger is not None or node.outcome is not None:
        enter(run, scope, node, flow)
    else:
        _pass(run, scope, node)


def _pass(run: Run, scope: Scope, node: Node) -> None:
    if node.stage is not None or node.milestone is not None:
        _announce(run, node)
    run.path.append((PASSED, node.id, 0))
    leave(run, scope, node.outgoing)


def begin(run: Run, element: Element, scope: Scope, node: Node) -> None:
    """Prepare and start the element's work; also the second try after a failure."""
    mark = len(run.effects)
    try:
        if node.inputs:
            map_inputs(run, element, scope, node)
        for spec in node.clocks:
            context = run.context(scope, element.locals)
            _start_clock(run, spec, context, element_key=element.key, element_id=node.id)
            element.rows = True
        if node.boundaries:
            arm_boundaries(run, element, scope, node)
        _WORK[node.kind](run, element, scope, node)
    except StepFailed as failure:
        del run.effects[mark:]
        element.rows = False
        run.fail(element, Phase.FAILED_ENTERING, failure)


def begin_again(run: Run, element: Element, scope: Scope, node: Node) -> None:
    """Start the work anew after it went wrong, everything around it being in place."""
    mark = len(run.effects)
    element.phase = WAITING
    try:
        if node.inputs:
            map_inputs(run, element, scope, node)
        _WORK[node.kind](run, element, scope, node)
    except StepFailed as failure:
        del run.effects[mark:]
        run.fail(element, Phase.FAILED_WORKING, failure)


def map_inputs(run: Run, element: Element, scope: Scope, node: Node) -> None:
    context = run.context(scope)
    element.locals = {
        target: run.evaluate(source, context, IncidentType.MAPPING_FAILED) for target, source in node.inputs
    }


def _announce(run: Run, node: Node) -> None:
    if node.stage is not None:
        run.effects.append(EnterStage(node.id, node.stage))
    if node.milestone is not None:
        run.effects.append(ReachMilestone(node.id, node.milestone))


def _start_clock(
    run: Run, spec: ClockSpec, context: dict[str, Any], *, element_key: int, element_id: str
) -> None:
    """No clock runs where the limit is null: a model may leave it to a decision whether one does."""
    limit = run.evaluate_text(spec.limit, context, IncidentType.LIMIT_UNKNOWN)
    if limit is not None:
        run.effects.append(StartClock(element_key, element_id, limit, spec.kind, spec.ladder))


# --- one function per kind of work ---------------------------------------------------------------


def _start(run: Run, element: Element, scope: Scope, node: Node) -> None:
    # The clocks of a called process run with the call activity, those of the root with the instance.
    program = run.program(scope)
    for spec in program.clocks:
        context = run.context(scope)
        _start_clock(run, spec, context, element_key=scope.owner, element_id=program.process_id)
    if scope.owner:
        run.state.elements[scope.owner].rows = True
    complete_element(run, element, {})


def _user_task(run: Run, element: Element, scope: Scope, node: Node) -> None:
    spec = node.user_task
    assert spec is not None  # noqa: S101 - the compiler gives every user task one
    context = run.context(scope, element.locals)
    department = assignee = None
    if spec.department is not None:
        department = run.evaluate_text(spec.department, context, IncidentType.MAPPING_FAILED)
    if spec.assignee is not None:
        assignee = run.evaluate_text(spec.assignee, context, IncidentType.MAPPING_FAILED)
    run.effects.append(
        CreateUserTask(
            element.key, node.id, node.name, spec.form, spec.roles, department, assignee, spec.four_eyes
        )
    )
    element.rows = True


def _job(run: Run, element: Element, scope: Scope, node: Node) -> None:
    spec = node.job
    assert spec is not None  # noqa: S101
    context = run.context(scope, element.locals)
    job_type = run.evaluate_text(spec.job_type, context, IncidentType.MAPPING_FAILED)
    if not job_type:
        raise StepFailed(
            IncidentType.MAPPING_FAILED, f"Expected a job type from {spec.job_type.text!r}, but it is empty."
        )
    run.effects.append(CreateJob(element.key, node.id, job_type, spec.retries, spec.headers))
    element.rows = True


def _script(run: Run, element: Element, scope: Scope, node: Node) -> None:
    assert node.script is not None  # noqa: S101
    context = run.context(scope, element.locals)
    value = run.evaluate(node.script, context, IncidentType.SCRIPT_FAILED)
    complete_element(run, element, _result(node, value, IncidentType.SCRIPT_FAILED))


def _business_rule(run: Run, element: Element, scope: Scope, node: Node) -> None:
    if node.job is not None:
        _job(run, element, scope, node)
        return
    assert node.decision is not None  # noqa: S101
    decision = run.library.latest_decision(node.decision)
    if decision is None:
        raise StepFailed(
            IncidentType.DECISION_MISSING,
            f"Expected a deployed decision {node.decision!r}, but there is none.",
        )
    result = decision.evaluate(run.context(scope, element.locals), now=run.now)
    if result.value is None and result.diagnostics:
        raise StepFailed(IncidentType.DECISION_FAILED, result.diagnostics[0].message)
    why = why_not_storable(result.value)
    if why is not None:
        message = f"Expected a value that can be kept from decision {node.decision!r}, but {why}."
        raise StepFailed(IncidentType.DECISION_FAILED, message)
    run.effects.append(
        EvaluatedDecision(node.id, node.decision, tuple(rule.rule_index for rule in result.matched))
    )
    complete_element(run, element, _result(node, result.value, IncidentType.DECISION_FAILED))


def _result(node: Node, value: Any, failure: IncidentType) -> dict[str, Any]:
    if node.result is not None:
        return {node.result: value}
    if isinstance(value, dict):
        return value
    raise StepFailed(
        failure,
        f"Expected a context or a result variable at {node.id!r}, but the value has no name to be kept under.",
    )


def _send(run: Run, element: Element, scope: Scope, node: Node) -> None:
    if node.job is not None:
        _job(run, element, scope, node)
        return
    trigger = node.message or node.trigger
    assert isinstance(trigger, MessageTrigger)  # noqa: S101
    key = correlation_key(run, trigger, run.context(scope, element.locals))
    # A message carries its payload and nothing else: what the inputs map.
    run.effects.append(PublishMessage(trigger.name, key, element.locals or {}))
    complete_element(run, element, {})


def _wait(run: Run, element: Element, scope: Scope, node: Node) -> None:
    arm(run, element, node, run.context(scope, element.locals))


def _wait_for_first(run: Run, element: Element, scope: Scope, node: Node) -> None:
    program = run.program(scope)
    context = run.context(scope)
    for flow in node.outgoing:
        arm(run, element, program.nodes[program.flow_targets[flow]], context)


def _sub_process(run: Run, element: Element, scope: Scope, node: Node) -> None:
    child = Scope(
        run.state.take_key(),
        program=scope.program,
        node=node.index,
        owner=element.key,
        parent=scope.key,
        variables=element.locals,
        tokens=1,
    )
    run.state.scopes[child.key] = child
    element.child = child.key
    element.locals = None
    run.queue.append((child, node.start, -1))


def _call_activity(run: Run, element: Element, scope: Scope, node: Node) -> None:
    assert node.called_element is not None  # noqa: S101
    definition_id = run.library.latest_process(node.called_element)
    if definition_id is None:
        raise StepFailed(
            IncidentType.CALLED_PROCESS_MISSING,
            f"Expected a deployed process {node.called_element!r}, but there is none.",
        )
    if _call_depth(run, scope) >= MAX_CALL_DEPTH:
        raise StepFailed(
            IncidentType.CALL_DEPTH_EXCEEDED,
            f"Expected at most {MAX_CALL_DEPTH} calls inside one another, but {node.id!r} is one more.",
        )
    number = run.program_number(definition_id)
    start = run.programs[number].start
    if start < 0:
        raise StepFailed(
            IncidentType.CALLED_PROCESS_MISSING,
            f"Expected process {node.called_element!r} to have a start event without a trigger,"
            " but only messages start it.",
        )
    variables = element.locals if node.inputs else run.context(scope)
    child = Scope(
        run.state.take_key(),
        program=number,
        owner=element.key,
        parent=scope.key,
        variables=dict(variables or {}),
        tokens=1,
    )
    run.state.scopes[child.key] = child
    element.child = child.key
    element.locals = None
    run.effects.append(StartChild(child.key, _process_scope(run, scope).key, definition_id, node.id))
    run.queue.append((child, start, -1))


def _process_scope(run: Run, scope: Scope) -> Scope:
    while scope.node >= 0:
        scope = run.state.scopes[scope.parent]
    return scope


def _call_depth(run: Run, scope: Scope) -> int:
    depth = 0
    while scope.owner:
        depth += scope.node < 0
        scope = run.state.scopes[scope.parent]
    return depth


def _end(run: Run, element: Element, scope: Scope, node: Node) -> None:
    outcome = _outcome(run, scope, node)
    match node.trigger:
        case None:
            complete_element(run, element, {})
        case MessageTrigger():
            _send(run, element, scope, node)
        case ErrorTrigger(code):
            message = f"Expected somebody to catch error {code!r} of end event {node.id!r}, but nobody does."
            if not throw(run, element, code or "", node.name, {}):
                raise StepFailed(IncidentType.UNHANDLED_ERROR, message)
        case TerminateTrigger():
            run.close(element, scope, node, completed=True)
            terminate_contents(run, scope)
            run.emptied.append(scope)
        case TimerTrigger():
            raise AssertionError(f"The gate let timer end event {node.id!r} through.")
    if outcome is not None:
        run.state.outcome = outcome


def _outcome(run: Run, scope: Scope, node: Node) -> str | None:
    """The case's result is that of the last outcome of its own process, not of called ones."""
    if node.outcome is None or _process_scope(run, scope).owner != 0:
        return None
    return run.evaluate_text(node.outcome, run.context(scope), IncidentType.MAPPING_FAILED)


_WORK: dict[NodeKind, Callable[[Run, Element, Scope, Node], None]] = {
    NodeKind.START_EVENT: _start,
    NodeKind.USER_TASK: _user_task,
    NodeKind.SERVICE_TASK: _job,
    NodeKind.SCRIPT_TASK: _script,
    NodeKind.SEND_TASK: _send,
    NodeKind.RECEIVE_TASK: _wait,
    NodeKind.BUSINESS_RULE_TASK: _business_rule,
    NodeKind.CALL_ACTIVITY: _call_activity,
    NodeKind.SUB_PROCESS: _sub_process,
    NodeKind.INTERMEDIATE_CATCH_EVENT: _wait,
    NodeKind.INTERMEDIATE_THROW_EVENT: _send,
    NodeKind.END_EVENT: _end,
    NodeKind.EVENT_BASED_GATEWAY: _wait_for_first,
}
