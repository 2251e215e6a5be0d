"""Functions that expressions define."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.feel.limits import MAX_CALL_DEPTH, FeelLimitExceeded
from engine.feel.run import Code, Locals, Run
from engine.feel.types import ANY, Type, coerced
from engine.feel.values import Function, Value


class UserFunction(Function):
    """A function defined in an expression, with the variables it was defined among."""

    __slots__ = (
        "_body",
        "_cost",
        "_locals",
        "_root",
        "_types",
        "parameter_types",
        "parameters",
        "result_type",
    )

    def __init__(
        self,
        parameters: tuple[str, ...],
        *,
        types: tuple[Type, ...],
        body: Code,
        cost: int,
        locals_: Locals,
        root: Mapping[str, object],
        result_type: Type | None = None,
    ) -> None:
        self.parameters = parameters
        self.parameter_types = types
        self._types = types
        self.result_type = result_type
        self._body = body
        self._cost = cost
        self._locals = locals_
        self._root = root

    def call(self, run: Run, arguments: Sequence[Value], *, position: int) -> Value:
        """Null if the number or the type of an argument is wrong (DMN 1.5, clause 10.3.2.13.1)."""
        if len(arguments) != len(self.parameters):
            return run.fault(
                f"Expected {len(self.parameters)} arguments, but the call has {len(arguments)}.", position
            )
        values = list(arguments)
        for index, type_ in enumerate(self._types):
            if type_ is ANY or values[index] is None:
                continue
            name = self.parameters[index]
            values[index] = coerced(run, type_, values[index], what=f"parameter {name!r}", at=position)
            if values[index] is None:
                return None
        run.charge(self._cost)
        if run.depth >= MAX_CALL_DEPTH:
            raise FeelLimitExceeded("functions inside one another", limit=MAX_CALL_DEPTH)
        outer_root = run.root
        run.depth += 1
        run.root = self._root
        try:
            value = self._body(run, [self._locals, *values])
            if self.result_type is None:
                return value
            return coerced(run, self.result_type, value, what="the result", at=position)
        finally:
            run.root = outer_root
            run.depth -= 1
