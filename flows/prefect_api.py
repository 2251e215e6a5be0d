"""Plain HTTP to Prefect's API, for questions that do not justify importing Prefect (a second)."""

from __future__ import annotations

import os
import time

import httpx

PAUSES_SECONDS = (0.2, 0.5, 1.0)


def open_api(api_url: str, *, timeout_seconds: float) -> httpx.Client:
    """A client whose paths start at `api_url`. Sends PREFECT_API_AUTH_STRING or PREFECT_API_KEY if set."""
    headers = {}
    auth: httpx.BasicAuth | None = None
    if basic := os.environ.get("PREFECT_API_AUTH_STRING"):
        name, _, secret = basic.partition(":")
        auth = httpx.BasicAuth(name, secret)
    elif key := os.environ.get("PREFECT_API_KEY"):
        headers["Authorization"] = f"Bearer {key}"
    is_ours = api_url.startswith("http://127.0.0.1")
    return httpx.Client(
        base_url=api_url,
        headers=headers,
        auth=auth,
        timeout=timeout_seconds,
        # A proxy of the environment cannot reach our own loopback.
        trust_env=not is_ours,
        transport=_PatientTransport() if is_ours else None,
    )


class _PatientTransport(httpx.HTTPTransport):
    """Our own server's book is SQLite, which refuses a second writer for a moment: the answer is then
    503, nothing was done, and the next try succeeds."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for pause in PAUSES_SECONDS:
            response = super().handle_request(request)
            if response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                return response
            response.close()
            time.sleep(pause)
        return super().handle_request(request)
