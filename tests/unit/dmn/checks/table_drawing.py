"""Decision tables for checks, in a few words."""

from __future__ import annotations

from collections.abc import Sequence

from engine.dmn.model import (
    DecisionTable,
    HitPolicy,
    InputClause,
    LiteralExpression,
    OutputClause,
    Rule,
    Text,
    Where,
)


def where(name: str, line: int) -> Where:
    return Where(zh=name, en=name, element_id=name.replace(" ", "_"), line=line, file="t.dmn")


def text(content: str, name: str = "text", line: int = 1) -> Text:
    return Text(content, where(name, line))


def expression(
    content: str, *, type_ref: str = "", name: str = "expression", line: int = 1
) -> LiteralExpression:
    return LiteralExpression(text(content, name, line), type_ref, where(name, line))


def column(content: str, *, type_ref: str = "", values: str = "") -> InputClause:
    """Its number is set by `drawn`."""
    return InputClause(
        0, "", expression(content, type_ref=type_ref), text(values) if values else None, where("input", 2)
    )


def output(*, name: str = "", type_ref: str = "", values: str = "", default: str = "") -> OutputClause:
    return OutputClause(
        0,
        name,
        type_ref,
        text(values) if values else None,
        expression(default) if default else None,
        where("output", 3),
    )


def drawn(
    inputs: Sequence[str | InputClause],
    rows: Sequence[Sequence[str]],
    *,
    policy: HitPolicy = HitPolicy.UNIQUE,
    outputs: Sequence[OutputClause] = (),
) -> DecisionTable:
    """`rows` have the cells of each rule, outputs last; rule n stands on line 10 + n."""
    clauses = [each if isinstance(each, InputClause) else column(each) for each in inputs]
    results = list(outputs) or [output()]
    return DecisionTable(
        hit_policy=policy,
        aggregator=None,
        inputs=tuple(
            InputClause(number, each.label, each.expression, each.values, each.where)
            for number, each in enumerate(clauses, 1)
        ),
        outputs=tuple(
            OutputClause(number, each.name, each.type_ref, each.values, each.default, each.where)
            for number, each in enumerate(results, 1)
        ),
        rules=tuple(_rule(number, row, len(clauses)) for number, row in enumerate(rows, 1)),
        type_ref="",
        where=where("table", 1),
    )


def _rule(number: int, row: Sequence[str], inputs: int) -> Rule:
    line = 10 + number
    return Rule(
        id=f"rule_{number}",
        number=number,
        tests=tuple(text(cell, f"rule {number} input {n}", line) for n, cell in enumerate(row[:inputs], 1)),
        outputs=tuple(
            expression(cell, name=f"rule {number} output", line=line) if cell else None
            for cell in row[inputs:]
        ),
        where=where(f"rule {number}", line),
    )
