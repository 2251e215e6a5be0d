"""What stands beside the processes of a file: messages, signals, errors, escalations and the rest."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.model import BPMN_NAMESPACE, Error, Escalation, Message, Signal
from engine.bpmn.reading.attributes import (
    check_attributes,
    check_children,
    check_documentation,
    identity,
    refuse_element,
)
from engine.bpmn.reading.declarations import Declarations, RootEvent
from engine.bpmn.reading.event_definitions import is_event_definition, read_event_definition
from engine.bpmn.reading.extensions import read_correlation_key, refuse_extensions
from engine.bpmn.reading.place import line_of
from engine.bpmn.reading.sink import FindingSink
from engine.bpmn.reading.vocabulary import DOCUMENTATION

_COLLABORATIONS = frozenset({"collaboration", "globalConversation"})


@dataclass(slots=True)
class Roots:
    """By id; of several with one id the first."""

    messages: dict[str, Message] = field(default_factory=dict)
    errors: dict[str, Error] = field(default_factory=dict)
    signals: dict[str, Signal] = field(default_factory=dict)
    escalations: dict[str, Escalation] = field(default_factory=dict)


def read_root(
    local: str, element: etree._Element, into: Roots, declared: Declarations, sink: FindingSink
) -> None:
    """Anything below `definitions` that is no process, global task or drawing."""
    match local:
        case "message":
            _read_message(element, into, sink)
        case "error":
            _read_error(element, into, sink)
        case "signal":
            _read_signal(element, into, sink)
        case "escalation":
            _read_escalation(element, into, sink)
        case "extension":
            check_attributes(element, consumed=frozenset({"definition", "mustUnderstand"}), sink=sink)
            check_children(element, sink)
        case "import":
            _check_import(element, sink)
        case _ if local in _COLLABORATIONS:
            _check_collaboration(element, sink)
        case _ if is_event_definition(local):
            _read_event(local, element, declared, sink)
        case _ if local in DOCUMENTATION:
            check_documentation(element, sink)
        case _ if local != "extensionElements":
            refuse_element(element, sink)


def _read_message(element: etree._Element, into: Roots, sink: FindingSink) -> None:
    check_attributes(element, consumed=frozenset({"itemRef"}), sink=sink)
    check_children(element, sink)
    correlation_key = read_correlation_key(element, sink)
    message_id = identity(element, sink)
    if message_id is not None:
        message = Message(message_id, element.get("name", "").strip(), correlation_key, line_of(element))
        into.messages.setdefault(message_id, message)


def _read_error(element: etree._Element, into: Roots, sink: FindingSink) -> None:
    error_id = _checked(element, frozenset({"errorCode", "structureRef"}), sink)
    if error_id is not None:
        code = element.get("errorCode", "").strip()
        into.errors.setdefault(error_id, Error(error_id, element.get("name", ""), code, line_of(element)))


def _read_signal(element: etree._Element, into: Roots, sink: FindingSink) -> None:
    signal_id = _checked(element, frozenset({"structureRef"}), sink)
    if signal_id is not None:
        signal = Signal(signal_id, element.get("name", "").strip(), line_of(element))
        into.signals.setdefault(signal_id, signal)


def _read_escalation(element: etree._Element, into: Roots, sink: FindingSink) -> None:
    escalation_id = _checked(element, frozenset({"escalationCode", "structureRef"}), sink)
    if escalation_id is not None:
        code = element.get("escalationCode", "").strip()
        escalation = Escalation(escalation_id, element.get("name", ""), code, line_of(element))
        into.escalations.setdefault(escalation_id, escalation)


def _checked(element: etree._Element, attributes: frozenset[str], sink: FindingSink) -> str | None:
    check_attributes(element, consumed=attributes, sink=sink)
    check_children(element, sink)
    refuse_extensions(element, sink)
    return identity(element, sink)


def _read_event(local: str, element: etree._Element, declared: Declarations, sink: FindingSink) -> None:
    event = read_event_definition(local, element, declared, sink)
    event_id = identity(element, sink)
    if event_id is not None:
        declared.events.setdefault(event_id, RootEvent(local, event))


def _check_import(element: etree._Element, sink: FindingSink) -> None:
    """Schemas and service descriptions only describe data and interfaces, which are documentation."""
    check_attributes(element, consumed=frozenset({"namespace", "location", "importType"}), sink=sink)
    check_children(element, sink)
    if (element.get("importType") or "").strip() == BPMN_NAMESPACE:
        refuse_element(element, sink)


def _check_collaboration(element: etree._Element, sink: FindingSink) -> None:
    """Pools and message flows are documentation: what is sent and received is said by the events."""
    check_attributes(element, consumed=frozenset({"isClosed"}), sink=sink)
    refuse_extensions(element, sink)
    check_children(element, sink)
