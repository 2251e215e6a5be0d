"""BPMN 2.0.2, 10.3.5 and 13.5.4: what is thrown inside event sub-processes, and which scope they belong to."""

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
    error,
    escalation,
    event_sub_process,
    inner,
    message,
    node,
    process,
    reaction,
    reads,
    script_task,
    sequence,
    signal,
    start_event,
    sub_process,
    throw_event,
    user_task,
)
from tests.elements.driver import Dry

HANDLE = ("handle", user_task("handle"))
WORK = ("work", user_task("work"))
AFTER = ("after", user_task("after"))


# --- what is thrown inside one -------------------------------------------------------------------


def test_an_error_in_a_handler_is_not_caught_by_the_interrupted_scope_but_around_it() -> None:
    content = (
        inner("i", WORK)
        + reaction("esp", message("recalled"), HANDLE)
        + reaction("err", error(), ("never", user_task("never")))
    )
    model = process(
        START
        + sub_process("sub", content)
        + boundary("caught", "sub", error("REFUSED"))
        + user_task("outside")
        + END
        + chain("start", "sub", "end")
        + chain("caught", "outside", "end")
    )
    run = Dry(model)
    run.deliver("esp_start")

    run.throw("handle", "REFUSED")

    assert run.waiting == ["outside"]


def test_an_error_in_a_non_interrupting_one_is_caught_by_its_neighbour() -> None:
    model = process(
        sequence(WORK)
        + reaction("ask", message("recalled"), ("asked", user_task("asked")), interrupting=False)
        + reaction("err", error("REFUSED"), HANDLE)
    )
    run = Dry(model)
    run.deliver("ask_start")

    run.throw("asked", "REFUSED")

    assert run.waiting == ["handle"]


@pytest.mark.parametrize("definition", [error("REFUSED"), escalation("SLOW")])
def test_it_never_catches_what_it_throws_itself(definition: str) -> None:
    again = end_event("again", definition)
    handler = event_sub_process("esp", definition, again + chain("esp_start", "again"))
    run = Dry(process(START + end_event("raise", definition) + chain("start", "raise") + handler))

    if "error" in definition:
        assert run.incidents == [("again", IncidentType.UNHANDLED_ERROR)]
    else:
        assert run.ended is True
        assert run.escalations == [("SLOW", "esp_start"), ("SLOW", None)]


def test_a_message_comes_to_the_scope_whose_listener_it_is_addressed_to() -> None:
    content = inner("i", WORK) + reaction("near", message("recalled"), HANDLE)
    model = process(
        sequence(("sub", sub_process("sub", content)), AFTER)
        + reaction("far", message("recalled"), ("all", user_task("all")))
    )
    run = Dry(model)

    assert [row.element_id for row in run.subscriptions] == ["far_start", "near_start"]

    run.deliver("near_start")

    assert run.waiting == ["handle"]

    run.deliver("far_start")

    assert run.waiting == ["all"]


def test_it_begins_with_variables_of_its_own_scope() -> None:
    content = inner("i", WORK) + reaction(
        "esp", message("recalled"), ("add", script_task("add", "n + 1", result="n")), interrupting=False
    )
    model = process(
        sequence(("sub", node("subProcess", "sub", content=content, extensions=reads("n", "=10"))), AFTER)
    )
    run = Dry(model, variables={"n": 1})

    run.deliver("esp_start")

    assert run.scope_variables("sub") == {"n": 11}
    assert run.variables == {"n": 1}


def test_a_called_process_that_begins_with_a_start_event_listens_before_its_first_step() -> None:
    caller = process(sequence(("call", call_activity("call")), AFTER))
    called = process(
        start_event("s")
        + throw_event("raise", signal("alarm"))
        + end_event("e")
        + chain("s", "raise", "e")
        + reaction("esp", signal("alarm"), HANDLE),
        id="called",
    )
    run = Dry(caller, called)

    assert run.waiting == ["handle"]

    run.complete("handle")

    assert run.waiting == ["after"]


def test_a_non_interrupting_one_leaves_what_it_throws_to_those_around_it() -> None:
    handler = event_sub_process(
        "esp",
        escalation("SLOW"),
        end_event("again", escalation("SLOW")) + chain("esp_start", "again"),
        interrupting=False,
    )
    model = process(
        START
        + sub_process("sub", inner("i", WORK) + handler)
        + boundary("event", "sub", escalation("SLOW"), interrupting=False)
        + user_task("outside")
        + END
        + chain("start", "sub", "end")
        + chain("event", "outside", "end")
    )
    run = Dry(model)

    run.escalate("work", "SLOW")

    assert run.waiting == ["work", "outside"]
    assert run.escalations == [("SLOW", "esp_start"), ("SLOW", "event")]
