"""One evaluation: what it may read, what it has used up, and what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.clock import monotonic
from engine.feel.errors import Diagnostic
from engine.feel.limits import (
    MAX_DIAGNOSTICS,
    MAX_LIST_ITEMS,
    MAX_SECONDS,
    MAX_STEPS,
    MAX_STRING_CHARACTERS,
    STEPS_PER_LOOK,
    FeelLimitExceeded,
)
from engine.feel.values import Value, weight

Locals = Any
"""Local variables: None, or a list [locals of the scope around, value, value, ...]."""


class Run:
    """`root` holds the variables; `diagnostics` is None if nobody wants to know.

    `trace` is for compiled parts that are not FEEL's, like decision tables: what they report on the way.
    """

    __slots__ = ("_deadline", "_next_look", "depth", "diagnostics", "now", "root", "steps", "trace")

    def __init__(
        self, root: Mapping[str, object], now: datetime, diagnostics: list[Diagnostic] | None
    ) -> None:
        self.root = root
        self.now = now
        self.diagnostics = diagnostics
        self.steps = 0
        self._next_look = STEPS_PER_LOOK
        self._deadline: float | None = None
        self.depth = 0
        self.trace: list[Any] | None = None

    def fault(self, message: str, position: int, *, absent: bool = False) -> Value:
        """Note why a value is null. Returns None, so that code can `return run.fault(...)`."""
        if self.diagnostics is not None and len(self.diagnostics) < MAX_DIAGNOSTICS:
            self.diagnostics.append(Diagnostic(message, position, absent=absent))
        return None

    def locate(self, since: int, place: str) -> None:
        """Say of the diagnostics from number `since` on that they happened at `place`, if nobody has."""
        noted = self.diagnostics
        if noted is not None:
            for number in range(since, len(noted)):
                if not noted[number].place:
                    noted[number] = replace(noted[number], place=place)

    def charge(self, steps: int) -> None:
        self.steps += steps
        if self.steps > self._next_look:
            self._look()

    def _look(self) -> None:
        """Whether there are steps and seconds left. The seconds begin at the first look."""
        if self.steps > MAX_STEPS:
            raise FeelLimitExceeded("evaluation steps", limit=MAX_STEPS)
        self._next_look = min(self.steps + STEPS_PER_LOOK, MAX_STEPS)
        now = monotonic()
        if self._deadline is None:
            self._deadline = now + MAX_SECONDS
        elif now > self._deadline:
            raise FeelLimitExceeded("seconds", limit=MAX_SECONDS)

    def weigh(self, value: Value) -> None:
        """Charge for a walk through all of `value`, before it begins: 1 step for 8 values."""
        if type(value) is list or type(value) is dict:
            self.charge(weight(value, limit=8 * (MAX_STEPS - self.steps) + 8) >> 3)

    def text(self, value: str) -> str:
        """`value`, if it is not too long: every new string passes here."""
        if len(value) > 64:
            if len(value) > MAX_STRING_CHARACTERS:
                raise FeelLimitExceeded("characters in a string", limit=MAX_STRING_CHARACTERS)
            self.charge(len(value) >> 6)
        return value

    def items(self, value: list[Value]) -> list[Value]:
        """`value`, if it has not too many items: every new list passes here."""
        if len(value) > 8:
            if len(value) > MAX_LIST_ITEMS:
                raise FeelLimitExceeded("items in a list", limit=MAX_LIST_ITEMS)
            self.charge(len(value) >> 3)
        return value


Code = Callable[[Run, Locals], Value]
"""A compiled expression."""
TestCode = Callable[[Run, Locals, Value], bool | None]
"""A compiled unary test of a value."""
