from __future__ import annotations

import copy
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.bpmn.model import BPMN_NAMESPACE
from engine.bpmn.reader import read
from tests.unit.bpmn.drawing import END, ROLES, START, chain, definitions, process, user_task
from tests.unit.bpmn.reading import (
    CANCEL,
    COMPENSATION,
    CONDITIONAL,
    ERROR,
    ESCALATION,
    LINK,
    MESSAGE,
    ROOTS,
    SIGNAL,
    TERMINATE,
    TIMER,
    file_of,
)

_SHARED = '<signalEventDefinition id="shared" signalRef="flood"/><resource id="clerks" name="clerk"/>'
_IO = (
    '<ioSpecification><dataInput id="in" name="all"/><dataOutput id="out" name="verdicts"/>'
    "<inputSet/><outputSet/></ioSpecification>"
    "<dataInputAssociation><sourceRef>order</sourceRef><targetRef>in</targetRef></dataInputAssociation>"
    "<dataOutputAssociation><sourceRef>out</sourceRef><targetRef>order</targetRef>"
    "</dataOutputAssociation>"
    "<potentialOwner><resourceRef>clerks</resourceRef></potentialOwner>"
)
_MULTI = (
    '<multiInstanceLoopCharacteristics behavior="Complex"><loopDataInputRef>in</loopDataInputRef>'
    '<loopDataOutputRef>out</loopDataOutputRef><inputDataItem id="i" name="one"/>'
    '<outputDataItem id="o" name="verdict"/><complexBehaviorDefinition><condition>true</condition>'
    f'<event id="thrown">{SIGNAL}</event></complexBehaviorDefinition></multiInstanceLoopCharacteristics>'
)
_NODES = {
    "many": f'<userTask id="many">{_IO}{_MULTI}</userTask>',
    "again": f'<userTask id="again">{ROLES}<standardLoopCharacteristics loopMaximum="3"/></userTask>',
    "either": '<complexGateway id="either"><activationCondition>true</activationCondition></complexGateway>',
    "wait": f'<intermediateCatchEvent id="wait" parallelMultiple="true">{MESSAGE}{TIMER}{CONDITIONAL}'
    "<eventDefinitionRef>shared</eventDefinitionRef></intermediateCatchEvent>",
    "raise": f'<intermediateThrowEvent id="raise">{ESCALATION}{COMPENSATION}</intermediateThrowEvent>',
    "deal": f'<transaction id="deal"><startEvent id="s1"/><endEvent id="e1">{CANCEL}</endEvent></transaction>',
    "free": '<adHocSubProcess id="free" gov:activeElements="=[]"><task id="a1"/></adHocSubProcess>',
    "call": '<callActivity id="call" gov:process="=name" gov:binding="3" startQuantity="2"/>',
}
_ASIDE = (
    f'<subProcess id="if" triggeredByEvent="true"><startEvent id="s2" isInterrupting="false">{ERROR}'
    f'</startEvent><endEvent id="e2">{TERMINATE}</endEvent></subProcess>'
    f'<boundaryEvent id="undone" attachedToRef="deal">{COMPENSATION}</boundaryEvent>'
    '<task id="undo" isForCompensation="true"/><intermediateThrowEvent id="far">'
    f'{LINK}</intermediateThrowEvent><intermediateCatchEvent id="near">{LINK}</intermediateCatchEvent>'
    '<dataObject id="order"/><dataStoreReference id="archive"/>'
    '<association sourceRef="undone" targetRef="undo"/>'
)
RICH = process(
    '<property id="tries"/>'
    + START
    + "".join(_NODES.values())
    + END
    + chain("start", *_NODES, "end")
    + _ASIDE,
    root=ROOTS + _SHARED + '<globalUserTask id="everywhere" gov:form="f"/>',
)


def test_one_file_may_hold_all_of_it() -> None:
    task, drawn = file_of(RICH).processes

    assert [node.id for node in task.nodes] == ["everywhere_task"]
    assert [node.id for node in drawn.nodes] == [
        "start", *_NODES, "end", "if", "undone", "undo", "far", "near",
    ]  # fmt: skip


_NAMES = [
    "id", "name", "isForCompensation", "triggeredByEvent", "activityRef", "sourceRef", "attachedToRef",
    "behavior", "oneBehaviorEventRef", "loopMaximum", "startQuantity", "ordering", "dataObjectRef",
    "isExecutable", "{urn:yishi:bpmn:1}binding", "{urn:yishi:bpmn:1}process",
]  # fmt: skip
_VALUES = [
    "",
    "in",
    "order",
    "shared",
    "undo",
    "deal",
    "nowhere",
    "ns:i",
    "zz:x",
    "true",
    "None",
    "-1",
    "9" * 50,
]


def _mutate(operation: str, element: etree._Element, other: etree._Element, name: str, value: str) -> None:
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
        case _:
            element.text = value


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_mutated_file_never_raises(data: st.DataObject) -> None:
    root = etree.fromstring(RICH)
    for _ in range(data.draw(st.integers(1, 6))):
        elements = list(root.iter(etree.Element))
        _mutate(
            data.draw(st.sampled_from(["remove", "copy", "rename", "attribute", "text"])),
            data.draw(st.sampled_from(elements[1:] or elements)),
            data.draw(st.sampled_from(elements)),
            data.draw(st.sampled_from(_NAMES)),
            data.draw(st.sampled_from(_VALUES)),
        )
    root.tag = f"{{{BPMN_NAMESPACE}}}definitions"

    model, findings = read(etree.tostring(root), file="m.bpmn")

    assert model is not None or findings


_DATA = "".join(f'<dataObject id="d{i}"/>' for i in range(9_000))
_JOINED = "".join(f'<association sourceRef="b" targetRef="t{i}"/>' for i in range(9_000))
_UNDO = "".join(f'<task id="t{i}" isForCompensation="true"/>' for i in range(9_000))
_SOURCES = "<sourceRef>d1</sourceRef>" * 9_000


@pytest.mark.parametrize(
    "content",
    [
        process(START + END + _DATA + _DATA),
        process(START + f'<boundaryEvent id="b" attachedToRef="t1">{COMPENSATION}</boundaryEvent>' + _UNDO + _JOINED),
        process(
            START
            + f'<userTask id="x"><dataInputAssociation>{_SOURCES}<targetRef>d2</targetRef></dataInputAssociation>'
            + f"</userTask>{_DATA}"
        ),
        definitions('<timerEventDefinition id="t"/>' * 9_000),
        process(f'<startEvent id="s">{"<eventDefinitionRef>x</eventDefinitionRef>" * 15_000}</startEvent>'),
    ],
    ids=["data", "handlers", "sources", "root events", "event references"],
)  # fmt: skip
def test_hostile_files_are_read_in_bounded_time(content: bytes) -> None:
    began = time.perf_counter()

    _, findings = read(content)

    assert time.perf_counter() - began < 3.0
    assert findings


def test_a_file_of_300_nodes_is_read_in_a_moment() -> None:
    nodes = "".join(user_task(f"t{i}") for i in range(298))
    content = process(START + nodes + END + chain("start", *(f"t{i}" for i in range(298)), "end"))
    read(content)

    took = min(_seconds(content) for _ in range(5))

    # The budget of reading, checking and compiling together is 0.1 s on a quiet machine.
    assert took < 0.15


def _seconds(content: bytes) -> float:
    began = time.perf_counter()
    read(content)
    return time.perf_counter() - began
