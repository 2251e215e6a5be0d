"""BPMN 2.0.2, 10.3.5 (table 10.22) and 13.3.5: events around and inside an ad-hoc sub-process."""

from __future__ import annotations

import pytest

from tests.elements.drawing import (
    END,
    START,
    ad_hoc,
    boundary,
    chain,
    condition,
    error,
    escalation,
    message,
    process,
    service_task,
    signal,
    timer,
    user_task,
)
from tests.elements.driver import Dry

ABC = user_task("a") + user_task("b") + user_task("c")


def attached(definition: str, content: str = ABC, *, interrupting: bool = True) -> bytes:
    return process(
        START
        + ad_hoc("work", content, gov_activeElements='=["a", "b"]')
        + boundary("event", "work", definition, interrupting=interrupting)
        + user_task("handle")
        + user_task("after")
        + END
        + chain("start", "work", "after", "end")
        + chain("event", "handle", "end")
    )


@pytest.mark.parametrize(
    "definition", [timer("PT1H"), message("recalled"), signal("alarm"), condition("stop")]
)
def test_an_interrupting_event_at_its_boundary_ends_all_inside(definition: str) -> None:
    run = Dry(attached(definition), variables={"stop": False})

    match definition:
        case _ if "timer" in definition:
            run.fire_timer("event")
        case _ if "message" in definition:
            run.deliver("event")
        case _ if "signal" in definition:
            run.signal("event")
        case _:
            run.set_variables({"stop": True})

    assert run.waiting == ["handle"]
    assert [move for move in run.moves if move[0] == "x"] == ["xa", "xb", "xwork"]


def test_one_that_does_not_interrupt_leaves_it_alone() -> None:
    run = Dry(attached(timer("PT1H"), interrupting=False))

    run.fire_timer("event")
    run.complete("a")
    run.complete("b")

    assert sorted(run.waiting) == ["after", "handle"]


def test_errors_and_escalations_from_inside_are_caught_at_its_boundary() -> None:
    failed = Dry(attached(error("REFUSED"), service_task("a") + user_task("b")))
    escalated = Dry(attached(escalation("SLOW"), interrupting=False))

    failed.throw("a", "REFUSED")
    escalated.escalate("a", "SLOW")

    assert failed.waiting == ["handle"]
    assert escalated.waiting == ["a", "b", "handle"]
