"""What is wrong with types, said so that a designer can mend it."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher

from engine.dmn import model
from engine.dmn.findings import finding_at
from engine.feel.inference import Misfit
from engine.feel.inference.misfit import (
    CALL_ARGUMENTS,
    CONDITION_TYPE,
    OPERAND_TYPE,
    UNKNOWN_ENTRY,
    UNKNOWN_VARIABLE,
    VALUE_TYPE,
)
from engine.findings import Finding, Severity

CELL_TYPE = "cell-type"
INPUT_TYPE = "input-type"
ALLOWED_VALUE_TYPE = "allowed-value-type"

_SLIP = 0.85
"""How alike two names are of which one is certainly a slip for the other."""
_MENDS: dict[str, tuple[str, str]] = {
    CELL_TYPE: (
        "写该列类型的值，或改正该列的 typeRef",
        "Write values of the column's type, or correct the typeRef of the column",
    ),
    INPUT_TYPE: (
        "改正输入表达式或其 typeRef",
        "Correct the input expression or its typeRef",
    ),
    ALLOWED_VALUE_TYPE: (
        "写该类型的值，或改正类型",
        "Write values of that type, or correct the type",
    ),
    VALUE_TYPE: (
        "改正表达式，或改正声明的类型",
        "Correct the expression, or the type that is declared",
    ),
    OPERAND_TYPE: (
        "先用 number()、string()、date() 等转换，或改正运算",
        "Convert with number(), string(), date() and so on, or correct the operation",
    ),
    CONDITION_TYPE: (
        "写结果为 true 或 false 的条件",
        "Write a condition that is true or false",
    ),
    CALL_ARGUMENTS: (
        "按函数的参数改正调用",
        "Call it with the arguments that it takes",
    ),
    UNKNOWN_ENTRY: (
        "改正名称，或在类型中加上它",
        "Correct the name, or add the entry to the type",
    ),
    UNKNOWN_VARIABLE: (
        "改正名称，或画出对它的需求",
        "Correct the name, or draw a requirement that brings it",
    ),
}
RULE_IDS = frozenset(_MENDS)


class Words:
    """Collects findings. Of one rule no more than `most` are listed; the last of them says how many more."""

    def __init__(self, *, most: int = 50) -> None:
        self._most = most
        self._listed: dict[str, list[Finding]] = {}
        self._more: dict[str, int] = {}

    def add(
        self,
        rule: str,
        severity: Severity,
        where: model.Where,
        *,
        zh: str,
        en: str,
        misfit: Misfit | None = None,
        line: int | None = None,
    ) -> None:
        """`zh` and `en` are clauses that go on after the place; `misfit` may know a name that is meant."""
        listed = self._listed.setdefault(rule, [])
        if len(listed) >= self._most:
            self._more[rule] = self._more.get(rule, 0) + 1
            return
        mend_zh, mend_en = _MENDS[rule]
        suggestion = misfit.suggestion() if misfit is not None else ""
        if suggestion:
            mend_zh, mend_en = f"是否想写“{suggestion}”？", f"Perhaps {suggestion!r} is meant"
        listed.append(
            finding_at(
                rule,
                where,
                zh=f"{where.zh}：{zh}",
                en=f"{where.en} {en}",
                mend_zh=mend_zh,
                mend_en=mend_en,
                severity=severity,
                line=line,
            )
        )

    def add_misfit(
        self, misfit: Misfit, text: model.Text, *, rule: str = "", severity: Severity = Severity.WARNING
    ) -> None:
        """`rule` "" is that of the misfit."""
        line, column = _position(text.text, misfit.at)
        where = text.where
        self.add(
            rule or misfit.rule,
            severity,
            where,
            zh=f"{misfit.zh}（第 {line} 行第 {column} 列）",
            en=f"{misfit.en}, at line {line}, column {column}",
            misfit=misfit,
            line=None if where.line is None else where.line + line - 1,
        )

    def findings(self) -> list[Finding]:
        found: list[Finding] = []
        for rule, listed in self._listed.items():
            more = self._more.get(rule, 0)
            found += listed
            if more:
                last = found[-1]
                found[-1] = replace(
                    last, zh=f"{last.zh}（另有 {more} 处）", en=f"{last.en} (and {more} more like it)"
                )
        return found


def is_slip(misfit: Misfit) -> bool:
    """Whether its name is so near to a known one that it cannot well be another. Takes a while."""
    suggestion = misfit.suggestion()
    if not suggestion:
        return False
    one, other = misfit.name.casefold(), suggestion.casefold()
    if one == other:
        return True
    # score1 and score2 are two names.
    letters = [text.translate(_NO_DIGITS) for text in (one, other)]
    return letters[0] != letters[1] and SequenceMatcher(None, one, other).ratio() >= _SLIP


_NO_DIGITS = {ord(digit): None for digit in "0123456789"}


def _position(text: str, at: int) -> tuple[int, int]:
    """Line and column, from 1."""
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
