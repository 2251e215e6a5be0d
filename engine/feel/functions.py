"""Functions that expressions define."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import Any

from engine.feel.limits import MAX_CALL_DEPTH, FeelLimitExceeded
from engine.feel.run import Code, Locals, Run
from engine.feel.syntax import FunctionOf, Literal, Node
from engine.feel.types import ANY, Type, coerced
from engine.feel.values import Function, Value, kind


class Definition:
    """A function literal, compiled: what all functions that it makes have in common.

    `declared_result` is what results are made to fit, None if nothing is declared; `evident_result`
    what they are known to be.
    """

    __slots__ = (
        "_node",
        "_print",
        "body",
        "cost",
        "declared_result",
        "evident_result",
        "parameters",
        "types",
    )

    def __init__(
        self,
        node: FunctionOf,
        parameters: tuple[str, ...],
        *,
        types: tuple[Type, ...],
        body: Code,
        cost: int,
        declared_result: Type | None,
        evident_result: Type | None,
    ) -> None:
        self._node = node
        self._print: bytes | None = None
        self.parameters = parameters
        self.types = types
        self.body = body
        self.cost = cost
        self.declared_result = declared_result
        self.evident_result = evident_result

    @property
    def print(self) -> bytes:
        """The same for two definitions that read alike, wherever they stand."""
        if self._print is None:
            self._print = sha256(repr(_shape(self._node)).encode()).digest()
        return self._print


class UserFunction(Function):
    """A function defined in an expression, with the variables it was defined among.

    Two are equal if they have the same parameters, body and scope (DMN 1.5, table 53).
    """

    __slots__ = ("_definition", "_locals", "_root", "parameter_types", "parameters", "result_type")

    def __init__(self, definition: Definition, *, locals_: Locals, root: Mapping[str, object]) -> None:
        self.parameters = definition.parameters
        self.parameter_types = definition.types
        self.result_type = definition.evident_result
        self._definition = definition
        self._locals = locals_
        self._root = root

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, UserFunction)
            and self._locals is other._locals
            and self._root is other._root
            and (self._definition is other._definition or self._definition.print == other._definition.print)
        )

    def __hash__(self) -> int:
        return hash((id(self._locals), id(self._root), self._definition.print))

    def call(self, run: Run, arguments: Sequence[Value], *, position: int) -> Value:
        """Null if the number or the type of an argument is wrong (DMN 1.5, clause 10.3.2.13.2)."""
        if len(arguments) != len(self.parameters):
            return run.fault(
                f"Expected {len(self.parameters)} arguments, but the call has {len(arguments)}.", position
            )
        definition = self._definition
        values = list(arguments)
        for index, type_ in enumerate(definition.types):
            if type_ is ANY or values[index] is None:
                continue
            name = self.parameters[index]
            values[index] = coerced(run, type_, values[index], what=f"parameter {name!r}", at=position)
            if values[index] is None:
                return None
        run.charge(definition.cost)
        if run.depth >= MAX_CALL_DEPTH:
            raise FeelLimitExceeded("functions inside one another", limit=MAX_CALL_DEPTH)
        outer_root = run.root
        run.depth += 1
        run.root = self._root
        try:
            value = definition.body(run, [self._locals, *values])
            if definition.declared_result is None:
                return value
            return coerced(run, definition.declared_result, value, what="the result", at=position)
        finally:
            run.root = outer_root
            run.depth -= 1


def _shape(part: Any) -> Any:
    """A tree without offsets; what belongs to no tree of FEEL counts as itself only."""
    if isinstance(part, Literal):
        return kind(part.value), repr(part.value)
    if isinstance(part, Node):
        named = [_shape(getattr(part, each.name)) for each in fields(part) if each.name != "at"]
        return type(part).__name__, named
    if isinstance(part, tuple):
        return [_shape(item) for item in part]
    if is_dataclass(part) and not isinstance(part, type):
        return type(part).__name__, [_shape(getattr(part, each.name)) for each in fields(part)]
    return part if part is None or isinstance(part, str | bool | int) else id(part)
