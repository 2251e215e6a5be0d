"""Everything a batch will write, gathered while its commands run: one statement per table at the end.

`mark` and `undo_to` let a refused command take back what it had added without costing the others.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.errors import InvalidState
from engine.store.database import Connection, execute
from engine.store.statements import parameters, statement

ORDER = (
    "insert_messages",
    "close_messages",
    "insert_instances",
    "update_instances",
    "end_children",
    "insert_cases",
    "update_cases",
    "update_user_tasks",
    "update_jobs",
    "trigger_timers",
    "correlate_subscriptions",
    "resolve_incidents",
    "insert_user_tasks",
    "insert_jobs",
    "insert_timers",
    "insert_subscriptions",
    "insert_signal_subscriptions",
    "insert_incidents",
    # After the inserts: a step, or two commands of one batch, may begin an element and end it again.
    "close_elements",
    # After it: who stopped waiting in this very batch is not reached.
    "insert_signals",
    "insert_signal_starts",
    "close_signal_deliveries",
    "update_start_timers",
    "insert_clocks",
    "update_clocks",
    "insert_escalations",
    "insert_events",
    "record_results",
    "forget_commands",
)
"""In the order in which they run."""

_COLUMNS = {
    name: tuple(parameter for parameter in parameters(statement(name)) if parameter != "now")
    for name in ORDER
}

_IDENTITY = {
    "close_messages": 1,
    "end_children": 2,
    "update_cases": 1,
    "update_user_tasks": 1,
    "update_jobs": 1,
    "update_clocks": 1,
    "close_signal_deliveries": 1,
    "update_start_timers": 1,
}
"""How many leading columns say which row is changed. `update ... from` with two rows for one takes
either, so that of several changes of one row only the last may be sent."""

_WAKING = (
    "insert_jobs",
    "update_jobs",
    "insert_timers",
    "insert_messages",
    "insert_subscriptions",
    "insert_signals",
    "update_start_timers",
)
"""What gives workers something to do."""

Mark = dict[str, int]


class WriteSet:
    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[Any, ...]]] = {}

    def add(self, name: str, *values: Any) -> None:
        """One row for statement `name`; values in the order in which its placeholders first appear."""
        if len(values) != len(_COLUMNS[name]):
            raise InvalidState(f"Expected {len(_COLUMNS[name])} values for {name}, but got {len(values)}.")
        self._rows.setdefault(name, []).append(values)

    def has(self, name: str) -> bool:
        return bool(self._rows.get(name))

    def mark(self) -> Mark:
        return {name: len(rows) for name, rows in self._rows.items()}

    def undo_to(self, mark: Mark) -> None:
        for name, rows in self._rows.items():
            del rows[mark.get(name, 0) :]

    def flush(self, connection: Connection, *, now: datetime) -> None:
        """Send the statements. Waits for none: within a pipeline they travel with the commit."""
        for name in ORDER:
            rows = self._rows.get(name)
            if rows:
                execute(connection, name, _arguments(name, rows, now))
        if any(self.has(name) for name in _WAKING):
            execute(connection, "wake_workers")


def _arguments(name: str, rows: list[tuple[Any, ...]], now: datetime) -> dict[str, Any]:
    identity = _IDENTITY.get(name)
    if identity is not None and len(rows) > 1:
        rows = list({row[:identity]: row for row in rows}.values())
    arguments: dict[str, Any] = {
        column: list(values) for column, values in zip(_COLUMNS[name], zip(*rows, strict=True), strict=True)
    }
    arguments["now"] = now
    return arguments
