from __future__ import annotations

import pytest

from engine.bpmn.declarations import Assignment
from engine.bpmn.model import FlowNode, NodeKind
from engine.bpmn.reader import read
from engine.findings import Severity
from tests.unit.bpmn.drawing import END, ROLES, START, chain, definitions, extension
from tests.unit.bpmn.reading import between, file_of, findings_in, flaws

DRAWN = f'<process id="p" isExecutable="true">{START}{END}{chain("start", "end")}</process>'


def beside(root: str, *, attributes: str = "") -> bytes:
    """A process and something beside it."""
    return definitions(root + DRAWN, attributes=attributes)


def task_of(root: str) -> FlowNode:
    found = file_of(definitions(root)).processes[0]
    assert (found.is_global_task, found.is_executable, found.flows) == (True, True, ())
    (node,) = found.nodes
    return node


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("globalTask", NodeKind.TASK),
        ("globalUserTask", NodeKind.USER_TASK),
        ("globalManualTask", NodeKind.MANUAL_TASK),
        ("globalScriptTask", NodeKind.SCRIPT_TASK),
        ("globalBusinessRuleTask", NodeKind.BUSINESS_RULE_TASK),
    ],
)
def test_a_global_task_is_a_process_of_one_task(tag: str, kind: NodeKind) -> None:
    node = task_of(f'<{tag} id="g" name="核对"/>')

    assert (node.id, node.name, node.kind) == ("g_task", "核对", kind)


def test_a_global_user_task_has_form_and_assignment() -> None:
    node = task_of(f'<globalUserTask id="g" gov:form="check">{ROLES}</globalUserTask>')

    assert (node.extensions.form, node.extensions.assignment) == ("check", Assignment(("clerk",)))


def test_a_global_user_task_may_have_an_owner_of_the_standard() -> None:
    owner = "<potentialOwner><resourceRef>r</resourceRef></potentialOwner>"

    node = task_of(f'<globalUserTask id="g">{owner}</globalUserTask><resource id="r" name="clerk"/>')

    assert node.extensions.assignment == Assignment(("clerk",))


def test_a_global_script_has_a_script_and_a_result() -> None:
    node = task_of(
        '<globalScriptTask id="g" gov:result="n" scriptLanguage="https://www.omg.org/spec/DMN/20230324/FEEL/">'
        "<script>= 1 + 1</script></globalScriptTask>"
    )

    assert (node.script, node.extensions.result) == ("1 + 1", "n")


def test_a_global_decision_names_its_table() -> None:
    assert task_of('<globalBusinessRuleTask id="g" gov:decision="fee"/>').extensions.decision == "fee"


def test_inputs_of_a_global_task_are_variables() -> None:
    io = (
        '<ioSpecification><dataInput id="i" name="order"/><dataOutput id="o" name="fee"/>'
        "<inputSet/><outputSet/></ioSpecification>"
    )

    (found,) = file_of(definitions(f'<globalTask id="g">{io}</globalTask>')).processes

    assert found.variables == ("order", "fee")


@pytest.mark.parametrize(
    ("root", "rule"),
    [
        ('<globalScriptTask id="g" scriptLanguage="python"/>', "not-feel"),
        ('<globalUserTask id="g" implementation="java"/>', "not-supported-yet"),
        ('<globalUserTask id="g" gov:decision="d"/>', "extension-without-effect"),
        (
            '<globalTask id="g"><supportedInterfaceRef>i</supportedInterfaceRef></globalTask>',
            "operation-is-a-reference",
        ),
        ("<globalTask/>", "missing-id"),
        (
            '<globalManualTask id="g"><performer><resourceRef>r</resourceRef></performer></globalManualTask>',
            "resource-role-without-effect",
        ),
    ],
)
def test_flaws_of_a_global_task_are_found(root: str, rule: str) -> None:
    assert flaws(definitions(root)) == [rule]


def test_a_process_without_mark_beside_a_global_task_is_a_drawing_but_searched() -> None:
    unmarked = f'<process id="p">{START}<task/></process>'

    found = findings_in(definitions('<globalTask id="g"/>' + unmarked))

    assert [(f.rule, f.severity) for f in found] == [
        ("missing-id", Severity.ERROR),
        ("process-not-executable", Severity.WARNING),
    ]


@pytest.mark.parametrize(
    "root",
    [
        '<itemDefinition id="i" structureRef="ns:string" isCollection="true" itemKind="Information"/>',
        '<message id="m" name="m" itemRef="i"/>',
        '<error id="e" errorCode="E" structureRef="i"/>',
        '<signal id="s" name="s" structureRef="i"/>',
        '<escalation id="s" escalationCode="s" structureRef="i"/>',
        '<dataStore id="d" name="d"><dataState name="s"/></dataStore>',
        '<resource id="r" name="r"/>',
        '<interface id="i" name="i"><operation id="o" name="o"><inMessageRef>m</inMessageRef></operation></interface>',
        '<endPoint id="e"/>',
        '<partnerEntity id="e" name="e"/><partnerRole id="r" name="r"/>',
        '<category id="c"><categoryValue id="v" value="v"/></category>',
        '<collaboration id="c"><participant id="p1"><participantMultiplicity minimum="2"/></participant>'
        '<conversation id="v"><participantRef>p1</participantRef></conversation></collaboration>',
        '<globalConversation id="c"/>',
        '<signalEventDefinition id="shared" signalRef="s"/>',
    ],
)
def test_declarations_beside_the_processes_are_accepted(root: str) -> None:
    assert findings_in(beside(root)) == []


def test_schemas_and_extension_declarations_are_documentation() -> None:
    heads = (
        '<import namespace="urn:x" location="x.xsd" importType="http://www.w3.org/2001/XMLSchema"/>'
        '<extension mustUnderstand="false" definition="ns:q"><documentation>d</documentation></extension>'
    )

    assert findings_in(beside(heads)) == []


def test_relationships_are_documentation() -> None:
    content = definitions(
        DRAWN + '<relationship type="t"><source>p</source><target>p</target></relationship>'
    )

    assert findings_in(content) == []


def test_an_operation_on_a_task_is_documentation() -> None:
    ours = extension('<gov:job type="t"/>')

    (finding,) = findings_in(between(f'<serviceTask id="x" operationRef="o">{ours}</serviceTask>'))

    assert (finding.rule, finding.severity) == ("operation-is-a-reference", Severity.WARNING)


def test_empty_hooks_of_the_standard_are_documentation() -> None:
    hooked = '<userTask id="x"><auditing/><monitoring/><rendering/></userTask>'

    assert findings_in(between(hooked)) == []
    assert flaws(between(hooked.replace("<auditing/>", '<auditing gov:form="f"/>'))) == [
        "extension-without-effect"
    ]


def test_a_draft_without_any_mark_or_condition_is_read() -> None:
    drawn = DRAWN.replace(' isExecutable="true"', "").replace(
        END, '<exclusiveGateway id="g"/>' + END + '<task id="a"/>'
    )

    model, findings = read(definitions(drawn))

    assert model is not None
    assert findings == []
    assert not model.processes[0].is_executable


def test_a_prefix_may_stand_for_any_declared_namespace() -> None:
    call = '<callActivity id="x" xmlns:other="urn:elsewhere" calledElement="other:q"/>'

    model = file_of(between(call))

    assert model.processes[0].nodes[1].called_element == "q"
