"""BPMN 2.0.2, 10.5.4: intermediate throw event."""

from __future__ import annotations

from engine.bpmn.effects import EnterStage, IncidentType, PublishMessage, ReachMilestone
from tests.elements.drawing import message, process, reads, sequence, throw_event, user_task
from tests.elements.driver import Dry


def throwing(event: str) -> bytes:
    return process(sequence(("throw", event), ("next", user_task("next"))))


def test_without_a_trigger_it_marks_a_milestone_and_passes() -> None:
    run = Dry(throwing(throw_event("throw", gov_milestone="已受理", gov_stage="受理")))

    assert run.effects[:2] == [EnterStage("throw", "受理"), ReachMilestone("throw", "已受理")]
    assert run.moves[:2] == ["=start", "=throw"]
    assert run.waiting == ["next"]


def test_a_message_carries_its_inputs_and_nothing_else() -> None:
    event = throw_event("throw", message("paid"), extensions=reads("sum", "=amount + 1"))
    run = Dry(throwing(event), variables={"amount": 1, "secret": "x"})

    assert PublishMessage("paid", None, {"sum": 2}) in run.effects
    assert run.waiting == ["next"]
    assert run.variables == {"amount": 1, "secret": "x"}


def test_a_message_without_key_is_an_incident_and_is_sent_once_after_a_retry() -> None:
    run = Dry(throwing(throw_event("throw", message("answered"))))

    assert run.incidents == [("throw", IncidentType.CORRELATION_FAILED)]
    assert not any(isinstance(effect, PublishMessage) for effect in run.effects)

    run.retry({"caseId": "A"})

    sent = [effect for effect in run.effects if isinstance(effect, PublishMessage)]
    assert sent == [PublishMessage("answered", "A", {})]
