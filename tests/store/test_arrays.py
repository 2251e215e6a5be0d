from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.commands.applying import SEPARATOR
from engine.store.arrays import array_literal, array_types
from engine.store.statements import bound, statements

EVERY_TYPE = """
select %(text)s::text[], %(json)s::json[]::text[], %(bytea)s::bytea[], %(timestamptz)s::timestamptz[],
       %(interval)s::interval[], %(numeric)s::numeric[], %(bigint)s::bigint[], %(integer)s::integer[],
       %(boolean)s::boolean[]
"""

AWKWARD = (
    "", " ", "NULL", "null", "{}", "{", "}", ",", '"', '""', "\\", "\\\\", '\\"', "'", "''", "\\x00", "\\N",
    SEPARATOR, "\t\n\r\x0b\x0c", "\x01\x7f\x85", "\u00a0\u2028\ufeff", "%s %(text)s", "$1", "一事\U0001f3d9",
)  # fmt: skip
"""Texts that mean something to arrays, strings or placeholders."""

CHARACTERS = st.characters(exclude_characters="\x00", codec="utf-8")
TEXTS = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(CHARACTERS, max_size=20),
    st.text(st.sampled_from('{}",\\ NUL' + SEPARATOR), max_size=12),
    st.lists(st.sampled_from(AWKWARD), max_size=4).map("".join),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
INSTANTS = st.datetimes(
    min_value=datetime(1, 1, 3),
    max_value=datetime(9999, 12, 29),
    timezones=st.sampled_from(
        [UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=8, minutes=5, seconds=43)),
         timezone(timedelta(hours=-9, minutes=-30))]
    ),
)  # fmt: skip
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "json": JSON.map(lambda value: orjson.dumps(value).decode()),
    "bytea": st.binary(max_size=20),
    "timestamptz": INSTANTS,
    "interval": st.timedeltas(min_value=timedelta(days=-100_000), max_value=timedelta(days=100_000)),
    "numeric": st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**14), max_value=10**14
    )
    | st.decimals(allow_nan=False, allow_infinity=False).filter(lambda d: abs(d.adjusted()) < 100),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "boolean": st.booleans(),
}
COLUMNS = st.fixed_dictionaries(
    {name: st.lists(st.none() | values, max_size=30) for name, values in VALUES.items()}
)


@pytest.fixture(scope="module")
def connection(postgres_uri: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(postgres_uri, autocommit=True, options="-c timezone=UTC") as opened:
        yield opened


def there_and_back(
    connection: psycopg.Connection[Any], columns: dict[str, list[Any]]
) -> dict[str, list[Any]]:
    types = array_types(EVERY_TYPE)
    literals = {name: array_literal(values, types[name]) for name, values in columns.items()}
    found = connection.execute(EVERY_TYPE, literals).fetchone()
    assert found is not None
    return dict(zip(types, found, strict=True))


@given(COLUMNS)
def test_whatever_goes_into_an_array_comes_back(
    connection: psycopg.Connection[Any], columns: dict[str, list[Any]]
) -> None:
    assert there_and_back(connection, columns) == columns


def test_the_texts_that_mean_something_to_an_array_come_back(connection: psycopg.Connection[Any]) -> None:
    texts = [None, *AWKWARD, *(a + b for a in AWKWARD for b in AWKWARD), None]
    columns = {**{name: [] for name in VALUES}, "text": texts}

    assert there_and_back(connection, columns)["text"] == texts


def test_every_array_that_a_statement_takes_can_be_written() -> None:
    types = {kind for text in statements().values() for kind in array_types(text).values()}

    assert types, "the statements take arrays"
    assert {kind: array_literal([None], kind) for kind in types} == dict.fromkeys(types, "{NULL}")


def test_only_lists_become_array_literals() -> None:
    arguments = {"name": "worker", "now": datetime(2026, 11, 24, tzinfo=UTC), "detail": ""}

    assert bound("record_heartbeat", arguments) == arguments
    assert bound("load_actors", {"ids": ["clerk1", "b,n"]}) == {"ids": '{"clerk1","b,n"}'}
