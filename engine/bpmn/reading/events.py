"""What an event waits for or does: its event definition."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.bpmn.model import (
    ErrorEventDefinition,
    EventDefinition,
    Extensions,
    MessageEventDefinition,
    NodeKind,
    TerminateEventDefinition,
    TimerEventDefinition,
    TimerKind,
)
from engine.bpmn.reading.attributes import (
    bpmn_children,
    check_attributes,
    expression_text,
    reference,
    refuse_element,
    refuse_gov_without_effect,
)
from engine.bpmn.reading.extensions import refuse_extensions
from engine.bpmn.reading.sink import FindingSink
from engine.bpmn.reading.vocabulary import DOCUMENTATION

ALLOWED: Mapping[NodeKind, frozenset[str]] = {
    NodeKind.START_EVENT: frozenset({"messageEventDefinition"}),
    NodeKind.END_EVENT: frozenset(
        {"messageEventDefinition", "errorEventDefinition", "terminateEventDefinition"}
    ),
    NodeKind.INTERMEDIATE_CATCH_EVENT: frozenset({"messageEventDefinition", "timerEventDefinition"}),
    NodeKind.INTERMEDIATE_THROW_EVENT: frozenset({"messageEventDefinition"}),
    NodeKind.BOUNDARY_EVENT: frozenset(
        {"messageEventDefinition", "timerEventDefinition", "errorEventDefinition"}
    ),
}
"""The event definitions this version runs, per kind of event. Timer start events come later."""

_MUST_WAIT = frozenset({NodeKind.INTERMEDIATE_CATCH_EVENT, NodeKind.BOUNDARY_EVENT})
_KNOWN = frozenset().union(*ALLOWED.values())
_PLACES_IN_STANDARD: Mapping[str, frozenset[NodeKind]] = {
    "messageEventDefinition": frozenset(ALLOWED),
    "timerEventDefinition": frozenset(
        {NodeKind.START_EVENT, NodeKind.INTERMEDIATE_CATCH_EVENT, NodeKind.BOUNDARY_EVENT}
    ),
    "errorEventDefinition": frozenset({NodeKind.START_EVENT, NodeKind.BOUNDARY_EVENT, NodeKind.END_EVENT}),
    "terminateEventDefinition": frozenset({NodeKind.END_EVENT}),
}
"""BPMN 2.0.2, table 10.93."""


def is_event_definition(local: str) -> bool:
    return local.endswith("EventDefinition") or local == "eventDefinitionRef"


def read_event(
    definitions: list[tuple[str, etree._Element]],
    *,
    node: etree._Element,
    kind: NodeKind,
    sink: FindingSink,
) -> EventDefinition | None:
    """The one event definition of `node`; None for a none event and after a finding."""
    if not definitions:
        if kind in _MUST_WAIT:
            sink.error(
                "event-without-definition",
                node,
                "事件没有说明它等待什么",
                "The event does not say what it waits for",
                mend_zh="请设为定时、消息或（边界上的）错误事件",
                mend_en="Make it a timer, message or (on a boundary) error event",
            )
        return None
    if len(definitions) > 1:
        sink.not_supported(node, "带多个事件定义的事件", "an event with several event definitions")
    # All are read, so that each says what is wrong with it.
    events = [_read_definition(local, definition, kind, sink) for local, definition in definitions]
    return events[0]


def check_event_extensions(
    extensions: Extensions, event: EventDefinition | None, node: etree._Element, sink: FindingSink
) -> None:
    """Findings for extensions that only work with another event definition."""
    if not isinstance(event, MessageEventDefinition):
        for local, mappings in (("input", extensions.inputs), ("output", extensions.outputs)):
            if mappings:
                refuse_gov_without_effect(node, local, sink)
    if not isinstance(event, ErrorEventDefinition):
        for local, value in (
            ("caughtCode", extensions.caught_code),
            ("caughtMessage", extensions.caught_message),
        ):
            if value is not None:
                refuse_gov_without_effect(node, local, sink)
    elif extensions.outcome is not None:
        # What is thrown decides how the case goes on, not this end.
        refuse_gov_without_effect(node, "outcome", sink)


def _read_definition(
    local: str, element: etree._Element, kind: NodeKind, sink: FindingSink
) -> EventDefinition | None:
    if local not in _KNOWN:
        refuse_element(element, sink)
        return None
    if local not in ALLOWED[kind]:
        _refuse_place(local, element, kind, sink)
        return None
    refuse_extensions(element, sink)
    match local:
        case "timerEventDefinition":
            return _read_timer(element, sink)
        case "messageEventDefinition":
            return _read_message(element, sink)
        case "errorEventDefinition":
            check_attributes(element, consumed=frozenset({"errorRef"}), sink=sink)
            _check_children(element, sink)
            return ErrorEventDefinition(reference(element, element.get("errorRef"), sink))
        case _:
            check_attributes(element, consumed=frozenset(), sink=sink)
            _check_children(element, sink)
            return TerminateEventDefinition()


def _refuse_place(local: str, element: etree._Element, kind: NodeKind, sink: FindingSink) -> None:
    if kind in _PLACES_IN_STANDARD[local]:
        sink.not_supported(element, f"{kind} 上的 {local}", f"a {local} on a {kind}")
        return
    sink.error(
        "event-not-allowed-here",
        element,
        f"{kind} 不能带 {local}",
        f"A {kind} cannot have a {local}",
        mend_zh="请换成该位置允许的事件",
        mend_en="Use an event that is allowed at this place",
    )


def _read_timer(element: etree._Element, sink: FindingSink) -> TimerEventDefinition | None:
    check_attributes(element, consumed=frozenset(), sink=sink)
    kinds = {kind.value for kind in TimerKind}
    timers = []
    for local, child in bpmn_children(element, sink):
        if local in kinds:
            text = expression_text(child, sink)
            timers.append(None if text is None else TimerEventDefinition(TimerKind(local), text))
        elif local not in DOCUMENTATION and local != "extensionElements":
            refuse_element(child, sink)
    if timers:
        return timers[0]
    sink.error(
        "timer-without-expression",
        element,
        "定时器没有写时间",
        "The timer has no time",
        mend_zh="请写 timeDuration（如 PT2H）、timeDate 或 timeCycle",
        mend_en="Write a timeDuration (such as PT2H), a timeDate or a timeCycle",
    )
    return None


def _read_message(element: etree._Element, sink: FindingSink) -> MessageEventDefinition | None:
    check_attributes(element, consumed=frozenset({"messageRef"}), sink=sink)
    _check_children(element, sink)
    message_ref = reference(element, element.get("messageRef"), sink)
    if message_ref is not None:
        return MessageEventDefinition(message_ref)
    sink.error(
        "message-ref-missing",
        element,
        "消息事件没有指明消息",
        "The message event does not name its message",
        mend_zh="请选择一个消息（messageRef）",
        mend_en="Choose a message (messageRef)",
    )
    return None


def _check_children(element: etree._Element, sink: FindingSink) -> None:
    for local, child in bpmn_children(element, sink):
        if local not in DOCUMENTATION and local != "extensionElements":
            refuse_element(child, sink)
