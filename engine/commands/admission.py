"""What no command may carry, whatever it orders: checked at the door, before it meets others.

Text that PostgreSQL would refuse must not reach a batch: there it would fail for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from engine.commands.command import Command
from engine.errors import InvalidData
from engine.model.payload import check_variables

RESERVED = frozenset({"case_number", "area"})
"""Root variables that the engine sets itself."""
MAX_TEXT = 10_000
MAX_KEY = 200
"""For texts that stand in an index."""
_KEYS = frozenset(
    {"actor", "assignee", "case_number", "correlation_key", "idempotency_key", "message_name", "signal_name"}
)


def refusal_of(command: Command) -> InvalidData | None:
    """Why the command is not let in; None if it is."""
    problems: dict[str, str] = {}
    for field in fields(command):
        value = getattr(command, field.name)
        problem = None
        if isinstance(value, str):
            problem = _problem_of_text(value, longest=MAX_KEY if field.name in _KEYS else MAX_TEXT)
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:
            problem = "Expected a whole number within 64 bits."
        if problem:
            problems[field.name] = problem
    return InvalidData(problems) if problems else None


def _problem_of_text(text: str, *, longest: int) -> str | None:
    if len(text) > longest:
        return f"Expected at most {longest} characters."
    if "\x00" in text:
        return "Expected a text without NUL characters."
    try:
        text.encode()
    except UnicodeEncodeError:
        return "Expected valid Unicode, but the text has a lone surrogate."
    return None


def check_input(variables: Mapping[str, Any]) -> None:
    """For variables that come from outside into a case. Raises InvalidData, one problem per field."""
    check_variables(variables, reserved=RESERVED)


def require_indexable(*, what: str, text: str | None) -> None:
    """For texts that a process computed. Raises InvalidData if `text` is too long to be looked up by."""
    if text is not None and len(text) > MAX_KEY:
        raise InvalidData(
            {what: f"Expected at most {MAX_KEY} characters, but the process computed {len(text)}."}
        )
