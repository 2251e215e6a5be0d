"""The engine behind the desk: the only module of flows that knows the engine's commands and views."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime

from engine.bootstrap import open_engine
from engine.clock import Clock
from engine.commands.clocks import FireRung
from engine.facade import Engine
from engine.settings import Settings
from engine.views.clocks import DueRung, DueRungs, NextRungAt
from flows.desk import SWEEP_NAME, EscalationDesk, Firing, Outcome, RungKey


class EngineDesk:
    """See EscalationDesk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def clock(self) -> Clock:
        return self._engine.clock

    def due_rungs(self, *, limit: int) -> Sequence[DueRung]:
        return self._engine.ask(DueRungs(limit=limit))

    def next_rung_at(self) -> datetime | None:
        return self._engine.ask(NextRungAt())

    def fire(self, key: RungKey, *, occasion: str) -> Firing:
        answer = self._engine.do(
            FireRung(
                clock_id=key.clock_id,
                rung_key=key.rung_key,
                generation=key.generation,
                idempotency_key=key.idempotency_key(occasion),
            )
        )
        return Firing(
            Outcome(answer["outcome"]),
            rung_key=answer.get("rung", ""),
            colour=answer.get("colour", ""),
        )

    def beat(self) -> None:
        self._engine.beat(SWEEP_NAME)

    def sweeper_lock(self) -> AbstractContextManager[bool]:
        return self._engine.sweeper_lock()


@contextmanager
def open_engine_desk() -> Iterator[EscalationDesk]:
    """On the engine that the environment's settings name. Raises Unavailable if it cannot be opened."""
    with closing(open_engine(Settings())) as engine:
        yield EngineDesk(engine)
