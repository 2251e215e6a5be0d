"""Refuses a drawing that is larger than `limits` allows, and goes on with the part that is not."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.dmn.reading.limits import MAX_COLUMNS, MAX_DECISIONS, MAX_RULES
from engine.dmn.reading.place import Place
from engine.dmn.reading.source import Source


@dataclass(frozen=True, slots=True)
class Bound:
    """`zh` and `en` name what is counted, `mend_zh` and `mend_en` what to split into."""

    rule: str
    most: int
    zh: str
    en: str
    mend_zh: str
    mend_en: str


COLUMNS = Bound("table-too-large", MAX_COLUMNS, "列", "columns", "拆成多个表", "Split it into several tables")
RULES = Bound("table-too-large", MAX_RULES, "条规则", "rules", "拆成多个表", "Split it into several tables")
DECISIONS = Bound(
    "too-many-decisions", MAX_DECISIONS, "个决策", "decisions", "拆成多个文件", "Split it into several files"
)


def within(
    source: Source, bound: Bound, found: list[etree._Element], element: etree._Element, place: Place
) -> list[etree._Element]:
    if len(found) > bound.most:
        source.error(
            bound.rule,
            element,
            zh=f"{place.zh}有 {len(found)} {bound.zh}，上限 {bound.most}",
            en=f"{place.en} has {len(found)} {bound.en}, but at most {bound.most} are allowed",
            mend_zh=bound.mend_zh,
            mend_en=bound.mend_en,
        )
    return found[: bound.most]
