"""Names: which are missing, which FEEL cannot read, which two things share."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from engine.dmn.model import InformationItem, Where
from engine.dmn.reading.place import Place, name_of, shown
from engine.dmn.reading.source import Source

# DMN 1.5 grammar rules 27 to 30, for ASCII; beyond it only what a Chinese keyboard types for a sign and
# FEEL reads as that sign, not as a part of a name.
_READABLE = re.compile(
    r"[^\x00-\x3e\x40\[-^`{-\x7f、。《》【】“”＂（），－．／：；＜＝＞？＠＊＋［］｛｝×÷≤≥≠]"
    r"[^\x00-\x1f\"!#-&(),:-\x3e@\[-^`{-\x7f、。《》【】“”＂（），－．／：；＜＝＞？＠＊＋［］｛｝×÷≤≥≠]*"
)


def read_item(
    source: Source, element: etree._Element, place: Place, *, readable: bool = True
) -> InformationItem | None:
    """A variable, parameter or column; None and a finding if it has no name.

    `readable`: FEEL refers to it by name, so that a name it cannot read is a finding too.
    """
    name = name_of(element)
    if not name:
        missing_name(source, element, place)
        return None
    if readable:
        check_readable(source, element, name, place)
    return InformationItem(name, source.type_ref(element), source.where(element, place))


def missing_name(source: Source, element: etree._Element, place: Place) -> None:
    source.error(
        "missing-name",
        element,
        zh=f"{place.zh}没有名称",
        en=f"{place.en} has no name",
        mend_zh="填写名称",
        mend_en="Give it a name",
    )


def check_readable(source: Source, element: etree._Element, name: str, place: Place) -> None:
    if not is_readable(name):
        unreadable(source, source.where(element, place), name)


def is_readable(name: str) -> bool:
    """Whether FEEL could ever read `name` as a name; keywords and operators inside it are not asked."""
    return _READABLE.fullmatch(name) is not None


def unreadable(source: Source, where: Where, name: str) -> None:
    source.warning(
        "unreadable-name",
        where,
        zh=f"{where.zh}：名称“{shown(name)}”在 FEEL 表达式中无法引用",
        en=f"{where.en}: no FEEL expression can read the name {shown(name)!r}",
        mend_zh="名称以字母、汉字或下划线开头，不含引号、括号、逗号、冒号和比较符号",
        mend_en="Begin it with a letter or underscore, without quotes, brackets, commas, colons or comparisons",
    )


def check_distinct(
    source: Source, elements: Iterable[etree._Element], *, place: Place, zh: str, en: str
) -> None:
    """A finding for every name that stood before; `zh` and `en` say what is named."""
    seen: set[str] = set()
    for element in elements:
        name = name_of(element)
        if name and name in seen:
            source.error(
                "duplicate-name",
                element,
                zh=f"{place.zh}有两个{zh}名为“{shown(name)}”",
                en=f"{place.en} has two {en} called {shown(name)!r}",
                mend_zh="给每个一个不同的名称",
                mend_en="Give each a name of its own",
            )
        seen.add(name)
