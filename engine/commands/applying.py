"""Effects of the process, written down: one function per kind, dispatched by type."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

import orjson

from engine.bpmn.effects import (
    BroadcastSignal,
    CloseElement,
    CreateJob,
    CreateTimer,
    CreateUserTask,
    Effect,
    EndChild,
    EndProcess,
    EnterStage,
    EvaluatedDecision,
    OpenSignalSubscription,
    OpenSubscription,
    PublishMessage,
    RaiseEscalation,
    RaiseIncident,
    ReachMilestone,
    ResolveIncidents,
    StartChild,
    StartClock,
)
from engine.bpmn.stimuli import Stimulus
from engine.commands import clock_ledger
from engine.commands.admission import require_indexable
from engine.commands.library import DefinitionLibrary
from engine.commands.live_case import LiveCase
from engine.feel import to_plain_json
from engine.ids import IdSource
from engine.model.lifecycles import UserTaskState
from engine.model.messages import MESSAGE_TIME_TO_LIVE
from engine.store.writes import WriteSet

SEPARATOR = "\x1f"
"""Between the items of a list that travels as one text."""
OTHER_CHANNEL = "9"
"""Of cases that nobody asked for at a window. Source: GB/T 39046-2020, A.5."""


def drive(live: LiveCase, stimulus: Stimulus, *, actor: str) -> None:
    """Advance the case's process and write down everything that follows from it."""
    for effect in live.step(stimulus, actor=actor):
        _APPLY[type(effect)](live, effect, actor)


def join(items: Iterable[str]) -> str:
    return SEPARATOR.join(items)


def _create_user_task(live: LiveCase, effect: CreateUserTask, actor: str) -> None:
    require_indexable(what="department", text=effect.department)
    require_indexable(what="assignee", text=effect.assignee)
    task_id = live.ids.take()
    state = UserTaskState.CREATED if effect.assignee is None else UserTaskState.ASSIGNED
    live.writes.add(
        "insert_user_tasks", task_id, live.row.id, effect.element_key, live.case.id, effect.element_id,
        effect.name, state, effect.form, join(effect.roles), effect.department, effect.assignee,
        join(effect.four_eyes), join(effect.activities),
    )  # fmt: skip
    live.record(
        "USER_TASK_CREATED",
        actor=actor,
        element_id=effect.element_id,
        data={
            "user_task_id": task_id,
            "name": effect.name,
            "roles": effect.roles,
            "department": effect.department,
        },
    )


def _create_job(live: LiveCase, effect: CreateJob, actor: str) -> None:
    job_id = live.ids.take()
    live.writes.add(
        "insert_jobs", job_id, live.row.id, effect.element_key, live.case.id, effect.element_id,
        effect.job_type, effect.retries, orjson.dumps(effect.headers).decode(), f"yishi-job-{job_id}",
    )  # fmt: skip
    live.record(
        "JOB_CREATED",
        actor=actor,
        element_id=effect.element_id,
        data={"job_id": job_id, "job_type": effect.job_type},
    )


def _create_timer(live: LiveCase, effect: CreateTimer, actor: str) -> None:
    live.writes.add(
        "insert_timers", live.ids.take(), live.row.id, effect.element_key, effect.node, live.case.id,
        effect.element_id, effect.due_at, effect.cycle,
    )  # fmt: skip


def _open_subscription(live: LiveCase, effect: OpenSubscription, actor: str) -> None:
    require_indexable(what="correlation_key", text=effect.correlation_key)
    live.writes.add(
        "insert_subscriptions", live.ids.take(), live.row.id, effect.element_key, effect.node, live.case.id,
        effect.element_id, effect.message_name, effect.correlation_key or live.case.case_number,
    )  # fmt: skip


def _publish_message(live: LiveCase, effect: PublishMessage, actor: str) -> None:
    require_indexable(what="correlation_key", text=effect.correlation_key)
    live.writes.add(
        "insert_messages", live.ids.take(), effect.message_name,
        effect.correlation_key or live.case.case_number,
        orjson.dumps(to_plain_json(dict(effect.variables))).decode(), "BUFFERED",
        live.now + MESSAGE_TIME_TO_LIVE, live.case.area,
    )  # fmt: skip
    live.record("MESSAGE_PUBLISHED", actor=actor, data={"message": effect.message_name})


def _open_signal_subscription(live: LiveCase, effect: OpenSignalSubscription, actor: str) -> None:
    live.writes.add(
        "insert_signal_subscriptions", live.ids.take(), live.row.id, effect.element_key, effect.node,
        live.case.id, effect.element_id, effect.signal_name,
    )  # fmt: skip


def _broadcast_signal(live: LiveCase, effect: BroadcastSignal, actor: str) -> None:
    signal_id = write_signal(
        live,
        effect.signal_name,
        to_plain_json(dict(effect.variables)),
        thrown_by=live.row.id,
        area=live.case.area,
        channel=OTHER_CHANNEL,
    )
    live.record("SIGNAL_THROWN", actor=actor, data={"signal": effect.signal_name, "signal_id": signal_id})


class Desk(Protocol):
    """What signals are written with: a case or the batch itself."""

    @property
    def writes(self) -> WriteSet: ...
    @property
    def ids(self) -> IdSource: ...
    @property
    def library(self) -> DefinitionLibrary: ...


def write_signal(
    desk: Desk, name: str, payload: Any, *, thrown_by: int | None, area: str, channel: str
) -> int:
    """Its id. It goes to all who wait for it when the batch is written, and to every process that
    begins with it: each as a command of its own. `payload` is JSON; `thrown_by` an instance's id."""
    signal_id = desk.ids.take()
    desk.writes.add(
        "insert_signals", signal_id, name, orjson.dumps(payload).decode(), thrown_by, area, channel
    )
    for ref in desk.library.processes_begun_by_signal(name):
        desk.writes.add("insert_signal_starts", signal_id, ref.id)
    return signal_id


def _raise_escalation(live: LiveCase, effect: RaiseEscalation, actor: str) -> None:
    live.record(
        "ESCALATION_RAISED",
        actor=actor,
        element_id=effect.element_id,
        data={"code": effect.code, "caught_by": effect.catcher_id},
    )


def _start_clock(live: LiveCase, effect: StartClock, actor: str) -> None:
    clock_ledger.start(live, effect, actor=actor)


def _close_element(live: LiveCase, effect: CloseElement, actor: str) -> None:
    live.writes.add("close_elements", live.row.id, effect.element_key)
    live.closed_elements.add(effect.element_key)
    clock_ledger.close_of_element(live, effect.element_key, completed=effect.completed, actor=actor)


def _raise_incident(live: LiveCase, effect: RaiseIncident, actor: str) -> None:
    live.raise_incident(
        element_key=effect.element_key,
        element_id=effect.element_id,
        incident_type=effect.incident_type,
        message=effect.message,
    )


def _resolve_incidents(live: LiveCase, effect: ResolveIncidents, actor: str) -> None:
    live.writes.add("resolve_incidents", live.row.id, effect.element_key, actor)
    live.record("INCIDENT_RESOLVED", actor=actor, data={"element_key": effect.element_key})


def _start_child(live: LiveCase, effect: StartChild, actor: str) -> None:
    live.writes.add(
        "insert_instances", live.ids.take(), live.case.id, live.row.id, effect.scope_key,
        effect.parent_scope_key, effect.definition_id, effect.element_id, "ACTIVE", None, 0, b"", None,
    )  # fmt: skip


def _end_child(live: LiveCase, effect: EndChild, actor: str) -> None:
    live.writes.add(
        "end_children", live.row.id, effect.scope_key, "COMPLETED" if effect.completed else "TERMINATED"
    )


def _evaluated_decision(live: LiveCase, effect: EvaluatedDecision, actor: str) -> None:
    live.record(
        "DECISION_EVALUATED",
        actor=actor,
        element_id=effect.element_id,
        data={
            "decision": effect.decision_id,
            "matched_rules": effect.matched_rules,
            "rules": [
                {"decision": rule.decision_id, "rule": rule.rule_id, "number": rule.rule_index}
                for rule in effect.matched
            ],
        },
    )


def _enter_stage(live: LiveCase, effect: EnterStage, actor: str) -> None:
    enter_stage(live, effect.stage, actor=actor, element_id=effect.element_id)


def enter_stage(live: LiveCase, stage: str, *, actor: str, element_id: str | None) -> None:
    live.record(
        "STAGE_ENTERED",
        actor=actor,
        element_id=element_id,
        data={"stage": stage, "previous": live.case.stage},
    )
    live.case.stage = stage
    live.changes.stage = stage


def _reach_milestone(live: LiveCase, effect: ReachMilestone, actor: str) -> None:
    live.record("MILESTONE_REACHED", actor=actor, element_id=effect.element_id, data={"text": effect.text})


def _end_process(live: LiveCase, effect: EndProcess, actor: str) -> None:
    live.writes.add("close_elements", live.row.id, 0)
    clock_ledger.close_of_element(live, 0, completed=effect.completed, actor=actor)
    live.close_case(completed=effect.completed, outcome=effect.outcome)
    live.record(
        "CASE_CLOSED" if effect.completed else "CASE_CANCELED", actor=actor, data={"outcome": effect.outcome}
    )


_APPLY: dict[type[Effect], Callable[[LiveCase, Any, str], None]] = {
    CreateUserTask: _create_user_task,
    CreateJob: _create_job,
    CreateTimer: _create_timer,
    OpenSubscription: _open_subscription,
    OpenSignalSubscription: _open_signal_subscription,
    PublishMessage: _publish_message,
    BroadcastSignal: _broadcast_signal,
    RaiseEscalation: _raise_escalation,
    StartClock: _start_clock,
    CloseElement: _close_element,
    RaiseIncident: _raise_incident,
    ResolveIncidents: _resolve_incidents,
    StartChild: _start_child,
    EndChild: _end_child,
    EvaluatedDecision: _evaluated_decision,
    EnterStage: _enter_stage,
    ReachMilestone: _reach_milestone,
    EndProcess: _end_process,
}
