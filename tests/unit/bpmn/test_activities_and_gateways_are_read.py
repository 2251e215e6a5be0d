from __future__ import annotations

import pytest

from engine.bpmn.declarations import Assignment, Binding, BindingKind, VariableMapping
from engine.bpmn.model import NodeKind
from tests.unit.bpmn.drawing import END, ROLES, START, chain, extension, flow, process, user_task
from tests.unit.bpmn.reading import (
    COMPENSATION,
    ROOTS,
    between,
    findings_in,
    flaws,
    node_in,
    process_of,
)

INNER = '<startEvent id="s"/><endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="e"/>'


def test_a_transaction_holds_its_own_nodes() -> None:
    node = node_in(between(f'<transaction id="x" method="##Compensate">{INNER}</transaction>'))

    assert (node.kind, [child.id for child in node.nodes]) == (NodeKind.TRANSACTION, ["s", "e"])


def test_an_ad_hoc_sub_process_says_who_chooses_and_when_it_is_done() -> None:
    inside = (
        extension('<gov:assignment roles="head"/>')
        + '<task id="a"/><task id="b"/><completionCondition>= done</completionCondition>'
    )
    node = node_in(
        between(
            '<adHocSubProcess id="x" ordering="Sequential" cancelRemainingInstances="false" '
            f"gov:activeElements='=[\"a\"]'>{inside}</adHocSubProcess>"
        )
    )

    assert (node.is_parallel, node.cancel_remaining) == (False, False)
    assert node.completion_condition == "done"
    assert node.extensions.active_elements == '=["a"]'
    assert node.extensions.assignment == Assignment(("head",))
    assert [child.id for child in node.nodes] == ["a", "b"]


def test_an_ad_hoc_sub_process_is_parallel_and_cancels_what_remains_by_default() -> None:
    node = node_in(between('<adHocSubProcess id="x"><task id="a"/></adHocSubProcess>'))

    assert (node.is_parallel, node.cancel_remaining, node.completion_condition) == (True, True, None)


def test_an_event_sub_process_stays_in_the_model() -> None:
    sub = f'<subProcess id="x" triggeredByEvent="true">{INNER.replace("/>", f">{COMPENSATION}</startEvent>", 1)}'
    node = node_in(process(START + END + flow("start", "end") + sub + "</subProcess>"))

    assert node.triggered_by_event


@pytest.mark.parametrize("kind", ["transaction", "adHocSubProcess"])
def test_only_a_plain_sub_process_is_triggered_by_an_event(kind: str) -> None:
    content = between(f'<{kind} id="x" triggeredByEvent="true">{INNER}</{kind}>')

    assert flaws(content) == ["not-supported-yet"]


def test_a_complex_gateway_has_a_condition_and_a_default() -> None:
    gateway = (
        '<complexGateway id="x" default="x_end"><activationCondition>= n &gt;= 2</activationCondition>'
        "</complexGateway>"
    )

    node = node_in(between(gateway))

    assert (node.kind, node.activation_condition, node.default) == (
        NodeKind.COMPLEX_GATEWAY,
        "n >= 2",
        "x_end",
    )


def test_an_event_based_gateway_may_start_the_process() -> None:
    gateway = '<eventBasedGateway id="x" instantiate="true" eventGatewayType="Parallel"/>'

    node = node_in(between(gateway))

    assert (node.instantiate, node.parallel_events) == (True, True)


def test_a_receive_task_may_start_the_process() -> None:
    node = node_in(between('<receiveTask id="x" messageRef="paid" instantiate="true"/>'))

    assert (node.message_ref, node.instantiate) == ("paid", True)


def test_quantities_count_tokens() -> None:
    node = node_in(between('<task id="x" startQuantity="2" completionQuantity="+03"/>'))

    assert (node.start_quantity, node.completion_quantity) == (2, 3)


@pytest.mark.parametrize("attribute", ["startQuantity", "completionQuantity"])
def test_quantities_are_numbers_a_person_could_mean(attribute: str) -> None:
    assert flaws(between(f'<task id="x" {attribute}="-{"9" * 5_000}"/>')) == ["attribute-value"]


# --- compensation --------------------------------------------------------------------------------

BOUNDARY = f'<boundaryEvent id="b" attachedToRef="x">{COMPENSATION}</boundaryEvent>'
HANDLER = '<task id="undo" isForCompensation="true"/>'


def association(source: str, target: str) -> str:
    return f'<association sourceRef="{source}" targetRef="{target}"/>'


@pytest.mark.parametrize(
    "joined", [association("b", "undo"), association("undo", "b"), association("ns:b", "ns:undo")]
)
def test_an_association_joins_a_compensation_event_with_its_handler(joined: str) -> None:
    content = between(user_task(), more=BOUNDARY + HANDLER + joined)

    assert node_in(content, "b").compensation_handler == "undo"
    assert node_in(content, "undo").for_compensation


def test_the_association_may_stand_outside_the_sub_process() -> None:
    inside = INNER + user_task() + BOUNDARY + HANDLER
    content = between(f'<subProcess id="sub">{inside}</subProcess>', id="sub", more=association("b", "undo"))

    assert node_in(content, "b").compensation_handler == "undo"


@pytest.mark.parametrize(
    "more",
    [
        HANDLER,
        '<task id="undo"/>' + association("b", "undo"),
        f'<subProcess id="sub">{HANDLER}</subProcess>' + association("b", "undo"),
        '<textAnnotation id="undo"/>' + association("b", "undo"),
    ],
)
def test_what_is_not_marked_for_compensation_in_the_same_scope_is_no_handler(more: str) -> None:
    assert node_in(between(user_task(), more=BOUNDARY + more), "b").compensation_handler is None


def test_one_event_has_one_handler() -> None:
    second = '<task id="undo2" isForCompensation="true"/>'
    joined = association("b", "undo") + association("b", "undo2")
    content = between(user_task(), more=BOUNDARY + HANDLER + second + joined)

    assert flaws(content) == ["several-compensation-handlers"]


# --- who does it ---------------------------------------------------------------------------------

RESOURCES = ROOTS + '<resource id="r" name="clerk"><resourceParameter name="area"/></resource>'


def expression(text: str) -> str:
    return (
        f"<resourceAssignmentExpression><formalExpression>{text}</formalExpression>"
        "</resourceAssignmentExpression>"
    )


def owned(content: str, *, kind: str = "userTask", ours: str = "") -> bytes:
    return between(f'<{kind} id="x">{ours}{content}</{kind}>', root=RESOURCES)


@pytest.mark.parametrize(
    ("roles", "assignment"),
    [
        (f"<potentialOwner>{expression('clerk, head')}</potentialOwner>", Assignment(("clerk", "head"))),
        ("<potentialOwner><resourceRef>ns:r</resourceRef></potentialOwner>", Assignment(("clerk",))),
        (f"<humanPerformer>{expression('kim')}</humanPerformer>", Assignment(assignee="kim")),
        (
            f"<performer>{expression('= applicant.clerk')}</performer>",
            Assignment(assignee="= applicant.clerk"),
        ),
        (
            f"<potentialOwner>{expression('= &quot;head&quot;')}</potentialOwner>"
            f"<performer>{expression('&quot;kim&quot;')}</performer>",
            Assignment(("head",), assignee="kim"),
        ),
    ],
)
def test_resource_roles_assign_a_user_task(roles: str, assignment: Assignment) -> None:
    assert node_in(owned(roles)).extensions.assignment == assignment


OWNER = f"<potentialOwner>{expression('clerk')}</potentialOwner>"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (owned(OWNER, ours=ROLES), "extension-duplicate"),
        (owned(f"<performer>{expression('a')}</performer>" * 2), "extension-duplicate"),
        (owned(OWNER, kind="manualTask"), "resource-role-without-effect"),
        (owned("<potentialOwner/>"), "resource-role-without-effect"),
        (owned("<potentialOwner><resourceRef>gone</resourceRef></potentialOwner>"), "dangling-reference"),
        (owned(f"<potentialOwner>{expression('= role')}</potentialOwner>"), "not-supported-yet"),
        (owned(f"<resourceRole>{expression('clerk')}</resourceRole>"), "not-supported-yet"),
        (
            owned(
                '<potentialOwner><resourceRef>r</resourceRef><resourceParameterBinding parameterRef="area">'
                "<formalExpression>1</formalExpression></resourceParameterBinding></potentialOwner>"
            ),
            "not-supported-yet",
        ),
        (process(START + END + flow("start", "end") + OWNER), "resource-role-without-effect"),
    ],
)
def test_a_role_that_assigns_nobody_is_a_finding(content: bytes, rule: str) -> None:
    assert flaws(content) == [rule]


# --- our extensions ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "binding"),
    [
        ("latest", Binding()),
        ("deployment", Binding(BindingKind.DEPLOYMENT)),
        ("12", Binding(BindingKind.VERSION, 12)),
    ],
)
def test_calls_and_decisions_are_bound_to_a_version(text: str, binding: Binding) -> None:
    call = between(f'<callActivity id="x" calledElement="other" gov:binding="{text}"/>')
    rule = between(f'<businessRuleTask id="x" gov:decision="fee" gov:binding="{text}"/>')

    assert node_in(call).extensions.binding == binding
    assert node_in(rule).extensions.binding == binding


@pytest.mark.parametrize("text", ["newest", "0", "-1", "1.5"])
def test_a_binding_is_one_of_three_kinds(text: str) -> None:
    content = between(f'<callActivity id="x" calledElement="other" gov:binding="{text}"/>')

    assert flaws(content) == ["extension-invalid-value"]


def test_which_process_is_called_may_be_computed() -> None:
    assert node_in(
        between('<callActivity id="x" gov:process="= kind + &quot;_v&quot;"/>')
    ).called_element == ('= kind + "_v"')
    assert flaws(between('<callActivity id="x" gov:process="a" calledElement="b"/>')) == [
        "extension-duplicate"
    ]


@pytest.mark.parametrize("value", ["a, b", "="])
def test_active_elements_are_feel(value: str) -> None:
    content = between(
        f'<adHocSubProcess id="x" gov:activeElements="{value}"><task id="a"/></adHocSubProcess>'
    )

    assert "extension-invalid-value" in flaws(content)


@pytest.mark.parametrize(
    "kind", ["exclusiveGateway", "parallelGateway", "complexGateway", "task", "transaction"]
)
def test_every_node_may_enter_a_stage_and_reach_a_milestone(kind: str) -> None:
    found = node_in(between(f'<{kind} id="x" gov:stage="审查" gov:milestone="已受理"/>')).extensions

    assert (found.stage, found.milestone) == ("审查", "已受理")


def test_every_activity_maps_variables() -> None:
    mappings = extension('<gov:input source="=a" target="b"/><gov:output source="=b" target="c"/>')

    for kind in ("task", "manualTask", "receiveTask", "transaction", "adHocSubProcess", "subProcess"):
        found = node_in(between(f'<{kind} id="x">{mappings}</{kind}>')).extensions
        assert found.inputs == (VariableMapping("=a", "b", 1),), kind
        assert found.outputs == (VariableMapping("=b", "c", 1),), kind


def test_several_executable_processes_stand_in_one_file() -> None:
    second = '<process id="q" isExecutable="true"><startEvent id="q1"/></process>'
    content = process(START + END + chain("start", "end"), root=second)

    assert process_of(content).id == "q"
    assert findings_in(content) == []
