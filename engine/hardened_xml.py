"""XML from strangers: bounded, without DOCTYPE, entities, network or processing instructions."""

from __future__ import annotations

from lxml import etree

from engine.errors import DefinitionRefused
from engine.findings import Finding, Severity

MAX_BYTES = 2 * 1024 * 1024
MAX_ELEMENTS = 20_000
MAX_DEPTH = 64
MAX_ATTRIBUTES = 256
"""Of one element: looking at all of them takes time quadratic in their number."""


def parse(content: bytes, *, file: str = "") -> etree._Element:
    """The root element of `content`.

    Raises DefinitionRefused with one finding if it is too large, too deep, has a DOCTYPE
    or is not well-formed. Takes time and memory linear in at most MAX_BYTES.
    """
    if len(content) > MAX_BYTES:
        raise _refused(
            "xml-too-large",
            file,
            f"文件大小 {len(content)} 字节，上限 {MAX_BYTES} 字节",
            f"The file has {len(content)} bytes, but at most {MAX_BYTES} are allowed",
        )
    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    depth = elements = 0
    try:
        # Small pieces, so that depth and count are checked before libxml2 has built the rest.
        for start in range(0, len(content), 65_536):
            parser.feed(content[start : start + 65_536])
            for event, element in parser.read_events():
                depth += 1 if event == "start" else -1
                elements += event == "start"
                if depth > MAX_DEPTH or elements > MAX_ELEMENTS:
                    raise _too_complex(file)
                if isinstance(element, etree._Element) and len(element.attrib) > MAX_ATTRIBUTES:
                    raise _too_complex(file)
        root = parser.close()
    except etree.XMLSyntaxError as error:
        raise _not_well_formed(error, file) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _refused(
            "xml-doctype",
            file,
            "文件含有 DOCTYPE 声明，不予接受",
            "The file has a DOCTYPE declaration, which is not accepted",
            line=1,
        )
    return root


def _too_complex(file: str) -> DefinitionRefused:
    return _refused(
        "xml-too-complex",
        file,
        f"元素嵌套超过 {MAX_DEPTH} 层、总数超过 {MAX_ELEMENTS} 个，或某个元素的属性超过 {MAX_ATTRIBUTES} 个",
        f"Elements are nested over {MAX_DEPTH} levels deep, number over {MAX_ELEMENTS},"
        f" or one has over {MAX_ATTRIBUTES} attributes",
    )


def _not_well_formed(error: etree.XMLSyntaxError, file: str) -> DefinitionRefused:
    return _refused(
        "xml-not-well-formed",
        file,
        f"不是合法的 XML：{error.msg}",
        f"Not well-formed XML: {error.msg}",
        line=error.lineno or None,
    )


def _refused(rule: str, file: str, zh: str, en: str, *, line: int | None = None) -> DefinitionRefused:
    return DefinitionRefused([Finding(rule, Severity.ERROR, None, line, zh, en, file=file)])
