"""States that earlier versions of the software stored, kept as files, one folder per format.

A running instance survives an upgrade: each of them is read, brought to the format of now, and runs on
to its end. The files are never rewritten; a new format gets a new folder.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from engine.bpmn.machine import advance
from engine.bpmn.migration import FORMAT
from engine.bpmn.program import Program
from engine.bpmn.state import Phase, State, decode, encode
from engine.bpmn.stimuli import (
    CompleteElement,
    DeliverMessage,
    DeliverSignal,
    RetryElement,
    Stimulus,
    TriggerTimer,
)
from tests.elements.driver import Shelf, programs_of
from tests.elements.invariants import check

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
GOLDEN = sorted((Path(__file__).parent / "golden").glob("format_*/*.json"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_stored_state_of_any_format_runs_on_to_its_end(path: Path) -> None:
    golden = orjson.loads(path.read_bytes())
    programs = [program for text in golden["files"] for program in programs_of(text.encode())]
    state = decode(orjson.dumps(golden["state"]))
    check(state)

    for action, *what in golden["then"]:
        stimulus = _stimulus(state, programs, action, *what)
        step = advance(state, stimulus, library=Shelf(programs, {}), now=NOW)
        check(step.state)
        state = decode(encode(step.state))

    assert state.ended is True


@pytest.mark.parametrize("number", range(1, FORMAT + 1))
def test_every_format_is_among_them(number: int) -> None:
    formats = {orjson.loads(path.read_bytes())["state"][0] for path in GOLDEN}

    assert number in formats
    assert all(path.parent.name == f"format_{orjson.loads(path.read_bytes())['state'][0]}" for path in GOLDEN)


def _stimulus(
    state: State, programs: list[Program], action: str, element_id: str, given: dict[str, Any] | None = None
) -> Stimulus:
    """`element_id` names the element that waits; "event" in `given` the event that happens to it."""
    given = dict(given or {})

    def program_of(key: int) -> Program:
        return programs[state.definition_ids[state.scopes[state.elements[key].scope].program] - 1]

    key = next(
        key
        for key, element in state.elements.items()
        if program_of(key).nodes[element.node].id == element_id
        and (action == "retry" or element.phase in (Phase.WAITING, Phase.LISTENING))
        and not element.child
    )
    if action == "complete":
        return CompleteElement(key, given)
    if action == "retry":
        return RetryElement(key, given)
    event = program_of(key).node_named(given.pop("event"))
    assert event is not None
    if action == "fire":
        return TriggerTimer(key, event.index, NOW)
    if action == "signal":
        return DeliverSignal(key, event.index, given)
    return DeliverMessage(key, event.index, given)
