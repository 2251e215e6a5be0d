"""What tasks do."""

from __future__ import annotations

from typing import Any

from engine.bpmn.effects import CreateJob, CreateUserTask, EvaluatedDecision, IncidentType
from engine.bpmn.machine.ending import complete_element
from engine.bpmn.machine.run import Run, StepFailed
from engine.bpmn.machine.storable import why_not_storable
from engine.bpmn.program import Literal, Node
from engine.bpmn.state import Element, Scope


def map_inputs(run: Run, element: Element, scope: Scope, node: Node) -> None:
    context = run.context(scope, element.item)
    element.locals = {
        target: run.evaluate(source, context, IncidentType.MAPPING_FAILED) for target, source in node.inputs
    }


def nothing(run: Run, element: Element, scope: Scope, node: Node) -> None:
    """Done as soon as begun."""
    complete_element(run, element, {})


def user_task(run: Run, element: Element, scope: Scope, node: Node) -> None:
    create_user_task(run, element, scope, node, activities=())


def create_user_task(
    run: Run, element: Element, scope: Scope, node: Node, *, activities: tuple[str, ...]
) -> None:
    spec = node.user_task
    assert spec is not None  # noqa: S101 - the compiler gives every user task one
    department = assignee = None
    if spec.department is not None or spec.assignee is not None:
        context = run.context(scope, element.visible)
        if spec.department is not None:
            department = run.evaluate_text(spec.department, context, IncidentType.MAPPING_FAILED)
        if spec.assignee is not None:
            assignee = run.evaluate_text(spec.assignee, context, IncidentType.MAPPING_FAILED)
    run.effects.append(
        CreateUserTask(
            element.key,
            node.id,
            node.name,
            spec.form,
            spec.roles,
            department,
            assignee,
            spec.four_eyes,
            activities,
        )
    )
    element.rows = True


def job(run: Run, element: Element, scope: Scope, node: Node) -> None:
    spec = node.job
    assert spec is not None  # noqa: S101
    source = spec.job_type
    if type(source) is Literal:
        job_type: str | None = source.text
    else:
        context = run.context(scope, element.visible)
        job_type = run.evaluate_text(source, context, IncidentType.MAPPING_FAILED)
    if not job_type:
        raise StepFailed(
            IncidentType.MAPPING_FAILED, f"Expected a job type from {spec.job_type.text!r}, but it is empty."
        )
    run.effects.append(CreateJob(element.key, node.id, job_type, spec.retries, spec.headers))
    element.rows = True


def script(run: Run, element: Element, scope: Scope, node: Node) -> None:
    assert node.script is not None  # noqa: S101
    context = run.context(scope, element.visible)
    value = run.evaluate(node.script, context, IncidentType.SCRIPT_FAILED)
    complete_element(run, element, _result(node, value, IncidentType.SCRIPT_FAILED))


def business_rule(run: Run, element: Element, scope: Scope, node: Node) -> None:
    if node.job is not None:
        job(run, element, scope, node)
        return
    assert node.decision is not None  # noqa: S101
    caller = run.state.definition_ids[scope.program]
    decision = run.library.bound_decision(node.decision, binding=node.binding, caller=caller)
    if decision is None:
        raise StepFailed(
            IncidentType.DECISION_MISSING,
            f"Expected a deployed decision {node.decision!r}, but there is none.",
        )
    result = decision.evaluate(run.context(scope, element.visible), now=run.now)
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
