"""What simulated departments did: one effect per idempotency key, however often they were asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.simulator.call import DepartmentCall
from adapters.simulator.journal import Journal
from engine.errors import InvalidState

MAX_KEYS = 100_000
"""About 60 MB. Beyond it the oldest are forgotten, which `forgotten` counts."""

_Key = tuple[str, str, str, str | None, str | None]


@dataclass(slots=True)
class Effect:
    """`answer` was given the first time and is given again; `at` is that first instant.

    Calls without a key have every call as an effect of its own; they share one record per case.
    """

    department: str
    method: str
    path: str
    idempotency_key: str | None
    case_number: str | None
    effects: int
    repeats: int
    at: str
    status: int
    answer: dict[str, Any]


class EffectBook:
    """Not for several threads: the simulator's event loop is the only caller."""

    def __init__(
        self, *, now: Callable[[], datetime], capacity: int = MAX_KEYS, journal: Journal | None = None
    ) -> None:
        self._now = now
        self._capacity = capacity
        self._journal = journal
        self._effects: dict[_Key, Effect] = {}
        self._receipts: dict[str, int] = {}
        self.forgotten = 0
        for line in journal.open() if journal is not None else ():
            self._replay(line)

    def perform(
        self, call: DepartmentCall, *, status: int | None = None, extra: Mapping[str, Any] | None = None
    ) -> tuple[Effect, bool]:
        """Does the work, or finds it done: (what was done, whether this call was a repeat).

        `status` and `extra` change the answer, and are remembered with it.
        """
        key = _key_of(call)
        known = self._effects.get(key)
        if known is not None and call.idempotency_key is not None:
            known.repeats += 1
            self._write("repeat", call)
            return known, True
        number = self._receipts.get(call.department, 0) + 1
        self._receipts[call.department] = number
        at = self._now().isoformat()
        answer = {
            "receipt": f"{call.department}-{number}",
            "department": call.department,
            "accepted_at": at,
            **(extra or {}),
        }
        effect = Effect(
            call.department,
            call.method,
            call.path,
            call.idempotency_key,
            call.case_number,
            effects=1 if known is None else known.effects + 1,
            repeats=0,
            at=at,
            status=status or (201 if call.method == "POST" else 200),
            answer=answer,
        )
        # Written before it is answered: what the caller heard of is never forgotten.
        self._write("effect", call, at=at, status=effect.status, answer=answer)
        self._remember(key, effect)
        return effect, False

    def listing(self, *, department: str | None, case_number: str | None) -> list[Effect]:
        """Oldest first."""
        return [
            effect
            for effect in self._effects.values()
            if department in (None, effect.department) and case_number in (None, effect.case_number)
        ]

    def totals(self) -> dict[str, int]:
        effects = self._effects.values()
        return {
            "effects": sum(effect.effects for effect in effects),
            "repeats": sum(effect.repeats for effect in effects),
            "keys": len(self._effects),
            "forgotten": self.forgotten,
        }

    def clear(self) -> int:
        """Forgets everything, receipts too, for the next test; how many records there were.

        Raises InvalidState if a journal is kept: it is there to make forgetting impossible.
        """
        if self._journal is not None:
            raise InvalidState("Expected a simulator without a journal, but this one keeps one.")
        removed = len(self._effects)
        self._effects.clear()
        self._receipts.clear()
        self.forgotten = 0
        return removed

    def close(self) -> None:
        if self._journal is not None:
            self._journal.close()

    def _remember(self, key: _Key, effect: Effect) -> None:
        self._effects[key] = effect
        if len(self._effects) > self._capacity:
            del self._effects[next(iter(self._effects))]
            self.forgotten += 1

    def _write(self, event: str, call: DepartmentCall, **more: Any) -> None:
        if self._journal is None:
            return
        line = {
            "event": event,
            "department": call.department,
            "method": call.method,
            "path": call.path,
            "idempotency_key": call.idempotency_key,
            "case_number": call.case_number,
        }
        self._journal.append({**line, **more})

    def _replay(self, line: Mapping[str, Any]) -> None:
        call = DepartmentCall(
            line["department"], line["method"], line["path"], line["idempotency_key"], line["case_number"]
        )
        key = _key_of(call)
        known = self._effects.get(key)
        if line["event"] == "repeat":
            if known is not None:
                known.repeats += 1
            return
        self._receipts[call.department] = self._receipts.get(call.department, 0) + 1
        effects = 1 if known is None else known.effects + 1
        self._remember(
            key,
            Effect(
                call.department,
                call.method,
                call.path,
                call.idempotency_key,
                call.case_number,
                effects=effects,
                repeats=0,
                at=line["at"],
                status=line["status"],
                answer=line["answer"],
            ),
        )


def _key_of(call: DepartmentCall) -> _Key:
    # The case is part of a keyless record only: a key is one piece of work whatever it claims to be for.
    case_number = call.case_number if call.idempotency_key is None else None
    return call.department, call.method, call.path, call.idempotency_key, case_number
