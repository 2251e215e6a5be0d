"""Which nodes of a graph every way from its root to another node passes."""

from __future__ import annotations

from collections.abc import Sequence


class DominatorTree:
    """Of the graph `successors` with root 0. Almost linear to make; questions take logarithmic time.

    Source: Lengauer and Tarjan, A fast algorithm for finding dominators in a flowgraph, 1979; Myers,
    An applicative random-access stack, 1983 (for the jumps).
    """

    def __init__(self, successors: Sequence[Sequence[int]]) -> None:
        self.parents = immediate_dominators(successors)
        """-1 for the root and for what it does not reach."""
        size = len(successors)
        children: list[list[int]] = [[] for _ in range(size)]
        for node, parent in enumerate(self.parents):
            if parent >= 0:
                children[parent].append(node)
        self.first = [-1] * size
        """The preorder number; -1 where the root does not reach."""
        self.last = [-1] * size
        self.depth = [0] * size
        self._jumps = [0] * size
        count = 0
        pending = [0]
        while pending:
            node = pending.pop()
            if node < 0:
                self.last[~node] = count
                continue
            self.first[node] = count
            count += 1
            if node:
                self._place(node)
            pending.append(~node)
            pending.extend(reversed(children[node]))

    def _place(self, node: int) -> None:
        parent = self.parents[node]
        self.depth[node] = self.depth[parent] + 1
        jump = self._jumps[parent]
        same = self.depth[parent] - self.depth[jump] == self.depth[jump] - self.depth[self._jumps[jump]]
        self._jumps[node] = self._jumps[jump] if same else parent

    def reaches(self, node: int) -> bool:
        return self.first[node] >= 0

    def dominates(self, node: int, other: int) -> bool:
        """Both must be reached."""
        return self.first[node] <= self.first[other] < self.last[node]

    def ancestor(self, node: int, *, depth: int) -> int:
        while self.depth[node] > depth:
            jump = self._jumps[node]
            node = jump if self.depth[jump] >= depth else self.parents[node]
        return node

    def meeting(self, node: int, other: int) -> int:
        """The nearest node that dominates both."""
        node = self.ancestor(node, depth=self.depth[other])
        other = self.ancestor(other, depth=self.depth[node])
        while node != other:
            if self._jumps[node] != self._jumps[other]:
                node, other = self._jumps[node], self._jumps[other]
            else:
                node, other = self.parents[node], self.parents[other]
        return node


def immediate_dominators(successors: Sequence[Sequence[int]]) -> list[int]:
    """Per node; -1 for the root and for nodes it does not reach."""
    order, parents, predecessors = _searched(successors)
    size = len(order)
    # From here on nodes are known by their number in the search.
    semi = list(range(size))
    label = list(range(size))
    above = [-1] * size
    dominators = [0] * size
    waiting: list[list[int]] = [[] for _ in range(size)]
    for node in range(size - 1, 0, -1):
        for before in predecessors[node]:
            semi[node] = min(semi[node], semi[_lowest(before, above, label, semi)])
        waiting[semi[node]].append(node)
        parent = parents[node]
        above[node] = parent
        for other in waiting[parent]:
            lowest = _lowest(other, above, label, semi)
            dominators[other] = lowest if semi[lowest] < semi[other] else parent
        waiting[parent].clear()
    for node in range(1, size):
        if dominators[node] != semi[node]:
            dominators[node] = dominators[dominators[node]]
    found = [-1] * len(successors)
    for node in range(1, size):
        found[order[node]] = order[dominators[node]]
    return found


def _lowest(node: int, above: list[int], label: list[int], semi: list[int]) -> int:
    """The node with the least semidominator on the way up through the forest, which is flattened."""
    path: list[int] = []
    current = node
    while above[current] >= 0 and above[above[current]] >= 0:
        path.append(current)
        current = above[current]
    for each in reversed(path):
        over = above[each]
        if semi[label[over]] < semi[label[each]]:
            label[each] = label[over]
        above[each] = above[over]
    return label[node]


def _searched(successors: Sequence[Sequence[int]]) -> tuple[list[int], list[int], list[list[int]]]:
    """In depth-first order: the nodes, and by their numbers the parents and the predecessors."""
    numbers = [-1] * len(successors)
    order: list[int] = []
    parents: list[int] = []
    pending = [(0, -1)]
    while pending:
        node, parent = pending.pop()
        if numbers[node] >= 0:
            continue
        numbers[node] = len(order)
        order.append(node)
        parents.append(parent)
        pending.extend((after, numbers[node]) for after in reversed(successors[node]))
    predecessors: list[list[int]] = [[] for _ in order]
    for number, node in enumerate(order):
        for after in successors[node]:
            predecessors[numbers[after]].append(number)
    return order, parents, predecessors
