"""Random processes without any structure: nodes of all kinds with flows from anywhere to anywhere.

They may get stuck at a join, run into the step limit, or never end. All that is drawn is legal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.elements import drawing as d

KINDS = (
    "user", "user", "user", "job", "script", "manual", "xor", "xor", "and", "or", "or", "or", "complex",
    "race", "timer", "message", "signal", "condition", "publish", "broadcast", "says", "escalate", "link",
    "many", "loop", "gather", "sub", "reacting", "call", "end", "terminate", "error end", "escalation end",
)  # fmt: skip
_BRANCHING = frozenset({"xor", "and", "or", "complex"})
_ENDS = {
    "end": "",
    "terminate": d.TERMINATE,
    "error end": d.error("REFUSED"),
    "escalation end": d.escalation("SLOW"),
}
_EVENTS = {
    "timer": d.timer("PT1H"),
    "cycle": d.timer("R3/PT1H", kind="timeCycle"),
    "message": d.message("recalled"),
    "signal": d.signal("alarm"),
    "condition": d.condition("shared = 2"),
    "error": d.error(),
    "escalation": d.escalation("SLOW"),
}
_HOSTS = frozenset({"user", "job", "many", "loop", "sub", "reacting", "call"})


@dataclass(frozen=True)
class Node:
    """`targets` are taken modulo the number of nodes; `choice` decides between the node's forms."""

    kind: str
    targets: tuple[int, ...]
    choice: int
    boundary: tuple[str, bool, int] | None
    """Trigger, whether it interrupts, and where it leads."""


_TARGETS = st.lists(st.integers(0, 30), min_size=1, max_size=3).map(tuple)
_BOUNDARIES = st.none() | st.tuples(st.sampled_from(sorted(_EVENTS)), st.booleans(), st.integers(0, 30))
_NODES = st.builds(Node, st.sampled_from(KINDS), _TARGETS, st.integers(0, 31), _BOUNDARIES)
TANGLES = st.lists(_NODES, min_size=3, max_size=14).map(tuple)
_FORKED = 3
"""Nodes at which tokens begin side by side."""


def files_of(tangle: tuple[Node, ...]) -> list[bytes]:
    """The process `main`, and one that is called."""
    return [d.process(_Tangle(tangle).text()), _CALLED]


_CALLED = d.process(
    d.sequence(("asked", d.user_task("asked")), ("told", d.throw_event("told", d.escalation("SLOW")))),
    id="called",
)


class _Tangle:
    def __init__(self, tangle: tuple[Node, ...]) -> None:
        self.nodes = (*tangle, Node("end", (), 0, None))
        self.ids = [f"{node.kind.replace(' ', '_')}{place}" for place, node in enumerate(self.nodes)]
        self.incoming: Counter[int] = Counter()
        self.drawn: dict[str, Callable[[int, list[str]], str]] = {
            "xor": self._choosing, "or": self._choosing, "complex": self._complex, "race": self._race,
            "link": self._link,
        }  # fmt: skip

    def text(self) -> str:
        """A task, then several tokens side by side, one of them on a way that can end."""
        text = d.start_event("start") + d.user_task("first") + d.parallel("fork") + d.user_task("way_out")
        text += d.end_event("out") + d.chain("start", "first", "fork", "way_out", "out")
        led = {place: self._led(place) for place in range(len(self.nodes))}
        text += "".join(d.flow("fork", self.ids[place]) for place in range(_FORKED))
        found, pending = set(range(_FORKED)), list(range(_FORKED))
        while pending:
            for place in led[pending.pop()]:
                if place not in found:
                    found.add(place)
                    pending.append(place)
        for place in range(_FORKED):
            self.incoming[place] += 1
        for place in found:
            self.incoming.update(led[place])
        for place in sorted(found):
            targets = [self.ids[target] for target in self._targets(self.nodes[place])]
            text += self._node(place, targets)
        return text

    def _led(self, place: int) -> list[int]:
        node = self.nodes[place]
        beside = [self._target(node.boundary[2])] if node.boundary is not None and node.kind in _HOSTS else []
        return [*self._targets(node), *beside]

    def _target(self, number: int) -> int:
        return number % len(self.nodes)

    def _targets(self, node: Node) -> list[int]:
        if node.kind in _ENDS:
            return []
        targets = list(dict.fromkeys(self._target(number) for number in node.targets))
        several = node.kind in _BRANCHING or (node.kind == "user" and node.choice > 23) or node.kind == "race"
        return targets if several else targets[:1]

    def _node(self, place: int, targets: list[str]) -> str:
        id, node = self.ids[place], self.nodes[place]
        drawn = self.drawn.get(node.kind)
        if drawn is not None:
            return drawn(place, targets)
        text = self._plain(id, node) + "".join(d.flow(id, target) for target in targets)
        if node.boundary is not None and node.kind in _HOSTS:
            trigger, interrupting, number = node.boundary
            stops = (interrupting or trigger == "error") and trigger != "cycle"
            text += d.boundary(f"{id}_{trigger}", id, _EVENTS[trigger], interrupting=stops)
            text += d.flow(f"{id}_{trigger}", self.ids[self._target(number)])
        return text

    def _plain(self, id: str, node: Node) -> str:
        if node.kind in _ENDS:
            return d.end_event(id, _ENDS[node.kind])
        if node.kind in _EVENTS:
            return d.catch_event(id, _EVENTS[node.kind])
        match node.kind:
            case "user":
                return d.user_task(id)
            case "job":
                return d.service_task(id)
            case "script":
                # Fails where the variable is no number: an incident that a retry may mend.
                return d.script_task(id, "if sum = null then shared else sum + shared", result="sum")
            case "manual":
                return d.node("manualTask", id)
            case "and":
                return d.parallel(id)
            case "publish":
                return d.throw_event(id, d.message("paid"), extensions=d.reads("shared", "=shared"))
            case "broadcast":
                return d.throw_event(id, d.signal("all_clear"))
            case "says":
                return d.throw_event(id, d.signal("alarm"))
            case "escalate":
                return d.throw_event(id, d.escalation("SLOW"))
            case "many":
                until = "numberOfCompletedInstances >= 2" if node.choice > 15 else None
                loop = d.multi_instance(cardinality="shared", sequential=bool(node.choice & 1), until=until)
                return d.user_task(id, content=loop)
            case "loop":
                return d.user_task(id, content=d.standard_loop("shared > 0", maximum=3))
            case "gather":
                return d.user_task(id, startQuantity="2", completionQuantity=str(1 + node.choice % 2))
            case "call":
                return d.call_activity(id)
            case _:
                return self._sub(id, node)

    def _sub(self, id: str, node: Node) -> str:
        """Two tasks side by side; `reacting` has event sub-processes."""
        ends = [d.TERMINATE, d.error("LATE"), d.escalation("SLOW"), ""][node.choice % 4]
        inside = d.start_event(f"{id}_s") + d.user_task(f"{id}_a") + d.service_task(f"{id}_b")
        inside += d.end_event(f"{id}_e", ends) + d.end_event(f"{id}_f")
        inside += d.flow(f"{id}_s", f"{id}_a") + d.flow(f"{id}_s", f"{id}_b")
        inside += d.chain(f"{id}_a", f"{id}_e") + d.chain(f"{id}_b", f"{id}_f")
        if node.kind == "reacting":
            for place, trigger in enumerate(sorted(_EVENTS)[node.choice % 5 : node.choice % 5 + 2]):
                react = f"{id}_react{place}"
                calm = trigger == "cycle" or (not node.choice >> place & 4 and trigger != "error")
                inside += d.reaction(
                    react, _EVENTS[trigger], (f"{react}_t", d.user_task(f"{react}_t")), interrupting=not calm
                )
        return d.sub_process(id, inside)

    # --- nodes with flows of their own kind ------------------------------------------------------

    def _choosing(self, place: int, targets: list[str]) -> str:
        id, node = self.ids[place], self.nodes[place]
        default = f"{id}_{targets[-1]}" if len(targets) > 1 else None
        gateway = d.exclusive if node.kind == "xor" else d.inclusive
        text = gateway(id, default=default)
        sign, least = ">" if node.choice & 1 else "=", node.choice >> 1 & 1
        for number, target in enumerate(targets):
            chosen = default is not None and number < len(targets) - 1
            text += d.flow(id, target, f"shared {sign} {number + least}" if chosen else None)
        return text

    def _complex(self, place: int, targets: list[str]) -> str:
        id, node = self.ids[place], self.nodes[place]
        needs = f"activationCount >= {1 + node.choice % 3}" if self.incoming[place] > 1 else None
        text = d.complex_gateway(id, activation=needs)
        return text + "".join(d.flow(id, target) for target in targets)

    def _race(self, place: int, targets: list[str]) -> str:
        id, node = self.ids[place], self.nodes[place]
        text = d.event_based(id)
        for number, target in enumerate([*targets, targets[0]][:3]):
            event = f"{id}_c{number}"
            kind = ("timer", "message", "signal", "condition")[(node.choice + number) % 4]
            text += d.catch_event(event, _EVENTS[kind]) + d.chain(id, event, target)
        return text

    def _link(self, place: int, targets: list[str]) -> str:
        id = self.ids[place]
        text = d.throw_event(id, d.link(id)) + d.catch_event(f"{id}_land", d.link(id))
        return text + d.flow(f"{id}_land", targets[0])
