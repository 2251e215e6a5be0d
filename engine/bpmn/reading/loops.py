"""Whether an activity is done several times: its loop or multi-instance marker.

Source: BPMN 2.0.2, 10.2.8, tables 10.28 to 10.31.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lxml import etree

from engine.bpmn.model import (
    ComplexBehavior,
    EventDefinition,
    Loop,
    MultiInstanceBehavior,
    MultiInstanceLoop,
    StandardLoop,
)
from engine.bpmn.reading.attributes import (
    bpmn_children,
    check_attributes,
    dangling,
    integer,
    is_true,
    pass_over,
    reference,
    without_effect,
)
from engine.bpmn.reading.data import item_name
from engine.bpmn.reading.data_associations import DataAssociation
from engine.bpmn.reading.declarations import Declarations
from engine.bpmn.reading.events import IMPLICIT_THROW, is_event_child, read_event_reference, read_events
from engine.bpmn.reading.expressions import feel_text
from engine.bpmn.reading.extensions import (
    MultiInstanceExtension,
    read_multi_instance,
    refuse_duplicate,
    refuse_extensions,
)
from engine.bpmn.reading.place import line_of
from engine.bpmn.reading.refusals import Refusal
from engine.bpmn.reading.sink import FindingSink

LOOPS = frozenset({"standardLoopCharacteristics", "multiInstanceLoopCharacteristics"})

_MULTI_INSTANCE_ATTRIBUTES = frozenset(
    {"isSequential", "behavior", "oneBehaviorEventRef", "noneBehaviorEventRef"}
)
_IN_PARTS = Refusal(
    "由多个赋值（assignment）组成的多实例集合或结果项",
    "a collection or an item of a multi-instance activity that several assignments put together",
    "集合与结果项各是一个表达式的值",
    "each is the value of one expression",
    "请改用一个 transformation，或 gov:multiInstance",
    "Use one transformation, or gov:multiInstance",
)
_TRANSFORMED_OUTPUT = Refusal(
    "多实例结果集合上的转换（transformation、assignment）",
    "a transformation or assignment of what a multi-instance activity collects",
    "结果按项收集成列表",
    "the results are collected item by item into a list",
    "请在 outputDataItem 或 gov:multiInstance 的 outputItem 里转换，或在其后的脚本任务里转换",
    "Transform each item in outputItem of gov:multiInstance, or the list in a script task behind",
)


@dataclass(slots=True)
class _Marker:
    """What the children of a multi-instance marker say."""

    cardinality: str | None = None
    collection_ref: str | None = None
    output_ref: str | None = None
    item_id: str | None = None
    item: str | None = None
    output_id: str | None = None
    output: str | None = None
    behaviors: list[ComplexBehavior] = field(default_factory=list)
    completion: str | None = None


def read_loop(
    local: str,
    element: etree._Element,
    *,
    associations: list[DataAssociation],
    declared: Declarations,
    sink: FindingSink,
) -> Loop:
    """`associations` are those of the activity. One that fills the collection, or takes the results,
    belongs to the marker and is taken out; the others are done in each instance."""
    if local == "standardLoopCharacteristics":
        return _standard_loop(element, sink)
    return _multi_instance(element, associations, declared, sink)


def _standard_loop(element: etree._Element, sink: FindingSink) -> StandardLoop:
    check_attributes(element, consumed=frozenset({"testBefore", "loopMaximum"}), sink=sink)
    refuse_extensions(element, sink)
    condition: str | None = None
    for local, child in bpmn_children(element, sink):
        if local == "loopCondition":
            condition = feel_text(child, sink)
        else:
            pass_over(local, child, sink)
    return StandardLoop(
        test_before=is_true(element, "testBefore", default=False),
        condition=condition,
        maximum=_maximum(element, sink),
        line=line_of(element),
    )


def _maximum(element: etree._Element, sink: FindingSink) -> int | None:
    if element.get("loopMaximum") is None:
        return None
    return integer(element, "loopMaximum", default=1, sink=sink)


def _multi_instance(
    element: etree._Element,
    associations: list[DataAssociation],
    declared: Declarations,
    sink: FindingSink,
) -> MultiInstanceLoop:
    check_attributes(element, consumed=_MULTI_INSTANCE_ATTRIBUTES, sink=sink)
    ours = read_multi_instance(element, sink)
    marker = _read_marker(element, declared, sink)
    if ours is not None:
        _refuse_said_twice(element, ours, marker, sink)
    behavior = _behavior(element)
    loop = MultiInstanceLoop(
        is_sequential=is_true(element, "isSequential", default=False),
        cardinality=marker.cardinality,
        collection=_collection(element, marker, associations, declared, sink),
        item=marker.item,
        output_collection=_output_collection(element, marker, associations, declared, sink),
        output_item=_output_item(element, marker, associations, sink),
        completion_condition=marker.completion,
        behavior=behavior,
        event=_behavior_event(element, behavior, declared, sink),
        complex_behaviors=_complex(element, marker, behavior, sink),
        line=line_of(element),
    )
    if ours is None:
        return loop
    return replace(
        loop,
        collection=ours.collection or loop.collection,
        item=ours.item or loop.item,
        output_collection=ours.output_collection or loop.output_collection,
        output_item=ours.output_item or loop.output_item,
    )


def _read_marker(element: etree._Element, declared: Declarations, sink: FindingSink) -> _Marker:
    marker = _Marker()
    for local, child in bpmn_children(element, sink):
        match local:
            case "loopCardinality":
                marker.cardinality = feel_text(child, sink)
            case "loopDataInputRef":
                marker.collection_ref = reference(child, child.text, sink)
            case "loopDataOutputRef":
                marker.output_ref = reference(child, child.text, sink)
            case "inputDataItem":
                marker.item_id = (child.get("id") or "").strip()
                marker.item = item_name(child, declared, sink)
            case "outputDataItem":
                marker.output_id = (child.get("id") or "").strip()
                marker.output = item_name(child, declared, sink)
            case "complexBehaviorDefinition":
                marker.behaviors.extend(_read_complex_behavior(child, declared, sink))
            case "completionCondition":
                marker.completion = feel_text(child, sink)
            case _:
                pass_over(local, child, sink)
    return marker


def _refuse_said_twice(
    element: etree._Element, ours: MultiInstanceExtension, marker: _Marker, sink: FindingSink
) -> None:
    for name, mine, standard in (
        ("loopDataInputRef / gov:multiInstance collection", ours.collection, marker.collection_ref),
        ("inputDataItem / gov:multiInstance item", ours.item, marker.item_id),
        ("loopDataOutputRef / gov:multiInstance outputCollection", ours.output_collection, marker.output_ref),
        ("outputDataItem / gov:multiInstance outputItem", ours.output_item, marker.output_id),
    ):
        if mine is not None and standard is not None:
            refuse_duplicate(element, name, sink)


# --- data ----------------------------------------------------------------------------------------


def _collection(
    element: etree._Element,
    marker: _Marker,
    associations: list[DataAssociation],
    declared: Declarations,
    sink: FindingSink,
) -> str | None:
    """A data input is filled by an association; then its source is the collection itself, which is
    evaluated before there are instances that could have inputs."""
    if marker.collection_ref is None:
        return None
    for association in associations:
        if association.is_input and association.target_id == marker.collection_ref:
            associations.remove(association)
            return _only_source(association, element, sink)
    return _name_of(element, marker.collection_ref, "loopDataInputRef", declared, sink)


def _output_collection(
    element: etree._Element,
    marker: _Marker,
    associations: list[DataAssociation],
    declared: Declarations,
    sink: FindingSink,
) -> str | None:
    if marker.output_ref is None:
        return None
    for association in associations:
        if not association.is_input and association.source_id == marker.output_ref:
            associations.remove(association)
            if not association.is_copy:
                sink.not_supported(element, _TRANSFORMED_OUTPUT)
            return association.target
    return _name_of(element, marker.output_ref, "loopDataOutputRef", declared, sink)


def _output_item(
    element: etree._Element, marker: _Marker, associations: list[DataAssociation], sink: FindingSink
) -> str | None:
    """An association that leads to the item says what it is."""
    if marker.output_id is None:
        return None
    for association in associations:
        if not association.is_input and association.target_id == marker.output_id:
            associations.remove(association)
            return _only_source(association, element, sink)
    return marker.output


def _only_source(association: DataAssociation, element: etree._Element, sink: FindingSink) -> str | None:
    if len(association.mappings) == 1:
        return association.mappings[0].source.removeprefix("=")
    sink.not_supported(element, _IN_PARTS)
    return None


def _name_of(
    element: etree._Element, data_id: str, what: str, declared: Declarations, sink: FindingSink
) -> str | None:
    item = declared.data.get(data_id)
    if item is None or item.owner not in [*element.iterancestors()]:
        dangling(element, data_id, f"数据（{what}）", f"data that can be seen here ({what})", sink)
        return None
    return item.name


# --- events --------------------------------------------------------------------------------------


def _behavior(element: etree._Element) -> MultiInstanceBehavior:
    text = (element.get("behavior") or "").strip()
    known = {behavior.value: behavior for behavior in MultiInstanceBehavior}
    return known.get(text, MultiInstanceBehavior.ALL)


def _behavior_event(
    element: etree._Element, behavior: MultiInstanceBehavior, declared: Declarations, sink: FindingSink
) -> EventDefinition | None:
    found: EventDefinition | None = None
    for attribute, wanted in (
        ("noneBehaviorEventRef", MultiInstanceBehavior.NONE),
        ("oneBehaviorEventRef", MultiInstanceBehavior.ONE),
    ):
        text = element.get(attribute)
        if behavior is wanted:
            if text is not None:
                found = read_event_reference(
                    element, text, place=IMPLICIT_THROW, declared=declared, sink=sink
                )
        elif text is not None:
            without_effect(element, attribute, f"behavior 不是 {wanted}", f"behavior is not {wanted}", sink)
    return found


def _complex(
    element: etree._Element, marker: _Marker, behavior: MultiInstanceBehavior, sink: FindingSink
) -> tuple[ComplexBehavior, ...]:
    if marker.behaviors and behavior is not MultiInstanceBehavior.COMPLEX:
        why = ("behavior 不是 Complex", "behavior is not Complex")
        without_effect(element, "complexBehaviorDefinition", *why, sink)
        return ()
    return tuple(marker.behaviors)


def _read_complex_behavior(
    element: etree._Element, declared: Declarations, sink: FindingSink
) -> list[ComplexBehavior]:
    """One for each event definition of its implicit throw event."""
    check_attributes(element, consumed=frozenset(), sink=sink)
    refuse_extensions(element, sink)
    condition: str | None = None
    events: tuple[EventDefinition, ...] | None = None
    for local, child in bpmn_children(element, sink):
        if local == "condition":
            condition = feel_text(child, sink)
        elif local == "event":
            events = _implicit_throw(child, declared, sink)
        else:
            pass_over(local, child, sink)
    if events is None:
        _refuse_silent(element, sink)
    if condition is None or events is None:
        return []
    return [ComplexBehavior(condition, event, line_of(element)) for event in events]


def _implicit_throw(
    element: etree._Element, declared: Declarations, sink: FindingSink
) -> tuple[EventDefinition, ...]:
    """It carries no data: which instance it comes from, the activity's variables say."""
    check_attributes(element, consumed=frozenset(), sink=sink)
    refuse_extensions(element, sink)
    children: list[tuple[str, etree._Element]] = []
    for local, child in bpmn_children(element, sink):
        if is_event_child(local):
            children.append((local, child))
        else:
            pass_over(local, child, sink)
    if not children:
        _refuse_silent(element, sink)
    return read_events(children, node=element, place=IMPLICIT_THROW, declared=declared, sink=sink)


def _refuse_silent(element: etree._Element, sink: FindingSink) -> None:
    sink.error(
        "complex-behavior-without-event",
        element,
        "complexBehaviorDefinition 没有写抛出什么事件",
        "The complexBehaviorDefinition does not say which event it throws",
        mend_zh="请在 event 里写事件定义，例如信号",
        mend_en="Put an event definition, such as a signal, into its event",
    )
