"""Where the reader puts what it finds wrong."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.reading.place import line_of, nearest_id
from engine.bpmn.reading.refusals import Refusal
from engine.bpmn.xsd import Violation
from engine.findings import Finding, Severity

MAX_FINDINGS = 500
"""Per file. Nobody mends more in one go, and a hostile file must not make a report of megabytes."""


class FindingSink:
    """Collects findings in the order they are made, at most MAX_FINDINGS of them."""

    def __init__(self, *, file: str) -> None:
        self._file = file
        self._findings: list[Finding] = []
        self._refused_by_xsd: frozenset[tuple[int | None, str | None, str | None]] = frozenset()
        self._overflowed = False

    def add_xsd(self, violations: list[Violation]) -> None:
        """What the schema refuses; "not-supported-yet" does not say it again."""
        for violation in violations:
            self._append(violation.finding)
        self._refused_by_xsd = frozenset((v.line, v.tag, v.attribute) for v in violations)

    def error(
        self, rule: str, element: etree._Element, zh: str, en: str, *, mend_zh: str = "", mend_en: str = ""
    ) -> None:
        self._report(Severity.ERROR, rule, element, zh, en, mend_zh, mend_en)

    def warning(
        self, rule: str, element: etree._Element, zh: str, en: str, *, mend_zh: str = "", mend_en: str = ""
    ) -> None:
        self._report(Severity.WARNING, rule, element, zh, en, mend_zh, mend_en)

    def not_supported(
        self, element: etree._Element, refusal: Refusal, *, attribute: str | None = None
    ) -> None:
        """A construct of the standard that is not run. Silent where the schema has objected already."""
        if (line_of(element), element.tag, attribute) in self._refused_by_xsd:
            return
        self.error(
            "not-supported-yet",
            element,
            f"不能执行{refusal.zh}：{refusal.why_zh}",
            f"Yishi does not run {refusal.en}: {refusal.why_en}",
            mend_zh=refusal.mend_zh,
            mend_en=refusal.mend_en,
        )

    def mark(self) -> int:
        """A point to which `forget_since` can go back."""
        return len(self._findings)

    def forget_since(self, mark: int) -> None:
        del self._findings[mark:]
        if mark < MAX_FINDINGS:
            self._overflowed = False

    def findings(self) -> list[Finding]:
        if not self._overflowed:
            return list(self._findings)
        return [*self._findings, too_many(file=self._file)]

    def _report(
        self,
        severity: Severity,
        rule: str,
        element: etree._Element,
        zh: str,
        en: str,
        mend_zh: str,
        mend_en: str,
    ) -> None:
        self._append(
            Finding(
                rule,
                severity,
                nearest_id(element),
                line_of(element),
                zh,
                en,
                mend_zh,
                mend_en,
                file=self._file,
            )
        )

    def _append(self, finding: Finding) -> None:
        if len(self._findings) < MAX_FINDINGS:
            self._findings.append(finding)
        else:
            self._overflowed = True


def too_many(*, file: str) -> Finding:
    """Stands for all findings after the first MAX_FINDINGS."""
    return Finding(
        "too-many-findings",
        Severity.ERROR,
        None,
        None,
        f"问题超过 {MAX_FINDINGS} 个，其余未列出",
        f"There are more than {MAX_FINDINGS} findings; the rest is not listed",
        "请先修正以上问题再上传",
        "Mend these first and upload again",
        file=file,
    )
