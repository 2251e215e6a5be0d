"""BPMN 2.0.2, 10.3.3: service task, done by a department as a job."""

from __future__ import annotations

import pytest

from engine.bpmn.effects import CreateJob, IncidentType
from engine.bpmn.stimuli import RetryElement, ThrowError
from engine.errors import InvalidState
from tests.elements.drawing import (
    END,
    START,
    boundary,
    chain,
    error,
    node,
    process,
    reads,
    sequence,
    service_task,
    timer,
    user_task,
    writes,
)
from tests.elements.driver import Dry


def jobs(run: Dry) -> list[CreateJob]:
    return [effect for effect in run.effects if isinstance(effect, CreateJob)]


def test_it_leaves_as_a_job_with_its_headers_and_waits() -> None:
    job = '<gov:job type="market.check" retries="5"><gov:header name="level" value="district"/></gov:job>'
    run = Dry(process(sequence(("check", node("serviceTask", "check", extensions=job)))))

    assert jobs(run) == [CreateJob(run.key("check"), "check", "market.check", 5, {"level": "district"})]
    assert run.waiting == ["check"]


def test_the_answer_goes_through_its_output_mapping() -> None:
    task = service_task("check", extensions=writes("status", "=result.code"))
    run = Dry(process(sequence(("check", task), ("next", user_task("next")))))

    run.complete("check", {"result": {"code": "ok"}, "trace": "x"})

    assert run.variables == {"status": "ok"}


def test_the_job_type_may_be_computed() -> None:
    run = Dry(
        process(sequence(("check", service_task("check", job='="check-" + area')))),
        variables={"area": "north"},
    )

    assert jobs(run)[0].job_type == "check-north"


@pytest.mark.parametrize("area", [None, ""])
def test_a_job_type_that_is_empty_is_an_incident(area: str | None) -> None:
    run = Dry(process(sequence(("check", service_task("check", job="=area")))), variables={"area": area})

    assert run.incidents == [("check", IncidentType.MAPPING_FAILED)]

    run.retry({"area": "x"})

    assert run.waiting == ["check"]


def test_an_error_that_nobody_catches_is_an_incident_and_a_retry_makes_a_new_job() -> None:
    run = Dry(process(sequence(("check", service_task("check", extensions=reads("n", "=amount"))))),
              variables={"amount": 1})  # fmt: skip

    run.throw("check", "REFUSED", message="not registered")

    assert run.incidents == [("check", IncidentType.UNHANDLED_ERROR)]
    assert "'REFUSED'" in run.incident_text
    assert "not registered" in run.incident_text
    with pytest.raises(InvalidState, match="has an incident"):
        run.step(ThrowError(run.key("check"), "REFUSED"))

    run.retry({"amount": 2})

    assert len(jobs(run)) == 2
    assert run.locals_of("check") == {"n": 2}

    run.complete("check")

    assert run.ended is True


def test_an_uncaught_error_leaves_timers_and_clocks_in_place() -> None:
    model = process(
        START
        + service_task("check")
        + boundary("late", "check", timer("PT1H"))
        + user_task("call")
        + END
        + chain("start", "check", "end")
        + chain("late", "call", "end")
    )
    run = Dry(model)
    run.throw("check", "REFUSED")

    run.fire_timer("late")

    assert run.waiting == ["call"]
    assert run.incidents == []


def test_a_retry_that_fails_again_keeps_the_timers() -> None:
    model = process(
        START
        + service_task("check", job="=kind")
        + boundary("late", "check", timer("PT1H"))
        + END
        + chain("start", "check", "end")
        + chain("late", "end")
    )
    run = Dry(model, variables={"kind": "a"})
    run.throw("check", "REFUSED")

    run.retry({"kind": ""})

    assert run.incidents == [("check", IncidentType.MAPPING_FAILED)]

    run.retry({"kind": "b"})

    assert run.waiting == ["check"]
    assert len(run.timers) == 1


def test_a_job_that_is_tried_again_from_outside_sees_corrected_variables() -> None:
    task = service_task("check", extensions=reads("id", "=number"))
    run = Dry(process(sequence(("check", task))), variables={"number": "wrong"})

    run.step(RetryElement(run.key("check"), {"number": "right"}))

    assert run.locals_of("check") == {"id": "right"}
    assert len(jobs(run)) == 1


def test_its_error_boundary_catches_what_the_department_reports() -> None:
    model = process(
        START
        + service_task("check")
        + boundary("refused", "check", error("REFUSED"), gov_caughtCode="code", gov_caughtMessage="why")
        + user_task("explain")
        + END
        + chain("start", "check", "end")
        + chain("refused", "explain", "end")
    )
    run = Dry(model)

    run.throw("check", "REFUSED", message="no licence", variables={"detail": 7})

    assert run.waiting == ["explain"]
    assert run.variables == {"code": "REFUSED", "why": "no licence", "detail": 7}
    assert "xcheck" in run.moves
