from __future__ import annotations

import select
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread

import psycopg
import pytest

from adapters.package_contracts import PackageContracts
from engine.bootstrap import open_engine
from engine.clock import FixedClock
from engine.commands.cases import StartCase
from engine.errors import Unavailable
from engine.facade import Engine
from engine.settings import Settings
from engine.store import embedded
from engine.store.database import Database, Listener
from engine.views.cases import ShowCase
from tests.elements import drawing as d
from tests.support.desk import start
from tests.support.packages import deploy
from tests.support.postgres import kill_postgres, new_data_directory
from tests.support.rows import one, rows


def end_connections(uri: str) -> None:
    """As a restart of the server would."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )


def test_a_server_that_does_not_answer_is_unavailable_with_something_to_do(tmp_path: Path) -> None:
    database = Database(f"postgresql://postgres@/x?host={tmp_path}", timeout_seconds=0.5)

    with pytest.raises(Unavailable) as caught:
        database.open()

    assert "DATABASE_URL" in caught.value.mend


def test_a_database_without_migrations_is_unavailable_with_something_to_do(
    new_database: Callable[..., str], tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, database_url=new_database())

    with pytest.raises(Unavailable, match="0001") as caught:
        open_engine(settings)

    assert caught.value.mend == "Run: yishi db migrate"


def test_a_listener_says_unavailable_once_the_server_has_ended_its_connection(database_uri: str) -> None:
    listener = Listener(database_uri, "yishi_work")

    end_connections(database_uri)

    # The server's farewell comes first, then the end of the connection.
    with pytest.raises(Unavailable):
        for _ in range(2):
            assert select.select([listener.fileno()], [], [], 5)[0]
            listener.drain()
    with pytest.raises(Unavailable):
        listener.fileno()
    listener.close()


def test_after_a_restart_of_the_server_at_most_one_command_fails(engine: Engine, database_uri: str) -> None:
    deploy(engine, d.process(d.sequence(("ask", d.user_task("ask")))))
    all_open = Barrier(4)

    def look() -> None:
        with engine.database.connection():
            all_open.wait(timeout=5)

    threads = [Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    end_connections(database_uri)

    failures = 0
    for _ in range(6):
        try:
            engine.do(StartCase("main"))
        except Unavailable:
            failures += 1

    assert failures <= 1
    assert one(engine, "select count(*) from case_record") == 6 - failures


def test_a_command_whose_connection_breaks_was_not_done_and_can_be_sent_again(
    engine: Engine, database_uri: str
) -> None:
    deploy(engine, d.process(d.sequence(("ask", d.user_task("ask")))))
    with psycopg.connect(database_uri) as other:
        other.execute("lock table case_record in access exclusive mode")
        failed: list[Unavailable] = []

        def start() -> None:
            try:
                engine.do(StartCase("main", idempotency_key="once"))
            except Unavailable as error:
                failed.append(error)

        thread = Thread(target=start)
        thread.start()
        while not rows(engine, "select 1 from pg_locks where not granted"):
            pass
        other.execute("select pg_terminate_backend(pid) from pg_locks where not granted")
        thread.join(timeout=10)

    assert failed and "again" in failed[0].mend
    assert rows(engine, "select 1 from case_record") == []
    engine.do(StartCase("main", idempotency_key="once"))
    assert one(engine, "select count(*) from case_record") == 1


def test_many_who_look_at_once_do_not_use_up_the_connections_they_wait_for(
    database_uri: str, clock: FixedClock, engine: Engine
) -> None:
    deploy(engine, d.process(d.sequence(("ask", d.user_task("ask", extensions=d.clock("quick"))))))
    number = start(engine)
    database = Database(database_uri, max_connections=2, timeout_seconds=2)
    database.open()
    with Engine(database, clock=clock, contracts=PackageContracts()) as cold:
        failed: list[Unavailable] = []
        together = Barrier(8)

        def look() -> None:
            together.wait(timeout=5)
            try:
                cold.ask(ShowCase(number))
                cold.do(StartCase("main"))
            except Unavailable as error:
                failed.append(error)

        threads = [Thread(target=look) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert failed == []


def test_the_embedded_server_starts_again_after_it_was_killed() -> None:
    data_directory = new_data_directory()
    with psycopg.connect(embedded.start(data_directory), autocommit=True) as connection:
        connection.execute("create table kept (x int)")
        connection.execute("insert into kept values (7)")

    kill_postgres(data_directory)
    again = embedded.start(data_directory)

    with psycopg.connect(again) as connection:
        assert connection.execute("select x from kept").fetchall() == [(7,)]
    kill_postgres(data_directory)
