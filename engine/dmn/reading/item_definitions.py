"""`<itemDefinition>`: the types of a model, as they are written. Source: DMN 1.5, clause 7.3.2."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from engine.dmn.model import FunctionItem, InformationItem, ItemDefinition
from engine.dmn.reading.graph import on_cycles
from engine.dmn.reading.literals import read_values
from engine.dmn.reading.names import check_distinct, missing_name, read_item
from engine.dmn.reading.place import Place, child, children, content_of, name_of, shown
from engine.dmn.reading.source import Source

_FEEL_TYPES = frozenset(
    {"Any", "number", "string", "boolean", "date", "time", "date and time", "dateTime"}
    | {"days and time duration", "dayTimeDuration", "years and months duration", "yearMonthDuration"}
)
_TRUE = frozenset({"true", "1"})


def read_item_definitions(source: Source, root: etree._Element) -> tuple[ItemDefinition, ...]:
    elements = children(root, "itemDefinition")
    whole = Place("文件中", "The file")
    check_distinct(source, elements, place=whole, zh="数据类型", en="item definitions")
    found: list[ItemDefinition] = []
    for number, each in enumerate(elements, 1):
        name = name_of(each)
        if name:
            place = Place(f"数据类型“{shown(name)}”", f"Item definition {shown(name)!r}")
            found.append(_item_definition(source, each, place))
        else:
            missing_name(source, each, Place(f"第 {number} 个数据类型", f"Item definition {number}"))
    for item in found:
        if item.name in _FEEL_TYPES:
            source.warning(
                "reserved-type-name",
                item.where,
                zh=f"{item.where.zh}与 FEEL 自带类型同名，引用时指 FEEL 的类型",
                en=f"{item.where.en} has the name of a type of FEEL, which is the one that is meant by it",
                mend_zh="换一个名称",
                mend_en="Choose another name",
            )
    _check_cycles(source, found)
    return tuple(found)


def _item_definition(source: Source, element: etree._Element, place: Place) -> ItemDefinition:
    type_element = child(element, "typeRef")
    type_ref = "" if type_element is None else source.type_name(content_of(type_element))
    components = _components(source, element, place)
    function_element = child(element, "functionItem")
    function = None if function_element is None else _function(source, function_element, place)
    kinds = [bool(type_ref), bool(components), function is not None]
    if sum(kinds) > 1:
        source.error(
            "several-type-kinds",
            element,
            zh=f"{place.zh}同时有类型引用、组件或函数，只能有其中一种",
            en=f"{place.en} has more than one of type, components and function",
            mend_zh="只保留一种",
            mend_en="Keep one",
        )
    elif not any(kinds):
        source.warning(
            "empty-type",
            element,
            zh=f"{place.zh}没有说明类型，任何值都可以",
            en=f"{place.en} does not say what it is, so that any value will do",
            mend_zh="填写类型或组件",
            mend_en="Give it a type or components",
        )
    return ItemDefinition(
        name_of(element),
        "" if components or function is not None else type_ref or "Any",
        components,
        None if components else function,
        element.get("isCollection", "").strip() in _TRUE,
        read_values(source, element, "allowedValues", place.part("可选值", "values")),
        read_values(source, element, "typeConstraint", place.part("约束", "constraint")),
        source.where(element, place),
    )


def _components(source: Source, element: etree._Element, place: Place) -> tuple[ItemDefinition, ...]:
    found = []
    elements = children(element, "itemComponent")
    for number, each in enumerate(elements, 1):
        name = name_of(each)
        if name:
            found.append(_item_definition(source, each, place.named("组件", "component", name)))
        else:
            missing_name(source, each, place.inside(f"第 {number} 个组件", f"component {number}"))
    check_distinct(source, elements, place=place, zh="组件", en="components")
    return tuple(found)


def _function(source: Source, element: etree._Element, place: Place) -> FunctionItem:
    elements = children(element, "parameters")
    check_distinct(source, elements, place=place, zh="参数", en="parameters")
    parameters: list[InformationItem] = []
    for number, each in enumerate(elements, 1):
        item = read_item(source, each, place.inside(f"第 {number} 个参数", f"parameter {number}"))
        if item is not None:
            parameters.append(item)
    return FunctionItem(tuple(parameters), source.type_ref(element, "outputTypeRef"))


def _check_cycles(source: Source, found: Sequence[ItemDefinition]) -> None:
    """Types that are only names of each other. One that contains itself through components is fine."""
    cyclic = on_cycles({item.name: [item.type_ref] for item in found if item.type_ref})
    for item in found:
        if item.name in cyclic:
            source.error(
                "type-cycle",
                item.where,
                zh=f"{item.where.zh}经由类型引用又指向自己",
                en=f"{item.where.en} refers to itself through the types it refers to",
                mend_zh="改用 FEEL 类型或带组件的类型",
                mend_en="Refer to a type of FEEL, or to one with components",
            )
