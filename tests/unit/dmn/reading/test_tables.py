"""Decision tables arrive as they are drawn."""

from __future__ import annotations

import pytest

from engine.dmn.model import Aggregator, Context, DecisionTable, HitPolicy

from ..drawing import decision, table
from .asking import logic, read

WHOLE = """<decisionTable id="t" hitPolicy="PRIORITY" typeRef="tResult">
<input id="i1" label="Applicant age"><inputExpression typeRef="number"><text>age</text></inputExpression>
<inputValues><text>[0..150]</text></inputValues></input>
<input><inputExpression><text> kind </text></inputExpression></input>
<output name="y" typeRef="string"><outputValues><text>"b", "a"</text></outputValues>
<defaultOutputEntry typeRef="string"><text>"a"</text></defaultOutputEntry></output>
<output name="z"/>
<annotation name="why"/>
<rule id="r1"><inputEntry id="c"><text>&lt; 18</text></inputEntry><inputEntry><text/></inputEntry>
<outputEntry typeRef="string"><text>"a"</text></outputEntry><outputEntry><text>1</text></outputEntry>
<annotationEntry><text>law</text></annotationEntry></rule>
<rule><inputEntry><text>-</text></inputEntry><inputEntry/>
<outputEntry><text>"b"</text></outputEntry><outputEntry><text>2</text></outputEntry></rule>
</decisionTable>"""


def whole() -> DecisionTable:
    found = logic(WHOLE)
    assert isinstance(found, DecisionTable)
    return found


def test_a_table_has_a_hit_policy_and_a_type() -> None:
    found = whole()

    assert (found.hit_policy, found.aggregator, found.type_ref) == (HitPolicy.PRIORITY, None, "tResult")
    assert (found.where.zh, found.where.en, found.where.element_id) == ("决策“d”", "Decision 'd'", "t")


def test_inputs_have_a_label_an_expression_and_values() -> None:
    first, second = whole().inputs

    assert (first.number, first.label, first.expression.text.text) == (1, "Applicant age", "age")
    assert first.expression.type_ref == "number"
    assert first.expression.where.en == "Decision 'd', input 1 expression"
    assert first.expression.where.zh == "决策“d”输入第 1 列的表达式"
    assert first.values is not None
    assert (first.values.text, first.values.where.en) == ("[0..150]", "Decision 'd', input 1 values")
    assert (second.number, second.label, second.values) == (2, "kind", None)


def test_outputs_have_a_name_values_in_order_and_a_default() -> None:
    first, second = whole().outputs

    assert (first.number, first.name, first.type_ref) == (1, "y", "string")
    assert first.values is not None
    assert first.values.text == '"b", "a"'
    assert first.default is not None
    assert (first.default.text.text, first.default.type_ref) == ('"a"', "string")
    assert first.default.where.en == "Decision 'd', output 1 default"
    assert (second.name, second.values, second.default) == ("z", None, None)


def test_rules_have_cells_and_an_id_even_if_none_is_given() -> None:
    first, second = whole().rules

    assert (first.id, first.number, second.id, second.number) == ("r1", 1, "rule-2", 2)
    assert [test.text for test in first.tests] == ["< 18", "-"]
    assert [test.text for test in second.tests] == ["-", "-"]
    assert [each.text.text for each in second.outputs if each is not None] == ['"b"', "2"]
    assert first.tests[0].where.zh == "决策“d”第 1 条规则输入第 1 列"
    assert first.tests[0].where.en == "Decision 'd', rule 1, input 1"
    assert (first.tests[0].where.element_id, first.tests[0].where.line) == ("c", 10)
    assert second.outputs[1] is not None
    assert second.outputs[1].where.en == "Decision 'd', rule 2, output 2"


@pytest.mark.parametrize("policy", list(HitPolicy))
def test_every_hit_policy_is_read(policy: HitPolicy) -> None:
    found = logic(table(["x"], ["y"], [["1", "1"]], attributes=f'hitPolicy="{policy}"'))

    assert isinstance(found, DecisionTable)
    assert found.hit_policy is policy


@pytest.mark.parametrize("aggregator", list(Aggregator))
def test_every_aggregation_is_read(aggregator: Aggregator) -> None:
    found = logic(
        table(["x"], ["y"], [["1", "1"]], attributes=f'hitPolicy="COLLECT" aggregation="{aggregator}"')
    )

    assert isinstance(found, DecisionTable)
    assert found.aggregator is aggregator


def test_a_table_without_hit_policy_is_unique_and_its_only_output_has_no_name() -> None:
    found = logic(table([], ["y"], [["1"]]))

    assert isinstance(found, DecisionTable)
    assert (found.hit_policy, found.inputs, found.outputs[0].name) == (HitPolicy.UNIQUE, (), "")


def test_a_table_inside_a_context_says_where() -> None:
    found = logic(
        '<context><contextEntry><variable name="费用"/>'
        + table(["x"], ["y"], [["1", "1"]])
        + "</contextEntry></context>"
    )

    assert isinstance(found, Context)
    inner = found.entries[0].value
    assert isinstance(inner, DecisionTable)
    assert inner.rules[0].tests[0].where.zh == "决策“d”的条目“费用”第 1 条规则输入第 1 列"
    assert inner.rules[0].tests[0].where.en == "Decision 'd', entry '费用', rule 1, input 1"


def test_a_refused_table_keeps_its_shape() -> None:
    found, findings = read(decision(table(["x", "z"], [], [["1"], ["1", "2", "3", "4"]])))

    shape = found.decisions[0].logic
    assert isinstance(shape, DecisionTable)
    assert sorted({finding.rule for finding in findings}) == ["missing-output", "rule-width"]
    assert len(shape.outputs) == 1
    assert [(len(rule.tests), len(rule.outputs)) for rule in shape.rules] == [(2, 1), (2, 1)]
    assert shape.rules[0].tests[1].text == "-"


def test_an_empty_output_is_null_with_a_warning() -> None:
    found, findings = read(decision(table(["x"], ["y"], [["1", " "]])))

    assert [(finding.rule, finding.is_error) for finding in findings] == [("empty-output", False)]
    shape = found.decisions[0].logic
    assert isinstance(shape, DecisionTable)
    assert shape.rules[0].outputs == (None,)


DEFAULT = "<output><defaultOutputEntry><text>1</text></defaultOutputEntry></output>"


@pytest.mark.parametrize(
    ("attributes", "warned"),
    [
        ('hitPolicy="COLLECT"', True),
        ('hitPolicy="COLLECT" aggregation="COUNT"', True),
        ('hitPolicy="COLLECT" aggregation="MAX"', False),
        ('hitPolicy="RULE ORDER"', False),
        ("", False),
    ],
)
def test_a_default_that_is_no_list_is_pointed_out(attributes: str, warned: bool) -> None:
    _found, findings = read(decision(table(["x"], [DEFAULT], [["1", "1"]], attributes=attributes)))

    assert [(finding.rule, finding.is_error) for finding in findings] == (
        [("default-output-with-collect", False)] if warned else []
    )
