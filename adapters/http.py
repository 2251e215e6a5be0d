"""One job type's calls to one department."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import timedelta

import httpx
import stamina

from adapters.answer import Answer, outcome_of
from adapters.base_url import BaseUrl
from adapters.job_contract import JobContract
from adapters.payload import MAX_BYTES, encode_body, encode_query, fields_of
from adapters.request_headers import headers_for
from adapters.transport import ForbiddenAddress, deadline_in, seconds_left
from adapters.unfit import UnfitRequest
from engine.errors import InvalidArgument
from engine.ports import JobDone, JobFailure, JobOutcome, JobRequest

MAX_CONNECT = timedelta(seconds=3)
CONNECT_ATTEMPTS = 2
"""Within one call, and only while nothing was sent; every longer wait belongs to the job table."""

_READ_HEADERS = ("retry-after", "date", "content-encoding")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Call:
    url: httpx.URL
    headers: dict[str, str]
    body: bytes


class HttpAdapter:
    """Performs the jobs of one type; safe to share between threads.

    `client` must come from `transport.open_client`: that is what keeps a call within its
    timeout and away from redirects, proxies and cookies.
    """

    def __init__(self, job: JobContract, *, department: str, base_url: BaseUrl, client: httpx.Client) -> None:
        self._job = job
        self._department = department
        self._base_url = base_url
        self._client = client

    def perform(self, request: JobRequest) -> JobOutcome:
        """One call with the request's idempotency key; returns within the contract's timeout.

        Every way in which a department or the case's data can be wrong is an outcome, not an exception.
        """
        try:
            call = self._call_for(request)
        except UnfitRequest as error:
            return JobFailure(f"{self._place} was not called. {error}", retryable=False)
        started = time.monotonic()
        try:
            with deadline_in(self._job.timeout):
                answer = self._send(call)
        except ForbiddenAddress as error:
            return JobFailure(f"{error} {error.mend}", retryable=False)
        except httpx.TransportError as error:
            return self._failed(request, error, started)
        outcome = outcome_of(answer, job=self._job, department=self._department, variables=request.variables)
        self._log(request, started, status=answer.status, succeeded=isinstance(outcome, JobDone))
        return outcome

    @property
    def _place(self) -> str:
        return f"{self._job.method} {self._job.path.text} at {self._department}"

    def _call_for(self, request: JobRequest) -> _Call:
        path = self._job.path.expand(case_number=request.case_number, variables=request.variables)
        try:
            url = self._base_url.url_for(path)
        except (InvalidArgument, httpx.InvalidURL) as error:
            raise UnfitRequest(f"Expected a path below the department's base URL: {error}") from error
        values = fields_of(request.variables, self._job.request)
        if self._job.method == "GET":
            body = b""
            query = encode_query(values)
            url = url.copy_with(params=query) if query else url
        else:
            body = encode_body(values)
        headers = headers_for(request, body=body)
        if body:
            headers["Content-Type"] = "application/json"
        return _Call(url, headers, body)

    def _send(self, call: _Call) -> Answer:
        attempts = stamina.retry_context(
            on=_may_connect_again,
            attempts=CONNECT_ATTEMPTS,
            timeout=None,
            wait_initial=0.05,
            wait_max=0.1,
            wait_jitter=0.05,
        )
        for attempt in attempts:
            with attempt:
                return self._exchange(call)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _exchange(self, call: _Call) -> Answer:
        left = seconds_left() or self._job.timeout.total_seconds()
        # Half, so that a second attempt to connect still has its time.
        timeout = httpx.Timeout(left, connect=min(MAX_CONNECT.total_seconds(), left / 2))
        with self._client.stream(
            self._job.method, call.url, content=call.body or None, headers=call.headers, timeout=timeout
        ) as response:
            content, is_whole = _read_bounded(response)
            headers = {name: response.headers[name] for name in _READ_HEADERS if name in response.headers}
            return Answer(response.status_code, headers, content, is_whole)

    def _failed(self, request: JobRequest, error: httpx.TransportError, started: float) -> JobFailure:
        self._log(request, started, status=None, succeeded=False)
        # The exception's own text may quote what the department sent.
        problem = next(text for kind, text in _PROBLEMS if isinstance(error, kind))
        seconds = self._job.timeout.total_seconds()
        return JobFailure(
            f"Expected {self._place} to answer within {seconds:g} s, but {problem}.", retryable=True
        )

    def _log(self, request: JobRequest, started: float, *, status: int | None, succeeded: bool) -> None:
        log.log(
            logging.INFO if succeeded else logging.WARNING,
            "department called",
            extra={
                "job_id": request.job_id,
                "job_type": request.job_type,
                "department": self._department,
                "attempt": request.attempt,
                "status": status,
                "duration_ms": round((time.monotonic() - started) * 1000, 1),
            },
        )


_PROBLEMS: tuple[tuple[type[httpx.TransportError], str], ...] = (
    (httpx.ConnectTimeout, "no connection came about in time"),
    (httpx.PoolTimeout, "all connections to it were busy"),
    (httpx.TimeoutException, "the time ran out"),
    (httpx.ConnectError, "no connection came about"),
    (httpx.NetworkError, "the connection was lost"),
    (httpx.RemoteProtocolError, "it hung up or did not keep to HTTP"),
    (httpx.TransportError, "the exchange failed"),
)


def _may_connect_again(error: Exception) -> bool:
    left = seconds_left()
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout) and (left is None or left > 0.3)


def _read_bounded(response: httpx.Response) -> tuple[bytes, bool]:
    """At most MAX_BYTES of the raw body, and whether that was all; leaves the rest unread."""
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:18]) > MAX_BYTES:
        return b"", False
    content = bytearray()
    for piece in response.iter_raw():
        content += piece
        if len(content) > MAX_BYTES:
            return bytes(content[:MAX_BYTES]), False
    return bytes(content), True
