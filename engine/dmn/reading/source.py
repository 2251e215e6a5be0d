"""The one file that is being read: what it is called, how it writes types, what is wrong with it."""

from __future__ import annotations

from lxml import etree

from engine.dmn.model import Where
from engine.dmn.reading.limits import MAX_FINDINGS
from engine.dmn.reading.place import Place, line_of, namespace_of, owner_id
from engine.dmn.reading.versions import DMN_1_1, FEEL_NAMESPACES
from engine.findings import Finding, Severity


class Source:
    def __init__(self, root: etree._Element, *, file: str) -> None:
        self.file = file
        self.namespace = root.get("namespace", "").strip()
        self._findings: list[Finding] = []
        self._counts = {Severity.ERROR: 0, Severity.WARNING: 0}
        # Only DMN 1.1 writes types as XML names. A map made once: lxml builds it anew at every call.
        self._prefixes = dict(root.nsmap) if namespace_of(root) == DMN_1_1 else {}

    def where(self, element: etree._Element, place: Place) -> Where:
        return Where(place.zh, place.en, owner_id(element), line_of(element), self.file)

    def type_ref(self, element: etree._Element, attribute: str = "typeRef") -> str:
        return self.type_name(element.get(attribute, ""))

    def type_name(self, text: str) -> str:
        """A type as it is written, without the prefix that means FEEL or, in DMN 1.1, this model."""
        name = " ".join(text.split()).removeprefix("feel:")
        prefix, colon, local = name.partition(":")
        namespace = self._prefixes.get(prefix) if colon else None
        return local if namespace is not None and self._is_own(namespace) else name

    def _is_own(self, namespace: str) -> bool:
        return namespace in FEEL_NAMESPACES or namespace == self.namespace

    def error(
        self,
        rule: str,
        at: etree._Element | Where,
        *,
        zh: str,
        en: str,
        mend_zh: str = "",
        mend_en: str = "",
    ) -> None:
        self.problem(rule, at, severity=Severity.ERROR, zh=zh, en=en, mend_zh=mend_zh, mend_en=mend_en)

    def warning(
        self,
        rule: str,
        at: etree._Element | Where,
        *,
        zh: str,
        en: str,
        mend_zh: str = "",
        mend_en: str = "",
    ) -> None:
        self.problem(rule, at, severity=Severity.WARNING, zh=zh, en=en, mend_zh=mend_zh, mend_en=mend_en)

    def problem(
        self,
        rule: str,
        at: etree._Element | Where,
        *,
        severity: Severity,
        zh: str,
        en: str,
        mend_zh: str = "",
        mend_en: str = "",
    ) -> None:
        self._counts[severity] += 1
        if self._counts[severity] > MAX_FINDINGS:
            return
        if isinstance(at, Where):
            element_id, line = at.element_id, at.line
        else:
            element_id, line = owner_id(at), line_of(at)
        self._findings.append(Finding(rule, severity, element_id, line, zh, en, mend_zh, mend_en, self.file))

    def findings(self) -> list[Finding]:
        """In the order they were made; one more stands for all that are over MAX_FINDINGS."""
        # Errors and warnings are counted apart, so that no number of warnings can hide an error.
        over = [severity for severity, count in self._counts.items() if count > MAX_FINDINGS]
        return [*self._findings, *(_too_many(severity, file=self.file) for severity in over)]


def _too_many(severity: Severity, *, file: str) -> Finding:
    return Finding(
        "too-many-findings",
        severity,
        None,
        None,
        f"问题超过 {MAX_FINDINGS} 个，其余未列出",
        f"There are more than {MAX_FINDINGS} findings; the rest is not listed",
        "请先修正以上问题再上传",
        "Mend these first and upload again",
        file=file,
    )
