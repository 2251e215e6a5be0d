"""Gathers findings about one DMN file, so that a designer sees all of them at once."""

from __future__ import annotations

from lxml import etree

from engine.feel import Expression, FeelSyntaxError, UnaryTests, compile_expression, compile_unary_tests
from engine.findings import Finding, Severity


class Collector:
    """`names` are the variables of the model; those of several words are read as one in FEEL."""

    def __init__(self, file: str) -> None:
        self.findings: list[Finding] = []
        self.names: tuple[str, ...] = ()
        self._file = file

    def error(
        self,
        rule: str,
        element: etree._Element,
        *,
        zh: str,
        en: str,
        mend_zh: str = "",
        mend_en: str = "",
        line: int | None = None,
    ) -> None:
        self._add(Severity.ERROR, rule, element, zh, en, mend_zh, mend_en, line)

    def warning(
        self, rule: str, element: etree._Element, *, zh: str, en: str, mend_zh: str = "", mend_en: str = ""
    ) -> None:
        self._add(Severity.WARNING, rule, element, zh, en, mend_zh, mend_en, None)

    def _add(
        self,
        severity: Severity,
        rule: str,
        element: etree._Element,
        zh: str,
        en: str,
        mend_zh: str,
        mend_en: str,
        line: int | None,
    ) -> None:
        self.findings.append(
            Finding(
                rule,
                severity,
                owner_id(element),
                line or line_of(element),
                zh,
                en,
                mend_zh,
                mend_en,
                self._file,
            )
        )

    def expression(self, element: etree._Element, *, zh: str, en: str) -> Expression | None:
        """The compiled <text> of `element`, or None and a finding; `zh`/`en` name the place."""
        text = text_of(element)
        if not text.strip():
            self.error(
                "empty-expression",
                element,
                zh=f"{zh}为空",
                en=f"{en} is empty",
                mend_zh="填写 FEEL 表达式",
                mend_en="Write a FEEL expression",
            )
            return None
        try:
            return compile_expression(text, names=self.names)
        except FeelSyntaxError as error:
            self._unparsable(element, error, zh, en)
            return None

    def unary_tests(self, element: etree._Element, *, zh: str, en: str) -> UnaryTests | None:
        """As `expression`; an empty cell is `-`, because modelers leave it empty to say so."""
        text = text_of(element)
        try:
            return compile_unary_tests(text if text.strip() else "-", names=self.names)
        except FeelSyntaxError as error:
            self._unparsable(element, error, zh, en)
            return None

    def _unparsable(self, element: etree._Element, error: FeelSyntaxError, zh: str, en: str) -> None:
        text_element = next((child for child in element if local_name(child) == "text"), element)
        line = line_of(text_element)
        self.error(
            "feel-syntax",
            element,
            zh=f"{zh}不是合法的 FEEL：{error.zh}",
            en=f"{en} is not FEEL: {error}",
            mend_zh="按提示位置改正表达式",
            mend_en="Correct the expression at that position",
            line=None if line is None else line + error.line - 1,
        )


def local_name(element: etree._Element) -> str:
    return etree.QName(element).localname


def namespace_of(element: etree._Element) -> str:
    return etree.QName(element).namespace or ""


def line_of(element: etree._Element) -> int | None:
    line = element.sourceline
    return line if isinstance(line, int) and line > 0 else None


def owner_id(element: etree._Element) -> str | None:
    """The id of `element` or of the nearest element around it that has one."""
    current: etree._Element | None = element
    while current is not None:
        found = current.get("id")
        if found:
            return str(found)
        current = current.getparent()
    return None


def text_of(element: etree._Element) -> str:
    """The content of the <text> child; "" if there is none."""
    for child in element:
        if local_name(child) == "text":
            return "".join(str(part) for part in child.itertext())
    return ""
