from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import orjson
import pytest

from engine.bpmn.effects import CreateJob, CreateUserTask
from engine.bpmn.runtime import YISHI
from engine.bpmn.stimuli import StartProcess
from engine.errors import InvalidArgument
from engine.feel import YearsMonths
from engine.spiff.runtime import SPIFFWORKFLOW
from tests.differential.playing import Answer, Complete, Fire, Play
from tests.elements.drawing import (
    boundary,
    call_activity,
    chain,
    end_event,
    inner,
    parallel,
    process,
    sequence,
    service_task,
    sub_process,
    timer,
    user_task,
)
from tests.elements.driver import NOW
from tests.unit.spiff.playing_alone import play, shelf_of

NESTED = process(
    sequence(
        ("split", parallel("split")), ("sub", sub_process("sub", inner("i", ("a", user_task("a")))))
    ).replace(chain("sub", "end"), chain("sub", "join", "end"))
    + parallel("join")
    + call_activity("call")
    + boundary("late", "call", timer("PT1H"), interrupting=False)
    + end_event("warned")
    + chain("split", "call", "join")
    + chain("late", "warned")
)
"""A sub-process beside a call with a boundary timer."""
CALLED = process(sequence(("b", service_task("b"))), id="called")


def test_it_begins_with_the_engine_and_the_format_and_holds_no_specification() -> None:
    run = play(NESTED, CALLED)

    document = orjson.loads(SPIFFWORKFLOW.encode(run.state))

    assert document[:2] == ["spiffworkflow", 1]
    assert b"UserTask" not in SPIFFWORKFLOW.encode(run.state)
    assert len(SPIFFWORKFLOW.encode(run.state)) < 1_500


def test_what_is_read_back_is_written_the_same_again_before_and_after_a_step() -> None:
    run = play(NESTED, CALLED)
    body = SPIFFWORKFLOW.encode(run.state)

    again = SPIFFWORKFLOW.decode(body)

    assert SPIFFWORKFLOW.encode(again) == body
    run.answer(Fire("late"))
    assert SPIFFWORKFLOW.encode(
        SPIFFWORKFLOW.decode(SPIFFWORKFLOW.encode(run.state))
    ) == SPIFFWORKFLOW.encode(run.state)


def test_two_instances_of_the_same_history_have_the_same_bytes() -> None:
    one, other = play(NESTED, CALLED), play(NESTED, CALLED)

    for run in (one, other):
        run.answer(Complete("b"))

    assert SPIFFWORKFLOW.encode(one.state) == SPIFFWORKFLOW.encode(other.state)


def test_element_keys_are_those_of_before_the_restart() -> None:
    run = play(NESTED, CALLED)
    keys = {row.element_id: row.element_key for row in run.rows}

    run.answer(Fire("late"))
    run.answer(Complete("b"))

    assert {row.element_id: row.element_key for row in run.rows} == {"a": keys["a"]}
    assert run.answer(Complete("a")).ended is True


def test_a_restart_changes_nothing() -> None:
    answers: tuple[Answer, ...] = (Fire("late"), Complete("a"), Complete("b"))
    stored = Play(SPIFFWORKFLOW, shelf_of(NESTED, CALLED), now=NOW, steps=500, reload=True)
    in_memory = Play(SPIFFWORKFLOW, shelf_of(NESTED, CALLED), now=NOW, steps=500, reload=False)

    rests = [[run.start(StartProcess(1, {})), *map(run.answer, answers)] for run in (stored, in_memory)]

    assert rests[0] == rests[1]
    assert rests[0][-1].ended is True


def test_feel_values_that_json_lacks_come_back_as_they_were() -> None:
    variables = {
        "fee": Decimal("0.10"),
        "day": date(2026, 3, 2),
        "term": timedelta(days=20),
        "months": YearsMonths(14),
        "nested": {"list": [Decimal("1.5"), None], "@feel": "a name like our tag"},
        "typename": "what SpiffWorkflow's serializer would take for a class",
    }

    run = play(NESTED, CALLED, variables=variables)

    assert run.state.root.variables == variables
    assert type(run.state.root.variables["fee"]) is Decimal


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b'["spiffworkflow",2]', b'["other",1]', b"[1,2,null,null,[],[],[]]"]
)
def test_what_this_engine_has_not_written_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidArgument, match=r"Expected a (stored )?state"):
        SPIFFWORKFLOW.decode(content)


def test_the_state_of_the_other_engine_is_refused_by_either() -> None:
    ours = Play(YISHI, shelf_of(NESTED, CALLED), now=NOW, steps=500)
    ours.start(StartProcess(1, {}))
    theirs = play(NESTED, CALLED)

    with pytest.raises(InvalidArgument):
        SPIFFWORKFLOW.decode(YISHI.encode(ours.state))
    with pytest.raises(InvalidArgument):
        YISHI.decode(SPIFFWORKFLOW.encode(theirs.state))


def test_questions_are_answered_from_a_state_that_was_only_read() -> None:
    run = play(NESTED, CALLED, variables={"x": 1})
    state = SPIFFWORKFLOW.decode(SPIFFWORKFLOW.encode(run.state))
    job = next(row.element_key for row in run.rows if isinstance(row, CreateJob))
    task = next(row.element_key for row in run.rows if isinstance(row, CreateUserTask))

    payload = SPIFFWORKFLOW.payload_of(state, job, library=run.library)

    assert payload == {"x": 1}
    assert SPIFFWORKFLOW.payload_of(state, task, library=run.library) == {"x": 1}
    assert SPIFFWORKFLOW.payload_of(state, 999, library=run.library) is None
    assert state.top is None, "a task tree was grown only to look something up"
