"""Boxed expressions of every kind. Source: DMN 1.5, clauses 7.2 and 10.3.3."""

from __future__ import annotations

import pytest

from engine.dmn import DecisionResult, read_decisions

from .drawing import NOW, decision, definitions, literal, model_of, table


def answer(logic: str, *, extra: str = "", **context: object) -> DecisionResult:
    return model_of(decision(logic, extra=extra)).decisions["d"].evaluate(context, now=NOW)


def entry(name: str, logic: str, *, type_ref: str = "") -> str:
    type_ = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<contextEntry><variable name="{name}"{type_}/>{logic}</contextEntry>'


def result_of(logic: str) -> str:
    return f"<contextEntry>{logic}</contextEntry>"


def function(parameters: str, body: str) -> str:
    drawn = "".join(f'<formalParameter name="{name}"/>' for name in parameters.split(", "))
    return f"<functionDefinition>{drawn}{body}</functionDefinition>"


def test_entries_of_a_context_see_the_ones_before_and_the_result_sees_all() -> None:
    body = entry("base fee", literal("x * 2")) + entry("total", literal("base fee + 1"))

    assert answer(f"<context>{body}</context>", x=5).value == {"base fee": 10, "total": 11}
    assert answer(f"<context>{body}{result_of(literal('total - base fee'))}</context>", x=5).value == 1


def test_a_function_in_a_context_may_call_itself() -> None:
    body = entry("fac", function("n", literal("if n < 2 then 1 else n * fac(n - 1)")))

    assert answer(f"<context>{body}{result_of(literal('fac(20)'))}</context>").value == 2432902008176640000


def test_an_entry_of_another_type_than_declared_is_null_with_its_place() -> None:
    body = entry("amount", literal('"ten"'), type_ref="number")

    result = answer(f"<context>{body}</context>")

    assert result.value == {"amount": None}
    assert "amount" in result.diagnostics[0].place


def test_a_table_in_a_context_reads_the_entries_before_it() -> None:
    body = entry("double", literal("x * 2")) + result_of(table(["double"], ["y"], [["> 9", "double"]]))

    assert answer(f"<context>{body}</context>", x=5).value == 10


def test_an_invocation_binds_parameters_by_name() -> None:
    called = entry("area", function("w, h", literal("w * 10 + h"))) + result_of(
        "<invocation><literalExpression><text>area</text></literalExpression>"
        f'<binding><parameter name="h"/>{literal("2")}</binding>'
        f'<binding><parameter name="w"/>{literal("x")}</binding></invocation>'
    )

    assert answer(f"<context>{called}</context>", x=3).value == 32


def test_an_invocation_of_a_built_in_function() -> None:
    called = (
        "<invocation><literalExpression><text>substring</text></literalExpression>"
        f'<binding><parameter name="string"/>{literal("s")}</binding>'
        f'<binding><parameter name="start position"/>{literal("2")}</binding></invocation>'
    )

    assert answer(called, s="浦东新区").value == "东新区"


def test_lists_and_relations() -> None:
    items = f"<list>{literal('x')}{literal('x + 1')}</list>"
    relation = (
        '<relation><column name="名称"/><column name="x"/>'
        f"<row>{literal('x')}{literal('x + 1')}</row><row>{literal('3')}{literal('x')}</row></relation>"
    )

    assert answer(items, x=1).value == [1, 2]
    # A cell reads the variable x, not the column of that name.
    assert answer(relation, x=1).value == [{"名称": 1, "x": 2}, {"名称": 3, "x": 1}]


def test_a_conditional_is_null_without_a_boolean_condition() -> None:
    drawn = f"<conditional><if>{literal('x')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>"

    assert [answer(drawn, x=x).value for x in (True, False, None, "yes")] == [1, 2, None, None]
    assert answer(drawn, x="yes").diagnostics[0].message == (
        "Expected a boolean as the condition, but got a string."
    )


def test_a_filter_sees_entries_of_items_and_item() -> None:
    people = [{"姓 名": "a", "age": 70}, {"姓 名": "b", "age": 20}]
    relation = (
        '<relation><column name="first name"/><column name="age"/>'
        f"<row>{literal('1')}{literal('70')}</row><row>{literal('2')}{literal('20')}</row></relation>"
    )

    def filtered(domain: str, match: str) -> str:
        return f"<filter><in>{domain}</in><match>{literal(match)}</match></filter>"

    assert answer(filtered(literal("people"), "age > 60"), people=people).value == people[:1]
    assert answer(filtered(literal("people"), "item.age < 60"), people=people).value == people[1:]
    assert answer(filtered(relation, "first name = 2")).value == [{"first name": 2, "age": 20}]


def test_a_boxed_filter_asks_for_a_boolean_and_takes_no_index() -> None:
    # Clause 10.2.1.9: the lower part "MUST resolve to a Boolean"; 10.3.2.5: null leaves an item out.
    def filtered(match: str) -> str:
        return f"<filter><in>{literal('[1, 2, null]')}</in><match>{literal(match)}</match></filter>"

    assert answer(filtered("item < 2")).value == [1]
    for match in ("2", '"x"', 'if item = 1 then true else "x"'):
        result = answer(filtered(match))
        assert result.value is None
        assert "Expected a boolean for every item" in result.diagnostics[-1].message


@pytest.mark.parametrize(("kind", "value"), [("some", True), ("every", False)])
def test_some_and_every(kind: str, value: bool) -> None:
    drawn = (
        f'<{kind} iteratorVariable="one item"><in>{literal("[1, 2, 3]")}</in>'
        f"<satisfies>{literal('one item > x')}</satisfies></{kind}>"
    )

    assert answer(drawn, x=2).value is value


def test_for_sees_partial() -> None:
    drawn = (
        f'<for iteratorVariable="i"><in>{literal("1..4")}</in>'
        f"<return>{literal('i + count(partial)')}</return></for>"
    ).replace("1..4", "[1, 2, 3, 4]")

    assert answer(drawn).value == [1, 3, 5, 7]


def test_functions_of_other_languages_are_never_run() -> None:
    drawn = (
        '<functionDefinition kind="Java"><formalParameter name="x"/>'
        f"<context>{entry('class', literal('1'))}</context></functionDefinition>"
    )
    from_context = entry("f", drawn) + result_of(literal("f(1)"))

    model, findings = read_decisions(definitions(decision(f"<context>{from_context}</context>")))

    assert model is not None
    assert [each.rule for each in findings] == ["external-function"]
    result = model.decisions["d"].evaluate({}, now=NOW)
    assert result.value is None
    assert "never run" in result.diagnostics[0].message
