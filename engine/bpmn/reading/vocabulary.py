"""The tables that decide what of a BPMN file means something here.

What is refused whatever stands around it is in `refusals`, with the reason.
Source: BPMN 2.0.2, the XSDs (Semantic.xsd) and chapters 8 and 10.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.model import ACTIVITY_KINDS, BPMN_NAMESPACE, GOV_NAMESPACE, NodeKind

XSI_NAMESPACE = "http://www.w3.org/2001/XMLSchema-instance"
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
DI_NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/BPMN/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DC",
        "http://www.omg.org/spec/DD/20100524/DI",
    }
)
"""The drawing: positions, sizes and colours."""

B = f"{{{BPMN_NAMESPACE}}}"
G = f"{{{GOV_NAMESPACE}}}"

DOCUMENTATION = frozenset(
    {
        "documentation",
        "text",
        "textAnnotation",
        "association",
        "group",
        "category",
        "categoryValueRef",
        "laneSet",
        "partnerEntity",
        "partnerRole",
        "participant",
        "participantAssociation",
        "messageFlow",
        "messageFlowAssociation",
        "conversation",
        "subConversation",
        "callConversation",
        "conversationAssociation",
        "conversationLink",
        "choreographyRef",
        "supports",
        "auditing",
        "monitoring",
        "rendering",
        "dataState",
        "dataStore",
        "itemDefinition",
        "resource",
        "interface",
        "endPoint",
        "relationship",
    }
)
"""Elements that tell a reader something and a machine nothing, or that only are there to be named.

A lane does not assign work: `gov:assignment` does. An association matters behind a compensation
event, where `nodes` looks it up. `auditing`, `monitoring` and `rendering` are empty in the standard."""

FREE_TEXT = frozenset({"documentation", "text"})
"""May hold any markup, which stays text."""

_ACTIVITY = frozenset({"isForCompensation", "startQuantity", "completionQuantity", "default"})
_TASK = _ACTIVITY | {"implementation"}
_SUB_PROCESS = _ACTIVITY | {"triggeredByEvent"}

NODE_ATTRIBUTES: Mapping[NodeKind, frozenset[str]] = {
    NodeKind.START_EVENT: frozenset({"parallelMultiple", "isInterrupting"}),
    NodeKind.END_EVENT: frozenset(),
    NodeKind.INTERMEDIATE_CATCH_EVENT: frozenset({"parallelMultiple"}),
    NodeKind.INTERMEDIATE_THROW_EVENT: frozenset(),
    NodeKind.BOUNDARY_EVENT: frozenset({"parallelMultiple", "cancelActivity", "attachedToRef"}),
    NodeKind.TASK: _ACTIVITY,
    NodeKind.USER_TASK: _TASK,
    NodeKind.MANUAL_TASK: _ACTIVITY,
    NodeKind.SERVICE_TASK: _TASK | {"operationRef"},
    NodeKind.SCRIPT_TASK: _ACTIVITY | {"scriptFormat"},
    NodeKind.SEND_TASK: _TASK | {"messageRef", "operationRef"},
    NodeKind.RECEIVE_TASK: _TASK | {"messageRef", "operationRef", "instantiate"},
    NodeKind.BUSINESS_RULE_TASK: _TASK,
    NodeKind.CALL_ACTIVITY: _ACTIVITY | {"calledElement"},
    NodeKind.SUB_PROCESS: _SUB_PROCESS,
    NodeKind.TRANSACTION: _SUB_PROCESS | {"method"},
    NodeKind.AD_HOC_SUB_PROCESS: _SUB_PROCESS | {"ordering", "cancelRemainingInstances"},
    NodeKind.EXCLUSIVE_GATEWAY: frozenset({"gatewayDirection", "default"}),
    NodeKind.PARALLEL_GATEWAY: frozenset({"gatewayDirection"}),
    NodeKind.INCLUSIVE_GATEWAY: frozenset({"gatewayDirection", "default"}),
    NodeKind.COMPLEX_GATEWAY: frozenset({"gatewayDirection", "default"}),
    NodeKind.EVENT_BASED_GATEWAY: frozenset({"gatewayDirection", "instantiate", "eventGatewayType"}),
}
"""Besides id and name, which every node may have. `gatewayDirection` only describes the drawing."""

GLOBAL_TASKS: Mapping[str, NodeKind] = {
    "globalTask": NodeKind.TASK,
    "globalUserTask": NodeKind.USER_TASK,
    "globalScriptTask": NodeKind.SCRIPT_TASK,
    "globalManualTask": NodeKind.MANUAL_TASK,
    "globalBusinessRuleTask": NodeKind.BUSINESS_RULE_TASK,
}
"""The task of a process that each is read as."""

_FALSE = frozenset({"false", "0"})
_TRUE = frozenset({"true", "1"})

ONLY_VALUES: Mapping[str, frozenset[str]] = {
    "isImmediate": _TRUE,
    "implementation": frozenset({"##unspecified", "##WebService"}),
    "mustUnderstand": _FALSE,
    "method": frozenset({"##Compensate"}),
}
"""Attributes that are accepted only with the value they have anyway when absent; `refusals` says why."""

_NODES = frozenset(kind.value for kind in NodeKind)
_ACTIVITIES = frozenset(kind.value for kind in ACTIVITY_KINDS)
_ACTIVE = frozenset(
    {
        "userTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
        "transaction",
        "adHocSubProcess",
        "intermediateCatchEvent",
        "eventBasedGateway",
    }
)
"""Nodes on which a token can rest, so that a clock can run."""
_JOB_WORKERS = frozenset({"serviceTask", "sendTask", "businessRuleTask"})
_CATCHERS = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
_THROWERS = frozenset({"endEvent", "intermediateThrowEvent"})
_ERROR_CATCHERS = frozenset({"startEvent", "boundaryEvent"})

GOV_ATTRIBUTE_PLACES: Mapping[str, frozenset[str]] = {
    "stage": _NODES,
    "milestone": _NODES,
    "outcome": frozenset({"endEvent"}),
    "form": frozenset({"userTask"}),
    "result": frozenset({"scriptTask", "businessRuleTask"}),
    "decision": frozenset({"businessRuleTask"}),
    "process": frozenset({"callActivity"}),
    "binding": frozenset({"callActivity", "businessRuleTask"}),
    "activeElements": frozenset({"adHocSubProcess"}),
    "caughtCode": _ERROR_CATCHERS,
    "caughtMessage": _ERROR_CATCHERS,
}
"""Where each of our attributes has an effect, by the element's local name; a global task counts as
the task it is read as. What depends on more than the name (which event, which other extension) is
in `events` and `rules.extensions`."""

GOV_ELEMENT_PLACES: Mapping[str, frozenset[str]] = {
    "clock": _ACTIVE | {"process"},
    "assignment": frozenset({"userTask", "adHocSubProcess"}),
    "job": _JOB_WORKERS,
    "input": _ACTIVITIES | _THROWERS,
    "output": _ACTIVITIES | _CATCHERS,
    "subscription": frozenset({"message"}),
    "multiInstance": frozenset({"multiInstanceLoopCharacteristics"}),
}

GOV_ELEMENT_ATTRIBUTES: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "clock": (frozenset({"limit", "kind"}), frozenset({"ladder"})),
    "assignment": (frozenset(), frozenset({"roles", "department", "assignee", "fourEyes"})),
    "job": (frozenset({"type"}), frozenset({"retries"})),
    "header": (frozenset({"name", "value"}), frozenset()),
    "input": (frozenset({"source", "target"}), frozenset()),
    "output": (frozenset({"source", "target"}), frozenset()),
    "subscription": (frozenset({"correlationKey"}), frozenset()),
    "multiInstance": (frozenset(), frozenset({"collection", "item", "outputCollection", "outputItem"})),
}
"""Required and optional attributes of our elements."""
