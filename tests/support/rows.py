"""Looking at the database directly: what tests compare, and what only tests may see."""

from __future__ import annotations

from typing import Any

import psycopg

from engine.facade import Engine
from engine.store.database import Database

Source = Engine | Database | psycopg.Connection[Any]

TABLES = (
    "case_record",
    "process_instance",
    "user_task",
    "job",
    "timer",
    "message_subscription",
    "message",
    "signal_subscription",
    "signal",
    "signal_delivery",
    "start_timer",
    "incident",
    "clock",
    "escalation",
    "case_event",
    "command_result",
    "deployment",
    "process_definition",
)


def rows(source: Source, query: str, **arguments: Any) -> list[tuple[Any, ...]]:
    if isinstance(source, psycopg.Connection):
        return source.execute(query, arguments).fetchall()
    database = source.database if isinstance(source, Engine) else source
    with database.connection() as connection:
        return connection.execute(query, arguments).fetchall()


def one(source: Source, query: str, **arguments: Any) -> Any:
    """The only column of the only row."""
    ((value,),) = rows(source, query, **arguments)
    return value


def dump(source: Source) -> dict[str, list[str]]:
    """Every row of every table that commands write, as text, in a stable order."""
    return {
        table: [text for (text,) in rows(source, f"select t::text from {table} t order by 1")]  # noqa: S608
        for table in TABLES
    }


def transactions(source: Source) -> int:
    """How many transactions with an id of their own, that is with writes, there were so far."""
    return int(one(source, "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint"))
