"""Draws blocks as BPMN files, and says how each waiting thing is to be answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.elements import drawing as d
from tests.random_models.block_models import Block, Event, bit, event_of, fields, many_of
from tests.random_models.drawing_pieces import Drawn, awaited, both, branches, repeated, row, within

_ASSIGNED = '<gov:assignment roles="clerk"/>'


@dataclass
class Policy:
    """How everything is answered so that one thing only can come of it."""

    fires: dict[str, int] = field(default_factory=dict)
    """Event -> how often it is triggered before anything that it guards is answered."""
    never: set[str] = field(default_factory=set)
    """Tasks that are left alone."""
    answers: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)
    """Task -> what to do in turn, the last being how it is completed, if that is not as usual."""
    choices: dict[str, list[str]] = field(default_factory=dict)
    """Ad-hoc sub-process -> what is begun there."""


@dataclass
class BlockModel:
    files: list[bytes]
    policy: Policy


def draw(block: Block) -> BlockModel:
    """The process `main` and those it calls. A user task `last` stands before the end."""
    writer = _Writer()
    text, first, last = writer.block(block)
    main = d.start_event("start") + text + d.user_task("last") + d.end_event("end")
    main += d.chain("start", first) + d.chain(last, "last", "end")
    roots = "".join(writer.roots)
    files = [d.process(main, roots=roots)]
    files += [d.process(content, id=id, roots=roots) for id, content in writer.called]
    return BlockModel(files, writer.policy)


class _Writer:
    def __init__(self) -> None:
        self.policy = Policy()
        self.called: list[tuple[str, str]] = []
        self.roots: list[str] = []
        self.kinds: dict[str, Callable[[Block], Drawn]] = {
            "link": self._link, "tasks": self._tasks, "quantity": self._quantity,
            "terminated": self._terminated, "undone": self._undone, "ad hoc": self._ad_hoc,
            "pair": self._pair, "sequence": self._sequence, "and": self._split, "xor": self._split,
            "or": self._split, "complex": self._split, "flows": self._flows, "sub": self._sub,
            "call": self._call, "loop": self._loop, "many": self._many, "transaction": self._transaction,
            "boundary": self._boundary, "reacting": self._reacting, "race": self._race,
        }  # fmt: skip

    def block(self, block: Block) -> Drawn:
        drawn = self.kinds.get(block.kind)
        return drawn(block) if drawn is not None else self._leaf(block)

    def scope(self, n: int, part: Block) -> str:
        return within(n, *self.block(part))

    def fires(self, id: str, times: int = 1) -> str:
        self.policy.fires[id] = times
        return id

    # --- leaves ----------------------------------------------------------------------------------

    def _leaf(self, block: Block) -> Drawn:
        n = block.number
        id = f"{block.kind}{n}"
        match block.kind:
            case "user":
                text = d.user_task(id)
            case "job":
                text = d.service_task(id)
            case "manual":
                text = d.node("manualTask", id)
            case "script":
                text = d.script_task(id, f"if v{n} = null then 1 else v{n} + 1", result=f"v{n}")
            case "receive":
                text = d.node("receiveTask", self.fires(id), messageRef="m_recalled")
            case "message" | "timer" | "signal":
                text = d.catch_event(self.fires(id), awaited(block.kind))
            case "publish":
                text = d.throw_event(id, d.message("paid"), extensions=d.reads("sum", "=b1"))
            case "broadcast":
                text = d.throw_event(id, d.signal("all_clear"), extensions=d.reads("sum", "=b1"))
            case "escalate":
                text = d.throw_event(id, d.escalation("URGENT"))
            case _:
                raise AssertionError(f"Nobody draws {block.kind!r}.")
        return text, id, id

    def _link(self, block: Block) -> Drawn:
        n = block.number
        text = d.throw_event(f"jump{n}", d.link(f"l{n}")) + d.catch_event(f"land{n}", d.link(f"l{n}"))
        return text, f"jump{n}", f"land{n}"

    def _tasks(self, block: Block) -> Drawn:
        id, (mode, size, _) = f"tasks{block.number}", many_of(block)
        return d.user_task(id, content=repeated(block.number, mode, size)), id, id

    def _quantity(self, block: Block) -> Drawn:
        gives, takes = f"gives{block.number}", f"takes{block.number}"
        text = d.user_task(gives, completionQuantity="2") + d.user_task(takes, startQuantity="2")
        return text + d.chain(gives, takes), gives, takes

    def _terminated(self, block: Block) -> Drawn:
        n = block.number
        start, split, guard, never, kill = (f"{x}{n}" for x in ("start", "split", "guard", "never", "kill"))
        self.policy.never.add(never)
        inside = d.start_event(start) + d.parallel(split) + d.user_task(guard) + d.user_task(never)
        inside += d.end_event(kill, d.TERMINATE)
        inside += d.chain(start, split) + both(split, guard, never, block) + d.chain(guard, kill)
        return d.sub_process(f"sub{n}", inside), f"sub{n}", f"sub{n}"

    def _undone(self, block: Block) -> Drawn:
        n = block.number
        first, second, waits = fields(block.choice, 3, 4, 2)
        forms = [first, second] if second < 3 else [first]
        drawn = [self._done(n, place, form) for place, form in enumerate(forms)]
        undo = d.throw_event(f"undo{n}", d.compensate(wait=bool(waits)))
        inside = within(n, *row([*drawn, (undo, f"undo{n}", f"undo{n}")]))
        return d.sub_process(f"sub{n}", inside), f"sub{n}", f"sub{n}"

    def _done(self, n: int, place: int, form: int) -> Drawn:
        id = f"act{n}_{place}"
        loop = d.multi_instance(cardinality="2") if form == 2 else ""
        text = d.user_task(id, content=loop) + d.boundary(f"{id}_b", id, d.compensate())
        handler = f"un{id}"
        if place == 0:
            script = "<script>1</script>"
            text += d.node(
                "scriptTask", handler, content=script, gov_result=f"u_{id}", isForCompensation="true"
            )
        else:
            text += d.user_task(handler, isForCompensation="true")
        text += d.association(f"{id}_b", handler)
        if form != 1:
            return text, id, id
        ends = d.start_event(f"in{id}_s") + d.end_event(f"in{id}_e")
        inside = ends + text + d.chain(f"in{id}_s", id, f"in{id}_e")
        return d.sub_process(f"in{id}", inside), f"in{id}", f"in{id}"

    def _ad_hoc(self, block: Block) -> Drawn:
        (mode,) = fields(block.choice, 5)
        id = f"adhoc{block.number}"
        ids = [f"free{block.number}_{place}" for place in range(3)]
        inside = "".join(d.user_task(each) for each in ids)
        if mode == 4:
            self.policy.choices[id] = [ids[0], ids[2], ids[0]]
            text = d.ad_hoc(id, inside, extensions=_ASSIGNED, cancelRemainingInstances="false")
            return text, id, id
        if mode == 3:
            for each in ids:
                self.policy.answers[each] = [("complete", {})]
        names = "=[" + ", ".join(f'"{each}"' for each in ids) + "]"
        ordering = "Sequential" if mode in (1, 2) else "Parallel"
        stop = "true" if mode in (2, 3) else None
        return d.ad_hoc(id, inside, condition=stop, ordering=ordering, gov_activeElements=names), id, id

    def _pair(self, block: Block) -> Drawn:
        """One branch waits for the signal of the other; alone only, since every instance would hear it."""
        n = block.number
        task = f"task{n}"
        if not block.alone:
            return d.user_task(task), task, task
        split, hears, says, join = (f"{x}{n}" for x in ("split", "hears", "says", "join"))
        self.roots.append(f'<signal id="s_own{n}" name="own{n}"/>')
        self.policy.fires[hears] = 0
        text = d.parallel(split) + d.catch_event(hears, d.signal(f"own{n}")) + d.user_task(task)
        text += d.throw_event(says, d.signal(f"own{n}")) + d.parallel(join)
        return (
            text + both(split, hears, task, block) + d.chain(task, says, join) + d.chain(hears, join),
            split,
            join,
        )

    # --- structure -------------------------------------------------------------------------------

    def _sequence(self, block: Block) -> Drawn:
        return row([self.block(part) for part in block.parts])

    def _split(self, block: Block) -> Drawn:
        n, kind = block.number, block.kind
        split, join = f"split{n}", f"join{n}"
        parts = [self.block(part) for part in block.parts]
        default = None if bit(block, 6) else f"{split}_{parts[-1][1]}"
        match kind:
            case "and":
                text = d.parallel(split) + d.parallel(join)
            case "or":
                text = d.inclusive(split, default=default) + d.inclusive(join)
            case "complex":
                enough = f"activationCount >= {len(parts)}"
                text = d.parallel(split) + d.complex_gateway(join, activation=enough)
            case _:
                merge = d.exclusive(join) if bit(block, 5) else d.node("manualTask", join)
                text = d.exclusive(split, default=default) + merge
        chooses = kind in ("or", "xor")
        return text + branches(block, split, join, parts, chooses=chooses), split, join

    def _flows(self, block: Block) -> Drawn:
        source, join = f"from{block.number}", f"join{block.number}"
        parts = [self.block(part) for part in block.parts]
        chooses = bit(block, 4)
        more = {"default": f"{source}_{parts[-1][1]}"} if chooses and not bit(block, 6) else {}
        text = d.user_task(source, **more) + (d.inclusive(join) if chooses else d.parallel(join))
        return text + branches(block, source, join, parts, chooses=chooses), source, join

    def _sub(self, block: Block) -> Drawn:
        id = f"sub{block.number}"
        return d.sub_process(id, self.scope(block.number, block.parts[0])), id, id

    def _call(self, block: Block) -> Drawn:
        return self._calling(f"call{block.number}", block.number, self.scope(block.number, block.parts[0]))

    def _calling(self, id: str, n: int, content: str, loop: str = "") -> Drawn:
        self.called.append((f"called{n}", content))
        mapped = d.reads("b1", "=b1") + d.writes(f"got{n}", "=b1")
        return d.call_activity(id, called=f"called{n}", extensions=mapped, content=loop), id, id

    def _loop(self, block: Block) -> Drawn:
        n, turns = block.number, 1 + block.choice % 3
        merge, turn, again, out = f"merge{n}", f"turn{n}", f"again{n}", f"out{n}"
        text, first, last = self.block(block.parts[0])
        text += d.exclusive(merge) + d.script_task(turn, f"turn{n} + 1", result=f"turn{n}")
        text += d.exclusive(again, default=f"{again}_{out}") + d.exclusive(out)
        text += d.chain(merge, first) + d.chain(last, turn, again, out)
        text += d.flow(again, merge, f"turn{n} < {turns}")
        if block.alone:
            reset = d.script_task(f"reset{n}", "0", result=f"turn{n}")
            return reset + text + d.chain(f"reset{n}", merge), f"reset{n}", out
        inside = within(n, text, merge, out)
        return d.sub_process(f"sub{n}", inside, extensions=d.reads(f"turn{n}", "=0")), f"sub{n}", f"sub{n}"

    def _many(self, block: Block) -> Drawn:
        n, (mode, size, call) = block.number, many_of(block)
        id, content, loop = f"many{n}", self.scope(n, block.parts[0]), repeated(n, mode, size)
        if call:
            return self._calling(id, n, content, loop)
        return d.sub_process(id, loop + content), id, id

    def _transaction(self, block: Block) -> Drawn:
        n = block.number
        canceled, second = fields(block.choice, 2, 4)
        either, cancel = f"either{n}", f"cancel{n}"
        drawn = [self._done(n, place, 0) for place in range(1 + (second < 3))]
        choice = d.exclusive(either, default=f"{either}_end{n}") + d.end_event(cancel, d.CANCEL)
        choice += d.flow(either, cancel, str(bool(canceled)).lower())
        inside = within(n, *row([*drawn, (choice, either, either)]))
        aside, first, last = self.block(block.parts[0])
        text = d.transaction(f"trade{n}", inside) + d.boundary(f"canceled{n}", f"trade{n}", d.CANCEL)
        text += d.exclusive(f"merge{n}") + aside + d.chain(f"trade{n}", f"merge{n}")
        return text + d.chain(f"canceled{n}", first) + d.chain(last, f"merge{n}"), f"trade{n}", f"merge{n}"

    # --- events ----------------------------------------------------------------------------------

    def _race(self, block: Block) -> Drawn:
        n, kinds = block.number, fields(block.choice // 2, 3, 3)
        race, merge = f"race{n}", f"merge{n}"
        text = d.event_based(race) + d.exclusive(merge)
        for place, part in enumerate(block.parts):
            event = f"catch{n}_{place}"
            self.fires(event, int(place == block.choice % 2))
            text += d.catch_event(event, awaited(("message", "timer", "signal")[kinds[place]]))
            behind, first, last = self.block(part)
            text += behind + d.chain(race, event, first) + d.chain(last, merge)
        return text, race, merge

    def _boundary(self, block: Block) -> Drawn:
        n, event = block.number, event_of(block)
        host, caught, merge = f"host{n}", f"event{n}", f"merge{n}"
        text, first = self._host(block, event), host
        text += d.boundary(caught, host, self._trigger(n, event), interrupting=event.interrupting)
        if event.trigger == "condition":
            text += d.script_task(f"reset{n}", "false", result=f"c{n}") + d.chain(f"reset{n}", host)
            first = f"reset{n}"
        aside, entry, exit = self.block(block.parts[1])
        text += d.exclusive(merge) + d.chain(host, merge)
        if event.interrupting:
            return text + aside + d.chain(caught, entry) + d.chain(exit, merge), first, merge
        # In a scope of its own: it may be under way several times.
        inside = d.start_event(f"aside{n}_s") + aside + d.end_event(f"aside{n}_e")
        inside += d.chain(f"aside{n}_s", entry) + d.chain(exit, f"aside{n}_e")
        text += d.sub_process(f"aside{n}", inside) + d.end_event(f"over{n}")
        return text + d.chain(caught, f"aside{n}", f"over{n}"), first, merge

    def _host(self, block: Block, event: Event) -> str:
        n = block.number
        id = f"host{n}"
        if event.host == "task":
            self._ask(id, n, event)
            return d.user_task(id)
        content = self._guarded(block, event)
        if event.host == "call":
            return self._calling(id, n, content)[0]
        loop = ""
        if event.host in ("parallel", "sequential"):
            loop = d.multi_instance(cardinality="2", sequential=event.host == "sequential")
        return d.sub_process(id, loop + content)

    def _guarded(self, block: Block, event: Event) -> str:
        n = block.number
        guard = f"guard{n}"
        if not event.inside:
            self._ask(guard, n, event)
        text, first, last = self.block(block.parts[0])
        if event.inside and event.trigger == "error":
            choose, fails = f"choose{n}", f"fails{n}"
            text += d.exclusive(choose, default=f"{choose}_{first}") + d.end_event(fails, d.error(f"E{n}"))
            text += d.flow(choose, fails, str(event.times > 0).lower()) + d.chain(choose, first)
            first = choose
        elif event.inside:
            for turn in reversed(range(event.times)):
                thrower = f"throws{n}_{turn}"
                text += d.throw_event(thrower, d.escalation(f"X{n}")) + d.chain(thrower, first)
                first = thrower
        return within(n, d.user_task(guard) + text + d.chain(guard, first), guard, last)

    def _ask(self, guard: str, n: int, event: Event) -> None:
        """What is done at the task where the event is to come."""
        given: dict[str, Any] = {f"done_{guard}": 1}
        if event.trigger == "condition":
            given[f"c{n}"] = event.times > 0
        says = {"error": ("error", f"E{n}"), "escalation": ("escalate", f"X{n}")}.get(event.trigger)
        self.policy.answers[guard] = [*([says] * event.times if says else []), ("complete", given)]

    def _trigger(self, n: int, event: Event, *, start: str = "") -> str:
        by_row = event.trigger in ("timer", "message", "signal")
        if by_row:
            self.fires(start or f"event{n}", event.times)
        match event.trigger:
            case "error":
                self.roots.append(f'<error id="e_E{n}" errorCode="E{n}"/>')
                return d.error(f"E{n}")
            case "escalation":
                self.roots.append(f'<escalation id="x_X{n}" escalationCode="X{n}"/>')
                return d.escalation(f"X{n}")
            case "condition":
                return d.condition(f"c{n} = true")
            case "timer" if event.times > 1:
                return d.timer("R2/PT1H", kind="timeCycle")
            case _:
                return awaited(event.trigger)

    def _reacting(self, block: Block) -> Drawn:
        n, event = block.number, event_of(block)
        id, react = f"sub{n}", f"react{n}"
        content = self._guarded(block, event)
        trigger = self._trigger(n, event, start=f"{react}_start")
        aside, first, last = self.block(block.parts[1])
        inside = aside + d.end_event(f"{react}_end")
        inside += d.chain(f"{react}_start", first) + d.chain(last, f"{react}_end")
        content += d.event_sub_process(react, trigger, inside, interrupting=event.interrupting)
        mapped = d.reads(f"c{n}", "=false") if event.trigger == "condition" else ""
        return d.sub_process(id, content, extensions=mapped), id, id
