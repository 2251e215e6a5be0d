from __future__ import annotations

import copy

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.bpmn.compiler import compile_process
from engine.bpmn.declarations import Assignment, ClockDeclaration, JobDeclaration, VariableMapping
from engine.bpmn.model import (
    ErrorEventDefinition,
    FlowNode,
    MessageEventDefinition,
    NodeKind,
    TerminateEventDefinition,
    TimerEventDefinition,
    TimerKind,
)
from engine.bpmn.reader import read
from engine.bpmn.rules import check
from engine.findings import has_errors
from tests.unit.bpmn.drawing import (
    END,
    ERROR,
    MESSAGE,
    START,
    around,
    chain,
    definitions,
    extension,
    flow,
    model_of,
    process,
    user_task,
)

DI = (
    '<b:BPMNDiagram xmlns:b="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:c="http://www.omg.org/spec/DD/20100524/DC" xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0">'
    '<b:BPMNPlane bpmnElement="p"><b:BPMNShape bpmnElement="start" bioc:stroke="#000">'
    '<c:Bounds x="1" y="1" width="3" height="3"/></b:BPMNShape></b:BPMNPlane></b:BPMNDiagram>'
)


def node_of(content: bytes, node_id: str = "x") -> FlowNode:
    model = model_of(content)
    return next(node for node, _ in model.processes[0].walk() if node.id == node_id)


def test_nodes_and_flows_come_in_document_order_with_their_lines() -> None:
    content = process(
        "\n<startEvent id='start' name='开始'/>\n" + user_task() + END + chain("start", "x", "end")
    )

    drawn = model_of(content).processes[0]

    assert [(node.id, node.kind, node.line) for node in drawn.nodes] == [
        ("start", NodeKind.START_EVENT, 2),
        ("x", NodeKind.USER_TASK, 3),
        ("end", NodeKind.END_EVENT, 3),
    ]
    assert [(f.id, f.source_ref, f.target_ref) for f in drawn.flows] == [
        ("start_x", "start", "x"),
        ("x_end", "x", "end"),
    ]
    assert drawn.nodes[0].name == "开始"


def test_a_condition_loses_its_equals_sign_and_a_default_is_known() -> None:
    gateway = '<exclusiveGateway id="g" default="g_end"/>'
    content = process(
        START
        + gateway
        + user_task()
        + END
        + flow("start", "g")
        + flow("g", "x", "= 金额 &gt; 100 ")
        + flow("g", "end")
        + flow("x", "end")
    )

    drawn = model_of(content).processes[0]

    assert [f.condition for f in drawn.flows] == [None, "金额 > 100", None, None]
    assert drawn.nodes[1].default == "g_end"


def test_formal_expressions_in_feel_are_accepted() -> None:
    timer = (
        '<intermediateCatchEvent id="x"><timerEventDefinition><timeDuration '
        'xsi:type="tFormalExpression" language="https://www.omg.org/spec/DMN/20230324/FEEL/">PT5M</timeDuration>'
        "</timerEventDefinition></intermediateCatchEvent>"
    )

    assert node_of(around(timer)).event == TimerEventDefinition(TimerKind.DURATION, "PT5M")


def test_references_lose_their_prefix() -> None:
    receive = '<receiveTask id="x" messageRef="ns:paid"/>'

    assert node_of(around(receive, root=MESSAGE)).message_ref == "paid"


def test_boundary_events_know_their_activity_and_whether_they_interrupt() -> None:
    boundary = (
        '<boundaryEvent id="late" attachedToRef="x" cancelActivity="false"><timerEventDefinition>'
        "<timeCycle>R3/PT1H</timeCycle></timerEventDefinition></boundaryEvent>"
    )

    node = node_of(around(user_task(), more=boundary + flow("late", "end")), "late")

    assert (node.attached_to, node.interrupting) == ("x", False)
    assert node.event == TimerEventDefinition(TimerKind.CYCLE, "R3/PT1H")


def test_end_events_throw_errors_and_terminate() -> None:
    thrown = '<endEvent id="x"><errorEventDefinition errorRef="refused"/></endEvent>'
    terminated = '<endEvent id="y"><terminateEventDefinition/></endEvent>'
    split = '<parallelGateway id="g"/>'
    content = process(
        START + split + thrown + terminated + chain("start", "g", "x") + flow("g", "y"), root=ERROR
    )

    model = model_of(content)

    assert model.errors["refused"].code == "REFUSED"
    assert [node.event for node in model.processes[0].nodes[2:]] == [
        ErrorEventDefinition("refused"),
        TerminateEventDefinition(),
    ]


def test_messages_have_a_name_and_a_correlation_key() -> None:
    key = extension('<gov:subscription correlationKey="=orderId"/>')
    message = f'<message id="m" name="paid">{key}</message>'
    catch = '<intermediateCatchEvent id="x"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>'

    model = model_of(around(catch, root=message))

    assert (model.messages["m"].name, model.messages["m"].correlation_key) == ("paid", "orderId")
    assert model.processes[0].nodes[1].event == MessageEventDefinition("m")


def test_a_sub_process_holds_its_own_nodes() -> None:
    inner = '<startEvent id="s"/><endEvent id="e"/>' + flow("s", "e")

    node = node_of(around(f'<subProcess id="x">{inner}</subProcess>'))

    assert [child.id for child in node.nodes] == ["s", "e"]
    assert [child.id for child in node.flows] == ["s_e"]


def test_user_tasks_carry_form_assignment_clock_stage_and_mappings() -> None:
    extensions = extension(
        '<gov:clock limit="=limit" kind="promise" ladder="E"/>'
        '<gov:assignment roles="clerk, head，auditor" department="=dept" fourEyes="first"/>'
        '<gov:input source="=a + 1" target="甲"/><gov:output source="done" target="state"/>'
    )
    task = (
        f'<userTask id="x" gov:form="check" gov:stage="审查" gov:milestone="已受理">{extensions}</userTask>'
    )
    content = process(START + user_task("first") + task + END + chain("start", "first", "x", "end"))

    found = node_of(content).extensions

    assert (found.form, found.stage, found.milestone) == ("check", "审查", "已受理")
    assert found.clocks == (ClockDeclaration("=limit", "promise", "E", 1),)
    assert found.assignment == Assignment(("clerk", "head", "auditor"), "=dept", None, ("first",))
    assert found.inputs == (VariableMapping("=a + 1", "甲", 1),)
    assert found.outputs == (VariableMapping("done", "state", 1),)


def test_service_tasks_carry_a_job_with_headers() -> None:
    job = '<gov:job type="tax" retries="5"><gov:header name="purpose" value="开办企业"/></gov:job>'
    task = f'<serviceTask id="x">{extension(job)}</serviceTask>'

    assert node_of(around(task)).extensions.job == JobDeclaration("tax", 5, {"purpose": "开办企业"})


def test_scripts_decisions_calls_and_outcomes_are_read() -> None:
    content = process(
        START
        + '<scriptTask id="s" scriptFormat="feel" gov:result="n"><script>= 1 + 1</script></scriptTask>'
        + '<businessRuleTask id="d" gov:decision="fee" gov:result="fee"/>'
        + '<callActivity id="c" calledElement="ns:other"/>'
        + "<endEvent id='end' gov:outcome='=\"granted\"'/>"
        + chain("start", "s", "d", "c", "end")
    )

    by_id = {node.id: node for node in model_of(content).processes[0].nodes}

    assert (by_id["s"].script, by_id["s"].extensions.result) == ("1 + 1", "n")
    assert by_id["d"].extensions.decision == "fee"
    assert by_id["c"].called_element == "other"
    assert by_id["end"].extensions.outcome == '="granted"'


def test_errors_caught_at_a_boundary_go_to_variables() -> None:
    boundary = (
        '<boundaryEvent id="b" attachedToRef="x" gov:caughtCode="code" gov:caughtMessage="why">'
        '<errorEventDefinition errorRef="refused"/></boundaryEvent>'
    )

    node = node_of(around(user_task(), root=ERROR, more=boundary + flow("b", "end")), "b")

    assert (node.extensions.caught_code, node.extensions.caught_message) == ("code", "why")


def test_drawings_lanes_pools_and_notes_are_documentation() -> None:
    notes = (
        '<laneSet id="ls"><lane id="l" name="区市场监管局"><flowNodeRef>start</flowNodeRef></lane></laneSet>'
    )
    artifacts = (
        '<textAnnotation id="t"><text>注</text></textAnnotation>'
        '<association id="a" sourceRef="start" targetRef="t"/>'
    )
    pools = (
        '<collaboration id="c"><participant id="pool" processRef="p"/><participant id="citizen"/>'
        '<messageFlow id="mf" sourceRef="citizen" targetRef="pool"/></collaboration>'
    )
    drawn = (
        f'<process id="p" isExecutable="true" processType="Private" isClosed="true">{notes}'
        f"<startEvent id='start'><documentation>说明</documentation><outgoing>start_end</outgoing></startEvent>"
        f"{END}{flow('start', 'end')}{artifacts}</process>"
    )

    model = model_of(definitions(pools + drawn + DI, attributes='exporter="x" exporterVersion="1"'))

    assert [node.id for node in model.processes[0].nodes] == ["start", "end"]


def test_findings_tell_file_element_and_line_in_both_languages() -> None:
    content = process(f"{START}\n<signal/>{END}{flow('start', 'end')}")

    _, findings = read(content, file="a.bpmn")

    assert [(f.file, f.element_id, f.line) for f in findings] == [("a.bpmn", "p", 2)]
    assert findings[0].zh.startswith("不符合 BPMN 2.0")
    assert "not expected" in findings[0].en


def test_names_reach_findings_as_text() -> None:
    _, findings = read(around('<userTask id="x"/>', root='<choreography id="c"/>'))

    assert [f.zh for f in findings] == [
        "不能执行编排（choreography）：编排描述参与方之间的约定，不归任何一方执行"
    ]


FULL = around(
    '<userTask id="x" gov:form="f">'
    + extension('<gov:assignment roles="a"/><gov:clock limit="l" kind="stage"/>')
    + "</userTask>",
    root=MESSAGE + ERROR,
    more='<boundaryEvent id="b" attachedToRef="x"><messageEventDefinition messageRef="paid"/></boundaryEvent>'
    + flow("b", "end"),
)
PIECES = [
    b"<subProcess id='q'>",
    b"</process>",
    b"<endEvent/>",
    b" id='x'",
    b"gov:",
    b"ns:",
    b"\x00",
    b"\xff",
    b"&amp;",
    b"=",
    b"<incoming>q</incoming>",
    b"<timerEventDefinition/>",
    b"<script>1</script>",
    b"<?pi?>",
    b"<!-- c -->",
    b"<!DOCTYPE a>",
    b"R3/P1D",
    b"true",
]


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(FULL)), st.integers(0, 12), st.sampled_from(PIECES) | st.binary(max_size=3)
        ),
        min_size=1,
        max_size=4,
    )
)
def test_a_mutated_file_never_raises(mutations: list[tuple[int, int, bytes]]) -> None:
    content = FULL
    for position, removed, inserted in mutations:
        content = content[:position] + inserted + content[position + removed :]

    model, findings = read(content, file="m.bpmn")

    assert model is not None or findings
    if model is not None:
        check(model)


VALUES = ["", "x", "start", "nowhere", "ns:x", "zz:x", "=", "= 1 +", "true", "R3/P1D", "-1", "二 三"]
NAMES = [
    "id",
    "default",
    "sourceRef",
    "attachedToRef",
    "messageRef",
    "{urn:yishi:bpmn:1}form",
    "{urn:test}a",
]


def mutated(operation: str, element: etree._Element, other: etree._Element, *, name: str, value: str) -> None:
    """Change a tree in place, in a way that keeps it well-formed."""
    parent = element.getparent()
    match operation:
        case "remove" if parent is not None:
            parent.remove(element)
        case "copy" if parent is not None:
            other.append(copy.deepcopy(element))
        case "rename":
            element.tag = other.tag
        case "attribute":
            element.set(name, value)
        case "text":
            element.text = value


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_mutated_tree_never_raises_and_what_passes_the_gate_compiles(data: st.DataObject) -> None:
    root = etree.fromstring(FULL)
    for _ in range(data.draw(st.integers(1, 5))):
        elements = list(root.iter(etree.Element))
        mutated(
            data.draw(st.sampled_from(["remove", "copy", "rename", "attribute", "text"])),
            elements[data.draw(st.integers(1, len(elements) - 1)) if len(elements) > 1 else 0],
            elements[data.draw(st.integers(0, len(elements) - 1))],
            name=data.draw(st.sampled_from(NAMES)),
            value=data.draw(st.sampled_from(VALUES)),
        )

    model, findings = read(etree.tostring(root), file="m.bpmn")

    assert model is not None or findings
    if model is not None and not has_errors(findings + check(model)):
        for drawn in model.processes:
            compile_process(model, drawn)


TOKENS = ["<task id='a'/>", "<subProcess id='b'>", "</subProcess>", "<endEvent id='c'/>", START, END]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from([*TOKENS, flow("start", "a"), flow("a", "b"), flow("b", "a"), flow("a", "end")]),
        max_size=14,
    )
)
def test_any_heap_of_elements_gets_findings_instead_of_an_exception(pieces: list[str]) -> None:
    model, findings = read(process("".join(pieces)))

    assert model is not None or findings
    if model is not None:
        check(model)
