"""What the elements of a file may refer to by id, found in one pass before they are read.

Makes no findings: a declaration that is wrong is reported where it stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.model import ACTIVITY_KINDS, EventDefinition
from engine.bpmn.reading.vocabulary import B
from engine.model.variable_names import is_variable_name

PLACEHOLDER = "__targetRef_placeholder"
"""The name that bpmn.io gives a property which it needs only because an association must have an
end: it stands for the activity as a whole."""

_ACTIVITIES = frozenset(B + kind.value for kind in ACTIVITY_KINDS)
_OWN_DATA = frozenset(B + local for local in ("dataObject", "property", "dataInput", "dataOutput"))
_ITEMS = frozenset(B + local for local in ("inputDataItem", "outputDataItem"))
_STORES = frozenset(B + local for local in ("dataStore", "dataStoreReference"))
_OBJECT_REFERENCE = B + "dataObjectReference"
_IO_SPECIFICATION = B + "ioSpecification"
_TAGS = (
    *_ACTIVITIES,
    *_OWN_DATA,
    *_ITEMS,
    *_STORES,
    _OBJECT_REFERENCE,
    B + "resource",
    B + "association",
    B + "linkEventDefinition",
)


@dataclass(frozen=True, slots=True)
class DataItem:
    """A data object, a reference to one, a property, a data input or output, an item of a loop."""

    name: str | None
    """Its variable; None if neither its name nor its id can be one."""
    owner: etree._Element | None
    """The process, activity or event within which it can be seen."""
    stands_for_activity: bool = False


@dataclass(frozen=True, slots=True)
class RootEvent:
    """An event definition beside the processes, for `eventDefinitionRef`."""

    local: str
    event: EventDefinition | None


@dataclass(slots=True)
class Declarations:
    """All by id."""

    data: dict[str, DataItem] = field(default_factory=dict)
    stores: set[str] = field(default_factory=set)
    resources: dict[str, str] = field(default_factory=dict)
    """Names; the id where there is none."""
    links: dict[str, str] = field(default_factory=dict)
    """Names of link event definitions."""
    associated: dict[str, list[str]] = field(default_factory=dict)
    """The other ends of associations, whichever way they are drawn."""
    handlers: dict[str, etree._Element] = field(default_factory=dict)
    """Activities with `isForCompensation`."""
    events: dict[str, RootEvent] = field(default_factory=dict)
    """Filled by the reader, which reads root definitions before anything else."""


def declare(root: etree._Element) -> Declarations:
    """Linear in the size of the file."""
    found = Declarations()
    references: list[etree._Element] = []
    for element in root.iter(*_TAGS):
        tag = element.tag
        element_id = (element.get("id") or "").strip()
        if tag in _ACTIVITIES:
            if (element.get("isForCompensation") or "").strip() in ("true", "1"):
                found.handlers[element_id] = element
        elif tag == _OBJECT_REFERENCE:
            references.append(element)
        elif tag in _STORES:
            found.stores.add(element_id)
        elif tag in _OWN_DATA or tag in _ITEMS:
            found.data[element_id] = _data_item(element)
        elif tag == B + "association":
            _associate(element, found)
        elif tag == B + "resource":
            found.resources[element_id] = (element.get("name") or "").strip() or element_id
        else:
            found.links[element_id] = (element.get("name") or "").strip()
    _add_references(references, found)
    return found


def variable_of(element: etree._Element, declared: Declarations) -> str | None:
    """The variable that a data element stands for: its name, or else its id, if that can be one."""
    element_id = (element.get("id") or "").strip()
    known = declared.data.get(element_id) if element_id else None
    return known.name if known is not None else _usable(element)


def _data_item(element: etree._Element) -> DataItem:
    owner = element.getparent()
    if owner is not None and (owner.tag == _IO_SPECIFICATION or element.tag in _ITEMS):
        owner = owner.getparent()
    is_placeholder = element.tag == B + "property" and element.get("name") == PLACEHOLDER
    return DataItem(_usable(element), owner, stands_for_activity=is_placeholder)


def _usable(element: etree._Element) -> str | None:
    for attribute in ("name", "id"):
        text = (element.get(attribute) or "").strip()
        if is_variable_name(text):
            return text
    return None


def _associate(element: etree._Element, found: Declarations) -> None:
    ends = [(element.get(name) or "").strip().rpartition(":")[2] for name in ("sourceRef", "targetRef")]
    found.associated.setdefault(ends[0], []).append(ends[1])
    found.associated.setdefault(ends[1], []).append(ends[0])


def _add_references(references: list[etree._Element], found: Declarations) -> None:
    """Tools such as bpmn.io name the reference and leave the data object nameless."""
    for reference in references:
        object_id = (reference.get("dataObjectRef") or "").strip()
        item = found.data.get(object_id)
        name = (reference.get("name") or "").strip()
        if item is not None and item.name in (None, object_id) and is_variable_name(name):
            found.data[object_id] = DataItem(name, item.owner)
    for reference in references:
        item = found.data.get((reference.get("dataObjectRef") or "").strip())
        if item is not None:
            found.data[(reference.get("id") or "").strip()] = item
