"""BPMN 2.0.2, 8.3.13 and 13.3.1: several, conditional and default flows out of an activity."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import IncidentType
from tests.elements.drawing import (
    END,
    START,
    boundary,
    call_activity,
    chain,
    end_event,
    flow,
    message,
    multi_instance,
    node,
    process,
    reads,
    script_task,
    sequence,
    service_task,
    sub_process,
    timer,
    user_task,
    writes,
)
from tests.elements.driver import Dry

INSIDE = '<startEvent id="s"/>' + user_task("ask") + end_event("e") + chain("s", "ask", "e")
CALLED = process(sequence(("ask", user_task("ask"))), id="called")
KINDS = ("user task", "service task", "sub-process", "call activity", "looping")
WAYS = user_task("x") + user_task("y") + user_task("z") + END + chain("x", "end") + chain("y", "end")


def leaving(activity: str, flows: str) -> bytes:
    return process(START + activity + WAYS + chain("z", "end") + chain("start", "work") + flows)


def activity(kind: str, **more: str) -> tuple[str, str]:
    """The XML of "work", and the id of what waits in it."""
    match kind:
        case "user task":
            return user_task("work", **more), "work"
        case "service task":
            return service_task("work", **more), "work"
        case "sub-process":
            return sub_process("work", INSIDE, **more), "ask"
        case "call activity":
            return call_activity("work", **more), "ask"
        case _:
            return user_task("work", content=multi_instance(cardinality="1"), **more), "work"


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def done(kind: str, flows: str, variables: dict[str, object], **more: str) -> Dry:
    """The activity of that kind, completed with `variables`."""
    text, waits = activity(kind, **more)
    run = Dry(leaving(text, flows), CALLED)
    run.complete(waits, variables)
    return run


def test_without_conditions_all_flows_are_taken_in_document_order(kind: str) -> None:
    run = done(kind, chain("work", "z") + chain("work", "x") + chain("work", "y"), {})

    assert run.waiting == ["z", "x", "y"]


@pytest.mark.parametrize(("n", "ways"), [(3, ["x", "y"]), (2, ["x"]), (1, ["z"])])
def test_the_default_flow_is_taken_if_no_condition_holds(kind: str, n: int, ways: list[str]) -> None:
    flows = flow("work", "x", "n > 1") + flow("work", "y", "n > 2") + chain("work", "z")

    run = done(kind, flows, {"n": n}, default="work_z")

    assert run.waiting == ways
    assert run.taken == [f"work_{way}" for way in ways]


@pytest.mark.parametrize(("n", "ways"), [(3, ["x", "z"]), (1, ["z"])])
def test_a_flow_without_condition_is_taken_beside_those_whose_condition_holds(
    n: int, ways: list[str]
) -> None:
    flows = flow("work", "x", "n > 1") + chain("work", "z")

    assert done("user task", flows, {"n": n}).waiting == ways


@pytest.mark.parametrize(("n", "ways"), [(3, ["x", "y"]), (1, ["y", "z"])])
def test_a_flow_without_condition_does_not_stand_in_for_the_default(n: int, ways: list[str]) -> None:
    flows = flow("work", "x", "n > 1") + chain("work", "y") + chain("work", "z")

    assert done("user task", flows, {"n": n}, default="work_z").waiting == ways


def test_if_no_condition_holds_and_there_is_no_default_it_is_an_incident_and_the_work_is_kept(
    kind: str,
) -> None:
    run = done(kind, flow("work", "x", "n > 1") + flow("work", "y", "n > 2"), {"n": 0, "answer": 42})

    assert run.incidents == [("work", IncidentType.NO_FLOW_MATCHES)]
    assert run.variables == {"n": 0, "answer": 42}

    run.retry({"n": 2})

    assert run.waiting == ["x"]
    assert run.variables == {"n": 2, "answer": 42}


@pytest.mark.parametrize("condition", ["missing", "1", '"a" > 1'])
def test_a_condition_that_is_neither_true_nor_false_is_an_incident_and_no_flow_is_taken(
    kind: str, condition: str
) -> None:
    flows = chain("work", "x") + flow("work", "y", f"if ok = true then true else {condition}")
    run = done(kind, flows, {})

    assert run.incidents == [("work", IncidentType.CONDITION_FAILED)]
    assert run.waiting == []

    run.retry({"ok": True})

    assert run.waiting == ["x", "y"]


def test_a_single_flow_may_have_a_condition_too() -> None:
    run = done("user task", flow("work", "x", "good"), {"good": False})

    assert run.incidents == [("work", IncidentType.NO_FLOW_MATCHES)]


def test_conditions_see_what_the_outputs_wrote() -> None:
    flows = flow("work", "x", "total = 20") + chain("work", "z")
    run = done("user task", flows, {"n": 2}, default="work_z", extensions=writes("total", "=n * 10"))

    assert run.waiting == ["x"]


def test_inside_a_sub_process_conditions_see_its_own_data() -> None:
    content = (
        '<startEvent id="s"/>' + user_task("work") + user_task("x") + user_task("y")
        + flow("work", "x", "own > 1") + flow("work", "y", "own <= 1") + chain("s", "work")
    )  # fmt: skip
    run = Dry(process(sequence(("sub", sub_process("sub", content, extensions=reads("own", "=1"))))))

    run.complete("work", {"own": 5})

    assert run.waiting == ["x"]


@pytest.mark.parametrize("tag", ["task", "manualTask"])
def test_tasks_without_work_choose_too(tag: str) -> None:
    flows = flow("work", "x", "n = 1") + flow("work", "y", "n = 2") + chain("work", "z")
    model = leaving(node(tag, "work", default="work_z"), flows)

    assert Dry(model, variables={"n": 2}).waiting == ["y"]
    assert Dry(model, variables={"n": 3}).waiting == ["z"]
    assert Dry(model, variables={"n": 2}).taken == ["work_y"]

    failing = Dry(leaving(node(tag, "work"), flow("work", "x", "n")))
    assert failing.incidents == [("work", IncidentType.CONDITION_FAILED)]

    failing.retry({"n": True})
    assert failing.waiting == ["x"]


def test_scripts_choose_by_their_result() -> None:
    flows = flow("work", "x", "n > 1") + chain("work", "z")
    run = Dry(leaving(script_task("work", "1 + 1", result="n", default="work_z"), flows))

    assert run.waiting == ["x"]


def test_every_token_goes_its_way_and_the_process_ends_with_the_last() -> None:
    run = done("user task", chain("work", "x") + chain("work", "y") + chain("work", "z"), {})

    for name in "xyz":
        assert run.ended is None
        run.complete(name)

    assert run.ended is True


def test_without_any_flow_the_token_ends() -> None:
    run = Dry(process(START + user_task("work") + chain("start", "work")))

    run.complete("work")

    assert run.ended is True


def test_a_boundary_event_leaves_by_its_own_flows_all_of_them() -> None:
    model = process(
        START
        + user_task("work", default="work_z")
        + boundary("late", "work", timer("PT1H"))
        + WAYS
        + flow("work", "x", "false")
        + chain("start", "work", "z")
        + chain("late", "x")
        + chain("late", "y")
    )
    run = Dry(model)

    run.fire_timer("late")

    assert run.waiting == ["x", "y"]


def test_an_event_that_interrupts_while_no_flow_matches_resolves_the_incident() -> None:
    model = process(
        START
        + user_task("work")
        + boundary("stop", "work", message("recalled"))
        + WAYS
        + flow("work", "x", "n > 1")
        + chain("start", "work")
        + chain("stop", "y")
    )
    run = Dry(model)
    run.complete("work", {"n": 0})

    run.deliver("stop")

    assert run.waiting == ["y"]
    assert run.incidents == []
