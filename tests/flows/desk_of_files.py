"""A desk whose rungs are files, so that it outlives a killed process: the port's test double."""

from __future__ import annotations

import fcntl
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from engine.clock import Clock, SystemClock
from engine.errors import InvalidState
from engine.views.clocks import DueRung
from flows.desk import EscalationDesk, Firing, Outcome, RungKey, key_of


class DeskOfFiles:
    """`rungs/`: one file per rung; `fired/`: one per effect, `calls/`: every attempt."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        for name in ("rungs", "fired", "calls", "poison", "higher"):
            (directory / name).mkdir(parents=True, exist_ok=True)
        self._pause = directory / "seconds_per_firing"

    @property
    def clock(self) -> Clock:
        return SystemClock()

    def due_rungs(self, *, limit: int) -> Sequence[DueRung]:
        now = self.clock.now()
        return [rung for rung in self._open_rungs() if rung.fire_at <= now][:limit]

    def next_rung_at(self) -> datetime | None:
        return min((rung.fire_at for rung in self._open_rungs()), default=None)

    def fire(self, key: RungKey, *, occasion: str) -> Firing:
        name = _name(key)
        with (self.directory / "calls" / name).open("a") as calls:
            calls.write(f"{occasion}\n")
        if (self.directory / "poison" / name).exists():
            raise InvalidState(f"Expected a ladder for clock {key.clock_id}, but there is none.")
        if self._pause.exists():
            time.sleep(float(self._pause.read_text()))
        higher = self.directory / "higher" / name
        rung_key, colour = higher.read_text().split() if higher.exists() else (key.rung_key, "")
        try:
            with (self.directory / "fired" / name).open("x") as fired:
                fired.write(occasion)
        except FileExistsError:
            first = (self.directory / "fired" / name).read_text()
            return Firing(Outcome.FIRED if occasion == first else Outcome.ALREADY_FIRED)
        return Firing(Outcome.FIRED, rung_key=rung_key, colour=colour)

    def beat(self) -> None:
        (self.directory / "heartbeat").touch()

    @contextmanager
    def sweeper_lock(self) -> Iterator[bool]:
        with (self.directory / "lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    # What tests do and see.

    def add(self, rung: DueRung, *, poison: bool = False) -> None:
        if poison:
            (self.directory / "poison" / _name(key_of(rung))).touch()
        path = self.directory / "rungs" / _name(key_of(rung))
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(rung), default=datetime.isoformat))
        draft.rename(path)

    def let_a_higher_rung_fire(self, key: RungKey, *, rung_key: str, colour: str) -> None:
        (self.directory / "higher" / _name(key)).write_text(f"{rung_key} {colour}")

    def slow_down(self, seconds: float) -> None:
        self._pause.write_text(str(seconds))

    def fired(self) -> set[int]:
        """The clocks that escalated."""
        return {int(path.name.split("-")[0]) for path in (self.directory / "fired").iterdir()}

    def calls(self, key: RungKey) -> int:
        path = self.directory / "calls" / _name(key)
        return len(path.read_text().split()) if path.exists() else 0

    def has_beaten(self) -> bool:
        return (self.directory / "heartbeat").exists()

    def _open_rungs(self) -> list[DueRung]:
        fired = {path.name for path in (self.directory / "fired").iterdir()}
        paths = (path for path in (self.directory / "rungs").iterdir() if path.suffix != ".draft")
        rungs = [_rung(path) for path in paths if path.name not in fired]
        return sorted(rungs, key=lambda rung: (rung.fire_at, rung.clock_id))


@contextmanager
def open_desk_of_files(directory: Path) -> Iterator[EscalationDesk]:
    yield DeskOfFiles(directory)


def _name(key: RungKey) -> str:
    return f"{key.clock_id}-{key.rung_key}-{key.generation}"


def _rung(path: Path) -> DueRung:
    row = json.loads(path.read_text())
    for name in ("fire_at", "due_at"):
        row[name] = datetime.fromisoformat(row[name]) if row[name] else None
    return DueRung(**row)
