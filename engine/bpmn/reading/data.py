"""Data objects, properties, inputs and outputs: which variables they are.

Source: BPMN 2.0.2, 10.3 (10.3.1 data objects and properties, 10.3.2 inputs and outputs).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.reading.attributes import (
    bpmn_children,
    check_attributes,
    check_children,
    check_documentation,
    dangling,
    pass_over,
    refuse_element,
)
from engine.bpmn.reading.declarations import PLACEHOLDER, Declarations, variable_of
from engine.bpmn.reading.extensions import refuse_extensions
from engine.bpmn.reading.refusals import Refusal
from engine.bpmn.reading.sink import FindingSink
from engine.bpmn.reading.vocabulary import DOCUMENTATION

DATA_ELEMENTS = frozenset({"dataObject", "dataObjectReference", "dataStoreReference"})
"""Data among the flow elements of a process or sub-process."""

_ATTRIBUTES = frozenset({"itemSubjectRef", "isCollection", "dataObjectRef", "dataStoreRef"})
_SETS = frozenset({"inputSet", "outputSet"})
_STREAMED = frozenset({"whileExecutingInputRefs", "whileExecutingOutputRefs"})
_REFERENCES = frozenset(
    {
        "dataInputRefs",
        "optionalInputRefs",
        "outputSetRefs",
        "dataOutputRefs",
        "optionalOutputRefs",
        "inputSetRefs",
    }
)
_ONE_SET = Refusal(
    "一个活动的多组输入或输出（inputSet、outputSet）",
    "several alternative sets of inputs or outputs (inputSet, outputSet)",
    "每个活动只按一组数据关联读写",
    "an activity reads and writes by one set of data associations",
    "请合并为一个 inputSet 和一个 outputSet",
    "Merge them into one inputSet and one outputSet",
)


@dataclass(slots=True)
class VariableNames:
    """The variables that one container or node declares, in document order."""

    names: dict[str, None] = field(default_factory=dict)
    """Keys only: ordered, and quick to search in a file of many."""

    def add(self, name: str, element: etree._Element, sink: FindingSink) -> None:
        if name not in self.names:
            self.names[name] = None
            return
        sink.error(
            "data-name-duplicate",
            element,
            f"同一层里已有名为“{name}”的数据，两者会是同一个变量",
            f'Other data of the same level is called "{name}" already, so both would be one variable',
            mend_zh="请改名，或用数据对象引用（dataObjectReference）指向同一个数据对象",
            mend_en="Rename one, or let a dataObjectReference point to the other",
        )


def read_flow_data(
    local: str, element: etree._Element, into: VariableNames, declared: Declarations, sink: FindingSink
) -> None:
    """A data object, or a reference to one or to a data store (DATA_ELEMENTS)."""
    _check(element, sink)
    if local == "dataObject":
        _declare(element, into, declared, sink)
    elif local == "dataObjectReference":
        _check_reference(element, declared, sink)


def read_property(
    element: etree._Element, into: VariableNames, declared: Declarations, sink: FindingSink
) -> None:
    _check(element, sink)
    if element.get("name") != PLACEHOLDER:
        _declare(element, into, declared, sink)


def read_io_specification(
    element: etree._Element, into: VariableNames, declared: Declarations, sink: FindingSink
) -> None:
    """The inputs and outputs of an activity, process or global task.

    `into` takes their names. Those of an activity are no variables of their own: data associations
    say what they hold.
    """
    check_attributes(element, consumed=frozenset(), sink=sink)
    refuse_extensions(element, sink)
    sets: dict[str, int] = {}
    for local, child in bpmn_children(element, sink):
        if local in ("dataInput", "dataOutput"):
            read_io_item(child, into, declared, sink)
        elif local in _SETS:
            read_io_set(child, sink)
            sets[local] = sets.get(local, 0) + 1
        else:
            pass_over(local, child, sink)
    if max(sets.values(), default=0) > 1:
        sink.not_supported(element, _ONE_SET)


def read_io_item(
    element: etree._Element, into: VariableNames, declared: Declarations, sink: FindingSink
) -> None:
    """A dataInput or dataOutput. One that is both an input and an output is one variable."""
    _check(element, sink)
    name = variable_of(element, declared)
    if name is None:
        _refuse_name(element, sink)
    else:
        into.names.setdefault(name)


def read_io_set(element: etree._Element, sink: FindingSink) -> None:
    """Repeats which inputs or outputs there are. That a required one is missing stops nobody here:
    the rules and the expressions decide what null means."""
    check_attributes(element, consumed=frozenset(), sink=sink)
    refuse_extensions(element, sink)
    for local, child in bpmn_children(element, sink):
        if local in DOCUMENTATION:
            check_documentation(child, sink)
        elif local in _STREAMED or local not in (*_REFERENCES, "extensionElements"):
            refuse_element(child, sink)


def item_name(element: etree._Element, declared: Declarations, sink: FindingSink) -> str | None:
    """The variable of an inputDataItem or outputDataItem."""
    _check(element, sink)
    name = variable_of(element, declared)
    if name is None:
        _refuse_name(element, sink)
    return name


def _check(element: etree._Element, sink: FindingSink) -> None:
    check_attributes(element, consumed=_ATTRIBUTES, sink=sink)
    refuse_extensions(element, sink)
    check_children(element, sink)


def _declare(element: etree._Element, into: VariableNames, declared: Declarations, sink: FindingSink) -> None:
    name = variable_of(element, declared)
    if name is None:
        _refuse_name(element, sink)
    else:
        into.add(name, element, sink)


def _check_reference(element: etree._Element, declared: Declarations, sink: FindingSink) -> None:
    object_id = (element.get("dataObjectRef") or "").strip()
    item = declared.data.get(object_id)
    if item is None:
        dangling(element, object_id or "dataObjectRef", "数据对象", "data object", sink)
    elif item.owner is not None and item.owner not in list(element.iterancestors()):
        dangling(element, object_id, "在此可见的数据对象", "data object that can be seen here", sink)


def _refuse_name(element: etree._Element, sink: FindingSink) -> None:
    sink.error(
        "data-name",
        element,
        "数据的 name 和 id 都不能作变量名，表达式无法引用它",
        "Neither the name nor the id of the data can be the name of a variable, "
        "so no expression could refer to it",
        mend_zh="请改名：文字、数字、下划线，不以数字开头，不含空格，也不是 FEEL 关键字",
        mend_en="Rename it: letters, digits and underscores, not beginning with a digit, "
        "without spaces, no FEEL keyword",
    )
