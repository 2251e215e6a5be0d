"""One call as a simulated department sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.requests import Request

MAX_BODY_BYTES = 1024 * 1024
MAX_PATH = 2048
MAX_KEY = 512

_PLACE = re.compile(r"/([A-Za-z0-9][A-Za-z0-9_-]{0,63})(/.*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DepartmentCall:
    """`path` is decoded but for a "/" inside a segment, which stays "%2F"; keys are None if not sent."""

    department: str
    method: str
    path: str
    idempotency_key: str | None
    case_number: str | None


class BadCall(Exception):
    """The request is refused with `status` before any department sees it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def read_call(request: Request) -> DepartmentCall:
    """Reads the whole request. Raises BadCall, or ClientDisconnect if the caller went away."""
    raw = request.scope.get("raw_path") or request.url.path.encode()
    place = _PLACE.fullmatch(raw.decode("ascii", errors="replace"))
    if place is None:
        raise BadCall(404, "Expected /{department}/..., but the path has no department.")
    path = place[2] or "/"
    key = _header(request, "idempotency-key")
    if len(path) > MAX_PATH or len(key or "") > MAX_KEY:
        raise BadCall(400, f"Expected a path of {MAX_PATH} and a key of {MAX_KEY} characters at most.")
    await read_body(request)
    decoded = "/".join(unquote(segment).replace("/", "%2F") for segment in path.split("/"))
    return DepartmentCall(place[1], request.method, decoded, key, _header(request, "x-case-number"))


async def read_body(request: Request) -> bytes:
    """Raises BadCall if it is longer than MAX_BODY_BYTES."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY_BYTES:
            raise BadCall(413, f"Expected at most {MAX_BODY_BYTES} bytes.")
    return bytes(body)


def _header(request: Request, name: str) -> str | None:
    value = request.headers.get(name)
    return unquote(value) if value else None
