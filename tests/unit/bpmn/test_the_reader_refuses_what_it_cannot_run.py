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


def catch(event: str) -> bytes:
    return around(f'<intermediateCatchEvent id="x">{event}</intermediateCatchEvent>', root=MESSAGE + ERROR)


def task(content: str = "", *, attributes: str = "", kind: str = "userTask") -> bytes:
    return around(f'<{kind} id="x" {attributes}>{content}</{kind}>')


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
    ("extension-without-effect", around('<exclusiveGateway id="x" gov:stage="审查"/>')),
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
    ("too-many-findings", process('<complexGateway id="g"/>' + "<task/>" * MAX_FINDINGS)),
]


@pytest.mark.parametrize(("rule", "content"), REFUSED)
def test_each_flaw_has_its_finding(rule: str, content: bytes) -> None:
    found = read_rules(content)

    assert rule in found


def test_every_finding_of_the_reader_is_catalogued_and_tried() -> None:
    produced = {rule for _, content in [*REFUSED, *NOT_SUPPORTED] for rule in read_rules(content)}

    assert produced == RULE_IDS


NOT_SUPPORTED: list[tuple[str, bytes]] = [
    ("signalEventDefinition", catch("<signalEventDefinition/>")),
    ("escalationEventDefinition", catch("<escalationEventDefinition/>")),
    (
        "conditionalEventDefinition",
        catch("<conditionalEventDefinition><condition>true</condition></conditionalEventDefinition>"),
    ),
    ("linkEventDefinition", catch('<linkEventDefinition name="l"/>')),
    ("cancelEventDefinition", catch("<cancelEventDefinition/>")),
    ("compensateEventDefinition", catch("<compensateEventDefinition/>")),
    ("eventDefinitionRef", catch("<eventDefinitionRef>e</eventDefinitionRef>")),
    (
        "several event definitions",
        catch(
            '<messageEventDefinition messageRef="paid"/>'
            "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
        ),
    ),
    (
        "timerEventDefinition on a startEvent",
        process(
            '<startEvent id="start"><timerEventDefinition><timeDate>2026-01-01</timeDate>'
            "</timerEventDefinition></startEvent>" + END + flow("start", "end")
        ),
    ),
    ("parallelMultiple", around('<intermediateCatchEvent id="x" parallelMultiple="true"/>')),
    ("complexGateway", around('<complexGateway id="x"/>')),
    ("transaction", around(f'<transaction id="x">{START.replace("start", "s")}</transaction>')),
    ("adHocSubProcess", around('<adHocSubProcess id="x"/>')),
    ("triggeredByEvent", task(attributes='triggeredByEvent="true"', kind="subProcess")),
    ("standardLoopCharacteristics", task("<standardLoopCharacteristics/>")),
    ("multiInstanceLoopCharacteristics", task("<multiInstanceLoopCharacteristics/>")),
    ("property", task("<property/>")),
    ("ioSpecification", task("<ioSpecification><inputSet/><outputSet/></ioSpecification>")),
    ("potentialOwner", task("<potentialOwner/>")),
    ("rendering", task("<rendering/>")),
    ("dataObject", around(user_task(), more='<dataObject id="d"/>')),
    ("dataObjectReference", around(user_task(), more='<dataObjectReference id="d"/>')),
    ("dataStoreReference", around(user_task(), more='<dataStoreReference id="d"/>')),
    ("dataStore", around(user_task(), root='<dataStore id="d"/>')),
    ("signal", around(user_task(), root='<signal id="s"/>')),
    ("escalation", around(user_task(), root='<escalation id="s"/>')),
    ("itemDefinition", around(user_task(), root='<itemDefinition id="s"/>')),
    ("globalTask", around(user_task(), root='<globalTask id="s"/>')),
    ("import", definitions('<import namespace="n" location="l" importType="t"/>')),
    ("itemRef", around(user_task(), root='<message id="m" name="m" itemRef="i"/>')),
    ("startQuantity", task(attributes='startQuantity="2"')),
    ("completionQuantity", task(attributes='completionQuantity="2"')),
    ("isForCompensation", task(attributes='isForCompensation="true"')),
    ("instantiate", task(attributes='instantiate="true" messageRef="m"', kind="receiveTask")),
    ("isInterrupting", process('<startEvent id="start" isInterrupting="false"/>' + END)),
    ("implementation", task(attributes='implementation="java"', kind="serviceTask")),
    ("operationRef", task(attributes='operationRef="o"', kind="serviceTask")),
    ("eventGatewayType", around('<eventBasedGateway id="x" eventGatewayType="Parallel"/>')),
    (
        "isImmediate",
        process(START + END + '<sequenceFlow id="f" sourceRef="start" targetRef="end" isImmediate="false"/>'),
    ),
    (
        "correlationKey",
        around(user_task(), root='<collaboration id="c"><correlationKey name="k"/></collaboration>'),
    ),
]


@pytest.mark.parametrize(("construct", "content"), NOT_SUPPORTED)
def test_what_does_not_run_yet_is_refused_by_name(construct: str, content: bytes) -> None:
    findings = [f for f in read(content)[1] if f.rule == "not-supported-yet"]

    assert any(construct in finding.en for finding in findings)
    assert all(finding.severity is Severity.ERROR and finding.mend_zh for finding in findings)


@pytest.mark.parametrize("prefix", ["zeebe", "camunda", "flowable"])
def test_other_dialects_are_told_that_translation_comes_later(prefix: str) -> None:
    namespace = {
        "zeebe": "http://camunda.org/schema/zeebe/1.0",
        "camunda": "http://camunda.org/schema/1.0/bpmn",
        "flowable": "http://flowable.org/bpmn",
    }[prefix]
    content = task(attributes=f'xmlns:q="{namespace}" q:assignee="kim"')

    (finding,) = read(content)[1]

    assert finding.rule == "unknown-extension"
    assert f"{prefix}: dialect comes with a later version" in finding.mend_en
    assert prefix in finding.mend_zh


def test_a_drawing_of_a_partner_is_not_searched_for_flaws() -> None:
    partner = '<process id="partner"><complexGateway id="g"/><task ns:a="b"/></process>'
    content = process(START + user_task() + END + chain("start", "x", "end"), root=partner)

    _, findings = read(content)

    assert [(f.rule, f.severity, f.element_id) for f in findings] == [
        ("process-not-executable", Severity.WARNING, "partner")
    ]


def test_a_process_whose_mark_was_forgotten_is_searched_all_the_same() -> None:
    found = read_rules(definitions('<process id="p"><complexGateway id="g"/></process>'))

    assert found == ["not-supported-yet"]


def test_the_schema_and_the_reader_do_not_say_the_same_thing_twice() -> None:
    found = read_rules(task("<nonsense/>", attributes='nonsense="1"'))

    assert found == ["xsd", "xsd"]


def test_a_refused_node_does_not_make_its_flows_dangle() -> None:
    model, _ = read(around('<adHocSubProcess id="x"/>'))

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
