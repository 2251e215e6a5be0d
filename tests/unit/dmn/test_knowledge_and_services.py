"""Business knowledge models, decision services and imports. Source: DMN 1.5, clauses 6.3 and 10.4."""

from __future__ import annotations

import pytest

from engine.dmn import DecisionModel, read_decisions
from engine.findings import has_errors

from .drawing import NOW, decision, definitions, literal, model_of, requires, table


def knowledge(
    id_: str, parameters: str, body: str, *, requires_: tuple[str, ...] = (), variable: str = ""
) -> str:
    drawn = "".join(
        f'<formalParameter name="{name}" typeRef="{type_}"/>'
        for name, _, type_ in (each.partition(": ") for each in parameters.split(", "))
    )
    return (
        f'<businessKnowledgeModel id="{id_}" name="{id_}"><variable name="{id_}" {variable}/>'
        f"<encapsulatedLogic>{drawn}{body}</encapsulatedLogic>{knows(*requires_)}</businessKnowledgeModel>"
    )


def knows(*ids: str) -> str:
    return "".join(
        f'<knowledgeRequirement><requiredKnowledge href="#{id_}"/></knowledgeRequirement>' for id_ in ids
    )


def data(id_: str, type_ref: str = "Any") -> str:
    return f'<inputData id="{id_}" name="{id_}"><variable name="{id_}" typeRef="{type_ref}"/></inputData>'


def service(id_: str, *, outputs: str, encapsulated: str = "", decisions: str = "", inputs: str = "") -> str:
    def references(tag: str, ids: str) -> str:
        return "".join(f'<{tag} href="#{each}"/>' for each in ids.split())

    return (
        f'<decisionService id="{id_}" name="{id_}"><variable name="{id_}"/>'
        + references("outputDecision", outputs)
        + references("encapsulatedDecision", encapsulated)
        + references("inputDecision", decisions)
        + references("inputData", inputs)
        + "</decisionService>"
    )


FEES = knowledge(
    "fee", "kind: string, amount: number", table(["kind", "amount"], ["y"], [['"a"', "> 10", "amount * rate()"]]),
    requires_=("rate",),
) + knowledge("rate", "unused", literal("0.5")).replace('<formalParameter name="unused" typeRef=""/>', "")  # fmt: skip


def test_a_knowledge_model_is_a_function_for_those_that_require_it() -> None:
    top = decision(literal('fee("a", x)'), extra=requires() + knows("fee"))

    result = model_of(FEES + top).decisions["d"].evaluate({"x": 20}, now=NOW)

    assert result.value == 10
    # The table's rules are reported under the id of the knowledge model it stands in.
    assert [(rule.decision_id, rule.rule_index) for rule in result.matched] == [("fee", 1)]


def test_parameters_are_converted_or_the_call_is_null() -> None:
    top = decision(literal('[fee("a", [20]), fee("a", "20")]'), extra=knows("fee"))

    result = model_of(FEES + top).decisions["d"].evaluate({}, now=NOW)

    assert result.value == [10, None]
    assert "'amount'" in result.diagnostics[0].message


def test_a_knowledge_model_does_not_see_what_it_does_not_require() -> None:
    leaky = knowledge("f", "a: number", literal("secret"))
    body = (
        data("secret")
        + leaky
        + decision(literal("f(1)"), extra=requires("secret", kind="Input") + knows("f"))
    )

    model, findings = read_decisions(definitions(body))

    assert model is not None
    assert [each.rule for each in findings] == ["unused-requirement", "missing-requirement"]
    assert model.decisions["d"].evaluate({"secret": 1}, now=NOW).value is None


def test_a_knowledge_model_may_call_itself() -> None:
    recursive = knowledge("fib", "n: number", literal("if n < 2 then n else fib(n - 1) + fib(n - 2)"))

    model = model_of(recursive + decision(literal("fib(12)"), extra=knows("fib")))

    assert model.decisions["d"].evaluate({}, now=NOW).value == 144


FUNCTION_OF_NUMBERS = (
    '<itemDefinition name="tFunction"><functionItem outputTypeRef="number">'
    '<parameters name="a" typeRef="number"/></functionItem></itemDefinition>'
)


@pytest.mark.parametrize("type_ref", ["number", "tFunction"])
def test_a_type_of_the_function_or_of_its_result_holds_for_results(type_ref: str) -> None:
    # Clause 7.3.2 has function items for the first; models before DMN 1.3 could only write the second.
    same = knowledge("same", "a: Any", literal("a"), variable=f'typeRef="{type_ref}"')
    top = decision(literal('[same(2), same([3]), same("x")]'), extra=knows("same"))

    result = model_of(FUNCTION_OF_NUMBERS + same + top).decisions["d"].evaluate({}, now=NOW)

    assert result.value == [2, 3, None]
    assert result.diagnostics[0].message == "Expected the result to be a number, but it is a string."


def test_the_type_of_encapsulated_logic_holds_where_the_variable_has_none() -> None:
    same = knowledge("same", "a: Any", literal("a")).replace(
        "<encapsulatedLogic>", '<encapsulatedLogic typeRef="number">'
    )
    top = decision(literal('[same(2), same("x")]'), extra=knows("same"))

    assert model_of(same + top).decisions["d"].evaluate({}, now=NOW).value == [2, None]


def test_the_inputs_of_a_table_without_parameters_are_its_parameters() -> None:
    # Clause 10.2.1.7 (boxed function): "whose input expressions are assumed to be the parameter names".
    drawn = table(["kind", "total amount"], ["y"], [['"a"', "> 10", '"large"'], ['"a"', "<= 10", '"small"']])
    size = knowledge("size", "unused", drawn).replace('<formalParameter name="unused" typeRef=""/>', "")
    top = decision(literal('[size("a", 11), size(total amount: 1, kind: "a")]'), extra=knows("size"))

    assert model_of(size + top).decisions["d"].evaluate({}, now=NOW).value == ["large", "small"]


GRAPH = (
    data("x", "number")
    + decision(literal("x * 2"), id_="double", extra=requires("x", kind="Input"))
    + decision(literal("double + 1"), id_="next", extra=requires("double"))
    + service("whole", outputs="next", encapsulated="double", inputs="x")
    + service("part", outputs="next", decisions="double")
    + service("both", outputs="next double", inputs="x")
)


def test_a_service_answers_its_output_decision() -> None:
    model = model_of(GRAPH)

    assert model.services["whole"].evaluate({"x": 5}, now=NOW).value == 11
    assert model.services["both"].evaluate({"x": 5}, now=NOW).value == {"next": 11, "double": 10}


def test_input_decisions_of_a_service_are_given_and_not_answered() -> None:
    result = model_of(GRAPH).services["part"].evaluate({"double": 1, "x": 99}, now=NOW)

    assert result.value == 2
    assert [id_ for id_, _value in result.answers] == ["next"]


def test_the_type_of_a_service_holds_however_it_is_asked() -> None:
    # Clause 10.3.2.9.4 (binding contexts): what does not conform is null.
    text_service = service("text", outputs="next", encapsulated="double", inputs="x").replace(
        '<variable name="text"/>', '<variable name="text" typeRef="string"/>'
    )
    top = decision(literal("text(7)"), id_="top", extra=knows("text"))
    model, _findings = read_decisions(definitions(GRAPH + text_service + top), tolerant=True)
    assert model is not None

    asked = model.services["text"].evaluate({"x": 5}, now=NOW)
    called = model.decisions["top"].evaluate({}, now=NOW)

    assert (asked.value, called.value) == (None, None)
    assert asked.diagnostics[0].message == "Expected the result to be a string, but it is a number."


def test_a_service_is_a_function_with_a_session_of_its_own() -> None:
    top = decision(
        literal("[next, whole(7), part(double: 1), whole(x: 1, y: 2)]"),
        id_="top",
        extra=requires("next") + knows("whole", "part"),
    )

    result = model_of(GRAPH + top).decisions["top"].evaluate({"x": 5}, now=NOW)

    assert result.value == [11, 15, 2, None]


def imported_model() -> bytes:
    body = (
        '<itemDefinition name="tAge"><typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues>'
        "</itemDefinition>"
        + data("age", "tAge")
        + decision(literal("age >= 60"), id_="is old", name="is old", extra=requires("age", kind="Input"))
        + knowledge("limit", "a: tAge", literal("a - 60"))
    )
    return definitions(body).replace(b'namespace="urn:test"', b'namespace="urn:base"')


def importing(prefix: str, text: str) -> bytes:
    drawn = (
        f'<import namespace="urn:base" name="{prefix}" importType="{"https://www.omg.org/spec/DMN/20230324/MODEL/"}"/>'
        '<decision id="d" name="d">'
        '<informationRequirement><requiredDecision href="urn:base#is old"/></informationRequirement>'
        '<informationRequirement><requiredInput href="urn:base#age"/></informationRequirement>'
        '<knowledgeRequirement><requiredKnowledge href="urn:base#limit"/></knowledgeRequirement>'
        f"{literal(text)}</decision>"
    )
    return definitions(drawn)


def read(content: bytes, **files: bytes) -> DecisionModel:
    model, findings = read_decisions(content, file="top.dmn", imports=files)
    assert findings == []
    assert model is not None
    return model


def test_an_imported_model_is_seen_under_its_prefix() -> None:
    content = importing("base model", "[base model.is old, base model.age, base model.limit(base model.age)]")

    decision_ = read(content, base=imported_model()).decisions["d"]

    assert decision_.evaluate({"age": 70}, now=NOW).value == [True, 70, 10]
    assert decision_.evaluate({}, now=NOW, imported={"urn:base": {"age": 59}}).value == [False, 59, -1]


def test_an_import_without_a_name_brings_elements_as_they_are() -> None:
    content = importing("", "[is old, age, limit(age)]")

    assert read(content, base=imported_model()).decisions["d"].evaluate({"age": 70}, now=NOW).value == [
        True,
        70,
        10,
    ]


def test_an_import_that_no_file_serves_is_refused() -> None:
    model, findings = read_decisions(importing("b", "1"), file="top.dmn")

    assert model is None
    assert "missing-import" in [each.rule for each in findings]
    assert has_errors(findings)


def test_models_that_import_one_another_are_refused() -> None:
    one = definitions(
        '<import namespace="urn:two" name="two" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        + decision(literal("1"))
    )
    two = definitions(
        '<import namespace="urn:test" name="one" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
        + decision(literal("1"))
    ).replace(b'namespace="urn:test" >', b'namespace="urn:two" >')

    _model, findings = read_decisions(one, file="one.dmn", imports={"two.dmn": two})

    assert {each.rule for each in findings} & {"import-cycle", "refused-import"}
