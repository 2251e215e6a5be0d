"""A case that a batch has locked: its state, its open clocks, its journal."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from engine.bpmn.runtime import Runtime
from engine.bpmn.stimuli import Stimulus
from engine.commands.library import DefinitionLibrary
from engine.errors import InvalidData, InvalidState
from engine.ids import IdSource
from engine.model.lifecycles import CaseState, InstanceState
from engine.store.rows import CaseRow, ClockRow, InstanceRow
from engine.store.writes import WriteSet

MAX_STATE_BYTES = 1024 * 1024
MAX_MESSAGE = 2000
"""Characters of an incident's text that are kept."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class CaseChanges:
    """Columns of `case_record` that change; None leaves as is."""

    stage: str | None = None
    card: str | None = None
    state: str | None = None
    outcome: str | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A case as it stood before the current command."""

    row: InstanceRow
    case: CaseRow
    changes: CaseChanges
    ended_at: datetime | None
    event_count: int
    clocks: dict[int, ClockRow]
    fired: dict[int, set[str]]
    changed_clocks: set[int]
    closed_elements: set[int]


class LiveCase:
    def __init__(
        self,
        row: InstanceRow,
        case: CaseRow,
        *,
        now: datetime,
        library: DefinitionLibrary,
        ids: IdSource,
        writes: WriteSet,
        touched: dict[LiveCase, Checkpoint],
    ) -> None:
        """`touched` is the batch's: which cases the current command has changed, and from what."""
        self.row = row
        self.case = case
        self.now = now
        self.library = library
        self.ids = ids
        self.writes = writes
        self.changes = CaseChanges()
        self.clocks: dict[int, ClockRow] = {}
        self.fired: dict[int, set[str]] = defaultdict(set)
        """Clock id -> rungs that fired or were skipped."""
        self.changed_clocks: set[int] = set()
        self.closed_elements: set[int] = set()
        """Keys of what ended in this batch: rows that were loaded before do not know it."""
        self.ended_at: datetime | None = None
        self.is_new = not row.body
        self._touched = touched
        self._state: Any = None
        self._events: list[tuple[Any, ...]] = []

    # --- the process -----------------------------------------------------------------------------

    @property
    def runtime(self) -> Runtime:
        """The engine that the case runs on, for good."""
        return self.library.runtime_of(self.row.definition_id)

    @property
    def state(self) -> Any:
        """The engine's own; see `engine.bpmn.runtime.Advanced` for what all have in common."""
        if self._state is None:
            self._state = self.runtime.decode(self.row.body)
        return self._state

    def step(self, stimulus: Stimulus, *, actor: str) -> list[Any]:
        """Advance the process and journal its path; returns the effects, still to be applied.

        Raises InvalidState if the case has ended or the element no longer waits, InvalidData if the
        case's data would outgrow its bound. The command is then to be refused or to start over.
        """
        if self.row.state != InstanceState.ACTIVE:
            raise InvalidState(
                f"Expected case {self.case.case_number} to be open, but it is {self.case.state}."
            )
        self._touch()
        runtime = self.runtime
        state = self.state if self.row.body else None
        step = runtime.advance(state, stimulus, library=self.library, now=self.now)
        body = runtime.encode(step.state)
        if len(body) > MAX_STATE_BYTES:
            raise InvalidData(
                {"": f"Expected at most {MAX_STATE_BYTES} bytes of case data, but it would be {len(body)}."}
            )
        self._state = step.state
        self.row.body = body
        if step.path:
            path = [[move.value, element_id, key] for move, element_id, key, *_ in step.path]
            self.record("TOKENS_MOVED", actor=actor, data={"path": path})
        if step.state.ended is not None:
            self.row.state = InstanceState.COMPLETED if step.state.ended else InstanceState.TERMINATED
            self.ended_at = self.now
        return step.effects

    # --- the journal -----------------------------------------------------------------------------

    def record(
        self,
        event_type: str,
        *,
        actor: str,
        element_id: str | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Append a past fact to the case's hash-chained journal."""
        self._touch()
        seq = self.row.event_seq + 1
        text = orjson.dumps(dict(data or {})).decode()
        self.row.event_hash = chained_hash(
            self.row.event_hash,
            case_id=self.case.id,
            seq=seq,
            at=self.now,
            event_type=event_type,
            actor=actor,
            element_id=element_id,
            data=text,
        )
        self.row.event_seq = seq
        self._events.append(
            (self.case.id, seq, self.now, event_type, actor, element_id, text, self.row.event_hash)
        )

    def raise_incident(
        self,
        *,
        element_key: int,
        element_id: str,
        incident_type: str,
        message: str,
        job_id: int | None = None,
        stimulus: str | None = None,
    ) -> None:
        """Something cannot go on without a person; key 0 is the process itself.

        `stimulus` is what could not be taken in, as `engine.commands.intake` writes it down.
        """
        incident_id = self.ids.take()
        self.writes.add(
            "insert_incidents", incident_id, self.case.id, self.row.id, element_key, element_id,
            incident_type, message[:MAX_MESSAGE], job_id, stimulus,
        )  # fmt: skip
        self.record(
            "INCIDENT_RAISED",
            actor="system",
            element_id=element_id,
            data={"incident_id": incident_id, "incident_type": incident_type},
        )

    # --- taking back what a refused command did --------------------------------------------------

    def _touch(self) -> None:
        """Remember how things stood before the current command, once."""
        if self in self._touched:
            return
        self._touched[self] = Checkpoint(
            row=replace(self.row),
            case=replace(self.case),
            changes=replace(self.changes),
            ended_at=self.ended_at,
            event_count=len(self._events),
            clocks={clock_id: replace(clock) for clock_id, clock in self.clocks.items()},
            fired={clock_id: set(rungs) for clock_id, rungs in self.fired.items()},
            changed_clocks=set(self.changed_clocks),
            closed_elements=set(self.closed_elements),
        )

    def undo(self, before: Checkpoint) -> None:
        self.row, self.case, self.changes = before.row, before.case, before.changes
        self.ended_at = before.ended_at
        self.clocks, self.changed_clocks = before.clocks, before.changed_clocks
        self.fired = defaultdict(set, before.fired)
        self.closed_elements = before.closed_elements
        self._state = None
        del self._events[before.event_count :]

    # --- the end of the batch --------------------------------------------------------------------

    def finish(self) -> None:
        """Hand over to the write set what this case changed."""
        row, case, changes = self.row, self.case, self.changes
        if self.is_new:
            self.writes.add(
                "insert_instances", row.id, case.id, row.id, 1, None, row.definition_id, None,
                row.state, row.body, row.event_seq, row.event_hash, self.ended_at,
            )  # fmt: skip
        else:
            self.writes.add(
                "update_instances", row.id, row.version, row.state, row.body, row.event_seq,
                row.event_hash, self.ended_at,
            )  # fmt: skip
            if changes != CaseChanges():
                self.writes.add(
                    "update_cases", case.id, changes.stage, changes.card, changes.state, changes.outcome,
                    changes.closed_at,
                )  # fmt: skip
        for clock_id in sorted(self.changed_clocks):
            self._write_clock(self.clocks[clock_id])
        for event in self._events:
            self.writes.add("insert_events", *event)

    def _write_clock(self, clock: ClockRow) -> None:
        self.writes.add(
            "update_clocks", clock.id, clock.state, orjson.dumps(clock.pauses).decode(),
            None if clock.extension is None else orjson.dumps(clock.extension).decode(),
            clock.generation, clock.due_at, clock.next_rung, clock.next_rung_at, clock.closed_at,
        )  # fmt: skip

    def close_case(self, *, completed: bool, outcome: str | None) -> None:
        state = CaseState.CLOSED if completed else CaseState.CANCELED
        self.case.state = state
        self.changes.state = state
        self.changes.outcome = outcome
        self.changes.closed_at = self.now


def chained_hash(
    previous: bytes,
    *,
    case_id: int,
    seq: int,
    at: datetime,
    event_type: str,
    actor: str,
    element_id: str | None,
    data: str,
) -> bytes:
    """SHA-256 over the previous event's hash and this event's own fields, `data` as its stored text."""
    microseconds = (at - _EPOCH) // timedelta(microseconds=1)
    head = orjson.dumps([case_id, seq, microseconds, event_type, actor, element_id])
    return hashlib.sha256(bytes(previous) + head + data.encode()).digest()
