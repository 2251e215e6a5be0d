from __future__ import annotations

from pathlib import Path

import pytest

from engine.bpmn.reader import read
from engine.spiff.constructs import CONSTRUCTS, MAX_ROW
from engine.spiff.lacks import lacks_of
from engine.spiff.portability import unsupported
from tests.differential.playing import Complete
from tests.elements.drawing import (
    CANCEL,
    END,
    START,
    ad_hoc,
    association,
    boundary,
    catch_event,
    chain,
    compensate,
    complex_gateway,
    condition,
    end_event,
    error,
    escalation,
    event_based,
    exclusive,
    flow,
    inclusive,
    inner,
    link,
    message,
    multi_instance,
    node,
    parallel,
    process,
    reaction,
    sequence,
    service_task,
    signal,
    standard_loop,
    start_event,
    sub_process,
    throw_event,
    timer,
    transaction,
    user_task,
)
from tests.elements.driver import programs_of
from tests.unit.spiff.playing_alone import play

U = ("u", user_task("u"))


def task(**more: str) -> str:
    return sequence(("u", user_task("u", **more)))


def branches(split: str, join: str, *, more: str = "") -> str:
    """start, split "s", user tasks "a" and "b", join "j", end; both gateways are given."""
    tasks = user_task("a") + user_task("b")
    return (
        START
        + split
        + join
        + tasks
        + END
        + chain("start", "s", "a", "j", "end")
        + chain("s", "b", "j")
        + more
    )


NOT_PORTABLE: dict[str, tuple[str, str | None]] = {
    "transaction": (sequence(("t", transaction("t", inner("i", U)))), "t"),
    "ad-hoc": (sequence(("t", ad_hoc("t", user_task("u")))), "t"),
    "event-sub-process": (task() + reaction("r", timer("PT1H")), "r"),
    "complex-gateway": (
        branches(complex_gateway("s"), parallel("j")), "s",
    ),
    "standard-loop": (task(content=standard_loop("true", maximum=3)), "u"),
    "multi-instance": (task(content=multi_instance("[1, 2]", item="x")), "u"),
    "quantity": (task(completionQuantity="2"), "u"),
    "multiple-event": (
        task() + boundary("b", "u", timer("PT1H") + message("paid")) + end_event("e") + chain("b", "e"), "b",
    ),
    "signal": (START + end_event("e", signal("alarm")) + chain("start", "e"), "e"),
    "escalation": (sequence(("t", throw_event("t", escalation("SLOW")))), "t"),
    "conditional": (sequence(("t", catch_event("t", condition("x > 1")))), "t"),
    "link": (
        START + throw_event("out", link("L")) + catch_event("in", link("L")) + END
        + chain("start", "out") + chain("in", "end"), "out",
    ),
    "cancel": (
        sequence(("t", transaction("t", inner("i", U))))
        + boundary("c", "t", CANCEL) + end_event("e") + chain("c", "e"), "c",
    ),
    "compensation": (
        task() + boundary("c", "u", compensate()) + user_task("undo", isForCompensation="true")
        + association("c", "undo"), "u",
    ),
    "several-outgoing-flows": (task() + end_event("e") + chain("u", "e"), "u"),
    "condition-outside-gateway": (task().replace(chain("u", "end"), flow("u", "end", "true")), "u"),
    "flow-without-condition": (
        START + exclusive("g") + END + end_event("e") + chain("start", "g", "end")
        + flow("g", "e", "true"), "g",
    ),
    "twin-flows": (
        START + parallel("g") + exclusive("m") + END + chain("start", "g", "m", "end")
        + flow("g", "m").replace('id="g_m"', 'id="g_m2"'), "g",
    ),
    "no-start-event": (user_task("u") + END + chain("u", "end"), None),
    "implicit-end": (START + user_task("u") + chain("start", "u"), "u"),
    "instantiating": (
        node("receiveTask", "r", messageRef="m_paid", instantiate="true") + END + chain("r", "end"), "r",
    ),
    "event-behind-gateway": (
        START + exclusive("x", default="x_g") + event_based("g") + catch_event("a", timer("PT1H"))
        + catch_event("b", message("paid")) + exclusive("m") + END
        + chain("start", "x", "g", "a", "m", "end") + chain("g", "b", "m") + flow("x", "a", "true"), "g",
    ),
    "join-in-loop": (
        branches(parallel("s"), parallel("j")).replace(chain("start", "s"), chain("start", "m", "s"))
        .replace(chain("j", "end"), chain("j", "x", "end"))
        + exclusive("m") + exclusive("x", default="x_end") + flow("x", "m", "again"), "j",
    ),
    "join-without-split": (
        branches(exclusive("s", default="s_a"), parallel("j")).replace(chain("s", "b"), flow("s", "b", "true")),
        "j",
    ),
    "gateway-for-several-tokens": (
        START + parallel("s") + user_task("a") + user_task("b") + exclusive("m") + parallel("again")
        + END + end_event("e") + chain("start", "s", "a", "m", "again", "end") + chain("s", "b", "m")
        + chain("again", "e"), "again",
    ),
    "endless-loop": (START + user_task("u") + user_task("v") + END + chain("start", "u", "v", "u"), "u"),
    "long-row": (
        sequence(*[(f"t{n}", node("task", f"t{n}")) for n in range(MAX_ROW)]), None,
    ),
}  # fmt: skip
"""Construct -> the smallest process with it, and the element that has it."""


@pytest.mark.parametrize("key", NOT_PORTABLE)
def test_the_construct_is_found_where_it_is(key: str) -> None:
    content, element_id = NOT_PORTABLE[key]
    (program,) = programs_of(process(content))

    found = [(lack.construct.key, lack.element_id) for lack in lacks_of(program)]

    assert (key, element_id) in found


def test_every_construct_has_its_example() -> None:
    assert {construct.key for construct in CONSTRUCTS} == set(NOT_PORTABLE)


def test_the_reference_lists_every_construct() -> None:
    page = Path("docs/reference/portability.md").read_text()

    for construct in CONSTRUCTS:
        assert f"| `{construct.key}` |" in page


PORTABLE = {
    "a loop of exclusive gateways": START + exclusive("m") + user_task("u") + exclusive("x", default="x_end")
    + END + chain("start", "m", "u", "x", "end") + flow("x", "m", "again"),
    "parallel branches": branches(parallel("s"), parallel("j")),
    "an inclusive join of parallel branches": branches(parallel("s"), inclusive("j")),
    "a boundary event that leaves a parallel branch and comes back to it": branches(
        parallel("s"), parallel("j")
    ).replace(chain("a", "j"), chain("a", "m", "j"))
    + exclusive("m") + boundary("late", "a", timer("PT1H")) + chain("late", "m"),
    "parallel branches that each end by themselves": START + parallel("s") + user_task("a") + user_task("b")
    + END + end_event("e") + chain("start", "s", "a", "end") + chain("s", "b", "e"),
    "a join in a sub-process in a loop": START + exclusive("m")
    + sub_process("sub", branches(parallel("s"), parallel("j")).replace('"start', '"i').replace('"end', '"o'))
    + exclusive("x", default="x_end") + END + chain("start", "m", "sub", "x", "end") + flow("x", "m", "again"),
    "several ways to start": start_event("start", message("paid")) + start_event("other") + exclusive("m")
    + user_task("u") + END + chain("start", "m", "u", "end") + chain("other", "m"),
    "an error caught by a boundary": sequence(("j", service_task("j"))) + boundary("b", "j", error())
    + end_event("e") + chain("b", "e"),
    "a row that is not too long": sequence(*[(f"t{n}", node("task", f"t{n}")) for n in range(MAX_ROW - 3)]),
}  # fmt: skip


@pytest.mark.parametrize("what", PORTABLE)
def test_nothing_is_found_in_what_spiffworkflow_runs_right(what: str) -> None:
    content = process(PORTABLE[what])
    model, findings = read(content, file="fine.bpmn")
    assert model is not None
    assert not [finding for finding in findings if finding.is_error]

    assert unsupported(model, model.processes[0]) == []


def test_a_finding_names_element_line_and_reason_in_both_languages() -> None:
    content = process("\n" + START + "\n" + end_event("done", signal("alarm")) + chain("start", "done"))
    model, _ = read(content, file="alarm.bpmn")
    assert model is not None

    (finding,) = unsupported(model, model.processes[0])

    assert (finding.rule, finding.element_id, finding.line, finding.file) == (
        "not-portable", "done", 3, "alarm.bpmn",
    )  # fmt: skip
    assert finding.is_error
    assert finding.en.startswith("'done' uses a signal: SpiffWorkflow ignores")
    assert finding.zh.startswith("“done”用信号：SpiffWorkflow")
    assert finding.mend_zh
    assert finding.mend_en


def test_ids_that_spiffworkflow_uses_itself_may_be_used() -> None:
    ids = ("End", "Start", "Root", "StartEventSplit", "End.BoundaryEventSplit", "main.EndJoin")
    content = process(sequence(*[(id, user_task(id)) for id in ids]))
    model, _ = read(content, file="ids.bpmn")
    assert model is not None

    assert unsupported(model, model.processes[0]) == []
    run = play(content)
    ended = [run.answer(Complete(id)).ended for id in ids]
    assert ended == [None, None, None, None, None, True]
