"""All deployments with their schedules, and the tidying that a start after an outage needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from prefect import Flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterParentFlowRunId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.schedules import Interval, Schedule
from prefect.states import Cancelled, Crashed

from engine.clock import SystemClock
from flows.desk import SWEEP_NAME, OpenDesk
from flows.escalation import escalation_flow
from flows.sweep import sweep_flow

SWEEP_EVERY = timedelta(seconds=60)
_ANCHOR = datetime(2026, 1, 1, tzinfo=UTC)
"""Fixed: every process that serves, and every restart, gives the same schedule."""
PAGE = 200


@dataclass(frozen=True, slots=True)
class Deployment:
    """A flow as operators find it; it shares its name with the flow. `every` None: only by hand."""

    flow: Flow[..., Any]
    description: str
    every: timedelta | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.flow.name

    @property
    def schedule(self) -> Schedule | None:
        return None if self.every is None else Interval(self.every, anchor_date=_ANCHOR)


def all_deployments(open_desk: OpenDesk, *, every: timedelta = SWEEP_EVERY) -> list[Deployment]:
    """Everything we serve; a new flow gets a line here and nowhere else."""
    return [
        Deployment(
            sweep_flow(open_desk),
            description="Fires every rung of every clock that comes due.",
            every=every,
            parameters={"span": every.total_seconds()},
        ),
        Deployment(
            escalation_flow(open_desk),
            description="Fires one rung of one clock, once. Started by the sweep, or by hand.",
        ),
    ]


def seconds_to_next_sweep(*, now: datetime, every: timedelta = SWEEP_EVERY) -> float:
    """Seconds from `now` (aware) to the next start on the schedule, more than 0, at most `every`."""
    return (every - (now - _ANCHOR) % every).total_seconds()


async def start_a_sweep_now(client: PrefectClient, deployment_id: UUID, *, every: timedelta) -> None:
    """Ask for one run that lasts until the schedule takes over."""
    now = SystemClock().now()
    await client.create_flow_run_from_deployment(
        deployment_id,
        parameters={"span": seconds_to_next_sweep(now=now, every=every)},
        # A fresh key each time: the run of a killed process must not stand for this one's.
        idempotency_key=f"{SWEEP_NAME}/start/{uuid4()}",
        tags=["start"],
    )


async def tidy_runs(client: PrefectClient, sweep_id: UUID) -> int:
    """Call only while nobody sweeps: what Prefect then shows as running is dead, what it shows as late is void.

    Follow with `start_a_sweep_now`. Returns how many runs were closed. Runs of `escalate` inside dead
    sweeps are closed with them.
    """
    now = SystemClock().now()
    dead = await _runs(client, sweep_id, StateType.RUNNING, StateType.CANCELLING)
    inside: list[FlowRun] = []
    if dead:
        inside = await client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[run.id for run in dead]),
                state=_in_states(StateType.RUNNING, StateType.PENDING),
            ),
            sort=FlowRunSort.EXPECTED_START_TIME_ASC,
            limit=PAGE,
        )
    waiting = await _runs(client, sweep_id, StateType.SCHEDULED, StateType.PENDING)
    void = [run for run in waiting if _was_to_begin_before(run, now)]
    for run in [*dead, *inside]:
        await client.set_flow_run_state(run.id, Crashed(message="Its process is gone."), force=True)
    for run in void:
        await client.set_flow_run_state(
            run.id, Cancelled(name="Skipped", message="Nobody served in its time."), force=True
        )
    return len(dead) + len(inside) + len(void)


async def _runs(client: PrefectClient, deployment_id: UUID, *states: StateType) -> list[FlowRun]:
    return await client.read_flow_runs(
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id])),
        flow_run_filter=FlowRunFilter(state=_in_states(*states)),
        sort=FlowRunSort.EXPECTED_START_TIME_ASC,
        limit=PAGE,
    )


def _in_states(*states: StateType) -> FlowRunFilterState:
    return FlowRunFilterState(type=FlowRunFilterStateType(any_=list(states)))


def _was_to_begin_before(run: FlowRun, instant: datetime) -> bool:
    return run.expected_start_time is not None and run.expected_start_time < instant
