"""What each finding about a BPMN file means, in Chinese and English, in the order of the catalogue.

An id never changes once it is here. The page docs/reference/findings.md says the same.
"""

from __future__ import annotations

from collections.abc import Mapping

Meanings = Mapping[str, tuple[str, str]]

XML: Meanings = {
    "xml-too-large": ("超过 2 MiB", "over 2 MiB"),
    "xml-too-complex": (
        "超过 64 层、20,000 个元素，或某个元素的属性超过 256 个",
        "over 64 levels, 20,000 elements, or 256 attributes on one",
    ),
    "xml-not-well-formed": ("不是合法的 XML", "no XML"),
    "xml-doctype": ("含有 DOCTYPE，请删除", "has a DOCTYPE: remove it"),
}

READING: Meanings = {
    "not-bpmn": ("根元素不是 BPMN 2.0 的 definitions", "the root is no BPMN 2.0 `definitions`"),
    "xsd": ("不符合标准自带的 XSD", "against the standard's own schema"),
    "not-supported-yet": (
        "标准里有，但不执行；结果里写明原因和改法",
        "good BPMN that is not run; the finding says why, and what to draw instead",
    ),
    "unknown-extension": (
        "此处无意义的扩展：写错的 gov:，或别的引擎的扩展",
        "an extension that means nothing here: a misspelled `gov:`, or another engine's",
    ),
    "extension-without-effect": ("放在不起作用之处的扩展", "one of ours at a place where it does nothing"),
    "extension-incomplete": (
        "gov: 元素或属性为空，或缺少内容",
        "a `gov:` element or attribute is empty or lacks something",
    ),
    "extension-invalid-value": ("值的形式不对", "a value of another form"),
    "extension-duplicate": ("只能出现一次的出现了两次", "one that may stand once stands twice"),
    "attribute-value": ("标准属性的值不允许", "a value that an attribute of the standard cannot have"),
    "attribute-without-effect": ("标准属性在此不起作用", "an attribute of the standard changes nothing here"),
    "missing-id": ("元素没有 id", "an element without id"),
    "unknown-prefix": ("引用里的前缀没有声明", "a reference with an undeclared prefix"),
    "not-feel": ("别的表达式或脚本语言", "another expression or script language"),
    "empty-expression": ("表达式是空的", "an expression without text"),
    "flow-mismatch": (
        "incoming 或 outgoing 与顺序流矛盾",
        "`incoming` or `outgoing` contradicts the sequence flows",
    ),
    "event-without-definition": (
        "捕获或边界事件没有等待的对象",
        "a catch or boundary event that waits for nothing",
    ),
    "event-not-allowed-here": ("标准不允许此处有该事件", "an event the standard does not allow there"),
    "timer-without-expression": ("定时器没有时间", "a timer without a time"),
    "message-ref-missing": (
        "消息事件、发送或接收任务没有指明消息",
        "a message event, send or receive task without its message",
    ),
    "signal-ref-missing": ("信号事件没有指明信号", "a signal event without its signal"),
    "link-mismatch": (
        "source 或 target 与链接名称矛盾",
        "`source` or `target` of a link contradicts its name",
    ),
    "several-compensation-handlers": (
        "补偿事件连到几个活动",
        "a compensation event that leads to several activities",
    ),
    "complex-behavior-without-event": (
        "complexBehaviorDefinition 没有写抛出什么",
        "a `complexBehaviorDefinition` that throws nothing",
    ),
    "data-name": ("数据的名称不能作变量名", "data whose name cannot be a variable"),
    "data-name-duplicate": ("同一处有两个同名数据", "two data of one name at one place"),
    "data-association": ("无法执行的数据关联", "a data association that cannot be done"),
    "data-store-is-a-reference": (
        "数据存储只是引用，引擎不读写",
        "a data store is only named: the engine neither reads nor writes it",
    ),
    "operation-is-a-reference": ("operation 只是引用，不会被调用", "an operation is only named, not called"),
    "resource-role-without-effect": ("资源角色在此不起作用", "a resource role that assigns nobody here"),
    "process-not-executable": ("未标为可执行，不会运行", "not marked executable, so it will not run"),
    "too-many-findings": (
        "一个文件超过 500 个问题，其余未列",
        "more than 500 in a file; the rest is not listed",
    ),
}

STRUCTURE: Meanings = {
    "too-many-nodes": ("一个流程超过 300 个节点", "over 300 flow nodes in a process"),
    "nested-too-deep": ("子流程超过 20 层", "sub-processes over 20 deep"),
    "no-executable-process": ("文件里没有可运行的流程", "nothing in the file can run"),
    "duplicate-id": ("同一 id 用了两次", "an id used twice"),
    "dangling-reference": ("引用的东西不存在", "a reference to nothing"),
    "flow-crosses-border": ("顺序流跨越子流程边界", "a sequence flow over the border of a sub-process"),
}

STARTS: Meanings = {
    "start-event": (
        "没有可开始之处，或有几个空开始事件",
        "nothing to begin with, or several none start events",
    ),
    "implicit-start": (
        "没有开始事件，从没有流入的节点开始",
        "no start event: it begins where no flow leads to",
    ),
    "sub-process-start": ("子流程的开始事件在等待", "a sub-process whose start waits for something"),
    "conditional-start": (
        "以条件启动流程，没有数据可判断",
        "a process started by a condition, with no data to ask",
    ),
    "duplicate-message-start": ("一个消息有几个开始事件", "a message with several start events"),
    "duplicate-signal-start": ("一个信号有几个开始事件", "a signal with several start events"),
    "event-sub-process-start": (
        "事件子流程应恰好有一个开始事件",
        "an event sub-process without exactly one start event",
    ),
    "instantiate": (
        "instantiate 与流入、子流程或开始事件冲突",
        "`instantiate` behind a flow, in a sub-process or beside a start event",
    ),
    "no-end-event": ("没有结束事件", "no end event"),
    "incoming-to-start": ("顺序流进入开始或边界事件", "a flow into a start or boundary event"),
    "outgoing-from-end": ("顺序流离开结束事件", "a flow out of an end event"),
    "event-sub-process-flow": ("事件子流程上有顺序流", "a sequence flow at an event sub-process"),
    "ad-hoc-content": (
        "即席子流程里有开始或结束事件，或没有活动",
        "an ad-hoc sub-process with start or end events, or without activities",
    ),
    "ad-hoc-without-choice": (
        "没有说明谁选择下一个活动",
        "an ad-hoc sub-process that does not say who chooses the next activity",
    ),
}

EVENTS: Meanings = {
    "boundary-not-attached": ("边界事件没有附着在活动上", "a boundary event on nothing"),
    "multiple-event": ("几个事件不能放在一起", "events that cannot be together in one"),
    "error-boundary-not-interrupting": ("错误和取消总会中断", "errors and cancelling always interrupt"),
    "event-sub-process-not-interrupting": (
        "错误或补偿的事件子流程总会中断",
        "an error or compensation event sub-process always interrupts",
    ),
    "duplicate-error-boundary": ("同一错误代码的第二个捕获者", "a second catcher of one error code"),
    "duplicate-escalation-boundary": (
        "同一升级代码的第二个捕获者",
        "a second catcher of one escalation code",
    ),
    "cancel-outside-transaction": ("取消事件不在事务上", "a cancel event outside a transaction"),
    "cancel-not-caught": (
        "事务会取消，但没有取消边界事件",
        "a transaction that cancels without a cancel boundary event",
    ),
    "link-name": ("链接事件没有名称", "a link event without name"),
    "link-without-catch": ("链接没有接收端", "a link that leads nowhere on its level"),
    "duplicate-link-catch": ("同名链接有几个接收端", "several catch events of one link"),
    "link-flow": ("顺序流进入链接接收端或离开抛出端", "a flow into a catching or out of a throwing link"),
    "cycle-without-effect": ("只触发一次之处用了循环时间", "a cycle where a timer fires once"),
    "event-gateway-target": (
        "事件网关之后的节点不等待、另有流入或附有边界事件",
        "behind an event-based gateway stands something that does not wait, has another incoming flow, "
        "or carries a boundary event",
    ),
    "event-gateway-mixed": (
        "接收任务与消息捕获事件混用",
        "receive tasks and message catch events behind one gateway",
    ),
    "event-gateway-single-branch": ("只有一条分支", "one branch only"),
    "event-gateway-same-message": ("两条分支等待同一消息", "two branches wait for one message"),
    "event-gateway-parallel": (
        "并行事件网关不启动流程，或等待时间、条件",
        "a parallel one that does not start the process, or waits for a time or condition",
    ),
    "activation-condition-missing": ("复杂汇聚没有放行条件", "a complex join without `activationCondition`"),
}

COMPENSATION: Meanings = {
    "compensation-flow": (
        "补偿活动或补偿边界事件上有顺序流",
        "a sequence flow at a compensation activity or event",
    ),
    "compensation-handler-missing": (
        "补偿边界事件没有连到补偿活动",
        "a compensation event that leads to no activity",
    ),
    "compensation-handler-unused": (
        "没有补偿事件连到该补偿活动",
        "a compensation activity to which no event leads",
    ),
    "duplicate-compensation-handler": ("同一活动的第二个补偿处理", "a second handler of one activity"),
    "compensation-sub-process-place": (
        "补偿事件子流程不在子流程里",
        "a compensation event sub-process outside a sub-process",
    ),
    "compensation-activity": (
        "要补偿的活动不在同一层，或没有补偿处理",
        "compensates an activity of another level, or one that has no handler",
    ),
    "compensation-without-effect": ("同一层没有可补偿的活动", "nothing on its level can be compensated"),
}

CONDITIONS: Meanings = {
    "condition-missing": ("分支既没有条件也不是默认", "a branch with neither condition nor default"),
    "no-default-flow": ("条件都不成立时办件停住", "if no condition holds, the case stops there"),
    "condition-on-default-flow": ("默认分支上的条件不会被判断", "it would never be asked"),
    "condition-without-effect": ("不会被判断之处的条件", "a condition where none is asked"),
    "default-always-taken": (
        "没有带条件的分支，默认总会走",
        "a default flow beside no condition is always taken",
    ),
}

PATHS: Meanings = {
    "unreachable-node": ("没有路到那里", "no way leads there"),
    "dead-end": ("路径没有结束事件就断了", "a path ends without an end event"),
    "starving-join": (
        "并行汇聚永远等不齐：排他的分支，或先要汇聚才会来",
        "a parallel join that would wait for ever: its branches exclude each other, or come only after it",
    ),
    "join-may-starve": (
        "并行汇聚的分支可能不走",
        "a parallel join of branches that need not all be taken",
    ),
    "starving-activity": ("startQuantity 等不到那么多令牌", "`startQuantity` awaits more tokens than come"),
    "endless-loop": ("循环里既不等待也没有条件", "a loop with neither a step that waits nor a condition"),
    "loop-without-wait": ("只有条件变化才停的循环", "a loop that rests only when its condition changes"),
}

ELEMENTS: Meanings = {
    "message-name": ("消息没有名称，或名称重复", "a message without name, or a name used by two"),
    "signal-name": ("信号没有名称，或名称重复", "a signal without name, or a name used by two"),
    "error-without-code": (
        "错误没有代码，或结束事件没有错误",
        "an error without `errorCode`, or an end event without error",
    ),
    "escalation-code": (
        "升级没有代码或代码重复，或抛出时没有指明",
        "an escalation without `escalationCode`, a code used by two, or a throw event without escalation",
    ),
    "service-task-without-job": ("没有说明由哪个部门接口完成", "does not say which department call does it"),
    "business-rule-without-decision": (
        "应写 gov:decision 或 gov:job 其中之一",
        "needs either `gov:decision` or `gov:job`",
    ),
    "script-missing": ("脚本任务没有脚本", "a script task without script"),
    "called-element-missing": ("调用活动没有被调用的流程", "a call activity without `calledElement`"),
    "boundary-never-fires": ("所附活动瞬间完成", "on an activity that completes at once"),
    "loop-not-on-activity": ("循环标记不在可重复的活动上", "a loop marker on what cannot be repeated"),
    "loop-without-end": ("循环没有条件也没有上限", "a standard loop with neither condition nor maximum"),
    "multi-instance-count": ("次数与集合应写其一", "a multi-instance needs either a number or a collection"),
    "multi-instance-item": ("条目或结果缺少另一半", "an item without collection, or half of an output"),
    "multi-instance-behavior": (
        "behavior 与所写的事件不符",
        "the `behavior` of a multi-instance does not fit the events it names",
    ),
}

EXPRESSIONS: Meanings = {
    "feel-syntax": ("表达式不是 FEEL", "an expression is not FEEL"),
    "timer-literal": ("时间不是 ISO 8601", "a time is not ISO 8601"),
    "four-eyes": (
        "fourEyes 写的不是同一流程的另一个用户任务",
        "`fourEyes` names no other user task of the process",
    ),
    "clock-kind": ("不认识的计时类型", "unknown kind"),
    "job-retries": ("不在 0 至 20", "outside 0 to 20"),
    "variable-name": ("不能作变量名", "cannot name a variable"),
    "duplicate-mapping": ("同一变量映射了两次", "a variable mapped twice"),
    "unassigned-user-task": ("没有写由谁办理，谁都可以办", "anybody may do it"),
}

DEPLOYMENT: Meanings = {
    "unknown-process": (
        "被调用的流程或其版本不存在",
        "a called process, or the version it is bound to, that is not there",
    ),
    "unknown-decision": ("决策或其版本不存在", "decision, or the version it is bound to"),
    "unknown-form": ("表单不存在", "form"),
    "unknown-job-type": ("部门接口不存在", "job type"),
    "unknown-limit": ("时限不存在", "limit"),
    "unknown-ladder": ("升级阶梯不存在", "ladder"),
    "unknown-role": (
        "没有人有该角色（组织文件在场景包里时才查）",
        "a role nobody has (asked if the package has an organisation)",
    ),
    "duplicate-process": ("两个文件定义同一流程", "two files define one process"),
    "called-process-start": ("被调用的流程只能由事件启动", "a called process that only begins by events"),
    "endless-call-cycle": (
        "流程每次运行都会再次调用自己",
        "processes that call each other in every run: it never ends",
    ),
    "call-cycle": ("流程有条件地互相调用", "processes that call each other by a condition"),
}

MEANINGS: Meanings = {
    **XML,
    **READING,
    **STRUCTURE,
    **STARTS,
    **EVENTS,
    **COMPENSATION,
    **CONDITIONS,
    **PATHS,
    **ELEMENTS,
    **EXPRESSIONS,
    **DEPLOYMENT,
}

WARNINGS = frozenset(
    {
        "attribute-without-effect",
        "data-store-is-a-reference",
        "operation-is-a-reference",
        "process-not-executable",
        "implicit-start",
        "event-gateway-single-branch",
        "event-gateway-same-message",
        "compensation-without-effect",
        "no-default-flow",
        "default-always-taken",
        "dead-end",
        "join-may-starve",
        "loop-without-wait",
        "unassigned-user-task",
        "call-cycle",
    }
)
"""These let a file in; all others keep it out."""
