"""Two rules for one input: forbidden in a UNIQUE table, and in an ANY table if they answer differently."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence

from engine.dmn import model
from engine.dmn.checks.columns import Column
from engine.dmn.checks.cover import Budget
from engine.dmn.checks.layers import Layer, bits
from engine.dmn.checks.outputs import Outputs
from engine.dmn.checks.report import Report
from engine.dmn.checks.words import witness_text


def check_overlaps(
    report: Report,
    table: model.DecisionTable,
    columns: Sequence[Column],
    *,
    outputs: Outputs,
    known: Collection[tuple[int, int]],
    budget: Budget,
) -> None:
    """`known`: pairs of rows, in order, about which there is a finding already. Raises OutOfBudget."""
    rows = len(table.rules)
    if table.hit_policy is model.HitPolicy.UNIQUE:
        unknown = [-1 << (row + 1) for row in range(rows)]
        for first, second in known:
            unknown[first] &= ~(1 << second)
        kind, say = "rules-overlap", _say_overlap
    elif table.hit_policy is model.HitPolicy.ANY:
        unknown = _later_and_different(rows, outputs)
        kind, say = "any-conflict", _say_conflict
    else:
        return
    for first, found in _overlapping(columns, unknown, budget=budget):
        for second in bits(found):
            if report.is_full(kind):
                report.count(kind, (found >> second).bit_count())
                break
            say(report, table, first, second, _witness(columns, first, second))


def _overlapping(
    columns: Sequence[Column], others: Sequence[int], *, budget: Budget
) -> Iterator[tuple[int, int]]:
    """Each row with those of `others[row]` that certainly match some input together with it."""
    layers = [_layer(column) for column in columns]
    words = 1 + len(others) // 512
    for row, rows in enumerate(others):
        found = rows & ((1 << len(others)) - 1)
        for layer in layers:
            if not found:
                break
            budget.spend(words * layer.price())
            found &= layer.touching(layer.masks[row])
        if found:
            yield row, found


def _layer(column: Column) -> Layer:
    if column.is_pinned:
        # Its value comes with that of another column: only a cell that passes all of them surely passes.
        return Layer([int(not column.possible & ~mask) for mask in column.must], width=1)
    return Layer([mask & column.sure for mask in column.must], width=len(column.axis.segments))


def _witness(columns: Sequence[Column], first: int, second: int) -> str:
    chosen = []
    for column in columns:
        both = (
            column.must[first] & column.must[second] & (column.axis.all if column.is_pinned else column.sure)
        )
        # The first is not null, if there is another: an input that is there says more.
        chosen.append(column.axis.chosen(both)[0])
    return witness_text(columns, chosen)


def _later_and_different(rows: int, outputs: Outputs) -> list[int]:
    answers = [outputs.answer(row) for row in range(rows)]
    same: dict[Hashable, int] = {}
    for row, answer in enumerate(answers):
        if answer is not None:
            same[answer] = same.get(answer, 0) | 1 << row
    constant = sum(same.values())
    return [
        0 if answer is None else constant & ~same[answer] & (-1 << (row + 1))
        for row, answer in enumerate(answers)
    ]


def _say_overlap(report: Report, table: model.DecisionTable, first: int, second: int, witness: str) -> None:
    one, other = table.rules[first], table.rules[second]
    report.add(
        "rules-overlap",
        other.where,
        zh=f"规则 {one.number} 和规则 {other.number} 同时匹配输入 {witness}，UNIQUE 表此时答 null",
        en=f"rules {one.number} and {other.number} both match the input {witness}, where a UNIQUE table answers null",
        mend_zh="收窄其中一条规则，或改用 FIRST",
        mend_en="Narrow one of the rules, or use FIRST",
    )


def _say_conflict(report: Report, table: model.DecisionTable, first: int, second: int, witness: str) -> None:
    one, other = table.rules[first], table.rules[second]
    report.add(
        "any-conflict",
        other.where,
        zh=f"规则 {one.number} 和规则 {other.number} 同时匹配输入 {witness}，但输出不同，ANY 表此时答 null",
        en=f"rules {one.number} and {other.number} both match the input {witness}, but answer differently, "
        "where an ANY table answers null",
        mend_zh="让两条规则的输出相同，或收窄其中一条",
        mend_en="Give both the same output, or narrow one of them",
    )
