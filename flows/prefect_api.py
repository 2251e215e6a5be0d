"""Plain HTTP to Prefect's API, for questions that do not justify importing Prefect (a second)."""

from __future__ import annotations

import os

import httpx


def open_api(api_url: str, *, timeout_seconds: float) -> httpx.Client:
    """A client whose paths start at `api_url`. Sends PREFECT_API_AUTH_STRING or PREFECT_API_KEY if set."""
    headers = {}
    auth: httpx.BasicAuth | None = None
    if basic := os.environ.get("PREFECT_API_AUTH_STRING"):
        name, _, secret = basic.partition(":")
        auth = httpx.BasicAuth(name, secret)
    elif key := os.environ.get("PREFECT_API_KEY"):
        headers["Authorization"] = f"Bearer {key}"
    # A proxy of the environment cannot reach our own loopback.
    return httpx.Client(
        base_url=api_url,
        headers=headers,
        auth=auth,
        timeout=timeout_seconds,
        trust_env=not api_url.startswith("http://127.0.0.1"),
    )
