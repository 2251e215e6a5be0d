"""The input side of a compiled decision table: reading a value, and which rows it leaves alive."""

from __future__ import annotations

from collections.abc import Sequence

from engine.dmn.compiling.nodes import InputOf
from engine.feel.compiler.emitter import Emitter, Scope
from engine.feel.compiler.tests import constant_strings, emit_tests
from engine.feel.run import Locals, Run
from engine.feel.syntax import Tests
from engine.feel.values import Value


class Input:
    """One input clause."""

    __slots__ = ("_allows", "_code", "place")

    def __init__(self, e: Emitter, node: InputOf) -> None:
        self._code = e.emit(node.expression)
        self.place = node.place
        with e.within(Scope(e.scope, {"?": 1})):
            self._allows = emit_tests(e, node.allowed) if node.allowed is not None else None

    def read(self, run: Run, loc: Locals) -> tuple[Value, bool]:
        """The value of the input expression, and whether it is one of the input values."""
        noted = run.diagnostics
        since = len(noted) if noted is not None else 0
        value = self._code(run, loc)
        allowed = True
        if self._allows is not None and self._allows(run, [loc, value], value) is not True:
            run.fault("Expected one of the input values, but got another.", 0)
            allowed = False
        if noted is not None and len(noted) > since:
            run.locate(since, self.place)
        return value, allowed


class Column:
    """The cells of one input, by row; constant strings are found by lookup instead of one by one."""

    __slots__ = ("_always", "_by_text", "_passes_all", "_place", "_testers")

    def __init__(self, e: Emitter, cells: Sequence[Tests], *, place: str) -> None:
        """`e` is within the scope of `?`."""
        self._place = place
        self._testers = [emit_tests(e, cell) if cell.tests else None for cell in cells]
        self._always = frozenset(row for row, cell in enumerate(cells) if not cell.tests)
        self._passes_all = len(self._always) == len(cells)
        self._by_text: dict[str, frozenset[int]] | None = None
        texts = [constant_strings(cell) for cell in cells]
        if all(found is not None or row in self._always for row, found in enumerate(texts)):
            rows: dict[str, set[int]] = {}
            for row, found in enumerate(texts):
                for text in found or ():
                    rows.setdefault(text, set()).add(row)
            self._by_text = {text: frozenset(found | self._always) for text, found in rows.items()}

    def passing(self, run: Run, loc: Locals, alive: Sequence[int], value: Value) -> Sequence[int]:
        """Those of `alive` whose cell `value` passes, in their order."""
        if self._passes_all:
            return alive
        if self._by_text is not None and type(value) is str:
            rows = self._by_text.get(value, self._always)
            return [row for row in alive if row in rows]
        noted = run.diagnostics
        since = len(noted) if noted is not None else 0
        testers = self._testers
        inner = [loc, value]
        passed = [row for row in alive if (test := testers[row]) is None or test(run, inner, value) is True]
        if noted is not None and len(noted) > since:
            run.locate(since, self._place)
        return passed
