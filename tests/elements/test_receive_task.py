"""BPMN 2.0.2, 10.3.3: receive task."""

from __future__ import annotations

from engine.bpmn.effects import CloseElement, IncidentType
from tests.elements.drawing import node, process, sequence, user_task, writes
from tests.elements.driver import Dry


def receiving(name: str = "paid", extensions: str = "") -> bytes:
    task = node("receiveTask", "receive", messageRef=f"m_{name}", extensions=extensions)
    return process(sequence(("receive", task), ("next", user_task("next"))))


def test_it_waits_for_its_message_by_case_number_or_correlation_key() -> None:
    by_case, by_key = Dry(receiving()), Dry(receiving("answered"), variables={"caseId": "A-7"})

    assert [(s.message_name, s.correlation_key) for s in by_case.subscriptions] == [("paid", None)]
    assert [(s.message_name, s.correlation_key) for s in by_key.subscriptions] == [("answered", "A-7")]


def test_the_message_lets_it_go_on_and_closes_the_subscription() -> None:
    run = Dry(receiving())
    key = run.key("receive")

    run.deliver("receive", {"amount": 3})

    assert run.variables == {"amount": 3}
    assert run.waiting == ["next"]
    assert CloseElement(key, completed=True) in run.last


def test_only_what_is_mapped_comes_in() -> None:
    run = Dry(receiving(extensions=writes("sum", "=amount * 2")))

    run.deliver("receive", {"amount": 3, "secret": "x"})

    assert run.variables == {"sum": 6}


def test_a_correlation_key_without_value_is_an_incident() -> None:
    run = Dry(receiving("answered"))

    assert run.incidents == [("receive", IncidentType.CORRELATION_FAILED)]
    assert run.subscriptions == []

    run.retry({"caseId": 5})

    assert run.subscriptions[0].correlation_key == "5"
