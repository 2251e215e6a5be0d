from __future__ import annotations

import pytest

from engine.bpmn.declarations import VariableMapping
from engine.bpmn.model import (
    CancelEventDefinition,
    CompensateEventDefinition,
    ConditionalEventDefinition,
    ErrorEventDefinition,
    EscalationEventDefinition,
    EventDefinition,
    LinkEventDefinition,
    MessageEventDefinition,
    SignalEventDefinition,
    TerminateEventDefinition,
    TimerEventDefinition,
    TimerKind,
)
from tests.unit.bpmn.drawing import END, START, extension, flow, process, user_task
from tests.unit.bpmn.reading import (
    CANCEL,
    COMPENSATION,
    CONDITIONAL,
    ERROR,
    ESCALATION,
    LINK,
    MESSAGE,
    ROOTS,
    SIGNAL,
    TERMINATE,
    TIMER,
    between,
    file_of,
    findings_in,
    flaws,
    node_in,
)

DEFINITIONS: dict[str, tuple[str, EventDefinition]] = {
    "message": (MESSAGE, MessageEventDefinition("paid")),
    "timer": (TIMER, TimerEventDefinition(TimerKind.DURATION, "PT1H")),
    "signal": (SIGNAL, SignalEventDefinition("flood")),
    "conditional": (CONDITIONAL, ConditionalEventDefinition("level > 3")),
    "error": (ERROR, ErrorEventDefinition("refused")),
    "escalation": (ESCALATION, EscalationEventDefinition("late")),
    "compensation": (COMPENSATION, CompensateEventDefinition()),
    "cancel": (CANCEL, CancelEventDefinition()),
    "link": (LINK, LinkEventDefinition("onward")),
    "terminate": (TERMINATE, TerminateEventDefinition()),
}
ALLOWED = {
    "start": {"message", "timer", "signal", "conditional"},
    "start of an event sub-process": {
        "message", "timer", "signal", "conditional", "error", "escalation", "compensation",
    },
    "catch": {"message", "timer", "signal", "conditional", "link"},
    "throw": {"message", "signal", "escalation", "link", "compensation"},
    "boundary": {
        "message", "timer", "signal", "conditional", "error", "escalation", "compensation", "cancel",
    },
    "end": {"message", "signal", "error", "escalation", "compensation", "cancel", "terminate"},
}  # fmt: skip
"""BPMN 2.0.2, table 10.93, written down a second time."""


def at(place: str, event: str, *, attributes: str = "", root: str = ROOTS) -> bytes:
    """A file with an event "x" at that place."""
    inside = f"{attributes}>{event}"
    match place:
        case "start":
            return process(f'<startEvent id="x" {inside}</startEvent>{END}{flow("x", "end")}', root=root)
        case "start of an event sub-process":
            handler = f'<startEvent id="x" {inside}</startEvent><endEvent id="e"/>{flow("x", "e")}'
            sub = f'<subProcess id="s" triggeredByEvent="true">{handler}</subProcess>'
            return process(START + END + flow("start", "end") + sub, root=root)
        case "catch":
            return between(f'<intermediateCatchEvent id="x" {inside}</intermediateCatchEvent>', root=root)
        case "throw":
            return between(f'<intermediateThrowEvent id="x" {inside}</intermediateThrowEvent>', root=root)
        case "boundary":
            boundary = f'<boundaryEvent id="x" attachedToRef="t" {inside}</boundaryEvent>'
            return between(user_task("t"), id="t", root=root, more=boundary)
        case _:
            return process(f'{START}<endEvent id="x" {inside}</endEvent>{flow("start", "x")}', root=root)


@pytest.mark.parametrize("name", DEFINITIONS)
@pytest.mark.parametrize("place", ALLOWED)
def test_an_event_definition_is_read_where_the_standard_allows_it(place: str, name: str) -> None:
    text, expected = DEFINITIONS[name]
    content = at(place, text)

    if name in ALLOWED[place]:
        assert node_in(content).events == (expected,)
    else:
        assert flaws(content) == ["event-not-allowed-here"]


def test_a_misplaced_event_is_told_what_may_stand_there() -> None:
    (finding,) = findings_in(at("start", ERROR))

    assert finding.element_id == "x"
    assert "A startEvent cannot have a errorEventDefinition" in finding.en
    assert "流程的开始事件不能带 errorEventDefinition" in finding.zh
    assert "messageEventDefinition, signalEventDefinition" in finding.mend_en


@pytest.mark.parametrize("place", ["start of an event sub-process", "catch", "boundary"])
def test_who_waits_must_say_for_what(place: str) -> None:
    assert flaws(at(place, "")) == ["event-without-definition"]


@pytest.mark.parametrize("place", ["start", "throw", "end"])
def test_the_others_may_be_none_events(place: str) -> None:
    assert node_in(at(place, "")).events == ()


def test_several_definitions_make_a_multiple_event() -> None:
    node = node_in(at("catch", MESSAGE + TIMER))

    assert [type(event) for event in node.events] == [MessageEventDefinition, TimerEventDefinition]
    assert (node.event, node.parallel_multiple) == (None, False)


def test_a_parallel_multiple_event_awaits_all() -> None:
    assert node_in(at("catch", MESSAGE + SIGNAL, attributes='parallelMultiple="true"')).parallel_multiple


def test_parallel_multiple_means_nothing_on_a_single_event() -> None:
    assert flaws(at("catch", MESSAGE, attributes='parallelMultiple="true"')) == ["attribute-without-effect"]


def test_a_flawed_definition_does_not_hide_the_others() -> None:
    content = at("catch", "<timerEventDefinition/>" + MESSAGE + "<signalEventDefinition/>")

    assert flaws(content) == ["timer-without-expression", "signal-ref-missing"]


def test_an_event_sub_process_may_let_its_scope_go_on() -> None:
    content = at("start of an event sub-process", MESSAGE, attributes='isInterrupting="false"')

    assert not node_in(content).interrupting
    assert node_in(content, "s").triggered_by_event


def test_a_flawed_definition_does_not_make_what_it_carries_wrong() -> None:
    assert flaws(at("catch", TAKEN + "<messageEventDefinition/>")) == ["message-ref-missing"]


# --- definitions beside the processes ------------------------------------------------------------

SHARED = ROOTS + '<timerEventDefinition id="hour"><timeDuration>PT1H</timeDuration></timerEventDefinition>'
REFERENCE = "<eventDefinitionRef>ns:hour</eventDefinitionRef>"


def test_a_referenced_definition_is_put_in_place() -> None:
    node = node_in(at("catch", MESSAGE + REFERENCE, root=SHARED))

    assert node.events == (MessageEventDefinition("paid"), TimerEventDefinition(TimerKind.DURATION, "PT1H"))


def test_a_definition_may_stand_behind_the_process_that_uses_it() -> None:
    content = at("catch", REFERENCE).replace(
        b"</definitions>", SHARED.removeprefix(ROOTS).encode() + b"</definitions>"
    )

    assert node_in(content).event == TimerEventDefinition(TimerKind.DURATION, "PT1H")


def test_a_referenced_definition_must_fit_its_place() -> None:
    assert flaws(at("throw", REFERENCE, root=SHARED)) == ["event-not-allowed-here"]


def test_a_referenced_definition_must_be_there() -> None:
    assert flaws(at("catch", REFERENCE)) == ["dangling-reference"]


def test_a_flawed_shared_definition_is_reported_once() -> None:
    content = at("catch", REFERENCE * 3, root=ROOTS + '<timerEventDefinition id="hour"/>')

    assert flaws(content) == ["timer-without-expression"]


# --- details -------------------------------------------------------------------------------------


def test_compensation_may_name_an_activity_and_not_wait() -> None:
    text = '<compensateEventDefinition activityRef="ns:book" waitForCompletion="false"/>'

    assert node_in(at("throw", text)).event == CompensateEventDefinition("book", wait_for_completion=False)


def test_a_caught_compensation_is_about_its_own_activity() -> None:
    assert flaws(at("boundary", '<compensateEventDefinition activityRef="t"/>')) == [
        "attribute-without-effect"
    ]


def test_errors_and_escalations_without_reference_catch_everything() -> None:
    assert node_in(at("boundary", "<errorEventDefinition/>")).event == ErrorEventDefinition(None)
    assert node_in(at("boundary", "<escalationEventDefinition/>")).event == EscalationEventDefinition(None)


def test_a_link_may_repeat_its_other_end_but_not_contradict_it() -> None:
    def thrown(target: str) -> bytes:
        text = (
            f'<linkEventDefinition id="there" name="onward"><target>{target}</target></linkEventDefinition>'
        )
        caught = '<linkEventDefinition id="here" name="onward"/><linkEventDefinition id="else" name="other"/>'
        aside = f'<intermediateCatchEvent id="c">{caught.split("/>")[0]}/></intermediateCatchEvent>'
        return at("throw", text).replace(b"</process>", aside.encode() + b"</process>")

    assert flaws(thrown("here")) == []
    assert flaws(thrown("elsewhere")) == ["link-mismatch"]


def test_an_operation_of_a_message_event_is_documentation() -> None:
    text = '<messageEventDefinition messageRef="paid"><operationRef>o</operationRef></messageEventDefinition>'

    (finding,) = findings_in(at("catch", text))

    assert (finding.rule, finding.is_error) == ("operation-is-a-reference", False)


def test_signals_and_escalations_are_known_by_id() -> None:
    model = file_of(at("catch", SIGNAL))

    assert model.signals["flood"].name == "flood"
    assert model.escalations["late"].code == "LATE"


# --- what events carry ---------------------------------------------------------------------------

PAYLOAD = extension('<gov:input source="=a" target="b"/>')
TAKEN = extension('<gov:output source="=b" target="a"/>')
CAUGHT = 'gov:caughtCode="code"'
CAUGHT_ALL = 'gov:caughtCode="code" gov:caughtMessage="why"'


@pytest.mark.parametrize("event", [MESSAGE, SIGNAL, ESCALATION, ERROR, TERMINATE + MESSAGE])
def test_every_throw_of_data_maps_its_payload(event: str) -> None:
    assert node_in(at("end", PAYLOAD + event)).extensions.inputs == (VariableMapping("=a", "b", 1),)


@pytest.mark.parametrize("event", [MESSAGE, SIGNAL, ESCALATION, ERROR, TIMER + MESSAGE])
@pytest.mark.parametrize("place", ["boundary", "start of an event sub-process"])
def test_every_catch_of_data_maps_what_came(place: str, event: str) -> None:
    assert node_in(at(place, TAKEN + event)).extensions.outputs == (VariableMapping("=b", "a", 1),)


def test_the_start_of_a_process_maps_what_came() -> None:
    assert node_in(at("start", TAKEN + MESSAGE)).extensions.outputs == (VariableMapping("=b", "a", 1),)


@pytest.mark.parametrize(
    ("place", "event"),
    [
        ("end", PAYLOAD + TERMINATE),
        ("end", PAYLOAD),
        ("start", TAKEN),
        ("throw", PAYLOAD + LINK),
        ("boundary", TAKEN + CONDITIONAL),
    ],
)
def test_other_events_carry_nothing(place: str, event: str) -> None:
    assert flaws(at(place, event)) == ["extension-without-effect"]


@pytest.mark.parametrize("place", ["boundary", "start of an event sub-process"])
def test_codes_that_were_caught_go_to_variables(place: str) -> None:
    error = node_in(at(place, ERROR, attributes=CAUGHT_ALL)).extensions
    escalation = node_in(at(place, ESCALATION, attributes=CAUGHT)).extensions

    assert (error.caught_code, error.caught_message) == ("code", "why")
    assert escalation.caught_code == "code"


@pytest.mark.parametrize(("event", "attributes"), [(ESCALATION, CAUGHT_ALL), (MESSAGE, CAUGHT)])
def test_an_escalation_has_no_message_and_a_message_no_code(event: str, attributes: str) -> None:
    assert flaws(at("boundary", event, attributes=attributes)) == ["extension-without-effect"]
