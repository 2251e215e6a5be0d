"""`yishi worker`: department calls, timers and messages, until told to stop."""

from __future__ import annotations

import logging
import signal
from datetime import timedelta
from threading import Lock

import typer

from adapters.directory import DepartmentDirectory
from adapters.package_contracts import read_contracts
from engine.bootstrap import open_engine
from engine.clock import monotonic
from engine.errors import InvalidArgument
from engine.facade import Engine
from engine.ports import Adapter
from engine.settings import Settings
from engine.telemetry import log_to_stderr
from engine.views.operations import DeployedContracts
from engine.worker.runner import Worker
from terminal.session import read_settings

app = typer.Typer(add_completion=False)

log = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS = 5.0


class DeployedDirectory:
    """The adapters of what is deployed now. Implements engine.ports.AdapterDirectory; thread-safe.

    A new deployment is noticed within LOOK_AGAIN_SECONDS, and at once for a job type nobody serves yet.
    """

    def __init__(self, engine: Engine, base_urls: dict[str, str]) -> None:
        self._engine = engine
        self._base_urls = base_urls
        self._lock = Lock()
        self._contents: dict[str, bytes] = {}
        self._directory = DepartmentDirectory([], base_urls=base_urls)
        self._looked = -LOOK_AGAIN_SECONDS

    def find(self, job_type: str) -> Adapter | None:
        with self._lock:
            if monotonic() - self._looked >= LOOK_AGAIN_SECONDS:
                self._look()
            adapter = self._directory.find(job_type)
            if adapter is None:
                self._look()
                adapter = self._directory.find(job_type)
            return adapter

    def _look(self) -> None:
        self._looked = monotonic()
        contents = self._engine.ask(DeployedContracts())
        if contents != self._contents:
            self._contents = contents
            contracts, _findings = read_contracts(contents)
            try:
                # The old directory is left open: calls may still be under way on it.
                self._directory = DepartmentDirectory(contracts, base_urls=self._base_urls)
            except InvalidArgument as error:
                # The gate keeps such contracts out; if one got in, the others must go on.
                log.error("contracts unfit, keeping the ones before", extra={"reason": str(error)})


def run_worker(settings: Settings) -> None:
    """Until SIGTERM or Ctrl-C; calls under way are finished first."""
    log_to_stderr()
    with open_engine(settings) as engine:
        worker = Worker(
            engine,
            DeployedDirectory(engine, settings.departments),
            threads=settings.worker_threads,
            lease=timedelta(seconds=settings.lease_seconds),
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        worker.run()


@app.command()
def worker() -> None:
    """工作进程 / Any number may run on any number of machines; they share the database."""
    run_worker(read_settings())
