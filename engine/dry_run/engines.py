"""The engines that a dry run can be played on, behind one face."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bpmn.effects import CloseElement, Effect, RaiseIncident, ResolveIncidents
from engine.bpmn.machine import DEFAULT_STEPS
from engine.bpmn.program import Library, Program
from engine.bpmn.runtime import YISHI, Advanced, Runtime
from engine.bpmn.state import Phase
from engine.bpmn.stimuli import RetryElement, StartProcess, Stimulus
from engine.dry_run.trace import Recorder
from engine.errors import InvalidArgument
from engine.spiff.lacks import lacks_of
from engine.spiff.runtime import SPIFFWORKFLOW

_OF_TOKENS = RaiseIncident | ResolveIncidents | CloseElement


@dataclass(frozen=True, slots=True)
class Machine:
    """An engine, with what it does not run right of a process: in words, empty if all of it runs."""

    runtime: Runtime
    lacks: Callable[[Program], list[str]]

    @property
    def name(self) -> str:
        return self.runtime.name

    def begin(
        self, stimulus: StartProcess, *, library: Library, now: datetime, recorder: Recorder
    ) -> tuple[Any, list[Effect]]:
        """The first advance: the state and the effects.

        It is begun without a single step and then let go: what variables are at each move can be seen
        only in a state that one holds already. What that does to the tokens is not told.
        Raises InvalidArgument if the process does not begin that way.
        """
        first = self.runtime.advance(None, stimulus, library=library, now=now, steps=0)
        state, effects = first.state, list(first.effects)
        parked = frozenset(key for key, element in state.elements.items() if element.phase is Phase.PARKED)
        recorder.state, recorder.hidden = state, parked
        for moved in first.path:
            recorder.append(moved)
        if parked:
            again = self.advance(
                state, RetryElement(_holder(effects, parked)), library=library, now=now, recorder=recorder
            )
            effects += again.effects
        return state, [e for e in effects if not (isinstance(e, _OF_TOKENS) and e.element_key in parked)]

    def advance(
        self, state: Any, stimulus: Stimulus, *, library: Library, now: datetime, recorder: Recorder
    ) -> Advanced:
        return self.runtime.advance(
            state, stimulus, library=library, now=now, steps=DEFAULT_STEPS, path=recorder
        )


def _holder(effects: list[Effect], parked: frozenset[int]) -> int:
    """The one of the parked elements that holds the incident for all."""
    return next(e.element_key for e in effects if isinstance(e, RaiseIncident) and e.element_key in parked)


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
