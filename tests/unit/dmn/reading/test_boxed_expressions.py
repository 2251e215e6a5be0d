"""Every kind of boxed expression arrives as it is drawn, with the place it stands at."""

from __future__ import annotations

import pytest

from engine.dmn.model import (
    Conditional,
    Context,
    Filter,
    For,
    FunctionDefinition,
    FunctionKind,
    Invocation,
    ListOf,
    LiteralExpression,
    Quantified,
    Relation,
)
from engine.findings import Severity

from ..drawing import decision, literal
from .asking import FILE, logic, read, rules_of


def text(boxed: object) -> str:
    assert isinstance(boxed, LiteralExpression)
    return boxed.text.text


def place(boxed: object) -> str:
    assert isinstance(boxed, LiteralExpression)
    return boxed.text.where.en


def test_a_literal_expression_keeps_its_text_as_it_stands() -> None:
    found = logic(
        '\n<literalExpression id="e" typeRef="feel:number">\n<text> 1 +\n 2 </text></literalExpression>'
    )

    assert isinstance(found, LiteralExpression)
    assert found.text.text == " 1 +\n 2 "
    assert found.type_ref == "number"
    assert (found.where.line, found.text.where.line) == (3, 4)
    assert found.text.where.element_id == "e"
    assert found.text.where.file == FILE
    assert found.text.where.zh == "决策“d”的表达式"
    assert found.text.where.en == "Decision 'd', expression"


def test_a_context_has_entries_and_a_result() -> None:
    found = logic(
        '<context typeRef="tC"><contextEntry><variable name=" a  b " typeRef="string"/>'
        + literal("1")
        + "</contextEntry><contextEntry>"
        + literal("a b")
        + "</contextEntry></context>"
    )

    assert isinstance(found, Context)
    assert found.type_ref == "tC"
    first, result = found.entries
    assert first.variable is not None
    assert (first.variable.name, first.variable.type_ref) == ("a b", "string")
    assert place(first.value) == "Decision 'd', entry 'a b', expression"
    assert result.variable is None
    assert text(result.value) == "a b"
    assert place(result.value) == "Decision 'd', result entry, expression"


def test_places_say_how_they_nest() -> None:
    inner = '<context><contextEntry><variable name="y"/>' + literal("1") + "</contextEntry></context>"
    found = logic('<context><contextEntry><variable name="x"/>' + inner + "</contextEntry></context>")

    assert isinstance(found, Context)
    middle = found.entries[0].value
    assert isinstance(middle, Context)
    value = middle.entries[0].value
    assert isinstance(value, LiteralExpression)
    assert value.where.zh == "决策“d”的条目“x”的条目“y”的表达式"
    assert value.where.en == "Decision 'd', entry 'x', entry 'y', expression"


def test_an_invocation_has_a_function_and_bindings_some_of_them_empty() -> None:
    found = logic(
        '<invocation typeRef="number">'
        + literal("f")
        + '<binding><parameter name="p" typeRef="string"/>'
        + literal("1")
        + '</binding><binding><parameter name="q"/></binding></invocation>'
    )

    assert isinstance(found, Invocation)
    assert text(found.function) == "f"
    assert place(found.function) == "Decision 'd', called function, expression"
    first, second = found.bindings
    assert (first.parameter.name, first.parameter.type_ref) == ("p", "string")
    assert first.value is not None
    assert (text(first.value), place(first.value)) == ("1", "Decision 'd', parameter 'p', expression")
    assert (second.parameter.name, second.value) == ("q", None)
    assert found.type_ref == "number"


def test_a_list_has_items_of_any_kind() -> None:
    found = logic(f'<list typeRef="tL">{literal("1")}<list>{literal("2")}</list></list>')

    assert isinstance(found, ListOf)
    assert found.type_ref == "tL"
    first, second = found.items
    assert (text(first), place(first)) == ("1", "Decision 'd', item 1, expression")
    assert isinstance(second, ListOf)
    assert place(second.items[0]) == "Decision 'd', item 2, item 1, expression"


def test_a_relation_has_columns_and_rows() -> None:
    found = logic(
        '<relation><column name="姓名" typeRef="string"/><column name="年龄 (岁)"/>'
        + f'<row id="r">{literal("1")}{literal("2")}</row><row>{literal("3")}{literal("4")}</row></relation>'
    )

    assert isinstance(found, Relation)
    assert [column.name for column in found.columns] == ["姓名", "年龄 (岁)"]
    assert found.columns[0].type_ref == "string"
    assert [[text(cell) for cell in row] for row in found.rows] == [["1", "2"], ["3", "4"]]
    assert place(found.rows[1][0]) == "Decision 'd', row 2, column 1, expression"


def test_a_function_has_parameters_and_a_body() -> None:
    found = logic(
        '<functionDefinition typeRef="tF"><formalParameter name="a" typeRef="number"/>'
        f'<formalParameter name="b"/>{literal("a + b")}</functionDefinition>'
    )

    assert isinstance(found, FunctionDefinition)
    assert found.kind is FunctionKind.FEEL
    assert [(each.name, each.type_ref) for each in found.parameters] == [("a", "number"), ("b", "")]
    assert (text(found.body), place(found.body)) == ("a + b", "Decision 'd', body, expression")
    assert found.type_ref == "tF"


@pytest.mark.parametrize("kind", ["Java", "PMML"])
def test_a_function_outside_feel_is_read_with_a_warning(kind: str) -> None:
    body = decision(f'<functionDefinition kind="{kind}"><context/></functionDefinition>')

    found, findings = read(body)

    assert [(finding.rule, finding.severity) for finding in findings] == [
        ("external-function", Severity.WARNING)
    ]
    function = found.decisions[0].logic
    assert isinstance(function, FunctionDefinition)
    assert function.kind == kind


def test_a_conditional_has_three_parts() -> None:
    found = logic(
        f'<conditional typeRef="number"><if>{literal("a")}</if><then>{literal("b")}</then>'
        f"<else>{literal('c')}</else></conditional>"
    )

    assert isinstance(found, Conditional)
    assert [text(each) for each in (found.condition, found.then, found.otherwise)] == ["a", "b", "c"]
    assert place(found.then) == "Decision 'd', then, expression"
    assert found.type_ref == "number"


def test_a_filter_has_a_list_and_a_condition() -> None:
    found = logic(f"<filter><in>{literal('a')}</in><match>{literal('item > 1')}</match></filter>")

    assert isinstance(found, Filter)
    assert (text(found.domain), text(found.match)) == ("a", "item > 1")


def test_a_loop_has_a_variable_a_list_and_a_body() -> None:
    found = logic(
        f'<for iteratorVariable="e"><in typeRef="number">{literal("a")}</in>'
        f"<return>{literal('e + 1')}</return></for>"
    )

    assert isinstance(found, For)
    assert (found.variable.name, found.variable.type_ref) == ("e", "number")
    assert (text(found.domain), text(found.body)) == ("a", "e + 1")
    assert place(found.body) == "Decision 'd', return, expression"


@pytest.mark.parametrize(("name", "is_every"), [("every", True), ("some", False)])
def test_a_quantified_expression_has_a_variable_a_list_and_a_condition(name: str, is_every: bool) -> None:
    found = logic(
        f'<{name} iteratorVariable="e"><in>{literal("a")}</in><satisfies>{literal("e > 1")}</satisfies></{name}>'
    )

    assert isinstance(found, Quantified)
    assert found.every is is_every
    assert (found.variable.name, text(found.domain), text(found.condition)) == ("e", "a", "e > 1")


@pytest.mark.parametrize(
    "boxed",
    [
        "<literalExpression/>",
        "<functionDefinition/>",
        '<invocation><binding><parameter name="p"/></binding></invocation>',
    ],
)
def test_what_the_schema_lets_out_is_null_with_a_warning(boxed: str) -> None:
    found, findings = read(decision(boxed))

    assert [(finding.rule, finding.severity) for finding in findings] == [
        ("missing-expression", Severity.WARNING)
    ]
    missing = found.decisions[0].logic
    if isinstance(missing, FunctionDefinition):
        missing = missing.body
    if isinstance(missing, Invocation):
        missing = missing.function
    assert text(missing) == "null"


@pytest.mark.parametrize(
    "boxed",
    [
        '<context><contextEntry><variable name="a"/></contextEntry></context>',
        f"<conditional><if>{literal('1')}</if><then>{literal('1')}</then></conditional>",
        f"<conditional><if>{literal('1')}</if><then>{literal('1')}</then><else/></conditional>",
        f"<filter><in>{literal('1')}</in></filter>",
        f'<for iteratorVariable="e"><in>{literal("1")}</in></for>',
        f'<some iteratorVariable="e"><satisfies>{literal("1")}</satisfies></some>',
    ],
)
def test_what_the_schema_asks_for_is_refused_when_missing(boxed: str) -> None:
    assert rules_of(decision(boxed)) == [("missing-expression", Severity.ERROR)]


def test_what_has_no_name_is_left_out_and_refused() -> None:
    found, findings = read(
        decision(
            f"<context><contextEntry><variable/>{literal('1')}</contextEntry>"
            f"<contextEntry>{literal('2')}</contextEntry></context>"
        )
    )

    assert [finding.rule for finding in findings] == ["missing-name"]
    context = found.decisions[0].logic
    assert isinstance(context, Context)
    assert [text(entry.value) for entry in context.entries] == ["2"]


def test_a_row_is_as_wide_as_its_relation_even_if_refused() -> None:
    cells = literal("1") * 3
    found, findings = read(
        decision(
            f'<relation><column name="a"/><column name="b"/><row>{cells}</row><row>{literal("1")}</row></relation>'
        )
    )

    assert [finding.rule for finding in findings] == ["relation-width", "relation-width"]
    relation = found.decisions[0].logic
    assert isinstance(relation, Relation)
    assert [[text(cell) for cell in row] for row in relation.rows] == [["1", "1"], ["1", "null"]]
