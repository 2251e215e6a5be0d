from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from engine.store.statements import numbered, parameters, statement, statements


@pytest.fixture(scope="module")
def connection(postgres_uri: str, template_database: str) -> Iterator[psycopg.Connection[Any]]:
    uri = psycopg.conninfo.make_conninfo(postgres_uri, dbname=template_database)
    with psycopg.connect(uri, autocommit=True) as opened:
        yield opened


@pytest.mark.parametrize("name", sorted(statements()))
def test_the_statement_can_be_prepared(connection: psycopg.Connection[Any], name: str) -> None:
    text = numbered(statement(name))

    connection.execute(sql.SQL("prepare {} as {}").format(sql.Identifier(name), sql.SQL(text)))


@pytest.mark.parametrize("name", sorted(statements()))
def test_the_database_knows_the_type_of_every_placeholder(
    connection: psycopg.Connection[Any], name: str
) -> None:
    expected = len(parameters(statement(name)))

    found = connection.execute(
        "select coalesce(cardinality(parameter_types), 0) from pg_prepared_statements where name = %s",
        (name,),
    ).fetchone()

    assert found == (expected,)
