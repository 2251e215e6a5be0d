"""The rows of decision tables as a person wrote them, and what a decision noted on its way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from rich.table import Table
from rich.text import Text

from engine.dmn import DecisionDiagnostic, MatchedRule
from engine.dmn import model as drawn
from terminal.output import clean, fixed, flowing, make_table

MAX_SHOWN = 100
"""Rows of one table; a machine takes all of them as JSON."""

Element = drawn.InputData | drawn.Decision | drawn.BusinessKnowledgeModel | drawn.DecisionService
MAX_ROW_CHARACTERS = 500

RuleTexts = Mapping[tuple[str, int, str], str]
"""(decision or knowledge model, number, id) -> the row."""


def rule_texts(definitions: drawn.Definitions) -> RuleTexts:
    """The rows of every table: the cells that test something, then what they answer."""
    found: dict[tuple[str, int, str], str] = {}
    owners: list[tuple[str, drawn.Boxed | None]] = [
        *((decision.id, decision.logic) for decision in definitions.decisions),
        *((model.id, model.logic) for model in definitions.knowledge_models),
    ]
    for id_, logic in owners:
        for table in drawn.tables(logic):
            for rule in table.rules:
                found[id_, rule.number, rule.id] = row_text(table, rule)
    return found


def row_text(table: drawn.DecisionTable, rule: drawn.Rule) -> str:
    """`kind: "shop", amount: > 100 → fee: 30`."""
    tests = [
        f"{clause.expression.text.text.strip()}: {test.text.strip()}"
        for clause, test in zip(table.inputs, rule.tests, strict=False)
        if test.text.strip() != "-"
    ]
    outputs = [
        f"{clause.name}: {text}" if clause.name else text
        for clause, cell in zip(table.outputs, rule.outputs, strict=False)
        for text in ["null" if cell is None else cell.text.text.strip()]
    ]
    return _cut(f"{', '.join(tests) or '-'} → {', '.join(outputs)}")


def _cut(text: str) -> str:
    return text if len(text) <= MAX_ROW_CHARACTERS else f"{text[: MAX_ROW_CHARACTERS - 1]}…"


def names_of(definitions: drawn.Definitions) -> dict[str, str]:
    """Names of decisions, knowledge models, services and input data, by id."""
    elements: tuple[Element, ...] = (
        *definitions.input_data,
        *definitions.decisions,
        *definitions.knowledge_models,
        *definitions.services,
    )
    return {each.id: each.name or each.id for each in elements}


def matched_table(matched: Iterable[MatchedRule], *, names: Mapping[str, str], texts: RuleTexts) -> Table:
    """A row for each rule, in the order in which they first matched, and how often if more than once."""
    counts = Counter(matched)
    table = make_table(flowing("命中规则 Matched rule"), fixed("#", right=True), flowing("行 Row"))
    for hit, count in list(counts.items())[:MAX_SHOWN]:
        name = Text(clean(names.get(hit.decision_id, hit.decision_id)))
        if count > 1:
            name.append(f" ×{count}", style="dim")
        if hit.rule_id:
            name.append(f"\n{clean(hit.rule_id)}", style="dim")
        text = texts.get((hit.decision_id, hit.rule_index, hit.rule_id), "")
        table.add_row(name, str(hit.rule_index), Text(clean(text)))
    if len(counts) > MAX_SHOWN:
        table.add_row(f"… {len(counts) - MAX_SHOWN}", "", "")
    return table


def diagnostic_line(diagnostic: DecisionDiagnostic, names: Mapping[str, str]) -> str:
    """`Fee, rule 3, output 1: Expected …`; a place that names its owner needs it no second time."""
    owner = names.get(diagnostic.decision_id, diagnostic.decision_id)
    place = (
        diagnostic.place if owner in diagnostic.place else ", ".join(filter(None, (owner, diagnostic.place)))
    )
    return f"{place}: {diagnostic.message}"
