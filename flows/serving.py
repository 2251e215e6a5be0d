"""Serves all deployments in this process until told to stop. Started by `python -m flows`."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
from datetime import timedelta
from uuid import UUID

from prefect import get_client
from prefect.runner import Runner

from engine.clock import monotonic
from flows.deployments import SWEEP_EVERY, all_deployments, start_a_sweep_now, tidy_runs
from flows.desk import SWEEP_NAME, OpenDesk
from flows.trouble import PREFECT_TROUBLE, first_line

log = logging.getLogger(__name__)

POLL_SECONDS = 2
"""How often Prefect is asked for runs. The poll is a request of 10 ms; Prefect's default is 10 s."""
PREFETCH_SECONDS = 5
"""The next sweep's process starts this long ahead and waits, so that sweeps follow without a gap."""
STOP_SECONDS = 3.5
LEAVE_SECONDS = 4.5
RETRY_SECONDS = 3.0
PROCESS_LIMIT = 4


def serve(open_desk: OpenDesk, *, every: timedelta = SWEEP_EVERY) -> None:
    """Serve until SIGTERM or Ctrl-C, which end it within five seconds.

    Goes on through outages of Prefect's API: the sweep at work then fires without runs to its end,
    later deadlines are late, and the missing heartbeat of the sweep says so. Raises Unavailable if
    the desk cannot be opened.
    """
    asyncio.run(_serve(open_desk, every=every))


async def _serve(open_desk: OpenDesk, *, every: timedelta) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    while not stop.is_set():
        runner = Runner(
            name="yishi",
            query_seconds=POLL_SECONDS,
            prefetch_seconds=PREFETCH_SECONDS,
            limit=PROCESS_LIMIT,
            # Another machine may serve the same deployments, and an outage must not unschedule them.
            pause_on_shutdown=False,
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        try:
            sweep_id = await _register(runner, open_desk, every=every)
            await _begin_quietly(sweep_id, open_desk, every=every)
            await _run_until(runner, stop)
        except PREFECT_TROUBLE as trouble:
            log.error("Prefect failed, escalations will be late", extra={"reason": first_line(trouble)})
            await _wait(stop, RETRY_SECONDS)


async def _register(runner: Runner, open_desk: OpenDesk, *, every: timedelta) -> UUID:
    ids: dict[str, UUID] = {}
    for deployment in all_deployments(open_desk, every=every):
        ids[deployment.name] = await runner.aadd_flow(
            deployment.flow,
            name=deployment.name,
            description=deployment.description,
            schedule=deployment.schedule,
            parameters=dict(deployment.parameters),
            tags=["yishi"],
        )
    return ids[SWEEP_NAME]


async def _begin_quietly(sweep_id: UUID, open_desk: OpenDesk, *, every: timedelta) -> None:
    try:
        await _begin(sweep_id, open_desk, every=every)
    except PREFECT_TROUBLE as trouble:
        # The schedule goes on without it.
        log.warning(
            "no sweep at the start, the first comes by schedule", extra={"reason": first_line(trouble)}
        )


async def _begin(sweep_id: UUID, open_desk: OpenDesk, *, every: timedelta) -> None:
    """The first sweep at once, not up to a minute later; none if one is at work on another machine."""
    with open_desk() as desk, desk.sweeper_lock() as nobody_sweeps:
        if not nobody_sweeps:
            return
        async with get_client() as client:
            closed = await tidy_runs(client, sweep_id)
            await start_a_sweep_now(client, sweep_id, every=every)
    if closed:
        log.info("runs left over from an earlier process closed", extra={"runs": closed})


async def _run_until(runner: Runner, stop: asyncio.Event) -> None:
    running = asyncio.create_task(runner.start())
    stopping = asyncio.create_task(stop.wait())
    await _take_signals_back(runner, stop, running)
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if stop.is_set():
        _end_for_certain()
        await _end_runs()
    stopping.cancel()
    running.cancel()
    try:
        await running
    except asyncio.CancelledError:
        return


async def _take_signals_back(runner: Runner, stop: asyncio.Event, running: asyncio.Task[None]) -> None:
    # The runner installs a handler that waits for each run in steps of three seconds.
    while not runner.started and not running.done():
        await asyncio.sleep(0.01)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)


def _end_for_certain() -> None:
    """A run that Prefect begins while we end would keep its runner waiting: nothing is lost by not
    waiting with it, since every firing is one command of the engine."""

    def leave() -> None:
        log.warning("did not end in time, leaving")
        for child in multiprocessing.active_children():
            child.kill()
        os._exit(0)

    watchdog = threading.Timer(LEAVE_SECONDS, leave)
    watchdog.daemon = True
    watchdog.start()


async def _end_runs() -> None:
    """Sweeps end by themselves when asked; whatever does not is killed, which loses nothing."""
    children = multiprocessing.active_children()
    for child in children:
        child.terminate()
    ends_at = monotonic() + STOP_SECONDS
    while any(child.is_alive() for child in children) and monotonic() < ends_at:
        await asyncio.sleep(0.05)
    for child in children:
        if child.is_alive():
            child.kill()


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
