"""What the rules of a table answer, where that is a constant."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from engine.dmn import model
from engine.dmn.checks.cells import Cell
from engine.dmn.checks.columns import CellReader, kind_of_type
from engine.dmn.checks.constants import literal_in, written
from engine.dmn.checks.report import Report
from engine.dmn.checks.segments import Axis, family_of
from engine.feel.builtins import BUILTIN_NAMES
from engine.feel.errors import FeelSyntaxError
from engine.feel.parser import parse_expression
from engine.feel.syntax import Literal
from engine.feel.values import NULL, identity, kind
from engine.feel.vocabulary import Vocabulary
from engine.findings import Severity


class Outputs:
    """`limits` has, per output column, the text of its allowed values or None."""

    def __init__(
        self, table: model.DecisionTable, *, reader: CellReader, allowed: Sequence[model.Text | None]
    ) -> None:
        self._table = table
        self._reader = reader
        self.limits = tuple(
            clause.values or other for clause, other in zip(table.outputs, allowed, strict=True)
        )
        known: dict[str, Literal | None] = {}
        self._constants = [
            tuple(_constant(cell, known, vocabulary=reader.vocabulary) for cell in rule.outputs)
            for rule in table.rules
        ]

    def answer(self, row: int) -> Hashable | None:
        """The same for two rules exactly if they answer the same; None if a cell is not constant."""
        cells = self._constants[row]
        return None if None in cells else tuple(identity(cell.value) for cell in cells if cell is not None)

    def ranks(self) -> list[tuple[int, ...] | None]:
        """Per rule, the places of its outputs in the output values, smallest first; None if unknown.

        Columns without output values do not count. Source: DMN 1.5, clause 8.2.8 (priority).
        """
        orders: list[dict[Hashable, int] | None] = []
        for limit in self.limits:
            if limit is not None:
                cell = self._reader.read(limit.text)
                places: dict[Hashable, int] = {}
                for value in cell.alternatives:
                    places.setdefault(identity(value), len(places))
                orders.append(places if len(cell.alternatives) == len(cell.constants) else {})
            else:
                orders.append(None)
        return [_rank(cells, orders) for cells in self._constants]

    def check(self, report: Report) -> None:
        policy = self._table.hit_policy
        if policy in (model.HitPolicy.PRIORITY, model.HitPolicy.OUTPUT_ORDER) and not any(self.limits):
            report.add(
                "priority-without-values",
                self._table.where,
                severity=Severity.ERROR,
                zh=f"命中策略 {policy} 按输出值的先后排序，但没有一个输出列写了输出值",
                en=f"hit policy {policy} goes by the order of the output values, but no output has any",
                mend_zh="在输出列按优先级从高到低列出输出值，或改用 FIRST 或 RULE ORDER",
                mend_en="List the output values of an output, highest priority first, or use FIRST or RULE ORDER",
            )
        for index, (clause, limit) in enumerate(zip(self._table.outputs, self.limits, strict=True)):
            if limit is not None:
                self._check_column(report, index, clause, limit)

    def _check_column(
        self, report: Report, index: int, clause: model.OutputClause, limit: model.Text
    ) -> None:
        cell = self._reader.read(limit.text)
        for rule, constants in zip(self._table.rules, self._constants, strict=True):
            literal, output = constants[index], rule.outputs[index]
            if literal is not None and output is not None and self._is_refused(literal, clause, cell):
                zh, en = f"规则 {rule.number} ", f"rule {rule.number}"
                self._refuse(report, clause, limit, output.text.where, literal, zh, en)
        default = clause.default
        if default is not None:
            literal = _constant(default, {}, vocabulary=self._reader.vocabulary)
            if literal is not None and self._is_refused(literal, clause, cell):
                self._refuse(
                    report, clause, limit, default.text.where, literal, "默认输出", "the default output"
                )

    def _is_refused(self, literal: Literal, clause: model.OutputClause, limit: Cell) -> bool:
        """Whether `literal` is certainly none of the allowed values, nor can become one."""
        value_kind = kind(literal.value)
        family = family_of(literal.value)
        if family is None:
            return False
        wanted = (
            kind_of_type(clause.type_ref, vocabulary=self._reader.vocabulary)
            if clause.type_ref
            else value_kind
        )
        if wanted != value_kind:
            return False
        axis = Axis(_by_family([*limit.constants, literal.value]))
        return not limit.ask(axis).maybe & axis.lines[family].at(literal.value)

    def _refuse(
        self,
        report: Report,
        clause: model.OutputClause,
        limit: model.Text,
        where: model.Where,
        literal: Literal,
        zh: str,
        en: str,
    ) -> None:
        column_zh, column_en = f"输出第 {clause.number} 列", f"output {clause.number}"
        if clause.name:
            column_zh, column_en = f"{column_zh}（{clause.name}）", f"{column_en} ({clause.name})"
        value, allowed = written(literal.value), " ".join(limit.text.split())
        report.add(
            "output-not-allowed",
            where,
            severity=Severity.ERROR,
            zh=f"{zh}{column_zh}的值 {value} 不在允许的值 {allowed} 之中，运行时总是得到 null",
            en=f"{en}, {column_en} is {value}, which is none of the allowed values {allowed}: always null at run time",
            mend_zh="改用允许的值，或把该值加入输出值",
            mend_en="Use an allowed value, or add this one to the output values",
        )


def _by_family(values: Sequence[object]) -> dict[str, set[object]]:
    found: dict[str, set[object]] = {}
    for value in values:
        family = family_of(value)
        if family is not None:
            found.setdefault(family, set()).add(value)
    return found


def _constant(
    cell: model.LiteralExpression | None, known: dict[str, Literal | None], *, vocabulary: Vocabulary
) -> Literal | None:
    """The constant in an output cell; an empty one is null."""
    if cell is None:
        return Literal(0, None)
    text = cell.text.text
    if text not in known:
        try:
            tree = parse_expression(text, vocabulary=vocabulary, builtin=BUILTIN_NAMES)
            known[text] = literal_in(tree, vocabulary=vocabulary)
        except FeelSyntaxError:
            known[text] = None
    return known[text]


def _rank(
    cells: Sequence[Literal | None], orders: Sequence[dict[Hashable, int] | None]
) -> tuple[int, ...] | None:
    rank = []
    for cell, places in zip(cells, orders, strict=True):
        if places is None:
            continue
        place = None if cell is None or kind(cell.value) == NULL else places.get(identity(cell.value))
        if place is None:
            return None
        rank.append(place)
    return tuple(rank) or None
