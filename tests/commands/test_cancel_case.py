from __future__ import annotations

import pytest

from engine.clock import FixedClock
from engine.commands.cases import CancelCase
from engine.errors import InvalidData, InvalidState, NotFound
from engine.facade import Engine
from tests.elements import drawing as d
from tests.support.desk import show, start, state_of
from tests.support.packages import deploy
from tests.support.rows import dump, rows


@pytest.fixture
def number(engine: Engine) -> str:
    """Of a case that waits in every way at once."""
    branches = ("ask", "call", "wait", "hear", "inner", "more")
    content = d.START + d.parallel("fork") + d.user_task("ask", extensions=d.clock("quick"))
    content += d.service_task("call") + d.catch_event("wait", d.timer("PT1H"))
    content += d.catch_event("hear", d.message("paid")) + d.call_activity("inner", called="child")
    content += d.exclusive("more") + d.flow("start", "fork")
    for branch in branches:
        content += d.end_event(f"end_{branch}") + d.flow("fork", branch)
        content += d.flow(branch, f"end_{branch}", "=size > 3" if branch == "more" else None)
    child = d.process(d.sequence(("below", d.user_task("below"))), id="child")
    deploy(engine, d.process(content), child)
    return start(engine)


def test_canceling_ends_everything_under_way(engine: Engine, number: str, clock: FixedClock) -> None:
    engine.do(CancelCase(number, "withdrawn by the applicant"))

    whole = show(engine, number)
    assert whole.head.state == "CANCELED"
    assert whole.waiting == type(whole.waiting)((), (), (), (), (), (), ())
    for table, ended in (
        ("user_task", {"CANCELED"}),
        ("job", {"CANCELED"}),
        ("timer", {"CANCELED"}),
        ("message_subscription", {"CLOSED"}),
        ("incident", {"RESOLVED"}),
        ("clock", {"CANCELED"}),
        ("process_instance", {"TERMINATED"}),
    ):
        states = {state for (state,) in rows(engine, f"select state from {table}")}  # noqa: S608
        assert states == ended, table
    assert [event.event_type for event in whole.events][-2:] == ["CASE_CANCELED", "CASE_CANCEL_REASON"]


def test_a_canceled_case_cannot_be_canceled_again_and_nothing_changes(engine: Engine, number: str) -> None:
    engine.do(CancelCase(number, "withdrawn"))
    before = dump(engine)

    with pytest.raises(InvalidState, match="CANCELED"):
        engine.do(CancelCase(number, "again"))

    assert dump(engine) == before


@pytest.mark.parametrize("reason", ["", "   ", "\x00", "\ud800"])
def test_a_reason_is_needed(engine: Engine, number: str, reason: str) -> None:
    with pytest.raises(InvalidData) as caught:
        engine.do(CancelCase(number, reason))

    assert list(caught.value.problems) == ["reason"]
    assert state_of(engine, number) == "OPEN"


def test_an_unknown_case_is_not_found(engine: Engine, number: str) -> None:
    with pytest.raises(NotFound):
        engine.do(CancelCase("3101152026112400000009", "gone"))
