"""One evaluation: what it may read, what it has used up, what went wrong, and the functions it made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.feel.errors import Diagnostic
from engine.feel.limits import (
    MAX_CALL_DEPTH,
    MAX_DIAGNOSTICS,
    MAX_LIST_ITEMS,
    MAX_STEPS,
    MAX_STRING_CHARACTERS,
    FeelLimitExceeded,
)
from engine.feel.values import Function, Value, weight

Locals = Any
"""Local variables: None, or a list [locals of the scope around, value, value, ...]."""


class Run:
    """`root` holds the variables; `diagnostics` is None if nobody wants to know."""

    __slots__ = ("depth", "diagnostics", "now", "root", "steps")

    def __init__(
        self, root: Mapping[str, object], now: datetime, diagnostics: list[Diagnostic] | None
    ) -> None:
        self.root = root
        self.now = now
        self.diagnostics = diagnostics
        self.steps = 0
        self.depth = 0

    def fault(self, message: str, position: int, *, absent: bool = False) -> Value:
        """Note why a value is null. Returns None, so that code can `return run.fault(...)`."""
        if self.diagnostics is not None and len(self.diagnostics) < MAX_DIAGNOSTICS:
            self.diagnostics.append(Diagnostic(message, position, absent=absent))
        return None

    def charge(self, steps: int) -> None:
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise FeelLimitExceeded("evaluation steps", limit=MAX_STEPS)

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


class UserFunction(Function):
    """A function defined in an expression, with the variables it was defined among."""

    __slots__ = ("_body", "_checks", "_cost", "_locals", "_root", "parameters")

    def __init__(
        self,
        parameters: tuple[str, ...],
        *,
        checks: tuple[Callable[[Value], bool] | None, ...],
        body: Code,
        cost: int,
        locals_: Locals,
        root: Mapping[str, object],
    ) -> None:
        self.parameters = parameters
        self._checks = checks
        self._body = body
        self._cost = cost
        self._locals = locals_
        self._root = root

    def call(self, run: Run, arguments: Sequence[Value], *, position: int) -> Value:
        if len(arguments) != len(self.parameters):
            return run.fault(
                f"Expected {len(self.parameters)} arguments, but the call has {len(arguments)}.", position
            )
        values = list(arguments)
        for index, check in enumerate(self._checks):
            if check is None or values[index] is None:
                continue
            run.weigh(values[index])
            if check(values[index]):
                continue
            if type(values[index]) is list and len(values[index]) == 1 and check(values[index][0]):
                values[index] = values[index][0]
                continue
            return run.fault(f"Expected another type for parameter {self.parameters[index]!r}.", position)
        run.charge(self._cost)
        if run.depth >= MAX_CALL_DEPTH:
            raise FeelLimitExceeded("functions inside one another", limit=MAX_CALL_DEPTH)
        outer_root = run.root
        run.depth += 1
        run.root = self._root
        try:
            return self._body(run, [self._locals, *values])
        finally:
            run.root = outer_root
            run.depth -= 1
