from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from engine.errors import InvalidState
from engine.store.migrations import ensure_partitions, migrate, pending, shipped

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
BOOK = (
    "create table schema_migration"
    " (name text primary key, sha256 bytea not null, applied_at timestamptz not null default now())"
)
ROOT = Path(__file__).parents[2]

MIGRATE = """
import sys
from datetime import UTC, datetime
import psycopg
from engine.store.migrations import migrate
with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    print(",".join(migrate(connection, now=datetime(2026, 11, 24, tzinfo=UTC))))
"""


def partitions(connection: psycopg.Connection[Any]) -> list[str]:
    found = connection.execute(
        "select inhrelid::regclass::text from pg_inherits where inhparent = 'case_event'::regclass order by 1"
    )
    return [name for (name,) in found]


def add_event(connection: psycopg.Connection[Any], at: datetime) -> None:
    connection.execute(
        "insert into case_event values (1, 1, %s, 'CASE_OPENED', 'system', null, '{}', 'x')", (at,)
    )


def test_migrating_twice_changes_nothing_the_second_time(new_database: Callable[..., str]) -> None:
    with psycopg.connect(new_database(), autocommit=True) as connection:
        first = migrate(connection, now=NOW)

        second = migrate(connection, now=NOW)

        assert first == [migration.name for migration in shipped()]
        assert second == []
        assert pending(connection) == []


def test_an_empty_database_lacks_every_migration(new_database: Callable[..., str]) -> None:
    with psycopg.connect(new_database(), autocommit=True) as connection:
        missing = pending(connection)

    assert missing == [migration.name for migration in shipped()]


def test_a_migration_whose_text_changed_is_refused(database_uri: str) -> None:
    with psycopg.connect(database_uri, autocommit=True) as connection:
        connection.execute("update schema_migration set sha256 = 'other'")

        with pytest.raises(InvalidState, match="unchanged"):
            migrate(connection, now=NOW)


def test_a_database_that_is_newer_is_refused(database_uri: str) -> None:
    with psycopg.connect(database_uri, autocommit=True) as connection:
        connection.execute("insert into schema_migration (name, sha256) values ('9999_future', 'x')")

        with pytest.raises(InvalidState, match="9999_future"):
            pending(connection)


def test_processes_that_migrate_at_the_same_time_apply_each_migration_once(
    new_database: Callable[..., str],
) -> None:
    uri = new_database()

    started = [
        subprocess.Popen([sys.executable, "-c", MIGRATE, uri], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    printed = sorted(process.communicate(timeout=30)[0].strip() for process in started)

    assert [process.returncode for process in started] == [0, 0, 0]
    assert printed == ["", "", ",".join(migration.name for migration in shipped())]


def test_events_go_to_the_partition_of_their_month(database_uri: str) -> None:
    with psycopg.connect(database_uri, autocommit=True) as connection:
        add_event(connection, NOW)

        ((partition,),) = connection.execute("select tableoid::regclass::text from case_event").fetchall()

    assert partition == "case_event_2026_11"


def test_partitions_reach_from_last_month_to_three_months_ahead(database_uri: str) -> None:
    with psycopg.connect(database_uri, autocommit=True) as connection:
        found = partitions(connection)

    months = ["2026_10", "2026_11", "2026_12", "2027_01", "2027_02"]
    assert found == [f"case_event_{month}" for month in months] + ["case_event_default"]


def test_a_month_that_began_in_the_default_partition_stays_there(database_uri: str) -> None:
    later = datetime(2027, 6, 15, tzinfo=UTC)
    with psycopg.connect(database_uri, autocommit=True) as connection:
        add_event(connection, later)

        ensure_partitions(connection, now=later)

        found = partitions(connection)
        kept = connection.execute("select count(*) from case_event").fetchone()
    assert "case_event_2027_06" not in found
    assert "case_event_2027_07" in found
    assert kept == (1,)


def test_a_database_of_the_first_version_keeps_what_it_has(new_database: Callable[..., str]) -> None:
    first, *later = shipped()
    with psycopg.connect(new_database(), autocommit=True) as connection:
        connection.execute(BOOK)
        connection.execute(first.sql)
        connection.execute(
            "insert into schema_migration (name, sha256) values (%s, %s)", (first.name, first.sha256)
        )
        connection.execute(
            "insert into message (id, message_name, correlation_key, payload, state, published_at, expires_at)"
            " values (1, 'paid', 'A', '{}', 'BUFFERED', %(now)s, %(now)s)",
            {"now": NOW},
        )
        connection.execute(
            "insert into user_task (id, instance_id, element_key, case_id, element_id, name, state, roles,"
            " four_eyes, created_at) values (1, 1, 1, 1, 'ask', '', 'CREATED', '{clerk}', '{}', %s)",
            (NOW,),
        )

        assert migrate(connection, now=NOW) == [migration.name for migration in later]

        assert connection.execute("select state, area from message").fetchall() == [("BUFFERED", None)]
        assert connection.execute("select roles, activities from user_task").fetchall() == [(["clerk"], [])]
