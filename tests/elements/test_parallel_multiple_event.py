"""BPMN 2.0.2, 10.5.5 (Parallel Multiple): events of which all definitions must be triggered."""

from __future__ import annotations

from engine.bpmn.effects import CreateTimer
from tests.elements.drawing import (
    END,
    START,
    call_activity,
    chain,
    condition,
    inner,
    message,
    multi_instance,
    node,
    parallel,
    process,
    reaction,
    script_task,
    sequence,
    signal,
    sub_process,
    throw_event,
    timer,
    user_task,
    writes,
)
from tests.elements.driver import Dry
from tests.elements.triggers import trigger

ALL = message("paid") + signal("alarm") + timer("PT1H") + condition("risk > 3")
LOOK = ("look", user_task("look"))


# --- parallel multiple: all of them are needed ---------------------------------------------------


def all_of(definition: str, *, extensions: str = "") -> tuple[str, str]:
    event = node(
        "intermediateCatchEvent", "wait", content=definition, extensions=extensions, parallelMultiple="true"
    )
    return "wait", event


def test_all_triggers_are_needed_in_whatever_order_and_a_restart_forgets_none() -> None:
    run = Dry(process(sequence(all_of(ALL), LOOK)))

    for kind in ("timer", "condition", "signal"):
        trigger(run, "wait", kind)

        assert run.waiting == ["wait"]

    trigger(run, "wait", "message")

    assert run.waiting == ["look"]
    assert run.variables == {"risk": 4, "level": 2, "amount": 3}


def test_a_condition_that_was_true_once_counts_even_if_it_is_false_later() -> None:
    run = Dry(process(sequence(all_of(message("paid") + condition("risk > 3")), LOOK)))
    run.set_variables({"risk": 4})
    run.set_variables({"risk": 0})

    run.deliver("wait")

    assert run.waiting == ["look"]


def test_payloads_are_merged_and_mapped_together() -> None:
    event = all_of(message("paid") + signal("alarm"), extensions=writes("sum", "=amount + level"))
    run = Dry(process(sequence(event, LOOK)))

    trigger(run, "wait", "signal")

    assert run.variables == {}

    trigger(run, "wait", "message")

    assert run.variables == {"sum": 5}


def test_the_same_trigger_twice_is_not_two_of_them() -> None:
    model = process(
        START
        + parallel("split")
        + all_of(message("paid") + signal("alarm"))[1]
        + user_task("go")
        + throw_event("one", signal("alarm"))
        + throw_event("two", signal("alarm"))
        + user_task("after")
        + END
        + chain("start", "split", "wait", "after", "end")
        + chain("split", "go", "one", "two", "end")
    )
    run = Dry(model)

    run.complete("go")

    assert run.waiting == ["wait"]

    run.deliver("wait")

    assert run.waiting == ["after"]


def beside(*, interrupting: bool) -> bytes:
    event = node(
        "boundaryEvent",
        "event",
        content=message("paid") + signal("alarm") + timer("PT1H"),
        attachedToRef="work",
        cancelActivity=str(interrupting).lower(),
        parallelMultiple="true",
    )
    return process(
        START + user_task("work") + event + user_task("told") + END
        + chain("start", "work", "end") + chain("event", "told", "end")
    )  # fmt: skip


def test_at_a_boundary_all_together_interrupt() -> None:
    run = Dry(beside(interrupting=True))
    for kind in ("message", "signal"):
        trigger(run, "event", kind)

    assert run.waiting == ["work"]

    trigger(run, "event", "timer")

    assert run.waiting == ["told"]


def test_a_non_interrupting_one_waits_for_all_of_them_again() -> None:
    run = Dry(beside(interrupting=False))

    for turn in (1, 2):
        for kind in ("message", "signal", "timer"):
            trigger(run, "event", kind)

        assert run.waiting.count("told") == turn
    assert len(run.subscriptions) == len(run.signal_subscriptions) == len(run.timers) == 1


def test_waiting_again_it_is_subscribed_to_a_signal_of_its_own_instance_once() -> None:
    event = node(
        "boundaryEvent", "event", content=message("paid") + signal("alarm"), attachedToRef="work",
        cancelActivity="false", parallelMultiple="true",
    )  # fmt: skip
    model = process(
        START
        + user_task("work")
        + event
        + user_task("told")
        + END
        + chain("start", "work", "end")
        + chain("event", "told", "end")
        + reaction(
            "esp", message("recalled"), ("raise", throw_event("raise", signal("alarm"))), interrupting=False
        )
    )
    run = Dry(model)

    run.deliver("esp_start")
    run.deliver("event")

    assert "told" in run.waiting
    assert len(run.signal_subscriptions) == 1
    assert len(run.subscriptions) == 2


def test_an_event_sub_process_may_need_several_triggers() -> None:
    def drawn(*, interrupting: bool) -> bytes:
        start = node(
            "startEvent", "esp_start", content=message("paid") + signal("alarm"),
            isInterrupting=str(interrupting).lower(), parallelMultiple="true",
        )  # fmt: skip
        content = start + user_task("told") + chain("esp_start", "told")
        return process(
            sequence(("work", user_task("work"))) + sub_process("esp", content, triggeredByEvent="true")
        )

    once, often = Dry(drawn(interrupting=True)), Dry(drawn(interrupting=False))
    for run in (once, often):
        trigger(run, "esp_start", "message")
        assert run.waiting == ["work"]
        trigger(run, "esp_start", "signal")

    assert once.waiting == ["told"]
    assert once.rows[0].element_key == once.key("told")
    assert often.waiting == ["work", "told"]

    trigger(often, "esp_start", "signal")
    trigger(often, "esp_start", "message")

    assert often.waiting == ["work", "told", "told"]


def test_every_instance_gathers_its_own_triggers() -> None:
    content = multi_instance("[1, 2]", item="n") + inner("i", all_of(message("paid") + signal("alarm")), LOOK)
    run = Dry(process(sequence(("sub", sub_process("sub", content)))))

    run.deliver("wait")
    run.signal("wait")

    assert run.waiting == ["wait", "look"]


def test_a_timer_that_cannot_be_told_the_second_time_is_an_incident_of_the_activity() -> None:
    event = node(
        "boundaryEvent", "event", content=message("paid") + timer("=span"), attachedToRef="work",
        cancelActivity="false", parallelMultiple="true",
    )  # fmt: skip
    model = process(
        START + user_task("work") + event + user_task("told") + END
        + chain("start", "work", "end") + chain("event", "told", "end")
    )  # fmt: skip
    run = Dry(model, variables={"span": "PT1H"})
    run.fire_timer("event")

    run.deliver("event", {"span": "soon"})

    assert "told" in run.waiting
    assert [effect.element_id for effect in run.effects if isinstance(effect, CreateTimer)] == ["event"] * 2


def test_a_called_process_may_wait_for_several_too() -> None:
    called = process(sequence(all_of(message("paid") + signal("alarm"))), id="called")
    model = process(
        sequence(
            ("call", call_activity("call")), ("sum", script_task("sum", "amount + level", result="n")), LOOK
        )
    )
    run = Dry(model, called)

    run.deliver("wait", {"amount": 3})
    run.signal("wait", {"level": 2})

    assert run.variables["n"] == 5
