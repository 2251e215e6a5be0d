from __future__ import annotations

import pytest

from engine.dmn import read_decisions

from .drawing import decision, definitions, findings_of, literal, model_of, requires, table

GOOD = literal("1")


@pytest.mark.parametrize(
    ("rule", "body"),
    [
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
        ("empty-expression", decision(literal(""))),
        ("feel-syntax", decision(literal("1 +"))),
        ("feel-syntax", decision(table(["1 +"], ["y"], []))),
        ("feel-syntax", decision(table(["x"], ["y"], [["<", "1"]]))),
        ("feel-syntax", decision(table(["x"], ["y"], [["1", "1 +"]]))),
        (
            "feel-syntax",
            decision(
                table(["x"], ["<output><defaultOutputEntry><text>(</text></defaultOutputEntry></output>"], [])
            ),
        ),
        (
            "feel-syntax",
            decision(table(["x"], ["<output><outputValues><text>(</text></outputValues></output>"], [])),
        ),
        ("unknown-type", decision(GOOD, extra='<variable name="d" typeRef="tFee"/>')),
        ("unknown-type", decision(table(["x"], ['<output typeRef="integer"/>'], []))),
        (
            "unknown-type",
            decision(GOOD) + '<inputData id="i" name="i"><variable name="i" typeRef="tX"/></inputData>',
        ),
        ("several-decision-logics", decision(GOOD + GOOD)),
        ("missing-name", decision(GOOD) + '<inputData id="i"/>'),
        ("duplicate-id", decision(GOOD) + decision(GOOD, name="other")),
        ("duplicate-name", decision(GOOD, id_="a", name="n") + decision(GOOD, id_="b", name="n")),
        ("no-decision", ""),
        ("dangling-reference", decision(GOOD, extra=requires("nobody"))),
        ("dangling-reference", decision(GOOD, extra=requires("d2", kind="Input")) + decision(GOOD, id_="d2")),
        ("requirement-cycle", decision(GOOD, extra=requires("d"))),
        (
            "unsupported-element",
            decision("<literalExpression><text>1</text><importedValues/></literalExpression>"),
        ),
        ("unsupported-element", decision(GOOD) + '<x:thing xmlns:x="urn:x"/>'),
        ("unknown-attribute", '<decision id="d" name="d" priority="1">' + GOOD + "</decision>"),
        (
            "unsupported-expression-language",
            decision('<literalExpression expressionLanguage="juel"><text>1</text></literalExpression>'),
        ),
    ],
)
def test_what_cannot_run_is_refused_in_both_languages_with_a_way_to_mend_it(rule: str, body: str) -> None:
    findings = findings_of(body)

    found = [finding for finding in findings if finding.rule == rule]
    assert found, [finding.rule for finding in findings]
    for finding in found:
        assert finding.is_error
        assert finding.zh and finding.en and finding.mend_zh and finding.mend_en
        assert finding.line is not None
        assert finding.element_id
        assert finding.file == "x.dmn"


def test_a_cell_says_table_rule_column_and_line() -> None:
    body = decision(table(["x", "z"], ["y"], [["1", "2", "3"], ["1", "< <", "3"]]), name="派遣")

    (finding,) = (each for each in findings_of(body) if each.is_error)

    assert finding.line == 4
    assert finding.en == (
        "Decision '派遣', rule 2, input 2 is not FEEL: "
        "Expected an expression at line 1, column 3, but found '<'."
    )
    assert (
        finding.zh == "决策“派遣”第 2 条规则输入第 2 列不是合法的 FEEL：第 1 行第 3 列：应为表达式，但遇到'<'"
    )


def test_a_dash_for_an_output_is_no_missing_requirement() -> None:
    # `-` is a test (grammar rule 15) and no expression, so reading it as a test explains nothing.
    found = findings_of(decision(table(["x"], ["y"], [["1", "-"]])))

    assert [each.rule for each in found if each.is_error] == ["feel-syntax"]


def test_the_line_counts_on_inside_a_cell() -> None:
    (finding,) = findings_of(decision(literal("1 +\n\n +")))

    assert finding.line == 4


def test_all_findings_come_at_once() -> None:
    body = (
        decision(table(["1 +", "x"], ["y"], [["<", ">", "("], ["1"]], attributes='hitPolicy="ANY"'), id_="a")
        + decision(literal(""), id_="b", extra=requires("c"))
        + decision(literal("1"), id_="c", extra=requires("b"))
        + "<decisionService/>"
    ).replace('hitPolicy="ANY"', 'hitPolicy="SOME"')

    rules = sorted(finding.rule for finding in findings_of(body) if finding.is_error)

    assert rules == sorted(
        ["feel-syntax"] * 4
        + ["unsupported-hit-policy", "rule-width", "empty-expression", "missing-name"]
        + ["requirement-cycle"] * 2
    )


def test_a_decision_behind_a_cycle_is_not_on_it() -> None:
    body = (
        decision(GOOD, id_="a", extra=requires("b"))
        + decision(GOOD, id_="b", extra=requires("a"))
        + decision(GOOD, id_="c", extra=requires("a"))
    )

    assert [finding.element_id for finding in findings_of(body) if finding.is_error] == ["a", "b"]


def test_an_empty_output_is_only_a_warning() -> None:
    model, findings = read_decisions(definitions(decision(table(["x"], ["y"], [["< 0", "1"], [">= 0", ""]]))))

    assert model is not None
    assert [(finding.rule, finding.is_error) for finding in findings] == [("empty-output", False)]


def test_drawing_and_documentation_are_no_findings() -> None:
    body = (
        "<extensionElements/><description>text</description>"
        '<textAnnotation id="t"><text>note</text></textAnnotation><association id="as"/>'
        '<knowledgeSource id="k" name="law"><type>x</type></knowledgeSource>'
        + decision(
            table(
                ["x"],
                ["y"],
                [["1", "1"]],
                attributes='preferredOrientation="Rule-as-Row" outputLabel="y" id="t1"',
            ),
            extra="<description>d</description><question>q</question><allowedAnswers>a</allowedAnswers>"
            '<extensionElements><biodi:bounds xmlns:biodi="http://bpmn.io/schema/dmn/biodi/1.0" x="1"/>'
            "</extensionElements>"
            '<authorityRequirement><requiredAuthority href="#k"/></authorityRequirement>',
        )
        + '<dmndi:DMNDI xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"><dmndi:DMNDiagram/></dmndi:DMNDI>'
    )

    assert list(model_of(body).decisions) == ["d"]


def test_a_file_from_a_modeler_is_read() -> None:
    attributes = (
        'exporter="Camunda Modeler" exporterVersion="5" '
        'expressionLanguage="https://www.omg.org/spec/DMN/20191111/FEEL/" '
        'xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="Camunda Cloud"'
    )

    model, findings = read_decisions(definitions(decision(GOOD), attributes=attributes))

    assert model is not None
    assert findings == []


@pytest.mark.parametrize(
    ("rule", "content"),
    [
        ("xml-not-well-formed", b"<definitions"),
        ("xml-not-well-formed", b""),
        ("xml-doctype", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'),
        ("not-dmn", b"<a/>"),
        ("xml-too-complex", b"<a>" * 100 + b"</a>" * 100),
        ("xml-too-large", b" " * 3_000_000),
    ],
)
def test_a_file_that_is_no_dmn_is_one_finding(rule: str, content: bytes) -> None:
    model, findings = read_decisions(content)

    assert model is None
    assert [finding.rule for finding in findings] == [rule]


def test_what_is_required_and_never_read_is_a_warning() -> None:
    body = "".join(
        f'<inputData id="{name}" name="{name}"><variable name="{name}"/></inputData>'
        for name in ("a b", "c", "d")
    ) + decision(literal("[c][item > a b]"), extra=requires("a b", "c", "d", kind="Input"), id_="x")

    model, findings = read_decisions(definitions(body), file="x.dmn")

    assert model is not None
    assert [(each.rule, each.en) for each in findings] == [
        ("unused-requirement", "Decision 'x' requires 'd', but never reads it")
    ]


def test_input_data_that_no_decision_requires_is_a_warning() -> None:
    data = "".join(
        f'<inputData id="{name}" name="{name}"><variable name="{name}"/></inputData>' for name in "ab"
    )
    body = data + decision(literal("a"), extra=requires("a", kind="Input"))

    _model, findings = read_decisions(definitions(body), file="x.dmn")

    assert [(each.rule, each.element_id) for each in findings] == [("unused-input", "b")]
    # A file without decisions has them for those that import it.
    assert read_decisions(definitions(data))[1] == []
