"""One real PostgreSQL for the whole session; each test gets a database of its own, cloned from a
template that was migrated once."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

from adapters.package_contracts import PackageContracts
from engine.clock import FixedClock
from engine.facade import Engine
from engine.store import embedded
from engine.store.database import Database
from engine.store.migrations import migrate
from tests.support.postgres import new_data_directory

TEMPLATE = "yishi_template"
TUESDAY_TEN = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""Tuesday 2026-11-24, 10:00 in Shanghai: a workday in the middle of a usual week."""

# Runs on two cores beside other programs: the time of one example says nothing.
settings.register_profile("yishi", deadline=None)
settings.load_profile("yishi")

_serial = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_uri() -> str:
    """The embedded server's own database, for creating others. It stops when the session ends."""
    uri = embedded.start(new_data_directory(in_memory=True))
    with psycopg.connect(uri, autocommit=True) as connection:
        # Nobody cuts this machine's power to prove something; what is killed has a server of its own.
        connection.execute("alter system set fsync = off")
        connection.execute("select pg_reload_conf()")
    return uri


@pytest.fixture(scope="session")
def template_database(postgres_uri: str) -> str:
    """The name of the migrated template."""
    with psycopg.connect(postgres_uri, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(TEMPLATE)))
    with psycopg.connect(uri_of(postgres_uri, TEMPLATE), autocommit=True) as connection:
        migrate(connection, now=TUESDAY_TEN)
    return TEMPLATE


def uri_of(server_uri: str, name: str) -> str:
    return psycopg.conninfo.make_conninfo(server_uri, dbname=name)


@pytest.fixture
def new_database(postgres_uri: str) -> Iterator[Callable[..., str]]:
    """Makes a database and returns its URI: empty, or a copy of `template`. Gone after the test."""
    made: list[str] = []

    def make(template: str = "template1") -> str:
        name = f"yishi_test_{os.getpid()}_{next(_serial)}"
        with psycopg.connect(postgres_uri, autocommit=True) as connection:
            connection.execute(
                sql.SQL("create database {} template {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        made.append(name)
        return uri_of(postgres_uri, name)

    yield make
    with psycopg.connect(postgres_uri, autocommit=True) as connection:
        for name in made:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture
def database_uri(new_database: Callable[..., str], template_database: str) -> str:
    """A migrated database without any content."""
    return new_database(template_database)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(TUESDAY_TEN)


@pytest.fixture
def new_engine(database_uri: str, clock: FixedClock) -> Iterator[Callable[[], Engine]]:
    """Opens engines on the test's database, as further processes would."""
    opened: list[Engine] = []

    def make() -> Engine:
        database = Database(database_uri)
        database.open()
        opened.append(Engine(database, clock=clock, contracts=PackageContracts()))
        return opened[-1]

    yield make
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(new_engine: Callable[[], Engine]) -> Engine:
    return new_engine()
