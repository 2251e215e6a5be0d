"""The one door: `Engine.handle(commands)` changes, `Engine.ask(view)` looks.

Commands come in batches. While one batch commits, the commands that arrive form the next one by
themselves (group commit); nobody waits for a timer, and on an idle system a batch is one command.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import reduce
from operator import or_
from threading import Condition
from typing import Any, TypeVar

from engine.clock import Clock
from engine.commands.admission import refusal_of
from engine.commands.command import SYSTEM, Command, Result
from engine.commands.deployments import Deployment, DeployPackage, write_deployment
from engine.commands.due import Due, read_due
from engine.commands.gate import CheckedPackage, check_package
from engine.commands.idempotency import KeyedCommands
from engine.commands.leasing import leased_job
from engine.commands.library import DefinitionLibrary
from engine.commands.targets import Targets
from engine.commands.work import Work
from engine.errors import (
    CommandRejected,
    DefinitionRefused,
    InvalidState,
    RejectionReason,
    Unavailable,
    YishiError,
)
from engine.findings import Finding
from engine.ids import IdSource
from engine.model.jobs import MAX_LEASE
from engine.ports import ContractReader, LeasedJob
from engine.store.database import Database, execute
from engine.store.migrations import ensure_partitions
from engine.store.writes import WriteSet
from engine.views.view import Sight, View

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
MAX_BATCH = 200
"""Commands in one transaction."""
MAX_FOLLOW_UP_ROUNDS = 100
"""Of messages between cases that lead to further ones: so far one `handle` follows them."""
MAX_FOLLOW_UPS = 1_000
"""Deliveries that one `handle` makes, about; the worker goes on from there."""


class Engine:
    """Thread-safe: any number of faces and workers may share one."""

    def __init__(self, database: Database, *, clock: Clock, contracts: ContractReader | None = None) -> None:
        self.database = database
        self.clock = clock
        self.library = DefinitionLibrary(database)
        self._contracts = contracts
        self._ids = IdSource(lambda: int(database.scalar("take_id_block")))
        self._queue: deque[_Waiting] = deque()
        self._condition = Condition()
        self._busy = False
        self._left_over = Due.NOTHING
        """What may be due because of batches before; only who leads a batch looks at it."""

    # --- changing --------------------------------------------------------------------------------

    def do(self, command: Command) -> Mapping[str, Any]:
        """One command; raises its CommandRejected."""
        result = self.handle([command])[0]
        if result.error is not None:
            raise result.error
        return result.value

    def handle(self, commands: Sequence[Command]) -> list[Result]:
        """One result per command, in order. Returns after the commit.

        A refused command costs its neighbours nothing. Raises Unavailable if the database cannot be
        reached; the commands may then be sent again (with idempotency keys: without doubt).
        """
        waiting = [_Waiting(command) for command in commands]
        with self._condition:
            self._queue.extend(waiting)
        for item in waiting:
            self._await(item)
        return [item.outcome() for item in waiting]

    def _await(self, item: _Waiting) -> None:
        """Until `item` is done: either lead the next batch, or wait for who leads."""
        while True:
            with self._condition:
                while not item.done and self._busy:
                    self._condition.wait()
                if item.done:
                    return
                self._busy = True
                batch = [self._queue.popleft() for _ in range(min(len(self._queue), MAX_BATCH))]
            try:
                self._run(batch)
            finally:
                for left in batch:
                    # Only after a KeyboardInterrupt or the like: nobody may wait for ever.
                    if not left.done:
                        left.fail(_interrupted())
                with self._condition:
                    self._busy = False
                    self._condition.notify_all()

    def _run(self, batch: list[_Waiting]) -> None:
        admitted: list[_Waiting] = []
        for item in batch:
            refusal = refusal_of(item.command)
            if refusal is None:
                admitted.append(item)
            else:
                item.settle(Result(error=refusal))
        if admitted:
            self._left_over |= self._settle(admitted)
        if self._left_over:
            self._follow_up()

    def _settle(self, batch: list[_Waiting]) -> Due:
        """Do the batch, and give every item its result. Returns what may now be due because of it."""
        try:
            results, due = self._transact([item.command for item in batch])
        except Unavailable as error:
            for item in batch:
                item.fail(error)
            return Due.NOTHING
        except Exception as error:
            # A mistake of ours in one command must not cost the others: each is tried alone.
            if len(batch) > 1:
                log.warning("batch failed", extra={"commands": len(batch), "reason": type(error).__name__})
                return reduce(or_, [self._settle([item]) for item in batch])
            log.exception("command failed", extra={"command": type(batch[0].command).__name__})
            batch[0].settle(Result(error=_internal(error)))
            return Due.NOTHING
        for item, result in zip(batch, results, strict=True):
            item.settle(result)
        return due

    def _transact(self, commands: Sequence[Command]) -> tuple[list[Result], Due]:
        targets = Targets()
        for command in commands:
            command.aim(targets)
        now = self.clock.now()
        with self.database.transaction() as connection:
            # All this travels together; the first answer that is needed is waited for.
            keyed = KeyedCommands(connection, commands, now=now)
            latest = self.library.look(connection)
            work = Work(now=now, library=self.library, ids=self._ids)
            work.load(connection, targets)
            keyed.collect(connection)
            self.library.notice(latest, connection)
            results: list[Result] = []
            for index, command in enumerate(commands):
                results.append(keyed.known(index, results) or _apply(work, command))
            work.finish()
            keyed.record(work.writes, results)
            work.writes.flush(connection, now=now)
        return results, _due_after(work.writes)

    def _follow_up(self) -> None:
        """Bring what was just published to who waits for it, each as a command of its own.

        Whatever becomes of that, the batch before is done. While others wait at the door they come
        first, and the next batch goes on here; in the end a worker delivers what is left over.
        """
        due, self._left_over = self._left_over, Due.NOTHING
        done = 0
        for _ in range(MAX_FOLLOW_UP_ROUNDS):
            try:
                commands = self.due(due, limit=MAX_BATCH)
            except Unavailable as error:
                log.warning("messages not delivered yet", extra={"reason": type(error).__name__})
                return
            batch = [_Waiting(command) for command in commands]
            if not batch:
                return
            due |= self._settle(batch)
            done += len(batch)
            if not any(item.is_ok for item in batch) or done >= MAX_FOLLOW_UPS:
                return
            if self._queue:
                self._left_over = due
                return

    def due(self, kinds: Due = Due.EVERYTHING, *, limit: int, actor: str = SYSTEM) -> list[Command]:
        """What is due by itself now: timers, messages and signals for who waits for them, and the
        cases that these begin."""
        with self.database.connection() as connection:
            if kinds is Due.EVERYTHING:
                # After a batch the library is as new as the batch; a worker may have slept.
                self.library.refresh(connection)
            return read_due(connection, self.library, kinds, now=self.clock.now(), limit=limit, actor=actor)

    def deploy(self, command: DeployPackage) -> Deployment:
        """Check the package and bring it in, whole or not at all.

        Raises DefinitionRefused with every finding if one is an error.
        """
        checked, findings = self.check(command.files)
        if checked is None:
            raise DefinitionRefused(findings)
        with self.database.transaction() as connection:
            return write_deployment(
                connection, checked, command, findings=findings, ids=self._ids, now=self.clock.now()
            )

    def check(self, files: Mapping[str, bytes]) -> tuple[CheckedPackage | None, list[Finding]]:
        """What the gate says of a package, without deploying it."""
        if self._contracts is None:
            raise InvalidState(
                "Expected a process that reads adapter contracts, but this one does not deploy."
            )
        with self.database.connection() as connection:
            self.library.refresh(connection)
            deployed = self.library.deployed(connection)
        now = self.clock.now()
        return check_package(files, contracts=self._contracts, deployed=deployed, now=now)

    # --- work for departments --------------------------------------------------------------------

    def acquire_jobs(self, *, worker: str, limit: int, lease: timedelta) -> list[LeasedJob]:
        """Lease up to `limit` jobs for `lease` (on the database's clock, at most 10 minutes).

        The claim is committed before this returns, so a job that kills its worker is counted.
        """
        arguments = {"worker": worker, "limit": limit, "lease": min(lease, MAX_LEASE), "max_lease": MAX_LEASE}
        with self.database.connection() as connection:
            rows = execute(connection, "acquire_jobs", arguments).fetchall()
            instances = {row[1] for row in rows}
            bodies = execute(connection, "read_bodies", {"ids": sorted(instances)}).fetchall() if rows else []
        found = {instance_id: (definition, bytes(body)) for instance_id, definition, body in bodies}
        jobs = (leased_job(row, *found[row[1]], library=self.library) for row in rows)
        return [job for job in jobs if job is not None]

    def seconds_to_next_work(self) -> float | None:
        """Real seconds until a job or a timer is due; None if nothing waits. Never negative."""
        job_seconds = self.database.scalar("next_job_at")
        timer_at = self.database.scalar("next_timer_at")
        waits = [] if job_seconds is None else [float(job_seconds)]
        if timer_at is not None:
            waits.append(self.clock.real_seconds(timer_at - self.clock.now()))
        return max(0.0, min(waits)) if waits else None

    # --- looking ---------------------------------------------------------------------------------

    def ask(self, view: View[Answer]) -> Answer:
        with self.database.connection() as connection:
            self.library.refresh(connection)
            return view.read(Sight(connection, self.library, self.clock.now()))

    # --- running beside others -------------------------------------------------------------------

    def beat(self, name: str, detail: str = "") -> None:
        """A part that works on its own says that it lives."""
        arguments = {"name": name, "now": self.clock.now(), "detail": detail}
        with self.database.connection() as connection:
            execute(connection, "record_heartbeat", arguments)

    def keep_house(self) -> None:
        """What must happen now and then: months ahead for the journal, an end for unclaimed messages.

        Any number of processes may call it at any time.
        """
        now = self.clock.now()
        with self.database.advisory_lock("yishi house") as is_ours:
            if not is_ours:
                return
            with self.database.side_connection() as connection:
                ensure_partitions(connection, now=now)
                execute(connection, "expire_messages", {"now": now})

    def sweeper_lock(self) -> AbstractContextManager[bool]:
        """True for the one sweeper at a time."""
        return self.database.advisory_lock("yishi sweeper")

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Waiting:
    """A command on its way through the door."""

    __slots__ = ("_error", "_result", "command")

    def __init__(self, command: Command) -> None:
        self.command = command
        self._result: Result | None = None
        self._error: YishiError | None = None

    @property
    def done(self) -> bool:
        return self._result is not None or self._error is not None

    def settle(self, result: Result) -> None:
        self._result = result

    def fail(self, error: YishiError) -> None:
        self._error = error

    @property
    def is_ok(self) -> bool:
        return self._result is not None and self._result.ok

    def outcome(self) -> Result:
        if self._error is not None:
            raise self._error
        assert self._result is not None  # noqa: S101
        return self._result


def _apply(work: Work, command: Command) -> Result:
    work.begin_command()
    try:
        value = command.apply(work)
    except CommandRejected as refusal:
        work.undo_command()
        return Result(error=refusal)
    work.keep_command()
    return Result(value)


def _due_after(writes: WriteSet) -> Due:
    due = Due.NOTHING
    if writes.has("insert_messages") or writes.has("insert_subscriptions"):
        due |= Due.MESSAGES
    if writes.has("insert_signals"):
        due |= Due.SIGNALS
    return due


class InternalError(CommandRejected):
    """A mistake of ours. The log has the details; nothing was changed."""

    reason = RejectionReason.INTERNAL


def _internal(error: Exception) -> InternalError:
    # What we raise ourselves is written for people; foreign errors may quote personal data.
    why = str(error) if isinstance(error, YishiError) else type(error).__name__
    return InternalError(f"The engine failed on this command ({why}); nothing was changed.")


def _interrupted() -> Unavailable:
    return Unavailable(
        "Expected the command's batch to be committed, but this process was interrupted.",
        mend="Send the command again: with an idempotency key it is done once.",
    )
