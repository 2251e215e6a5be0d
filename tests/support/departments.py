"""The simulated departments that the small package of `tests.support.packages` calls."""

from __future__ import annotations

from typing import Any

import httpx

from adapters.directory import DepartmentDirectory
from adapters.package_contracts import read_contracts
from tests.support.packages import ADAPTER

DEPARTMENT = "UMLE"


def directory(simulator_url: str, *, adapter: str = ADAPTER) -> DepartmentDirectory:
    contracts, findings = read_contracts({"adapters/umle.toml": adapter.encode()})
    assert not findings
    return DepartmentDirectory(contracts, base_urls={DEPARTMENT: f"{simulator_url}/{DEPARTMENT}"})


def misbehave(simulator_url: str, kind: str, **wish: Any) -> None:
    wish = {"department": DEPARTMENT, "kind": kind, **wish}
    httpx.post(f"{simulator_url}/_faults", json=wish).raise_for_status()


def behave(simulator_url: str) -> None:
    httpx.delete(f"{simulator_url}/_faults").raise_for_status()


def effects(simulator_url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"{simulator_url}/_effects").raise_for_status().json()
    return found
