from __future__ import annotations

import pytest

from engine.dry_run import Variables, facts_of, read_script, rehearse, stock
from engine.errors import InvalidArgument

from .models import (
    END,
    START,
    YISHI,
    bpmn,
    chain,
    data,
    flow,
    job,
    moves,
    process,
    run,
    shelf_of,
    straight,
    user_task,
)


def script_task(id: str, result: str, script: str) -> str:
    return f'<scriptTask id="{id}" scriptFormat="feel" gov:result="{result}"><script>={script}</script></scriptTask>'


COUNTING = bpmn(
    process(START, script_task("one", "n", "1"), script_task("two", "n", "n + 1"), END,
            chain("start", "one", "two", "end"))
)  # fmt: skip
BRANCHING = bpmn(
    process(
        START, '<exclusiveGateway id="which" default="which_b"/>', '<task id="a"/>', '<task id="b"/>', END,
        chain("start", "which"), flow("which", "a", "=x > 1"), flow("which", "b"), chain("a", "end"),
        chain("b", "end"),
    )
)  # fmt: skip


def test_every_move_is_told_with_the_variables_of_its_moment() -> None:
    result = run(COUNTING, script="vars: {x: 0}")

    told = [(f"{e.move} {e.element_id}", dict(e.variables or {})) for e in result.entries]
    assert told == [
        ("passed start", {"x": 0}),
        ("entered one", {"x": 0}),
        ("left one", {"x": 0, "n": 1}),
        ("entered two", {"x": 0, "n": 1}),
        ("left two", {"x": 0, "n": 2}),
        ("passed end", {"x": 0, "n": 2}),
    ]


def test_gateways_tell_the_flows_they_took() -> None:
    result = run(BRANCHING, script="vars: {x: 2}")

    assert moves(result) == ["passed start", "passed which", "taken which_a", "passed a", "passed end"]
    assert [entry.kind for entry in result.entries] == [
        "startEvent", "exclusiveGateway", "sequenceFlow", "task", "endEvent",
    ]  # fmt: skip


def test_what_an_interruption_stops_is_told_as_terminated() -> None:
    model = bpmn(
        process(
            START, '<parallelGateway id="fork"/>', user_task("a"), user_task("b"),
            '<endEvent id="stop"><terminateEventDefinition/></endEvent>', END,
            chain("start", "fork", "a", "stop"), chain("fork", "b", "end"),
        )
    )  # fmt: skip

    result = run(model, script="answers: {a: {}}")

    assert "terminated b" in moves(result)
    assert result.ended == "completed"


def test_the_json_tells_all_changed_or_no_variables() -> None:
    result = run(COUNTING, script="vars: {x: 0}")

    every = facts_of(result)["trace"]
    changed = facts_of(result, variables=Variables.CHANGED)["trace"]
    none = facts_of(result, variables=Variables.NONE)

    assert [each["variables"] for each in every][2:4] == [{"x": 0, "n": 1}, {"x": 0, "n": 1}]
    assert [each["variables"] for each in changed] == [{"x": 0}, {}, {"n": 1}, {}, {"n": 2}, {}]
    assert not any("variables" in each for each in none["trace"])
    assert none["variables"] == {"x": 0, "n": 2}, "those at the end are told anyway"
    assert "trace" not in facts_of(result, trace=False)


def test_variables_of_a_task_show_while_it_lasts() -> None:
    mapped = (
        '<serviceTask id="call"><extensionElements><gov:input source="=x * 2" target="twice"/>'
        '<gov:job type="x.do" retries="3"/></extensionElements></serviceTask>'
    )
    result = run(
        bpmn(process(START, mapped, END, chain("start", "call", "end"))), script="{vars: {x: 2}, auto: true}"
    )

    assert data(result) == {"x": 2}


def test_a_called_process_is_told_in_the_same_trace_with_its_own_variables() -> None:
    caller = process(
        START, '<callActivity id="call" calledElement="q"><extensionElements>'
        '<gov:input source="=1" target="inner"/><gov:output source="=inner" target="back"/></extensionElements>'
        "</callActivity>", END, chain("start", "call", "end"),
    )  # fmt: skip
    result = run(bpmn(caller), bpmn(process(straight("ask"), id="q")), script="{vars: {x: 1}, auto: true}")

    inside = [dict(e.variables or {}) for e in result.entries if e.process_id == "q"]
    assert inside and all(each == {"inner": 1} for each in inside)
    assert data(result) == {"x": 1, "back": 1}


def test_dates_and_decimals_are_written_as_json() -> None:
    model = bpmn(process(START, script_task("one", "d", 'date("2026-03-02")'), script_task("two", "n", "1.5"),
                         END, chain("start", "one", "two", "end")))  # fmt: skip

    assert facts_of(run(model))["variables"] == {"d": "2026-03-02", "n": 1.5}


def test_a_loop_without_a_wait_state_is_an_incident_not_a_hang() -> None:
    model = bpmn(
        process(
            START, '<exclusiveGateway id="again"/>', '<exclusiveGateway id="enough" default="enough_again"/>',
            END, chain("start", "again", "enough", "again"), flow("enough", "end", "=false"),
        )
    )  # fmt: skip

    result = run(model)

    assert [each["type"] for each in result.incidents] == ["STEP_LIMIT_EXCEEDED"]


# --- the gate ------------------------------------------------------------------------------------


def test_what_the_gate_refuses_does_not_run() -> None:
    shelf, findings = stock({"a.bpmn": bpmn(process(START, END))})

    assert shelf is None
    assert any(finding.is_error and finding.file == "a.bpmn" for finding in findings)


def test_a_called_process_or_decision_that_no_file_has_is_refused() -> None:
    caller = process(START, '<callActivity id="call" calledElement="q"/>', END, chain("start", "call", "end"))

    assert [f.rule for f in stock({"a.bpmn": bpmn(caller)})[1] if f.is_error] == ["unknown-process"]
    assert stock({"a.bpmn": bpmn(caller), "b.bpmn": bpmn(process(straight(), id="q"))})[0] is not None


def test_forms_and_jobs_need_nobody() -> None:
    model = bpmn(process(START, '<userTask id="ask" gov:form="none"/>', job("call"), END,
                         chain("start", "ask", "call", "end")))  # fmt: skip

    assert run(model, script="auto: true").ended == "completed"


def test_the_process_and_its_start_event_can_be_named() -> None:
    files = bpmn(process(straight("a"))), bpmn(process(straight("b"), id="q"))

    assert run(*files).resting == ["a"]
    assert run(*files, script="process: q").resting == ["b"]
    assert run(*files, script="{process: q, start: start}").resting == ["b"]


@pytest.mark.parametrize("script", [{"process": "zzz"}, {"start": "a"}])
def test_one_that_is_not_there_is_refused(script: dict[str, str]) -> None:
    shelf = shelf_of(bpmn(process(straight("a"))))

    with pytest.raises(InvalidArgument):
        rehearse(shelf, read_script(script, place="script"), machine=YISHI)
