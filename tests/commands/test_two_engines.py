"""Several processes on one database: PostgreSQL's locks are all they share."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from threading import Thread

import psycopg

from engine.commands.command import Result
from engine.commands.user_tasks import ClaimUserTask
from engine.facade import Engine
from tests.elements import drawing as d
from tests.support.desk import only_task, show, start, tasks
from tests.support.journal import problems_in_journals
from tests.support.packages import deploy
from tests.support.rows import one, rows
from tests.support.waiting import wait_until

ROOT = Path(__file__).parents[2]
ROUNDS = 40

CLERK = """
import json, sys
from engine.clock import SystemClock
from engine.commands.user_tasks import ClaimUserTask, CompleteUserTask
from engine.facade import Engine
from engine.store.database import Database
from engine.views.tasks import Worklist

uri, actor = sys.argv[1:]
database = Database(uri)
database.open()
done, unforeseen = [], []
with Engine(database, clock=SystemClock()) as engine:
    print("ready", flush=True)
    sys.stdin.readline()
    while lines := [line.id for line in engine.ask(Worklist(limit=20))]:
        claims = engine.handle([ClaimUserTask(id, actor=actor) for id in reversed(lines)])
        mine = [claim.value["user_task_id"] for claim in claims if claim.ok]
        results = engine.handle([CompleteUserTask(id, {"by_" + str(id): actor}, actor=actor) for id in mine])
        unforeseen += [str(r.error) for r in claims + results if r.error and r.error.reason == "INTERNAL"]
        done += [result.value["user_task_id"] for result in results if result.ok]
print(json.dumps([done, unforeseen]))
"""


def test_two_processes_on_the_same_cases_lose_and_double_nothing(engine: Engine, database_uri: str) -> None:
    content = d.START + d.parallel("fork") + d.parallel("join") + d.END + d.chain("start", "fork")
    for branch in "abc":
        content += d.user_task(branch) + d.chain("fork", branch, "join")
    deploy(engine, d.process(content + d.chain("join", "end")))
    numbers = [start(engine) for _ in range(ROUNDS)]
    expected = sorted(task for number in numbers for task in tasks(engine, number).values())

    clerks = [
        subprocess.Popen(
            [sys.executable, "-c", CLERK, database_uri, actor],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for actor in ("clerk1", "clerk2")
    ]  # fmt: skip
    for clerk in clerks:
        assert clerk.stdout is not None and clerk.stdin is not None
        assert clerk.stdout.readline() == "ready\n"
    for clerk in clerks:
        assert clerk.stdin is not None
        clerk.stdin.write("\n")
        clerk.stdin.flush()
    said = [json.loads(clerk.communicate(timeout=60)[0]) for clerk in clerks]

    assert [unforeseen for _, unforeseen in said] == [[], []]
    assert sorted(said[0][0] + said[1][0]) == expected, "each completion was acknowledged exactly once"
    assert {show(engine, number).head.state for number in numbers} == {"CLOSED"}
    assert (
        one(engine, "select count(*) from case_event where event_type = 'USER_TASK_COMPLETED'") == 3 * ROUNDS
    )
    assert problems_in_journals(engine) == []


def test_a_command_waits_for_another_on_the_same_case_and_sees_what_it_did(
    engine: Engine, database_uri: str
) -> None:
    deploy(engine, d.process(d.sequence(("ask", d.user_task("ask")))))
    task_id = only_task(engine, start(engine))
    results: list[Result] = []

    def claim() -> None:
        results.extend(engine.handle([ClaimUserTask(task_id, actor="clerk1")]))

    with psycopg.connect(database_uri) as another:
        another.execute("update process_instance set version = version + 1")
        thread = Thread(target=claim)
        thread.start()
        wait_until(lambda: bool(rows(engine, "select 1 from pg_locks where not granted")))
        assert results == []
        another.commit()
        thread.join(timeout=10)

    assert [result.ok for result in results] == [True]
    assert one(engine, "select version from process_instance") == 3
