"""What is wrong with a decision table as a whole: rules that overlap, gaps, rules and inputs of no use.

Only what is certain is said. Cells with variables or functions may pass or not; columns that depend on
each other are not combined; and where a table is too tangled for its budget, nothing is claimed.
Source: DMN 1.5, clause 8.2.8 (hit policies) and 8.3.3 (input and output values).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from engine.dmn import model
from engine.dmn.checks.columns import CellReader, Column, read_columns
from engine.dmn.checks.cover import Budget, OutOfBudget
from engine.dmn.checks.gaps import check_gaps
from engine.dmn.checks.outputs import Outputs
from engine.dmn.checks.overlaps import check_overlaps
from engine.dmn.checks.report import Report
from engine.dmn.checks.unreachable import check_cells, check_reach
from engine.feel.vocabulary import PLAIN, Vocabulary
from engine.findings import Finding

_LEAST_STEPS, _STEPS_PER_CELL, _MOST_STEPS = 20_000, 40, 400_000
"""A step is about a microsecond, so that no question about a table takes half a second."""
_MAX_RULES_TIMES_SEGMENTS = 100_000_000
"""Sets of rules are kept per segment: about 25 MB at this size."""


def check_table(
    table: model.DecisionTable,
    *,
    vocabulary: Vocabulary = PLAIN,
    allowed: Sequence[model.Text | None] = (),
    output_allowed: Sequence[model.Text | None] = (),
) -> list[Finding]:
    """All findings about `table` that need no other part of the model.

    `vocabulary`: what its cells can speak of, with the model's types. `allowed` and `output_allowed`: per
    input and per output what its type allows, None if all or if the type is a collection; empty for no
    limits. Takes less than a second for the largest table that an upload can have.
    """
    reader = CellReader(vocabulary)
    report = Report(table)
    outputs = Outputs(table, reader=reader, allowed=output_allowed or [None] * len(table.outputs))
    outputs.check(report)
    columns = read_columns(table, reader=reader, allowed=allowed or [None] * len(table.inputs))
    _check_use(report, table, columns)
    dead = check_cells(report, table, columns)
    size = sum(len(column.axis.segments) for column in columns) * len(table.rules)
    if size <= _MAX_RULES_TIMES_SEGMENTS:
        _check_boxes(report, table, columns, outputs=outputs, dead=dead)
    return report.findings()


def _check_boxes(
    report: Report,
    table: model.DecisionTable,
    columns: Sequence[Column],
    *,
    outputs: Outputs,
    dead: frozenset[int],
) -> None:
    """Each question has a budget of its own, so that a hard one does not silence the others."""
    steps = min(_LEAST_STEPS + _STEPS_PER_CELL * len(table.rules) * len(columns), _MOST_STEPS)
    pairs = check_reach(report, table, columns, outputs=outputs, dead=dead, budget=Budget(steps))
    with suppress(OutOfBudget):
        check_overlaps(report, table, columns, outputs=outputs, known=pairs, budget=Budget(steps))
    with suppress(OutOfBudget):
        check_gaps(report, table, columns, budget=Budget(steps))


def _check_use(report: Report, table: model.DecisionTable, columns: Sequence[Column]) -> None:
    if not table.rules:
        return
    for column in columns:
        for place in column.inputs:
            if all(cell.passes_all for cell in place.cells):
                number, name = place.clause.number, place.clause.expression.text.text.strip()
                report.add(
                    "unused-input",
                    place.clause.where,
                    zh=f"输入第 {number} 列（{name}）没有一条规则用到",
                    en=f"input {number} ({name}) is asked for by no rule",
                    mend_zh="删除该列，或填写条件",
                    mend_en="Remove the column, or fill in conditions",
                )
