from __future__ import annotations

import pytest

from engine.bpmn.dialects import Outcome, translate
from tests.unit.bpmn.dialects.drawing import (
    B,
    G,
    around,
    element,
    entry,
    file,
    findings_of_reader,
    ours,
    outcomes,
    with_extension,
)


def zeebe(node: str, *, root: str = "") -> bytes:
    return around(node, prefix="zeebe", root=root)


def test_a_task_definition_becomes_a_job_that_is_tried_as_often() -> None:
    node = with_extension("serviceTask", '<zeebe:taskDefinition type="=kind" retries="5"/>')

    found = translate(zeebe(node))

    assert ours(found, "job") == [{"type": "=kind", "retries": "4"}]
    assert {each.outcome for each in found.entries} == {Outcome.TRANSLATED}
    assert not findings_of_reader(found)


def test_without_retries_a_job_is_tried_three_times_as_there() -> None:
    found = translate(zeebe(with_extension("serviceTask", '<zeebe:taskDefinition type="pay"/>')))

    assert ours(found, "job") == [{"type": "pay", "retries": "2"}]


def test_more_retries_than_we_allow_are_cut_and_said_so() -> None:
    node = with_extension("serviceTask", '<zeebe:taskDefinition type="pay" retries="100"/>')

    found = translate(zeebe(node))

    assert ours(found, "job")[0]["retries"] == "20"
    assert entry(found, "zeebe:taskDefinition/@retries").outcome is Outcome.APPROXIMATED


def test_headers_get_a_name_that_a_department_may_receive() -> None:
    headers = '<zeebe:header key="method" value="GET"/><zeebe:header key="X-Area" value="浦东"/>'
    node = with_extension(
        "serviceTask",
        f'<zeebe:taskHeaders>{headers}<zeebe:header key="a b" value=""/></zeebe:taskHeaders>'
        '<zeebe:taskDefinition type="pay"/>',
    )

    found = translate(zeebe(node))

    made = element(found).findall(f".//{G}header")
    assert [(each.get("name"), each.get("value")) for each in made] == [
        ("X-method", "GET"),
        ("X-Area", "浦东"),
    ]
    assert [each.outcome.value for each in found.entries if "header" in each.construct] == [
        "approximated",
        "translated",
        "refused",
    ]


def test_mappings_are_kept_in_order() -> None:
    node = with_extension(
        "serviceTask",
        '<zeebe:taskDefinition type="pay"/><zeebe:ioMapping>'
        '<zeebe:input source="=order.id" target="id"/><zeebe:input source="fixed" target="mode"/>'
        '<zeebe:output source="=ok" target="paid"/></zeebe:ioMapping>',
    )

    found = translate(zeebe(node))

    assert ours(found, "input") == [
        {"source": "=order.id", "target": "id"},
        {"source": "fixed", "target": "mode"},
    ]
    assert ours(found, "output") == [{"source": "=ok", "target": "paid"}]
    assert not findings_of_reader(found)


@pytest.mark.parametrize(
    ("mappings", "why"),
    [
        ('<zeebe:output source="=ok" target="order.paid"/>', "variable"),
        ('<zeebe:output target="paid"/>', "source"),
        ('<zeebe:output source="=a" target="b"/><zeebe:output source="=b" target="c"/>', "earlier"),
    ],
)
def test_a_mapping_that_would_mean_something_else_is_refused(mappings: str, why: str) -> None:
    node = with_extension("userTask", f"<zeebe:ioMapping>{mappings}</zeebe:ioMapping>")

    [refused] = translate(zeebe(node)).refused

    assert why in refused.en


def test_a_mapping_where_nothing_is_mapped_is_refused() -> None:
    content = file(
        with_extension(
            "startEvent", '<zeebe:ioMapping><zeebe:output source="=a" target="b"/></zeebe:ioMapping>'
        ),
        prefix="zeebe",
    )

    assert outcomes(content) == {"zeebe:ioMapping/output": "refused"}


def test_people_and_forms_of_a_user_task() -> None:
    node = with_extension(
        "userTask",
        '<zeebe:userTask/><zeebe:formDefinition formId="apply"/>'
        '<zeebe:assignmentDefinition assignee="=clerk" candidateGroups="=[&quot;a&quot;, &quot;b&quot;]"/>',
    )

    found = translate(zeebe(node))

    assert ours(found, "assignment") == [{"assignee": "=clerk", "roles": "a,b"}]
    assert element(found).get(f"{G}form") == "apply"
    assert not found.refused
    assert not findings_of_reader(found)


@pytest.mark.parametrize(
    "definition",
    [
        '<zeebe:assignmentDefinition candidateGroups="=groups"/>',
        '<zeebe:assignmentDefinition candidateUsers="anna"/>',
        '<zeebe:formDefinition formKey="camunda-forms:bpmn:f1"/>',
        '<zeebe:formDefinition externalReference="http://forms"/>',
        '<zeebe:taskListeners><zeebe:taskListener eventType="creating" type="x"/></zeebe:taskListeners>',
    ],
)
def test_what_user_tasks_do_not_have_here_is_refused_with_a_way_to_mend_it(definition: str) -> None:
    [refused] = translate(zeebe(with_extension("userTask", definition))).refused

    assert refused.mend_zh and refused.mend_en


def test_dates_that_are_only_shown_become_documentation() -> None:
    node = with_extension("userTask", '<zeebe:taskSchedule dueDate="=due"/>')

    found = translate(zeebe(node))

    assert element(found).findtext(f"{B}documentation") == "dueDate: =due"
    assert entry(found, "zeebe:taskSchedule/@dueDate").outcome is Outcome.APPROXIMATED


def test_a_called_process_may_come_from_an_expression() -> None:
    fixed = translate(zeebe(with_extension("callActivity", '<zeebe:calledElement processId="sub"/>')))
    computed = translate(
        zeebe(
            with_extension("callActivity", '<zeebe:calledElement processId="=sub" bindingType="deployment"/>')
        )
    )

    assert element(fixed).get("calledElement") == "sub"
    assert element(computed).get("calledElement") is None
    assert element(computed).get(f"{G}process") == "=sub"
    assert element(computed).get(f"{G}binding") == "deployment"


def test_a_version_tag_is_refused() -> None:
    node = with_extension(
        "callActivity", '<zeebe:calledElement processId="s" bindingType="versionTag" versionTag="v1"/>'
    )

    assert {each.construct for each in translate(zeebe(node)).refused} == {
        "zeebe:calledElement/@bindingType",
        "zeebe:calledElement/@versionTag",
    }


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ("", "approximated"),
        ('<zeebe:ioMapping><zeebe:output source="=a" target="b"/></zeebe:ioMapping>', "translated"),
    ],
)
def test_that_nothing_comes_back_can_only_be_said_by_a_mapping(mapping: str, expected: str) -> None:
    node = with_extension(
        "callActivity",
        f'<zeebe:calledElement processId="s" propagateAllChildVariables="false"/>{mapping}',
    )

    assert outcomes(zeebe(node))["zeebe:calledElement/@propagateAllChildVariables"] == expected


def test_a_decision_and_its_result() -> None:
    node = with_extension(
        "businessRuleTask", '<zeebe:calledDecision decisionId="fee" resultVariable="amount"/>'
    )

    found = translate(zeebe(node))

    assert element(found).get(f"{G}decision") == "fee"
    assert element(found).get(f"{G}result") == "amount"
    assert not findings_of_reader(found)


def test_a_script_moves_to_its_place_in_the_standard() -> None:
    node = with_extension("scriptTask", '<zeebe:script expression="= a + 1" resultVariable="b"/>')

    found = translate(zeebe(node))

    assert element(found).findtext(f"{B}script") == "a + 1"
    assert element(found).get(f"{G}result") == "b"
    assert not findings_of_reader(found)


def test_a_script_task_that_a_worker_runs_becomes_a_service_task() -> None:
    found = translate(zeebe(with_extension("scriptTask", '<zeebe:taskDefinition type="script"/>')))

    assert element(found).tag == f"{B}serviceTask"
    assert entry(found, "zeebe:taskDefinition/@type").outcome is Outcome.APPROXIMATED
    assert not findings_of_reader(found)


def test_a_correlation_key_becomes_a_subscription() -> None:
    message = with_extension(
        "message", '<zeebe:subscription correlationKey="=order"/>', id="m", attributes='name="paid"'
    )

    found = translate(zeebe('<receiveTask id="x" messageRef="m"/>', root=message))

    assert ours(found, "subscription", id="m") == [{"correlationKey": "=order"}]
    assert not findings_of_reader(found)


def test_a_collection_becomes_our_multi_instance() -> None:
    loop = (
        '<multiInstanceLoopCharacteristics id="loop"><extensionElements><zeebe:loopCharacteristics '
        'inputCollection="=items" inputElement="item" outputCollection="results" outputElement="=r"/>'
        '</extensionElements><completionCondition xsi:type="tFormalExpression">=r = 3</completionCondition>'
        "</multiInstanceLoopCharacteristics>"
    )

    found = translate(zeebe(f'<manualTask id="x">{loop}</manualTask>'))

    assert ours(found, "multiInstance", id="loop") == [
        {"collection": "=items", "item": "item", "outputCollection": "results", "outputItem": "=r"}
    ]
    assert not found.refused


def test_the_elements_that_begin_at_once_in_an_ad_hoc_sub_process() -> None:
    node = with_extension(
        "adHocSubProcess", '<zeebe:adHoc activeElementsCollection="=chosen"/>', inner='<task id="a"/>'
    )

    assert element(translate(zeebe(node))).get(f"{G}activeElements") == "=chosen"


def test_a_message_throw_event_sends_its_message_without_a_job() -> None:
    inner = '<messageEventDefinition messageRef="m"/>'
    message = '<message id="m" name="paid"/>'
    definition = '<zeebe:taskDefinition type="mail"/>'
    event = with_extension("intermediateThrowEvent", definition, inner=inner)

    found = translate(zeebe(event, root=message))

    assert entry(found, "zeebe:taskDefinition/@type").outcome is Outcome.APPROXIMATED
    assert ours(found, "job") == []
    assert not findings_of_reader(found)


@pytest.mark.parametrize(
    ("name", "expected", "outcome"),
    [("=&quot;paid&quot;", "paid", "translated"), ("=kind", None, "refused"), ("paid", "paid", None)],
)
def test_a_message_name_must_be_fixed(name: str, expected: str | None, outcome: str | None) -> None:
    found = translate(zeebe('<task id="x"/>', root=f'<message id="m" name="{name}"/>'))

    assert element(found, "m").get("name") == expected
    assert [each.outcome.value for each in found.entries] == ([] if outcome is None else [outcome])


def test_an_unknown_attribute_or_element_is_never_passed_over() -> None:
    node = with_extension(
        "serviceTask",
        '<zeebe:taskDefinition type="pay" color="red"><zeebe:more/>text</zeebe:taskDefinition><zeebe:other/>',
        attributes='zeebe:strange="1"',
    )

    refused = {each.construct for each in translate(zeebe(node)).refused}

    assert refused == {
        "@zeebe:strange",
        "zeebe:other",
        "zeebe:taskDefinition/@color",
        "zeebe:taskDefinition/more",
        "zeebe:taskDefinition/text()",
    }


def test_an_extension_on_the_wrong_element_is_refused_and_left_out() -> None:
    node = with_extension("manualTask", '<zeebe:taskDefinition type="pay"/>')

    found = translate(zeebe(node))

    assert [each.en for each in found.refused] == ["It has no effect on a manualTask"]
    assert not findings_of_reader(found)


def test_the_mark_of_the_modeler_is_left_out() -> None:
    content = around(
        '<task id="x"/>', prefix="modeler", attributes='modeler:executionPlatform="Camunda Cloud"'
    )

    found = translate(content)

    assert outcomes(content) == {"@modeler:executionPlatform": "translated"}
    assert b"modeler" not in (found.content or b"modeler")
