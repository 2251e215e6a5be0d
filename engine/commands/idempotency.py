"""A repeated idempotency key is answered with the first result; the command is not done again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime

import orjson

from engine.commands.command import Command, Result
from engine.errors import AlreadyExists
from engine.store.database import Connection, Cursor, execute
from engine.store.writes import WriteSet


class KeyedCommands:
    """Claims the keys of a batch, in the batch's transaction; `collect` before asking.

    A second sender of a key that is under way waits here for the first one's commit.
    """

    def __init__(self, connection: Connection, commands: Sequence[Command], *, now: datetime) -> None:
        self._commands = commands
        self._earlier: dict[str, Result] = {}
        self._first: dict[str, Command] = {}
        self._index: dict[str, int] = {}
        for index, command in enumerate(commands):
            if command.idempotency_key is not None and command.idempotency_key not in self._first:
                self._first[command.idempotency_key] = command
                self._index[command.idempotency_key] = index
        self._claims = self._claim(connection, now) if self._first else None

    def _claim(self, connection: Connection, now: datetime) -> Cursor:
        keys = list(self._first)
        return execute(
            connection,
            "claim_command_keys",
            {
                "idempotency_key": keys,
                "command_type": [type(self._first[key]).__name__ for key in keys],
                "request_sha256": [_fingerprint(self._first[key]) for key in keys],
                "now": now,
            },
        )

    def collect(self, connection: Connection) -> None:
        """Take the answer to the claims, and the results of what was done before."""
        if self._claims is None:
            return
        repeated = set(self._first) - {key for (key,) in self._claims}
        if not repeated:
            return
        rows = execute(connection, "read_results", {"idempotency_key": sorted(repeated)})
        for key, command_type, sha256, result in rows:
            command = self._first[key]
            if command_type != type(command).__name__ or bytes(sha256) != _fingerprint(command):
                self._earlier[key] = Result(error=_other_command(key))
            else:
                self._earlier[key] = Result(orjson.loads(result), repeated=True)

    def known(self, index: int, results: Sequence[Result]) -> Result | None:
        """What came of the batch's command `index` before; None if it is to be done now.

        `results` are those of the batch's commands before it.
        """
        command = self._commands[index]
        key = command.idempotency_key
        if key is None:
            return None
        if key in self._earlier:
            return self._earlier[key]
        # By place, not by identity: a sender may well put the same object in twice.
        if self._index[key] == index:
            return None
        first = self._first[key]
        if type(first) is not type(command) or _fingerprint(first) != _fingerprint(command):
            return Result(error=_other_command(key))
        # Sent twice at the same time: both get the one result.
        return replace(results[self._index[key]], repeated=True)

    def record(self, writes: WriteSet, results: Sequence[Result]) -> None:
        """Keep the results of what was done; a refused command may be sent again after it was mended."""
        for index, (command, result) in enumerate(zip(self._commands, results, strict=True)):
            key = command.idempotency_key
            if key is None or key in self._earlier or self._index[key] != index:
                continue
            if result.ok:
                writes.add("record_results", key, orjson.dumps(dict(result.value)).decode())
            else:
                writes.add("forget_commands", key)


def _fingerprint(command: Command) -> bytes:
    """SHA-256 over the command's fields other than the key."""
    values = {f.name: getattr(command, f.name) for f in fields(command) if f.name != "idempotency_key"}
    try:
        text = orjson.dumps(values, option=orjson.OPT_SORT_KEYS, default=str)
    except TypeError:
        # Not JSON: the command will refuse it, and must be free to do so without failing its batch.
        text = repr(values).encode(errors="backslashreplace")
    return hashlib.sha256(text).digest()


def _other_command(key: str) -> AlreadyExists:
    return AlreadyExists(f"Expected a new idempotency key, but {key!r} was used for another command.")
