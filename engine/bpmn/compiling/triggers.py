"""Event definitions -> triggers."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.compiling.work import compile_source
from engine.bpmn.model import (
    CancelEventDefinition,
    CompensateEventDefinition,
    ConditionalEventDefinition,
    Definitions,
    ErrorEventDefinition,
    EscalationEventDefinition,
    EventDefinition,
    LinkEventDefinition,
    MessageEventDefinition,
    SignalEventDefinition,
    TerminateEventDefinition,
    TimerEventDefinition,
)
from engine.bpmn.program import (
    CancelTrigger,
    CompensateTrigger,
    ConditionalTrigger,
    ErrorTrigger,
    EscalationTrigger,
    LinkTrigger,
    MessageTrigger,
    SignalTrigger,
    TerminateTrigger,
    TimerTrigger,
    Trigger,
)
from engine.feel import compile_expression


def compile_trigger(event: EventDefinition, definitions: Definitions, number: Mapping[str, int]) -> Trigger:
    """`number` is node id -> index. Raises KeyError for a dangling reference."""
    match event:
        case TimerEventDefinition(kind, text):
            return TimerTrigger(kind, compile_source(text))
        case MessageEventDefinition(message_ref):
            return message_trigger(message_ref, definitions)
        case ErrorEventDefinition(error_ref):
            return ErrorTrigger(definitions.errors[error_ref].code if error_ref else None)
        case EscalationEventDefinition(escalation_ref):
            return EscalationTrigger(definitions.escalations[escalation_ref].code if escalation_ref else None)
        case SignalEventDefinition(signal_ref):
            return SignalTrigger(definitions.signals[signal_ref].name)
        case ConditionalEventDefinition(condition):
            return ConditionalTrigger(compile_expression(condition))
        case LinkEventDefinition(name):
            return LinkTrigger(name)
        case CompensateEventDefinition(activity_ref, wait):
            return CompensateTrigger(number[activity_ref] if activity_ref else -1, wait)
        case TerminateEventDefinition():
            return TerminateTrigger()
        case CancelEventDefinition():
            return CancelTrigger()


def message_trigger(message_ref: str, definitions: Definitions) -> MessageTrigger:
    message = definitions.messages[message_ref]
    key = message.correlation_key
    return MessageTrigger(message.name, compile_expression(key) if key is not None else None)
