"""Through a file, element by element: each construct of a dialect is handled once and taken out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain

from lxml import etree

from engine.bpmn.dialects.construct import A, Construct, Dialect, Piece, R
from engine.bpmn.dialects.report import shown
from engine.bpmn.dialects.standard import translate_standard
from engine.bpmn.dialects.vocabularies import DIALECTS
from engine.bpmn.dialects.workbench import Workbench, detach, drop_attribute, local_name, namespace_of
from engine.bpmn.model import BPMN_NAMESPACE

_EXTENSION_ELEMENTS = f"{{{BPMN_NAMESPACE}}}extensionElements"
_WITHOUT_CONTENT = frozenset({"definitions", "extensionElements", "documentation", "text", "script"})
_NOTHING = Construct((), parts={})


def walk(bench: Workbench) -> None:
    """Translates the tree in place, in document order. Takes time linear in the tree."""
    pending = [bench.root]
    while pending:
        owner = pending.pop()
        if namespace_of(str(owner.tag)) == BPMN_NAMESPACE:
            _before(bench, owner)
        _constructs_of(bench, owner)
        if namespace_of(str(owner.tag)) == BPMN_NAMESPACE:
            translate_standard(bench, owner)
        pending.extend(reversed(owner))
        if bench.report.overflowed:
            return


def _before(bench: Workbench, owner: etree._Element) -> None:
    for namespace, dialect in DIALECTS.items():
        if bench.active.get(dialect.key) == dialect.prefixes[namespace]:
            for handler in dialect.before.get(local_name(owner), ()):
                handler(Piece(bench, dialect, namespace, "", _NOTHING, owner, owner))


def _constructs_of(bench: Workbench, owner: etree._Element) -> None:
    """Handles and takes out every attribute and element of a dialect on `owner`."""
    attributes: dict[str, dict[str, str]] = {}
    for key, value in owner.attrib.items():
        namespace = namespace_of(str(key))
        if namespace in DIALECTS:
            attributes.setdefault(namespace, {})[str(key).partition("}")[2]] = str(value)
    elements: dict[str, dict[str, list[etree._Element]]] = {}
    containers = list(owner.iterchildren(_EXTENSION_ELEMENTS))
    for child in chain(owner, *containers):
        namespace = namespace_of(str(child.tag))
        if namespace in DIALECTS:
            elements.setdefault(namespace, {}).setdefault(local_name(child), []).append(child)
    for namespace in dict.fromkeys((*attributes, *elements)):
        dialect = DIALECTS[namespace]
        of_elements = elements.get(namespace, {})
        _attributes(bench, dialect, namespace, owner, attributes.get(namespace, {}))
        _elements(bench, dialect, namespace, owner, of_elements)
        for name in attributes.get(namespace, {}):
            drop_attribute(owner, f"{{{namespace}}}{name}")
        for children in of_elements.values():
            for child in children:
                detach(child)
    if elements:
        for container in containers:
            if len(container) == 0 and not container.attrib and not (container.text or "").strip():
                detach(container)


def _attributes(
    bench: Workbench, dialect: Dialect, namespace: str, owner: etree._Element, found: Mapping[str, str]
) -> None:
    for name in _in_order(found, dialect.attributes):
        construct = dialect.attributes.get(name)
        shown_name = f"@{dialect.prefixes[namespace]}:{name}"
        piece = Piece(
            bench, dialect, namespace, shown_name, construct or _NOTHING, owner, owner, found[name].strip()
        )
        _handle(piece, known=construct is not None)


def _elements(
    bench: Workbench,
    dialect: Dialect,
    namespace: str,
    owner: etree._Element,
    found: Mapping[str, list[etree._Element]],
) -> None:
    for name in _in_order(found, dialect.elements):
        construct = dialect.elements.get(name)
        for place, node in enumerate(found[name]):
            if bench.report.overflowed:
                return
            piece = Piece(
                bench,
                dialect,
                namespace,
                f"{dialect.prefixes[namespace]}:{name}",
                construct or _NOTHING,
                owner,
                node,
                _text(node),
            )
            _handle(piece, known=construct is not None, again=place > 0)


def _handle(piece: Piece, *, known: bool, again: bool = False) -> None:
    construct = piece.construct
    if not known:
        piece.refused(
            "不认识，其含义不明",
            "It is unknown, so nobody knows what it means",
            mend_zh="请检查拼写，或删除它",
            mend_en="Check the spelling, or remove it",
        )
    elif not _means_something(construct, piece.owner):
        place = local_name(piece.owner)
        piece.refused(
            f"在 {place} 上不起作用",
            f"It has no effect on a {place}",
            mend_zh="请删除它",
            mend_en="Remove it",
        )
    elif again and not construct.repeats:
        piece.refused(
            "出现了不止一次", "It appears more than once", mend_zh="请只保留一个", mend_en="Keep only one"
        )
    elif construct.parts is not None:
        if construct.handler is not None:
            construct.handler(piece)
        _parts(piece, construct.parts)
    else:
        _as_one_thing(piece, construct)


def _means_something(construct: Construct, owner: etree._Element) -> bool:
    if construct.on is not None:
        return local_name(owner) in construct.on
    if construct.handler is None:
        return True
    # Nothing of ours can be written there.
    return namespace_of(str(owner.tag)) == BPMN_NAMESPACE and local_name(owner) not in _WITHOUT_CONTENT


def _as_one_thing(piece: Piece, construct: Construct) -> None:
    is_element = piece.node is not piece.owner and not piece.name.rpartition("/")[2].startswith("@")
    if is_element and construct.outcomes != (R,):
        _refuse_unknown_inside(piece, construct.absorbs)
    if construct.handler is not None and not is_element and not piece.value:
        piece.refused("是空的", "It is empty", mend_zh="请填写，或删除它", mend_en="Fill it in, or remove it")
    elif construct.handler is not None:
        construct.handler(piece)
    elif construct.outcomes == (R,):
        piece.refused()
    elif construct.outcomes == (A,):
        piece.approximated()
    else:
        piece.translated()


def _parts(piece: Piece, parts: Mapping[str, Construct]) -> None:
    """Handles the attributes, children and text of a dialect's element, known ones in our order."""
    node = piece.node
    found: dict[str, list[etree._Element | str]] = {
        f"@{key!s}": [str(value).strip()] for key, value in node.attrib.items()
    }
    for child in node:
        found.setdefault(_child_name(child, piece.namespace), []).append(child)
    if _text(node):
        found["text()"] = [_text(node)]
    for name in _in_order(found, parts):
        construct = parts.get(name)
        for place, each in enumerate(found[name]):
            if piece.bench.report.overflowed:
                return
            child = node if isinstance(each, str) else each
            part = replace(
                piece,
                name=f"{piece.name}/{shown(name)}",
                construct=construct or _NOTHING,
                node=child,
                value=each if isinstance(each, str) else _text(each),
            )
            _handle(part, known=construct is not None, again=place > 0)
    if not found:
        piece.refused("是空的", "It is empty", mend_zh="请删除它", mend_en="Remove it")


def _refuse_unknown_inside(piece: Piece, absorbs: frozenset[str]) -> None:
    names = [f"@{key!s}" for key in piece.node.attrib]
    names += [_child_name(child, piece.namespace) for child in piece.node]
    if _text(piece.node) and "text()" not in absorbs:
        names.append("text()")
    for name in dict.fromkeys(names):
        if name not in absorbs:
            _handle(replace(piece, name=f"{piece.name}/{shown(name)}", construct=_NOTHING), known=False)


def _child_name(child: etree._Element, namespace: str) -> str:
    tag = str(child.tag)
    return tag.partition("}")[2] if namespace_of(tag) == namespace else tag


def _text(node: etree._Element) -> str:
    """All text directly in `node`, also that behind its children."""
    return "".join([node.text or "", *(child.tail or "" for child in node)]).strip()


def _in_order(found: Iterable[str], known: Mapping[str, Construct]) -> list[str]:
    """Known names in the dialect's order, then the unknown ones as they come."""
    names = set(found)
    return [*(name for name in known if name in names), *(name for name in found if name not in known)]
