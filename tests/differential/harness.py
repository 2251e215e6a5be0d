"""Any model with any answers on both engines. A failure tells the answers and saves the model as BPMN files.

check_answers([open("x.bpmn", "rb").read()], [Complete("review", {"good": True}), Fire("late")])
check_any_order(files, seed=7)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from engine.bpmn.effects import CreateJob, CreateTimer, CreateUserTask, OpenSubscription, RaiseIncident
from engine.bpmn.stimuli import StartProcess
from engine.spiff.lacks import Lack, lacks_of
from tests.differential.comparing import Duel, StepReport
from tests.differential.playing import Answer, Complete, Deliver, Fire, Retry, Row, Throw
from tests.elements.driver import NOW, Shelf, programs_of
from tests.random_models.saving import Told

MAX_ANSWERS = 100
"""Fewer than a loop needs to make a task tree too deep."""
MAX_RETRIES = 5


def shelf_of(files: Sequence[bytes]) -> Shelf:
    return Shelf([program for content in files for program in programs_of(content)], {})


def lacks_in(files: Sequence[bytes]) -> list[Lack]:
    """Of all processes in the files."""
    return [lack for program in shelf_of(files).programs for lack in lacks_of(program)]


def check_answers(
    files: Sequence[bytes], answers: Sequence[Answer], *, variables: Mapping[str, Any] | None = None
) -> None:
    """The first process of the first file, answered as told."""
    told: list[str] = []
    with Told(files, told):
        duel = _begun(files, variables, reload=True)
        for answer in answers:
            told.append(str(answer))
            _expect_equal(duel.answer(answer))


def check_any_order(
    files: Sequence[bytes],
    *,
    seed: int,
    errors: tuple[str, ...] = (),
    variables: Mapping[str, Any] | None = None,
    reload: bool = True,
) -> Duel:
    """Do whatever is open, in an order that depends on `seed` alone, until nothing is.

    A job also reports one of `errors` now and then; what becomes an incident is tried again a few times.
    """
    random, retries, told = Random(seed), MAX_RETRIES, list[str]()
    with Told(files, told):
        duel = _begun(files, variables, reload=reload)
        for number in range(MAX_ANSWERS):
            rows = duel.yishi.rows
            if not rows or retries < 0:
                break
            retries -= any(isinstance(row, RaiseIncident) for row in rows)
            answer = _answer(random.choice(rows), random, number, errors)
            told.append(str(answer))
            _expect_equal(duel.answer(answer))
    return duel


def _begun(files: Sequence[bytes], variables: Mapping[str, Any] | None, *, reload: bool) -> Duel:
    duel = Duel(shelf_of(files), StartProcess(1, dict(variables or {})), now=NOW, reload=reload)
    _expect_equal(duel.first)
    return duel


def _answer(row: Row, random: Random, number: int, errors: tuple[str, ...]) -> Answer:
    match row:
        case CreateJob() if errors and random.random() < 0.1:
            return Throw(row.element_id, random.choice(errors), variables={"why": number})
        case CreateTimer():
            return Fire(row.element_id)
        case OpenSubscription():
            return Deliver(row.element_id, {f"from_{row.element_id}": number})
        case CreateUserTask() | CreateJob():
            return Complete(row.element_id, {f"done_{row.element_id}": number, "shared": number % 3})
        case RaiseIncident():
            return Retry(row.element_id)


def _expect_equal(step: StepReport) -> None:
    if not step.is_equal:
        raise AssertionError("\n  ".join(["The engines differ:", *map(str, step.differences)]))
