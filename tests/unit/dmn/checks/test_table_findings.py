from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from engine.dmn.checks.tables import check_table
from engine.dmn.model import DecisionTable, HitPolicy, InputClause
from engine.feel import compile_expression, compile_unary_tests
from engine.feel.types import BASIC_TYPES, ListType, NamedType
from engine.feel.vocabulary import Vocabulary
from engine.findings import Finding, Severity

from .table_drawing import column, drawn, output, text

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def rules(table: DecisionTable) -> list[str]:
    return [finding.rule for finding in check_table(table)]


def only(table: DecisionTable, rule: str) -> Finding:
    (found,) = [finding for finding in check_table(table) if finding.rule == rule]
    return found


def gap_words(inputs: Sequence[str | InputClause], *rows: Sequence[str]) -> list[str]:
    """What stands between "no rule matches" and the example."""
    return [
        finding.en.removeprefix("table: no rule matches ").partition(", for example")[0]
        for finding in check_table(drawn(inputs, [[*row, "1"] for row in rows]))
        if finding.rule == "table-gap"
    ]


# -- overlap -------------------------------------------------------------------------------------


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


# -- gaps ----------------------------------------------------------------------------------------


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


# -- unreachable ---------------------------------------------------------------------------------


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


# -- columns and outputs ---------------------------------------------------------------------------


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


# -- effort --------------------------------------------------------------------------------------


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
