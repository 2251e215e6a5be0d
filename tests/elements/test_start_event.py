"""BPMN 2.0.2, 10.5.2: start event."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import EnterStage, IncidentType, StartClock
from engine.bpmn.stimuli import CancelProcess, CompleteElement, StartProcess
from engine.errors import InvalidArgument, InvalidState
from tests.elements.drawing import (
    END,
    START,
    chain,
    clock,
    message,
    process,
    sequence,
    start_event,
    user_task,
)
from tests.elements.driver import Dry

TWO_STARTS = process(
    START
    + start_event("by_message", message("paid"))
    + user_task("asked")
    + user_task("told")
    + END
    + chain("start", "asked", "end")
    + chain("by_message", "told", "end")
)


def test_a_none_start_begins_with_the_given_variables() -> None:
    run = Dry(TWO_STARTS, variables={"a": 1})

    assert run.waiting == ["asked"]
    assert run.variables == {"a": 1}


def test_a_message_starts_its_own_path_with_its_payload() -> None:
    run = Dry(TWO_STARTS, variables={"amount": 3}, message="paid")

    assert run.path == ["by_message", "told"]
    assert run.variables == {"amount": 3}


def test_the_given_variables_are_copied() -> None:
    given = {"a": 1}
    run = Dry(TWO_STARTS, variables=given, reload=False)

    run.complete("asked", {"a": 2})

    assert given == {"a": 1}


@pytest.mark.parametrize("name", ["recalled", ""])
def test_a_message_that_starts_nothing_here_is_refused(name: str) -> None:
    with pytest.raises(InvalidArgument, match="start event"):
        Dry(TWO_STARTS, message=name)


def test_without_none_start_only_a_message_starts() -> None:
    model = process(start_event("by_message", message("paid")) + END + chain("by_message", "end"))

    with pytest.raises(InvalidArgument, match="without a trigger"):
        Dry(model)
    assert Dry(model, message="paid").ended is True


def test_it_announces_its_stage() -> None:
    run = Dry(process(start_event("start", gov_stage="受理") + END + chain("start", "end")))

    assert run.effects[0] == EnterStage("start", "受理")


def test_the_clocks_of_the_process_start_with_it_and_end_with_it() -> None:
    run = Dry(process(sequence(("a", user_task("a"))), extensions=clock("whole", kind="statutory")))

    assert run.effects[0] == StartClock(0, "main", "whole", "statutory", None)
    assert run.waiting == ["a"]

    run.complete("a")

    assert run.clocks == []


def test_a_clock_of_the_process_that_fails_holds_the_start_until_it_is_mended() -> None:
    model = process(sequence(("a", user_task("a"))), extensions=clock("ok") + clock("=limit"))
    run = Dry(model, variables={"limit": True})

    assert run.incidents == [("start", IncidentType.LIMIT_UNKNOWN)]
    assert run.clocks == []

    run.retry({"limit": "ten-days"})

    assert [c.limit for c in run.clocks] == ["ok", "ten-days"]
    assert run.waiting == ["a"]


def test_an_instance_starts_once_and_does_nothing_after_its_end() -> None:
    run = Dry(TWO_STARTS)

    with pytest.raises(InvalidState, match="not started yet"):
        run.step(StartProcess(1, {}))
    run.complete("asked")
    for stimulus in (CancelProcess(), CompleteElement(2)):
        with pytest.raises(InvalidState, match="has ended"):
            run.step(stimulus)
