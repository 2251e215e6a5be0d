"""What SpiffWorkflow would get wrong in a program.

Only what it runs right is left to it: everything else is refused here, before an instance begins.
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
from engine.spiff.constructs import (
    ACTIVITY_CONDITION,
    AD_HOC,
    CANCEL,
    COMPENSATION,
    COMPLEX_GATEWAY,
    CONDITIONAL,
    DOUBLED_GATEWAY,
    ENDLESS_LOOP,
    ESCALATION,
    EVENT_SUB_PROCESS,
    GATEWAY_EVENT,
    IMPLICIT_END,
    INSTANTIATING,
    LINK,
    LONG_ROW,
    LOOPED_JOIN,
    MAX_ROW,
    MULTI_INSTANCE,
    MULTIPLE,
    NO_CONDITION,
    NO_START,
    QUANTITY,
    SCATTERED_JOIN,
    SEVERAL_FLOWS,
    SIGNAL,
    STANDARD_LOOP,
    TRANSACTION,
    TWIN_FLOWS,
    Construct,
)
from engine.spiff.structure import Ways, doubled_gateways, scattered_joins


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
