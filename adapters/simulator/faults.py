"""Misbehaviour that a test or an operator programs into a simulated department."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from adapters.simulator.call import DepartmentCall
from engine.errors import InvalidData

MAX_FAULTS = 1_000
MAX_SECONDS = 3600.0

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]{0,1024}")


class FaultKind(StrEnum):
    STATUS = "status"
    """Answers `status` with `body` and `headers`."""
    LATENCY = "latency"
    """Waits `seconds`, then answers as usual."""
    HANG = "hang"
    """Never answers; hangs up after `seconds`."""
    RESET = "reset"
    """Resets the connection."""
    BAD_JSON = "bad_json"
    """Answers 200 with the first half of a JSON object."""
    HUGE = "huge"
    """Answers 200 with a body that does not end."""
    ANSWER = "answer"
    """No fault: does the work and adds `body` to the usual answer."""


@dataclass(slots=True)
class Fault:
    """`times` counts the calls it still takes, None for ever; None in a filter means any.

    With `after_effect` the work is done first, so that the caller only loses the answer.
    """

    id: int
    department: str
    kind: FaultKind
    path_prefix: str | None = None
    case_number: str | None = None
    status: int | None = None
    seconds: float | None = None
    times: int | None = None
    after_effect: bool = False
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def matches(self, call: DepartmentCall) -> bool:
        return (
            self.department == call.department
            and (self.path_prefix is None or call.path.startswith(self.path_prefix))
            and self.case_number in (None, call.case_number)
        )


class FaultBoard:
    """The programmed faults, oldest first; each call meets at most one."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._next_id = 1

    def program(self, wish: object) -> Fault:
        """Raises InvalidData with every problem in `wish`, or if too many faults are programmed."""
        if len(self._faults) >= MAX_FAULTS:
            raise InvalidData({"": f"Expected at most {MAX_FAULTS} faults at a time."})
        fault = _read_fault(wish, id=self._next_id)
        self._next_id += 1
        self._faults.append(fault)
        return fault

    def take(self, call: DepartmentCall) -> Fault | None:
        """The first fault for `call`, counted; None if it may go on."""
        for fault in self._faults:
            if fault.matches(call):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times == 0:
                        self._faults.remove(fault)
                return fault
        return None

    def lasting(self, call: DepartmentCall) -> Fault | None:
        """The first fault for `call` that holds for ever, for health checks: these use nothing up."""
        return next((fault for fault in self._faults if fault.times is None and fault.matches(call)), None)

    def listing(self) -> list[Fault]:
        return list(self._faults)

    def clear(self, *, department: str | None) -> int:
        """How many were removed."""
        before = len(self._faults)
        self._faults = [
            fault for fault in self._faults if department is not None and fault.department != department
        ]
        return before - len(self._faults)


def _read_fault(wish: object, *, id: int) -> Fault:
    if not isinstance(wish, dict):
        raise InvalidData({"": "Expected a JSON object."})
    problems: dict[str, str] = {}
    known = set(Fault.__dataclass_fields__) - {"id"}
    for name in wish:
        if name not in known:
            problems[name] = f"Expected one of {', '.join(sorted(known))}."
    for name, (is_fit, expected) in _expectations(wish).items():
        if not is_fit:
            problems[name] = f"Expected {expected}."
    if problems:
        raise InvalidData(problems)
    return Fault(id=id, **{**wish, "kind": FaultKind(wish["kind"])})


def _expectations(wish: Mapping[str, Any]) -> dict[str, tuple[bool, str]]:
    kind, status = wish.get("kind"), wish.get("status")
    needs_status = kind == FaultKind.STATUS
    needs_seconds = kind == FaultKind.LATENCY
    return {
        "department": (
            isinstance(wish.get("department"), str) and bool(_CODE.fullmatch(wish["department"])),
            "a department code",
        ),
        "kind": (isinstance(kind, str) and kind in set(FaultKind), f"one of {', '.join(FaultKind)}"),
        "path_prefix": (_is_text(wish.get("path_prefix")), "text or null"),
        "case_number": (_is_text(wish.get("case_number")), "text or null"),
        "status": (
            (status is None and not needs_status) or (type(status) is int and 200 <= status <= 599),
            "a number from 200 to 599" + ("" if needs_status else " or null"),
        ),
        "seconds": (
            (wish.get("seconds") is None and not needs_seconds) or _is_duration(wish.get("seconds")),
            f"a number from 0 to {MAX_SECONDS:g}" + ("" if needs_seconds else " or null"),
        ),
        "times": (
            wish.get("times") is None or (type(wish["times"]) is int and wish["times"] > 0),
            "a positive whole number, or null for ever",
        ),
        "after_effect": (isinstance(wish.get("after_effect", False), bool), "true or false"),
        "body": (isinstance(wish.get("body", {}), dict), "a JSON object"),
        "headers": (_are_headers(wish.get("headers", {})), "an object of header names and ASCII values"),
    }


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_duration(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MAX_SECONDS


def _are_headers(value: object) -> bool:
    return isinstance(value, dict) and all(
        _HEADER_NAME.fullmatch(name) and isinstance(text, str) and _HEADER_VALUE.fullmatch(text)
        for name, text in value.items()
    )
