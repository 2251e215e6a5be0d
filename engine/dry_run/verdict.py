"""A scenario test played and judged."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dry_run.deeds import Look, do
from engine.dry_run.engines import Machine
from engine.dry_run.expectations import shortfalls
from engine.dry_run.rehearsal import Rehearsal
from engine.dry_run.result import Result
from engine.dry_run.scenario_test import ScenarioTest
from engine.dry_run.shelf import Shelf
from engine.errors import CommandRejected, InvalidArgument


@dataclass(frozen=True, slots=True)
class Verdict:
    """`result` is None if the case could not even begin."""

    test: ScenarioTest
    engine: str
    problems: tuple[str, ...]
    result: Result | None

    @property
    def passed(self) -> bool:
        return not self.problems


def judge(test: ScenarioTest, shelf: Shelf, *, machine: Machine) -> Verdict:
    """Stops at the first step that cannot be done; after the last one everything is compared."""
    try:
        rehearsal = Rehearsal(shelf, test.given, machine=machine)
    except InvalidArgument as error:
        return Verdict(test, machine.name, (f"given: {error}",), None)
    problems: list[str] = []
    rehearsal.settle()
    for number, deed in enumerate(test.when):
        try:
            do(rehearsal, deed)
        except (CommandRejected, InvalidArgument) as error:
            problems.append(f"when[{number}]: {error}")
            break
        if isinstance(deed, Look):
            problems += shortfalls(deed.expectation, rehearsal.result())
    else:
        problems += shortfalls(test.then, rehearsal.result())
    return Verdict(test, machine.name, tuple(problems), rehearsal.result())
