"""BPMN 2.0.2, 10.3.3: send task."""

from __future__ import annotations

from engine.bpmn.effects import CreateJob, IncidentType, PublishMessage
from tests.elements.drawing import node, process, reads, sequence, user_task
from tests.elements.driver import Dry


def sending(name: str, extensions: str = "") -> bytes:
    task = node("sendTask", "send", messageRef=f"m_{name}", extensions=extensions)
    return process(sequence(("send", task), ("next", user_task("next"))))


def test_it_sends_its_inputs_and_nothing_else_and_goes_on() -> None:
    run = Dry(sending("paid", reads("sum", "=amount")), variables={"amount": 3, "secret": "x"})

    assert PublishMessage("paid", None, {"sum": 3}) in run.effects
    assert run.waiting == ["next"]
    assert run.variables == {"amount": 3, "secret": "x"}


def test_without_inputs_the_message_is_empty() -> None:
    run = Dry(sending("paid"), variables={"secret": "x"})

    assert PublishMessage("paid", None, {}) in run.effects


def test_the_correlation_key_is_computed_when_it_sends() -> None:
    run = Dry(sending("answered"), variables={"caseId": 42})

    assert PublishMessage("answered", "42", {}) in run.effects


def test_a_correlation_key_without_value_is_an_incident() -> None:
    run = Dry(sending("answered"))

    assert run.incidents == [("send", IncidentType.CORRELATION_FAILED)]

    run.retry({"caseId": "A-1"})

    assert PublishMessage("answered", "A-1", {}) in run.effects


def test_with_a_job_a_department_sends_and_the_process_waits() -> None:
    task = node("sendTask", "send", extensions='<gov:job type="sms"/>')
    run = Dry(process(sequence(("send", task))))

    assert run.waiting == ["send"]
    assert any(isinstance(effect, CreateJob) for effect in run.effects)

    run.complete("send")

    assert run.ended is True
