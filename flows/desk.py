"""The desk at which flows ask what is due and fire a rung: all that flows know of the engine.

`engine_desk` puts the engine behind it; tests put something smaller there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from engine.clock import Clock
from engine.views.clocks import DueRung

SWEEP_NAME = "sla-sweep"
"""Name of the sweep's flow, of its deployment and of its heartbeat."""


@dataclass(frozen=True, slots=True)
class RungKey:
    """What makes a firing unique; `generation` grows when a clock is recomputed and may fire anew."""

    clock_id: int
    rung_key: str
    generation: int

    def idempotency_key(self, occasion: str) -> str:
        """One per reason to ask. Not one per rung: a firing refused while its clock was paused would
        then be answered with that refusal for ever after."""
        return f"rung:{self.clock_id}:{self.rung_key}:{self.generation}:{occasion}"


def key_of(due: DueRung) -> RungKey:
    return RungKey(due.clock_id, due.rung_key, due.generation)


def occasion_of(fire_at: datetime) -> str:
    """A pause or a new calendar moves the instant, and so makes a new occasion."""
    return f"{fire_at.timestamp():.6f}"


class Outcome(StrEnum):
    FIRED = "FIRED"
    ALREADY_FIRED = "ALREADY_FIRED"
    """Somebody else was faster; nothing happened now."""
    SUPERSEDED = "SUPERSEDED"
    """The clock was met, paused, cancelled or recomputed meanwhile; nothing happened now."""


@dataclass(frozen=True, slots=True)
class Firing:
    """`rung_key` and `colour` are of the rung that fired: the highest one passed, after downtime
    not the one asked for. Empty if the engine did not say."""

    outcome: Outcome
    rung_key: str = ""
    colour: str = ""


class EscalationDesk(Protocol):
    @property
    def clock(self) -> Clock: ...

    def due_rungs(self, *, limit: int) -> Sequence[DueRung]:
        """At most `limit` rungs that are due, the longest due first."""
        ...

    def next_rung_at(self) -> datetime | None:
        """The earliest rung still to come, in aware UTC; may lie in the past while some are due."""
        ...

    def fire(self, key: RungKey, *, occasion: str) -> Firing:
        """Fire once, and skip the lower rungs. A repeat on the same occasion gets the first answer,
        on another one ALREADY_FIRED.

        Raises YishiError, and nothing else, if the command was refused or failed.
        """
        ...

    def beat(self) -> None:
        """Say that the sweep is alive; its absence is what raises the alarm."""
        ...

    def sweeper_lock(self) -> AbstractContextManager[bool]:
        """True for one sweeper at a time, until the context ends or its process dies."""
        ...


OpenDesk = Callable[[], AbstractContextManager[EscalationDesk]]
"""Must be a module-level function or another object that pickles: runs open the desk in their own process."""

_lent: ContextVar[EscalationDesk | None] = ContextVar("lent_desk", default=None)


@contextmanager
def lend_desk(open_desk: OpenDesk) -> Iterator[EscalationDesk]:
    """The desk already open around us, or a new one: a sweep and the escalations inside it share one."""
    lent = _lent.get()
    if lent is not None:
        yield lent
        return
    with open_desk() as desk:
        token = _lent.set(desk)
        try:
            yield desk
        finally:
            _lent.reset(token)
