from __future__ import annotations

import pytest

from engine.bpmn.model import Definitions, FlowNode, NodeKind, Process
from engine.bpmn.rules import check
from tests.unit.bpmn.drawing import (
    END,
    MESSAGE,
    START,
    around,
    chain,
    definitions,
    flow,
    process,
    rules_of,
    user_task,
)
from tests.unit.bpmn.flaws import (
    COMPENSATE,
    ERROR_EVENT,
    MESSAGE_EVENT,
    ROOTS,
    SIGNAL_EVENT,
    Flaw,
    assigned,
    boundary,
    broken,
    catch,
    checked,
    condition,
    end,
    event_sub_process,
    gateway,
    split,
    start,
    sub_process,
    throw,
    time,
)

DEEP = '<subProcess id="s{}"><startEvent id="i{}"/>'

FLAWS: list[Flaw] = [
    ("no-executable-process", definitions("")),
    ("no-executable-process", definitions(f'<process id="p">{START}{END}{flow("start", "end")}</process>')),
    ("too-many-nodes", process(START + "".join(user_task(f"t{i}") for i in range(300)))),
    (
        "nested-too-deep",
        process(START + "".join(DEEP.format(i, i) for i in range(21)) + "</subProcess>" * 21),
    ),
    ("duplicate-id", process(START + user_task("start") + END)),
    ("duplicate-id", around(user_task(), root='<signal id="x" name="n"/>')),
    ("dangling-reference", process(START + END + flow("start", "nowhere"))),
    ("dangling-reference", process(split("exclusive", default="start_g", first="a", second="b"))),
    ("dangling-reference", around('<receiveTask id="x" messageRef="nothing"/>')),
    ("dangling-reference", process(START + end('<errorEventDefinition errorRef="nothing"/>'))),
    ("dangling-reference", around(throw('<signalEventDefinition signalRef="nothing"/>'))),
    ("dangling-reference", around(throw('<escalationEventDefinition escalationRef="nothing"/>'))),
    ("dangling-reference", around(throw('<compensateEventDefinition activityRef="nothing"/>'))),
    (
        "flow-crosses-border",
        around(sub_process(start(id="s") + user_task("u") + flow("u", "end"))),
    ),
    ("start-event", process(chain("x", "x") + user_task())),
    ("start-event", process(START + start(id="s2") + END + flow("start", "end") + flow("s2", "end"))),
    ("start-event", around(sub_process(""))),
    ("implicit-start", process(user_task() + END + flow("x", "end"))),
    (
        "sub-process-start",
        around(sub_process(start(MESSAGE_EVENT, id="s") + end(id="e") + flow("s", "e")), root=MESSAGE),
    ),
    ("conditional-start", process(start(condition("n")) + END + flow("start", "end"))),
    (
        "conditional-start",
        process(
            gateway("g", "eventBased", 'instantiate="true"')
            + catch(condition("n"), id="c")
            + catch(MESSAGE_EVENT, id="m")
            + END
            + chain("g", "c", "end")
            + chain("g", "m", "end"),
            root=MESSAGE,
        ),
    ),
    (
        "duplicate-message-start",
        process(
            start(MESSAGE_EVENT, id="s1")
            + start(MESSAGE_EVENT, id="s2")
            + END
            + flow("s1", "end")
            + flow("s2", "end"),
            root=MESSAGE,
        ),
    ),
    (
        "duplicate-signal-start",
        process(
            start(SIGNAL_EVENT, id="s1")
            + start(SIGNAL_EVENT + MESSAGE_EVENT, id="s2")
            + END
            + flow("s1", "end")
            + flow("s2", "end"),
            root=ROOTS,
        ),
    ),
    (
        "event-sub-process-start",
        around(
            user_task(), more=event_sub_process(MESSAGE_EVENT, more=start(SIGNAL_EVENT, id="s2")), root=ROOTS
        ),
    ),
    (
        "event-sub-process-start",
        around(user_task(), more=sub_process(user_task("u"), id="es", attributes='triggeredByEvent="true"')),
    ),
    ("instantiate", around('<receiveTask id="x" messageRef="paid" instantiate="true"/>', root=MESSAGE)),
    ("no-end-event", process(START + user_task() + flow("start", "x"))),
    ("incoming-to-start", around(user_task(), more=flow("x", "start"))),
    ("outgoing-from-end", around(user_task(), more=flow("end", "x"))),
    (
        "event-sub-process-flow",
        around(user_task(), more=event_sub_process(MESSAGE_EVENT) + flow("x", "es"), root=MESSAGE),
    ),
    ("ad-hoc-content", around(sub_process(assigned(start(id="s")), kind="adHocSubProcess"))),
    ("ad-hoc-content", around(sub_process(assigned(user_task("u") + end(id="e")), kind="adHocSubProcess"))),
    ("ad-hoc-without-choice", around(sub_process(user_task("u"), kind="adHocSubProcess"))),
]


@pytest.mark.parametrize(("rule", "content"), FLAWS)
def test_each_flaw_breaks_its_rule(rule: str, content: bytes) -> None:
    assert rule in broken(content)


# --- what is good --------------------------------------------------------------------------------


def test_a_process_may_begin_by_several_triggers() -> None:
    content = process(
        start()
        + start(MESSAGE_EVENT + time("timeCycle", "R/P1D"), id="s2")
        + start(SIGNAL_EVENT, id="s3")
        + END
        + flow("start", "end")
        + flow("s2", "end")
        + flow("s3", "end"),
        root=ROOTS,
    )

    assert rules_of(content) == set()


def test_without_start_and_end_events_a_process_begins_and_stops_anywhere() -> None:
    content = process(user_task("a") + user_task("b") + user_task("c") + chain("a", "b"))

    [finding] = checked(content)

    assert finding.rule == "implicit-start" and not finding.is_error
    assert "a, c" in finding.en


@pytest.mark.parametrize("kind", ["", 'eventGatewayType="Parallel"'])
def test_a_gateway_that_starts_the_process_needs_no_start_event(kind: str) -> None:
    content = process(
        gateway("g", "eventBased", f'instantiate="true" {kind}')
        + catch(MESSAGE_EVENT, id="m")
        + catch(SIGNAL_EVENT, id="s")
        + END
        + chain("g", "m", "end")
        + chain("g", "s", "end"),
        root=ROOTS,
    )

    assert rules_of(content) == set()


def test_a_receive_task_may_start_the_process() -> None:
    content = process(
        '<receiveTask id="x" messageRef="paid" instantiate="true"/>' + END + flow("x", "end"), root=MESSAGE
    )

    assert rules_of(content) == set()


@pytest.mark.parametrize(
    "event",
    [MESSAGE_EVENT, SIGNAL_EVENT, time(), condition("n &gt; 3"), ERROR_EVENT, MESSAGE_EVENT + SIGNAL_EVENT],
)
def test_event_sub_processes_stand_beside_the_flow(event: str) -> None:
    assert rules_of(around(user_task(), more=event_sub_process(event), root=ROOTS)) == set()


def test_a_compensation_event_sub_process_stands_in_a_sub_process() -> None:
    inner = (
        start(id="s") + user_task("u") + end(id="e") + chain("s", "u", "e") + event_sub_process(COMPENSATE)
    )

    assert rules_of(around(sub_process(inner))) == set()


def test_an_ad_hoc_sub_process_needs_no_flows() -> None:
    inner = user_task("a") + user_task("b") + user_task("c") + flow("a", "b")

    assert rules_of(around(sub_process(assigned(inner), kind="adHocSubProcess"))) == set()


def test_a_global_task_is_a_process_of_one_node() -> None:
    content = definitions(f'<globalUserTask id="task">{assigned()}</globalUserTask>')

    assert rules_of(content) == set()


def test_deeply_nested_models_do_not_exhaust_the_stack() -> None:
    node = FlowNode("leaf", "", NodeKind.TASK, 1)
    for depth in range(1_000):
        node = FlowNode(f"s{depth}", "", NodeKind.SUB_PROCESS, 1, nodes=(node,))
    model = Definitions("d", "f", (Process("p", "", True, 1, (node,), ()),), {}, {})

    assert "nested-too-deep" in {finding.rule for finding in check(model)}


def test_boundary_events_never_start_a_process() -> None:
    content = process(user_task() + boundary(time()) + END + flow("x", "end") + flow("b", "end"))

    [finding] = checked(content)

    assert "begins at once with x" in finding.en
