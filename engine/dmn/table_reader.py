"""A <decisionTable> element to a DecisionTable, with a finding for everything that cannot run."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from engine.dmn.collector import Collector, local_name, text_of
from engine.dmn.table import Aggregator, DecisionTable, HitPolicy, InputColumn, OutputColumn, Rule
from engine.dmn.types import type_check
from engine.feel import Expression, UnaryTests


def read_table(collector: Collector, element: etree._Element, *, decision: str) -> DecisionTable | None:
    """The table, or None if a finding of severity error says why not. `decision` names it in findings."""
    before = len([finding for finding in collector.findings if finding.is_error])
    zh, en = f"决策“{decision}”", f"Decision {decision!r}"
    hit_policy = _hit_policy(collector, element, zh, en)
    inputs = [
        _input(collector, child, f"{zh}输入第 {number} 列", f"{en}, input {number}")
        for number, child in enumerate(_children(element, "input"), 1)
    ]
    check = type_check(collector, element, zh=zh, en=en)
    outputs = _outputs(collector, element, zh, en, hit_policy)
    aggregator = _aggregator(collector, element, zh, en, hit_policy, len(outputs))
    rules = [
        _rule(collector, child, number, len(inputs), len(outputs), zh, en)
        for number, child in enumerate(_children(element, "rule"), 1)
    ]
    if len([finding for finding in collector.findings if finding.is_error]) > before:
        return None
    assert hit_policy is not None  # noqa: S101 - otherwise there was a finding
    return DecisionTable(
        hit_policy=hit_policy,
        type_=check,
        aggregator=aggregator,
        inputs=[column for column in inputs if column is not None],
        outputs=[column for column in outputs if column is not None],
        rules=[rule for rule in rules if rule is not None],
    )


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if local_name(child) == name]


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next(iter(_children(element, name)), None)


def _hit_policy(collector: Collector, element: etree._Element, zh: str, en: str) -> HitPolicy | None:
    text = element.get("hitPolicy", "UNIQUE")
    try:
        return HitPolicy(text)
    except ValueError:
        collector.error(
            "unsupported-hit-policy",
            element,
            zh=f"{zh}的命中策略 {text} 不受支持",
            en=f"{en} has hit policy {text}, which is not supported",
            mend_zh="改用 UNIQUE、FIRST 或 COLLECT",
            mend_en="Use UNIQUE, FIRST or COLLECT",
        )
        return None


def _aggregator(
    collector: Collector,
    element: etree._Element,
    zh: str,
    en: str,
    hit_policy: HitPolicy | None,
    output_count: int,
) -> Aggregator | None:
    text = element.get("aggregation")
    if text is None:
        return None
    try:
        aggregator = Aggregator(text)
    except ValueError:
        collector.error(
            "unsupported-aggregation",
            element,
            zh=f"{zh}的汇总方式 {text} 不存在",
            en=f"{en} has aggregation {text}, which does not exist",
            mend_zh="改用 SUM、MIN、MAX 或 COUNT",
            mend_en="Use SUM, MIN, MAX or COUNT",
        )
        return None
    if hit_policy not in (HitPolicy.COLLECT, None) or output_count > 1:
        collector.error(
            "misplaced-aggregation",
            element,
            zh=f"{zh}的汇总方式只能用于只有一个输出列的 COLLECT 表",
            en=f"{en} has an aggregation, which only a COLLECT table with one output can have",
            mend_zh="改用 COLLECT 并只留一个输出列，或删除 aggregation",
            mend_en="Use COLLECT with one output, or remove the aggregation",
        )
    return aggregator


def _input(collector: Collector, element: etree._Element, zh: str, en: str) -> InputColumn | None:
    expression_element = _child(element, "inputExpression")
    if expression_element is None:
        collector.error(
            "missing-input-expression",
            element,
            zh=f"{zh}没有输入表达式",
            en=f"{en} has no input expression",
            mend_zh="填写输入表达式",
            mend_en="Write an input expression",
        )
        return None
    expression = collector.expression(expression_element, zh=f"{zh}的表达式", en=f"{en} expression")
    check = type_check(collector, expression_element, zh=zh, en=en)
    allowed = _allowed(collector, element, "inputValues", f"{zh}的可选值", f"{en} values")
    return None if expression is None else InputColumn(expression, check, allowed)


def _allowed(collector: Collector, element: etree._Element, name: str, zh: str, en: str) -> UnaryTests | None:
    values = _child(element, name)
    if values is None or not text_of(values).strip():
        return None
    return collector.unary_tests(values, zh=zh, en=en)


def _outputs(
    collector: Collector, element: etree._Element, zh: str, en: str, hit_policy: HitPolicy | None
) -> Sequence[OutputColumn | None]:
    elements = _children(element, "output")
    if not elements:
        collector.error(
            "missing-output",
            element,
            zh=f"{zh}没有输出列",
            en=f"{en} has no output",
            mend_zh="增加一个输出列",
            mend_en="Add an output",
        )
    columns = []
    seen: set[str] = set()
    for number, output in enumerate(elements, 1):
        name = output.get("name", "")
        if len(elements) > 1 and (not name or name in seen):
            collector.error(
                "output-name",
                output,
                zh=f"{zh}输出第 {number} 列的名称{'重复' if name else '为空'}",
                en=f"{en}, output {number} has {'a name that is used twice' if name else 'no name'}",
                mend_zh="给每个输出列一个不同的名称",
                mend_en="Give every output a name of its own",
            )
        seen.add(name)
        columns.append(_output(collector, output, number, name, zh, en, hit_policy))
    return columns


def _output(
    collector: Collector,
    element: etree._Element,
    number: int,
    name: str,
    zh: str,
    en: str,
    hit_policy: HitPolicy | None,
) -> OutputColumn:
    zh, en = f"{zh}输出第 {number} 列", f"{en}, output {number}"
    default: Expression | None = None
    default_element = _child(element, "defaultOutputEntry")
    if default_element is not None:
        default = collector.expression(default_element, zh=f"{zh}的默认值", en=f"{en} default")
        table = element.getparent()
        aggregation = table.get("aggregation") if table is not None else None
        if hit_policy is HitPolicy.COLLECT and aggregation in (None, "COUNT"):
            collector.error(
                "default-output-with-collect",
                default_element,
                zh=f"{zh}：没有规则命中时，该 COLLECT 表返回空列表或 0，不使用默认值",
                en=f"{en}: without a matching rule this COLLECT table answers an empty list or 0, not the default",
                mend_zh="删除默认值，或改用 UNIQUE 或 FIRST",
                mend_en="Remove the default, or use UNIQUE or FIRST",
            )
    return OutputColumn(
        name,
        type_check(collector, element, zh=zh, en=en),
        _allowed(collector, element, "outputValues", f"{zh}的可选值", f"{en} values"),
        default,
    )


def _rule(
    collector: Collector,
    element: etree._Element,
    number: int,
    input_count: int,
    output_count: int,
    zh: str,
    en: str,
) -> Rule | None:
    zh, en = f"{zh}第 {number} 条规则", f"{en}, rule {number}"
    test_elements = _children(element, "inputEntry")
    output_elements = _children(element, "outputEntry")
    if len(test_elements) != input_count or len(output_elements) != output_count:
        collector.error(
            "rule-width",
            element,
            zh=f"{zh}有 {len(test_elements)} 个输入格和 {len(output_elements)} 个输出格，"
            f"应为 {input_count} 个和 {output_count} 个",
            en=f"{en} has {len(test_elements)} input and {len(output_elements)} output cells, "
            f"but the table has {input_count} and {output_count} columns",
            mend_zh="让每条规则的格数与列数一致",
            mend_en="Give the rule one cell for every column",
        )
    tests = [
        collector.unary_tests(cell, zh=f"{zh}输入第 {column} 列", en=f"{en}, input {column}")
        for column, cell in enumerate(test_elements, 1)
    ]
    outputs = [
        _output_cell(collector, cell, f"{zh}输出第 {column} 列", f"{en}, output {column}")
        for column, cell in enumerate(output_elements, 1)
    ]
    rule_id = element.get("id") or f"rule-{number}"
    return Rule(rule_id, tuple(test for test in tests if test is not None), tuple(outputs))


def _output_cell(collector: Collector, cell: etree._Element, zh: str, en: str) -> Expression | None:
    if text_of(cell).strip():
        return collector.expression(cell, zh=zh, en=en)
    collector.warning(
        "empty-output",
        cell,
        zh=f"{zh}为空，结果为 null",
        en=f"{en} is empty and answers null",
        mend_zh="填写结果，或明确写 null",
        mend_en="Write a result, or null if that is meant",
    )
    return None
