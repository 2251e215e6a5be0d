from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from engine.errors import InvalidState
from engine.store.writes import WriteSet

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def insert_message(writes: WriteSet, id: int) -> None:
    writes.add("insert_messages", id, "paid", f"key-{id}", "{}", "BUFFERED", NOW, None)


def messages(connection: psycopg.Connection[Any]) -> list[tuple[int, str]]:
    return connection.execute("select id, state from message order by id").fetchall()


def test_rows_added_after_a_mark_can_be_taken_back_and_earlier_ones_stay(database_uri: str) -> None:
    writes = WriteSet()
    insert_message(writes, 1)
    mark = writes.mark()
    insert_message(writes, 2)
    writes.add("close_messages", 1, "CORRELATED")

    writes.undo_to(mark)

    with psycopg.connect(database_uri, autocommit=True) as connection:
        writes.flush(connection, now=NOW)
        assert messages(connection) == [(1, "BUFFERED")]


def test_a_row_with_too_few_values_is_refused_when_it_is_added() -> None:
    writes = WriteSet()

    with pytest.raises(InvalidState, match="Expected 7 values"):
        writes.add("insert_messages", 1)


def test_of_two_changes_of_one_row_the_later_one_holds(database_uri: str) -> None:
    with psycopg.connect(database_uri, autocommit=True) as connection:
        # Which of two rows an update takes depends on how the rows are joined.
        for kind_of_join in ("hashjoin", "mergejoin", "nestloop"):
            connection.execute(f"set enable_{kind_of_join} = off")
            for first, second in (("CORRELATED", "EXPIRED"), ("EXPIRED", "CORRELATED")):
                connection.execute("delete from message")
                writes = WriteSet()
                insert_message(writes, 1)
                writes.add("close_messages", 1, first)
                writes.add("close_messages", 1, second)

                writes.flush(connection, now=NOW)

                assert messages(connection) == [(1, second)]


def test_an_empty_write_set_touches_nothing(database_uri: str) -> None:
    with psycopg.connect(database_uri, autocommit=True) as connection, connection.transaction():
        WriteSet().flush(connection, now=NOW)

        assert connection.execute("select pg_current_xact_id_if_assigned()").fetchone() == (None,)


def test_an_instance_that_changed_behind_the_lock_is_noticed(database_uri: str) -> None:
    writes = WriteSet()
    writes.add("update_instances", 77, 3, "ACTIVE", b"x", 1, b"h", None)

    with (
        psycopg.connect(database_uri, autocommit=True) as connection,
        pytest.raises(psycopg.errors.DivisionByZero),
        connection.transaction(),
    ):
        writes.flush(connection, now=NOW)
