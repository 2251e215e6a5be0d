from __future__ import annotations

import pytest

from engine.bpmn.declarations import VariableMapping
from engine.bpmn.model import (
    ComplexBehavior,
    ErrorEventDefinition,
    MultiInstanceBehavior,
    MultiInstanceLoop,
    SignalEventDefinition,
    StandardLoop,
)
from tests.unit.bpmn.drawing import ROLES, extension, user_task
from tests.unit.bpmn.reading import ERROR, ROOTS, SIGNAL, TIMER, between, findings_in, flaws, node_in

DATA = '<dataObject id="d1" name="shops"/><dataObject id="d2" name="results"/>'


def repeated(loop: str, *, content: str = "", root: str = ROOTS, more: str = DATA) -> bytes:
    """A user task "x" with a marker, and data associations or the like before it."""
    return between(f'<userTask id="x">{ROLES}{content}{loop}</userTask>', root=root, more=more)


def multi(content: str, *, attributes: str = "") -> str:
    return f"<multiInstanceLoopCharacteristics {attributes}>{content}</multiInstanceLoopCharacteristics>"


def loop_of(content: bytes) -> MultiInstanceLoop:
    loop = node_in(content).loop
    assert isinstance(loop, MultiInstanceLoop)
    return loop


def test_a_standard_loop_has_a_condition_a_maximum_and_an_order() -> None:
    text = (
        '<standardLoopCharacteristics testBefore="true" loopMaximum="5">'
        "<loopCondition>= not(done)</loopCondition></standardLoopCharacteristics>"
    )

    assert node_in(repeated(text)).loop == StandardLoop(True, "not(done)", 5, 1)
    assert node_in(repeated("<standardLoopCharacteristics/>")).loop == StandardLoop(False, None, None, 1)


def test_a_loop_maximum_is_a_number_a_person_could_mean() -> None:
    text = f'<standardLoopCharacteristics loopMaximum="{"9" * 5_000}"/>'

    assert flaws(repeated(text)) == ["attribute-value"]


def test_a_cardinality_and_a_completion_condition_are_feel() -> None:
    loop = loop_of(
        repeated(
            multi(
                "<loopCardinality>= n + 1</loopCardinality>"
                "<completionCondition>numberOfCompletedInstances &gt; 2</completionCondition>",
                attributes='isSequential="true"',
            )
        )
    )

    assert (loop.is_sequential, loop.cardinality, loop.collection) == (True, "n + 1", None)
    assert loop.completion_condition == "numberOfCompletedInstances > 2"
    assert (loop.behavior, loop.event) == (MultiInstanceBehavior.ALL, None)


def test_our_element_names_collection_item_and_results() -> None:
    ours = extension(
        '<gov:multiInstance collection="= order.lines" item="line" '
        'outputCollection="results" outputItem="= line * 2"/>'
    )

    loop = loop_of(repeated(multi(ours)))

    assert (loop.collection, loop.item) == ("order.lines", "line")
    assert (loop.output_collection, loop.output_item) == ("results", "line * 2")


def test_results_may_be_collected_over_a_cardinality() -> None:
    ours = extension('<gov:multiInstance outputCollection="results" outputItem="=loopCounter"/>')

    loop = loop_of(repeated(multi(ours + "<loopCardinality>3</loopCardinality>")))

    assert (loop.cardinality, loop.output_collection, loop.output_item) == ("3", "results", "loopCounter")


@pytest.mark.parametrize(
    ("attributes", "rule"),
    [
        ("", "extension-incomplete"),
        ('item=" "', "extension-incomplete"),
        ('collection="=a" elements="=b"', "unknown-extension"),
    ],
)
def test_our_element_says_all_it_has_to(attributes: str, rule: str) -> None:
    assert flaws(repeated(multi(extension(f"<gov:multiInstance {attributes}/>")))) == [rule]


def test_our_element_has_an_effect_on_a_marker_only() -> None:
    ours = extension('<gov:multiInstance collection="=a"/>')
    content = between(f'<task id="x">{ours}</task>')

    assert flaws(content) == ["extension-without-effect"]


# --- the standard's data -------------------------------------------------------------------------


def test_a_data_object_is_the_collection_and_items_have_names() -> None:
    loop = loop_of(
        repeated(
            multi(
                "<loopDataInputRef>d1</loopDataInputRef><loopDataOutputRef>ns:d2</loopDataOutputRef>"
                '<inputDataItem id="i" name="shop"/><outputDataItem id="o" name="passed"/>'
            )
        )
    )

    assert (loop.collection, loop.item) == ("shops", "shop")
    assert (loop.output_collection, loop.output_item) == ("results", "passed")


IO = (
    '<ioSpecification><dataInput id="in" name="all"/><dataInput id="one" name="shopToVisit"/>'
    '<dataOutput id="each" name="verdict"/><dataOutput id="out" name="verdicts"/>'
    "<inputSet/><outputSet/></ioSpecification>"
)
INTO_COLLECTION = (
    "<dataInputAssociation><sourceRef>d1</sourceRef><targetRef>in</targetRef></dataInputAssociation>"
)
INTO_INSTANCE = (
    "<dataInputAssociation><sourceRef>i</sourceRef><targetRef>one</targetRef></dataInputAssociation>"
)
OUT_OF_INSTANCE = (
    "<dataOutputAssociation><sourceRef>each</sourceRef><targetRef>o</targetRef></dataOutputAssociation>"
)
OUT_OF_COLLECTION = (
    "<dataOutputAssociation><sourceRef>out</sourceRef><targetRef>d2</targetRef></dataOutputAssociation>"
)
MARKER = multi(
    "<loopDataInputRef>in</loopDataInputRef><loopDataOutputRef>out</loopDataOutputRef>"
    '<inputDataItem id="i" name="shop"/><outputDataItem id="o" name="passed"/>'
)


def test_associations_of_the_collections_belong_to_the_marker_and_the_others_to_each_instance() -> None:
    node = node_in(
        repeated(MARKER, content=IO + INTO_COLLECTION + INTO_INSTANCE + OUT_OF_INSTANCE + OUT_OF_COLLECTION)
    )

    assert isinstance(node.loop, MultiInstanceLoop)
    assert (node.loop.collection, node.loop.item) == ("shops", "shop")
    assert (node.loop.output_collection, node.loop.output_item) == ("results", "verdict")
    assert node.extensions.inputs == (VariableMapping("=shop", "shopToVisit", 1),)
    assert node.extensions.outputs == ()


def test_a_transformation_may_make_the_collection_but_not_change_the_results() -> None:
    chosen = INTO_COLLECTION.replace("</dataInput", "<transformation>shops[open]</transformation></dataInput")
    counted = OUT_OF_COLLECTION.replace(
        "</dataOutput", "<transformation>count(verdicts)</transformation></dataOutput"
    )

    assert loop_of(repeated(MARKER, content=IO + chosen + OUT_OF_COLLECTION)).collection == "shops[open]"
    assert flaws(repeated(MARKER, content=IO + chosen + counted)) == ["not-supported-yet"]


def test_a_collection_that_is_nowhere_is_a_dangling_reference() -> None:
    text = multi("<loopDataInputRef>nowhere</loopDataInputRef>")

    assert flaws(repeated(text)) == ["dangling-reference"]


def test_collection_and_item_are_named_once() -> None:
    ours = extension('<gov:multiInstance collection="=a"/>')

    assert flaws(repeated(multi(ours + "<loopDataInputRef>d1</loopDataInputRef>"))) == ["extension-duplicate"]


# --- events of the instances ---------------------------------------------------------------------

SHARED = (
    ROOTS
    + '<signalEventDefinition id="s" signalRef="flood"/>'
    + '<timerEventDefinition id="t"><timeDuration>PT1H</timeDuration></timerEventDefinition>'
)
THREE = "<loopCardinality>3</loopCardinality>"


@pytest.mark.parametrize(
    ("behavior", "attribute"), [("None", "noneBehaviorEventRef"), ("One", "oneBehaviorEventRef")]
)
def test_instances_may_throw_an_event(behavior: str, attribute: str) -> None:
    loop = loop_of(
        repeated(multi(THREE, attributes=f'behavior="{behavior}" {attribute}="ns:s"'), root=SHARED)
    )

    assert loop.behavior == MultiInstanceBehavior(behavior)
    assert loop.event == SignalEventDefinition("flood")


def complex_behavior(condition: str, event: str) -> str:
    return (
        f"<complexBehaviorDefinition><condition>{condition}</condition>"
        f'<event id="e">{event}</event></complexBehaviorDefinition>'
    )


def test_complex_behaviour_has_an_event_for_each_condition() -> None:
    text = multi(THREE + complex_behavior("= n = 1", SIGNAL + ERROR), attributes='behavior="Complex"')

    assert loop_of(repeated(text)).complex_behaviors == (
        ComplexBehavior("n = 1", SignalEventDefinition("flood"), 1),
        ComplexBehavior("n = 1", ErrorEventDefinition("refused"), 1),
    )


@pytest.mark.parametrize(
    ("loop", "rule"),
    [
        (multi(THREE, attributes='behavior="One" oneBehaviorEventRef="gone"'), "dangling-reference"),
        (multi(THREE, attributes='behavior="One" oneBehaviorEventRef="t"'), "event-not-allowed-here"),
        (multi(THREE, attributes='behavior="All" oneBehaviorEventRef="s"'), "attribute-without-effect"),
        (multi(THREE + complex_behavior("true", SIGNAL)), "attribute-without-effect"),
        (
            multi(THREE + complex_behavior("true", ""), attributes='behavior="Complex"'),
            "complex-behavior-without-event",
        ),
        (
            multi(THREE + complex_behavior("true", TIMER + SIGNAL), attributes='behavior="Complex"'),
            "event-not-allowed-here",
        ),
    ],
)
def test_an_event_that_would_not_be_thrown_is_a_finding(loop: str, rule: str) -> None:
    assert flaws(repeated(loop, root=SHARED)) == [rule]


def test_every_activity_may_have_a_marker() -> None:
    loop = multi(THREE)
    nodes = [
        user_task().replace("</userTask>", f"{loop}</userTask>"),
        f'<subProcess id="x">{loop}<startEvent id="s"/></subProcess>',
        f'<callActivity id="x" calledElement="other">{loop}</callActivity>',
    ]

    assert [loop_of(between(node)).cardinality for node in nodes] == ["3", "3", "3"]


def test_findings_in_a_marker_point_to_its_activity() -> None:
    (finding,) = findings_in(repeated(multi("<loopCardinality> = </loopCardinality>")))

    assert finding.element_id == "x"
