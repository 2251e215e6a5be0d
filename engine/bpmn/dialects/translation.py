"""A file of another tool becomes standard BPMN with our own extensions, and a report on every piece."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

from lxml import etree

from engine.bpmn.dialects.report import ReportEntry
from engine.bpmn.dialects.vocabularies import DIALECTS
from engine.bpmn.dialects.walk import walk
from engine.bpmn.dialects.workbench import Workbench, local_name, namespace_of
from engine.bpmn.model import BPMN_NAMESPACE, GOV_NAMESPACE
from engine.bpmn.reading.place import line_of
from engine.hardened_xml import parse

_DEFINITIONS = f"{{{BPMN_NAMESPACE}}}definitions"


@dataclass(frozen=True, slots=True)
class Translation:
    """`content` is the translated file, the file itself if it has nothing of a dialect, None if there
    is so much in it that it is refused as a whole. `dialects` are the prefixes that were found.

    What was refused is not in `content`, except expressions of the standard's own elements: they stay
    as they were, so that no flow loses its condition, and the upload gate refuses them.
    """

    content: bytes | None
    entries: tuple[ReportEntry, ...]
    dialects: tuple[str, ...]
    lines: Mapping[int, int] = field(default_factory=dict)
    """Line in `content` -> line in the file as it was uploaded, for the lines on which elements start."""

    @property
    def refused(self) -> tuple[ReportEntry, ...]:
        return tuple(entry for entry in self.entries if entry.is_refused)


def translate(content: bytes, *, file: str = "") -> Translation:
    """The file with every attribute and element of a known dialect translated or taken out.

    Takes time linear in at most `hardened_xml.MAX_BYTES`.

    Raises DefinitionRefused if the bytes, or those of the translated file, are not acceptable XML.
    """
    root = parse(content, file=file)
    active = _active(root)
    if not active or root.tag != _DEFINITIONS:
        return Translation(content, (), ())
    dialects = tuple(dict.fromkeys(active.values()))
    ours_already = GOV_NAMESPACE in root.nsmap.values()
    bench = Workbench(
        _with_our_namespace(root, file=file), file=file, active=active, ours_already=ours_already
    )
    walk(bench)
    root = bench.root
    if bench.report.overflowed:
        return Translation(None, bench.report.entries(), dialects)
    if not bench.changed:
        return Translation(content, (), dialects)
    bench.lay_out()
    translated = _written(root)
    return Translation(translated, bench.report.entries(), dialects, _lines(root, translated, file))


# --- which dialects ------------------------------------------------------------------------------


def _active(root: etree._Element) -> dict[str, str]:
    """Key -> prefix of every dialect that is declared on the root or used anywhere."""
    seen = dict.fromkeys(str(uri) for uri in root.nsmap.values())
    for element in root.iter(etree.Element):
        for name in chain((str(element.tag),), (str(key) for key in element.attrib)):
            if name.startswith("{"):
                seen[namespace_of(name)] = None
    found: dict[str, str] = {}
    for namespace in seen:
        dialect = DIALECTS.get(namespace)
        if dialect is not None:
            found.setdefault(dialect.key, dialect.prefixes[namespace])
    return found


def _with_our_namespace(root: etree._Element, *, file: str) -> etree._Element:
    """The same tree with a prefix for our namespace on its root.

    Written and read again: lxml cannot add a prefix to an element, and when it moves elements to
    another root it drops prefixes that only values use.
    """
    if GOV_NAMESPACE in root.nsmap.values():
        return root
    prefix = next(each for each in ("gov", "yishi", "gov1") if each not in root.nsmap)
    name = f"{root.prefix}:{local_name(root)}" if root.prefix else local_name(root)
    opening = f"<{name}".encode()
    written = etree.tostring(root, encoding="UTF-8")
    declared = opening + f' xmlns:{prefix}="{GOV_NAMESPACE}"'.encode() + written[len(opening) :]
    again = parse(declared, file=file)
    for before, after in zip(root.iter(etree.Element), again.iter(etree.Element), strict=True):
        if before.sourceline is not None:
            after.sourceline = before.sourceline
    return again


# --- writing -------------------------------------------------------------------------------------


def _written(root: etree._Element) -> bytes:
    # Prefixes may be used inside values (xsi:type, references): only the dialects' own may go.
    declared = (each for _, each in etree.iterwalk(root, events=("start-ns",)))
    keep = sorted({str(prefix) for prefix, uri in declared if prefix and str(uri) not in DIALECTS})
    etree.cleanup_namespaces(root, keep_ns_prefixes=keep)
    content: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return content + b"\n"


def _lines(root: etree._Element, translated: bytes, file: str) -> dict[int, int]:
    """Both trees have the same elements in the same order; ours still know where they came from."""
    lines: dict[int, int] = {}
    for before, after in zip(root.iter(etree.Element), parse(translated, file=file).iter(), strict=True):
        old, new = line_of(before), line_of(after)
        if old is not None and new is not None:
            lines.setdefault(new, old)
    return lines
