"""Random processes made of blocks, so that each of them can end: what there is, and how it is decided.

A block is only a tree of words and numbers. `drawing_blocks` draws it and says how to answer it,
`oracle` says what must happen when it runs; neither knows the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count

from hypothesis import strategies as st

TRIGGERS = ("timer", "message", "signal", "condition", "error", "escalation")
HOSTS = ("task", "sub", "call", "parallel", "sequential")
MODES = ("parallel", "sequential", "cardinality", "after", "before", "until", "first wins")
"""How an activity is repeated."""
INSTANCES = 2
"""Of a repeated host of boundary events."""


@dataclass(frozen=True)
class Block:
    """`kind` says how `parts` are put together; `choice` decides between its forms.

    `number` goes into the ids of its nodes. `alone` is False where the block may be under way several
    times at once on the same data: what would race is drawn in another way there.
    """

    kind: str
    parts: tuple[Block, ...] = ()
    choice: int = 0
    number: int = 0
    alone: bool = True


@dataclass(frozen=True)
class Event:
    """A boundary event or an event sub-process. `times` it is triggered while the block runs."""

    trigger: str
    interrupting: bool
    times: int
    host: str
    inside: bool
    """An error or escalation is thrown by an event of the drawing rather than by a person."""


_CHOICES = st.integers(0, 719)
LEAVES = (
    "user", "user", "user", "job", "manual", "script", "receive", "message", "timer", "signal", "publish",
    "broadcast", "escalate", "link", "tasks", "quantity", "terminated", "undone", "ad hoc", "pair",
)  # fmt: skip
_LEAVES = st.builds(Block, st.sampled_from(LEAVES), st.just(()), _CHOICES)


def _larger(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    one, two = st.tuples(inner), st.tuples(inner, inner)
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(
            Block, st.sampled_from(["sequence", "and", "xor", "or", "complex", "flows"]), several, _CHOICES
        ),
        st.builds(Block, st.sampled_from(["sub", "call", "loop", "many", "transaction"]), one, _CHOICES),
        st.builds(Block, st.sampled_from(["boundary", "reacting", "race"]), two, _CHOICES),
    )


BLOCKS = st.recursive(_LEAVES, _larger, max_leaves=10).map(lambda block: numbered(block))


def numbered(block: Block) -> Block:
    """With numbers in document order, and `alone` where it is so."""
    return _numbered(block, count(1), alone=True)


def _numbered(block: Block, numbers: Iterator[int], *, alone: bool) -> Block:
    block = replace(block, number=next(numbers), alone=alone)
    parts = tuple(
        _numbered(part, numbers, alone=alone and not _repeats(block, place))
        for place, part in enumerate(block.parts)
    )
    return replace(block, parts=parts)


def _repeats(block: Block, place: int) -> bool:
    if block.kind == "many":
        return many_of(block)[0] in ("parallel", "cardinality")
    if block.kind == "boundary" and place == 0:
        return event_of(block).host == "parallel"
    return block.kind in ("boundary", "reacting") and place == 1 and not event_of(block).interrupting


# --- what the choice means -----------------------------------------------------------------------


def fields(choice: int, *sizes: int) -> tuple[int, ...]:
    """The choice as one number below each of `sizes`."""
    found = []
    for size in sizes:
        choice, field = divmod(choice, size)
        found.append(field)
    return tuple(found)


def bit(block: Block, place: int) -> bool:
    return bool(block.choice >> place & 1)


def event_of(block: Block) -> Event:
    trigger_number, calm, times, host_number, inside = fields(block.choice, 6, 2, 3, 5, 2)
    trigger, host = TRIGGERS[trigger_number], HOSTS[host_number]
    if trigger == "condition" and block.kind == "boundary":
        # It looks at data of the process, which others at work on it would change as well.
        trigger, host = ("condition", "sub") if block.alone else ("timer", host)
    interrupting = not calm or trigger == "error"
    if interrupting or trigger == "condition":
        times = min(times, 1)
    thrown = trigger in ("error", "escalation") and host != "task"
    return Event(trigger, interrupting, times, host, bool(inside) and thrown)


def many_of(block: Block) -> tuple[str, int, bool]:
    """How it is repeated, how often, and whether a process is called each time."""
    mode, size, call = fields(block.choice, len(MODES) - (block.kind == "many"), 4, 2)
    return MODES[mode], max(size, 1) if MODES[mode] == "after" else size, bool(call)
