"""The worker: leases jobs, calls departments with no transaction open, brings the answers back
through the door; fires timers and delivers messages and signals on the way."""

from __future__ import annotations

import logging
import os
import socket
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Event, Lock

from engine.bpmn.effects import IncidentType
from engine.clock import monotonic
from engine.commands.command import Command, Result
from engine.commands.jobs import CompleteJob, FailJob, StaleLease, ThrowBpmnError
from engine.errors import Unavailable
from engine.facade import Engine
from engine.model.jobs import MAX_CLAIMS_WITHOUT_ANSWER
from engine.ports import AdapterDirectory, JobBpmnError, JobDone, JobFailure, JobOutcome, LeasedJob
from engine.worker.bell import Bell, open_bell

log = logging.getLogger(__name__)

BATCH = 100
IDLE_SECONDS = 1.0
"""Longest sleep: a notification that got lost costs no more than this."""
RECONNECT_SECONDS = 0.5
BEAT_SECONDS = 5.0
HOUSE_SECONDS = 3600.0
"""How often the engine's house is kept."""
HEARTBEAT = "worker"
MAX_MESSAGE = 2_000
"""Characters kept of what a department said."""


class Worker:
    """`run` works until `stop` is called from another thread or a signal handler."""

    def __init__(self, engine: Engine, adapters: AdapterDirectory, *, threads: int, lease: timedelta) -> None:
        self._engine = engine
        self._adapters = adapters
        self._threads = threads
        self._lease = lease
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._stopping = Event()
        self._lock = Lock()
        self._under_way = 0
        self._bell: Bell | None = None
        self._next_beat = 0.0
        self._next_house = 0.0

    def stop(self) -> None:
        """Finish the calls under way, begin no new ones."""
        self._stopping.set()
        if self._bell is not None:
            self._bell.ring()

    def run(self) -> None:
        log.info("worker started", extra={"worker": self._name})
        with ThreadPoolExecutor(self._threads, thread_name_prefix="department") as pool:
            while not self._stopping.is_set():
                try:
                    self._work_while_connected(pool)
                except (Unavailable, OSError) as error:
                    log.warning("database unreachable, trying again", extra={"reason": type(error).__name__})
                    self._stopping.wait(RECONNECT_SECONDS)
        log.info("worker stopped", extra={"worker": self._name})

    def _work_while_connected(self, pool: ThreadPoolExecutor) -> None:
        with open_bell(self._engine.database.uri) as bell:
            self._bell = bell
            try:
                while not self._stopping.is_set():
                    if not self.round(pool):
                        bell.wait(self._patience())
            finally:
                self._bell = None

    def _patience(self) -> float:
        """Seconds until something is due. What is due already and was refused is asked again later."""
        seconds = self._engine.seconds_to_next_work()
        return seconds if seconds is not None and 0 < seconds < IDLE_SECONDS else IDLE_SECONDS

    def round(self, pool: ThreadPoolExecutor) -> bool:
        """Do what is to be done now. True if something was done, so that there may be more at once."""
        self._beat()
        results = self._engine.handle(self._engine.due(limit=BATCH, actor=HEARTBEAT))
        _log_refused(results)
        started = self._start_jobs(pool)
        return started > 0 or any(result.ok for result in results)

    def _beat(self) -> None:
        now = monotonic()
        if now >= self._next_beat:
            self._next_beat = now + BEAT_SECONDS
            self._engine.beat(HEARTBEAT, self._name)
        if now >= self._next_house:
            self._next_house = now + HOUSE_SECONDS
            self._engine.keep_house()

    def _start_jobs(self, pool: ThreadPoolExecutor) -> int:
        with self._lock:
            free = self._threads - self._under_way
        if free <= 0:
            return 0
        jobs = self._engine.acquire_jobs(worker=self._name, limit=free, lease=self._lease)
        for job in jobs:
            with self._lock:
                self._under_way += 1
            pool.submit(self._serve, job).add_done_callback(self._served)
        return len(jobs)

    def _served(self, future: Future[None]) -> None:
        error = future.exception()
        if error is not None:
            # The job stays leased until its lease is over, then somebody tries again.
            log.error("job not served", exc_info=error)
        with self._lock:
            self._under_way -= 1
        bell = self._bell
        if bell is not None:
            bell.ring()

    # --- in the pool's threads -------------------------------------------------------------------

    def _serve(self, job: LeasedJob) -> None:
        deadline = monotonic() + self._lease.total_seconds()
        outcome = self._perform(job)
        self._report(job, _answer(job, outcome), deadline)

    def _perform(self, job: LeasedJob) -> JobOutcome:
        request = job.request
        if job.claims > MAX_CLAIMS_WITHOUT_ANSWER:
            return JobFailure(
                f"Expected an answer, but {job.claims - 1} workers took this job and none came back.",
                retryable=False,
            )
        try:
            adapter = self._adapters.find(request.job_type)
            if adapter is None:
                return JobFailure(
                    f"Expected an adapter for job type {request.job_type!r}, but nobody serves it.",
                    retryable=False,
                )
            return adapter.perform(request)
        except Exception as error:
            # A mistake in an adapter must end as an incident, not as a dead worker.
            log.exception("adapter failed", extra={"job_id": request.job_id, "job_type": request.job_type})
            return JobFailure(f"The adapter failed ({type(error).__name__}).", retryable=False)

    def _report(self, job: LeasedJob, command: Command, deadline: float) -> None:
        """Bring the answer back; while the database is down, for as long as the lease holds."""
        while True:
            try:
                result = self._engine.handle([command])[0]
            except Unavailable:
                if monotonic() >= deadline:
                    log.warning("answer dropped, the lease is over", extra={"job_id": job.request.job_id})
                    return
                time.sleep(RECONNECT_SECONDS)
                continue
            if result.ok or isinstance(result.error, StaleLease) or isinstance(command, FailJob):
                _log_refused([result])
                return
            # The answer itself was refused (too large, unfit data): a person has to look.
            command = FailJob(
                job.request.job_id, job.lease_token, f"The answer was refused: {result.error}",
                retryable=False, actor=HEARTBEAT,
            )  # fmt: skip


def _answer(job: LeasedJob, outcome: JobOutcome) -> Command:
    job_id, token = job.request.job_id, job.lease_token
    match outcome:
        case JobDone(variables=variables):
            return CompleteJob(job_id, token, variables, actor=HEARTBEAT)
        case JobBpmnError(code=code, message=message, variables=variables):
            return ThrowBpmnError(job_id, token, code, _storable(message), variables, actor=HEARTBEAT)
        case JobFailure(message=message, retryable=retryable, retry_after=retry_after):
            poisoned = job.claims > MAX_CLAIMS_WITHOUT_ANSWER
            kind = IncidentType.JOB_POISONED if poisoned else IncidentType.JOB_FAILED
            return FailJob(job_id, token, _storable(message), retryable, retry_after, kind, actor=HEARTBEAT)


def _storable(message: str) -> str:
    """A foreign system's words must not keep its failure from being written down."""
    return (
        message[:MAX_MESSAGE].encode(errors="replace").decode().replace("\x00", "\N{REPLACEMENT CHARACTER}")
    )


def _log_refused(results: list[Result]) -> None:
    """Somebody else was faster, or the case has ended: worth a line, not a worry."""
    for result in results:
        if result.error is not None:
            log.info("command refused", extra={"reason": result.error.reason})
