"""Which rules of which tables some tests made match, and which none did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.dmn.model import Boxed, DecisionTable, Definitions, Rule, Where, tables
from engine.dmn.testing.running import TestOutcome
from engine.dmn.upload import DecisionModel


@dataclass(frozen=True, slots=True)
class RuleHits:
    """`hits` is how often the rule matched."""

    rule: Rule
    hits: int


@dataclass(frozen=True, slots=True)
class TableCoverage:
    """One table; `decision_id` is its decision or business knowledge model. `rules` in their order."""

    decision_id: str
    where: Where
    rules: tuple[RuleHits, ...]

    @property
    def hit(self) -> tuple[Rule, ...]:
        return tuple(each.rule for each in self.rules if each.hits)

    @property
    def never_hit(self) -> tuple[Rule, ...]:
        return tuple(each.rule for each in self.rules if not each.hits)


def rule_coverage(model: DecisionModel, outcomes: Iterable[TestOutcome]) -> tuple[TableCoverage, ...]:
    """Every table of the model's own file, with what the tests hit. A failed test counts too: its rules did match.

    Rules without an id of their own in several tables of one decision are told apart by number only.
    """
    hits = Counter(
        (match.decision_id, match.rule_id, match.rule_index)
        for outcome in outcomes
        for match in outcome.matched
    )
    return tuple(
        TableCoverage(
            owner,
            table.where,
            tuple(RuleHits(rule, hits[owner, rule.id, rule.number]) for rule in table.rules),
        )
        for owner, table in _tables(model.definitions)
    )


def _tables(definitions: Definitions) -> Iterator[tuple[str, DecisionTable]]:
    owners: list[tuple[str, Boxed | None]] = [
        *((decision.id, decision.logic) for decision in definitions.decisions),
        *((model.id, model.logic) for model in definitions.knowledge_models),
    ]
    for id_, logic in owners:
        for table in tables(logic):
            yield id_, table
