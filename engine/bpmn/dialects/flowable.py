"""Flowable (`flowable:`) and Activiti (`activiti:`), the elder relatives of Camunda 7.

Source: flowable-bpmn-extensions.xsd and the Flowable user guide, "BPMN 2.0 constructs".
"""

from __future__ import annotations

from engine.bpmn.dialects import camunda_handlers as become
from engine.bpmn.dialects import places
from engine.bpmn.dialects.camunda import ABSENCES, CODE, DURABLE, SHARED_ATTRIBUTES, SHARED_ELEMENTS
from engine.bpmn.dialects.construct import (
    A,
    Construct,
    Dialect,
    R,
    T,
    dropped,
    refused,
    tool_only,
    with_handler,
)
from engine.bpmn.dialects.writing import documented

FLOWABLE_NAMESPACE = "http://flowable.org/bpmn"
ACTIVITI_NAMESPACE = "http://activiti.org/bpmn"
FLOWABLE_DESIGN_NAMESPACE = "http://flowable.org/design"
FLOWABLE_MODELER_NAMESPACE = "http://flowable.org/modeler"
ACTIVITI_MODELER_NAMESPACE = "http://activiti.com/modeler"

_TO_FLOW = ("请用排他网关绕过它", "Lead a flow around it with an exclusive gateway")
_DROOLS = refused("没有 Drools", "There is no Drools here", "请改用决策表", "Use a decision table")
_CASE_NUMBER = dropped(
    "被调流程属于同一办件，办件编号自然相同",
    "A called process belongs to the same case and has its number anyway",
    on=places.CALL_ACTIVITY,
)
_NO_ID_VARIABLE = refused("没有保存编号的变量", "No variable takes such an id", "请删除它", "Remove it")

_ATTRIBUTES: dict[str, Construct] = {
    **SHARED_ATTRIBUTES,
    "category": documented(),
    "asyncLeave": DURABLE,
    "triggerable": refused(
        "服务任务不另等一次触发", "A service task does not wait for another trigger",
        "请在其后加一个接收任务", "Put a receive task behind it",
    ),
    "skipExpression": refused("没有跳过条件", "There is no skipping here", *_TO_FLOW),
    "elementIndexVariable": refused(
        "序号总在 loopCounter 中，从 1 起", "The index is always in loopCounter, from 1",
        "请改用 loopCounter", "Use loopCounter", on=places.MULTI_INSTANCE,
    ),
    "resultVariableName": SHARED_ATTRIBUTES["resultVariable"],
    "useLocalScopeForResultVariable": with_handler(
        become.accepted_if("false"), "", T, R,
        zh="变量不区分局部", en="Variables are not kept local", mend=("请用 gov:output", "Use gov:output"),
    ),
    "storeResultVariableAsTransient": dropped("变量总是保存", "Variables are always stored"),
    "autoStoreVariables": with_handler(
        become.accepted_if("false"), "", T, R,
        zh="脚本只给出结果", en="A script only gives its result", mend=("请用 gov:result", "Use gov:result"),
    ),
    "formFieldValidation": dropped("表单总是校验", "Forms are always checked"),
    "businessCalendarName": refused(
        "工作日由期限决定", "Workdays are counted by time limits",
        "请用 gov:clock", "Use gov:clock",
    ),
    "sameDeployment": with_handler(
        become.same_deployment, "gov:binding", T, A,
        zh="同一部署中没有时不再另找", en="If it is not in the same deployment, no other is taken",
    ),
    "calledElementType": with_handler(
        become.accepted_if("key"), "", T, R, on=places.CALL_ACTIVITY,
        zh="不能按数据库 id 调用", en="A process cannot be called by its database id",
        mend=("请写流程的 id", "Give the id of the process"),
    ),
    "inheritVariables": with_handler(
        become.inherit_variables, "gov:input", T, R, on=places.CALL_ACTIVITY,
        zh="这里要么全部传递，要么逐个列出", en="Here either everything is passed or what is listed",
        mend=("请列出全部变量", "List all the variables"),
    ),
    "businessKey": _CASE_NUMBER,
    "inheritBusinessKey": _CASE_NUMBER,
    "processInstanceName": documented(on=places.CALL_ACTIVITY),
    "processInstanceIdVariableName": _NO_ID_VARIABLE,
    "taskIdVariableName": _NO_ID_VARIABLE,
    "taskCompleterVariableName": _NO_ID_VARIABLE,
    "fallbackToDefaultTenant": dropped("没有租户", "There are no tenants here"),
    "completeAsync": DURABLE,
    "useLocalScopeForOutParameters": with_handler(
        become.accepted_if("false"), "", T, R,
        zh="变量不区分局部", en="Variables are not kept local", mend=("请用 gov:output", "Use gov:output"),
    ),
    "endDate": refused(
        "周期没有结束日期", "A cycle has no end date", "请写次数，例如 R3/P1D", "Write a number such as R3/P1D"
    ),
    "caseDefinitionKey": refused("没有 CMMN", "There is no CMMN here", "请改用流程", "Use a process"),
    "rules": _DROOLS,
    "ruleVariablesInput": _DROOLS,
    "exclude": _DROOLS,
    "history": dropped("历史总是完整的", "The history is always complete"),
    "isEagerExecutionFetching": DURABLE,
    "extensionId": CODE,
    "variableName": dropped(
        "任何变量变化都会检查条件", "The condition is checked at every change of a variable"
    ),
}  # fmt: skip

_ELEMENTS: dict[str, Construct] = {
    **SHARED_ELEMENTS,
    "eventListener": refused(
        "没有监听器", "There are no listeners here", "请画成一个任务", "Draw it as a task", repeats=True
    ),
    "variableAggregation": refused(
        "没有变量汇总", "Variables are not aggregated here",
        "请用 gov:multiInstance 的 outputCollection", "Use outputCollection of gov:multiInstance",
        repeats=True,
    ),
    "customResource": refused(
        "没有自定义人员关系", "There are no custom relations of people here",
        "请用 gov:assignment", "Use gov:assignment", repeats=True,
    ),
    "mapException": refused(
        "不把 Java 异常变为错误", "Exceptions of Java do not become errors",
        "请在契约中写明错误代码", "Name the error codes in the contract", repeats=True,
    ),
    "string": refused("它是给 Java 代码的", "It is meant for Java code", "请删除它", "Remove it"),
}  # fmt: skip


FLOWABLE = Dialect(
    "flowable",
    {FLOWABLE_NAMESPACE: "flowable", ACTIVITI_NAMESPACE: "activiti"},
    _ATTRIBUTES,
    _ELEMENTS,
    before={"callActivity": (become.call_without_mappings,)},
    absences={key: row for key, row in ABSENCES.items() if key.startswith("callActivity")},
)

# Notes of the drawing tools. `initiator-can-complete` lets who started a case do a task.
_CAN_COMPLETE = with_handler(
    become.accepted_if("false"), "", T, R,
    zh="办理人由角色决定", en="Who does a task is decided by roles",
    mend=("请用 gov:assignment", "Use gov:assignment"),
    absorbs=frozenset({"text()"}),
)  # fmt: skip
_NOTE = tool_only(absorbs=frozenset({"text()"}), repeats=True)
DESIGN = Dialect(
    "design",
    {
        FLOWABLE_DESIGN_NAMESPACE: "design",
        FLOWABLE_MODELER_NAMESPACE: "flowable-modeler",
        ACTIVITI_MODELER_NAMESPACE: "activiti-modeler",
    },
    {"palette": tool_only()},
    {
        "initiator-can-complete": _CAN_COMPLETE,
        **dict.fromkeys(
            (
                "stencilid",
                "stencilsuperid",
                "display_ref_in_diagram",
                "activiti-idm-assignee",
                "activiti-idm-assignee-field",
                "activiti-idm-initiator",
                "assignee-info-email",
                "assignee-info-firstname",
                "assignee-info-lastname",
                "user-info-email",
                "group-info-name",
            ),
            _NOTE,
        ),
    },
)
