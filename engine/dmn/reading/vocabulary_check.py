"""A finding for everything in a file that neither runs nor is documentation, drawing or a tool's own."""

from __future__ import annotations

from lxml import etree

from engine.dmn.reading.foreign import changes_answers, is_harmless, repeats_decision
from engine.dmn.reading.input_variables import INPUT_VARIABLE
from engine.dmn.reading.place import local_name, namespace_of, shown
from engine.dmn.reading.source import Source
from engine.dmn.reading.versions import is_feel
from engine.dmn.reading.vocabulary import (
    ATTRIBUTES,
    ATTRIBUTES_EVERYWHERE,
    CHILDREN,
    DOCUMENTATION,
    DRAWING_NAMESPACES,
    HOLDS_TEXT,
)
from engine.findings import Severity


def check_vocabulary(source: Source, root: etree._Element) -> None:
    _Check(source, namespace_of(root)).run(root)


class _Check:
    def __init__(self, source: Source, model: str) -> None:
        self._source = source
        self._model = model
        # A tool writes the same thing a thousand times; one warning for each kind is enough.
        self._warned: set[tuple[str, str]] = set()

    def run(self, root: etree._Element) -> None:
        waiting = [(root, "")]
        while waiting:
            element, parent = waiting.pop()
            name = local_name(element)
            key = f"{parent}/{name}"
            self._check_attributes(element, name, ATTRIBUTES.get(key, ATTRIBUTES.get(name, frozenset())))
            self._check_text(element, name)
            read = CHILDREN.get(key, CHILDREN.get(name, frozenset()))
            documentation = DOCUMENTATION.get(name, frozenset())
            inner = []
            for child in element:
                child_name, namespace = local_name(child), namespace_of(child)
                if namespace == self._model and child_name in read:
                    inner.append((child, name))
                elif namespace == self._model and child_name == "extensionElements":
                    self._check_extensions(child)
                elif namespace == self._model and (
                    child_name == "description" or child_name in documentation
                ):
                    continue
                elif not (child_name == "DMNDI" and namespace in DRAWING_NAMESPACES and element is root):
                    self._refuse(child, child_name)
            # So that findings come in the order of the file.
            waiting.extend(reversed(inner))

    def _check_attributes(self, element: etree._Element, name: str, allowed: frozenset[str]) -> None:
        for key, raw in element.attrib.items():
            qualified = etree.QName(str(key))
            attribute, value = qualified.localname, str(raw)
            if qualified.namespace is not None:
                self._check_foreign(element, name, qualified.namespace, attribute, value)
            elif attribute not in allowed and attribute not in ATTRIBUTES_EVERYWHERE:
                self._source.error(
                    "unknown-attribute",
                    element,
                    zh=f"属性 {shown(attribute)} 在 {name} 上不会被执行",
                    en=f"Attribute {shown(attribute)} on {name} is not run",
                    mend_zh="删除该属性",
                    mend_en="Remove the attribute",
                )
            elif attribute in ("expressionLanguage", "typeLanguage") and not is_feel(value):
                self._refuse_language(element, attribute, value)

    def _refuse_language(self, element: etree._Element, attribute: str, value: str) -> None:
        zh, en = ("表达式语言", "Expression") if attribute == "expressionLanguage" else ("类型语言", "Type")
        self._source.error(
            "unsupported-expression-language",
            element,
            zh=f"{zh} {shown(value)} 不受支持",
            en=f"{en} language {shown(value)} is not supported",
            mend_zh="改用 FEEL",
            mend_en="Use FEEL",
        )

    def _check_foreign(
        self, element: etree._Element, name: str, namespace: str, attribute: str, value: str
    ) -> None:
        if name == "input" and attribute == INPUT_VARIABLE:
            return  # asked by `input_variables`, which knows the cells
        severity = Severity.WARNING
        if changes_answers(attribute, value, element=name):
            severity = Severity.ERROR
        elif is_harmless(namespace, attribute) or not self._is_new(namespace, f"@{attribute}"):
            return
        self._source.problem(
            "unknown-attribute",
            element,
            severity=severity,
            zh=f"{name} 上的属性 {shown(attribute)}（{shown(namespace)}）不会被执行",
            en=f"Attribute {shown(attribute)} ({shown(namespace)}) on {name} is not run",
            mend_zh="删除该属性",
            mend_en="Remove the attribute",
        )

    def _check_extensions(self, extensions: etree._Element) -> None:
        for extension in extensions:
            namespace, name = namespace_of(extension), local_name(extension)
            severity = Severity.WARNING
            if repeats_decision(name):
                severity = Severity.ERROR
            elif is_harmless(namespace, name) or not self._is_new(namespace, name):
                continue
            self._source.problem(
                "unknown-extension",
                extension,
                severity=severity,
                zh=f"扩展元素 {shown(name)}（{shown(namespace)}）不会被执行",
                en=f"Extension element {shown(name)} ({shown(namespace)}) is not run",
                mend_zh="删除该扩展元素",
                mend_en="Remove the extension element",
            )

    def _is_new(self, namespace: str, name: str) -> bool:
        is_new = (namespace, name) not in self._warned
        self._warned.add((namespace, name))
        return is_new

    def _check_text(self, element: etree._Element, name: str) -> None:
        """Words between elements, where nobody reads them: mostly a `<text>` that was forgotten."""
        if name in HOLDS_TEXT:
            return
        stray = next(
            (
                text.strip()
                for text in (element.text, *(child.tail for child in element))
                if text is not None and text.strip()
            ),
            None,
        )
        if stray is not None:
            self._source.warning(
                "stray-text",
                element,
                zh=f"{name} 中的文字“{shown(stray)}”不会被读取",
                en=f"The words {shown(stray)!r} inside {name} are not read",
                mend_zh="放进 <text> 元素，或删除",
                mend_en="Put them into a <text> element, or remove them",
            )

    def _refuse(self, element: etree._Element, name: str) -> None:
        self._source.error(
            "unsupported-element",
            element,
            zh=f"元素 {shown(name)} 在此处不受支持",
            en=f"Element {shown(name)} is not supported here",
            mend_zh="改用 DMN 1.5 在此处允许的元素，或删除它",
            mend_en="Use an element that DMN 1.5 allows here, or remove it",
        )
