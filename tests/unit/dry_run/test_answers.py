from __future__ import annotations

import pytest

from engine.dry_run import Result
from engine.errors import InvalidArgument

from .models import (
    END,
    START,
    boundary,
    bpmn,
    chain,
    data,
    flow,
    job,
    moves,
    process,
    run,
    straight,
    user_task,
)

ERROR = '<error id="e" name="e" errorCode="E1"/>'
ESCALATION = '<escalation id="s" name="s" escalationCode="S1"/>'
WITH_ERROR = bpmn(
    process(
        START, job("call"), END, '<endEvent id="caught"/>',
        boundary("on_error", "call", '<errorEventDefinition errorRef="e"/>'),
        chain("start", "call", "end"), flow("on_error", "caught"),
    ),
    roots=ERROR,
)  # fmt: skip
LOOP = bpmn(
    process(
        START, '<exclusiveGateway id="again"/>', user_task("ask"),
        '<exclusiveGateway id="enough" default="enough_again"/>',
        END, chain("start", "again", "ask", "enough", "again"), flow("enough", "end", "=enough = true"),
    )
)  # fmt: skip


def test_variables_complete_a_task_with_them() -> None:
    result = run(bpmn(process(straight("ask"))), script="answers: {ask: {a: 1, b: [x]}}")

    assert result.ended == "completed"
    assert data(result) == {"a": 1, "b": ["x"]}


def test_without_an_answer_a_task_waits() -> None:
    result = run(bpmn(process(straight("ask"))))

    assert (result.ended, result.stopped, result.resting) == ("waiting", "waiting", ["ask"])
    assert result.waiting[0]["for"] == "user task"


def test_auto_completes_what_nobody_answers_and_wait_keeps_waiting() -> None:
    result = run(bpmn(process(straight("a", "b"))), script="{auto: true, answers: {b: wait}}")

    assert result.resting == ["b"]


def test_a_list_answers_one_time_after_the_other_and_the_last_repeats() -> None:
    result = run(LOOP, script="{answers: {ask: [{n: 1}, {n: 2}, {enough: true}]}}")
    endless = run(LOOP, script="{steps: 7, answers: {ask: [{n: 1}, {n: 2}]}}")

    assert result.path.count("ask") == 3
    assert data(result) == {"n": 2, "enough": True}
    assert (endless.stopped, endless.path.count("ask"), data(endless)) == ("steps", 8, {"n": 2})


def test_an_error_takes_its_boundary_event() -> None:
    result = run(WITH_ERROR, script="answers: {call: {error: E1, message: no, variables: {why: 7}}}")

    assert moves(result)[-2:] in (["passed on_error", "passed caught"], ["left on_error", "passed caught"])
    assert data(result)["why"] == 7


def test_an_error_nobody_catches_is_an_incident() -> None:
    result = run(WITH_ERROR, script="answers: {call: {error: E2}}")

    assert [(each["element"], each["type"]) for each in result.incidents] == [("call", "UNHANDLED_ERROR")]
    assert result.ended == "waiting"


def test_a_failure_is_an_incident_and_the_job_still_waits() -> None:
    result = run(WITH_ERROR, script="answers: {call: {fail: 503}}")

    assert [(each["type"], each["message"]) for each in result.incidents] == [("JOB_FAILED", "503")]
    assert [(row["element"], row["failed"]) for row in result.waiting] == [("call", True)]


def test_an_answer_may_take_its_time() -> None:
    result = run(
        bpmn(process(straight("ask"))),
        script="{clock: 2026-03-02T09:00:00+08:00, answers: {ask: {after: 1 workday, variables: {a: 1}}}}",
    )

    entered, left = (e for e in result.entries if e.element_id == "ask")
    assert entered.at.isoformat() == "2026-03-02T01:00:00+00:00"
    assert left.at.isoformat() == "2026-03-03T16:00:00+00:00", "the end of the first workday after"


def escalating(script: str) -> Result:
    model = bpmn(
        process(
            START, user_task("ask"), END, '<endEvent id="told"/>',
            boundary("up", "ask", '<escalationEventDefinition escalationRef="s"/>', interrupting=False),
            chain("start", "ask", "end"), flow("up", "told"),
        ),
        roots=ESCALATION,
    )  # fmt: skip
    return run(model, script=script)


def test_after_an_escalation_the_task_takes_its_next_answer() -> None:
    once = escalating("answers: {ask: {escalation: S1}}")
    then_done = escalating("answers: {ask: [{escalation: S1}, {done: true}]}")

    assert once.resting == ["ask"], "never again for the same task"
    assert [(each["code"], each["caught_by"]) for each in once.escalations] == [("S1", "up")]
    assert then_done.ended == "completed"
    assert "told" in then_done.path


def test_answers_of_equal_ids_in_two_processes_are_told_apart() -> None:
    caller = process(START, '<callActivity id="ask" calledElement="q"/>', user_task("do"), END,
                     chain("start", "ask", "do", "end"))  # fmt: skip
    called = process(straight("do"), id="q")

    result = run(bpmn(caller), bpmn(called), script="answers: {'q:do': {inner: 1}, 'p:do': {outer: 2}}")

    assert data(result) == {"inner": 1, "outer": 2}
    assert {(e.process_id, e.element_id) for e in result.entries if e.element_id == "do"} == {
        ("p", "do"),
        ("q", "do"),
    }


def test_each_instance_of_a_multi_instance_task_has_its_own_answer() -> None:
    loop = (
        "<multiInstanceLoopCharacteristics><extensionElements>"
        '<gov:multiInstance collection="=[1,2,3]" item="n" outputCollection="said" outputItem="=said_now"/>'
        "</extensionElements></multiInstanceLoopCharacteristics>"
    )
    output = '<extensionElements><gov:output source="=x" target="said_now"/></extensionElements>'
    model = bpmn(
        process(START, f'<userTask id="ask">{output}{loop}</userTask>', END, chain("start", "ask", "end"))
    )

    result = run(
        model, script="answers: {ask: [{x: a}, {x: b, after: PT0S}, {x: c}]}".replace(", after: PT0S", "")
    )

    assert result.ended == "completed"
    assert data(result)["said"] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ("{error: E, fail: x}", "one of error, escalation, fail, activities"),
        ("{error: E, foo: 1}", "'foo'"),
        ("{after: soon}", "a duration"),
        ("[]", "at least one answer"),
        ("12", "Expected variables, an answer or 'wait'"),
        ("{variables: [1]}", "variables (a JSON object)"),
    ],
)
def test_what_is_no_answer_is_refused(answer: str, problem: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        run(bpmn(process(straight("ask"))), script=f"answers: {{ask: {answer}}}")

    assert problem in str(refused.value)
    assert "script.answers.ask" in str(refused.value)
