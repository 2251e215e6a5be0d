"""`inputVariable`, by which Camunda and its forks name the value that a column's cells test."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from engine.dmn.model import InputClause
from engine.dmn.reading.place import children, content_of, shown
from engine.dmn.reading.source import Source

INPUT_VARIABLE = "inputVariable"


def check_input_variable(
    source: Source, element: etree._Element, clause: InputClause, rules: Sequence[etree._Element]
) -> None:
    """A finding if a cell of the column uses the name: in the standard that value is called `?`.

    A name that no cell uses says nothing, and one that is the input expression itself says the same.
    Source: DMN 1.5, grammar rule 7; Camunda 7, DMN extension attributes.
    """
    name = next((str(value) for key, value in element.attrib.items() if _is_input_variable(str(key))), "")
    name = name.strip()
    if not name or name == clause.expression.text.text.strip():
        return
    used = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    for number, rule in enumerate(rules, 1):
        cells = children(rule, "inputEntry")
        if len(cells) < clause.number or not used.search(content_of(cells[clause.number - 1])):
            continue
        source.error(
            "unsupported-input-variable",
            cells[clause.number - 1],
            zh=f"{clause.where.zh}把输入值命名为“{shown(name)}”（第 {number} 条规则使用了它），这不是 DMN 标准",
            en=f"{clause.where.en} calls its value {shown(name)!r}, which rule {number} uses, "
            "but the standard has no such name",
            mend_zh="在单元格中用 ? 表示输入值，并删除 inputVariable",
            mend_en="Write ? for the value in the cells, and remove inputVariable",
        )
        return


def _is_input_variable(key: str) -> bool:
    qualified = etree.QName(key)
    return qualified.namespace is not None and qualified.localname == INPUT_VARIABLE
