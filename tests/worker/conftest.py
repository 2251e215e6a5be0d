from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Thread

import pytest

from adapters.simulator.server import SimulatorThread
from engine.facade import Engine
from engine.ports import AdapterDirectory
from engine.worker.runner import Worker
from tests.support.departments import directory

StartWorker = Callable[..., Worker]


@pytest.fixture
def simulator_url() -> Iterator[str]:
    with SimulatorThread() as simulator:
        yield simulator.url


@pytest.fixture
def start_worker(engine: Engine, simulator_url: str) -> Iterator[StartWorker]:
    """Starts workers in threads; they are stopped, and must end, when the test is over."""
    running: list[tuple[Worker, Thread]] = []
    departments = directory(simulator_url)

    def begin(
        adapters: AdapterDirectory = departments, *, lease: timedelta = timedelta(seconds=10)
    ) -> Worker:
        worker = Worker(engine, adapters, threads=4, lease=lease)
        thread = Thread(target=worker.run, name="worker")
        thread.start()
        running.append((worker, thread))
        return worker

    yield begin
    for worker, _ in running:
        worker.stop()
    for _, thread in running:
        thread.join(timeout=15)
        assert not thread.is_alive()
    departments.close()
