"""The flow `sla-sweep`: works through one interval of its schedule and shows each escalation as a run."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import Any

from prefect import Flow, State, flow, get_run_logger, runtime, tags
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.states import Completed

from engine.clock import SystemClock, monotonic
from engine.errors import YishiError
from engine.views.clocks import DueRung
from flows.desk import SWEEP_NAME, EscalationDesk, Firing, OpenDesk, Outcome, key_of, lend_desk, occasion_of
from flows.escalation import EscalationFlow, RungFacts, case_tags, escalation_flow
from flows.sweeper import Sweeper
from flows.trouble import PREFECT_TROUBLE, first_line

HANDOVER_SECONDS = 1.0
"""A sweep ends this long before the next one is due, which waits ready by then."""
REST_SECONDS = 30.0
"""After Prefect's API failed, rungs fire without a run for this long: trying costs seconds each."""


def sweep_flow(open_desk: OpenDesk) -> Flow[..., Any]:
    """The flow `sla-sweep`, with the escalations inside it on the same desk."""
    escalate = escalation_flow(open_desk)

    @flow(name=SWEEP_NAME, persist_result=False)
    def sla_sweep(span: float = 60.0) -> State[dict[str, Any]]:
        """Fire every rung that comes due within `span` seconds of this run's scheduled start."""
        seconds = _seconds_left(span)
        if seconds <= 0:
            return Completed(message="Its time was over before it began; a later sweep does its work.")
        with lend_desk(open_desk) as desk, _stop_signals() as stop:
            shown = ShownEscalations(desk, escalate=escalate)
            report = Sweeper(desk, fire=shown.fire, ends_at=monotonic() + seconds, stop=stop).run()
        return Completed(
            message=report.sentence() + shown.sentence(),
            data={
                "fired": report.fired,
                "already_fired": report.already_fired,
                "superseded": report.superseded,
                "failed": report.failed,
                "fired_without_run": shown.without_run,
            },
        )

    return sla_sweep


class ShownEscalations:
    """Fires rungs as runs of `escalate`; without a run while Prefect's API is away."""

    def __init__(self, desk: EscalationDesk, *, escalate: EscalationFlow) -> None:
        self._desk = desk
        self._escalate = escalate
        self._rests_until = 0.0
        self.without_run: list[str] = []

    def fire(self, rung: DueRung) -> Firing:
        """Raises YishiError if the engine refused; Prefect's troubles never come through."""
        if monotonic() >= self._rests_until:
            try:
                return self._fire_as_run(rung)
            except YishiError:
                raise
            except PREFECT_TROUBLE as trouble:
                self._rests_until = monotonic() + REST_SECONDS
                get_run_logger().warning(
                    "Prefect's API failed, firing without a run: %s", first_line(trouble)
                )
        # The run may have fired it before it failed: the engine then answers with the first result.
        firing = self._desk.fire(key_of(rung), occasion=occasion_of(rung.fire_at))
        self.without_run.append(f"{rung.case_number} {rung.rung_key}")
        return firing

    def _fire_as_run(self, rung: DueRung) -> Firing:
        facts = RungFacts.of(rung)
        # Prefect joins its heartbeat thread, which sleeps in steps of a second: 1.2 s a run instead of 0.2.
        with (
            temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
            tags(*case_tags(rung.case_number, facts)),
        ):
            state = self._escalate(
                rung.case_number,
                rung.clock_id,
                rung.rung_key,
                generation=rung.generation,
                facts=facts,
                return_state=True,
            )
        result = state.result(raise_on_failure=False)
        if isinstance(result, YishiError):
            raise result
        if isinstance(result, Exception) or not state.is_completed():
            raise RuntimeError(f"Expected the run to complete, but it is {state.name}: {state.message}")
        return Firing(Outcome(result["outcome"]))

    def sentence(self) -> str:
        return f" {len(self.without_run)} fired without a run." if self.without_run else ""


def _seconds_left(span: float) -> float:
    """Real seconds until this run should make room, counted from when it was to start, not when it did."""
    scheduled = runtime.flow_run.get_scheduled_start_time()
    late = (SystemClock().now() - scheduled).total_seconds()
    return span - HANDOVER_SECONDS - max(0.0, late)


@contextmanager
def _stop_signals() -> Iterator[Event]:
    """An event that SIGTERM and Ctrl-C set: the sweep then ends between two rungs, without a traceback."""
    stop = Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def ask_to_stop(signum: int, frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, ask_to_stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
