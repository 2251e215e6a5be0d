"""Values that can never be what they are declared to be: cells, results, allowed values."""

from __future__ import annotations

import pytest

from engine.findings import Severity

from ..drawing import decision, definitions, literal
from .type_drawing import (
    component,
    conditional,
    deciding,
    entry,
    filtered,
    found,
    iterator,
    rules_of,
    table,
    typed,
)

# --- input cells ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "cell"),
    [
        ("amount", '"abc"'),
        ("amount", '"abc", "d"'),
        ("amount", 'date("2026-01-01")'),
        ("amount", "true"),
        ("applicant.kind", "< 5"),
        ("applicant.kind", "[1..5]"),
        ("applicant.born on", '< "2026-01-01"'),
        ("applicant.born on", "2026"),
        ("amount", "? + 1"),
    ],
)
def test_a_cell_that_no_value_of_the_column_can_pass_is_an_error(expression: str, cell: str) -> None:
    findings = found(deciding(table(expression, ["-", cell])))

    assert [(each.rule, each.severity) for each in findings] == [("cell-type", Severity.ERROR)] * len(
        findings
    )
    assert findings


def test_one_hopeless_test_among_others_is_a_warning() -> None:
    assert rules_of(deciding(table("amount", ['"abc", 5']))) == [("cell-type", Severity.WARNING)]


def test_a_cell_is_measured_by_the_declared_type_of_its_column() -> None:
    assert rules_of(deciding(table("free", ["< 5"], type_ref="string"))) == [("cell-type", Severity.ERROR)]


@pytest.mark.parametrize(
    ("expression", "cell"),
    [
        ("amount", "1, [2..3], > 5"),
        ("amount", "null"),
        ("amount", "ages"),
        ("amount", "amount > 1"),
        ("amount", "free"),
        ("amount", "?  > 1 and applicant.age > 2"),
        ("applicant.kind", 'starts with(?, "a")'),
        ("applicant.born on", 'date("2026-01-01")'),
        ("free", '"abc", 5, true'),
        ("ages", "count(?) > 2"),
        ("ages", "ages"),
    ],
)
def test_a_cell_that_may_pass_is_fine(expression: str, cell: str) -> None:
    assert rules_of(deciding(table(expression, [cell]))) == []


def test_a_finding_names_the_table_the_row_the_column_and_the_line() -> None:
    body = deciding(table("amount", ["1", '1,\n "abc"']))
    line = (
        definitions(body)
        .decode()
        .split("\n")
        .index(' "abc"]]></text></inputEntry><outputEntry><text><![CDATA[1]]></text></outputEntry></rule>')
    )

    (finding,) = found(body)

    assert finding.file == "x.dmn"
    assert finding.line == line + 1
    assert "'d', rule 2, input 1" in finding.en
    assert "at line 2, column 2" in finding.en
    assert "第 2 条规则" in finding.zh
    assert "第 2 行第 2 列" in finding.zh
    assert finding.mend_zh
    assert finding.mend_en


DEFAULTING = '<output typeRef="string"><defaultOutputEntry><text>1</text></defaultOutputEntry></output>'


# --- declared types -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("logic", "type_ref"),
    [
        (literal("amount"), "string"),
        (literal('"a"'), "tAges"),
        (literal("{kind: applicant.kind}"), "tApplicant"),
        ('<literalExpression typeRef="number"><text>"a"</text></literalExpression>', ""),
        ('<literalExpression typeRef="number"><text>amount</text></literalExpression>', "string"),
        (f"<context>{entry('x', literal('amount'), 'string')}</context>", ""),
        (f"<context>{entry('', literal('amount'))}</context>", "string"),
        (f"<context>{entry('kind', literal('null'))}</context>", "tApplicant"),
        (f"<list>{literal('amount')}</list>", "string"),
        (f"<list>{literal('amount')}{literal('applicant.kind')}</list>", "tAges"),
        (f'<relation><column name="a" typeRef="date"/><row>{literal("amount")}</row></relation>', ""),
        (conditional("amount > 1", "1", "true"), "number"),
        (iterator("every", "ages", "x > 1"), "number"),
        (iterator("for", "ages", "x > 1"), "string"),
        (filtered(literal("ages"), "item > 1"), "string"),
        (table("amount", ["-"], output='<output typeRef="string"/>'), ""),
        (table("amount", ["-"]), "string"),
        (table("amount", ["-"], output=DEFAULTING, results=['"a"']), ""),
    ],
)  # fmt: skip
def test_a_value_that_cannot_have_its_declared_type_is_found(logic: str, type_ref: str) -> None:
    rules = rules_of(deciding(logic, type_ref))

    assert ("value-type", Severity.WARNING) in rules
    assert {rule for rule, _severity in rules} == {"value-type"}


@pytest.mark.parametrize(
    ("logic", "type_ref"),
    [
        (literal("amount"), "number"),
        (literal("amount"), "tAges"),
        (literal("ages"), "number"),
        (literal("null"), "string"),
        (literal("free"), "string"),
        (literal("applicant.born on"), "dateTime"),
        (literal("{kind: null, age: 1, born on: today(), more: 1}"), "tApplicant"),
        (f"<list>{literal('amount')}</list>", "number"),
        (f"<list>{literal('amount')}{literal('null')}</list>", "tAges"),
        (f'<relation><column name="a" typeRef="number"/><row>{literal("amount")}</row></relation>', ""),
        (table("amount", ["-"], output='<output typeRef="number"/>'), "number"),
        (table("amount", ["-"]), "tAges"),
    ],
)  # fmt: skip
def test_a_value_that_may_have_its_declared_type_is_fine(logic: str, type_ref: str) -> None:
    assert rules_of(deciding(logic, type_ref)) == []


def test_an_entry_that_its_context_may_not_have_is_found() -> None:
    entries = [entry("kind", literal("1")), entry("age", literal("1")), entry("born on", literal("today()"))]

    (finding,) = found(deciding(f"<context>{''.join(entries)}</context>", "tApplicant"))

    assert finding.rule == "value-type"
    assert "'kind'" in finding.en


@pytest.mark.parametrize("logic", [f"<context>{entry('', literal('1'))}</context>", table("amount", ["-"])])
def test_a_wrong_result_is_found_in_the_text_that_makes_it(logic: str) -> None:
    (finding,) = found(deciding(logic, "string"))

    assert finding.rule == "value-type"
    assert finding.en.endswith("at line 1, column 1")


@pytest.mark.parametrize(
    ("attributes", "outputs", "type_ref", "fine"),
    [
        ('hitPolicy="COLLECT"', ["1"], "tAges", True),
        ('hitPolicy="COLLECT" aggregation="COUNT"', ['"a"'], "number", True),
        ('hitPolicy="COLLECT" aggregation="COUNT"', ['"a"'], "string", False),
        ('hitPolicy="COLLECT" aggregation="SUM"', ["1"], "string", False),
        ('hitPolicy="RULE ORDER"', ['"a"'], "tAges", True),
        ('hitPolicy="UNIQUE"', ['"a"', "1"], "tApplicant", False),
    ],
)
def test_a_table_answers_by_its_hit_policy(
    attributes: str, outputs: list[str], type_ref: str, fine: bool
) -> None:
    columns = (
        "".join(f'<output name="o{number}"/>' for number in range(len(outputs)))
        if len(outputs) > 1
        else "<output/>"
    )
    cells = "".join(f"<outputEntry><text>{each}</text></outputEntry>" for each in outputs)
    logic = (
        f"<decisionTable {attributes}><input><inputExpression><text>amount</text></inputExpression></input>{columns}"
        f"<rule><inputEntry><text>-</text></inputEntry>{cells}</rule></decisionTable>"
    )

    assert rules_of(deciding(logic, type_ref)) == ([] if fine else [("value-type", Severity.WARNING)])


def test_an_input_expression_of_another_type_is_found() -> None:
    assert rules_of(deciding(table("applicant.kind", ["-"], type_ref="number"))) == [
        ("input-type", Severity.WARNING)
    ]


# --- values that are allowed ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        typed("t", "number", '"a"'),
        typed("t", "number", '1, "a"', collection=True),
        typed("t", "number", '"a"', tag="typeConstraint"),
        f'<itemDefinition name="u" id="_u">{component("t", "string", "[1..2]")}</itemDefinition>',
    ],
)
def test_allowed_values_of_another_type_are_an_error(body: str) -> None:
    (finding,) = found(body + decision(literal("1")))

    assert (finding.rule, finding.severity) == ("allowed-value-type", Severity.ERROR)


@pytest.mark.parametrize(
    "body",
    [
        typed("t", "number", "1, [2..3], null"),
        typed("t", "u", '"a"') + typed("u", "string", collection=True),
        typed("t", "u", "[1..2], &gt; 5") + typed("u", "number", collection=True),
        typed("t", "number", "count(?) = 1", tag="typeConstraint", collection=True),
    ],
)
def test_allowed_values_of_the_type_are_fine(body: str) -> None:
    assert rules_of(body + decision(literal("1"))) == []


def test_input_values_and_output_values_of_another_type_are_errors() -> None:
    logic = (
        '<decisionTable><input><inputExpression><text>amount</text></inputExpression><inputValues><text>"a"</text></inputValues>'
        '</input><output typeRef="string"><outputValues><text>"a", 1</text></outputValues></output>'
        '<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>"a"</text></outputEntry></rule></decisionTable>'
    )

    assert rules_of(deciding(logic)) == [("allowed-value-type", Severity.ERROR)] * 2
