"""Decision tables, compiled: inputs once, then column by column over the rules that are still alive.

Source: DMN 1.5, clause 8.2.8 (hit policies) and 8.3 (metamodel).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from engine.dmn.decision import Ask, MatchedRule, TypeCheck
from engine.feel import Expression, Run, UnaryTests, Value, compile_expression

_Tester = Callable[[Run, list[Value], Value], bool | None]


class HitPolicy(Enum):
    UNIQUE = "UNIQUE"
    FIRST = "FIRST"
    COLLECT = "COLLECT"


class Aggregator(Enum):
    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"


_AGGREGATED = {
    Aggregator.SUM: compile_expression("sum(outputs)"),
    Aggregator.MIN: compile_expression("min(outputs)"),
    Aggregator.MAX: compile_expression("max(outputs)"),
    Aggregator.COUNT: compile_expression("count(outputs)"),
}


@dataclass(frozen=True, slots=True)
class InputColumn:
    """`label` is the input expression's text; `allowed` the input values, None if all are."""

    expression: Expression
    type: TypeCheck | None
    allowed: UnaryTests | None

    @property
    def label(self) -> str:
        return self.expression.text.strip()


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """`name` is "" for the only column of a table."""

    name: str
    type: TypeCheck | None
    allowed: UnaryTests | None
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Rule:
    """An output is None where the cell is empty, which answers null."""

    id: str
    tests: tuple[UnaryTests, ...]
    outputs: tuple[Expression | None, ...]


class DecisionTable:
    """Runs one table. Rules have as many tests as there are inputs, and outputs as there are outputs."""

    def __init__(
        self,
        *,
        hit_policy: HitPolicy,
        type_: TypeCheck | None,
        aggregator: Aggregator | None,
        inputs: Sequence[InputColumn],
        outputs: Sequence[OutputColumn],
        rules: Sequence[Rule],
    ) -> None:
        self._hit_policy = hit_policy
        self._type = type_
        self._aggregator = aggregator
        self._inputs = tuple(inputs)
        self._outputs = tuple(outputs)
        self._rules = tuple(rules)
        self._columns = [_Column([rule.tests[index] for rule in rules]) for index in range(len(inputs))]
        self._has_defaults = any(column.default is not None for column in outputs)

    @property
    def names(self) -> frozenset[str]:
        found: set[str] = set()
        for column in self._inputs:
            found |= column.expression.names
            found |= column.allowed.names if column.allowed is not None else frozenset()
        for output in self._outputs:
            found |= output.default.names if output.default is not None else frozenset()
        for rule in self._rules:
            for test in rule.tests:
                found |= test.names
            for cell in rule.outputs:
                found |= cell.names if cell is not None else frozenset()
        return frozenset(found)

    def answer(self, ask: Ask) -> Value:
        value = self._answer(ask)
        return value if self._type is None else self._type.applied(value, ask, "")

    def _answer(self, ask: Ask) -> Value:
        alive = self._alive(ask)
        if alive is None:
            return None
        rules = self._rules
        hits = [(row + 1, rules[row]) for row in alive]
        if self._hit_policy is HitPolicy.FIRST:
            hits = hits[:1]
        ask.matched.extend(MatchedRule(ask.decision_id, rule.id, index) for index, rule in hits)
        if self._hit_policy is HitPolicy.COLLECT:
            return self._collected(ask, hits)
        if len(hits) > 1:
            numbers = ", ".join(str(index) for index, _rule in hits)
            ask.note("", f"Expected one matching rule, but rules {numbers} match.")
            return None
        if hits:
            return self._output(ask, *hits[0])
        return self._default(ask) if self._has_defaults else None

    def _alive(self, ask: Ask) -> Sequence[int] | None:
        """Row numbers from 0 that match; None if an input is not allowed."""
        run = ask.run
        values = []
        for number, column in enumerate(self._inputs, 1):
            value = column.expression.value_in(run)
            place = f"input {number} ({column.label})" if run.diagnostics or column.type else ""
            ask.collect(place)
            if column.type is not None:
                value = column.type.applied(value, ask, place)
            if column.allowed is not None and not column.allowed.matches_in(run, value):
                ask.note(
                    f"input {number} ({column.label})", "Expected one of the input values, but got another."
                )
                return None
            values.append(value)
        alive: Sequence[int] = range(len(self._rules))
        for number, (column_tests, value) in enumerate(zip(self._columns, values, strict=True), 1):
            alive = column_tests.passing(run, alive, value)
            if run.diagnostics:
                ask.collect(f"input {number} ({self._inputs[number - 1].label})")
            if not alive:
                break
        return alive

    def _collected(self, ask: Ask, hits: Sequence[tuple[int, Rule]]) -> Value:
        if not hits and self._has_defaults:
            return self._default(ask)
        outputs = [self._output(ask, index, rule) for index, rule in hits]
        if self._aggregator is None:
            return outputs
        run = Run({"outputs": outputs}, ask.run.now, ask.run.diagnostics)
        value = _AGGREGATED[self._aggregator].value_in(run)
        ask.run.charge(run.steps)
        ask.collect("aggregation")
        return value

    def _output(self, ask: Ask, index: int, rule: Rule) -> Value:
        values = []
        for column, cell in zip(self._outputs, rule.outputs, strict=True):
            value = None if cell is None else cell.value_in(ask.run)
            if ask.run.diagnostics:
                ask.collect(f"rule {index}")
            values.append(self._checked(ask, f"rule {index}", column, value))
        return self._shaped(values)

    def _default(self, ask: Ask) -> Value:
        values = []
        for column in self._outputs:
            value = None if column.default is None else column.default.value_in(ask.run)
            ask.collect("default output")
            values.append(self._checked(ask, "default output", column, value))
        return self._shaped(values)

    def _checked(self, ask: Ask, place: str, column: OutputColumn, value: Value) -> Value:
        if column.type is not None:
            value = column.type.applied(value, ask, place)
        if column.allowed is not None and value is not None and not column.allowed.matches_in(ask.run, value):
            ask.note(place, "Expected one of the output values, but got another.")
            return None
        return value

    def _shaped(self, values: list[Value]) -> Value:
        if len(self._outputs) == 1:
            return values[0]
        return {column.name: value for column, value in zip(self._outputs, values, strict=True)}


class _Column:
    """The tests of one input, by row; constants are found by lookup instead of one by one."""

    def __init__(self, tests: Sequence[UnaryTests]) -> None:
        self._testers: list[_Tester | None] = [None if test.passes_all else test.tester() for test in tests]
        self._by_text: dict[str, frozenset[int]] | None = None
        self._always = frozenset(row for row, test in enumerate(tests) if test.passes_all)
        self._passes_all = len(self._always) == len(tests)
        if all(test.passes_all or test.strings is not None for test in tests):
            rows: dict[str, set[int]] = {}
            for row, test in enumerate(tests):
                for text in test.strings or ():
                    rows.setdefault(text, set()).add(row)
            self._by_text = {text: frozenset(found | self._always) for text, found in rows.items()}

    def passing(self, run: Run, alive: Sequence[int], value: Value) -> Sequence[int]:
        """Those of `alive` whose cell `value` passes, in their order."""
        if self._passes_all:
            return alive
        if self._by_text is not None and type(value) is str:
            rows = self._by_text.get(value, self._always)
            return [row for row in alive if row in rows]
        testers = self._testers
        loc = [None, value]
        return [row for row in alive if (test := testers[row]) is None or test(run, loc, value) is True]
