"""BPMN 2.0.2, 10.3.6: call activity."""

from __future__ import annotations

from engine.bpmn.effects import EndChild, IncidentType, StartChild, StartClock
from tests.elements.drawing import (
    END,
    START,
    boundary,
    call_activity,
    chain,
    clock,
    end_event,
    error,
    message,
    process,
    reads,
    script_task,
    sequence,
    start_event,
    sub_process,
    timer,
    user_task,
    writes,
)
from tests.elements.driver import Dry


def calling(extensions: str = "") -> bytes:
    return process(
        sequence(("call", call_activity("call", extensions=extensions)), ("after", user_task("after")))
    )


def called(*nodes: tuple[str, str], id: str = "called", extensions: str = "") -> bytes:
    return process(sequence(*nodes), id=id, extensions=extensions)


WORK = called(("work", user_task("work")))


def test_it_runs_the_called_process_and_goes_on_when_that_ends() -> None:
    run = Dry(calling(), WORK)

    assert run.waiting == ["work"]
    assert StartChild(3, 1, 2, "call") in run.effects

    run.complete("work")

    assert run.waiting == ["after"]
    assert EndChild(3, completed=True) in run.last


def test_without_mappings_all_variables_go_in_and_come_back() -> None:
    run = Dry(calling(), WORK, variables={"a": 1})

    assert run.scope_variables("call") == {"a": 1}

    run.complete("work", {"b": 2})

    assert run.variables == {"a": 1, "b": 2}


def test_with_inputs_only_they_go_in_and_with_outputs_only_they_come_back() -> None:
    run = Dry(
        calling(reads("n", "=a + 1") + writes("result", "=m * 10")), WORK, variables={"a": 1, "secret": "x"}
    )

    assert run.scope_variables("call") == {"n": 2}

    run.complete("work", {"m": 3, "noise": 0})

    assert run.variables == {"a": 1, "secret": "x", "result": 30}


def test_while_it_runs_the_caller_does_not_see_what_it_writes() -> None:
    run = Dry(calling(), called(("x", script_task("x", "a + 1", result="a")), ("work", user_task("work"))),
              variables={"a": 1})  # fmt: skip

    assert run.variables == {"a": 1}
    assert run.scope_variables("call") == {"a": 2}


def test_a_failing_output_is_an_incident_and_the_retry_remembers_what_came_back() -> None:
    run = Dry(calling(writes("result", "=m + n")), WORK, variables={"n": "x"})
    run.complete("work", {"m": 3, "n": "y"})

    assert run.incidents == [("call", IncidentType.MAPPING_FAILED)]
    assert list(run.children.values()) == [True]

    run.retry({"n": 1})

    assert run.variables == {"n": 1, "result": 4}


def test_a_process_that_is_not_deployed_is_an_incident_that_can_be_retried() -> None:
    run = Dry(calling())

    assert run.incidents == [("call", IncidentType.CALLED_PROCESS_MISSING)]

    run.library.programs.extend(Dry(WORK).library.programs)
    run.retry()

    assert run.waiting == ["work"]


def test_a_process_that_only_messages_start_cannot_be_called() -> None:
    by_message = process(start_event("s", message("paid")) + END + chain("s", "end"), id="called")
    run = Dry(calling(), by_message)

    assert run.incidents == [("call", IncidentType.CALLED_PROCESS_MISSING)]
    assert "start event" in run.incident_text


def test_a_running_call_stays_with_its_version_and_the_next_one_takes_the_newest() -> None:
    twice = process(sequence(("one", call_activity("one")), ("two", call_activity("two"))))
    newer = called(("newer", user_task("newer")))
    run = Dry(twice, WORK)

    run.library.programs.extend(Dry(newer).library.programs)

    assert run.waiting == ["work"]

    run.complete("work")

    assert run.waiting == ["newer"]


def test_the_clocks_of_a_called_process_run_with_the_call() -> None:
    run = Dry(calling(), called(("work", user_task("work")), extensions=clock("inner-limit")))
    key = run.key("call")

    assert StartClock(key, "called", "inner-limit", "stage", None) in run.effects

    run.complete("work")

    assert [(close.element_key, close.completed) for close in run.closed() if close.element_key == key] == [
        (key, True)
    ]
    assert run.clocks == []


# --- errors --------------------------------------------------------------------------------------


def thrown_two_levels_down() -> tuple[bytes, ...]:
    bottom = process(
        START + user_task("try") + end_event("fail", error("REFUSED")) + chain("start", "try", "fail"),
        id="bottom",
    )
    inner = (
        '<startEvent id="s"/>'
        + call_activity("deeper", called="bottom")
        + boundary("other", "deeper", error("LATE"))
        + end_event("e")
        + chain("s", "deeper", "e")
        + chain("other", "e")
    )
    middle = process(sequence(("sub", sub_process("sub", inner))), id="called")
    top = process(
        START
        + call_activity("call")
        + boundary("any", "call", error(), gov_caughtCode="code")
        + boundary("refused", "call", error("REFUSED"))
        + user_task("explain")
        + user_task("wrong")
        + END
        + chain("start", "call", "end")
        + chain("any", "wrong", "end")
        + chain("refused", "explain", "end")
    )
    return top, middle, bottom


def test_an_error_two_calls_down_is_caught_by_the_callers_boundary_and_ends_all_below() -> None:
    run = Dry(*thrown_two_levels_down())

    run.complete("try")

    assert run.waiting == ["explain"]
    assert list(run.children.values()) == [False, False]
    assert [move for move in run.moves if move[0] == "x"] == ["xdeeper", "xsub", "xcall"]


def test_the_boundary_that_names_the_code_goes_before_the_one_that_catches_all() -> None:
    run = Dry(*thrown_two_levels_down())

    run.complete("try")

    assert "wrong" not in run.path


def test_an_interrupted_call_ends_everything_inside() -> None:
    top = process(
        START
        + call_activity("call")
        + boundary("late", "call", timer("PT1H"))
        + user_task("after")
        + END
        + chain("start", "call", "end")
        + chain("late", "after", "end")
    )
    inner = sub_process(
        "sub", '<startEvent id="s"/><userTask id="x"/><endEvent id="e"/>' + chain("s", "x", "e")
    )
    run = Dry(top, called(("sub", inner)))

    run.fire_timer("late")

    assert run.waiting == ["after"]
    assert list(run.children.values()) == [False]
    assert [move for move in run.moves if move[0] == "x"] == ["xx", "xsub", "xcall"]


# --- depth ---------------------------------------------------------------------------------------


def test_a_process_that_calls_itself_without_end_is_an_incident_and_not_a_hang() -> None:
    run = Dry(process(sequence(("again", call_activity("again", called="main")))))

    assert run.incidents == [("again", IncidentType.CALL_DEPTH_EXCEEDED)]
    assert len(run.children) == 20

    run.cancel()

    assert run.ended is False
    assert set(run.children.values()) == {False}


def test_sub_processes_do_not_count_as_calls() -> None:
    inner = '<startEvent id="s"/>' + call_activity("again", called="main") + chain("s", "again")
    run = Dry(process(START + sub_process("sub", inner) + chain("start", "sub")))

    assert len(run.children) == 20
