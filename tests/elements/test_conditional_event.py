"""BPMN 2.0.2, 10.5.5 and 13.5: conditional events, which see every change of a variable."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import CloseElement, IncidentType
from tests.elements.drawing import (
    END,
    START,
    boundary,
    call_activity,
    catch_event,
    chain,
    condition,
    event_based,
    inner,
    message,
    multi_instance,
    node,
    parallel,
    process,
    reaction,
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

LOOK = ("look", user_task("look"))


def sets(id: str, value: str, variable: str = "risk") -> tuple[str, str]:
    return id, script_task(id, value, result=variable)


def waiting_for(text: str) -> bytes:
    return process(sequence(("wait", catch_event("wait", condition(text))), LOOK))


def watched(*, interrupting: bool) -> bytes:
    return process(
        START
        + user_task("work")
        + boundary("event", "work", condition("risk > 3"), interrupting=interrupting)
        + user_task("told")
        + END
        + chain("start", "work", "end")
        + chain("event", "told", "end")
    )


# --- catching ------------------------------------------------------------------------------------


def test_it_waits_until_its_condition_becomes_true() -> None:
    run = Dry(waiting_for("risk > 3"), variables={"risk": 1})

    run.set_variables({"risk": 2})

    assert run.waiting == ["wait"]

    run.set_variables({"risk": 4})

    assert run.waiting == ["look"]


def test_it_passes_if_its_condition_is_true_on_arrival() -> None:
    run = Dry(waiting_for("risk > 3"), variables={"risk": 4})

    assert run.waiting == ["look"]
    assert run.moves == ["=start", "+wait", "-wait", "+look"]


@pytest.mark.parametrize("value", [None, "much", [], 0])
def test_what_is_neither_true_nor_false_is_false(value: object) -> None:
    run = Dry(waiting_for("risk > 3"), variables={"risk": value})

    assert run.waiting == ["wait"]
    assert run.incidents == []


def test_an_absent_variable_is_false_until_it_is_there() -> None:
    run = Dry(waiting_for("ready"))

    run.set_variables({"ready": True})

    assert run.waiting == ["look"]


def test_a_true_condition_behind_an_event_based_gateway_decides_it_on_arrival() -> None:
    model = process(
        START
        + event_based("race")
        + catch_event("late", timer("PT1H"))
        + catch_event("one", condition("a"))
        + catch_event("two", condition("b"))
        + user_task("after_one")
        + user_task("after_two")
        + END
        + chain("start", "race", "late", "end")
        + chain("race", "one", "after_one", "end")
        + chain("race", "two", "after_two", "end")
    )
    at_once = Dry(model, variables={"a": True, "b": True})
    later = Dry(model)
    later.set_variables({"b": True})

    assert at_once.waiting == ["after_one"]
    assert later.waiting == ["after_two"]
    assert at_once.timers == later.timers == []


# --- every change --------------------------------------------------------------------------------


def test_it_sees_a_change_between_two_automatic_steps() -> None:
    model = process(
        START
        + parallel("split")
        + catch_event("wait", condition("risk > 3"))
        + user_task("seen")
        + script_task("up", "5", result="risk")
        + script_task("down", "0", result="risk")
        + END
        + chain("start", "split", "wait", "seen", "end")
        + chain("split", "up", "down", "end")
    )
    run = Dry(model, variables={"risk": 0})

    assert run.waiting == ["seen"]
    assert run.variables == {"risk": 0}


def test_an_interrupting_one_stops_the_scope_between_two_automatic_steps() -> None:
    model = process(
        sequence(sets("up", "5"), sets("down", "0"), LOOK)
        + reaction("esp", condition("risk > 3"), ("told", user_task("told")))
    )
    run = Dry(model)

    assert run.waiting == ["told"]
    assert run.variables == {"risk": 5}
    assert "down" not in run.path


@pytest.mark.parametrize("way", ["complete", "deliver", "mapping"])
def test_it_sees_what_tasks_and_messages_and_mappings_bring(way: str) -> None:
    activity = {
        "complete": user_task("act"),
        "deliver": catch_event("act", message("paid")),
        "mapping": user_task("act", extensions=writes("risk", "=n")),
    }[way]
    model = process(
        sequence(("act", activity), LOOK)
        + reaction("esp", condition("risk > 3"), ("told", user_task("told")), interrupting=False)
    )
    run = Dry(model)

    if way == "deliver":
        run.deliver("act", {"risk": 4})
    else:
        run.complete("act", {"risk": 4} if way == "complete" else {"n": 4})

    assert sorted(run.waiting) == ["look", "told"]


def test_a_condition_that_the_last_step_of_a_sub_process_makes_true_interrupts_it() -> None:
    model = process(
        START
        + sub_process("sub", inner("i", sets("up", "5")))
        + boundary("event", "sub", condition("risk > 3"))
        + user_task("told")
        + user_task("after")
        + END
        + chain("start", "sub", "after", "end")
        + chain("event", "told", "end")
    )
    run = Dry(model)

    assert run.waiting == ["told"]


def test_it_looks_at_what_a_called_process_writes_only_when_that_comes_back() -> None:
    model = process(
        START
        + call_activity("call")
        + boundary("event", "call", condition("risk > 3"), interrupting=False)
        + user_task("told")
        + user_task("after")
        + END
        + chain("start", "call", "after", "end")
        + chain("event", "told", "end")
        + reaction("esp", condition("risk > 3"), ("all", user_task("all")), interrupting=False)
    )
    called = process(
        sequence(sets("up", "5"), LOOK)
        + reaction("deep", condition("risk > 3"), ("inside", user_task("inside")), interrupting=False),
        id="called",
    )
    run = Dry(model, called)

    assert sorted(run.waiting) == ["inside", "look"]

    run.complete("look")
    run.complete("inside")

    assert sorted(run.waiting) == ["after", "all"]


def test_a_condition_in_a_scope_looks_at_the_data_of_that_scope() -> None:
    content = inner("i", ("work", user_task("work")), LOOK) + reaction(
        "esp", condition("risk > 3"), ("told", user_task("told")), interrupting=False
    )
    model = process(sequence(("sub", sub_process("sub", content, extensions=reads("risk", "=0")))))
    run = Dry(model, variables={"risk": 9})

    assert run.waiting == ["work"]

    run.complete("work", {"risk": 5})

    assert sorted(run.waiting) == ["look", "told"]


def test_each_instance_has_its_own_condition_over_its_item() -> None:
    content = multi_instance("[1, 2, 3]", item="n") + inner("i", LOOK)
    content += reaction("esp", condition("n >= limit"), ("told", user_task("told")))
    run = Dry(process(sequence(("sub", sub_process("sub", content)))), variables={"limit": 3})

    assert sorted(run.waiting) == ["look", "look", "told"]

    run.set_variables({"limit": 2})

    assert sorted(run.waiting) == ["look", "told", "told"]


# --- boundary events -----------------------------------------------------------------------------


def test_an_interrupting_one_ends_its_activity_with_all_it_waited_for() -> None:
    run = Dry(watched(interrupting=True))
    key = run.key("work")

    run.set_variables({"risk": 4})

    assert run.waiting == ["told"]
    assert CloseElement(key, completed=False) in run.last


def test_one_that_is_true_on_arrival_interrupts_at_once() -> None:
    run = Dry(watched(interrupting=True), variables={"risk": 4})

    assert run.waiting == ["told"]


def test_a_non_interrupting_one_fires_once_for_each_time_its_condition_becomes_true() -> None:
    run = Dry(watched(interrupting=False))
    fired = []

    for risk in (4, 5, 6, 1, 2, 7, None, 8):
        run.set_variables({"risk": risk})
        fired.append(run.waiting.count("told"))

    assert fired == [1, 1, 1, 1, 1, 2, 2, 3]
    assert "work" in run.waiting


def test_true_on_arrival_counts_as_once() -> None:
    run = Dry(watched(interrupting=False), variables={"risk": 4})

    run.set_variables({"other": 1})

    assert run.waiting == ["work", "told"]


def test_it_sees_the_inputs_of_its_activity() -> None:
    model = process(
        START
        + user_task("work", extensions=reads("own", "=risk * 2"))
        + boundary("event", "work", condition("own > 3"))
        + user_task("told")
        + END
        + chain("start", "work", "end")
        + chain("event", "told", "end")
    )

    assert Dry(model, variables={"risk": 1}).waiting == ["work"]
    assert Dry(model, variables={"risk": 2}).waiting == ["told"]


def test_one_around_a_multi_instance_activity_ends_all_of_it() -> None:
    task = node(
        "userTask",
        "work",
        extensions='<gov:assignment roles="clerk"/>',
        content=multi_instance("[1, 2, 3]", item="n"),
    )
    model = process(
        START
        + task
        + boundary("event", "work", condition("enough"))
        + user_task("told")
        + END
        + chain("start", "work", "end")
        + chain("event", "told", "end")
    )
    run = Dry(model)

    run.complete("work", {"enough": True})

    assert run.waiting == ["told"]


# --- what goes wrong -----------------------------------------------------------------------------


def test_one_activity_fires_while_another_of_the_case_has_an_incident() -> None:
    model = process(
        START
        + parallel("split")
        + script_task("bad", "1 + null.x", result="a")
        + user_task("work")
        + boundary("event", "work", condition("risk > 3"))
        + user_task("told")
        + END
        + chain("start", "split", "bad", "end")
        + chain("split", "work", "end")
        + chain("event", "told", "end")
    )
    run = Dry(model, variables={"risk": 0})

    run.set_variables({"risk": 4})

    assert "told" in run.waiting


def mutual(*nodes: str) -> bytes:
    """Two event sub-processes of which each, as it begins, makes the condition of the other true. The
    messages beside the conditions are what lets them map anything."""

    def drawn(id: str, name: str, mine: str, other: str) -> str:
        start = start_event(
            f"{id}_start",
            message(name) + condition(mine),
            extensions=writes(mine, "=false") + writes(other, "=go"),
            isInterrupting="false",
        )
        after = "".join(user_task(f"{id}_{each}") + chain(f"{id}_start", f"{id}_{each}") for each in nodes)
        return sub_process(id, start + after, triggeredByEvent="true")

    both = drawn("ping", "paid", "a", "b") + drawn("pong", "recalled", "b", "a")
    return process(sequence(("work", user_task("work"))) + both)


def test_two_that_make_each_other_true_for_ever_are_cut_off_by_the_step_limit() -> None:
    run = Dry(mutual("look"), variables={"go": True}, steps=100)

    run.set_variables({"a": True})

    assert [kind for _, kind in run.incidents] == [IncidentType.STEP_LIMIT_EXCEEDED]

    run.retry({"go": False})

    assert run.incidents == []
    assert set(run.waiting) == {"work", "ping_look", "pong_look"}


def test_cut_off_with_no_token_under_way_the_process_has_the_incident_and_a_retry_ends_it() -> None:
    run = Dry(mutual(), variables={"go": True}, steps=100)

    run.set_variables({"a": True})

    assert run.incidents == [("main", IncidentType.STEP_LIMIT_EXCEEDED)]

    run.retry({"go": False})

    assert run.incidents == []
    assert run.waiting == ["work"]
    assert run.variables["a"] is run.variables["b"] is False
