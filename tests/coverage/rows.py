"""Every flow node of executable BPMN 2.0, each as a fragment with what happens to it from outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.coverage.trial import Drive, Fragment
from tests.elements.drawing import (
    CANCEL,
    TERMINATE,
    ad_hoc,
    association,
    boundary,
    call_activity,
    catch_event,
    chain,
    compensate,
    complex_gateway,
    condition,
    end_event,
    error,
    escalation,
    event_based,
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
    script_task,
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
from tests.elements.driver import Dry

CLERK = '<gov:assignment roles="clerk"/>'


def acts(*those: tuple[str, ...]) -> Drive:
    """Methods of `Dry` with their arguments, one after the other."""

    def drive(run: Dry) -> None:
        for method, *arguments in those:
            getattr(run, method)(*arguments)

    return drive


def _user_task(content: str, name: str, times: int = 2) -> Fragment:
    drawn = node("userTask", "it", extensions=CLERK, content=content)
    return Fragment(name, drawn, acts(*[("complete", "it")] * times))


def _catch(name: str, definition: str, drive: object = None, **variables: object) -> Fragment:
    return Fragment(name, catch_event("it", definition), drive or (lambda run: None), variables=variables)  # type: ignore[arg-type]


def _throw(name: str, definition: str) -> Fragment:
    return Fragment(f"throw: {name}", throw_event("it", definition))


def _end(name: str, definition: str, *, outside: str = "", first: str = "it") -> Fragment:
    return Fragment(f"end: {name}", end_event("it", definition), last=None, outside=outside, first=first)


ALARM = '<signalEventDefinition id="d_alarm" signalRef="s_alarm"/>'
INSIDE = start_event("i_s") + end_event("i_e")
UNDONE = (
    script_task("book", '"x"', result="booked")
    + boundary("undo", "book", compensate())
    + node("task", "unbook", isForCompensation="true")
    + association("undo", "unbook")
)
GLOBAL_TASK = (
    process("").decode().split("<process")[0]
    + f'<globalUserTask id="errand"><extensionElements>{CLERK}</extensionElements></globalUserTask></definitions>'
).encode()
CATCHES_ERROR = (
    boundary("caught", "holder", error("REFUSED")) + node("task", "caught_end") + flow("caught", "caught_end")
)

TASKS = (
    Fragment("task", node("task", "it")),
    Fragment("userTask", user_task("it"), lambda run: run.complete("it")),
    Fragment("manualTask", node("manualTask", "it")),
    Fragment("serviceTask", service_task("it"), lambda run: run.complete("it")),
    Fragment("scriptTask", script_task("it", "1 + 1", result="x")),
    Fragment("businessRuleTask (job)", node("businessRuleTask", "it", extensions='<gov:job type="check"/>'),
             lambda run: run.complete("it")),
    Fragment("sendTask", node("sendTask", "it", messageRef="m_paid")),
    Fragment("receiveTask", node("receiveTask", "it", messageRef="m_paid"), lambda run: run.deliver("it")),
    Fragment("callActivity", call_activity("it", called="other"),
             files=(process(sequence(("work", node("task", "work"))), id="other"),)),
    Fragment("callActivity of a global task", call_activity("it", called="errand"),
             lambda run: run.complete("errand_task"), files=(GLOBAL_TASK,)),
    Fragment("subProcess", sub_process("it", INSIDE + flow("i_s", "i_e"))),
    Fragment("transaction", transaction("it", INSIDE + flow("i_s", "i_e"))),
    Fragment("adHocSubProcess (choice)", ad_hoc("it", user_task("one"), extensions=CLERK),
             acts(("choose", "it", "one"), ("complete", "one"), ("stop_choosing", "it"))),
    Fragment("adHocSubProcess (active elements)",
             ad_hoc("it", user_task("one"), gov_activeElements='=["one"]'), lambda run: run.complete("one")),
)  # fmt: skip

BEHAVIOURS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("None", "", {"noneBehaviorEventRef": "d_alarm"}),
    ("One", "", {"oneBehaviorEventRef": "d_alarm"}),
    ("Complex", "<complexBehaviorDefinition><condition>numberOfCompletedInstances = 2</condition>"
     '<event id="told_of"><eventDefinitionRef>d_alarm</eventDefinitionRef></event>'
     "</complexBehaviorDefinition>", {}),
)  # fmt: skip

MARKERS = (
    _user_task(standard_loop("loopCounter < 2"), "standard loop, tested after"),
    _user_task(standard_loop("loopCounter < 2", before=True, maximum=5), "standard loop, tested before"),
    _user_task(multi_instance(cardinality="2"), "multi-instance, parallel, cardinality"),
    _user_task(multi_instance("[1, 2]", item="n"), "multi-instance, parallel, collection"),
    _user_task(multi_instance("[1, 2]", item="n", sequential=True), "multi-instance, sequential"),
    _user_task(multi_instance(cardinality="3", until="numberOfCompletedInstances = 1"),
               "multi-instance, completion condition", times=1),
    Fragment("conditional and default flows of an activity",
             node("task", "it", default="it_b") + node("task", "a") + node("task", "b") + exclusive("merge")
             + flow("it", "a", "1 = 2") + flow("it", "b") + chain("a", "merge") + chain("b", "merge"),
             last="merge"),
    Fragment("start and completion quantity",
             parallel("it") + node("task", "a") + node("task", "b")
             + node("task", "two", startQuantity="2") + chain("it", "a", "two") + chain("it", "b", "two"),
             last="two"),
    Fragment("data object", node("userTask", "it", extensions=CLERK), lambda run: run.complete("it", {"d": 1}),
             outside='<dataObject id="d" name="d"/>'),
    Fragment("multi-instance subProcess",
             sub_process("it", multi_instance("[1, 2]", item="n") + INSIDE + flow("i_s", "i_e"))),
    Fragment("multi-instance callActivity",
             call_activity("it", called="other", content=multi_instance(cardinality="2")),
             files=(process(sequence(("work", node("task", "work"))), id="other"),)),
    Fragment("looping subProcess", sub_process("it", standard_loop(maximum=2) + INSIDE + flow("i_s", "i_e"))),
    *(
        Fragment(f"multi-instance behaviour {behavior}",
                 node("userTask", "it", extensions=CLERK,
                      content=multi_instance(cardinality="2", behavior=behavior, content=content, **reference))
                 + boundary("told", "it", signal("alarm"), interrupting=False) + node("task", "told_end")
                 + flow("told", "told_end"),
                 acts(("complete", "it"), ("complete", "it")), roots=ALARM)
        for behavior, content, reference in BEHAVIOURS
    ),
    Fragment("data associations",
             node("userTask", "it", extensions=CLERK, content=(
                 '<ioSpecification><dataInput id="in" name="given"/><dataOutput id="out" name="found"/>'
                 "<inputSet><dataInputRefs>in</dataInputRefs></inputSet>"
                 "<outputSet><dataOutputRefs>out</dataOutputRefs></outputSet></ioSpecification>"
                 '<dataInputAssociation id="into"><sourceRef>d</sourceRef><targetRef>in</targetRef>'
                 "</dataInputAssociation>"
                 '<dataOutputAssociation id="outof"><sourceRef>out</sourceRef><targetRef>d</targetRef>'
                 "</dataOutputAssociation>")),
             lambda run: run.complete("it", {"found": 1}), outside='<dataObject id="d" name="d"/>'),
    Fragment("event sub-process: compensation",
             sub_process("done", INSIDE + flow("i_s", "i_e")
                         + event_sub_process("undo", compensate(), end_event("u_e") + flow("undo_start", "u_e")))
             + throw_event("it", compensate()) + flow("done", "it"), first="done"),
    Fragment("compensation handler", UNDONE + throw_event("it", compensate()) + flow("book", "it"), first="book"),
)  # fmt: skip

GATEWAYS = (
    Fragment("exclusiveGateway",
             exclusive("it", default="it_b") + node("task", "a") + node("task", "b") + exclusive("merge")
             + flow("it", "a", "1 = 2") + flow("it", "b") + chain("a", "merge") + chain("b", "merge"),
             last="merge"),
    Fragment("parallelGateway",
             parallel("it") + node("task", "a") + node("task", "b") + parallel("join")
             + chain("it", "a", "join") + chain("it", "b", "join"), last="join"),
    Fragment("inclusiveGateway",
             inclusive("it", default="it_c") + node("task", "a") + node("task", "b") + node("task", "c")
             + inclusive("join") + flow("it", "a", "1 = 1") + flow("it", "b", "2 = 2") + flow("it", "c")
             + chain("a", "join") + chain("b", "join") + chain("c", "join"), last="join"),
    Fragment("complexGateway",
             parallel("it") + node("task", "a") + node("task", "b")
             + complex_gateway("join", activation="activationCount >= 1")
             + chain("it", "a", "join") + chain("it", "b", "join"), last="join"),
    Fragment("eventBasedGateway",
             event_based("it") + catch_event("paid", message("paid")) + catch_event("late", timer("PT1H"))
             + exclusive("merge") + chain("it", "paid", "merge") + chain("it", "late", "merge"),
             lambda run: run.fire_timer("late"), last="merge"),
)  # fmt: skip

CATCHING = (
    _catch("catch: message", message("paid"), lambda run: run.deliver("it")),
    _catch("catch: timer (duration)", timer("PT1H"), lambda run: run.fire_timer("it")),
    _catch("catch: timer (date)", timer("2027-01-01T00:00:00Z", kind="timeDate"),
           lambda run: run.fire_timer("it")),
    _catch("catch: signal", signal("alarm"), lambda run: run.signal("it")),
    Fragment("catch: conditional",
             parallel("split") + script_task("ready", "true", result="is_ready")
             + catch_event("it", condition("is_ready = true")) + parallel("join")
             + chain("split", "it", "join") + chain("split", "ready", "join"), first="split", last="join"),
    Fragment("catch: eventDefinitionRef",
             catch_event("it", "<eventDefinitionRef>d_alarm</eventDefinitionRef>"),
             lambda run: run.signal("it"), roots=ALARM),
    Fragment("catch: link", throw_event("jump", link("L")) + catch_event("it", link("L")), first="jump"),
    _catch("catch: multiple", signal("alarm") + message("paid"), lambda run: run.deliver("it")),
    Fragment("catch: parallel multiple",
             node("intermediateCatchEvent", "it", content=signal("alarm") + message("paid"), parallelMultiple="true"),
             acts(("deliver", "it"), ("signal", "it"))),
)  # fmt: skip

THROWING = (
    Fragment("throw: none", throw_event("it")),
    _throw("message", message("paid")),
    _throw("signal", signal("alarm")),
    _throw("escalation", escalation("SLOW")),
    _throw("multiple", signal("alarm") + message("paid")),
    Fragment("throw: compensation", UNDONE + throw_event("it", compensate("book")) + flow("book", "it"),
             first="book"),
    _end("none", ""),
    _end("message", message("paid")),
    _end("signal", signal("alarm")),
    _end("escalation", escalation("SLOW")),
    _end("multiple", signal("alarm") + message("paid")),
    _end("terminate", TERMINATE),
    _end("compensation", compensate(), outside=UNDONE + flow("book", "it"), first="book"),
    Fragment("end: error", sub_process("holder", start_event("i_s") + end_event("i_e", error("REFUSED"))
             + flow("i_s", "i_e")) + CATCHES_ERROR, first="holder", last=None),
    Fragment("end: cancel (in a transaction)",
             transaction("holder", start_event("i_s") + end_event("i_e", CANCEL) + flow("i_s", "i_e"))
             + boundary("gone", "holder", CANCEL) + node("task", "gone_end") + flow("gone", "gone_end"),
             first="holder", last=None),
    _end("cancel (elsewhere)", CANCEL),
)  # fmt: skip


def _let_go(run: Dry) -> None:
    """In a second instance the condition holds on arrival."""
    if "it" in run.waiting:
        run.complete("it", {"go": True})


def _go_on_after(run: Dry, happen: Callable[[Dry], object]) -> None:
    happen(run)
    if "it" in run.waiting:
        run.complete("it")


EVENT_SUB_PROCESSES = tuple(
    Fragment(
        f"event sub-process: {name}{'' if interrupting else ', not interrupting'}",
        user_task("it"),
        drive,
        outside=event_sub_process(
            "esp", definition, end_event("esp_end") + flow("esp_start", "esp_end"), interrupting=interrupting
        ),
    )
    for name, definition, happen in (
        ("message", message("paid"), lambda run: run.deliver("esp_start")),
        ("timer", timer("PT1H"), lambda run: run.fire_timer("esp_start")),
        ("signal", signal("alarm"), lambda run: run.signal("esp_start")),
        ("conditional", condition("go = true"), _let_go),
        ("multiple", message("paid") + signal("alarm"), lambda run: run.signal("esp_start")),
        ("error", error("REFUSED"), lambda run: run.throw("it", "REFUSED")),
        ("escalation", escalation("SLOW"), lambda run: run.escalate("it", "SLOW")),
    )
    for interrupting, drive in (
        (True, happen),
        (False, lambda run, happen=happen: _go_on_after(run, happen)),
    )
)

ROWS: dict[str, tuple[Fragment, ...]] = {
    "Activities": TASKS,
    "Loops, flows, data": MARKERS,
    "Gateways": GATEWAYS,
    "Catching events": CATCHING,
    "Throwing and end events": THROWING,
    "Event sub-processes": EVENT_SUB_PROCESSES,
}
