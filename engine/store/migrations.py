"""Forward-only schema migrations from `engine/store/migrations/*.sql`.

Each file runs once, in its own transaction, under one advisory lock, so that any number of
processes may start at the same time. A file that was applied must never change: its SHA-256 is
kept and checked.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from importlib import resources

import psycopg

from engine.errors import InvalidState
from engine.store.database import Connection

log = logging.getLogger(__name__)

_LOCK = "select pg_advisory_lock(hashtext('yishi migrations'))"
_UNLOCK = "select pg_advisory_unlock(hashtext('yishi migrations'))"
_BOOK = """
create table if not exists schema_migration (
    name       text primary key,
    sha256     bytea not null,
    applied_at timestamptz not null default now()
)"""


@dataclass(frozen=True, slots=True)
class Migration:
    name: str
    sql: str

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.sql.encode()).digest()


def shipped() -> list[Migration]:
    """In the order in which they are applied."""
    folder = resources.files("engine.store").joinpath("migrations")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [Migration(f.name.removesuffix(".sql"), f.read_text(encoding="utf-8")) for f in files]


def migrate(connection: Connection, *, now: datetime) -> list[str]:
    """Names of the migrations that were applied now. `connection` must be in autocommit mode.

    Raises InvalidState if an applied migration differs from the shipped one, or the database is
    newer than this version.
    """
    connection.execute(_LOCK)
    try:
        connection.execute(_BOOK)
        pending = _pending(shipped(), _applied(connection))
        for migration in pending:
            with connection.transaction():
                connection.execute(migration.sql)
                connection.execute(
                    "insert into schema_migration (name, sha256) values (%s, %s)",
                    (migration.name, migration.sha256),
                )
            log.info("migration applied", extra={"migration": migration.name})
        ensure_partitions(connection, now=now)
        return [migration.name for migration in pending]
    finally:
        connection.execute(_UNLOCK)


def pending(connection: Connection) -> list[str]:
    """Names of the shipped migrations that this database lacks."""
    exists = connection.execute("select to_regclass('schema_migration') is not null").fetchone()
    if exists is None or not exists[0]:
        return [migration.name for migration in shipped()]
    return [migration.name for migration in _pending(shipped(), _applied(connection))]


def _applied(connection: Connection) -> dict[str, bytes]:
    rows: list[tuple[str, bytes]] = connection.execute("select name, sha256 from schema_migration").fetchall()
    return dict(rows)


def _pending(known: list[Migration], applied: dict[str, bytes]) -> list[Migration]:
    unknown = applied.keys() - {migration.name for migration in known}
    if unknown:
        raise InvalidState(f"Expected only known migrations, but the database has {sorted(unknown)}: newer?")
    for migration in known:
        if migration.name in applied and bytes(applied[migration.name]) != migration.sha256:
            raise InvalidState(f"Expected migration {migration.name} unchanged, but its text differs.")
    return [migration for migration in known if migration.name not in applied]


def ensure_partitions(connection: Connection, *, now: datetime) -> None:
    """Monthly partitions of `case_event` from last month to three months ahead.

    Rows outside fall into the default partition; a month that has rows there already stays there.
    """
    for offset in range(-1, 4):
        first = _month(now, offset)
        name = f"case_event_{first:%Y_%m}"
        exists = connection.execute("select to_regclass(%s) is not null", (name,)).fetchone()
        if exists and exists[0]:
            continue
        try:
            connection.execute(
                f"create table if not exists {name} partition of case_event "
                f"for values from ('{first:%Y-%m-%d}+00') to ('{_month(now, offset + 1):%Y-%m-%d}+00')"
            )
        except psycopg.errors.CheckViolation:
            log.warning("partition not made, its rows are in the default one", extra={"partition": name})


def _month(now: datetime, offset: int) -> datetime:
    year, month = divmod(now.year * 12 + now.month - 1 + offset, 12)
    return now.replace(year=year, month=month + 1, day=1)
