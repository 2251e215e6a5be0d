"""BPMN 2.0.2, 10.5.5 and 13.5.3: errors, from where they are thrown across every border to what catches."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import EndChild, IncidentType
from tests.elements.drawing import (
    END,
    START,
    boundary,
    call_activity,
    chain,
    end_event,
    error,
    event_sub_process,
    exclusive,
    flow,
    inner,
    message,
    multi_instance,
    node,
    parallel,
    process,
    reaction,
    reads,
    sequence,
    service_task,
    standard_loop,
    sub_process,
    user_task,
    writes,
)
from tests.elements.driver import Dry


def failing(code: str = "REFUSED", *, extensions: str = "", before: str = "") -> str:
    """Content of a sub-process: (`before`,) then an error end event."""
    ids = ["s", *([before] if before else []), "x"]
    task = user_task(before) if before else ""
    return (
        '<startEvent id="s"/>'
        + task
        + end_event("x", error(code), extensions=extensions, name="Refused!")
        + chain(*ids)
    )


def caught_around(host: str, definition: str = "", **attributes: str) -> bytes:
    """The activity "act" with an error boundary event, `caught` behind it and `after` behind the activity."""
    event = node(
        "boundaryEvent", "event", attachedToRef="act", content=definition or error("REFUSED"), **attributes
    )
    return process(
        START
        + host
        + event
        + user_task("caught")
        + user_task("after")
        + END
        + chain("start", "act", "after", "end")
        + chain("event", "caught", "end")
    )


def test_an_error_end_event_leaves_the_sub_process_by_its_boundary() -> None:
    run = Dry(caught_around(sub_process("act", failing())))

    assert run.waiting == ["caught"]
    assert run.moves[-6:] == ["+x", "-x", "xact", "+event", "-event", "+caught"]


def test_it_ends_every_other_token_of_what_it_leaves() -> None:
    content = (
        '<startEvent id="s"/>'
        + parallel("split")
        + user_task("beside")
        + user_task("go")
        + end_event("x", error("REFUSED"))
        + chain("s", "split", "go", "x")
        + chain("split", "beside", "x")
    )
    run = Dry(caught_around(sub_process("act", content)))

    run.complete("go")

    assert run.waiting == ["caught"]
    assert "xbeside" in run.moves


def test_it_carries_its_inputs_and_nothing_else() -> None:
    host = sub_process("act", failing(extensions=reads("why", "=reason")))
    run = Dry(caught_around(host, extensions=writes("kept", "=why")), variables={"reason": "r", "n": 1})

    assert run.variables == {"reason": "r", "n": 1, "kept": "r"}


@pytest.mark.parametrize("mapped", [True, False])
def test_code_and_message_are_kept_where_they_are_asked_for_also_beside_a_mapping(mapped: bool) -> None:
    model = caught_around(
        sub_process("act", failing()),
        error(),
        gov_caughtCode="code",
        gov_caughtMessage="text",
        extensions=writes("both", '=code + ": " + text') if mapped else "",
    )
    run = Dry(model)

    both = {"both": "REFUSED: Refused!"} if mapped else {}
    assert run.variables == {"code": "REFUSED", "text": "Refused!", **both}


@pytest.mark.parametrize("mapped", [True, False])
def test_an_event_sub_process_keeps_code_and_message_too(mapped: bool) -> None:
    start = node(
        "startEvent", "esp_start", content=error(), gov_caughtCode="code", gov_caughtMessage="text",
        extensions=writes("seen", "=code") if mapped else "",
    )  # fmt: skip
    handler = sub_process(
        "esp", start + user_task("fix") + chain("esp_start", "fix"), triggeredByEvent="true"
    )
    run = Dry(process(sequence(("job", service_task("job"))) + handler))

    run.throw("job", "LATE", message="too late", variables={} if mapped else {"more": 1})

    assert run.waiting == ["fix"]
    assert run.variables == {
        "code": "LATE", "text": "too late", **({"seen": "LATE"} if mapped else {"more": 1}),
    }  # fmt: skip


def test_one_that_nobody_catches_is_an_incident_where_it_was_thrown_and_can_be_retried() -> None:
    run = Dry(process(sequence(("act", sub_process("act", failing())))))

    assert run.incidents == [("x", IncidentType.UNHANDLED_ERROR)]

    run.retry()

    assert run.incidents == [("x", IncidentType.UNHANDLED_ERROR)]


# --- across borders ------------------------------------------------------------------------------

CALLED = process(sequence(("job", service_task("job"))), id="called")


def test_it_leaves_a_called_process_with_payload_code_and_message() -> None:
    model = caught_around(call_activity("act"), error(), gov_caughtCode="code", gov_caughtMessage="text")
    run = Dry(model, CALLED, variables={"n": 1})

    run.throw("job", "REFUSED", message="no", variables={"proof": "P"})

    assert run.waiting == ["caught"]
    assert run.variables == {"n": 1, "proof": "P", "code": "REFUSED", "text": "no"}
    assert [effect.completed for effect in run.last if isinstance(effect, EndChild)] == [False]


def test_it_leaves_several_called_processes_and_sub_processes_at_once() -> None:
    middle = process(
        START + sub_process("sub", inner("i", ("deeper", call_activity("deeper", called="deep")))) + END
        + chain("start", "sub", "end"),
        id="called",
    )  # fmt: skip
    deep = process(sequence(("job", service_task("job"))), id="deep")
    run = Dry(caught_around(call_activity("act")), middle, deep)

    run.throw("job", "REFUSED")

    assert run.waiting == ["caught"]
    assert sum(isinstance(effect, EndChild) for effect in run.last) == 2


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("kind", ["task", "sub", "call"])
def test_it_ends_all_instances_of_a_multi_instance_activity(kind: str, sequential: bool) -> None:
    loop = multi_instance("[1, 2, 3]", item="n", sequential=sequential)
    host = {
        "task": node("serviceTask", "act", extensions='<gov:job type="check"/>', content=loop),
        "sub": sub_process("act", loop + inner("i", ("job", service_task("job")))),
        "call": node("callActivity", "act", calledElement="called", content=loop),
    }[kind]
    model = caught_around(host, extensions=writes("proof", "=p"))
    run = Dry(model, CALLED)

    run.throw("act" if kind == "task" else "job", "REFUSED", variables={"p": 7})

    assert run.waiting == ["caught"]
    assert run.variables == {"proof": 7}
    assert set(run.children.values()) <= {False}


def test_an_instance_that_catches_itself_does_not_disturb_the_others() -> None:
    content = (
        multi_instance("[1, 2]", item="n")
        + inner("i", ("job", service_task("job")))
        + reaction("esp", error("REFUSED"), ("fix", user_task("fix")))
    )
    run = Dry(caught_around(sub_process("act", content)))

    run.throw("job", "REFUSED")

    assert sorted(run.waiting) == ["fix", "job"]

    run.complete("fix")
    run.complete("job")

    assert run.waiting == ["after"]


def test_it_ends_a_loop() -> None:
    run = Dry(
        caught_around(sub_process("act", standard_loop("true") + inner("i", ("job", service_task("job")))))
    )
    run.complete("job")

    run.throw("job", "REFUSED")

    assert run.waiting == ["caught"]


@pytest.mark.parametrize(("code", "caught_by"), [("REFUSED", "near"), ("LATE", "caught")])
def test_a_level_that_does_not_catch_the_code_lets_it_pass(code: str, caught_by: str) -> None:
    content = (
        '<startEvent id="s"/>'
        + sub_process("deep", inner("d", ("job", service_task("job"))))
        + boundary("near_event", "deep", error("REFUSED"))
        + user_task("near")
        + end_event("e")
        + chain("s", "deep", "e")
        + chain("near_event", "near", "e")
    )
    run = Dry(caught_around(sub_process("act", content), error("LATE")))

    run.throw("job", code)

    assert run.waiting == [caught_by]


def test_an_event_sub_process_of_the_caller_catches_what_a_called_process_does_not() -> None:
    model = process(
        sequence(("act", call_activity("act"))) + reaction("esp", error("REFUSED"), ("fix", user_task("fix")))
    )
    run = Dry(model, CALLED)

    run.throw("job", "REFUSED")

    assert run.waiting == ["fix"]

    run.complete("fix")

    assert run.ended is True


def test_an_error_thrown_again_by_its_handler_goes_one_level_up() -> None:
    handler = event_sub_process(
        "esp", error(), end_event("again", error("LATE")) + chain("esp_start", "again")
    )
    run = Dry(
        caught_around(sub_process("act", inner("i", ("job", service_task("job"))) + handler), error("LATE"))
    )

    run.throw("job", "REFUSED")

    assert run.waiting == ["caught"]
    assert run.path[-5:] == ["esp", "esp_start", "again", "event", "caught"]


def test_an_error_from_the_way_behind_a_boundary_event_is_not_caught_by_the_same_event() -> None:
    model = process(
        START
        + service_task("job")
        + boundary("event", "job", error())
        + end_event("x", error("REFUSED"))
        + END
        + chain("start", "job", "end")
        + chain("event", "x")
    )
    run = Dry(model)

    run.throw("job", "REFUSED")

    assert run.incidents == [("x", IncidentType.UNHANDLED_ERROR)]


def test_a_mapping_that_fails_where_it_is_caught_keeps_what_was_thrown() -> None:
    run = Dry(caught_around(service_task("act"), extensions=writes("n", "=count + 1")))

    run.throw("act", "REFUSED", variables={"count": "x"})

    assert run.incidents == [("event", IncidentType.MAPPING_FAILED)]

    run.retry({"count": 1})

    assert run.waiting == ["caught"]
    assert run.variables["n"] == 2


def test_a_loop_drawn_back_from_the_catcher_tries_again() -> None:
    model = process(
        START
        + exclusive("merge")
        + service_task("job")
        + boundary("event", "job", error("REFUSED"))
        + user_task("fix")
        + END
        + flow("start", "merge")
        + chain("merge", "job", "end")
        + chain("event", "fix", "merge")
    )
    run = Dry(model)
    run.throw("job", "REFUSED")
    run.complete("fix")
    run.throw("job", "REFUSED")
    run.complete("fix")

    run.complete("job")

    assert run.ended is True


def test_a_message_that_comes_to_the_called_process_after_the_error_finds_nobody() -> None:
    called = process(
        sequence(("job", service_task("job")))
        + reaction("esp", message("recalled"), ("x", user_task("x")), interrupting=False),
        id="called",
    )
    run = Dry(caught_around(call_activity("act")), called)

    run.throw("job", "REFUSED")

    assert run.listening == []
    assert run.subscriptions == []
