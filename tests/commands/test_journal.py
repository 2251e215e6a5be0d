from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from psycopg.rows import dict_row

from engine.bpmn.machine import advance
from engine.bpmn.state import decode, encode
from engine.bpmn.stimuli import CompleteElement, StartProcess, TriggerTimer
from engine.clock import FixedClock
from engine.commands.cases import CancelCase
from engine.commands.jobs import CompleteJob
from engine.commands.live_case import chained_hash
from engine.commands.timers import FireTimer
from engine.facade import Engine
from engine.feel import from_json
from tests.elements import drawing as d
from tests.support.desk import finish_task, lease_all, lease_one, only_task, only_timer, start
from tests.support.journal import problems_in_journals
from tests.support.packages import deploy
from tests.support.rows import one, rows

STEPS = d.process(
    d.sequence(
        ("ask", d.user_task("ask", extensions=d.clock("quick"))),
        ("call", d.service_task("call")),
        ("wait", d.catch_event("wait", d.timer("PT1H"))),
        ("more", d.user_task("more")),
    )
)


@pytest.fixture
def numbers(engine: Engine, clock: FixedClock) -> list[str]:
    """Three cases at different places, one of them canceled."""
    deploy(engine, STEPS)
    opened = [start(engine, subject="井盖 manhole", amount=12.5) for _ in range(3)]
    for number in opened[:2]:
        finish_task(engine, only_task(engine, number), note="看过了")
    for job in lease_all(engine):
        engine.do(CompleteJob(job.request.job_id, job.lease_token, {"receipt": "R"}))
    clock.advance(timedelta(hours=1))
    engine.do(FireTimer(only_timer(engine, opened[0])))
    engine.do(CancelCase(opened[2], "withdrawn"))
    return opened


def test_every_journal_is_an_unbroken_chain_that_ends_where_the_case_says(
    engine: Engine, numbers: list[str]
) -> None:
    assert problems_in_journals(engine) == []
    assert one(engine, "select count(*) from case_event") > 20


TAMPERINGS = (
    "update case_event set actor = 'other' where seq = 3 returning 1",
    'update case_event set data = \'{"process": "other"}\' where seq = 1 returning 1',
    "update case_event set at = at - interval '1 second' where seq = 2 returning 1",
    "update case_event set element_id = 'other' where seq = 3 returning 1",
    "delete from case_event where seq = 4 returning 1",
    "delete from case_event e"
    " where seq = (select max(seq) from case_event x where x.case_id = e.case_id) returning 1",
    "update case_event e set event_type = o.event_type, data = o.data from case_event o"
    " where o.case_id = e.case_id and e.seq in (4, 5) and o.seq = 9 - e.seq returning 1",
    "update process_instance set event_hash = 'x' returning 1",
)


def test_tampering_with_a_journal_is_found(numbers: list[str], database_uri: str) -> None:
    with psycopg.connect(database_uri) as connection:
        for tampering in TAMPERINGS:
            with connection.transaction(force_rollback=True):
                assert rows(connection, tampering), tampering

                assert problems_in_journals(connection), tampering

        assert problems_in_journals(connection) == []


def test_an_event_rewritten_with_a_fitting_hash_breaks_the_chain_after_it(
    numbers: list[str], database_uri: str
) -> None:
    columns = "select case_id, seq, at, event_type, element_id, data::text as data from case_event"
    with psycopg.connect(database_uri) as connection:
        ((before,),) = connection.execute(
            "select hash from case_event where seq = 2 order by case_id limit 1"
        ).fetchall()
        event = connection.cursor(row_factory=dict_row).execute(f"{columns} where seq = 3 order by case_id")
        facts = event.fetchone()
        assert facts is not None

        connection.execute(
            "update case_event set actor = 'other', hash = %s where case_id = %s and seq = 3",
            (chained_hash(before, actor="other", **facts), facts["case_id"]),
        )

        assert problems_in_journals(connection) == [
            f"case {facts['case_id']}: event 4 is not what was written"
        ]


def test_the_stored_state_equals_that_of_a_run_in_memory(engine: Engine, clock: FixedClock) -> None:
    deploy(engine, STEPS)
    number = start(engine, amount=12.5, list=[1, {"a": None}], text="井盖")
    definition_id = one(engine, "select id from process_definition where key = 'main'")
    variables = from_json({"amount": 12.5, "list": [1, {"a": None}], "text": "井盖"})
    given = {**variables, "case_number": number, "area": "310115"}
    pure = advance(None, StartProcess(definition_id, given), library=engine.library, now=clock.now()).state

    def step(stimulus: CompleteElement | TriggerTimer) -> None:
        advance(pure, stimulus, library=engine.library, now=clock.now())

    def stored() -> bytes:
        return bytes(one(engine, "select body from process_instance"))

    assert stored() == encode(pure)
    (ask,) = pure.elements
    finish_task(engine, only_task(engine, number), count=7, when="2026-11-24")
    step(CompleteElement(ask, from_json({"count": 7, "when": "2026-11-24"})))
    assert stored() == encode(pure)

    (call,) = pure.elements
    job = lease_one(engine)
    engine.do(CompleteJob(job.request.job_id, job.lease_token, {"receipt": "R1"}))
    step(CompleteElement(call, {"receipt": "R1"}))
    assert stored() == encode(pure)

    (wait,) = pure.elements.values()
    due_at = clock.now() + timedelta(hours=1)
    clock.set(due_at)
    engine.do(FireTimer(only_timer(engine, number)))
    step(TriggerTimer(wait.key, wait.node, due_at))
    assert stored() == encode(pure)
    assert encode(decode(stored())) == stored()
