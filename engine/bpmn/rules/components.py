"""Cycles of a directed graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def cyclic_components(graph: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The strongly connected components that hold a cycle, self-loops included.

    Every target must be a key. Linear in nodes and edges, without recursion.
    Source: Tarjan, Depth-first search and linear graph algorithms, 1972.
    """
    numbers: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[list[str]] = []
    for root in graph:
        if root in numbers:
            continue
        work: list[tuple[str, Iterator[str]]] = []
        _open(root, graph, numbers, lowest, stack, on_stack, work)
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in numbers:
                    _open(target, graph, numbers, lowest, stack, on_stack, work)
                    break
                if target in on_stack:
                    lowest[node] = min(lowest[node], numbers[target])
            else:
                work.pop()
                if work:
                    lowest[work[-1][0]] = min(lowest[work[-1][0]], lowest[node])
                if lowest[node] == numbers[node]:
                    component = _close(node, stack, on_stack)
                    if len(component) > 1 or node in graph[node]:
                        found.append(component)
    return found


def _open(
    node: str,
    graph: Mapping[str, Sequence[str]],
    numbers: dict[str, int],
    lowest: dict[str, int],
    stack: list[str],
    on_stack: set[str],
    work: list[tuple[str, Iterator[str]]],
) -> None:
    numbers[node] = lowest[node] = len(numbers)
    stack.append(node)
    on_stack.add(node)
    work.append((node, iter(graph[node])))


def _close(node: str, stack: list[str], on_stack: set[str]) -> list[str]:
    component: list[str] = []
    while True:
        member = stack.pop()
        on_stack.discard(member)
        component.append(member)
        if member == node:
            return component
