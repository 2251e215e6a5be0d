"""Expressions of a model that can never work, by what is in sight where they stand."""

from __future__ import annotations

import pytest

from engine.dmn.checks.type_checks import check_types
from engine.dmn.reading import read_definitions
from engine.dmn.typing import types_of
from engine.findings import Severity

from ..drawing import decision, definitions, literal, requires
from .type_drawing import (
    INPUTS,
    REQUIRED,
    conditional,
    deciding,
    entry,
    filtered,
    found,
    iterator,
    rules_of,
    table,
)

# --- expressions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("applicant.kind + 1", "operand-type"),
        ("applicant.born on + amount", "operand-type"),
        ("applicant.kind > amount", "operand-type"),
        ("applicant.knd", "unknown-entry"),
        ("substring(amount, 1)", "call-arguments"),
        ("sqrt(1, 2)", "call-arguments"),
        ("if amount then 1 else 2", "condition-type"),
        ("amuont + 1", "unknown-variable"),
        ("ages[itm > 1]", "unknown-variable"),
    ],
)
def test_expressions_that_cannot_work_are_warnings(text: str, rule: str) -> None:
    assert rules_of(deciding(literal(text))) == [(rule, Severity.WARNING)]


def test_a_name_that_is_nearly_right_is_proposed() -> None:
    entry, variable = found(deciding(literal("applicant.knd + amuont")))

    assert entry.mend_en == "Perhaps 'kind' is meant"
    assert variable.mend_zh == "是否想写“amount”？"


@pytest.mark.parametrize(
    "logic",
    [
        conditional("amount", "1", "2"),
        iterator("some", "ages", "x"),
        filtered(literal("ages"), "applicant.kind"),
        filtered(literal("ages"), "1"),
    ],
)
def test_a_boxed_condition_that_is_no_boolean_is_a_warning(logic: str) -> None:
    assert rules_of(deciding(logic)) == [("condition-type", Severity.WARNING)]


# --- what is in sight -----------------------------------------------------------------------------


def test_an_entry_of_a_boxed_context_sees_those_before_it() -> None:
    logic = f"<context>{entry('first', literal('amount'))}{entry('second', literal('first + 1'))}</context>"

    assert rules_of(deciding(logic)) == []
    assert rules_of(deciding(logic.replace("first + 1", "first + applicant.kind"))) == [
        ("operand-type", Severity.WARNING)
    ]


def test_a_function_in_a_boxed_context_sees_itself() -> None:
    def rules(text: str) -> list[str]:
        parameter = '<formalParameter name="n" typeRef="number"/>'
        function = f"<functionDefinition>{parameter}{literal(text)}</functionDefinition>"
        return [rule for rule, _severity in rules_of(deciding(f"<context>{entry('f', function)}</context>"))]

    assert rules("if n = 0 then 1 else f(n - 1)") == []
    assert rules("if n = 0 then 1 else f(n, 1)") == ["call-arguments"]


def test_a_decision_sees_the_type_of_what_it_requires_even_if_nobody_declared_it() -> None:
    body = INPUTS + decision(literal("amount + 1"), id_="a", extra=REQUIRED)
    body = decision(literal('a + "x"'), id_="b", extra=requires("a")) + body

    assert rules_of(body) == [("operand-type", Severity.WARNING)]


def test_a_decision_that_a_service_is_given_is_of_any_type() -> None:
    service = '<decisionService id="s" name="s"><outputDecision href="#b"/><inputDecision href="#a"/></decisionService>'
    body = (
        decision(literal("1"), id_="a") + decision(literal('a + "x"'), id_="b", extra=requires("a")) + service
    )

    assert rules_of(body) == []


KNOWLEDGE = """
<businessKnowledgeModel id="fee" name="fee"><variable name="fee" typeRef="number"/>
<encapsulatedLogic><formalParameter name="base" typeRef="number"/><formalParameter name="kind" typeRef="string"/>
<literalExpression><text>{text}</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
"""
KNOWS = '<knowledgeRequirement><requiredKnowledge href="#fee"/></knowledgeRequirement>'


def calling(text: str, body: str = 'base + (if kind = "a" then 1 else fee(base, "a"))') -> str:
    return INPUTS + KNOWLEDGE.format(text=body) + decision(text, id_="c", extra=REQUIRED + KNOWS)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("fee(amount, applicant.kind) + 1", []),
        ("fee(base: amount, kind: null)", []),
        ("fee(amount)", ["call-arguments"]),
        ("fee(base: amount, sort: applicant.kind)", ["call-arguments"]),
        ("fee(applicant.kind, applicant.kind)", ["call-arguments"]),
        ('fee(amount, applicant.kind) + "a"', ["operand-type"]),
    ],
)
def test_calls_of_a_business_knowledge_model_fit_it(text: str, rules: list[str]) -> None:
    assert [rule for rule, _severity in rules_of(calling(literal(text)))] == rules


def test_a_business_knowledge_model_sees_its_parameters_and_nothing_that_was_given() -> None:
    assert [rule for rule, _s in rules_of(calling(literal("1"), body="base + kind"))] == ["operand-type"]
    assert [rule for rule, _s in rules_of(calling(literal("1"), body="base + extra"))] == ["unknown-variable"]
    assert [rule for rule, _s in rules_of(calling(literal("1"), body="kind"))] == ["value-type"]
    assert [rule for rule, _s in rules_of(calling(literal("1"), body="fee(base)"))] == ["call-arguments"]


def binding(name: str, text: str, type_ref: str = "") -> str:
    declared = f'typeRef="{type_ref}"' if type_ref else ""
    return f'<binding><parameter name="{name}" {declared}/>{literal(text)}</binding>'


@pytest.mark.parametrize(
    ("bindings", "rules"),
    [
        (binding("base", "amount") + binding("kind", "applicant.kind"), []),
        (binding("base", "applicant.kind") + binding("kind", "applicant.kind"), ["call-arguments"]),
        (binding("base", "amount") + binding("knd", "applicant.kind"), ["call-arguments"]),
        (binding("base", "amount", "string") + binding("kind", "null"), ["value-type", "call-arguments"]),
    ],
)
def test_boxed_invocations_fit_what_they_call(bindings: str, rules: list[str]) -> None:
    logic = f"<invocation>{literal('fee')}{bindings}</invocation>"

    assert [rule for rule, _severity in rules_of(calling(logic))] == rules


def test_services_are_functions_of_their_inputs() -> None:
    service = (
        '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#a"/><inputData href="#amount"/>'
        "</decisionService>"
    )
    inner = decision(literal("amount + 1"), id_="a", extra=requires("amount", kind="Input"))
    knows = '<knowledgeRequirement><requiredKnowledge href="#s"/></knowledgeRequirement>'

    def rules(text: str) -> list[str]:
        body = INPUTS + inner + decision(literal(text), id_="c", extra=REQUIRED + knows) + service
        return [rule for rule, _severity in rules_of(body)]

    assert rules("s(amount) + 1") == []
    assert rules("s(applicant.kind)") == ["call-arguments"]
    assert rules('s(amount) + "a"') == ["operand-type"]


def test_inside_a_boxed_filter_the_entries_of_items_are_names() -> None:
    columns = '<column name="fee" typeRef="number"/><column name="kind"/>'
    rows = f"<relation>{columns}<row>{literal('1')}{literal('null')}</row></relation>"

    def rules(text: str) -> list[str]:
        return [rule for rule, _severity in rules_of(deciding(filtered(rows, text)))]

    assert rules("fee > amount") == []
    assert rules("item.fee > amount and kind = applicant.kind") == []
    assert rules("fee > applicant.kind") == ["operand-type"]
    assert rules("charge > amount") == ["unknown-variable"]


def test_a_name_of_the_model_that_is_not_required_is_left_to_the_compiler() -> None:
    body = INPUTS + decision(literal("amount + 1"))

    assert rules_of(body) == []


def test_a_file_without_input_data_may_read_anything_that_is_not_a_slip() -> None:
    body = decision(literal("1"), id_="total_score") + decision(
        literal("total_score + other + total_scor"), id_="b", extra=requires("total_score")
    )

    (finding,) = found(body)

    assert finding.rule == "unknown-variable"
    assert "'total_scor'" in finding.en


def test_of_very_many_names_that_may_be_given_nothing_is_said() -> None:
    names = [f"v{'x' * (number % 20)}{number}" for number in range(300)]

    assert rules_of(decision(literal(" + ".join(names)))) == []


def test_numbered_names_are_no_slips_of_each_other() -> None:
    body = decision(literal("1"), id_="total_score1") + decision(
        literal("total_score1 + total_score2"), id_="b", extra=requires("total_score1")
    )

    assert rules_of(body) == []


def test_elements_of_an_imported_model_are_entries_of_the_import() -> None:
    other, _findings = read_definitions(
        definitions('<inputData id="fee" name="fee"><variable name="fee" typeRef="number"/></inputData>')
    )
    assert other is not None

    def rules(text: str) -> list[str]:
        importing = '<import name="law" namespace="urn:other" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        requirement = '<informationRequirement><requiredInput href="urn:other#fee"/></informationRequirement>'
        drawn, _findings = read_definitions(
            definitions(importing + decision(literal(text), extra=requirement))
        )
        assert drawn is not None
        (import_,) = drawn.imports
        types, _unfit = types_of(drawn)
        return [each.rule for each in check_types(drawn, types, imported=[(import_, other, {})])]

    assert rules("law.fee + 1") == []
    assert rules('law.fee + "a"') == ["operand-type"]
    assert rules("law.fees") == ["unknown-entry"]


def test_requirements_in_a_cycle_end() -> None:
    body = decision(literal("b + 1"), id_="a", extra=requires("b")) + decision(
        literal("a + 1"), id_="b", extra=requires("a")
    )
    drawn, _findings = read_definitions(definitions(body))
    assert drawn is not None

    assert check_types(drawn, {}) == []


def test_of_many_findings_of_one_rule_the_last_says_how_many_more() -> None:
    findings = found(deciding(table("amount", ['"a"'] * 70)))

    assert len(findings) == 50
    assert findings[-1].en.endswith("(and 20 more like it)")
    assert findings[-1].zh.endswith("（另有 20 处）")


def test_a_text_that_is_no_feel_is_left_to_the_compiler() -> None:
    assert rules_of(deciding(literal("1 +"))) == []
