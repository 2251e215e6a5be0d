"""A `<decisionTable>` to a DecisionTable. Source: DMN 1.5, clauses 8.2 and 8.3."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from engine.dmn.model import Aggregator, DecisionTable, HitPolicy, InputClause, OutputClause, Rule, Text
from engine.dmn.reading.bounds import COLUMNS, RULES, within
from engine.dmn.reading.input_variables import check_input_variable
from engine.dmn.reading.literals import null_literal, read_cell, read_literal, read_tests, read_values
from engine.dmn.reading.place import Place, child, children, id_of, name_of, shown
from engine.dmn.reading.source import Source


def read_table(source: Source, element: etree._Element, place: Place) -> DecisionTable:
    input_elements = within(source, COLUMNS, children(element, "input"), element, place)
    output_elements = within(source, COLUMNS, children(element, "output"), element, place)
    rule_elements = within(source, RULES, children(element, "rule"), element, place)
    hit_policy = _hit_policy(source, element, place)
    inputs = [
        _input(source, each, number, place.inside(f"输入第 {number} 列", f"input {number}"))
        for number, each in enumerate(input_elements, 1)
    ]
    for clause, each in zip(inputs, input_elements, strict=True):
        check_input_variable(source, each, clause, rule_elements)
    outputs = _outputs(source, element, output_elements, place)
    aggregator = _aggregator(source, element, place, hit_policy, len(outputs))
    if hit_policy is HitPolicy.COLLECT and aggregator in (None, Aggregator.COUNT):
        _warn_of_defaults(source, output_elements, place)
    rules = [
        _rule(
            source,
            each,
            number,
            len(inputs),
            len(outputs),
            place.inside(f"第 {number} 条规则", f"rule {number}"),
        )
        for number, each in enumerate(rule_elements, 1)
    ]
    return DecisionTable(
        hit_policy,
        aggregator,
        tuple(inputs),
        tuple(outputs),
        tuple(rules),
        source.type_ref(element),
        source.where(element, place),
    )


def _hit_policy(source: Source, element: etree._Element, place: Place) -> HitPolicy:
    text = element.get("hitPolicy", "UNIQUE").strip()
    try:
        return HitPolicy(text)
    except ValueError:
        source.error(
            "unsupported-hit-policy",
            element,
            zh=f"{place.zh}的命中策略 {shown(text)} 不存在",
            en=f"{place.en} has hit policy {shown(text)}, which does not exist",
            mend_zh=f"改用 {'、'.join(HitPolicy)}",
            mend_en=f"Use one of {', '.join(HitPolicy)}",
        )
        return HitPolicy.UNIQUE


def _aggregator(
    source: Source, element: etree._Element, place: Place, hit_policy: HitPolicy, output_count: int
) -> Aggregator | None:
    text = element.get("aggregation")
    if text is None:
        return None
    try:
        aggregator = Aggregator(text.strip())
    except ValueError:
        source.error(
            "unsupported-aggregation",
            element,
            zh=f"{place.zh}的汇总方式 {shown(text)} 不存在",
            en=f"{place.en} has aggregation {shown(text)}, which does not exist",
            mend_zh="改用 SUM、MIN、MAX 或 COUNT",
            mend_en="Use SUM, MIN, MAX or COUNT",
        )
        return None
    if hit_policy is HitPolicy.COLLECT and output_count == 1:
        return aggregator
    source.error(
        "misplaced-aggregation",
        element,
        zh=f"{place.zh}的汇总方式只能用于只有一个输出列的 COLLECT 表",
        en=f"{place.en} has an aggregation, which only a COLLECT table with one output can have",
        mend_zh="改用 COLLECT 并只留一个输出列，或删除 aggregation",
        mend_en="Use COLLECT with one output, or remove the aggregation",
    )
    return None


def _input(source: Source, element: etree._Element, number: int, place: Place) -> InputClause:
    expression_element = child(element, "inputExpression")
    expression_place = place.part("表达式", "expression")
    if expression_element is None:
        source.error(
            "missing-input-expression",
            element,
            zh=f"{place.zh}没有输入表达式",
            en=f"{place.en} has no input expression",
            mend_zh="填写输入表达式",
            mend_en="Write an input expression",
        )
        expression = null_literal(source, element, expression_place)
    else:
        expression = read_literal(source, expression_element, expression_place)
    return InputClause(
        number,
        name_of(element, "label") or expression.text.text.strip(),
        expression,
        read_values(source, element, "inputValues", place.part("可选值", "values")),
        source.where(element, place),
    )


def _outputs(
    source: Source, table: etree._Element, elements: Sequence[etree._Element], place: Place
) -> list[OutputClause]:
    if not elements:
        source.error(
            "missing-output",
            table,
            zh=f"{place.zh}没有输出列",
            en=f"{place.en} has no output",
            mend_zh="增加一个输出列",
            mend_en="Add an output",
        )
        return [OutputClause(1, "", "", None, None, source.where(table, place))]
    clauses: list[OutputClause] = []
    seen: set[str] = set()
    for number, element in enumerate(elements, 1):
        name = name_of(element) if len(elements) > 1 else ""
        if len(elements) > 1 and (not name or name in seen):
            source.error(
                "output-name",
                element,
                zh=f"{place.zh}输出第 {number} 列的名称{'重复' if name else '为空'}",
                en=f"{place.en}, output {number} has {'a name that is used twice' if name else 'no name'}",
                mend_zh="给每个输出列一个不同的名称",
                mend_en="Give every output a name of its own",
            )
        seen.add(name)
        clauses.append(_output(source, element, number, name, place))
    return clauses


def _output(source: Source, element: etree._Element, number: int, name: str, table: Place) -> OutputClause:
    place = table.inside(f"输出第 {number} 列", f"output {number}")
    default = child(element, "defaultOutputEntry")
    return OutputClause(
        number,
        name,
        source.type_ref(element),
        read_values(source, element, "outputValues", place.part("可选值", "values")),
        None if default is None else read_literal(source, default, place.part("默认值", "default")),
        source.where(element, place),
    )


def _warn_of_defaults(source: Source, outputs: Sequence[etree._Element], table: Place) -> None:
    for number, output in enumerate(outputs, 1):
        default = child(output, "defaultOutputEntry")
        if default is None:
            continue
        place = table.inside(f"输出第 {number} 列", f"output {number}")
        source.warning(
            "default-output-with-collect",
            default,
            zh=f"{place.zh}：没有规则命中时，该 COLLECT 表的结果是默认值本身，而不是空列表或 0",
            en=f"{place.en}: without a matching rule this COLLECT table answers the default as it is, "
            "not an empty list or 0",
            mend_zh="如果应为空列表或 0，请删除默认值",
            mend_en="Remove the default if an empty list or 0 is meant",
        )


def _rule(
    source: Source,
    element: etree._Element,
    number: int,
    input_count: int,
    output_count: int,
    place: Place,
) -> Rule:
    test_elements = children(element, "inputEntry")
    output_elements = children(element, "outputEntry")
    if len(test_elements) != input_count or len(output_elements) != output_count:
        source.error(
            "rule-width",
            element,
            zh=f"{place.zh}有 {len(test_elements)} 个输入格和 {len(output_elements)} 个输出格，"
            f"应为 {input_count} 个和 {output_count} 个",
            en=f"{place.en} has {len(test_elements)} input and {len(output_elements)} output cells, "
            f"but the table has {input_count} and {output_count} columns",
            mend_zh="让每条规则的格数与列数一致",
            mend_en="Give the rule one cell for every column",
        )
    tests = [
        read_tests(source, cell, place.inside(f"输入第 {column} 列", f"input {column}"))
        for column, cell in enumerate(test_elements[:input_count], 1)
    ]
    outputs = [
        read_cell(source, cell, place.inside(f"输出第 {column} 列", f"output {column}"))
        for column, cell in enumerate(output_elements[:output_count], 1)
    ]
    where = source.where(element, place)
    # A rule that is too narrow was refused above; the model still promises one cell a column.
    tests += [Text("-", where)] * (input_count - len(tests))
    outputs += [None] * (output_count - len(outputs))
    return Rule(id_of(element) or f"rule-{number}", number, tuple(tests), tuple(outputs), where)
