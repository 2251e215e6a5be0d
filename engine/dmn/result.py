"""What a decision answers, which rules it matched, and why parts of it are null."""

from __future__ import annotations

from dataclasses import dataclass

from engine.feel import Value


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """`decision_id` is the decision or business knowledge model of the table; `rule_index` counts from 1."""

    decision_id: str
    rule_id: str
    rule_index: int


@dataclass(frozen=True, slots=True)
class DecisionDiagnostic:
    """Why a part of a decision is null. `place` names table, rule and column, "" for the whole."""

    decision_id: str
    place: str
    message: str
    limit: bool = False


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """`matched` holds the rules of all tables that were asked, required decisions first.

    `answers` holds what every decision on the way answered, by id, in the order they were answered.
    """

    value: Value
    matched: tuple[MatchedRule, ...]
    diagnostics: tuple[DecisionDiagnostic, ...]
    answers: tuple[tuple[str, Value], ...] = ()

    @property
    def limit_exceeded(self) -> bool:
        return any(diagnostic.limit for diagnostic in self.diagnostics)
