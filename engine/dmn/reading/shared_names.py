"""The names by which FEEL sees the elements of a model: all of them live in one space.

Source: DMN 1.5, clauses 6.3.3 and 10.3.2.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn.model import (
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    Definitions,
    InformationItem,
    InputData,
    Where,
)
from engine.dmn.reading.names import is_readable, unreadable
from engine.dmn.reading.place import shown
from engine.dmn.reading.source import Source


def check_shared_names(source: Source, definitions: Definitions) -> frozenset[str]:
    """All names of the model; a finding for each that two elements have, and for what FEEL cannot read."""
    owners: dict[str, Where] = {}
    for names, where in _named(definitions):
        for name in names:
            first = owners.setdefault(name, where)
            if first is not where:
                source.error(
                    "duplicate-name",
                    where,
                    zh=f"{where.zh}与{first.zh}（第 {first.line or 0} 行）同名“{shown(name)}”",
                    en=f"{where.en} has the name {shown(name)!r}, as has {first.en} on line {first.line or 0}",
                    mend_zh="决策、输入数据、业务知识模型、决策服务和导入的名称必须各不相同",
                    mend_en="Decisions, input data, business knowledge models, decision services "
                    "and imports need names of their own",
                )
                break
    for item, where in _referred_to(definitions):
        if not is_readable(item.name):
            unreadable(source, where, item.name)
    return frozenset(owners)


def _named(definitions: Definitions) -> Iterator[tuple[tuple[str, ...], Where]]:
    for imported in definitions.imports:
        if imported.name:
            yield (imported.name,), imported.where
    elements: list[InputData | Decision | BusinessKnowledgeModel | DecisionService] = [
        *definitions.input_data,
        *definitions.decisions,
        *definitions.knowledge_models,
        *definitions.services,
    ]
    for element in elements:
        # What FEEL sees, and what people see.
        yield tuple(dict.fromkeys((element.variable.name, element.name))), element.where


def _referred_to(definitions: Definitions) -> Iterator[tuple[InformationItem, Where]]:
    """What expressions may want to name. A decision that nobody requires need not be readable."""
    required = {
        reference.id
        for decision in definitions.decisions
        for reference in decision.required_decisions
        if reference.namespace == definitions.namespace
    }
    for decision in definitions.decisions:
        if decision.id in required:
            yield decision.variable, decision.where
    for data in definitions.input_data:
        yield data.variable, data.where
    for model in definitions.knowledge_models:
        yield model.variable, model.where
