"""The first stage of the upload gate: the standard's own XML schemas, as SpiffWorkflow ships them.

They catch what is misspelled, misplaced or missing. What a well-formed diagram means is for
`reader` and `rules`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any

from lxml import etree

from engine.bpmn.model import BPMN_NAMESPACE
from engine.bpmn.reading.place import line_of, nearest_id
from engine.errors import Unavailable
from engine.findings import Finding, Severity

MAX_VIOLATIONS = 200
"""Per file; one misplaced element can make the schema complain about all that follow."""

_SCHEMA = "bpmn/parser/schema/BPMN20.xsd"
_SUBJECT = re.compile(r"Element '([^']+)'(?:, attribute '([^']+)')?")
# An lxml schema keeps the errors of its latest validation on itself.
_validation = Lock()


@dataclass(frozen=True, slots=True)
class Violation:
    """One objection of the schemas, at the element `tag` on `line` or one of its attributes."""

    line: int
    tag: str | None
    attribute: str | None
    finding: Finding


def violations(root: etree._Element, *, file: str = "") -> list[Violation]:
    """What the schemas object to, in document order, at most MAX_VIOLATIONS.

    Raises Unavailable if the schemas are not installed.
    """
    schema = _schema()
    with _validation:
        if schema(root):
            return []
        log: Any = schema.error_log
        entries = [(int(entry.line), str(entry.message)) for entry in islice(log, MAX_VIOLATIONS)]
    # By line and name, since libxml2 reports no ids.
    ids: dict[tuple[int | None, str], str | None] = {}
    for element in root.iter(etree.Element):
        ids.setdefault((line_of(element), element.tag), nearest_id(element))
    return [_violation(line, message, ids, file) for line, message in entries]


def _violation(
    line: int, message: str, ids: dict[tuple[int | None, str], str | None], file: str
) -> Violation:
    subject = _SUBJECT.match(message)
    tag, attribute = subject.groups() if subject else (None, None)
    text = message.replace(f"{{{BPMN_NAMESPACE}}}", "")
    finding = Finding(
        "xsd",
        Severity.ERROR,
        ids.get((line, tag)) if tag else None,
        line or None,
        f"不符合 BPMN 2.0 的 XML 结构定义（XSD）：{text}",
        text,
        "请用符合标准的建模工具重新导出，或按提示改正元素的名称、位置或属性",
        "Export again from a tool that keeps to the standard, or mend the name, place or attribute",
        file=file,
    )
    return Violation(line, tag, attribute, finding)


@cache
def _schema() -> etree.XMLSchema:
    # Finding a top-level package does not import it, and SpiffWorkflow's import is slow.
    spec = find_spec("SpiffWorkflow")
    for location in (spec and spec.submodule_search_locations) or ():
        path = Path(location, _SCHEMA)
        if path.is_file():
            return etree.XMLSchema(file=str(path))
    raise Unavailable(
        "Expected the BPMN schemas of SpiffWorkflow, but they are not installed.",
        mend="Install the package SpiffWorkflow in the version this software names.",
    )
