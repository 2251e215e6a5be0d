"""BPMN 2.0.2, 10.5.5 (Link): off-page connectors; several throws lead to one catch of the same level."""

from __future__ import annotations

from engine.bpmn.effects import EnterStage
from tests.elements.drawing import (
    END,
    START,
    call_activity,
    chain,
    end_event,
    event_sub_process,
    exclusive,
    flow,
    inclusive,
    link,
    message,
    multi_instance,
    node,
    parallel,
    process,
    sequence,
    sub_process,
    throw_event,
    user_task,
)
from tests.elements.driver import Dry


def catch(id: str, name: str, **attributes: str) -> str:
    return node("intermediateCatchEvent", id, content=link(name), **attributes)


def test_a_token_goes_on_at_the_catching_event() -> None:
    model = process(
        START + throw_event("out", link("A")) + catch("in", "A") + user_task("work") + END
        + chain("start", "out") + chain("in", "work", "end")
    )  # fmt: skip
    run = Dry(model)

    assert run.moves == ["=start", "=out", "=in", "+work"]

    run.complete("work")

    assert run.ended is True


def test_several_throws_lead_to_one_catch_each_with_its_token() -> None:
    model = process(
        START
        + parallel("split")
        + throw_event("one", link("A"))
        + throw_event("two", link("A"))
        + catch("in", "A")
        + user_task("work")
        + END
        + chain("start", "split", "one")
        + chain("split", "two")
        + chain("in", "work", "end")
    )
    run = Dry(model)

    assert run.waiting == ["work", "work"]


def test_links_of_different_names_do_not_meet() -> None:
    model = process(
        START
        + exclusive("choice", default="choice_out_a")
        + throw_event("out_a", link("A"))
        + throw_event("out_b", link("B"))
        + catch("in_b", "B")
        + catch("in_a", "A")
        + user_task("a")
        + user_task("b")
        + END
        + chain("start", "choice", "out_a")
        + flow("choice", "out_b", "to_b")
        + chain("in_a", "a", "end")
        + chain("in_b", "b", "end")
    )

    assert Dry(model, variables={"to_b": False}).waiting == ["a"]
    assert Dry(model, variables={"to_b": True}).waiting == ["b"]


def test_the_catch_event_does_not_begin_by_itself() -> None:
    model = process(user_task("work") + throw_event("out", link("A")) + catch("in", "A") + user_task("after")
                    + chain("work", "out") + chain("in", "after"))  # fmt: skip
    run = Dry(model)

    assert run.waiting == ["work"]

    run.complete("work")

    assert run.waiting == ["after"]


def test_a_name_is_known_within_its_level_only() -> None:
    content = (
        '<startEvent id="s"/>'
        + throw_event("deep_out", link("A"))
        + catch("deep_in", "A")
        + user_task("deep")
        + end_event("e")
        + chain("s", "deep_out")
        + chain("deep_in", "deep", "e")
    )
    model = process(
        START
        + sub_process("sub", content)
        + throw_event("out", link("A"))
        + catch("in", "A")
        + user_task("after")
        + END
        + chain("start", "sub", "out")
        + chain("in", "after", "end")
    )
    run = Dry(model)

    assert run.waiting == ["deep"]

    run.complete("deep")

    assert run.waiting == ["after"]


def linked(prefix: str, first: str) -> str:
    return (
        throw_event(f"{prefix}_out", link("A"))
        + catch(f"{prefix}_in", "A")
        + user_task(f"{prefix}_work")
        + end_event(f"{prefix}_e")
        + chain(first, f"{prefix}_out")
        + chain(f"{prefix}_in", f"{prefix}_work", f"{prefix}_e")
    )


def test_it_leads_on_in_event_sub_processes_instances_and_called_processes() -> None:
    handler = event_sub_process("esp", message("recalled"), linked("h", "esp_start"), interrupting=False)
    instances = sub_process(
        "each", multi_instance("[1, 2]", item="n") + '<startEvent id="s"/>' + linked("i", "s")
    )
    called = process('<startEvent id="cs"/>' + linked("c", "cs"), id="called")
    model = process(sequence(("each", instances), ("call", call_activity("call"))) + handler)
    run = Dry(model, called)
    run.deliver("esp_start")

    assert run.waiting == ["i_work", "i_work", "h_work"]

    run.complete("i_work")
    run.complete("i_work")

    assert run.waiting == ["h_work", "c_work"]


def test_an_inclusive_join_waits_for_a_token_that_will_come_by_link() -> None:
    model = process(
        START
        + inclusive("split")
        + user_task("a")
        + user_task("b")
        + throw_event("out", link("A"))
        + catch("in", "A")
        + inclusive("join")
        + user_task("after")
        + END
        + chain("start", "split")
        + flow("split", "a", "true")
        + flow("split", "b", "true")
        + chain("a", "join")
        + chain("b", "out")
        + chain("in", "join", "after", "end")
    )
    run = Dry(model)

    run.complete("a")

    assert run.waiting == ["b"]

    run.complete("b")

    assert run.waiting == ["after"]


def test_a_link_back_makes_a_loop() -> None:
    model = process(
        START
        + exclusive("merge")
        + user_task("work")
        + exclusive("again", default="again_end")
        + throw_event("out", link("back"))
        + catch("in", "back")
        + END
        + chain("start", "merge", "work", "again", "end")
        + flow("again", "out", "more")
        + chain("in", "merge")
    )
    run = Dry(model)

    run.complete("work", {"more": True})
    run.complete("work", {"more": True})
    run.complete("work", {"more": False})

    assert run.path.count("work") == 3
    assert run.ended is True


def test_both_ends_tell_of_their_stage() -> None:
    model = process(
        START + throw_event("out", link("A"), gov_stage="one") + catch("in", "A", gov_stage="two")
        + user_task("work") + END + chain("start", "out") + chain("in", "work", "end")
    )  # fmt: skip

    assert Dry(model).effects[:2] == [EnterStage("out", "one"), EnterStage("in", "two")]
