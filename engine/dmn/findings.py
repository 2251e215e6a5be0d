"""Findings at a place of a model: how a `Where` becomes what a designer reads."""

from __future__ import annotations

from engine.dmn import model
from engine.feel.errors import FeelSyntaxError
from engine.findings import Finding, Severity


def finding_at(
    rule: str,
    where: model.Where,
    *,
    zh: str,
    en: str,
    mend_zh: str,
    mend_en: str,
    severity: Severity = Severity.ERROR,
    line: int | None = None,
) -> Finding:
    """`line` if it is another than that of `where`."""
    return Finding(
        rule,
        severity,
        where.element_id,
        where.line if line is None else line,
        zh,
        en,
        mend_zh,
        mend_en,
        where.file,
    )


def line_in(text: model.Text, error: FeelSyntaxError) -> int | None:
    """The line of the file in which `error` stands; None if that of the text is not known."""
    return None if text.where.line is None else text.where.line + error.line - 1


def not_feel(text: model.Text, error: FeelSyntaxError) -> Finding:
    return finding_at(
        "feel-syntax",
        text.where,
        zh=f"{text.where.zh}不是合法的 FEEL：{error.zh}",
        en=f"{text.where.en} is not FEEL: {error}",
        mend_zh="按提示位置改正表达式",
        mend_en="Correct the expression at that position",
        line=line_in(text, error),
    )
