"""Ids: unique in a file, and given to all that something else could point to."""

from __future__ import annotations

from lxml import etree

from engine.dmn.model import BusinessKnowledgeModel, Decision, DecisionService, Definitions, InputData
from engine.dmn.reading.place import id_of, shown
from engine.dmn.reading.source import Source


def check_ids(source: Source, root: etree._Element) -> None:
    seen: set[str] = set()
    for element in root.iter():
        id_ = id_of(element)
        if id_ and id_ in seen:
            source.error(
                "duplicate-id",
                element,
                zh=f"标识 {shown(id_)} 重复",
                en=f"The id {shown(id_)} is used twice",
                mend_zh="给元素一个不同的 id",
                mend_en="Give the element an id of its own",
            )
        seen.add(id_)


def check_names_as_ids(source: Source, definitions: Definitions) -> None:
    """What has no id goes by its name, unless that is the id of something else."""
    elements: list[InputData | Decision | BusinessKnowledgeModel | DecisionService] = [
        *definitions.input_data,
        *definitions.decisions,
        *definitions.knowledge_models,
        *definitions.services,
    ]
    # The place of what has no id bears that of an element around it.
    names = {element.name for element in elements if element.where.element_id != element.id}
    for element in elements:
        if element.id in names and element.name != element.id:
            source.error(
                "missing-id",
                element.where,
                zh=f"{element.where.zh}的 id 是另一个没有 id 的元素的名称",
                en=f"{element.where.en} has an id that is the name of an element without id",
                mend_zh="给那个元素一个 id",
                mend_en="Give that element an id",
            )
