"""Which event definitions an event may have, and those that it has."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.bpmn.declarations import Extensions
from engine.bpmn.model import (
    CompensateEventDefinition,
    ErrorEventDefinition,
    EscalationEventDefinition,
    EventDefinition,
    MessageEventDefinition,
    NodeKind,
    SignalEventDefinition,
)
from engine.bpmn.reading.attributes import (
    dangling,
    is_true,
    reference,
    refuse_gov_without_effect,
    without_effect,
)
from engine.bpmn.reading.declarations import Declarations
from engine.bpmn.reading.event_definitions import is_event_definition, read_event_definition
from engine.bpmn.reading.sink import FindingSink

EVENT_SUB_PROCESS_START = "startEvent of an event sub-process"
IMPLICIT_THROW = "implicitThrowEvent"
"""Places that are no kinds of node."""

_WAITED_FOR = frozenset({"messageEventDefinition", "timerEventDefinition", "signalEventDefinition"})
_WAITED_FOR_INSIDE = _WAITED_FOR | {"conditionalEventDefinition"}
_THROWN_INSIDE = frozenset({"errorEventDefinition", "escalationEventDefinition", "compensateEventDefinition"})
_THROWN = frozenset({"messageEventDefinition", "signalEventDefinition", "escalationEventDefinition"})

ALLOWED: Mapping[str, frozenset[str]] = {
    # A conditional start has nothing to evaluate its condition on; the rules say so.
    NodeKind.START_EVENT: _WAITED_FOR_INSIDE,
    EVENT_SUB_PROCESS_START: _WAITED_FOR_INSIDE | _THROWN_INSIDE,
    NodeKind.INTERMEDIATE_CATCH_EVENT: _WAITED_FOR_INSIDE | {"linkEventDefinition"},
    NodeKind.INTERMEDIATE_THROW_EVENT: _THROWN | {"linkEventDefinition", "compensateEventDefinition"},
    NodeKind.BOUNDARY_EVENT: _WAITED_FOR_INSIDE | _THROWN_INSIDE | {"cancelEventDefinition"},
    NodeKind.END_EVENT: _THROWN | _THROWN_INSIDE | {"cancelEventDefinition", "terminateEventDefinition"},
    IMPLICIT_THROW: _THROWN | {"errorEventDefinition"},
}
"""Source: BPMN 2.0.2, table 10.93. An implicit throw is what the boundary of its activity can catch."""

_NAMES_ZH: Mapping[str, str] = {
    NodeKind.START_EVENT: "流程的开始事件",
    EVENT_SUB_PROCESS_START: "事件子流程的开始事件",
    NodeKind.INTERMEDIATE_CATCH_EVENT: "中间捕获事件",
    NodeKind.INTERMEDIATE_THROW_EVENT: "中间抛出事件",
    NodeKind.BOUNDARY_EVENT: "边界事件",
    NodeKind.END_EVENT: "结束事件",
    IMPLICIT_THROW: "多实例标记的事件",
}
_MUST_WAIT = frozenset({EVENT_SUB_PROCESS_START, NodeKind.INTERMEDIATE_CATCH_EVENT, NodeKind.BOUNDARY_EVENT})
_CARRYING = (
    MessageEventDefinition,
    SignalEventDefinition,
    ErrorEventDefinition,
    EscalationEventDefinition,
)
"""Events that bring data along."""
_CATCHING = frozenset({NodeKind.START_EVENT, NodeKind.INTERMEDIATE_CATCH_EVENT, NodeKind.BOUNDARY_EVENT})


def is_event_child(local: str) -> bool:
    return local == "eventDefinitionRef" or is_event_definition(local)


def read_events(
    children: list[tuple[str, etree._Element]],
    *,
    node: etree._Element,
    place: str,
    declared: Declarations,
    sink: FindingSink,
) -> tuple[EventDefinition, ...]:
    """The event definitions of `node`, those it refers to put in place; flawed ones are left out."""
    if not children:
        if place in _MUST_WAIT:
            _refuse_nothing(node, place, sink)
        return ()
    events: list[EventDefinition] = []
    for local, child in children:
        found = _read(local, child, place, declared, sink)
        if found is not None:
            events.append(found)
    return tuple(events)


def check_event_attributes(
    events: tuple[EventDefinition, ...], node: etree._Element, kind: NodeKind, sink: FindingSink
) -> None:
    """Warnings for attributes of the standard that change nothing on this event."""
    if is_true(node, "parallelMultiple", default=False) and len(events) == 1:
        why = ("事件没有多个定义", "the event has not several definitions")
        without_effect(node, "parallelMultiple", *why, sink)
    for event in events:
        if isinstance(event, CompensateEventDefinition) and event.activity_ref and kind in _CATCHING:
            why = ("补偿何处由所附着的活动决定", "where it stands says what it compensates")
            without_effect(node, "activityRef", *why, sink)


def check_event_extensions(
    extensions: Extensions, events: tuple[EventDefinition, ...], node: etree._Element, sink: FindingSink
) -> None:
    """Findings for extensions that only work with another event definition."""
    if not carries_data(events):
        for local, mappings in (("input", extensions.inputs), ("output", extensions.outputs)):
            if mappings:
                refuse_gov_without_effect(node, local, sink)
    is_error = any(isinstance(event, ErrorEventDefinition) for event in events)
    is_escalation = any(isinstance(event, EscalationEventDefinition) for event in events)
    if extensions.caught_code is not None and not is_error and not is_escalation:
        refuse_gov_without_effect(node, "caughtCode", sink)
    if extensions.caught_message is not None and not is_error:
        refuse_gov_without_effect(node, "caughtMessage", sink)
    if extensions.outcome is not None and is_error:
        # What is thrown decides how the case goes on, not this end.
        refuse_gov_without_effect(node, "outcome", sink)


def carries_data(events: tuple[EventDefinition, ...]) -> bool:
    return any(isinstance(event, _CARRYING) for event in events)


def _read(
    local: str,
    element: etree._Element,
    place: str,
    declared: Declarations,
    sink: FindingSink,
) -> EventDefinition | None:
    if local == "eventDefinitionRef":
        return read_event_reference(element, element.text, place=place, declared=declared, sink=sink)
    if not _may_stand(local, element, place, sink):
        return None
    return read_event_definition(local, element, declared, sink)


def read_event_reference(
    element: etree._Element,
    text: str | None,
    *,
    place: str,
    declared: Declarations,
    sink: FindingSink,
) -> EventDefinition | None:
    """The root event definition that the QName `text` means; None after a finding."""
    name = reference(element, text, sink) or ""
    found = declared.events.get(name)
    if found is None:
        dangling(
            element,
            name or "eventDefinitionRef",
            "根级事件定义",
            "event definition beside the processes",
            sink,
        )
        return None
    return found.event if _may_stand(found.local, element, place, sink) else None


def _may_stand(local: str, element: etree._Element, place: str, sink: FindingSink) -> bool:
    if local in ALLOWED[place]:
        return True
    sink.error(
        "event-not-allowed-here",
        element,
        f"{_NAMES_ZH[place]}不能带 {local}",
        f"A {place} cannot have a {local}",
        mend_zh=f"请换成该位置允许的事件：{'、'.join(sorted(ALLOWED[place]))}",
        mend_en=f"Use an event that is allowed at this place: {', '.join(sorted(ALLOWED[place]))}",
    )
    return False


def _refuse_nothing(node: etree._Element, place: str, sink: FindingSink) -> None:
    sink.error(
        "event-without-definition",
        node,
        "事件没有说明它等待什么",
        "The event does not say what it waits for",
        mend_zh=f"请选择它等待的事件：{'、'.join(sorted(ALLOWED[place]))}",
        mend_en=f"Choose what it waits for: {', '.join(sorted(ALLOWED[place]))}",
    )
