"""Values in the compatibility kit's XML, typed by xsi:type. Source: testCases.xsd; XML Schema part 2."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from engine.errors import InvalidArgument
from engine.feel import Value
from engine.feel.numbers import number_from_text
from engine.feel.temporal_text import (
    date_and_time_from_text,
    date_from_text,
    duration_from_text,
    time_from_text,
)

NAMESPACE = "http://www.omg.org/spec/DMN/20160719/testcase"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_READERS: dict[str, Callable[[str], Value]] = {
    "boolean": _BOOLEANS.get,
    **dict.fromkeys(("decimal", "double", "float", "integer", "int", "long", "short"), number_from_text),
    "date": date_from_text,
    "dateTime": date_and_time_from_text,
    "time": time_from_text,
    **dict.fromkeys(("duration", "dayTimeDuration", "yearMonthDuration"), duration_from_text),
}
"""Local name of an XML Schema type -> its text without white space around it to a value, None if wrong."""


def children(element: etree._Element, *known: str) -> list[etree._Element]:
    """The kit's own elements inside `element`; those of tools are left out.

    Raises InvalidArgument if there is one that is not `known`: a typing error must not weaken a test.
    """
    found = []
    for child in element:
        name = etree.QName(child)
        if name.namespace != NAMESPACE:
            continue
        if name.localname not in (*known, "extensionElements"):
            raise InvalidArgument(
                f"Expected {', '.join(known)} in {local_name(element)}, but line {child.sourceline} has"
                f" {name.localname}."
            )
        if name.localname != "extensionElements":
            found.append(child)
    return found


def local_name(element: etree._Element) -> str:
    return etree.QName(element).localname


def value_of(element: etree._Element) -> Value:
    """The value of an `inputNode`, `expected`, `item` or `component`, which hold one each.

    An empty one is null, as one with xsi:nil. Raises InvalidArgument where FEEL has no such value.
    """
    if _is_nil(element):
        return None
    parts = children(element, "value", "list", "component")
    kinds = {local_name(part) for part in parts}
    if not parts:
        return None
    if kinds == {"component"}:
        return _context(parts)
    if len(parts) > 1:
        raise InvalidArgument(
            f"Expected one value, list or components in line {element.sourceline}, but there are several."
        )
    part = parts[0]
    if _is_nil(part):
        return None
    if kinds == {"value"}:
        return _scalar(part)
    return [value_of(item) for item in children(part, "item")]


def _context(components: list[etree._Element]) -> dict[str, Value]:
    context: dict[str, Value] = {}
    for component in components:
        name = component.get("name")
        if name is None or name in context:
            raise InvalidArgument(
                f"Expected a name of its own for the component in line {component.sourceline}, but it has"
                f" {'none' if name is None else repr(name)}."
            )
        context[name] = value_of(component)
    return context


def _scalar(element: etree._Element) -> Value:
    children(element)
    text = element.text or ""
    name = element.get(f"{_XSI}type", "string").rpartition(":")[2]
    if name == "string":
        # Exactly: white space is part of a string, and of nothing else.
        return text
    reader = _READERS.get(name)
    value = reader(text.strip()) if reader is not None else None
    if value is None:
        raise InvalidArgument(
            f"Expected a {name} in line {element.sourceline}, but FEEL reads none in {text!r}."
        )
    return value


def _is_nil(element: etree._Element) -> bool:
    return _BOOLEANS.get(element.get(f"{_XSI}nil", "").strip(), False)
