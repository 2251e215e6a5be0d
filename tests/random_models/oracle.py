"""What must happen when a block runs and everything is answered as its policy says.

A small interpreter directly over the tree, with no code in common with the machine. Blocks that run side
by side do not touch each other's data, so it may take them one after the other: the order of visits is
free, their number is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.random_models.block_models import INSTANCES, Block, Event, bit, event_of, fields, many_of

Data = dict[str, Any]
"""Variables of the (called) process."""


class Oracle:
    def __init__(self, block: Block, data: Data) -> None:
        self.visits: Counter[str] = Counter()
        self.data: Data = dict(data)
        self.kinds: dict[str, Callable[[Block, Data], None]] = {
            "script": self._script, "link": self._link, "tasks": self._tasks, "quantity": self._quantity,
            "terminated": self._terminated, "undone": self._undone, "ad hoc": self._ad_hoc,
            "pair": self._pair, "sequence": self._sequence, "and": self._split, "xor": self._split,
            "or": self._split, "complex": self._split, "flows": self._flows, "sub": self._sub,
            "call": self._call, "loop": self._loop, "many": self._many, "transaction": self._transaction,
            "boundary": self._boundary, "reacting": self._reacting, "race": self._race,
        }  # fmt: skip
        self.visit("start", "last", "end")
        self.run(block, self.data)

    def visit(self, *ids: str) -> None:
        self.visits.update(ids)

    def run(self, block: Block, data: Data) -> None:
        known = self.kinds.get(block.kind)
        if known is not None:
            known(block, data)
        elif block.kind in ("user", "job"):
            self.work(f"{block.kind}{block.number}", data)
        else:
            self.visit(f"{block.kind}{block.number}")

    def work(self, id: str, data: Data) -> None:
        """A person or a department is done with it."""
        self.visit(id)
        data[f"done_{id}"] = 1

    def scope(self, n: int, part: Block, data: Data) -> None:
        self.visit(f"start{n}", f"end{n}")
        self.run(part, data)

    # --- leaves ----------------------------------------------------------------------------------

    def _script(self, block: Block, data: Data) -> None:
        n = block.number
        self.visit(f"script{n}")
        data[f"v{n}"] = data.get(f"v{n}", 0) + 1

    def _link(self, block: Block, data: Data) -> None:
        self.visit(f"jump{block.number}", f"land{block.number}")

    def _tasks(self, block: Block, data: Data) -> None:
        n, (mode, size, _) = block.number, many_of(block)
        self.visit(f"tasks{n}")
        begun = 1 if mode == "until" and size else size
        self.visit(*[f"tasks{n}"] * begun)
        if begun:
            data[f"done_tasks{n}"] = 1
        self._results(n, mode, size, data)

    def _results(self, n: int, mode: str, size: int, data: Data) -> None:
        if mode in ("parallel", "sequential", "until"):
            ready = min(size, 1) if mode == "until" else size
            data[f"out{n}"] = [2 * (place + 1) if place < ready else None for place in range(size)]

    def _quantity(self, block: Block, data: Data) -> None:
        self.work(f"gives{block.number}", data)
        self.work(f"takes{block.number}", data)

    def _terminated(self, block: Block, data: Data) -> None:
        n = block.number
        self.visit(f"sub{n}", f"start{n}", f"split{n}", f"never{n}", f"kill{n}")
        self.work(f"guard{n}", data)

    def _undone(self, block: Block, data: Data) -> None:
        n = block.number
        self.visit(f"sub{n}", f"start{n}", f"undo{n}", f"end{n}")
        first, second, _ = fields(block.choice, 3, 4, 2)
        self._done(n, 0, first, data)
        if second < 3:
            self._done(n, 1, second, data)

    def _done(self, n: int, place: int, form: int, data: Data) -> None:
        """An activity that is done, and undone later."""
        id = f"act{n}_{place}"
        times = 1
        if form == 1:
            self.visit(f"in{id}", f"in{id}_s", f"in{id}_e")
        if form == 2:
            self.visit(id)
            times = 2
        for _ in range(times):
            self.work(id, data)
            self._handled(id, place, data)

    def _handled(self, id: str, place: int, data: Data) -> None:
        if place == 0:
            self.visit(f"un{id}")
            data[f"u_{id}"] = 1
        else:
            self.work(f"un{id}", data)

    def _ad_hoc(self, block: Block, data: Data) -> None:
        n = block.number
        (mode,) = fields(block.choice, 5)
        self.visit(f"adhoc{n}")
        ids = [f"free{n}_{place}" for place in range(3)]
        if mode in (0, 1):
            for id in ids:
                self.work(id, data)
        elif mode == 2:
            self.work(ids[0], data)
        elif mode == 3:
            # Which of them is done first is free, so they leave no data.
            self.visit(*ids)
        else:
            for id in (ids[0], ids[2], ids[0]):
                self.work(id, data)

    def _pair(self, block: Block, data: Data) -> None:
        n = block.number
        if not block.alone:
            self.work(f"task{n}", data)
            return
        self.visit(f"split{n}", f"hears{n}", f"says{n}", f"join{n}")
        self.work(f"task{n}", data)

    # --- structure -------------------------------------------------------------------------------

    def _sequence(self, block: Block, data: Data) -> None:
        for part in block.parts:
            self.run(part, data)

    def _chosen(self, block: Block, data: Data) -> list[Block]:
        """Of the conditions "b0 = true" and so on; the last part is the default, or always taken too."""
        *conditional, last = block.parts
        chosen = [
            part for place, part in enumerate(conditional) if data.get(f"b{place}") is bit(block, place)
        ]
        return [*chosen, last] if bit(block, 6) or not chosen else chosen

    def _split(self, block: Block, data: Data) -> None:
        n, parts = block.number, list(block.parts)
        self.visit(f"split{n}")
        if block.kind in ("or", "xor"):
            parts = self._chosen(block, data)
        if block.kind == "xor":
            parts = parts[:1]
        for part in parts:
            self.run(part, data)
        self.visit(f"join{n}")

    def _flows(self, block: Block, data: Data) -> None:
        n = block.number
        self.work(f"from{n}", data)
        for part in self._chosen(block, data) if bit(block, 4) else block.parts:
            self.run(part, data)
        self.visit(f"join{n}")

    def _sub(self, block: Block, data: Data) -> None:
        self.visit(f"sub{block.number}")
        self.scope(block.number, block.parts[0], data)

    def _call(self, block: Block, data: Data) -> None:
        self.visit(f"call{block.number}")
        self._called(block.number, block.parts[0], data)

    def _called(self, n: int, part: Block, data: Data) -> None:
        self.scope(n, part, {"b1": data.get("b1")})
        data[f"got{n}"] = data.get("b1")

    def _loop(self, block: Block, data: Data) -> None:
        n = block.number
        turns = 1 + block.choice % 3
        self.visit(f"out{n}")
        if block.alone:
            self.visit(f"reset{n}")
            data[f"turn{n}"] = turns
        else:
            self.visit(f"sub{n}", f"start{n}", f"end{n}")
        for _ in range(turns):
            self.visit(f"merge{n}", f"turn{n}", f"again{n}")
            self.run(block.parts[0], data)

    def _many(self, block: Block, data: Data) -> None:
        n, (mode, size, call) = block.number, many_of(block)
        self.visit(f"many{n}")
        for _ in range(min(size, 1) if mode == "until" else size):
            self.visit(f"many{n}")
            if call:
                self._called(n, block.parts[0], data)
            else:
                self.scope(n, block.parts[0], data)
        self._results(n, mode, size, data)

    def _transaction(self, block: Block, data: Data) -> None:
        n = block.number
        canceled, second = fields(block.choice, 2, 4)
        self.visit(f"trade{n}", f"start{n}", f"either{n}", f"merge{n}")
        for place in range(1 + (second < 3)):
            self.work(f"act{n}_{place}", data)
        if not canceled:
            self.visit(f"end{n}")
            return
        self.visit(f"cancel{n}", f"canceled{n}")
        for place in range(1 + (second < 3)):
            self._handled(f"act{n}_{place}", place, data)
        self.run(block.parts[0], data)

    # --- events ----------------------------------------------------------------------------------

    def _race(self, block: Block, data: Data) -> None:
        n, winner = block.number, block.choice % 2
        self.visit(f"race{n}", f"catch{n}_{winner}", f"merge{n}")
        self.run(block.parts[winner], data)

    def _boundary(self, block: Block, data: Data) -> None:
        n, event = block.number, event_of(block)
        stopped = event.interrupting and event.times > 0
        if event.trigger == "condition":
            self.visit(f"reset{n}")
            data[f"c{n}"] = event.times > 0
        instances = INSTANCES if event.host in ("parallel", "sequential") else 1
        self.visit(f"host{n}", f"merge{n}")
        if event.host == "task":
            if not stopped:
                data[f"done_host{n}"] = 1
        elif event.host == "call":
            inside: Data = {"b1": data.get("b1")}
            self._guarded(block, event, inside)
            if not stopped:
                data[f"got{n}"] = data.get("b1")
        else:
            begun = 1 if stopped and event.host == "sequential" else instances
            self.visit(*[f"host{n}"] * (begun if instances > 1 else 0))
            for number in range(begun):
                self._guarded(block, event, data, late=stopped and number > 0)
        if stopped:
            self.visit(f"event{n}")
            self.run(block.parts[1], data)
            return
        by_instance = event.trigger in ("error", "escalation")
        for _ in range(event.times * (instances if by_instance else 1)):
            self.visit(f"event{n}", f"aside{n}", f"aside{n}_s", f"aside{n}_e", f"over{n}")
            self.run(block.parts[1], data)

    def _guarded(self, block: Block, event: Event, data: Data, *, late: bool = False) -> None:
        """A scope that begins with a task, at which what is to come comes. It comes to all instances at
        once, or from the first, whichever that is; the others are then too late for anything."""
        n = block.number
        stopped = event.interrupting and event.times > 0
        self.visit(f"start{n}", f"guard{n}")
        if late:
            return
        if not stopped or event.trigger == "condition" or event.inside:
            data[f"done_guard{n}"] = 1
        if event.inside:
            self._thrown(n, event)
        if not stopped:
            self.run(block.parts[0], data)
            self.visit(f"end{n}")

    def _thrown(self, n: int, event: Event) -> None:
        if event.trigger == "error":
            self.visit(f"choose{n}", *[f"fails{n}"] * event.times)
        else:
            self.visit(*(f"throws{n}_{turn}" for turn in range(event.times)))

    def _reacting(self, block: Block, data: Data) -> None:
        n, event = block.number, event_of(block)
        self.visit(f"sub{n}")
        self._guarded(block, event, data)
        for _ in range(event.times):
            self.visit(f"react{n}", f"react{n}_start", f"react{n}_end")
            self.run(block.parts[1], data)
