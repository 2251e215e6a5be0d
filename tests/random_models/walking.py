"""Ways through a process: what can be done next is told from the open rows, and one of it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from engine.bpmn.effects import (
    CreateJob,
    CreateTimer,
    CreateUserTask,
    OpenSignalSubscription,
    OpenSubscription,
    RaiseIncident,
)
from engine.bpmn.queries import keeps_waiting
from engine.bpmn.state import Phase
from engine.bpmn.stimuli import (
    CancelProcess,
    CompleteElement,
    DeliverMessage,
    DeliverSignal,
    RetryElement,
    SetVariables,
    StartActivity,
    ThrowError,
    ThrowEscalation,
    TriggerTimer,
)
from tests.elements.driver import Dry, Row
from tests.random_models.drawing_blocks import Policy
from tests.random_models.watching import Watched

Event = CreateTimer | OpenSubscription | OpenSignalSubscription
Work = CreateUserTask | CreateJob
Variables = Mapping[str, Any]
ERRORS = ("REFUSED", "LATE")
ESCALATIONS = ("SLOW", "URGENT")
MAX_RETRIES = 4


# --- what can be done ----------------------------------------------------------------------------


def trigger(run: Dry, row: Event, variables: Variables) -> None:
    if isinstance(row, CreateTimer):
        run.now = max(run.now, row.due_at)
        run.rows.remove(row)
        run.step(TriggerTimer(row.element_key, row.node, row.due_at, row.cycle))
        return
    if not keeps_waiting(run.state, row.element_key, row.node, library=run.library):
        run.rows.remove(row)
    if isinstance(row, OpenSubscription):
        run.step(DeliverMessage(row.element_key, row.node, variables))
    else:
        run.step(DeliverSignal(row.element_key, row.node, variables))


def complete(run: Dry, row: Work, variables: Variables) -> None:
    run.step(CompleteElement(row.element_key, variables))


def throw(run: Dry, row: Work, code: str, variables: Variables) -> None:
    """The store closes the work that reports an error, whoever catches it."""
    run.rows.remove(row)
    run.step(ThrowError(row.element_key, code, "", variables))


def escalate(run: Dry, row: Work, code: str, variables: Variables) -> None:
    run.step(ThrowEscalation(row.element_key, code, variables))


# --- as a policy says ----------------------------------------------------------------------------


class PolicyWalk:
    """Everything is answered, in an order that depends on `seed` alone, until only `last` is open."""

    def __init__(self, run: Dry, policy: Policy, *, seed: int, told: list[str]) -> None:
        self.run = run
        self.policy = policy
        self.random = Random(seed)
        self.told = told
        self.fired: Counter[tuple[int, int]] = Counter()
        self.asked: Counter[int] = Counter()

    def walk(self, *, most: int) -> None:
        for _ in range(most):
            assert self.run.incidents == [], f"{self.run.incidents}: {self.run.incident_text}"
            rows = [row for row in self.run.rows if self._may_be_answered(row)]
            if not rows:
                return
            self._answer(self.random.choice(rows))
        raise AssertionError("Expected everything to be answered by now.")

    def _owes(self, row: Row) -> bool:
        if not isinstance(row, Event):
            return False
        return self.fired[row.element_key, row.node] < self.policy.fires[row.element_id]

    def _may_be_answered(self, row: Row) -> bool:
        if isinstance(row, Event):
            return self._owes(row)
        if not isinstance(row, Work) or row.element_id == "last" or row.element_id in self.policy.never:
            return False
        return not any(self._owes(other) for other in self.run.rows if self._guards(other, row.element_key))

    def _guards(self, row: Row, key: int) -> bool:
        """Whether what waits for the event in `row` is the element, around it, or listens around it."""
        state = self.run.state
        while key:
            if row.element_key == key:
                return True
            scope = state.scopes[state.elements[key].scope]
            waiting = state.elements[row.element_key] if row.element_key else None
            if waiting is not None and waiting.phase is Phase.LISTENING and waiting.scope == scope.key:
                return True
            key = scope.owner
        return False

    def _answer(self, row: Row) -> None:
        if isinstance(row, Event):
            self.fired[row.element_key, row.node] += 1
            self.told.append(f"trigger {row.element_id} of {row.element_key}")
            trigger(self.run, row, {})
            return
        assert isinstance(row, Work)
        turn = self.asked[row.element_key]
        self.asked[row.element_key] += 1
        if isinstance(row, CreateUserTask) and row.activities:
            self._choose(row, turn)
            return
        usual = [("complete", {f"done_{row.element_id}": 1})]
        verb, what = self.policy.answers.get(row.element_id, usual)[turn]
        self.told.append(f"{verb} {row.element_id} ({row.element_key}): {what}")
        match verb:
            case "error":
                throw(self.run, row, what, {})
            case "escalate":
                escalate(self.run, row, what, {})
            case _:
                complete(self.run, row, what)

    def _choose(self, row: CreateUserTask, turn: int) -> None:
        wanted = self.policy.choices[row.element_id]
        if turn < len(wanted):
            self.told.append(f"choose {wanted[turn]} in {row.element_id}")
            self.run.step(StartActivity(row.element_key, wanted[turn]))
        else:
            self.told.append(f"stop choosing in {row.element_id}")
            complete(self.run, row, {})


# --- at random -----------------------------------------------------------------------------------


@dataclass(slots=True)
class WildWalk:
    """Anything that can be done is done, in an order that depends on the seed alone."""

    run: Dry
    random: Random
    told: list[str]
    retries: int = MAX_RETRIES

    def walk(self, *, most: int) -> None:
        for number in range(most):
            if self.run.ended is not None:
                return
            does = self._any(number)
            if does is None:
                return
            does()

    def _any(self, number: int) -> Callable[[], None] | None:
        chance = self.random.random()
        if chance < 0.004:
            return self._told("cancel", lambda: self.run.step(CancelProcess()))
        if chance < 0.06:
            given = self._data()
            return self._told(f"set {given}", lambda: self.run.step(SetVariables(given)))
        rows = [row for row in self.run.rows if not isinstance(row, RaiseIncident) or self.retries > 0]
        failed = {row.element_key for row in self.run.rows if isinstance(row, RaiseIncident)}
        rows = [row for row in rows if not isinstance(row, Work) or row.element_key not in failed]
        rows = [row for row in rows if isinstance(row, Event | Work | RaiseIncident)]
        if not rows:
            return None
        return self._with(self.random.choice(rows), number)

    def _with(self, row: Row, number: int) -> Callable[[], None]:
        name, chance = f"{row.element_id} ({row.element_key})", self.random.random()
        given = {f"from_{row.element_id}": number, **self._data()}
        if isinstance(row, RaiseIncident):
            self.retries -= 1
            return self._told(
                f"retry {name} {given}", lambda: self.run.step(RetryElement(row.element_key, given))
            )
        if isinstance(row, Event):
            return self._told(f"trigger {name} {given}", lambda: trigger(self.run, row, given))
        assert isinstance(row, Work)
        if isinstance(row, CreateUserTask) and row.activities and chance < 0.7:
            return self._chosen(row)
        is_chooser = isinstance(row, CreateUserTask) and bool(row.activities)
        if chance < 0.12 and not is_chooser:
            code = self.random.choice((*ERRORS, *self._codes("E")))
            return self._told(f"throw {code} at {name}", lambda: throw(self.run, row, code, given))
        if chance < 0.24 and not is_chooser:
            other = self.random.choice((*ESCALATIONS, *self._codes("X")))
            return self._told(f"escalate {other} at {name}", lambda: escalate(self.run, row, other, given))
        return self._told(f"complete {name} {given}", lambda: complete(self.run, row, given))

    def _chosen(self, row: CreateUserTask) -> Callable[[], None]:
        scope = self.run.state.scopes[self.run.state.elements[row.element_key].scope]
        activity = self.random.choice(row.activities)
        spec = self.run.library.programs[scope.program].nodes[scope.node].ad_hoc
        if scope.tokens > 1 and spec is not None and not spec.is_parallel:
            return self._told(f"stop choosing in {row.element_id}", lambda: complete(self.run, row, {}))
        return self._told(
            f"choose {activity} in {row.element_id}",
            lambda: self.run.step(StartActivity(row.element_key, activity)),
        )

    def _codes(self, letter: str) -> list[str]:
        """Those of the blocks: they have the block's number."""
        return [f"{letter}{self.random.randint(1, 12)}"]

    def _data(self) -> dict[str, Any]:
        number = self.random.randint(1, 12)
        bits = {f"b{place}": self.random.random() < 0.5 for place in range(3) if self.random.random() < 0.2}
        held = {f"c{number}": self.random.random() < 0.7} if self.random.random() < 0.3 else {}
        return {"shared": self.random.randint(0, 3), **bits, **held}

    def _told(self, text: str, does: Callable[[], None]) -> Callable[[], None]:
        self.told.append(text)
        return does


def wild(files: list[bytes], *, seed: int, reload: bool, most: int, told: list[str], steps: int) -> Watched:
    """A whole walk. The clock, the keys and the order are the same for the same seed."""
    random = Random(seed)
    start = {f"b{place}": random.random() < 0.5 for place in range(3)} | {"shared": random.randint(0, 3)}
    told.append(f"start with {start}")
    run = Watched(*files, variables=start, reload=reload, steps=steps)
    WildWalk(run, random, told).walk(most=most)
    return run
