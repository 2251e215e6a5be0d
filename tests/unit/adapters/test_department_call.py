"""What goes out: path, body, headers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from engine.ports import JobDone, JobFailure

OK = (
    b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n"
    + b'{"receipt":"1"}'
)


def head_and_body(request: bytes) -> tuple[str, dict[str, str], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode("ascii").split("\r\n")
    return first, {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}, body


def test_a_call_names_its_case_its_key_its_attempt_and_the_hash_of_its_body(
    adapter_at: Callable[..., Any], raw_department: Callable[..., Any], job: Callable[..., Any]
) -> None:
    department = raw_department(OK)

    outcome = adapter_at(f"{department.url}/v1").perform(job(attempt=3, headers={"X-Purpose": "城市管理"}))

    assert outcome == JobDone({"receipt_number": "1"})
    first, headers, body = head_and_body(department.requests[0])
    assert first == "POST /v1/cases/PD-2026-000041/dispatch HTTP/1.1"
    assert body == '{"address":"世纪大道1号","grid":"PD-07","subclass":"井盖缺失"}'.encode()
    assert headers["content-type"] == "application/json"
    assert headers["idempotency-key"] == "41:dispatch"
    assert headers["x-case-number"] == "PD-2026-000041"
    assert headers["x-attempt"] == "3"
    assert headers["x-request-hash"] == hashlib.sha256(body).hexdigest()
    assert headers["x-purpose"] == "%E5%9F%8E%E5%B8%82%E7%AE%A1%E7%90%86"


@pytest.mark.parametrize(
    ("case_number", "path"),
    [
        ("浦东/1", "%E6%B5%A6%E4%B8%9C%2F1"),
        ("a b?c#d", "a%20b%3Fc%23d"),
        ("100%", "100%25"),
        ("..a", "..a"),
        ("@elsewhere.example", "%40elsewhere.example"),
    ],
)
def test_a_value_cannot_leave_its_path_segment(
    case_number: str,
    path: str,
    adapter_at: Callable[..., Any],
    raw_department: Callable[..., Any],
    job: Callable[..., Any],
) -> None:
    department = raw_department(OK)

    adapter_at(department.url).perform(job(case_number=case_number))

    first, _headers, _body = head_and_body(department.requests[0])
    assert first == f"POST /cases/{path}/dispatch HTTP/1.1"


@pytest.mark.parametrize(
    "value", ["..", ".", "../", "a/../b", "..\\", "", "x\r\ny", "x\x00", "\ud800", "x" * 300]
)
def test_a_value_that_a_server_could_resolve_elsewhere_is_not_sent(
    value: str, adapter_at: Callable[..., Any], raw_department: Callable[..., Any], job: Callable[..., Any]
) -> None:
    department = raw_department(OK)

    outcome = adapter_at(department.url).perform(job(case_number=value))

    assert isinstance(outcome, JobFailure)
    assert not outcome.retryable
    assert "'case_number'" in outcome.message
    assert department.accepted == 0


@pytest.mark.parametrize("value", [None, 1.5, True, ["PD-07"], {"a": 1}])
def test_a_path_variable_must_be_there_and_be_text_or_a_whole_number(
    value: object, adapter_at: Callable[..., Any], job: Callable[..., Any]
) -> None:
    outcome = adapter_at("http://127.0.0.1:9", "umle.look_up").perform(job("umle.look_up", grid=value))

    assert isinstance(outcome, JobFailure)
    assert not outcome.retryable
    assert "'grid'" in outcome.message


def test_a_get_sends_its_variables_as_query(
    adapter_at: Callable[..., Any], raw_department: Callable[..., Any], job: Callable[..., Any]
) -> None:
    department = raw_department(OK)

    adapter_at(department.url, "umle.look_up").perform(
        job("umle.look_up", grid=7, levels=["L4", 5], urgent=True)
    )

    first, headers, body = head_and_body(department.requests[0])
    assert first == (
        "GET /grids/7?subclass=%E4%BA%95%E7%9B%96%E7%BC%BA%E5%A4%B1&levels=L4&levels=5&urgent=true HTTP/1.1"
    )
    assert body == b""
    assert "content-type" not in headers


def test_an_object_in_a_query_is_refused(adapter_at: Callable[..., Any], job: Callable[..., Any]) -> None:
    outcome = adapter_at("http://127.0.0.1:9", "umle.look_up").perform(job("umle.look_up", levels={"a": 1}))

    assert isinstance(outcome, JobFailure)
    assert not outcome.retryable


def test_a_required_variable_that_is_missing_is_named_and_an_optional_one_left_out(
    adapter_at: Callable[..., Any], raw_department: Callable[..., Any], job: Callable[..., Any]
) -> None:
    department = raw_department(OK)
    adapter = adapter_at(department.url)

    refused = adapter.perform(job(subclass=None))
    sent = adapter.perform(job(grid=None))

    assert isinstance(refused, JobFailure)
    assert not refused.retryable
    assert "subclass" in refused.message
    assert isinstance(sent, JobDone)
    assert b"grid" not in department.requests[0]


@pytest.mark.parametrize(
    "value", ["a\x00b", "\ud800", float("nan"), float("inf"), 2**70, object(), "x" * 1_100_000]
)
def test_data_that_json_cannot_carry_is_not_sent(
    value: object, adapter_at: Callable[..., Any], raw_department: Callable[..., Any], job: Callable[..., Any]
) -> None:
    department = raw_department(OK)

    outcome = adapter_at(department.url).perform(job(address=value))

    assert isinstance(outcome, JobFailure)
    assert not outcome.retryable
    assert department.accepted == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Host", "elsewhere.example"),
        ("Authorization", "Bearer x"),
        ("Cookie", "a=b"),
        ("Content-Length", "0"),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "close"),
        ("Idempotency-Key", "other"),
        ("x-case-number", "other"),
        ("X-Attempt", "1"),
        ("X-Forwarded-For", "10.0.0.1"),
        ("X-HTTP-Method-Override", "DELETE"),
        ("X-Original-URL", "/admin"),
        ("X-Bad Name", "a"),
        ("X-Bad\r\nHost", "a"),
        ("X-Purpose", "a\r\nHost: elsewhere.example"),
        ("X-Purpose", "a\nb"),
        ("X-Purpose", "a\x00b"),
        ("X-Purpose", "a" * 2_000),
    ],
)
def test_a_designed_header_cannot_change_the_call(
    name: str,
    value: str,
    adapter_at: Callable[..., Any],
    raw_department: Callable[..., Any],
    job: Callable[..., Any],
) -> None:
    department = raw_department(OK)

    outcome = adapter_at(department.url).perform(job(headers={name: value}))

    assert isinstance(outcome, JobFailure)
    assert not outcome.retryable
    assert department.accepted == 0


def test_cookies_of_one_case_do_not_go_with_the_next(
    adapter_at: Callable[..., Any], raw_department: Callable[..., Any], job: Callable[..., Any]
) -> None:
    department = raw_department(OK.replace(b"\r\n\r\n", b"\r\nSet-Cookie: session=1; Path=/\r\n\r\n", 1))
    adapter = adapter_at(department.url)

    adapter.perform(job())
    adapter.perform(job(key="42:dispatch"))

    assert len(department.requests) == 2
    assert not any(b"ookie" in request for request in department.requests)


def test_proxies_of_the_environment_are_not_used(
    adapter_at: Callable[..., Any],
    raw_department: Callable[..., Any],
    job: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    department, proxy = raw_department(OK), raw_department(OK)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("ALL_PROXY", proxy.url)

    adapter_at(department.url).perform(job())

    assert (department.accepted, proxy.accepted) == (1, 0)


def test_no_log_line_holds_a_variable_of_the_case(
    adapter_at: Callable[..., Any],
    raw_department: Callable[..., Any],
    job: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    department = raw_department(OK)

    adapter_at(department.url, "umle.look_up").perform(job("umle.look_up", grid="Geheim", subclass="Geheim"))

    assert b"Geheim" in department.requests[0]
    assert any(record.message == "department called" for record in caplog.records)
    assert not any("Geheim" in str(record.__dict__) for record in caplog.records)
