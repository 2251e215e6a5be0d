"""The flow runs of a case, as Prefect shows them: for terminals and pages, without importing Prefect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from engine.errors import Unavailable
from flows.prefect_api import open_api

PAGE = 200
"""Prefect's API gives at most this many rows an answer."""


@dataclass(frozen=True, slots=True)
class RunInfo:
    """`started` is aware UTC, None before the run began; `url` is its page in Prefect's UI."""

    name: str
    state: str
    message: str
    started: datetime | None
    tags: tuple[str, ...]
    url: str


def runs_of_case(api_url: str, case_number: str) -> list[RunInfo]:
    """All runs tagged with the case, the latest first. Raises Unavailable if Prefect does not answer."""
    return _runs(api_url, {"flow_runs": {"tags": {"all_": [f"case:{case_number}"]}}})


def _runs(api_url: str, query: dict[str, Any]) -> list[RunInfo]:
    base = api_url.rstrip("/")
    found: list[RunInfo] = []
    try:
        with open_api(base, timeout_seconds=10.0) as client:
            while True:
                page = {"sort": "START_TIME_DESC", "limit": PAGE, "offset": len(found)}
                answer = client.post("/flow_runs/filter", json=query | page)
                answer.raise_for_status()
                rows = answer.json()
                found += [_run(row, ui_url=base.removesuffix("/api")) for row in rows]
                if len(rows) < PAGE:
                    return found
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as trouble:
        raise Unavailable(
            f"Expected Prefect to list runs at {base}, but: {trouble}.",
            mend="Check PREFECT_API_URL and whether the Prefect server runs (`yishi doctor`).",
        ) from trouble


def _run(row: dict[str, Any], *, ui_url: str) -> RunInfo:
    state = row.get("state") or {}
    started = row.get("start_time")
    return RunInfo(
        name=row["name"],
        state=state.get("name") or "Unknown",
        message=state.get("message") or "",
        started=datetime.fromisoformat(started) if started else None,
        tags=tuple(row.get("tags") or ()),
        url=f"{ui_url}/runs/flow-run/{row['id']}",
    )
