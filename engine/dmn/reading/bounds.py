"""Refuses a drawing that is larger than `limits` allows, and goes on with the part that is not."""

from __future__ import annotations

from lxml import etree

from engine.dmn.reading.limits import MAX_COLUMNS, MAX_DECISIONS, MAX_RULES
from engine.dmn.reading.place import Place
from engine.dmn.reading.source import Source


def within_columns(
    source: Source, found: list[etree._Element], element: etree._Element, place: Place
) -> list[etree._Element]:
    if len(found) > MAX_COLUMNS:
        source.error(
            "table-too-large",
            element,
            zh=f"{place.zh}有 {len(found)} 列，上限 {MAX_COLUMNS}",
            en=f"{place.en} has {len(found)} columns, but at most {MAX_COLUMNS} are allowed",
            mend_zh="拆成多个表",
            mend_en="Split it into several tables",
        )
    return found[:MAX_COLUMNS]


def within_rules(
    source: Source, found: list[etree._Element], element: etree._Element, place: Place
) -> list[etree._Element]:
    if len(found) > MAX_RULES:
        source.error(
            "table-too-large",
            element,
            zh=f"{place.zh}有 {len(found)} 条规则，上限 {MAX_RULES}",
            en=f"{place.en} has {len(found)} rules, but at most {MAX_RULES} are allowed",
            mend_zh="拆成多个表",
            mend_en="Split it into several tables",
        )
    return found[:MAX_RULES]


def within_decisions(
    source: Source, found: list[etree._Element], root: etree._Element
) -> list[etree._Element]:
    if len(found) > MAX_DECISIONS:
        source.error(
            "too-many-decisions",
            root,
            zh=f"文件有 {len(found)} 个决策，上限 {MAX_DECISIONS}",
            en=f"The file has {len(found)} decisions, but at most {MAX_DECISIONS} are allowed",
            mend_zh="拆成多个文件",
            mend_en="Split it into several files",
        )
    return found[:MAX_DECISIONS]
