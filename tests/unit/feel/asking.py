"""Ask FEEL a question at a fixed instant."""

from __future__ import annotations

from datetime import UTC, datetime

from engine.feel import Evaluation, Value, compile_expression, compile_unary_tests

NOW = datetime(2026, 3, 1, 20, 30, tzinfo=UTC)
"""2026-03-02 04:30 in Shanghai: another day than in UTC."""


def evaluation_of(text: str, **context: object) -> Evaluation:
    return compile_expression(text, names=tuple(context)).evaluate(context, now=NOW)


def value_of(text: str, **context: object) -> Value:
    """The value; fails if something went wrong on the way."""
    evaluation = evaluation_of(text, **context)
    assert evaluation.diagnostics == ()
    return evaluation.value


def complaint_of(text: str, **context: object) -> str:
    """The first diagnostic of an expression that must be null because of an error."""
    evaluation = evaluation_of(text, **context)
    assert evaluation.value is None
    assert evaluation.diagnostics
    return evaluation.diagnostics[0].message


def passes(cell: str, value: object, **context: object) -> bool:
    return compile_unary_tests(cell, names=tuple(context)).matches(value, context, now=NOW)
