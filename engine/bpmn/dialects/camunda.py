"""Camunda 7 (`camunda:`) and Operaton (`operaton:`), whose words are the same; expressions are JUEL.

Source: the Camunda 7 manual, "BPMN 2.0 extension attributes and elements".
"""

from __future__ import annotations

from engine.bpmn.dialects import camunda_handlers as become
from engine.bpmn.dialects import places
from engine.bpmn.dialects.camunda_parameters import input_parameter, output_parameter
from engine.bpmn.dialects.construct import (
    A,
    Construct,
    Dialect,
    R,
    T,
    Texts,
    container,
    dropped,
    refused,
    tool_only,
    with_handler,
)
from engine.bpmn.dialects.writing import PROPERTY, documented

CAMUNDA_NAMESPACE = "http://camunda.org/schema/1.0/bpmn"
OPERATON_NAMESPACE = "http://operaton.org/schema/1.0/bpmn"

_MESSAGE_DEFINITION = frozenset({"messageEventDefinition"})
_SERVICE = places.JOB_TASKS | _MESSAGE_DEFINITION
_FORMS = places.USER_TASK | places.START
_RESULTS = places.JOB_TASKS | places.SCRIPT_TASK | _MESSAGE_DEFINITION
_TO_JOB = (
    "请改为部门任务（gov:job）并写契约",
    "Make it work for a department (gov:job) and write its contract",
)
_TO_FORM = ("请把表单写成 forms/*.form.json", "Write the form as forms/*.form.json")
_FIXED = ("请写固定的值", "Write a fixed value")

CODE = refused("不执行 Java 代码", "Java code is not run", *_TO_JOB)
LISTENER = refused(
    "没有监听器", "There are no listeners here", "请画成一个任务", "Draw it as a task", repeats=True
)
DURABLE = dropped("每一步都已落库，不必另设", "Every step is stored anyway")
_TENANT = refused("没有租户", "There are no tenants here", "请删除它", "Remove it")
_CASE_MODEL = refused(
    "没有 CMMN", "There is no CMMN here", "请改用流程", "Use a process", on=places.CALL_ACTIVITY
)
_STARTERS = refused(
    "谁可发起由角色和渠道决定", "Who may start a case is decided by roles and channels",
    "请在机构设置中授权，然后删除它", "Grant it in the organisation, then remove it", on=places.PROCESS,
)  # fmt: skip
_VERSIONS: Texts = {
    "zh": "版本号是本系统的版本号，与原系统的不同",
    "en": "The number is that of a version deployed here, not of one in the other engine",
    "mend": ("请核对版本号", "Check the number"),
}
_BINDINGS: Texts = {
    "zh": "只有 latest、deployment 和版本号",
    "en": "Only latest, deployment and a version number are there",
    "mend": ("请改用 deployment", "Use deployment"),
}

# What Flowable and Activiti have too. `type` is there before `topic`, which makes the job.
SHARED_ATTRIBUTES: dict[str, Construct] = {
    "assignee": with_handler(
        become.assignee, "gov:assignment/@assignee", T, A, R, on=places.USER_TASK,
        zh="不能转换的表达式", en="An expression that cannot be translated",
    ),
    "candidateGroups": with_handler(
        become.candidate_groups, "gov:assignment/@roles", T, R, on=places.USER_TASK,
        zh="角色不能由表达式算出", en="Roles cannot come from an expression",
        mend=("请写明角色，或用 gov:assignment 的 department 表达式",
              "Name the roles, or use the department expression of gov:assignment"),
    ),
    "candidateUsers": refused(
        "没有候选人，只有角色和办理人", "There are no candidate users, only roles and an assignee",
        "请改用角色（gov:assignment roles）", "Use roles (gov:assignment roles)", on=places.USER_TASK,
    ),
    "dueDate": documented(
        "只是显示的日期，保留为文档说明", "Only a date to show; kept as documentation",
        mend=("有期限的事项请用 gov:clock", "Use gov:clock for what has a time limit"), on=places.USER_TASK,
    ),
    "priority": documented(on=places.USER_TASK),
    "formKey": with_handler(
        become.form_key, "gov:form", A, R, on=_FORMS,
        zh="当作表单的 id（发起表单保留为文档说明）；路径和表达式不支持",
        en="Taken as the id of a form (a start form is kept as documentation); "
        "paths and expressions are refused",
        mend=_TO_FORM,
    ),
    "formHandlerClass": CODE,
    "type": with_handler(
        become.job_kind, "gov:job", T, R, on=_SERVICE,
        zh="只有外部任务有对应物", en="Only an external task has a counterpart", mend=_TO_JOB,
    ),
    "topic": with_handler(
        become.topic, "gov:job/@type", T, A, R, on=_SERVICE,
        zh="消息抛出事件由本系统发出消息", en="A message throw event sends its message itself",
    ),
    "class": CODE,
    "delegateExpression": CODE,
    "expression": CODE,
    "resultVariable": with_handler(
        become.result_variable, "gov:result", T, A, R, on=_RESULTS,
        zh="决策得到的是值本身，而不是结果列表", en="A decision gives its value itself, not a list of results",
    ),
    "initiator": refused(
        "没有保存发起人的变量", "No variable takes who started the case",
        "请由发起时的数据给出", "Let the data that start the case bring it", on=places.START,
    ),
    "candidateStarterGroups": _STARTERS,
    "candidateStarterUsers": _STARTERS,
    "async": DURABLE,
    "exclusive": DURABLE,
    "collection": with_handler(
        become.collection, "gov:multiInstance/@collection", T, A, R, on=places.MULTI_INSTANCE,
        zh="不能转换的表达式", en="An expression that cannot be translated",
    ),
    "elementVariable": with_handler(
        become.element_variable, "gov:multiInstance/@item", T, R, on=places.MULTI_INSTANCE,
        zh="须为变量名", en="Must be the name of a variable",
    ),
    "errorCodeVariable": with_handler(
        become.caught("caughtCode"), "gov:caughtCode", T, R, on=frozenset({"errorEventDefinition"}),
        zh="只在捕获错误处有作用", en="It has an effect only where an error is caught",
        mend=("请删除它", "Remove it"),
    ),
    "errorMessageVariable": with_handler(
        become.caught("caughtMessage"), "gov:caughtMessage", T, R, on=frozenset({"errorEventDefinition"}),
        zh="只在捕获错误处有作用", en="It has an effect only where an error is caught",
        mend=("请删除它", "Remove it"),
    ),
    "escalationCodeVariable": with_handler(
        become.caught("caughtCode"), "gov:caughtCode", T, R, on=frozenset({"escalationEventDefinition"}),
        zh="只在捕获升级处有作用", en="It has an effect only where an escalation is caught",
        mend=("请删除它", "Remove it"),
    ),
}  # fmt: skip

_IN_OUT = frozenset(
    {
        "@source",
        "@sourceExpression",
        "@target",
        "@targetExpression",
        "@businessKey",
        "@local",
        "@variables",
    }
)
_PASSED: Texts = {
    "zh": "businessKey：办件编号自然相同；local：不区分局部；variables=“all” 不能与逐个列出并用",
    "en": "businessKey: the case number is the same anyway; local: not kept local; "
    'variables="all" cannot stand beside single ones',
    "mend": ("请逐个列出变量", "List the variables one by one"),
}
SHARED_ELEMENTS: dict[str, Construct] = {
    "in": with_handler(
        become.passed_in, "gov:input", T, A, R, **_PASSED,
        on=places.CALL_ACTIVITY | {"signalEventDefinition"}, absorbs=_IN_OUT, repeats=True,
    ),
    "out": with_handler(
        become.passed_out, "gov:output", T, A, R, **_PASSED,
        on=places.CALL_ACTIVITY | {"signalEventDefinition"}, absorbs=_IN_OUT, repeats=True,
    ),
    "failedJobRetryTimeCycle": with_handler(
        become.retry_cycle, "gov:job/@retries", A, absorbs=frozenset({"text()"}),
        zh="次数照搬，间隔由本系统决定（逐次加倍）",
        en="The number is kept; the pauses are the engine's own, ever longer",
    ),
    "executionListener": LISTENER,
    "taskListener": LISTENER,
    "field": refused("它是给 Java 代码的", "It is meant for Java code", *_TO_JOB, repeats=True),
    "formProperty": refused("没有嵌入的表单", "There are no embedded forms here", *_TO_FORM, repeats=True),
    "formData": refused("没有嵌入的表单", "There are no embedded forms here", *_TO_FORM),
    "potentialStarter": _STARTERS,
    "properties": container({"property": PROPERTY}),
    "property": PROPERTY,
}  # fmt: skip

ABSENCES: dict[str, Construct] = {
    "callActivity without in": Construct(
        (A,), "gov:input",
        "那里不写就什么也不传入；这里传入全部变量", "There nothing goes in then; here all variables do",
        "请写 gov:input", "Add a gov:input",
    ),
    "callActivity without out": Construct(
        (A,), "gov:output",
        "那里不写就什么也不带回；这里带回全部变量", "There nothing comes back then; here all variables do",
        "请写 gov:output", "Add a gov:output",
    ),
    "decisionRef without resultVariable": Construct(
        (A,), "gov:result",
        "结果写入变量 decisionResult（值本身，不是列表）",
        "The result goes into the variable decisionResult (the value itself, not a list)",
    ),
}  # fmt: skip

_ATTRIBUTES: dict[str, Construct] = {
    **SHARED_ATTRIBUTES,
    "followUpDate": documented(on=places.USER_TASK),
    "formRef": with_handler(
        become.form_ref, "gov:form", T, A, R, on=_FORMS,
        zh="发起表单保留为文档说明；表达式不支持",
        en="A start form is kept as documentation; expressions are refused", mend=_TO_FORM,
    ),
    "formRefBinding": with_handler(
        become.form_binding, "", T, A, on=_FORMS,
        zh="总是使用最新部署的表单", en="The newest deployed form is always used",
    ),
    "formRefVersion": dropped("总是使用最新部署的表单", "The newest deployed form is always used", on=_FORMS),
    "decisionRef": with_handler(
        become.literal_attribute("decision"), "gov:decision", T, R, on=places.BUSINESS_RULE,
        zh="决策不能由表达式算出", en="A decision cannot come from an expression", mend=_FIXED,
    ),
    "decisionRefBinding": with_handler(
        become.binding("decisionRefVersion"), "gov:binding", T, R, on=places.BUSINESS_RULE, **_BINDINGS
    ),
    "decisionRefVersion": with_handler(
        become.version("decisionRefBinding"), "gov:binding", T, A, R, on=places.BUSINESS_RULE, **_VERSIONS
    ),
    "decisionRefTenantId": _TENANT,
    "mapDecisionResult": with_handler(
        become.decision_result, "gov:result", T, A, on=places.BUSINESS_RULE,
        zh="决策得到的是它按命中策略给出的值，不另行整理",
        en="A decision gives the value of its hit policy, which is not arranged anew",
        mend=("请核对使用结果的表达式", "Check the expressions that use the result"),
    ),
    "resource": refused(
        "脚本和表达式须写在文件中", "Scripts and expressions must be in the file",
        "请写进文件，用 FEEL", "Write it into the file, in FEEL",
    ),
    "calledElementBinding": with_handler(
        become.binding("calledElementVersion"), "gov:binding", T, R, on=places.CALL_ACTIVITY, **_BINDINGS
    ),
    "calledElementVersion": with_handler(
        become.version("calledElementBinding"), "gov:binding", T, A, R, on=places.CALL_ACTIVITY, **_VERSIONS
    ),
    "calledElementVersionTag": refused(
        "没有版本标签", "There are no version tags here",
        "请用 deployment 或版本号", "Use deployment or a version number", on=places.CALL_ACTIVITY,
    ),
    "calledElementTenantId": _TENANT,
    "caseRef": _CASE_MODEL,
    "caseBinding": _CASE_MODEL,
    "caseVersion": _CASE_MODEL,
    "caseTenantId": _CASE_MODEL,
    "variableMappingClass": CODE,
    "variableMappingDelegateExpression": CODE,
    "asyncBefore": DURABLE,
    "asyncAfter": DURABLE,
    "jobPriority": dropped("作业没有优先级", "Jobs have no priority"),
    "taskPriority": dropped("作业没有优先级", "Jobs have no priority"),
    "historyTimeToLive": dropped(
        "历史不自动删除", "The history is not deleted by itself", on=places.PROCESS
    ),
    "versionTag": documented(on=places.PROCESS),
    "isStartableInTasklist": dropped(
        "谁可发起由角色和渠道决定", "Who may start a case is decided by roles and channels", on=places.PROCESS
    ),
    "errorMessage": documented(on=frozenset({"error"})),
    "variableName": dropped(
        "任何变量变化都会检查条件", "The condition is checked at every change of a variable",
        on=frozenset({"conditionalEventDefinition"}),
    ),
    "variableEvents": dropped(
        "任何变量变化都会检查条件", "The condition is checked at every change of a variable",
        on=frozenset({"conditionalEventDefinition"}),
    ),
    "modelerTemplate": tool_only(),
    "modelerTemplateVersion": tool_only(),
    "modelerTemplateIcon": tool_only(),
    "diagramRelationId": tool_only(),
}  # fmt: skip

_PARAMETERS = {
    "inputParameter": with_handler(
        input_parameter, "gov:input", T, A, R,
        absorbs=frozenset({"@name", "text()", "list", "map", "script"}), repeats=True,
        zh="文字、列表、映射和 FEEL、JUEL 脚本可以；其他脚本不行",
        en="Texts, lists, maps and scripts in FEEL or JUEL; other scripts are refused",
    ),
    "outputParameter": with_handler(
        output_parameter, "gov:output", A, R,
        absorbs=frozenset({"@name", "text()", "list", "map", "script"}), repeats=True,
        zh="只带回映射的输出，不再带回其余结果", en="What is mapped comes back, and no other results",
    ),
}  # fmt: skip
_ELEMENTS: dict[str, Construct] = {
    # First, since it makes the job.
    "connector": container(
        {
            "connectorId": with_handler(
                become.connector_id, "gov:job/@type", A, R, absorbs=frozenset({"text()"}),
                zh="成为部门任务，作业类型为连接器的 id，须有契约",
                en="Becomes work for a department whose job type is the connector's id; it needs a contract",
                mend=("请为这个作业类型写契约", "Write a contract for this job type"),
            ),
            "inputOutput": container(_PARAMETERS),
        },
        on=_SERVICE,
    ),
    **SHARED_ELEMENTS,
    "inputOutput": container(_PARAMETERS),
    "errorEventDefinition": refused(
        "外部任务的错误由契约说明", "Which answer is an error is said by the contract",
        "请在契约中写明错误代码", "Name the error codes in the contract", repeats=True,
    ),
    "script": refused("没有监听器脚本", "There are no scripts of listeners here", *_TO_JOB),
}  # fmt: skip

CAMUNDA = Dialect(
    "camunda",
    {CAMUNDA_NAMESPACE: "camunda", OPERATON_NAMESPACE: "operaton"},
    _ATTRIBUTES,
    _ELEMENTS,
    before={
        "callActivity": (become.call_without_mappings,),
        "businessRuleTask": (become.decision_without_result,),
    },
    absences=ABSENCES,
)
