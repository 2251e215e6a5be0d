"""A drawing that is too large is refused in words of the drawing, never by a crash."""

from __future__ import annotations

from engine.dmn.model import DecisionTable, ListOf, LiteralExpression, Relation
from engine.dmn.reading.limits import (
    MAX_BOXED_NESTING,
    MAX_COLUMNS,
    MAX_DECISIONS,
    MAX_FINDINGS,
    MAX_RULES,
)

from ..drawing import decision, literal, table
from .asking import read


def nested(levels: int) -> str:
    """`levels` boxed expressions, one in the other."""
    return "<list>" * levels + "</list>" * levels


def test_boxed_expressions_may_nest_as_deep_as_the_limit() -> None:
    _found, findings = read(decision(nested(MAX_BOXED_NESTING)))

    assert findings == []


def test_boxed_expressions_that_nest_deeper_are_cut_there() -> None:
    found, findings = read(decision(nested(MAX_BOXED_NESTING + 1)))

    assert [finding.rule for finding in findings] == ["boxed-too-deep"]
    current = found.decisions[0].logic
    for _level in range(MAX_BOXED_NESTING):
        assert isinstance(current, ListOf)
        (current,) = current.items
    assert isinstance(current, LiteralExpression)


def test_functions_may_nest_as_deep_as_other_expressions() -> None:
    inner = nested(MAX_BOXED_NESTING - 1)
    model = f'<businessKnowledgeModel id="b" name="b"><encapsulatedLogic>{inner}</encapsulatedLogic>'

    _found, findings = read(model + "</businessKnowledgeModel>")

    assert findings == []


def test_a_table_may_have_as_many_columns_as_the_limit() -> None:
    columns = "<input><inputExpression><text>x</text></inputExpression></input>" * MAX_COLUMNS

    _found, findings = read(decision(f"<decisionTable>{columns}<output/></decisionTable>"))

    assert findings == []


def test_a_table_of_too_many_columns_is_cut_there() -> None:
    columns = "".join("<input><inputExpression><text>x</text></inputExpression></input>" for _ in range(201))
    found, findings = read(decision(f"<decisionTable>{columns}<output/></decisionTable>"))

    assert [finding.rule for finding in findings] == ["table-too-large"]
    shape = found.decisions[0].logic
    assert isinstance(shape, DecisionTable)
    assert len(shape.inputs) == MAX_COLUMNS


def test_a_relation_of_too_many_columns_is_cut_there() -> None:
    columns = "".join(f'<column name="c{number}"/>' for number in range(MAX_COLUMNS + 1))
    found, findings = read(decision(f"<relation>{columns}</relation>"))

    assert [finding.rule for finding in findings] == ["table-too-large"]
    shape = found.decisions[0].logic
    assert isinstance(shape, Relation)
    assert len(shape.columns) == MAX_COLUMNS


def test_a_table_of_too_many_rules_is_cut_there() -> None:
    found, findings = read(decision(f"<decisionTable><output/>{'<rule/>' * (MAX_RULES + 1)}</decisionTable>"))

    assert findings[0].rule == "table-too-large"
    shape = found.decisions[0].logic
    assert isinstance(shape, DecisionTable)
    assert len(shape.rules) == MAX_RULES


def test_a_file_of_too_many_decisions_is_cut_there() -> None:
    found, findings = read("".join(decision("<list/>", id_=f"d{number}") for number in range(2_001)))

    assert [finding.rule for finding in findings] == ["too-many-decisions"]
    assert len(found.decisions) == MAX_DECISIONS


def test_findings_are_bounded_and_warnings_hide_no_error() -> None:
    cells = [["1", ""]] * (MAX_FINDINGS + 5)
    body = decision(table(["x"], ["y"], cells), id_="a") + decision(literal(""), id_="b")

    _found, findings = read(body)

    assert len(findings) == MAX_FINDINGS + 2
    assert [finding.rule for finding in findings[-2:]] == ["empty-expression", "too-many-findings"]
    assert [finding.is_error for finding in findings[-2:]] == [True, False]


def test_too_many_errors_end_in_an_error() -> None:
    _found, findings = read(decision(table(["x"], ["y"], [["1"]] * (MAX_FINDINGS + 5))))

    assert len(findings) == MAX_FINDINGS + 1
    assert (findings[-1].rule, findings[-1].is_error) == ("too-many-findings", True)


def test_a_name_of_a_megabyte_makes_no_finding_of_a_megabyte() -> None:
    name = "x" * 1_000_000
    _found, findings = read(decision(literal(""), name=name))

    (finding,) = findings
    assert len(finding.en) < 500
