"""Rules that match one input. Source: DMN 1.5, clause 8.2.10."""

from __future__ import annotations

import pytest

from engine.dmn.checks.tables import check_table
from engine.dmn.model import HitPolicy
from engine.feel.vocabulary import Vocabulary
from engine.findings import Severity

from .table_asking import only, rules
from .table_drawing import drawn


def test_two_rules_of_a_unique_table_that_match_one_input_are_named_with_it() -> None:
    table = drawn(["年龄", "类别"], [["[18..60]", "-", "1"], ["> 50", '"个体"', "2"]])

    finding = only(table, "rules-overlap")

    assert finding.severity is Severity.WARNING
    assert finding.zh == 'table：规则 1 和规则 2 同时匹配输入 {年龄: 55, 类别: "个体"}，UNIQUE 表此时答 null'
    assert finding.en == (
        'table: rules 1 and 2 both match the input {年龄: 55, 类别: "个体"}, where a UNIQUE table answers null'
    )
    assert (finding.element_id, finding.line, finding.file) == ("rule_2", 12, "t.dmn")
    assert finding.mend_zh
    assert finding.mend_en


@pytest.mark.parametrize(
    ("input_", "cells", "witness"),
    [
        ("x", ("> 1", "< 2"), "{x: 1.5}"),
        ("x", ("> 0.1", "< 0.2"), "{x: 0.15}"),
        ("x", ("> 18, 3", "> 20, 5"), "{x: 21}"),
        ("申请.日期", ('> @"2026-01-01"', '< @"2026-01-03"'), '{申请: {日期: @"2026-01-02"}}'),
        ("时长", ('> @"PT1H"', '< @"PT2H"'), '{时长: @"PT1H30M"}'),
        ("时长", ('> @"P1Y"', '< @"P1Y2M"'), '{时长: @"P1Y1M"}'),
        ("x", ('> @"08:00:00"', '< @"10:00:00"'), '{x: @"09:00:00"}'),
        ("x", ('"a\\"b", "c"', 'not("c")'), '{x: "a\\"b"}'),
        ("x", ("null, 2", "null, 1"), "{x: null}"),
        ("string length(x)", ("> 5, 1", "> 7, 2"), "{string length(x): 8}"),
    ],
)
def test_the_witness_is_as_plain_as_can_be(input_: str, cells: tuple[str, str], witness: str) -> None:
    table = drawn([input_], [[cells[0], "1"], [cells[1], "2"]])

    assert f"the input {witness}, where" in only(table, "rules-overlap").en


@pytest.mark.parametrize(
    "cells", [("> 1", "<= 1"), ('> @"2026-01-01"', '< @"2026-01-02"'), ("true", "false")]
)
def test_ranges_that_only_touch_do_not_overlap(cells: tuple[str, str]) -> None:
    assert "rules-overlap" not in rules(drawn(["x"], [[cells[0], "1"], [cells[1], "2"]]))


@pytest.mark.parametrize("cell", ["limit", "< limit", "odd(?)", "? > limit", "this is no FEEL ("])
def test_a_cell_that_asks_with_a_variable_or_a_function_is_never_said_to_overlap(cell: str) -> None:
    assert "rules-overlap" not in rules(drawn(["x"], [["> 1", "1"], [cell, "2"]]))


def test_columns_that_depend_on_each_other_are_not_combined() -> None:
    """Both rules would match x = 2, if x > 5 were true of it."""
    impossible = drawn(["x", "x > 5"], [["< 3", "true", "1"], ["> 1", "true", "2"]])
    possible = drawn(["x", "x > 5"], [["< 3", "-", "1"], ["> 1", "-", "2"], ["null", "true", "3"]])

    assert "rules-overlap" not in rules(impossible)
    assert "both match the input {x: 2}, where" in only(possible, "rules-overlap").en


@pytest.mark.parametrize(("inputs", "count"), [(["a.b", "a.c"], 1), (["a.b", "a"], 0), (["a", "a.b"], 0)])
def test_entries_of_one_variable_are_independent(inputs: list[str], count: int) -> None:
    table = drawn(inputs, [["< 3, 9", "< 5", "1"], ["< 2, 8", "< 7", "2"]])

    assert rules(table).count("rules-overlap") == count


@pytest.mark.parametrize("cells", [("< 0, 1", "< -1, 2"), ("(3..4), 7", "(3..4), 8")])
def test_a_computed_value_is_not_expected_to_be_negative_or_broken(cells: tuple[str, str]) -> None:
    rows = [[cells[0], "1"], [cells[1], "2"]]

    assert "rules-overlap" not in rules(drawn(["count(list)"], rows))
    assert "rules-overlap" in rules(drawn(["list"], rows))


def test_a_variable_may_have_the_name_of_a_function() -> None:
    table = drawn(["x"], [['date("2026-01-01"), 1', "1"], ['date("2026-01-01"), 2', "2"]])

    assert "rules-overlap" in rules(table)
    shadowed = check_table(table, vocabulary=Vocabulary(names=["date"]))
    assert "rules-overlap" not in {finding.rule for finding in shadowed}


def test_two_columns_about_one_value_are_looked_at_together() -> None:
    apart = drawn(["x", "x"], [["> 5", "-", "1"], ["-", "<= 5", "2"]])
    empty = drawn(["x", "x"], [["> 5", "< 5", "1"]])

    assert rules(apart) == []
    assert "no value of input 1, 2 (x) can pass > 5 & < 5" in only(empty, "unreachable-rule").en


def test_overlaps_beyond_ten_are_counted() -> None:
    table = drawn(["x"], [[f"> {number}, -{number}", "1"] for number in range(1, 41)])

    findings = [finding for finding in check_table(table) if finding.rule == "rules-overlap"]

    assert len(findings) == 10
    assert findings[-1].en.endswith(f"(and {40 * 39 // 2 - 10} more like it)")
    assert findings[-1].zh.endswith(f"（还有 {40 * 39 // 2 - 10} 处同类问题）")


@pytest.mark.parametrize("policy", [HitPolicy.FIRST, HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.ANY])
def test_overlaps_are_meant_in_other_tables(policy: HitPolicy) -> None:
    table = drawn(["x"], [["> 1", "1"], ["> 0", "1"], ["<= 3", "1"]], policy=policy)

    assert rules(table) == []


def test_an_any_table_whose_rules_answer_differently_is_a_conflict() -> None:
    table = drawn(["x"], [["> 1", '"a"'], ["< 9", '"a"'], ["< 5", "y"], ["> 3", '"b"']], policy=HitPolicy.ANY)

    found = [finding.en for finding in check_table(table) if finding.rule == "any-conflict"]

    assert [each.partition(", but")[0] for each in found] == [
        "table: rules 1 and 4 both match the input {x: 4}",
        "table: rules 2 and 4 both match the input {x: 4}",
    ]
