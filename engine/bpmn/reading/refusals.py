"""What of the standard stays refused: why, and what to draw instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """`zh` and `en` name the construct; the reasons and cures complete a sentence."""

    zh: str
    en: str
    why_zh: str
    why_en: str
    mend_zh: str
    mend_en: str


_CORRELATION = (
    "消息按消息上的 gov:subscription 关联，标准的相关键不起作用",
    "messages are correlated by gov:subscription on the message, and correlation properties would do nothing",
    "请删除它，并在 message 上写 <gov:subscription correlationKey=…/>",
    "Remove it and write <gov:subscription correlationKey=…/> on the message",
)
_CHOREOGRAPHY = (
    "编排描述参与方之间的约定，不归任何一方执行",
    "a choreography is an agreement between participants, which none of them runs",
    "请把各方画成流程，用消息事件往来",
    "Draw each participant as a process and let them exchange messages",
)
_STREAMING = (
    "数据只在活动开始时读入、结束时写出",
    "data is read when an activity starts and written when it completes, not in between",
    "请改用 dataInputRefs 或 dataOutputRefs",
    "Use dataInputRefs or dataOutputRefs",
)
_MISPLACED = (
    "它在这里没有可执行的含义",
    "it has no meaning here that could be executed",
    "请把它移到标准允许的位置，或删除它",
    "Move it to where the standard allows it, or remove it",
)
_BINDING = (
    "角色按名称查找，不带参数",
    "roles are looked up by their name and take no parameters",
    "请删除参数，或用 <gov:assignment department=…/> 限定部门",
    "Remove the parameters, or narrow it down with <gov:assignment department=…/>",
)

ELEMENTS: Mapping[str, Refusal] = {
    "correlationProperty": Refusal("相关属性（correlationProperty）", "correlationProperty", *_CORRELATION),
    "correlationKey": Refusal("相关键（correlationKey）", "correlationKey", *_CORRELATION),
    "correlationSubscription": Refusal(
        "相关订阅（correlationSubscription）", "correlationSubscription", *_CORRELATION
    ),
    "choreography": Refusal("编排（choreography）", "choreography", *_CHOREOGRAPHY),
    "globalChoreographyTask": Refusal(
        "全局编排任务（globalChoreographyTask）", "globalChoreographyTask", *_CHOREOGRAPHY
    ),
    "choreographyTask": Refusal("编排任务（choreographyTask）", "choreographyTask", *_CHOREOGRAPHY),
    "subChoreography": Refusal("子编排（subChoreography）", "subChoreography", *_CHOREOGRAPHY),
    "callChoreography": Refusal("调用编排（callChoreography）", "callChoreography", *_CHOREOGRAPHY),
    "implicitThrowEvent": Refusal(
        "单独的隐式抛出事件（implicitThrowEvent）",
        "implicitThrowEvent on its own",
        "它只在多实例标记里有含义",
        "it means something only within a multi-instance marker",
        "请改用 intermediateThrowEvent",
        "Use an intermediateThrowEvent",
    ),
    "import": Refusal(
        "引入另一个 BPMN 文件（import）",
        "import of another BPMN file",
        "文件各自部署，互不读取",
        "files are deployed each by itself and do not read one another",
        "请删除 import，并把两个文件一起部署：调用活动按流程 id 找到它",
        "Remove the import and deploy both files together: call activities find a process by its id",
    ),
    "resourceRole": Refusal(
        "一般资源角色（resourceRole）",
        "a plain resourceRole",
        "它没有说明该资源是否办理任务",
        "it does not say whether the resource does the work",
        "请改用 potentialOwner（候选办理人）或 humanPerformer（办理人）",
        "Use potentialOwner (who may do it) or humanPerformer (who does it)",
    ),
    "resourceParameterBinding": Refusal(
        "资源参数（resourceParameterBinding）", "resourceParameterBinding", *_BINDING
    ),
    "whileExecutingInputRefs": Refusal(
        "执行中读入的数据（whileExecutingInputRefs）", "whileExecutingInputRefs", *_STREAMING
    ),
    "whileExecutingOutputRefs": Refusal(
        "执行中写出的数据（whileExecutingOutputRefs）", "whileExecutingOutputRefs", *_STREAMING
    ),
}
"""By local name, wherever they stand."""

ATTRIBUTES: Mapping[str, Refusal] = {
    "isImmediate": Refusal(
        "isImmediate=“false”的顺序流",
        'a sequence flow with isImmediate="false"',
        "可执行流程的两个节点之间不能插入未画出的活动",
        "in an executable process nothing that is not drawn may happen between two nodes",
        "请删除 isImmediate",
        "Remove isImmediate",
    ),
    "implementation": Refusal(
        "由 implementation 指定的技术",
        "a technology named by implementation",
        "工作由 gov:job、表单或决策完成",
        "the work is done by gov:job, a form or a decision",
        "请删除 implementation；服务任务请写 <gov:job type=…/>",
        "Remove implementation; on a service task write <gov:job type=…/>",
    ),
    "mustUnderstand": Refusal(
        "必须理解的扩展（mustUnderstand=“true”）",
        'an extension with mustUnderstand="true"',
        "引擎不认识该扩展的定义",
        "the engine does not know the definition of that extension",
        "请删除该声明，改用 gov: 扩展",
        "Remove the declaration and use gov: extensions",
    ),
    "method": Refusal(
        "这种事务方法（method）",
        "this transaction method",
        "事务取消时只能通过补偿撤销（##Compensate）",
        "a transaction is undone by compensation only (##Compensate)",
        "请删除 method，并为要撤销的活动画补偿处理",
        "Remove method and draw compensation handlers for what is to be undone",
    ),
    "triggeredByEvent": Refusal(
        "由事件触发的事务或即席子流程（triggeredByEvent）",
        "triggeredByEvent on a transaction or ad-hoc sub-process",
        "只有普通子流程可以由事件触发",
        "only a plain sub-process can be triggered by an event",
        "请在普通的事件子流程里放入该事务或即席子流程",
        "Put the transaction or ad-hoc sub-process into a plain event sub-process",
    ),
}
"""By the attribute that has another value than the accepted ones."""


def of_element(local: str) -> Refusal:
    return ELEMENTS.get(local) or Refusal(f"元素 {local}", f"the element {local}", *_MISPLACED)


def of_attribute(local: str, value: str | None) -> Refusal:
    """`value` is None if the attribute as such is refused."""
    known = ATTRIBUTES.get(local)
    if known is not None and value is not None:
        return known
    return Refusal(f"属性 {local}", f"the attribute {local}", *_MISPLACED)
