"""How each kind of fault looks on the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from adapters.simulator.faults import MAX_SECONDS, Fault, FaultKind

_HALF_A_BODY = b'{"receipt": "'
_HUGE_BYTES = 1024 * 1024 * 1024


class Reset(Response):
    """Sends nothing and resets the connection; needs `server.ResettableProtocol` underneath."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        abort: Callable[[], None] | None = scope.get("state", {}).get("abort")
        if abort is not None:
            abort()
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        # Under another server: promise more than is sent, so that it has to drop the connection.
        headers = [(b"content-length", b"1000000"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": _HALF_A_BODY, "more_body": True})


async def misbehave(fault: Fault, request: Request) -> Response:
    """The answer of every kind that is not the usual one (all but LATENCY and ANSWER)."""
    if fault.kind is FaultKind.STATUS:
        return JSONResponse(fault.body, status_code=fault.status or 500, headers=fault.headers)
    if fault.kind is FaultKind.BAD_JSON:
        return Response(_HALF_A_BODY, media_type="application/json", headers=fault.headers)
    if fault.kind is FaultKind.HUGE:
        return StreamingResponse(_endless(request), media_type="application/json")
    if fault.kind is FaultKind.HANG:
        await _until_gone(request, seconds=MAX_SECONDS if fault.seconds is None else fault.seconds)
    return Reset()


async def _endless(request: Request) -> AsyncIterator[bytes]:
    yield _HALF_A_BODY
    piece = b"0" * 65_536
    for _ in range(_HUGE_BYTES // len(piece)):
        if await request.is_disconnected():
            return
        yield piece


async def _until_gone(request: Request, *, seconds: float) -> None:
    """Waits until the caller hangs up, at most `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            # The request was read to its end: the next event can only be the disconnect.
            while (await request.receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return
