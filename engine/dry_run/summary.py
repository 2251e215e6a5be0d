"""From a dry run to its result."""

from __future__ import annotations

from typing import Any

from engine.bpmn.model import SUB_PROCESS_KINDS, NodeKind
from engine.dry_run.clocks import RunningClock
from engine.dry_run.result import COMPLETED, TERMINATED, WAITING, Result, Run, instant, plain
from engine.dry_run.rows import Instance, Row, Subscription, Timer, Work
from engine.dry_run.script import Sent
from engine.dry_run.trace import Recorder
from engine.dry_run.world import Arrival, World

_AROUND = frozenset(kind.value for kind in (*SUB_PROCESS_KINDS, NodeKind.CALL_ACTIVITY))


def summary(world: World, recorder: Recorder, *, engine: str, stopped: str, unused: list[Arrival]) -> Result:
    left = [due for due in world.pending() if isinstance(due, Arrival)]
    untaken = [arrival for arrival in (*unused, *world.buffer, *left) if not arrival.origin]
    return Result(
        engine=engine,
        runs=tuple(_run(instance, recorder) for instance in world.instances),
        entries=tuple(recorder.entries),
        stopped=stopped,
        now=world.now,
        waiting=[_awaited(each, row, recorder) for each in world.instances for row in each.rows()],
        resting=_resting(world, recorder),
        incidents=[
            {
                "at": instant(incident.at),
                "run": each.number,
                "element": incident.element_id,
                "type": str(incident.incident_type),
                "message": incident.message,
            }
            for each in world.instances
            for incident in each.incidents
        ],
        messages_sent=world.messages_sent,
        signals_sent=world.signals_sent,
        escalations=world.escalations,
        decisions=world.decisions,
        stages=world.stages,
        milestones=world.milestones,
        clocks=[_clock(clock) for clock in world.clocks.every],
        unused=[_sent(arrival.sent) for arrival in untaken],
    )


def _run(instance: Instance, recorder: Recorder) -> Run:
    ended = WAITING if instance.ended is None else COMPLETED if instance.ended else TERMINATED
    return Run(
        instance.number,
        instance.process_id,
        instance.case_number,
        ended,
        instance.outcome,
        recorder.last_variables(instance.number),
    )


def _resting(world: World, recorder: Recorder) -> list[str]:
    """Ids of the activities and events that wait for somebody or something, not what is around them."""
    found: list[str] = []
    for instance in world.instances:
        rows_of: dict[int, list[Row]] = {}
        for row in instance.rows():
            rows_of.setdefault(row.effect.element_key, []).append(row)
        for key, rows in rows_of.items():
            entered = recorder.entered(instance.number, key)
            works = any(isinstance(row, Work) for row in rows)
            if works or (entered is not None and entered.kind not in _AROUND):
                found.append(entered.element_id if entered else rows[0].effect.element_id)
    return found


def _awaited(instance: Instance, row: Row, recorder: Recorder) -> dict[str, Any]:
    entered = recorder.entered(instance.number, row.effect.element_key)
    facts: dict[str, Any] = {
        "run": instance.number,
        "element": row.effect.element_id,
        "holder": entered.element_id if entered else row.effect.element_id,
    }
    match row:
        case Work(effect=effect):
            facts |= {"for": row.awaited, "instance": effect.element_key, "since": instant(row.since)}
            facts |= _of_work(row)
        case Timer(effect=effect):
            facts |= {"for": "timer", "instance": effect.element_key, "due": instant(effect.due_at)}
        case Subscription(effect=effect):
            facts |= {"for": row.awaited, "instance": effect.element_key, "name": row.name}
            if row.key is not None:
                facts["key"] = row.key
    return facts


def _of_work(work: Work) -> dict[str, Any]:
    """What a person or a worker would be told."""
    effect = work.effect
    job_type = getattr(effect, "job_type", None)
    if job_type is not None:
        return {"job_type": job_type, "failed": work.failed}
    told = {name: getattr(effect, name) for name in ("form", "department", "assignee")}
    told |= {name: list(getattr(effect, name)) for name in ("roles", "activities")}
    return {name: value for name, value in told.items() if value}


def _clock(clock: RunningClock) -> dict[str, Any]:
    return {
        "run": clock.run,
        "element": clock.effect.element_id,
        "limit": clock.effect.limit,
        "kind": clock.kind,
        "state": clock.state.value,
        "started": instant(clock.started_at),
        "due": instant(clock.due_at) if clock.due_at else None,
        "ended": instant(clock.ended_at) if clock.ended_at else None,
        "rungs": [{"at": instant(at), "rung": rung.key} for at, rung in clock.fired],
    }


def _sent(sent: Sent) -> dict[str, Any]:
    return {"kind": sent.kind.value, "name": sent.name, "key": sent.key, "variables": plain(sent.variables)}
