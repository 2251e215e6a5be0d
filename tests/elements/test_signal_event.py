"""BPMN 2.0.2, 10.5.5 and 13.5: signals, to all that wait for them at that instant, here and elsewhere."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import BroadcastSignal, CloseElement, IncidentType
from engine.bpmn.stimuli import DeliverSignal
from engine.errors import InvalidState
from tests.elements.drawing import (
    END,
    START,
    boundary,
    call_activity,
    catch_event,
    chain,
    end_event,
    event_based,
    exclusive,
    flow,
    inner,
    multi_instance,
    node,
    parallel,
    process,
    reaction,
    reads,
    sequence,
    signal,
    start_event,
    sub_process,
    throw_event,
    user_task,
    writes,
)
from tests.elements.driver import Dry
from tests.elements.triggers import thrown_beside

# --- throwing ------------------------------------------------------------------------------------


def test_a_throwing_event_broadcasts_its_inputs_and_nothing_else() -> None:
    event = throw_event("raise", signal("alarm"), extensions=reads("level", "=n + 1"))
    run = Dry(
        process(sequence(("raise", event), ("look", user_task("look")))), variables={"n": 1, "secret": "x"}
    )

    assert run.signals == [("alarm", {"level": 2})]
    assert run.waiting == ["look"]
    assert run.variables == {"n": 1, "secret": "x"}


def test_without_inputs_a_signal_carries_nothing() -> None:
    run = Dry(
        process(START + end_event("raise", signal("alarm")) + chain("start", "raise")), variables={"n": 1}
    )

    assert run.signals == [("alarm", {})]
    assert run.ended is True


def test_a_failing_input_is_an_incident_and_it_is_broadcast_once_after_the_retry() -> None:
    event = throw_event("raise", signal("alarm"), extensions=reads("level", "=n + 1"))
    run = Dry(process(sequence(("raise", event), ("look", user_task("look")))), variables={"n": "x"})

    assert run.incidents == [("raise", IncidentType.MAPPING_FAILED)]
    assert run.signals == []

    run.retry({"n": 1})

    assert run.signals == [("alarm", {"level": 2})]


# --- catching ------------------------------------------------------------------------------------


def test_a_catch_event_waits_for_a_signal_of_another_instance() -> None:
    event = catch_event("wait", signal("alarm"), extensions=writes("kept", "=level"))
    run = Dry(process(sequence(("wait", event), ("look", user_task("look")))))

    assert [(row.element_id, row.signal_name) for row in run.signal_subscriptions] == [("wait", "alarm")]

    run.signal("wait", {"level": 3, "other": 1})

    assert run.variables == {"kept": 3}
    assert run.waiting == ["look"]
    assert run.signal_subscriptions == []


def test_a_signal_of_its_own_instance_comes_in_the_same_step() -> None:
    run = Dry(thrown_beside(catch_event("other", signal("alarm")), extensions=reads("level", "=7")))

    run.complete("go")

    assert run.waiting == ["look"]
    assert run.variables == {"level": 7}
    assert run.moves[-5:] == ["+raise", "-other", "-raise", "=end", "+look"]


def test_a_signal_of_another_name_is_none_of_its_business() -> None:
    run = Dry(thrown_beside(catch_event("other", signal("all_clear"))))

    run.complete("go")

    assert sorted(run.waiting) == ["look", "other"]


def test_who_comes_to_wait_after_the_signal_does_not_get_it() -> None:
    run = Dry(
        process(
            sequence(
                ("raise", throw_event("raise", signal("alarm"))),
                ("wait", catch_event("wait", signal("alarm"))),
            )
        )
    )

    assert run.waiting == ["wait"]


def test_a_token_on_its_way_to_the_catch_event_is_not_there_yet() -> None:
    model = process(
        START
        + parallel("split")
        + throw_event("raise", signal("alarm"))
        + catch_event("wait", signal("alarm"))
        + END
        + chain("start", "split", "raise", "end")
        + chain("split", "wait", "end")
    )
    run = Dry(model)

    assert run.waiting == ["wait"]


def test_all_who_wait_get_it_exactly_once_in_the_order_in_which_they_came() -> None:
    model = process(
        START
        + parallel("split")
        + "".join(
            catch_event(f"w{n}", signal("alarm"))
            + user_task(f"t{n}")
            + chain("split", f"w{n}", f"t{n}", "end")
            for n in (1, 2, 3)
        )
        + user_task("go")
        + throw_event("raise", signal("alarm"))
        + END
        + chain("start", "split", "go", "raise", "end")
    )
    run = Dry(model)

    run.complete("go")

    assert run.waiting == ["t1", "t2", "t3"]
    assert [move for move in run.moves if move[0] == "-" and move[1] == "w"] == ["-w1", "-w2", "-w3"]
    assert len(run.signals) == 1


def test_what_waits_in_a_loop_gets_one_signal_per_turn() -> None:
    model = process(
        START
        + parallel("split")
        + exclusive("merge")
        + catch_event("wait", signal("alarm"))
        + exclusive("again")
        + user_task("go")
        + throw_event("raise", signal("alarm"))
        + END
        + chain("start", "split", "merge", "wait", "again", "merge")
        + chain("split", "go", "raise", "end")
    )
    run = Dry(model)

    run.complete("go")

    assert run.path.count("wait") == 2
    assert run.waiting == ["wait"]


# --- at every depth ------------------------------------------------------------------------------


def test_it_comes_into_sub_processes_and_called_processes_and_out_of_them() -> None:
    called = process(
        START + catch_event("deep", signal("alarm")) + user_task("in_called") + END
        + chain("start", "deep", "in_called", "end"),
        id="called",
    )  # fmt: skip
    content = inner("i", ("go", user_task("go")), ("raise", throw_event("raise", signal("alarm"))))
    model = process(
        START
        + parallel("split")
        + sub_process("thrower", content)
        + call_activity("call")
        + catch_event("top", signal("alarm"))
        + user_task("at_top")
        + END
        + chain("start", "split", "thrower", "end")
        + chain("split", "call", "end")
        + chain("split", "top", "at_top", "end")
    )
    run = Dry(model, called)

    run.complete("go")

    assert sorted(run.waiting) == ["at_top", "in_called"]


def test_every_waiting_instance_gets_it() -> None:
    body = sub_process(
        "other",
        multi_instance("[1, 2, 3]", item="n") + inner("i", ("wait", catch_event("wait", signal("alarm")))),
    )
    run = Dry(thrown_beside(body))

    run.complete("go")

    assert run.moves.count("-wait") == 3
    assert run.waiting == ["look"]


# --- event-based gateway -------------------------------------------------------------------------


def test_it_decides_an_event_based_gateway() -> None:
    other = event_based("other") + catch_event("a", signal("alarm")) + catch_event("b", signal("all_clear"))
    model = process(
        START
        + parallel("split")
        + other
        + user_task("after_a")
        + user_task("go")
        + throw_event("raise", signal("alarm"))
        + END
        + chain("start", "split", "other", "a", "after_a", "end")
        + chain("other", "b", "end")
        + chain("split", "go", "raise", "end")
    )
    run = Dry(model)

    run.complete("go")

    assert run.waiting == ["after_a"]
    assert run.signal_subscriptions == []


def test_two_branches_for_one_signal_are_decided_by_document_order() -> None:
    model = process(
        START
        + event_based("race")
        + catch_event("b", signal("alarm"))
        + catch_event("a", signal("alarm"))
        + user_task("after_a")
        + user_task("after_b")
        + END
        + flow("race", "a")
        + flow("race", "b")
        + chain("start", "race")
        + chain("a", "after_a", "end")
        + chain("b", "after_b", "end")
        + reaction(
            "esp", signal("all_clear"), ("raise", throw_event("raise", signal("alarm"))), interrupting=False
        )
    )
    run = Dry(model)

    run.signal("esp_start")

    assert run.waiting == ["after_a"]


# --- stimuli -------------------------------------------------------------------------------------


def test_a_signal_for_an_event_that_waits_for_something_else_is_refused() -> None:
    run = Dry(process(sequence(("work", user_task("work")))))

    with pytest.raises(InvalidState, match="does not"):
        run.step(DeliverSignal(run.key("work"), 1))


def test_others_get_it_after_the_own_instance() -> None:
    run = Dry(thrown_beside(catch_event("other", signal("alarm"))))

    run.complete("go")

    kinds = [type(effect) for effect in run.last]
    assert kinds.index(BroadcastSignal) > kinds.index(CloseElement)


def test_in_a_mapping_of_the_catch_event_the_signal_hides_the_case() -> None:
    event = catch_event("wait", signal("alarm"), extensions=writes("sum", "=n + m"))
    run = Dry(process(sequence(("wait", event), ("look", user_task("look")))), variables={"n": 1, "m": 10})

    run.signal("wait", {"n": 5})

    assert run.variables == {"n": 1, "m": 10, "sum": 15}


def test_an_activity_with_an_incident_is_still_interrupted_by_a_signal() -> None:
    other = node("userTask", "other", extensions='<gov:assignment roles="clerk"/>' + writes("n", "=x + 1"))
    event = boundary("event", "other", signal("alarm")) + user_task("told")
    run = Dry(thrown_beside(other + event, ways=chain("event", "told", "end")))
    run.complete("other", {"x": "a"})

    run.complete("go")

    assert run.incidents == []
    assert run.waiting == ["told", "look"]


def test_a_start_event_with_a_signal_begins_the_process_and_brings_its_data() -> None:
    model = process(
        start_event("begin", signal("alarm")) + user_task("work") + END + chain("begin", "work", "end")
    )
    run = Dry(model, signal="alarm", variables={"level": 1})

    assert run.waiting == ["work"]
    assert run.variables == {"level": 1}
