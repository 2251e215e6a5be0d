"""Rules that can never be chosen, and cells that ask for values that the column cannot have."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from engine.dmn import model
from engine.dmn.checks.columns import Column, InputColumn
from engine.dmn.checks.constants import written
from engine.dmn.checks.cover import Budget, Cover, OutOfBudget
from engine.dmn.checks.layers import Layer, bits
from engine.dmn.checks.outputs import Outputs
from engine.dmn.checks.report import Report
from engine.dmn.checks.segments import family_of
from engine.dmn.checks.words import rule_list
from engine.feel.values import Value


def check_cells(report: Report, table: model.DecisionTable, columns: Sequence[Column]) -> frozenset[int]:
    """Says which cells can never pass. Returns the rows from 0 that never match for such a reason."""
    dead: set[int] = set()
    for column in columns:
        refused_cells: set[tuple[int, int]] = set()
        for place in column.inputs:
            for row in range(len(table.rules)):
                strange = _not_allowed(column, place, row)
                if strange:
                    refused_cells.add((row, place.clause.number))
                    _say_not_allowed(report, table, place, row, strange)
        for row, mask in enumerate(column.may):
            if not mask and row not in dead:
                dead.add(row)
                if not any(cell_row == row for cell_row, _number in refused_cells):
                    _say_dead(report, table, column, row)
    return frozenset(dead)


def check_reach(
    report: Report,
    table: model.DecisionTable,
    columns: Sequence[Column],
    *,
    outputs: Outputs,
    dead: frozenset[int],
    budget: Budget,
) -> list[tuple[int, int]]:
    """Says which rules others always go before. Returns the pairs of rows, in order, that it spoke of.

    When the budget is used up the rest stays unsaid.
    """
    reach = _Reach(report, table, columns, dead=dead, budget=budget)
    with suppress(OutOfBudget):
        match table.hit_policy:
            case model.HitPolicy.FIRST:
                before = [(1 << row) - 1 for row in range(len(table.rules))]
                reach.say_covered(before, zh="排在前面的", en="the earlier")
            case model.HitPolicy.PRIORITY:
                reach.say_covered(_higher(outputs), zh="优先级更高的", en="the more important")
            case model.HitPolicy.UNIQUE:
                reach.say_never_alone()
            case model.HitPolicy.ANY:
                reach.say_repeated(outputs)
    return reach.pairs


class _Reach:
    def __init__(
        self,
        report: Report,
        table: model.DecisionTable,
        columns: Sequence[Column],
        *,
        dead: frozenset[int],
        budget: Budget,
    ) -> None:
        self.pairs: list[tuple[int, int]] = []
        self._report = report
        self._rules = table.rules
        self._columns = columns
        self._living = [row for row in range(len(table.rules)) if row not in dead]
        self._layers = [Layer(column.must, width=len(column.axis.segments)) for column in columns]
        self._budget = budget
        self._twins = self._same_cells()

    def say_covered(self, before: Sequence[int], *, zh: str, en: str) -> None:
        """`before`: the rows that are chosen rather than each row."""
        hidden: dict[int, int] = {}
        for row in self._living:
            hidden[row] = self._covering(row) & before[row]
        cover = Cover(self._layers, rules=len(self._rules), budget=self._budget)
        for row, single in hidden.items():
            if single:
                self._say_hidden(row, [next(bits(single))], zh=zh, en=en)
                continue
            box = [column.may[row] for column in self._columns]
            rows = before[row]
            for layer, region in zip(self._layers, box, strict=True):
                rows &= layer.touching(region)
            if rows and cover.hole(box, rows) is None:
                self._say_hidden(row, list(bits(rows)), zh=zh, en=en)

    def say_never_alone(self) -> None:
        """In a UNIQUE table a rule is no use if another always matches as well."""
        covering = {row: self._covering(row) for row in self._living}
        for row, rows in covering.items():
            for other in bits(rows):
                if other < row or not covering.get(other, 0) >> row & 1:
                    self._say_never_alone(row, other)
                    self.pairs.append((min(row, other), max(row, other)))
                    break

    def say_repeated(self, outputs: Outputs) -> None:
        covering = {row: self._covering(row) for row in self._living}
        for row, rows in covering.items():
            for other in bits(rows & ((1 << row) - 1)):
                answers = {outputs.answer(row), outputs.answer(other)}
                if covering.get(other, 0) >> row & 1 and (len(answers) == 1 or None in answers):
                    self._say_repeated(row, other)
                    break

    def _covering(self, row: int) -> int:
        """The other rules that match whatever `row` matches."""
        rows = ((1 << len(self._rules)) - 1) & ~(1 << row)
        for layer, column in zip(self._layers, self._columns, strict=True):
            if not rows:
                break
            self._budget.spend(layer.price() * (1 + len(self._rules) // 512))
            rows &= layer.covering(column.may[row])
        return rows | (self._twins[row] & ~(1 << row))

    def _same_cells(self) -> list[int]:
        """Per row, those written alike: they match the same, whatever their cells mean."""
        keys = [
            tuple(id(place.cells[row]) for column in self._columns for place in column.inputs)
            for row in range(len(self._rules))
        ]
        rows_of: dict[tuple[int, ...], int] = {}
        for row, key in enumerate(keys):
            rows_of[key] = rows_of.get(key, 0) | 1 << row
        return [rows_of[key] for key in keys]

    def _say_hidden(self, row: int, others: Sequence[int], *, zh: str, en: str) -> None:
        rule = self._rules[row]
        rules_zh, rules_en = rule_list(others)
        self._report.add(
            "unreachable-rule",
            rule.where,
            zh=f"规则 {rule.number} 永远不会被选中：它匹配的输入都先归{zh}{rules_zh}",
            en=f"rule {rule.number} is never chosen: all that it matches goes to {en} {rules_en}",
            mend_zh="删除该规则，或把它移到前面，或收窄其他规则",
            mend_en="Remove the rule, or move it up, or narrow the others",
        )

    def _say_never_alone(self, row: int, other: int) -> None:
        number, of_other = self._rules[row].number, self._rules[other].number
        self._report.add(
            "unreachable-rule",
            self._rules[row].where,
            zh=f"规则 {number} 永远不会被选中：它匹配的输入规则 {of_other} 也都匹配，UNIQUE 表此时答 null",
            en=f"rule {number} is never chosen: rule {of_other} matches all that it matches, "
            "where a UNIQUE table answers null",
            mend_zh="删除或收窄其中一条规则，或改用 FIRST",
            mend_en="Remove or narrow one of the two, or use FIRST",
        )

    def _say_repeated(self, row: int, other: int) -> None:
        number, of_other = self._rules[row].number, self._rules[other].number
        self._report.add(
            "unreachable-rule",
            self._rules[row].where,
            zh=f"规则 {number} 与规则 {of_other} 的条件相同，是多余的",
            en=f"rule {number} asks the same as rule {of_other}: one of them is too many",
            mend_zh="删除其中一条",
            mend_en="Remove one of them",
        )


def _higher(outputs: Outputs) -> list[int]:
    """Per row, those whose priority is certainly higher."""
    ranks = outputs.ranks()
    rows_of: dict[tuple[int, ...], int] = {}
    for row, rank in enumerate(ranks):
        if rank is not None:
            rows_of[rank] = rows_of.get(rank, 0) | 1 << row
    higher: dict[tuple[int, ...], int] = {}
    seen = 0
    for rank in sorted(rows_of):
        higher[rank] = seen
        seen |= rows_of[rank]
    return [0 if rank is None else higher[rank] for rank in ranks]


def _not_allowed(column: Column, place: InputColumn, row: int) -> list[Value]:
    """The constants in a cell that the limits of the column certainly refuse."""
    refused = []
    for value in place.cells[row].alternatives:
        family = family_of(value)
        if family is not None:
            point = column.axis.lines[family].at(value)
            if any(not allowed & point for allowed in place.allowed):
                refused.append(value)
    return refused


def _say_not_allowed(
    report: Report, table: model.DecisionTable, place: InputColumn, row: int, refused: Sequence[Value]
) -> None:
    rule, name = table.rules[row], place.clause.expression.text.text.strip()
    values = ", ".join(written(value) for value in refused)
    number = place.clause.number
    report.add(
        "value-not-allowed",
        rule.tests[number - 1].where,
        zh=f"规则 {rule.number} 输入第 {number} 列（{name}）的值 {values} 不在该列允许的值之中，永远不会匹配",
        en=f"rule {rule.number}, input {number} ({name}): {values} is not among the values allowed there, "
        "so it never matches",
        mend_zh="改用允许的值，或把该值加入输入值",
        mend_en="Use an allowed value, or add this one to the input values",
    )


def _say_dead(report: Report, table: model.DecisionTable, column: Column, row: int) -> None:
    rule = table.rules[row]
    asked = [place for place in column.inputs if not place.cells[row].passes_all]
    numbers = [place.clause.number for place in asked]
    cells = " & ".join(" ".join(rule.tests[number - 1].text.split()) for number in numbers)
    columns = "、".join(map(str, numbers)), ", ".join(map(str, numbers))
    report.add(
        "unreachable-rule",
        rule.tests[numbers[0] - 1].where,
        zh=f"规则 {rule.number} 永远不会匹配：输入第 {columns[0]} 列（{column.subject.text}）的条件 {cells} 不可能成立",
        en=f"rule {rule.number} never matches: no value of input {columns[1]} ({column.subject.text}) can pass {cells}",
        mend_zh="更正该条件，或删除该规则",
        mend_en="Correct the condition, or remove the rule",
    )
