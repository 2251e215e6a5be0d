"""Where in the file, and where in the drawing, a thing stands."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.dmn.reading.limits import MAX_SHOWN_NAME_CHARACTERS


@dataclass(frozen=True, slots=True)
class Place:
    """A place as a reader of the drawing names it: 决策“派遣”第 2 条规则, Decision '派遣', rule 2."""

    zh: str
    en: str

    def inside(self, zh: str, en: str) -> Place:
        return Place(f"{self.zh}{zh}", f"{self.en}, {en}")

    def part(self, zh: str, en: str) -> Place:
        """As `inside`, for what is no place of its own: an input's expression, an output's default."""
        return Place(f"{self.zh}的{zh}", f"{self.en} {en}")

    def named(self, zh: str, en: str, name: str) -> Place:
        return self.inside(f"的{zh}“{shown(name)}”", f"{en} {shown(name)!r}")


def shown(text: str) -> str:
    """`text`, short enough for a finding."""
    if len(text) <= MAX_SHOWN_NAME_CHARACTERS:
        return text
    return f"{text[:MAX_SHOWN_NAME_CHARACTERS]}…"


def local_name(element: etree._Element) -> str:
    # Slicing the tag is several times faster than etree.QName, and this is asked of every element.
    return str(element.tag).rpartition("}")[2]


def namespace_of(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[0].removeprefix("{")


def children(element: etree._Element, *names: str) -> list[etree._Element]:
    """Those of `element` with one of these names, in its own namespace, in the order of the file."""
    namespace, brace, _name = str(element.tag).rpartition("}")
    wanted = {f"{namespace}{brace}{name}" for name in names}
    return [child for child in element if child.tag in wanted]


def child(element: etree._Element, name: str) -> etree._Element | None:
    return next(iter(children(element, name)), None)


def line_of(element: etree._Element) -> int | None:
    line: object = element.sourceline
    return line if isinstance(line, int) and line > 0 else None


def owner_id(element: etree._Element) -> str | None:
    """The id of `element` or of the nearest element around it that has one."""
    current: etree._Element | None = element
    while current is not None:
        found = id_of(current)
        if found:
            return found
        current = current.getparent()
    return None


def id_of(element: etree._Element) -> str:
    """ "" if it has none. White space around an id does not count (XML Schema, xsd:ID)."""
    return element.get("id", "").strip()


def name_of(element: etree._Element, attribute: str = "name") -> str:
    """ "" if it has none. White space counts as one blank, as in FEEL (DMN 1.5, 10.3.1.2)."""
    return " ".join(element.get(attribute, "").split())


def content_of(element: etree._Element) -> str:
    """Everything written inside `element`, as it stands."""
    return "".join(str(part) for part in element.itertext())
