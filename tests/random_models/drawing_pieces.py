"""Pieces that blocks are drawn with."""

from __future__ import annotations

from itertools import pairwise

from tests.elements import drawing as d
from tests.random_models.block_models import Block, bit

Drawn = tuple[str, str, str]
"""The XML, and the ids of the nodes by which one comes in and goes out."""
_ITEMS = (1, 2, 3)


def repeated(n: int, mode: str, size: int) -> str:
    """The loop characteristics of an activity."""
    items = str(list(_ITEMS[:size]))
    output = (f"out{n}", f"item{n} * 2")
    match mode:
        case "cardinality":
            return d.multi_instance(cardinality=str(size))
        case "after" | "before":
            return d.standard_loop(f"loopCounter < {size}", before=mode == "before")
        case "until":
            until = "numberOfCompletedInstances >= 1"
            return d.multi_instance(items, item=f"item{n}", output=output, sequential=True, until=until)
        case "first wins":
            return d.multi_instance(cardinality=str(size), until="numberOfCompletedInstances >= 1")
        case _:
            return d.multi_instance(items, item=f"item{n}", output=output, sequential=mode == "sequential")


def awaited(kind: str) -> str:
    return {"message": d.message("paid"), "timer": d.timer("PT2H"), "signal": d.signal("alarm")}[kind]


def within(n: int, text: str, first: str, last: str) -> str:
    start, end = f"start{n}", f"end{n}"
    return d.start_event(start) + text + d.end_event(end) + d.chain(start, first) + d.chain(last, end)


def row(drawn: list[Drawn]) -> Drawn:
    links = "".join(d.chain(a[2], b[1]) for a, b in pairwise(drawn))
    return "".join(text for text, _, _ in drawn) + links, drawn[0][1], drawn[-1][2]


def both(split: str, first: str, second: str, block: Block) -> str:
    """In either order: what happens must not depend on it."""
    ways = (first, second) if bit(block, 3) else (second, first)
    return "".join(d.flow(split, way) for way in ways)


def branches(block: Block, split: str, join: str, parts: list[Drawn], *, chooses: bool) -> str:
    text = "".join(each for each, _, _ in parts)
    for place, (_, first, last) in enumerate(parts):
        condition = None
        if chooses and place < len(parts) - 1:
            condition = f"b{place} = {str(bit(block, place)).lower()}"
        elif chooses and bit(block, 6):
            condition = "true"
        text += d.flow(split, first, condition) + d.chain(last, join)
    return text
