from __future__ import annotations

import pytest

from engine.bpmn.stimuli import (
    CompleteElement,
    DeliverSignal,
    SetVariables,
    StartActivity,
    StartProcess,
    ThrowEscalation,
)
from engine.errors import InvalidArgument, InvalidState
from engine.spiff.interpreter import advance
from tests.differential.playing import Complete
from tests.elements.drawing import process, script_task, sequence, user_task
from tests.elements.driver import NOW
from tests.unit.spiff.playing_alone import play, stimulate


def test_an_element_that_has_ended_takes_no_answer() -> None:
    run = play(process(sequence(("a", user_task("a")), ("b", user_task("b")))))
    key = run.rows[0].element_key
    run.answer(Complete("a"))

    with pytest.raises(InvalidState, match="has ended"):
        stimulate(run, CompleteElement(key))


def test_what_no_process_here_waits_for_is_refused() -> None:
    run = play(process(sequence(("a", user_task("a")))))
    key = run.rows[0].element_key

    for stimulus in (DeliverSignal(key, 1), StartActivity(key, "a")):
        with pytest.raises(InvalidState):
            stimulate(run, stimulus)


def test_an_escalation_that_nobody_catches_changes_nothing() -> None:
    run = play(process(sequence(("a", user_task("a")))))

    stimulate(run, ThrowEscalation(run.rows[0].element_key, "SLOW"))

    assert run.answer(Complete("a")).ended is True


def test_variables_that_are_set_from_outside_are_seen_by_what_comes() -> None:
    run = play(process(sequence(("a", user_task("a")), ("s", script_task("s", "x + 1", result="y")))))

    stimulate(run, SetVariables({"x": 1}))

    assert run.answer(Complete("a")).ended is True
    # The variables of an ended play are those of its last rest.
    assert run.state.ended is True


def test_a_process_is_not_started_twice_nor_continued_before_it_is() -> None:
    run = play(process(sequence(("a", user_task("a")))))

    with pytest.raises(InvalidState):
        stimulate(run, StartProcess(1, {}))
    with pytest.raises(InvalidState):
        advance(None, CompleteElement(1), library=run.library, now=NOW)


def test_a_start_that_the_process_does_not_have_is_refused() -> None:
    run = play(process(sequence(("a", user_task("a")))))

    for start in (
        StartProcess(1, {}, message_name="paid"),
        StartProcess(1, {}, signal_name="alarm"),
        StartProcess(1, {}, timer_node=0),
    ):
        with pytest.raises(InvalidArgument, match="start event"):
            advance(None, start, library=run.library, now=NOW)
