"""Which nodes of a directed graph stand on a cycle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def on_cycles(edges: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The nodes that reach themselves; targets that are no key of `edges` are passed over.

    Linear in nodes and edges, without recursion. Source: Tarjan, strongly connected components, 1972.
    """
    found = {node for node, targets in edges.items() if node in targets}
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    entered: list[str] = []
    closed: set[str] = set()
    for start in edges:
        work = [] if start in order else [(start, iter(edges[start]))]
        while work:
            node, targets = work[-1]
            if node not in order:
                order[node] = low[node] = len(order)
                entered.append(node)
            for target in targets:
                if target not in edges or target in closed:
                    continue
                if target not in order:
                    work.append((target, iter(edges[target])))
                    break
                low[node] = min(low[node], order[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == order[node]:
                    members = _popped(entered, node)
                    closed.update(members)
                    found.update(members if len(members) > 1 else ())
    return frozenset(found)


def _popped(entered: list[str], last: str) -> list[str]:
    """What was entered since `last`, itself included."""
    members = [entered.pop()]
    while members[-1] != last:
        members.append(entered.pop())
    return members
