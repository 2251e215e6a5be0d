"""Findings of the upload gate as a table: the rule, the place, both languages, how to mend it."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from engine.findings import Finding
from terminal.output import clean, fixed, flowing, make_table


def findings_table(findings: Iterable[Finding]) -> Table:
    """Errors first, then warnings; by file and line."""
    table = make_table(fixed("位置 Where"), flowing("问题 Problem"))
    for finding in sorted(findings, key=_place):
        style = "red" if finding.is_error else "yellow"
        mark = "✕ 错误 error" if finding.is_error else "! 警告 warning"
        where = Text(mark, style=style)
        where.append(f"\n{clean(place_of(finding))}", style="default")
        if finding.element_id:
            where.append(f"\n{clean(finding.element_id)}", style="default")
        problem = Text(finding.rule, style=style)
        for line in (finding.zh, finding.en):
            problem.append(f"\n{clean(line)}", style="default")
        for line in (finding.mend_zh, finding.mend_en):
            if line:
                problem.append(f"\n→ {clean(line)}", style="green")
        table.add_row(where, problem, end_section=True)
    return table


def place_of(finding: Finding) -> str:
    """`file:line`, as editors understand it."""
    file = finding.file or "?"
    return file if finding.line is None else f"{file}:{finding.line}"


def _place(finding: Finding) -> tuple[bool, str, int, str]:
    return not finding.is_error, finding.file, finding.line or 0, finding.rule
