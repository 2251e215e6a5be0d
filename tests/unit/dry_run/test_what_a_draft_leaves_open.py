"""A drawing that does not say who does the work cannot be deployed, but it can be played."""

from __future__ import annotations

import pytest

from engine.bpmn.reader import read
from engine.bpmn.rules import check
from engine.dry_run import read_script, rehearse, stock
from engine.dry_run.engines import engine_named
from engine.dry_run.filling import LEFT_OPEN
from tests.elements.drawing import node, process, sequence

BARE = {
    "serviceTask": node("serviceTask", "it"),
    "sendTask": node("sendTask", "it"),
    "businessRuleTask": node("businessRuleTask", "it"),
    "serviceTask in a sub-process": node(
        "subProcess",
        "around",
        content='<startEvent id="s"/>' + node("serviceTask", "it") + '<endEvent id="e"/>'
        '<sequenceFlow id="f1" sourceRef="s" targetRef="it"/><sequenceFlow id="f2" sourceRef="it" targetRef="e"/>',
    ),
}


@pytest.mark.parametrize("name", BARE)
def test_what_says_not_who_does_it_is_answered_by_its_id(name: str) -> None:
    outer = "around" if "sub-process" in name else "it"
    content = process(sequence((outer, BARE[name])))
    shelf, findings = stock({"bare.bpmn": content})
    assert shelf is not None

    result = rehearse(
        shelf, read_script({"answers": {"it": {"done": True}}}, place="test"), machine=engine_named("yishi")
    )

    assert (result.ended, result.runs[0].variables) == ("completed", {"done": True})
    assert [(found.rule, found.element_id) for found in findings] == [(LEFT_OPEN, "it")]
    definitions, found = read(content)
    assert definitions is not None
    assert any(finding.is_error for finding in [*found, *check(definitions)]), "it may not be deployed"


def test_a_receive_task_without_a_message_waits_for_one_with_its_id() -> None:
    shelf, _ = stock({"bare.bpmn": process(sequence(("it", node("receiveTask", "it"))))})
    assert shelf is not None

    result = rehearse(shelf, read_script({"messages": ["it"]}, place="test"), machine=engine_named("yishi"))

    assert result.ended == "completed"


def test_a_file_in_which_nothing_is_marked_executable_is_played_with_a_warning() -> None:
    content = process(sequence(("it", node("task", "it"))), executable=False)

    shelf, findings = stock({"draft.bpmn": content})

    assert shelf is not None
    assert LEFT_OPEN in [finding.rule for finding in findings]
    assert rehearse(shelf, read_script({}, place="test"), machine=engine_named("yishi")).ended == "completed"
