"""A DMN file to a DecisionModel, or to everything that is wrong with it at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from engine.dmn.collector import Collector, local_name, namespace_of
from engine.dmn.decision import Decision, DecisionModel, InputData, Logic, TypeCheck
from engine.dmn.literal import LiteralExpression
from engine.dmn.table_reader import read_table
from engine.dmn.types import type_check
from engine.dmn.vocabulary import MODEL_NAMESPACES, check_vocabulary
from engine.errors import DefinitionRefused
from engine.findings import Finding, has_errors
from engine.hardened_xml import parse


@dataclass(slots=True)
class _Draft:
    """A decision as drawn, before the ones it requires are known to be sound."""

    element: etree._Element
    id: str
    name: str
    variables: tuple[str, ...]
    required_decisions: list[str] = field(default_factory=list)
    required_inputs: list[str] = field(default_factory=list)


def read_decisions(content: bytes, *, file: str = "") -> tuple[DecisionModel | None, list[Finding]]:
    """The decisions of a DMN 1.2 to 1.5 file, and all findings; no model if one of them is an error.

    Never raises: unreadable XML is a finding too. Nothing in the file is silently ignored: what neither
    runs nor is documentation or drawing is a finding.
    """
    try:
        root = parse(content, file=file)
    except DefinitionRefused as refused:
        return None, list(refused.findings)
    collector = Collector(file)
    if local_name(root) != "definitions" or namespace_of(root) not in MODEL_NAMESPACES:
        collector.error(
            "not-dmn",
            root,
            zh=f"根元素 {local_name(root)} 不是 DMN 1.2 至 1.5 的 definitions",
            en=f"The root element {local_name(root)} is not a definitions of DMN 1.2 to 1.5",
            mend_zh="导出为 DMN 1.3 或 1.5",
            mend_en="Export the file as DMN 1.3 or 1.5",
        )
        return None, collector.findings
    check_vocabulary(collector, root)
    model = _model(collector, root)
    return (None if has_errors(collector.findings) else model), collector.findings


def _model(collector: Collector, root: etree._Element) -> DecisionModel:
    _check_ids(collector, root)
    drafts = {
        draft.id: draft
        for element in _named(root, "decision")
        if (draft := _draft(collector, element)) is not None
    }
    inputs = {
        data.id: data
        for element in _named(root, "inputData")
        if (data := _input_data(collector, element)) is not None
    }
    if not drafts:
        collector.error(
            "no-decision",
            root,
            zh="文件中没有决策",
            en="The file has no decision",
            mend_zh="增加一个决策",
            mend_en="Add a decision",
        )
    _check_names(collector, drafts)
    collector.names = (
        *(name for draft in drafts.values() for name in draft.variables),
        *(data.variable for data in inputs.values()),
    )
    logics = {draft.id: _logic(collector, draft) for draft in drafts.values()}
    types = {draft.id: _variable_type(collector, draft) for draft in drafts.values()}
    for draft in drafts.values():
        _requirements(collector, draft, drafts, inputs)
    decisions: dict[str, Decision] = {}
    for draft in _in_order(collector, drafts):
        logic = logics[draft.id]
        if logic is None or any(required not in decisions for required in draft.required_decisions):
            continue
        decisions[draft.id] = Decision(
            draft.id,
            draft.name,
            draft.variables,
            types[draft.id],
            tuple(inputs[each] for each in draft.required_inputs),
            tuple(decisions[each] for each in draft.required_decisions),
            logic,
        )
    ordered = {id_: decisions[id_] for id_ in drafts if id_ in decisions}
    return DecisionModel(root.get("id", ""), root.get("name", ""), ordered)


def _named(element: etree._Element, *names: str) -> list[etree._Element]:
    return [child for child in element if local_name(child) in names]


def _check_ids(collector: Collector, root: etree._Element) -> None:
    seen: set[str] = set()
    for element in root.iter():
        id_ = element.get("id")
        if id_ is None:
            continue
        if id_ in seen:
            collector.error(
                "duplicate-id",
                element,
                zh=f"标识 {id_} 重复",
                en=f"The id {id_} is used twice",
                mend_zh="给元素一个不同的 id",
                mend_en="Give the element an id of its own",
            )
        seen.add(id_)


def _draft(collector: Collector, element: etree._Element) -> _Draft | None:
    id_, name = element.get("id", ""), element.get("name", "")
    if not id_:
        collector.error(
            "missing-id",
            element,
            zh=f"决策“{name}”没有 id",
            en=f"Decision {name!r} has no id",
            mend_zh="给决策一个 id",
            mend_en="Give the decision an id",
        )
        return None
    variable = next(iter(_named(element, "variable")), None)
    if variable is not None and variable.get("name"):
        variables: tuple[str, ...] = (variable.get("name", ""),)
    else:
        # Modelers differ: with no variable the answer is seen by name (DMN) and by id (Camunda).
        variables = tuple(dict.fromkeys(each for each in (name, id_) if each))
    return _Draft(element, id_, name or id_, variables)


def _check_names(collector: Collector, drafts: dict[str, _Draft]) -> None:
    seen: set[str] = set()
    for draft in drafts.values():
        if draft.name in seen:
            collector.error(
                "duplicate-name",
                draft.element,
                zh=f"决策名称“{draft.name}”重复",
                en=f"The decision name {draft.name!r} is used twice",
                mend_zh="给每个决策一个不同的名称",
                mend_en="Give every decision a name of its own",
            )
        seen.add(draft.name)


def _input_data(collector: Collector, element: etree._Element) -> InputData | None:
    variable = next(iter(_named(element, "variable")), None)
    name = (variable.get("name") if variable is not None else None) or element.get("name", "")
    if not name or not element.get("id"):
        collector.error(
            "missing-name",
            element,
            zh="输入数据缺少 id 或名称",
            en="An input data has no id or no name",
            mend_zh="填写 id 和名称",
            mend_en="Give it an id and a name",
        )
        return None
    check = None
    if variable is not None:
        check = type_check(collector, variable, zh=f"输入数据“{name}”", en=f"Input data {name!r}")
    return InputData(element.get("id", ""), name, check)


def _variable_type(collector: Collector, draft: _Draft) -> TypeCheck | None:
    variable = next(iter(_named(draft.element, "variable")), None)
    if variable is None:
        return None
    return type_check(collector, variable, zh=f"决策“{draft.name}”", en=f"Decision {draft.name!r}")


def _logic(collector: Collector, draft: _Draft) -> Logic | None:
    found = _named(draft.element, "decisionTable", "literalExpression")
    if not found:
        collector.error(
            "missing-decision-logic",
            draft.element,
            zh=f"决策“{draft.name}”没有决策表或表达式",
            en=f"Decision {draft.name!r} has neither a decision table nor a literal expression",
            mend_zh="增加决策表或文字表达式",
            mend_en="Add a decision table or a literal expression",
        )
        return None
    if len(found) > 1:
        collector.error(
            "several-decision-logics",
            found[1],
            zh=f"决策“{draft.name}”有多个决策逻辑",
            en=f"Decision {draft.name!r} has more than one decision logic",
            mend_zh="只保留一个",
            mend_en="Keep one",
        )
    element = found[0]
    if local_name(element) == "decisionTable":
        return read_table(collector, element, decision=draft.name)
    zh, en = f"决策“{draft.name}”的表达式", f"Decision {draft.name!r}, expression"
    expression = collector.expression(element, zh=zh, en=en)
    check = type_check(collector, element, zh=zh, en=en)
    return None if expression is None else LiteralExpression(expression, check)


def _requirements(
    collector: Collector, draft: _Draft, drafts: dict[str, _Draft], inputs: dict[str, InputData]
) -> None:
    for requirement in _named(draft.element, "informationRequirement"):
        for target in _named(requirement, "requiredDecision", "requiredInput"):
            href = target.get("href", "")
            id_ = href.removeprefix("#")
            if local_name(target) == "requiredDecision" and id_ in drafts:
                draft.required_decisions.append(id_)
            elif local_name(target) == "requiredInput" and id_ in inputs:
                draft.required_inputs.append(id_)
            else:
                collector.error(
                    "dangling-reference",
                    target,
                    zh=f"决策“{draft.name}”引用的 {href} 在本文件中不存在",
                    en=f"Decision {draft.name!r} requires {href}, which is not in this file",
                    mend_zh="引用本文件中的决策或输入数据",
                    mend_en="Require a decision or input data of this file",
                )


def _in_order(collector: Collector, drafts: dict[str, _Draft]) -> list[_Draft]:
    """Every decision after the ones it requires; those on a cycle are left out, with a finding each."""
    ordered: list[_Draft] = []
    done: set[str] = set()
    waiting = list(drafts.values())
    while waiting:
        ready = [draft for draft in waiting if done.issuperset(draft.required_decisions)]
        if not ready:
            break
        ordered += ready
        done.update(draft.id for draft in ready)
        waiting = [draft for draft in waiting if draft.id not in done]
    for draft in waiting:
        if _reaches(draft.id, draft.id, drafts):
            collector.error(
                "requirement-cycle",
                draft.element,
                zh=f"决策“{draft.name}”经由所需决策又需要自己",
                en=f"Decision {draft.name!r} requires itself through the decisions it requires",
                mend_zh="删除环上的一个信息需求",
                mend_en="Remove one information requirement of the cycle",
            )
    return ordered


def _reaches(start: str, goal: str, drafts: dict[str, _Draft]) -> bool:
    seen: set[str] = set()
    waiting = list(drafts[start].required_decisions)
    while waiting:
        id_ = waiting.pop()
        if id_ == goal:
            return True
        if id_ not in seen:
            seen.add(id_)
            waiting += drafts[id_].required_decisions
    return False
