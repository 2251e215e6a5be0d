"""The simulator's admin API from the side of who programs it: demonstrations and tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

TIMEOUT_SECONDS = 5.0


class SimulatorControl:
    """`url` is the simulator's own. Raises httpx.HTTPError if it does not answer as it should."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=TIMEOUT_SECONDS, trust_env=False)

    def program(
        self,
        *,
        department: str,
        status: int,
        times: int | None,
        case_number: str | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> None:
        """Answer `status` to the next `times` calls (None: until lifted), of one case or of all."""
        wish = {
            "department": department,
            "kind": "status",
            "status": status,
            "times": times,
            "case_number": case_number,
            "body": dict(body or {}),
        }
        self._client.post("/_faults", json=wish).raise_for_status()

    def lift(self, *, department: str) -> None:
        """All faults of the department are over."""
        self._client.delete("/_faults", params={"department": department}).raise_for_status()

    def effects(self) -> list[dict[str, Any]]:
        """One entry per idempotency key: department, case_number, effects, repeats ..."""
        answer = self._client.get("/_effects")
        answer.raise_for_status()
        effects: list[dict[str, Any]] = answer.json()
        return effects

    def close(self) -> None:
        self._client.close()
