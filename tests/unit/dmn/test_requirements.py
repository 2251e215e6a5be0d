from __future__ import annotations

import pytest

from engine.dmn import read_decisions

from .drawing import NOW, decision, definitions, literal, model_of, requires, table

RISK = (
    decision(literal("amount * 2"), id_="score", name="Risk Score")
    + decision(
        table(["Risk Score"], ["y"], [["> 100", '"high"'], ["<= 100", '"low"']]),
        id_="level",
        name="风险等级",
        extra='<variable name="风险等级" typeRef="string"/>' + requires("score"),
    )
    + decision(
        literal('if 风险等级 = "high" then Risk Score else score'),
        id_="top",
        extra=requires("score", "level"),
    )
)


def test_a_decision_sees_the_answers_of_those_it_requires() -> None:
    top = model_of(RISK).decisions["top"]

    result = top.evaluate({"amount": 60}, now=NOW)

    assert result.value == 120
    assert [(rule.decision_id, rule.rule_index) for rule in result.matched] == [("level", 1)]
    assert result.diagnostics == ()


def test_a_required_decision_is_answered_once() -> None:
    chain = decision(table(["1"], ["y"], [["1", "1"]]), id_="d0")
    for number in range(1, 25):
        chain += decision(
            literal(f"d{number - 1}"),
            id_=f"d{number}",
            extra=requires(f"d{number - 1}", f"d{max(number - 2, 0)}"),
        )

    result = model_of(chain).decisions["d24"].evaluate({}, now=NOW)

    assert result.value == 1
    assert len(result.matched) == 1


def test_the_inputs_that_must_be_brought_are_known() -> None:
    data = '<inputData id="i" name="申请 人数"><variable name="申请 人数" typeRef="number"/></inputData>'
    own = decision(literal("申请 人数 + other"), id_="own", extra=requires("i", kind="Input"))

    assert model_of(RISK).decisions["top"].required_inputs == {"amount"}
    decision_ = model_of(data + own).decisions["own"]
    assert decision_.required_inputs == {"申请 人数", "other"}
    assert decision_.evaluate({"申请 人数": 2, "other": 1}, now=NOW).value == 3


def test_input_data_of_another_type_is_null() -> None:
    data = '<inputData id="i" name="n"><variable name="n" typeRef="number"/></inputData>'
    model = model_of(data + decision(literal("n"), extra=requires("i", kind="Input")))

    result = model.decisions["d"].evaluate({"n": "1"}, now=NOW)

    assert result.value is None
    assert result.diagnostics[0].place == "input 'n'"


def test_a_decision_is_found_by_name() -> None:
    model = model_of(RISK)

    found = model.by_name("风险等级")

    assert found is not None
    assert found.id == "level"
    assert model.by_name("nothing") is None
    assert list(model.decisions) == ["score", "level", "top"]
    assert (model.id, model.name) == ("defs", "分类")


def test_the_context_is_left_as_it_was() -> None:
    context: dict[str, object] = {"amount": 60}

    model_of(RISK).decisions["top"].evaluate(context, now=NOW)

    assert context == {"amount": 60}


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_dmn_1_2_to_1_5_are_read(namespace: str) -> None:
    model, findings = read_decisions(definitions(decision(literal("1 + 1")), namespace=namespace))

    assert findings == []
    assert model is not None
    assert model.decisions["d"].evaluate({}, now=NOW).value == 2


def test_a_decision_may_answer_a_function() -> None:
    model = model_of(
        decision(literal("function(a) a + base"), id_="f") + decision(literal("f(2)"), extra=requires("f"))
    )

    assert model.decisions["d"].evaluate({"base": 1}, now=NOW).value == 3


def test_an_endless_recursion_is_a_limit() -> None:
    result = (
        model_of(decision(literal("{f: function(n) f(n), r: f(1)}.r"))).decisions["d"].evaluate({}, now=NOW)
    )

    assert result.value is None
    assert result.limit_exceeded


def test_an_input_that_is_not_given_is_null_and_said() -> None:
    data = '<inputData id="i" name="amount"><variable name="amount" typeRef="number"/></inputData>'
    own = decision(table(["amount"], ["y"], [["> 1", "1"]]), id_="own", extra=requires("i", kind="Input"))
    asked = model_of(data + own).decisions["own"]

    assert [(each.place, each.message) for each in asked.evaluate({}, now=NOW).diagnostics] == [
        ("input 'amount'", "Expected a value, but none was given.")
    ]
    assert asked.evaluate({"amount": None}, now=NOW).diagnostics == ()


def test_a_chain_longer_than_the_stack_is_read_and_answered() -> None:
    count = 1_500
    chain = decision(literal("x"), id_="d0") + "".join(
        decision(literal(f"d{n - 1} + 1"), id_=f"d{n}", extra=requires(f"d{n - 1}")) for n in range(1, count)
    )

    result = model_of(chain).decisions[f"d{count - 1}"].evaluate({"x": 1}, now=NOW)

    assert (result.value, result.diagnostics, len(result.answers)) == (count, (), count)
