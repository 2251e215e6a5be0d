"""A clerk's, a worker's and an operator's hands, in few words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.commands.cases import StartCase
from engine.commands.due import Due
from engine.commands.timers import FireTimer
from engine.commands.user_tasks import ClaimUserTask, CompleteUserTask
from engine.facade import Engine
from engine.ports import LeasedJob
from engine.views.cases import CaseWhole, ShowCase

LEASE = timedelta(seconds=30)


def start(engine: Engine, process: str = "main", **variables: Any) -> str:
    """The number of the new case."""
    return str(engine.do(StartCase(process, variables))["case_number"])


def show(engine: Engine, case_number: str) -> CaseWhole:
    return engine.ask(ShowCase(case_number))


def state_of(engine: Engine, case_number: str) -> str:
    return show(engine, case_number).head.state


def event_types(engine: Engine, case_number: str) -> list[str]:
    return [event.event_type for event in show(engine, case_number).events]


def tasks(engine: Engine, case_number: str) -> dict[str, int]:
    """Element id -> id of its open user task."""
    return {task.element_id: task.id for task in show(engine, case_number).waiting.tasks}


def only_task(engine: Engine, case_number: str) -> int:
    (task,) = show(engine, case_number).waiting.tasks
    return task.id


def finish_task(
    engine: Engine, task_id: int, *, actor: str = "clerk1", **variables: Any
) -> Mapping[str, Any]:
    engine.do(ClaimUserTask(task_id, actor=actor))
    return engine.do(CompleteUserTask(task_id, variables, actor=actor))


def lease_all(engine: Engine, *, worker: str = "w1", lease: timedelta = LEASE) -> list[LeasedJob]:
    return engine.acquire_jobs(worker=worker, limit=100, lease=lease)


def lease_one(engine: Engine, *, worker: str = "w1", lease: timedelta = LEASE) -> LeasedJob:
    (job,) = lease_all(engine, worker=worker, lease=lease)
    return job


def only_timer(engine: Engine, case_number: str) -> int:
    (timer,) = show(engine, case_number).waiting.timers
    return timer.id


def due_timers(engine: Engine) -> list[int]:
    commands = engine.due(Due.TIMERS, limit=100)
    return [command.timer_id for command in commands if isinstance(command, FireTimer)]


def only_incident(engine: Engine, case_number: str) -> int:
    (incident,) = show(engine, case_number).waiting.incidents
    return incident.id
