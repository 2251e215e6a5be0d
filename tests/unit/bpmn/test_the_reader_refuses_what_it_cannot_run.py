from __future__ import annotations

import time

import pytest

from engine.bpmn.reader import RULE_IDS, read
from engine.bpmn.reading.sink import MAX_FINDINGS
from engine.findings import Severity
from tests.unit.bpmn.drawing import (
    END,
    ERROR,
    HEAD,
    MESSAGE,
    ROLES,
    START,
    around,
    chain,
    definitions,
    extension,
    flow,
    process,
    user_task,
)


def read_rules(content: bytes) -> list[str]:
    return [finding.rule for finding in read(content)[1]]


def catch(event: str, attributes: str = "") -> bytes:
    inside = f"{attributes}>{event}"
    return around(f'<intermediateCatchEvent id="x" {inside}</intermediateCatchEvent>', root=MESSAGE + ERROR)


def task(content: str = "", *, attributes: str = "", kind: str = "userTask") -> bytes:
    return around(f'<{kind} id="x" {attributes}>{content}</{kind}>')


_STORED = '<dataObject id="d"/><dataStoreReference id="s"/>'
_ASSOCIATION = "<dataInputAssociation><sourceRef>d</sourceRef><targetRef>d</targetRef></dataInputAssociation>"
REFUSED: list[tuple[str, bytes]] = [
    ("xml-too-large", b" " * (2 * 1024 * 1024 + 1)),
    ("xml-too-complex", b"<a>" * 100),
    ("xml-not-well-formed", b""),
    ("xml-not-well-formed", b"<definitions>"),
    ("xml-doctype", b"<!DOCTYPE definitions><definitions/>"),
    ("not-bpmn", b"<definitions/>"),
    ("xsd", definitions('<process id="p"><nonsense/></process>')),
    ("unknown-extension", task(attributes='ns:color="red"')),
    ("unknown-extension", task(extension("<ns:thing/>"))),
    ("unknown-extension", task(attributes='gov:colour="red"')),
    ("unknown-extension", task(extension("<gov:clok/>"))),
    ("unknown-extension", task(extension('<gov:assignment role="clerk"/>'))),
    ("unknown-extension", task(extension('<gov:assignment roles="a"><gov:header/></gov:assignment>'))),
    ("unknown-extension", around(user_task(), root='<category id="c" ns:a="b"/>')),
    ("extension-without-effect", task(attributes='gov:form="f"', kind="manualTask")),
    ("extension-without-effect", task(attributes='gov:outcome="granted"')),
    ("extension-without-effect", task(attributes='gov:result="n"')),
    ("extension-without-effect", around('<exclusiveGateway id="x" gov:result="n"/>')),
    ("extension-without-effect", task(extension('<gov:job type="t"/>'))),
    ("extension-without-effect", task(extension('<gov:clock limit="l" kind="stage"/>'), kind="task")),
    ("extension-without-effect", task(extension('<gov:assignment roles="a">text</gov:assignment>'))),
    ("extension-without-effect", process(START + END + flow("start", "end"), attributes='gov:stage="s"')),
    (
        "extension-without-effect",
        around(user_task(), more='<association id="a" sourceRef="x" targetRef="x" gov:form="f"/>'),
    ),
    (
        "extension-without-effect",
        catch(
            '<extensionElements><gov:output source="=a" target="b"/></extensionElements>'
            "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
        ),
    ),
    (
        "extension-without-effect",
        process(
            START
            + '<endEvent id="end" gov:outcome="o"><errorEventDefinition errorRef="refused"/></endEvent>'
            + flow("start", "end"),
            root=ERROR,
        ),
    ),
    (
        "extension-without-effect",
        around(
            user_task(),
            root=MESSAGE,
            more='<boundaryEvent id="b" attachedToRef="x" gov:caughtCode="c">'
            '<messageEventDefinition messageRef="paid"/></boundaryEvent>' + flow("b", "end"),
        ),
    ),
    (
        "extension-without-effect",
        catch('<timerEventDefinition><timeDuration gov:form="f">PT1H</timeDuration></timerEventDefinition>'),
    ),
    ("extension-incomplete", task(attributes='gov:form=" "')),
    ("extension-incomplete", task(extension("<gov:assignment/>"))),
    ("extension-incomplete", task(extension('<gov:clock kind="stage"/>'))),
    ("extension-incomplete", task(extension('<gov:assignment roles=""/>'))),
    ("extension-invalid-value", task(extension('<gov:job type="t" retries="-1"/>'), kind="serviceTask")),
    ("extension-duplicate", task(extension('<gov:assignment roles="a"/><gov:assignment roles="b"/>'))),
    (
        "extension-duplicate",
        task(
            extension(
                '<gov:job type="t"><gov:header name="a" value="1"/><gov:header name="a" value=""/></gov:job>'
            ),
            kind="serviceTask",
        ),
    ),
    ("missing-id", process(START + "<task/>" + END)),
    ("unknown-prefix", around('<receiveTask id="x"><incoming>zz:start_x</incoming></receiveTask>')),
    ("not-feel", definitions("", attributes='expressionLanguage="http://www.w3.org/1999/XPath"')),
    ("not-feel", task("<script>1</script>", attributes='scriptFormat="python"', kind="scriptTask")),
    (
        "not-feel",
        process(
            START
            + END
            + '<sequenceFlow id="f" sourceRef="start" targetRef="end"><conditionExpression '
            + 'xsi:type="tFormalExpression" language="javascript">true</conditionExpression></sequenceFlow>'
        ),
    ),
    ("empty-expression", process(START + END + flow("start", "end", " = "))),
    ("flow-mismatch", task(ROLES + "<incoming>x_end</incoming>")),
    ("flow-mismatch", task(ROLES + "<outgoing>nothing</outgoing>")),
    ("event-without-definition", catch("")),
    ("event-not-allowed-here", catch('<errorEventDefinition errorRef="refused"/>')),
    ("timer-without-expression", catch("<timerEventDefinition/>")),
    ("message-ref-missing", catch("<messageEventDefinition/>")),
    (
        "process-not-executable",
        definitions(
            f'<process id="drawn"><task id="t"/></process><process id="p" isExecutable="true">{START}</process>'
        ),
    ),
    ("attribute-value", task(attributes='startQuantity="9999999999"')),
    (
        "attribute-without-effect",
        catch('<messageEventDefinition messageRef="paid"/>', 'parallelMultiple="1"'),
    ),
    ("dangling-reference", catch("<eventDefinitionRef>nowhere</eventDefinitionRef>")),
    ("signal-ref-missing", catch("<signalEventDefinition/>")),
    ("link-mismatch", catch('<linkEventDefinition name="a"><source>b</source></linkEventDefinition>')),
    (
        "several-compensation-handlers",
        around(
            user_task(),
            more='<boundaryEvent id="b" attachedToRef="x"><compensateEventDefinition/></boundaryEvent>'
            '<task id="h1" isForCompensation="true"/><task id="h2" isForCompensation="true"/>'
            '<association sourceRef="b" targetRef="h1"/><association sourceRef="b" targetRef="h2"/>',
        ),
    ),
    (
        "complex-behavior-without-event",
        task(
            ROLES + '<multiInstanceLoopCharacteristics behavior="Complex"><complexBehaviorDefinition>'
            "<condition>true</condition></complexBehaviorDefinition></multiInstanceLoopCharacteristics>"
        ),
    ),
    ("data-name", around(user_task(), more='<dataObject id="a-b"/>')),
    (
        "data-name-duplicate",
        around(user_task(), more='<dataObject id="a" name="n"/><dataObject id="b" name="n"/>'),
    ),
    ("data-association", around(f'<userTask id="x">{ROLES}{_ASSOCIATION}</userTask>', more=_STORED)),
    (
        "data-store-is-a-reference",
        around(f'<userTask id="x">{ROLES}{_ASSOCIATION.replace(">d<", ">s<", 1)}</userTask>', more=_STORED),
    ),
    ("operation-is-a-reference", task(attributes='operationRef="o"', kind="serviceTask")),
    ("resource-role-without-effect", task("<potentialOwner/>")),
    ("too-many-findings", process("<task/>" * (MAX_FINDINGS + 1))),
]


@pytest.mark.parametrize(("rule", "content"), REFUSED)
def test_each_flaw_has_its_finding(rule: str, content: bytes) -> None:
    found = read_rules(content)

    assert rule in found


def test_every_finding_of_the_reader_is_catalogued_and_tried() -> None:
    produced = {rule for _, content in [*REFUSED, *NOT_SUPPORTED] for rule in read_rules(content)}

    assert produced == RULE_IDS


_CORRELATION = (
    '<correlationProperty id="cp"><correlationPropertyRetrievalExpression messageRef="paid">'
    "<messagePath>a</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
)
_SETS = "<ioSpecification><inputSet/><inputSet/><outputSet/></ioSpecification>"
_STREAM = (
    '<ioSpecification><dataInput id="i"/><inputSet><whileExecutingInputRefs>i</whileExecutingInputRefs>'
    "</inputSet><outputSet/></ioSpecification>"
)
NOT_SUPPORTED: list[tuple[str, bytes]] = [
    ("correlationProperty", around(user_task(), root=MESSAGE + _CORRELATION)),
    (
        "correlationKey",
        around(user_task(), root='<collaboration id="c"><correlationKey name="k"/></collaboration>'),
    ),
    (
        "correlationKey",
        around(
            user_task(),
            root='<collaboration id="c"><conversation id="v"><correlationKey name="k"/></conversation>'
            "</collaboration>",
        ),
    ),
    (
        "correlationSubscription",
        process(START + END + flow("start", "end") + '<correlationSubscription correlationKeyRef="k"/>'),
    ),
    ("choreography", around(user_task(), root='<choreography id="c"/>')),
    ("globalChoreographyTask", around(user_task(), root='<globalChoreographyTask id="c"/>')),
    ("implicitThrowEvent", around(user_task(), more='<implicitThrowEvent id="i"/>')),
    (
        "import of another BPMN file",
        definitions(
            '<import namespace="n" location="l" importType="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'
        ),
    ),
    ('mustUnderstand="true"', definitions('<extension mustUnderstand="true"/>')),
    ("transaction method", task(attributes='method="##Store"', kind="transaction")),
    ("triggeredByEvent", task(attributes='triggeredByEvent="true"', kind="transaction")),
    ("implementation", task(attributes='implementation="java"', kind="serviceTask")),
    (
        "isImmediate",
        process(START + END + '<sequenceFlow id="f" sourceRef="start" targetRef="end" isImmediate="false"/>'),
    ),
    ("alternative sets", task(_SETS)),
    ("whileExecutingInputRefs", task(_STREAM)),
    ("resourceRole", task("<resourceRole><resourceRef>r</resourceRef></resourceRole>")),
    (
        "xsi:type",
        process(
            START
            + END
            + '<sequenceFlow id="f" sourceRef="start" targetRef="end"><conditionExpression '
            + 'xsi:type="tScript">true</conditionExpression></sequenceFlow>'
        ),
    ),
]


@pytest.mark.parametrize(("construct", "content"), NOT_SUPPORTED)
def test_what_does_not_run_yet_is_refused_by_name(construct: str, content: bytes) -> None:
    findings = [f for f in read(content)[1] if f.rule == "not-supported-yet"]

    assert any(construct in finding.en for finding in findings)
    for finding in findings:
        assert finding.severity is Severity.ERROR
        assert ": " in finding.en and "：" in finding.zh
        assert finding.mend_en and finding.mend_zh


@pytest.mark.parametrize("prefix", ["zeebe", "camunda", "flowable"])
def test_other_dialects_are_told_how_to_be_translated(prefix: str) -> None:
    namespace = {
        "zeebe": "http://camunda.org/schema/zeebe/1.0",
        "camunda": "http://camunda.org/schema/1.0/bpmn",
        "flowable": "http://flowable.org/bpmn",
    }[prefix]
    content = task(attributes=f'xmlns:q="{namespace}" q:assignee="kim"')

    (finding,) = read(content)[1]

    assert finding.rule == "unknown-extension"
    assert f"Translate the {prefix}: dialect with yishi process import" in finding.mend_en
    assert prefix in finding.mend_zh


def test_a_drawing_of_a_partner_is_not_searched_for_flaws() -> None:
    partner = '<process id="partner"><complexGateway/><task ns:a="b"/></process>'
    content = process(START + user_task() + END + chain("start", "x", "end"), root=partner)

    _, findings = read(content)

    assert [(f.rule, f.severity, f.element_id) for f in findings] == [
        ("process-not-executable", Severity.WARNING, "partner")
    ]


def test_a_process_whose_mark_was_forgotten_is_searched_all_the_same() -> None:
    found = read_rules(definitions('<process id="p"><complexGateway/></process>'))

    assert found == ["missing-id"]


def test_the_schema_and_the_reader_do_not_say_the_same_thing_twice() -> None:
    found = read_rules(task("<nonsense/>", attributes='nonsense="1"'))

    assert found == ["xsd", "xsd"]


def test_a_flawed_node_does_not_make_its_flows_dangle() -> None:
    model, _ = read(around('<intermediateCatchEvent id="x"/>'))

    assert model is not None
    assert [node.id for node in model.processes[0].nodes] == ["start", "x", "end"]


def test_text_inside_documentation_may_be_any_markup() -> None:
    content = task(f'<documentation><h1 xmlns="urn:html" a="b">hi</h1></documentation>{ROLES}')

    assert read_rules(content) == []


@pytest.mark.parametrize(
    "content",
    [
        b"<a>" * 3_000_000,
        HEAD.encode() + b">" + b'<process id="p"><subProcess id="s">' * 60_000,
        process("<task/>" * 19_000),
        process("".join(f'<task id="t{i}" ns:a="b"/>' for i in range(15_000))),
        process('<subProcess id="s">' * 58 + "</subProcess>" * 58),
        process("".join(f'<x xmlns="urn:{i}"/>' for i in range(15_000))),
    ],
    ids=["10 MB", "depth", "no ids", "extensions", "nested", "namespaces"],
)
def test_hostile_files_are_refused_quickly(content: bytes) -> None:
    began = time.perf_counter()

    _, findings = read(content)

    assert time.perf_counter() - began < 3.0
    assert findings
    assert len(findings) <= MAX_FINDINGS + 1
