"""Tables: what of a file is read, what says nothing about running. All the rest is a finding.

Source: DMN 1.5 XSD (DMN15.xsd), of which DMN 1.1 to 1.4 are subsets as far as elements and attributes go.
"""

from __future__ import annotations

from collections.abc import Mapping

EXPRESSIONS = frozenset(
    {"literalExpression", "decisionTable", "context", "invocation", "list", "relation"}
    | {"functionDefinition", "conditional", "filter", "for", "every", "some"}
)
_LANGUAGE = frozenset({"expressionLanguage"})
_TYPED = frozenset({"typeRef"})
_NAMED = frozenset({"name", "typeRef"})
_HREF = frozenset({"href"})
_NONE: frozenset[str] = frozenset()
_TEXT = frozenset({"text"})

ATTRIBUTES_EVERYWHERE = frozenset({"id", "label"})
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "definitions": _LANGUAGE | {"name", "namespace", "typeLanguage", "exporter", "exporterVersion"},
    "import": frozenset({"name", "namespace", "locationURI", "importType"}),
    "itemDefinition": frozenset({"name", "isCollection", "typeLanguage"}),
    "itemComponent": frozenset({"name", "isCollection", "typeLanguage"}),
    "functionItem": frozenset({"outputTypeRef"}),
    "decision": frozenset({"name"}),
    "businessKnowledgeModel": frozenset({"name"}),
    "decisionService": frozenset({"name"}),
    "inputData": frozenset({"name"}),
    "decisionService/inputData": _HREF,
    "requiredDecision": _HREF,
    "requiredInput": _HREF,
    "requiredKnowledge": _HREF,
    "outputDecision": _HREF,
    "encapsulatedDecision": _HREF,
    "inputDecision": _HREF,
    "variable": _NAMED,
    "parameter": _NAMED,
    "parameters": _NAMED,
    "formalParameter": _NAMED,
    "column": _NAMED,
    "literalExpression": _LANGUAGE | _TYPED,
    "context": _TYPED,
    "invocation": _TYPED,
    "list": _TYPED,
    "relation": _TYPED,
    "row": _TYPED,
    "functionDefinition": _TYPED | {"kind"},
    "encapsulatedLogic": _TYPED | {"kind"},
    "conditional": _TYPED,
    "filter": _TYPED,
    "for": _TYPED | {"iteratorVariable"},
    "every": _TYPED | {"iteratorVariable"},
    "some": _TYPED | {"iteratorVariable"},
    "in": _TYPED,
    "filter/in": _NONE,
    # preferredOrientation and outputLabel say only how the table is drawn.
    "decisionTable": _TYPED | {"hitPolicy", "aggregation", "preferredOrientation", "outputLabel"},
    "output": _NAMED,
    "annotation": frozenset({"name"}),
    "inputExpression": _LANGUAGE | _TYPED,
    "defaultOutputEntry": _LANGUAGE | _TYPED,
    "outputEntry": _LANGUAGE | _TYPED,
    # The type of tests is always boolean.
    "inputEntry": _LANGUAGE | _TYPED,
    "inputValues": _LANGUAGE | _TYPED,
    "outputValues": _LANGUAGE | _TYPED,
    "allowedValues": _LANGUAGE | _TYPED,
    "typeConstraint": _LANGUAGE | _TYPED,
}
"""Unqualified ones, by element, or by parent and element where it matters which."""

_TYPE = frozenset({"typeRef", "itemComponent", "functionItem", "allowedValues", "typeConstraint"})
CHILDREN: Mapping[str, frozenset[str]] = {
    "definitions": frozenset(
        {"import", "itemDefinition", "inputData", "decision", "businessKnowledgeModel", "decisionService"}
    ),
    "itemDefinition": _TYPE,
    "itemComponent": _TYPE,
    "functionItem": frozenset({"parameters"}),
    "inputData": frozenset({"variable"}),
    "decisionService/inputData": _NONE,
    "decision": EXPRESSIONS | {"variable", "informationRequirement", "knowledgeRequirement"},
    "businessKnowledgeModel": frozenset({"variable", "encapsulatedLogic", "knowledgeRequirement"}),
    "decisionService": frozenset(
        {"variable", "outputDecision", "encapsulatedDecision", "inputDecision", "inputData"}
    ),
    "informationRequirement": frozenset({"requiredDecision", "requiredInput"}),
    "knowledgeRequirement": frozenset({"requiredKnowledge"}),
    "literalExpression": _TEXT,
    "context": frozenset({"contextEntry"}),
    "contextEntry": EXPRESSIONS | {"variable"},
    "invocation": EXPRESSIONS | {"binding"},
    "binding": EXPRESSIONS | {"parameter"},
    "list": EXPRESSIONS,
    "relation": frozenset({"column", "row"}),
    "row": EXPRESSIONS,
    "functionDefinition": EXPRESSIONS | {"formalParameter"},
    "encapsulatedLogic": EXPRESSIONS | {"formalParameter"},
    "conditional": frozenset({"if", "then", "else"}),
    "filter": frozenset({"in", "match"}),
    "for": frozenset({"in", "return"}),
    "every": frozenset({"in", "satisfies"}),
    "some": frozenset({"in", "satisfies"}),
    "if": EXPRESSIONS,
    "then": EXPRESSIONS,
    "else": EXPRESSIONS,
    "in": EXPRESSIONS,
    "match": EXPRESSIONS,
    "return": EXPRESSIONS,
    "satisfies": EXPRESSIONS,
    "decisionTable": frozenset({"input", "output", "annotation", "rule"}),
    "input": frozenset({"inputExpression", "inputValues"}),
    "output": frozenset({"outputValues", "defaultOutputEntry"}),
    "rule": frozenset({"inputEntry", "outputEntry", "annotationEntry"}),
    "inputExpression": _TEXT,
    "defaultOutputEntry": _TEXT,
    "inputEntry": _TEXT,
    "outputEntry": _TEXT,
    "annotationEntry": _TEXT,
    "inputValues": _TEXT,
    "outputValues": _TEXT,
    "allowedValues": _TEXT,
    "typeConstraint": _TEXT,
}
"""What is read, by element as in ATTRIBUTES; an element that is not here has no children."""

_AUTHORITY = frozenset({"authorityRequirement"})
DOCUMENTATION: Mapping[str, frozenset[str]] = {
    "definitions": frozenset(
        {"textAnnotation", "association", "group", "knowledgeSource", "performanceIndicator"}
        | {"organizationUnit", "elementCollection"}
    ),
    "decision": _AUTHORITY
    | {"question", "allowedAnswers", "decisionMaker", "decisionOwner", "supportedObjective"}
    | {"impactedPerformanceIndicator", "usingProcess", "usingTask"},
    "businessKnowledgeModel": _AUTHORITY,
}
"""Whole subtrees that do not change what a decision answers; so is `description`, everywhere."""

HOLDS_TEXT = frozenset({"text", "typeRef"})
DRAWING_NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20180521/DMNDI/",
        "https://www.omg.org/spec/DMN/20191111/DMNDI/",
        "https://www.omg.org/spec/DMN/20211108/DMNDI/",
        "https://www.omg.org/spec/DMN/20230324/DMNDI/",
    }
)
