"""Random processes without any structure: gateways and tasks with flows from anywhere to anywhere.

Flows back lead to user tasks only, so that nothing runs for ever by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.elements.drawing import (
    end_event,
    exclusive,
    flow,
    inclusive,
    parallel,
    process,
    script_task,
    user_task,
)

_KINDS = ("user", "script", "xor", "and", "or", "end")
_GATEWAYS = {"xor": exclusive, "or": inclusive}


@dataclass(frozen=True)
class Tangle:
    kinds: tuple[str, ...]
    targets: tuple[tuple[int, ...], ...]
    """Per node, numbers that are taken modulo what may be targeted."""


def _tangle(size: int) -> st.SearchStrategy[Tangle]:
    kinds = st.tuples(*[st.sampled_from(_KINDS[:-1])] * size)
    targets = st.tuples(*[st.lists(st.integers(0, 40), min_size=1, max_size=3).map(tuple)] * size)
    return st.builds(Tangle, kinds, targets)


TANGLES = st.integers(3, 9).flatmap(_tangle)


def file_of(tangle: Tangle) -> bytes:
    kinds = (*tangle.kinds, "end", "end")
    ids = [f"{kind}{number}" for number, kind in enumerate(kinds)]
    flows = {number: _targets(tangle, kinds, number) for number in range(len(tangle.kinds))}
    text = '<startEvent id="start"/>' + flow("start", ids[0])
    for number in sorted(_reached(flows)):
        text += _drawn(kinds[number], ids[number], [ids[target] for target in flows.get(number, ())])
    return process(text)


def _targets(tangle: Tangle, kinds: tuple[str, ...], number: int) -> tuple[int, ...]:
    allowed = [
        other for other in range(len(kinds)) if other > number or (kinds[other] == "user" and other != 0)
    ]
    wanted = dict.fromkeys(allowed[choice % len(allowed)] for choice in tangle.targets[number])
    return tuple(wanted) if kinds[number] in ("xor", "and", "or") else tuple(wanted)[:1]


def _reached(flows: dict[int, tuple[int, ...]]) -> set[int]:
    found, pending = {0}, [0]
    while pending:
        for target in flows.get(pending.pop(), ()):
            if target not in found:
                found.add(target)
                pending.append(target)
    return found


def _drawn(kind: str, id: str, targets: list[str]) -> str:
    match kind:
        case "end":
            return end_event(id)
        case "user":
            text = user_task(id)
        case "script":
            text = script_task(id, "if sum = null then 1 else sum + 1", result="sum")
        case "and":
            text = parallel(id)
        case _:
            default = {"default": f"{id}_{targets[-1]}"} if len(targets) > 1 else {}
            return _GATEWAYS[kind](id, **default) + _choosing(id, targets)
    return text + "".join(flow(id, target) for target in targets)


def _choosing(id: str, targets: list[str]) -> str:
    conditions = [f"shared = {number}" for number in range(len(targets) - 1)]
    return "".join(
        flow(id, target, condition) for target, condition in zip(targets, [*conditions, None], strict=True)
    )
