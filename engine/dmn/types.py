"""`typeRef`: FEEL's own types are checked, all others are findings."""

from __future__ import annotations

from lxml import etree

from engine.dmn.collector import Collector
from engine.dmn.decision import TypeCheck
from engine.feel.types import BASIC_TYPES

_OTHER_NAMES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
}
_UNCHECKED = frozenset({"", "Any"})


def type_check(collector: Collector, element: etree._Element, *, zh: str, en: str) -> TypeCheck | None:
    """The check that `typeRef` asks for; None if it asks for none, or with a finding if it is unknown."""
    text = element.get("typeRef", "").strip()
    # DMN 1.1's notation feel:string is still written by modelers.
    text = text.removeprefix("feel:")
    if text in _UNCHECKED:
        return None
    name = _OTHER_NAMES.get(text, text)
    type_ = BASIC_TYPES.get(name)
    if type_ is None:
        collector.error(
            "unknown-type",
            element,
            zh=f"{zh}的类型 {text} 不受支持",
            en=f"{en} has type {text}, which is not supported",
            mend_zh="改用 FEEL 的类型：string、number、boolean、date、time、date and time 等",
            mend_en="Use a type of FEEL: string, number, boolean, date, time, date and time and so on",
        )
        return None
    return TypeCheck(name, type_.has)
