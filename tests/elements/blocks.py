"""Random processes that are made of blocks, so that each of them can end."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, pairwise

from hypothesis import strategies as st

from tests.elements.drawing import (
    boundary,
    call_activity,
    chain,
    end_event,
    exclusive,
    flow,
    inclusive,
    parallel,
    process,
    script_task,
    sub_process,
    timer,
    user_task,
)


@dataclass(frozen=True)
class Block:
    """`kind` says how `parts` are put together; `flags` choose branches, or the kind of timer."""

    kind: str
    parts: tuple[Block, ...] = ()
    flags: tuple[bool, ...] = ()


_TASK = st.just(Block("task"))
_FLAGS = st.tuples(st.booleans(), st.booleans(), st.booleans())


def _larger(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Block, st.sampled_from(["sequence", "and"]), several),
        st.builds(Block, st.sampled_from(["xor", "or"]), several, _FLAGS),
        st.builds(Block, st.sampled_from(["sub", "call", "loop"]), st.tuples(inner)),
        st.builds(Block, st.sampled_from(["timed task", "timed sub"]), st.tuples(inner, inner), _FLAGS),
    )


BLOCKS = st.recursive(_TASK, _larger, max_leaves=12)


class _Writer:
    def __init__(self) -> None:
        self.numbers = count()
        self.called: list[bytes] = []

    def id(self, kind: str) -> str:
        return f"{kind}{next(self.numbers)}"

    def scope(self, block: Block) -> str:
        start, end = self.id("start"), self.id("end")
        text, first, last = self.block(block)
        return (
            f'<startEvent id="{start}"/>{text}<endEvent id="{end}"/>' + chain(start, first) + chain(last, end)
        )

    def block(self, block: Block) -> tuple[str, str, str]:
        """The XML, and the ids of the nodes by which one comes in and goes out."""
        match block.kind:
            case "task":
                id = self.id("task")
                return user_task(id), id, id
            case "sequence":
                return self._sequence(block)
            case "and" | "or" | "xor":
                return self._split(block)
            case "sub":
                id = self.id("sub")
                return sub_process(id, self.scope(block.parts[0])), id, id
            case "call":
                id, name = self.id("call"), self.id("called")
                self.called.append(process(self.scope(block.parts[0]), id=name))
                return call_activity(id, called=name), id, id
            case "loop":
                return self._loop(block.parts[0])
            case _:
                return self._timed(block)

    def _sequence(self, block: Block) -> tuple[str, str, str]:
        parts = [self.block(part) for part in block.parts]
        links = "".join(chain(a[2], b[1]) for a, b in pairwise(parts))
        return "".join(text for text, _, _ in parts) + links, parts[0][1], parts[-1][2]

    def _split(self, block: Block) -> tuple[str, str, str]:
        split, join = self.id("split"), self.id("join")
        parts = [self.block(part) for part in block.parts]
        text = "".join(text for text, _, _ in parts)
        default = f"{split}_{parts[-1][1]}"
        match block.kind:
            case "and":
                text += parallel(split) + parallel(join)
            case "or":
                text += inclusive(split, default=default) + inclusive(join)
            case _:
                text += exclusive(split, default=default) + exclusive(join)
        for number, (_, first, last) in enumerate(parts):
            chosen = block.kind != "and" and number < len(parts) - 1
            condition = str(block.flags[number]).lower() if chosen else None
            text += flow(split, first, condition) + chain(last, join)
        return text, split, join

    def _loop(self, inner: Block) -> tuple[str, str, str]:
        merge, turn, again, out = (self.id(kind) for kind in ("merge", "turn", "again", "out"))
        text, first, last = self.block(inner)
        script = script_task(turn, f"if {turn} = null then 1 else {turn} + 1", result=turn)
        text += exclusive(merge) + script + exclusive(again, default=f"{again}_{out}") + exclusive(out)
        text += chain(merge, first) + chain(last, turn, again, out)
        return text + flow(again, merge, f"modulo({turn}, 2) = 1"), merge, out

    def _timed(self, block: Block) -> tuple[str, str, str]:
        """A boundary timer: interrupting it rejoins behind the activity, else its path ends by itself."""
        interrupting, repeated, _ = block.flags
        host, event, merge = self.id("host"), self.id("event"), self.id("merge")
        text = (
            user_task(host) if block.kind == "timed task" else sub_process(host, self.scope(block.parts[0]))
        )
        due = timer("R3/PT1H", kind="timeCycle") if repeated and not interrupting else timer("PT1H")
        text += boundary(event, host, due, interrupting=interrupting)
        aside, first, last = self.block(block.parts[1])
        text += aside + exclusive(merge) + chain(host, merge) + chain(event, first)
        if interrupting:
            return text + chain(last, merge), host, merge
        end = self.id("end")
        return text + end_event(end) + chain(last, end), host, merge


def files_of(block: Block) -> list[bytes]:
    """The process `main` and those it calls."""
    writer = _Writer()
    main = process(writer.scope(block))
    return [main, *writer.called]
