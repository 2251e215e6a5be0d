"""Rules that are never chosen."""

from __future__ import annotations

import pytest

from engine.dmn.checks.tables import check_table
from engine.dmn.model import HitPolicy
from engine.feel import compile_expression, compile_unary_tests

from .table_asking import NOW, only, rules
from .table_drawing import column, drawn, output, text


@pytest.mark.parametrize("cell", ["[5..3]", "? > 5 and ? < 3", "(1..1)", '(@"2026-01-01"..@"2026-01-02")'])
def test_a_cell_that_nothing_passes_is_named(cell: str) -> None:
    finding = only(drawn(["x", "y"], [["-", cell, "1"]], policy=HitPolicy.COLLECT), "unreachable-rule")

    assert finding.en == f"table: rule 1 never matches: no value of input 2 (y) can pass {cell}"
    assert (finding.element_id, finding.line) == ("rule_1_input_2", 11)


def test_a_value_that_is_not_allowed_is_named_and_nothing_else_said_of_it() -> None:
    table = drawn(
        [column("x", values='"个体", "企业"')], [['"个体"', "1"], ['"企业", "个休"', "2"], ['"x"', "3"]]
    )

    findings = check_table(table)

    assert [(each.rule, each.line) for each in findings] == [
        ("value-not-allowed", 12),
        ("value-not-allowed", 13),
    ]
    assert '"个休" is not among the values allowed there' in findings[0].en


def test_a_range_outside_the_values_of_the_type_never_matches() -> None:
    table = drawn(["x"], [["< 0", "1"], [">= 0", "2"]])

    assert [each.rule for each in check_table(table, allowed=[text("> 0")])] == ["unreachable-rule"]


def test_in_a_first_table_earlier_rules_may_hide_a_later_one_together() -> None:
    rows = [
        ["< 5", "-", "1"],
        [">= 5", "-", "2"],
        ["[1..9]", "true", "3"],
        ["null", "-", "4"],
        ["-", "-", "5"],
    ]

    finding = only(drawn(["x", "y"], rows, policy=HitPolicy.FIRST), "unreachable-rule")

    assert finding.en == "table: rule 3 is never chosen: all that it matches goes to the earlier rules 1, 2"
    assert finding.zh == "table：规则 3 永远不会被选中：它匹配的输入都先归排在前面的规则 1、2"
    assert finding.line == 13


@pytest.mark.parametrize(
    ("first", "second", "value"),
    [
        ('"a", "b"', '["a", "b"]', '["a", "b"]'),
        (
            '@"2026-01-01T09:00:00"',
            '[@"2026-01-01T09:00:00"..@"2026-01-01T09:00:00"]',
            '@"2026-01-01T09:00:00Z"',
        ),
        ('@"09:00:00"', '[@"09:00:00"..@"09:00:00"]', '@"09:00:00Z"'),
        ("not(null)", "-", "null"),
        ("< 5, >= 5", "-", '"a"'),
    ],
)
def test_a_value_of_another_kind_may_reach_a_rule(first: str, second: str, value: str) -> None:
    table = drawn(["x"], [[first, "1"], [second, "2"]], policy=HitPolicy.FIRST)
    reached = compile_expression(value).value({}, now=NOW)
    passes = [compile_unary_tests(cell).matches(reached, {}, now=NOW) for cell in (first, second)]

    assert passes == [False, True]
    assert "unreachable-rule" not in rules(table)


def test_findings_of_one_kind_beyond_ten_are_counted() -> None:
    table = drawn(["x"], [["-", "1"], *([f"{number}", "2"] for number in range(15))], policy=HitPolicy.FIRST)

    findings = check_table(table)

    assert [finding.rule for finding in findings] == ["unreachable-rule"] * 10
    assert findings[-1].en.endswith("rule 1 (and 5 more like it)")


def test_in_a_priority_table_what_counts_is_the_order_of_the_output_values() -> None:
    rows = [["> 5", '"低"'], ["> 3", '"高"'], ["> 4", "y"], ["-", '"低"']]
    table = drawn(["x"], rows, policy=HitPolicy.PRIORITY, outputs=[output(values='"高", "低"')])

    finding = only(table, "unreachable-rule")

    assert (
        finding.en == "table: rule 1 is never chosen: all that it matches goes to the more important rule 2"
    )


@pytest.mark.parametrize("cells", [("> 5", "> 5"), ("limit", "limit"), ("> 5", "(5..9), >= 9")])
def test_a_rule_that_asks_the_same_as_another_is_never_chosen_in_a_unique_table(
    cells: tuple[str, str],
) -> None:
    table = drawn(["x"], [[cells[0], "1"], [cells[1], "1"]])

    assert [each.rule for each in check_table(table) if each.rule != "table-gap"] == ["unreachable-rule"]
    assert only(table, "unreachable-rule").en.startswith("table: rule 2 is never chosen")


def test_a_repeated_rule_of_an_any_table_is_one_too_many() -> None:
    table = drawn(["x"], [["> 5", "1"], ["-", "1"], ["> 5", "1"]], policy=HitPolicy.ANY)

    assert (
        only(table, "unreachable-rule").en == "table: rule 3 asks the same as rule 1: one of them is too many"
    )
