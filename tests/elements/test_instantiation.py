"""BPMN 2.0.2, 10.3.3.3, 10.5.2, 10.6.6 and 13.2: processes that begin otherwise than by a start event."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import EnterStage, IncidentType, StartClock
from engine.errors import InvalidArgument
from tests.elements.drawing import (
    END,
    boundary,
    call_activity,
    catch_event,
    chain,
    clock,
    end_event,
    event_based,
    event_sub_process,
    exclusive,
    message,
    node,
    parallel,
    process,
    script_task,
    sequence,
    signal,
    start_event,
    sub_process,
    timer,
    user_task,
    writes,
)
from tests.elements.driver import Dry, programs_of


def receive_task(id: str, name: str, *, extensions: str = "", **more: str) -> str:
    return node("receiveTask", id, extensions=extensions, messageRef=f"m_{name}", **more)


# --- without a start event -----------------------------------------------------------------------


def test_without_a_start_event_every_node_that_no_flow_leads_to_begins() -> None:
    model = process(
        user_task("a") + script_task("b", "1", result="n") + user_task("c") + parallel("join") + END
        + chain("a", "join", "end") + chain("b", "c", "join") + catch_event("d", message("paid"))
    )  # fmt: skip
    run = Dry(model)

    assert run.path == ["a", "b", "d", "c"]
    assert run.waiting == ["a", "d", "c"]

    run.complete("a")
    run.complete("c")
    run.deliver("d")

    assert run.ended is True


def test_a_sub_process_without_a_start_event_begins_likewise() -> None:
    content = user_task("a") + user_task("b")
    run = Dry(process(sequence(("sub", sub_process("sub", content)), ("after", user_task("after")))))

    assert run.waiting == ["a", "b"]

    run.complete("a")
    run.complete("b")

    assert run.waiting == ["after"]


def test_what_is_begun_by_something_else_does_not_begin_by_itself() -> None:
    model = process(
        user_task("a")
        + boundary("late", "a", timer("PT1H"))
        + user_task("b")
        + event_sub_process("on_alarm", signal("alarm"), user_task("c") + chain("on_alarm_start", "c"))
        + user_task("undo", isForCompensation="true")
        + node("intermediateThrowEvent", "jump", content='<linkEventDefinition name="x"/>')
        + node("intermediateCatchEvent", "landing", content='<linkEventDefinition name="x"/>')
        + chain("late", "b")
        + chain("a", "jump")
        + chain("landing", "end")
        + END
    )
    run = Dry(model)

    assert run.waiting == ["a"]


def test_a_process_without_a_start_event_can_be_called() -> None:
    caller = process(sequence(("call", call_activity("call")), ("after", user_task("after"))))
    run = Dry(caller, process(user_task("a") + user_task("b"), id="called"))

    assert run.waiting == ["a", "b"]

    run.complete("b")
    run.complete("a")

    assert run.waiting == ["after"]


def test_the_clocks_of_such_a_process_begin_once() -> None:
    run = Dry(process(user_task("a") + user_task("b"), extensions=clock("whole")))

    assert [effect for effect in run.effects if isinstance(effect, StartClock)] == [
        StartClock(0, "main", "whole", "stage", None)
    ]


def test_with_a_start_event_a_node_without_flows_does_not_begin() -> None:
    run = Dry(process(sequence(("a", user_task("a"))) + user_task("alone")))

    assert run.waiting == ["a"]


# --- instantiating receive task ------------------------------------------------------------------


def received(**more: str) -> bytes:
    return process(
        receive_task("asked", "paid", instantiate="true", **more) + user_task("work") + END
        + chain("asked", "work", "end"), extensions=clock("whole")
    )  # fmt: skip


def test_its_message_begins_the_process_with_its_payload() -> None:
    run = Dry(received(gov_stage="受理"), message="paid", variables={"amount": 1})

    assert run.path == ["asked", "work"]
    assert run.variables == {"amount": 1}
    assert EnterStage("asked", "受理") in run.effects
    assert len(run.clocks) == 1
    assert run.subscriptions == []


def test_its_outputs_say_what_of_the_payload_is_kept() -> None:
    run = Dry(received(extensions=writes("sum", "=amount + 1")), message="paid", variables={"amount": 1})

    assert run.variables == {"sum": 2}


def test_only_its_message_begins_it() -> None:
    with pytest.raises(InvalidArgument, match="without a trigger"):
        Dry(received())
    with pytest.raises(InvalidArgument, match="recalled"):
        Dry(received(), message="recalled")


def test_it_cannot_be_called() -> None:
    caller = process(sequence(("call", call_activity("call"))))
    called = received().replace(b'id="main"', b'id="called"')

    assert Dry(caller, called).incidents == [("call", IncidentType.CALLED_PROCESS_MISSING)]


def test_several_of_them_are_several_ways_to_begin() -> None:
    model = process(
        receive_task("a", "paid", instantiate="true") + receive_task("b", "recalled", instantiate="true")
        + exclusive("merge") + user_task("work") + chain("a", "merge", "work") + chain("b", "merge")
    )  # fmt: skip

    assert Dry(model, message="paid").path == ["a", "merge", "work"]
    assert Dry(model, message="recalled").path == ["b", "merge", "work"]


def test_in_a_loop_it_waits_for_the_message_like_any_other() -> None:
    model = process(
        start_event("begin", message("recalled"))
        + exclusive("merge")
        + receive_task("again", "paid")
        + chain("begin", "merge", "again", "merge")
    )
    run = Dry(model, message="recalled")

    run.deliver("again")

    assert run.waiting == ["again"]


# --- instantiating event-based gateway -----------------------------------------------------------


def gateway(*, extensions: str = "", **more: str) -> bytes:
    return process(
        event_based("first", instantiate="true", gov_milestone="已收到", **more)
        + catch_event("paid", message("paid"), extensions=extensions)
        + receive_task("recalled", "recalled")
        + catch_event("alarm", signal("alarm"))
        + user_task("a")
        + user_task("b")
        + user_task("c")
        + chain("first", "paid", "a")
        + chain("first", "recalled", "b")
        + chain("first", "alarm", "c"),
        extensions=clock("whole"),
    )


def test_the_event_that_comes_first_begins_the_process_and_the_others_are_not_awaited() -> None:
    by_message = Dry(gateway(), message="paid", variables={"n": 1})
    by_task = Dry(gateway(), message="recalled")
    by_signal = Dry(gateway(), signal="alarm")

    assert by_message.path == ["first", "paid", "a"]
    assert by_message.variables == {"n": 1}
    assert by_task.waiting == ["b"]
    assert by_signal.waiting == ["c"]
    for run in (by_message, by_task, by_signal):
        assert (run.subscriptions, run.signal_subscriptions) == ([], [])
        assert len(run.clocks) == 1


def test_the_events_outputs_are_mapped() -> None:
    run = Dry(gateway(extensions=writes("sum", "=n + 1")), message="paid", variables={"n": 1})

    assert run.variables == {"sum": 2}


PARALLEL = {"eventGatewayType": "Parallel"}


def test_a_parallel_one_awaits_all_its_events_in_the_one_instance() -> None:
    run = Dry(gateway(**PARALLEL), signal="alarm")

    assert sorted(run.waiting) == ["c", "paid", "recalled"]
    assert [row.element_id for row in run.subscriptions] == ["paid", "recalled"]

    run.complete("c")
    run.deliver("recalled")
    run.complete("b")

    assert run.ended is None

    run.deliver("paid", {"n": 2})
    run.complete("a")

    assert run.ended is True


def test_the_clocks_of_a_parallel_one_begin_once() -> None:
    run = Dry(gateway(**PARALLEL), message="paid")

    assert len([effect for effect in run.effects if isinstance(effect, StartClock)]) == 1


def test_the_tokens_of_a_parallel_one_join() -> None:
    model = process(
        event_based("first", instantiate="true", **PARALLEL)
        + catch_event("paid", message("paid"))
        + catch_event("recalled", message("recalled"))
        + parallel("join")
        + user_task("work")
        + end_event("e")
        + chain("first", "paid", "join", "work", "e")
        + chain("first", "recalled", "join")
    )
    run = Dry(model, message="recalled")

    run.deliver("paid")

    assert run.waiting == ["work"]


def test_an_event_that_cannot_be_awaited_is_an_incident_of_its_own() -> None:
    model = gateway(**PARALLEL).replace(b'messageRef="m_recalled"', b'messageRef="m_answered"')
    run = Dry(model, message="paid")

    assert run.incidents == [("recalled", IncidentType.CORRELATION_FAILED)]
    assert sorted(run.waiting) == ["a", "alarm"]

    run.retry({"caseId": "A"})

    assert [row.correlation_key for row in run.subscriptions] == ["A"]


# --- several processes in one file ---------------------------------------------------------------


def test_the_executable_processes_of_one_file_are_deployed_each_for_itself_and_call_each_other() -> None:
    first = process(sequence(("call", call_activity("call", called="second")), ("after", user_task("after"))))
    second = f'<process id="second" isExecutable="true">{sequence(("work", user_task("work")))}</process>'
    # Ids are unique in a file.
    second = second.replace('"start', '"start2').replace('"end', '"end2')
    second = second.replace("start_work", "start2_work").replace("work_end", "work_end2")
    run = Dry(first.replace(b"</definitions>", second.encode() + b"</definitions>"))

    assert [program.process_id for program in run.library.programs] == ["main", "second"]
    assert run.waiting == ["work"]

    run.complete("work")

    assert run.waiting == ["after"]


def test_each_may_have_its_own_way_to_begin() -> None:
    model = received().replace(
        b"</definitions>",
        b'<process id="other" isExecutable="true"><userTask id="alone"/></process></definitions>',
    )

    first, second = programs_of(model)

    assert (first.starts, list(first.message_starts)) == ((), ["paid"])
    assert (second.starts, dict(second.message_starts)) == ((0,), {})
