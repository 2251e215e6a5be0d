from __future__ import annotations

import pytest

from engine.bpmn.declarations import VariableMapping
from engine.findings import Severity
from tests.unit.bpmn.drawing import END, ROLES, START, extension, flow, process, user_task
from tests.unit.bpmn.reading import ROOTS, TIMER, between, findings_in, flaws, node_in, process_of

MESSAGE = '<messageEventDefinition messageRef="paid"/>'
ORDER = '<dataObject id="d1" name="order"/>'
IO = (
    '<ioSpecification><dataInput id="in" name="request"/><dataOutput id="out" name="answer"/>'
    "<inputSet><dataInputRefs>in</dataInputRefs></inputSet>"
    "<outputSet><dataOutputRefs>out</dataOutputRefs></outputSet></ioSpecification>"
)


def task(content: str, *, more: str = ORDER) -> bytes:
    return between(f'<userTask id="x">{ROLES}{content}</userTask>', more=more)


def reads(source: str | None, target: str, extra: str = "") -> str:
    named = "" if source is None else f"<sourceRef>{source}</sourceRef>"
    return f"<dataInputAssociation>{named}<targetRef>{target}</targetRef>{extra}</dataInputAssociation>"


def writes(source: str | None, target: str, extra: str = "") -> str:
    named = "" if source is None else f"<sourceRef>{source}</sourceRef>"
    return f"<dataOutputAssociation>{named}<targetRef>{target}</targetRef>{extra}</dataOutputAssociation>"


def assign(source: str, target: str) -> str:
    return f"<assignment><from>{source}</from><to>{target}</to></assignment>"


# --- variables -----------------------------------------------------------------------------------


def test_data_objects_and_properties_are_variables_of_their_scope() -> None:
    inner = '<property id="p2" name="inside"/><startEvent id="s"/><dataObject id="d2" name="note"/>'
    content = process(
        '<property id="p1" name="district"/>'
        + START
        + f'<subProcess id="x">{inner}</subProcess>'
        + f'<userTask id="u">{ROLES}<property id="p3" name="tries"/></userTask>'
        + END
        + ORDER
    )

    assert process_of(content).variables == ("district", "order")
    assert node_in(content, "x").variables == ("inside", "note")
    assert node_in(content, "u").variables == ("tries",)


def test_an_event_may_have_properties() -> None:
    event = (
        f'<intermediateCatchEvent id="x"><property id="own" name="since"/>{TIMER}</intermediateCatchEvent>'
    )

    assert node_in(between(event)).variables == ("since",)


def test_data_whose_name_is_no_variable_goes_by_its_id() -> None:
    content = task(
        "", more='<dataObject id="order_1" name="the order" isCollection="true" itemSubjectRef="i"/>'
    )

    assert process_of(content).variables == ("order_1",)


def test_a_data_object_without_name_goes_by_that_of_its_reference() -> None:
    drawn = '<dataObjectReference id="r" name="申请" dataObjectRef="d"><dataState name="new"/></dataObjectReference>'

    assert process_of(task("", more=drawn + '<dataObject id="d"/>')).variables == ("申请",)


def test_inputs_and_outputs_of_a_process_are_its_variables() -> None:
    content = process(IO.replace("request", "case") + START + END + flow("start", "end"))

    assert process_of(content).variables == ("case", "answer")


def test_data_that_no_expression_could_name_is_a_finding() -> None:
    (finding,) = findings_in(task("", more='<dataObject id="order-1" name="the order"/>'))

    assert (finding.rule, finding.element_id) == ("data-name", "order-1")


def test_two_data_objects_of_a_scope_are_not_called_the_same() -> None:
    assert flaws(task("", more=ORDER + '<dataObject id="d2" name="order"/>')) == ["data-name-duplicate"]
    assert flaws(task('<property id="own" name="order"/>')) == [], "an inner scope hides the outer"


@pytest.mark.parametrize("reference", ["", 'dataObjectRef="nowhere"', 'dataObjectRef="inner"'])
def test_a_reference_leads_to_a_data_object_that_can_be_seen(reference: str) -> None:
    hidden = '<subProcess id="sub"><startEvent id="s"/><dataObject id="inner" name="a"/></subProcess>'
    content = task("", more=f'<dataObjectReference id="r" {reference}/>' + hidden)

    assert "dangling-reference" in flaws(content)


# --- associations --------------------------------------------------------------------------------


def test_associations_with_inputs_and_outputs_are_mappings() -> None:
    content = task(IO + reads("d1", "in") + writes("out", "d1"))

    extensions = node_in(content).extensions

    assert extensions.inputs == (VariableMapping("=order", "request", 1),)
    assert extensions.outputs == (VariableMapping("=answer", "order", 1),)


def test_an_association_may_start_at_a_reference() -> None:
    more = ORDER + '<dataObjectReference id="r" dataObjectRef="d1"/>'

    assert node_in(task(IO + reads("r", "in"), more=more)).extensions.inputs == (
        VariableMapping("=order", "request", 1),
    )


def test_an_association_to_the_activity_as_bpmn_io_draws_it_keeps_the_name() -> None:
    placeholder = '<property id="own" name="__targetRef_placeholder"/>'
    node = node_in(task(placeholder + reads("d1", "own") + writes(None, "d1")))

    assert node.variables == ()
    assert node.extensions.inputs == (VariableMapping("=order", "order", 1),)
    assert node.extensions.outputs == (VariableMapping("=order", "order", 1),)


def test_a_transformation_says_what_is_mapped() -> None:
    made = "<transformation>= order.total * 2</transformation>"

    assert node_in(task(IO + reads("d1", "in", made))).extensions.inputs == (
        VariableMapping("=order.total * 2", "request", 1),
    )


def test_assignments_map_in_parts() -> None:
    parts = assign("order.id", "number") + assign("= order.sum", "amount")

    assert node_in(task(IO + reads("d1", "in", parts))).extensions.inputs == (
        VariableMapping("=order.id", "number", 1),
        VariableMapping("=order.sum", "amount", 1),
    )


def test_associations_come_behind_our_own_mappings() -> None:
    ours = extension('<gov:assignment roles="a"/><gov:input source="fixed" target="first"/>')
    content = between(f'<userTask id="x">{ours}{IO}{reads("d1", "in")}</userTask>', more=ORDER)

    assert [mapping.target for mapping in node_in(content).extensions.inputs] == ["first", "request"]


def test_a_thrown_message_carries_its_data_input() -> None:
    event = (
        f'<intermediateThrowEvent id="x"><dataInput id="in" name="sum"/>{reads("d1", "in")}'
        f"<inputSet><dataInputRefs>in</dataInputRefs></inputSet>{MESSAGE}</intermediateThrowEvent>"
    )

    assert node_in(between(event, more=ORDER)).extensions.inputs == (VariableMapping("=order", "sum", 1),)


def test_a_caught_message_fills_a_data_object() -> None:
    event = (
        f'<intermediateCatchEvent id="x"><dataOutput id="out" name="sum"/>{writes("out", "d1")}'
        f"<outputSet/>{MESSAGE}</intermediateCatchEvent>"
    )

    assert node_in(between(event, more=ORDER)).extensions.outputs == (VariableMapping("=sum", "order", 1),)


def test_an_event_without_data_has_none_to_associate() -> None:
    event = f'<intermediateCatchEvent id="x">{writes(None, "d1")}{TIMER}</intermediateCatchEvent>'

    assert flaws(between(event, more=ORDER)) == ["data-association"]


@pytest.mark.parametrize(
    ("association", "rule"),
    [
        (reads("nowhere", "in"), "dangling-reference"),
        (reads("d1", "nowhere"), "dangling-reference"),
        (reads("inner", "in"), "dangling-reference"),
        (reads(None, "in"), "data-association"),
        (reads("d1", "d1"), "data-association"),
        (
            reads("d1", "in").replace("<targetRef>", "<sourceRef>d2</sourceRef><targetRef>"),
            "data-association",
        ),
        (reads("d1", "in", assign("order", "a.b")), "data-association"),
        (reads("d1", "in", "<transformation> = </transformation>"), "empty-expression"),
        (reads("d1", "in", '<transformation language="xpath">a</transformation>'), "not-feel"),
    ],
)
def test_an_association_that_maps_nothing_is_a_finding(association: str, rule: str) -> None:
    more = (
        ORDER
        + '<dataObject id="d2" name="other"/>'
        + '<subProcess id="sub"><startEvent id="s"/><dataObject id="inner" name="a"/></subProcess>'
    )

    assert flaws(task(IO + association, more=more)) == [rule]


def test_a_data_store_is_named_but_nothing_is_read_from_it() -> None:
    stores = '<dataStoreReference id="archive" dataStoreRef="store"/>'
    declared = ROOTS + '<dataStore id="store" name="档案库" capacity="9" isUnlimited="false"/>'

    quiet = findings_in(between(user_task(), root=declared, more=stores))
    (finding,) = findings_in(
        between(
            f'<userTask id="x">{ROLES}{IO}{reads("archive", "in")}</userTask>', root=declared, more=stores
        )
    )

    assert quiet == []
    assert (finding.rule, finding.severity) == ("data-store-is-a-reference", Severity.WARNING)


@pytest.mark.parametrize(
    "specification",
    [
        IO.replace("<inputSet>", "<inputSet/><inputSet>"),
        IO.replace("dataInputRefs", "whileExecutingInputRefs"),
    ],
)
def test_choices_of_inputs_and_streams_are_refused(specification: str) -> None:
    assert flaws(task(specification)) == ["not-supported-yet"]
