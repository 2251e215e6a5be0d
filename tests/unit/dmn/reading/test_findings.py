"""Everything that is wrong with a drawing is found at once, in both languages, with a way to mend it."""

from __future__ import annotations

import pytest

from engine.dmn.reading import read_definitions

from ..drawing import decision, definitions, literal, requires, table
from .asking import FILE, read

GOOD = literal("1")
DMN = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def entries(*names: str) -> str:
    return "".join(f'<contextEntry><variable name="{name}"/>{GOOD}</contextEntry>' for name in names)


def importing(**attributes: str) -> str:
    written = {"name": "b", "namespace": "urn:b", "importType": DMN} | attributes
    return f"<import {' '.join(f'{key}={value!r}' for key, value in written.items() if value != '-')}/>"


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        ("unsupported-hit-policy", decision(table(["x"], ["y"], [], attributes='hitPolicy="LAST"'))),
        ("misplaced-aggregation", decision(table(["x"], ["y"], [], attributes='aggregation="SUM"'))),
        (
            "misplaced-aggregation",
            decision(table(["x"], ["y", "z"], [], attributes='hitPolicy="COLLECT" aggregation="SUM"')),
        ),
        (
            "unsupported-aggregation",
            decision(table(["x"], ["y"], [], attributes='hitPolicy="COLLECT" aggregation="AVG"')),
        ),
        ("rule-width", decision(table(["x"], ["y"], [["1"]]))),
        ("rule-width", decision(table(["x"], ["y"], [["1", "2", "3"]]))),
        ("missing-output", decision(table(["x"], [], []))),
        ("output-name", decision(table(["x"], ["y", "y"], []))),
        ("output-name", decision(table(["x"], ["<output/>", "y"], []))),
        ("missing-input-expression", decision("<decisionTable><input/><output/></decisionTable>")),
        ("empty-expression", decision(table([" "], ["y"], []))),
        (
            "empty-expression",
            decision("<decisionTable><input><inputExpression/></input><output/></decisionTable>"),
        ),
        ("empty-expression", decision(table(["x"], ["<output><defaultOutputEntry/></output>"], []))),
        ("empty-expression", decision(literal(" "))),
        ("several-decision-logics", decision(GOOD + GOOD)),
        ("several-expressions", decision(f"<context><contextEntry>{GOOD}{GOOD}</contextEntry></context>")),
        (
            "misplaced-result",
            decision(f"<context><contextEntry>{GOOD}</contextEntry>{entries('a')}</context>"),
        ),
        ("unknown-function-kind", decision(f'<functionDefinition kind="JS">{GOOD}</functionDefinition>')),
        ("relation-width", decision(f'<relation><column name="a"/><row>{GOOD}{GOOD}</row></relation>')),
        ("missing-name", decision(GOOD) + '<inputData id="i"/>'),
        ("missing-name", decision(GOOD) + '<businessKnowledgeModel id="b"/>'),
        ("missing-name", decision(GOOD) + '<decisionService id="s"/>'),
        ("missing-name", f'<decision id="d"><relation><column/><row>{GOOD}</row></relation></decision>'),
        ("missing-name", decision(f"<invocation>{GOOD}<binding/></invocation>")),
        ("missing-name", decision(f"<invocation>{GOOD}<binding><parameter/></binding></invocation>")),
        ("missing-name", decision(f"<functionDefinition><formalParameter/>{GOOD}</functionDefinition>")),
        ("missing-name", decision(f"<for><in>{GOOD}</in><return>{GOOD}</return></for>")),
        ("missing-name", decision(GOOD) + importing(name="-")),
        ("missing-id", decision(GOOD, id_="x", name="a") + f'<decision name="x">{GOOD}</decision>'),
        ("duplicate-id", decision(GOOD) + decision(GOOD, name="other")),
        ("duplicate-name", decision(GOOD, id_="a", name="n") + decision(GOOD, id_="b", name="n")),
        ("duplicate-name", decision(GOOD, id_="a", name="n") + '<inputData id="b" name="n"/>'),
        ("duplicate-name", decision(GOOD, id_="a", name="b") + importing()),
        (
            "duplicate-name",
            decision(GOOD, id_="a", name="n") + decision(GOOD, id_="b", extra='<variable name="n"/>'),
        ),
        ("duplicate-name", decision(f"<context>{entries('a', 'a')}</context>")),
        (
            "duplicate-name",
            decision(
                f'<functionDefinition><formalParameter name="a"/><formalParameter name="a"/>{GOOD}</functionDefinition>'
            ),
        ),
        (
            "duplicate-name",
            decision(
                f'<invocation>{GOOD}<binding><parameter name="a"/></binding>'
                '<binding><parameter name="a"/></binding></invocation>'
            ),
        ),
        ("duplicate-name", decision('<relation><column name="a"/><column name=" a"/></relation>')),
        ("no-decision", "<description>nothing</description>"),
        ("dangling-reference", decision(GOOD, extra=requires("nobody"))),
        ("dangling-reference", decision(GOOD, extra=requires("d2", kind="Input")) + decision(GOOD, id_="d2")),
        (
            "dangling-reference",
            decision(
                GOOD,
                extra="<informationRequirement><requiredDecision href='urn:c#x'/></informationRequirement>",
            ),
        ),
        (
            "dangling-reference",
            decision(
                GOOD, extra='<knowledgeRequirement><requiredKnowledge href="#d"/></knowledgeRequirement>'
            ),
        ),
        (
            "dangling-reference",
            '<inputData id="i" name="i"/>'
            '<decisionService id="s" name="s"><outputDecision href="#i"/></decisionService>',
        ),
        (
            "dangling-reference",
            decision(GOOD)
            + '<decisionService id="s" name="s"><outputDecision href="#d"/><inputData href="#d"/></decisionService>',
        ),
        ("requirement-cycle", decision(GOOD, extra=requires("d"))),
        ("missing-namespace", decision(GOOD) + importing(namespace="-")),
        ("unsupported-import", decision(GOOD) + importing(importType="http://www.dmg.org/PMML-4_2")),
        ("unsupported-import", decision(GOOD) + importing(importType="-")),
        ("import-of-itself", decision(GOOD) + importing(namespace="urn:test")),
        ("unsupported-element", decision(GOOD) + "<informationItem name='x'/>"),
        ("unsupported-element", decision("<list><text>1</text></list>")),
        ("unsupported-element", decision(GOOD) + '<x:decision id="x" name="x" xmlns:x="urn:x"/>'),
        (
            "unsupported-element",
            decision("<literalExpression><text>1</text><importedValues/></literalExpression>"),
        ),
        ("unsupported-element", decision(f"{GOOD}<DMNDI/>")),
        ("unknown-attribute", '<decision id="d" name="d" priority="1">' + GOOD + "</decision>"),
        ("unknown-attribute", '<inputData id="i" name="i" href="#i"/>'),
        (
            "unknown-attribute",
            decision(f'<filter><in typeRef="number">{GOOD}</in><match>{GOOD}</match></filter>'),
        ),
        (
            "unknown-attribute",
            decision(
                '<functionDefinition xmlns:d="http://www.drools.org/kie/dmn/1.1" d:kind="J">'
                f"{GOOD}</functionDefinition>"
            ),
        ),
        (
            "unknown-extension",
            decision(
                GOOD,
                extra='<extensionElements><s:MultiInstanceDecision xmlns:s="http://www.signavio.com/schema/dmn/1.1/"/>'
                "</extensionElements>",
            ),
        ),
        (
            "unsupported-expression-language",
            decision('<literalExpression expressionLanguage="juel"><text>1</text></literalExpression>'),
        ),
        (
            "unsupported-expression-language",
            '<itemDefinition id="t" name="t" typeLanguage="http://www.w3.org/2001/XMLSchema">'
            "<typeRef>xs:int</typeRef></itemDefinition>",
        ),
    ],
)
def test_what_cannot_run_is_refused_in_both_languages_with_a_way_to_mend_it(rule: str, body: str) -> None:
    _definitions, findings = read(body)

    errors = [finding for finding in findings if finding.is_error]
    assert {finding.rule for finding in errors} == {rule}
    for finding in errors:
        assert finding.zh and finding.en and finding.mend_zh and finding.mend_en
        assert finding.line is not None
        assert finding.element_id
        assert finding.file == FILE


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        ("missing-name", '<decision id="d">' + GOOD + "</decision>"),
        ("service-without-output", '<decisionService id="s" name="s"/>' + decision(GOOD)),
        ("stray-text", decision(f"1 + 1{GOOD}")),
        ("stray-text", decision(f"<context>{entries('a')}oops</context>")),
        ("unreadable-name", '<inputData id="i" name="1st"/>'),
        ("unreadable-name", '<inputData id="i" name="金额（元）"/>'),
        ("unreadable-name", decision(f"<context>{entries('a &quot;b&quot;')}</context>")),
        (
            "unreadable-name",
            decision(f'<for iteratorVariable="a(b)"><in>{GOOD}</in><return>{GOOD}</return></for>'),
        ),
        ("unreadable-name", decision(GOOD) + importing(name="a=b")),
        (
            "unreadable-name",
            decision(f'<functionDefinition><formalParameter name="1a"/>{GOOD}</functionDefinition>'),
        ),
        ("unreadable-name", decision(GOOD, id_="a", name="x (y)") + decision(GOOD, extra=requires("a"))),
    ],
)
def test_what_runs_but_may_not_be_meant_is_a_warning(rule: str, body: str) -> None:
    _definitions, findings = read(body)

    assert [(finding.rule, finding.is_error) for finding in findings] == [(rule, False)]
    (finding,) = findings
    assert finding.zh and finding.en and finding.mend_zh and finding.mend_en


@pytest.mark.parametrize(
    "name", ["a b", "费用/天", "x - y's", "r-1.5+a*b", "_x", "?", "é", "Pre-bureau risk"]
)
def test_names_that_feel_can_read_are_fine(name: str) -> None:
    _definitions, findings = read(f'<inputData id="i" name="{name}"/>')

    assert findings == []


def test_a_decision_that_nobody_requires_may_have_any_name() -> None:
    _definitions, findings = read(decision(GOOD, name="派遣（一级）"))

    assert findings == []


def test_all_findings_come_at_once_in_the_order_of_what_is_asked() -> None:
    body = (
        decision(table(["", "x"], ["y"], [["1"]], attributes='hitPolicy="LAST"'), id_="a")
        + decision(literal(""), id_="b", extra=requires("c"))
        + decision(literal("1"), id_="c", extra=requires("b"))
        + "<informationItem/>"
    )

    _definitions, findings = read(body)

    assert [finding.rule for finding in findings] == [
        "unsupported-element",
        "unsupported-hit-policy",
        "empty-expression",
        "rule-width",
        "empty-expression",
        "requirement-cycle",
        "requirement-cycle",
    ]


def test_a_finding_about_a_cell_says_table_rule_column_and_line() -> None:
    _definitions, findings = read(decision(table(["x"], ["y"], [["1", "2"], ["1", ""]]), name="派遣"))

    (finding,) = findings
    assert finding.line == 4
    assert finding.zh == "决策“派遣”第 2 条规则输出第 1 列为空，结果为 null"
    assert finding.en == "Decision '派遣', rule 2, output 1 is empty and answers null"


ONE = f'<literalExpression id="one">{"<text>1</text>"}</literalExpression>'
TWO = ONE.replace("one", "two")
DEFAULT = "<output><defaultOutputEntry><text>1</text></defaultOutputEntry></output>"


@pytest.mark.parametrize(
    ("body", "en", "element_id"),
    [
        (decision(table([], ["<output/>", "y"], [])), "Decision 'd', output 1 has no name", "d"),
        (
            decision(table([], ["y", "y"], [])),
            "Decision 'd', output 2 has a name that is used twice",
            "d",
        ),
        (
            decision(f"<relation><column/><row>{ONE}</row></relation>"),
            "Decision 'd', column 1 has no name",
            "d",
        ),
        (
            decision(f"<invocation>{GOOD}<binding><parameter/></binding></invocation>"),
            "Decision 'd', parameter 1 has no name",
            "d",
        ),
        (
            decision(f"<context><contextEntry><variable/>{ONE}</contextEntry></context>"),
            "Decision 'd', entry 1 has no name",
            "d",
        ),
        (
            decision(f"<context><contextEntry>{ONE}{TWO}</contextEntry></context>"),
            "Decision 'd', result entry has 2 expressions, but can have one",
            "two",
        ),
        (decision(ONE + TWO), "Decision 'd' has more than one decision logic", "two"),
        (
            decision(GOOD) + importing(importType="x", name=""),
            "Import 'urn:b' is of type x, which is no DMN model and not supported",
            "defs",
        ),
        (decision(GOOD) + importing(namespace="-", name=""), "Import '1' has no namespace", "defs"),
        (
            decision(GOOD, id_="a", name="n") + '<inputData id="b" name="n"/>',
            "Decision 'n' has the name 'n', as has Input data 'n' on line 2",
            "a",
        ),
        (decision(GOOD) + '<inputData id="i"/>', "Input data 'i' has no name", "i"),
        (decision(GOOD) + f"<decision>{GOOD}</decision>", "A Decision has no name", "defs"),
        (
            decision(f"<functionDefinition><formalParameter/>{GOOD}</functionDefinition>"),
            "Decision 'd', parameter 1 has no name",
            "d",
        ),
        (
            decision(f"<for><in>{GOOD}</in><return>{GOOD}</return></for>"),
            "Decision 'd', iterator has no name",
            "d",
        ),
        (decision(GOOD) + "<itemDefinition/>", "Item definition 1 has no name", "defs"),
        (
            '<itemDefinition name="f"><functionItem><parameters/></functionItem></itemDefinition>',
            "Item definition 'f', parameter 1 has no name",
            "defs",
        ),
        (
            decision(table([], [DEFAULT], [], attributes='hitPolicy="COLLECT"')),
            "Decision 'd', output 1: without a matching rule this COLLECT table answers the default as it is, "
            "not an empty list or 0",
            "d",
        ),
    ],
)
def test_a_finding_says_which_thing_it_means(body: str, en: str, element_id: str) -> None:
    _definitions, findings = read(body)

    assert [(finding.en, finding.element_id) for finding in findings] == [(en, element_id)]


def test_a_decision_without_name_and_id_is_left_out_and_refused() -> None:
    found, findings = read(decision(GOOD) + f"<decision>{GOOD}</decision>")

    assert [each.id for each in found.decisions] == ["d"]
    assert [finding.is_error for finding in findings] == [True]


@pytest.mark.parametrize("written", [{"importType": "x"}, {"namespace": "urn:test"}, {"namespace": "-"}])
def test_an_import_that_is_refused_is_left_out(written: dict[str, str]) -> None:
    found, _findings = read(decision(GOOD) + importing(**written))

    assert found.imports == ()


@pytest.mark.parametrize(
    ("rule", "content"),
    [
        ("xml-not-well-formed", b"<definitions"),
        ("xml-not-well-formed", b""),
        ("xml-doctype", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'),
        ("not-dmn", b"<a/>"),
        ("not-dmn", b"<definitions/>"),
        ("not-dmn", definitions("", namespace="https://www.omg.org/spec/DMN/20990101/MODEL/")),
        ("xml-too-complex", b"<a>" * 100 + b"</a>" * 100),
        ("xml-too-large", b" " * 3_000_000),
    ],
)
def test_a_file_that_is_no_dmn_is_one_finding(rule: str, content: bytes) -> None:
    found, findings = read_definitions(content)

    assert found is None
    assert [finding.rule for finding in findings] == [rule]
