"""Camunda 8 (`zeebe:`). Its expressions are FEEL after "=", as ours are.

Source: the Camunda 8 documentation, "BPMN coverage" and the pages of its elements; the names as in
the namespace http://camunda.org/schema/zeebe/1.0.
"""

from __future__ import annotations

from engine.bpmn.dialects import places
from engine.bpmn.dialects import zeebe_handlers as become
from engine.bpmn.dialects.construct import (
    A,
    Construct,
    Dialect,
    R,
    T,
    container,
    dropped,
    refused,
    tool_only,
    with_handler,
)
from engine.bpmn.dialects.writing import (
    PROPERTY,
    RESULT_VARIABLE,
    attribute_of_ours,
    documented,
    multi_instance,
)

NAMESPACE = "http://camunda.org/schema/zeebe/1.0"
MODELER_NAMESPACE = "http://camunda.org/schema/modeler/1.0"

_JOB_ELEMENTS = places.JOB_TASKS | places.SCRIPT_TASK | places.THROWING_EVENTS
_VERSION_TAG = refused(
    "没有版本标签",
    "There are no version tags here",
    "请用 bindingType=“deployment” 或版本号",
    "Use bindingType deployment or a version number",
)
_BINDING = with_handler(
    become.binding,
    "gov:binding",
    T,
    R,
    zh="只有 latest 和 deployment",
    en="Only latest and deployment are there",
    mend=("请改用 deployment", "Use deployment"),
)
_LISTENERS = refused(
    "没有监听器", "There are no listeners here", "请画成一个服务任务", "Draw it as a service task"
)
_FORM_BINDING = with_handler(
    become.form_binding,
    "",
    T,
    A,
    zh="总是使用最新部署的表单",
    en="The newest deployed form is always used",
)

_ATTRIBUTES: dict[str, Construct] = {
    "modelerTemplate": tool_only(),
    "modelerTemplateVersion": tool_only(),
    "modelerTemplateIcon": tool_only(),
    "retryCounter": dropped("早期属性，没有作用", "An attribute of early versions, without effect"),
}

_ELEMENTS: dict[str, Construct] = {
    "taskDefinition": container(
        {
            "@type": with_handler(
                become.job_type,
                "gov:job/@type",
                T,
                A,
                R,
                zh="脚本任务变为服务任务；消息抛出事件由本系统发出消息",
                en="A script task becomes a service task; a message throw event sends its message itself",
            ),
            "@retries": with_handler(
                become.retries,
                "gov:job/@retries",
                T,
                A,
                R,
                zh="那里数尝试次数，这里数重试次数，少一；最多 20 次",
                en="There attempts are counted, here retries: one less; at most 20",
            ),
        },
        on=_JOB_ELEMENTS,
    ),
    "taskHeaders": container(
        {
            "header": with_handler(
                become.header,
                "gov:header",
                T,
                A,
                R,
                zh="名称前加 X-；没有部门任务时保留为文档说明",
                en="The name gets an X- in front; kept as documentation where there is no job",
                absorbs=frozenset({"@id", "@key", "@value"}),
                repeats=True,
            )
        },
        on=_JOB_ELEMENTS | places.USER_TASK,
    ),
    "ioMapping": container(
        {
            "input": with_handler(
                become.input_mapping,
                "gov:input",
                T,
                A,
                R,
                zh="调用活动：只传入这些输入；嵌套目标（a.b）不支持",
                en="Call activity: only these inputs go in; nested targets (a.b) are refused",
                absorbs=frozenset({"@source", "@target"}),
                repeats=True,
            ),
            "output": with_handler(
                become.output_mapping,
                "gov:output",
                T,
                A,
                R,
                zh="调用活动：只带回这些输出；嵌套目标（a.b）不支持",
                en="Call activity: only these outputs come back; nested targets (a.b) are refused",
                absorbs=frozenset({"@source", "@target"}),
                repeats=True,
            ),
        }
    ),
    "assignmentDefinition": container(
        {
            "@assignee": with_handler(become.assignee, "gov:assignment/@assignee", T),
            "@candidateGroups": with_handler(
                become.candidate_groups,
                "gov:assignment/@roles",
                T,
                R,
                zh="角色不能由表达式算出",
                en="Roles cannot come from an expression",
                mend=(
                    "请写明角色，或用 gov:assignment 的 department 表达式",
                    "Name the roles, or use the department expression of gov:assignment",
                ),
            ),
            "@candidateUsers": refused(
                "没有候选人，只有角色和办理人",
                "There are no candidate users, only roles and an assignee",
                "请改用角色（gov:assignment roles）",
                "Use roles (gov:assignment roles)",
            ),
        },
        on=places.USER_TASK,
    ),
    "formDefinition": container(
        {
            "@formId": with_handler(
                become.form_id,
                "gov:form",
                T,
                A,
                R,
                zh="表达式不支持；发起表单保留为文档说明",
                en="Expressions are refused; a start form is kept as documentation",
                mend=("请写明表单的 id", "Give the id of a form"),
            ),
            "@formKey": with_handler(
                become.form_key,
                "gov:form",
                A,
                R,
                zh="当作表单的 id（发起表单保留为文档说明）；嵌入的表单和表达式不支持",
                en="Taken as the id of a form (a start form is kept as documentation); "
                "embedded forms and expressions are refused",
                mend=("请把表单写成 forms/*.form.json", "Write the form as forms/*.form.json"),
            ),
            "@externalReference": refused(
                "没有外部表单",
                "There are no forms of other applications here",
                "请把表单写成 forms/*.form.json",
                "Write the form as forms/*.form.json",
            ),
            "@bindingType": _FORM_BINDING,
            "@versionTag": dropped("总是使用最新部署的表单", "The newest deployed form is always used"),
        },
        on=places.USER_TASK | places.START,
    ),
    "userTask": tool_only(
        "用户任务总由本系统管理", "User tasks are always managed by this engine", on=places.USER_TASK
    ),
    "taskSchedule": container(
        {
            "@dueDate": documented(
                "只是显示的日期，保留为文档说明",
                "Only a date to show; kept as documentation",
                mend=("有期限的事项请用 gov:clock", "Use gov:clock for what has a time limit"),
            ),
            "@followUpDate": documented(),
        },
        on=places.USER_TASK,
    ),
    "priorityDefinition": container(
        {"@priority": documented()},
        on=places.USER_TASK,
    ),
    "calledDecision": container(
        {
            "@decisionId": with_handler(
                become.decision_id,
                "gov:decision",
                T,
                R,
                zh="决策不能由表达式算出",
                en="A decision cannot come from an expression",
                mend=("请写明决策的 id", "Give the id of a decision"),
            ),
            "@resultVariable": RESULT_VARIABLE,
            "@bindingType": _BINDING,
            "@versionTag": _VERSION_TAG,
        },
        on=places.BUSINESS_RULE,
    ),
    "script": container(
        {
            "@expression": with_handler(become.script, "script", T),
            "@resultVariable": RESULT_VARIABLE,
        },
        on=places.SCRIPT_TASK,
    ),
    "subscription": container(
        {"@correlationKey": with_handler(become.correlation_key, "gov:subscription/@correlationKey", T)},
        on=places.MESSAGE,
    ),
    "loopCharacteristics": container(
        {
            "@inputCollection": with_handler(
                multi_instance("collection"), "gov:multiInstance/@collection", T
            ),
            "@inputElement": with_handler(multi_instance("item"), "gov:multiInstance/@item", T),
            "@outputCollection": with_handler(
                multi_instance("outputCollection"), "gov:multiInstance/@outputCollection", T
            ),
            "@outputElement": with_handler(multi_instance("outputItem"), "gov:multiInstance/@outputItem", T),
        },
        on=places.MULTI_INSTANCE,
    ),
    "adHoc": container(
        {
            "@activeElementsCollection": with_handler(
                attribute_of_ours("activeElements"), "gov:activeElements", T
            ),
            "@outputCollection": refused(
                "即席子流程不收集结果",
                "An ad-hoc sub-process collects no results",
                "请在各活动上用 gov:output",
                "Use gov:output on its activities",
            ),
            "@outputElement": refused(
                "即席子流程不收集结果",
                "An ad-hoc sub-process collects no results",
                "请在各活动上用 gov:output",
                "Use gov:output on its activities",
            ),
        },
        on=places.AD_HOC,
    ),
    "conditionalFilter": container(
        {
            "@variableNames": dropped(
                "任何变量变化都会检查条件", "The condition is checked at every change of a variable"
            ),
            "@variableEvents": dropped(
                "任何变量变化都会检查条件", "The condition is checked at every change of a variable"
            ),
        }
    ),
    "properties": container({"property": PROPERTY}),
    "property": PROPERTY,
    "versionTag": container({"@value": documented()}),
    "executionListeners": _LISTENERS,
    "taskListeners": _LISTENERS,
    "userTaskForm": refused(
        "没有嵌入的表单",
        "There are no embedded forms here",
        "请把表单写成 forms/*.form.json",
        "Write the form as forms/*.form.json",
    ),
    "linkedResources": refused(
        "没有关联资源", "There are no linked resources here", "请放进契约", "Put it into the contract"
    ),
    "jobPriorityDefinition": dropped(
        "部门任务没有优先级", "Work for departments has no priority", absorbs=frozenset({"@priority"})
    ),
    # After the mappings, since what it means depends on whether there are any.
    "calledElement": container(
        {
            "@processId": with_handler(become.process_id, "calledElement", T),
            "@processIdExpression": with_handler(become.process_id, "calledElement", T),
            "@bindingType": _BINDING,
            "@versionTag": _VERSION_TAG,
            "@propagateAllParentVariables": with_handler(
                become.propagation("input"),
                "gov:input",
                T,
                A,
                zh="没有输入映射时传入全部变量",
                en="Without input mappings all variables go in",
                mend=("请写 gov:input", "Add a gov:input"),
            ),
            "@propagateAllChildVariables": with_handler(
                become.propagation("output"),
                "gov:output",
                T,
                A,
                zh="没有输出映射时带回全部变量",
                en="Without output mappings all variables come back",
                mend=("请写 gov:output", "Add a gov:output"),
            ),
        },
        on=places.CALL_ACTIVITY,
    ),
}

ZEEBE = Dialect("zeebe", {NAMESPACE: "zeebe"}, _ATTRIBUTES, _ELEMENTS)
MODELER = Dialect(
    "modeler",
    {MODELER_NAMESPACE: "modeler"},
    {"executionPlatform": tool_only(), "executionPlatformVersion": tool_only()},
    {},
)
