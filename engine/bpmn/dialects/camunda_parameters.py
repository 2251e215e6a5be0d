"""`inputOutput`: parameters of text, lists, maps and scripts become mappings with one FEEL expression."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.bpmn.dialects import juel, places
from engine.bpmn.dialects.camunda_handlers import MEND_FEEL
from engine.bpmn.dialects.construct import Piece
from engine.bpmn.dialects.feel_text import (
    MAX_DEPTH,
    MAX_RESULT_CHARACTERS,
    Feel,
    Translated,
    Untranslatable,
    finished,
    literal,
    notes_of_all,
    quoted,
)
from engine.bpmn.dialects.report import shown
from engine.bpmn.dialects.workbench import local_name, namespace_of
from engine.bpmn.dialects.writing import add_mapping

_FEEL_FORMATS = frozenset({"feel", "application/feel", "text/feel"})
_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "value": frozenset({"id", "name"}),
    "list": frozenset(),
    "map": frozenset(),
    "entry": frozenset({"key"}),
    "script": frozenset({"scriptFormat", "resource"}),
}
_JUEL_FORMATS = frozenset({"juel", "application/juel"})


def input_parameter(piece: Piece) -> None:
    _parameter(piece, "input", places.takes_inputs(places.event_of(piece.owner)))


def output_parameter(piece: Piece) -> None:
    _parameter(piece, "output", places.takes_outputs(places.event_of(piece.owner)))


def _parameter(piece: Piece, kind: str, fits: bool) -> None:
    owner = places.event_of(piece.owner)
    try:
        found = _value(piece.node, piece.namespace, depth=0)
    except Untranslatable as error:
        name = shown(piece.attribute("name") or "")
        piece.refused(f"{name}：{error.zh}", f"{name}: {error.en}", **MEND_FEEL)
        return
    # An empty text is a value here, not a missing one.
    source = found.value or '=""'
    if not add_mapping(piece.on(owner), kind, source=source, target=piece.attribute("name"), fits=fits):
        return
    if kind == "output" and not found.notes:
        piece.approximated()
    else:
        piece.expression(found)


def _value(node: etree._Element, namespace: str, *, depth: int) -> Translated:
    """What the text or the only child of a parameter, entry or value stands for.

    Raises Untranslatable.
    """
    if depth > MAX_DEPTH:
        raise Untranslatable(f"嵌套超过 {MAX_DEPTH} 层", f"It is nested over {MAX_DEPTH} levels")
    children = list(node)
    if not children:
        return juel.translate((node.text or "").strip())
    _refuse_text(node)
    if len(children) > 1:
        raise Untranslatable("内容不止一项", "It has more than one content")
    return _definition(children[0], namespace, depth=depth)


def _definition(node: etree._Element, namespace: str, *, depth: int) -> Translated:
    if namespace_of(str(node.tag)) != namespace:
        raise Untranslatable(f"不认识 {local_name(node)}", f"{local_name(node)} is unknown")
    _check_attributes(node)
    match local_name(node):
        case "value":
            return _value(node, namespace, depth=depth + 1)
        case "list":
            _refuse_text(node)
            items = [_definition(child, namespace, depth=depth + 1) for child in node]
            return _joined("[", items, [""] * len(items), "]")
        case "map":
            _refuse_text(node)
            entries = [child for child in node if local_name(child) == "entry"]
            if len(entries) < len(node):
                raise Untranslatable("map 里只能有 entry", "A map may hold entries only")
            for entry in entries:
                _check_attributes(entry)
            keys = [f"{quoted(entry.get('key') or '')}: " for entry in entries]
            values = [_value(entry, namespace, depth=depth + 1) for entry in entries]
            return _joined("{", values, keys, "}")
        case "script":
            return _script(node)
        case name:
            raise Untranslatable(f"不认识 {name}", f"{name} is unknown")


def _refuse_text(node: etree._Element) -> None:
    texts = [node.text, *(child.tail for child in node)]
    if any(text and text.strip() for text in texts):
        raise Untranslatable("文字与元素混在一起", "It has text between its elements")


def _check_attributes(node: etree._Element) -> None:
    unknown = [str(key) for key in node.attrib if key not in _ATTRIBUTES.get(local_name(node), ())]
    if unknown:
        raise Untranslatable(
            f"不认识属性 {shown(unknown[0])}", f"The attribute {shown(unknown[0])} is unknown"
        )


def _script(node: etree._Element) -> Translated:
    language = (node.get("scriptFormat") or "").strip().lower()
    text = (node.text or "").strip()
    if node.get("resource") is not None or not text:
        raise Untranslatable("脚本不在文件中", "The script is not in the file")
    if language in _FEEL_FORMATS:
        return finished(Feel(text.removeprefix("=").strip()))
    if language in _JUEL_FORMATS:
        found = juel.translate(text)
        return found if found.literal is None else literal(found.literal)
    raise Untranslatable(f"不执行 {shown(language)} 写的代码", f"Code in {shown(language)} is not run")


def _joined(opening: str, values: list[Translated], keys: list[str], closing: str) -> Translated:
    notes = notes_of_all(values)
    inner = ", ".join(f"{key}{value.feel}" for key, value in zip(keys, values, strict=True))
    if len(inner) > MAX_RESULT_CHARACTERS:
        raise Untranslatable(
            f"转换后的 FEEL 超过 {MAX_RESULT_CHARACTERS} 个字符",
            f"The FEEL that results has over {MAX_RESULT_CHARACTERS} characters",
        )
    return Translated(f"{opening}{inner}{closing}", notes=notes)
