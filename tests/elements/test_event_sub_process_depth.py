"""BPMN 2.0.2, 10.3.5 and 13.5.4: event sub-processes at every depth: in sub-processes, called processes,
multi-instance bodies and in each other."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import CloseElement, EndChild, IncidentType
from tests.elements.drawing import (
    END,
    START,
    TERMINATE,
    boundary,
    call_activity,
    chain,
    condition,
    end_event,
    error,
    event_sub_process,
    inner,
    message,
    multi_instance,
    parallel,
    process,
    reaction,
    reads,
    script_task,
    sequence,
    signal,
    standard_loop,
    start_event,
    sub_process,
    throw_event,
    timer,
    user_task,
    writes,
)
from tests.elements.driver import Dry

HANDLE = ("handle", user_task("handle"))
WORK = ("work", user_task("work"))
AFTER = ("after", user_task("after"))


def inside(place: str, content: str) -> list[bytes]:
    """The content (which begins and ends itself) in a sub-process or called process, then `after`."""
    if place == "sub":
        return [process(sequence(("sub", sub_process("sub", content)), AFTER))]
    return [process(sequence(("sub", call_activity("sub")), AFTER)), process(content, id="called")]


PLACES = ["sub", "called"]


@pytest.mark.parametrize("place", PLACES)
def test_an_interrupting_one_ends_its_own_scope_only_and_the_activity_completes(place: str) -> None:
    content = inner("i", WORK) + reaction("esp", message("recalled"), HANDLE)
    run = Dry(*inside(place, content))

    run.deliver("esp_start")

    assert run.waiting == ["handle"]

    run.complete("handle")

    assert run.waiting == ["after"]
    assert run.moves.count("-sub") == 1


@pytest.mark.parametrize("place", PLACES)
def test_it_listens_as_long_as_its_scope_lives(place: str) -> None:
    content = inner("i", WORK) + reaction("esp", message("recalled"), HANDLE, interrupting=False)
    run = Dry(*inside(place, content))

    assert run.listening == ["esp"]

    run.complete("work")

    assert run.listening == []
    assert run.subscriptions == []
    assert run.waiting == ["after"]


@pytest.mark.parametrize("place", PLACES)
def test_the_activity_completes_only_after_the_non_interrupting_ones(place: str) -> None:
    content = inner("i", WORK) + reaction("esp", signal("alarm"), HANDLE, interrupting=False)
    run = Dry(*inside(place, content))
    run.signal("esp_start")
    run.complete("work")

    assert run.waiting == ["handle"]

    run.complete("handle")

    assert run.waiting == ["after"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("code", ["REFUSED", None])
def test_an_error_is_handled_inside_and_the_activity_completes(place: str, code: str | None) -> None:
    content = inner("i", WORK) + reaction("esp", error(code), HANDLE)
    run = Dry(*inside(place, content))

    run.throw("work", "REFUSED")
    run.complete("handle")

    assert run.waiting == ["after"]


@pytest.mark.parametrize("place", PLACES)
def test_a_condition_sees_what_is_written_inside(place: str) -> None:
    content = inner("i", ("set", script_task("set", "5", result="risk")), WORK)
    content += reaction("esp", condition("risk > 3"), HANDLE)
    run = Dry(*inside(place, content))

    assert run.waiting == ["handle"]
    assert "work" not in run.path


def test_a_boundary_event_of_the_sub_process_ends_handlers_and_listeners_inside() -> None:
    content = inner("i", WORK) + reaction("esp", message("recalled"), HANDLE, interrupting=False)
    model = process(
        START
        + sub_process("sub", content)
        + boundary("late", "sub", timer("PT1H"))
        + END
        + chain("start", "sub", "end")
        + chain("late", "end")
    )
    run = Dry(model)
    run.deliver("esp_start")
    handle = run.key("handle")

    run.fire_timer("late")

    assert CloseElement(handle, completed=False) in run.last
    assert run.ended is True
    assert run.subscriptions == []


def test_interrupting_the_process_ends_a_called_process_with_its_listeners() -> None:
    caller = process(sequence(("call", call_activity("call"))) + reaction("stop", message("paid"), AFTER))
    called = process(
        inner("i", WORK) + reaction("esp", message("recalled"), HANDLE, interrupting=False), id="called"
    )
    run = Dry(caller, called)
    run.deliver("esp_start")

    run.deliver("stop_start")

    assert run.waiting == ["after"]
    assert [effect.completed for effect in run.last if isinstance(effect, EndChild)] == [False]
    assert run.subscriptions == []


# --- multi-instance and loops --------------------------------------------------------------------


def each_listens(definition: str, *, interrupting: bool, sequential: bool = False) -> bytes:
    content = inner("i", WORK) + reaction(
        "esp", definition, HANDLE, interrupting=interrupting, extensions=writes("got", "=item")
    )
    body = sub_process("sub", multi_instance("[1, 2, 3]", item="item", sequential=sequential) + content)
    return process(sequence(("sub", body), AFTER))


def test_every_instance_of_a_body_listens_for_itself() -> None:
    run = Dry(each_listens(message("recalled"), interrupting=True))

    assert run.listening == ["esp", "esp", "esp"]

    run.deliver("esp_start")

    assert sorted(run.waiting) == ["handle", "work", "work"]
    assert len(run.listening) == 2

    run.complete("handle")
    run.complete("work")
    run.complete("work")

    assert run.waiting == ["after"]


def test_a_signal_comes_to_every_instance_once_and_each_sees_its_own_item() -> None:
    content = inner("i", WORK) + reaction(
        "esp", signal("alarm"), ("keep", script_task("keep", "append(got, item)", result="got")),
        interrupting=False,
    )  # fmt: skip
    model = process(
        START
        + parallel("split")
        + sub_process("sub", multi_instance("[1, 2, 3]", item="item") + content)
        + user_task("go")
        + throw_event("raise", signal("alarm"))
        + END
        + chain("start", "split", "sub", "end")
        + chain("split", "go", "raise", "end")
    )
    run = Dry(model, variables={"got": []})

    run.complete("go")

    assert run.variables["got"] == [1, 2, 3]
    assert run.waiting == ["work", "work", "work"]


def test_in_a_row_only_the_instance_under_way_listens() -> None:
    run = Dry(each_listens(message("recalled"), interrupting=True, sequential=True))

    run.deliver("esp_start")
    run.complete("handle")

    assert run.waiting == ["work"]
    assert run.listening == ["esp"]
    assert run.variables["got"] == 1

    run.deliver("esp_start")

    assert run.variables["got"] == 2


def test_every_turn_of_a_loop_listens_anew() -> None:
    content = inner("i", WORK) + reaction("esp", timer("PT1H"), HANDLE)
    run = Dry(
        process(sequence(("sub", sub_process("sub", standard_loop("true", maximum=2) + content)), AFTER))
    )
    run.fire_timer("esp_start")
    run.complete("handle")

    assert run.waiting == ["work"]
    assert len(run.timers) == 1

    run.complete("work")

    assert run.waiting == ["after"]
    assert run.timers == []


def test_an_event_of_the_process_ends_the_whole_multi_instance_activity() -> None:
    model = process(
        sequence(("sub", sub_process("sub", multi_instance(cardinality="3") + inner("i", WORK))))
        + reaction("esp", signal("alarm"), HANDLE)
    )
    run = Dry(model)

    run.signal("esp_start")

    assert run.waiting == ["handle"]
    assert run.moves.count("xwork") == 3


# --- nested in each other ------------------------------------------------------------------------


def nested(*, interrupting: bool) -> bytes:
    deepest = reaction("deep", message("paid"), ("deeper", user_task("deeper")), interrupting=interrupting)
    content = user_task("handle") + end_event("e") + chain("esp_start", "handle", "e") + deepest
    return process(
        sequence(WORK) + event_sub_process("esp", message("recalled"), content, interrupting=False)
    )


def test_one_in_another_listens_once_the_outer_one_runs() -> None:
    run = Dry(nested(interrupting=True))

    assert run.listening == ["esp"]

    run.deliver("esp_start")

    assert run.listening == ["esp", "deep"]

    run.deliver("deep_start")

    assert run.waiting == ["work", "deeper"]
    assert run.listening == ["esp"]

    run.complete("deeper")
    run.complete("work")

    assert run.ended is True


def test_two_runs_of_the_outer_one_have_an_inner_one_each() -> None:
    run = Dry(nested(interrupting=False))
    run.deliver("esp_start")
    run.deliver("esp_start")

    run.deliver("deep_start")

    assert run.waiting == ["work", "handle", "handle", "deeper"]
    assert run.listening == ["esp", "deep", "deep"]

    run.complete("handle")
    run.complete("deeper")

    assert run.listening == ["esp", "deep"]


def test_a_terminate_end_event_in_it_ends_it_alone() -> None:
    content = (
        parallel("split")
        + user_task("a")
        + user_task("b")
        + end_event("stop", TERMINATE)
        + chain("esp_start", "split", "a", "stop")
        + chain("split", "b", "stop")
    )
    run = Dry(process(
        sequence(WORK) + event_sub_process("esp", message("recalled"), content, interrupting=False)
    ))  # fmt: skip
    run.deliver("esp_start")

    run.complete("b")

    assert run.waiting == ["work"]
    assert run.moves[-5:] == ["-b", "+stop", "-stop", "xa", "-esp"]
    assert run.listening == ["esp"]


# --- what a listener may rest on -----------------------------------------------------------------


def test_listeners_of_the_process_know_what_its_start_event_mapped() -> None:
    start = start_event(
        "begin", message("paid"), extensions=writes("caseId", "=number") + writes("span", "=days")
    )
    model = process(
        start
        + user_task("work")
        + END
        + chain("begin", "work", "end")
        + reaction("late", timer("=span"), HANDLE)
        + reaction("reply", message("answered"), AFTER, interrupting=False)
    )
    run = Dry(model, message="paid", variables={"number": "C-1", "days": "P3D"})

    assert run.incidents == []
    assert len(run.timers) == 1
    assert [row.correlation_key for row in run.subscriptions] == ["C-1"]


def test_listeners_in_an_event_sub_process_know_what_its_start_event_mapped() -> None:
    content = (
        user_task("handle")
        + chain("esp_start", "handle")
        + reaction("deep", message("answered"), ("deeper", user_task("deeper")))
    )
    handler = event_sub_process(
        "esp", message("recalled"), content, extensions=writes("caseId", "=number"), interrupting=False
    )
    run = Dry(process(sequence(WORK) + handler))

    run.deliver("esp_start", {"number": "C-2"})

    assert run.incidents == []
    assert [row.correlation_key for row in run.subscriptions if row.element_id == "deep_start"] == ["C-2"]


def test_one_that_is_only_a_start_event_lets_nobody_listen_in_vain() -> None:
    content = reaction("deep", message("answered"), ("deeper", user_task("deeper")))
    handler = event_sub_process("esp", message("recalled"), content, interrupting=False)
    run = Dry(process(sequence(WORK) + handler), variables={"caseId": "A"})

    run.deliver("esp_start")

    assert run.waiting == ["work"]
    assert run.listening == ["esp"]


def test_a_scope_whose_inputs_fail_begins_after_the_retry_with_what_triggered_it() -> None:
    start = start_event("esp_start", message("recalled"), extensions=writes("why", "=reason"))
    handler = sub_process(
        "esp",
        start + user_task("handle") + chain("esp_start", "handle"),
        extensions=reads("own", "=n + 1"),
        triggeredByEvent="true",
    )
    run = Dry(process(sequence(WORK) + handler), variables={"n": "x"})
    run.deliver("esp_start", {"reason": "mistake"})

    assert run.incidents == [("esp", IncidentType.MAPPING_FAILED)]
    assert run.waiting == []

    run.retry({"n": 1})

    assert run.waiting == ["handle"]
    assert run.scope_variables("esp") == {"own": 2}
    assert run.variables["why"] == "mistake"
