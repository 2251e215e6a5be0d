from __future__ import annotations

import pytest

from engine.bpmn.dialects import Outcome, translate
from tests.unit.bpmn.dialects.drawing import (
    B,
    G,
    around,
    element,
    entry,
    findings_of_reader,
    ours,
    outcomes,
    with_condition,
    with_extension,
)


def camunda(node: str, *, root: str = "") -> bytes:
    return around(node, prefix="camunda", root=root)


@pytest.mark.parametrize("prefix", ["camunda", "operaton", "flowable", "activiti"])
def test_who_does_a_task_is_said_alike_in_the_whole_family(prefix: str) -> None:
    node = f'<userTask id="x" {prefix}:assignee="${{clerk}}" {prefix}:candidateGroups="a, b"/>'

    found = translate(around(node, prefix=prefix))

    assert ours(found, "assignment") == [{"assignee": "=clerk", "roles": "a,b"}]
    assert found.dialects == (prefix,)
    assert {each.dialect for each in found.entries} == {prefix}
    assert not findings_of_reader(found)


def test_an_external_task_becomes_a_job() -> None:
    found = translate(
        camunda(
            with_extension(
                "serviceTask",
                "<camunda:failedJobRetryTimeCycle>R5/PT10M</camunda:failedJobRetryTimeCycle>",
                attributes='camunda:type="external" camunda:topic="pay"',
            )
        )
    )

    assert ours(found, "job") == [{"type": "pay", "retries": "4"}]
    assert entry(found, "camunda:failedJobRetryTimeCycle").outcome is Outcome.APPROXIMATED
    assert not findings_of_reader(found)


@pytest.mark.parametrize(
    "attribute", ['class="a.B"', 'delegateExpression="${bean}"', 'expression="${bean.run()}"']
)
def test_java_code_is_refused(attribute: str) -> None:
    found = translate(camunda(f'<serviceTask id="x" camunda:{attribute}/>'))

    [refused] = found.refused
    assert refused.element_id == "x"
    assert "gov:job" in refused.mend_zh and "gov:job" in refused.mend_en


def parameters(content: str) -> str:
    return with_extension(
        "serviceTask",
        f"<camunda:inputOutput>{content}</camunda:inputOutput>",
        attributes='camunda:type="external" camunda:topic="pay"',
    )


@pytest.mark.parametrize(
    ("parameter", "source"),
    [
        ("text", "text"),
        ("${a.b}", "=a.b"),
        ("no ${a}", '="no " + (if a = null then "" else string(a))'),
        ("", '=""'),
        (
            "<camunda:list><camunda:value>x</camunda:value><camunda:value>${y}</camunda:value></camunda:list>",
            '=["x", y]',
        ),
        (
            '<camunda:map><camunda:entry key="k">1</camunda:entry>'
            '<camunda:entry key="m"><camunda:list/></camunda:entry></camunda:map>',
            '={"k": "1", "m": []}',
        ),
        ('<camunda:script scriptFormat="feel">= a + 1</camunda:script>', "=a + 1"),
        ('<camunda:script scriptFormat="juel">${a + 1}</camunda:script>', "=a + 1"),
    ],
)
def test_input_parameters_become_inputs(parameter: str, source: str) -> None:
    node = parameters(f'<camunda:inputParameter name="p">{parameter}</camunda:inputParameter>')

    found = translate(camunda(node))

    assert ours(found, "input") == [{"source": source, "target": "p"}]
    assert not findings_of_reader(found)


@pytest.mark.parametrize(
    "parameter",
    [
        '<camunda:script scriptFormat="groovy">1 + 1</camunda:script>',
        '<camunda:script scriptFormat="feel" resource="x.feel"/>',
        "${bean.value()}",
        "<camunda:list><camunda:value>${bean.value()}</camunda:value></camunda:list>",
        '<camunda:map><camunda:entry key="a" more="1">1</camunda:entry></camunda:map>',
        "<camunda:tree/>",
        "text <camunda:list/>",
    ],
)
def test_parameters_with_code_are_refused(parameter: str) -> None:
    node = parameters(f'<camunda:inputParameter name="p">{parameter}</camunda:inputParameter>')

    found = translate(camunda(node))

    assert found.refused
    assert ours(found, "input") == []


def test_a_connector_becomes_a_job_of_its_name() -> None:
    node = with_extension(
        "serviceTask",
        '<camunda:connector><camunda:inputOutput><camunda:inputParameter name="url">http://a</camunda:inputParameter>'
        "</camunda:inputOutput><camunda:connectorId>http-connector</camunda:connectorId></camunda:connector>",
    )

    found = translate(camunda(node))

    assert ours(found, "job") == [{"type": "http-connector"}]
    assert ours(found, "input") == [{"source": "http://a", "target": "url"}]
    assert entry(found, "camunda:connector/connectorId").outcome is Outcome.APPROXIMATED


def test_what_a_call_activity_passes_on() -> None:
    node = with_extension(
        "callActivity",
        '<camunda:in businessKey="#{execution.processBusinessKey}"/><camunda:in source="a" target="b"/>'
        '<camunda:in sourceExpression="${a + 1}" target="c"/><camunda:out source="r" target="s"/>',
        attributes='calledElement="sub"',
    )

    found = translate(camunda(node))

    assert ours(found, "input") == [{"source": "=a", "target": "b"}, {"source": "=a + 1", "target": "c"}]
    assert ours(found, "output") == [{"source": "=r", "target": "s"}]
    assert not found.refused
    assert not findings_of_reader(found)


def test_a_call_activity_that_passes_nothing_is_not_the_same_here() -> None:
    found = outcomes(camunda('<callActivity id="x" calledElement="sub"/>'))

    assert found == {"callActivity without in": "approximated", "callActivity without out": "approximated"}


def test_everything_is_passed_on_without_a_mapping() -> None:
    node = with_extension(
        "callActivity",
        '<camunda:in variables="all"/><camunda:out variables="all"/>',
        attributes='calledElement="sub"',
    )

    found = translate(camunda(node))

    assert {each.outcome for each in found.entries} == {Outcome.TRANSLATED}
    assert ours(found, "input") == []


def test_everything_and_single_variables_cannot_be_passed_together() -> None:
    node = with_extension(
        "callActivity",
        '<camunda:in variables="all"/><camunda:in source="a" target="b"/><camunda:out variables="all"/>',
        attributes='calledElement="sub"',
    )

    assert len(translate(camunda(node)).refused) == 1


def test_the_version_of_a_called_process() -> None:
    node = (
        '<callActivity id="x" calledElement="${sub}" camunda:calledElementBinding="version" '
        'camunda:calledElementVersion="3"/>'
    )

    found = translate(camunda(node))

    assert element(found).get(f"{G}process") == "=sub"
    assert element(found).get(f"{G}binding") == "3"
    assert entry(found, "@camunda:calledElementVersion").outcome is Outcome.APPROXIMATED


@pytest.mark.parametrize(
    ("attributes", "result", "outcome"),
    [
        ('camunda:resultVariable="r" camunda:mapDecisionResult="singleEntry"', "r", "translated"),
        ('camunda:resultVariable="r" camunda:mapDecisionResult="resultList"', "r", "translated"),
        ('camunda:resultVariable="r"', "r", "approximated"),
        ("", "decisionResult", None),
    ],
)
def test_the_result_of_a_decision(attributes: str, result: str, outcome: str | None) -> None:
    content = camunda(f'<businessRuleTask id="x" camunda:decisionRef="fee" {attributes}/>')

    found = translate(content)

    assert element(found).get(f"{G}decision") == "fee"
    assert element(found).get(f"{G}result") == result
    assert outcomes(content).get("@camunda:resultVariable") == outcome
    assert not findings_of_reader(found)


def test_the_variables_that_take_an_error() -> None:
    root = '<error id="e" errorCode="NO" camunda:errorMessage="no"/>'
    node = (
        '<task id="x"/><boundaryEvent id="b" attachedToRef="x"><errorEventDefinition errorRef="e" '
        'camunda:errorCodeVariable="code" camunda:errorMessageVariable="text"/></boundaryEvent>'
        '<sequenceFlow id="f3" sourceRef="b" targetRef="end"/>'
    )

    found = translate(camunda(node, root=root))

    assert element(found, "b").get(f"{G}caughtCode") == "code"
    assert element(found, "b").get(f"{G}caughtMessage") == "text"
    assert not findings_of_reader(found)


def test_a_collection_and_its_completion_condition() -> None:
    node = (
        '<userTask id="x"><multiInstanceLoopCharacteristics id="loop" camunda:collection="items" '
        'camunda:elementVariable="item"><completionCondition xsi:type="tFormalExpression">'
        "${nrOfCompletedInstances / nrOfInstances >= 0.5}</completionCondition>"
        "</multiInstanceLoopCharacteristics></userTask>"
    )

    found = translate(camunda(node))

    assert ours(found, "multiInstance", id="loop") == [{"collection": "=items", "item": "item"}]
    condition = element(found, "loop").findtext(f"{B}completionCondition")
    assert condition == "=numberOfCompletedInstances / numberOfInstances >= 0.5"


@pytest.mark.parametrize(
    ("script_format", "script", "expected"),
    [("juel", "${a + 1}", "a + 1"), ("feel", "= a + 1", "= a + 1"), ("groovy", "a + 1", None)],
)
def test_scripts_in_an_expression_language(script_format: str, script: str, expected: str | None) -> None:
    node = (
        f'<scriptTask id="x" scriptFormat="{script_format}" camunda:resultVariable="b">'
        f"<script>{script}</script></scriptTask>"
    )

    found = translate(camunda(node))

    if expected is None:
        assert [each.construct for each in found.refused] == ["scriptTask/@scriptFormat"]
        assert [each.rule for each in findings_of_reader(found)] == ["not-feel"]
    else:
        assert element(found).findtext(f"{B}script") == expected
        assert not findings_of_reader(found)


def test_a_condition_becomes_feel() -> None:
    found = translate(with_condition("${approved &amp;&amp; amount gt 3}", prefix="camunda"))

    assert element(found, "yes").findtext(f"{B}conditionExpression") == "=approved and amount > 3"
    assert not findings_of_reader(found)


@pytest.mark.parametrize(
    ("condition", "attributes"), [("${bean.check(a)}", ""), ("a &gt; 1", 'language="javascript"')]
)
def test_a_condition_in_code_stays_so_that_the_gate_refuses_the_flow(condition: str, attributes: str) -> None:
    found = translate(with_condition(condition, prefix="camunda", attributes=attributes))

    [refused] = found.refused
    assert refused.element_id == "yes"
    assert [each.rule for each in findings_of_reader(found)] == ["not-feel"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("PT${n}H", '="PT" + (if n = null then "" else string(n)) + "H"'), ("PT1H", "PT1H")],
)
def test_a_timer_may_have_an_expression_inside(text: str, expected: str) -> None:
    node = (
        '<intermediateCatchEvent id="x"><timerEventDefinition><timeDuration xsi:type="tFormalExpression">'
        f"{text}</timeDuration></timerEventDefinition></intermediateCatchEvent>"
    )

    assert element(translate(camunda(node))).findtext(f".//{B}timeDuration") == expected


def test_a_cron_cycle_is_refused() -> None:
    node = (
        '<intermediateCatchEvent id="x"><timerEventDefinition><timeCycle xsi:type="tFormalExpression">'
        "0 0 9 * * ?</timeCycle></timerEventDefinition></intermediateCatchEvent>"
    )

    assert [each.construct for each in translate(camunda(node)).refused] == ["timeCycle（cron）"]


def test_flowable_words_of_its_own() -> None:
    node = with_extension(
        "callActivity",
        '<flowable:in source="a" target="b"/><flowable:out source="c" target="d"/>',
        attributes='calledElement="s" flowable:calledElementType="key" flowable:inheritBusinessKey="true" '
        'flowable:sameDeployment="true" flowable:inheritVariables="true"',
    )

    assert outcomes(around(node, prefix="flowable")) == {
        "@flowable:sameDeployment": "approximated",
        "@flowable:calledElementType": "translated",
        "@flowable:inheritVariables": "refused",
        "@flowable:inheritBusinessKey": "approximated",
        "flowable:in": "translated",
        "flowable:out": "translated",
    }


def test_an_external_worker_of_flowable_becomes_a_job() -> None:
    found = translate(
        around(
            '<serviceTask id="x" flowable:type="external-worker" flowable:topic="pay"/>', prefix="flowable"
        )
    )

    assert ours(found, "job") == [{"type": "pay"}]


def test_built_in_services_of_flowable_are_refused() -> None:
    found = outcomes(around('<serviceTask id="x" flowable:type="mail"/>', prefix="flowable"))

    assert found == {"@flowable:type": "refused"}
