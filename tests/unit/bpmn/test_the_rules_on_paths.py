"""Unreachable nodes, dead ends, joins that never fire and loops that never rest."""

from __future__ import annotations

import pytest

from engine.bpmn.rules import RULES
from engine.findings import Severity
from tests.unit.bpmn.drawing import END, ERROR, START, around, chain, flow, process, rules_of, user_task
from tests.unit.bpmn.flaws import (
    ERROR_EVENT,
    MESSAGE_EVENT,
    ROOTS,
    TERMINATE,
    Flaw,
    boundary,
    broken,
    catch,
    end,
    gateway,
    handled,
    link,
    script,
    start,
    sub_process,
    throw,
    time,
    timer_boundary,
    undone,
)

EXCLUSIVE = gateway("g", attributes='default="g_b"')


def branches(opening: str, *, before: str = "start", join: str = "parallel", more: str = "") -> bytes:
    """`opening` splits at g into a and b, which the gateway j brings together."""
    return process(
        START
        + opening
        + user_task("a")
        + user_task("b")
        + gateway("j", join)
        + END
        + flow(before, "g")
        + flow("g", "a", "n = 1")
        + flow("g", "b")
        + chain("a", "j", "end")
        + flow("b", "j")
        + more,
        root=ROOTS,
    )


def chosen(opening: str, *targets: str) -> str:
    """Flows out of the exclusive gateway `opening`, the last of them the default."""
    *conditional, default = targets
    return "".join(flow(opening, target, f'n = "{target}"') for target in conditional) + flow(
        opening, default
    )


LONG_WAY = process(
    # g leads to a or b; behind a stands another decision whose ways meet again before the join.
    START
    + EXCLUSIVE
    + gateway("inner", attributes='default="inner_a2"')
    + user_task("a1")
    + user_task("a2")
    + gateway("m")
    + user_task("b")
    + gateway("j", "parallel")
    + END
    + flow("start", "g")
    + chosen("g", "inner", "b")
    + chosen("inner", "a1", "a2")
    + chain("a1", "m", "j", "end")
    + flow("a2", "m")
    + flow("b", "j")
)
INSIDE_A_BLOCK = process(
    # One branch of a parallel block decides, and joins what it decided between.
    START
    + gateway("fork", "parallel")
    + user_task("c")
    + EXCLUSIVE
    + user_task("a")
    + user_task("b")
    + gateway("j", "parallel")
    + gateway("q", "parallel")
    + END
    + chain("start", "fork", "c", "q", "end")
    + flow("fork", "g")
    + chosen("g", "a", "b")
    + chain("a", "j", "q")
    + flow("b", "j")
)
BOUNDARY_OR_NOT = process(
    START
    + user_task()
    + timer_boundary()
    + gateway("j", "parallel")
    + END
    + chain("start", "x", "j", "end")
    + flow("b", "j")
)
TWO_STARTS = process(
    start()
    + start(MESSAGE_EVENT, id="s2")
    + gateway("j", "parallel")
    + END
    + chain("start", "j", "end")
    + flow("s2", "j"),
    root=ROOTS,
)
FIRST_EVENT = process(
    START
    + gateway("g", "eventBased")
    + catch(MESSAGE_EVENT, id="m")
    + catch(time(), id="t")
    + gateway("j", "parallel")
    + END
    + chain("start", "g", "m", "j", "end")
    + chain("g", "t", "j"),
    root=ROOTS,
)
OWN_LOOP = process(
    START
    + gateway("j", "parallel")
    + user_task()
    + gateway("g", attributes='default="g_end"')
    + END
    + chain("start", "j", "x", "g")
    + chosen("g", "j", "end")
)
FROM_AN_ISLAND = around(
    gateway("x", "parallel"), more=user_task("island") + chain("island", "x") + flow("island", "island")
)
UNDECIDED_ACTIVITY = process(
    START
    + user_task()
    + user_task("a")
    + user_task("b")
    + gateway("j", "parallel")
    + END
    + flow("start", "x")
    + flow("x", "a", "n = 1")
    + flow("x", "b")
    + chain("a", "j", "end")
    + flow("b", "j")
)

FLAWS: list[Flaw] = [
    ("unreachable-node", around(user_task(), more=user_task("island") + flow("island", "end"))),
    (
        "unreachable-node",
        process(START + END + flow("start", "end") + catch(link("on"), id="c") + flow("c", "end")),
    ),
    (
        "dead-end",
        process(START + user_task() + user_task("y") + END + chain("start", "x", "end") + flow("x", "y")),
    ),
    ("starving-join", branches(EXCLUSIVE)),
    ("starving-join", LONG_WAY),
    ("starving-join", INSIDE_A_BLOCK),
    ("starving-join", BOUNDARY_OR_NOT),
    ("starving-join", TWO_STARTS),
    ("starving-join", FIRST_EVENT),
    ("starving-join", OWN_LOOP),
    ("starving-join", FROM_AN_ISLAND),
    ("join-may-starve", branches(gateway("g", "inclusive", 'default="g_b"'))),
    ("join-may-starve", UNDECIDED_ACTIVITY),
    ("starving-activity", around(user_task(attributes='startQuantity="2"'))),
    ("endless-loop", process(START + gateway("m") + script() + END + chain("start", "m", "x", "m"))),
    ("endless-loop", around(script(), more=flow("x", "x"))),
    (
        "endless-loop",
        around(sub_process(start(id="s") + end(id="e") + flow("s", "e")), more=flow("x", "x")),
    ),
    (
        "endless-loop",
        process(
            START
            + gateway("m")
            + throw(link("on"), id="t")
            + catch(link("on"), id="c")
            + chain("start", "m", "t")
            + flow("c", "m")
            + END
        ),
    ),
    (
        "loop-without-wait",
        process(
            START
            + gateway("m")
            + script()
            + gateway("g", attributes='default="g_end"')
            + END
            + chain("start", "m", "x", "g", "end")
            + flow("g", "m", "n &lt; 3")
        ),
    ),
    ("loop-without-wait", around(script(), more=flow("x", "x", "n &lt; 3"))),
]


@pytest.mark.parametrize(("rule", "content"), FLAWS)
def test_each_flaw_breaks_its_rule(rule: str, content: bytes) -> None:
    assert rule in broken(content)


# --- what only looks wrong -----------------------------------------------------------------------


def test_a_join_of_a_parallel_split_does_not_starve() -> None:
    assert broken(branches(gateway("g", "parallel"))).isdisjoint({"starving-join", "join-may-starve"})


def test_an_exclusive_join_does_not_starve() -> None:
    assert "starving-join" not in broken(branches(EXCLUSIVE, join="exclusive"))


def test_a_split_that_several_tokens_reach_may_feed_both_branches() -> None:
    twice = gateway("two", "parallel") + chain("start", "two") + gateway("m") + flow("m", "g")
    doubled = "".join(f'<sequenceFlow id="{i}" sourceRef="two" targetRef="m"/>' for i in ("d1", "d2"))
    content = branches(EXCLUSIVE + twice + doubled, before="m")

    assert "starving-join" not in broken(content)


def test_tokens_of_a_completion_quantity_may_feed_both_branches() -> None:
    many = user_task("many", attributes='completionQuantity="2"') + flow("start", "many")

    assert "starving-join" not in broken(branches(EXCLUSIVE + many, before="many"))


def test_a_branch_that_leads_back_as_well_may_feed_both() -> None:
    """One token goes on to the join, another comes back to the decision and takes the other way."""
    content = branches(
        gateway("m") + EXCLUSIVE + flow("start", "m") + gateway("again", "parallel"),
        before="m",
        more=chain("a", "again", "m"),
    )

    assert "starving-join" not in broken(content)


@pytest.mark.parametrize("attributes", ["", 'cancelActivity="false"'])
def test_a_boundary_event_may_feed_the_other_branch_if_it_does_not_interrupt(attributes: str) -> None:
    aside = boundary(time(), on="a", attributes=attributes) + flow("b_", "g")
    content = branches(
        gateway("m") + EXCLUSIVE + flow("start", "m") + aside.replace('id="b"', 'id="b_"'), before="m"
    )

    assert ("starving-join" in broken(content)) == (attributes == "")


def test_a_boundary_event_that_does_not_interrupt_joins_the_normal_way() -> None:
    content = process(
        START
        + user_task()
        + timer_boundary(attributes='cancelActivity="false"')
        + gateway("j", "parallel")
        + END
        + chain("start", "x", "j", "end")
        + flow("b", "j")
    )

    assert rules_of(content) == set()


def test_a_block_in_a_loop_joins_in_every_turn() -> None:
    content = process(
        START
        + gateway("m")
        + gateway("fork", "parallel")
        + user_task("a")
        + user_task("b")
        + gateway("j", "parallel")
        + gateway("g", attributes='default="g_end"')
        + END
        + chain("start", "m", "fork", "a", "j", "g")
        + chain("fork", "b", "j")
        + chosen("g", "m", "end")
    )

    assert rules_of(content) == set()


def test_several_tokens_begin_an_activity_that_awaits_them() -> None:
    content = process(
        START
        + gateway("fork", "parallel")
        + user_task(attributes='startQuantity="2"')
        + END
        + flow("start", "fork")
        + "".join(f'<sequenceFlow id="{i}" sourceRef="fork" targetRef="x"/>' for i in ("d1", "d2"))
        + flow("x", "end")
    )

    assert rules_of(content) == set()


def test_what_a_compensation_activity_leads_to_can_be_reached() -> None:
    content = around(
        user_task(),
        more=handled(handler="undo")
        + boundary(ERROR_EVENT, id="failed", on="undo")
        + user_task("by_hand")
        + chain("failed", "by_hand", "end")
        + undone(handler="undo"),
        root=ROOTS,
    ).replace(b"scriptTask", b"userTask")

    assert "unreachable-node" not in broken(content)


def test_a_loop_through_a_user_task_rests() -> None:
    content = process(
        START
        + gateway("m")
        + user_task()
        + gateway("g", attributes='default="g_end"')
        + END
        + chain("start", "m", "x", "g", "end")
        + flow("g", "m", "again")
    )

    assert rules_of(content) == set()


def test_a_loop_that_a_terminate_end_event_can_stop_is_only_doubtful() -> None:
    content = process(
        START
        + gateway("m")
        + gateway("two", "parallel")
        + end(TERMINATE)
        + chain("start", "m", "two", "m")
        + flow("two", "end")
    )

    found = broken(content)

    assert "loop-without-wait" in found
    assert "endless-loop" not in found


def test_a_loop_that_an_error_boundary_closes_is_only_doubtful() -> None:
    inner = start(id="s") + end(ERROR_EVENT, id="e") + flow("s", "e")
    content = process(
        START
        + gateway("m")
        + sub_process(inner)
        + boundary("<errorEventDefinition/>")
        + END
        + chain("start", "m", "x", "end")
        + flow("b", "m"),
        root=ERROR,
    )

    assert rules_of(content) == {"loop-without-wait"}


def test_doubts_are_warnings_and_proofs_are_errors() -> None:
    severities = {rule.id: rule.severity for rule in RULES}

    for doubt in ("dead-end", "no-default-flow", "loop-without-wait", "join-may-starve", "implicit-start"):
        assert severities[doubt] is Severity.WARNING
    for proof in ("starving-join", "endless-loop", "starving-activity", "unreachable-node"):
        assert severities[proof] is Severity.ERROR
