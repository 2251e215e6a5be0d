"""BPMN 2.0.2, 10.3.4.5: script task; the script is a FEEL expression."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.bpmn.effects import IncidentType
from tests.elements.drawing import (
    END,
    START,
    chain,
    exclusive,
    flow,
    process,
    reads,
    script_task,
    sequence,
    user_task,
    writes,
)
from tests.elements.driver import Dry


def scripted(script: str, *, result: str | None = "x", extensions: str = "") -> bytes:
    task = script_task("compute", script, result=result, extensions=extensions)
    return process(sequence(("compute", task), ("next", user_task("next"))))


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ("0.1 + 0.2", Decimal("0.3")),
        ('date("2026-03-01")', date(2026, 3, 1)),
        ("[1, 2][item > 1]", [2]),
        ("nobody", None),
    ],
)
def test_its_value_goes_to_the_result_variable_and_survives_storage(script: str, value: object) -> None:
    run = Dry(scripted(script))

    assert run.variables == {"x": value}
    assert run.waiting == ["next"]


def test_a_context_without_result_variable_sets_its_entries() -> None:
    run = Dry(scripted("{a: 1, b: a + 1}", result=None))

    assert run.variables == {"a": 1, "b": 2}


def test_any_other_value_without_result_variable_is_an_incident() -> None:
    run = Dry(scripted("7", result=None))

    assert run.incidents == [("compute", IncidentType.SCRIPT_FAILED)]


def test_it_reads_its_inputs_and_writes_its_outputs() -> None:
    run = Dry(
        scripted("double + 1", extensions=reads("double", "=n * 2") + writes("y", "=x + double")),
        variables={"n": 3},
    )

    assert run.variables == {"n": 3, "y": 13}


def test_a_failing_script_is_an_incident_that_can_be_retried() -> None:
    run = Dry(scripted("n / m"), variables={"n": 4, "m": 0})

    assert run.incidents == [("compute", IncidentType.SCRIPT_FAILED)]

    run.retry({"m": 2})

    assert run.variables == {"n": 4, "m": 2, "x": 2}


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("function(a) a + 1", "function"),
        ("{f: [function(a) a]}", "function"),
        ('"a\\u0000b"', "NUL"),
        ('{entry: "a\\u0000b"}', "NUL"),
        ("[seed, seed]", "20000 parts"),
        ("[deep]", "32 levels"),
    ],
)
def test_a_value_that_cannot_be_kept_is_an_incident_and_not_a_crash(script: str, why: str) -> None:
    deep: list[Any] = []
    for _ in range(31):
        deep = [deep]

    run = Dry(scripted(script), variables={"seed": [0] * 10_000, "deep": deep})

    assert run.incidents == [("compute", IncidentType.SCRIPT_FAILED)]
    assert why in run.incident_text


def test_a_value_that_holds_its_former_self_twice_each_turn_is_stopped_in_time() -> None:
    # In memory every turn adds two references; stored it would be 2 ** 1,000 numbers.
    model = process(
        START
        + script_task("double", "[x, x]", result="x")
        + script_task("count", "n + 1", result="n")
        + exclusive("again", default="again_end")
        + END
        + chain("start", "merge", "double", "count", "again", "end")
        + exclusive("merge")
        + flow("again", "merge", "n < 1000")
    )

    run = Dry(model, variables={"x": 1, "n": 0})

    assert run.incidents == [("double", IncidentType.SCRIPT_FAILED)]
