"""Inputs that no rule matches."""

from __future__ import annotations

import pytest

from engine.dmn.checks.tables import check_table
from engine.dmn.model import HitPolicy
from engine.findings import Severity

from .table_asking import gap_words, rules
from .table_drawing import column, drawn, output, text


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["< 60"], ["> 65"]], ["x in [60..65]"]),
        ([["<= 60"], [">= 65"]], ["x in (60..65)"]),
        ([["[0..10]"]], ["x in (< 0, > 10)"]),
        ([["1"], ["2"], ["3"]], ["not(x in (1, 2, 3))"]),
        ([["not(7)"]], ["x = 7"]),
        ([["> 7"]], ["x <= 7"]),
        ([["true"]], ["x = false"]),
        ([['< @"2026-01-01"'], ['> @"2026-01-02"']], ['x in [@"2026-01-01"..@"2026-01-02"]']),
        ([['< @"2026-01-01"'], ['> @"2026-01-01"']], ['x = @"2026-01-01"']),
        ([['"a"'], ['"b"']], ['not(x in ("a", "b"))']),
        ([['"a"']], ['x != "a"']),
        ([['not("a", "b")']], ['x in ("a", "b")']),
        ([["< 0"], [">= 0"]], []),
        ([["-"]], []),
        ([["null"], ["not(null)"]], []),
    ],
)
def test_a_gap_is_said_in_feel(rows: list[list[str]], words: list[str]) -> None:
    assert gap_words(["x"], *rows) == words


def test_a_gap_comes_with_an_input_that_falls_into_it() -> None:
    table = drawn(["年龄", "类别"], [["< 60", "-", "1"], ["> 65", "-", "2"], ["-", 'not("个体")', "3"]])

    finding = [each for each in check_table(table) if each.rule == "table-gap"]

    assert [each.zh for each in finding] == [
        'table：没有规则匹配 年龄 in [60..65] and 类别 = "个体"，例如输入 {年龄: 60, 类别: "个体"}；此时答 null'
    ]
    assert (finding[0].element_id, finding[0].line, finding[0].severity) == ("table", 1, Severity.WARNING)


def test_input_values_say_which_values_need_an_answer() -> None:
    by_table = drawn([column("x", values='"a", "b"')], [['"a"', "1"], ['"b"', "2"]])
    by_type = drawn(["x"], [["[0..5]", "1"], ["(5..9)", "2"]])

    assert rules(by_table) == []
    assert check_table(by_type, allowed=[text("[0..9)")]) == []
    assert [each.rule for each in check_table(by_type, allowed=[text("[0..10]")])] == ["table-gap"]


def test_texts_that_nobody_names_are_one_gap_and_come_last() -> None:
    words = gap_words(["x", "y"], ['"a"', "< 1"], ['"b"', "-"])

    assert words == ['x != "b" and y >= 1', 'not(x in ("a", "b")) and y < 1']


def test_at_most_three_gaps_are_listed() -> None:
    assert len(gap_words(["x", "y"], *[[str(number), f"{number}"] for number in range(9)])) == 3


@pytest.mark.parametrize("policy", [HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER])
def test_no_answer_is_an_answer_where_answers_are_collected(policy: HitPolicy) -> None:
    table = drawn(["x"], [["> 1", "1"]], policy=policy, outputs=[output(values="1")])

    assert rules(table) == []


def test_a_default_output_fills_all_gaps() -> None:
    assert rules(drawn(["x"], [["> 1", "1"]], outputs=[output(default="0")])) == []


@pytest.mark.parametrize("cell", ["limit", "? > limit", "odd(?)"])
def test_a_cell_that_may_pass_leaves_no_gap(cell: str) -> None:
    assert gap_words(["x"], ["< 5"], [cell]) == []


def test_of_a_computed_value_it_is_not_known_which_there_are() -> None:
    assert gap_words(["count(list)"], ["0"], ["> 0"]) == []
    assert gap_words(["count(list)", "x"], ["0", "< 1"], ["> 0", "< 2"]) == ["x >= 2"]


def test_a_column_with_several_kinds_has_no_gap_unless_its_type_says_which() -> None:
    assert gap_words(["x"], ["1"], ['"a"']) == []
    assert gap_words([column("x", type_ref="number")], ["1"], ["2"]) == ["not(x in (1, 2))"]
