"""What other tools write beside the standard: harmless, pointed out, or refused."""

from __future__ import annotations

import pytest

from engine.findings import Severity

from ..drawing import decision, literal
from .asking import clean, read, rules_of

GOOD = literal("1")
HARMLESS = [
    ("http://camunda.org/schema/modeler/1.0", "executionPlatform"),
    ("http://camunda.org/schema/1.0/dmn", "historyTimeToLive"),
    ("http://camunda.org/schema/1.0/dmn", "versionTag"),
    ("http://bpmn.io/schema/dmn/biodi/2.0", "width"),
    ("http://www.trisotech.com/2015/triso/modeling", "logoChoice"),
    ("http://www.trisotech.com/2016/triso/dmn", "x"),
    ("http://trisotech.com/feed", "x"),
    ("http://www.drools.org/kie/dmn/1.2", "x"),
    ("http://www.drools.org/kie/dmn/1.4", "x"),
    ("https://kie.apache.org/dmn/extensions/1.0", "x"),
    ("http://www.signavio.com/schema/dmn/1.1/", "shapeId"),
    ("http://www.w3.org/2001/XMLSchema-instance", "schemaLocation"),
]


@pytest.mark.parametrize(("namespace", "name"), HARMLESS)
def test_attributes_of_modelers_say_nothing_about_running(namespace: str, name: str) -> None:
    clean(f'<decision id="d" name="d" xmlns:t="{namespace}" t:{name}="1">{GOOD}</decision>')


@pytest.mark.parametrize(
    ("namespace", "name"),
    [
        ("http://camunda.org/schema/zeebe/1.0", "versionTag"),
        ("http://www.drools.org/kie/dmn/1.2", "ComponentsWidthsExtension"),
        ("https://products.bfs-intra.net/milestones/vr/spec/20170328/dmndi.xsd", "container"),
        ("http://www.omg.org/spec/DMN/20160719/testcase", "testCases"),
    ],
)
def test_extension_elements_of_modelers_say_nothing_about_running(namespace: str, name: str) -> None:
    clean(
        decision(
            GOOD,
            extra=f'<extensionElements><t:{name} xmlns:t="{namespace}"><t:x/></t:{name}></extensionElements>',
        )
    )


def test_what_an_unknown_tool_writes_is_one_warning_of_a_kind() -> None:
    body = "".join(
        f'<decision id="{id_}" name="{id_}" xmlns:t="urn:t" t:cache="no">'
        f"<extensionElements><t:x/></extensionElements>{GOOD}</decision>"
        for id_ in "abc"
    )

    assert rules_of(body) == [
        ("unknown-attribute", Severity.WARNING),
        ("unknown-extension", Severity.WARNING),
    ]


def test_another_attribute_of_camunda_is_pointed_out() -> None:
    body = f'<decision id="d" name="d" xmlns:c="http://camunda.org/schema/1.0/dmn" c:x="1">{GOOD}</decision>'

    assert rules_of(body) == [("unknown-attribute", Severity.WARNING)]


def with_input_variable(variable: str, *cells: str) -> str:
    rules = "".join(
        f"<rule><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>"
        for cell in cells
    )
    return decision(
        '<decisionTable xmlns:c="http://camunda.org/schema/1.0/dmn">'
        f'<input c:inputVariable="{variable}"><inputExpression><text>status</text></inputExpression></input>'
        f'<output name="y"/>{rules}</decisionTable>'
    )


def test_a_name_for_the_input_that_a_cell_uses_is_refused_at_that_cell() -> None:
    _found, findings = read(with_input_variable("cell", '"a"', "\ncell = 1", "cell = 2"))

    assert [finding.rule for finding in findings] == ["unsupported-input-variable"]
    (finding,) = findings
    assert finding.is_error
    assert finding.line == 2
    assert finding.en == (
        "Decision 'd', input 1 calls its value 'cell', which rule 2 uses, but the standard has no such name"
    )
    assert "?" in finding.mend_en


@pytest.mark.parametrize(
    ("variable", "cell"), [("cell", "cells = 1"), ("cell", '"a"'), ("status", "status = 1"), ("", "x")]
)
def test_a_name_for_the_input_that_changes_nothing_is_fine(variable: str, cell: str) -> None:
    assert rules_of(with_input_variable(variable, cell)) == []


def test_only_the_name_for_the_input_is_looked_for_in_cells() -> None:
    body = with_input_variable("cell", "cell = 1").replace("c:inputVariable", "c:versionTag")

    assert rules_of(body) == []


def test_functions_of_drools_that_are_feel_are_fine() -> None:
    clean(
        decision(
            f'<functionDefinition xmlns:d="http://www.drools.org/kie/dmn/1.1" d:kind="F">{GOOD}</functionDefinition>'
        )
    )


def test_drawing_and_documentation_are_no_findings() -> None:
    clean(
        "<extensionElements/><description>text</description>"
        '<textAnnotation id="t" textFormat="text/plain"><text>note</text></textAnnotation><association id="as"/>'
        '<group id="g"/><performanceIndicator id="p" name="p"><impactingDecision href="#d"/></performanceIndicator>'
        '<organizationUnit id="o" name="o"/><elementCollection id="ec" name="ec"><drgElement href="#d"/>'
        '</elementCollection><knowledgeSource id="k" name="law"><type>x</type></knowledgeSource>'
        + decision(
            GOOD,
            extra="<description>d</description><question>q</question><allowedAnswers>a</allowedAnswers>"
            '<authorityRequirement><requiredAuthority href="#k"/></authorityRequirement>'
            '<decisionMaker href="#o"/><usingTask href="urn:x"/>',
        )
        + '<businessKnowledgeModel id="b" name="b"><encapsulatedLogic>'
        + GOOD
        + '</encapsulatedLogic><authorityRequirement><requiredAuthority href="#k"/></authorityRequirement>'
        "</businessKnowledgeModel>"
        '<dmndi:DMNDI xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"><dmndi:DMNDiagram/></dmndi:DMNDI>'
    )


@pytest.mark.parametrize(
    "language",
    [
        "",
        "feel",
        "FEEL",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
        "http://www.omg.org/spec/FEEL/20140401",
    ],
)
def test_every_name_of_feel_is_understood(language: str) -> None:
    clean(decision(GOOD), attributes=f'expressionLanguage="{language}" typeLanguage="{language}"')
