"""Definitions deployed for SpiffWorkflow: their cases are as durable as any other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.clock import FixedClock
from engine.commands.cases import SetVariables
from engine.commands.deployments import Deployment, DeployPackage
from engine.commands.jobs import CompleteJob
from engine.commands.messages import PublishMessage
from engine.commands.timers import FireTimer
from engine.commands.user_tasks import ClaimUserTask, ReturnUserTask
from engine.errors import DefinitionRefused
from engine.facade import Engine
from engine.findings import Finding
from engine.views.tasks import ShowTask
from tests.elements import drawing as d
from tests.support.desk import finish_task, lease_one, only_task, only_timer, show, start, state_of, tasks
from tests.support.journal import problems_in_journals
from tests.support.packages import package
from tests.support.rows import one

ON_SPIFF = '\n[processes.{key}]\nruntime = "spiffworkflow"\n'

STEPS = d.process(
    d.START
    + d.user_task("ask", extensions=d.clock("quick"))
    + d.boundary("returned", "ask", d.error("LATE"))
    + d.exclusive("which", default="which_hear")
    + d.service_task("call")
    + d.catch_event("hear", d.message("paid"))
    + d.catch_event("wait", d.timer("PT1H"))
    + d.exclusive("join")
    + d.END
    + d.end_event("end_2")
    + d.chain("start", "ask", "which", "hear", "join", "wait", "end")
    + d.flow("which", "call", "=amount > 10")
    + d.chain("call", "join")
    + d.chain("returned", "end_2")
)


def on_spiff(*processes: bytes, keys: tuple[str, ...] = ("main",)) -> dict[str, bytes]:
    files = package(*processes)
    files["scenario.toml"] += "".join(ON_SPIFF.format(key=key) for key in keys).encode()
    return files


def deploy(engine: Engine, *processes: bytes, keys: tuple[str, ...] = ("main",)) -> Deployment:
    return engine.deploy(DeployPackage(on_spiff(*processes, keys=keys)))


def refused(engine: Engine, files: dict[str, bytes]) -> list[Finding]:
    with pytest.raises(DefinitionRefused) as caught:
        engine.deploy(DeployPackage(files))
    return [finding for finding in caught.value.findings if finding.is_error]


def test_a_case_runs_through_every_kind_of_wait_and_a_restart(
    engine: Engine, new_engine: Callable[[], Engine], clock: FixedClock
) -> None:
    deploy(engine, STEPS)
    number = start(engine, amount=12.5)
    assert one(engine, "select runtime from process_definition") == "spiffworkflow"
    assert show(engine, number).waiting.clocks[0].limit_key == "quick"

    restarted = new_engine()
    assert restarted.ask(ShowTask(only_task(restarted, number))).variables["amount"] == 12.5
    finish_task(restarted, only_task(restarted, number), note="seen")
    job = lease_one(restarted)
    assert job.request.variables["note"] == "seen"
    engine.do(CompleteJob(job.request.job_id, job.lease_token, {"receipt": "R"}))
    clock.advance(timedelta(hours=1))
    restarted.do(FireTimer(only_timer(engine, number)))

    assert state_of(engine, number) == "CLOSED"
    passed = [step.element_id for step in show(engine, number).path]
    assert passed == ["start", "ask", "which", "call", "join", "wait", "end"]
    assert problems_in_journals(engine) == []


def test_messages_and_data_from_outside_reach_it(engine: Engine) -> None:
    deploy(engine, STEPS)
    number = start(engine, amount=1)
    engine.do(SetVariables(number, {"amount": 2}))
    finish_task(engine, only_task(engine, number))

    engine.do(PublishMessage("paid", number))

    assert [timer.element_id for timer in show(engine, number).waiting.timers] == ["wait"]


def test_a_case_stays_on_its_engine_when_a_new_version_has_another(engine: Engine) -> None:
    deploy(engine, STEPS)
    old = start(engine, amount=1)
    engine.deploy(DeployPackage(package(STEPS)))
    new = start(engine, amount=1)

    for number in (old, new):
        finish_task(engine, only_task(engine, number))
        engine.do(PublishMessage("paid", number))

    bodies = {show(engine, number).waiting.timers[0].element_id for number in (old, new)}
    assert bodies == {"wait"}
    runtimes = "select p.runtime from process_instance i join process_definition p on p.id = i.definition_id"
    assert one(engine, f"{runtimes} order by i.id limit 1") == "spiffworkflow"
    assert one(engine, f"{runtimes} order by i.id desc limit 1") == "yishi"


def test_called_processes_run_on_it_too(engine: Engine) -> None:
    main = d.process(d.sequence(("call", d.call_activity("call"))))
    called = d.process(d.sequence(("ask", d.user_task("ask"))), id="called")
    deploy(engine, main, called, keys=("main", "called"))
    number = start(engine)

    finish_task(engine, tasks(engine, number)["ask"])

    assert state_of(engine, number) == "CLOSED"


def test_what_it_would_get_wrong_is_refused_with_where_and_why(engine: Engine) -> None:
    content = d.sequence(("hear", d.catch_event("hear", d.signal("alarm"))))

    (finding,) = refused(engine, on_spiff(d.process(content)))

    assert (finding.rule, finding.element_id, finding.file) == ("not-portable", "hear", "process_1.bpmn")
    assert finding.line is not None and "SpiffWorkflow" in finding.en


def test_a_process_and_those_it_calls_need_one_engine(engine: Engine) -> None:
    main = d.process(d.sequence(("call", d.call_activity("call"))))
    called = d.process(d.sequence(("ask", d.user_task("ask"))), id="called")

    (finding,) = refused(engine, on_spiff(main, called))
    assert (finding.rule, finding.element_id) == ("runtime-of-called-process", "call")

    engine.deploy(DeployPackage(package(called)))
    (finding,) = refused(engine, on_spiff(main))
    assert finding.rule == "runtime-of-called-process"


def test_an_engine_for_a_process_that_is_not_there_is_refused(engine: Engine) -> None:
    (finding,) = refused(engine, on_spiff(STEPS, keys=("other",)))

    assert (finding.rule, finding.element_id, finding.file) == (
        "runtime-of-unknown-process",
        "other",
        "scenario.toml",
    )


def test_a_task_cannot_be_returned_where_nothing_catches_that(engine: Engine) -> None:
    deploy(engine, STEPS)
    number = start(engine, amount=1)
    task_id = only_task(engine, number)
    engine.do(ClaimUserTask(task_id, actor="clerk1"))

    result = engine.handle([ReturnUserTask(task_id, "not mine", actor="clerk1")])[0]

    assert not result.ok and "may be returned" in str(result.error)
