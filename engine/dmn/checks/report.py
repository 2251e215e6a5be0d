"""The findings of one table, all said in one manner."""

from __future__ import annotations

from dataclasses import replace

from engine.dmn import model
from engine.findings import Finding, Severity


class Report:
    """Findings of one rule beyond `most` are counted, not listed: the last one listed says how many."""

    def __init__(self, table: model.DecisionTable, *, most: int = 10) -> None:
        self._table = table
        self._most = most
        self._listed: dict[str, list[Finding]] = {}
        self._counts: dict[str, int] = {}

    def add(
        self,
        rule: str,
        where: model.Where,
        *,
        zh: str,
        en: str,
        mend_zh: str,
        mend_en: str,
        severity: Severity = Severity.WARNING,
    ) -> None:
        """`zh` and `en` go on after the table's name."""
        self.count(rule, 1)
        listed = self._listed.setdefault(rule, [])
        if len(listed) >= self._most:
            return
        table = self._table.where
        listed.append(
            Finding(
                rule=rule,
                severity=severity,
                element_id=where.element_id or table.element_id,
                line=where.line or table.line,
                zh=f"{table.zh}：{zh}",
                en=f"{table.en}: {en}",
                mend_zh=mend_zh,
                mend_en=mend_en,
                file=where.file or table.file,
            )
        )

    def is_full(self, rule: str) -> bool:
        """True if a further finding would only be counted: then `count` does, and words can be spared."""
        return len(self._listed.get(rule, ())) >= self._most

    def count(self, rule: str, more: int) -> None:
        self._counts[rule] = self._counts.get(rule, 0) + more

    def findings(self) -> list[Finding]:
        return [self._numbered(finding) for listed in self._listed.values() for finding in listed]

    def _numbered(self, finding: Finding) -> Finding:
        listed = self._listed[finding.rule]
        more = self._counts[finding.rule] - len(listed)
        if not more or finding is not listed[-1]:
            return finding
        return replace(
            finding,
            zh=f"{finding.zh}（还有 {more} 处同类问题）",
            en=f"{finding.en} (and {more} more like it)",
        )
