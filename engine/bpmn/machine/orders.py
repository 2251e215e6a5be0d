"""What an element asks of the world, as effects: tasks, jobs, decisions, clocks, timers, subscriptions.

The same on every engine: nothing here knows how tokens move.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.bpmn.effects import (
    CreateJob,
    CreateTimer,
    CreateUserTask,
    EvaluatedDecision,
    IncidentType,
    OpenSignalSubscription,
    OpenSubscription,
    StartClock,
)
from engine.bpmn.machine.advancing import Advancing, E, Evaluator, StepFailed
from engine.bpmn.machine.storable import why_not_storable
from engine.bpmn.machine.timers import first_due
from engine.bpmn.program import (
    ClockSpec,
    ConditionalTrigger,
    Literal,
    MessageTrigger,
    Node,
    SignalTrigger,
    TimerTrigger,
    Trigger,
)

# --- work for people and machines ----------------------------------------------------------------


def order_user_task(run: Advancing[E], element: E, node: Node, *, activities: tuple[str, ...] = ()) -> None:
    spec = node.user_task
    assert spec is not None  # noqa: S101 - the compiler gives every user task one
    department = assignee = None
    if spec.department is not None or spec.assignee is not None:
        context = run.data_of(element)
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


def order_job(run: Advancing[E], element: E, node: Node) -> None:
    spec = node.job
    assert spec is not None  # noqa: S101
    source = spec.job_type
    if type(source) is Literal:
        job_type: str | None = source.text
    else:
        job_type = run.evaluate_text(source, run.data_of(element), IncidentType.MAPPING_FAILED)
    if not job_type:
        raise StepFailed(
            IncidentType.MAPPING_FAILED, f"Expected a job type from {source.text!r}, but it is empty."
        )
    run.effects.append(CreateJob(element.key, node.id, job_type, spec.retries, spec.headers))
    element.rows = True


def scripted(run: Advancing[E], element: E, node: Node) -> dict[str, Any]:
    """What the script gives, by the names it is kept under."""
    assert node.script is not None  # noqa: S101
    value = run.evaluate(node.script, run.data_of(element), IncidentType.SCRIPT_FAILED)
    return _named(node, value, IncidentType.SCRIPT_FAILED)


def decided(run: Advancing[E], element: E, node: Node) -> dict[str, Any]:
    """What the decision gives, by the names it is kept under."""
    assert node.decision is not None  # noqa: S101
    decision = run.library.bound_decision(
        node.decision, binding=node.binding, caller=run.definition_of(element)
    )
    if decision is None:
        raise StepFailed(
            IncidentType.DECISION_MISSING,
            f"Expected a deployed decision {node.decision!r}, but there is none.",
        )
    result = decision.evaluate(run.data_of(element), now=run.now)
    if result.value is None and result.diagnostics:
        raise StepFailed(IncidentType.DECISION_FAILED, result.diagnostics[0].message)
    why = why_not_storable(result.value)
    if why is not None:
        message = f"Expected a value that can be kept from decision {node.decision!r}, but {why}."
        raise StepFailed(IncidentType.DECISION_FAILED, message)
    variables = _named(node, result.value, IncidentType.DECISION_FAILED)
    run.effects.append(EvaluatedDecision(node.id, node.decision, result.matched))
    return variables


def _named(node: Node, value: Any, failure: IncidentType) -> dict[str, Any]:
    if node.result is not None:
        return {node.result: value}
    if isinstance(value, dict):
        return value
    raise StepFailed(
        failure,
        f"Expected a context or a result variable at {node.id!r}, but the value has no name to be kept under.",
    )


# --- clocks --------------------------------------------------------------------------------------


def start_clocks(
    run: Advancing[E],
    specs: Iterable[ClockSpec],
    context: Mapping[str, Any],
    *,
    element_key: int,
    element_id: str,
) -> None:
    run.effects += clocks_of(run, specs, context, element_key=element_key, element_id=element_id)


def clocks_of(
    evaluator: Evaluator,
    specs: Iterable[ClockSpec],
    context: Mapping[str, Any],
    *,
    element_key: int,
    element_id: str,
) -> list[StartClock]:
    """No clock runs where the limit is null: a model may leave it to a decision whether one does."""
    return [
        StartClock(element_key, element_id, limit, spec.kind, spec.ladder)
        for spec in specs
        if (limit := evaluator.evaluate_text(spec.limit, context, IncidentType.LIMIT_UNKNOWN)) is not None
    ]


# --- what is waited for --------------------------------------------------------------------------


def arm(run: Advancing[E], element: E, event: Node, context: Mapping[str, Any], *, besides: int = -1) -> None:
    """Wait for all that `event` is triggered by, on behalf of `element`; not for the trigger with number
    `besides`, which has happened already."""
    for number, trigger in zip(event.numbers, event.triggers, strict=True):
        if number != besides:
            _arm(run, element, event, number, trigger, context)


def _arm(
    run: Advancing[E], element: E, event: Node, number: int, trigger: Trigger, context: Mapping[str, Any]
) -> None:
    if isinstance(trigger, TimerTrigger):
        value = run.evaluate(trigger.source, context, IncidentType.TIMER_FAILED)
        due_at, cycle = first_due(trigger.kind, value, now=run.now)
        run.effects.append(CreateTimer(element.key, number, event.id, due_at, cycle))
    elif isinstance(trigger, MessageTrigger):
        key = correlation_key(run, trigger, context)
        run.effects.append(OpenSubscription(element.key, number, event.id, trigger.name, key))
    elif isinstance(trigger, SignalTrigger):
        run.effects.append(OpenSignalSubscription(element.key, number, event.id, trigger.name))
    else:
        if isinstance(trigger, ConditionalTrigger):
            # Looked at before the next token moves, also if nothing changes until then.
            run.look_soon()
        return
    element.rows = True


def correlation_key(evaluator: Evaluator, trigger: MessageTrigger, context: Mapping[str, Any]) -> str | None:
    """None where the case number correlates."""
    if trigger.correlation_key is None:
        return None
    key = evaluator.evaluate_text(trigger.correlation_key, context, IncidentType.CORRELATION_FAILED)
    if not key:
        raise StepFailed(
            IncidentType.CORRELATION_FAILED,
            f"Expected a correlation key for message {trigger.name!r}, but it is empty.",
        )
    return key
