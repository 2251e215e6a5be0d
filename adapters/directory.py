"""Which department serves which job type, and where it is."""

from __future__ import annotations

import contextlib
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType

import httpx

from adapters.base_url import BaseUrl, parse_base_url
from adapters.contract import Contract, clashes
from adapters.http import HttpAdapter
from adapters.transport import ForbiddenAddress, deadline_in, open_client
from engine.errors import InvalidArgument
from engine.ports import Adapter, JobFailure, JobOutcome, JobRequest


@dataclass(frozen=True, slots=True)
class Reachability:
    """What `GET {base}/health` gave. `status` is None if nothing answered; `detail` says why then."""

    is_reachable: bool
    status: int | None
    took: timedelta
    detail: str


class Department:
    """One department as the operator sees it. `base_url` is None if it is not configured."""

    def __init__(
        self,
        code: str,
        *,
        name_zh: str,
        name_en: str,
        job_types: tuple[str, ...],
        base_url: BaseUrl | None,
        client: httpx.Client | None,
    ) -> None:
        self.code = code
        self.name_zh = name_zh
        self.name_en = name_en
        self.job_types = job_types
        self.base_url = base_url
        self.client = client

    def probe(self, timeout: timedelta) -> Reachability:
        """Asks for its health once, within `timeout`; whatever the department does is a result."""
        started = time.monotonic()
        if self.base_url is None or self.client is None:
            return Reachability(False, None, timedelta(0), "no base URL is configured")
        status, detail = None, ""
        try:
            with (
                deadline_in(timeout),
                self.client.stream(
                    "GET", self.base_url.url_for("/health"), timeout=timeout.total_seconds()
                ) as response,
            ):
                status = response.status_code
                detail = "" if response.is_success else f"answered {status}"
        except httpx.TransportError as error:
            detail = type(error).__name__
        except ForbiddenAddress as error:
            detail = str(error)
        took = timedelta(seconds=time.monotonic() - started)
        return Reachability(status is not None and 200 <= status < 300, status, took, detail)


class UnconfiguredAdapter:
    """Stands in for a department that the operator has not said where to find."""

    def __init__(self, department: str, *, name: str, setting: str) -> None:
        self._department = department
        self._name = name
        self._setting = setting

    def perform(self, request: JobRequest) -> JobOutcome:
        message = (
            f"Expected a base URL for department {self._department} ({self._name}), but none is configured; "
            f"add {self._department} to {self._setting} and retry the job."
        )
        return JobFailure(message, retryable=False)


class DepartmentDirectory:
    """Finds adapters by job type. Each department has its own connections, so that one that
    hangs cannot use up another's. Close it, or use it in a `with` block.
    """

    def __init__(
        self,
        contracts: Iterable[Contract],
        *,
        base_urls: Mapping[str, str],
        ca_file: Path | None = None,
        setting: str = "YISHI_DEPARTMENTS",
    ) -> None:
        """`base_urls` is keyed by department code; `setting` is what the operator calls it.

        https servers must be vouched for by `ca_file` (PEM); None means the usual public authorities.
        Raises InvalidArgument if a base URL is malformed or two contracts contradict each other.
        """
        contracts = tuple(contracts)
        if problems := clashes(contracts):
            raise InvalidArgument("; ".join(f"{problem.file}: {problem.en}" for problem in problems))
        places = {code: _place_of(code, text) for code, text in base_urls.items()}
        self._departments: dict[str, Department] = {}
        self._adapters: dict[str, Adapter] = {}
        tls = _tls(ca_file, is_needed=any(place.scheme == "https" for place in places.values()))
        with contextlib.ExitStack() as clients:
            for code in sorted({*places, *(contract.department for contract in contracts)}):
                place = places.get(code)
                client = clients.enter_context(open_client(tls=tls)) if place else None
                self._departments[code] = _department(code, contracts, place, client)
            self._clients = clients.pop_all()
        for contract in contracts:
            department = self._departments[contract.department]
            for job_type, job in contract.jobs.items():
                if department.base_url is None or department.client is None:
                    self._adapters[job_type] = UnconfiguredAdapter(
                        department.code, name=contract.name_zh, setting=setting
                    )
                else:
                    self._adapters[job_type] = HttpAdapter(
                        job,
                        department=department.code,
                        base_url=department.base_url,
                        client=department.client,
                    )

    def find(self, job_type: str) -> Adapter | None:
        return self._adapters.get(job_type)

    def departments(self) -> tuple[Department, ...]:
        """Every department that has a contract or a base URL, by code."""
        return tuple(self._departments.values())

    def close(self) -> None:
        self._clients.close()

    def __enter__(self) -> DepartmentDirectory:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _tls(ca_file: Path | None, *, is_needed: bool) -> ssl.SSLContext:
    if not is_needed:
        # Loading the authorities takes tens of milliseconds; an empty context trusts nobody.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_file is None:
        return httpx.create_ssl_context(trust_env=False)
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise InvalidArgument(f"Expected certificates (PEM) in {ca_file}, but: {error}.") from error


def _place_of(code: str, text: str) -> BaseUrl:
    try:
        return parse_base_url(text)
    except InvalidArgument as error:
        raise InvalidArgument(f"Department {code}: {error}") from error


def _department(
    code: str, contracts: tuple[Contract, ...], place: BaseUrl | None, client: httpx.Client | None
) -> Department:
    own = [contract for contract in contracts if contract.department == code]
    job_types = sorted({job_type for contract in own for job_type in contract.jobs})
    return Department(
        code,
        name_zh=own[0].name_zh if own else "",
        name_en=own[0].name_en if own else "",
        job_types=tuple(job_types),
        base_url=place,
        client=client,
    )
