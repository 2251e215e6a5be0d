"""The connection to PostgreSQL: a pool, a transaction, a read, a listener."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool, PoolTimeout

from engine.errors import Unavailable
from engine.store.statements import bound, statement

_PROGRAM_LIMIT = "54"
"""SQLSTATE class: too large for an index, too many columns and the like."""

Row = TypeVar("Row")
Connection = psycopg.Connection[Any]
Cursor = psycopg.Cursor[Any]


_SESSION = "-c plan_cache_mode=force_generic_plan -c jit=off"
"""Our statements take arrays and touch rows by index: their plans never depend on the values, and
planning one anew costs more than running it."""


class Database:
    """Thread-safe. `uri` is a libpq connection string."""

    def __init__(self, uri: str, *, max_connections: int = 8, timeout_seconds: float = 10.0) -> None:
        self.uri = uri
        self._timeout_seconds = timeout_seconds
        self._pool = self._new_pool(min_size=1, max_size=max_connections)
        # Who has a connection and needs a second one must not wait for others who do the same.
        self._side_pool = self._new_pool(min_size=0, max_size=2)

    def _new_pool(self, *, min_size: int, max_size: int) -> ConnectionPool[Connection]:
        return ConnectionPool(
            self.uri,
            min_size=min_size,
            max_size=max_size,
            timeout=self._timeout_seconds,
            kwargs={"autocommit": True, "prepare_threshold": 1, "options": _SESSION},
            open=False,
        )

    def open(self) -> None:
        """Raises Unavailable if no connection can be had in time."""
        try:
            self._pool.open(wait=True, timeout=self._timeout_seconds)
        except PoolTimeout as error:
            self._pool.close()
            raise Unavailable(
                "Expected PostgreSQL to answer, but it does not.",
                mend="Check DATABASE_URL and that the server runs; without DATABASE_URL an embedded one is started.",
            ) from error
        self._side_pool.open()

    def close(self) -> None:
        self._pool.close()
        self._side_pool.close()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """In pipeline mode: statements travel together, and results are waited for where they are
        fetched. A failed statement may therefore show at a later one, or at the end."""
        with self.connection() as connection, connection.pipeline(), connection.transaction():
            yield connection

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """In autocommit mode: each statement is its own transaction."""
        with self._connection_of(self._pool) as connection:
            yield connection

    @contextmanager
    def side_connection(self) -> Iterator[Connection]:
        """For a short read by somebody who may hold a `connection` already."""
        with self._connection_of(self._side_pool) as connection:
            yield connection

    @contextmanager
    def _connection_of(self, pool: ConnectionPool[Connection]) -> Iterator[Connection]:
        try:
            with pool.connection() as connection:
                yield connection
        except psycopg.OperationalError as error:
            if (error.sqlstate or "").startswith(_PROGRAM_LIMIT):
                # Not the server is in trouble, but what this one statement wanted.
                raise
            self._drop_broken()
            raise _gone(error) from error

    def _drop_broken(self) -> None:
        """After a restart of the server all idle connections are dead: one failure is enough."""
        try:
            for pool in (self._pool, self._side_pool):
                pool.check()
        except psycopg.OperationalError:
            # Closed, or the server is still down: the next to ask will be told.
            return

    def scalar(self, name: str, arguments: Mapping[str, Any] | None = None) -> Any:
        with self.side_connection() as connection:
            row = execute(connection, name, arguments).fetchone()
            return None if row is None else row[0]

    @contextmanager
    def advisory_lock(self, name: str) -> Iterator[bool]:
        """True while this process holds the named lock, False if somebody else does."""
        with self.connection() as connection:
            row = connection.execute("select pg_try_advisory_lock(hashtext(%s))", (name,)).fetchone()
            held = bool(row and row[0])
            try:
                yield held
            finally:
                if held:
                    connection.execute("select pg_advisory_unlock(hashtext(%s))", (name,))


def execute(
    connection: Connection, name: str, arguments: Mapping[str, Any] | None = None
) -> psycopg.Cursor[Any]:
    """Run the named statement. Lists go as array literals of the type the statement casts them to."""
    return connection.execute(statement(name), bound(name, arguments))


def fetch_rows(
    connection: Connection, row: type[Row], name: str, arguments: Mapping[str, Any] | None = None
) -> psycopg.Cursor[Row]:
    """A cursor whose rows are `row` dataclasses; columns are named like their fields."""
    cursor = connection.cursor(row_factory=class_row(row))
    cursor.execute(statement(name), bound(name, arguments))
    return cursor


class Listener:
    """A connection of its own that LISTENs. Its methods raise Unavailable once the database is gone."""

    def __init__(self, uri: str, channel: str) -> None:
        try:
            self._connection = psycopg.connect(uri, autocommit=True)
            self._connection.execute(psycopg.sql.SQL("listen {}").format(psycopg.sql.Identifier(channel)))
        except psycopg.OperationalError as error:
            raise _gone(error) from error

    def fileno(self) -> int:
        """For select: readable when a notification came, or the connection broke."""
        try:
            return self._connection.fileno()
        except psycopg.OperationalError as error:
            raise _gone(error) from error

    def drain(self) -> int:
        """Take what has come, without waiting; how many notifications it was."""
        try:
            return sum(1 for _ in self._connection.notifies(timeout=0))
        except psycopg.OperationalError as error:
            raise _gone(error) from error

    def close(self) -> None:
        self._connection.close()


def _gone(error: psycopg.OperationalError) -> Unavailable:
    return Unavailable(
        f"Expected PostgreSQL to answer, but: {str(error).strip() or 'the connection broke'}",
        mend="Look at the server's log, then send the command again: with an idempotency key it is done once.",
    )
