"""The output side of a compiled decision table: values of rows, default outputs, and priorities."""

from __future__ import annotations

from collections.abc import Sequence

from engine.dmn.compiling.nodes import OutputOf, TableOf
from engine.feel.compiler.emitter import Emitter, Scope
from engine.feel.compiler.tests import emit_tests
from engine.feel.run import Code, Locals, Run, TestCode
from engine.feel.syntax import Tests
from engine.feel.types import coerced
from engine.feel.values import Value


class Outputs:
    """`has_defaults` is true if any column has a default output."""

    def __init__(self, e: Emitter, node: TableOf) -> None:
        self._columns = [_Output(e, each) for each in node.outputs]
        self._rows = [
            tuple(e.emit(cell) if cell is not None else None for cell in rule.outputs) for rule in node.rules
        ]
        self._places = [rule.place for rule in node.rules]
        self._default_place = f"{node.place}, default output"
        self.has_defaults = any(column.default is not None for column in self._columns)

    def of(self, run: Run, loc: Locals, row: int) -> Value:
        """The output of one row: a value, or a context if there are several columns."""
        return self._shaped(run, loc, self._rows[row], self._places[row])

    def default(self, run: Run, loc: Locals) -> Value:
        return self._shaped(run, loc, [column.default for column in self._columns], self._default_place)

    def ordered(self, run: Run, loc: Locals, rows: Sequence[int]) -> list[tuple[int, Value]]:
        """Rows with their outputs, highest priority first; rows of like priority in their order.

        The order is that of the output values, by the first column, then the second and so on
        (clause 8.2.10); a value that is none of them comes last.
        """
        values = [(row, self.of(run, loc, row)) for row in rows]
        return sorted(values, key=lambda pair: self._rank(run, loc, pair[1]))

    def _rank(self, run: Run, loc: Locals, value: Value) -> list[int]:
        if len(self._columns) == 1:
            return [self._columns[0].rank(run, loc, value)]
        return [column.rank(run, loc, value[column.name]) for column in self._columns]

    def _shaped(self, run: Run, loc: Locals, cells: Sequence[Code | None], place: str) -> Value:
        noted = run.diagnostics
        since = len(noted) if noted is not None else 0
        values = [
            column.checked(run, loc, None if cell is None else cell(run, loc))
            for column, cell in zip(self._columns, cells, strict=True)
        ]
        if noted is not None and len(noted) > since:
            run.locate(since, place)
        if len(values) == 1:
            return values[0]
        return {column.name: value for column, value in zip(self._columns, values, strict=True)}


class _Output:
    __slots__ = ("_allows", "_ranks", "_type", "default", "name")

    def __init__(self, e: Emitter, node: OutputOf) -> None:
        self.name = node.name
        self._type = node.type
        self.default = e.emit(node.default) if node.default is not None else None
        self._allows: TestCode | None = None
        self._ranks: list[TestCode] = []
        if node.allowed is not None:
            with e.within(Scope(e.scope, {"?": 1})):
                self._allows = emit_tests(e, node.allowed)
                self._ranks = [emit_tests(e, Tests(test.at, (test,), False)) for test in node.allowed.tests]

    def checked(self, run: Run, loc: Locals, value: Value) -> Value:
        if self._type is not None:
            value = coerced(run, self._type, value, what="the output")
        if (
            self._allows is not None
            and value is not None
            and self._allows(run, [loc, value], value) is not True
        ):
            return run.fault("Expected one of the output values, but got another.", 0)
        return value

    def rank(self, run: Run, loc: Locals, value: Value) -> int:
        inner = [loc, value]
        for number, test in enumerate(self._ranks):
            if test(run, inner, value) is True:
                return number
        return len(self._ranks)
