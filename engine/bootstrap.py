"""From settings to an open engine."""

from __future__ import annotations

from engine.clock import clock_from_text
from engine.errors import Unavailable
from engine.facade import Engine
from engine.ports import ContractReader
from engine.settings import Settings
from engine.store import embedded
from engine.store.database import Database
from engine.store.migrations import migrate, pending


def open_database(settings: Settings) -> Database:
    """The operator's PostgreSQL, or the embedded one, started if need be.

    Raises Unavailable with what to do about it.
    """
    uri = settings.database_url or embedded.start(settings.data_directory)
    database = Database(uri)
    database.open()
    return database


def migrate_database(settings: Settings) -> list[str]:
    """Apply what is missing; returns the names of the migrations applied."""
    database = open_database(settings)
    try:
        with database.connection() as connection:
            return migrate(connection, now=clock_from_text(settings.clock).now())
    finally:
        database.close()


def open_engine(settings: Settings, *, contracts: ContractReader | None = None) -> Engine:
    """An engine on a migrated database. The embedded database is migrated by itself; an operator's
    own is not: raises Unavailable if it lacks migrations. Without `contracts` it cannot deploy."""
    clock = clock_from_text(settings.clock)
    database = open_database(settings)
    try:
        with database.connection() as connection:
            missing = pending(connection)
            if missing and settings.database_url is None:
                migrate(connection, now=clock.now())
            elif missing:
                raise Unavailable(
                    f"Expected a migrated database, but it lacks {', '.join(missing)}.",
                    mend="Run: yishi db migrate",
                )
    except BaseException:
        database.close()
        raise
    return Engine(database, clock=clock, contracts=contracts)
