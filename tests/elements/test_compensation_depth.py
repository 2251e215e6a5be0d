"""BPMN 2.0.2, 10.7 and 13.5.5: compensation of sub-processes, and by and from event sub-processes."""

from __future__ import annotations

import pytest

from tests.elements.drawing import (
    END,
    START,
    boundary,
    chain,
    compensate,
    end_event,
    error,
    event_sub_process,
    inner,
    message,
    multi_instance,
    process,
    reaction,
    script_task,
    sequence,
    sub_process,
    throw_event,
    timer,
    user_task,
)
from tests.elements.driver import Dry
from tests.elements.undoing import booking, compensated_by, done, then_undo, undone_by_hand

# --- sub-processes -------------------------------------------------------------------------------


def test_what_was_done_inside_a_completed_sub_process_is_undone_with_it() -> None:
    content = inner("i", booking("a"), booking("b"))
    run = done(Dry(then_undo(sub_process("act", content))), "a", "b")

    assert run.waiting == ["undo_b"]

    run.complete("undo_b")

    assert run.waiting == ["undo_a"]

    run.complete("undo_a")

    assert run.waiting == ["look"]


def test_sub_processes_in_each_other_are_undone_from_the_last_to_the_first() -> None:
    deepest = inner("d", booking("b"), booking("c"))
    content = inner("i", booking("a"), ("deep", sub_process("deep", deepest)), booking("d"))
    run = done(Dry(then_undo(sub_process("act", content))), "a", "b", "c", "d")
    order = []

    while run.waiting != ["look"]:
        order += run.waiting
        run.complete(run.waiting[0])

    assert order == ["undo_d", "undo_c", "undo_b", "undo_a"]


def test_a_handler_at_the_boundary_stands_for_all_inside() -> None:
    content = inner("i", booking("a"))
    run = done(Dry(then_undo(sub_process("act", content) + undone_by_hand("act"))), "a")

    assert run.waiting == ["undo_act"]

    run.complete("undo_act")

    assert run.waiting == ["look"]


def test_a_named_sub_process_is_undone_with_all_inside() -> None:
    run = done(Dry(then_undo(sub_process("act", inner("i", booking("a"))), compensate("act"))), "a")

    assert run.waiting == ["undo_a"]


def test_an_interrupted_sub_process_is_not_undone() -> None:
    model = process(
        START
        + sub_process("act", inner("i", booking("a"), ("b", user_task("b"))))
        + boundary("late", "act", timer("PT1H"))
        + throw_event("undo", compensate())
        + user_task("look")
        + END
        + chain("start", "act", "undo", "look", "end")
        + chain("late", "undo")
    )
    run = done(Dry(model), "a")

    run.fire_timer("late")

    assert run.waiting == ["look"]


def test_inside_a_sub_process_only_its_own_activities_are_undone() -> None:
    content = inner(
        "i", booking("b"), ("undo", throw_event("undo", compensate())), ("look", user_task("look"))
    )
    run = done(Dry(process(sequence(booking("a"), ("sub", sub_process("sub", content))))), "a", "b")

    assert run.waiting == ["undo_b"]

    run.complete("undo_b")

    assert run.waiting == ["look"]


def test_every_instance_with_all_inside_is_undone_and_sees_its_own_item() -> None:
    handler = user_task(
        "undo_a", extensions='<gov:input source="=n" target="was"/>', isForCompensation="true"
    )
    content = inner(
        "i", ("a", script_task("a", "n * 10", result="price") + compensated_by("a", ("undo_a", handler)))
    )
    run = Dry(then_undo(sub_process("act", multi_instance("[1, 2, 3]", item="n") + content)))
    seen = []

    while run.waiting == ["undo_a"]:
        seen.append((run.locals_of("undo_a") or {})["was"])
        run.complete("undo_a")

    assert seen == [3, 2, 1]
    assert run.waiting == ["look"]


def test_data_of_the_sub_process_itself_is_there_again() -> None:
    handler = user_task(
        "undo_a", extensions='<gov:input source="=own" target="was"/>', isForCompensation="true"
    )
    content = inner("i", ("a", user_task("a") + compensated_by("a", ("undo_a", handler))))
    act = sub_process("act", content, extensions='<gov:input source="=number + 1" target="own"/>')
    run = done(Dry(then_undo(act), variables={"number": 1}), "a")

    assert run.locals_of("undo_a") == {"was": 2}


# --- event sub-processes that compensate ---------------------------------------------------------


def with_compensator(*nodes: tuple[str, str]) -> bytes:
    content = inner("i", booking("a"), booking("b")) + reaction("comp", compensate(), *nodes)
    return then_undo(sub_process("act", content))


def test_a_compensation_event_sub_process_runs_instead_of_the_handlers_inside() -> None:
    run = done(Dry(with_compensator(("own", user_task("own")))), "a", "b")

    assert run.waiting == ["own"]

    run.complete("own")

    assert run.waiting == ["look"]


def test_it_may_undo_what_was_done_inside_by_throwing_compensation_itself() -> None:
    model = with_compensator(
        ("first", user_task("first")),
        ("rest", throw_event("rest", compensate())),
        ("last", user_task("last")),
    )
    run = done(Dry(model), "a", "b", "first")

    assert run.waiting == ["undo_b"]

    done(run, "undo_b", "undo_a")

    assert run.waiting == ["last"]

    run.complete("last")

    assert run.waiting == ["look"]


def test_it_may_undo_one_activity_inside_by_name() -> None:
    run = done(Dry(with_compensator(("one", throw_event("one", compensate("a"))))), "a", "b")

    assert run.waiting == ["undo_a"]

    run.complete("undo_a")

    assert run.waiting == ["look"]


def test_it_does_not_listen_while_the_sub_process_runs() -> None:
    run = Dry(with_compensator(("own", user_task("own"))))

    assert run.listening == []
    assert run.waiting == ["a"]


def test_a_sub_process_with_only_a_compensator_is_remembered_too() -> None:
    content = inner("i", ("a", user_task("a"))) + reaction("comp", compensate(), ("own", user_task("own")))
    run = done(Dry(then_undo(sub_process("act", content))), "a")

    assert run.waiting == ["own"]


# --- thrown from an event sub-process ------------------------------------------------------------


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_event_sub_process_undoes_what_the_scope_around_it_completed(interrupting: bool) -> None:
    handler = reaction(
        "esp",
        message("recalled"),
        booking("c"),
        ("undo", throw_event("undo", compensate())),
        ("look", user_task("look")),
        interrupting=interrupting,
    )
    run = done(Dry(process(sequence(booking("a"), booking("b")) + handler)), "a")
    run.deliver("esp_start")

    run.complete("c")

    assert run.waiting[-1] == "undo_c"

    run.complete("undo_c")

    assert run.waiting[-1] == "undo_a"

    run.complete("undo_a")

    assert run.waiting == (["look"] if interrupting else ["b", "look"])


def test_an_error_event_sub_process_undoes_before_the_activity_completes() -> None:
    handler = event_sub_process(
        "esp", error("REFUSED"), end_event("undo", compensate()) + chain("esp_start", "undo")
    )
    content = inner("i", booking("a"), ("b", user_task("b"))) + handler
    run = done(Dry(process(sequence(("sub", sub_process("sub", content)), ("look", user_task("look"))))), "a")

    run.throw("b", "REFUSED")

    assert run.waiting == ["undo_a"]

    run.complete("undo_a")

    assert run.waiting == ["look"]


def test_every_instance_with_a_compensator_runs_it_with_its_own_item() -> None:
    own = user_task("own", extensions='<gov:input source="=n" target="was"/>')
    content = (
        multi_instance("[1, 2]", item="n")
        + inner("i", booking("a"))
        + reaction("comp", compensate(), ("own", own))
    )
    run = done(Dry(then_undo(sub_process("act", content))), "a", "a")
    seen = []

    while run.waiting == ["own"]:
        seen.append((run.locals_of("own") or {})["was"])
        run.complete("own")

    assert seen == [2, 1]
    assert run.waiting == ["look"]


def test_what_a_compensator_does_not_undo_itself_stays() -> None:
    run = done(Dry(with_compensator(("one", throw_event("one", compensate("b"))))), "a", "b")

    run.complete("undo_b")

    assert run.waiting == ["look"]
    assert "undo_a" not in run.path
