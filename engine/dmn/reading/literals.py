"""Pieces of FEEL: the `<text>` of expressions and of tests, as it stands."""

from __future__ import annotations

from lxml import etree

from engine.dmn.model import LiteralExpression, Text
from engine.dmn.reading.place import Place, child, content_of
from engine.dmn.reading.source import Source
from engine.findings import Severity

NULL = "null"
"""Stands for an expression that is missing, so that the model has no blank piece of FEEL."""


def read_literal(
    source: Source, element: etree._Element, place: Place, *, optional: bool = False
) -> LiteralExpression:
    """`optional`: the standard's schema lets the text out, which then means null and is only a warning."""
    text = _text(source, element, place)
    where = source.where(element, place)
    if text is None and optional and child(element, "text") is None:
        missing_expression(source, element, place, allowed=True)
    elif text is None:
        source.error(
            "empty-expression",
            element,
            zh=f"{place.zh}为空",
            en=f"{place.en} is empty",
            mend_zh="填写 FEEL 表达式",
            mend_en="Write a FEEL expression",
        )
    return LiteralExpression(text or Text(NULL, where), source.type_ref(element), where)


def read_cell(source: Source, element: etree._Element, place: Place) -> LiteralExpression | None:
    """An output of a rule; None if it is empty, with a warning."""
    text = _text(source, element, place)
    if text is not None:
        return LiteralExpression(text, source.type_ref(element), source.where(element, place))
    source.warning(
        "empty-output",
        element,
        zh=f"{place.zh}为空，结果为 null",
        en=f"{place.en} is empty and answers null",
        mend_zh="填写结果，或明确写 null",
        mend_en="Write a result, or null if that is meant",
    )
    return None


def read_tests(source: Source, element: etree._Element, place: Place) -> Text:
    """A cell that tests an input; an empty one is `-`, because modelers leave it empty to say so."""
    return _text(source, element, place) or Text("-", source.where(element, place))


def read_values(source: Source, element: etree._Element, name: str, place: Place) -> Text | None:
    """The tests in the child `name`, for example input values; None if there are none."""
    values = child(element, name)
    return None if values is None else _text(source, values, place)


def null_literal(source: Source, element: etree._Element, place: Place) -> LiteralExpression:
    where = source.where(element, place)
    return LiteralExpression(Text(NULL, where), "", where)


def missing_expression(source: Source, element: etree._Element, place: Place, *, allowed: bool) -> None:
    """`allowed`: the standard lets it be missing, so that it is null and the file runs."""
    source.problem(
        "missing-expression",
        element,
        severity=Severity.WARNING if allowed else Severity.ERROR,
        zh=f"{place.zh}没有表达式" + ("，结果为 null" if allowed else ""),
        en=f"{place.en} has no expression" + (" and answers null" if allowed else ""),
        mend_zh="填写表达式，或明确写 null",
        mend_en="Write an expression, or null if that is meant",
    )


def _text(source: Source, element: etree._Element, place: Place) -> Text | None:
    """None if there is no <text> or it is blank."""
    text_element = child(element, "text")
    if text_element is None:
        return None
    content = content_of(text_element)
    if not content.strip():
        return None
    return Text(content, source.where(text_element, place))
