"""What a model is made of: input data, decisions, business knowledge models and decision services.

Source: DMN 1.5, clause 6.3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import unquote

from lxml import etree

from engine.dmn.model import (
    Boxed,
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    DecisionTable,
    FunctionDefinition,
    InformationItem,
    InputData,
    Reference,
)
from engine.dmn.reading.boxed import expressions_in, read_boxed, read_function
from engine.dmn.reading.place import Place, child, children, id_of, name_of, shown
from engine.dmn.reading.source import Source
from engine.feel.stream import RESERVED
from engine.findings import Severity

_NAME = re.compile(r"[^\W\d]\w*(?: \w+)*")
"""Plainly a name: with a dot or an operator it could be an expression, and a literal is none."""


@dataclass(frozen=True, slots=True)
class _Head:
    """What input data, decisions, knowledge models and services have in common."""

    id: str
    name: str
    variable: InformationItem
    aliases: tuple[str, ...]
    place: Place


def read_input_data(source: Source, element: etree._Element) -> InputData | None:
    """None, with a finding, if it has neither name nor id, here and below."""
    head = _head(source, element, "输入数据", "Input data")
    if head is None:
        return None
    return InputData(head.id, head.name, head.variable, source.where(element, head.place))


def read_decision(source: Source, element: etree._Element) -> Decision | None:
    # A name is what people see; FEEL and Camunda's modelers get on with the id.
    head = _head(source, element, "决策", "Decision", unnamed=Severity.WARNING)
    if head is None:
        return None
    place = head.place
    return Decision(
        head.id,
        head.name,
        head.variable,
        head.aliases,
        _required(source, element, "informationRequirement", "requiredDecision", place),
        _required(source, element, "informationRequirement", "requiredInput", place),
        _required(source, element, "knowledgeRequirement", "requiredKnowledge", place),
        _decision_logic(source, element, place),
        source.where(element, place),
    )


def read_knowledge_model(source: Source, element: etree._Element) -> BusinessKnowledgeModel | None:
    head = _head(source, element, "业务知识模型", "Business knowledge model")
    if head is None:
        return None
    place = head.place
    return BusinessKnowledgeModel(
        head.id,
        head.name,
        head.variable,
        _required(source, element, "knowledgeRequirement", "requiredKnowledge", place),
        _encapsulated_logic(source, element, place),
        source.where(element, place),
    )


def read_service(source: Source, element: etree._Element) -> DecisionService | None:
    head = _head(source, element, "决策服务", "Decision service")
    if head is None:
        return None
    place = head.place
    outputs = _references(source, children(element, "outputDecision"), place)
    if not outputs:
        source.warning(
            "service-without-output",
            element,
            zh=f"{place.zh}没有输出决策，结果为 null",
            en=f"{place.en} has no output decision and answers null",
            mend_zh="增加一个输出决策",
            mend_en="Add an output decision",
        )
    return DecisionService(
        head.id,
        head.name,
        head.variable,
        outputs,
        _references(source, children(element, "encapsulatedDecision"), place),
        _references(source, children(element, "inputDecision"), place),
        _references(source, children(element, "inputData"), place),
        source.where(element, place),
    )


def _head(
    source: Source, element: etree._Element, zh: str, en: str, *, unnamed: Severity = Severity.ERROR
) -> _Head | None:
    id_, own_name = id_of(element), name_of(element)
    variable = child(element, "variable")
    variable_name = "" if variable is None else name_of(variable)
    name = own_name or variable_name or id_
    place = Place(f"{zh}“{shown(name)}”", f"{en} {shown(name)!r}") if name else Place(f"一个{zh}", f"A {en}")
    if not own_name:
        source.problem(
            "missing-name",
            element,
            severity=unnamed if name else Severity.ERROR,
            zh=f"{place.zh}没有名称",
            en=f"{place.en} has no name",
            mend_zh="填写名称",
            mend_en="Give it a name",
        )
    if not name:
        return None
    if own_name and variable_name and own_name != variable_name:
        _warn_of_variable(source, element, variable_name, place)
    type_ref = "" if variable is None else source.type_ref(variable)
    where = source.where(element if variable is None else variable, place)
    return _Head(
        id_ or name,
        name,
        InformationItem(variable_name or name, type_ref, where),
        # Modelers differ: with no variable the answer is seen by name (DMN) and by id (Camunda).
        (id_,) if id_ and not variable_name and id_ != name else (),
        place,
    )


def _warn_of_variable(source: Source, element: etree._Element, name: str, place: Place) -> None:
    source.warning(
        "variable-name-differs",
        element,
        zh=f"{place.zh}的变量名为“{shown(name)}”，表达式中只能用变量名引用它",
        en=f"{place.en} has a variable called {shown(name)!r}, and expressions see it by that name only",
        mend_zh="让变量与元素同名（DMN 标准要求）",
        mend_en="Give the variable the name of the element, as the standard wants it",
    )


def _decision_logic(source: Source, element: etree._Element, place: Place) -> Boxed | None:
    found = expressions_in(element)
    if not found:
        source.warning(
            "missing-decision-logic",
            element,
            zh=f"{place.zh}没有决策逻辑，结果为 null",
            en=f"{place.en} has no decision logic and answers null",
            mend_zh="增加决策表或其他表达式",
            mend_en="Add a decision table or another expression",
        )
        return None
    if len(found) > 1:
        source.error(
            "several-decision-logics",
            found[1],
            zh=f"{place.zh}有多个决策逻辑",
            en=f"{place.en} has more than one decision logic",
            mend_zh="只保留一个",
            mend_en="Keep one",
        )
    return read_boxed(source, found[0], place)


def _encapsulated_logic(source: Source, element: etree._Element, place: Place) -> FunctionDefinition | None:
    logic = child(element, "encapsulatedLogic")
    if logic is None:
        source.warning(
            "missing-decision-logic",
            element,
            zh=f"{place.zh}没有逻辑，调用结果为 null",
            en=f"{place.en} has no encapsulated logic, so that calling it answers null",
            mend_zh="增加函数定义",
            mend_en="Add a function definition",
        )
        return None
    function = read_function(source, logic, place)
    if function.parameters or not isinstance(function.body, DecisionTable):
        return function
    return replace(function, parameters=_implicit_parameters(function.body))


def _implicit_parameters(table: DecisionTable) -> tuple[InformationItem, ...]:
    """Of a table "whose input expressions are assumed to be the parameter names" (clause 10.2.1.7)."""
    names: dict[str, InformationItem] = {}
    for clause in table.inputs:
        name = " ".join(clause.expression.text.text.split())
        if _NAME.fullmatch(name) is None or name in RESERVED:
            return ()
        names.setdefault(name, InformationItem(name, clause.expression.type_ref, clause.where))
    return tuple(names.values())


def _required(
    source: Source, element: etree._Element, requirement: str, target: str, place: Place
) -> tuple[Reference, ...]:
    found = [reference for each in children(element, requirement) for reference in children(each, target)]
    return _references(source, found, place)


def _references(source: Source, elements: list[etree._Element], place: Place) -> tuple[Reference, ...]:
    """The targets in the order of the file, each once."""
    found: dict[tuple[str, str], Reference] = {}
    for element in elements:
        namespace, id_ = _split(element.get("href", "").strip())
        reference = Reference(namespace or source.namespace, id_, source.where(element, place))
        found.setdefault((reference.namespace, id_), reference)
    return tuple(found.values())


def _split(href: str) -> tuple[str, str]:
    """`#id` or `namespace#id`; some modelers leave the # of the first one out."""
    namespace, _hash, fragment = href.rpartition("#")
    return namespace, unquote(fragment)
