"""The simulated departments as one ASGI application.

`/{department}/...` is a department; `/{department}/health` its health;
`/_faults`, `/_effects` and `/_status` are for whoever runs the simulation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.simulator.call import BadCall, DepartmentCall, read_body, read_call
from adapters.simulator.effects import Effect, EffectBook
from adapters.simulator.faults import FaultBoard, FaultKind
from adapters.simulator.misbehaviour import misbehave
from engine.errors import InvalidData, InvalidState

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]

_LISTED = ("department", "path", "method", "idempotency_key", "case_number", "effects", "repeats", "at")


class OrjsonResponse(JSONResponse):
    def render(self, content: Any) -> bytes:
        return orjson.dumps(content)


def create_app(*, effects: EffectBook, faults: FaultBoard) -> Starlette:
    simulation = _Simulation(effects, faults)
    return Starlette(
        routes=[
            Route("/_faults", _guarded(simulation.faults_), methods=["GET", "POST", "DELETE"]),
            Route("/_effects", _guarded(simulation.effects_), methods=["GET", "DELETE"]),
            Route("/_status", _guarded(simulation.status), methods=["GET"]),
            Route("/{department}/health", _guarded(simulation.health), methods=["GET"]),
            Route("/{rest:path}", _guarded(simulation.department), methods=METHODS),
        ]
    )


class _Simulation:
    def __init__(self, effects: EffectBook, faults: FaultBoard) -> None:
        self._effects = effects
        self._faults = faults

    async def department(self, request: Request) -> Response:
        call = await read_call(request)
        fault = self._faults.take(call)
        if fault is None:
            return _answer(*self._effects.perform(call))
        if fault.kind is FaultKind.ANSWER:
            return _answer(*self._effects.perform(call, status=fault.status, extra=fault.body))
        done = self._effects.perform(call) if fault.after_effect else None
        if fault.kind is not FaultKind.LATENCY:
            return await misbehave(fault, request)
        await asyncio.sleep(fault.seconds or 0)
        return _answer(*(done or self._effects.perform(call)))

    async def health(self, request: Request) -> Response:
        call = DepartmentCall(request.path_params["department"], "GET", "/health", None, None)
        fault = self._faults.lasting(call)
        if fault is None or fault.kind is FaultKind.ANSWER:
            return OrjsonResponse({"department": call.department, "status": "up"})
        if fault.kind is FaultKind.LATENCY:
            await asyncio.sleep(fault.seconds or 0)
            return OrjsonResponse({"department": call.department, "status": "slow"})
        return await misbehave(fault, request)

    async def faults_(self, request: Request) -> Response:
        if request.method == "POST":
            try:
                fault = self._faults.program(orjson.loads(await read_body(request)))
            except orjson.JSONDecodeError:
                return OrjsonResponse({"problems": {"": "Expected JSON."}}, status_code=400)
            except InvalidData as error:
                return OrjsonResponse({"problems": error.problems}, status_code=422)
            return OrjsonResponse(asdict(fault), status_code=201)
        if request.method == "DELETE":
            removed = self._faults.clear(department=request.query_params.get("department"))
            return OrjsonResponse({"removed": removed})
        return OrjsonResponse([asdict(fault) for fault in self._faults.listing()])

    async def effects_(self, request: Request) -> Response:
        if request.method == "DELETE":
            try:
                return OrjsonResponse({"removed": self._effects.clear()})
            except InvalidState as error:
                return OrjsonResponse({"message": str(error)}, status_code=409)
        wanted = request.query_params
        found = self._effects.listing(
            department=wanted.get("department"), case_number=wanted.get("case_number")
        )
        return OrjsonResponse([{name: getattr(effect, name) for name in _LISTED} for effect in found])

    async def status(self, request: Request) -> Response:
        return OrjsonResponse({**self._effects.totals(), "faults": len(self._faults.listing())})


def _answer(effect: Effect, is_repeat: bool) -> Response:
    headers = {"Idempotent-Replayed": "true"} if is_repeat else None
    return OrjsonResponse(effect.answer, status_code=effect.status, headers=headers)


def _guarded(
    endpoint: Callable[[Request], Awaitable[Response]],
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except BadCall as error:
            return OrjsonResponse({"message": str(error)}, status_code=error.status)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it

    return answer
