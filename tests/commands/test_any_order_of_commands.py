"""Clerks, workers and time in any order, against a model of a few lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from engine.clock import FixedClock
from engine.commands.cases import CancelCase, StartCase
from engine.commands.messages import PublishMessage
from engine.commands.timers import FireTimer
from engine.commands.user_tasks import ClaimUserTask, CompleteUserTask, ReleaseUserTask, ReturnUserTask
from engine.facade import Engine
from tests.elements import drawing as d
from tests.support.desk import due_timers, show
from tests.support.journal import problems_in_journals
from tests.support.packages import deploy
from tests.support.rows import one, rows

HOUR = timedelta(hours=1)
ACTORS = st.sampled_from(["clerk1", "clerk2", "guest"])


def drawn() -> bytes:
    """ask, which may be returned to itself and is cut short after 3 hours, then a wait for a message."""
    content = d.START + d.exclusive("begin") + d.user_task("ask") + d.catch_event("hear", d.message("paid"))
    content += d.boundary("returned", "ask", d.error()) + d.boundary("late", "ask", d.timer("PT3H"))
    content += d.END + d.end_event("end_late")
    content += d.chain("start", "begin", "ask", "hear", "end") + d.chain("returned", "begin")
    return d.process(content + d.chain("late", "end_late"))


@dataclass
class Model:
    number: str
    task: int
    state: str = "OPEN"
    at: str = "ask"
    holder: str | None = None
    due_at: Any = None
    early_messages: int = 0

    @property
    def is_asking(self) -> bool:
        return self.state == "OPEN" and self.at == "ask"


class Desk(RuleBasedStateMachine):
    engine: Engine
    clock: FixedClock
    cases = Bundle("cases")

    def __init__(self) -> None:
        super().__init__()
        self.models: list[Model] = []

    @rule(target=cases, count=st.integers(1, 2))
    def start(self, count: int) -> Any:
        for result in self.engine.handle([StartCase("main") for _ in range(count)]):
            number = result.value["case_number"]
            (task,) = show(self.engine, number).waiting.tasks
            self.models.append(Model(number, task.id, due_at=self.clock.now() + 3 * HOUR))
        return multiple(*self.models[-count:])

    @rule(case=cases, actor=ACTORS)
    def claim(self, case: Model, actor: str) -> None:
        ok = self.engine.handle([ClaimUserTask(case.task, actor=actor)])[0].ok

        assert ok == (case.is_asking and actor != "guest" and case.holder in (None, actor))
        if ok:
            case.holder = actor

    @rule(case=cases, actor=ACTORS)
    def release(self, case: Model, actor: str) -> None:
        ok = self.engine.handle([ReleaseUserTask(case.task, actor=actor)])[0].ok

        assert ok == (case.is_asking and case.holder == actor)
        if ok:
            case.holder = None

    @rule(case=cases, actor=ACTORS)
    def complete(self, case: Model, actor: str) -> None:
        ok = self.engine.handle([CompleteUserTask(case.task, {"by": actor}, actor=actor)])[0].ok

        assert ok == (case.is_asking and case.holder == actor)
        if ok:
            self._finish_asking(case)

    @rule(case=cases, actor=ACTORS)
    def claim_and_complete_at_once(self, case: Model, actor: str) -> None:
        claim = ClaimUserTask(case.task, actor=actor)
        results = self.engine.handle([claim, CompleteUserTask(case.task, {}, actor=actor)])

        may = case.is_asking and actor != "guest" and case.holder in (None, actor)
        assert [result.ok for result in results] == [may, may]
        if may:
            self._finish_asking(case)

    @rule(case=cases, actor=ACTORS)
    def give_back(self, case: Model, actor: str) -> None:
        ok = self.engine.handle([ReturnUserTask(case.task, "not ours", actor=actor)])[0].ok

        assert ok == (case.is_asking and case.holder == actor)
        if ok:
            (task,) = show(self.engine, case.number).waiting.tasks
            assert task.id != case.task
            case.task, case.holder, case.due_at = task.id, None, self.clock.now() + 3 * HOUR

    @rule(case=cases)
    def cancel(self, case: Model) -> None:
        ok = self.engine.handle([CancelCase(case.number, "withdrawn")])[0].ok

        assert ok == (case.state == "OPEN")
        if ok:
            case.state = "CANCELED"

    @rule(case=cases)
    def send_message(self, case: Model) -> None:
        self.engine.do(PublishMessage("paid", case.number))

        if case.state == "OPEN" and case.at == "hear":
            case.state = "CLOSED"
        else:
            case.early_messages += 1

    @rule(hours=st.sampled_from([1, 2, 3]))
    def let_time_pass(self, hours: int) -> None:
        self.clock.advance(hours * HOUR)
        due = due_timers(self.engine)
        results = self.engine.handle([FireTimer(timer_id) for timer_id in due])

        assert all(result.ok for result in results)
        late = [case for case in self.models if case.is_asking and case.due_at <= self.clock.now()]
        assert len(due) == len(late)
        for case in late:
            case.state = "CLOSED"

    @invariant()
    def every_case_is_where_the_model_says(self) -> None:
        found = dict(rows(self.engine, "select case_number, state from case_record"))
        assert found == {case.number: case.state for case in self.models}
        open_tasks = dict(
            rows(self.engine, "select id, assignee from user_task where state in ('CREATED', 'ASSIGNED')")
        )
        assert open_tasks == {case.task: case.holder for case in self.models if case.is_asking}
        waiting = one(self.engine, "select count(*) from message_subscription where state = 'OPEN'")
        assert waiting == sum(case.state == "OPEN" and case.at == "hear" for case in self.models)

    def teardown(self) -> None:
        assert problems_in_journals(self.engine) == []

    def _finish_asking(self, case: Model) -> None:
        case.at = "hear"
        if case.early_messages:
            case.early_messages -= 1
            case.state = "CLOSED"


@pytest.mark.timeout(120)
def test_any_order_of_commands_leaves_every_case_where_it_should_be(
    new_engine: Callable[[], Engine], clock: FixedClock
) -> None:
    engine = new_engine()
    deploy(engine, drawn())

    class DeskOnThisDatabase(Desk):
        def __init__(self) -> None:
            self.engine, self.clock = engine, clock
            # Each example begins on an empty desk; a truncated table is faster than a new database.
            with engine.database.connection() as connection:
                connection.execute(
                    "truncate case_record, process_instance, user_task, timer, message, message_subscription,"
                    " case_event, incident, clock cascade"
                )
            super().__init__()

    run_state_machine_as_test(
        DeskOnThisDatabase,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
