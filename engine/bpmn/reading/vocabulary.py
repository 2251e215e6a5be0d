"""The tables that decide what of a BPMN file means something here.

To run a construct that is refused today: take it out of these tables and give it a reader.
Source: BPMN 2.0.2, the XSDs (Semantic.xsd) and chapters 8 and 10.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.model import BPMN_NAMESPACE, GOV_NAMESPACE, NodeKind

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
        "messageFlow",
    }
)
"""Elements that tell a reader something and a machine nothing. A lane does not assign work:
`gov:assignment` does."""

FREE_TEXT = frozenset({"documentation", "text"})
"""May hold any markup, which stays text."""

_ACTIVITY = frozenset({"isForCompensation", "startQuantity", "completionQuantity", "default"})
_TASK = _ACTIVITY | {"implementation"}

NODE_ATTRIBUTES: Mapping[NodeKind, frozenset[str]] = {
    NodeKind.START_EVENT: frozenset({"parallelMultiple", "isInterrupting"}),
    NodeKind.END_EVENT: frozenset(),
    NodeKind.INTERMEDIATE_CATCH_EVENT: frozenset({"parallelMultiple"}),
    NodeKind.INTERMEDIATE_THROW_EVENT: frozenset(),
    NodeKind.BOUNDARY_EVENT: frozenset({"parallelMultiple", "cancelActivity", "attachedToRef"}),
    NodeKind.TASK: _ACTIVITY,
    NodeKind.USER_TASK: _TASK,
    NodeKind.MANUAL_TASK: _ACTIVITY,
    NodeKind.SERVICE_TASK: _TASK,
    NodeKind.SCRIPT_TASK: _ACTIVITY | {"scriptFormat"},
    NodeKind.SEND_TASK: _TASK | {"messageRef"},
    NodeKind.RECEIVE_TASK: _TASK | {"messageRef", "instantiate"},
    NodeKind.BUSINESS_RULE_TASK: _TASK,
    NodeKind.CALL_ACTIVITY: _ACTIVITY | {"calledElement"},
    NodeKind.SUB_PROCESS: _ACTIVITY | {"triggeredByEvent"},
    NodeKind.EXCLUSIVE_GATEWAY: frozenset({"gatewayDirection", "default"}),
    NodeKind.PARALLEL_GATEWAY: frozenset({"gatewayDirection"}),
    NodeKind.INCLUSIVE_GATEWAY: frozenset({"gatewayDirection", "default"}),
    NodeKind.EVENT_BASED_GATEWAY: frozenset({"gatewayDirection", "instantiate", "eventGatewayType"}),
}
"""Besides id and name, which every node may have. `gatewayDirection` only describes the drawing."""

_FALSE = frozenset({"false", "0"})
_TRUE = frozenset({"true", "1"})

ONLY_VALUES: Mapping[str, frozenset[str]] = {
    "isForCompensation": _FALSE,
    "startQuantity": frozenset({"1"}),
    "completionQuantity": frozenset({"1"}),
    "instantiate": _FALSE,
    "parallelMultiple": _FALSE,
    "triggeredByEvent": _FALSE,
    "isInterrupting": _TRUE,
    "isImmediate": _TRUE,
    "eventGatewayType": frozenset({"Exclusive"}),
    "implementation": frozenset({"##unspecified", "##WebService"}),
    "mustUnderstand": _FALSE,
}
"""Attributes that are accepted only with the value they have anyway when absent."""

STAND_INS: Mapping[str, NodeKind] = {
    "complexGateway": NodeKind.INCLUSIVE_GATEWAY,
    "transaction": NodeKind.SUB_PROCESS,
    "adHocSubProcess": NodeKind.SUB_PROCESS,
}
"""Refused nodes stay in the model as their nearest relative, so that the rules can go on to find
what else is wrong instead of calling every flow to them dangling."""

NAMES_ZH: Mapping[str, str] = {
    "signalEventDefinition": "信号事件",
    "escalationEventDefinition": "升级事件",
    "conditionalEventDefinition": "条件事件",
    "linkEventDefinition": "链接事件",
    "cancelEventDefinition": "取消事件",
    "compensateEventDefinition": "补偿事件",
    "eventDefinitionRef": "引用的事件定义",
    "complexGateway": "复杂网关",
    "transaction": "事务子流程",
    "adHocSubProcess": "即席子流程",
    "standardLoopCharacteristics": "循环标记",
    "multiInstanceLoopCharacteristics": "多实例标记",
    "dataObject": "数据对象",
    "dataObjectReference": "数据对象引用",
    "dataStore": "数据存储",
    "dataStoreReference": "数据存储引用",
    "dataInputAssociation": "数据输入关联",
    "dataOutputAssociation": "数据输出关联",
    "dataInput": "数据输入",
    "dataOutput": "数据输出",
    "inputSet": "输入集",
    "outputSet": "输出集",
    "property": "属性变量",
    "ioSpecification": "输入输出规格",
    "ioBinding": "输入输出绑定",
    "resourceRole": "资源角色",
    "performer": "执行者",
    "humanPerformer": "人工执行者",
    "potentialOwner": "候选办理人",
    "resource": "资源",
    "signal": "信号",
    "escalation": "升级",
    "itemDefinition": "数据项定义",
    "interface": "服务接口",
    "operationRef": "服务操作引用",
    "correlationProperty": "相关属性",
    "correlationKey": "相关键",
    "correlationSubscription": "相关订阅",
    "globalTask": "全局任务",
    "globalUserTask": "全局用户任务",
    "globalScriptTask": "全局脚本任务",
    "globalManualTask": "全局手工任务",
    "globalBusinessRuleTask": "全局业务规则任务",
    "choreography": "编排",
    "conversation": "会话",
    "auditing": "审计标记",
    "monitoring": "监控标记",
    "rendering": "界面呈现",
    "import": "外部文件导入",
    "extension": "扩展声明",
    "relationship": "关系",
}

_GATEWAYS_WITHOUT_REST = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway"})
_VISIBLE = frozenset(kind.value for kind in NodeKind) - _GATEWAYS_WITHOUT_REST - {"boundaryEvent"}
"""Nodes that a case is said to have reached."""
_ACTIVE = frozenset(
    {
        "userTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
        "intermediateCatchEvent",
        "eventBasedGateway",
    }
)
"""Nodes on which a token can rest, so that a clock can run."""
_WORKERS = frozenset(
    {
        "userTask",
        "serviceTask",
        "scriptTask",
        "sendTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
    }
)
_JOB_WORKERS = frozenset({"serviceTask", "sendTask", "businessRuleTask"})
_MESSAGE_CATCHERS = frozenset({"intermediateCatchEvent", "boundaryEvent", "receiveTask"})
_MESSAGE_THROWERS = frozenset({"endEvent", "intermediateThrowEvent"})

GOV_ATTRIBUTE_PLACES: Mapping[str, frozenset[str]] = {
    "stage": _VISIBLE,
    "milestone": _VISIBLE,
    "outcome": frozenset({"endEvent"}),
    "form": frozenset({"userTask"}),
    "result": frozenset({"scriptTask", "businessRuleTask"}),
    "decision": frozenset({"businessRuleTask"}),
    "caughtCode": frozenset({"boundaryEvent"}),
    "caughtMessage": frozenset({"boundaryEvent"}),
}
"""Where each of our attributes has an effect, by the element's local name. What depends on more
than the name (which event, which other extension) is in `events` and `rules.extensions`."""

GOV_ELEMENT_PLACES: Mapping[str, frozenset[str]] = {
    "clock": _ACTIVE | {"process"},
    "assignment": frozenset({"userTask"}),
    "job": _JOB_WORKERS,
    "input": _WORKERS | _MESSAGE_THROWERS,
    "output": _WORKERS | _MESSAGE_CATCHERS,
    "subscription": frozenset({"message"}),
}

GOV_ELEMENT_ATTRIBUTES: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "clock": (frozenset({"limit", "kind"}), frozenset({"ladder"})),
    "assignment": (frozenset(), frozenset({"roles", "department", "assignee", "fourEyes"})),
    "job": (frozenset({"type"}), frozenset({"retries"})),
    "header": (frozenset({"name", "value"}), frozenset()),
    "input": (frozenset({"source", "target"}), frozenset()),
    "output": (frozenset({"source", "target"}), frozenset()),
    "subscription": (frozenset({"correlationKey"}), frozenset()),
}
"""Required and optional attributes of our elements."""
