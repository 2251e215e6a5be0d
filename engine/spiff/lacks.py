"""What SpiffWorkflow 3.2.0 would get wrong in a program, each kind found by experiment.

Only what it runs right is left to it: everything else is refused here, before an instance begins.
`docs/reference/portability.md` lists the constructs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.model import GATEWAY_KINDS, NodeKind
from engine.bpmn.program import (
    CancelTrigger,
    CompensateTrigger,
    ConditionalTrigger,
    EscalationTrigger,
    LinkTrigger,
    Node,
    Program,
    SignalTrigger,
    StandardLoopSpec,
    Trigger,
)
from engine.spiff.structure import Ways, doubled_gateways, scattered_joins

MAX_ROW = 150
"""Nodes one behind the other in a scope: SpiffWorkflow parses them recursively."""


@dataclass(frozen=True, slots=True)
class Construct:
    """A kind of thing that SpiffWorkflow lacks: what it is, and what becomes of it there."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Lack:
    construct: Construct
    element_id: str | None
    """None: the process itself."""

    @property
    def zh(self) -> str:
        return f"{self._element} {self.construct.zh}"

    @property
    def en(self) -> str:
        return f"{self._element} {self.construct.en}"

    @property
    def _element(self) -> str:
        return self.element_id if self.element_id is not None else "process"


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

_KINDS = {
    NodeKind.TRANSACTION: TRANSACTION,
    NodeKind.AD_HOC_SUB_PROCESS: AD_HOC,
    NodeKind.COMPLEX_GATEWAY: COMPLEX_GATEWAY,
}
_TRIGGERS: dict[type[Trigger], Construct] = {
    SignalTrigger: SIGNAL,
    EscalationTrigger: ESCALATION,
    ConditionalTrigger: CONDITIONAL,
    LinkTrigger: LINK,
    CancelTrigger: CANCEL,
    CompensateTrigger: COMPENSATION,
}
_CHOOSING = frozenset({NodeKind.EXCLUSIVE_GATEWAY, NodeKind.INCLUSIVE_GATEWAY})


def lacks_of(program: Program) -> tuple[Lack, ...]:
    """In the order of the nodes, each construct once per node; empty: SpiffWorkflow runs it right."""
    found = [(node.index, Lack(each, node.id)) for node in program.nodes for each in _of_node(program, node)]
    if not found:
        # The ways through a process make sense only where every node is known.
        found = list(_of_scopes(program))
    found.sort(key=lambda pair: pair[0])
    return tuple(dict.fromkeys(lack for _, lack in found))


def _of_node(program: Program, node: Node) -> Iterator[Construct]:
    if node.kind in _KINDS:
        yield _KINDS[node.kind]
    if node.triggered_by_event:
        yield EVENT_SUB_PROCESS
    if node.loop is not None:
        yield STANDARD_LOOP if isinstance(node.loop, StandardLoopSpec) else MULTI_INSTANCE
    if node.start_quantity != 1 or node.completion_quantity != 1:
        yield QUANTITY
    if len(node.triggers) > 1:
        yield MULTIPLE
    for trigger in node.triggers:
        if type(trigger) in _TRIGGERS:
            yield _TRIGGERS[type(trigger)]
    if node.handler >= 0 or node.compensator >= 0:
        yield COMPENSATION
    if _instantiates(program, node):
        yield INSTANTIATING
    if (
        node.kind is NodeKind.SUB_PROCESS
        and not node.triggered_by_event
        and not _has_one_start(program, node)
    ):
        yield NO_START
    if node.kind is NodeKind.EVENT_BASED_GATEWAY and any(
        len(program.nodes[target].incoming) > 1 or program.nodes[target].boundaries for target, _ in node.next
    ):
        yield GATEWAY_EVENT
    yield from _of_flows(program, node)


def _instantiates(program: Program, node: Node) -> bool:
    if node.parent >= 0 or node.kind is NodeKind.START_EVENT:
        return False
    begins = {*program.message_starts.values(), *program.signal_starts.values()}
    return bool(begins.intersection(node.numbers))


def _has_one_start(program: Program, node: Node) -> bool:
    return len(node.starts) == 1 and program.nodes[node.starts[0]].kind is NodeKind.START_EVENT


def _of_flows(program: Program, node: Node) -> Iterator[Construct]:
    chooses = node.kind in _CHOOSING
    if len(node.next) > 1 and node.kind not in GATEWAY_KINDS and node.kind is not NodeKind.START_EVENT:
        yield SEVERAL_FLOWS
    if not chooses and any(program.conditions[flow] is not None for _, flow in node.next):
        yield ACTIVITY_CONDITION
    if (
        chooses
        and len(node.next) > 1
        and any(program.conditions[flow] is None and flow != node.default for _, flow in node.next)
    ):
        yield NO_CONDITION
    if len({target for target, _ in node.next}) < len(node.next):
        yield TWIN_FLOWS
    if not node.next and node.kind is not NodeKind.END_EVENT:
        yield IMPLICIT_END


def _of_scopes(program: Program) -> Iterator[tuple[int, Lack]]:
    inside: dict[int, list[Node]] = {}
    for node in program.nodes:
        inside.setdefault(node.parent, []).append(node)
    for parent, nodes in inside.items():
        if parent < 0:
            starts = [node.index for node in nodes if node.kind is NodeKind.START_EVENT]
        else:
            starts = list(program.nodes[parent].starts)
        if not starts:
            yield -1, Lack(NO_START, None)
        around = program.nodes[parent].id if parent >= 0 else None
        for start in starts:
            yield from _of_ways(program, Ways(program, nodes, start), around)


def _of_ways(program: Program, ways: Ways, around: str | None) -> Iterator[tuple[int, Lack]]:
    if len(ways.reached) > MAX_ROW and ways.longest_row() > MAX_ROW:
        yield -1, Lack(LONG_ROW, around)
    for index in ways.endless_loops():
        yield index, Lack(ENDLESS_LOOP, program.nodes[index].id)
    looped = [join for join in ways.joins if ways.is_in_loop(join)]
    for join in looped:
        yield join, Lack(LOOPED_JOIN, program.nodes[join].id)
    scattered = [join for join in scattered_joins(ways) if join not in looped]
    for join in scattered:
        yield join, Lack(SCATTERED_JOIN, program.nodes[join].id)
    for index in doubled_gateways(ways):
        if index not in looped and index not in scattered:
            yield index, Lack(DOUBLED_GATEWAY, program.nodes[index].id)
