"""BPMN 2.0.2, 10.3.6 and 13.3.4: transactions, which end well, are canceled, or fail (hazard)."""

from __future__ import annotations

from engine.bpmn.effects import CloseElement
from tests.elements.drawing import (
    CANCEL,
    END,
    START,
    boundary,
    call_activity,
    chain,
    compensate,
    end_event,
    error,
    event_sub_process,
    inner,
    message,
    multi_instance,
    parallel,
    process,
    service_task,
    standard_loop,
    start_event,
    sub_process,
    throw_event,
    transaction,
    user_task,
)
from tests.elements.driver import Dry
from tests.elements.undoing import DEAL, DECIDING, booking, done, with_ways_out


def test_one_that_ends_well_goes_on_and_nothing_is_undone() -> None:
    run = done(Dry(DEAL, variables={"bad": False}), "a", "b")

    assert run.waiting == ["paid"]
    assert not any(id.startswith("undo") for id in run.path)


def test_a_cancel_end_event_undoes_all_in_reverse_order_then_leaves_by_the_cancel_boundary() -> None:
    run = done(Dry(DEAL, variables={"bad": True}), "a", "b")

    assert run.waiting == ["undo_b"]

    run.complete("undo_b")

    assert run.waiting == ["undo_a"]

    run.complete("undo_a")

    assert run.waiting == ["canceled"]
    assert run.moves[-5:] == ["-undo_a", "xdeal", "+on_cancel", "-on_cancel", "+canceled"]

    run.complete("canceled")

    assert run.ended is True


def test_canceling_stops_what_is_still_active_before_anything_is_undone() -> None:
    content = (
        start_event("s")
        + booking("a")[1]
        + parallel("split")
        + user_task("stop")
        + booking("b")[1]
        + end_event("cancel", CANCEL)
        + end_event("e")
        + chain("s", "a", "split", "stop", "cancel")
        + chain("split", "b", "e")
    )
    run = done(Dry(with_ways_out(transaction("deal", content))), "a")
    b = run.key("b")

    run.complete("stop")

    assert CloseElement(b, completed=False) in run.last
    assert run.waiting == ["undo_a"]
    assert run.moves.index("xb") < run.moves.index("+undo_a")


def test_canceling_with_nothing_to_undo_leaves_at_once() -> None:
    content = start_event("s") + end_event("cancel", CANCEL) + chain("s", "cancel")
    run = Dry(with_ways_out(transaction("deal", content)))

    assert run.waiting == ["canceled"]


def test_without_a_cancel_boundary_the_way_goes_on_after_all_is_undone() -> None:
    run = done(
        Dry(with_ways_out(transaction("deal", DECIDING), cancel_boundary=False), variables={"bad": True}),
        "a", "b", "undo_b", "undo_a",
    )  # fmt: skip

    assert run.waiting == ["paid"]


def test_an_error_is_a_hazard_nothing_is_undone() -> None:
    content = inner("i", booking("a"), ("check", service_task("check")))
    run = done(Dry(with_ways_out(transaction("deal", content))), "a")

    run.throw("check", "REFUSED")

    assert run.waiting == ["failed"]


def test_an_error_end_event_is_a_hazard_too() -> None:
    content = start_event("s") + booking("a")[1] + end_event("x", error("REFUSED")) + chain("s", "a", "x")
    run = done(Dry(with_ways_out(transaction("deal", content))), "a")

    assert run.waiting == ["failed"]


def test_one_that_ended_well_can_be_undone_later() -> None:
    model = process(
        START
        + transaction("deal", inner("i", booking("a")))
        + throw_event("undo", compensate())
        + user_task("look")
        + END
        + chain("start", "deal", "undo", "look", "end")
    )
    run = done(Dry(model), "a")

    assert run.waiting == ["undo_a"]


def test_one_that_was_canceled_cannot_be_undone_again() -> None:
    model = process(
        START
        + transaction("deal", DECIDING)
        + boundary("on_cancel", "deal", CANCEL)
        + throw_event("undo", compensate())
        + user_task("look")
        + END
        + chain("start", "deal", "end")
        + chain("on_cancel", "undo", "look", "end")
    )
    run = done(Dry(model, variables={"bad": True}), "a", "b", "undo_b", "undo_a")

    assert run.waiting == ["look"]
    assert run.path.count("undo_a") == 1


# --- nested --------------------------------------------------------------------------------------


def nested_cancel() -> str:
    deeper = start_event("d") + booking("b")[1] + end_event("cancel", CANCEL) + chain("d", "b", "cancel")
    return transaction("deal", inner("i", booking("a"), ("deep", sub_process("deep", deeper))))


def test_a_cancel_end_event_in_a_sub_process_cancels_the_transaction_with_what_was_done_in_both() -> None:
    run = done(Dry(with_ways_out(nested_cancel())), "a", "b")

    assert run.waiting == ["undo_b"]

    run.complete("undo_b")

    assert run.waiting == ["undo_a"]

    run.complete("undo_a")

    assert run.waiting == ["canceled"]


def test_what_is_completed_in_an_active_part_beside_it_is_undone_too() -> None:
    beside = inner("j", booking("b"), ("later", user_task("later")))
    content = (
        start_event("s")
        + parallel("split")
        + sub_process("beside", beside)
        + user_task("stop")
        + end_event("cancel", CANCEL)
        + end_event("e")
        + chain("s", "split", "beside", "e")
        + chain("split", "stop", "cancel")
    )
    run = done(Dry(with_ways_out(transaction("deal", content))), "b")

    assert run.waiting == ["stop", "later"]

    run.complete("stop")

    assert run.waiting == ["undo_b"]

    run.complete("undo_b")

    assert run.waiting == ["canceled"]


def test_an_inner_transaction_cancels_alone() -> None:
    inner_deal = start_event("d") + booking("b")[1] + end_event("cancel", CANCEL) + chain("d", "b", "cancel")
    content = (
        start_event("s")
        + booking("a")[1]
        + transaction("small", inner_deal)
        + boundary("small_canceled", "small", CANCEL)
        + user_task("instead")
        + end_event("e")
        + chain("s", "a", "small", "e")
        + chain("small_canceled", "instead", "e")
    )
    run = done(Dry(with_ways_out(transaction("deal", content))), "a", "b", "undo_b")

    assert run.waiting == ["instead"]

    run.complete("instead")

    assert run.waiting == ["paid"]


def test_an_event_sub_process_may_cancel_the_transaction() -> None:
    handler = event_sub_process(
        "esp",
        message("recalled"),
        booking("c")[1] + end_event("cancel", CANCEL) + chain("esp_start", "c", "cancel"),
        interrupting=False,
    )
    run = done(Dry(with_ways_out(transaction("deal", inner("i", booking("a"), booking("b")) + handler))), "a")
    run.deliver("esp_start")

    run.complete("c")

    assert run.waiting == ["undo_c"]

    run.complete("undo_c")

    assert run.waiting == ["undo_a"]
    assert run.listening == []

    run.complete("undo_a")

    assert run.waiting == ["canceled"]


def test_a_called_transaction_cancels_inside_its_process() -> None:
    called = process(
        start_event("cs")
        + transaction("deal", DECIDING)
        + boundary("on_cancel", "deal", CANCEL)
        + end_event("ce")
        + end_event("cx", error("REFUSED"))
        + chain("cs", "deal", "ce")
        + chain("on_cancel", "cx"),
        id="called",
    )
    model = process(
        START
        + call_activity("call")
        + boundary("on_error", "call", error("REFUSED"))
        + user_task("failed")
        + END
        + chain("start", "call", "end")
        + chain("on_error", "failed", "end")
    )
    run = done(Dry(model, called, variables={"bad": True}), "a", "b", "undo_b", "undo_a")

    assert run.waiting == ["failed"]


# --- instances and turns -------------------------------------------------------------------------


def test_a_canceled_instance_ends_the_whole_multi_instance_activity() -> None:
    content = multi_instance("[1, 2]", item="n") + DECIDING
    run = Dry(with_ways_out(transaction("deal", content)))
    run.complete("a")
    run.complete("b", {"bad": True})

    assert run.waiting == ["a", "undo_b"]

    done(run, "undo_b", "undo_a")

    assert run.waiting == ["canceled"]


def test_a_canceled_turn_ends_the_loop() -> None:
    content = standard_loop("true", maximum=3) + DECIDING
    run = Dry(with_ways_out(transaction("deal", content)))
    run.complete("a")
    run.complete("b", {"bad": False})
    run.complete("a")
    run.complete("b", {"bad": True})

    done(run, "undo_b", "undo_a")

    assert run.waiting == ["canceled"]
