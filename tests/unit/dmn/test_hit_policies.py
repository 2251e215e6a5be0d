"""The seven hit policies and the aggregators. Source: DMN 1.5, clause 8.2.10 and 8.2.11."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.dmn import DecisionResult

from .drawing import NOW, decision, model_of, table

LEVELS = '<output name="y"><outputValues><text>"high", "middle", "low"</text></outputValues></output>'


def answer(logic: str, **context: object) -> DecisionResult:
    return model_of(decision(logic)).decisions["d"].evaluate(context, now=NOW)


def numbers(result: DecisionResult) -> list[int]:
    return [rule.rule_index for rule in result.matched]


def levels(policy: str, **context: object) -> DecisionResult:
    rows = [["> 0", '"low"'], ["> 10", '"high"'], ["> 5", '"middle"'], ["> 7", '"middle"']]
    return answer(table(["x"], [LEVELS], rows, attributes=f'hitPolicy="{policy}"'), **context)


@pytest.mark.parametrize(
    ("x", "value", "rules"), [(20, "high", [2]), (8, "middle", [3]), (1, "low", [1]), (0, None, [])]
)
def test_priority_takes_the_output_that_stands_first_in_the_output_values(
    x: int, value: str | None, rules: list[int]
) -> None:
    result = levels("PRIORITY", x=x)

    assert (result.value, numbers(result), result.diagnostics) == (value, rules, ())


def test_output_order_lists_by_priority_and_like_ones_by_rule() -> None:
    result = levels("OUTPUT ORDER", x=20)

    assert result.value == ["high", "middle", "middle", "low"]
    assert numbers(result) == [2, 3, 4, 1]


def test_rule_order_lists_as_drawn() -> None:
    result = levels("RULE ORDER", x=20)

    assert result.value == ["low", "high", "middle", "middle"]
    assert numbers(result) == [1, 2, 3, 4]


@pytest.mark.parametrize("policy", ["RULE ORDER", "OUTPUT ORDER", "COLLECT"])
def test_policies_of_several_hits_answer_an_empty_list_without_one(policy: str) -> None:
    assert levels(policy, x=-1).value == []


def test_priority_of_several_outputs_goes_column_by_column() -> None:
    columns = [
        '<output name="a"><outputValues><text>1, 2</text></outputValues></output>',
        '<output name="b"><outputValues><text>"p", "q"</text></outputValues></output>',
    ]
    rows = [["-", "2", '"p"'], ["-", "1", '"q"'], ["-", "1", '"p"']]

    result = answer(table(["x"], columns, rows, attributes='hitPolicy="OUTPUT ORDER"'), x=1)

    assert result.value == [{"a": 1, "b": "p"}, {"a": 1, "b": "q"}, {"a": 2, "b": "p"}]


def test_any_allows_several_rules_with_one_output() -> None:
    rows = [["> 0", "1"], ["> 1", "1.0"]]

    result = answer(table(["x"], ["y"], rows, attributes='hitPolicy="ANY"'), x=5)

    assert (result.value, numbers(result), result.diagnostics) == (1, [1, 2], ())


def test_any_with_different_outputs_is_null_and_says_which_rules() -> None:
    rows = [["> 0", "1"], ["> 1", "2"]]

    result = answer(table(["x"], ["y"], rows, attributes='hitPolicy="ANY"'), x=5)

    assert result.value is None
    assert [each.message for each in result.diagnostics] == [
        "Expected one output from all matching rules, but rules 1, 2 differ."
    ]
    assert numbers(result) == [1, 2]


@pytest.mark.parametrize(
    ("aggregation", "value"),
    [("SUM", Decimal("3.5")), ("MIN", Decimal("0.5")), ("MAX", 2), ("COUNT", 3)],
)
def test_collect_aggregates(aggregation: str, value: object) -> None:
    rows = [["> 0", "1"], ["> 1", "2"], ["> 2", "0.5"], ["> 9", "7"]]
    attributes = f'hitPolicy="COLLECT" aggregation="{aggregation}"'

    assert answer(table(["x"], ["y"], rows, attributes=attributes), x=5).value == value


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "PRIORITY", "ANY"])
def test_the_default_output_answers_where_no_rule_matches(policy: str) -> None:
    output = (
        '<output name="y"><outputValues><text>"a", "none"</text></outputValues>'
        '<defaultOutputEntry><text>"none"</text></defaultOutputEntry></output>'
    )

    assert answer(
        table(["x"], [output], [["> 1", '"a"']], attributes=f'hitPolicy="{policy}"'), x=0
    ).value == ("none")


def test_a_value_that_is_no_output_value_is_null_with_the_place() -> None:
    result = levels("UNIQUE", x=0)
    assert result.value is None

    wrong = answer(table(["x"], [LEVELS], [["-", "x"]]), x="top")

    assert wrong.value is None
    assert "rule 1" in wrong.diagnostics[0].place
    assert wrong.diagnostics[0].message == "Expected one of the output values, but got another."
