"""A process on SpiffWorkflow alone, its state written and read back between any two steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn.effects import IncidentType, RaiseIncident
from engine.bpmn.stimuli import StartProcess, Stimulus
from engine.spiff.interpreter import advance
from engine.spiff.runtime import SPIFFWORKFLOW
from tests.differential.playing import Play
from tests.elements.driver import NOW, Shelf, programs_of


def shelf_of(*files: bytes) -> Shelf:
    return Shelf([program for content in files for program in programs_of(content)], {})


def play(*files: bytes, variables: Mapping[str, Any] | None = None, steps: int = 20_000) -> Play:
    """The first process of the first file, begun."""
    run = Play(SPIFFWORKFLOW, shelf_of(*files), now=NOW, steps=steps)
    run.start(StartProcess(1, dict(variables or {})))
    return run


def stimulate(run: Play, stimulus: Stimulus) -> None:
    """What no answer of a play stands for; its effects are lost."""
    advance(run.state, stimulus, library=run.library, now=run.now)


def incidents(run: Play) -> list[tuple[str, IncidentType]]:
    return [(row.element_id, row.incident_type) for row in run.rows if isinstance(row, RaiseIncident)]


def incident_text(run: Play) -> str:
    return next(row.message for row in run.rows if isinstance(row, RaiseIncident))
