"""Where in its file an XML element stands."""

from __future__ import annotations

from lxml import etree


def line_of(element: etree._Element) -> int | None:
    """Counts from 1; None for an element that no parser made."""
    line: object = element.sourceline
    return line if isinstance(line, int) else None


def nearest_id(element: etree._Element) -> str | None:
    """The id of `element`, or of the closest element around it that has one."""
    current: etree._Element | None = element
    while current is not None:
        identity = current.get("id")
        if identity is not None:
            return identity.strip()
        current = current.getparent()
    return None
