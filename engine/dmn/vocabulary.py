"""Which elements and attributes are run, which say nothing about running, and that all others are findings.

Source: DMN 1.5 XSD (DMN15.xsd); elements of 1.2 to 1.4 are a subset.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.dmn.collector import Collector, local_name, namespace_of

MODEL_NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)
FEEL_NAMESPACES = frozenset(
    {
        "feel",
        "http://www.omg.org/spec/DMN/20180521/FEEL/",
        "https://www.omg.org/spec/DMN/20180521/FEEL/",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
        "https://www.omg.org/spec/DMN/20211108/FEEL/",
        "https://www.omg.org/spec/DMN/20230324/FEEL/",
    }
)
_HARMLESS_FOREIGN = frozenset(
    {
        "http://camunda.org/schema/modeler/1.0",  # which product the file was drawn for
        "http://bpmn.io/schema/dmn/biodi/1.0",  # column widths
        "http://bpmn.io/schema/dmn/biodi/2.0",
        "http://www.w3.org/2001/XMLSchema-instance",
        "http://www.w3.org/XML/1998/namespace",
    }
)
_LANGUAGE = frozenset({"expressionLanguage"})
_EVERYWHERE = frozenset({"id", "label"})

# Attributes that are run or checked, per element. `id` and `label` may stand everywhere.
_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "definitions": _LANGUAGE | {"name", "namespace", "typeLanguage", "exporter", "exporterVersion"},
    "decision": frozenset({"name"}),
    "inputData": frozenset({"name"}),
    "variable": frozenset({"name", "typeRef"}),
    "requiredDecision": frozenset({"href"}),
    "requiredInput": frozenset({"href"}),
    # preferredOrientation and outputLabel say only how the table is drawn.
    "decisionTable": frozenset(
        {"hitPolicy", "aggregation", "preferredOrientation", "outputLabel", "typeRef"}
    ),
    "output": frozenset({"name", "typeRef"}),
    "annotation": frozenset({"name"}),
    "inputExpression": _LANGUAGE | {"typeRef"},
    "literalExpression": _LANGUAGE | {"typeRef"},
    "defaultOutputEntry": _LANGUAGE,
    "inputEntry": _LANGUAGE,
    "outputEntry": _LANGUAGE,
    "inputValues": _LANGUAGE,
    "outputValues": _LANGUAGE,
}
# Children that are run, per element; None: the element is plain text.
_CHILDREN: Mapping[str, frozenset[str]] = {
    "definitions": frozenset({"decision", "inputData"}),
    "decision": frozenset({"variable", "informationRequirement", "decisionTable", "literalExpression"}),
    "inputData": frozenset({"variable"}),
    "informationRequirement": frozenset({"requiredDecision", "requiredInput"}),
    "decisionTable": frozenset({"input", "output", "annotation", "rule"}),
    "input": frozenset({"inputExpression", "inputValues"}),
    "output": frozenset({"outputValues", "defaultOutputEntry"}),
    "rule": frozenset({"inputEntry", "outputEntry", "annotationEntry"}),
    "inputExpression": frozenset({"text"}),
    "literalExpression": frozenset({"text"}),
    "defaultOutputEntry": frozenset({"text"}),
    "inputEntry": frozenset({"text"}),
    "outputEntry": frozenset({"text"}),
    "annotationEntry": frozenset({"text"}),
    "inputValues": frozenset({"text"}),
    "outputValues": frozenset({"text"}),
}
# Documentation and drawing: whole subtrees that do not change what a decision answers.
_DOCUMENTATION: Mapping[str, frozenset[str]] = {
    "definitions": frozenset(
        {"DMNDI", "textAnnotation", "association", "group", "knowledgeSource", "performanceIndicator"}
        | {"organizationUnit", "elementCollection"}
    ),
    "decision": frozenset(
        {"question", "allowedAnswers", "authorityRequirement", "decisionMaker", "decisionOwner"}
        | {"supportedObjective", "impactedPerformanceIndicator", "usingProcess", "usingTask"}
    ),
}


def check_vocabulary(collector: Collector, root: etree._Element) -> None:
    """A finding for every element and attribute below `root` that neither runs nor is harmless."""
    model = namespace_of(root)
    waiting = [root]
    while waiting:
        element = waiting.pop()
        name = local_name(element)
        _check_attributes(collector, element, name)
        for child in element:
            child_name = local_name(child)
            if child_name == "extensionElements" and namespace_of(child) == model:
                _check_extensions(collector, child)
            elif child_name == "description" or child_name in _DOCUMENTATION.get(name, ()):
                continue
            elif namespace_of(child) == model and child_name in _CHILDREN.get(name, ()):
                waiting.append(child)
            else:
                _refuse_element(collector, child)


def _check_attributes(collector: Collector, element: etree._Element, name: str) -> None:
    allowed = _ATTRIBUTES.get(name, frozenset()) | _EVERYWHERE
    for key, value in element.attrib.items():
        qualified = etree.QName(str(key))
        if qualified.namespace in _HARMLESS_FOREIGN:
            continue
        if qualified.namespace is not None or qualified.localname not in allowed:
            collector.error(
                "unknown-attribute",
                element,
                zh=f"属性 {qualified.localname} 在 {name} 上不会被执行",
                en=f"Attribute {qualified.localname} on {name} is not run",
                mend_zh="删除该属性",
                mend_en="Remove the attribute",
            )
        elif qualified.localname == "expressionLanguage" and str(value) not in FEEL_NAMESPACES:
            collector.error(
                "unsupported-expression-language",
                element,
                zh=f"表达式语言 {value!s} 不受支持",
                en=f"Expression language {value!s} is not supported",
                mend_zh="改用 FEEL",
                mend_en="Use FEEL",
            )


def _check_extensions(collector: Collector, extensions: etree._Element) -> None:
    for extension in extensions:
        if namespace_of(extension) not in _HARMLESS_FOREIGN:
            collector.error(
                "unknown-extension",
                extension,
                zh=f"扩展元素 {local_name(extension)} 不会被执行",
                en=f"Extension element {local_name(extension)} is not run",
                mend_zh="删除该扩展元素",
                mend_en="Remove the extension element",
            )


def _refuse_element(collector: Collector, element: etree._Element) -> None:
    name = local_name(element)
    collector.error(
        "unsupported-element",
        element,
        zh=f"元素 {name} 不受支持",
        en=f"Element {name} is not supported",
        mend_zh="改用决策表或文字表达式（literalExpression），或删除该元素",
        mend_en="Use a decision table or a literal expression instead, or remove the element",
    )
