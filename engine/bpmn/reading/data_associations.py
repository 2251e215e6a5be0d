"""Data associations of an activity or event: which mappings of variables they are.

Source: BPMN 2.0.2, 10.3.2, data associations.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.bpmn.declarations import VariableMapping
from engine.bpmn.reading.attributes import (
    bpmn_children,
    check_attributes,
    dangling,
    pass_over,
    reference,
)
from engine.bpmn.reading.declarations import DataItem, Declarations
from engine.bpmn.reading.expressions import feel_text
from engine.bpmn.reading.extensions import refuse_extensions
from engine.bpmn.reading.place import line_of
from engine.bpmn.reading.sink import FindingSink
from engine.model.variable_names import is_variable_name


@dataclass(frozen=True, slots=True)
class DataAssociation:
    """`source_id` is the only source, None if there are none or several."""

    is_input: bool
    source_id: str | None
    target_id: str
    target: str
    """The variable of the target, for an input that of the element."""
    mappings: tuple[VariableMapping, ...]
    is_copy: bool
    """Neither transformed nor assigned in parts."""


@dataclass(slots=True)
class _Parts:
    sources: list[str]
    target: str | None
    transformation: str | None
    has_transformation: bool
    assignments: list[etree._Element]


def read_association(
    element: etree._Element,
    *,
    is_input: bool,
    node: etree._Element,
    declared: Declarations,
    sink: FindingSink,
) -> DataAssociation | None:
    """None after a finding. A data store is a declared reference: nothing is read from it."""
    parts = _parts(element, sink)
    visible = [node, *node.iterancestors()]
    ends = [*parts.sources, *([parts.target] if parts.target else [])]
    if any(end in declared.stores for end in ends):
        _warn_store(element, sink)
        return None
    items = [_item(end, element, visible, declared, sink) for end in ends]
    # A flaw where the data is declared has its finding there.
    if parts.target is None or any(item is None or item.name is None for item in items):
        return None
    *sources, target = (item for item in items if item is not None)
    if is_input and target.owner is not node:
        _refuse(
            element,
            "数据输入关联的目标应是活动自己的数据输入",
            "Expected the target of a dataInputAssociation to be a data input of the activity itself",
            sink,
        )
        return None
    target_name = _target_name(sources, target)
    mappings = _mappings(element, parts, sources, target_name, is_input, declared, sink)
    if mappings is None:
        return None
    return DataAssociation(
        is_input,
        parts.sources[0] if len(parts.sources) == 1 else None,
        parts.target,
        target_name or "",
        mappings,
        not parts.has_transformation and not parts.assignments,
    )


def _parts(element: etree._Element, sink: FindingSink) -> _Parts:
    check_attributes(element, consumed=frozenset(), sink=sink)
    refuse_extensions(element, sink)
    parts = _Parts([], None, None, False, [])
    for local, child in bpmn_children(element, sink):
        if local == "sourceRef":
            parts.sources.append(reference(child, child.text, sink) or "")
        elif local == "targetRef":
            parts.target = reference(child, child.text, sink)
        elif local == "transformation":
            parts.has_transformation = True
            parts.transformation = feel_text(child, sink)
        elif local == "assignment":
            parts.assignments.append(child)
        else:
            pass_over(local, child, sink)
    return parts


def _item(
    item_id: str,
    element: etree._Element,
    visible: list[etree._Element],
    declared: Declarations,
    sink: FindingSink,
) -> DataItem | None:
    item = declared.data.get(item_id)
    if item is None:
        dangling(element, item_id, "数据", "data", sink)
        return None
    if item.owner not in visible:
        dangling(element, item_id, "在此可见的数据", "data that can be seen here", sink)
        return None
    return item


def _target_name(sources: list[DataItem], target: DataItem) -> str | None:
    """The whole activity takes the data under the name that it has."""
    if not target.stands_for_activity:
        return target.name
    return sources[0].name if len(sources) == 1 else None


def _mappings(
    element: etree._Element,
    parts: _Parts,
    sources: list[DataItem],
    target: str | None,
    is_input: bool,
    declared: Declarations,
    sink: FindingSink,
) -> tuple[VariableMapping, ...] | None:
    line = line_of(element)
    if parts.assignments:
        read = [_assignment(child, declared, sink) for child in parts.assignments]
        return tuple(mapping for mapping in read if mapping is not None)
    if target is None:
        _refuse(
            element,
            "数据关联应指明一个数据输入",
            "Expected the data association to lead to a data input",
            sink,
        )
        return None
    if parts.has_transformation:
        feel = parts.transformation
        return None if feel is None else (VariableMapping(f"={feel}", target, line),)
    if len(sources) == 1:
        whole = sources[0].stands_for_activity
        return (VariableMapping(f"={target if whole else sources[0].name}", target, line),)
    if not sources and not is_input:
        # Nothing is said but where the result goes: what came back under that name.
        return (VariableMapping(f"={target}", target, line),)
    _refuse(
        element,
        f"没有 transformation 的数据关联应有一个来源，但有 {len(sources)} 个",
        f"Expected one source of a data association without a transformation, but there are {len(sources)}",
        sink,
    )
    return None


def _assignment(element: etree._Element, declared: Declarations, sink: FindingSink) -> VariableMapping | None:
    check_attributes(element, consumed=frozenset(), sink=sink)
    refuse_extensions(element, sink)
    texts: dict[str, str | None] = {}
    for local, child in bpmn_children(element, sink):
        if local in ("from", "to"):
            texts[local] = feel_text(child, sink)
        else:
            pass_over(local, child, sink)
    source, target = texts.get("from"), texts.get("to")
    if source is None or target is None:
        return None
    item = declared.data.get(target)
    name = item.name if item is not None else target
    if name is not None and is_variable_name(name):
        return VariableMapping(f"={source}", name, line_of(element))
    _refuse(
        element,
        f"赋值的目标（to）应是一个变量，但写的是“{target[:60]}”",
        f'Expected the target (to) of an assignment to be a variable, but it is "{target[:60]}"',
        sink,
    )
    return None


def _warn_store(element: etree._Element, sink: FindingSink) -> None:
    sink.warning(
        "data-store-is-a-reference",
        element,
        "数据存储只作说明：流程不会从中读取，也不会写入",
        "A data store is a reference only: nothing is read from it or written to it",
        mend_zh="要读写部门的数据，请用带 gov:job 的服务任务",
        mend_en="To read or write a department's data, use a service task with gov:job",
    )


def _refuse(element: etree._Element, zh: str, en: str, sink: FindingSink) -> None:
    sink.error(
        "data-association",
        element,
        zh,
        en,
        mend_zh="请改正数据关联，或改用 <gov:input/>、<gov:output/>",
        mend_en="Mend the data association, or use <gov:input/> and <gov:output/>",
    )


def refuse_data_on_event(event: etree._Element, sink: FindingSink) -> None:
    """The finding for data associations of an event that neither brings nor takes data."""
    _refuse(
        event,
        "只有消息、信号、错误和升级事件带有数据，这里的数据关联不起作用",
        "Only message, signal, error and escalation events carry data, so this data association does nothing",
        sink,
    )
