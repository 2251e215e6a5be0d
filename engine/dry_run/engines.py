"""The engines that a dry run can be played on, behind one face."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bpmn.machine import DEFAULT_STEPS
from engine.bpmn.program import Library, Program
from engine.bpmn.runtime import YISHI, Advanced, Runtime
from engine.bpmn.stimuli import Stimulus
from engine.dry_run.trace import Recorder
from engine.errors import InvalidArgument
from engine.spiff.lacks import lacks_of
from engine.spiff.runtime import SPIFFWORKFLOW


@dataclass(frozen=True, slots=True)
class Machine:
    """An engine, with what it does not run right of a process: in words, empty if all of it runs."""

    runtime: Runtime
    lacks: Callable[[Program], list[str]]

    @property
    def name(self) -> str:
        return self.runtime.name

    def advance(
        self, state: Any, stimulus: Stimulus, *, library: Library, now: datetime, recorder: Recorder
    ) -> Advanced:
        return self.runtime.advance(
            state, stimulus, library=library, now=now, steps=DEFAULT_STEPS, path=recorder
        )


def _lacks_nothing(program: Program) -> list[str]:
    """What the engine cannot run, the gate has refused."""
    return []


def _lacks_of_spiff(program: Program) -> list[str]:
    return [lack.en for lack in lacks_of(program)]


ENGINES: Mapping[str, Machine] = {
    machine.name: machine
    for machine in (Machine(YISHI, _lacks_nothing), Machine(SPIFFWORKFLOW, _lacks_of_spiff))
}


def engine_named(name: str) -> Machine:
    machine = ENGINES.get(name)
    if machine is None:
        raise InvalidArgument(f"Expected an engine of {', '.join(ENGINES)}, but got {name!r}.")
    return machine
