"""How a process begins, and what may be attached to which activity."""

from __future__ import annotations

from collections.abc import Callable

from engine.bpmn.effects import CreateTimer
from tests.coverage.trial import RUNS, errors_of
from tests.elements.drawing import (
    CANCEL,
    END,
    START,
    association,
    boundary,
    call_activity,
    catch_event,
    chain,
    compensate,
    condition,
    end_event,
    error,
    escalation,
    event_based,
    flow,
    link,
    message,
    multi_instance,
    node,
    process,
    sequence,
    signal,
    start_event,
    sub_process,
    throw_event,
    timer,
    transaction,
    user_task,
)
from tests.elements.driver import Dry, programs_of

Begin = Callable[[bytes], Dry]


def _by_timer(content: bytes) -> Dry:
    return Dry(content, timer=programs_of(content)[0].timer_starts[0][0])


def _start(definition: str, **attributes: str) -> bytes:
    return process(start_event("start", definition, **attributes) + END + chain("start", "end"))


def _instantiating(**attributes: str) -> bytes:
    return process(
        event_based("start", instantiate="true", **attributes)
        + catch_event("paid", message("paid")) + catch_event("recalled", message("recalled"))
        + END + chain("start", "paid", "end") + chain("start", "recalled", "end")
    )  # fmt: skip


def _then(*events: str) -> Callable[[Dry], None]:
    def go_on(run: Dry) -> None:
        for event in events:
            run.deliver(event)

    return go_on


Start = tuple[str, bytes, Begin, Callable[[Dry], None]]
STARTS: tuple[Start, ...] = (
    ("none", _start(""), Dry, _then()),
    ("message", _start(message("paid")), lambda c: Dry(c, message="paid"), _then()),
    ("timer (date)", _start(timer("2027-01-01T00:00:00Z", kind="timeDate")), _by_timer, _then()),
    ("timer (cycle)", _start(timer("R/P1D", kind="timeCycle")), _by_timer, _then()),
    ("signal", _start(signal("alarm")), lambda c: Dry(c, signal="alarm"), _then()),
    ("conditional", _start(condition("1 = 1")), Dry, _then()),
    ("error", _start(error("REFUSED")), Dry, _then()),
    ("escalation", _start(escalation("SLOW")), Dry, _then()),
    ("compensation", _start(compensate()), Dry, _then()),
    ("multiple", _start(message("paid") + signal("alarm")), lambda c: Dry(c, signal="alarm"), _then()),
    (
        "parallel multiple",
        _start(message("paid") + message("recalled"), parallelMultiple="true"),
        lambda c: Dry(c, message="paid"),
        _then("start"),
    ),
    ("without start event", process(node("task", "a") + node("task", "b") + chain("a", "b")), Dry, _then()),
    (
        "receiveTask, instantiate",
        process(
            node("receiveTask", "start", messageRef="m_paid", instantiate="true")
            + END
            + chain("start", "end")
        ),
        lambda c: Dry(c, message="paid"),
        _then(),
    ),
    ("eventBasedGateway, instantiate", _instantiating(), lambda c: Dry(c, message="paid"), _then()),
    (
        "eventBasedGateway, instantiate, parallel",
        _instantiating(eventGatewayType="Parallel"),
        lambda c: Dry(c, message="paid"),
        _then("recalled"),
    ),
)


def start_result(start: Start) -> str:
    name, content, begin, go_on = start
    refused = sorted(set(errors_of(content)))
    if refused:
        return "refused: " + ", ".join(refused)
    run = begin(content)
    go_on(run)
    assert run.ended is True, f"{name} waits at {run.waiting}: {run.incidents}"
    return RUNS


# --- boundary events -----------------------------------------------------------------------------

CLERK = '<gov:assignment roles="clerk"/>'
INNER = start_event("s") + user_task("work") + end_event("e") + chain("s", "work", "e")
HOSTS: dict[str, tuple[str, str, tuple[bytes, ...]]] = {
    "userTask": (user_task("it"), "it", ()),
    "receiveTask": (node("receiveTask", "it", messageRef="m_answered"), "it", ()),
    "subProcess": (sub_process("it", INNER), "work", ()),
    "callActivity": (
        call_activity("it", called="other"),
        "work",
        (process(sequence(("work", user_task("work"))), id="other"),),
    ),
    "transaction": (transaction("it", INNER), "work", ()),
    "multi-instance": (
        node("userTask", "it", extensions=CLERK, content=multi_instance(cardinality="2")),
        "it",
        (),
    ),
}
"""Drawing with the id "it", the element that waits inside, further files."""

Happen = Callable[[Dry, str], object]
BOUNDARIES: tuple[tuple[str, str, Happen], ...] = (
    ("message", message("paid"), lambda run, inside: run.deliver("edge")),
    ("timer", timer("PT1H"), lambda run, inside: run.fire_timer("edge")),
    ("signal", signal("alarm"), lambda run, inside: run.signal("edge")),
    ("conditional", condition("go = true"), lambda run, inside: run.set_variables({"go": True})),
    ("error", error("REFUSED"), lambda run, inside: run.throw(inside, "REFUSED")),
    ("escalation", escalation("SLOW"), lambda run, inside: run.escalate(inside, "SLOW")),
    ("multiple", message("paid") + timer("PT1H"), lambda run, inside: run.deliver("edge")),
    ("cancel", CANCEL, lambda run, inside: None),
    ("compensation", compensate(), lambda run, inside: None),
    ("link", link("L"), lambda run, inside: None),
)


def boundary_result(name: str, definition: str, happen: Happen, *, host: str, interrupting: bool) -> str:
    drawn, inside, files = HOSTS[host]
    if name == "cancel" and host == "transaction":
        drawn = transaction("it", start_event("s") + end_event("e", CANCEL) + flow("s", "e"))
    edge = boundary("edge", "it", definition, interrupting=interrupting)
    way_on = throw_event("on") + end_event("aside") + chain("edge", "on", "aside")
    then = END + chain("start", "it", "end")
    if name == "compensation":
        way_on = node("task", "undo", isForCompensation="true") + association("edge", "undo")
        then = throw_event("back", compensate()) + END + chain("start", "it", "back", "end")
    content = process(START + drawn + edge + way_on + then)
    refused = sorted({rule for each in (content, *files) for rule in errors_of(each)})
    if refused:
        return "refused: " + ", ".join(refused)
    run = Dry(content, *files, variables={"caseId": "1"})
    happen(run, inside)
    for _ in range(4):
        if run.ended is None and inside in run.waiting:
            if host == "receiveTask":
                run.deliver("it")
            else:
                run.complete(inside)
    assert run.ended is True, f"{name} at {host} waits at {run.waiting}: {run.incidents}"
    assert not [row for row in run.rows if isinstance(row, CreateTimer)]
    assert ("undo" if name == "compensation" else "on") in run.path, "the event had no effect"
    return RUNS
