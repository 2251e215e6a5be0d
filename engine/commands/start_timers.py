"""When the processes of a package begin by themselves: their timer start events.

Computed once, when the package is deployed, on an empty context: before the start there is no data.
An instant that has passed by then never fires.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from engine.bpmn.compiler import compile_process
from engine.bpmn.machine import StepFailed
from engine.bpmn.machine.timers import first_due, next_due
from engine.bpmn.model import Definitions
from engine.bpmn.program import Program, TimerTrigger
from engine.findings import Finding, Severity

START_TIMER_FAILED = "start-timer-failed"
START_TIMER_PASSED = "start-timer-passed"
RULE_IDS = (START_TIMER_FAILED, START_TIMER_PASSED)


@dataclass(frozen=True, slots=True)
class PlannedStart:
    """A timer start event of a process about to be deployed, and when it fires first."""

    process_id: str
    node: int
    element_id: str
    due_at: datetime
    cycle: str | None


def plan_starts(
    files: Iterable[tuple[str, Definitions]], *, now: datetime
) -> tuple[list[PlannedStart], list[Finding]]:
    """`files` are (path, what is in it), without errors. Passed instants are warnings, times that
    cannot be computed errors."""
    planned: list[PlannedStart] = []
    findings: list[Finding] = []
    for path, definitions in files:
        for process in definitions.processes:
            if not process.is_executable:
                continue
            program = compile_process(definitions, process)
            lines = {node.id: node.line for node, _ in process.walk()}
            for number, trigger in program.timer_starts:
                found = _plan(program, number, trigger, now=now)
                if isinstance(found, Finding):
                    findings.append(replace(found, file=path, line=lines[found.element_id or ""]))
                else:
                    planned.append(found)
    return planned, findings


def _plan(program: Program, number: int, trigger: TimerTrigger, *, now: datetime) -> PlannedStart | Finding:
    element_id = program.event(number)[0].id
    try:
        due_at, cycle = first_due(trigger.kind, trigger.source.value({}, now=now), now=now)
    except StepFailed as failure:
        return Finding(
            START_TIMER_FAILED,
            Severity.ERROR,
            element_id,
            None,
            f"定时开始事件的时间算不出来：{failure}",
            f"Expected a time that can be computed without any data, but: {failure}",
            "开始事件的时间不能用流程变量：请写明日期、时长或周期",
            "No data exists before the start: write the date, duration or cycle itself",
        )
    if due_at <= now:
        # As after a downtime, except that nothing was owed before the deployment.
        following = None if cycle is None else next_due(cycle, due_at=due_at, now=now)
        if following is None:
            return Finding(
                START_TIMER_PASSED,
                Severity.WARNING,
                element_id,
                None,
                f"定时开始事件的时间 {due_at.isoformat()} 已过，不会触发",
                f"Expected an instant ahead, but {due_at.isoformat()} has passed: it will never fire",
                "请改为将来的时间，或删除该开始事件",
                "Write an instant ahead, or take the start event out",
            )
        due_at, cycle = following
    return PlannedStart(program.process_id, number, element_id, due_at, cycle)
