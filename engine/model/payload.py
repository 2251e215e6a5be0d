"""The strict door for data from outside: what JSON allows and PostgreSQL or an audit would not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from engine.errors import InvalidData

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_ITEMS = 20_000
_RESERVED = ("__", "@")


def check_variables(variables: Mapping[str, Any], *, reserved: frozenset[str] = frozenset()) -> None:
    """Raises InvalidData, one problem per field, for anything that must not become case data:
    names that are reserved, NUL, lone surrogates, NaN, infinities, integers beyond 64 bits, other
    types than JSON's, too deep, too many or too long."""
    problems: dict[str, str] = {}
    if not isinstance(variables, Mapping):
        raise InvalidData({"": "Expected a JSON object, but got something else."})
    budget = _Budget()
    for name, value in variables.items():
        if name in reserved:
            problems[name] = "Expected another name, but this one is set by the engine."
            continue
        problem = _problem_of_name(name) or _problem(value, 1, budget)
        if problem:
            problems[str(name)[:100]] = problem
    if problems:
        raise InvalidData(problems)


class _Budget:
    def __init__(self) -> None:
        self.items = MAX_ITEMS
        self.characters = MAX_BYTES


def _problem_of_name(name: Any) -> str | None:
    if not isinstance(name, str) or not name or len(name) > 200:
        return "Expected a name of 1 to 200 characters."
    if name.startswith(_RESERVED) or name == "typename":
        return "Expected a name that does not start with '__' or '@'."
    return _problem_of_text(name)


def _problem_of_text(text: str) -> str | None:
    if "\x00" in text:
        return "Expected a text without NUL characters."
    try:
        text.encode()
    except UnicodeEncodeError:
        return "Expected valid Unicode, but the text has a lone surrogate."
    return None


def _problem(value: Any, depth: int, budget: _Budget) -> str | None:
    budget.items -= 1
    if budget.items < 0:
        return f"Expected at most {MAX_ITEMS} values in all."
    if value is None or value is True or value is False:
        return None
    if isinstance(value, str):
        budget.characters -= len(value)
        if budget.characters < 0:
            return f"Expected at most {MAX_BYTES} characters in all."
        return _problem_of_text(value)
    if isinstance(value, int):
        return None if -(2**63) <= value < 2**63 else "Expected a whole number within 64 bits."
    if isinstance(value, float):
        return None if math.isfinite(value) else "Expected a finite number."
    if depth >= MAX_DEPTH:
        return f"Expected at most {MAX_DEPTH} levels of nesting."
    if isinstance(value, list):
        return next((p for item in value if (p := _problem(item, depth + 1, budget))), None)
    if isinstance(value, dict):
        for name, item in value.items():
            problem = _problem_of_name(name) or _problem(item, depth + 1, budget)
            if problem:
                return problem
        return None
    return f"Expected a JSON value, but got {type(value).__name__}."
