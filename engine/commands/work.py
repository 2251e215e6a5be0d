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
    IncidentRow,
    InstanceRow,
    JobRow,
    LoadedClock,
    MessageRow,
    SignalDeliveryRow,
    StartTimerRow,
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
        self.signal_deliveries: dict[int, SignalDeliveryRow] = {}
        self.start_timers: dict[int, StartTimerRow] = {}
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

    def start_over(self) -> None:
        """The current command takes another way: nothing of it so far stays."""
        self.undo_command()
        self.begin_command()

    def finish(self) -> None:
        for live in self._changed:
            live.finish()

    # --- loading ---------------------------------------------------------------------------------

    def load(self, connection: Connection, targets: Targets) -> None:
        """Lock the cases and read what the commands need, in two round trips: where the targets
        belong, then everything about those cases."""
        places = [execute(connection, name, {"ids": sorted(ids)}) for name, ids in _targeted(targets) if ids]
        actors = _optional(connection, ActorRow, "load_actors", targets.actors)
        serials = awaited = None
        if targets.new_cases:
            serials = execute(connection, "take_case_serials", {"count": targets.new_cases})
        if targets.published:
            awaited = execute(connection, "find_subscriptions", _published(targets))
        instances: set[int] = set()
        has_four_eyes = False
        for cursor in places:
            for instance_id, *four_eyes in cursor:
                instances.add(instance_id)
                has_four_eyes |= any(four_eyes)
        if instances or targets.messages or targets.signal_deliveries or targets.start_timers:
            self._load_cases(connection, targets, sorted(instances), has_four_eyes=has_four_eyes)
        if actors is not None:
            self.actors = {a.id: Actor(a.id, a.name, a.department, frozenset(a.roles)) for a in actors}
        if serials is not None:
            # Taken from the end: the batch's first case gets the lowest.
            self.serials = sorted((serial for (serial,) in serials), reverse=True)
        if awaited is not None:
            for subscription_id, name, key in awaited:
                self.awaited[name, key].append(subscription_id)

    def _load_cases(
        self, connection: Connection, targets: Targets, instance_ids: list[int], *, has_four_eyes: bool
    ) -> None:
        """The lock comes first: what is read after it cannot change any more."""
        of_cases = {"instance_ids": instance_ids}
        locked = fetch_rows(connection, InstanceRow, "lock_instances", {"ids": instance_ids})
        cases = fetch_rows(connection, CaseRow, "load_cases", of_cases)
        clocks = fetch_rows(connection, LoadedClock, "load_clocks", of_cases)
        named = self._load_named(connection, targets)
        completers = states = None
        if has_four_eyes:
            arguments = {"user_task_ids": sorted(targets.user_tasks)}
            completers = execute(connection, "load_completers", arguments)
        if targets.clocks:
            states = execute(connection, "clock_states", {"ids": sorted(targets.clocks)})
        instances = locked.fetchall()
        case_of = {case.root_instance_id: case for case in cases}
        for row in instances:
            self._add_case(row, case_of[row.id])
        for clock in clocks:
            live = self.cases[clock.instance_id]
            live.clocks[clock.id] = clock
            live.fired[clock.id].update(clock.fired)
        for cursor, rows in named:
            rows.update((row.id, row) for row in cursor)
        for case_id, element_id, completed_by in completers or ():
            self.completers[case_id, element_id].add(completed_by)
        for clock_id, instance_id, state in states or ():
            self.clock_states[clock_id] = (instance_id, state)

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
            (
                SignalDeliveryRow,
                "load_signal_deliveries",
                targets.signal_deliveries,
                self.signal_deliveries,
            ),
            (StartTimerRow, "load_start_timers", targets.start_timers, self.start_timers),
            (IncidentRow, "load_incidents", targets.incidents, self.incidents),
        ]
        loaded += [
            (fetch_rows(connection, row, name, {"ids": sorted(ids)}), into)
            for row, name, ids, into in wanted
            if ids
        ]
        return loaded


def _optional(connection: Connection, row: type[Any], name: str, ids: Iterable[Any]) -> Any:
    wanted = sorted(ids)
    return fetch_rows(connection, row, name, {"ids": wanted}) if wanted else None


def _published(targets: Targets) -> dict[str, list[str]]:
    pairs = sorted(targets.published)
    return {"message_name": [name for name, _ in pairs], "correlation_key": [key for _, key in pairs]}


def _targeted(targets: Targets) -> tuple[tuple[str, set[int] | set[str]], ...]:
    """Statement that says where the targets of one kind belong -> the targets."""
    return (
        ("instances_of_user_tasks", targets.user_tasks),
        ("instances_of_jobs", targets.jobs),
        ("instances_of_timers", targets.timers),
        ("instances_of_subscriptions", targets.subscriptions),
        ("instances_of_signal_deliveries", targets.signal_deliveries),
        ("instances_of_incidents", targets.incidents),
        ("instances_of_clocks", targets.clocks),
        ("instances_of_cases", targets.case_numbers),
    )
