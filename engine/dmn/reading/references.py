"""Requirements that lead nowhere, to the wrong kind of thing, or round in a circle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from engine.dmn.model import BusinessKnowledgeModel, Decision, DecisionService, Definitions, Reference, Where
from engine.dmn.reading.graph import on_cycles
from engine.dmn.reading.place import shown
from engine.dmn.reading.source import Source

_Keep = Callable[[tuple[Reference, ...]], tuple[Reference, ...]]


@dataclass(frozen=True, slots=True)
class _Targets:
    """What of this file may be referred to, by kind; `imported` are the namespaces of other models."""

    source: Source
    imported: frozenset[str]

    def among(self, ids: frozenset[str], zh: str, en: str) -> _Keep:
        """Lets those references pass that name one of `ids` or another model; a finding for the rest."""

        def keep(references: tuple[Reference, ...]) -> tuple[Reference, ...]:
            return tuple(each for each in references if self._is_fine(each, ids, zh, en))

        return keep

    def _is_fine(self, reference: Reference, ids: frozenset[str], zh: str, en: str) -> bool:
        if reference.namespace != self.source.namespace:
            if reference.namespace in self.imported:
                return True
            _not_imported(self.source, reference)
            return False
        if reference.id in ids:
            return True
        self.source.error(
            "dangling-reference",
            reference.where,
            zh=f"{reference.where.zh}引用的 #{shown(reference.id)} 不是本文件中的{zh}",
            en=f"{reference.where.en} refers to #{shown(reference.id)}, which is no {en} of this file",
            mend_zh=f"引用本文件中的{zh}",
            mend_en=f"Refer to a {en} of this file",
        )
        return False


def check_references(source: Source, definitions: Definitions, *, imported: frozenset[str]) -> Definitions:
    """`definitions` without the references to nothing in this file; those to other models stay."""
    targets = _Targets(source, imported)
    knowledge = {each.id for each in definitions.knowledge_models}
    knowledge |= {each.id for each in definitions.services}
    decisions = targets.among(frozenset(each.id for each in definitions.decisions), "决策", "decision")
    inputs = targets.among(frozenset(each.id for each in definitions.input_data), "输入数据", "input data")
    invocables = targets.among(
        frozenset(knowledge), "业务知识模型或决策服务", "business knowledge model or decision service"
    )
    checked = replace(
        definitions,
        decisions=tuple(_decision(each, decisions, inputs, invocables) for each in definitions.decisions),
        knowledge_models=tuple(
            replace(each, required_knowledge=invocables(each.required_knowledge))
            for each in definitions.knowledge_models
        ),
        services=tuple(_service(each, decisions, inputs) for each in definitions.services),
    )
    _check_cycles(source, checked)
    return checked


def _decision(decision: Decision, decisions: _Keep, inputs: _Keep, invocables: _Keep) -> Decision:
    return replace(
        decision,
        required_decisions=decisions(decision.required_decisions),
        required_inputs=inputs(decision.required_inputs),
        required_knowledge=invocables(decision.required_knowledge),
    )


def _service(service: DecisionService, decisions: _Keep, inputs: _Keep) -> DecisionService:
    return replace(
        service,
        output_decisions=decisions(service.output_decisions),
        encapsulated_decisions=decisions(service.encapsulated_decisions),
        input_decisions=decisions(service.input_decisions),
        input_data=inputs(service.input_data),
    )


def _not_imported(source: Source, reference: Reference) -> None:
    source.error(
        "dangling-reference",
        reference.where,
        zh=f"{reference.where.zh}引用的 {shown(reference.namespace)}#{shown(reference.id)} 所在的模型未导入",
        en=f"{reference.where.en} refers to {shown(reference.namespace)}#{shown(reference.id)}, "
        "but that model is not imported",
        mend_zh="增加对该命名空间的 import，或改正引用",
        mend_en="Import that namespace, or correct the reference",
    )


def _check_cycles(source: Source, definitions: Definitions) -> None:
    own = source.namespace
    decisions = _edges(own, {each.id: each.required_decisions for each in definitions.decisions})
    cyclic = on_cycles(decisions)
    for decision in definitions.decisions:
        if decision.id in cyclic:
            _on_cycle(source, decision.where, "信息需求", "information requirement")
    # A business knowledge model may require itself: that is recursion (DMN 1.5, 6.3.14).
    knowledge = {
        id_: [target for target in targets if target != id_]
        for id_, targets in _edges(own, _knowledge(definitions.knowledge_models)).items()
    }
    cyclic = on_cycles(knowledge)
    for model in definitions.knowledge_models:
        if model.id in cyclic:
            _on_cycle(source, model.where, "知识需求", "knowledge requirement")


def _knowledge(models: tuple[BusinessKnowledgeModel, ...]) -> dict[str, tuple[Reference, ...]]:
    return {each.id: each.required_knowledge for each in models}


def _edges(own: str, required: Mapping[str, tuple[Reference, ...]]) -> dict[str, list[str]]:
    return {
        id_: [reference.id for reference in references if reference.namespace == own]
        for id_, references in required.items()
    }


def _on_cycle(source: Source, where: Where, zh: str, en: str) -> None:
    source.error(
        "requirement-cycle",
        where,
        zh=f"{where.zh}经由所需的元素又需要自己",
        en=f"{where.en} requires itself through what it requires",
        mend_zh=f"删除环上的一个{zh}",
        mend_en=f"Remove one {en} of the cycle",
    )
