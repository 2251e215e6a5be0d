"""BPMN 2.0.2, 10.5.4: intermediate catch event."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engine.bpmn.effects import CloseElement, IncidentType
from engine.feel import YearsMonths
from tests.elements.drawing import catch_event, clock, message, process, sequence, timer, user_task, writes
from tests.elements.driver import NOW, Dry


def waiting_for(definition: str, extensions: str = "") -> bytes:
    event = catch_event("wait", definition, extensions=extensions)
    return process(sequence(("wait", event), ("next", user_task("next"))))


@pytest.mark.parametrize(
    ("text", "due_at"),
    [
        ("2026-03-05T09:00:00+08:00", datetime(2026, 3, 5, 1, tzinfo=UTC)),
        ("2026-03-05T09:00:00", datetime(2026, 3, 5, 1, tzinfo=UTC)),
        ("2026-03-05", datetime(2026, 3, 4, 16, tzinfo=UTC)),
        ('=date and time("2026-03-05T09:00:00@Asia/Shanghai")', datetime(2026, 3, 5, 1, tzinfo=UTC)),
        ("=due", datetime(2026, 3, 31, 16, tzinfo=UTC)),
    ],
)
def test_a_date_is_meant_in_shanghai_unless_it_says_otherwise(text: str, due_at: datetime) -> None:
    run = Dry(waiting_for(timer(text, kind="timeDate")), variables={"due": date(2026, 4, 1)})

    assert [(row.due_at, row.cycle) for row in run.timers] == [(due_at, None)]


@pytest.mark.parametrize(
    ("text", "due_at"),
    [
        ("PT90M", NOW + timedelta(minutes=90)),
        ("P2DT1H", NOW + timedelta(days=2, hours=1)),
        ("P1M", datetime(2026, 4, 2, 1, tzinfo=UTC)),
        ("=span", NOW + timedelta(hours=3)),
        ("=months", datetime(2027, 4, 2, 1, tzinfo=UTC)),
        ('=duration("PT" + string(n) + "H")', NOW + timedelta(hours=4)),
    ],
)
def test_a_duration_counts_from_the_arrival_of_the_token(text: str, due_at: datetime) -> None:
    variables: dict[str, Any] = {"span": timedelta(hours=3), "months": YearsMonths(13), "n": 4}
    run = Dry(waiting_for(timer(text)), variables=variables)

    assert [row.due_at for row in run.timers] == [due_at]


def test_when_the_timer_fires_the_token_goes_on() -> None:
    run = Dry(waiting_for(timer("PT1H")))
    key = run.key("wait")

    run.fire_timer("wait")

    assert run.waiting == ["next"]
    assert CloseElement(key, completed=True) in run.last


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("timeDuration", "soon"),
        ("timeDuration", timedelta()),
        ("timeDuration", timedelta(hours=-1)),
        ("timeDuration", "P9000Y"),
        ("timeDuration", timedelta(days=900_000_000)),
        ("timeDuration", None),
        ("timeDate", "tomorrow"),
        ("timeDate", "0001-01-01"),
        ("timeDate", 20260301),
    ],
)
def test_a_timer_without_instant_is_an_incident_that_can_be_retried(kind: str, value: object) -> None:
    run = Dry(waiting_for(timer("=when", kind=kind)), variables={"when": value})

    assert run.incidents == [("wait", IncidentType.TIMER_FAILED)]
    assert run.timers == []

    run.retry({"when": "PT1H" if kind == "timeDuration" else "2026-03-05"})

    assert len(run.timers) == 1


def test_an_incident_about_a_timer_does_not_tell_the_value() -> None:
    run = Dry(waiting_for(timer("=who")), variables={"who": "张三"})

    assert "张三" not in run.incident_text


def test_a_message_is_awaited_and_brings_what_is_mapped() -> None:
    run = Dry(waiting_for(message("answered"), writes("reply", "=text")), variables={"caseId": "A-1"})

    assert [(s.message_name, s.correlation_key) for s in run.subscriptions] == [("answered", "A-1")]

    run.deliver("wait", {"text": "是", "other": 1})

    assert run.variables == {"caseId": "A-1", "reply": "是"}
    assert run.waiting == ["next"]


def test_a_message_without_mapping_brings_everything() -> None:
    run = Dry(waiting_for(message("paid")))

    run.deliver("wait", {"amount": 3})

    assert run.variables == {"amount": 3}


def test_its_clock_runs_while_it_waits() -> None:
    run = Dry(waiting_for(message("paid"), clock("pay-limit", kind="applicant")))

    assert [c.element_id for c in run.clocks] == ["wait"]

    run.deliver("wait")

    assert run.clocks == []
