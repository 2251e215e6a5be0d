"""One event definition: what is waited for or done. Source: BPMN 2.0.2, 10.5.5."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

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
from engine.bpmn.reading.attributes import (
    bpmn_children,
    check_attributes,
    check_children,
    is_true,
    pass_over,
    reference,
    warn_operation,
)
from engine.bpmn.reading.declarations import Declarations
from engine.bpmn.reading.expressions import expression_text, feel_text
from engine.bpmn.reading.extensions import refuse_extensions
from engine.bpmn.reading.sink import FindingSink

_TIMER_KINDS = frozenset(kind.value for kind in TimerKind)


def is_event_definition(local: str) -> bool:
    return local in _READERS


def read_event_definition(
    local: str, element: etree._Element, declared: Declarations, sink: FindingSink
) -> EventDefinition | None:
    """None after a finding."""
    refuse_extensions(element, sink)
    return _READERS[local](element, declared, sink)


def _timer(element: etree._Element, declared: Declarations, sink: FindingSink) -> EventDefinition | None:
    check_attributes(element, consumed=frozenset(), sink=sink)
    timers: list[TimerEventDefinition | None] = []
    for local, child in bpmn_children(element, sink):
        if local in _TIMER_KINDS:
            text = expression_text(child, sink)
            timers.append(None if text is None else TimerEventDefinition(TimerKind(local), text))
        else:
            pass_over(local, child, sink)
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


def _message(element: etree._Element, declared: Declarations, sink: FindingSink) -> EventDefinition | None:
    check_attributes(element, consumed=frozenset({"messageRef"}), sink=sink)
    for local, child in bpmn_children(element, sink):
        if local == "operationRef":
            warn_operation(child, sink)
        else:
            pass_over(local, child, sink)
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


def _signal(element: etree._Element, declared: Declarations, sink: FindingSink) -> EventDefinition | None:
    check_attributes(element, consumed=frozenset({"signalRef"}), sink=sink)
    check_children(element, sink)
    signal_ref = reference(element, element.get("signalRef"), sink)
    if signal_ref is not None:
        return SignalEventDefinition(signal_ref)
    sink.error(
        "signal-ref-missing",
        element,
        "信号事件没有指明信号",
        "The signal event does not name its signal",
        mend_zh="请选择一个信号（signalRef）",
        mend_en="Choose a signal (signalRef)",
    )
    return None


def _error(element: etree._Element, declared: Declarations, sink: FindingSink) -> EventDefinition:
    check_attributes(element, consumed=frozenset({"errorRef"}), sink=sink)
    check_children(element, sink)
    return ErrorEventDefinition(reference(element, element.get("errorRef"), sink))


def _escalation(element: etree._Element, declared: Declarations, sink: FindingSink) -> EventDefinition:
    check_attributes(element, consumed=frozenset({"escalationRef"}), sink=sink)
    check_children(element, sink)
    return EscalationEventDefinition(reference(element, element.get("escalationRef"), sink))


def _conditional(
    element: etree._Element, declared: Declarations, sink: FindingSink
) -> EventDefinition | None:
    check_attributes(element, consumed=frozenset(), sink=sink)
    conditions: list[str | None] = []
    for local, child in bpmn_children(element, sink):
        if local == "condition":
            conditions.append(feel_text(child, sink))
        else:
            pass_over(local, child, sink)
    # Without any, the schema has refused the file already.
    condition = conditions[0] if conditions else None
    return None if condition is None else ConditionalEventDefinition(condition)


def _link(element: etree._Element, declared: Declarations, sink: FindingSink) -> EventDefinition:
    """`source` and `target` repeat what the name says; they may not say something else."""
    check_attributes(element, consumed=frozenset(), sink=sink)
    name = (element.get("name") or "").strip()
    for local, child in bpmn_children(element, sink):
        if local not in ("source", "target"):
            pass_over(local, child, sink)
            continue
        other = reference(child, child.text, sink) or ""
        if declared.links.get(other) != name:
            sink.error(
                "link-mismatch",
                child,
                f"{local} 写着 {other}，但没有这样一个同名的链接事件定义",
                f"{local} names {other}, but there is no such link event definition of the same name",
                mend_zh="请让两端的链接事件使用同一个 name，并改正或删除 source、target",
                mend_en="Give both link events the same name, and mend or remove source and target",
            )
    return LinkEventDefinition(name)


def _compensate(element: etree._Element, declared: Declarations, sink: FindingSink) -> EventDefinition:
    check_attributes(element, consumed=frozenset({"activityRef", "waitForCompletion"}), sink=sink)
    check_children(element, sink)
    return CompensateEventDefinition(
        reference(element, element.get("activityRef"), sink),
        is_true(element, "waitForCompletion", default=True),
    )


def _cancel(element: etree._Element, declared: Declarations, sink: FindingSink) -> EventDefinition:
    check_attributes(element, consumed=frozenset(), sink=sink)
    check_children(element, sink)
    return CancelEventDefinition()


def _terminate(element: etree._Element, declared: Declarations, sink: FindingSink) -> EventDefinition:
    check_attributes(element, consumed=frozenset(), sink=sink)
    check_children(element, sink)
    return TerminateEventDefinition()


_READERS: Mapping[str, Callable[[etree._Element, Declarations, FindingSink], EventDefinition | None]] = {
    "timerEventDefinition": _timer,
    "messageEventDefinition": _message,
    "signalEventDefinition": _signal,
    "errorEventDefinition": _error,
    "escalationEventDefinition": _escalation,
    "conditionalEventDefinition": _conditional,
    "linkEventDefinition": _link,
    "compensateEventDefinition": _compensate,
    "cancelEventDefinition": _cancel,
    "terminateEventDefinition": _terminate,
}
