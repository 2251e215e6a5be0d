"""BPMN 2.0.2, 10.5.5: messages that events throw and catch; a message carries its payload and nothing else."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import IncidentType, PublishMessage
from engine.bpmn.stimuli import DeliverMessage
from engine.errors import InvalidState
from tests.elements.drawing import (
    END,
    START,
    boundary,
    call_activity,
    catch_event,
    chain,
    end_event,
    inner,
    message,
    multi_instance,
    node,
    process,
    reads,
    script_task,
    sequence,
    signal,
    sub_process,
    throw_event,
    user_task,
    writes,
)
from tests.elements.driver import Dry

LOOK = ("look", user_task("look"))
SECRET = {"n": 1, "secret": "x"}


def throwing(kind: str, extensions: str) -> bytes:
    if kind == "throw":
        return process(sequence(("x", throw_event("x", message("paid"), extensions=extensions)), LOOK))
    if kind == "send":
        task = node("sendTask", "x", extensions=extensions, messageRef="m_paid")
        return process(sequence(("x", task), LOOK))
    return process(START + end_event("x", message("paid"), extensions=extensions) + chain("start", "x"))


@pytest.mark.parametrize("kind", ["throw", "end", "send"])
def test_it_carries_what_is_mapped_and_nothing_else(kind: str) -> None:
    run = Dry(throwing(kind, reads("sum", "=n + 1") + reads("text", "fixed")), variables=SECRET)

    assert run.messages == [("paid", {"sum": 2, "text": "fixed"})]


@pytest.mark.parametrize("kind", ["throw", "end", "send"])
def test_without_inputs_it_carries_nothing(kind: str) -> None:
    run = Dry(throwing(kind, ""), variables=SECRET)

    assert run.messages == [("paid", {})]


@pytest.mark.parametrize("kind", ["throw", "end", "send"])
def test_a_mapping_that_fails_sends_nothing_until_the_retry(kind: str) -> None:
    run = Dry(throwing(kind, reads("sum", "=n + 1")), variables={"n": "x"})

    assert run.incidents == [("x", IncidentType.MAPPING_FAILED)]
    assert run.messages == []

    run.retry({"n": 1})

    assert run.messages == [("paid", {"sum": 2})]


def test_what_a_message_maps_is_seen_by_its_correlation_key_but_not_by_the_case() -> None:
    event = throw_event("x", message("answered"), extensions=reads("caseId", '="C-" + string(n)'))
    run = Dry(process(sequence(("x", event), LOOK)), variables={"n": 7})

    assert PublishMessage("answered", "C-7", {"caseId": "C-7"}) in run.effects
    assert run.variables == {"n": 7}


def test_inside_a_called_process_and_instances_it_carries_their_data() -> None:
    called = process(
        sequence(("x", throw_event("x", message("paid"), extensions=reads("a", "=m")))), id="called"
    )
    content = multi_instance("[1, 2]", item="n") + inner(
        "i", ("y", throw_event("y", message("recalled"), extensions=reads("b", "=n")))
    )
    call = call_activity("call", extensions=reads("m", "=5"))
    run = Dry(process(sequence(("call", call), ("each", sub_process("each", content)), LOOK)), called)

    assert run.messages == [("paid", {"a": 5}), ("recalled", {"b": 1}), ("recalled", {"b": 2})]


def test_the_own_instance_gets_no_message_by_itself() -> None:
    model = process(
        START
        + user_task("go")
        + boundary("event", "go", message("paid"), interrupting=False)
        + throw_event("x", message("paid"))
        + user_task("told")
        + END
        + chain("start", "go", "x", "end")
        + chain("event", "told", "end")
    )
    run = Dry(model)

    run.complete("go")

    assert run.messages == [("paid", {})]
    assert "told" not in run.path


# --- catching ------------------------------------------------------------------------------------


@pytest.mark.parametrize("position", ["catch", "receive", "boundary"])
def test_what_arrives_is_mapped_and_the_rest_is_dropped(position: str) -> None:
    mapping = writes("kept", "=amount * 2")
    if position == "catch":
        model = process(sequence(("w", catch_event("w", message("paid"), extensions=mapping)), LOOK))
    elif position == "receive":
        model = process(
            sequence(("w", node("receiveTask", "w", extensions=mapping, messageRef="m_paid")), LOOK)
        )
    else:
        model = process(
            START + user_task("act") + boundary("w", "act", message("paid"), extensions=mapping) + LOOK[1] + END
            + chain("start", "act", "end") + chain("w", "look", "end")
        )  # fmt: skip
    run = Dry(model, variables={"n": 1})

    run.deliver("w", {"amount": 3, "noise": 0})

    assert run.variables == {"n": 1, "kept": 6}
    assert run.waiting == ["look"]


def test_a_message_comes_to_one_waiting_instance_only() -> None:
    content = multi_instance("[1, 2]", item="n") + inner("i", ("w", catch_event("w", message("paid"))), LOOK)
    run = Dry(process(sequence(("sub", sub_process("sub", content)))))

    run.deliver("w")

    assert sorted(run.waiting) == ["look", "w"]


def test_the_key_is_reckoned_when_the_waiting_begins() -> None:
    model = process(
        sequence(
            ("set", script_task("set", '"A"', result="caseId")),
            ("w", catch_event("w", message("answered"))),
        )
    )
    run = Dry(model)

    run.set_variables({"caseId": "B"})

    assert [row.correlation_key for row in run.subscriptions] == ["A"]


def test_a_receive_task_of_a_multi_instance_activity_waits_once_per_instance() -> None:
    task = node("receiveTask", "w", content=multi_instance("[1, 2, 3]", item="n"), messageRef="m_paid")
    run = Dry(process(sequence(("w", task), LOOK)))

    assert len(run.subscriptions) == 3

    for _ in range(3):
        run.deliver("w")

    assert run.waiting == ["look"]


def test_boundary_events_of_a_receive_task_wait_beside_its_message() -> None:
    model = process(
        START
        + node("receiveTask", "w", messageRef="m_paid")
        + boundary("stop", "w", message("recalled"))
        + boundary("hint", "w", signal("alarm"), interrupting=False)
        + user_task("stopped")
        + user_task("hinted")
        + END
        + chain("start", "w", "end")
        + chain("stop", "stopped", "end")
        + chain("hint", "hinted", "end")
    )
    run = Dry(model)
    run.signal("hint")

    assert run.waiting == ["w", "hinted"]

    run.deliver("stop")

    assert run.waiting == ["hinted", "stopped"]
    assert run.subscriptions == []


def test_a_message_for_an_event_that_is_over_is_refused() -> None:
    run = Dry(process(sequence(("w", catch_event("w", message("paid"))), LOOK)))
    row = run.subscriptions[0]
    run.deliver("w")

    with pytest.raises(InvalidState, match="ended"):
        run.step(DeliverMessage(row.element_key, row.node))
