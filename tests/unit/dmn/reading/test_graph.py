"""Which nodes stand on a cycle, compared with plain reachability."""

from __future__ import annotations

import random

import pytest

from engine.dmn.reading.graph import on_cycles


def reachable(start: str, edges: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(edges[start])
    while waiting:
        node = waiting.pop()
        if node in edges and node not in found:
            found.add(node)
            waiting += edges[node]
    return found


@pytest.mark.parametrize("seed", range(300))
def test_a_node_is_on_a_cycle_if_it_reaches_itself(seed: int) -> None:
    chance = random.Random(seed)
    nodes = [str(number) for number in range(chance.randrange(1, 9))]
    edges = {
        node: [chance.choice([*nodes, "elsewhere"]) for _ in range(chance.randrange(3))] for node in nodes
    }

    assert on_cycles(edges) == {node for node in nodes if node in reachable(node, edges)}


def test_a_long_cycle_needs_no_recursion() -> None:
    edges = {str(number): [str((number + 1) % 50_000)] for number in range(50_000)}

    assert len(on_cycles(edges)) == 50_000
