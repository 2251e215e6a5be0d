"""Names, attributes and texts of one XML element, with nothing passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn.model import BPMN_NAMESPACE, GOV_NAMESPACE
from engine.bpmn.reading.refusals import ELEMENTS as REFUSED
from engine.bpmn.reading.refusals import of_attribute, of_element
from engine.bpmn.reading.sink import FindingSink
from engine.bpmn.reading.vocabulary import (
    DOCUMENTATION,
    FREE_TEXT,
    ONLY_VALUES,
    XML_NAMESPACE,
    XSI_NAMESPACE,
)

_FOREIGN_DIALECTS: Mapping[str, str] = {
    "http://camunda.org/schema/zeebe/1.0": "zeebe:",
    "http://camunda.org/schema/1.0/bpmn": "camunda:",
    "http://flowable.org/bpmn": "flowable:",
    "http://activiti.org/bpmn": "activiti:",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "spiffworkflow:",
}
_INTEGER = re.compile(r"[+-]?[0-9]+")
_MAX_DIGITS = 9


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
            sink.not_supported(element, of_attribute(local, None), attribute=local)
        elif local in ONLY_VALUES and value.strip() not in ONLY_VALUES[local]:
            sink.not_supported(element, of_attribute(local, value), attribute=local)


def attributes_of(element: etree._Element) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        yield str(name), str(value)


def refuse_element(element: etree._Element, sink: FindingSink) -> None:
    """The finding for an element of the standard that is not run, or not here."""
    _, local = split_name(element.tag)
    sink.not_supported(element, of_element(local))


def refuse_unknown_extension(element: etree._Element, name: str, sink: FindingSink) -> None:
    """The finding for an attribute or element from a namespace that means nothing here."""
    namespace, local = split_name(name)
    dialect = _FOREIGN_DIALECTS.get(namespace)
    if dialect:
        mend_zh = f"用 yishi process import 转换 {dialect} 方言；不能转换的请改用 gov: 扩展（{GOV_NAMESPACE}）或删除"
        mend_en = (
            f"Translate the {dialect} dialect with yishi process import; what that refuses, "
            f"say with gov: extensions ({GOV_NAMESPACE}) or remove"
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
    """Findings for what an element that is only documentation must not hold: extensions would do
    nothing there, and some constructs are refused wherever they stand."""
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
        if local in REFUSED:
            refuse_element(current, sink)
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


def integer(element: etree._Element, attribute: str, *, default: int, sink: FindingSink) -> int:
    """An xsd:integer of at most 9 digits; `default` if it is absent or no such number."""
    text = (element.get(attribute) or "").strip()
    # What is no number at all, the schema has refused; whether it makes sense, the rules decide.
    if not _INTEGER.fullmatch(text):
        return default
    if len(text.lstrip("+-").lstrip("0")) <= _MAX_DIGITS:
        return int(text)
    sink.error(
        "attribute-value",
        element,
        f"{attribute} 太大或太小：{text[:20]}",
        f"The {attribute} {text[:20]} is out of range",
        mend_zh="请改为较小的整数",
        mend_en="Make it a smaller number",
    )
    return default


def reference(element: etree._Element, text: str | None, sink: FindingSink) -> str | None:
    """The id that the QName `text` means, None if there is none.

    A prefix only has to be declared, whatever it stands for: files name their own target namespace
    in many ways, and a called process is found by its id wherever it comes from.
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


def pass_over(local: str, child: etree._Element, sink: FindingSink) -> None:
    """For a child that its parent's reader does not read: a finding unless it is documentation.

    Extensions are left to `extensions`.
    """
    if local in DOCUMENTATION:
        check_documentation(child, sink)
    elif local != "extensionElements":
        refuse_element(child, sink)


def check_children(element: etree._Element, sink: FindingSink) -> None:
    """As `pass_over`, for an element of which no child is read."""
    for local, child in bpmn_children(element, sink):
        pass_over(local, child, sink)


def warn_operation(element: etree._Element, sink: FindingSink) -> None:
    sink.warning(
        "operation-is-a-reference",
        element,
        "对接口操作的引用只作说明，不会据此调用服务",
        "The reference to an operation is documentation: no service is called because of it",
        mend_zh="要调用部门接口，请写 <gov:job type=…/>",
        mend_en="To call a department, write <gov:job type=…/>",
    )


def dangling(element: etree._Element, name: str, zh: str, en: str, sink: FindingSink) -> None:
    """The finding for a reference that the reader has to follow and cannot. `zh`, `en`: to what."""
    sink.error(
        "dangling-reference",
        element,
        f"引用了 {name}，但没有这样的{zh}可供引用",
        f"{name} is referred to, but there is no such {en} to refer to",
        mend_zh="请改正引用，或补上被引用的元素",
        mend_en="Mend the reference, or add what it refers to",
    )


def without_effect(
    element: etree._Element, attribute: str, why_zh: str, why_en: str, sink: FindingSink
) -> None:
    """A warning: `attribute` of the standard changes nothing here."""
    sink.warning(
        "attribute-without-effect",
        element,
        f"{attribute} 在这里不起作用：{why_zh}",
        f"{attribute} has no effect here: {why_en}",
        mend_zh="请删除它",
        mend_en="Remove it",
    )


def refuse_extension_attributes_of_ours(element: etree._Element, sink: FindingSink) -> None:
    """For elements that `extensions` never sees."""
    for name, _ in attributes_of(element):
        namespace, local = split_name(name)
        if namespace == GOV_NAMESPACE:
            refuse_gov_without_effect(element, local, sink)
