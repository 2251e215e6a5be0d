"""A decision model as a tree: what is decided, by what kind of logic, from what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from rich.text import Text
from rich.tree import Tree

from engine.dmn import model as drawn
from terminal.decision_rules import Element
from terminal.output import clean

_LEVEL_CELLS = 4
_LABEL_CELLS = 36
"""What a label has at least; a level that would leave less is drawn further down, from the left again."""
_MADE_UP = re.compile(r"_?[0-9A-Fa-f-]{20,}")
"""An id that a modeler made up: nobody types it, so nobody needs to read it."""
_KINDS: dict[type, tuple[str, str]] = {
    drawn.LiteralExpression: ("表达式", "expression"),
    drawn.Context: ("上下文", "context"),
    drawn.Invocation: ("调用", "invocation"),
    drawn.ListOf: ("列表", "list"),
    drawn.Relation: ("关系", "relation"),
    drawn.FunctionDefinition: ("函数", "function"),
    drawn.Conditional: ("条件", "conditional"),
    drawn.Filter: ("过滤", "filter"),
    drawn.For: ("循环", "for"),
    drawn.DecisionTable: ("决策表", "table"),
}


def kind_of(logic: drawn.Boxed | None) -> tuple[str, str]:
    """What kind of boxed expression it is, in both languages; a table with its size and hit policy."""
    if logic is None:
        return "无逻辑", "no logic"
    if isinstance(logic, drawn.Quantified):
        return ("全称", "every") if logic.every else ("存在", "some")
    zh, en = _KINDS[type(logic)]
    match logic:
        case drawn.DecisionTable():
            policy = (
                f"{logic.hit_policy.value} {logic.aggregator.value}" if logic.aggregator else logic.hit_policy
            )
            size = f"{len(logic.rules)}×{len(logic.inputs)}"
            return f"{zh} {size} {policy}", f"{en} {size} {policy}"
        case drawn.Relation():
            size = f"{len(logic.rows)}×{len(logic.columns)}"
            return f"{zh} {size}", f"{en} {size}"
        case drawn.FunctionDefinition():
            return kind_of(logic.body)
    return zh, en


def model_tree(definitions: drawn.Definitions, *, width: int) -> Tree:
    """Decisions that no other needs, each with what it needs below it; then decision services."""
    return _Drawing(definitions, max((width - _LABEL_CELLS) // _LEVEL_CELLS, 1)).tree()


class _Drawing:
    """Every decision and knowledge model is drawn in full once, where it is first needed."""

    def __init__(self, definitions: drawn.Definitions, max_depth: int) -> None:
        self._file = definitions
        self._max_depth = max_depth
        self._prefixes = {each.namespace: each.name or each.namespace for each in definitions.imports}
        elements: tuple[Element, ...] = (
            *definitions.input_data,
            *definitions.decisions,
            *definitions.knowledge_models,
            *definitions.services,
        )
        self._elements = {each.id: each for each in elements}
        self._drawn: set[str] = set()
        self._cut: list[Element] = []
        """Too deep to be drawn where they are needed."""

    def tree(self) -> Tree:
        tree = Tree(_label(self._file.name or self._file.id, dim=self._file.namespace, style="bold"))
        for each in self._file.imports:
            tree.add(_label(each.name or "(无前缀 no prefix)", kind=("导入", "import"), dim=each.namespace))
        needed = {
            reference.id
            for decision in self._file.decisions
            for reference in decision.required_decisions
            if reference.namespace == self._file.namespace
        }
        goals = [decision for decision in self._file.decisions if decision.id not in needed]
        self._grow(tree, goals)
        self._grow(tree, [each for each in self._file.knowledge_models if each.id not in self._drawn])
        self._grow(tree, [each for each in self._file.input_data if each.id not in self._drawn])
        for service in self._file.services:
            self._add_service(tree, service)
        return tree

    def _grow(self, tree: Tree, goals: Sequence[Element]) -> None:
        waiting = [(tree, goal, 0) for goal in reversed(goals)]
        while waiting or self._cut:
            if not waiting:
                element = self._cut.pop(0)
                waiting += [] if element.id in self._drawn else [(tree, element, 0)]
                continue
            parent, element, depth = waiting.pop()
            branch = parent.add(self._label(element))
            references = _needs(element)
            if not references:
                self._drawn.add(element.id)
                continue
            if element.id in self._drawn or depth >= self._max_depth:
                branch.label = self._label(element, again=True)
                self._cut.append(element)
                continue
            self._drawn.add(element.id)
            inside = []
            for reference in references:
                target = self._target(reference)
                if target is None:
                    branch.add(self._imported(reference))
                else:
                    inside.append((branch, target, depth + 1))
            waiting += reversed(inside)

    def _target(self, reference: drawn.Reference) -> Element | None:
        return self._elements.get(reference.id) if reference.namespace == self._file.namespace else None

    def _imported(self, reference: drawn.Reference) -> Text:
        prefix = self._prefixes.get(reference.namespace, reference.namespace)
        return _label(f"{prefix}.{reference.id}", kind=("导入的", "imported"))

    def _name(self, reference: drawn.Reference) -> str:
        target = self._target(reference)
        return self._imported(reference).plain if target is None else target.name or target.id

    def _label(self, element: Element, again: bool = False) -> Text:
        """`again`: it is drawn in full elsewhere."""
        name = element.name or element.id
        match element:
            case drawn.InputData():
                return _label(name, kind=("输入", "input"), type_=element.variable.type_ref)
            case drawn.DecisionService():
                return _label(name, kind=("决策服务", "service"), dim=_id_of(element))
            case drawn.BusinessKnowledgeModel():
                kind = ("知识", "knowledge")
                parameters = element.logic.parameters if element.logic else ()
                name += f"({', '.join(_typed(each.name, each.type_ref) for each in parameters)})"
            case _:
                kind = ("决策", "decision")
                name = _typed(name, element.variable.type_ref)
        if again:
            return _label(element.name or element.id, kind=kind, dim="…")
        return _label(name, kind=kind, what=kind_of(element.logic), dim=_id_of(element))

    def _add_service(self, tree: Tree, service: drawn.DecisionService) -> None:
        branch = tree.add(self._label(service))
        for (zh, en), references in (
            (("输出", "out"), service.output_decisions),
            (("封装", "inside"), service.encapsulated_decisions),
            (("输入决策", "in"), service.input_decisions),
            (("输入数据", "in"), service.input_data),
        ):
            if references:
                branch.add(_label(", ".join(map(self._name, references)), kind=(zh, en)))


def _needs(element: Element) -> tuple[drawn.Reference, ...]:
    match element:
        case drawn.Decision():
            return (*element.required_decisions, *element.required_knowledge, *element.required_inputs)
        case drawn.BusinessKnowledgeModel():
            return element.required_knowledge
    return ()


def _id_of(element: Element) -> str:
    """ "" where it tells nothing."""
    return "" if element.id == element.name or _MADE_UP.fullmatch(element.id) else element.id


def _typed(name: str, type_ref: str) -> str:
    return f"{name}: {type_ref}" if type_ref else name


def _label(
    name: str,
    *,
    kind: tuple[str, str] | None = None,
    type_: str = "",
    dim: str = "",
    what: tuple[str, str] | None = None,
    style: str = "",
) -> Text:
    shown = Text()
    if kind is not None:
        shown.append(f"{kind[0]} {kind[1]} ", style="cyan")
    shown.append(clean(_typed(name, type_)), style=style)
    if what is not None:
        zh, en = what
        shown.append(clean(f"  {zh.split(' ')[0]} {en}"), style="green")
    if dim:
        shown.append(clean(f"  {dim}"), style="dim")
    return shown


# --- for machines --------------------------------------------------------------------------------


def model_facts(definitions: drawn.Definitions) -> dict[str, Any]:
    return {
        "id": definitions.id,
        "name": definitions.name,
        "namespace": definitions.namespace,
        "imports": [{"name": each.name, "namespace": each.namespace} for each in definitions.imports],
        "inputs": [_item(each, each.variable) for each in definitions.input_data],
        "decisions": [_decision_facts(each) for each in definitions.decisions],
        "knowledge_models": [
            {
                "id": each.id,
                "name": each.name,
                "logic": kind_of(each.logic)[1],
                "parameters": [
                    {"name": parameter.name, "type": parameter.type_ref}
                    for parameter in (each.logic.parameters if each.logic else ())
                ],
                "requires": _ids(each.required_knowledge),
            }
            for each in definitions.knowledge_models
        ],
        "services": [
            {
                "id": each.id,
                "name": each.name,
                "outputs": _ids(each.output_decisions),
                "encapsulated": _ids(each.encapsulated_decisions),
                "input_decisions": _ids(each.input_decisions),
                "input_data": _ids(each.input_data),
            }
            for each in definitions.services
        ],
    }


def _decision_facts(decision: drawn.Decision) -> dict[str, Any]:
    facts = {**_item(decision, decision.variable), "logic": kind_of(decision.logic)[1]}
    if isinstance(decision.logic, drawn.DecisionTable):
        facts["rules"] = len(decision.logic.rules)
        facts["hit_policy"] = decision.logic.hit_policy.value
    return {**facts, "requires": _ids(_needs(decision))}


def _item(element: Element, variable: drawn.InformationItem) -> dict[str, Any]:
    return {"id": element.id, "name": element.name, "type": variable.type_ref}


def _ids(references: Iterable[drawn.Reference]) -> list[str]:
    return [reference.id for reference in references]
