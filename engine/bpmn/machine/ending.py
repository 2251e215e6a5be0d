"""How elements and scopes complete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.effects import EndChild, EndProcess, IncidentType
from engine.bpmn.machine import ad_hoc, compensation
from engine.bpmn.machine.advancing import StepFailed
from engine.bpmn.machine.choosing import choose
from engine.bpmn.machine.leaving import close_listeners, leave
from engine.bpmn.machine.loops import instance_completed, results_of
from engine.bpmn.machine.run import AD_HOC, COMPENSATION, LOOP, TOOK, Run
from engine.bpmn.model import ACTIVITY_KINDS, SUB_PROCESS_KINDS
from engine.bpmn.program import Node
from engine.bpmn.state import PLAIN, Element, Phase, Scope


def complete_element(run: Run, element: Element, variables: Mapping[str, Any]) -> None:
    """The activity's work is done: map its outputs, close it, send its token on.

    If an expression fails the element stays, as an incident that remembers `variables`.
    """
    scope = run.state.scopes[element.scope]
    node = run.programs[scope.program].nodes[element.node]
    if node.closes_simply and scope.kind is PLAIN and element.item is None:
        if variables:
            run.assign(scope, variables)
        run.close(element, scope, node, completed=True)
        if node.only is not None:
            run.queue.append((scope, *node.only))
        else:
            leave(run, scope, node.next)
        return
    given = variables
    is_body = node.loop is not None and scope.kind is not LOOP
    if node.outputs and not is_body:
        try:
            variables = _outputs(run, element, scope, node, variables)
        except StepFailed as failure:
            run.fail(element, Phase.FAILED_LEAVING, failure, pending=given)
            return
    elif node.kind in SUB_PROCESS_KINDS and not is_body:
        # What a sub-process has of its own ends with it; everything else it wrote outside already.
        variables = {}
    mapped = variables
    if element.item is not None:
        variables = _kept_inside(element.item, variables)
    if variables:
        run.assign(scope, variables)
    if scope.kind is PLAIN and not node.chooses and not node.keeps_record:
        run.close(element, scope, node, completed=True)
        leave(run, scope, node.next)
        return
    # An instance of a loop shows what it maps rather than what it was completed with.
    brought = {**given, **mapped} if node.outputs else given
    try:
        _complete_with_care(run, element, scope, node, brought)
    except StepFailed as failure:
        run.fail(element, Phase.FAILED_LEAVING, failure, pending=given)


def _complete_with_care(
    run: Run, element: Element, scope: Scope, node: Node, brought: Mapping[str, Any]
) -> None:
    """Where more happens than that a token goes on. All that may fail comes first."""
    if scope.kind is LOOP:
        instance_completed(run, element, scope, node, brought)
        if node.keeps_record and node.kind not in SUB_PROCESS_KINDS:
            compensation.remember(run, scope, node, run.context(scope, element.visible))
        return
    following = choose(run, scope, node) if node.chooses else node.next
    owner = run.program(scope).nodes[scope.node]
    closes = scope.kind is AD_HOC and node.kind in ACTIVITY_KINDS and ad_hoc.stops(run, scope, owner, None)
    if node.keeps_record and node.loop is None and node.kind not in SUB_PROCESS_KINDS:
        compensation.remember(run, scope, node, run.context(scope, element.visible))
    run.close(element, scope, node, completed=True)
    if node.chooses:
        flow_ids = run.programs[scope.program].flow_ids
        for _, flow in following:
            run.path.append((TOOK, flow_ids[flow], 0, scope.key))
    leave(run, scope, following)
    if closes:
        ad_hoc.close(run, scope, owner, cancels=True)
    elif scope.kind is AD_HOC:
        ad_hoc.begin_next(run, scope)


def _outputs(
    run: Run, element: Element, scope: Scope, node: Node, variables: Mapping[str, Any]
) -> dict[str, Any]:
    context = run.context(scope, {**(element.visible or {}), **variables})
    mapped = {
        target: run.evaluate(source, context, IncidentType.MAPPING_FAILED) for target, source in node.outputs
    }
    for name in (node.caught_code, node.caught_message):
        # Asked for by name, beside what is mapped.
        if name is not None and name in variables:
            mapped.setdefault(name, variables[name])
    return mapped


def _kept_inside(item: dict[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
    """What an activity writes to variables of its own ends with it."""
    outside = {}
    for name, value in variables.items():
        if name in item:
            item[name] = value
        else:
            outside[name] = value
    return outside


# --- scopes --------------------------------------------------------------------------------------


def complete_scope(run: Run, scope: Scope) -> None:
    """The activity around the scope completes, or the process ends."""
    if run.state.scopes.get(scope.key) is not scope or scope.tokens:
        # It was terminated, or an event brought a new token, before its turn came.
        return
    if scope.kind is COMPENSATION:
        _complete_compensation(run, scope)
        return
    if scope.kind is AD_HOC and _goes_on(run, scope):
        return
    if scope.elements:
        close_listeners(run, scope)
    del run.state.scopes[scope.key]
    if scope.owner == 0:
        run.state.ended = True
        run.effects.append(EndProcess(completed=True, outcome=run.state.outcome))
        return
    owner = run.state.elements[scope.owner]
    owner.child = 0
    around = run.state.scopes[owner.scope]
    node = run.programs[around.program].nodes[owner.node]
    if scope.kind is LOOP:
        around.record += scope.record
        complete_element(run, owner, results_of(scope, node))
        return
    if scope.node < 0:
        run.effects.append(EndChild(scope.key, completed=True))
    elif node.keeps_record:
        compensation.remember(run, around, node, _visible(run, scope), inside=scope.record)
    complete_element(run, owner, _brought_back(scope, node))


def _brought_back(scope: Scope, node: Node) -> dict[str, Any]:
    """All variables of the scope where outputs choose among them. Otherwise what a called process wrote:
    what is not mapped is not meant to be lost, and what it did not touch may have been written beside it."""
    variables = scope.variables or {}
    # None: the process was called before this was kept (state format 1).
    if node.outputs or scope.memory is None or "written" not in scope.memory:
        return variables
    return {name: variables[name] for name in scope.memory["written"] if name in variables}


def _visible(run: Run, scope: Scope) -> dict[str, Any]:
    return run.context(run.state.scopes[scope.parent], scope.variables)


def _complete_compensation(run: Run, scope: Scope) -> None:
    if compensation.go_on(run, scope):
        return
    del run.state.scopes[scope.key]
    thrower = run.state.elements[scope.owner]
    thrower.child = 0
    if compensation.finish(run, thrower, run.state.scopes[thrower.scope]):
        return
    if compensation.THROWN in (thrower.memory or {}):
        run.throw_soon(thrower, None)
    else:
        complete_element(run, thrower, {})


def _goes_on(run: Run, scope: Scope) -> bool:
    """An ad-hoc sub-process without tokens that does not complete yet."""
    if ad_hoc.begin_next(run, scope):
        return True
    node = run.program(scope).nodes[scope.node]
    if not ad_hoc.lacks_condition(run, scope, node):
        return False
    spec = node.ad_hoc
    assert spec is not None and spec.completion_condition is not None  # noqa: S101
    run.raise_incident(
        run.state.elements[scope.owner],
        IncidentType.JOIN_STUCK,
        f"Expected the completion condition {spec.completion_condition.text!r} of {node.id!r} to hold,"
        " but every activity is done and it does not.",
    )
    return True
