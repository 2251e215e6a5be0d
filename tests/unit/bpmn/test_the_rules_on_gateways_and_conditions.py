from __future__ import annotations

import pytest

from tests.unit.bpmn.drawing import END, MESSAGE, START, around, chain, flow, process, rules_of, user_task
from tests.unit.bpmn.flaws import (
    MESSAGE_EVENT,
    ROOTS,
    SIGNAL_EVENT,
    Flaw,
    broken,
    catch,
    condition,
    gateway,
    split,
    time,
    timer_boundary,
)

RECEIVE = '<receiveTask id="{}" messageRef="paid"/>'
COMPLEX_JOIN = (
    START
    + gateway("g", "parallel")
    + user_task("a")
    + user_task("b")
    + "{}"
    + END
    + chain("start", "g", "a", "j", "end")
    + chain("g", "b", "j")
)


def events(*targets: tuple[str, str], attributes: str = "", more: str = "") -> bytes:
    """start -> event-based gateway x -> the targets (id, XML) -> end."""
    flows = "".join(chain("x", id, "end") for id, _ in targets)
    nodes = "".join(node for _, node in targets)
    return process(
        START + gateway("x", "eventBased", attributes) + nodes + END + flow("start", "x") + flows + more,
        root=ROOTS,
    )


def caught(id: str, event: str, *, attributes: str = "") -> tuple[str, str]:
    return id, catch(event, id=id, attributes=attributes)


PAID = caught("c", MESSAGE_EVENT)
LATER = caught("t", time())

FLAWS: list[Flaw] = [
    ("event-gateway-target", events(LATER, ("u", user_task("u")))),
    ("event-gateway-target", events(PAID, LATER, more=user_task("u") + flow("start", "u") + flow("u", "c"))),
    (
        "event-gateway-target",
        events(LATER, ("r", RECEIVE.format("r")), more=timer_boundary().replace('"x"', '"r"')),
    ),
    (
        "event-gateway-target",
        events(LATER, caught("m", MESSAGE_EVENT + SIGNAL_EVENT, attributes='parallelMultiple="true"')),
    ),
    ("event-gateway-mixed", events(PAID, ("r", RECEIVE.format("r")))),
    ("event-gateway-single-branch", events(LATER)),
    ("event-gateway-same-message", events(PAID, caught("d", MESSAGE_EVENT))),
    (
        "event-gateway-parallel",
        process(
            gateway("x", "eventBased", 'instantiate="true" eventGatewayType="Parallel"')
            + PAID[1]
            + LATER[1]
            + END
            + chain("x", "c", "end")
            + chain("x", "t", "end"),
            root=MESSAGE,
        ),
    ),
    ("activation-condition-missing", process(COMPLEX_JOIN.format(gateway("j", "complex")))),
    ("condition-missing", process(split("exclusive", first="n = 1"))),
    ("condition-missing", process(split("inclusive", first="n = 1"))),
    ("no-default-flow", process(split("exclusive", first="n = 1", second="n = 2"))),
    ("no-default-flow", process(split("complex", first="n = 1", second="n = 2"))),
    ("no-default-flow", process(START + user_task() + END + flow("start", "x") + flow("x", "end", "n = 1"))),
    (
        "condition-on-default-flow",
        process(split("exclusive", default="g_end2", first="n = 1", second="n = 2")),
    ),
    ("condition-without-effect", process(split("parallel", first="n = 1"))),
    ("condition-without-effect", process(START + END + flow("start", "end", "true"))),
    (
        "condition-without-effect",
        around(gateway("x", "complex", content="<activationCondition>true</activationCondition>")),
    ),
    ("default-always-taken", process(split("complex", default="g_end"))),
]


@pytest.mark.parametrize(("rule", "content"), FLAWS)
def test_each_flaw_breaks_its_rule(rule: str, content: bytes) -> None:
    assert rule in broken(content)


# --- what is good --------------------------------------------------------------------------------


def test_a_gateway_waits_for_events_of_every_kind_and_for_two_timers() -> None:
    content = events(
        PAID,
        LATER,
        caught("t2", time("timeDate", "2026-03-01")),
        caught("s", SIGNAL_EVENT),
        caught("n", condition("n &gt; 1")),
        caught("m", SIGNAL_EVENT + time()),
    )

    assert rules_of(content) == set()


def test_a_gateway_waits_for_receive_tasks() -> None:
    other = '<receiveTask id="q" messageRef="recalled"/>'
    content = events(LATER, ("r", RECEIVE.format("r")), ("q", other)).replace(
        b"<process", b'<message id="recalled" name="recalled"/><process'
    )

    assert rules_of(content) == set()


def test_flows_out_of_an_activity_may_have_conditions_and_a_default() -> None:
    content = process(
        START
        + user_task(attributes='default="x_no"')
        + user_task("yes")
        + user_task("no")
        + user_task("always")
        + END
        + flow("start", "x")
        + flow("x", "yes", "granted")
        + flow("x", "no")
        + flow("x", "always")
        + "".join(flow(id, "end") for id in ("yes", "no", "always"))
    )

    assert rules_of(content) == set()


def test_a_complex_gateway_joins_by_its_condition_and_splits_without_any() -> None:
    join = gateway(
        "j", "complex", content="<activationCondition>activationCount &gt; 0</activationCondition>"
    )

    assert rules_of(process(COMPLEX_JOIN.format(join))) == set()
    assert rules_of(process(split("complex"))) == set()
