"""On which BPMN elements an extension of a tool means something, by local name."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialects.workbench import B, local_name
from engine.bpmn.model import ACTIVITY_KINDS

PROCESS = frozenset({"process"})
START = frozenset({"startEvent"})
USER_TASK = frozenset({"userTask"})
SCRIPT_TASK = frozenset({"scriptTask"})
BUSINESS_RULE = frozenset({"businessRuleTask"})
CALL_ACTIVITY = frozenset({"callActivity"})
AD_HOC = frozenset({"adHocSubProcess"})
MESSAGE = frozenset({"message"})
MULTI_INSTANCE = frozenset({"multiInstanceLoopCharacteristics"})
ACTIVITIES = frozenset(kind.value for kind in ACTIVITY_KINDS)
JOB_TASKS = frozenset({"serviceTask", "sendTask", "businessRuleTask"})
"""Where `gov:job` works."""
THROWING_EVENTS = frozenset({"endEvent", "intermediateThrowEvent"})
CATCHING_EVENTS = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
EVENTS = THROWING_EVENTS | CATCHING_EVENTS

_WITH_DATA = frozenset(
    {
        "messageEventDefinition",
        "signalEventDefinition",
        "escalationEventDefinition",
        "errorEventDefinition",
    }
)


def takes_inputs(owner: etree._Element) -> bool:
    """Whether `gov:input` has an effect: on activities and on events that throw something with data."""
    name = local_name(owner)
    return name in ACTIVITIES or (name in THROWING_EVENTS and carries_data(owner))


def takes_outputs(owner: etree._Element) -> bool:
    """Whether `gov:output` has an effect: on activities and on events that catch something with data."""
    name = local_name(owner)
    if name == "sendTask":
        return not owner.get("messageRef")
    return name in ACTIVITIES or (name in CATCHING_EVENTS and carries_data(owner))


def carries_data(event: etree._Element) -> bool:
    return any(local_name(child) in _WITH_DATA for child in event.iterchildren(f"{B}*"))


def event_of(owner: etree._Element) -> etree._Element:
    """The event around an event definition; any other element itself."""
    parent = owner.getparent()
    is_definition = local_name(owner).endswith("EventDefinition")
    return parent if is_definition and parent is not None else owner
