from __future__ import annotations

from decimal import Decimal

import pytest

from engine.dmn import Decision, DecisionResult, MatchedRule

from .drawing import NOW, decision, model_of, table

SUBCLASSES = [
    ['"井盖缺失", "道路塌陷"', "-", '"城管"', "2"],
    ['"路灯不亮"', "< 3", '"绿化"', "24"],
    ['"路灯不亮"', ">= 3", '"供电"', "4"],
]


def one_of(body: str) -> Decision:
    return next(iter(model_of(body).decisions.values()))


def answer(logic: str, **context: object) -> DecisionResult:
    return one_of(decision(logic)).evaluate(context, now=NOW)


def dispatch(**context: object) -> DecisionResult:
    return answer(table(["案件.小类", "数量"], ["部门", "时限"], SUBCLASSES), **context)


def test_the_matching_rule_answers_one_context_for_several_outputs() -> None:
    result = dispatch(案件={"小类": "路灯不亮"}, 数量=5)

    assert result.value == {"部门": "供电", "时限": 4}
    assert result.matched == (MatchedRule("d", "rule-3", 3),)
    assert result.diagnostics == ()


def test_no_matching_rule_answers_null() -> None:
    result = dispatch(案件={"小类": "乱设摊"}, 数量=1)

    assert (result.value, result.matched, result.diagnostics) == (None, (), ())


def test_an_empty_cell_passes_everything() -> None:
    assert answer(table(["x"], ["y"], [["", "1"]]), x=5).value == 1


def test_one_output_answers_the_plain_value() -> None:
    assert answer(table(["x"], ["y"], [["> 1", "x * 0.1"]]), x=Decimal(3)).value == Decimal("0.3")


def test_unique_with_two_matches_is_null_and_says_which() -> None:
    result = answer(table(["x"], ["y"], [["> 1", "1"], ["< 0", "2"], ["> 2", "3"]]), x=5)

    assert result.value is None
    assert [rule.rule_index for rule in result.matched] == [1, 3]
    assert result.diagnostics[0].message == "Expected one matching rule, but rules 1, 3 match."


def test_first_takes_the_first_of_several() -> None:
    logic = table(["x"], ["y"], [["< 0", "1"], ["> 1", "2"], ["> 2", "3"]], attributes='hitPolicy="FIRST"')

    result = answer(logic, x=5)

    assert (result.value, result.matched) == (2, (MatchedRule("d", "rule-2", 2),))


@pytest.mark.parametrize(
    ("attributes", "expected", "of_none"),
    [
        ("", [10, 20, 20], []),
        ('aggregation="SUM"', 50, None),
        ('aggregation="MIN"', 10, None),
        ('aggregation="MAX"', 20, None),
        ('aggregation="COUNT"', 3, 0),
    ],
)
def test_collect(attributes: str, expected: object, of_none: object) -> None:
    rules = [["> 1", "10"], ["> 2", "20"], ["> 3", "20"]]
    logic = table(["x"], ["y"], rules, attributes=f'hitPolicy="COLLECT" {attributes}')

    assert answer(logic, x=5).value == expected
    assert answer(logic, x=0).value == of_none
    assert [rule.rule_index for rule in answer(logic, x=3).matched] == [1, 2]


def test_collect_of_several_outputs_is_a_list_of_contexts() -> None:
    logic = table(["x"], ["a", "b"], [["> 1", "1", "2"], ["> 2", "3", "4"]], attributes='hitPolicy="COLLECT"')

    assert answer(logic, x=5).value == [{"a": 1, "b": 2}, {"a": 3, "b": 4}]


def test_a_default_output_answers_when_no_rule_matches() -> None:
    output = '<output name="y"><defaultOutputEntry><text>x + 1</text></defaultOutputEntry></output>'

    assert answer(table(["x"], [output], [["> 9", "0"]]), x=1).value == 2
    assert answer(table(["x"], [output], [["> 9", "0"]], attributes='hitPolicy="FIRST"'), x=1).value == 2
    summed = table(["x"], [output], [["> 9", "0"]], attributes='hitPolicy="COLLECT" aggregation="SUM"')
    assert answer(summed, x=1).value == 2


def test_an_input_that_is_not_among_the_input_values_answers_null() -> None:
    logic = (
        '<decisionTable><input><inputExpression><text>x</text></inputExpression><inputValues><text>"a", "b"</text>'
        "</inputValues></input><output/><rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text>"
        "</outputEntry></rule></decisionTable>"
    )

    assert answer(logic, x="a").value == 1
    refused = answer(logic, x="c")
    assert refused.value is None
    assert refused.diagnostics[0].place == "Decision 'd', input 1 (x)"


def test_an_output_that_is_not_among_the_output_values_is_null() -> None:
    output = '<output><outputValues><text>"A", "B"</text></outputValues></output>'
    logic = table(["x"], [output], [["1", '"A"'], ["2", '"C" + y']])

    assert answer(logic, x=1).value == "A"
    refused = answer(logic, x=2, y="")
    assert refused.value is None
    assert refused.diagnostics[0].place == "Decision 'd', rule 2"


def test_a_value_of_another_type_than_declared_is_null() -> None:
    logic = (
        '<decisionTable><input><inputExpression typeRef="number"><text>x</text></inputExpression></input>'
        '<output typeRef="string"/><rule><inputEntry><text>1</text></inputEntry><outputEntry><text>"a"</text>'
        "</outputEntry></rule><rule><inputEntry><text>2</text></inputEntry><outputEntry><text>3</text>"
        "</outputEntry></rule></decisionTable>"
    )

    assert answer(logic, x=1).value == "a"
    assert answer(logic, x=[1]).value == "a"
    assert "Expected the value to be a number" in answer(logic, x="1").diagnostics[0].message
    assert "Expected the output to be a string" in answer(logic, x=2).diagnostics[0].message


def test_what_goes_wrong_says_where() -> None:
    logic = table(["x", "z"], ["y"], [["1", "-", "1 / 0"], ["> 4", "-", "2"]])

    assert [(each.place, each.decision_id) for each in answer(logic, x=1, z=1).diagnostics] == [
        ("Decision 'd', rule 1, output 1", "d")
    ]
    assert [each.place for each in answer(logic, x="a", z=1).diagnostics] == ["Decision 'd', input 1 (x)"]
    assert [each.place for each in answer(logic, x=2).diagnostics] == ["Decision 'd', input 2 (z)"]


def test_all_rows_share_one_budget() -> None:
    slow = "for a in 1..100, b in 1..100 return a"
    logic = table(["x"], ["y"], [["-", slow] for _ in range(20)], attributes='hitPolicy="COLLECT"')

    result = answer(logic, x=1)

    assert result.value is None
    assert result.limit_exceeded


def test_rows_found_by_lookup_are_those_found_one_by_one() -> None:
    rules = [['"a"', "1"], ['"b", "a"', "2"], ["-", "3"], ['"c"', "4"]]
    by_lookup = table(["x"], ["y"], rules, attributes='hitPolicy="COLLECT"')
    one_by_one = table(["x"], ["y"], [*rules, ["= 1", "5"]], attributes='hitPolicy="COLLECT"')

    for value in ("a", "b", "c", "d", None, 7):
        assert answer(by_lookup, x=value).value == answer(one_by_one, x=value).value


def test_cells_may_ask_with_the_input_and_with_variables() -> None:
    logic = table(
        ["小类"],
        ["y"],
        [['? = 默认 or contains(?, "盖")', "1"], ['not("x")', "2"]],
        attributes='hitPolicy="FIRST"',
    )

    assert answer(logic, 小类="井盖", 默认="z").value == 1
    assert answer(logic, 小类="路灯", 默认="z").value == 2
    assert answer(logic, 小类="x", 默认="z").value is None
