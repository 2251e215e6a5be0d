"""The ways through one scope of a program: which joins gather exactly what one split has sent out.

SpiffWorkflow finds what a join waits for in the tree of everything that has happened. It gets that
right where splits and joins are nested like brackets and run once; elsewhere tokens get lost or joins
fire early.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.bpmn.model import NodeKind, TimerKind
from engine.bpmn.program import Node, Program, TimerTrigger

_GATHERING = frozenset({NodeKind.PARALLEL_GATEWAY, NodeKind.INCLUSIVE_GATEWAY})


_DECIDING = frozenset({NodeKind.EXCLUSIVE_GATEWAY, NodeKind.INCLUSIVE_GATEWAY, NodeKind.EVENT_BASED_GATEWAY})


@dataclass(frozen=True, slots=True)
class Block:
    """A split and the join of everything it sends out. `inside` are the nodes between them."""

    split: int
    join: int
    inside: frozenset[int]


class Ways:
    """The nodes of one scope with edges from each to what its token may come to: flows, and boundary
    events from their activity on."""

    def __init__(self, program: Program, nodes: Iterable[Node], start: int) -> None:
        self.program = program
        self.start = start
        known = {node.index for node in nodes}
        self.after = {index: self._after(index) & known for index in known}
        self.reached = self.from_node(start) | {start}
        self.before: dict[int, set[int]] = {index: set() for index in known}
        for index in self.reached:
            for following in self.after[index]:
                self.before[following].add(index)
        self.gateways = [index for index in sorted(self.reached) if self._node(index).kind in _GATHERING]
        self.joins = [index for index in self.gateways if len(self._node(index).incoming) > 1]

    def _node(self, index: int) -> Node:
        return self.program.nodes[index]

    def _after(self, index: int) -> set[int]:
        node = self._node(index)
        return {target for target, _ in node.next} | set(node.boundaries)

    def from_node(self, start: int, *, without: int = -1) -> set[int]:
        """Everything that a token can come to from `start`, not passing node `without`."""
        return _from(start, self.after, without=without)

    def longest_row(self) -> int:
        """How deep one gets going from node to node, each once, as SpiffWorkflow's parser does."""
        seen = {self.start}
        deepest, row = 1, [iter(self._following(self.start))]
        while row:
            following = next((index for index in row[-1] if index not in seen), None)
            if following is None:
                row.pop()
                continue
            seen.add(following)
            row.append(iter(self._following(following)))
            deepest = max(deepest, len(row))
        return deepest

    def _following(self, index: int) -> list[int]:
        node = self._node(index)
        return [*node.boundaries, *(target for target, _ in node.next)]

    def endless_loops(self) -> list[int]:
        """Nodes from which a token comes back for certain, since nothing on the way decides."""
        certain = {
            index: set() if self._node(index).kind in _DECIDING else {to for to, _ in self._node(index).next}
            for index in self.reached
        }
        return [index for index in sorted(self.reached) if index in _from(index, certain, without=-1)]

    def is_in_loop(self, index: int) -> bool:
        return index in self.from_node(index)

    def is_inclusive(self, join: int) -> bool:
        return self._node(join).kind is NodeKind.INCLUSIVE_GATEWAY

    def splits(self) -> list[int]:
        """Nodes that send out several tokens at once, or may."""
        return [index for index in sorted(self.reached) if self._sends_several(self._node(index))]

    def _sends_several(self, node: Node) -> bool:
        if len(node.next) < 2:
            return False
        return node.kind in _GATHERING or node.kind is NodeKind.START_EVENT

    def asides(self) -> dict[int, set[int]]:
        """What each non-interrupting boundary event begins beside the main way."""
        return {
            index: {index, *self.from_node(index)}
            for index in sorted(self.reached)
            if self._node(index).attached_to >= 0 and not self._node(index).interrupting
        }

    def fires_often(self, event: int) -> bool:
        trigger = self._node(event).trigger
        return not isinstance(trigger, TimerTrigger) or trigger.kind is TimerKind.CYCLE

    # --- blocks ----------------------------------------------------------------------------------

    def block_of(self, join: int) -> Block | None:
        """None if what the join gathers was not sent out by one split, each branch exactly once."""
        candidates = [
            split
            for split in self.splits()
            if self._fits(self._node(split), self._node(join)) and join in self.from_node(split)
        ]
        for split in candidates:
            block = self._block(split, join)
            if block is not None:
                return block
        return None

    @staticmethod
    def _fits(split: Node, join: Node) -> bool:
        if split.index == join.index:
            return False
        return split.kind is join.kind or (
            split.kind is not NodeKind.INCLUSIVE_GATEWAY and join.kind is NodeKind.INCLUSIVE_GATEWAY
        )

    def _block(self, split: int, join: int) -> Block | None:
        branches = [self._branch(target, join) for target, _ in self._node(split).next]
        inside: set[int] = set()
        for branch in branches:
            if branch is None or branch & inside:
                return None
            inside |= branch
        if len(branches) != len(self._node(join).incoming) or not self._is_closed(inside, split, join):
            return None
        return Block(split, join, frozenset(inside))

    def _branch(self, first: int, join: int) -> set[int] | None:
        """The nodes from `first` to the join; None if a token may end or leave on the way, or come in
        by two flows. What a non-interrupting event begins may end."""
        if first == join:
            return set()
        aside: set[int] = set().union(*self.asides().values())
        branch = {first, *self.from_node(first, without=join)}
        doors = {index for index in branch if join in self.after[index]}
        if len(doors) != 1 or doors & aside:
            return None
        for index in branch - aside:
            if not self.after[index]:
                return None
        return branch

    def _is_closed(self, inside: set[int], split: int, join: int) -> bool:
        around = inside | {split}
        return all(self.before[index] <= around for index in inside) and self.before[join] <= around


def _from(start: int, after: Mapping[int, set[int]], *, without: int) -> set[int]:
    found: set[int] = set()
    pending = [start]
    while pending:
        for following in after[pending.pop()]:
            if following not in found and following != without:
                found.add(following)
                pending.append(following)
    return found


def scattered_joins(ways: Ways) -> list[int]:
    """Joins that gather something else than what one split has sent out once."""
    blocks = {join: ways.block_of(join) for join in ways.joins}
    closed = {block.split for block in blocks.values() if block is not None}
    return [join for join, block in blocks.items() if block is None or not _is_nested(ways, block, closed)]


def doubled_gateways(ways: Ways) -> list[int]:
    """Parallel and inclusive gateways that several tokens of one run come to, not one after the other
    but on ways that have parted. What the first of them has begun SpiffWorkflow drops for the second."""
    blocks = [block for join in ways.joins if (block := ways.block_of(join)) is not None]
    doubled = _doubled(ways, {block.split for block in blocks})
    return [index for index in ways.gateways if index in doubled]


def _is_nested(ways: Ways, block: Block, closed: set[int]) -> bool:
    if ways.is_inclusive(block.join) and any(ways.is_in_loop(index) for index in block.inside):
        # SpiffWorkflow follows flows back from the join, and a loop leads it astray.
        return False
    return all(split in closed for split in ways.splits() if split in block.inside)


def _doubled(ways: Ways, closed: set[int]) -> set[int]:
    """Nodes that more than one token may come to at the same time."""
    doubled: set[int] = set()
    for split in ways.splits():
        if split not in closed:
            doubled |= ways.from_node(split)
    for event, aside in ways.asides().items():
        beside = ways.from_node(ways.start, without=event)
        doubled |= aside if ways.fires_often(event) else aside & beside
    return doubled
