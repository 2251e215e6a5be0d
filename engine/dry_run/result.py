"""What a dry run comes to, and how it is written as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from engine.dry_run.trace import Entry
from engine.feel import to_plain_json
from engine.findings import Finding


class Variables(StrEnum):
    """How much of them the written trace tells."""

    ALL = "all"
    CHANGED = "changed"
    NONE = "none"


COMPLETED, TERMINATED, WAITING = "completed", "terminated", "waiting"


@dataclass(frozen=True, slots=True)
class Run:
    """One process instance at the end. `ended` is completed, terminated (canceled) or waiting."""

    number: int
    process_id: str
    case_number: str
    ended: str
    outcome: str | None
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """The first run is the process that was asked for. The lists are in the order in which things
    happened; their entries are JSON values."""

    engine: str
    runs: tuple[Run, ...]
    entries: tuple[Entry, ...]
    stopped: str
    """Why nothing more was done: "ended", "waiting", "until" or "steps"."""
    now: datetime
    waiting: list[dict[str, Any]] = field(default_factory=list)
    resting: list[str] = field(default_factory=list)
    """Ids of the activities and events that wait, each as often as it does."""
    incidents: list[dict[str, Any]] = field(default_factory=list)
    messages_sent: list[dict[str, Any]] = field(default_factory=list)
    signals_sent: list[dict[str, Any]] = field(default_factory=list)
    escalations: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    stages: list[dict[str, Any]] = field(default_factory=list)
    milestones: list[dict[str, Any]] = field(default_factory=list)
    clocks: list[dict[str, Any]] = field(default_factory=list)
    unused: list[dict[str, Any]] = field(default_factory=list)
    """What the script sent and nobody took."""
    findings: tuple[Finding, ...] = ()

    @property
    def ended(self) -> str:
        return self.runs[0].ended

    @property
    def path(self) -> list[str]:
        """Ids of the elements in the order in which they were reached, in all runs."""
        return [entry.element_id for entry in self.entries if entry.begins]


def facts_of(result: Result, *, variables: Variables = Variables.ALL, trace: bool = True) -> dict[str, Any]:
    """The result as JSON values, in the order in which the reference page has them."""
    first = result.runs[0]
    facts: dict[str, Any] = {
        "process": first.process_id,
        "engine": result.engine,
        "ended": first.ended,
        "outcome": first.outcome,
        "stopped": result.stopped,
        "now": instant(result.now),
        "variables": plain(first.variables),
    }
    if trace:
        facts["trace"] = [_written(entry, changes) for entry, changes in _told(result.entries, variables)]
    facts |= {
        "waiting": result.waiting,
        "incidents": result.incidents,
        "messages_sent": result.messages_sent,
        "signals_sent": result.signals_sent,
        "escalations": result.escalations,
        "decisions": result.decisions,
        "stages": result.stages,
        "milestones": result.milestones,
        "clocks": result.clocks,
        "unused": result.unused,
        "others": [
            {
                "run": run.number,
                "process": run.process_id,
                "ended": run.ended,
                "outcome": run.outcome,
                "variables": plain(run.variables),
            }
            for run in result.runs[1:]
        ],
        "findings": list(result.findings),
    }
    return facts


def _told(entries: Iterable[Entry], variables: Variables) -> Iterable[tuple[Entry, Mapping[str, Any] | None]]:
    """Each entry with the variables to write: all, those that differ from the last entry of the same
    scope, or none."""
    seen: dict[tuple[int, int], Mapping[str, Any]] = {}
    for entry in entries:
        if variables is Variables.NONE or entry.variables is None:
            yield entry, None
        elif variables is Variables.ALL:
            yield entry, entry.variables
        else:
            place = (entry.run, entry.scope_key)
            before = seen.get(place, {})
            changed = {
                name: value
                for name, value in entry.variables.items()
                if name not in before or _differ(before[name], value)
            }
            seen[place] = entry.variables
            yield entry, changed


def _differ(before: Any, after: Any) -> bool:
    return type(before) is not type(after) or bool(before != after)


def _written(entry: Entry, variables: Mapping[str, Any] | None) -> dict[str, Any]:
    written = {
        "at": instant(entry.at),
        "run": entry.run,
        "process": entry.process_id,
        "move": entry.move,
        "element": entry.element_id,
        "type": entry.kind,
        "instance": entry.element_key,
        "scope": entry.scope_key,
    }
    if variables is not None:
        written["variables"] = plain(variables)
    return written


def plain(variables: Mapping[str, Any]) -> Any:
    """FEEL values as the JSON that departments are sent."""
    return to_plain_json(dict(variables))


def instant(at: datetime) -> str:
    """`2026-03-02T01:00:00Z`; always UTC."""
    return at.isoformat().replace("+00:00", "Z")
