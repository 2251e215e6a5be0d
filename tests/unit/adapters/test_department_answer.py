"""What comes back, and what it means for the job."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest

from adapters.answer import retry_after_of
from engine.ports import JobBpmnError, JobDone, JobFailure


def answer(status: int, body: bytes | dict[str, Any] = b"", **headers: str) -> bytes:
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


@pytest.fixture
def outcome_of(
    adapter_at: Callable[..., Any], raw_department: Callable[..., Any], job: Callable[..., Any]
) -> Callable[..., Any]:
    """The outcome of one call whose answer is the given bytes."""

    def perform(content: bytes, job_type: str = "umle.dispatch", **variables: Any) -> Any:
        return adapter_at(raw_department(content).url, job_type).perform(job(job_type, **variables))

    return perform


@pytest.mark.parametrize("status", [200, 201, 202])
def test_a_success_gives_the_variables_the_contract_names(
    status: int, outcome_of: Callable[..., Any]
) -> None:
    assert outcome_of(answer(status, {"receipt": "R-1", "other": 2})) == JobDone({"receipt_number": "R-1"})


def test_a_dotted_path_reaches_into_objects_and_lists(outcome_of: Callable[..., Any]) -> None:
    content = answer(200, {"streets": [{"name": "花木街道"}]})

    assert outcome_of(content, "umle.look_up") == JobDone({"first_street": "花木街道"})


@pytest.mark.parametrize("body", [{}, {"streets": []}, {"streets": {"0": 1}}, {"streets": None}])
def test_an_answer_without_a_promised_value_fails_for_good(
    body: dict[str, Any], outcome_of: Callable[..., Any]
) -> None:
    outcome = outcome_of(answer(200, body), "umle.look_up")

    assert isinstance(outcome, JobFailure)
    assert not outcome.retryable
    assert "'streets.0.name'" in outcome.message


@pytest.mark.parametrize("body", [b"", b"OK", b"<html>"])
def test_a_job_that_takes_nothing_from_the_answer_accepts_any(
    body: bytes, outcome_of: Callable[..., Any]
) -> None:
    assert outcome_of(answer(200, body), "umle.notify") == JobDone({})


@pytest.mark.parametrize(
    "body", [b"", b'{"receipt": "', b"<html>maintenance</html>", b'{"receipt": NaN}', b"1e400"]
)
def test_a_success_that_is_no_json_is_tried_again(body: bytes, outcome_of: Callable[..., Any]) -> None:
    outcome = outcome_of(answer(200, body))

    assert isinstance(outcome, JobFailure)
    assert outcome.retryable


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'"text"',
        b'{"receipt": "\\u0000"}',
        b'{"receipt": "a", "\\u0000": 1}',
        b'{"receipt": "a", "deep": ' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"receipt": 123456789012345678901234567890}',
    ],
)
def test_a_success_that_cannot_be_stored_fails_for_good(body: bytes, outcome_of: Callable[..., Any]) -> None:
    outcome = outcome_of(answer(200, body))

    assert isinstance(outcome, JobFailure)
    assert not outcome.retryable


def test_a_compressed_answer_is_not_unfolded(outcome_of: Callable[..., Any]) -> None:
    outcome = outcome_of(answer(200, b"\x1f\x8b\x08", Content_Encoding="gzip"))

    assert isinstance(outcome, JobFailure)
    assert not outcome.retryable


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_department_in_trouble_is_asked_again_later(status: int, outcome_of: Callable[..., Any]) -> None:
    outcome = outcome_of(answer(status))

    assert isinstance(outcome, JobFailure)
    assert outcome.retryable
    assert f"UMLE answered {status}" in outcome.message


@pytest.mark.parametrize("status", [400, 401, 403, 409, 410, 422])
def test_a_refusal_that_the_contract_does_not_name_fails_for_good(
    status: int, outcome_of: Callable[..., Any]
) -> None:
    outcome = outcome_of(answer(status, {"code": "OTHER", "message": "字段有误"}))

    assert isinstance(outcome, JobFailure)
    assert not outcome.retryable
    assert str(status) in outcome.message
    assert "OTHER: 字段有误" in outcome.message


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (409, {"code": "ALREADY_CLOSED", "message": "已办结"}, "ALREADY_CLOSED"),
        (404, {"code": "WHATEVER"}, "UNKNOWN_CASE"),
        (404, {}, "UNKNOWN_CASE"),
        (200, {"code": "E77", "message": "不在辖区"}, "OUTSIDE_AREA"),
    ],
)
def test_a_refusal_that_the_contract_names_is_a_bpmn_error(
    status: int, body: dict[str, Any], code: str, outcome_of: Callable[..., Any]
) -> None:
    outcome = outcome_of(answer(status, body))

    assert isinstance(outcome, JobBpmnError)
    assert outcome.code == code
    assert body.get("message", "") in outcome.message


def test_a_message_never_repeats_what_the_case_holds(outcome_of: Callable[..., Any]) -> None:
    applicant = {"name": "王小明", "id": "31011519900307123X"}
    body = {"code": "BAD_ID", "message": "申请人王小明的身份证 31011519900307123X、电话 13800138000 无效"}

    outcome = outcome_of(answer(422, body), applicant=applicant)

    assert outcome.message == (
        "UMLE answered 422 Unprocessable Entity: BAD_ID: 申请人***的身份证 ***、电话 *** 无效"
    )


def test_a_page_of_html_becomes_one_short_line(outcome_of: Callable[..., Any]) -> None:
    page = "<html>\r\n<b>Not\x1b[31m allowed</b>" + "x" * 5_000 + "</html>"

    message = outcome_of(answer(403, page.encode())).message

    assert "Not [31m allowed" in message
    assert message.isprintable()
    assert len(message) < 240


def test_a_redirect_is_not_followed(
    adapter_at: Callable[..., Any], raw_department: Callable[..., Any], job: Callable[..., Any]
) -> None:
    target = raw_department(answer(200, {"receipt": "R-1"}))
    department = raw_department(answer(307, Location=f"{target.url}/cases"))

    outcome = adapter_at(department.url).perform(job())

    assert isinstance(outcome, JobFailure)
    assert not outcome.retryable
    assert "redirects (status 307)" in outcome.message
    assert target.accepted == 0


def test_retry_after_is_read_from_the_answer(outcome_of: Callable[..., Any]) -> None:
    assert outcome_of(answer(503, Retry_After="7")).retry_after == timedelta(seconds=7)
    assert outcome_of(answer(503)).retry_after is None


SENT = "Tue, 03 Mar 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("retry_after", "sent", "seconds"),
    [
        ("120", "", 120),
        ("0", "", 0),
        ("999999999999999", "", 3600),
        ("Tue, 03 Mar 2026 08:02:00 GMT", SENT, 120),
        ("Tue, 03 Mar 2026 07:00:00 GMT", SENT, 0),
        ("Wed, 04 Mar 2026 08:00:00 GMT", SENT, 3600),
        ("Tue, 03 Mar 2026 08:02:00 GMT", "", None),
        ("Tue, 03 Mar 2026 08:02:00 GMT", "soon", None),
        ("-5", SENT, None),
        ("1.5", SENT, None),
        ("٣", SENT, None),
        ("soon", SENT, None),
        ("", SENT, None),
    ],
)
def test_retry_after_is_seconds_or_a_date_by_the_departments_own_clock(
    retry_after: str, sent: str, seconds: int | None
) -> None:
    wait = retry_after_of({"retry-after": retry_after, "date": sent})

    assert wait == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize("announces", [True, False])
def test_a_huge_answer_is_left_unread(
    announces: bool,
    adapter_at: Callable[..., Any],
    raw_department: Callable[..., Any],
    job: Callable[..., Any],
) -> None:
    sent: list[int] = []
    ended: list[bool] = []

    def pour(connection: socket.socket, _request: bytes) -> None:
        length = b"Content-Length: 1073741824\r\n" if announces else b"Connection: close\r\n"
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n")
        try:
            for _ in range(16_384):
                connection.sendall(b" " * 65_536)
                sent.append(65_536)
        except OSError:
            ended.append(True)

    outcome = adapter_at(raw_department(pour).url).perform(job())

    assert isinstance(outcome, JobFailure)
    assert not outcome.retryable
    assert "1048576" in outcome.message
    give_up_at = time.monotonic() + 5
    while not ended and time.monotonic() < give_up_at:
        time.sleep(0.01)
    assert ended
    # What the kernel's buffers took on both sides is no more than a few MiB of the promised GiB.
    assert sum(sent) < 32 * 1024 * 1024
