"""Expressions whose value is to be kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.bpmn.effects import IncidentType
from engine.bpmn.machine import StepFailed
from engine.bpmn.machine.storable import why_not_storable
from engine.bpmn.program import Literal, Source


def evaluate(source: Source, context: Mapping[str, Any], failure: IncidentType, *, now: datetime) -> Any:
    """The value of `source`, fit to be kept.

    StepFailed if it is null because of an error other than an absent variable, or cannot be stored.
    """
    if isinstance(source, Literal):
        return source.text
    value = source.value(context, now=now)
    if value is None:
        problems = [d for d in source.evaluate(context, now=now).diagnostics if not d.absent]
        if problems:
            raise StepFailed(failure, f"Expected a value from {source.text!r}, but {problems[0].message}")
        return None
    why = why_not_storable(value)
    if why is not None:
        raise StepFailed(failure, f"Expected a value that can be kept from {source.text!r}, but {why}.")
    return value


def evaluate_text(
    source: Source, context: Mapping[str, Any], failure: IncidentType, *, now: datetime
) -> str | None:
    """Like `evaluate`, for values that must be texts; whole numbers count as their digits."""
    value = evaluate(source, context, failure, now=now)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise StepFailed(failure, f"Expected a text from {source.text!r}, but got {type(value).__name__}.")
