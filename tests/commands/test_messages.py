from __future__ import annotations

from datetime import timedelta

import pytest

from engine.clock import FixedClock
from engine.commands.messages import DeliverMessage, PublishMessage
from engine.errors import InvalidData, InvalidState, NotFound
from engine.facade import Engine
from engine.model.messages import MESSAGE_TIME_TO_LIVE
from engine.views.cases import CaseList
from tests.elements import drawing as d
from tests.support.desk import finish_task, only_task, show, start, state_of, tasks
from tests.support.packages import deploy
from tests.support.rows import one, rows

ONE_WAIT = d.process(d.sequence(("wait", d.catch_event("wait", d.message("answered")))))
LATER = d.process(
    d.sequence(("ask", d.user_task("ask")), ("wait", d.catch_event("wait", d.message("answered"))))
)
BY_NUMBER = d.process(d.sequence(("wait", d.catch_event("wait", d.message("paid")))))


def publish(engine: Engine, key: str, *, name: str = "answered", **variables: object) -> None:
    engine.do(PublishMessage(name, key, variables))


def test_a_message_reaches_the_case_that_waits_for_it_at_once(engine: Engine) -> None:
    deploy(engine, ONE_WAIT)
    mine, other = start(engine, caseId="A"), start(engine, caseId="B")

    publish(engine, "A")

    assert (state_of(engine, mine), state_of(engine, other)) == ("CLOSED", "OPEN")
    assert rows(engine, "select state from message") == [("CORRELATED",)]


def test_without_a_correlation_key_the_case_number_is_the_key(engine: Engine) -> None:
    deploy(engine, BY_NUMBER)
    number, other = start(engine), start(engine)

    publish(engine, number, name="paid")

    assert (state_of(engine, number), state_of(engine, other)) == ("CLOSED", "OPEN")


def test_a_message_that_comes_too_early_is_kept_until_somebody_waits(engine: Engine) -> None:
    deploy(engine, LATER)
    number = start(engine, caseId="A")

    publish(engine, "A")
    assert rows(engine, "select state from message") == [("BUFFERED",)]
    finish_task(engine, only_task(engine, number))

    assert state_of(engine, number) == "CLOSED"
    assert rows(engine, "select state from message") == [("CORRELATED",)]


def test_a_message_that_came_before_its_case_in_the_same_batch_is_kept_too(engine: Engine) -> None:
    deploy(engine, ONE_WAIT)

    engine.do(PublishMessage("answered", "A"))
    number = start(engine, caseId="A")

    assert state_of(engine, number) == "CLOSED"


def test_a_message_nobody_waits_for_expires(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, ONE_WAIT)
    publish(engine, "A")
    clock.advance(MESSAGE_TIME_TO_LIVE)

    number = start(engine, caseId="A")
    engine.keep_house()

    assert state_of(engine, number) == "OPEN"
    assert rows(engine, "select state from message") == [("EXPIRED",)]


def test_a_message_lives_until_the_last_moment(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, ONE_WAIT)
    publish(engine, "A")
    clock.advance(MESSAGE_TIME_TO_LIVE - timedelta(microseconds=1))

    engine.keep_house()

    assert state_of(engine, start(engine, caseId="A")) == "CLOSED"


def test_one_message_reaches_one_case_and_a_second_the_next(engine: Engine) -> None:
    deploy(engine, ONE_WAIT)
    numbers = [start(engine, caseId="A"), start(engine, caseId="A")]

    publish(engine, "A")
    assert sorted(state_of(engine, number) for number in numbers) == ["CLOSED", "OPEN"]

    publish(engine, "A")
    assert [state_of(engine, number) for number in numbers] == ["CLOSED", "CLOSED"]


def test_two_messages_in_one_batch_reach_two_cases(engine: Engine) -> None:
    deploy(engine, ONE_WAIT)
    numbers = [start(engine, caseId="A"), start(engine, caseId="A")]

    engine.handle([PublishMessage("answered", "A"), PublishMessage("answered", "A")])

    assert [state_of(engine, number) for number in numbers] == ["CLOSED", "CLOSED"]


def test_a_message_cannot_be_delivered_twice(engine: Engine) -> None:
    deploy(engine, ONE_WAIT)
    start(engine, caseId="A")
    publish(engine, "A")
    message_id, subscription_id = (
        one(engine, "select id from message"),
        one(engine, "select id from message_subscription"),
    )

    with pytest.raises(InvalidState):
        engine.do(DeliverMessage(message_id, subscription_id))
    with pytest.raises(NotFound):
        engine.do(DeliverMessage(message_id + 10**6, subscription_id))


def test_a_message_can_open_a_case_and_brings_its_data(engine: Engine) -> None:
    content = d.start_event("start", d.message("paid")) + d.user_task("ask") + d.END
    deploy(engine, d.process(content + d.chain("start", "ask", "end")))

    opened = engine.do(PublishMessage("paid", "P-1", {"amount": 5}))

    (line,) = engine.ask(CaseList())
    assert opened["case_number"] == line.head.case_number
    assert list(tasks(engine, line.head.case_number)) == ["ask"]
    assert rows(engine, "select 1 from message") == []


def test_a_message_that_opens_a_case_is_as_strict_as_any_start(engine: Engine) -> None:
    content = d.start_event("start", d.message("paid")) + d.user_task("ask") + d.END
    deploy(engine, d.process(content + d.chain("start", "ask", "end")))

    for variables in ({"area": "x"}, {"text": "\x00"}):
        with pytest.raises(InvalidData):
            publish(engine, "P-1", name="paid", **variables)

    assert engine.ask(CaseList()) == []


def test_a_boundary_message_that_does_not_interrupt_is_heard_again_and_again(engine: Engine) -> None:
    news = d.boundary("news", "ask", d.message("answered"), interrupting=False)
    content = d.sequence(("ask", d.user_task("ask"))) + news + d.user_task("read") + d.end_event("end_2")
    deploy(engine, d.process(content + d.chain("news", "read", "end_2")))
    number = start(engine, caseId="A")

    publish(engine, "A")
    engine.handle([PublishMessage("answered", "A"), PublishMessage("answered", "A")])

    waiting = [task.element_id for task in show(engine, number).waiting.tasks]
    assert sorted(waiting) == ["ask", "read", "read", "read"]


def test_an_interrupting_boundary_message_is_heard_once(engine: Engine) -> None:
    stop = d.boundary("stop", "ask", d.message("answered"))
    content = d.sequence(("ask", d.user_task("ask"))) + stop + d.end_event("end_2")
    deploy(engine, d.process(content + d.chain("stop", "end_2")))
    number = start(engine, caseId="A")

    engine.handle([PublishMessage("answered", "A"), PublishMessage("answered", "A")])

    assert state_of(engine, number) == "CLOSED"
    assert sorted(rows(engine, "select state from message")) == [("BUFFERED",), ("CORRELATED",)]


def test_the_branch_not_taken_no_longer_waits(engine: Engine) -> None:
    content = d.START + d.event_based("which") + d.catch_event("yes", d.message("answered"))
    content += d.catch_event("no", d.message("recalled")) + d.END
    content += d.chain("start", "which", "yes", "end") + d.chain("which", "no", "end")
    deploy(engine, d.process(content))
    number = start(engine, caseId="A")

    publish(engine, "A")
    publish(engine, number, name="recalled")

    assert state_of(engine, number) == "CLOSED"
    assert sorted(rows(engine, "select state from message")) == [("BUFFERED",), ("CORRELATED",)]


def test_the_data_of_a_message_becomes_the_data_of_the_case(engine: Engine) -> None:
    mapped = d.catch_event("wait", d.message("answered"), extensions=d.writes("heard", "=answer"))
    deploy(engine, d.process(d.sequence(("wait", mapped), ("call", d.service_task("call")))))
    start(engine, caseId="A")

    publish(engine, "A", answer="yes")

    (job,) = engine.acquire_jobs(worker="w", limit=5, lease=timedelta(seconds=5))
    assert job.request.variables["heard"] == "yes"


def test_a_message_thrown_by_one_case_reaches_another(engine: Engine) -> None:
    thrower = d.throw_event("tell", d.message("answered"))
    deploy(engine, ONE_WAIT, d.process(d.sequence(("tell", thrower)), id="teller"))
    waiting = start(engine, caseId="A")

    start(engine, "teller", caseId="A")

    assert state_of(engine, waiting) == "CLOSED"


@pytest.mark.parametrize(
    ("name", "key", "field"),
    [
        ("", "A", "message_name"),
        ("answered", "", "correlation_key"),
        ("answered", "x" * 300, "correlation_key"),
    ],
)
def test_a_message_needs_a_name_and_a_key_of_sensible_length(
    engine: Engine, name: str, key: str, field: str
) -> None:
    with pytest.raises(InvalidData) as caught:
        engine.do(PublishMessage(name, key))

    assert list(caught.value.problems) == [field]


def test_a_correlation_key_the_process_computed_too_long_is_refused(engine: Engine) -> None:
    deploy(engine, ONE_WAIT)

    with pytest.raises(InvalidData, match="200 characters"):
        start(engine, caseId="".join(chr(0x4E00 + index) for index in range(5_000)))
