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
    with_condition,
    with_extension,
)


def spiff(node: str, *, root: str = "") -> bytes:
    return around(node, prefix="spiffworkflow", root=root)


def test_a_service_task_operator_becomes_a_job() -> None:
    node = with_extension(
        "serviceTask",
        '<spiffworkflow:serviceTaskOperator id="http/Get"><spiffworkflow:parameters>'
        '<spiffworkflow:parameter id="url" type="str" value="&quot;http://a/&quot; + id"/>'
        '<spiffworkflow:parameter id="none" type="int"/></spiffworkflow:parameters>'
        '<spiffworkflow:retry retries="2" backoff_base="3"/></spiffworkflow:serviceTaskOperator>',
    )

    found = translate(spiff(node))

    assert ours(found, "job") == [{"type": "http/Get", "retries": "2"}]
    assert ours(found, "input") == [{"source": '="http://a/" + id', "target": "url"}]
    assert not findings_of_reader(found)


def test_one_assignment_is_a_script_with_a_result() -> None:
    found = translate(spiff('<scriptTask id="x"><script>\n    total = price * 2\n</script></scriptTask>'))

    assert element(found).findtext(f"{B}script") == "price * 2"
    assert element(found).get(f"{G}result") == "total"
    assert not findings_of_reader(found)


def test_several_assignments_are_a_context() -> None:
    found = translate(spiff('<scriptTask id="x"><script>a = 1\nb = a + c</script></scriptTask>'))

    assert (element(found).findtext(f"{B}script") or "").split() == [
        "{",
        "a:",
        "1,",
        "b:",
        "a",
        "+",
        "c",
        "}",
    ]
    assert element(found).get(f"{G}result") is None
    assert not findings_of_reader(found)


@pytest.mark.parametrize(
    "script",
    ["import os", "for a in b:\n  pass", "a.b = 1", "a = open('x')", "a = 1\na = 2", "del a", "# nothing"],
)
def test_a_script_that_does_more_is_refused_and_stays_marked_as_python(script: str) -> None:
    found = translate(spiff(f'<scriptTask id="x"><script>{script}</script></scriptTask>'))

    assert [each.construct for each in found.refused] == ["script"]
    assert [each.rule for each in findings_of_reader(found)] == ["not-feel"]


def test_scripts_before_and_after_become_mappings() -> None:
    node = with_extension(
        "userTask",
        "<spiffworkflow:preScript>limit = 3</spiffworkflow:preScript>"
        "<spiffworkflow:postScript>ok = answer == 'yes'</spiffworkflow:postScript>",
    )

    found = translate(spiff(node))

    assert ours(found, "input") == [{"source": "=3", "target": "limit"}]
    assert ours(found, "output") == [{"source": '=answer = "yes"', "target": "ok"}]
    assert {each.outcome for each in found.entries} == {Outcome.APPROXIMATED}


def test_assignments_that_use_each_other_are_no_mappings() -> None:
    node = with_extension("userTask", "<spiffworkflow:preScript>a = 1\nb = a</spiffworkflow:preScript>")

    found = translate(spiff(node))

    assert len(found.refused) == 1
    assert ours(found, "input") == []


def test_the_payload_of_a_message_goes_to_all_that_throw_and_catch_it() -> None:
    message = with_extension(
        "message",
        '<spiffworkflow:messagePayload>{"a": b}</spiffworkflow:messagePayload>'
        "<spiffworkflow:messageVariable>got</spiffworkflow:messageVariable>",
        id="m",
        attributes='name="paid"',
    )
    node = (
        '<sendTask id="x" messageRef="m"/><receiveTask id="r" messageRef="m"/>'
        '<sequenceFlow id="f3" sourceRef="r" targetRef="end"/>'
    )

    found = translate(spiff(node, root=message))

    assert ours(found, "input", id="x") == [{"source": '={"a": b}', "target": "payload"}]
    assert ours(found, "output", id="r") == [{"source": "=payload", "target": "got"}]
    assert not findings_of_reader(found)


def test_a_correlation_becomes_the_key_of_the_message() -> None:
    node = with_extension(
        "receiveTask",
        "<spiffworkflow:processVariableCorrelation><spiffworkflow:propertyId>k</spiffworkflow:propertyId>"
        '<spiffworkflow:expression>order["id"]</spiffworkflow:expression>'
        "</spiffworkflow:processVariableCorrelation>",
        attributes='messageRef="m"',
    )

    found = translate(spiff(node, root='<message id="m" name="paid"/>'))

    assert ours(found, "subscription", id="m") == [{"correlationKey": "order.id"}]
    assert not findings_of_reader(found)


def test_instructions_are_kept_as_documentation() -> None:
    node = with_extension(
        "userTask",
        "<spiffworkflow:instructionsForEndUser># Hello\n{{name}}</spiffworkflow:instructionsForEndUser>",
    )

    found = translate(spiff(node))

    assert element(found).findtext(f"{B}documentation") == "# Hello\n{{name}}"


def test_a_form_is_refused() -> None:
    node = with_extension(
        "userTask",
        '<spiffworkflow:properties><spiffworkflow:property name="formJsonSchemaFilename" value="a.json"/>'
        "</spiffworkflow:properties>",
    )

    [refused] = translate(spiff(node)).refused

    assert "forms/" in refused.mend_en


def test_a_decision_is_named() -> None:
    node = with_extension(
        "businessRuleTask", "<spiffworkflow:calledDecisionId>fee</spiffworkflow:calledDecisionId>"
    )

    assert element(translate(spiff(node))).get(f"{G}decision") == "fee"


def test_a_condition_in_python_becomes_feel() -> None:
    found = translate(with_condition('x &gt; 3 and y == "a"', prefix="spiffworkflow"))

    assert element(found, "yes").findtext(f"{B}conditionExpression") == '=x > 3 and y = "a"'
    assert entry(found, "conditionExpression").outcome is Outcome.TRANSLATED
    assert not findings_of_reader(found)


def test_what_python_takes_for_true_is_approximated() -> None:
    found = translate(with_condition("not x", prefix="spiffworkflow"))

    assert entry(found, "conditionExpression").outcome is Outcome.APPROXIMATED


def test_a_timer_in_quotes_is_the_time_itself() -> None:
    node = (
        '<intermediateCatchEvent id="x"><timerEventDefinition><timeDuration xsi:type="tFormalExpression">'
        '"PT1H"</timeDuration></timerEventDefinition></intermediateCatchEvent>'
    )

    assert element(translate(spiff(node))).findtext(f".//{B}timeDuration") == "PT1H"
