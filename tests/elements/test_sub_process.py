"""BPMN 2.0.2, 10.3.5 and 13.3.3: embedded sub-process."""

from __future__ import annotations

from engine.bpmn.effects import IncidentType
from tests.elements.drawing import (
    END,
    START,
    boundary,
    call_activity,
    chain,
    clock,
    end_event,
    exclusive,
    flow,
    parallel,
    process,
    reads,
    script_task,
    sequence,
    sub_process,
    timer,
    user_task,
    writes,
)
from tests.elements.driver import Dry


def inside(*nodes: tuple[str, str], prefix: str = "") -> str:
    ids = [f"{prefix}s", *(id for id, _ in nodes), f"{prefix}e"]
    ends = f'<startEvent id="{prefix}s"/><endEvent id="{prefix}e"/>'
    return ends + "".join(text for _, text in nodes) + chain(*ids)


def around(content: str, extensions: str = "") -> bytes:
    return process(
        sequence(("sub", sub_process("sub", content, extensions=extensions)), ("after", user_task("after")))
    )


def test_it_completes_when_its_last_token_has_ended() -> None:
    content = (
        '<startEvent id="s"/>'
        + parallel("split")
        + user_task("a")
        + user_task("b")
        + end_event("e")
        + chain("s", "split", "a", "e")
        + chain("split", "b", "e")
    )
    run = Dry(around(content))

    run.complete("a")

    assert run.waiting == ["b"]

    run.complete("b")

    assert run.waiting == ["after"]
    assert [move for move in run.moves if move[1:] == "sub"] == ["+sub", "-sub"]


def test_inside_the_variables_of_the_process_are_seen_and_written() -> None:
    run = Dry(around(inside(("x", script_task("x", "n + 1", result="n")))), variables={"n": 1})

    assert run.variables == {"n": 2}


def test_inputs_are_its_own_and_end_with_it() -> None:
    content = inside(("x", script_task("x", "n + 1", result="n")), ("look", user_task("look")))
    run = Dry(around(content, reads("n", "=total * 10")), variables={"total": 1, "n": 7})

    assert run.scope_variables("sub") == {"n": 11}

    run.complete("look")

    assert run.variables == {"total": 1, "n": 7}
    assert run.waiting == ["after"]


def test_a_new_variable_goes_to_the_process() -> None:
    content = inside(("x", script_task("x", "1", result="fresh")))
    run = Dry(around(content, reads("own", "=1")))

    assert run.variables == {"fresh": 1}


def test_outputs_see_what_is_its_own() -> None:
    content = inside(("x", script_task("x", "own + 1", result="own")))
    run = Dry(around(content, reads("own", "=1") + writes("result", "=own * 10")))

    assert run.variables == {"result": 20}


def test_the_nearest_scope_that_has_the_name_is_written() -> None:
    inner = sub_process("inner", inside(("x", script_task("x", "n + 1", result="n")), prefix="i"))
    content = inside(("inner", inner), ("look", user_task("look")))
    run = Dry(around(content, reads("n", "=5")), variables={"n": 1})

    assert run.scope_variables("sub") == {"n": 6}
    assert run.variables == {"n": 1}


def test_a_failing_output_is_an_incident_and_the_retry_remembers_its_variables() -> None:
    content = inside(("x", user_task("x")))
    run = Dry(around(content, reads("own", "=5") + writes("result", "=own + more")), variables={"more": "a"})

    run.complete("x")

    assert run.incidents == [("sub", IncidentType.MAPPING_FAILED)]

    run.retry({"more": 2})

    assert run.variables == {"more": 2, "result": 7}
    assert run.waiting == ["after"]


def test_a_failing_input_keeps_it_from_starting() -> None:
    run = Dry(around(inside(("x", user_task("x"))), reads("own", '=1 + "a" + n')))

    assert run.incidents == [("sub", IncidentType.MAPPING_FAILED)]
    assert run.waiting == []


def test_its_clock_runs_as_long_as_it_does() -> None:
    run = Dry(around(inside(("x", user_task("x"))), clock("sub-limit")))

    assert [c.element_id for c in run.clocks] == ["sub"]

    run.complete("x")

    assert run.clocks == []


def test_interrupting_it_ends_everything_inside_at_once_the_innermost_first() -> None:
    deep = inside(
        ("deep", sub_process("deep", inside(("x", user_task("x", extensions=clock("c"))), prefix="d")))
    )
    run = Dry(
        process(
            START
            + sub_process("sub", deep)
            + boundary("late", "sub", timer("PT1H"))
            + user_task("after")
            + END
            + chain("start", "sub", "end")
            + chain("late", "after", "end")
        )
    )

    run.fire_timer("late")

    assert [move for move in run.moves if move[0] == "x"] == ["xx", "xdeep", "xsub"]
    assert [close.completed for close in run.closed()] == [False, False]
    assert run.waiting == ["after"]


def test_one_that_is_empty_passes_at_once() -> None:
    run = Dry(around(inside()))

    assert run.waiting == ["after"]


def test_the_deepest_nesting_allowed_ends_without_exhausting_the_stack() -> None:
    # 20 calls of 20 sub-processes in one another; without outgoing flows the end of the innermost
    # completes all of them in one go.
    content = (
        '<startEvent id="s"/>'
        + exclusive("choice", default="choice_x")
        + user_task("x")
        + call_activity("call", called="main", extensions=reads("depth", "=depth + 1"))
        + chain("s", "choice", "x")
        + flow("choice", "call", "depth < 20")
    )
    for level in range(20):
        start, sub = f"s{level}", f"n{level}"
        content = f'<startEvent id="{start}"/>' + sub_process(sub, content) + chain(start, sub)
    model = process(content)
    completed, canceled = (Dry(model, variables={"depth": 0}) for _ in range(2))

    assert len(completed.state.scopes) == 21 * 21

    completed.complete("x")
    canceled.cancel()

    assert completed.ended is True
    assert canceled.ended is False
