"""Is a process portable? The same answers on both engines, compared step by step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from engine.bpmn.program import Library
from engine.bpmn.runtime import YISHI
from engine.bpmn.stimuli import StartProcess
from engine.errors import InvalidState
from engine.spiff.lacks import Lack
from engine.spiff.limits import MAX_STEPS
from engine.spiff.plan import plan_of
from engine.spiff.runtime import SPIFFWORKFLOW
from tests.differential.playing import Answer, Play, Rest


@dataclass(frozen=True, slots=True)
class Difference:
    """`what` is a field of `tests.differential.playing.Rest`, or "answer" if only one engine takes it. Counted
    things are given without what both have."""

    what: str
    yishi: Any
    spiffworkflow: Any

    def __str__(self) -> str:
        return f"{self.what}: yishi {self.yishi!r}, spiffworkflow {self.spiffworkflow!r}"


@dataclass(frozen=True, slots=True)
class StepReport:
    answer: StartProcess | Answer
    rest: Rest
    """On our own engine."""
    differences: tuple[Difference, ...]

    @property
    def is_equal(self) -> bool:
        return not self.differences


@dataclass(frozen=True, slots=True)
class PortabilityReport:
    process_id: str
    lacks: tuple[Lack, ...]
    """Constructs that SpiffWorkflow does not run right; with any of them it was not run."""
    steps: tuple[StepReport, ...]
    """The last one is the first that differs, if one does."""

    @property
    def is_portable(self) -> bool:
        return not self.lacks and all(step.is_equal for step in self.steps)


class Duel:
    """One process instance on each engine, given the same answers."""

    def __init__(
        self,
        library: Library,
        start: StartProcess,
        *,
        now: datetime,
        steps: int = MAX_STEPS,
        reload: bool = True,
    ) -> None:
        self.yishi = Play(YISHI, library, now=now, steps=steps, reload=reload)
        self.spiffworkflow = Play(SPIFFWORKFLOW, library, now=now, steps=steps, reload=reload)
        mine, theirs = self.yishi.start(start), self.spiffworkflow.start(start)
        self.first = StepReport(start, mine, differences_of(mine, theirs))

    def answer(self, answer: Answer) -> StepReport:
        """Raises InvalidState if nothing waits for the answer on our own engine."""
        mine = self.yishi.answer(answer)
        try:
            theirs = self.spiffworkflow.answer(answer)
        except InvalidState as error:
            return StepReport(answer, mine, (Difference("answer", "taken", str(error)),))
        return StepReport(answer, mine, differences_of(mine, theirs))


def compare(
    library: Library,
    definition_id: int,
    answers: Sequence[Answer],
    *,
    now: datetime,
    variables: Mapping[str, Any] | None = None,
    message_name: str | None = None,
) -> PortabilityReport:
    """Begin the process on both engines and give both the answers, up to the first difference.

    `variables` are FEEL values, `now` is aware; timers move on from there as they are fired. Raises
    InvalidState if nothing waits for an answer, InvalidArgument if the process does not begin that way.
    """
    program = library.program(definition_id)
    lacks = plan_of(program).lacks
    if lacks:
        return PortabilityReport(program.process_id, lacks, ())
    duel = Duel(library, StartProcess(definition_id, dict(variables or {}), message_name), now=now)
    steps = [duel.first]
    for answer in answers:
        if not steps[-1].is_equal:
            break
        steps.append(duel.answer(answer))
    return PortabilityReport(program.process_id, (), tuple(steps))


def differences_of(yishi: Rest, spiffworkflow: Rest) -> tuple[Difference, ...]:
    found = []
    for each in fields(Rest):
        mine, theirs = getattr(yishi, each.name), getattr(spiffworkflow, each.name)
        if mine == theirs:
            continue
        if isinstance(mine, Counter):
            mine, theirs = dict(mine - theirs), dict(theirs - mine)
        elif each.name == "variables":
            mine, theirs = _without_shared(mine, theirs), _without_shared(theirs, mine)
        found.append(Difference(each.name, mine, theirs))
    return tuple(found)


def _without_shared(variables: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in variables.items() if name not in other or other[name] != value}
