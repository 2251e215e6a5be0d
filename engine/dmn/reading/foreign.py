"""What other tools write into DMN files beside the standard, and which of it says nothing about running."""

from __future__ import annotations

_NAMESPACES = frozenset(
    {
        "http://www.w3.org/2001/XMLSchema-instance",
        "http://www.w3.org/XML/1998/namespace",
        # Camunda's and bpmn.io's modelers: the product a file was drawn for, column widths, positions.
        "http://camunda.org/schema/modeler/1.0",
        "http://bpmn.io/schema/dmn/biodi/1.0",
        "http://bpmn.io/schema/dmn/biodi/2.0",
        # Trisotech: logos, how a list of values was typed in, when something was last changed.
        "http://trisotech.com/feed",
        # Apache KIE and IBM BAMOE: column widths.
        "https://kie.apache.org/dmn/extensions/1.0",
        # Actico: positions.
        "https://products.bfs-intra.net/milestones/vr/spec/20170328/dmndi.xsd",
        # Expected answers of the public conformance tests.
        "http://www.omg.org/spec/DMN/20160719/testcase",
    }
)
_NAMESPACE_FAMILIES = (
    "http://www.trisotech.com/",
    "http://www.drools.org/kie/dmn/",
    "http://www.signavio.com/schema/dmn/",
)
_CAMUNDA_NAMESPACES = ("http://camunda.org/schema/1.0/dmn", "http://camunda.org/schema/zeebe/1.0")
_CAMUNDA = frozenset({"historyTimeToLive", "versionTag", "diagramRelationId"})
"""How long a history is kept, what a version is called, which drawing a file belongs to."""


def is_harmless(namespace: str, name: str) -> bool:
    """Whether an attribute or extension element says nothing about running."""
    if namespace in _CAMUNDA_NAMESPACES:
        return name in _CAMUNDA
    return namespace in _NAMESPACES or namespace.startswith(_NAMESPACE_FAMILIES)


def changes_answers(name: str, value: str, *, element: str) -> bool:
    """Whether a foreign attribute makes its tool run the model otherwise than the standard says.

    Known: Drools' `kind` of a function, for DMN 1.1, which had no such attribute.
    """
    is_function = element in ("functionDefinition", "encapsulatedLogic")
    return name == "kind" and is_function and value.strip() not in ("F", "FEEL")


def repeats_decision(name: str) -> bool:
    """Whether an extension element is Signavio's "multi instance decision": it runs once for every item."""
    return name.lower().startswith("multiinstance")
