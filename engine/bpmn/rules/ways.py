"""The ways of tokens through a scope: which decisions a node lies behind, and where tokens can meet.

The graph has a root, the scope's nodes and flows, and behind each activity with boundary events the
point of its normal completion.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from engine.bpmn.model import ACTIVITY_KINDS, FlowNode, NodeKind
from engine.bpmn.rules.compensation import is_compensation_boundary
from engine.bpmn.rules.dominators import DominatorTree
from engine.bpmn.rules.drawing import DrawnScope
from engine.bpmn.rules.turns import is_chosen

_ROOT = 0


class Choice(Enum):
    ONE = auto()
    """Exactly one of the branches is taken."""
    SOME = auto()
    """Any number of them."""


@dataclass(frozen=True, slots=True)
class Decision:
    """`node_id` is None for the start of a process, which one of its start events makes."""

    node_id: str | None
    choice: Choice


class Ways:
    def __init__(self, scope: DrawnScope) -> None:
        self._scope = scope
        self._node_number = {node_id: index + 1 for index, node_id in enumerate(scope.nodes)}
        self._flow_number = {
            id(flow): len(self._node_number) + 1 + index for index, flow in enumerate(scope.flows)
        }
        size = len(self._node_number) + len(self._flow_number) + 1
        self._after: list[list[int]] = [[] for _ in range(size)]
        self._decisions: dict[int, Decision] = {}
        self._branches: dict[int, Choice] = {}
        """Branch -> how it is chosen, of those that may not be taken."""
        self._several: set[int] = set()
        """Branches of a node that sends a token along more than one."""
        self._flooded: list[int] = []
        """Where one token becomes many."""
        self._begin()
        for node in scope.nodes.values():
            self._add(node)
        for flow in scope.flows:
            self._after[self._flow_number[id(flow)]].append(self._node_number[flow.target_ref])
        self._tree = DominatorTree(self._after)
        self._crowded = self._find_crowds()

    # --- questions -------------------------------------------------------------------------------

    def is_reached(self, node: FlowNode) -> bool:
        return self._tree.reaches(self._node_number[node.id])

    def is_crowded(self, node: FlowNode) -> bool:
        """Whether several tokens of one run may come to `node` otherwise than one after the other,
        each being the same token again."""
        return self._node_number[node.id] in self._crowded

    def flows_that_never_come(self, join: FlowNode) -> Iterator[str]:
        """Ids of the flows into the reached `join` that no token can take before it has fired once."""
        tree, number = self._tree, self._node_number[join.id]
        for flow in self._scope.incoming_of(join):
            own = self._flow_number[id(flow)]
            if not tree.reaches(own) or tree.dominates(number, own):
                yield flow.id

    def decisions_before(self, join: FlowNode) -> Iterator[Decision]:
        """The decisions that lead one token to one of two flows into `join`, and never to both."""
        tree = self._tree
        flows = [self._flow_number[id(flow)] for flow in self._scope.incoming_of(join)]
        # In preorder the nearest common dominators of all pairs are among those of neighbours.
        ordered = sorted((flow for flow in flows if tree.reaches(flow)), key=tree.first.__getitem__)
        for one, other in pairwise(ordered):
            meeting = tree.meeting(one, other)
            decision = self._decisions.get(meeting)
            if decision is None or meeting in self._crowded or meeting in (one, other):
                continue
            below = tree.depth[meeting] + 1
            branches = [tree.ancestor(flow, depth=below) for flow in (one, other)]
            if decision.choice is Choice.ONE:
                if all(branch in self._branches for branch in branches):
                    yield decision
            elif any(branch in self._branches for branch in branches):
                yield decision

    # --- the graph -------------------------------------------------------------------------------

    def _begin(self) -> None:
        entries = self._scope.entries()
        self._after[_ROOT] = [self._node_number[node.id] for node in entries]
        if any(node.kind is NodeKind.START_EVENT or node.instantiate for node in entries):
            self._decide(_ROOT, Decision(None, Choice.ONE), self._after[_ROOT])
        elif len(entries) > 1:
            self._several.update(self._after[_ROOT])
        # Compensation begins beside all that, and any number of times.
        handlers = [n for each, n in self._node_number.items() if self._scope.nodes[each].for_compensation]
        self._after[_ROOT] = [*self._after[_ROOT], *handlers]
        self._flooded.extend(handlers)

    def _decide(self, number: int, decision: Decision, branches: Sequence[int]) -> None:
        self._decisions[number] = decision
        self._branches.update((branch, decision.choice) for branch in branches)

    def _add(self, node: FlowNode) -> None:
        number = self._node_number[node.id]
        link_target = self._scope.link_target(node)
        if link_target is not None:
            self._after[number].append(self._node_number[link_target.id])
        number = self._add_boundaries(node, number)
        flows = self._scope.outgoing_of(node)
        branches = [self._flow_number[id(flow)] for flow in flows]
        self._after[number].extend(branches)
        if node.completion_quantity > 1:
            self._flooded.extend(branches)
        if len(branches) < 2:
            return
        if node.kind is NodeKind.EXCLUSIVE_GATEWAY or (
            node.kind is NodeKind.EVENT_BASED_GATEWAY and not node.parallel_events
        ):
            self._decide(number, Decision(node.id, Choice.ONE), branches)
            return
        self._several.update(branches)
        if node.kind in ACTIVITY_KINDS or node.kind in (
            NodeKind.INCLUSIVE_GATEWAY,
            NodeKind.COMPLEX_GATEWAY,
        ):
            chosen = [self._flow_number[id(flow)] for flow in flows if is_chosen(flow, node, self._scope)]
            self._decide(number, Decision(node.id, Choice.SOME), chosen)

    def _add_boundaries(self, node: FlowNode, number: int) -> int:
        """The number of what the flows out of `node` leave from."""
        events = [
            event
            for event in self._scope.boundaries.get(node.id, ())
            if event.kind is NodeKind.BOUNDARY_EVENT and not is_compensation_boundary(event)
        ]
        if not events:
            return number
        done = len(self._after)
        self._after.append([])
        self._after[number].append(done)
        interrupting = [done]
        for event in events:
            own = self._node_number[event.id]
            self._after[number].append(own)
            (interrupting if event.interrupting else self._flooded).append(own)
        if len(interrupting) > 1:
            self._decide(number, Decision(node.id, Choice.ONE), interrupting)
        return done

    # --- where tokens can meet -------------------------------------------------------------------

    def _find_crowds(self) -> set[int]:
        """Tokens of two branches can meet where neither branch alone leads: on the dominance frontier
        of a branch. A parallel join that gets one token by one of its flows passes one on."""
        tree = self._tree
        before: list[list[int]] = [[] for _ in self._after]
        for number, targets in enumerate(self._after):
            for target in targets:
                before[target].append(number)
        branches_above = self._count_branches_above()
        joins = {
            self._node_number[node.id]: len(self._scope.incoming_of(node))
            for node in self._scope.of_kind(NodeKind.PARALLEL_GATEWAY)
        }
        pending = list(self._flooded)
        for number, sources in enumerate(before):
            if len(sources) > 1 and tree.reaches(number) and number not in joins:
                over = tree.parents[number]
                known = branches_above[over] if over >= 0 else 0
                if any(tree.reaches(each) and branches_above[each] > known for each in sources):
                    pending.append(number)
        crowded: set[int] = set()
        while pending:
            number = pending.pop()
            if number in crowded:
                continue
            crowded.add(number)
            for target in self._after[number]:
                if target in joins:
                    joins[target] -= 1
                if joins.get(target, 0) <= 0:
                    pending.append(target)
        return crowded

    def _count_branches_above(self) -> list[int]:
        """Per node: how many of its dominators, itself included, are branches of several."""
        tree = self._tree
        counts = [0] * len(self._after)
        for number in sorted(range(len(self._after)), key=tree.first.__getitem__):
            if tree.reaches(number):
                parent = tree.parents[number]
                counts[number] = (counts[parent] if parent >= 0 else 0) + (number in self._several)
        return counts
