"""The kinds of things that SpiffWorkflow 3.2.0 gets wrong, each found by experiment.

`docs/reference/portability.md` lists them; `engine.spiff.lacks` finds them.
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_ROW = 150
"""Nodes one behind the other in a scope: SpiffWorkflow parses them recursively."""


@dataclass(frozen=True, slots=True)
class Construct:
    """A kind of thing that SpiffWorkflow lacks: what it is, and what becomes of it there."""

    key: str
    zh: str
    en: str


TRANSACTION = Construct(
    "transaction",
    "是事务子流程：SpiffWorkflow 取消时不做补偿",
    "is a transaction: SpiffWorkflow cancels it without compensating anything",
)
AD_HOC = Construct(
    "ad-hoc",
    "是特设子流程：SpiffWorkflow 不支持顺序执行，也不支持由人选择活动",
    "is an ad-hoc sub-process: SpiffWorkflow has no sequential ordering, and nobody chooses what begins",
)
EVENT_SUB_PROCESS = Construct(
    "event-sub-process",
    "是事件子流程：SpiffWorkflow 不理会 isInterrupting",
    "is an event sub-process: SpiffWorkflow does not look at isInterrupting",
)
COMPLEX_GATEWAY = Construct(
    "complex-gateway", "是复杂网关：SpiffWorkflow 不认识", "is a complex gateway: SpiffWorkflow has none"
)
STANDARD_LOOP = Construct(
    "standard-loop",
    "是循环活动：SpiffWorkflow 按自己的数据副本计算循环条件",
    "is a looping activity: SpiffWorkflow evaluates its condition over copies of the data of its own",
)
MULTI_INSTANCE = Construct(
    "multi-instance",
    "是多实例活动：SpiffWorkflow 没有行为事件、实例计数变量，也不读我们的集合表达式",
    "is a multi-instance activity: SpiffWorkflow has no behaviour events, no instance counts and reads"
    " variables where the standard has expressions",
)
QUANTITY = Construct(
    "quantity",
    "有 startQuantity 或 completionQuantity：SpiffWorkflow 不理会",
    "has a startQuantity or completionQuantity: SpiffWorkflow ignores it",
)
MULTIPLE = Construct(
    "multiple-event",
    "是多重事件：SpiffWorkflow 只在捕获时认识，且不分来源",
    "is a multiple event: SpiffWorkflow throws the first definition only",
)
SIGNAL = Construct(
    "signal",
    "用信号：SpiffWorkflow 不理会信号结束事件，信号也不到达其他实例",
    "uses a signal: SpiffWorkflow ignores signal end events, and no other instance gets one",
)
ESCALATION = Construct(
    "escalation",
    "用升级事件：SpiffWorkflow 也会触发相邻活动的边界事件",
    "uses an escalation: SpiffWorkflow also triggers the boundary events of neighbours",
)
CONDITIONAL = Construct(
    "conditional",
    "是条件事件：SpiffWorkflow 看不到数据的变化",
    "is a conditional event: SpiffWorkflow does not see data change",
)
LINK = Construct("link", "是链接事件：SpiffWorkflow 不理会", "is a link event: SpiffWorkflow ignores it")
CANCEL = Construct(
    "cancel",
    "是取消事件：SpiffWorkflow 取消时不做补偿",
    "is a cancel event: SpiffWorkflow cancels without compensating anything",
)
COMPENSATION = Construct(
    "compensation",
    "属于补偿：SpiffWorkflow 不理会",
    "belongs to compensation: SpiffWorkflow ignores it",
)
SEVERAL_FLOWS = Construct(
    "several-outgoing-flows",
    "不是网关却有多条出线：SpiffWorkflow 拒绝解析",
    "is no gateway and has several outgoing flows: SpiffWorkflow refuses to parse it",
)
ACTIVITY_CONDITION = Construct(
    "condition-outside-gateway",
    "的出线有条件：SpiffWorkflow 只看排他和包容网关的条件",
    "has a condition on an outgoing flow: SpiffWorkflow looks at those of exclusive and inclusive gateways only",
)
NO_CONDITION = Construct(
    "flow-without-condition",
    "的出线既无条件又非默认：SpiffWorkflow 拒绝解析",
    "has a flow without condition that is not its default: SpiffWorkflow refuses to parse it",
)
TWIN_FLOWS = Construct(
    "twin-flows",
    "有两条出线通向同一节点：SpiffWorkflow 只走一条",
    "has two flows to the same node: SpiffWorkflow takes one of them",
)
NO_START = Construct(
    "no-start-event",
    "没有无触发的开始事件：SpiffWorkflow 拒绝解析",
    "has no start event: SpiffWorkflow refuses to parse it",
)
IMPLICIT_END = Construct(
    "implicit-end",
    "之后没有结束事件：SpiffWorkflow 会一直等下去",
    "is followed by no end event: SpiffWorkflow waits for one for ever",
)
INSTANTIATING = Construct(
    "instantiating",
    "由非开始事件启动流程：SpiffWorkflow 不支持",
    "begins the process without being a start event: SpiffWorkflow cannot",
)
GATEWAY_EVENT = Construct(
    "event-behind-gateway",
    "既在事件网关之后，又有别的入线或边界事件：SpiffWorkflow 不会再等这个事件",
    "stands behind an event-based gateway and has another incoming flow or a boundary event: SpiffWorkflow"
    " no longer waits for it there",
)
LOOPED_JOIN = Construct(
    "join-in-loop",
    "是循环内的汇聚网关：SpiffWorkflow 从第二圈起不等全部分支",
    "is a join in a loop: from the second turn on SpiffWorkflow does not wait for all branches",
)
SCATTERED_JOIN = Construct(
    "join-without-split",
    "汇聚的不正是一个同类网关分出的分支：SpiffWorkflow 会丢失令牌或提前汇聚",
    "does not gather exactly what one split of its kind sent out: SpiffWorkflow loses tokens or joins early",
)
DOUBLED_GATEWAY = Construct(
    "gateway-for-several-tokens",
    "会有几个令牌从不同的路到达：SpiffWorkflow 让后到的令牌抹去先到的后续",
    "is reached by several tokens on ways that have parted: for the later one SpiffWorkflow drops what the"
    " earlier one has begun",
)
ENDLESS_LOOP = Construct(
    "endless-loop",
    "在一个没有出口的循环里：SpiffWorkflow 预测后续时会无穷递归",
    "is in a loop that nothing leads out of: predicting what follows, SpiffWorkflow never ends",
)
LONG_ROW = Construct(
    "long-row",
    f"一个接一个的节点超过 {MAX_ROW} 个：SpiffWorkflow 递归解析，会失败",
    f"has over {MAX_ROW} nodes in a row: SpiffWorkflow parses recursively and fails",
)

CONSTRUCTS = (
    TRANSACTION,
    AD_HOC,
    EVENT_SUB_PROCESS,
    COMPLEX_GATEWAY,
    STANDARD_LOOP,
    MULTI_INSTANCE,
    QUANTITY,
    MULTIPLE,
    SIGNAL,
    ESCALATION,
    CONDITIONAL,
    LINK,
    CANCEL,
    COMPENSATION,
    SEVERAL_FLOWS,
    ACTIVITY_CONDITION,
    NO_CONDITION,
    TWIN_FLOWS,
    NO_START,
    IMPLICIT_END,
    INSTANTIATING,
    GATEWAY_EVENT,
    LOOPED_JOIN,
    SCATTERED_JOIN,
    DOUBLED_GATEWAY,
    ENDLESS_LOOP,
    LONG_ROW,
)
