"""One batch under way: what was locked and loaded, and what will be written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from engine.commands.library import DefinitionLibrary
from engine.commands.live_case import Checkpoint, LiveCase
from engine.commands.targets import Targets
from engine.errors import NotFound
from engine.ids import IdSource
from engine.model.user_tasks import Actor
from engine.store.database import Connection, execute, fetch_rows
from engine.store.rows import (
    ActorRow,
    CaseRow,
    ClockRow,
    IncidentRow,
    InstanceRow,
    JobRow,
    MessageRow,
    SubscriptionRow,
    TimerRow,
    UserTaskRow,
)
from engine.store.writes import WriteSet


class Work:
    def __init__(self, *, now: datetime, library: DefinitionLibrary, ids: IdSource) -> None:
        self.now = now
        self.library = library
        self.ids = ids
        self.writes = WriteSet()
        self._mark = self.writes.mark()
        self._touched: dict[LiveCase, Checkpoint] = {}
        self._changed: dict[LiveCase, None] = {}
        self.cases: dict[int, LiveCase] = {}
        """By root instance id."""
        self.cases_by_number: dict[str, LiveCase] = {}
        self.user_tasks: dict[int, UserTaskRow] = {}
        self.jobs: dict[int, JobRow] = {}
        self.timers: dict[int, TimerRow] = {}
        self.subscriptions: dict[int, SubscriptionRow] = {}
        self.messages: dict[int, MessageRow] = {}
        self.incidents: dict[int, IncidentRow] = {}
        self.clock_states: dict[int, tuple[int, str]] = {}
        """Clock id -> (instance id, state), also of closed ones."""
        self.actors: dict[str, Actor] = {}
        self.completers: dict[tuple[int, str], set[str]] = defaultdict(set)
        """(case id, element id) -> who completed it."""
        self.awaited: dict[tuple[str, str], list[int]] = defaultdict(list)
        """(message name, correlation key) -> open subscriptions, oldest first."""
        self.serials: list[int] = []

    # --- finding ---------------------------------------------------------------------------------

    def case(self, instance_id: int) -> LiveCase:
        return self.cases[instance_id]

    def case_numbered(self, case_number: str) -> LiveCase:
        live = self.cases_by_number.get(case_number)
        if live is None:
            raise NotFound(f"Expected a case numbered {case_number}, but there is none.")
        return live

    def actor(self, actor_id: str) -> Actor:
        actor = self.actors.get(actor_id)
        if actor is None:
            raise NotFound(f"Expected a known actor, but nobody is registered as {actor_id!r}.")
        return actor

    def open_case(self, case: CaseRow, *, definition_id: int) -> LiveCase:
        row = InstanceRow(case.root_instance_id, case.id, definition_id, "ACTIVE", 0, b"", 0, b"")
        return self._add_case(row, case)

    def _add_case(self, row: InstanceRow, case: CaseRow) -> LiveCase:
        live = LiveCase(
            row,
            case,
            now=self.now,
            library=self.library,
            ids=self.ids,
            writes=self.writes,
            touched=self._touched,
        )
        self.cases[row.id] = live
        self.cases_by_number[case.case_number] = live
        return live

    # --- one command after the other -------------------------------------------------------------

    def begin_command(self) -> None:
        self._touched.clear()
        self._mark = self.writes.mark()

    def keep_command(self) -> None:
        """What the command did stays; its cases are written at the end."""
        self._changed.update(dict.fromkeys(self._touched))

    def undo_command(self) -> None:
        """The command was refused: nothing of it stays."""
        self.writes.undo_to(self._mark)
        for live, before in self._touched.items():
            live.undo(before)
            if live.is_new and live not in self._changed:
                del self.cases[live.row.id], self.cases_by_number[live.case.case_number]

    def finish(self) -> None:
        for live in self._changed:
            live.finish()

    # --- loading ---------------------------------------------------------------------------------

    def load(self, connection: Connection, targets: Targets) -> None:
        """Lock the cases and read what the commands need, in two round trips."""
        with connection.pipeline():
            locked = None
            if targets.locks:
                locked = fetch_rows(connection, InstanceRow, "lock_instances", _lock_arguments(targets))
            loaded = self._load_named(connection, targets)
            actors = _optional(connection, ActorRow, "load_actors", targets.actors)
            serials = awaited = None
            if targets.new_cases:
                serials = execute(connection, "take_case_serials", {"count": targets.new_cases})
            if targets.published:
                awaited = execute(connection, "find_subscriptions", _published(targets))
        for cursor, rows in loaded:
            rows.update((row.id, row) for row in cursor)
        if actors is not None:
            self.actors = {a.id: Actor(a.id, a.name, a.department, frozenset(a.roles)) for a in actors}
        if serials is not None:
            # Taken from the end: the batch's first case gets the lowest.
            self.serials = sorted((serial for (serial,) in serials), reverse=True)
        if awaited is not None:
            for subscription_id, name, key in awaited:
                self.awaited[name, key].append(subscription_id)
        if locked is not None:
            self._load_cases(connection, locked.fetchall(), targets)

    def _load_named(self, connection: Connection, targets: Targets) -> list[tuple[Any, dict[int, Any]]]:
        loaded: list[tuple[Any, dict[int, Any]]] = []
        if targets.jobs or targets.incidents:
            arguments = {"ids": sorted(targets.jobs), "incident_ids": sorted(targets.incidents)}
            loaded.append((fetch_rows(connection, JobRow, "load_jobs", arguments), self.jobs))
        wanted: list[tuple[type[Any], str, set[int], dict[int, Any]]] = [
            (UserTaskRow, "load_user_tasks", targets.user_tasks, self.user_tasks),
            (TimerRow, "load_timers", targets.timers, self.timers),
            (SubscriptionRow, "load_subscriptions", targets.subscriptions, self.subscriptions),
            (MessageRow, "load_messages", targets.messages, self.messages),
            (IncidentRow, "load_incidents", targets.incidents, self.incidents),
        ]
        loaded += [
            (fetch_rows(connection, row, name, {"ids": sorted(ids)}), into)
            for row, name, ids, into in wanted
            if ids
        ]
        return loaded

    def _load_cases(self, connection: Connection, locked: list[InstanceRow], targets: Targets) -> None:
        roots = [row.id for row in locked]
        with connection.pipeline():
            cases = fetch_rows(
                connection, CaseRow, "load_cases", {"case_numbers": [], "root_instance_ids": roots}
            )
            clocks = fetch_rows(connection, ClockRow, "load_clocks", {"instance_ids": roots})
            escalations = execute(connection, "load_escalations", {"instance_ids": roots})
            completers = states = None
            if targets.user_tasks:
                arguments = {"user_task_ids": sorted(targets.user_tasks)}
                completers = execute(connection, "load_completers", arguments)
            if targets.clocks:
                states = execute(connection, "clock_states", {"ids": sorted(targets.clocks)})
        case_of = {case.root_instance_id: case for case in cases}
        for row in locked:
            self._add_case(row, case_of[row.id])
        for clock in clocks:
            self.cases[clock.instance_id].clocks[clock.id] = clock
        by_clock = {clock_id: live for live in self.cases.values() for clock_id in live.clocks}
        for clock_id, rung, _generation, _state in escalations:
            by_clock[clock_id].fired[clock_id].add(rung)
        for case_id, element_id, completed_by in completers or ():
            self.completers[case_id, element_id].add(completed_by)
        for clock_id, instance_id, state in states or ():
            self.clock_states[clock_id] = (instance_id, state)


def _optional(connection: Connection, row: type[Any], name: str, ids: Iterable[Any]) -> Any:
    wanted = sorted(ids)
    return fetch_rows(connection, row, name, {"ids": wanted}) if wanted else None


def _published(targets: Targets) -> dict[str, list[str]]:
    pairs = sorted(targets.published)
    return {"message_name": [name for name, _ in pairs], "correlation_key": [key for _, key in pairs]}


def _lock_arguments(targets: Targets) -> dict[str, Any]:
    return {
        "user_task_ids": sorted(targets.user_tasks),
        "job_ids": sorted(targets.jobs),
        "timer_ids": sorted(targets.timers),
        "subscription_ids": sorted(targets.subscriptions),
        "incident_ids": sorted(targets.incidents),
        "clock_ids": sorted(targets.clocks),
        "case_numbers": sorted(targets.case_numbers),
    }
