"""SpiffWorkflow (`spiffworkflow:`), as its modeler and spiff-arena write it; expressions are Python.

Source: SpiffWorkflow's parser of its own extensions and bpmn-js-spiffworkflow.
"""

from __future__ import annotations

from engine.bpmn.dialects import places
from engine.bpmn.dialects import spiff_handlers as become
from engine.bpmn.dialects.construct import (
    A,
    Construct,
    Dialect,
    R,
    T,
    container,
    dropped,
    refused,
    with_handler,
)
from engine.bpmn.dialects.writing import documented

NAMESPACE = "http://spiffworkflow.org/bpmn/schema/1.0/core"

_TEXT = frozenset({"text()"})
_DATA_EVENTS = frozenset(
    {
        "messageEventDefinition",
        "signalEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "message",
        "sendTask",
        "receiveTask",
    }
)
_PAYLOAD = "数据整体放在变量 payload 中传递"
_PAYLOAD_EN = "The data travel as a whole in the variable payload"

_ELEMENTS: dict[str, Construct] = {
    "serviceTaskOperator": container(
        {
            "@id": with_handler(become.operator, "gov:job/@type", T),
            "@resultVariable": dropped(
                "回答的各字段按契约成为变量，不整体放进一个变量",
                "The fields of the answer become variables as the contract says, not one variable as a whole",
            ),
            "parameters": container(
                {
                    "parameter": with_handler(
                        become.parameter, "gov:input", T, A, R,
                        absorbs=frozenset({"@id", "@name", "@type", "@value"}), repeats=True,
                        zh="不能转换的表达式", en="An expression that cannot be translated",
                    )
                }
            ),
            "retry": with_handler(
                become.retries, "gov:job/@retries", A, R,
                absorbs=frozenset({"@retries", "@backoff_base"}),
                zh="次数照搬，间隔由本系统决定", en="The number is kept; the pauses are the engine's own",
            ),
        },
        on=frozenset({"serviceTask"}),
    ),
    "preScript": with_handler(
        become.script_before, "gov:input", A, R, on=places.ACTIVITIES, absorbs=_TEXT,
        zh="只限互不相关的赋值；只在该活动内有效，且活动只看到这些变量",
        en="Only assignments that do not use each other; they exist inside the activity only, "
        "which sees no other variables",
    ),
    "postScript": with_handler(
        become.script_after, "gov:output", A, R, on=places.ACTIVITIES, absorbs=_TEXT,
        zh="只限互不相关的赋值；活动的其余结果不再带回",
        en="Only assignments that do not use each other; no other results of the activity come back",
    ),
    "calledDecisionId": with_handler(
        become.decision_id, "gov:decision", A, on=places.BUSINESS_RULE, absorbs=_TEXT,
        zh="决策只有一个输出时，须用 gov:result 指明变量",
        en="A decision with a single output needs a gov:result that names the variable",
        mend=("请核对决策的输出", "Check the outputs of the decision"),
    ),
    "messagePayload": with_handler(
        become.payload, "gov:input", A, R, on=_DATA_EVENTS, absorbs=_TEXT, zh=_PAYLOAD, en=_PAYLOAD_EN,
    ),
    "messageVariable": with_handler(
        become.payload_variable, "gov:output", A, R, on=_DATA_EVENTS, absorbs=_TEXT,
        zh=_PAYLOAD, en=_PAYLOAD_EN,
    ),
    "payloadExpression": with_handler(
        become.payload, "gov:input", A, R, on=_DATA_EVENTS, absorbs=_TEXT, zh=_PAYLOAD, en=_PAYLOAD_EN,
    ),
    "variableName": with_handler(
        become.payload_variable, "gov:output", A, R, on=_DATA_EVENTS, absorbs=_TEXT,
        zh=_PAYLOAD, en=_PAYLOAD_EN,
    ),
    "processVariableCorrelation": with_handler(
        become.correlation, "gov:subscription/@correlationKey", A, R,
        absorbs=frozenset({"propertyId", "expression"}), repeats=True,
        zh="成为该消息的相关键，只能有一个，对所有接收者相同",
        en="Becomes the key of the message: only one, and the same for all that receive it",
        mend=("请把几个值合成一个键", "Join the values into one key"),
    ),
    "properties": container(
        {
            "property": with_handler(
                become.form_property, "documentation", A, R,
                absorbs=frozenset({"@name", "@value"}), repeats=True,
                zh="保留为文档说明；表单须重写", en="Kept as documentation; forms must be written anew",
            )
        }
    ),
    "taskMetadataValues": container(
        {
            "taskMetadataValue": with_handler(
                become.metadata, "documentation", A,
                absorbs=frozenset({"@name", "@value"}), repeats=True,
                zh="保留为文档说明", en="Kept as documentation",
            )
        }
    ),
    "instructionsForEndUser": Construct(
        (A,), "documentation", "保留为文档说明，其中的模板不会填充",
        "Kept as documentation; templates in it are not filled in",
        handler=documented().handler, absorbs=_TEXT,
    ),
    "category": Construct(
        (A,), "documentation", "保留为文档说明", "Kept as documentation",
        handler=documented().handler, absorbs=_TEXT,
    ),
    "signalButtonLabel": Construct(
        (A,), "documentation", "保留为文档说明", "Kept as documentation",
        handler=documented().handler, absorbs=_TEXT,
    ),
    "unitTests": Construct(
        (T,), "", "测试，运行时没有作用，已去掉", "Tests have no effect at run time; left out",
        absorbs=frozenset({"unitTest"}),
    ),
    "allowGuest": refused(
        "用户任务不对访客开放", "User tasks are not open to guests",
        "请把申请人要做的事改为消息或表单", "Make what applicants do a message or a form",
    ),
    "guestConfirmation": refused(
        "用户任务不对访客开放", "User tasks are not open to guests",
        "请把申请人要做的事改为消息或表单", "Make what applicants do a message or a form",
    ),
}  # fmt: skip

_ATTRIBUTES: dict[str, Construct] = {
    "scriptsOnInstances": with_handler(
        become.on_instances, "", T, A, on=places.MULTI_INSTANCE | {"standardLoopCharacteristics"},
        zh="映射总在每个实例上进行", en="Mappings are always made for each instance",
    ),
}  # fmt: skip

SPIFFWORKFLOW = Dialect("spiffworkflow", {NAMESPACE: "spiffworkflow"}, _ATTRIBUTES, _ELEMENTS)
