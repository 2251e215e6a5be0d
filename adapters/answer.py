"""What a department's answer means for the job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from adapters.excerpt import answer_code, excerpt_of
from adapters.job_contract import RETRY_STATUSES, JobContract
from adapters.payload import MAX_BYTES, decode_object
from adapters.unfit import UnfitAnswer
from engine.ports import JobBpmnError, JobDone, JobFailure, JobOutcome

MAX_RETRY_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """`content` holds at most MAX_BYTES; `is_whole` says whether that was all.

    `headers` are the few we look at, by lower-case name.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    is_whole: bool

    @property
    def is_plain(self) -> bool:
        return self.headers.get("content-encoding", "identity").lower() == "identity"

    def json_object(self) -> dict[str, Any]:
        """Raises UnfitAnswer."""
        if not self.is_whole:
            raise UnfitAnswer(
                f"Expected an answer of at most {MAX_BYTES} bytes, but it is longer.", retryable=False
            )
        if not self.is_plain:
            raise UnfitAnswer("Expected an uncompressed answer as asked for, but it is not.", retryable=False)
        return decode_object(self.content)


def outcome_of(
    answer: Answer, *, job: JobContract, department: str, variables: Mapping[str, Any]
) -> JobOutcome:
    """2xx: done; 408, 425, 429, 5xx: try later; another 4xx: the contract's BPMN error or a lasting failure.

    `variables` are only used to keep their values out of messages.
    """
    if 200 <= answer.status < 300:
        return _success(answer, job=job, department=department, variables=variables)
    if answer.status in RETRY_STATUSES or answer.status >= 500:
        retry_after = retry_after_of(answer.headers)
        return JobFailure(_refusal(answer, department, variables), retryable=True, retry_after=retry_after)
    if 300 <= answer.status < 400:
        return JobFailure(
            f"Expected {department} to answer itself, but it redirects (status {answer.status}), "
            "which is not followed; the base URL or the contract's path may be wrong.",
            retryable=False,
        )
    code = job.error_code(status=answer.status, answer_code=_code_if_any(answer))
    if code is not None:
        return JobBpmnError(code, _refusal(answer, department, variables))
    return JobFailure(_refusal(answer, department, variables), retryable=False)


def retry_after_of(headers: Mapping[str, str]) -> timedelta | None:
    """How long the department asks us to wait, at most an hour; None if it does not say or is unclear.

    A date is measured against the department's own Date header, so that its clock may be wrong.
    Source: RFC 9110, 10.2.3 Retry-After and 6.6.1 Date.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), MAX_RETRY_AFTER)
    until, sent = _http_date(text), _http_date(headers.get("date", ""))
    if until is None or sent is None:
        return None
    return max(timedelta(0), min(until - sent, MAX_RETRY_AFTER))


def _success(
    answer: Answer, *, job: JobContract, department: str, variables: Mapping[str, Any]
) -> JobOutcome:
    has_error_codes = any(200 <= status < 300 for status, _code in job.errors)
    if not job.response and not has_error_codes:
        return JobDone({})
    try:
        content = answer.json_object()
        code = answer_code(content)
        bpmn_code = job.error_code(status=answer.status, answer_code=code) if code else None
        if bpmn_code is not None:
            return JobBpmnError(bpmn_code, _refusal(answer, department, variables))
        return JobDone({variable: _at(content, path) for variable, path in job.response.items()})
    except UnfitAnswer as error:
        return JobFailure(f"{department} answered {answer.status}. {error}", retryable=error.retryable)


def _at(content: dict[str, Any], path: tuple[str, ...]) -> Any:
    """The value at `path`; a whole number is a position in a list. Raises UnfitAnswer if there is none."""
    value: Any = content
    for step in path:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            raise UnfitAnswer(
                f"Expected {'.'.join(path)!r} in the answer as the contract says, but it is not there.",
                retryable=False,
            )
    return value


def _code_if_any(answer: Answer) -> str | None:
    try:
        return answer_code(answer.json_object())
    except UnfitAnswer:
        return None


def _refusal(answer: Answer, department: str, variables: Mapping[str, Any]) -> str:
    try:
        phrase = f" {HTTPStatus(answer.status).phrase}"
    except ValueError:
        phrase = ""
    excerpt = excerpt_of(answer.content, variables=variables) if answer.is_plain else ""
    return f"{department} answered {answer.status}{phrase}" + (f": {excerpt}" if excerpt else ".")


def _http_date(text: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
