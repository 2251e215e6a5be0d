"""`<import>`: which other models a file refers to. Source: DMN 1.5, clause 6.3.3."""

from __future__ import annotations

from lxml import etree

from engine.dmn.model import Import
from engine.dmn.reading.names import check_readable, missing_name
from engine.dmn.reading.place import Place, children, name_of, shown
from engine.dmn.reading.source import Source
from engine.dmn.reading.versions import is_dmn


def read_imports(source: Source, root: etree._Element) -> tuple[tuple[Import, ...], frozenset[str]]:
    """The imports of DMN models, and the namespaces of all that are imported, also of what is refused."""
    found: list[Import] = []
    namespaces: set[str] = set()
    for number, element in enumerate(children(root, "import"), 1):
        namespace = element.get("namespace", "").strip()
        title = name_of(element) or namespace or str(number)
        place = Place(f"导入“{shown(title)}”", f"Import {shown(title)!r}")
        namespaces.add(namespace)
        if _is_sound(source, element, namespace, place):
            found.append(Import(namespace, name_of(element), source.where(element, place)))
    return tuple(found), frozenset(namespaces - {"", source.namespace})


def _is_sound(source: Source, element: etree._Element, namespace: str, place: Place) -> bool:
    if element.get("name") is None:
        # DMN 1.1 has no names here, and says nothing of how FEEL would see what is imported.
        missing_name(source, element, place)
    elif name_of(element):
        check_readable(source, element, name_of(element), place)
    if not namespace:
        source.error(
            "missing-namespace",
            element,
            zh=f"{place.zh}没有命名空间",
            en=f"{place.en} has no namespace",
            mend_zh="填写被导入模型的 namespace",
            mend_en="Fill in the namespace of the model it imports",
        )
        return False
    if namespace == source.namespace:
        source.error(
            "import-of-itself",
            element,
            zh=f"{place.zh}导入的是本文件自己的命名空间",
            en=f"{place.en} imports the namespace of this file itself",
            mend_zh="删除该导入",
            mend_en="Remove the import",
        )
        return False
    import_type = element.get("importType", "")
    if not is_dmn(import_type):
        source.error(
            "unsupported-import",
            element,
            zh=f"{place.zh}的类型 {shown(import_type) or '（空）'} 不是 DMN 模型，不受支持",
            en=f"{place.en} is of type {shown(import_type) or '(none)'}, which is no DMN model and not supported",
            mend_zh="只导入 DMN 模型；importType 填写 DMN 的命名空间",
            mend_en="Import DMN models only, with the namespace of DMN as importType",
        )
        return False
    return True
