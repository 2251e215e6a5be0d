"""Decision tables, compiled: inputs once, then column by column over the rules that are still alive.

Source: DMN 1.5, clauses 8.2.8 to 8.2.11 (rules, hit policies, default outputs) and 8.3 (metamodel).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from engine.dmn.compiling.columns import Column, Input
from engine.dmn.compiling.nodes import TableOf
from engine.dmn.compiling.outputs import Outputs
from engine.dmn.model import Aggregator, HitPolicy
from engine.dmn.result import MatchedRule
from engine.feel import compile_expression
from engine.feel.compiler.emitter import Emitter, Scope
from engine.feel.run import Code, Locals, Run
from engine.feel.values import Value, equal

_AGGREGATED = {
    Aggregator.SUM: compile_expression("sum(outputs)"),
    Aggregator.MIN: compile_expression("min(outputs)"),
    Aggregator.MAX: compile_expression("max(outputs)"),
    Aggregator.COUNT: compile_expression("count(outputs)"),
}


def emit_table(e: Emitter, node: TableOf) -> Code:
    return _Table(e, node).answer


class _Table:
    def __init__(self, e: Emitter, node: TableOf) -> None:
        self._inputs = [Input(e, each) for each in node.inputs]
        with e.within(Scope(e.scope, {"?": 1})):
            self._columns = [
                Column(e, [rule.tests[index] for rule in node.rules], place=each.place)
                for index, each in enumerate(node.inputs)
            ]
        self._outputs = Outputs(e, node)
        self._owner = node.owner
        self._ids = [rule.id for rule in node.rules]
        self._place = node.place
        self._aggregator = node.aggregator
        self._policy = _POLICIES[node.hit_policy]
        self._steps = 1 + len(node.rules) * len(node.inputs) // 64

    def answer(self, run: Run, loc: Locals) -> Value:
        run.charge(self._steps)
        values = []
        for each in self._inputs:
            value, allowed = each.read(run, loc)
            if not allowed:
                return None
            values.append(value)
        alive: Sequence[int] = range(len(self._ids))
        for column, value in zip(self._columns, values, strict=True):
            alive = column.passing(run, loc, alive, value)
            if not alive:
                break
        return self._policy(self, run, loc, alive)

    # --- hit policies, clause 8.2.10: `rows` are those that match, counted from 0 ------------------

    def unique(self, run: Run, loc: Locals, rows: Sequence[int]) -> Value:
        self._report(run, rows)
        if len(rows) > 1:
            return self._violation(run, f"Expected one matching rule, but rules {_numbers(rows)} match.")
        return self._single(run, loc, rows)

    def first(self, run: Run, loc: Locals, rows: Sequence[int]) -> Value:
        self._report(run, rows[:1])
        return self._single(run, loc, rows[:1])

    def any(self, run: Run, loc: Locals, rows: Sequence[int]) -> Value:
        self._report(run, rows)
        value = self._single(run, loc, rows[:1])
        for row in rows[1:]:
            other = self._outputs.of(run, loc, row)
            run.weigh(other)
            if equal(value, other) is not True:
                return self._violation(
                    run,
                    f"Expected one output from all matching rules, but rules {_numbers(rows)} differ.",
                )
        return value

    def priority(self, run: Run, loc: Locals, rows: Sequence[int]) -> Value:
        if not rows:
            return self._single(run, loc, rows)
        row, value = self._outputs.ordered(run, loc, rows)[0]
        self._report(run, (row,))
        return value

    def rule_order(self, run: Run, loc: Locals, rows: Sequence[int]) -> Value:
        self._report(run, rows)
        if not rows and self._outputs.has_defaults:
            return self._outputs.default(run, loc)
        return run.items([self._outputs.of(run, loc, row) for row in rows])

    def output_order(self, run: Run, loc: Locals, rows: Sequence[int]) -> Value:
        if not rows:
            return self.rule_order(run, loc, rows)
        ordered = self._outputs.ordered(run, loc, rows)
        self._report(run, [row for row, _value in ordered])
        return run.items([value for _row, value in ordered])

    def collect(self, run: Run, loc: Locals, rows: Sequence[int]) -> Value:
        outputs = self.rule_order(run, loc, rows)
        if self._aggregator is None or (not rows and self._outputs.has_defaults):
            return outputs
        noted = run.diagnostics
        since = len(noted) if noted is not None else 0
        outer, run.root = run.root, {"outputs": outputs}
        try:
            value = _AGGREGATED[self._aggregator].value_in(run)
        finally:
            run.root = outer
        run.locate(since, f"{self._place}, aggregation")
        return value

    def _single(self, run: Run, loc: Locals, rows: Sequence[int]) -> Value:
        """The output of the only row; without one the default outputs, null where there are none."""
        if rows:
            return self._outputs.of(run, loc, rows[0])
        return self._outputs.default(run, loc) if self._outputs.has_defaults else None

    def _violation(self, run: Run, message: str) -> Value:
        noted = run.diagnostics
        since = len(noted) if noted is not None else 0
        run.fault(message, 0)
        run.locate(since, self._place)
        return None

    def _report(self, run: Run, rows: Sequence[int]) -> None:
        if run.trace is not None:
            run.trace.extend(MatchedRule(self._owner, self._ids[row], row + 1) for row in rows)


def _numbers(rows: Sequence[int]) -> str:
    shown = ", ".join(str(row + 1) for row in rows[:20])
    return shown if len(rows) <= 20 else f"{shown} and {len(rows) - 20} more"


_Policy = Callable[[_Table, Run, Locals, Sequence[int]], Value]
_POLICIES: Mapping[HitPolicy, _Policy] = {
    HitPolicy.UNIQUE: _Table.unique,
    HitPolicy.FIRST: _Table.first,
    HitPolicy.PRIORITY: _Table.priority,
    HitPolicy.ANY: _Table.any,
    HitPolicy.COLLECT: _Table.collect,
    HitPolicy.RULE_ORDER: _Table.rule_order,
    HitPolicy.OUTPUT_ORDER: _Table.output_order,
}
