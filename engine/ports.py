"""What the engine needs from outside, as protocols: the only engine module besides errors and
settings that `adapters` sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from engine.findings import Finding

JsonObject = Mapping[str, Any]
"""A JSON object as orjson reads it: str, int, float, bool, None, list, dict."""


@dataclass(frozen=True, slots=True)
class JobRequest:
    """One call to a department. The same `idempotency_key` comes with every attempt at the same work."""

    job_id: int
    job_type: str
    idempotency_key: str
    case_number: str
    element_id: str
    attempt: int
    """Counts from 1."""
    variables: JsonObject
    headers: Mapping[str, str] = field(default_factory=dict)
    """Static values the designer put on the element (`gov:header`)."""


@dataclass(frozen=True, slots=True)
class JobDone:
    variables: JsonObject


@dataclass(frozen=True, slots=True)
class JobFailure:
    """The call did not succeed. `retry_after` is what the department asked for, if it did."""

    message: str
    retryable: bool = True
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class JobBpmnError:
    """The department answered with a business error that the process may catch."""

    code: str
    message: str
    variables: JsonObject = field(default_factory=dict)


JobOutcome = JobDone | JobFailure | JobBpmnError


class Adapter(Protocol):
    def perform(self, request: JobRequest) -> JobOutcome:
        """Do the work once. Called with no transaction open; must return within its own timeout."""
        ...


class AdapterDirectory(Protocol):
    def find(self, job_type: str) -> Adapter | None:
        """The adapter for `job_type`, or None if nobody serves it."""
        ...


class ContractReader(Protocol):
    """Reads the contracts of department calls that a scenario package brings along."""

    def read(
        self, contracts: Mapping[str, bytes], *, beside: Mapping[str, bytes]
    ) -> tuple[frozenset[str], list[Finding]]:
        """The job types the files (path -> content) serve, and everything wrong with them, also
        where they contradict the contracts that are deployed `beside` them."""
        ...


@dataclass(frozen=True, slots=True)
class LeasedJob:
    """A job as a worker holds it. `claims` counts the times it was taken without coming back."""

    request: JobRequest
    lease_token: int
    retries_left: int
    claims: int
