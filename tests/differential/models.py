"""Random processes made of blocks, with everything in them that both engines run.

Narrower than `tests.random_models`: jobs with errors, scripts, messages, races of events, sub-processes
that end by an error or terminate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count, pairwise

from hypothesis import strategies as st

from tests.elements.drawing import (
    TERMINATE,
    boundary,
    call_activity,
    catch_event,
    chain,
    end_event,
    error,
    event_based,
    exclusive,
    flow,
    inclusive,
    message,
    node,
    parallel,
    process,
    reads,
    script_task,
    service_task,
    sub_process,
    throw_event,
    timer,
    user_task,
    writes,
)

ERRORS = ("REFUSED", "LATE")


@dataclass(frozen=True)
class Block:
    """`kind` says how `parts` are put together; `choice` decides between its forms."""

    kind: str
    parts: tuple[Block, ...] = ()
    choice: int = 0


_CHOICES = st.integers(0, 7)
_LEAVES = st.builds(
    Block,
    st.sampled_from(["user", "user", "job", "script", "manual", "timer", "message", "publish", "receive"]),
    st.just(()),
    _CHOICES,
)


def _larger(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Block, st.sampled_from(["sequence", "and", "xor", "or"]), several, _CHOICES),
        st.builds(Block, st.sampled_from(["sub", "call", "loop", "failing sub"]), st.tuples(inner), _CHOICES),
        st.builds(Block, st.sampled_from(["timed", "messaged", "race"]), st.tuples(inner, inner), _CHOICES),
        st.builds(Block, st.just("terminated sub"), st.tuples(inner, inner), _CHOICES),
    )


BLOCKS = st.recursive(_LEAVES, _larger, max_leaves=12)

_Drawn = tuple[str, str, str]
"""The XML, and the ids of the nodes by which one comes in and goes out."""


def files_of(block: Block) -> list[bytes]:
    """The process `main` and those it calls."""
    writer = _Writer()
    main = process(writer.scope(block))
    return [main, *writer.called]


class _Writer:
    def __init__(self) -> None:
        self.numbers = count()
        self.called: list[bytes] = []
        self.kinds: dict[str, Callable[[Block], _Drawn]] = {
            "sequence": self._sequence,
            "and": self._split,
            "or": self._split,
            "xor": self._split,
            "sub": self._sub,
            "call": self._call,
            "loop": self._loop,
            "timed": self._beside,
            "messaged": self._beside,
            "race": self._race,
            "failing sub": self._failing_sub,
            "terminated sub": self._terminated_sub,
        }

    def id(self, kind: str) -> str:
        return f"{kind}{next(self.numbers)}"

    def scope(self, block: Block) -> str:
        start, end = self.id("start"), self.id("end")
        text, first, last = self.block(block)
        ways = chain(start, first) + chain(last, end)
        return f'<startEvent id="{start}"/>{text}<endEvent id="{end}"/>{ways}'

    def block(self, block: Block) -> _Drawn:
        draw = self.kinds.get(block.kind)
        return draw(block) if draw is not None else self._leaf(block)

    def _leaf(self, block: Block) -> _Drawn:
        id = self.id(block.kind)
        match block.kind:
            case "user":
                mapped = reads("seen", "=shared") + writes("kept", f"=done_{id}") if block.choice == 0 else ""
                text = user_task(id, extensions=mapped)
            case "job":
                return self._job(id, block)
            case "script":
                text = script_task(id, "if sum = null then 1 else sum + 1", result="sum")
            case "manual":
                text = node("manualTask", id)
            case "timer":
                text = catch_event(id, timer("PT2H"))
            case "message":
                text = catch_event(id, message("paid"))
            case "receive":
                text = node("receiveTask", id, messageRef="m_recalled")
            case _:
                text = throw_event(id, message("paid"), extensions=reads("sum", "=sum"))
        return text, id, id

    def _job(self, id: str, block: Block) -> _Drawn:
        if block.choice > 3:
            return service_task(id), id, id
        caught, merge = self.id("caught"), self.id("merge")
        code = ERRORS[block.choice] if block.choice < len(ERRORS) else None
        text = service_task(id) + boundary(caught, id, error(code), gov_caughtCode="code") + exclusive(merge)
        return text + chain(id, merge) + chain(caught, merge), id, merge

    def _sequence(self, block: Block) -> _Drawn:
        parts = [self.block(part) for part in block.parts]
        links = "".join(chain(a[2], b[1]) for a, b in pairwise(parts))
        return "".join(text for text, _, _ in parts) + links, parts[0][1], parts[-1][2]

    def _split(self, block: Block) -> _Drawn:
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
            condition = str(bool(block.choice >> number & 1)).lower() if chosen else None
            text += flow(split, first, condition) + chain(last, join)
        return text, split, join

    def _sub(self, block: Block) -> _Drawn:
        id = self.id("sub")
        extensions = reads("own", "=shared") + writes("sum", "=sum") if block.choice == 0 else ""
        return sub_process(id, self.scope(block.parts[0]), extensions=extensions), id, id

    def _call(self, block: Block) -> _Drawn:
        id, name = self.id("call"), self.id("called")
        self.called.append(process(self.scope(block.parts[0]), id=name))
        extensions = reads("shared", "=shared") + writes("sum", "=sum") if block.choice == 0 else ""
        return call_activity(id, called=name, extensions=extensions), id, id

    def _loop(self, block: Block) -> _Drawn:
        merge, turn, again, out = (self.id(kind) for kind in ("merge", "turn", "again", "out"))
        text, first, last = self.block(block.parts[0])
        script = script_task(turn, f"if {turn} = null then 1 else {turn} + 1", result=turn)
        text += exclusive(merge) + script + exclusive(again, default=f"{again}_{out}") + exclusive(out)
        text += chain(merge, first) + chain(last, turn, again, out)
        return text + flow(again, merge, f"modulo({turn}, {2 + block.choice % 2}) > 0"), merge, out

    def _beside(self, block: Block) -> _Drawn:
        """A boundary event: interrupting it rejoins behind the activity, else its path ends by itself."""
        interrupting, inside, repeated = block.choice & 1 == 0, block.choice & 2, block.choice & 4
        host, event, merge, end = (self.id(kind) for kind in ("host", "event", "merge", "end"))
        if block.kind == "messaged":
            trigger = message("recalled")
        elif repeated and not interrupting:
            trigger = timer("R3/PT1H", kind="timeCycle")
        else:
            trigger = timer("PT1H")
        text = sub_process(host, self.scope(block.parts[0])) if inside else user_task(host)
        text += boundary(event, host, trigger, interrupting=interrupting) + exclusive(merge)
        aside, first, last = self.block(block.parts[1])
        text += aside + chain(host, merge) + chain(event, first)
        if interrupting:
            return text + chain(last, merge), host, merge
        return text + end_event(end) + chain(last, end), host, merge

    def _race(self, block: Block) -> _Drawn:
        gateway, merge = self.id("race"), self.id("merge")
        text = event_based(gateway) + exclusive(merge)
        for number, part in enumerate(block.parts):
            event = self.id("event")
            drawn = timer(f"PT{number + 1}H") if block.choice >> number & 1 else message("answered")
            behind, first, last = self.block(part)
            text += catch_event(event, drawn) + behind + chain(gateway, event, first) + chain(last, merge)
        return text, gateway, merge

    def _failing_sub(self, block: Block) -> _Drawn:
        host, caught, merge = (self.id(kind) for kind in ("host", "caught", "merge"))
        start, choice, fails, good = (self.id(kind) for kind in ("start", "choice", "fails", "good"))
        text, first, last = self.block(block.parts[0])
        inside = f'<startEvent id="{start}"/>{text}' + exclusive(choice, default=f"{choice}_{good}")
        inside += end_event(fails, error(ERRORS[block.choice & 1])) + end_event(good)
        inside += chain(start, first) + chain(last, choice, good)
        inside += flow(choice, fails, f"odd(count([1, 2])) or {str(block.choice > 2).lower()}")
        text = sub_process(host, inside) + boundary(caught, host, error()) + exclusive(merge)
        return text + chain(host, merge) + chain(caught, merge), host, merge

    def _terminated_sub(self, block: Block) -> _Drawn:
        """Two branches that nobody joins: the first to be done ends the other."""
        host, start, split = (self.id(kind) for kind in ("host", "start", "split"))
        inside = f'<startEvent id="{start}"/>' + parallel(split) + chain(start, split)
        for number, part in enumerate(block.parts):
            end = self.id("end")
            text, first, last = self.block(part)
            ends = TERMINATE if number == 0 or block.choice & 1 else ""
            inside += text + end_event(end, ends) + chain(split, first) + chain(last, end)
        return sub_process(host, inside), host, host
