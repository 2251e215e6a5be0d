"""A DMN file to Definitions and all findings about it at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from lxml import etree

from engine.dmn.model import Decision, Definitions
from engine.dmn.reading.bounds import DECISIONS, within
from engine.dmn.reading.elements import (
    read_decision,
    read_input_data,
    read_knowledge_model,
    read_service,
)
from engine.dmn.reading.ids import check_ids, check_names_as_ids
from engine.dmn.reading.imports import read_imports
from engine.dmn.reading.item_definitions import read_item_definitions
from engine.dmn.reading.place import Place, children, id_of, local_name, name_of, namespace_of, shown
from engine.dmn.reading.references import check_references
from engine.dmn.reading.shared_names import check_shared_names
from engine.dmn.reading.source import Source
from engine.dmn.reading.versions import MODEL_NAMESPACES
from engine.dmn.reading.vocabulary_check import check_vocabulary
from engine.errors import DefinitionRefused
from engine.findings import Finding
from engine.hardened_xml import parse

_T = TypeVar("_T")


def read_definitions(content: bytes, *, file: str = "") -> tuple[Definitions | None, list[Finding]]:
    """A DMN 1.1 to 1.5 file as data, with errors as well; None only if it is no DMN file at all.

    Never raises: unreadable XML is a finding too. Nothing in the file is silently ignored: what neither
    runs nor is documentation or drawing is a finding. No FEEL is looked at.
    """
    try:
        root = parse(content, file=file)
    except DefinitionRefused as refused:
        return None, list(refused.findings)
    source = Source(root, file=file)
    if local_name(root) != "definitions" or namespace_of(root) not in MODEL_NAMESPACES:
        source.error(
            "not-dmn",
            root,
            zh=f"根元素 {shown(local_name(root))} 不是 DMN 1.1 至 1.5 的 definitions",
            en=f"The root element {shown(local_name(root))} is not a definitions of DMN 1.1 to 1.5",
            mend_zh="导出为 DMN 1.3 或 1.5",
            mend_en="Export the file as DMN 1.3 or 1.5",
        )
        return None, source.findings()
    check_vocabulary(source, root)
    check_ids(source, root)
    return _definitions(source, root), source.findings()


def _definitions(source: Source, root: etree._Element) -> Definitions:
    imports, imported = read_imports(source, root)
    decision_elements = within(source, DECISIONS, children(root, "decision"), root, Place("文件", "The file"))
    definitions = Definitions(
        id_of(root),
        name_of(root),
        source.namespace,
        imports,
        read_item_definitions(source, root),
        _read(source, read_input_data, children(root, "inputData")),
        _read(source, read_decision, decision_elements),
        _read(source, read_knowledge_model, children(root, "businessKnowledgeModel")),
        _read(source, read_service, children(root, "decisionService")),
        source.where(root, Place("文件", "The file")),
    )
    _check_content(source, root, definitions)
    check_names_as_ids(source, definitions)
    checked = check_references(source, definitions, imported=imported)
    return _without_hiding_aliases(checked, check_shared_names(source, checked))


def _read(
    source: Source,
    read: Callable[[Source, etree._Element], _T | None],
    elements: Iterable[etree._Element],
) -> tuple[_T, ...]:
    return tuple(found for each in elements if (found := read(source, each)) is not None)


def _check_content(source: Source, root: etree._Element, definitions: Definitions) -> None:
    if not source.namespace:
        source.warning(
            "missing-namespace",
            root,
            zh="文件没有命名空间，其他文件无法导入它",
            en="The file has no namespace, so that no other file can import it",
            mend_zh="填写 definitions 的 namespace",
            mend_en="Fill in the namespace of definitions",
        )
    # A file of types or knowledge models alone is a library for other files.
    if not (
        definitions.decisions
        or definitions.knowledge_models
        or definitions.item_definitions
        or definitions.input_data
        or definitions.services
    ):
        source.error(
            "no-decision",
            root,
            zh="文件中没有决策",
            en="The file has no decision",
            mend_zh="增加一个决策",
            mend_en="Add a decision",
        )


def _without_hiding_aliases(definitions: Definitions, names: frozenset[str]) -> Definitions:
    """An id that is also the name of something else means that thing."""

    def kept(decision: Decision) -> Decision:
        aliases = tuple(each for each in decision.aliases if each not in names)
        return decision if aliases == decision.aliases else replace(decision, aliases=aliases)

    return replace(definitions, decisions=tuple(kept(each) for each in definitions.decisions))
