"""What the checks say of a table, in a few words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from engine.dmn.checks.tables import check_table
from engine.dmn.model import DecisionTable, InputClause
from engine.findings import Finding

from .table_drawing import drawn

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def rules(table: DecisionTable) -> list[str]:
    return [finding.rule for finding in check_table(table)]


def only(table: DecisionTable, rule: str) -> Finding:
    (found,) = [finding for finding in check_table(table) if finding.rule == rule]
    return found


def gap_words(inputs: Sequence[str | InputClause], *rows: Sequence[str]) -> list[str]:
    """What stands between "no rule matches" and the example."""
    return [
        finding.en.removeprefix("table: no rule matches ").partition(", for example")[0]
        for finding in check_table(drawn(inputs, [[*row, "1"] for row in rows]))
        if finding.rule == "table-gap"
    ]
