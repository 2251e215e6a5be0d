"""A worker as a process of its own, for tests that kill it: DATABASE SIMULATOR_URL LEASE_SECONDS."""

from __future__ import annotations

import sys
from datetime import timedelta

from engine.clock import SystemClock
from engine.facade import Engine
from engine.store.database import Database
from engine.worker.runner import Worker
from tests.support.departments import directory


def main(uri: str, simulator_url: str, lease_seconds: str) -> None:
    database = Database(uri, max_connections=4)
    database.open()
    with Engine(database, clock=SystemClock()) as engine, directory(simulator_url) as departments:
        print("ready", flush=True)
        lease = timedelta(seconds=float(lease_seconds))
        Worker(engine, departments, threads=3, lease=lease).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
