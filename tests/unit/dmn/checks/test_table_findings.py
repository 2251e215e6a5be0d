"""Columns and outputs of tables, and what checking a table costs."""

from __future__ import annotations

import pytest

from engine.dmn.checks.tables import check_table
from engine.dmn.model import HitPolicy
from engine.feel.types import BASIC_TYPES, ListType, NamedType
from engine.feel.vocabulary import Vocabulary

from .table_asking import only, rules
from .table_drawing import column, drawn, output, text


def test_an_input_that_no_rule_asks_for_is_said_to_be_unused() -> None:
    finding = only(drawn(["x", "y"], [["< 1", "-", "1"], [">= 1", "-", "2"]]), "unused-input")

    assert finding.en == "table: input 2 (y) is asked for by no rule"
    assert finding.element_id == "input"


def test_an_output_that_is_not_allowed_is_an_error() -> None:
    outputs = [output(name="a", values='"高", "低"'), output(name="b", values="[0..9]", default="10")]
    table = drawn(["x"], [["-", '"中"', "3"]], outputs=outputs)

    findings = [finding for finding in check_table(table) if finding.rule == "output-not-allowed"]

    assert [finding.is_error for finding in findings] == [True, True]
    assert '规则 1 输出第 1 列（a）的值 "中" 不在允许的值 "高", "低" 之中' in findings[0].zh
    assert (
        "the default output, output 2 (b) is 10, which is none of the allowed values [0..9]" in findings[1].en
    )
    assert findings[0].line == 11


@pytest.mark.parametrize(
    ("cell", "values", "type_ref"),
    [
        ("", "1, 2", ""),
        ("null", "1, 2", ""),
        ("x + 7", "1, 2", ""),
        ('@"2026-01-01"', '@"2026-01-01T00:00:00Z", @"2027-01-01T00:00:00Z"', "date and time"),
        ("3", "limit", ""),
        ("[1, 3]", "1, 2", ""),
        ("3", "1, 2", "tNumbers"),
        ("2", "1, 2", "tNumber"),
    ],
)
def test_an_output_that_may_be_allowed_is_no_error(cell: str, values: str, type_ref: str) -> None:
    number, numbers = NamedType("tNumber"), NamedType("tNumbers")
    number.base, numbers.base = BASIC_TYPES["number"], ListType(number)
    vocabulary = Vocabulary(types={"tNumber": number, "tNumbers": numbers})
    table = drawn(["x"], [["-", cell]], outputs=[output(values=values, type_ref=type_ref)])

    assert [each.rule for each in check_table(table, vocabulary=vocabulary)] == ["unused-input"]


@pytest.mark.parametrize("policy", [HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER])
def test_an_order_of_outputs_needs_output_values(policy: HitPolicy) -> None:
    table = drawn(["x"], [["> 0", '"a"'], ["<= 0", '"b"']], policy=policy)

    assert only(table, "priority-without-values").is_error
    assert check_table(table, output_allowed=[text('"a", "b"')]) == []


def test_names_of_several_words_are_understood() -> None:
    table = drawn(["订单 金额"], [["> 5", "1"], ["> 4, < 0", "2"]])

    findings = check_table(table, vocabulary=Vocabulary(names=["订单 金额"]))

    assert [finding.rule for finding in findings] == ["unreachable-rule", "table-gap"]
    assert "{订单 金额: 0}" in findings[1].en


def test_a_tangled_table_has_no_claims_that_take_for_ever() -> None:
    """Random clauses of three literals near the threshold: whether they cover everything is hard to say."""
    rows = []
    state = 7
    for _ in range(900):
        row = ["-"] * 200
        for _ in range(3):
            state = state * 6364136223846793005 % 2**64 + 1442695040888963407
            row[state >> 33 & 127] = "true" if state >> 50 & 1 else "false"
        rows.append([*row, "1"])
    table = drawn([column(f"x{n}", type_ref="boolean") for n in range(200)], rows, policy=HitPolicy.FIRST)

    assert "rules-overlap" not in rules(table)


def test_a_thousand_rules_are_looked_at_whole() -> None:
    rows = [
        [f'"c{kind}"', f"[{10 * step}..{10 * step + 10})", "1"] for kind in range(50) for step in range(20)
    ]
    rows[777][1] = "[171..180)"
    kinds = ", ".join(f'"c{kind}"' for kind in range(50))
    table = drawn([column("c", values=kinds), column("x", values="[0..200)")], rows)

    assert [finding.en.partition(", for")[0] for finding in check_table(table)] == [
        'table: no rule matches c = "c38" and x in [170..171)'
    ]


def test_a_table_without_rules_or_inputs_has_nothing_to_compare() -> None:
    assert rules(drawn(["x"], [])) == []
    assert rules(drawn([], [["1"]])) == []
    assert rules(drawn([], [["1"], ["2"]])) == ["unreachable-rule"]
