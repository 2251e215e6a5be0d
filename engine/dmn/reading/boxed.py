"""Boxed expressions of every kind, one inside the other. Source: DMN 1.5, clauses 7.2 and 7.3."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from engine.dmn.model import (
    Binding,
    Boxed,
    Conditional,
    Context,
    ContextEntry,
    Filter,
    For,
    FunctionDefinition,
    FunctionKind,
    InformationItem,
    Invocation,
    ListOf,
    Quantified,
    Relation,
)
from engine.dmn.reading.bounds import COLUMNS, within
from engine.dmn.reading.limits import MAX_BOXED_NESTING
from engine.dmn.reading.literals import missing_expression, null_literal, read_literal
from engine.dmn.reading.names import check_distinct, check_readable, missing_name, read_item
from engine.dmn.reading.place import Place, child, children, local_name, name_of, shown
from engine.dmn.reading.source import Source
from engine.dmn.reading.tables import read_table
from engine.dmn.reading.vocabulary import EXPRESSIONS


def expressions_in(element: etree._Element) -> list[etree._Element]:
    """The boxed expressions directly inside `element`, in the order of the file."""
    return children(element, *EXPRESSIONS)


def read_boxed(source: Source, element: etree._Element, place: Place, depth: int = 0) -> Boxed:
    """The expression that `element` is; `depth` counts the ones around it."""
    if depth >= MAX_BOXED_NESTING:
        source.error(
            "boxed-too-deep",
            element,
            zh=f"{place.zh}嵌套超过 {MAX_BOXED_NESTING} 层",
            en=f"{place.en} is nested over {MAX_BOXED_NESTING} levels deep",
            mend_zh="把内层表达式移到单独的决策或业务知识模型中",
            mend_en="Move the inner expressions to a decision or business knowledge model of their own",
        )
        return null_literal(source, element, place)
    return _READERS[local_name(element)](source, element, place, depth)


def read_function(
    source: Source, element: etree._Element, place: Place, depth: int = 0
) -> FunctionDefinition:
    """Of a `functionDefinition`, or of the `encapsulatedLogic` of a business knowledge model."""
    kind = _kind(source, element, place)
    parameter_elements = children(element, "formalParameter")
    check_distinct(source, parameter_elements, place=place, zh="参数", en="parameters")
    parameters = [
        _item(source, each, place, ("参数", "parameter"), number)
        for number, each in enumerate(parameter_elements, 1)
    ]
    body_place = place.inside("的函数体", "body")
    return FunctionDefinition(
        kind,
        tuple(each for each in parameters if each is not None),
        _inner(source, element, body_place, depth, optional=True),
        source.type_ref(element),
        source.where(element, place),
    )


def _kind(source: Source, element: etree._Element, place: Place) -> FunctionKind:
    text = element.get("kind", FunctionKind.FEEL).strip()
    try:
        kind = FunctionKind(text)
    except ValueError:
        source.error(
            "unknown-function-kind",
            element,
            zh=f"{place.zh}的函数种类 {shown(text)} 不存在",
            en=f"{place.en} has function kind {shown(text)}, which does not exist",
            mend_zh="改用 FEEL",
            mend_en="Use FEEL",
        )
        return FunctionKind.FEEL
    if kind is not FunctionKind.FEEL:
        source.warning(
            "external-function",
            element,
            zh=f"{place.zh}是外部 {kind} 函数，不会被执行，结果为 null",
            en=f"{place.en} is an external {kind} function, which is never run and answers null",
            mend_zh="改写为 FEEL 函数",
            mend_en="Write it as a FEEL function",
        )
    return kind


def _literal(source: Source, element: etree._Element, place: Place, _depth: int) -> Boxed:
    inner = place.inside("的表达式", "expression")
    return read_literal(source, element, inner, optional=True)


def _table(source: Source, element: etree._Element, place: Place, _depth: int) -> Boxed:
    return read_table(source, element, place)


def _context(source: Source, element: etree._Element, place: Place, depth: int) -> Context:
    entry_elements = children(element, "contextEntry")
    variables = [child(each, "variable") for each in entry_elements]
    named = [each for each in variables if each is not None]
    check_distinct(source, named, place=place, zh="条目", en="entries")
    entries = []
    for number, (each, variable) in enumerate(zip(entry_elements, variables, strict=True), 1):
        entry_place = _entry_place(place, variable, number)
        item = None if variable is None else read_item(source, variable, entry_place)
        value = _inner(source, each, entry_place, depth)
        is_last = number == len(entry_elements)
        if variable is None and not is_last:
            source.error(
                "misplaced-result",
                each,
                zh=f"{entry_place.zh}没有名称，但不是最后一个条目",
                en=f"{entry_place.en} has no variable, but is not the last entry",
                mend_zh="给条目命名；只有最后一个条目可以没有变量，作为整个结果",
                mend_en="Give it a variable; only the last entry, the result, can be without one",
            )
        elif variable is None or item is not None:
            entries.append(ContextEntry(item, value, source.where(each, entry_place)))
    return Context(tuple(entries), source.type_ref(element), source.where(element, place))


def _entry_place(place: Place, variable: etree._Element | None, number: int) -> Place:
    if variable is None:
        return place.inside("的结果条目", "result entry")
    if not name_of(variable):
        return place.inside(f"的第 {number} 个条目", f"entry {number}")
    return place.named("条目", "entry", name_of(variable))


def _invocation(source: Source, element: etree._Element, place: Place, depth: int) -> Invocation:
    function_place = place.inside("所调用的函数", "called function")
    function = _inner(source, element, function_place, depth, optional=True)
    binding_elements = children(element, "binding")
    parameters = [child(each, "parameter") for each in binding_elements]
    named = [each for each in parameters if each is not None]
    check_distinct(source, named, place=place, zh="参数", en="parameters")
    bindings = []
    for number, (each, parameter) in enumerate(zip(binding_elements, parameters, strict=True), 1):
        if parameter is None:
            missing_name(source, each, place.inside(f"的第 {number} 个参数", f"parameter {number}"))
            continue
        item = _item(source, parameter, place, ("参数", "parameter"), number)
        value = None
        if expressions_in(each):
            value = _inner(source, each, _item_place(place, parameter, ("参数", "parameter"), number), depth)
        if item is not None:
            bindings.append(Binding(item, value))
    return Invocation(function, tuple(bindings), source.type_ref(element), source.where(element, place))


def _list(source: Source, element: etree._Element, place: Place, depth: int) -> ListOf:
    items = [
        read_boxed(source, each, place.inside(f"第 {number} 项", f"item {number}"), depth + 1)
        for number, each in enumerate(expressions_in(element), 1)
    ]
    return ListOf(tuple(items), source.type_ref(element), source.where(element, place))


def _relation(source: Source, element: etree._Element, place: Place, depth: int) -> Relation:
    column_elements = within(source, COLUMNS, children(element, "column"), element, place)
    check_distinct(source, column_elements, place=place, zh="列", en="columns")
    columns = [
        _item(source, each, place, ("列", "column"), number, readable=False)
        for number, each in enumerate(column_elements, 1)
    ]
    rows = []
    for number, row in enumerate(children(element, "row"), 1):
        row_place = place.inside(f"第 {number} 行", f"row {number}")
        cells = _row(source, row, row_place, len(column_elements), depth)
        rows.append(tuple(cell for cell, column in zip(cells, columns, strict=True) if column is not None))
    return Relation(
        tuple(column for column in columns if column is not None),
        tuple(rows),
        source.type_ref(element),
        source.where(element, place),
    )


def _row(source: Source, element: etree._Element, place: Place, width: int, depth: int) -> list[Boxed]:
    """The cells of a row of a relation, exactly `width` of them."""
    cell_elements = expressions_in(element)
    if len(cell_elements) != width:
        source.error(
            "relation-width",
            element,
            zh=f"{place.zh}有 {len(cell_elements)} 格，应为 {width} 格",
            en=f"{place.en} has {len(cell_elements)} cells, but the relation has {width} columns",
            mend_zh="让每行的格数与列数一致",
            mend_en="Give the row one cell for every column",
        )
    cells = [
        read_boxed(source, each, place.inside(f"第 {number} 列", f"column {number}"), depth + 1)
        for number, each in enumerate(cell_elements[:width], 1)
    ]
    missing = null_literal(source, element, place)
    return [*cells, *[missing] * (width - len(cells))]


def _conditional(source: Source, element: etree._Element, place: Place, depth: int) -> Conditional:
    return Conditional(
        _held(source, element, "if", place.inside("的条件", "if"), depth),
        _held(source, element, "then", place.inside("的“则”分支", "then"), depth),
        _held(source, element, "else", place.inside("的“否则”分支", "else"), depth),
        source.type_ref(element),
        source.where(element, place),
    )


def _filter(source: Source, element: etree._Element, place: Place, depth: int) -> Filter:
    return Filter(
        _held(source, element, "in", place.inside("的过滤对象", "in"), depth),
        _held(source, element, "match", place.inside("的过滤条件", "match"), depth),
        source.type_ref(element),
        source.where(element, place),
    )


def _for(source: Source, element: etree._Element, place: Place, depth: int) -> For:
    return For(
        _iterator(source, element, place),
        _held(source, element, "in", place.inside("的遍历对象", "in"), depth),
        _held(source, element, "return", place.inside("的循环体", "return"), depth),
        source.type_ref(element),
        source.where(element, place),
    )


def _quantified(source: Source, element: etree._Element, place: Place, depth: int) -> Quantified:
    return Quantified(
        local_name(element) == "every",
        _iterator(source, element, place),
        _held(source, element, "in", place.inside("的遍历对象", "in"), depth),
        _held(source, element, "satisfies", place.inside("的满足条件", "satisfies"), depth),
        source.type_ref(element),
        source.where(element, place),
    )


def _iterator(source: Source, element: etree._Element, place: Place) -> InformationItem:
    """The iterator variable; the `typeRef` of `in` is its type (DMN 1.5, 7.3, TypedChildExpression)."""
    name = name_of(element, "iteratorVariable")
    item_place = place.named("循环变量", "iterator", name) if name else place.inside("的循环变量", "iterator")
    if name:
        check_readable(source, element, name, item_place)
    else:
        missing_name(source, element, item_place)
    holder = child(element, "in")
    type_ref = "" if holder is None else source.type_ref(holder)
    return InformationItem(name or "item", type_ref, source.where(element, item_place))


def _held(source: Source, element: etree._Element, name: str, place: Place, depth: int) -> Boxed:
    """The expression inside the child `name` of `element`."""
    holder = child(element, name)
    return _inner(source, element if holder is None else holder, place, depth)


def _inner(
    source: Source, holder: etree._Element, place: Place, depth: int, *, optional: bool = False
) -> Boxed:
    """The one expression inside `holder`; null with a finding if there is none.

    `optional`: the standard's schema lets it be missing.
    """
    found = expressions_in(holder)
    if not found:
        missing_expression(source, holder, place, allowed=optional)
        return null_literal(source, holder, place)
    if len(found) > 1:
        source.error(
            "several-expressions",
            found[1],
            zh=f"{place.zh}有 {len(found)} 个表达式，应为一个",
            en=f"{place.en} has {len(found)} expressions, but can have one",
            mend_zh="只保留一个",
            mend_en="Keep one",
        )
    return read_boxed(source, found[0], place, depth + 1)


def _item(
    source: Source,
    element: etree._Element,
    place: Place,
    kind: tuple[str, str],
    number: int,
    *,
    readable: bool = True,
) -> InformationItem | None:
    return read_item(source, element, _item_place(place, element, kind, number), readable=readable)


def _item_place(place: Place, element: etree._Element, kind: tuple[str, str], number: int) -> Place:
    zh, en = kind
    if name_of(element):
        return place.named(zh, en, name_of(element))
    return place.inside(f"的第 {number} 个{zh}", f"{en} {number}")


_READERS: Mapping[str, Callable[[Source, etree._Element, Place, int], Boxed]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "invocation": _invocation,
    "list": _list,
    "relation": _relation,
    "functionDefinition": read_function,
    "conditional": _conditional,
    "filter": _filter,
    "for": _for,
    "every": _quantified,
    "some": _quantified,
}
