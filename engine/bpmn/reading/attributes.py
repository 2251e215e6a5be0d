"""Names, attributes and texts of one XML element, with nothing passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn.model import BPMN_NAMESPACE, GOV_NAMESPACE
from engine.bpmn.reading.sink import FindingSink
from engine.bpmn.reading.vocabulary import (
    FREE_TEXT,
    NAMES_ZH,
    ONLY_VALUES,
    XML_NAMESPACE,
    XSI_NAMESPACE,
)

_FEEL_LANGUAGE = re.compile(
    r"(?:https?://www\.omg\.org/spec/(?:DMN|FEEL)/\d{8}(?:/FEEL)?/?|FEEL)", re.IGNORECASE
)
_FEEL_SCRIPT_FORMAT = re.compile(r"(?:(?:application|text)/(?:x-)?)?feel", re.IGNORECASE)
_FOREIGN_DIALECTS: Mapping[str, str] = {
    "http://camunda.org/schema/zeebe/1.0": "zeebe:",
    "http://camunda.org/schema/1.0/bpmn": "camunda:",
    "http://flowable.org/bpmn": "flowable:",
    "http://activiti.org/bpmn": "activiti:",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "spiffworkflow:",
}
_EXPRESSION_TYPES = frozenset({"tExpression", "tFormalExpression"})


def split_name(name: str) -> tuple[str, str]:
    """Namespace ("" if none) and local name of a tag or an attribute."""
    if not name.startswith("{"):
        return "", name
    namespace, _, local = name[1:].partition("}")
    return namespace, local


def bpmn_children(element: etree._Element, sink: FindingSink) -> Iterator[tuple[str, etree._Element]]:
    """Local name and element of each child of the standard. Any other child becomes a finding."""
    for child in element:
        namespace, local = split_name(child.tag)
        if namespace == BPMN_NAMESPACE:
            yield local, child
        else:
            refuse_unknown_extension(child, child.tag, sink)


def check_attributes(element: etree._Element, *, consumed: frozenset[str], sink: FindingSink) -> None:
    """Findings for attributes that are neither read by the caller nor known to be harmless.

    Our own (`gov:`) are left to `extensions`.
    """
    for name, value in attributes_of(element):
        namespace, local = split_name(name)
        if namespace in (GOV_NAMESPACE, XSI_NAMESPACE, XML_NAMESPACE):
            continue
        if namespace:
            refuse_unknown_extension(element, name, sink)
        elif local not in consumed and local not in ("id", "name"):
            sink.not_supported(element, f"属性 {local}", f"the attribute {local}", attribute=local)
        elif local in ONLY_VALUES and value.strip() not in ONLY_VALUES[local]:
            sink.not_supported(element, f"{local}=“{value}”", f'{local}="{value}"', attribute=local)


def attributes_of(element: etree._Element) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        yield str(name), str(value)


def refuse_element(element: etree._Element, sink: FindingSink) -> None:
    """The finding for an element of the standard that this version does not run."""
    _, local = split_name(element.tag)
    sink.not_supported(element, f"{NAMES_ZH.get(local, '元素')}（{local}）", f"the element {local}")


def refuse_unknown_extension(element: etree._Element, name: str, sink: FindingSink) -> None:
    """The finding for an attribute or element from a namespace that means nothing here."""
    namespace, local = split_name(name)
    dialect = _FOREIGN_DIALECTS.get(namespace)
    if dialect:
        mend_zh = f"{dialect} 方言的转换将在后续版本提供；目前请改用 gov: 扩展（{GOV_NAMESPACE}）或删除它"
        mend_en = (
            f"Translation of the {dialect} dialect comes with a later version; "
            f"until then use gov: extensions ({GOV_NAMESPACE}) or remove it"
        )
    else:
        mend_zh = "请检查命名空间和拼写，或删除它"
        mend_en = "Check the namespace and the spelling, or remove it"
    shown = f"{local}（{namespace or '无命名空间'}）"
    sink.error(
        "unknown-extension",
        element,
        f"不认识的扩展 {shown}，它不会起作用",
        f"The extension {local} ({namespace or 'no namespace'}) is unknown and would have no effect",
        mend_zh=mend_zh,
        mend_en=mend_en,
    )


def check_documentation(element: etree._Element, sink: FindingSink) -> None:
    """Findings for extensions inside an element that is only documentation: they would do nothing."""
    pending = [element]
    while pending:
        current = pending.pop()
        namespace, local = split_name(current.tag)
        if namespace == GOV_NAMESPACE:
            refuse_gov_without_effect(current, local, sink)
            continue
        if namespace != BPMN_NAMESPACE:
            refuse_unknown_extension(current, current.tag, sink)
            continue
        if local in FREE_TEXT:
            continue
        refuse_extension_attributes(current, sink)
        pending.extend(reversed(current))


def refuse_extension_attributes(element: etree._Element, sink: FindingSink) -> None:
    for name, _ in attributes_of(element):
        namespace, local = split_name(name)
        if namespace == GOV_NAMESPACE:
            refuse_gov_without_effect(element, local, sink)
        elif namespace not in ("", XSI_NAMESPACE, XML_NAMESPACE):
            refuse_unknown_extension(element, name, sink)


def refuse_gov_without_effect(element: etree._Element, local: str, sink: FindingSink) -> None:
    """The finding for one of our own extensions at a place where nothing looks at it."""
    namespace, place = split_name(element.tag)
    while namespace == GOV_NAMESPACE or place == "extensionElements":
        parent = element.getparent()
        if parent is None:
            break
        element = parent
        namespace, place = split_name(element.tag)
    sink.error(
        "extension-without-effect",
        element,
        f"gov:{local} 在 {place} 上不起作用",
        f"gov:{local} has no effect on a {place}",
        mend_zh="请把它移到它起作用的元素上，或删除它",
        mend_en="Move it to an element where it has an effect, or remove it",
    )


def identity(element: etree._Element, sink: FindingSink) -> str | None:
    """The element's id; without one it gets a finding, since nothing can refer to it."""
    found = (element.get("id") or "").strip()
    if found:
        return found
    _, local = split_name(element.tag)
    sink.error(
        "missing-id",
        element,
        f"{local} 没有 id",
        f"The {local} has no id",
        mend_zh="请给它一个在文件内唯一的 id",
        mend_en="Give it an id that is unique in the file",
    )
    return None


def is_true(element: etree._Element, attribute: str, *, default: bool) -> bool:
    """An xsd:boolean."""
    text = element.get(attribute)
    return default if text is None else text.strip() in ("true", "1")


def reference(element: etree._Element, text: str | None, sink: FindingSink) -> str | None:
    """The id that the QName `text` means, None if there is none.

    A prefix only has to be declared: files name their own target namespace in many ways.
    """
    name = (text or "").strip()
    prefix, colon, local = name.rpartition(":")
    if not colon:
        return name or None
    if prefix not in element.nsmap:
        sink.error(
            "unknown-prefix",
            element,
            f"引用 {name} 的前缀 {prefix} 没有声明",
            f"The prefix {prefix} of the reference {name} is not declared",
            mend_zh="请声明该前缀，或去掉它",
            mend_en="Declare the prefix, or drop it",
        )
    return local or None


def expression_text(element: etree._Element, sink: FindingSink) -> str | None:
    """The text of a tExpression, stripped; None and a finding if it is empty or not in FEEL."""
    _, local = split_name(element.tag)
    check_attributes(element, consumed=frozenset({"language"}), sink=sink)
    refuse_extension_attributes_of_ours(element, sink)
    _check_expression_type(element, sink)
    check_language(element, "language", sink)
    for child_name, child in bpmn_children(element, sink):
        if child_name != "documentation":
            refuse_element(child, sink)
    text = (element.text or "").strip()
    if text.removeprefix("=").strip():
        return text
    sink.error(
        "empty-expression",
        element,
        f"{local} 是空的",
        f"The {local} is empty",
        mend_zh="请写上表达式，或删除该元素",
        mend_en="Write an expression, or remove the element",
    )
    return None


def refuse_extension_attributes_of_ours(element: etree._Element, sink: FindingSink) -> None:
    """For elements that `extensions` never sees."""
    for name, _ in attributes_of(element):
        namespace, local = split_name(name)
        if namespace == GOV_NAMESPACE:
            refuse_gov_without_effect(element, local, sink)


def check_language(element: etree._Element, attribute: str, sink: FindingSink) -> None:
    language = element.get(attribute)
    if language is not None and not _FEEL_LANGUAGE.fullmatch(language.strip()):
        _refuse_language(element, attribute, language, sink)


def check_script_format(element: etree._Element, sink: FindingSink) -> None:
    script_format = element.get("scriptFormat")
    if script_format is not None and not _FEEL_SCRIPT_FORMAT.fullmatch(script_format.strip()):
        _refuse_language(element, "scriptFormat", script_format, sink)


def _refuse_language(element: etree._Element, attribute: str, value: str, sink: FindingSink) -> None:
    sink.error(
        "not-feel",
        element,
        f"{attribute} 为“{value}”，但只接受 FEEL",
        f'{attribute} is "{value}", but only FEEL is accepted',
        mend_zh=f"请把表达式写成 FEEL，并删除 {attribute}",
        mend_en=f"Write the expressions in FEEL and remove {attribute}",
    )


def _check_expression_type(element: etree._Element, sink: FindingSink) -> None:
    declared = element.get(f"{{{XSI_NAMESPACE}}}type")
    if declared is not None and declared.strip().rpartition(":")[2] not in _EXPRESSION_TYPES:
        sink.not_supported(element, f"xsi:type=“{declared}”", f'xsi:type="{declared}"')
