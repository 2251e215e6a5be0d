"""BPMN 2.0.2, 10.5.5 and 13.5.4: escalations, which climb to the nearest catcher and harm nobody."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import IncidentType, RaiseEscalation
from engine.bpmn.stimuli import ThrowEscalation
from engine.errors import InvalidState
from tests.elements.drawing import (
    END,
    START,
    boundary,
    call_activity,
    chain,
    end_event,
    escalation,
    inner,
    multi_instance,
    node,
    parallel,
    process,
    reaction,
    reads,
    script_task,
    sequence,
    service_task,
    sub_process,
    throw_event,
    timer,
    user_task,
    writes,
)
from tests.elements.driver import Dry

RAISE = ("raise", throw_event("raise", escalation("SLOW")))
LOOK = ("look", user_task("look"))


def caught_around(
    content: str, definition: str, *, interrupting: bool = False, extensions: str = ""
) -> bytes:
    return process(
        START
        + sub_process("sub", content)
        + boundary("event", "sub", definition, interrupting=interrupting, extensions=extensions)
        + user_task("told")
        + user_task("after")
        + END
        + chain("start", "sub", "after", "end")
        + chain("event", "told", "end")
    )


def test_one_that_nobody_catches_goes_on() -> None:
    run = Dry(process(sequence(RAISE, LOOK)))

    assert run.waiting == ["look"]
    assert run.effects[0] == RaiseEscalation("raise", "SLOW", None)
    assert run.incidents == []


def test_a_non_interrupting_catch_lets_the_thrower_go_on() -> None:
    run = Dry(caught_around(inner("i", RAISE, LOOK), escalation("SLOW")))

    assert run.waiting == ["told", "look"]
    assert run.escalations == [("SLOW", "event")]


def test_an_interrupting_catch_stops_the_thrower_at_once() -> None:
    content = inner("i", RAISE, ("after_it", script_task("after_it", "1", result="a")))
    run = Dry(caught_around(content, escalation("SLOW"), interrupting=True))

    assert run.waiting == ["told"]
    assert "after_it" not in run.path
    assert run.variables == {}


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_end_event_throws_as_its_token_ends(interrupting: bool) -> None:
    content = '<startEvent id="s"/>' + end_event("x", escalation("SLOW")) + chain("s", "x")
    run = Dry(caught_around(content, escalation("SLOW"), interrupting=interrupting))

    assert run.waiting == (["told"] if interrupting else ["told", "after"])


def test_it_is_thrown_as_often_as_it_is_drawn() -> None:
    content = inner("i", RAISE, ("more", throw_event("more", escalation("SLOW"))), LOOK)
    run = Dry(caught_around(content, escalation("SLOW")))

    assert run.waiting == ["told", "told", "look"]


def test_it_brings_its_inputs_and_nothing_else() -> None:
    event = throw_event("raise", escalation("SLOW"), extensions=reads("days", "=n * 2"))
    model = caught_around(
        inner("i", ("raise", event), LOOK), escalation("SLOW"), extensions=writes("late", "=days")
    )
    run = Dry(model, variables={"n": 3})

    assert run.variables == {"n": 3, "late": 6}


def test_the_code_is_kept_where_it_is_asked_for_also_beside_a_mapping() -> None:
    def drawn(extensions: str) -> bytes:
        caught = node(
            "boundaryEvent", "event", attachedToRef="sub", cancelActivity="false", gov_caughtCode="code",
            extensions=extensions, content=escalation(),
        )  # fmt: skip
        return process(
            START + sub_process("sub", inner("i", RAISE, LOOK)) + caught + user_task("told") + END
            + chain("start", "sub", "end") + chain("event", "told", "end")
        )  # fmt: skip

    plain, mapped = Dry(drawn("")), Dry(drawn(writes("text", '="!" + code')))

    assert plain.variables == {"code": "SLOW"}
    assert mapped.variables == {"code": "SLOW", "text": "!SLOW"}


# --- who catches ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "catcher"), [("SLOW", "slow"), ("URGENT", "any")])
def test_the_named_code_goes_before_the_catch_all_wherever_it_stands(code: str, catcher: str) -> None:
    model = process(
        START
        + sub_process("sub", inner("i", ("raise", throw_event("raise", escalation(code))), LOOK))
        + boundary("on_any", "sub", escalation(), interrupting=False)
        + boundary("on_slow", "sub", escalation("SLOW"), interrupting=False)
        + user_task("any")
        + user_task("slow")
        + END
        + chain("start", "sub", "end")
        + chain("on_any", "any", "end")
        + chain("on_slow", "slow", "end")
    )
    run = Dry(model)

    assert run.waiting == [catcher, "look"]


def test_another_code_passes_by() -> None:
    run = Dry(caught_around(inner("i", RAISE, LOOK), escalation("URGENT")))

    assert run.waiting == ["look"]
    assert run.escalations == [("SLOW", None)]


def test_the_nearest_catcher_takes_it_and_the_farther_ones_hear_nothing() -> None:
    content = inner("i", RAISE, LOOK) + reaction(
        "near", escalation(), ("nearby", user_task("nearby")), interrupting=False
    )
    run = Dry(caught_around(content, escalation("SLOW")))

    assert sorted(run.waiting) == ["look", "nearby"]
    assert run.escalations == [("SLOW", "near_start")]


def test_the_boundary_of_the_activity_goes_before_the_event_sub_process_around_it() -> None:
    model = process(
        START
        + user_task("work")
        + boundary("event", "work", escalation("SLOW"), interrupting=False)
        + user_task("told")
        + END
        + chain("start", "work", "end")
        + chain("event", "told", "end")
        + reaction("esp", escalation("SLOW"), ("other", user_task("other")), interrupting=False)
    )
    run = Dry(model)

    run.escalate("work", "SLOW")

    assert run.waiting == ["work", "told"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_it_leaves_a_called_process(interrupting: bool) -> None:
    model = process(
        START
        + call_activity("call")
        + boundary("event", "call", escalation("SLOW"), interrupting=interrupting)
        + user_task("told")
        + END
        + chain("start", "call", "end")
        + chain("event", "told", "end")
    )
    run = Dry(model, process(sequence(RAISE, LOOK), id="called"))

    assert run.waiting == (["told"] if interrupting else ["told", "look"])


def test_every_instance_of_a_body_escalates_to_its_boundary() -> None:
    content = multi_instance("[1, 2, 3]", item="n") + inner(
        "i", ("raise", throw_event("raise", escalation("SLOW"), extensions=reads("who", "=n"))), LOOK
    )
    model = caught_around(content, escalation("SLOW"), extensions=writes("last", "=who"))
    run = Dry(model)

    assert run.waiting.count("told") == 3
    assert run.waiting.count("look") == 3
    assert run.variables == {"last": 3}


def test_an_interrupting_catch_ends_all_instances() -> None:
    content = multi_instance("[1, 2, 3]", item="n") + inner("i", RAISE, LOOK)
    run = Dry(caught_around(content, escalation("SLOW"), interrupting=True))

    assert run.waiting == ["told"]
    assert run.path.count("raise") == 1


# --- from outside --------------------------------------------------------------------------------


def test_a_clerk_escalates_and_keeps_the_task_unless_it_is_interrupted() -> None:
    def drawn(*, interrupting: bool) -> bytes:
        return process(
            START
            + user_task("work")
            + boundary("event", "work", escalation("SLOW"), interrupting=interrupting)
            + user_task("told")
            + END
            + chain("start", "work", "end")
            + chain("event", "told", "end")
        )

    beside, instead = Dry(drawn(interrupting=False)), Dry(drawn(interrupting=True))
    beside.escalate("work", "SLOW", {"why": "ill"})
    instead.escalate("work", "SLOW", {"why": "ill"})

    assert beside.waiting == ["work", "told"]
    assert instead.waiting == ["told"]
    assert beside.variables == instead.variables == {"why": "ill"}


def test_one_from_outside_that_nobody_catches_changes_nothing() -> None:
    run = Dry(process(sequence(("work", user_task("work")))))

    run.escalate("work", "SLOW", {"why": "ill"})

    assert run.waiting == ["work"]
    assert run.variables == {}
    assert run.last == [RaiseEscalation("work", "SLOW", None)]


def test_one_from_outside_climbs_out_of_a_sub_process() -> None:
    run = Dry(caught_around(inner("i", ("job", service_task("job"))), escalation()))

    run.escalate("job", "URGENT")

    assert run.waiting == ["job", "told"]


def test_only_a_task_or_job_can_escalate_from_outside() -> None:
    run = Dry(process(sequence(("wait", node("intermediateCatchEvent", "wait", content=timer("PT1H"))))))

    with pytest.raises(InvalidState, match="neither"):
        run.step(ThrowEscalation(run.key("wait"), "SLOW"))


def test_an_instance_of_a_multi_instance_task_escalates_to_the_boundary_of_all() -> None:
    task = node(
        "userTask",
        "work",
        extensions='<gov:assignment roles="clerk"/>',
        content=multi_instance("[1, 2]", item="n"),
    )
    model = process(
        START
        + task
        + boundary("event", "work", escalation("SLOW"), interrupting=False)
        + user_task("told")
        + END
        + chain("start", "work", "end")
        + chain("event", "told", "end")
    )
    run = Dry(model)

    run.step(ThrowEscalation(run.instance("work"), "SLOW"))

    assert run.waiting == ["work", "work", "told"]


# --- what goes wrong -----------------------------------------------------------------------------


def test_a_mapping_that_fails_where_it_is_caught_leaves_the_thrower_in_peace() -> None:
    model = caught_around(inner("i", RAISE, LOOK), escalation("SLOW"), extensions=writes("n", "=m + 1"))
    run = Dry(model, variables={"m": "x"})

    assert run.incidents == [("event", IncidentType.MAPPING_FAILED)]
    assert run.waiting == ["look"]

    run.retry({"m": 1})

    assert run.waiting == ["look", "told"]
    assert run.variables["n"] == 2


def test_other_tokens_of_the_scope_end_when_an_event_sub_process_interrupts_for_one() -> None:
    model = process(
        START
        + parallel("split")
        + user_task("beside")
        + RAISE[1]
        + END
        + chain("start", "split", "beside", "end")
        + chain("split", "raise", "end")
        + reaction("esp", escalation("SLOW"), ("told", user_task("told")))
    )
    run = Dry(model)

    assert run.waiting == ["told"]
    assert "xbeside" in run.moves
    assert "xraise" in run.moves
