"""Inputs that no rule matches, in tables that must answer each."""

from __future__ import annotations

from collections.abc import Sequence

from engine.dmn import model
from engine.dmn.checks.columns import Column
from engine.dmn.checks.cover import Budget, Cover
from engine.dmn.checks.layers import Layer
from engine.dmn.checks.report import Report
from engine.dmn.checks.words import region_text, witness_text

_ANSWER_ALL = frozenset(
    {model.HitPolicy.UNIQUE, model.HitPolicy.FIRST, model.HitPolicy.ANY, model.HitPolicy.PRIORITY}
)
_MOST = 3


def check_gaps(
    report: Report, table: model.DecisionTable, columns: Sequence[Column], *, budget: Budget
) -> None:
    """At most `_MOST` gaps among the values that the table names, and one with texts that it does not.

    Null is no gap: whether an input must be there is for its form to say. Raises OutOfBudget.
    """
    if table.hit_policy not in _ANSWER_ALL or any(output.default is not None for output in table.outputs):
        return
    if not table.rules:
        return
    views = [_View(column) for column in columns]
    named, all_values = [view.named for view in views], [view.region for view in views]
    found: list[list[int]] = []
    for start, most in ((named, _MOST), (all_values, 1)):
        if 0 in start or (start is all_values and named == all_values):
            continue
        for _ in range(most):
            gap = _gap(table, views, found, start, budget=budget)
            if gap is None:
                break
            found.append(gap[0])
            _say(report, table, views, *gap)


class _View:
    """A column as far as gaps go: one whose value nobody can choose is a single segment."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self.is_whole = column.is_pinned or not column.filled
        if self.is_whole:
            self.region = self.named = 1
            self.masks = [int(bool(mask)) for mask in column.may]
            self.width = 1
        else:
            self.region = column.filled
            self.named = column.filled & ~column.axis.other_text
            self.masks = [mask & column.filled for mask in column.may]
            self.width = len(column.axis.segments)


def _gap(
    table: model.DecisionTable,
    views: Sequence[_View],
    found: Sequence[Sequence[int]],
    start: Sequence[int],
    *,
    budget: Budget,
) -> tuple[list[int], list[int]] | None:
    """A box as large as can be that neither a rule nor one of the gaps `found` touches, and what it grew from."""
    layers = [
        Layer([*view.masks, *(box[index] for box in found)], width=view.width)
        for index, view in enumerate(views)
    ]
    rows = len(table.rules) + len(found)
    cover = Cover(layers, rules=rows, budget=budget)
    seed = cover.hole(start, (1 << rows) - 1)
    if seed is None:
        return None
    box = list(seed)
    for index, view in enumerate(views):
        alive = (1 << rows) - 1
        for other, layer in enumerate(layers):
            if other != index:
                alive &= layer.touching(box[other])
        budget.spend(len(layers) + view.width)
        masks = layers[index].rows
        box[index] = sum(
            1 << segment
            for segment in range(view.width)
            if view.region >> segment & 1 and not masks[segment] & alive
        )
    return box, seed


def _say(
    report: Report,
    table: model.DecisionTable,
    views: Sequence[_View],
    box: Sequence[int],
    seed: Sequence[int],
) -> None:
    conditions = [
        region_text(view.column, region)
        for view, region in zip(views, box, strict=True)
        if not view.is_whole and region != view.region
    ]
    text = " and ".join(conditions)
    asked = [
        (view.column, view.column.axis.chosen(region)[0])
        for view, region in zip(views, seed, strict=True)
        if not view.is_whole
    ]
    witness = witness_text([column for column, _ in asked], [segment for _, segment in asked])
    report.add(
        "table-gap",
        table.where,
        zh=f"没有规则匹配 {text or '任何输入'}，例如输入 {witness}；此时答 null",
        en=f"no rule matches {text or 'any input'}, for example the input {witness}; the answer is null there",
        mend_zh="补一条规则或默认输出，或用输入值写明哪些值会出现",
        mend_en="Add a rule or a default output, or say with input values which values there are",
    )
