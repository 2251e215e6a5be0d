"""Regions and inputs in words: FEEL that a designer can paste."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.dmn.checks.columns import Column
from engine.dmn.checks.constants import written
from engine.dmn.checks.segments import ORDERED_FAMILIES, Form, Segment, between
from engine.feel.values import Value

_MOST_PIECES = 6
_Tree = dict[str, "_Tree | str"]


def witness_text(columns: Sequence[Column], segments: Sequence[Segment]) -> str:
    """One input as a context, `{年龄: 30, 案件: {小类: "a"}}`; columns that nobody asks about are left out.

    So are those whose value comes from another column's variables.
    """
    tree: _Tree = {}
    for column, segment in zip(columns, segments, strict=True):
        if column.is_asked and not column.is_pinned:
            path = column.subject.path or (column.subject.text,)
            inner = tree
            for name in path[:-1]:
                below = inner.setdefault(name, {})
                assert isinstance(below, dict)  # noqa: S101 - of `a` and `a.b` one is pinned
                inner = below
            inner[path[-1]] = written(segment.witness)
    return _written_tree(tree)


def region_text(column: Column, region: int) -> str:
    """`年龄 in (60..65)`: a condition that is true in `region`, a part of the column's `filled`."""
    name = column.subject.text
    inside = column.axis.chosen(region)
    outside = column.axis.chosen(column.filled & ~region)
    pieces = _pieces(inside)
    shorter = 0 < len(outside) < len(pieces) and all(segment.form is Form.POINT for segment in outside)
    if shorter or inside[-1].form is Form.OTHER_TEXT:
        return _one_of(name, [written(segment.witness) for segment in outside], negated=True)
    if len(pieces) == 1 and pieces[0][0] in "<>":
        return f"{name} {pieces[0]}"
    if len(pieces) == 1 and pieces[0][0] in "[(":
        return f"{name} in {pieces[0]}"
    return _one_of(name, pieces, negated=False)


def rule_list(rows: Iterable[int]) -> tuple[str, str]:
    """Rows from 0 as rules from 1: `规则 1、3`, `rules 1, 3`."""
    numbers = [str(row + 1) for row in rows]
    shown = numbers[:_MOST_PIECES]
    more = "…" if len(numbers) > len(shown) else ""
    return f"规则 {'、'.join(shown)}{more}", f"rule{'s' * (len(numbers) > 1)} {', '.join(shown)}{more}"


def _one_of(name: str, pieces: Sequence[str], *, negated: bool) -> str:
    if len(pieces) == 1:
        return f"{name} {'!=' if negated else '='} {pieces[0]}"
    shown = [*pieces[:_MOST_PIECES], *(["…"] if len(pieces) > _MOST_PIECES else [])]
    text = f"{name} in ({', '.join(shown)})"
    return f"not({text})" if negated else text


def _pieces(segments: Sequence[Segment]) -> list[str]:
    """The values of `segments` as unary tests; neighbours on a line are one range."""
    pieces: list[str] = []
    run: list[Segment] = []
    for segment in segments:
        if run and not _adjoin(run[-1], segment):
            pieces.append(_range(run))
            run = []
        run.append(segment)
    return [*pieces, _range(run)] if run else pieces


def _adjoin(one: Segment, other: Segment) -> bool:
    if one.family != other.family or one.family not in ORDERED_FAMILIES:
        return False
    if one.high is None or other.low is None or one.form is other.form is Form.INTERVAL:
        return False
    # Between two days there may be no segment at all.
    return bool(one.high == other.low) or between(one.family, one.high, other.low) is None


def _range(run: Sequence[Segment]) -> str:
    first, last = run[0], run[-1]
    if first.family not in ORDERED_FAMILIES:
        return written(first.witness)
    low, high = _end(first.low), _end(last.high)
    closed_below, closed_above = first.form is Form.POINT, last.form is Form.POINT
    if low is None and high is None:
        return "-"
    if low is None:
        return f"{'<=' if closed_above else '<'} {high}"
    if high is None:
        return f"{'>=' if closed_below else '>'} {low}"
    if len(run) == 1 and closed_below:
        return low
    return f"{'[' if closed_below else '('}{low}..{high}{']' if closed_above else ')'}"


def _end(value: Value) -> str | None:
    return None if value is None else written(value)


def _written_tree(tree: _Tree) -> str:
    entries = [
        f"{name}: {below if isinstance(below, str) else _written_tree(below)}" for name, below in tree.items()
    ]
    return f"{{{', '.join(entries)}}}"
