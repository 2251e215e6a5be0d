"""The texts of expressions and scripts, which are FEEL and nothing else."""

from __future__ import annotations

import re

from lxml import etree

from engine.bpmn.reading.attributes import (
    bpmn_children,
    check_attributes,
    refuse_element,
    refuse_extension_attributes_of_ours,
    split_name,
)
from engine.bpmn.reading.refusals import Refusal
from engine.bpmn.reading.sink import FindingSink
from engine.bpmn.reading.vocabulary import XSI_NAMESPACE

_FEEL_LANGUAGE = re.compile(
    r"(?:https?://www\.omg\.org/spec/(?:DMN|FEEL)/\d{8}(?:/FEEL)?/?|FEEL)", re.IGNORECASE
)
_FEEL_SCRIPT_FORMAT = re.compile(r"(?:(?:application|text)/(?:x-)?)?feel", re.IGNORECASE)
_EXPRESSION_ATTRIBUTES = frozenset({"language", "evaluatesToTypeRef"})
_EXPRESSION_TYPES = frozenset({"tExpression", "tFormalExpression"})


def expression_text(element: etree._Element, sink: FindingSink) -> str | None:
    """The text of a tExpression, stripped; None and a finding if it is empty or not in FEEL."""
    _, local = split_name(element.tag)
    check_attributes(element, consumed=_EXPRESSION_ATTRIBUTES, sink=sink)
    refuse_extension_attributes_of_ours(element, sink)
    _check_expression_type(element, sink)
    check_language(element, "language", sink)
    for child_name, child in bpmn_children(element, sink):
        if child_name != "documentation":
            refuse_element(child, sink)
    # Mixed content: the text may go on behind a documentation.
    text = "".join([element.text or "", *(child.tail or "" for child in element)]).strip()
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


def feel_text(element: etree._Element, sink: FindingSink) -> str | None:
    """As `expression_text`, without a leading "="."""
    text = expression_text(element, sink)
    return None if text is None else text.removeprefix("=").strip()


def check_language(element: etree._Element, attribute: str, sink: FindingSink) -> None:
    language = element.get(attribute)
    if language is not None and not _FEEL_LANGUAGE.fullmatch(language.strip()):
        _refuse_language(element, attribute, language, sink)


def check_script_format(element: etree._Element, attribute: str, sink: FindingSink) -> None:
    """`scriptFormat` of a script task, `scriptLanguage` of a global one: a media type or a URI."""
    value = element.get(attribute)
    if value is None or _FEEL_SCRIPT_FORMAT.fullmatch(value.strip()):
        return
    check_language(element, attribute, sink)


def script_text(element: etree._Element, sink: FindingSink) -> str | None:
    """The text of a `script`, without a leading "="; None if it is empty."""
    for child in element:
        refuse_element(child, sink)
    return (element.text or "").strip().removeprefix("=").strip() or None


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
        sink.not_supported(
            element,
            Refusal(
                f"xsi:type=“{declared}”",
                f'xsi:type="{declared}"',
                "表达式只有 tExpression 和 tFormalExpression 两种类型",
                "expressions are of type tExpression or tFormalExpression",
                "请改为 tFormalExpression",
                "Make it tFormalExpression",
            ),
        )
