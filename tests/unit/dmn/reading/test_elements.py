"""What a model is made of arrives with names, ids, types and requirements."""

from __future__ import annotations

import pytest

from engine.dmn.model import FunctionKind, LiteralExpression
from engine.findings import Severity

from ..drawing import decision, literal, requires, table
from .asking import FILE, clean, read, rules_of

GOOD = literal("1")
DATA = '<inputData id="i" name="申请 人数"><variable name="申请 人数" typeRef="number"/></inputData>'
KNOWLEDGE = (
    '<businessKnowledgeModel id="b" name="Fee"><variable name="Fee" typeRef="tFee"/>'
    '<encapsulatedLogic><formalParameter name="n" typeRef="number"/>'
    + literal("n * 2")
    + "</encapsulatedLogic>"
    '<knowledgeRequirement><requiredKnowledge href="#b"/></knowledgeRequirement></businessKnowledgeModel>'
)


def knows(id_: str) -> str:
    return f'<knowledgeRequirement><requiredKnowledge href="#{id_}"/></knowledgeRequirement>'


def test_a_file_says_who_it_is() -> None:
    found = clean(decision(GOOD))

    assert (found.id, found.name, found.namespace) == ("defs", "分类", "urn:test")
    assert (found.where.file, found.where.line) == (FILE, 1)


def test_input_data_is_seen_by_the_name_of_its_variable() -> None:
    (data,) = clean(DATA).input_data

    assert (data.id, data.name, data.variable.name, data.variable.type_ref) == (
        "i",
        "申请 人数",
        "申请 人数",
        "number",
    )
    assert (data.where.zh, data.where.en) == ("输入数据“申请 人数”", "Input data '申请 人数'")


def test_a_variable_knows_its_own_line() -> None:
    (data,) = clean('<inputData id="i" name="x">\n<variable id="v" name="x"/></inputData>').input_data

    assert (data.where.line, data.variable.where.line, data.variable.where.element_id) == (2, 3, "v")


def test_input_data_without_variable_is_seen_by_its_name() -> None:
    (data,) = clean('<inputData id="i" name="x"/>').input_data

    assert (data.variable.name, data.variable.type_ref) == ("x", "")


def test_a_decision_has_a_variable_and_requirements() -> None:
    body = (
        DATA
        + KNOWLEDGE
        + decision(GOOD, id_="a")
        + decision(
            GOOD,
            name="Total",
            extra='<variable name="Total" typeRef="feel:number"/>'
            + requires("a")
            + requires("i", kind="Input")
            + requires("a")
            + knows("b"),
        )
    )

    found = clean(body).decisions[1]

    assert (found.id, found.name, found.variable.name, found.variable.type_ref) == (
        "d",
        "Total",
        "Total",
        "number",
    )
    assert found.aliases == ()
    assert [(each.namespace, each.id) for each in found.required_decisions] == [("urn:test", "a")]
    assert [each.id for each in found.required_inputs] == ["i"]
    assert [each.id for each in found.required_knowledge] == ["b"]


def test_a_decision_without_variable_is_also_seen_by_its_id() -> None:
    (found,) = clean(decision(GOOD, name="Total")).decisions

    assert (found.variable.name, found.aliases) == ("Total", ("d",))


def test_an_id_that_is_the_name_of_something_else_is_no_alias() -> None:
    found = clean(decision(GOOD, id_="a", name="Total") + decision(GOOD, id_="x", name="a"))

    assert [each.aliases for each in found.decisions] == [(), ("x",)]


def test_a_decision_without_id_goes_by_its_name() -> None:
    (found,) = clean(f'<decision name="Total"><variable name="Total"/>{GOOD}</decision>').decisions

    assert (found.id, found.aliases) == ("Total", ())


def test_a_variable_of_another_name_is_what_expressions_see() -> None:
    found, findings = read(decision(GOOD, name="Total", extra='<variable name="sum"/>'))

    assert found.decisions[0].variable.name == "sum"
    assert [(each.rule, each.severity) for each in findings] == [("variable-name-differs", Severity.WARNING)]


@pytest.mark.parametrize(
    "body",
    [
        decision(""),
        '<businessKnowledgeModel id="b" name="b"/>',
    ],
)
def test_logic_that_is_not_drawn_yet_is_a_warning(body: str) -> None:
    assert rules_of(body) == [("missing-decision-logic", Severity.WARNING)]


def test_a_knowledge_model_holds_a_function_and_may_require_itself() -> None:
    (found,) = clean(KNOWLEDGE).knowledge_models

    assert (found.id, found.name, found.variable.type_ref) == ("b", "Fee", "tFee")
    assert [each.id for each in found.required_knowledge] == ["b"]
    assert found.logic is not None
    assert (found.logic.kind, found.logic.parameters[0].name) == (FunctionKind.FEEL, "n")
    body = found.logic.body
    assert isinstance(body, LiteralExpression)
    assert body.where.zh == "业务知识模型“Fee”的函数体的表达式"
    assert body.where.en == "Business knowledge model 'Fee', body, expression"


@pytest.mark.parametrize(
    ("inputs", "names"),
    [
        (["kind", "total  amount", "kind"], ["kind", "total amount"]),
        (["kind", "person.age"], []),
        (["1"], []),
        (["true"], []),
    ],
)
def test_a_table_without_parameters_has_those_that_its_inputs_name(
    inputs: list[str], names: list[str]
) -> None:
    drawn = table(inputs, ["y"], [["-"] * len(inputs) + ["1"]])
    logic = f"<encapsulatedLogic>{drawn}</encapsulatedLogic>"

    (knowledge,) = clean(
        f'<businessKnowledgeModel id="b" name="f">{logic}</businessKnowledgeModel>'
    ).knowledge_models

    assert knowledge.logic is not None
    assert [each.name for each in knowledge.logic.parameters] == names


def test_a_service_has_outputs_inside_and_inputs() -> None:
    body = (
        DATA
        + "".join(decision(GOOD, id_=each) for each in "abc")
        + '<decisionService id="s" name="S"><variable name="S" typeRef="number"/><outputDecision href="#a"/>'
        '<encapsulatedDecision href="#b"/><inputDecision href="#c"/><inputData href="#i"/></decisionService>'
        + decision(GOOD, extra=knows("s"))
    )

    found = clean(body)

    (service,) = found.services
    assert (service.id, service.name, service.variable.type_ref) == ("s", "S", "number")
    kinds = (
        service.output_decisions,
        service.encapsulated_decisions,
        service.input_decisions,
        service.input_data,
    )
    assert [[each.id for each in kind] for kind in kinds] == [["a"], ["b"], ["c"], ["i"]]
    assert [each.id for each in found.decisions[3].required_knowledge] == ["s"]


IMPORT = '<import name="{name}" namespace="urn:b" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'


@pytest.mark.parametrize("name", ["Model B", ""])
def test_a_model_of_another_file_is_imported_and_referred_to(name: str) -> None:
    body = IMPORT.format(name=name) + decision(
        GOOD,
        extra="<informationRequirement><requiredDecision href='urn:b#x'/></informationRequirement>"
        "<informationRequirement><requiredInput href='urn:test#i'/></informationRequirement>"
        "<knowledgeRequirement><requiredKnowledge href='urn:b#k'/></knowledgeRequirement>",
    )

    found = clean(body + DATA)

    assert [(each.namespace, each.name) for each in found.imports] == [("urn:b", name)]
    (own,) = found.decisions
    assert [(each.namespace, each.id) for each in own.required_decisions] == [("urn:b", "x")]
    assert [(each.namespace, each.id) for each in own.required_inputs] == [("urn:test", "i")]
    assert [(each.namespace, each.id) for each in own.required_knowledge] == [("urn:b", "k")]


def test_a_reference_to_nothing_is_left_out_and_refused() -> None:
    found, findings = read(decision(GOOD, extra=requires("nobody") + requires("a")) + decision(GOOD, id_="a"))

    assert [each.id for each in found.decisions[0].required_decisions] == ["a"]
    assert [(each.rule, each.element_id) for each in findings] == [("dangling-reference", "d")]


def test_a_reference_to_a_model_that_is_not_imported_is_left_out() -> None:
    found, _findings = read(
        decision(
            GOOD,
            extra="<informationRequirement><requiredDecision href='urn:c#d'/></informationRequirement>",
        )
    )

    assert found.decisions[0].required_decisions == ()


def test_a_percent_sign_in_a_reference_is_an_escape() -> None:
    body = decision(GOOD, extra=requires("%E5%86%B3%E7%AD%96")) + decision(GOOD, id_="决策")

    assert [each.id for each in clean(body).decisions[0].required_decisions] == ["决策"]


def test_a_decision_behind_a_cycle_is_not_on_it() -> None:
    body = (
        decision(GOOD, id_="a", extra=requires("b"))
        + decision(GOOD, id_="b", extra=requires("a"))
        + decision(GOOD, id_="c", extra=requires("a"))
        + decision(GOOD, id_="e")
        + decision(GOOD, id_="f", extra=requires("e", "f"))
    )

    _found, findings = read(body)

    assert [(each.rule, each.element_id) for each in findings] == [
        ("requirement-cycle", "a"),
        ("requirement-cycle", "b"),
        ("requirement-cycle", "f"),
    ]


def test_knowledge_models_that_require_each_other_are_refused() -> None:
    body = "".join(
        f'<businessKnowledgeModel id="{id_}" name="{id_}"><encapsulatedLogic>{GOOD}</encapsulatedLogic>'
        f"{knows(other)}</businessKnowledgeModel>"
        for id_, other in ("ab", "ba")
    )

    assert rules_of(body) == [("requirement-cycle", Severity.ERROR)] * 2


def test_a_file_of_types_or_functions_alone_is_a_library() -> None:
    clean(KNOWLEDGE)
    clean('<itemDefinition name="t"><typeRef>string</typeRef></itemDefinition>')


def test_a_long_chain_of_decisions_is_read_without_recursion() -> None:
    body = decision(GOOD, id_="d0") + "".join(
        decision(table(["x"], ["y"], []), id_=f"d{number}", extra=requires(f"d{number - 1}"))
        for number in range(1, 1_500)
    )

    assert len(clean(body).decisions) == 1_500
